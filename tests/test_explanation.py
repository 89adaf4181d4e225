"""Why things clash, why a fact follows, and that it does not: in plain words, with file and line."""

from pathlib import Path

import pytest

from bde import reason
from bde.errors import UnknownName
from bde.graphs import LocatedGraph, read
from bde.namespaces import PREFIXES
from bde.workspace import Workspace

JAVA = pytest.mark.optional("java")
ENGINES = [pytest.param("hermit", marks=[JAVA, pytest.mark.exhaustive("explanations by HermiT")]), "rl"]
HEAD = "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in PREFIXES.items())
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


def located(folder: Path, name: str, text: str) -> LocatedGraph:
    (folder / name).write_text(HEAD + text)
    return read([folder / name], folder)


@pytest.fixture(scope="module")
def terms(workspace: Workspace) -> LocatedGraph:
    """The ontology without the concept schemes, for speed."""
    return read([path for path in workspace.ontology if path.parent.name == "ontology"], workspace.root)


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
