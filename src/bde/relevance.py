"""What an inferred fact can rest on: axioms that reach its terms, statements that link its two ends."""

from collections import defaultdict
from collections.abc import Callable, Iterator

from rdflib import OWL, RDF, RDFS, URIRef
from rdflib.term import Node

from bde.axioms import Axiom, Triple

_CONCLUDES_OBJECT = (RDFS.subClassOf, RDFS.subPropertyOf, RDFS.domain, RDFS.range)
_CONCLUDES_NOTHING = (
    *(OWL.disjointWith, OWL.propertyDisjointWith),
    *(OWL.FunctionalProperty, OWL.InverseFunctionalProperty),
)
_BUILT_IN = (str(OWL), str(RDF), str(RDFS))
_LENGTHS = (1, 2, 3, 4, 5, 6, 8, 10)


def neighborhoods(
    axioms: list[Axiom], fact: Triple, stated: Callable[[Axiom], bool]
) -> Iterator[list[Axiom]]:
    """Ever larger sets of axioms from which a fact may follow, each in the order of ``axioms``.

    ``stated`` tells statements about individuals from axioms about terms. The last set holds all that a rule
    could use; before it, statements lie on a way of few steps between the two ends of the fact, or near its
    subject where it is a class membership.
    """
    s, p, o = fact
    kept, terms = _reaching(o if p == RDF.type else p, [axiom for axiom in axioms if not stated(axiom)])
    used = [axiom for axiom in axioms if stated(axiom) and _spoken_of(axiom) in terms]
    links = defaultdict[Node, set[Node]](set)
    for one, link, other in (axiom.triples[0] for axiom in used):
        if link != RDF.type:
            links[one].add(other)
            links[other].add(one)
    start, end = _distances(s, links), _distances(s if p == RDF.type else o, links)
    size = -1
    for length in _LENGTHS:
        near = {node for node, steps in start.items() if steps + end.get(node, length) <= length}
        few = {axiom for axiom in used if _among(axiom, near)}
        if len(few) > size:
            size = len(few)
            yield [axiom for axiom in axioms if axiom in kept or axiom in few]
    if len(used) > size:
        every = {*kept, *used}
        yield [axiom for axiom in axioms if axiom in every]


def _spoken_of(axiom: Axiom) -> Node:
    _, p, o = axiom.triples[0]
    return o if p == RDF.type else p


def _among(axiom: Axiom, near: set[Node]) -> bool:
    one, link, other = axiom.triples[0]
    return one in near and (link == RDF.type or other in near)


def _reaching(goal: Node, terminology: list[Axiom]) -> tuple[set[Axiom], set[Node]]:
    """The axioms from which something may follow about a term, by way of others or not; all terms in them."""
    terms, kept, before = {goal}, set[Axiom](), -1
    while len(terms) > before:
        before = len(terms)
        for axiom in terminology:
            if axiom not in kept and not terms.isdisjoint(_concluded(axiom)):
                kept.add(axiom)
                terms.update(_terms(axiom.triples))
    return kept, terms


def _concluded(axiom: Axiom) -> set[Node]:
    """The terms of which an axiom can say something new."""
    s, p, o = axiom.triples[0]
    if p in _CONCLUDES_NOTHING or o in _CONCLUDES_NOTHING:
        return set()
    if p in _CONCLUDES_OBJECT:
        return {o} if isinstance(o, URIRef) else _terms(axiom.triples[1:])
    return {s} if p == OWL.propertyChainAxiom else _terms(axiom.triples)


def _terms(triples: tuple[Triple, ...]) -> set[Node]:
    return {
        node
        for triple in triples
        for node in triple
        if isinstance(node, URIRef) and not str(node).startswith(_BUILT_IN)
    }


def _distances(start: Node, links: dict[Node, set[Node]]) -> dict[Node, int]:
    """How many steps each node is from one of them, itself included."""
    found, order = {start: 0}, [start]
    for node in order:  # grows while it is read
        for other in links.get(node, ()):
            if other not in found:
                found[other] = found[node] + 1
                order.append(other)
    return found
