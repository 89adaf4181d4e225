"""Reading a remote SPARQL endpoint, with a deadline that holds for the whole of a request.

The same ``query`` and ``Answer`` as the embedded store, so the two can stand in for each other. SPARQLWrapper
writes the requests of the SPARQL 1.1 protocol; sending them and reading the answer, which may come from a
slow, broken or hostile server, is done here: its own time-out bounds each wait on the socket only.
"""

import json
import re
import warnings
from collections.abc import Callable
from concurrent.futures import Future
from http.client import HTTPException, HTTPResponse
from threading import Thread
from time import monotonic
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from rdflib import XSD, BNode, Literal, URIRef
from SPARQLWrapper import GET, JSON, POST, SPARQLWrapper

from bde.errors import BdeError, EndpointProblem, SyntaxProblem
from bde.store import Answer, Term, parse_strict

DEADLINE_SECONDS = 30.0
MAX_BYTES = 50_000_000
# Servers and proxies cut longer addresses off; such a query goes in the body.
_LONGEST_GET = 1_500
_FORM = re.compile(r"(?:\s+|#[^\n]*|PREFIX\s+[^\s:<]*:\s*<[^>]*>|BASE\s*<[^>]*>)*(\w*)", re.IGNORECASE)
_READS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
_RESULTS = "application/sparql-results+json"
_TRIPLES = "application/n-triples"


class Endpoint:
    """A SPARQL 1.1 endpoint at ``url``, for reading.

    Raises ``EndpointProblem`` where ``url`` is no address of the web, or carries a user name or password.
    """

    def __init__(
        self, url: str, *, deadline_seconds: float = DEADLINE_SECONDS, max_bytes: int = MAX_BYTES
    ) -> None:
        try:
            parts = urlsplit(url)
            named = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        except ValueError:
            named = False
        if not named or any(character.isspace() for character in url):
            raise EndpointProblem(
                "not the address of an endpoint.", fix="It starts with http:// or https://."
            )
        if "@" in parts.netloc:
            what = "the address holds a user name or password, which would end up in logs and histories."
            raise EndpointProblem(what, fix="Leave it out: endpoints that ask for one are not supported.")
        self.url = url
        self.deadline_seconds = deadline_seconds
        self.max_bytes = max_bytes

    def query(self, sparql: str, *, seconds: float | None = None, most: int | None = None) -> Answer:
        """The answer of the endpoint to a query, over its default graph.

        Raises ``EndpointProblem`` where no answer comes within ``seconds`` (by default the deadline of this
        endpoint), or what comes is not what the protocol asks for, and ``BdeError`` where the answer has over
        ``most`` rows or triples.
        """
        limit = self.deadline_seconds if seconds is None else seconds
        request, kind = self._request(sparql, limit)
        deadline = monotonic() + limit
        body = _within(lambda: self._read(request, kind, limit, deadline), limit, self._late(limit))
        answer = self._triples(body) if kind == _TRIPLES else self._results(body)
        if most is not None and max(len(answer.rows), len(answer.triples)) > most:
            raise BdeError(
                f"the answer has more than {most} rows.", fix="Narrow the question or add a LIMIT."
            )
        return answer

    def _request(self, sparql: str, limit: float) -> tuple[Request, str]:
        """The request that SPARQLWrapper writes for a query, and the media type it asks for."""
        wrapper = SPARQLWrapper(self.url)
        with warnings.catch_warnings():
            # SPARQLWrapper takes a word of a comment for the query's form; ours is told from the prologue on.
            warnings.filterwarnings("ignore", "(not detected|unknown) query type", RuntimeWarning)
            wrapper.setQuery(sparql)
        form = _FORM.match(sparql)
        wrapper.queryType = form[1].upper() if form else ""
        if wrapper.queryType not in _READS:
            raise EndpointProblem("only queries are sent to an endpoint.", fix="Ask with SELECT.")
        kind = _RESULTS if wrapper.queryType in ("SELECT", "ASK") else _TRIPLES
        wrapper.setReturnFormat(JSON)
        wrapper.setOnlyConneg(True)
        wrapper.setMethod(POST if len(sparql.encode()) > _LONGEST_GET else GET)
        wrapper.addCustomHttpHeader("Accept", kind)
        with warnings.catch_warnings():
            # SPARQLWrapper knows no JSON for triples; the header just set is the one that is sent.
            warnings.filterwarnings("ignore", "Sending Accept header", RuntimeWarning)
            request: Request = wrapper._createRequest()
        return request, kind

    def _read(self, request: Request, kind: str, limit: float, deadline: float) -> bytes:
        try:
            with urlopen(request, timeout=limit) as response:
                self._check(response, kind)
                return self._body(response, limit, deadline)
        except HTTPError as error:
            fix = "Correct the query." if error.code == 400 else "Check the address and the server."
            raise self._problem(f"answered HTTP {error.code}: {_said(error)}.", fix) from None
        except (TimeoutError, URLError, HTTPException, OSError) as error:
            reason = getattr(error, "reason", None) or error
            if isinstance(reason, TimeoutError):
                raise self._late(limit) from None
            if isinstance(reason, ConnectionRefusedError):
                raise self._problem("is not there: connection refused.", "Start it, or correct it.") from None
            what = f"gave no whole answer: {str(reason) or type(reason).__name__}."
            raise self._problem(what, "Check the address and the server.") from None

    def _check(self, response: HTTPResponse, kind: str) -> None:
        media = response.headers.get_content_type()
        encoding = response.headers.get("Content-Encoding", "identity")
        if media in ("text/html", "application/xhtml+xml"):
            fix = "Give the address of its query service; it often ends in /query or /sparql."
            raise self._problem("answered with a web page.", fix)
        plain = media in ("application/json", "text/plain", "text/turtle")
        if media != kind and not plain:
            raise self._problem(f"answered with {media} where {kind} was asked for.", "Check the address.")
        if encoding.lower() != "identity":
            raise self._problem(f"answered in {encoding}, which was not asked for.", "Check the server.")

    def _body(self, response: HTTPResponse, limit: float, deadline: float) -> bytes:
        parts = []
        size = 0
        while part := response.read1(65_536):
            size += len(part)
            if size > self.max_bytes:
                what = f"answered with more than {self.max_bytes:,} bytes."
                raise self._problem(what, "Narrow the question or add a LIMIT.")
            if monotonic() > deadline:
                raise self._late(limit)
            parts.append(part)
        if response.length:
            raise self._problem("broke its answer off.", "Ask again, or check the server.")
        return b"".join(parts)

    def _results(self, body: bytes) -> Answer:
        try:
            found = json.loads(body)
        except (ValueError, RecursionError):
            what = "answered with what is no whole JSON document."
            raise self._problem(what, "Ask again, or check the server.") from None
        try:
            if isinstance(found.get("boolean"), bool):
                return Answer("ask", truth=found["boolean"])
            columns = tuple(str(name) for name in found["head"]["vars"])
            rows = tuple(
                tuple(_term(row[name]) if name in row else None for name in columns)
                for row in found["results"]["bindings"]
            )
        except (AttributeError, KeyError, TypeError, ValueError):
            raise self._problem(
                "answered with JSON that is no SPARQL result.", "Check the address."
            ) from None
        return Answer("select", columns, rows=rows)

    def _triples(self, body: bytes) -> Answer:
        try:
            return Answer("construct", triples=tuple(parse_strict(body.decode(), self.url)))
        except (SyntaxProblem, ValueError) as error:
            raise self._problem(f"answered with what are no triples: {error}", "Check the server.") from None

    def _problem(self, what: str, fix: str) -> EndpointProblem:
        return EndpointProblem(f"the endpoint {self.url} {what}", fix=fix)

    def _late(self, limit: float) -> EndpointProblem:
        fix = "Narrow the question, or give it more time."
        return self._problem(f"gave no whole answer within {limit:g} seconds.", fix)


def _within(work: Callable[[], bytes], seconds: float, late: EndpointProblem) -> bytes:
    """What ``work`` returns, or ``late`` raised on time; a daemon thread may be left with its socket."""
    promise: Future[bytes] = Future()

    def run() -> None:
        try:
            promise.set_result(work())
        except BaseException as error:
            promise.set_exception(error)

    Thread(target=run, daemon=True).start()
    try:
        return promise.result(seconds)
    except TimeoutError:
        raise late from None


def _said(error: HTTPError) -> str:
    """The start of what a server says of its error, in one line."""
    try:
        with error:
            said = " ".join(error.read(300).decode(errors="replace").split())
    except (OSError, HTTPException):
        said = ""
    web_page = "<html" in said.lower() or "<!doctype" in said.lower()
    return "a web page" if web_page else said.rstrip(".") or str(error.reason)


def _term(value: dict[str, Any]) -> Term:
    """A term of a SPARQL 1.1 JSON result, its lexical form left alone."""
    text = value["value"]
    if not isinstance(text, str):
        raise TypeError
    if value["type"] == "uri":
        return URIRef(text)
    if value["type"] == "bnode":
        return BNode(text)
    if value["type"] not in ("literal", "typed-literal"):
        raise ValueError
    if "xml:lang" in value:
        return Literal(text, lang=value["xml:lang"])
    datatype = value.get("datatype")
    known = URIRef(datatype) if datatype and datatype != str(XSD.string) else None
    return Literal(text, datatype=known, normalize=False)
