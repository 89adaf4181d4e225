"""An endpoint that is busy, drops, moves, or wants to know who asks: what is sent, how often, and to whom."""

import base64
import contextlib
import hashlib
import re
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email.message import Message
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request as Asked
from urllib.request import parse_http_list, parse_keqv_list

import pytest
import trustme
from rdflib import URIRef

from bde.endpoint import Endpoint
from bde.endpoint.credentials import Credentials
from bde.endpoint.moving import Elsewhere, is_private, moved
from bde.endpoint.signing import CannotSign, signature
from bde.errors import EndpointProblem

ANYTHING = "SELECT * WHERE { ?s ?p ?o }"
LONG = f"{ANYTHING} # {'x' * 2_000}"
RESULTS = "application/sparql-results+json"
WHOLE = b'{"head":{"vars":["s"]},"results":{"bindings":[{"s":{"type":"uri","value":"urn:x"}}]}}'
ROWS = ((URIRef("urn:x"),),)
USER, PASSWORD = "keel", "S3cret:Wörd"


@dataclass
class Request:
    """One request as the server saw it."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


Reply = Callable[[BaseHTTPRequestHandler, Request], None]


@dataclass
class Server:
    """A real server on loopback that replies to the first request with the first reply, and so on."""

    replies: list[Reply]
    seen: list[Request] = field(default_factory=list)
    url: str = ""

    def reply(self, handler: BaseHTTPRequestHandler) -> None:
        size = int(handler.headers.get("Content-Length") or 0)
        request = Request(handler.command, handler.path, {**handler.headers}, handler.rfile.read(size))
        self.seen.append(request)
        with contextlib.suppress(OSError):
            self.replies[min(len(self.seen), len(self.replies)) - 1](handler, request)

    @property
    def authorizations(self) -> list[str]:
        return [request.headers.get("Authorization", "") for request in self.seen]


@pytest.fixture
def serve() -> Iterator[Callable[..., Server]]:
    running = []

    def start(*replies: Reply, tls: ssl.SSLContext | None = None) -> Server:
        server = Server([*replies])

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                server.reply(self)

            do_POST = do_GET  # noqa: N815

            def log_message(self, *_: object) -> None:
                pass

        listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        listening.daemon_threads = True
        if tls:
            listening.socket = tls.wrap_socket(listening.socket, server_side=True)
        threading.Thread(target=listening.serve_forever, args=(0.01,), daemon=True).start()
        running.append(listening)
        server.url = f"http{'s' * bool(tls)}://127.0.0.1:{listening.server_port}/query"
        return server

    yield start
    for listening in running:
        listening.shutdown()
        listening.server_close()


@pytest.fixture(autouse=True)
def nobody(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No name and no password but those of the test."""
    for name in ("BDE_ENDPOINT_USER", "BDE_ENDPOINT_PASSWORD", "NETRC"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))


def says(body: bytes = WHOLE, status: int = 200, media: str = RESULTS, **headers: str) -> Reply:
    def reply(handler: BaseHTTPRequestHandler, _: Request) -> None:
        handler.send_response(status)
        handler.send_header("Content-Type", media)
        handler.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    return reply


def drops(handler: BaseHTTPRequestHandler, _: Request) -> None:
    handler.connection.close()


def cuts(handler: BaseHTTPRequestHandler, _: Request) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", RESULTS)
    handler.send_header("Content-Length", str(len(WHOLE)))
    handler.end_headers()
    handler.wfile.write(WHOLE[:20])


def cuts_a_chunk(handler: BaseHTTPRequestHandler, _: Request) -> None:
    handler.protocol_version = "HTTP/1.1"
    handler.send_response(200)
    handler.send_header("Content-Type", RESULTS)
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    handler.wfile.write(b"50\r\n" + WHOLE[:20])
    handler.close_connection = True


def endpoint(server: Server, seconds: float = 10) -> Endpoint:
    return Endpoint(server.url, deadline_seconds=seconds, backoff_seconds=0.02)


def refusal(server: Server, sparql: str = ANYTHING, seconds: float = 10) -> str:
    with pytest.raises(EndpointProblem) as caught:
        endpoint(server, seconds).query(sparql)
    assert caught.value.fix
    assert PASSWORD not in str(caught.value)
    return str(caught.value)


# Busy, or dropped


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_busy_server_is_asked_again_until_it_answers(status: int, serve: Callable[..., Server]) -> None:
    server = serve(says(b"", status), says(b"", status), says())
    assert endpoint(server).query(ANYTHING).rows == ROWS
    assert len(server.seen) == 3
    assert len({(request.method, request.path) for request in server.seen}) == 1


@pytest.mark.parametrize("sparql", [ANYTHING, LONG], ids=["in the address", "in the body"])
@pytest.mark.parametrize("dropped", [drops, cuts, cuts_a_chunk])
def test_a_dropped_connection_is_tried_again(
    dropped: Reply, sparql: str, serve: Callable[..., Server]
) -> None:
    server = serve(dropped, says())
    assert endpoint(server).query(sparql).rows == ROWS
    assert len(server.seen) == 2
    assert server.seen[0].body == server.seen[1].body
    assert bool(server.seen[0].body) == (sparql == LONG)


def test_a_server_that_stays_busy_is_asked_four_times(serve: Callable[..., Server]) -> None:
    server = serve(says(b"full", 503, "text/plain"))
    assert "HTTP 503: full. It was asked 4 times. Ask again later." in refusal(server)
    assert len(server.seen) == 4


def test_the_waits_grow(serve: Callable[..., Server]) -> None:
    times: list[float] = []

    def busy(handler: BaseHTTPRequestHandler, request: Request) -> None:
        times.append(time.monotonic())
        says(b"", 503)(handler, request)

    with pytest.raises(EndpointProblem):
        Endpoint(serve(busy).url, backoff_seconds=0.2).query(ANYTHING)
    waits = [later - earlier for earlier, later in pairwise(times)]
    for wait, longest in zip(waits, (0.2, 0.4, 0.8), strict=True):
        assert longest / 2 <= wait < longest + 0.15


@pytest.mark.parametrize("asked", [lambda: "1", lambda: formatdate(time.time() + 2, usegmt=True)])
def test_the_server_says_how_long_to_wait(asked: Callable[[], str], serve: Callable[..., Server]) -> None:
    server = serve(says(b"", 429, Retry_After=asked()), says())
    start = time.monotonic()
    assert endpoint(server).query(ANYTHING).rows == ROWS
    assert time.monotonic() - start >= 0.9
    assert len(server.seen) == 2


def test_a_wait_beyond_the_deadline_is_not_begun(serve: Callable[..., Server]) -> None:
    server = serve(says(b"", 429, Retry_After="120"))
    start = time.monotonic()
    assert "HTTP 429: Too Many Requests. It asks to wait 120 seconds." in refusal(server)
    assert time.monotonic() - start < 1
    assert len(server.seen) == 1


@pytest.mark.parametrize("nonsense", ["soon", "-1", "1e9", "\u0661"])
def test_a_wait_that_is_none_is_passed_over(nonsense: str, serve: Callable[..., Server]) -> None:
    sent = nonsense.encode().decode("latin-1")
    server = serve(says(b"", 503, Retry_After=sent), says())
    assert endpoint(server).query(ANYTHING).rows == ROWS


def test_the_deadline_holds_over_all_tries(serve: Callable[..., Server]) -> None:
    def slow(handler: BaseHTTPRequestHandler, request: Request) -> None:
        time.sleep(0.3)
        says(b"", 503)(handler, request)

    server = serve(slow)
    start = time.monotonic()
    refusal(server, seconds=0.7)
    assert time.monotonic() - start < 1
    assert 1 < len(server.seen) < 4


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (400, "HTTP 400: Bad Request. Correct the query."),
        (403, "HTTP 403: Forbidden. Ask who runs it for access."),
        (404, "HTTP 404: Not Found. Check the address: there is nothing at it."),
        (500, "HTTP 500: Internal Server Error. Check the address and the server."),
        (501, "HTTP 501: Not Implemented."),
    ],
)
def test_a_trouble_that_does_not_pass_is_not_tried_again(
    status: int, said: str, serve: Callable[..., Server]
) -> None:
    server = serve(says(b"", status))
    assert said in refusal(server)
    assert len(server.seen) == 1


@pytest.mark.parametrize(
    "reply",
    [says(b"<html>", media="text/html"), says(WHOLE[:30]), says(media="application/xml")],
    ids=["a web page", "JSON cut short", "another type"],
)
def test_an_answer_that_is_none_is_not_asked_for_again(reply: Reply, serve: Callable[..., Server]) -> None:
    server = serve(reply)
    refusal(server)
    assert len(server.seen) == 1


# Moved


@pytest.mark.parametrize("status", [301, 302, 307, 308])
@pytest.mark.parametrize("sparql", [ANYTHING, LONG], ids=["in the address", "in the body"])
def test_another_address_of_the_same_server_is_followed_with_the_whole_query(
    status: int, sparql: str, serve: Callable[..., Server]
) -> None:
    def moved(handler: BaseHTTPRequestHandler, request: Request) -> None:
        there = request.path.replace("/query", "/sparql")
        says(b"", status, Location=there)(handler, request)

    server = serve(moved, says())
    assert endpoint(server).query(sparql).rows == ROWS
    first, second = server.seen
    assert (first.method, first.body) == (second.method, second.body)
    assert first.path.replace("/query", "/sparql") == second.path


def test_see_other_is_read_without_the_query(serve: Callable[..., Server]) -> None:
    server = serve(says(b"", 303, Location="/result"), says())
    assert endpoint(server).query(LONG).rows == ROWS
    assert [(request.method, len(request.body) > 0) for request in server.seen] == [
        ("POST", True),
        ("GET", False),
    ]


@pytest.mark.parametrize("sparql", [ANYTHING, LONG], ids=["in the address", "in the body"])
def test_another_host_is_not_followed_and_learns_nothing(
    sparql: str, serve: Callable[..., Server], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BDE_ENDPOINT_USER", USER)
    monkeypatch.setenv("BDE_ENDPOINT_PASSWORD", PASSWORD)
    other = serve(says())
    server = serve(says(b"", 401, WWW_Authenticate='Basic realm="r"'), says(b"", 307, Location=other.url))
    assert "sends on to another host, http://127.0.0.1, which is not followed" in refusal(server, sparql)
    assert (len(server.seen), len(other.seen)) == (2, 0)


@pytest.mark.parametrize(
    "there", ["http://x:y@127.0.0.1:1/", "//elsewhere.example/", "file:///etc/passwd", "http://[::1", "ftp:x"]
)
def test_nothing_that_is_not_the_same_server_is_followed(there: str, serve: Callable[..., Server]) -> None:
    server = serve(says(b"", 302, Location=there))
    assert "which is not followed" in refusal(server)
    assert len(server.seen) == 1


@pytest.mark.parametrize(
    ("old", "new", "followed"),
    [
        ("http://a.example/q", "https://a.example/q", True),
        ("http://a.example/q", "https://A.EXAMPLE:443/", True),
        ("https://a.example/q", "http://a.example/q", False),
        ("http://a.example:81/q", "https://a.example/q", False),
        ("http://a.example/q", "http://b.a.example/q", False),
        ("http://a.example/q", "/\u00e9 x", True),
    ],
)
def test_only_the_encrypted_side_of_a_server_is_the_same_server(old: str, new: str, followed: bool) -> None:
    headers = Message()
    headers["Location"] = new
    error = HTTPError(old, 301, "", headers, None)
    if followed:
        assert moved(Asked(old), error).full_url.isascii()
    else:
        with pytest.raises(Elsewhere):
            moved(Asked(old), error)


# Who asks


def wants(challenge: str, holds: Callable[[Request], bool]) -> Reply:
    """Answers a request that proves who sends it, and challenges any other."""

    def reply(handler: BaseHTTPRequestHandler, request: Request) -> None:
        ok = says() if holds(request) else says(b"who?", 401, "text/plain", WWW_Authenticate=challenge)
        ok(handler, request)

    return reply


def basic(request: Request) -> bool:
    pair = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
    return request.headers.get("Authorization") == f"Basic {pair}"


def digest(algorithm: str, realm: str, quality: bool) -> Callable[[Request], bool]:
    """A server's side of RFC 7616, written from the other end than ours."""
    make = {"MD5": hashlib.md5, "SHA-256": hashlib.sha256}[algorithm]

    def holds(request: Request) -> bool:
        scheme, _, said = request.headers.get("Authorization", "").partition(" ")
        if scheme != "Digest":
            return False
        terms = parse_keqv_list(parse_http_list(said))
        secret = make(f"{USER}:{realm}:{PASSWORD}".encode()).hexdigest()
        asked = make(f"{request.method}:{request.path}".encode()).hexdigest()
        middle = f"{terms['nc']}:{terms['cnonce']}:{terms['qop']}:" if quality else ""
        whole = make(f"{secret}:{terms['nonce']}:{middle}{asked}".encode()).hexdigest()
        return terms["response"] == whole and terms["uri"] == request.path and terms["opaque"] == "o"

    return holds


WAYS = {
    "basic": ('Basic realm="r", charset="UTF-8"', basic),
    "digest of old": ('Digest realm="r", nonce="n", opaque="o"', digest("MD5", "r", False)),
    "digest": ('Digest realm="a,b", qop="auth,auth-int", nonce="=", opaque="o"', digest("MD5", "a,b", True)),
    "digest by SHA-256": (
        'Basic realm="r", Digest realm="r", nonce="m", algorithm=MD5, opaque="o", '
        'Digest realm="r", nonce="n", algorithm=SHA-256, opaque="o", qop="auth"',
        digest("SHA-256", "r", True),
    ),
}  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("sparql", [ANYTHING, LONG], ids=["in the address", "in the body"])
def test_a_server_that_asks_is_told_who_asks(
    way: str, sparql: str, serve: Callable[..., Server], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BDE_ENDPOINT_USER", USER)
    monkeypatch.setenv("BDE_ENDPOINT_PASSWORD", PASSWORD)
    server = serve(wants(*WAYS[way]))
    assert endpoint(server).query(sparql).rows == ROWS
    assert [bool(said) for said in server.authorizations] == [False, True]
    assert PASSWORD not in "".join(server.authorizations)


def test_a_busy_server_is_signed_in_to_anew(
    serve: Callable[..., Server], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BDE_ENDPOINT_USER", USER)
    monkeypatch.setenv("BDE_ENDPOINT_PASSWORD", PASSWORD)
    way = wants(*WAYS["digest"])
    server = serve(way, says(b"", 503), way)
    assert endpoint(server).query(ANYTHING).rows == ROWS
    assert [bool(said) for said in server.authorizations] == [False, True, False, True]


def test_nothing_is_said_to_a_server_that_does_not_ask(
    serve: Callable[..., Server], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BDE_ENDPOINT_USER", USER)
    monkeypatch.setenv("BDE_ENDPOINT_PASSWORD", PASSWORD)
    server = serve(says())
    endpoint(server).query(ANYTHING)
    assert server.authorizations == [""]


@pytest.mark.parametrize("way", ["basic", "digest"])
def test_a_wrong_password_is_told_at_once_and_never_repeated(
    way: str, serve: Callable[..., Server], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BDE_ENDPOINT_USER", USER)
    monkeypatch.setenv("BDE_ENDPOINT_PASSWORD", PASSWORD)
    server = serve(wants(WAYS[way][0], lambda request: False))
    assert "HTTP 401: who?. The user name or the password is wrong." in refusal(server).replace("??", "?")
    assert len(server.seen) == 2


def test_a_server_that_repeats_the_password_is_not_quoted_on_it(
    serve: Callable[..., Server], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BDE_ENDPOINT_USER", USER)
    monkeypatch.setenv("BDE_ENDPOINT_PASSWORD", PASSWORD)

    def tells(handler: BaseHTTPRequestHandler, request: Request) -> None:
        pair = request.headers["Authorization"].removeprefix("Basic ")
        said = f"{'.' * 290}{PASSWORD} and {pair} \x1b[31m"
        says(said.encode(), 500, "text/plain")(handler, request)

    server = serve(says(b"", 401, WWW_Authenticate='Basic realm="r"'), tells)
    message = refusal(server)
    pair = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
    assert "HTTP 500" in message and PASSWORD[:4] not in message and pair[:6] not in message
    assert "\x1b" not in message


def test_without_a_name_and_a_password_it_is_told_where_they_go(serve: Callable[..., Server]) -> None:
    server = serve(wants(*WAYS["basic"]))
    message = refusal(server)
    assert "asks for a user name and a password (HTTP 401). Set BDE_ENDPOINT_USER and" in message
    assert len(server.seen) == 1


def test_a_way_to_sign_in_that_is_not_spoken_is_named(
    serve: Callable[..., Server], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BDE_ENDPOINT_USER", USER)
    monkeypatch.setenv("BDE_ENDPOINT_PASSWORD", PASSWORD)
    for challenge, named in (
        ('Negotiate, Bearer realm="r"', "asks for bearer, negotiate; basic and digest"),
        ('Digest realm="r", nonce="n", algorithm=MD5-sess', "asks for digest; basic"),
        ('Digest realm="r", nonce="n", qop="auth-int"', "asks for digest; basic"),
        ("", "asks for nothing that is known"),
    ):
        server = serve(says(b"", 401, WWW_Authenticate=challenge))
        assert named in refusal(server)
        assert len(server.seen) == 1


def test_a_password_is_not_sent_in_the_clear_over_a_network() -> None:
    for url in ("https://a.example/", "http://localhost:7878/q", "http://[::1]/", "http://127.8.9.1/"):
        assert is_private(url)
    for url in ("http://a.example/", "http://10.0.0.1/", "http://localhost.a.example/"):
        assert not is_private(url)
    who = Credentials(USER, PASSWORD)
    with pytest.raises(CannotSign, match="anybody on the way can read") as caught:
        signature(['Basic realm="r"'], "GET", "/q", who, private=False)
    assert PASSWORD not in str(caught.value)
    assert signature(['Digest realm="r", nonce="n"'], "GET", "/q", who, private=False).startswith("Digest ")
    assert PASSWORD not in repr(who) and USER not in repr(who)


def test_digest_gives_the_value_of_its_specification(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("secrets.token_hex", lambda _: "0a4f113b")  # RFC 2617, section 3.5
    challenge = (
        'Digest realm="testrealm@host.com", qop="auth,auth-int", '
        'nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", opaque="5ccc069c403ebaf9f0171e9517f40e41"'
    )
    who = Credentials("Mufasa", "Circle Of Life")
    signed = signature([challenge], "GET", "/dir/index.html", who, private=True)
    assert 'response="6629fae49393a05397450978507c4ef1"' in signed


# Where the name and the password come from


@pytest.mark.parametrize("named", [True, False], ids=["the file that NETRC names", "the file at home"])
def test_a_netrc_file_serves_the_hosts_it_names(
    named: bool, serve: Callable[..., Server], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / ("mine" if named else ".netrc")
    file.write_text(f"machine 127.0.0.1 login {USER} password {PASSWORD}\n")
    file.chmod(0o600)
    if named:
        monkeypatch.setenv("NETRC", str(file))
    server = serve(wants(*WAYS["basic"]))
    assert endpoint(server).query(ANYTHING).rows == ROWS


def test_a_netrc_entry_for_another_host_or_for_all_is_not_sent(
    serve: Callable[..., Server], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / ".netrc"
    file.write_text(f"machine a.example login x password y\ndefault login {USER} password {PASSWORD}\n")
    file.chmod(0o600)
    server = serve(wants(*WAYS["basic"]))
    assert "asks for a user name" in refusal(server)
    assert server.authorizations == [""]


def test_an_incomplete_setting_is_told_without_the_secret(
    serve: Callable[..., Server], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    server = serve(wants(*WAYS["basic"]))
    monkeypatch.setenv("BDE_ENDPOINT_PASSWORD", PASSWORD)
    assert "BDE_ENDPOINT_USER is not set" in refusal(server)
    monkeypatch.delenv("BDE_ENDPOINT_PASSWORD")
    (tmp_path / "netrc").write_text(f"machine 127.0.0.1 login {USER}\n{PASSWORD} password")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    assert "netrc:2: no well-formed netrc file" in refusal(server)
    monkeypatch.setenv("NETRC", str(tmp_path / "nowhere"))
    assert "nowhere: cannot be read" in refusal(server)
    monkeypatch.setenv("BDE_ENDPOINT_USER", "keel\r\nX: y")
    monkeypatch.setenv("BDE_ENDPOINT_PASSWORD", PASSWORD)
    assert "holds a control character" in refusal(server)
    assert server.authorizations == [""] * 4


def test_a_key_in_the_address_is_sent_and_not_repeated(serve: Callable[..., Server]) -> None:
    server = serve(says(b"", 404))
    with pytest.raises(EndpointProblem) as caught:
        Endpoint(f"{server.url}?key=S3cret").query(ANYTHING)
    assert "S3cret" not in str(caught.value) and server.url in str(caught.value)
    [request] = server.seen
    assert request.path.startswith("/query?key=") and request.path.count("?") == 1
    assert (request.method, b"query=SELECT" in request.body) == ("POST", True)


# Encrypted, and nowhere


def test_a_certificate_has_to_be_trusted(
    serve: Callable[..., Server], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    server = serve(says(), tls=context)
    assert "a certificate that cannot be trusted" in refusal(server)
    assert not server.seen
    authority.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    assert endpoint(server).query(ANYTHING).rows == ROWS


def test_a_server_without_encryption_behind_an_encrypted_address_is_told(
    serve: Callable[..., Server],
) -> None:
    url = serve(says()).url.replace("http:", "https:")
    with pytest.raises(EndpointProblem, match=r"cannot be spoken to over TLS.*Check whether its address"):
        Endpoint(url).query(ANYTHING)


def test_a_host_that_nobody_knows_is_told() -> None:
    with pytest.raises(
        EndpointProblem, match=re.escape("http://nobody.invalid/q is not there: nobody knows")
    ):
        Endpoint("http://nobody.invalid/q").query(ANYTHING)
