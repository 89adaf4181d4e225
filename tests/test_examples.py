"""Each worked example passes every check; each near miss fails with exactly the finding it is there for."""

from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from rdflib import RDF, RDFS, SH, Graph, URIRef
from rdflib.term import Node

from bde import examples, ledger, reason, shacl, vocabulary
from bde.examples import Example
from bde.graphs import LocatedGraph, read
from bde.namespaces import BDE, ID, shorten
from bde.workspace import Workspace

SPACE = Workspace.find(Path(__file__))
EXAMPLES = examples.load(SPACE)
WORLD, *WORKED = EXAMPLES
STATES = {
    "Arlandia",
    "Borduria",
    "Cordonia",
    "Estmark",
}  # invented, so that no fact can be taken for a real one


@cache
def located() -> LocatedGraph:
    return read([folder / "example.ttl" for folder in SPACE.examples], SPACE.root)


def house_rules(shapes: Graph) -> set[Node]:
    """The shapes of ``shapes/house.ttl`` that have targets of their own."""
    house = Graph().parse(SPACE.root / "shapes" / "house.ttl")
    targets = (SH.targetNode, SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf)
    rules = {rule for target in targets for rule in house.subjects(target)}
    assert rules < set(shapes.subjects())
    return rules


@cache
def results(damaged: bool) -> Counter[tuple[Node | None, ...]]:
    """Shape, focus node and value of each result on all examples together."""
    ontology, shapes = Graph(), Graph()
    for path in SPACE.ontology:
        ontology.parse(path)
    for path in SPACE.shapes:
        shapes.parse(path)
    for rule in house_rules(shapes):  # on the terms of the ontology, which the examples leave alone
        shapes.remove((rule, None, None))
    outcome = shacl.validate(examples.merged(EXAMPLES, damaged=damaged), ontology, shapes)
    return Counter((result.shape, result.focus) for result in outcome.results)


def test_there_is_an_example_of_each_feature_and_a_near_miss_of_each() -> None:
    assert len(WORKED) >= 18
    assert WORLD.near_miss is None
    assert all(example.near_miss for example in WORKED)
    assert len({example.near_miss.shape for example in WORKED if example.near_miss}) == len(WORKED)


def test_the_examples_pass_all_shapes_without_so_much_as_a_warning() -> None:
    assert results(damaged=False) == Counter()


@pytest.mark.parametrize("example", WORKED, ids=lambda example: example.name)
def test_a_near_miss_fails_with_exactly_one_finding(example: Example) -> None:
    miss = example.near_miss
    assert miss is not None
    assert results(damaged=True)[miss.shape, miss.focus] == 1
    own = {
        node for node in (*example.data.graph.subjects(), *miss.nodes.subjects()) if isinstance(node, URIRef)
    }
    assert [shape for shape, focus in results(damaged=True) if focus in own] == [miss.shape]


def test_near_misses_fail_with_nothing_else() -> None:
    assert results(damaged=True).total() == len(WORKED)


@pytest.mark.parametrize("example", WORKED, ids=lambda example: example.name)
def test_a_near_miss_changes_nodes_of_its_example_alone(example: Example) -> None:
    assert example.near_miss is not None
    assert 1 <= len(set(example.near_miss.nodes.subjects())) <= 3
    assert set(example.near_miss.nodes.subjects()) <= set(example.data.graph.subjects())


def test_every_word_of_the_examples_is_declared_and_every_thing_described(ontology: LocatedGraph) -> None:
    report = vocabulary.check(ontology, read(SPACE.shapes, SPACE.root), located())
    assert not report.findings
    assert report.counts["things"] > 500


def test_every_sentence_is_accounted_for_and_proven_by_the_report() -> None:
    report = ledger.coverage(located(), SPACE.root / "ontology" / "examples")
    assert not report.findings
    assert report.counts["passages proven"] == sum(len(example.sentences) for example in EXAMPLES) > 60


def test_every_record_leads_to_a_sentence_of_its_report() -> None:
    """The catalogue data of the reports themselves rest on the file of the text instead."""
    graph = located().graph
    records = set(graph.subjects(URIRef(BDE + "evidence"))) - set(
        graph.subjects(RDF.type, URIRef(BDE + "Source"))
    )
    assert len(records) > 200
    for record in records:
        for piece in graph.objects(record, URIRef(BDE + "evidence")):
            assert (piece, URIRef(BDE + "passage"), None) in graph, shorten(str(record))


def test_the_states_are_invented() -> None:
    names = {
        str(located().graph.value(s, RDFS.label))
        for s in located().graph.subjects(RDF.type, URIRef(BDE + "State"))
    }
    assert names == STATES


def test_no_example_names_a_thing_of_the_founding_graph(data: LocatedGraph) -> None:
    own = {s for s in located().graph.subjects() if str(s).startswith(ID)}
    assert len(own) > 500
    assert not own & set(data.graph.subjects())


@pytest.mark.optional("java")
def test_the_examples_do_not_contradict_the_ontology(ontology: LocatedGraph) -> None:
    assert not reason.reason(ontology, located()).findings
