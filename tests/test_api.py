"""The graph from Python: small, typed, and as its guide says."""

import doctest
import json
import re
import subprocess
import sys
from datetime import date, datetime
from decimal import Decimal

import pytest
from rdflib import RDFS, Literal, URIRef

import bde
from bde import queries
from bde.errors import BdeError, MissingPart, UnknownName
from bde.workspace import Workspace
from conftest import ROOT

GUIDE = ROOT / "docs" / "python.md"


@pytest.fixture(scope="module")
def graph() -> bde.Graph:
    return bde.load(ROOT)


# The guide


def test_every_example_of_the_guide_runs_as_printed() -> None:
    text = GUIDE.read_text()
    blocks = re.findall(r"^```python\n(.*?)^```$", text, re.M | re.S)
    # Fences become empty lines, so that they are no part of an expected output and line numbers stay.
    plain = re.sub(r"^```.*$", "", text, flags=re.M)
    examples = doctest.DocTestParser().get_doctest(plain, {}, GUIDE.name, str(GUIDE), 0)
    assert len(examples.examples) == sum(len(re.findall(r"^>>> ", block, re.M)) for block in blocks) > 15
    said: list[str] = []
    runner = doctest.DocTestRunner(verbose=False, optionflags=doctest.ELLIPSIS)
    runner.run(examples, out=said.append)
    assert runner.summarize(verbose=False).failed == 0, "".join(said)


def test_a_wrong_example_would_fail() -> None:
    wrong = doctest.DocTestParser().get_doctest(">>> 1 + 1\n3\n", {}, "wrong", None, 0)
    assert doctest.DocTestRunner().run(wrong, out=lambda _: None).failed == 1


# Loading


def test_importing_the_package_imports_no_engine() -> None:
    code = "import sys, json, bde; bde.__version__; print(json.dumps(sorted(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    heavy = {"rdflib", "pyoxigraph", "SPARQLWrapper", "pandas", "click", "rich", "bde.api"}
    assert not heavy & set(json.loads(run.stdout))


def test_the_package_offers_what_it_lists_and_nothing_else() -> None:
    for name in bde.__all__:
        assert getattr(bde, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        bde.nothing  # noqa: B018


def test_a_folder_that_holds_no_graph_is_refused(tmp_path: object) -> None:
    with pytest.raises(BdeError, match="no ontology"):
        bde.load(str(tmp_path))
    assert bde.load(str(ROOT)).workspace == Workspace.at(ROOT) == bde.load().workspace


# Asking


def test_values_are_given_as_names_codes_iris_days_or_none(graph: bde.Graph) -> None:
    by_name = graph.ask("visits-of-a-pair", a="vietnam", b="CUBA")
    by_code = graph.ask("visits-of-a-pair", a="VNM", b="CUB")
    by_iri = graph.ask("visits-of-a-pair", a=bde.IRI("https://w3id.org/bde/id/state/vietnam"), b="state:cuba")
    assert by_name == by_code == by_iri and len(by_name) > 1
    day = graph.explain("visits-of-a-pair", since=date(2019, 1, 2), until=datetime(2019, 3, 4, 5, 6))
    assert 'VALUES ?since { "2019-01-02"^^' in day and 'VALUES ?until { "2019-03-04"^^' in day
    assert graph.explain("opinions", source=None) == queries.bind(graph.question("opinions"), {})


def test_without_values_the_question_is_asked_as_it_stands(graph: bde.Graph) -> None:
    assert graph.explain("opinions") == queries.bind(graph.question("opinions"), {})
    assert graph.ask("opinions") == graph.sparql(graph.question("opinions").text)


def test_rows_are_named_tuples_that_can_be_sliced_and_compared(graph: bde.Graph) -> None:
    rows = graph.ask("opinions")
    assert rows.columns == tuple(column.name for column in graph.question("opinions").columns)
    assert len(rows[:2]) == 2 and list(rows)[-1] == rows[-1]
    assert rows[0]._fields == rows.columns
    assert repr(rows).startswith(f"<{len(rows)} rows of opinion, about")
    with pytest.raises(AttributeError):
        rows[0].opinion = "another"


def test_each_kind_of_term_becomes_a_value_of_python(graph: bde.Graph) -> None:
    xsd = "PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>"
    terms = [
        ('"text"', "text"),
        ('"teks"@vi', "teks"),
        ("7", 7),
        ('"7"^^xsd:nonNegativeInteger', 7),
        ("1.50", Decimal("1.5")),
        ("1e3", 1000.0),
        ("true", True),
        ('"0"^^xsd:boolean', False),
        ('"2031-05-04"^^xsd:date', date(2031, 5, 4)),
        ('"2031-05-04T06:07:08Z"^^xsd:dateTime', datetime.fromisoformat("2031-05-04T06:07:08+00:00")),
        ('"2031"^^xsd:gYear', "2031"),
        ('"2031-13-01"^^xsd:date', "2031-13-01"),
        ("<https://w3id.org/bde/id/person/keel>", bde.IRI("https://w3id.org/bde/id/person/keel")),
        ("UNDEF", None),
    ]
    names = [f"?v{number}" for number in range(len(terms))]
    values = " ".join(f"VALUES {name} {{ {term} }}" for name, (term, _) in zip(names, terms, strict=True))
    [row] = graph.sparql(f"{xsd} SELECT {' '.join(names)} WHERE {{ {values} }}")  # type: ignore[misc]
    assert list(row) == [value for _, value in terms]
    assert [type(cell) for cell in row] == [type(value) for _, value in terms]
    assert row.v12.short == "person:keel" and repr(row.v12).startswith("IRI('https://")


def test_a_column_that_is_no_name_in_python_keeps_its_own_in_columns(graph: bde.Graph) -> None:
    rows = graph.sparql("SELECT (1 AS ?class) (2 AS ?_x) WHERE { }")
    assert isinstance(rows, bde.Rows)
    assert rows.columns == ("class", "_x") and tuple(rows[0]) == (1, 2)


def test_a_truth_and_triples_are_given_as_such(graph: bde.Graph) -> None:
    assert graph.sparql("ASK { <urn:nobody> ?p ?o }") is False
    made = graph.sparql(f"CONSTRUCT WHERE {{ <https://w3id.org/bde/id/state/cuba> <{RDFS.label}> ?l }}")
    [(subject, _, label)] = made  # type: ignore[misc]
    assert (subject, label) == (URIRef("https://w3id.org/bde/id/state/cuba"), Literal("Cuba", lang="en"))


def test_what_is_unknown_or_refused_is_an_error_that_says_what_to_do(graph: bde.Graph) -> None:
    with pytest.raises(UnknownName, match="Did you mean visits-of-a-pair"):
        graph.ask("visits-of-a-pear")
    with pytest.raises(UnknownName, match="It has: source"):
        graph.ask("opinions", author="Keel")
    with pytest.raises(UnknownName, match="Did you mean signed"):
        graph.questions("sigmed")
    with pytest.raises(UnknownName, match="no question has the tag “pears”"):
        graph.questions(tags=["pears"])
    with pytest.raises(BdeError, match="SERVICE"):
        graph.sparql("SELECT * { SERVICE <urn:x> { ?s ?p ?o } }")
    with pytest.raises(BdeError, match=r"took longer than 0\.01 seconds"):
        bde.load(ROOT, seconds=0.01).sparql("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }")


# Data frames


def test_a_frame_has_the_columns_and_rows_and_days_as_days(graph: bde.Graph) -> None:
    rows = graph.ask("visits-of-a-pair", a="VNM", b="RUS")
    frame = rows.frame()
    assert tuple(frame.columns) == rows.columns and len(frame) == len(rows) > 0
    assert str(frame["start"].dtype).startswith("datetime64")
    assert frame["start"].dt.year.dropna().between(1900, 2100).all()
    assert frame["disputed"].map(type).eq(bool).all()
    nothing = graph.ask("visits-of-a-pair", a="CUB", b="BLR")
    assert nothing.frame().shape == (0, len(rows.columns))


def test_without_pandas_it_is_told_how_to_get_it(graph: bde.Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(MissingPart, match=r"pandas is not installed\. pip install"):
        graph.ask("opinions").frame()
