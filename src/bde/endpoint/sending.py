"""One request to a server that may be slow, broken, busy, moved or hostile, until its answer is whole.

A total deadline holds over everything: waiting, reading, signing in, following, trying again. A request is
sent again where the server says that it is busy (429, 502, 503, 504) or the connection drops: it only reads.
"""

import email.utils
import random
import socket
import ssl
from collections.abc import Callable
from http.client import HTTPException, HTTPMessage, HTTPResponse, IncompleteRead
from itertools import count
from time import monotonic, sleep, time
from typing import IO
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from bde.endpoint.credentials import HINT, Credentials, credentials
from bde.endpoint.deadline import within
from bde.endpoint.moving import MOVED, Elsewhere, is_private, moved
from bde.endpoint.signing import CannotSign, signature
from bde.errors import EndpointProblem

MOST_TRIES = 4
_BUSY = (429, 502, 503, 504)
_MOST_HOPS = 8
_MOST_SAID = 300
_DROPPED = (ConnectionResetError, ConnectionAbortedError, BrokenPipeError, IncompleteRead)


class _Unsteady(Exception):
    """A trouble that may pass: what to raise if it does not, and how many seconds the server asks to wait."""

    def __init__(self, problem: EndpointProblem, wait: float | None = None):
        super().__init__(str(problem))
        self.problem, self.wait = problem, wait


class _Stay(HTTPRedirectHandler):
    """Follows nowhere: where to is decided here, and not by the server."""

    def http_error_302(self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage) -> None:
        """No request: the answer that says where to is given back as it is."""

    http_error_301 = http_error_303 = http_error_307 = http_error_308 = http_error_302


class Sender:
    """Sends requests to one server, called ``name`` in errors.

    ``max_bytes`` is the largest answer that is read, ``backoff_seconds`` the longest wait before the second
    try, doubled with each further one of ``MOST_TRIES``.
    """

    def __init__(self, name: str, *, max_bytes: int, backoff_seconds: float) -> None:
        self.name = name
        self.max_bytes = max_bytes
        self.backoff_seconds = backoff_seconds
        self._opener = build_opener(_Stay)

    def fetch(self, request: Request, kind: str, seconds: float) -> bytes:
        """The body of the answer, which is of the media type ``kind`` or of one that may hold it.

        Raises ``EndpointProblem`` where none comes within ``seconds``; a daemon thread may then be left with
        its socket until its next read.
        """
        deadline = monotonic() + seconds
        late = self._late(seconds)
        return _within(lambda: self._tried(request, kind, deadline, late), seconds, late)

    def problem(self, what: str, fix: str) -> EndpointProblem:
        """The error of this server; what steers a terminal is left out of what it said."""
        said = "".join(character if character.isprintable() else " " for character in what)
        return EndpointProblem(f"the endpoint {self.name} {said}", fix=fix)

    def _late(self, seconds: float) -> EndpointProblem:
        fix = "Narrow the question, or give it more time."
        return self.problem(f"gave no whole answer within {seconds:g} seconds.", fix)

    def _tried(self, request: Request, kind: str, deadline: float, late: EndpointProblem) -> bytes:
        for number in count(1):
            try:
                return self._once(request, kind, deadline, late)
            except _Unsteady as trouble:
                longest = self.backoff_seconds * 2 ** (number - 1)
                wait = random.uniform(longest / 2, longest) if trouble.wait is None else trouble.wait
                if number == MOST_TRIES or monotonic() + wait >= deadline:
                    trouble.problem.what += f" It was asked {number} times." if number > 1 else ""
                    if trouble.wait is not None and number < MOST_TRIES:
                        trouble.problem.fix = f"It asks to wait {trouble.wait:g} seconds."
                    raise trouble.problem from None
                sleep(wait)
        raise AssertionError  # the loop has no end of its own

    def _once(self, request: Request, kind: str, deadline: float, late: EndpointProblem) -> bytes:
        """One try: the request, what signs it where the server asks, and what it is sent on to."""
        who: Credentials | None = None
        for _ in range(_MOST_HOPS):
            try:
                left = max(deadline - monotonic(), 0.001)
                with self._opener.open(request, timeout=left) as response:
                    self._check(response, kind)
                    return self._body(response, deadline, late)
            except HTTPError as error:
                with error:
                    if error.code in MOVED and error.headers.get("Location"):
                        request, who = self._moved(request, error), None
                    elif error.code == 401 and who is None:
                        who = self._known(request)
                        request = self._signed(request, error, who)
                    else:
                        raise self._refused(error, who) from None
            except (URLError, HTTPException, OSError) as error:
                raise self._broken(error, late) from None
            except ValueError:  # of headers or addresses, which its message would repeat
                what = "gave an answer that is no HTTP."
                raise self.problem(what, "Check the address and the server.") from None
        raise self.problem("sends on and on, from one address to the next.", "Check the address.")

    # What else the server may say

    def _moved(self, request: Request, error: HTTPError) -> Request:
        try:
            return moved(request, error)
        except Elsewhere as host:
            what = f"sends on to another host, {host}, which is not followed."
            raise self.problem(what, "Give the address there, if you trust it.") from None

    def _known(self, request: Request) -> Credentials:
        who = credentials(urlsplit(request.full_url).hostname or "")
        if who is None:
            raise self.problem("asks for a user name and a password (HTTP 401).", HINT)
        return who

    def _signed(self, request: Request, error: HTTPError, who: Credentials) -> Request:
        """The request once more with what the server asks for, which goes nowhere else."""
        asked = error.headers.get_all("WWW-Authenticate") or []
        method, private = request.get_method(), is_private(request.full_url)
        try:
            header = signature(asked, method, request.selector, who, private=private)
        except CannotSign as why:
            raise self.problem(
                f"{why} (HTTP 401).", "Use its https:// address, or ask who runs it."
            ) from None
        signed = Request(request.full_url, request.data, request.headers, method=method)
        signed.add_unredirected_header("Authorization", header)
        return signed

    def _refused(self, error: HTTPError, who: Credentials | None) -> Exception:
        said = _said(error)
        said = who.redact(said) if who else said
        what = f"answered HTTP {error.code}: {said[:_MOST_SAID].rstrip('. ')}."
        if error.code in _BUSY:
            problem = self.problem(what, "Ask again later.")
            return _Unsteady(problem, _asked_wait(error.headers.get("Retry-After")))
        fixes = {
            400: "Correct the query.",
            401: "The user name or the password is wrong.",
            403: "Ask who runs it for access.",
            404: "Check the address: there is nothing at it.",
        }
        return self.problem(what, fixes.get(error.code, "Check the address and the server."))

    def _broken(self, error: Exception, late: EndpointProblem) -> Exception:
        reason = error.reason if isinstance(error, URLError) else error
        if isinstance(reason, TimeoutError):
            return late
        if isinstance(reason, _DROPPED):
            broken = self.problem("broke its answer off.", "Ask again, or check the server.")
            return _Unsteady(broken)
        if isinstance(reason, ConnectionRefusedError):
            return self.problem("is not there: connection refused.", "Start it, or correct it.")
        if isinstance(reason, socket.gaierror):
            return self.problem("is not there: nobody knows this host.", "Correct its name.")
        if isinstance(reason, ssl.SSLCertVerificationError):
            what = f"shows a certificate that cannot be trusted: {reason.verify_message}."
            return self.problem(what, "Name a certificate that you trust in SSL_CERT_FILE.")
        if isinstance(reason, ssl.SSLError):
            what = f"cannot be spoken to over TLS: {reason.reason or reason}."
            return self.problem(what, "Check whether its address starts with http:// or https://.")
        what = f"gave no whole answer: {str(reason) or type(reason).__name__}."
        return self.problem(what, "Check the address and the server.")

    def _check(self, response: HTTPResponse, kind: str) -> None:
        media = response.headers.get_content_type()
        encoding = response.headers.get("Content-Encoding", "identity")
        if media in ("text/html", "application/xhtml+xml"):
            fix = "Give the address of its query service; it often ends in /query or /sparql."
            raise self.problem("answered with a web page.", fix)
        plain = media in ("application/json", "text/plain", "text/turtle")
        if media != kind and not plain:
            raise self.problem(f"answered with {media} where {kind} was asked for.", "Check the address.")
        if encoding.lower() != "identity":
            raise self.problem(f"answered in {encoding}, which was not asked for.", "Check the server.")

    def _body(self, response: HTTPResponse, deadline: float, late: EndpointProblem) -> bytes:
        parts = []
        size = 0
        while part := response.read1(65_536):
            size += len(part)
            if size > self.max_bytes:
                what = f"answered with more than {self.max_bytes:,} bytes."
                raise self.problem(what, "Narrow the question or add a LIMIT.")
            if monotonic() > deadline:
                raise late
            parts.append(part)
        if response.length:
            raise _Unsteady(self.problem("broke its answer off.", "Ask again, or check the server."))
        return b"".join(parts)


def _within(work: Callable[[], bytes], seconds: float, late: EndpointProblem) -> bytes:
    """What ``work`` returns, or ``late`` raised on time."""
    try:
        return within(work, seconds)
    except TimeoutError:
        raise late from None


def _asked_wait(header: str | None) -> float | None:
    """The seconds of a ``Retry-After`` (RFC 9110, section 10.2.3); ``None`` where it says none."""
    text = (header or "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        return max(0.0, email.utils.parsedate_to_datetime(text).timestamp() - time())
    except (TypeError, ValueError, OverflowError):
        return None


def _said(error: HTTPError) -> str:
    """The start of what a server says of its error, in one line."""
    try:
        said = " ".join(error.read(4_000).decode(errors="replace").split())
    except (OSError, HTTPException):
        said = ""
    web_page = "<html" in said.lower() or "<!doctype" in said.lower()
    return "a web page" if web_page else said or str(error.reason)
