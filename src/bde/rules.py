"""The quick engine: the rules of OWL 2 RL (https://www.w3.org/TR/owl2-profiles/), which need no Java.

owlrl runs the rules; nothing else here knows it. They give the same facts as HermiT for the ontology of this
project (a test compares them), but see fewer contradictions: none by cases or about things unnamed.
"""

from collections.abc import Iterable

from rdflib import OWL, RDF, RDFS, BNode, Graph, URIRef

from bde.axioms import Triple
from bde.errors import BdeError
from bde.projection import NAME, with_instances

# What a rule starts from: a triple with one of these predicates, or a type that is one of these.
_PROPERTIES = {
    *(RDFS.domain, RDFS.range, RDFS.subPropertyOf, OWL.propertyChainAxiom, OWL.equivalentProperty),
    *(OWL.propertyDisjointWith, OWL.inverseOf, OWL.hasKey, OWL.sourceIndividual, OWL.FunctionalProperty),
    *(OWL.InverseFunctionalProperty, OWL.IrreflexiveProperty, OWL.SymmetricProperty, OWL.AsymmetricProperty),
    *(OWL.TransitiveProperty, OWL.AllDisjointProperties),
}
_CLASSES = {
    *(OWL.Nothing, OWL.intersectionOf, OWL.unionOf, OWL.complementOf, OWL.someValuesFrom, OWL.allValuesFrom),
    *(OWL.hasValue, OWL.maxCardinality, OWL.maxQualifiedCardinality, OWL.oneOf),
}
_CLASS_AXIOMS = {RDFS.subClassOf, OWL.equivalentClass, OWL.disjointWith, OWL.AllDisjointClasses}


def unsatisfiable(document: Graph) -> set[str] | None:
    """The classes that can have no instance in an ontology; ``None`` where the ontology is inconsistent.

    Both as far as the rules see it.
    """
    _, clash = _closure(document)
    if clash:
        return None
    named = set(document.subjects(RDF.type, OWL.NamedIndividual))
    terms = Graph()
    terms += (triple for triple in document if triple[0] not in named)
    classes = [c for c in document.subjects(RDF.type, OWL.Class) if isinstance(c, URIRef)]
    if not _closure(with_instances(terms, classes))[1]:
        return set()
    return {str(c) for c in classes if c != OWL.Nothing and _closure(with_instances(terms, [c]))[1]}


def facts(document: Graph) -> set[Triple]:
    """All class memberships and values of object properties that the rules give for the individuals.

    Raises ``BdeError`` where they find it inconsistent, for then everything follows.
    """
    closure, clash = _closure(document)
    if clash:
        raise BdeError(
            "the ontology and the data contradict each other.", fix="Ask why: bde reason --explain"
        )
    named = set(document.subjects(RDF.type, OWL.NamedIndividual))
    return {(s, p, o) for s, p, o in closure if s in named and (p == RDF.type or o in named)}


def first_entailing(documents: Iterable[Graph], fact: Triple | None) -> int | None:
    """Which of these ontologies is the first from which a fact follows by the rules, counted from 0.

    Everything follows from one that they find inconsistent; without a fact only such a one counts.
    """
    for number, document in enumerate(documents):
        closure, clash = _closure(document)
        if clash or (fact and fact in closure):
            return number
    return None


def _closure(document: Graph) -> tuple[Graph, bool]:
    """All that follows, and whether it holds a contradiction.

    Different names stand for different things: that two are the same contradicts this.
    """
    from owlrl.OWLRL import OWLRL_Semantics  # takes a while to import

    class Rules(OWLRL_Semantics):  # type: ignore[misc]
        """The rules about individuals: those that make new axioms, or equals of equals, add nothing here."""

        def rules(self, t: Triple, cycle_num: int) -> None:
            start = t[2] if t[1] == RDF.type else t[1]
            if start in _PROPERTIES:
                self._properties(t, cycle_num)
            elif start in _CLASSES:
                self._classes(t, cycle_num)
            elif start in _CLASS_AXIOMS:
                self._class_axioms(t, cycle_num)

    graph = Graph("SimpleMemory")
    graph += (triple for triple in document if triple[1] != NAME and triple[2] != OWL.NamedIndividual)
    engine = Rules(graph, False, False)
    engine.closure()
    same = any(s != o and not isinstance(s, BNode) for s, o in graph.subject_objects(OWL.sameAs))
    return graph, same or bool(engine.error_messages)
