"""The web server before the engine: the endpoint, the page to ask it, and the pages of a site.

It answers under the names of this machine alone, so that no page of another site can have itself taken for
this one; it sends no header that would let other sites read what it answers.
"""

import ipaddress
import json
import socket
import sys
from collections.abc import Iterable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from pathlib import Path

from bde.errors import BdeError
from bde.queries import Question
from bde.serve.asking import Asking, CutOff, Refused, encoded
from bde.serve.pages import OTHER, TYPES, Pages

_TEXT = "text/plain; charset=utf-8"
_PAGE = ("index.html", "page.css", "page.js")
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_MOST_BYTES = 16 * 2**20  # of a request
_PIECE = 2**16  # bytes of a file sent at once
_QUIET = 60  # seconds, after which a connection on which nothing is said is closed


class Front(ThreadingHTTPServer):
    """Listens from the moment it is made; answers once it is open and ``serve_forever`` runs."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, host: str, port: int, beyond: bool):
        """Raises ``BdeError`` where the address cannot be had, or lies ``beyond`` this machine unasked."""
        self.address_family, numeric = _resolved(host)
        if not (beyond or ipaddress.ip_address(numeric).is_loopback):
            raise BdeError(
                f"{host} can be reached from other machines.",
                fix="Name 127.0.0.1, or say --beyond-this-machine if all who reach it may ask.",
            )
        try:
            super().__init__((numeric, port), _Handler)
        except OSError as error:
            fix = "Name another port, or 0 for a free one."
            raise BdeError(f"port {port} of {host} cannot be had: {error.strerror}.", fix=fix) from None
        shown = f"[{numeric}]" if ":" in numeric else numeric
        self.address = f"http://{shown}:{self.server_address[1]}"
        self.names = None if beyond else {"localhost", "127.0.0.1", "[::1]", shown, host.lower()}
        self.asking: Asking
        self.pages: Pages | None
        self.page: dict[str, bytes]

    def open(self, asking: Asking, pages: Pages | None, saved: Iterable[Question]) -> None:
        """Take what to answer with; the page offers the ``saved`` questions."""
        self.asking, self.pages = asking, pages
        folder = files("bde.serve") / "page"
        self.page = {f"/ask/{name}": (folder / name).read_bytes() for name in _PAGE}
        told = [{"name": q.name, "summary": q.summary, "sparql": q.text} for q in saved]
        self.page["/ask/questions.json"] = json.dumps(told).encode()

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of who went away; a fault of ours shows its traceback."""
        if not isinstance(sys.exception(), OSError | CutOff):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


def _resolved(host: str) -> tuple[socket.AddressFamily, str]:
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise BdeError(f"{host!r} is no address of this machine.", fix="Name 127.0.0.1.") from None
    family, *_, address = min(found, key=lambda each: each[0] != socket.AF_INET)
    return family, str(address[0])


class _Handler(BaseHTTPRequestHandler):
    """One connection."""

    server: Front
    protocol_version = "HTTP/1.1"
    timeout = _QUIET
    disable_nagle_algorithm = True  # an answer is sent in small pieces, none of which waits for the next

    def _answer(self) -> None:
        try:
            body = self._body()
            self._is_for_us()
            self._route(self.headers.get("Content-Type") or "", body)
        except Refused as refused:
            self._send(refused.status, _TEXT, refused.what)

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_PATCH = do_OPTIONS = _answer  # noqa: N815

    def _body(self) -> bytes:
        self.close_connection, closes = True, self.close_connection  # unless the body was read
        if self.headers.get("Transfer-Encoding"):
            raise Refused(411, "the length of the request is wanted.")
        length = self.headers.get("Content-Length") or "0"
        if not (length.isascii() and length.isdigit()):
            raise Refused(400, "the length of the request is no number.")
        if int(length) > _MOST_BYTES:
            raise Refused(413, f"the request has over {_MOST_BYTES // 2**20} MiB.")
        body = self.rfile.read(int(length))
        self.close_connection = closes
        return body

    def _is_for_us(self) -> None:
        name = (self.headers.get("Host") or "").rpartition(":")
        host = name[0] if name[2].isdigit() else "".join(name)
        if self.server.names and host and host.lower() not in self.server.names:
            raise Refused(421, f"{host} is not served here.")

    def _route(self, kind: str, body: bytes) -> None:
        path, _, query = self.path.partition("?")
        reads = self.command in ("GET", "HEAD")
        if path in ("/update", "/store"):
            raise Refused(403, "the graph is read-only: updates are refused.")
        if path == "/query" and (reads or self.command == "POST"):
            form = encoded(query, "", b"") if reads else encoded(query, kind, body)
            return self._stream(*self.server.asking.ask(form, self.headers.get("Accept")))
        if not reads:
            raise Refused(405, "only GET and HEAD are for pages, and also POST for /query.")
        if path == "/ask":
            return self._go("/ask/")
        if page := self.server.page.get(path + "index.html" if path == "/ask/" else path):
            ending = "." + path.rpartition(".")[2]
            return self._send(
                200, TYPES.get(ending, TYPES[".html"]), page, {"Content-Security-Policy": _POLICY}
            )
        if self.server.pages is None:
            return self._go("/ask/") if path == "/" else self._missing()
        found = self.server.pages.find(path)
        if isinstance(found, str):
            return self._go(found)
        return self._file(found) if found else self._missing()

    def _missing(self) -> None:
        raise Refused(404, "there is nothing here. The endpoint is /query, the page to ask it /ask/.")

    def _go(self, path: str) -> None:
        self._send(302, _TEXT, path, {"Location": path})

    def _begin(self, status: int, kind: str, headers: dict[str, str]) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Cache-Control", "no-cache")
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def _send(self, status: int, kind: str, body: str | bytes, headers: dict[str, str] | None = None) -> None:
        content = (body + "\n").encode() if isinstance(body, str) else body
        closes = {"Connection": "close"} if self.close_connection else {}
        self._begin(status, kind, {"Content-Length": str(len(content)), **closes, **(headers or {})})
        if self.command != "HEAD":
            self.wfile.write(content)

    def _file(self, path: Path) -> None:
        with path.open("rb") as file:
            length = path.stat().st_size
            self._begin(200, TYPES.get(path.suffix, OTHER), {"Content-Length": str(length)})
            while self.command != "HEAD" and (piece := file.read(_PIECE)):
                self.wfile.write(piece)

    def _stream(self, status: int, kind: str, pieces: Iterator[bytes]) -> None:
        """Send pieces as they come; where they are cut off, close without the mark of the end."""
        if self.request_version == "HTTP/1.0":  # which knows no pieces
            return self._send(status, kind, b"".join(pieces))
        self._begin(status, kind, {"Transfer-Encoding": "chunked"})
        try:
            for piece in pieces if self.command != "HEAD" else ():
                if piece:
                    self.wfile.write(b"%x\r\n%b\r\n" % (len(piece), piece))
            if self.command != "HEAD":
                self.wfile.write(b"0\r\n\r\n")
        except CutOff:
            self.close_connection = True

    def version_string(self) -> str:
        """What serves."""
        return "bde"

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: questions are nobody's business."""
