"""A proxy on loopback that does to requests what bad days do: cuts, loses, delays, refuses, leaves out."""

import contextlib
import http.client
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote_plus, urlsplit

# What is said of a write, and by which words in its path or body it is known; the first that fits.
KINDS = {
    "switch": "hasCurrentVersion",
    "record": "void#triples",
    "mark": "switching",
    "end": "prov#Activity",
    "lock": "VALUES ?once",
    "note": "dc/terms/source",
    "renewal": "dc/terms/valid",
    "other update": "WHERE",
}


@dataclass
class Asked:
    """A request as the proxy sees it; ``kind`` says what it is for."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    number: int = 0  # how many of the same kind came before

    @property
    def kind(self) -> str:
        """What it is for: one of ``KINDS``, ``blank`` or ``ground`` for an upload, ``read`` for the rest."""
        if self.method != "POST" or "n-triples" in self.headers.get("Accept", ""):
            return "read"
        if "n-triples" in self.headers.get("Content-Type", ""):
            return "blank" if b"_:" in self.body else "ground"
        said = unquote_plus(self.body.decode(errors="replace"))
        if "update=" not in said and "query=DEFINE" not in said:
            return "read"
        return next((kind for kind, words in KINDS.items() if words in said), "read")


# What to do: nothing (None), or the name of a fault of the proxy.
Decide = Callable[[Asked], str | None]


@dataclass
class Proxy:
    """The proxy before a store: ``decide`` says what happens to a request, ``struck`` counts what did."""

    upstream: str
    decide: Decide
    elsewhere: str = ""
    at_switch: Callable[[], None] | None = None
    struck: list[str] = field(default_factory=list)
    base: str = ""
    _seen: dict[str, int] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def handle(self, handler: BaseHTTPRequestHandler) -> None:
        size = int(handler.headers.get("Content-Length") or 0)
        asked = Asked(handler.command, handler.path, dict(handler.headers), handler.rfile.read(size))
        with self._lock:
            asked.number = self._seen.get(asked.kind, 0)
            self._seen[asked.kind] = asked.number + 1
            fault = self.decide(asked)
            if fault:
                self.struck.append(f"{fault} {asked.kind}")
        handler.close_connection = True
        with contextlib.suppress(OSError, http.client.HTTPException):
            getattr(self, "_" + (fault or "forward").replace(" ", "_"))(handler, asked)

    # The faults

    def _forward(self, handler: BaseHTTPRequestHandler, asked: Asked) -> None:
        if self.at_switch and asked.kind == "switch":
            threading.Thread(target=self.at_switch, daemon=True).start()
        status, headers, body = self._ask(asked)
        self._reply(handler, status, body, headers)

    def _ask(self, asked: Asked) -> tuple[int, list[tuple[str, str]], bytes]:
        parts = urlsplit(self.upstream)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
        headers = {k: v for k, v in asked.headers.items() if k.lower() not in ("host", "connection")}
        connection.request(asked.method, asked.path, asked.body or None, headers)
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        told = ("content-type", "content-encoding", "www-authenticate")
        kept = [(name, value) for name, value in answer.getheaders() if name.lower() in told]
        return answer.status, kept, body

    def _reply(
        self, handler: BaseHTTPRequestHandler, status: int, body: bytes, headers: list[tuple[str, str]]
    ) -> None:
        handler.send_response(status)
        for name, value in headers:
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    def _cut(self, handler: BaseHTTPRequestHandler, asked: Asked) -> None:
        """The connection breaks in the middle of the upload, on both sides."""
        parts = urlsplit(self.upstream)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=10)
        connection.putrequest(asked.method, asked.path)
        for name, value in asked.headers.items():
            if name.lower() != "host":
                connection.putheader(name, value)
        connection.endheaders(asked.body[: len(asked.body) // 2])
        connection.close()

    def _lose_before(self, handler: BaseHTTPRequestHandler, asked: Asked) -> None:
        """The request never arrives, and the connection breaks."""

    def _lose_after(self, handler: BaseHTTPRequestHandler, asked: Asked) -> None:
        """The request is done, and the answer is lost."""
        self._ask(asked)

    def _fail_after(self, handler: BaseHTTPRequestHandler, asked: Asked) -> None:
        """The request is done, and answered with 502."""
        status, headers, body = self._ask(asked)
        self._reply(handler, *((status, body, headers) if status == 401 else (502, b"bad gateway", [])))

    def _slow(self, handler: BaseHTTPRequestHandler, asked: Asked) -> None:
        time.sleep(0.05)
        self._forward(handler, asked)

    def _stuck(self, handler: BaseHTTPRequestHandler, asked: Asked) -> None:
        """The request arrives only after the publisher has given it up."""
        time.sleep(3)
        self._forward(handler, asked)

    def _leave_out(self, handler: BaseHTTPRequestHandler, asked: Asked) -> None:
        """A statement is dropped, and the answer is success."""
        asked.body = asked.body.split(b"\n", 1)[1]
        asked.headers = {k: v for k, v in asked.headers.items() if k.lower() != "content-length"}
        self._forward(handler, asked)

    def _refuse(self, handler: BaseHTTPRequestHandler, asked: Asked) -> None:
        self._reply(handler, 507, b"no space left on device", [("Content-Type", "text/plain")])

    def _forbid(self, handler: BaseHTTPRequestHandler, asked: Asked) -> None:
        self._reply(handler, 403, b"read only", [("Content-Type", "text/plain")])

    def _redirect(self, handler: BaseHTTPRequestHandler, asked: Asked) -> None:
        self._reply(handler, 307, b"", [("Location", self.elsewhere + asked.path)])


@contextmanager
def faulty(base: str, decide: Decide, **more: object) -> Iterator[Proxy]:
    """A proxy before the store at ``base``, for a while; its own ``base`` stands in for that."""
    parts = urlsplit(base)
    proxy = Proxy(f"{parts.scheme}://{parts.netloc}", decide, **more)  # type: ignore[arg-type]

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            proxy.handle(self)

        do_GET = do_PUT = do_DELETE = do_HEAD = do_POST  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    listening.daemon_threads = True
    threading.Thread(target=listening.serve_forever, args=(0.01,), daemon=True).start()
    proxy.base = f"http://127.0.0.1:{listening.server_port}{parts.path}"
    try:
        yield proxy
    finally:
        listening.shutdown()
        listening.server_close()
