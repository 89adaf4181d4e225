"""The saved questions: what each answers and leaves out, how they are read, chosen, filled in and guarded."""

import csv
import json
import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache, lru_cache
from pathlib import Path
from time import process_time
from typing import NamedTuple

import pytest
from rdflib import XSD, Graph, Literal, URIRef
from rdflib.plugins.sparql.algebra import translateQuery
from rdflib.plugins.sparql.parser import parseQuery
from rdflib.plugins.sparql.sparql import Query

from bde import parameters, queries
from bde.answers import cells
from bde.errors import BdeError, SyntaxProblem, UnknownName
from bde.graphs import LocatedGraph
from bde.namespaces import CONCEPT, shorten
from bde.queries import Parameter, Question
from bde.store import Answer, Store
from bde.syntax import nquads
from bde.workspace import Workspace
from conftest import ROOT

FIXTURES = ROOT / "tests" / "queries"
WORKSPACE = Workspace.at(ROOT)
QUESTIONS = queries.load(WORKSPACE)
NAMES = [question.name for question in QUESTIONS]


class Case(NamedTuple):
    """A question on its fixture, with one choice of parameters."""

    question: Question
    suffix: str

    @property
    def folder(self) -> Path:
        return FIXTURES / self.question.id

    @property
    def values(self) -> dict[str, str]:
        file = self.folder / f"parameters{self.suffix}.json"
        return dict(json.loads(file.read_text())) if file.exists() else {}

    @property
    def expected(self) -> list[list[str]]:
        with (self.folder / f"expected{self.suffix}.csv").open(newline="") as file:
            return list(csv.reader(file))


CASES = [
    Case(question, file.stem.removeprefix("expected"))
    for question in QUESTIONS
    for file in sorted((FIXTURES / question.id).glob("expected*.csv"), key=lambda path: path.stem)
]
# rdflib takes a while to read a query: its answers to the first choice of parameters say the most, and here
# those to one question in three. With ``BDE_QUESTIONS=all`` it answers every choice.
FIRST = {case.question: case for case in reversed(CASES)}
SOON = [FIRST[question] for question in QUESTIONS[::3]]
LONG = pytest.mark.exhaustive("more of rdflib's answers to questions")
EVERY = os.environ.get("BDE_QUESTIONS") == "all"
ASKED = [
    pytest.param(
        case,
        engine,
        id=f"{case.question.name}{case.suffix}-{engine}",
        marks=LONG if engine == "rdflib" and case not in SOON else (),
    )
    for case in CASES
    for engine in ("Oxigraph", "rdflib")
    if EVERY or engine == "Oxigraph" or case == FIRST[case.question]
]


@lru_cache(maxsize=1)
def loaded(question: Question) -> Store:
    """The invented world, with what is there for this question alone."""
    case = {"urn:world": FIXTURES / "world.ttl", "urn:case": FIXTURES / question.id / "graph.ttl"}
    return Store.load({**WORKSPACE.graphs("ontology"), **case})


@cache
def prepared(sparql: str) -> Query:
    """A query as rdflib reads it, which takes it longer than most answers."""
    return translateQuery(parseQuery(sparql))


def asked_of_rdflib(graph: Graph, sparql: str) -> Answer:
    found = graph.query(prepared(sparql))
    assert found.vars is not None
    rows = tuple(tuple(row) for row in found)  # type: ignore[arg-type]
    return Answer("select", tuple(str(name) for name in found.vars), rows=rows)


def parsed(files: Iterable[Path]) -> Graph:
    graph = Graph("SimpleMemory")  # which is quicker than one that could hold several graphs
    for path in files:
        graph.parse(path)
    return graph


@cache
def world_of_rdflib() -> Graph:
    return parsed([*WORKSPACE.ontology, FIXTURES / "world.ttl"])


@contextmanager
def world_with(question: Question) -> Iterator[Graph]:
    """The same for rdflib, for as long as it is asked."""
    world = world_of_rdflib()
    added = {triple for triple in parsed([FIXTURES / question.id / "graph.ttl"]) if triple not in world}
    for triple in added:
        world.add(triple)
    yield world
    for triple in added:
        world.remove(triple)


# What each question answers


@pytest.mark.parametrize(("case", "engine"), ASKED)
def test_a_question_answers_its_fixture_as_expected(case: Case, engine: str) -> None:
    store = loaded(case.question)
    sparql = queries.bind(case.question, parameters.resolve(store, case.question, case.values))
    answer = store.query(sparql)
    assert cells(answer) == case.expected
    if engine == "rdflib":
        with world_with(case.question) as graph:
            assert asked_of_rdflib(graph, sparql) == answer


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.question.name + c.suffix)
def test_no_near_miss_appears(case: Case) -> None:
    assert not [row for row in case.expected if "near miss" in " ".join(row).lower()]


@pytest.mark.parametrize("question", QUESTIONS, ids=NAMES)
def test_each_fixture_has_near_misses_an_answer_and_invented_states_only(question: Question) -> None:
    text = (FIXTURES / question.id / "graph.ttl").read_text()
    assert re.search(r'# Near miss.*"[Nn]ear miss', text, re.S)
    assert any(len(case.expected) > 1 for case in CASES if case.question is question)
    used = set(re.findall(r"\bstate:([a-z-]+)", text))
    assert used <= {"arlandia", "borduria", "cordonia"}


def test_each_fixture_belongs_to_a_question_and_each_question_has_one() -> None:
    folders = {path.parent.relative_to(FIXTURES).as_posix() for path in FIXTURES.rglob("graph.ttl")}
    assert folders == {question.id for question in QUESTIONS}
    parameters_of = {
        path.with_name(path.name.replace("parameters", "expected")).with_suffix(".csv")
        for path in FIXTURES.rglob("parameters*.json")
    }
    assert all(path.is_file() for path in parameters_of)


def test_every_parameter_is_set_in_some_case() -> None:
    unset = [
        f"{question.name}: {parameter.name}"
        for question in QUESTIONS
        for parameter in question.parameters
        if not any(parameter.name in case.values for case in CASES if case.question is question)
    ]
    assert not unset


def test_a_term_that_nobody_declared_stands_in_no_question_and_no_fixture(ontology: LocatedGraph) -> None:
    declared = {shorten(subject) for subject in ontology.graph.subjects() if isinstance(subject, URIRef)}
    files = [question.path for question in QUESTIONS] + list(FIXTURES.rglob("*.ttl"))
    used = {name for path in files for name in re.findall(r"\bbdec?:[\w-]*\w", path.read_text())}
    assert used - declared == set()


# What the questions are on the founding graph


@pytest.fixture(scope="module")
def founding() -> Store:
    return Store.load(WORKSPACE.graphs("ontology", "data"))


@pytest.fixture(scope="module")
def founding_of_rdflib() -> Graph:
    return parsed(WORKSPACE.graphs("ontology", "data").values())


@pytest.mark.exhaustive("rdflib's answers to questions on the founding graph")
@pytest.mark.parametrize("question", QUESTIONS, ids=NAMES)
def test_both_engines_answer_the_same_on_the_founding_graph(
    question: Question, founding: Store, founding_of_rdflib: Graph
) -> None:
    assert asked_of_rdflib(founding_of_rdflib, question.text) == founding.query(question.text)


@pytest.mark.parametrize("question", QUESTIONS, ids=NAMES)
def test_a_question_has_rows_on_the_founding_graph_or_says_why_not(
    question: Question, founding: Store
) -> None:
    answer = founding.query(question.text)
    assert bool(answer.rows) != bool(question.empty_because)
    assert max(Counter(answer.rows).values(), default=1) == 1
    for row in answer.rows:
        record = row[answer.columns.index("record")]
        assert founding.query(f"ASK {{ <{record}> <https://w3id.org/bde/ontology#evidence> ?any }}").truth


@pytest.fixture(scope="module")
def sixteenfold(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """The founding graph sixteen times over: once as it is, then with the same states under other names."""
    folder = tmp_path_factory.mktemp("sixteenfold")
    triples = [re.sub(r" <[^>]*> \.$", " .", line) for line in nquads(WORKSPACE.graphs("data"))]
    rename = re.compile(r"<(https://w3id\.org/bde/id/(?!state/)[^>]+)>")
    files = WORKSPACE.graphs("ontology")
    for number in range(16):
        copy = [rename.sub(rf"<\1-{number}>", line) if number else line for line in triples]
        once = [
            line for line in copy if number == 0 or not line.startswith("<https://w3id.org/bde/id/state/")
        ]
        files[f"urn:copy:{number}"] = folder / f"{number}.ttl"
        files[f"urn:copy:{number}"].write_text("\n".join(once))
    return Store.load(files)


@pytest.mark.parametrize("question", QUESTIONS, ids=NAMES)
def test_a_question_does_not_grow_out_of_hand(question: Question, sixteenfold: Store) -> None:
    # Where an OPTIONAL or a path stands wrongly, a question takes tens of seconds here, not tenths of one.
    start = process_time()
    rows = sixteenfold.query(question.text).rows
    assert process_time() - start < 3
    assert rows or question.empty_because


# How a question is written


@pytest.mark.parametrize("question", QUESTIONS, ids=NAMES)
def test_a_question_is_strict_portable_and_totally_ordered(question: Question) -> None:
    queries.guard(question.text)
    body = question.text[question.text.index("PREFIX") :]
    declared = set(re.findall(r"^PREFIX (\w+):", body, re.M))
    names = re.sub(r"<[^>]*>|\"[^\"]*\"", "", re.sub(r"^PREFIX.*$", "", body, flags=re.M))
    assert declared == set(re.findall(r"(?<![\w?])(\w+):\w", names))
    assert not re.search(r"\b(SAMPLE|GRAPH|FROM|SERVICE|NOW|RAND)\b", names)
    assert re.search(r"^ORDER BY .*\?record", body, re.M | re.S)
    assert "disputed" in [column.name for column in question.columns] or question.room == "evidence"
    for parameter in question.parameters:
        assert not parameter.scheme or (ROOT / "ontology" / "concepts" / f"{parameter.scheme}.ttl").is_file()


GOOD = """#+ summary: Who is there?
#+ description: Counts everybody,
#+   near and far.
#+ tags: actors, test
#+ parameters:
#+   who: person = any - A person;
#+     unset, everybody.
#+   day: date = "2031-05-04"^^xsd:date - A day.
#+ columns:
#+   name - The name.
#+   record - The person.
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

SELECT DISTINCT ?name (?who AS ?record)
WHERE {
  VALUES ?who { UNDEF }  # parameter
  VALUES ?day { "2031-05-04"^^xsd:date }  # parameter
  ?who rdfs:label ?name .
}
ORDER BY ?name ?record
"""
GOOD = GOOD.replace("(?who AS ?record)", "?record").replace("?who rdfs:label", "?record rdfs:label")


def saved(folder: Path, text: str, name: str = "queries/actors/who-is-there.rq") -> Workspace:
    for path in (folder / "ontology" / "bde.ttl", folder / name):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text if path.suffix == ".rq" else "")
    return Workspace.at(folder)


def test_a_header_is_read_with_its_continued_lines(tmp_path: Path) -> None:
    [question] = queries.load(saved(tmp_path, GOOD))
    assert (question.id, question.name, question.room) == ("actors/who-is-there", "who-is-there", "actors")
    assert question.summary == "Who is there?"
    assert question.description == "Counts everybody, near and far."
    assert question.tags == ("actors", "test")
    assert question.columns[1] == queries.Column("record", "The person.")
    assert question.parameters == (
        Parameter("who", "person", None, "A person; unset, everybody."),
        Parameter("day", "date", Literal("2031-05-04", datatype=XSD.date), "A day."),
    )
    assert question.empty_because == ""


FAULTS = {
    "an unknown key": ("#+ tags:", "#+ tag:", 4, "unknown header key “tag”"),
    "a key twice": ("#+ tags: actors, test", "#+ summary: Again?", 4, "says summary twice"),
    "no summary": ("#+ summary: Who is there?\n", "", 1, "has no summary"),
    "an empty summary": ("#+ summary: Who is there?", "#+ summary:", 1, "summary is empty"),
    "a summary that asks nothing": ("Who is there?", "Who is there.", 1, "is no question"),
    "a stray comment": ("#+ tags:", "# tags:", 4, "not a header line"),
    "an undocumented column": ("#+   name - The name.\n", "", 9, "see name"),
    "a column that is not selected": (
        "#+   name -",
        "#+   nom - X.\n#+   name -",
        9,
        "columns are not those",
    ),
    "a malformed column": ("#+   name - The", "#+   name: The", 10, "not a column"),
    "a malformed parameter": ("who: person = any -", "who: person any -", 6, "not a parameter"),
    "an unknown type": ("who: person", "who: ship", 6, "“ship” is not the type"),
    "a concept without its scheme": ("who: person", "who: concept", 6, "“concept” is not the type"),
    "a parameter without its mark": (
        "VALUES ?who { UNDEF }  # parameter",
        "VALUES ?who { UNDEF }",
        6,
        "no marked",
    ),
    "a mark on another line": (
        "?record rdfs:label ?name .",
        "?record ?p ?name . # parameter",
        19,
        "not the marked",
    ),
    "two terms in a marked line": ("{ UNDEF }  #", "{ UNDEF UNDEF }  #", 17, "not the marked line"),
    "a mark without its parameter": (
        "#+   who: person = any - A person;\n#+     unset, everybody.\n",
        "",
        15,
        "no parameter who",
    ),
    "two defaults": ("VALUES ?who { UNDEF }", "VALUES ?who { rdfs:x }", 17, "not that of the header"),
    "a default that is no date": ('"2031-05-04"^^xsd:date', "xsd:date", 18, "no default for a date"),
    "no SELECT": ("SELECT DISTINCT", "ASK", 9, "no SELECT"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_malformed_question_is_refused_with_file_and_line(fault: str, tmp_path: Path) -> None:
    old, new, line, message = FAULTS[fault]
    assert old in GOOD
    with pytest.raises(BdeError) as caught:
        queries.load(saved(tmp_path, GOOD.replace(old, new)))
    assert message in caught.value.what
    assert (caught.value.file, caught.value.line) == ("queries/actors/who-is-there.rq", line)
    assert caught.value.fix


def test_two_questions_of_one_name_and_one_outside_the_rooms_are_refused(tmp_path: Path) -> None:
    workspace = saved(tmp_path / "a", GOOD)
    with pytest.raises(BdeError, match="same name as queries/actors/who-is-there"):
        queries.load(saved(tmp_path / "a", GOOD, "queries/topics/who-is-there.rq"))
    assert workspace.root
    for place in ("queries/cellar/who.rq", "queries/who.rq", "queries/actors/deep/actors/who.rq"):
        with pytest.raises(BdeError, match="outside the rooms"):
            queries.load(saved(tmp_path / place.replace("/", "-"), GOOD, place))


# Finding one


@pytest.mark.parametrize(
    "words",
    ["engagements/visits-of-a-pair", "visits-of-a-pair", "Visits of a pair", "visits", "visits-of-a-pair.rq"],
)
def test_a_question_is_found_by_its_id_or_by_words_that_only_it_has(words: str) -> None:
    assert queries.find(QUESTIONS, words).name == "visits-of-a-pair"


def test_an_unknown_question_names_the_nearest_and_an_ambiguous_one_those_that_fit() -> None:
    with pytest.raises(UnknownName, match="Did you mean who-met-whom"):
        queries.find(QUESTIONS, "who-mett-whom")
    with pytest.raises(UnknownName, match=r"timeline-of-a-pair or visits-of-a-pair"):
        queries.find(QUESTIONS, "of a pair")
    for nothing in ("", "zzz", "../../etc/passwd"):
        with pytest.raises(UnknownName):
            queries.find(QUESTIONS, nothing)


# Setting parameters

VISITS = queries.find(QUESTIONS, "visits-of-a-pair")
HARMLESS = URIRef("https://w3id.org/bde/id/state/arlandia")
HOSTILE = [
    "x> } ?s ?p ?o . {",
    "https://x/> } UNION { ?s ?p ?o } VALUES ?a { <y",
    "https://x/a\n} ?s ?p ?o {",
    "https://x/\\u003e } {",
    "https://x/{}",
    'https://x/"',
    "https://x/a b",
    "https://x/`",
    "https://x/\u00a0",
    "state:arlandia }",
    "relative",
    "",
    "UNDEF",
]
ODD = [
    "https://x/'",
    "https://x/a)#;FILTER(1)",
    "https://x/%3E%7D",
    "urn:x:?s.?p.?o",
    "https://x/é",
    "mailto:a@b",
    "https://x/#parameter",
]


def structure(sparql: str, value: str) -> str:
    return repr(prepared(sparql).algebra).replace(repr(URIRef(value)), "VALUE")


@pytest.mark.parametrize("value", HOSTILE)
def test_a_value_that_could_break_out_of_its_line_is_refused(value: str) -> None:
    with pytest.raises(BdeError, match="is no IRI"):
        queries.bind(VISITS, {"a": URIRef(value)})


@pytest.mark.parametrize("value", ODD)
def test_an_odd_value_leaves_the_structure_of_the_query_as_it_was(value: str) -> None:
    bound = queries.bind(VISITS, {"a": URIRef(value)})
    assert structure(bound, value) == structure(queries.bind(VISITS, {"a": HARMLESS}), str(HARMLESS))
    assert [line for line in bound.split("\n") if value in line] == [
        f"  VALUES ?a {{ <{value}> }}  # parameter"
    ]


@pytest.mark.parametrize(
    "value",
    [
        Literal("2031-13-01", datatype=XSD.date, normalize=False),
        Literal("2031"),
        Literal('2031-01-01"^^xsd:date } ?s ?p ?o {', datatype=XSD.date, normalize=False),
        Literal("2031-01-01T00:00:00", datatype=XSD.dateTime),
        URIRef("https://x/2031-01-01"),
    ],
)
def test_a_date_parameter_takes_nothing_but_a_date(value: Literal | URIRef) -> None:
    with pytest.raises(BdeError, match="is no date"):
        queries.bind(VISITS, {"since": value})


def test_a_date_a_pair_and_nothing_else_change_in_the_text() -> None:
    day = Literal("2031-05-04", datatype=XSD.date)
    bound = queries.bind(VISITS, {"since": day, "a": HARMLESS, "until": None})
    changed = [new for old, new in zip(VISITS.text.split("\n"), bound.split("\n"), strict=True) if old != new]
    assert changed == [
        f"  VALUES ?a {{ <{HARMLESS}> }}  # parameter",
        f'  VALUES ?since {{ "2031-05-04"^^<{XSD.date}> }}  # parameter',
        "  # VALUES ?until { UNDEF }  # parameter",
    ]


def test_a_parameter_left_open_is_a_comment_and_the_answer_is_the_same() -> None:
    """Engines go wrong on ``UNDEF``; all that stands in the file itself is for people who paste it."""
    open_ones = 0
    for question in QUESTIONS:
        bound = queries.bind(question, {})
        assert "UNDEF" not in re.sub(r"^ +# .*", "", bound, flags=re.M)
        open_ones += bound.count("# VALUES")
    assert open_ones == sum(p.default is None for question in QUESTIONS for p in question.parameters) > 70


def test_a_parameter_nobody_has_and_one_that_cannot_stay_open_are_refused() -> None:
    with pytest.raises(UnknownName, match="has no parameter “c”"):
        queries.bind(VISITS, {"c": HARMLESS})
    with pytest.raises(BdeError, match="a cannot be left open"):
        queries.bind(VISITS, {"a": None})
    with pytest.raises(BdeError, match="is no IRI"):
        queries.bind(VISITS, {"a": Literal("Arlandia")})


# Guarding what is asked


@pytest.mark.parametrize(
    ("sparql", "message"),
    [
        ("DELETE WHERE { ?s ?p ?o }", "an update"),
        ("CLEAR ALL", "an update"),
        ("LOAD <https://evil.example/>", "an update"),
        ("INSERT DATA { <urn:a> <urn:b> <urn:c> }", "an update"),
        ("SELECT * { SERVICE <https://evil.example/> { ?s ?p ?o } }", "SERVICE"),
        ("SELECT * { ?s ?p ?o OPTIONAL { SERVICE SILENT ?s { ?a ?b ?c } } }", "SERVICE"),
        ("SELECT * { FILTER EXISTS { { SELECT * { SERVICE <urn:x> { ?s ?p ?o } } } } }", "SERVICE"),
        ("SELECT * { \\u0053ERVICE <urn:x> { ?s ?p ?o } }", "which engines read in different ways"),
        ("SELECT * FROM <https://evil.example/> { ?s ?p ?o }", "FROM https://evil"),
        ("SELECT * FROM NAMED <file:///etc/passwd> { ?s ?p ?o }", "FROM file"),
        ("ASK FROM <https://w3id.org/bde/graph/a> FROM <urn:x> { ?s ?p ?o }", "FROM urn:x"),
        ("SELECT * { ?s skos:prefLabel ?o }", "the prefix skos: is not declared"),
        ("PREFIX a: <urn:a:> SELECT * { ?s a:b/b:c ?o }", "the prefix b: is not declared"),
        ("SELECT * { ?s :p ?o }", "the prefix : is not declared"),
        ("SELECT * {" + "{" * 100 + "}" * 100 + "}", "too deeply nested"),
        ("SELECT * { ?s ?p '" + "x" * 200_000 + "' }", "too long"),
    ],
)
def test_what_could_do_harm_is_refused(sparql: str, message: str) -> None:
    with pytest.raises(BdeError, match=re.escape(message)):
        queries.guard(sparql)


@pytest.mark.parametrize(
    "sparql",
    ["", "SELEC * { ?s ?p ?o }", "SELECT * { ?s ?p", "SELECT ?s (COUNT(*) AS ?n) { ?s ?p ?o }; CLEAR ALL"],
)
def test_what_is_no_query_is_refused_as_such(sparql: str) -> None:
    with pytest.raises(SyntaxProblem):
        queries.guard(sparql)


@pytest.mark.parametrize(
    "sparql",
    [
        "SELECT * { ?s ?p 'SERVICE <urn:x> { } ; DELETE WHERE {}' }  # SERVICE",
        "PREFIX skos: <urn:skos:> SELECT * FROM <https://w3id.org/bde/graph/data> { ?s skos:a ?o }",
        "ASK { ?s ?p ?o }",
        "CONSTRUCT WHERE { ?s ?p ?o }",
        "DESCRIBE <urn:x>",
    ],
)
def test_what_only_looks_harmful_is_let_through(sparql: str) -> None:
    queries.guard(sparql)


# From what is typed to what is meant


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Store:
    more = tmp_path_factory.mktemp("world") / "more.ttl"
    more.write_text(
        "@prefix bde: <https://w3id.org/bde/ontology#> ."
        "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> ."
        "@prefix s: <https://w3id.org/bde/id/state/> . @prefix p: <https://w3id.org/bde/id/person/> ."
        "[] a bde:IdentityLink ; bde:identifies s:arlandia ; bde:identifier 'ALN' ."
        "[] a bde:NameForm ; bde:nameOf p:keel ; bde:nameText 'Ðỗ Bruno-Kéel' ."
        "p:twin a bde:Person ; rdfs:label 'Egon Falk' ."
    )
    return Store.load({**WORKSPACE.graphs("ontology"), "urn:world": FIXTURES / "world.ttl", "urn:more": more})


def meant(world: Store, kind: str, typed: str) -> str:
    scheme = "topic-stances" if kind == "concept" else ""
    found = parameters.lookup(world, Parameter("it", kind, None, "It.", scheme), typed)
    return "" if found is None else shorten(str(found))


@pytest.mark.parametrize(
    ("kind", "typed", "found"),
    [
        ("state", "ALN", "state:arlandia"),
        ("state", " aln ", "state:arlandia"),
        ("state", "ARLANDIA", "state:arlandia"),
        ("state", "state:arlandia", "state:arlandia"),
        ("state", "https://w3id.org/bde/id/state/arlandia", "state:arlandia"),
        ("actor", "Cordonia", "state:cordonia"),
        ("actor", "rossi anna", "person:rossi"),
        ("actor", "league of the plains", "organization:league"),
        ("person", "rossi anna", "person:rossi"),
        ("person", "do bruno keel", "person:keel"),
        ("person", "Keel, Bruno Do", "person:keel"),
        ("organization", "ministry of defense of borduria", "organization:borduria-ministry"),
        ("place", "oak monument", "place:oak-monument"),
        ("source", "the herald undated", "source:herald"),
        ("concept", "Discussed", "bdec:topicstance-discussed"),
        ("concept", "bdec:topicstance-agreed", "bdec:topicstance-agreed"),
        ("date", "2031-05-04", "2031-05-04"),
        ("state", "any", ""),
    ],
)
def test_a_thing_is_found_by_code_name_or_iri_whatever_case_accents_and_order(
    kind: str, typed: str, found: str, world: Store
) -> None:
    assert meant(world, kind, typed) == found


@pytest.mark.parametrize(
    ("kind", "typed", "message"),
    [
        ("state", "Arlandya", "Did you mean Arlandia? The graph has Arlandia"),
        ("state", "Ruritania", "The graph has Arlandia, Borduria, Cordonia."),
        ("state", "person:rossi", "has no state “person:rossi”"),
        ("state", "nonsense:arlandia", "has no state"),
        ("state", "https://w3id.org/bde/id/state/x> } ?s ?p ?o {", "has no state"),
        ("state", "", "has no state"),
        ("actor", "Oak Monument", "has no actor"),
        ("person", "Rossi", "Did you mean Anna Rossi?"),
        ("person", "egon falk", "Egon Falk = person:falk; Egon Falk = person:twin"),
        (
            "concept",
            "unknown",
            "has no concept of topic-stances “unknown” (it). The graph has agreed, differed, discussed",
        ),
        ("date", "May 4", "is no date"),
        ("date", "2031-02-30", "is no date"),
        ("date", "20310504", "is no date"),
    ],
)
def test_a_miss_says_what_may_have_been_meant_and_what_there_is(
    kind: str, typed: str, message: str, world: Store
) -> None:
    with pytest.raises(UnknownName) as caught:
        meant(world, kind, typed)
    assert message in str(caught.value)


def test_values_are_resolved_for_the_parameters_of_a_question_only(world: Store) -> None:
    found = parameters.resolve(world, VISITS, {"a": "ALN", "since": "2031-01-01", "until": "any"})
    assert found == {"a": HARMLESS, "since": Literal("2031-01-01", datatype=XSD.date), "until": None}
    with pytest.raises(UnknownName, match="It has: a, b, since, until"):
        parameters.resolve(world, VISITS, {"when": "2031-01-01"})


def test_every_concept_parameter_names_a_scheme_of_the_ontology(world: Store) -> None:
    schemes = {p.scheme for question in QUESTIONS for p in question.parameters if p.scheme}
    assert schemes
    for scheme in schemes:
        inside = f"ASK {{ ?c <http://www.w3.org/2004/02/skos/core#inScheme> <{CONCEPT}{scheme}> }}"
        assert world.query(inside).truth
