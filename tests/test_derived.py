"""What follows from the axioms follows, what must not does not, and both engines say the same."""

from functools import cache
from pathlib import Path

import pytest
from rdflib import RDF, URIRef
from rdflib.term import Node

from bde import reason
from bde.graphs import LocatedGraph, read
from bde.namespaces import BDE, shorten
from bde.projection import Projection
from conftest import ROOT

CASES = ROOT / "tests" / "reasoning"
TERMS = sorted(path.name for path in CASES.iterdir())
ENGINES = [pytest.param("hermit", marks=pytest.mark.optional("java")), "rl"]
# A term that is derived in part only: its stated values are data.
ALSO = {"party"}


@cache
def case(term: str, part: str) -> LocatedGraph:
    return read([CASES / term / f"{part}.ttl"], ROOT)


def about(term: str, facts) -> set[tuple[Node, Node, Node]]:  # type: ignore[no-untyped-def]
    return {(s, p, o) for s, p, o in facts if URIRef(BDE + term) == (o if p == RDF.type else p)}


@pytest.mark.parametrize("term", TERMS)
@pytest.mark.parametrize("engine", ENGINES)
def test_exactly_what_must_follow_follows(ontology: LocatedGraph, term: str, engine: str) -> None:
    facts, report = reason.inferred(ontology, case(term, "facts"), engine=engine)
    follows, must_not = (set(case(term, part).graph) for part in ("follows", "not"))
    assert follows and must_not
    assert about(term, facts) == follows
    assert not must_not.intersection(facts)
    assert report.counts[f"bde:{term}"] == len(follows)


@pytest.mark.parametrize("term", TERMS)
def test_near_misses_are_about_things_of_the_case(term: str) -> None:
    known = set(case(term, "facts").graph.all_nodes())
    for part in ("follows", "not"):
        graph = case(term, part).graph
        assert about(term, graph) == set(graph)
        nodes = {node for s, p, o in graph for node in ((s,) if p == RDF.type else (s, o))}
        assert nodes <= known


def test_every_derived_term_has_a_case(ontology: LocatedGraph) -> None:
    derived = {shorten(str(term)) for term in ontology.graph.subjects(URIRef(BDE + "derived"))}
    assert derived == {f"bde:{term}" for term in set(TERMS) - ALSO}


@pytest.mark.optional("java")
def test_both_engines_infer_the_same_facts_from_the_founding_graph(
    ontology: LocatedGraph, data: LocatedGraph
) -> None:
    (hermit, counted), (rules, counted_too) = (
        reason.inferred(ontology, data, engine=engine) for engine in ("hermit", "rl")
    )
    assert set(hermit) == set(rules)
    assert counted == counted_too
    kinds = {name for name in counted.counts if name.startswith("bde:")}
    empty = {"bde:DisputedRecord"}  # no two founding records contradict each other
    assert kinds >= {f"bde:{term}" for term in TERMS} - empty
    assert counted.counts["facts"] == len(hermit) > 900


def test_what_is_set_aside_tells_nothing_of_other_things(ontology: LocatedGraph, data: LocatedGraph) -> None:
    """Evidence, times and concepts could be left in: no further fact would follow about anything else."""
    problem = Projection(ontology, data)
    few, every = (
        reason.ENGINES["rl"].facts(problem.document(axioms)) for axioms in (problem.telling(), problem.axioms)
    )
    told = {node for axiom in problem.telling() for node in axiom.triples[0]}
    assert len(few) < len(every)
    stated = {axiom.triples[0] for axiom in problem.axioms}
    silent = {s for s, _, _ in every} - told
    more = {fact for fact in every - few - stated if silent.isdisjoint(fact)}
    assert not {fact for fact in more if str(fact[1]).startswith(BDE) or str(fact[2]).startswith(BDE)}
    assert silent


def test_an_ontology_without_axioms_infers_nothing_and_that_is_no_success(tmp_path: Path) -> None:
    (tmp_path / "ontology.ttl").write_text(f"<{BDE}A> a <http://www.w3.org/2002/07/owl#Class> .")
    (tmp_path / "data.ttl").write_text(f"<urn:x> a <{BDE}A> .")
    files = (read([tmp_path / name], tmp_path) for name in ("ontology.ttl", "data.ttl"))
    facts, report = reason.inferred(*files, engine="rl")
    assert facts == ()
    assert report.vacuous == ("facts",)
