"""The quick engine: the rules of OWL 2 RL (https://www.w3.org/TR/owl2-profiles/), which need no Java.

owlrl runs the rules; nothing else here knows it. They give the same facts as HermiT for the ontology of this
project (a test compares them), but see fewer contradictions: none by cases or about things unnamed.
"""

from rdflib import OWL, RDF, BNode, Graph, URIRef

from bde.axioms import Triple
from bde.errors import BdeError
from bde.projection import NAME

_CASE = "urn:bde:reason:case:"


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
    if not _closure(_with_instances(terms, classes))[1]:
        return set()
    return {str(c) for c in classes if c != OWL.Nothing and _closure(_with_instances(terms, [c]))[1]}


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


def entails(document: Graph, fact: Triple) -> bool:
    """Whether a fact follows by the rules; everything does where they find the ontology inconsistent."""
    closure, clash = _closure(document)
    return clash or fact in closure


def _with_instances(terms: Graph, classes: list[URIRef]) -> Graph:
    both = Graph()
    both += terms
    both += [(URIRef(f"{_CASE}{number}"), RDF.type, c) for number, c in enumerate(classes)]
    return both


def _closure(document: Graph) -> tuple[Graph, bool]:
    """All that follows, and whether it holds a contradiction.

    Different names stand for different things: that two are the same contradicts this.
    """
    from owlrl.OWLRL import OWLRL_Semantics  # takes a while to import

    class Rules(OWLRL_Semantics):  # type: ignore[misc]
        """The rules about individuals: those that make new axioms, or equals of equals, add nothing here."""

        def rules(self, t: Triple, cycle_num: int) -> None:
            self._properties(t, cycle_num)
            self._classes(t, cycle_num)
            self._class_axioms(t, cycle_num)

    graph = Graph()
    graph += (triple for triple in document if triple[1] != NAME and triple[2] != OWL.NamedIndividual)
    engine = Rules(graph, False, False)
    engine.closure()
    same = any(s != o and not isinstance(s, BNode) for s, o in graph.subject_objects(OWL.sameAs))
    return graph, same or bool(engine.error_messages)
