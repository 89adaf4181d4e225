"""The catalogue of questions: found by words and tags, a page for readers, resources that other tools run."""

import re
import shutil
from pathlib import Path

import pytest
from rdflib import RDF, RDFS, SDO, SH, XSD, BNode, Graph, URIRef

from bde import queries, turtle
from bde.errors import BdeError, UnknownName
from bde.namespaces import BDE
from bde.queries import Question, catalogue
from bde.store import Store
from bde.workspace import Workspace
from conftest import ROOT

WORKSPACE = Workspace.at(ROOT)
QUESTIONS = queries.load(WORKSPACE)
HEAD = "#+ summary: Did Keel meet Vogt?\n#+ description: A test.\n#+ tags: actors, test\n"
ASK = HEAD + "#+ parameters:\n#+   who: person = any - A person.\n" + (
    "ASK {\n  VALUES ?who { UNDEF }  # parameter\n  ?who a <https://w3id.org/bde/ontology#Person> .\n}\n"
)  # fmt: skip
MAKE = HEAD + "CONSTRUCT { ?s a ?kind }\nWHERE {\n  ?s a ?kind, <https://w3id.org/bde/ontology#State> .\n}\n"


@pytest.fixture(scope="module")
def store() -> Store:
    return Store.load(WORKSPACE.graphs("ontology", "data"))


def saved(folder: Path, **texts: str) -> tuple[Question, ...]:
    """The questions of a workspace with these files in one room."""
    (folder / "ontology").mkdir()
    shutil.copy(ROOT / "ontology" / "bde.ttl", folder / "ontology")
    (folder / "queries" / "actors").mkdir(parents=True)
    for name, text in texts.items():
        (folder / "queries" / "actors" / f"{name}.rq").write_text(text)
    return queries.load(Workspace.at(folder))


# Found by words and tags


def names(*words: str, tags: tuple[str, ...] = ()) -> list[str]:
    return [question.name for question in queries.search(QUESTIONS, words, tags)]


def test_without_words_and_tags_all_are_given_in_their_order() -> None:
    assert queries.search(QUESTIONS) == QUESTIONS


def test_the_likeliest_stand_first() -> None:
    assert names("signed")[0] == "what-was-signed"
    found = names("Who", "MET")
    named = [name for name in found if {"who", "met"} <= {*name.split("-")}]
    assert found[0] == "who-met-whom" and found[: len(named)] == named
    lengths = [len(name.split("-")) for name in named]
    assert lengths == sorted(lengths)
    assert names("opinions") == names("opinion")
    assert "opinions" in names("opin")


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.name)
def test_each_question_is_found_by_its_own_name(question: Question) -> None:
    assert names(*question.name.split("-"))[0] == question.name
    assert queries.search(QUESTIONS, [question.name])[0] == question


def test_all_words_and_all_tags_have_to_fit() -> None:
    for tag in {tag for question in QUESTIONS for tag in question.tags}:
        found = queries.search(QUESTIONS, tags=[tag])
        assert set(found) == {question for question in QUESTIONS if tag in question.tags}
    assert names("opinions", tags=("claims",)) == ["opinions"]
    both = queries.search(QUESTIONS, tags=["engagements", "pair"])
    assert both and all({"engagements", "pair"} <= {*question.tags} for question in both)


@pytest.mark.parametrize(
    ("words", "tags", "said"),
    [
        (["sigmed"], [], "no question is about “sigmed”. Did you mean signed"),
        (["visits", "zebra"], [], "no question is about “zebra”. bde questions lists them all."),
        ([], ["clams"], "no question has the tag “clams”. Did you mean claims"),
        ([], ["zebra"], "Tags are actors, "),
    ],
)
def test_a_miss_says_what_may_have_been_meant(words: list[str], tags: list[str], said: str) -> None:
    with pytest.raises(UnknownName) as caught:
        queries.search(QUESTIONS, words, tags)
    assert said in str(caught.value)


def test_words_and_tags_that_no_question_has_together_are_all_named(tmp_path: Path) -> None:
    other = MAKE.replace("Did Keel meet Vogt?", "What are states?").replace("actors", "kinds")
    both = saved(tmp_path, **{"did-they-meet": ASK, "make-states": other})
    for words, tags in ((["meet", "states"], []), (["meet"], ["kinds"]), ([], ["actors", "kinds"])):
        with pytest.raises(UnknownName) as caught:
            queries.search(both, words, tags)
        listed = ", ".join(f"“{word}”" for word in [*words, *tags])
        assert f"no question has all of {listed}. Leave one out." in str(caught.value)


# The page


def test_the_page_has_all_that_each_question_says() -> None:
    page = catalogue.page(QUESTIONS)
    entries = dict(re.findall(r"^### (\S+)\n\n(.*?)(?=^##|\Z)", page, re.M | re.S))
    assert list(entries) == [question.name for question in QUESTIONS]
    for question in QUESTIONS:
        entry = entries[question.name]
        told = entry.replace("\\", "")
        assert f"**{question.summary}**" in told and question.description in told
        assert f"Tags: {', '.join(question.tags)}" in told
        for parameter in question.parameters:
            kind = f"concept of {parameter.scheme}" if parameter.scheme else parameter.type
            default = catalogue.default(parameter)
            assert f"| `{parameter.name}` | {kind} | {default} | {parameter.meaning} |" in told
        assert entry.count("\n| `") == len(question.parameters) + len(question.columns)
        for column in question.columns:
            assert f"| `{column.name}` | {column.meaning} |" in told
        [sparql] = re.findall(r"^```sparql\n(.*?)^```$", entry, re.M | re.S)
        assert question.text.endswith(sparql) and "#+" not in sparql
        assert question.empty_because in told
        assert f"- [{question.name}](#{question.name})" in page


def test_what_the_page_shows_runs_as_it_stands(store: Store) -> None:
    shown = re.findall(r"^```sparql\n(.*?)^```$", catalogue.page(QUESTIONS), re.M | re.S)
    assert len(shown) == len(QUESTIONS)
    for question, sparql in zip(QUESTIONS, shown, strict=True):
        assert store.query(sparql) == store.query(question.text)


# The resources


def test_each_question_read_back_from_turtle_gives_the_same_answer(store: Store) -> None:
    text = turtle.write(catalogue.resources(QUESTIONS))
    graph = Graph().parse(data=text, format="turtle")
    nodes = set(graph.subjects(RDF.type, SH.SPARQLExecutable))
    assert len(nodes) == len(QUESTIONS)
    assert nodes == set(graph.subjects(RDF.type, SH.SPARQLSelectExecutable)) == set(graph.subjects(SH.select))
    for question in QUESTIONS:
        node = URIRef(f"https://w3id.org/bde/id/question/{question.name}")
        assert store.query(str(graph.value(node, SH.select))) == store.query(question.text)
        assert str(graph.value(node, RDFS.label)) == question.summary
        assert {str(tag) for tag in graph.objects(node, SDO.keywords)} == {*question.tags}
        described = {str(graph.value(p, SH.name)): p for p in graph.objects(node, SH.parameter)}
        assert {*described} == {parameter.name for parameter in question.parameters}
        for number, parameter in enumerate(question.parameters, 1):
            resource = described[parameter.name]
            assert str(graph.value(resource, SH.path)).rpartition("/")[2] == parameter.name
            assert graph.value(resource, SH.defaultValue) == parameter.default
            assert int(str(graph.value(resource, SH.order))) == number
            assert str(graph.value(resource, SH.description)) == parameter.meaning
            kinds = {*graph.objects(resource, SH["class"]), *graph.objects(resource, SH.datatype)}
            own = {"date": XSD.date, "concept": URIRef("http://www.w3.org/2004/02/skos/core#Concept")}
            assert kinds == {own.get(parameter.type, URIRef(BDE + parameter.type.capitalize()))}


def test_the_resources_are_canonical_without_blank_nodes_and_in_one_order() -> None:
    graph = catalogue.resources(QUESTIONS)
    assert len(graph) > 500 and not [term for triple in graph for term in triple if isinstance(term, BNode)]
    text = turtle.write(graph)
    assert text == turtle.write(catalogue.resources(reversed(QUESTIONS))) == turtle.canonical(text, "q.ttl")


# Questions that answer yes or no, or make triples


def test_a_saved_question_may_be_an_ask_or_a_construct(tmp_path: Path, store: Store) -> None:
    asked, made = saved(tmp_path, **{"did-they-meet": ASK, "make-states": MAKE})
    assert (asked.form, made.form, asked.columns) == ("ASK", "CONSTRUCT", ())
    assert store.query(queries.bind(asked, {})).truth is True
    nobody = URIRef("https://w3id.org/bde/id/person/nobody")
    assert store.query(queries.bind(asked, {"who": nobody})).truth is False
    assert store.query(made.text).triples
    graph = catalogue.resources((asked, made))
    assert {str(o) for o in graph.objects(None, SH.ask)} == {asked.text}
    assert {str(o) for o in graph.objects(None, SH.construct)} == {made.text}
    assert set(graph.objects(None, RDF.type)) >= {SH.SPARQLAskExecutable, SH.SPARQLConstructExecutable}
    page = catalogue.page((asked, made))
    assert page.count("```sparql") == 2 and "| column |" not in page


def test_only_a_select_has_columns_and_every_select_has(tmp_path: Path) -> None:
    for number, text in enumerate((ASK.replace("ASK {", "#+ columns:\n#+   x - Y.\nASK {"), HEAD + "SELECT")):
        (tmp_path / str(number)).mkdir()
        with pytest.raises(BdeError, match=r"no SELECT|no columns"):
            saved(tmp_path / str(number), who=text)


def test_the_default_of_a_parameter_is_shown_as_it_would_be_typed() -> None:
    shown = {catalogue.default(p) for question in QUESTIONS for p in question.parameters}
    assert {"any", "state:vietnam"} <= shown and not [name for name in shown if "http" in name]
