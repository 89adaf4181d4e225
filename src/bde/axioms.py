"""Statements as axioms, and a quick guess at which of them clash, for the reasoner to confirm."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import chain
from typing import NamedTuple

from rdflib import OWL, RDF, RDFS, BNode, Graph
from rdflib.collection import Collection
from rdflib.term import Node

from bde.findings import Place

Triple = tuple[Node, Node, Node]


class Axiom(NamedTuple):
    """A statement, followed by those about the blank nodes it reaches, and its place."""

    triples: tuple[Triple, ...]
    place: Place = Place()


_Steps = list[tuple[object, tuple[Axiom, ...]]]  # what an individual is, and why


def suspects(axioms: list[Axiom], properties: set[Node], graph: Graph) -> Iterator[list[Axiom]]:
    """Sets of axioms that look like a clash, in the order of ``axioms``.

    They are about an individual with two values of a property that allows one, or in disjoint classes by
    subclasses, unions, domains and ranges. ``properties`` are the declared ones; ``graph`` holds the axioms'
    triples.
    """
    arrows, starts = defaultdict[object, _Steps](list), defaultdict[Node, _Steps](list)
    values = defaultdict[tuple[Node, Node], list[Axiom]](list)
    single, disjoint, ends = dict[Node, Axiom](), list[Axiom](), (RDFS.domain, RDFS.range)
    for axiom in axioms:
        s, p, o = axiom.triples[0]
        if p == OWL.disjointWith:
            disjoint.append(axiom)
        elif o == OWL.FunctionalProperty:
            single[s] = axiom
        elif p == RDFS.subPropertyOf:
            for end in ends:
                arrows[s, end].append(((o, end), (axiom,)))
        elif p in ends or p == RDFS.subClassOf:
            arrows[(s, p) if p in ends else s].append((o, (axiom,)))
        elif p == RDF.type:
            starts[s].append((o, (axiom,)))
        elif p in properties:
            values[s, p].append(axiom)
            for node, end in zip((s, o), ends, strict=True):
                starts[node].append(((p, end), (axiom,)))

    def clash(steps: _Steps, unions: bool = True) -> set[Axiom]:
        reached: dict[object, tuple[Axiom, ...]] = {}
        steps = list(steps)
        for term, why in steps:  # grows while it is read
            if term not in reached:
                reached[term] = why
                steps.extend((onward, why + more) for onward, more in arrows.get(term, ()))
        for axiom in disjoint:
            one, _, other = axiom.triples[0]
            if one in reached and other in reached:
                return {axiom, *reached[one], *reached[other]}
        for term, why in reached.items() if unions else ():
            members = graph.value(term, OWL.unionOf) if isinstance(term, BNode) else None
            cases = [clash([*steps, (m, why)], False) for m in Collection(graph, members or RDF.nil)]
            if cases and all(cases):
                return set[Axiom]().union(*cases)
        return set()

    twice = ({single[p], *same[:2]} for (_, p), same in values.items() if p in single and len(same) > 1)
    for few in chain(twice, filter(None, map(clash, starts.values()))):
        yield [axiom for axiom in axioms if axiom in few]
