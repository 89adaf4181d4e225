"""What is asked cannot change the graph, call out or run on, and no value can steer a question."""

import contextlib
import os
import random
import re
import secrets
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from rdflib import XSD, Graph, Literal, URIRef
from rdflib.plugins.sparql.algebra import translateQuery
from rdflib.plugins.sparql.parser import parseQuery
from rdflib.plugins.sparql.parserutils import CompValue

from bde import api, parameters, queries
from bde.check import questions as checked
from bde.cli import run
from bde.errors import BdeError, SyntaxProblem, UnknownName
from bde.queries import Question, Value
from bde.store import Answer, Store
from bde.workspace import Workspace
from conftest import ROOT

WORKSPACE = Workspace.at(ROOT)
QUESTIONS = queries.load(WORKSPACE)
SEED = 20261122
BASE = "https://w3id.org/bde/id/state/"


# Values that would steer a question

PIECES = [
    *"\"'{}<>()[].,;:?$#%&|!*+-=^`~\\/@_ \t\n\r\0",
    *("\u00a0", "\u200f", "\u202e", "\u2028", "\ufeff", "\ud7ff", "\U0001f600", "\x1b[2J", "\x7f", "\x85"),
    *("} UNION {", "} ?s ?p ?o . {", "UNION", "SELECT *", "VALUES ?a", "UNDEF", "# parameter", "\\u0022"),
    *("\\u003e", "\\U0000003E", "\\n", '"""', "'''", "^^xsd:date", "@en", "@en-ltr", "%3E", "%7D%0A", "%"),
    *("SERVICE <http://x.example/>", "DROP ALL", "; CLEAR ALL", "FILTER(1=1)", "BIND(1 AS ?x)", "*/", "--"),
    *("state:vietnam", "a", "any", "VNM", "2019-08-21", "2019-02-30", "urn:x", "_:b", "<<", ">>", "()", "é"),
    *("bde:State", "true", "1e9", "GRAPH ?g", "MINUS {", "LIMIT 0", "ORDER BY", "BASE <urn:x>", "../../etc"),
]
CRAFTED = [
    *PIECES,
    "",
    " ",
    "x> } UNION { ?s ?p ?o } VALUES ?a { <y",
    f"{BASE}vietnam> }} ?s ?p ?o {{",
    f"{BASE}vietnam }}  # parameter\n  ?s ?p ?o .\n  VALUES ?z {{ <x",
    f"{BASE}vietnam\r}} ?s ?p ?o {{",
    f"{BASE}viet nam",
    f"{BASE}viet\\u003Enam",
    f"{BASE}\\u0020",
    f"{BASE}%3E%20%7D",
    f"{BASE}a#}}  # parameter",
    f"{BASE}a)FILTER(1",
    f"{BASE}'x'",
    f"{BASE}\u202ex",
    f"{BASE}\0",
    f"{BASE}{'x' * 50_000}",
    "2031-05-04",
    '2031-05-04"^^xsd:date } ?s ?p ?o {',
    "2031-05-04T00:00:00",
    "2031-05-04\n",
    "２０３１-05-04",
    "+2031-05-04",
    "99999-01-01",
    "'" * 1_000,
    "{" * 10_000,
    "x" * 20_000,
    "{0}",
    "%s",
    "${a}",
    "{a.__class__}",
    "\N{COMBINING ACUTE ACCENT}" * 500,
]


def thrown(seed: int, number: int) -> list[str]:
    """Hostile strings: those made by hand, and random rows of their pieces, some as the end of an IRI."""
    chance = random.Random(seed)
    starts = ("", "", BASE, f"<{BASE}", "state:", "2031-", '"', "<")
    made = ("".join(chance.choices(PIECES, k=chance.randint(2, 8))) for _ in range(number))
    return [*CRAFTED, *(chance.choice(starts) + text for text in made)]


@cache
def world() -> Store:
    return Store.load({**WORKSPACE.graphs("ontology"), "urn:world": ROOT / "tests" / "queries" / "world.ttl"})


class Once:
    """The engine, asked each query once: the names are looked up thousands of times."""

    def __init__(self) -> None:
        self.texts: dict[str, Answer] = {}

    def query(self, sparql: str, *, seconds: float | None = None, most: int | None = None) -> Answer:
        if sparql not in self.texts:
            self.texts[sparql] = world().query(sparql)
        return self.texts[sparql]


@pytest.mark.parametrize(
    "number", [40, pytest.param(240, marks=pytest.mark.exhaustive("more hostile values"))]
)
def test_whatever_is_typed_for_any_parameter_is_refused_or_names_what_is_there(
    record_property: Callable[[str, object], None], number: int
) -> None:
    seed = secrets.randbits(32)
    engine = Once()
    found: dict[str, set[Value | None]] = {}
    looked = refused = 0
    strings = [*thrown(SEED, number * 5 // 6), *thrown(seed, number // 6)[len(CRAFTED) :]]
    for question in QUESTIONS:
        for parameter in question.parameters:
            key = f"{parameter.type} {parameter.scheme}"
            done = key in found
            for text in strings if not done else strings[::10]:
                looked += 1
                try:
                    [value] = parameters.resolve(engine, question, {parameter.name: text}).values()
                except UnknownName as error:
                    refused += 1
                    assert len(str(error)) < 5_000, f"seed {seed}"
                    continue
                found.setdefault(key, set()).add(value)
                assert value is None or value in _allowed(engine, parameter), f"seed {seed}: {text!r}"
    # The typed text itself never stood in a query.
    assert len(engine.texts) == len({key for key in found if not key.startswith("date")})
    assert looked > 10 * number and 0.9 * looked < refused < looked
    record_property("typed", f"{looked}, {refused} of them refused, seed {seed}")


def _allowed(engine: Once, parameter: queries.Parameter) -> set[object]:
    if parameter.type == "date":
        return {Literal(day, datatype=XSD.date) for day in ("2031-05-04", "2019-08-21")}
    return {node for node, _, _ in engine.query(parameters._names_of(parameter)).rows}


def shape(part: object, masked: frozenset[str]) -> object:
    """The algebra of a query with the terms of the ``VALUES`` of these parameters left out."""
    if isinstance(part, CompValue):
        if part.name == "values":
            rows = part["res"]
            names = tuple(sorted(str(name) for row in rows for name in row))
            return "values", len(rows), names if {*names} <= masked else shape(rows, frozenset())
        return part.name, tuple((key, shape(part[key], masked)) for key in sorted(part) if key != "_vars")
    if isinstance(part, dict):
        return tuple(sorted((str(key), repr(shape(value, masked))) for key, value in part.items()))
    if isinstance(part, list | tuple):
        return tuple(shape(item, masked) for item in part)
    if isinstance(part, set | frozenset):
        return tuple(sorted(map(repr, part)))
    return repr(part)


def algebra(sparql: str, question: Question) -> object:
    names = frozenset(parameter.name for parameter in question.parameters)
    return shape(translateQuery(parseQuery(sparql)).algebra, names)


def given(kind: str, text: str) -> Value:
    return Literal(text, datatype=XSD.date, normalize=False) if kind == "date" else URIRef(text)


def kind_of(parameter: queries.Parameter) -> str:
    return "date" if parameter.type == "date" else "IRI"


@cache
def is_one_term(written: str) -> tuple[object, ...]:
    """What both engines read where this is written into a marked line: the rows of each."""
    sparql = f"SELECT ?x WHERE {{\n  VALUES ?x {{ {written} }}  # parameter\n}}"
    rows = tuple(tuple(row) for row in Graph().query(sparql))  # type: ignore[arg-type]
    assert Store().query(sparql).rows == rows
    return rows


@pytest.mark.parametrize(
    "share",
    [
        12,
        pytest.param(
            1 if os.environ.get("BDE_QUESTIONS") == "all" else 6,
            marks=pytest.mark.exhaustive("more hostile terms in each question"),
        ),
    ],
)
def test_a_term_that_is_bound_changes_nothing_but_its_own_place(
    share: int, record_property: Callable[[str, object], None]
) -> None:
    """All terms in one question, a share of them in the others; with ``BDE_QUESTIONS=all`` no less in CI."""
    seed = secrets.randbits(32)
    strings = [*thrown(SEED, 200), *thrown(seed, 50)[len(CRAFTED) :]]
    tried = refused = 0
    taken = set[Value]()
    for number, question in enumerate(question for question in QUESTIONS if question.parameters):
        lines = queries.bind(question, {}).split("\n")
        for parameter in question.parameters:
            for text in strings[number % share :: share] if number else strings:
                tried += 1
                value = given(kind_of(parameter), text)
                try:
                    bound = queries.bind(question, {parameter.name: value}).split("\n")
                    written = queries.write(parameter, value)
                except BdeError:
                    refused += 1
                    continue
                [(old, new)] = [pair for pair in zip(lines, bound, strict=True) if pair[0] != pair[1]]
                assert new.lstrip(" ") == f"VALUES ?{parameter.name} {{ {written} }}  # parameter", (
                    f"seed {seed}"
                )
                opened = old.replace("# VALUES", "VALUES")  # an open one is a comment
                assert re.sub(r"\{ \S+ \}", "", opened) == re.sub(r"\{ \S+ \}", "", new)
                try:
                    assert is_one_term(written) == ((value,),), f"seed {seed}"
                except (
                    SyntaxProblem
                ):  # an IRI that Oxigraph takes for none: the query ends there, with exit 2
                    refused += 1
                    continue
                taken.add(value)
    assert tried > 25_000 / share and 0.5 * tried < refused < tried
    assert len(taken) > 10
    record_property("bound", f"{tried}, {refused} refused, {len(taken)} terms, seed {seed}")


@cache
def bindable(parameter: queries.Parameter) -> list[Value]:
    """The hostile strings that are a value of this parameter for both engines."""
    values = [given(kind_of(parameter), text) for text in thrown(SEED, 200)]
    found = []
    for value in dict.fromkeys(values):
        with contextlib.suppress(BdeError):
            is_one_term(queries.write(parameter, value))
            found.append(value)
    return found


# It takes a while to read a question as an algebra, and then another: every twelfth stands for the others, in
# CI every third, and with ``BDE_QUESTIONS=all`` each does.
BOUND = [
    pytest.param(
        question,
        id=question.name,
        marks=pytest.mark.exhaustive("the algebra of bound questions") if number % 12 else (),
    )
    for number, question in enumerate(question for question in QUESTIONS if question.parameters)
    if number % 3 == 0 or os.environ.get("BDE_QUESTIONS") == "all"
]


@pytest.mark.parametrize("question", BOUND)
def test_a_bound_question_has_the_algebra_of_the_question(question: Question) -> None:
    seed = secrets.randbits(32)
    chance = random.Random(seed)
    hostile = {parameter.name: chance.choice(bindable(parameter)) for parameter in question.parameters}
    bound = queries.bind(question, hostile)
    assert bound != question.text
    assert algebra(bound, question) == algebra(question.text, question), f"seed {seed}"


def test_a_changed_structure_would_be_seen() -> None:
    question = queries.find(QUESTIONS, "opinions")
    whole = algebra(question.text, question)
    line = "VALUES ?source { UNDEF }"
    for old, new in (
        (line, "VALUES ?source { <urn:a> <urn:b> }"),
        (line, "VALUES ?source { <urn:a> } ?any ?other ?thing ."),
        ("bde:Assessment ;", "bde:Visit ;"),
        ("OPTIONAL {", "{"),
    ):
        assert old in question.text
        assert algebra(question.text.replace(old, new), question) != whole
    assert algebra(question.text.replace(line, "VALUES ?source { <urn:a> }"), question) == whole


@pytest.mark.parametrize(
    "typed",
    ["x> } UNION { ?s ?p ?o", "\0", "\u202eVietnem\x1b[2J", '"@en', "\\u0056NM", "A" * 10_000],
)
def test_the_command_refuses_such_a_value_with_exit_2(typed: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["ask", "visits-of-a-pair", "--set", f"a={typed}"]) == 2
    printed = capsys.readouterr()
    assert not printed.out
    assert "has no state" in printed.err and len(printed.err) < 1_000
    assert printed.err.strip().isprintable()


# Calling out


class Elsewhere:
    """A server that must never be called, and counts how often it was."""

    def __init__(self) -> None:
        self.calls = 0

        class Handler(BaseHTTPRequestHandler):
            def do_GET(handler) -> None:  # noqa: N805
                self.calls += 1
                handler.send_response(404)
                handler.end_headers()

            do_POST = do_GET  # noqa: N815

            def log_message(handler, *_: object) -> None:  # noqa: N805
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/"
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()


@pytest.fixture
def elsewhere() -> Iterator[Elsewhere]:
    server = Elsewhere()
    yield server
    server.server.shutdown()
    server.server.server_close()


# Each would have the guard's parser and the engine's see different queries, if it could.
DECOYS = [
    "# x\r",
    "# x\n",
    "# \\u000A",
    "# x\u2028",
    "# x\u0085",
    "# x\x0b",
    "# x\x0c",
    'BIND("\\u0022 # " AS ?x)',
    'BIND("\\\\" AS ?x)',
    'BIND("#" AS ?x)',
    "BIND('''\n#''' AS ?x)",
    'BIND("""\n# \\""" """ AS ?x)',
    "?s ?p <urn:x#> .",
    "?s <urn:p\\u003e> ?o .",
    "FILTER(1<2)",
    "FILTER(?s<?o#>\n)",
    "OPTIONAL {",
    "FILTER NOT EXISTS {",
    "{ SELECT * {",
    "GRAPH ?g {",
    "MINUS {",
    "LATERAL {",
    "BIND(1 AS ?SERVICE)",
    "?s <urn:SERVICE> 'SERVICE' .",
]
CALLS = [
    "SERVICE",
    "service",
    "SERVICE SILENT",
    "SeRvIcE  Silent",
    "\\u0053ERVICE",
    "SERVICE#\n",
    "SERVICE#\r",
]


def outward(url: str, chance: random.Random) -> str:
    decoys = chance.choices(DECOYS, k=chance.randint(0, 3))
    call = f"{chance.choice(CALLS)} <{url}> {{ ?s ?p ?o }}"
    call = chance.choice([call, call, f"# {call}\n", f"BIND('{call}' AS ?y)", f"# '{call}\r"])
    text = " ".join([*decoys, call, *chance.choices(DECOYS, k=chance.randint(0, 1))])
    tails = ["", "\n", "#\\u000A AS ?x)\n"]
    return "SELECT * { " + text + " }" * (text.count("{") - text.count("}")) + chance.choice(tails) + " }"


def test_no_query_that_is_let_through_calls_out_however_it_is_written(
    elsewhere: Elsewhere, record_property: Callable[[str, object], None]
) -> None:
    seed = secrets.randbits(32)
    texts = [outward(elsewhere.url, random.Random(SEED + number)) for number in range(200)]
    texts += [outward(elsewhere.url, random.Random(seed + number)) for number in range(100)]
    texts += [
        f"SELECT * {{ # x\rSERVICE <{elsewhere.url}> {{ ?s ?p ?o }}\n }}",
        f'SELECT * {{ BIND("\\u0022 # " AS ?x) SERVICE <{elsewhere.url}> {{ ?s ?p ?o }} #\\u000A AS ?x)\n}}',
    ]
    store = Store.load({"urn:world": ROOT / "tests" / "queries" / "world.ttl"})
    dangerous = refused = 0
    for text in texts:
        before = elsewhere.calls
        try:
            queries.guard(text)
        except BdeError:
            refused += 1
            dangerous += _calls(store, text, elsewhere) > before
            continue
        assert _calls(store, text, elsewhere) == before, f"seed {seed}: {text!r}"
    assert dangerous > 20, "these texts must be able to call out where nobody guards"
    assert 0 < dangerous <= refused < len(texts) - 10, "and some only look so"
    record_property("texts", f"{len(texts)}, {refused} refused, {dangerous} would call out, seed {seed}")


def _calls(store: Store, text: str, elsewhere: Elsewhere) -> int:
    try:
        store._store.query(text)
        store.query(text, most=10)
    except Exception:  # whatever the engine thinks of the text, what counts is whether it called
        pass
    return elsewhere.calls


@pytest.mark.parametrize(
    ("sparql", "message"),
    [
        ("SELECT * { FILTER(<urn:f>(1)) }", "urn:f is a function of which nothing is known"),
        ("PREFIX f: <urn:f:> SELECT (f:g(1) AS ?x) { }", "urn:f:g is a function"),
        ("SELECT * { ?s <java:org.example.Run> ?o }", "java:org.example.Run would have some servers load"),
        ("PREFIX j: <java:org.example.> SELECT * { ?s (j:Run/<urn:x>)+ ?o }", "java:org.example.Run would"),
        ("BASE <bif:> SELECT * { ?s ^<bif:contains> ?o }", "bif:contains would"),
        ("SELECT * { # a\r?s ?p ?o\n}", "'\\r', which engines read in different ways"),
        ('SELECT * { ?s ?p "\\u0041" }', "which engines read in different ways"),
    ],
)
def test_functions_and_names_that_may_run_code_are_refused(sparql: str, message: str) -> None:
    with pytest.raises(BdeError, match=re.escape(message)):
        queries.guard(sparql)


def test_the_casts_of_sparql_are_functions_that_are_known() -> None:
    queries.guard(f"SELECT (<{XSD.date}>('2031-05-04') AS ?day) (STRLEN('é\\n\\\\') AS ?n) {{ }}")
    queries.guard("SELECT * {\r\n ?s ?p ?o # as a text for Windows has it\r\n}")


def test_a_saved_question_that_is_not_let_through_is_found_by_the_check_and_refused_by_ask(
    copy: Workspace, elsewhere: Elsewhere, capsys: pytest.CaptureFixture[str]
) -> None:
    file = copy.root / "queries" / "claims" / "opinions.rq"
    for other in {*copy.questions} - {file}:
        other.unlink()
    whole = file.read_text()
    call = f"SERVICE SILENT <{elsewhere.url}> {{ ?s ?p ?o }}"
    stuck = f"?a ?b 1{call}"
    escaped, returned = 'FILTER("\\u00e9" != "")', '# \rFILTER("" != "x")'
    for hidden in (
        f"{call} .",
        f'BIND("""\n#""" AS ?z) {call}',
        f"# hidden\r{call}\n",
        stuck,
        escaped,
        returned,
    ):
        file.write_text(whole.replace("WHERE {\n", f"WHERE {{\n{hidden}\n", 1))
        found = {finding.rule for finding in checked(copy, lambda *_: iter(())).findings}
        assert "question-cannot-run" in found
        for asked in (["ask", "opinions"], ["ask", "opinions", "--set", "source=any"]):
            assert run(["--root", str(copy.root), *asked]) == 2
            assert not capsys.readouterr().out
    assert elsewhere.calls == 0


# Running on

HEAVY = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(STR(?c) < STR(?f)) }"


@pytest.mark.parametrize("form", [HEAVY, HEAVY.replace("SELECT (COUNT(*) AS ?n)", "CONSTRUCT { ?a ?e ?i }")])
def test_a_runaway_query_ends_with_the_command(form: str, tmp_path: Path) -> None:
    (tmp_path / "heavy.rq").write_text(form)
    start = time.monotonic()
    command = [sys.executable, "-m", "bde", "sparql", tmp_path / "heavy.rq", "--seconds", "0.5"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=60)
    assert time.monotonic() - start < 20
    assert done.returncode == 2 and not done.stdout
    assert "took longer than 0.5 seconds" in done.stderr or "more than 1000000 rows" in done.stderr


def test_an_answer_without_end_is_cut_off(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "MOST_ROWS", 1_000)
    with pytest.raises(BdeError, match="more than 1000 rows"):
        api.Graph(workspace).sparql("SELECT * { ?a ?b ?c . ?d ?e ?f }")
