"""Writing over HTTP: signed where the server asks for it, bounded, repeated only where that is safe.

No redirection is followed: what is written goes where it was told to go, and so does a password.
"""

import io
import random
import ssl
import time
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from itertools import count

import httpx

from bde import __version__
from bde.endpoint.credentials import HINT, Credentials, credentials
from bde.endpoint.deadline import within
from bde.endpoint.moving import is_private
from bde.endpoint.signing import CannotSign, signature
from bde.errors import EndpointProblem

MOST_TRIES = 4
BACKOFF_SECONDS = 0.5
_BUSY = (429, 502, 503, 504)
_MOST_SAID = 300


class Unsettled(EndpointProblem):
    """A request of which nobody knows whether it took effect: to be settled by reading back."""


class _Signing(httpx.Auth):
    """Answers the server that asks who is there; what it asked for is remembered for the next request."""

    def __init__(self) -> None:
        self._asked: list[str] = []
        self.who: Credentials | None = None

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        if self._asked:
            self._sign(request)
        response = yield request
        if response.status_code == 401:
            self.who = credentials(request.url.host)
            self._asked = response.headers.get_list("www-authenticate")
            if self.who is not None:
                self._sign(request)
                yield request

    def _sign(self, request: httpx.Request) -> None:
        assert self.who is not None
        url = request.url
        path, private = url.raw_path.decode("ascii"), is_private(str(url))
        header = signature(self._asked, request.method, path, self.who, private=private)
        request.headers["Authorization"] = header


class Wire:
    """Requests to one server, called ``name`` in errors, each done within ``seconds``."""

    def __init__(self, name: str, *, seconds: float, backoff_seconds: float = BACKOFF_SECONDS) -> None:
        self.name, self.seconds, self.backoff_seconds = name, seconds, backoff_seconds
        self._signing = _Signing()
        self._client = httpx.Client(
            verify=ssl.create_default_context(),
            follow_redirects=False,
            headers={"User-Agent": f"bde/{__version__}"},
            timeout=seconds,
        )

    def close(self) -> None:
        """Close its connections."""
        self._client.close()

    def send(
        self,
        method: str,
        url: str,
        *,
        query: Mapping[str, str] | None = None,
        content: bytes = b"",
        kind: str = "",
        missing: bool = False,
        repeatable: bool,
    ) -> None:
        """Send a request and see that it is answered with success, or where ``missing`` may be, with 404.

        Where it is ``repeatable`` and the server is busy or drops the connection, it is sent again, up to
        ``MOST_TRIES`` times. Raises ``Unsettled`` where it may have taken effect, else ``EndpointProblem``.
        """
        headers = {"Content-Type": kind} if kind else {}
        deadline = time.monotonic() + self.seconds
        for number in count(1):
            request = self._client.build_request(method, url, params=query, content=content, headers=headers)
            try:
                with self._answer(request, deadline) as response:
                    if not (missing and response.status_code == 404):
                        self._check(response)
                    return
            except Unsettled:
                wait = random.uniform(0.5, 1) * self.backoff_seconds * 2 ** (number - 1)
                if not repeatable or number == MOST_TRIES or time.monotonic() + wait >= deadline:
                    raise
                time.sleep(wait)

    @contextmanager
    def read(self, url: str, query: Mapping[str, str], kind: str) -> Iterator[io.BufferedReader | None]:
        """The answer to a GET as a stream of the media type ``kind``; ``None`` where nothing is there (404).

        Raises ``Unsettled`` where none comes within the time or it is broken off, also while it is read.
        """
        deadline = time.monotonic() + self.seconds
        request = self._client.build_request("GET", url, params=query, headers={"Accept": kind})
        with self._answer(request, deadline) as response:
            if response.status_code == 404:
                yield None
                return
            self._check(response)
            yield io.BufferedReader(_Body(response.iter_bytes(), deadline, self._broken), 1 << 18)

    @contextmanager
    def _answer(self, request: httpx.Request, deadline: float) -> Iterator[httpx.Response]:
        left = max(deadline - time.monotonic(), 0.001)
        request.extensions["timeout"] = dict.fromkeys(("connect", "read", "write", "pool"), left)
        try:
            response = within(lambda: self._client.send(request, auth=self._signing, stream=True), left)
        except TimeoutError:
            raise self._late() from None
        except CannotSign as why:
            fix = "Use its https:// address, or ask who runs it."
            raise self.problem(f"{why} (HTTP 401).", fix) from None
        except httpx.TransportError as error:
            raise self._broken(error) from None
        try:
            yield response
        finally:
            response.close()

    # What may go wrong

    def problem(self, what: str, fix: str) -> EndpointProblem:
        """The error of this server."""
        return EndpointProblem(f"the store {self.name} {_in_line(what)}", fix=fix)

    def _unsettled(self, what: str, fix: str) -> Unsettled:
        return Unsettled(f"the store {self.name} {_in_line(what)}", fix=fix)

    def _late(self) -> Unsettled:
        what = f"gave no whole answer within {self.seconds:g} seconds."
        return self._unsettled(what, "Run it again, or allow more time.")

    def _broken(self, error: Exception) -> EndpointProblem:
        if isinstance(error, httpx.TimeoutException | TimeoutError):
            return self._late()
        reason: BaseException | None = error
        while reason is not None and not isinstance(reason, ssl.SSLError):
            reason = reason.__cause__ or reason.__context__
        if isinstance(reason, ssl.SSLError):
            what = f"cannot be trusted or spoken to over TLS: {reason.reason or 'no reason given'}."
            return self.problem(what, "Name a certificate that you trust in SSL_CERT_FILE.")
        if isinstance(error, httpx.ConnectError):
            return self.problem("is not there: no connection.", "Start it, or correct the address.")
        if isinstance(error, httpx.UnsupportedProtocol | httpx.ProxyError):
            return self.problem("cannot be reached.", "Check the address and the proxy.")
        return self._unsettled("broke off.", "Run it again, or check the server.")

    def _check(self, response: httpx.Response) -> None:
        code = response.status_code
        if response.is_success:
            return
        if response.is_redirect:
            host = httpx.URL(response.headers.get("location", "")).host or "another address"
            what = f"sends on to {host} (HTTP {code}), which is not followed."
            raise self.problem(what, "Give the address there, if you trust it.")
        who = self._signing.who
        if code == 401 and who is None:
            raise self.problem("asks for a user name and a password (HTTP 401).", HINT)
        said = self._said(response)
        said = who.redact(said) if who else said
        what = f"answered HTTP {code}: {said[:_MOST_SAID].rstrip('. ')}."
        if code in _BUSY or code >= 500:
            raise self._unsettled(what, "Run it again, or check the server.")
        fixes = {
            401: "The user name or the password is wrong.",
            403: "Ask who runs it for the right to write.",
            404: "Check the address: there is nothing at it.",
            405: "Check the address and the profile (--store).",
        }
        raise self.problem(what, fixes.get(code, "Check the address, the profile (--store) and the server."))

    def _said(self, response: httpx.Response) -> str:
        """The start of what it says of its error; nothing more is waited for."""
        try:
            said = next(response.iter_bytes(4_000), b"").decode(errors="replace")
        except httpx.HTTPError:
            said = ""
        page = "<html" in said.lower() or "<!doctype" in said.lower()
        return "a web page" if page else " ".join(said.split()) or response.reason_phrase


class _Body(io.RawIOBase):
    """The pieces of an answer as a file, to be read until the ``deadline``."""

    def __init__(
        self, pieces: Iterator[bytes], deadline: float, broken: Callable[[Exception], EndpointProblem]
    ) -> None:
        self._pieces, self._deadline, self._broken = pieces, deadline, broken
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:  # type: ignore[no-untyped-def]
        if not self._rest:
            try:
                self._rest = next(self._pieces, b"")
            except httpx.TransportError as error:
                raise self._broken(error) from None
            if time.monotonic() > self._deadline:
                raise self._broken(TimeoutError())
        taken = self._rest[: len(buffer)]
        buffer[: len(taken)] = taken
        self._rest = self._rest[len(taken) :]
        return len(taken)


def _in_line(text: str) -> str:
    return "".join(character if character.isprintable() else " " for character in text)
