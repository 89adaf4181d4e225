"""What follows from the axioms follows, what must not does not, and both engines say the same."""

import re
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

import pytest
from rdflib import RDF, URIRef

from bde import reason
from bde.axioms import Triple as Fact
from bde.findings import Report
from bde.graphs import LocatedGraph, read
from bde.namespaces import BDE, ID, shorten
from bde.projection import Projection
from conftest import ROOT

CASES = ROOT / "tests" / "reasoning"
TERMS = sorted(path.name for path in CASES.iterdir())
ENGINES = [
    pytest.param(
        "hermit", marks=[pytest.mark.optional("java"), pytest.mark.exhaustive("what HermiT derives")]
    ),
    "rl",
]
# A term that is derived in part only: its stated values are data.
ALSO = {"party"}


@cache
def case(term: str, part: str) -> LocatedGraph:
    return read([CASES / term / f"{part}.ttl"], ROOT)


@pytest.fixture(scope="module")
def apart(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copies of the cases that share no name of a thing, so that an engine can take all of them at once."""
    folder = tmp_path_factory.mktemp("cases")
    for path in CASES.glob("*/*.ttl"):
        term, text = path.parent.name, path.read_text()
        (folder / f"{term}-{path.name}").write_text(re.sub(rf"<({ID}\w+/)>", rf"<\1{term}->", text))
    return folder


@pytest.fixture(scope="module")
def inferred(ontology: LocatedGraph, apart: Path) -> Callable[[str], tuple[set[Fact], Report]]:
    """Engine -> what follows from all cases."""

    @cache
    def run(engine: str) -> tuple[set[Fact], Report]:
        facts, report = reason.inferred(
            ontology, read(sorted(apart.glob("*-facts.ttl")), apart), engine=engine
        )
        return set(facts), report

    return run


def about(term: str, facts: Iterable[Fact]) -> set[Fact]:
    return {(s, p, o) for s, p, o in facts if URIRef(BDE + term) == (o if p == RDF.type else p)}


@pytest.mark.parametrize("term", TERMS)
@pytest.mark.parametrize("engine", ENGINES)
def test_exactly_what_must_follow_follows(
    apart: Path, inferred: Callable[[str], tuple[set[Fact], Report]], term: str, engine: str
) -> None:
    facts, report = inferred(engine)
    things, follows, must_not = (
        read([apart / f"{term}-{part}.ttl"], apart).graph for part in ("facts", "follows", "not")
    )
    names = set(things.all_nodes())
    assert len(follows) and len(must_not)
    assert {fact for fact in about(term, facts) if fact[0] in names} == set(follows)
    assert facts.isdisjoint(must_not)
    assert report.counts[f"bde:{term}"] == len(about(term, facts))


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


@pytest.fixture(scope="module")
def founding(ontology: LocatedGraph, data: LocatedGraph) -> tuple[set[Fact], Report]:
    """What follows from the founding graph by the rules."""
    facts, report = reason.inferred(ontology, data, engine="rl")
    return set(facts), report


def test_facts_of_every_kind_follow_from_the_founding_graph(founding: tuple[set[Fact], Report]) -> None:
    facts, counted = founding
    kinds = {name for name in counted.counts if name.startswith("bde:")}
    empty = {"bde:DisputedRecord"}  # no two founding records contradict each other
    assert kinds >= {f"bde:{term}" for term in TERMS} - empty
    assert counted.counts["facts"] == len(facts) > 900


@pytest.mark.optional("java")
@pytest.mark.exhaustive("the facts that HermiT infers from the founding graph")
def test_both_engines_infer_the_same_facts_from_the_founding_graph(
    ontology: LocatedGraph, data: LocatedGraph, founding: tuple[set[Fact], Report]
) -> None:
    facts, report = reason.inferred(ontology, data, engine="hermit")
    assert (set(facts), report) == founding


@pytest.mark.exhaustive("what is left out before the rules infer")
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
