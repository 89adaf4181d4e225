"""What the ontology owes its users and no shape can say: terms in use, and shapes that keep its promises."""

import re
from collections.abc import Iterable
from pathlib import Path

import pytest
from rdflib import OWL, RDF, RDFS, SH, Graph, URIRef
from rdflib.collection import Collection

from bde.graphs import LocatedGraph
from bde.namespaces import BDE, PREFIXES, shorten
from bde.workspace import Workspace
from conftest import ROOT

HEAD = "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in PREFIXES.items())
TERMS = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)


def graph(text: str) -> Graph:
    return Graph().parse(data=HEAD + text, format="turtle")


def read(files: Iterable[Path]) -> Graph:
    found = Graph()
    for file in files:
        found.parse(file)
    return found


@pytest.fixture(scope="module")
def shapes(workspace: Workspace) -> Graph:
    return read(workspace.shapes)


def named(texts: Iterable[str]) -> set[URIRef]:
    """The terms of ours that these texts name with the prefix of the project."""
    return {URIRef(BDE + name) for text in texts for name in re.findall(r"(?<![\w?$])bde:(\w+)", text)}


def unused(ontology: Graph, facts: Graph, texts: Iterable[str]) -> list[str]:
    """Classes and properties that neither a fact uses nor a text names, nor a term below them is so used.

    An annotation property is used where the ontology uses it.
    """
    used = {*facts.predicates(), *facts.objects(None, RDF.type), *ontology.predicates(), *named(texts)}
    used |= {
        above
        for term in set(used)
        for up in (RDFS.subClassOf, RDFS.subPropertyOf)
        for above in ontology.transitive_objects(term, up)
    }
    terms = {term for kind in TERMS for term in ontology.subjects(RDF.type, kind) if term.startswith(BDE)}
    assert terms
    return sorted(shorten(str(term)) for term in terms - used)


def unbounded(ontology: Graph, shapes: Graph) -> list[str]:
    """Functional properties for which a class of their domain has no shape with ``sh:maxCount`` 1.

    A derived property, which no data state, needs none.
    """
    found = []
    for prop in ontology.subjects(RDF.type, OWL.FunctionalProperty):
        bounded = {
            target
            for shape in shapes.subjects(SH.path, prop)
            if 1 in {int(number) for number in shapes.objects(shape, SH.maxCount)}
            for owner in (shape, *shapes.subjects(SH.property, shape))
            for target in shapes.objects(owner, SH.targetClass)
        }
        for domain in ontology.objects(prop, RDFS.domain):
            union = ontology.value(domain, OWL.unionOf)
            for cls in Collection(ontology, union) if union else [domain]:
                if not bounded & set(ontology.transitive_objects(cls, RDFS.subClassOf)):
                    found.append(f"{shorten(str(prop))} of {shorten(str(cls))}")
    return sorted(found)


def deprecated_in_use(ontology: Graph, shapes: Graph, texts: Iterable[str]) -> list[str]:
    """Deprecated terms that a shape or a question still names; the data are for the shapes to look at."""
    old = set(ontology.subjects(OWL.deprecated))
    queries = map(str, shapes.objects(None, SH.select))
    return sorted(shorten(str(x)) for x in old & ({*shapes.objects()} | named(queries) | named(texts)))


def test_every_class_and_property_is_used_by_an_example_a_fact_or_a_question(
    workspace: Workspace, ontology: LocatedGraph
) -> None:
    examples = [folder / "example.ttl" for folder in workspace.examples]
    reasoning = [path for path in (ROOT / "tests" / "reasoning").rglob("*") if path.is_file()]
    facts = read([*workspace.data, *examples, *(path for path in reasoning if path.suffix == ".ttl")])
    texts = [path.read_text() for path in (*workspace.questions, *reasoning)]
    assert len(facts) > 1000 and len(texts) > 20 and examples
    assert unused(ontology.graph, facts, texts) == []


def test_an_unused_term_is_found() -> None:
    ontology = graph("""
        bde:Thing a owl:Class . bde:Ship a owl:Class ; rdfs:subClassOf bde:Thing . bde:Reef a owl:Class .
        bde:near a owl:ObjectProperty . bde:calls a owl:ObjectProperty ; rdfs:subPropertyOf bde:near .
        bde:draft a owl:DatatypeProperty . bde:depth a owl:DatatypeProperty .
        bde:note a owl:AnnotationProperty . bde:Ship bde:note "x" . bde:mark a owl:AnnotationProperty .
    """)
    facts = graph("engagement:a a bde:Ship ; bde:calls place:b .")
    assert unused(ontology, facts, ["SELECT ?bde WHERE { ?x bde:draft ?y }"]) == [
        "bde:Reef",
        "bde:depth",
        "bde:mark",
    ]


def test_a_property_with_one_value_at_most_has_a_shape_that_says_so(
    ontology: LocatedGraph, shapes: Graph
) -> None:
    assert len(set(ontology.graph.subjects(RDF.type, OWL.FunctionalProperty))) > 50
    assert unbounded(ontology.graph, shapes) == []


def test_a_shape_that_allows_two_values_is_found() -> None:
    ontology = graph("""
        bde:calls a owl:FunctionalProperty ; rdfs:domain [ owl:unionOf ( bde:Ship bde:Ferry bde:Raft ) ] .
        bde:Ferry rdfs:subClassOf bde:Boat . bde:draft a owl:FunctionalProperty ; rdfs:domain bde:Ship .
    """)
    shapes = graph("""
        bdesh:Ship sh:targetClass bde:Ship ; sh:property bdesh:Ship-calls , bdesh:Ship-draft .
        bdesh:Ship-calls sh:path bde:calls ; sh:maxCount 2 .
        bdesh:Ship-draft sh:path bde:draft ; sh:maxCount 1 .
        bdesh:Boat sh:targetClass bde:Boat ; sh:path bde:calls ; sh:maxCount 1 .
    """)
    assert unbounded(ontology, shapes) == ["bde:calls of bde:Raft", "bde:calls of bde:Ship"]


def test_no_shape_or_question_names_a_deprecated_term(
    workspace: Workspace, ontology: LocatedGraph, shapes: Graph
) -> None:
    texts = [path.read_text() for path in workspace.questions]
    assert deprecated_in_use(ontology.graph, shapes, texts) == []


@pytest.mark.parametrize(
    ("shapes", "question"),
    [
        ("bdesh:Ship sh:targetClass bde:Old .", ""),
        ("bdesh:Ship sh:path bde:Old .", ""),
        ('bdesh:Ship sh:select "SELECT $this { $this a bde:Old }" .', ""),
        ("", "SELECT ?x WHERE { ?x a bde:Old }"),
    ],
)
def test_a_deprecated_term_in_use_is_found(shapes: str, question: str) -> None:
    ontology = graph("bde:Old owl:deprecated true . bde:Older owl:deprecated true .")
    assert deprecated_in_use(ontology, graph(shapes), [question]) == ["bde:Old"]
