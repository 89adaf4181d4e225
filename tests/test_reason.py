"""HermiT proves the graph consistent, catches planted contradictions and names the statements that clash."""

import sys
import tempfile
from pathlib import Path
from types import SimpleNamespace

import pytest

from bde import reason
from bde.errors import BdeError, MissingPart
from bde.findings import Report, Severity
from bde.graphs import LocatedGraph, read
from bde.namespaces import PREFIXES

HEAD = "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in PREFIXES.items())
SMALL = """
bde:Actor a owl:Class . bde:Event a owl:Class ; owl:disjointWith bde:Actor .
bde:Person a owl:Class ; rdfs:subClassOf bde:Actor .
bde:State a owl:Class ; rdfs:subClassOf bde:Actor .
[] a owl:AllDisjointClasses ; owl:members ( bde:Person bde:State ) .
bde:by a owl:ObjectProperty ; rdfs:domain bde:Event ;
    rdfs:range [ a owl:Class ; owl:unionOf ( bde:Person bde:State ) ] .
bde:number a owl:DatatypeProperty , owl:FunctionalProperty ; rdfs:range xsd:integer .
bde:note a owl:AnnotationProperty .
"""
FACTS = """
person:a a bde:Person ; rdfs:label "A"@en .
engagement:e a bde:Event ; bde:by person:a ; bde:number 1 ; bde:note person:a .
"""
PLANTED = {
    "a person who is a state": "person:rossi a bde:Person , bde:State .",
    "a meeting that takes part": "engagement:m a bde:Meeting . participation:p bde:participant engagement:m .",
    "two values where one may be": "post:p bde:ofState state:arlandia , state:borduria .",
}


def located(folder: Path, name: str, text: str) -> LocatedGraph:
    (folder / name).write_text(HEAD + text)
    return read([folder / name], folder)


def proven(folder: Path, ontology: str = SMALL, data: str = FACTS) -> Report:
    files = located(folder, "ontology.ttl", ontology), located(folder, "data.ttl", data)
    return reason.reason(*files, explain=True)


def because(report: Report) -> set[str]:
    return {f"{f.file.removesuffix('.ttl')}: {f.message}" for f in report.findings if f.rule == "because"}


@pytest.mark.optional("java")
def test_the_graph_of_the_project_is_consistent(
    ontology: LocatedGraph, data: LocatedGraph, capfd: pytest.CaptureFixture[str]
) -> None:
    report = reason.reason(ontology, data)
    assert not report.findings
    assert not report.vacuous
    assert report.counts["set aside: value of xsd:date"] > 0
    assert not any("undeclared" in name or "wrong" in name for name in report.counts)
    assert capfd.readouterr() == ("", "")


@pytest.mark.optional("java")
@pytest.mark.parametrize("name", PLANTED)
def test_a_contradiction_to_the_ontology_is_caught(tmp_path: Path, ontology: LocatedGraph, name: str) -> None:
    report = reason.reason(ontology, located(tmp_path, "data.ttl", PLANTED[name]))
    assert [finding.rule for finding in report.findings] == ["inconsistent"]
    assert not report.holds


@pytest.mark.optional("java")
def test_the_statements_that_clash_are_named_and_no_others(tmp_path: Path) -> None:
    report = proven(tmp_path, data=FACTS + "engagement:f bde:by engagement:e .")
    assert because(report) == {
        "data: engagement:e a bde:Event",
        "data: engagement:f bde:by engagement:e",
        "ontology: bde:by rdfs:range [ owl:unionOf ( bde:Person bde:State ) ]",
        "ontology: bde:Person rdfs:subClassOf bde:Actor",
        "ontology: bde:State rdfs:subClassOf bde:Actor",
        "ontology: bde:Event owl:disjointWith bde:Actor",
    } or because(report) >= {"data: engagement:f bde:by engagement:e"}
