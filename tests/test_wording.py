"""Axioms read as sentences that somebody who does not know OWL understands."""

from pathlib import Path

import pytest

from bde.graphs import read
from bde.namespaces import PREFIXES
from bde.projection import Projection
from bde.wording import Wording

HEAD = "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in PREFIXES.items())
TERMS = """
bde:Visit a owl:Class ; rdfs:label "visit"@en .
bde:Actor a owl:Class ; rdfs:label "actor"@en .
bde:State a owl:Class ; rdfs:label "state"@en .
bde:host a owl:ObjectProperty ; rdfs:label "host party"@en .
bde:in a owl:ObjectProperty ; rdfs:label "in"@en .
bde:number a owl:DatatypeProperty ; rdfs:label "number"@en .
"""
SOME = "[ a owl:Restriction ; owl:onProperty bde:host ; owl:{} {} ]"
SAID = {
    "bde:Visit rdfs:subClassOf bde:Actor .": "Every visit is an actor.",
    f"bde:Visit rdfs:subClassOf {SOME.format('someValuesFrom', 'bde:Actor')} .": (
        'Every visit has some "host party" that is an actor.'
    ),
    f"bde:Visit rdfs:subClassOf {SOME.format('someValuesFrom', 'owl:Thing')} .": (
        'Every visit has some "host party".'
    ),
    f"bde:Visit rdfs:subClassOf {SOME.format('allValuesFrom', 'bde:Actor')} .": (
        'Every visit is something whose every "host party" is an actor.'
    ),
    f"bde:Visit rdfs:subClassOf {SOME.format('maxCardinality', 1)} .": (
        'Every visit is something that has at most 1 "host party".'
    ),
    f"bde:Visit owl:equivalentClass {SOME.format('hasValue', 'state:arlandia')} .": (
        'Something that has "host party" state:arlandia (Arlandia) is a visit, and the reverse.'
    ),
    "bde:Visit owl:equivalentClass [ a owl:Class ; owl:unionOf ( bde:Actor bde:State ) ] .": (
        "An actor or a state is a visit, and the reverse."
    ),
    "bde:Visit rdfs:subClassOf [ a owl:Class ; owl:complementOf bde:Actor ] .": (
        "Every visit is not an actor."
    ),
    "bde:Visit owl:disjointWith bde:Actor .": "Nothing is both a visit and an actor.",
    "[] a owl:AllDisjointClasses ; owl:members ( bde:Visit bde:Actor ) .": (
        "Nothing is both a visit and an actor."
    ),
    "bde:in rdfs:domain bde:Visit .": 'Whatever has an "in" is a visit.',
    "bde:number rdfs:range xsd:integer .": 'Every "number" is an xsd:integer.',
    "bde:in rdfs:subPropertyOf bde:host .": 'If A has "in" B, then A has "host party" B.',
    "bde:in owl:inverseOf bde:host .": 'A has "in" B if B has "host party" A, and the reverse.',
    "bde:in owl:propertyChainAxiom ( bde:host [ owl:inverseOf bde:in ] ) .": (
        'If A has "host party" B and C has "in" B, then A has "in" C.'
    ),
    "bde:in a owl:FunctionalProperty .": 'Nothing has two values of "in".',
    "bde:in a owl:SymmetricProperty .": 'If A has "in" B, then B has "in" A.',
    "bde:in a owl:TransitiveProperty .": 'If A has "in" B and B has "in" C, then A has "in" C.',
    "[] a owl:AllDisjointProperties ; owl:members ( bde:in bde:host ) .": (
        "[ a owl:AllDisjointProperties ; owl:members ( bde:in bde:host ) ]."
    ),
    "state:x bde:host state:arlandia .": 'state:x is stated to have "host party" state:arlandia (Arlandia).',
    "state:x bde:number 3 .": 'state:x is stated to have "number" 3.',
    "state:x a bde:Actor .": "state:x is stated to be an actor.",
}


@pytest.mark.parametrize("turtle", SAID)
def test_an_axiom_is_said_in_plain_words(tmp_path: Path, turtle: str) -> None:
    (tmp_path / "o.ttl").write_text(HEAD + TERMS + "bde:other rdfs:seeAlso bde:Visit .\n" + turtle)
    (tmp_path / "d.ttl").write_text(HEAD + 'state:arlandia rdfs:label "Arlandia"@en .')
    problem = Projection(read([tmp_path / "o.ttl"], tmp_path), read([tmp_path / "d.ttl"], tmp_path))
    assert [Wording(problem).axiom(axiom) for axiom in problem.axioms] == [SAID[turtle]]
