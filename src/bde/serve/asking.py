"""A query on its way to the engine and its answer on the way back.

What https://www.w3.org/TR/sparql11-protocol/#query-operation allows to be said in three ways is read here
once and said to the engine in one, so that what is looked at is what is run.
"""

import re
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPException, HTTPResponse
from time import monotonic
from urllib.parse import parse_qsl, urlencode

from bde.errors import BdeError
from bde.queries.guarding import guard
from bde.serve.engine import GRACE, Engine

_FIRST = 2**16  # bytes of an answer that are looked at before any of it is sent on
_DATASET = ("default-graph-uri", "named-graph-uri")
_FORM, _QUERY = "application/x-www-form-urlencoded", "application/sparql-query"
# Anything that may be SERVICE once escapes are read; the parsed query decides.
_SUSPECT = re.compile(r"service|\\u", re.I)
# Where a query takes too long when the answer has begun, Oxigraph ends it with these words and no error.
_CUT_OFF = b"The SPARQL operation has been cancelled"


class Refused(Exception):
    """What is asked cannot be done: an HTTP status and words."""

    def __init__(self, status: int, what: str):
        super().__init__(what)
        self.status, self.what = status, what


class CutOff(Exception):
    """An answer that ended before it was whole, when a part of it was sent on already."""


class Asking:
    """Asks the engine; a query may take ``seconds``."""

    def __init__(self, engine: Engine, seconds: int):
        self._engine, self._seconds = engine, seconds

    def ask(self, form: str, accept: str | None) -> tuple[int, str, Iterator[bytes]]:
        """The status, media type and pieces of the answer to an encoded ``form`` of parameters.

        Raises ``Refused``; ``CutOff`` comes while the pieces are read.
        """
        sparql, dataset = _read(form)
        if _SUSPECT.search(sparql):
            try:
                guard(sparql)
            except BdeError as error:
                raise Refused(400, str(error)) from None
        address, deadline = self._engine.address, monotonic() + self._seconds + GRACE
        connection = HTTPConnection(*address, timeout=self._seconds + GRACE)
        headers = {"Content-Type": f"{_QUERY}; charset=utf-8", "Accept": accept or "*/*"}
        try:
            connection.request("POST", f"/query?{urlencode(dataset)}", sparql.encode(), headers)
            answer = connection.getresponse()
            first = b""
            while len(first) < _FIRST and (piece := answer.read1(_FIRST)):
                first += piece
                if monotonic() > deadline:
                    raise TimeoutError
        except TimeoutError:
            connection.close()
            self._engine.renew(address)
            raise self._too_long() from None
        except (OSError, HTTPException) as error:
            connection.close()
            raise Refused(502, f"the engine did not answer: {error}") from None
        if len(first) < _FIRST and first.endswith(_CUT_OFF):
            raise self._too_long()
        kind = answer.headers.get("Content-Type", "application/octet-stream")
        return answer.status, kind, self._rest(connection, answer, first, deadline)

    def _too_long(self) -> Refused:
        return Refused(504, f"the query took longer than {self._seconds} seconds.")

    def _rest(
        self, connection: HTTPConnection, answer: HTTPResponse, held: bytes, deadline: float
    ) -> Iterator[bytes]:
        """The pieces of an answer, the end of which is held back until it is known to be whole."""
        try:
            while piece := answer.read1(_FIRST):
                held += piece
                yield held[: -len(_CUT_OFF)]
                held = held[-len(_CUT_OFF) :]
                if monotonic() > deadline:
                    raise TimeoutError
            if held.endswith(_CUT_OFF):
                raise CutOff
            yield held
        except TimeoutError:
            self._engine.renew((connection.host, connection.port))
            raise CutOff from None
        except (OSError, HTTPException):
            raise CutOff from None
        finally:
            connection.close()


def encoded(query: str, kind: str, body: bytes) -> str:
    """The parameters of a request as one form: of its ``query`` string and its ``body`` of a media type.

    Raises ``Refused`` where the protocol has no such body.
    """
    media, _, _ = kind.partition(";")
    try:
        text = body.decode()
    except UnicodeDecodeError:
        raise Refused(400, "the request is not UTF-8.") from None
    if not body and not media:
        return query
    if media.strip().lower() == _FORM:
        return f"{query}&{text}" if query else text
    if media.strip().lower() == _QUERY:
        return urlencode([*_pairs(query), ("query", text)])
    raise Refused(415, f"a query is sent as {_QUERY} or {_FORM}.")


def _pairs(form: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(form, keep_blank_values=True, errors="strict", max_num_fields=1_000)
    except ValueError as error:
        raise Refused(400, f"the parameters cannot be read: {error}.") from None


def _read(form: str) -> tuple[str, list[tuple[str, str]]]:
    """The query and the parameters that choose its graphs."""
    pairs = _pairs(form)
    if any(name == "update" for name, _ in pairs):
        raise Refused(403, "the graph is read-only: updates are refused.")
    asked = [value for name, value in pairs if name == "query"]
    if len(asked) != 1:
        raise Refused(400, f"{len(asked)} queries: one parameter query is wanted.")
    return asked[0], [(name, value) for name, value in pairs if name in _DATASET]
