"""Why: a smallest set of axioms and statements that clash, or from which a fact follows, in plain words."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from time import monotonic
from typing import Protocol

from rdflib import OWL, RDF, Graph
from rdflib.term import Node

from bde import rules
from bde.axioms import Axiom, Triple, suspects
from bde.errors import BdeError
from bde.findings import Finding, Severity
from bde.projection import Projection
from bde.relevance import neighborhoods
from bde.wording import Wording


class Engine(Protocol):
    """What the engines have in common; modules stand for them."""

    def unsatisfiable(self, document: Graph) -> set[str] | None:
        """The classes that can have no instance; ``None`` where the ontology is inconsistent."""

    def facts(self, document: Graph) -> set[Triple]:
        """All that follows about individuals."""

    def first_entailing(self, documents: Iterable[Graph], fact: Triple | None) -> int | None:
        """Which is the first from which a fact follows (from 0), or without a fact the first inconsistent."""


_FEW = 15
_First = Callable[[Iterable[list[Axiom]]], int | None]  # which set of axioms is the first that passes a test


def clash(projection: Projection, given: list[Axiom], engine: Engine, deadline: float) -> Iterator[Finding]:
    """Hints at a smallest set of axioms that clash, together with those ``given``.

    It starts from what looks like the clash, else from the terminology, else from what the rules of OWL 2 RL
    find in two disjoint classes, else from everything. ``deadline`` is a time of the monotonic clock in
    seconds; past it the hints are ``because-at-most``, for then the set may be smaller still.
    """
    everything = [*given, *projection.axioms]
    terminology = [axiom for axiom in projection.axioms if not projection.states(axiom)]

    first = _entailing(projection, engine, None)
    likely = chain(
        suspects(everything, projection.properties, projection.graph),
        ([*given, *terminology],),
        _in_disjoint_classes(projection, terminology, deadline),
    )
    start = next((few for few in likely if first([few]) == 0), everything)
    yield from _because(projection, *_smallest(start, first, deadline))


def support(projection: Projection, fact: Triple, engine: Engine, deadline: float) -> list[Finding] | None:
    """Hints at a smallest consistent set of axioms from which a fact follows.

    There is none where it does not follow, and ``None`` where it follows from a contradiction alone, as
    everything does. The rules of OWL 2 RL look for the set, because they are quick, and the engine confirms
    it. ``deadline`` as for a clash.
    """
    first, contradicting = (_entailing(projection, engine, what) for what in (fact, None))
    few = _by_rules(projection, fact, deadline)
    passed = first([few, projection.axioms])
    if passed is None:
        return []
    start = [few, projection.axioms][passed]
    if contradicting([start]) == 0:
        return None
    return list(_because(projection, *_smallest(start, first, deadline)))


def _entailing(projection: Projection, engine: Engine, fact: Triple | None) -> _First:
    """The test whether a fact follows or, without one, whether there is a contradiction."""
    return lambda sets: engine.first_entailing(map(projection.document, sets), fact)


def _by_rules(projection: Projection, fact: Triple, deadline: float) -> list[Axiom]:
    """A smallest set of axioms from which a fact follows by the rules, or nothing."""
    first = _entailing(projection, rules, fact)
    for few in neighborhoods(projection.axioms, fact, projection.states):
        if first([few]) == 0:
            return _smallest(few, first, deadline)[0]
    return []


def _in_disjoint_classes(
    projection: Projection, terminology: list[Axiom], deadline: float
) -> Iterator[list[Axiom]]:
    """Sets of axioms by which something is in two disjoint classes, as far as the rules see."""
    disjoint = {axiom.triples[0]: axiom for axiom in terminology if axiom.triples[0][1] == OWL.disjointWith}
    apart = set(disjoint.values())
    try:
        facts = rules.facts(projection.document(a for a in projection.telling() if a not in apart))
    except BdeError:  # the clash is another one
        return
    members = defaultdict[Node, set[Node]](set)
    for s, p, o in facts:
        if p == RDF.type:
            members[o].add(s)
    for (one, _, other), axiom in disjoint.items():
        for both in sorted(members[one] & members[other], key=str):
            found = {
                axiom,
                *chain(*(_by_rules(projection, (both, RDF.type, c), deadline) for c in (one, other))),
            }
            yield [axiom for axiom in projection.axioms if axiom in found]


def _smallest(axioms: list[Axiom], first: _First, deadline: float) -> tuple[list[Axiom], bool]:
    """The axioms less all that can go while the test is passed, and whether there was time to try each.

    Shares of many are left out, ever smaller ones; few are left out one by one. Several shares are tried at
    once, for an engine takes longer to start than to test few axioms.
    """
    share, start = len(axioms) // 4 if len(axioms) > _FEW else 1, 0
    while share and monotonic() < deadline:
        starts = range(start, len(axioms), share)[:_FEW]
        passed = first(axioms[:cut] + axioms[cut + share :] for cut in starts)
        if passed is None:
            start += share * len(starts)
        else:
            start = starts[passed]
            axioms = axioms[:start] + axioms[start + share :]
        if start >= len(axioms):
            share, start = share // 2, 0
    return axioms, not share


def _because(projection: Projection, axioms: list[Axiom], smallest: bool) -> Iterator[Finding]:
    words = Wording(projection)
    for axiom in axioms:
        if axiom.place.file:
            rule, subject = "because" if smallest else "because-at-most", str(axiom.triples[0][0])
            yield Finding(*axiom.place, rule, words.axiom(axiom), subject, Severity.HINT)
