"""The graph is served at home: asked by every client, changed by none, and gone without a trace."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPResponse, IncompleteRead
from pathlib import Path
from threading import Event
from urllib.error import HTTPError
from urllib.parse import quote, urlencode
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Page, sync_playwright
from rdflib import Graph

from bde.endpoint import Endpoint
from bde.errors import BdeError, MissingPart
from bde.serve import Offer, engine, serve
from bde.serve.front import Front
from bde.serve.pages import Pages
from bde.store import Store
from bde.workspace import Workspace
from conftest import ROOT

VOICES = ROOT / "tests" / "voices"
ALL = "SELECT ?g ?s ?p ?o { GRAPH ?g { ?s ?p ?o } }"
# So many rows that no machine has counted them when a second is over.
ENDLESS = "{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o . ?p ?q ?r }"
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Running:
    """The real command, its address, and what must not outlive it."""

    def __init__(self, *options: str, temporary: Path, root: Path = VOICES) -> None:
        self.folder = temporary
        command = [sys.executable, "-m", "bde", "--root", str(root), "serve", "--port", "0", *options]
        environment = {**os.environ, "TMPDIR": str(temporary)}
        self.process = subprocess.Popen(
            command, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        self.said = ""

    def wait(self) -> "Running":
        assert self.process.stdout
        while not self.said.endswith("Ctrl-C stops it.\n"):
            line = self.process.stdout.readline()
            assert line, self.process.communicate()
            self.said += line
        [self.address] = re.findall(r" at (http://\S+)\n", self.said)
        self.port = int(self.address.rpartition(":")[2])
        return self

    def children(self) -> list[int]:
        file = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(pid) for pid in file.read_text().split()]

    def end(self, number: int = signal.SIGTERM) -> int:
        """Send a signal and wait; returns the exit code."""
        self.process.send_signal(number)
        _, self.errors = self.process.communicate(timeout=20)
        return self.process.returncode

    def ask(self, sparql: str, **headers: str) -> HTTPResponse:
        made = Request(
            f"{self.address}/query",
            sparql.encode(),
            {"Content-Type": "application/sparql-query", **headers},
        )
        return urlopen(made, timeout=20)  # type: ignore[no-any-return]


@contextmanager
def running(*options: str, temporary: Path) -> Iterator[Running]:
    started = Running(*options, temporary=temporary)
    try:
        yield started.wait()
    finally:
        if started.process.poll() is None:
            started.end()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The miniature, served with little patience."""
    with running("--seconds", "1", temporary=tmp_path_factory.mktemp("serve")) as started:
        yield started


@pytest.fixture(scope="module")
def store() -> Store:
    return Store.load(Workspace.at(VOICES).graphs("ontology", "data"))


def refused(call: Callable[[], object]) -> tuple[int, str]:
    with pytest.raises(HTTPError) as error:
        call()
    return error.value.code, error.value.read().decode().strip()


# Asked


@pytest.mark.parametrize(
    "sparql",
    [
        ALL,
        "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",  # the default graph is the union
        "SELECT DISTINCT ?g { GRAPH ?g { ?s a <https://w3id.org/bde/ontology#Visit> } }",
        "ASK { ?s <https://w3id.org/bde/ontology#hostParty> ?o }",
        "CONSTRUCT WHERE { ?s a <https://w3id.org/bde/ontology#Visit> }",
        "DESCRIBE <https://w3id.org/bde/id/engagement/rossi-2031>",
    ],
)
def test_it_answers_as_the_embedded_store_does(server: Running, store: Store, sparql: str) -> None:
    got, wanted = Endpoint(f"{server.address}/query").query(sparql), store.query(sparql)
    assert (got.kind, got.columns, got.truth) == (wanted.kind, wanted.columns, wanted.truth)
    assert set(got.rows) == set(wanted.rows) and set(got.triples) == set(wanted.triples)
    assert not wanted.is_empty


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_sparqlwrapper_asks_it(server: Running) -> None:
    from SPARQLWrapper import CSV, JSON, TURTLE, XML, SPARQLWrapper

    client = SPARQLWrapper(f"{server.address}/query")
    client.setQuery("SELECT ?s { ?s a <https://w3id.org/bde/ontology#Visit> } ORDER BY ?s")
    client.setReturnFormat(JSON)
    rows = client.queryAndConvert()["results"]["bindings"]  # type: ignore[call-overload,index]
    assert len(rows) == 2
    client.setReturnFormat(XML)
    assert len(client.queryAndConvert().getElementsByTagName("result")) == 2  # type: ignore[union-attr]
    client.setReturnFormat(CSV)
    client.setMethod("POST")
    assert client.queryAndConvert().count(b"rossi-2031") == 1  # type: ignore[union-attr]
    client.setQuery("CONSTRUCT WHERE { ?s a <https://w3id.org/bde/ontology#Visit> }")
    client.setReturnFormat(TURTLE)
    assert len(Graph().parse(client.queryAndConvert())) == 2  # type: ignore[arg-type]


def test_the_protocol_is_spoken_in_its_three_ways(server: Running) -> None:
    query = "SELECT ?s { ?s a <https://w3id.org/bde/ontology#Visit> } ORDER BY ?s # ü & +"
    form = urlencode({"query": query})
    base = f"{server.address}/query"
    kinds = (
        {"Content-Type": "application/x-www-form-urlencoded"},
        {"Content-Type": "application/sparql-query"},
    )
    answers = {
        urlopen(f"{base}?{form}", timeout=20).read(),
        urlopen(Request(base, form.encode(), kinds[0]), timeout=20).read(),
        urlopen(Request(base, query.encode(), kinds[1]), timeout=20).read(),
    }
    assert len(answers) == 1 and answers.pop().count(b'"uri"') == 2


@pytest.mark.parametrize(
    ("accept", "given", "query"),
    [
        (None, "application/sparql-results+json", "SELECT * { ?s ?p ?o }"),
        ("application/sparql-results+xml", "application/sparql-results+xml", "SELECT * { ?s ?p ?o }"),
        ("text/csv;q=0.5, text/tab-separated-values", "text/tab-separated-values", "SELECT * { ?s ?p ?o }"),
        ("text/csv", "text/csv", "SELECT * { ?s ?p ?o }"),
        ("text/turtle", "text/turtle", "CONSTRUCT WHERE { ?s ?p ?o }"),
        ("application/n-triples", "application/n-triples", "CONSTRUCT WHERE { ?s ?p ?o }"),
        ("application/rdf+xml", "application/rdf+xml", "CONSTRUCT WHERE { ?s ?p ?o }"),
    ],
)
def test_the_form_of_the_answer_is_the_one_wanted(
    server: Running, accept: str | None, given: str, query: str
) -> None:
    answer = server.ask(query, **{"Accept": accept} if accept else {})
    assert answer.headers["Content-Type"].partition(";")[0] == given and answer.read()


def test_a_form_that_there_is_not_is_refused(server: Running) -> None:
    assert refused(lambda: server.ask("ASK {}", Accept="image/png"))[0] == 406


def test_the_request_may_choose_the_graphs(server: Running, store: Store) -> None:
    graph = "https://w3id.org/bde/graph/data/entities/states"
    [[number]] = store.query(f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}").rows
    for chosen, query in (
        ("default-graph-uri", "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"),
        ("named-graph-uri", "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }"),
    ):
        form = urlencode({"query": query, chosen: graph})
        answer = json.load(urlopen(f"{server.address}/query?{form}", timeout=20))
        assert answer["results"]["bindings"][0]["n"]["value"] == str(number)


def test_many_ask_at_once(server: Running) -> None:
    with ThreadPoolExecutor(16) as pool:
        answers = set(
            pool.map(lambda _: server.ask("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }").read(), range(64))
        )
    assert len(answers) == 1


def test_what_it_says_at_the_start_works_as_it_stands(server: Running, tmp_path: Path) -> None:
    [curl] = re.findall(r"^    curl +(curl .*)$", server.said, re.M)
    answer = subprocess.run(["bash", "-c", f"{curl} --silent --fail"], capture_output=True, text=True)
    assert json.loads(answer.stdout)["boolean"] is True
    [own] = re.findall(r"^    bde +bde (.*)$", server.said, re.M)
    (tmp_path / "my.rq").write_text("ASK { ?s ?p ?o }")
    command = [sys.executable, "-m", "bde", *own.split()]
    answer = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert (answer.returncode, answer.stdout) == (0, "true\n")


def test_the_examples_of_the_page_give_the_answer(server: Running) -> None:
    page = (ROOT / "docs" / "serving.md").read_text().replace("7878", str(server.port))
    for language, command in (("bash", ["bash", "-ec"]), ("python", [sys.executable, "-c"])):
        [example] = re.findall(rf"^```{language}\n(.*?)^```$", page, re.M | re.S)
        answer = subprocess.run([*command, example], capture_output=True, text=True)
        assert answer.returncode == 0, answer.stderr
        states = [line for line in answer.stdout.splitlines() if line.startswith("https://")]
        assert states == [f"https://w3id.org/bde/id/state/{name}" for name in ("arlandia", "borduria")]


# Refused


@pytest.mark.parametrize(
    ("method", "path", "body", "kind", "status"),
    [
        ("POST", "/update", b"update=CLEAR ALL", "application/x-www-form-urlencoded", 403),
        ("POST", "/query", b"update=CLEAR ALL", "application/x-www-form-urlencoded", 403),
        ("POST", "/query", b"CLEAR ALL", "application/sparql-update", 415),
        ("POST", "/query", b"CLEAR ALL", "application/sparql-query", 400),
        ("GET", "/query?update=CLEAR+ALL", b"", "", 403),
        ("GET", "/query?query=INSERT+DATA+%7B+%3Cu%3Aa%3E+%3Cu%3Aa%3E+%3Cu%3Aa%3E+%7D", b"", "", 400),
        ("PUT", "/store?default", b"<u:a> <u:a> <u:a> .", "text/turtle", 403),
        ("DELETE", "/store?default", b"", "", 403),
        ("DELETE", "/query", b"", "", 405),
        ("POST", "/ask/", b"", "", 405),
        ("GET", "/query", b"", "", 400),
        ("GET", "/query?query=ASK%7B%7D&query=ASK%7B%7D", b"", "", 400),
        ("GET", "/query?query=%FF", b"", "", 400),
        ("POST", "/query", b"\xff", "application/sparql-query", 400),
        ("GET", "/query?query=ASK%7B", b"", "", 400),
        ("GET", "/nothing", b"", "", 404),
        ("GET", "/../../etc/passwd", b"", "", 404),
    ],
)
def test_what_is_no_query_is_refused_and_changes_nothing(
    server: Running, method: str, path: str, body: bytes, kind: str, status: int
) -> None:
    before = sorted(server.ask(ALL, Accept="text/csv").read().splitlines())
    connection = HTTPConnection("127.0.0.1", server.port, timeout=20)
    connection.request(method, path, body, {"Content-Type": kind} if kind else {})
    answer = connection.getresponse()
    assert answer.status == status and answer.read()
    connection.request("GET", "/query?query=ASK%7B%7D")  # the connection is sound afterwards
    assert connection.getresponse().read() == b'{"head":{},"boolean":true}'
    connection.close()
    assert sorted(server.ask(ALL, Accept="text/csv").read().splitlines()) == before


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Content-Length": str(2**30)}, 413),
        ({"Content-Length": "-1"}, 400),
        ({"Content-Length": "many"}, 400),
        ({"Transfer-Encoding": "chunked"}, 411),
    ],
)
def test_a_request_of_no_or_a_bad_length_is_refused(
    server: Running, headers: dict[str, str], status: int
) -> None:
    connection = HTTPConnection("127.0.0.1", server.port, timeout=20)
    connection.putrequest("POST", "/query")
    for name, value in {"Content-Type": "application/sparql-query", **headers}.items():
        connection.putheader(name, value)
    connection.endheaders()
    answer = connection.getresponse()
    assert (answer.status, answer.headers["Connection"]) == (status, "close")
    connection.close()


@pytest.mark.parametrize("word", ["SERVICE", "service silent", r"\u0053ERVICE"])
def test_no_query_leaves_the_machine(server: Running, word: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as elsewhere:
        elsewhere.settimeout(0.2)
        address = f"http://127.0.0.1:{elsewhere.getsockname()[1]}/query"
        status, text = refused(lambda: server.ask(f"SELECT * {{ {word} <{address}> {{ ?s ?p ?o }} }}"))
        assert status == 400 and ("SERVICE" in text or "engines read in different ways" in text)
        server.ask(f"SELECT * FROM <{address}> {{ ?s ?p ?o }}").read()
        with pytest.raises(TimeoutError):
            elsewhere.accept()


def test_the_word_service_may_be_asked_about(server: Running) -> None:
    answer = server.ask('ASK { ?s ?p ?o FILTER(STR(?o) != "military service") } # SERVICE')
    assert json.load(answer)["boolean"] is True


def test_a_query_that_does_not_end_is_refused_in_time_and_ended_with_its_process(server: Running) -> None:
    [stuck] = server.children()
    before = time.monotonic()
    status, text = refused(lambda: server.ask(f"SELECT (COUNT(*) AS ?n) {ENDLESS}"))
    assert (status, text) == (504, "the query took longer than 1 seconds.")
    assert time.monotonic() - before < 10
    assert json.load(server.ask("ASK { ?s ?p ?o }"))["boolean"] is True
    for _ in range(100):
        if gone(stuck):
            break
        time.sleep(0.1)
    assert gone(stuck) and len(server.children()) == 1


def test_an_answer_that_is_cut_off_does_not_look_whole(server: Running) -> None:
    answer = server.ask(f"SELECT * {ENDLESS}")
    with pytest.raises(IncompleteRead):
        while answer.read1():
            pass


@pytest.mark.parametrize("host", ["rebound.example", "rebound.example:{port}", "127.0.0.1.example:{port}"])
def test_a_name_that_another_site_may_have_pointed_here_is_refused(server: Running, host: str) -> None:
    named = host.format(port=server.port)
    status, _ = refused(lambda: server.ask("ASK {}", Host=named))
    assert status == 421
    for own in (f"localhost:{server.port}", f"127.0.0.1:{server.port}", "localhost"):
        assert server.ask("ASK {}", Host=own).status == 200


def test_who_goes_away_ends_it_for_nobody_else(server: Running) -> None:
    for _ in range(3):
        connection = HTTPConnection("127.0.0.1", server.port, timeout=20)
        connection.request("GET", f"/query?{urlencode({'query': f'SELECT * {ENDLESS}'})}")
        assert connection.getresponse().read(10)
        assert connection.sock is None or connection.sock.close() is None
        connection.close()
    time.sleep(0.3)
    assert server.process.poll() is None and server.ask("ASK {}").status == 200


def test_no_other_site_may_read_the_answers(server: Running) -> None:
    answer = server.ask("ASK {}", Origin="https://x.example")
    assert not [name for name in answer.headers if name.lower().startswith("access-control")]


# Where it listens


def test_beyond_this_machine_only_when_that_is_said() -> None:
    with pytest.raises(BdeError, match=r"can be reached from other machines\. .*--beyond-this-machine"):
        Front("0.0.0.0", 0, beyond=False)
    with pytest.raises(BdeError, match="no address of this machine"):
        Front("no.such.name.invalid", 0, beyond=False)


def test_a_port_that_is_taken_is_told(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        started = Running("--port", port, temporary=tmp_path)
        _, errors = started.process.communicate(timeout=20)
    wanted = f"bde: port {port} of 127.0.0.1 cannot be had: Address already in use."
    assert errors == f"{wanted} Name another port, or 0 for a free one.\n"
    assert started.process.returncode == 2 and not [*tmp_path.iterdir()]


def test_it_listens_on_the_older_and_the_newer_loopback() -> None:
    for host, shown in (("localhost", "http://127.0.0.1:"), ("::1", "http://[::1]:")):
        with Front(host, 0, beyond=False) as front:
            assert front.address.startswith(shown)


def test_the_engine_takes_another_port_when_its_own_was_taken_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = engine._free_port
    with socket.create_server(("127.0.0.1", 0)) as taken:
        ports = [taken.getsockname()[1]] * 2
        monkeypatch.setattr(engine, "_free_port", lambda: ports.pop() if ports else real())
        made = engine.Engine(tmp_path, 5, Event())
        try:
            made.start(["<urn:a> <urn:b> <urn:c> <urn:g> ."])
            assert made.runs and not ports and made.address[1] != taken.getsockname()[1]
        finally:
            made.close()


def test_a_large_graph_is_put_in_order_before_it_is_served(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[str] = []

    class Watched(engine.Engine):
        def _run(self, *arguments: str) -> None:
            ran.append(arguments[0])
            super()._run(*arguments)

    monkeypatch.setattr(engine, "_LARGE", 2)
    for number in (1, 2):
        (tmp_path / str(number)).mkdir()
        made = Watched(tmp_path / str(number), 5, Event())
        try:
            made.start(f'<urn:a> <urn:b> "{n}" <urn:g> .' for n in range(number))
        finally:
            made.close()
    assert ran == ["load", "serve-read-only", "load", "optimize", "serve-read-only"]


def test_without_the_engine_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MissingPart, match=r"pip install \"bde\[serve\]\""):
        serve(Workspace.at(VOICES), Offer(port=0), Event(), lambda _: None)


def test_a_graph_that_cannot_be_read_is_told_and_nothing_is_left(tmp_path: Path) -> None:
    root = tmp_path / "graph"
    for floor in ("ontology", "data", "queries"):
        (root / floor).mkdir(parents=True)
    (root / "ontology" / "bde.ttl").write_text("<urn:a> <urn:b> .\n")
    (tmp_path / "here").mkdir()
    started = Running(temporary=tmp_path / "here", root=root)
    _, errors = started.process.communicate(timeout=20)
    assert started.process.returncode == 2 and "bde.ttl:1: not well-formed Turtle" in errors
    assert not [*(tmp_path / "here").iterdir()]


# The end


def gone(pid: int) -> bool:
    return not Path(f"/proc/{pid}").exists()


def nothing_is_left(started: Running, children: list[int]) -> bool:
    with socket.create_server(("127.0.0.1", started.port)):  # free at once
        return all(map(gone, children)) and not [*started.folder.iterdir()]


@pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)
def test_a_signal_ends_it_and_nothing_is_left(tmp_path: Path, number: signal.Signals) -> None:
    with running(temporary=tmp_path) as started:
        children = started.children()
        assert len(children) == 1 and [path.name[:10] for path in tmp_path.iterdir()] == ["bde-serve-"]
        if number == signal.SIGTERM:  # even while somebody reads
            reading = started.ask(f"SELECT * {ENDLESS}")
            assert reading.read(10)
        assert started.end(number) == 0 and started.errors == "stopped\n"
        assert nothing_is_left(started, children)


@pytest.mark.parametrize("seconds", [0.6, 0.9, 1.2])
def test_a_signal_on_the_way_up_leaves_nothing_either(tmp_path: Path, seconds: float) -> None:
    started = Running(temporary=tmp_path, root=ROOT)
    time.sleep(seconds)
    assert started.end(signal.SIGTERM) in (0, -signal.SIGTERM)
    assert not [*tmp_path.iterdir()]


def test_when_the_engine_ends_by_itself_that_is_told(tmp_path: Path) -> None:
    with running(temporary=tmp_path) as started:
        [child] = started.children()
        os.kill(child, signal.SIGKILL)
        _, errors = started.process.communicate(timeout=20)
        assert started.process.returncode == 2
        assert errors == "bde: the engine ended by itself. Start it again.\n"
        assert nothing_is_left(started, [child])


# The page to ask it


@pytest.fixture(scope="module")
def page(server: Running) -> Iterator[tuple[Page, list[str], list[str]]]:
    """The page in a real browser, what it asked for and what it complained of."""
    requests: list[str] = []
    complaints: list[str] = []
    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        made = browser.new_page()
        made.on("request", lambda request: requests.append(request.url))
        made.on("console", lambda message: complaints.append(message.text))
        made.on("pageerror", lambda error: complaints.append(str(error)))
        made.goto(f"{server.address}/")
        made.wait_for_selector("#saved option:nth-child(2)", state="attached")
        yield made, requests, complaints
        browser.close()


@pytest.mark.optional("chromium")
def test_the_page_asks_and_shows_and_asks_nobody_else(
    page: tuple[Page, list[str], list[str]], server: Running
) -> None:
    view, requests, complaints = page
    view.click("#ask")
    view.wait_for_selector("#answer table")
    heads = view.locator("thead th").all_text_contents()
    assert heads == ["class", "things"] and view.locator("tbody tr").count() > 3
    view.locator("td button").first.click()  # tells all about a thing
    view.wait_for_selector("thead th:text-is('property')")
    assert view.locator("tbody tr").count() > 0
    view.select_option("#saved", "visits")
    view.press("#query", "Control+Enter")
    view.wait_for_selector("thead th:text-is('record')")
    view.fill("#query", "DESCRIBE <https://w3id.org/bde/id/engagement/rossi-2031>")
    view.click("#ask")
    view.wait_for_selector("#answer pre")
    assert "bde/ontology#Visit" in view.locator("#answer pre").inner_text()
    view.fill("#query", "ASK { ?s ?p ?o }")
    view.click("#ask")
    view.wait_for_selector("#answer p:text-is('yes')")
    assert complaints == []
    assert len(requests) > 6 and all(url.startswith((f"{server.address}/", "data:")) for url in requests)


@pytest.mark.optional("chromium")
def test_the_page_shows_what_is_refused_and_takes_data_for_text(
    page: tuple[Page, list[str], list[str]],
) -> None:
    view, _, complaints = page
    view.fill("#query", "SELECT * {")
    view.click("#ask")
    view.wait_for_selector("#status.bad")
    assert "error at 1:" in view.locator("#answer pre").inner_text()
    complaints.clear()
    view.fill("#query", "SELECT ?x { VALUES ?x { '<img src=https://x.example/a onerror=alert(1)>' } }")
    view.click("#ask")
    view.wait_for_selector("#answer table")
    assert view.locator("#answer td").inner_text().startswith("<img") and not view.locator("img").count()
    policy = "() => fetch('https://x.example/').then(() => 'let out', () => 'kept in')"
    assert view.evaluate(policy) == "kept in"
    assert len(complaints) >= 1  # the refusal by the policy, and nothing before it
    assert all("Content Security Policy" in text for text in complaints)


@pytest.mark.optional("chromium")
@pytest.mark.parametrize("width", [360, 1280])
def test_the_page_fits_and_every_field_has_a_name(
    page: tuple[Page, list[str], list[str]], width: int
) -> None:
    view, _, _ = page
    view.set_viewport_size({"width": width, "height": 700})
    assert view.evaluate("document.documentElement.scrollWidth") <= width
    fields = view.evaluate("[...document.querySelectorAll('select,textarea')].map(f => f.labels.length)")
    assert fields == [1, 1]


# The pages of a site


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    outside = tmp_path_factory.mktemp("outside")
    (outside / "secret.txt").write_text("secret")
    folder = outside / "site"
    (folder / "id" / "person").mkdir(parents=True)
    (folder / "empty").mkdir()
    (folder / "index.html").write_text("<h1>start</h1>")
    (folder / "id" / "index.html").write_text("<h1>things</h1>")
    (folder / "id" / "person" / "maria rossi.html").write_text("<h1>Rossi</h1>")
    (folder / "id" / "person" / "maria rossi.ttl").write_text("# Rossi")
    (folder / ".hidden").write_text("secret")
    (folder / "link.txt").symlink_to(outside / "secret.txt")
    return folder


def test_the_pages_of_a_site_are_served_beside_the_endpoint(site: Path, tmp_path: Path) -> None:
    with running("--site", str(site), temporary=tmp_path) as started:
        first = urlopen(f"{started.address}/", timeout=20)
        assert first.read() == b"<h1>start</h1>" and first.headers["Content-Type"].startswith("text/html")
        moved = urlopen(f"{started.address}/id", timeout=20)
        assert moved.url == f"{started.address}/id/" and moved.read() == b"<h1>things</h1>"
        named = f"{started.address}/id/person/{quote('maria rossi')}"
        assert urlopen(named, timeout=20).read() == b"<h1>Rossi</h1>"
        turtle = urlopen(f"{named}.ttl", timeout=20)
        assert turtle.headers["Content-Type"].startswith("text/turtle")
        assert json.load(started.ask("ASK { ?s ?p ?o }"))["boolean"] is True
        assert b"Ask the graph" in urlopen(f"{started.address}/ask/", timeout=20).read()
        head = urlopen(Request(f"{named}.ttl", method="HEAD"), timeout=20)
        assert head.headers["Content-Length"] == "7" and head.read() == b""


@pytest.mark.parametrize(
    "path",
    [
        "/nothing",
        "/empty/",
        "/index.html/",
        "/.hidden",
        "/%2ehidden",
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/id/..%2f..%2fsecret.txt",
        "//../secret.txt",
        "/link.txt",
        "/id\\..\\secret.txt",
        "/a%00b",
    ],
)
def test_what_is_no_page_of_the_site_is_not_there(site: Path, path: str) -> None:
    assert Pages(site).find(path) is None


def test_a_folder_that_is_no_site_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BdeError, match=r"holds no index\.html\. Name the folder of a site"):
        Pages(tmp_path)
