"""A remote endpoint answers as the embedded store does, and a bad one is refused clearly and on time."""

import contextlib
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from rdflib import XSD, Literal, URIRef

import bde
from bde import parameters, queries
from bde.cli import run
from bde.endpoint import Endpoint
from bde.errors import BdeError, EndpointProblem
from bde.namespaces import ID
from bde.queries import Question
from bde.store import Store
from bde.syntax import nquads
from bde.workspace import Workspace
from conftest import ROOT

WORKSPACE = Workspace.at(ROOT)
QUESTIONS = queries.load(WORKSPACE)
NAMED = {"state": "Belarus", "person": "giang PHAN văn"}
ANYTHING = "SELECT * WHERE { ?s ?p ?o }"


# A real server


@pytest.fixture(scope="module")
def files() -> dict[str, Path]:
    return WORKSPACE.graphs("ontology", "data")


@pytest.fixture(scope="module")
def store(files: dict[str, Path]) -> Store:
    return Store.load(files)


@pytest.fixture(scope="module")
def server(files: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an Oxigraph server that holds these files as named graphs."""
    program = shutil.which("oxigraph", path=str(Path(sys.executable).parent)) or shutil.which("oxigraph")
    assert program, "the oxigraph wheel of the dev group is missing"
    folder = tmp_path_factory.mktemp("oxigraph")
    dump = folder / "graph.nq"
    dump.write_text("\n".join(nquads(files)) + "\n")
    place = ["--location", str(folder / "store")]
    subprocess.run([program, "load", *place, "--file", str(dump)], check=True, capture_output=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    command = [program, "serve-read-only", *place, "--bind", address, "--union-default-graph"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(100):
            try:
                urlopen(f"http://{address}/", timeout=1).close()
                break
            except URLError:
                assert process.poll() is None
                time.sleep(0.05)
        yield f"http://{address}/query"
    finally:
        process.terminate()
        process.wait(10)


@pytest.mark.parametrize(
    "question",
    [
        pytest.param(
            question,
            id=question.name,
            marks=pytest.mark.exhaustive("each question by an endpoint") if number % 4 else (),
        )
        for number, question in enumerate(QUESTIONS)
    ],
)
def test_every_question_is_answered_as_the_embedded_store_answers_it(
    question: Question, server: str, store: Store
) -> None:
    named = [parameter for parameter in question.parameters if parameter.type in NAMED]
    typed = {parameter.name: NAMED[parameter.type] for parameter in named[:1]}
    endpoint = Endpoint(server)
    for values in ({}, typed):
        sparql = queries.bind(question, parameters.resolve(endpoint, question, values))
        assert endpoint.query(sparql) == store.query(sparql)


def test_a_question_of_each_form_is_answered(server: str, store: Store) -> None:
    endpoint = Endpoint(server)
    ask = f"ASK {{ <{ID}state/vietnam> ?p ?o }}"
    assert endpoint.query(ask) == store.query(ask)
    assert endpoint.query("ASK { <urn:nobody> ?p ?o }").truth is False
    for form in ("CONSTRUCT {{ {0} ?p ?o }} WHERE {{ {0} ?p ?o }}", "DESCRIBE {0}"):
        sparql = form.format(f"<{ID}state/vietnam>")
        answer = endpoint.query(sparql)
        assert answer.kind == "construct"
        assert answer.triples
        assert set(answer.triples) == set(store.query(sparql).triples)
    assert endpoint.query("SELECT ?s WHERE { ?s <urn:nothing> ?o }").rows == ()


def test_the_command_asks_the_endpoint_for_names_and_answers_alike(
    server: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    query = tmp_path / "q.rq"
    query.write_text("CONSTRUCT WHERE { ?s a <https://w3id.org/bde/ontology#State> }")
    person = ["ask", "posts-of-a-person", "--set", "person=giang PHAN văn", "--as", "csv"]
    for asked in (person, ["ask", "opinions", "--as", "json"], ["sparql", str(query), "--as", "turtle"]):
        printed = []
        for more in ([], ["--endpoint", server]):
            assert run([*asked, *more]) == 0
            printed.append(capsys.readouterr().out)
        assert printed[0] == printed[1] and printed[0].count("\n") > 2
    assert run(["ask", "visits-of-a-pair", "--set", "a=Vietnem", "--endpoint", server]) == 2
    assert "Did you mean" in capsys.readouterr().err


def test_the_interface_for_python_answers_alike(server: str) -> None:
    here, there = bde.load(ROOT), bde.load(ROOT, endpoint=server)
    for name, values in (("opinions", {}), ("visits-of-a-pair", {"a": "VNM", "b": "CUB"})):
        assert there.ask(name, **values) == here.ask(name, **values)


def test_what_is_fetched_is_asked_here(server: str, capsys: pytest.CaptureFixture[str]) -> None:
    here, fetched = bde.load(ROOT), bde.load(ROOT, endpoint=server, fetch=True)
    for question in QUESTIONS[::8]:
        assert fetched.ask(question.id) == here.ask(question.id)
    printed = []
    for more in ([], ["--endpoint", server, "--fetch"]):
        assert run(["ask", "opinions", "--as", "csv", *more]) == 0
        printed.append(capsys.readouterr().out)
    assert printed[0] == printed[1] and printed[0].count("\n") > 2
    with pytest.raises(BdeError, match="no whole answer within"):
        bde.load(ROOT, endpoint=server, fetch=True, seconds=0.001).ask("opinions")
    assert run(["ask", "opinions", "--fetch"]) == 2
    assert "--endpoint" in capsys.readouterr().err


def test_terms_keep_their_type_language_and_form(server: str) -> None:
    day = f'"2031-05-04"^^<{XSD.date}>'
    sparql = f'SELECT * WHERE {{ VALUES (?a ?b ?c ?d) {{ (<urn:x> "é"@en {day} UNDEF) }} }}'
    [row] = Endpoint(server).query(sparql).rows
    assert row == (URIRef("urn:x"), Literal("é", lang="en"), Literal("2031-05-04", datatype=XSD.date), None)


def test_a_query_too_long_for_an_address_is_posted(server: str) -> None:
    long = f"SELECT (1 AS ?one) WHERE {{ }} # {'x' * 300_000}"
    assert Endpoint(server).query(long).rows == ((Literal("1", datatype=XSD.integer),),)


@pytest.mark.parametrize(
    "start", ["# add up, delete, clear\n", "BASE <urn:x>PREFIX a: <urn:a#>\n# LOAD it\n", " prefix : <urn:b>"]
)
def test_a_word_in_a_comment_is_not_taken_for_the_form_of_the_query(start: str, server: str) -> None:
    assert Endpoint(server).query(start + "select * where { ?s ?p ?o } limit 1").rows


def test_no_warning_is_raised_on_the_way(server: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert (
            Endpoint(server).query("CONSTRUCT WHERE { ?s a <https://w3id.org/bde/ontology#State> }").triples
        )
    subprocess.run([sys.executable, "-W", "error", "-c", "import bde.endpoint"], check=True)


def test_the_servers_own_complaint_about_a_query_is_told(server: str) -> None:
    with pytest.raises(EndpointProblem, match=r"HTTP 400: .*Correct the query"):
        Endpoint(server).query("SELECT * WHERE { ?s nobody:declared ?o }")


def test_an_answer_with_too_many_rows_or_bytes_is_refused(server: str) -> None:
    with pytest.raises(BdeError, match="more than 10 rows"):
        Endpoint(server).query(ANYTHING, most=10)
    with pytest.raises(EndpointProblem, match="more than 1,000 bytes"):
        Endpoint(server, max_bytes=1000).query(ANYTHING)


@pytest.mark.parametrize(
    "update", ["DELETE WHERE { ?s ?p ?o }", "CLEAR ALL", "LOAD <urn:x>", "", "nonsense", "# SELECT"]
)
def test_nothing_but_a_query_is_sent(update: str) -> None:
    with pytest.raises(EndpointProblem, match="only queries are sent"):
        Endpoint("http://127.0.0.1:9/query").query(update)


# Addresses


@pytest.mark.parametrize(
    "url",
    [
        "",
        "query",
        "ftp://x.example/",
        "file:///etc/passwd",
        "http://",
        "https:///sparql",
        "http://[::1",
        "http://x y/",
    ],
)
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(EndpointProblem, match="not the address of an endpoint"):
        Endpoint(url)


@pytest.mark.parametrize("url", ["https://me:secret@x.example/sparql", "https://me@x.example/sparql"])
def test_an_address_with_a_password_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(EndpointProblem, match="user name or password") as caught:
        Endpoint(url)
    assert "secret" not in str(caught.value)


def test_an_endpoint_that_is_not_there_is_told_as_such() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/query"
    with pytest.raises(EndpointProblem, match=re.escape(url) + ".*connection refused"):
        Endpoint(url).query(ANYTHING)


# Bad servers

Behavior = Callable[[BaseHTTPRequestHandler], None]
RESULTS = "application/sparql-results+json"
WHOLE = b'{"head":{"vars":["s"]},"results":{"bindings":[{"s":{"type":"uri","value":"urn:x"}}]}}'


@pytest.fixture
def bad() -> Iterator[Callable[[Behavior], str]]:
    """Starts a server that behaves as told, and gives its address."""
    servers = []

    def start(behavior: Behavior) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                with contextlib.suppress(OSError):  # the client has gone, as it should
                    behavior(self)

            do_POST = do_GET  # noqa: N815

            def log_message(self, *_: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}/query"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def says(
    body: bytes, media: str = RESULTS, status: int = 200, length: int | None = None, **more: str
) -> Behavior:
    def behavior(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        handler.send_header("Content-Type", media)
        handler.send_header("Content-Length", str(len(body) if length is None else length))
        for name, value in more.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    return behavior


def test_a_server_that_behaves_is_believed(bad: Callable[[Behavior], str]) -> None:
    assert Endpoint(bad(says(WHOLE))).query(ANYTHING).rows == ((URIRef("urn:x"),),)
    assert Endpoint(bad(says(WHOLE, "application/json; charset=utf-8"))).query(ANYTHING).rows


NOT_A_RESULT = "JSON that is no SPARQL result"
BAD = {
    "a web page": (says(b"<html>Welcome", "text/html; charset=utf-8"), "answered with a web page. Give the"),
    "XML": (says(b"<sparql/>", "application/sparql-results+xml"), "with application/sparql-results+xml"),
    "a page as an error": (says(b"<!DOCTYPE html><p>", "text/html", 502), "HTTP 502: a web page"),
    "an error in words": (says(b"out\n of  memory", "text/plain", 500), "HTTP 500: out of memory."),
    "an error without words": (says(b"", "text/plain", 503), "HTTP 503: Service Unavailable."),
    "no such page": (says(b"", "text/plain", 404), "HTTP 404: Not Found. Check the address"),
    "a password asked for": (says(b"", "text/plain", 401), "HTTP 401"),
    "an answer broken off": (says(WHOLE[:40], length=len(WHOLE)), "broke its answer off"),
    "JSON cut short": (says(WHOLE[:40]), "no whole JSON document"),
    "JSON not in UTF-8": (says(b'{"head": "\xff"}'), "no whole JSON document"),
    "endless nesting": (says(b"[" * 100_000), "no whole JSON document"),
    "nothing at all": (says(b""), "no whole JSON document"),
    "another JSON": (says(b'{"error": "none"}'), NOT_A_RESULT),
    "a list": (says(b"[1]"), NOT_A_RESULT),
    "a row of text": (says(b'{"head":{"vars":["s"]},"results":{"bindings":["s"]}}'), NOT_A_RESULT),
    "a term of no type": (says(WHOLE.replace(b'"uri"', b'"thing"')), NOT_A_RESULT),
    "a term without text": (says(WHOLE.replace(b'"urn:x"', b"7")), NOT_A_RESULT),
    "a compressed answer": (says(b"\x1f\x8b", Content_Encoding="gzip"), "in gzip, which was not asked for"),
    "a closed door": (lambda handler: handler.connection.close(), "broke its answer off"),
}  # fmt: skip


@pytest.mark.parametrize("kind", BAD)
def test_what_is_no_answer_is_refused_with_the_reason(kind: str, bad: Callable[[Behavior], str]) -> None:
    behavior, message = BAD[kind]
    url = bad(behavior)
    with pytest.raises(EndpointProblem) as caught:
        Endpoint(url, backoff_seconds=0.01).query(ANYTHING)
    assert message in str(caught.value)
    assert url in caught.value.what
    assert caught.value.fix


def test_triples_that_are_none_are_refused(bad: Callable[[Behavior], str]) -> None:
    triples = "application/n-triples"
    good = bad(says(b'<urn:a> <urn:b> "c" .\n', triples))
    assert len(Endpoint(good).query("CONSTRUCT WHERE { ?s ?p ?o }").triples) == 1
    for body in (b"<urn:a> <urn:b> ", b"<a b> <urn:b> <urn:c> .", b"\xff"):
        with pytest.raises(EndpointProblem, match="what are no triples"):
            Endpoint(bad(says(body, triples))).query("CONSTRUCT WHERE { ?s ?p ?o }")


@pytest.mark.parametrize("rows", ["", '{"n":{"type":"literal","value":"2"}}', "{}"])
def test_a_server_that_cuts_a_copy_off_is_found_out(rows: str, bad: Callable[[Behavior], str]) -> None:
    def cutting(handler: BaseHTTPRequestHandler) -> None:
        counting = "COUNT" in handler.path
        counted = f'{{"head":{{"vars":["n"]}},"results":{{"bindings":[{rows}]}}}}'
        given = "<urn:a> <urn:b> <urn:c> .\n" * 2
        answer = says(counted.encode()) if counting else says(given.encode(), "application/n-triples")
        answer(handler)

    with pytest.raises(EndpointProblem, match=r"gave 1 statements and counts (2|no number|None) of them"):
        Endpoint(bad(cutting)).copy()


def trickling_body(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", RESULTS)
    handler.end_headers()
    while True:
        handler.wfile.write(b" ")
        time.sleep(0.05)


def trickling_headers(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX: ")
    while True:
        handler.wfile.write(b"x")
        time.sleep(0.05)


def trickling_error(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(500)
    handler.end_headers()
    while True:
        handler.wfile.write(b"x")
        time.sleep(0.05)


def silence(handler: BaseHTTPRequestHandler) -> None:
    time.sleep(5)


def round_and_round(handler: BaseHTTPRequestHandler) -> None:
    time.sleep(0.1)
    handler.send_response(302)
    handler.send_header("Location", f"{handler.path}x")
    handler.end_headers()


@pytest.mark.parametrize("behavior", [trickling_body, trickling_headers, trickling_error, silence])
def test_the_deadline_holds_for_the_whole_request_however_it_is_drawn_out(
    behavior: Behavior, bad: Callable[[Behavior], str]
) -> None:
    start = time.monotonic()
    with pytest.raises(EndpointProblem, match=r"no whole answer within 0\.5 seconds"):
        Endpoint(bad(behavior), deadline_seconds=0.5).query(ANYTHING)
    assert time.monotonic() - start < 1.5


def test_a_deadline_given_with_the_query_goes_before_that_of_the_endpoint(
    bad: Callable[[Behavior], str],
) -> None:
    with pytest.raises(EndpointProblem, match=r"within 0\.2 seconds"):
        Endpoint(bad(silence)).query(ANYTHING, seconds=0.2)


def test_an_endless_answer_is_cut_off_at_the_limit(bad: Callable[[Behavior], str]) -> None:
    def endless(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", RESULTS)
        handler.end_headers()
        while True:
            handler.wfile.write(b" " * 65_536)

    with pytest.raises(EndpointProblem, match="more than 1,000,000 bytes"):
        Endpoint(bad(endless), max_bytes=1_000_000).query(ANYTHING)


def test_a_circle_of_redirections_ends(bad: Callable[[Behavior], str]) -> None:
    with pytest.raises(EndpointProblem, match="sends on and on"):
        Endpoint(bad(round_and_round), deadline_seconds=2).query(ANYTHING)
