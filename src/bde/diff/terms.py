"""An ontology as terms with comparable facets: each statement about a term as text, blank nodes by structure.

Two graphs that say the same have the same facets, whatever their blank nodes are called and in whatever order
they list the members of a union or of a set of disjoint classes. Axioms read as in the Manchester syntax
(https://www.w3.org/TR/owl2-manchester-syntax/).
"""

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import combinations

from rdflib import OWL, RDF, RDFS, XSD, BNode, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from bde.namespaces import BASE, BDE, CONCEPT, shorten

# What a term can be, the more telling first.
SORTS = {
    "owl:Class": "class",
    "owl:ObjectProperty": "object property",
    "owl:DatatypeProperty": "datatype property",
    "owl:AnnotationProperty": "annotation property",
    "skos:ConceptScheme": "concept scheme",
    "skos:Concept": "concept",
    "owl:Ontology": "ontology",
}
APART = "owl:disjointWith"
AXIOM = "axiom"
_HEADER = BASE + "ontology"
_SETS = {OWL.unionOf: " or ", OWL.intersectionOf: " and ", OWL.oneOf: ", "}
_DISJOINT = {OWL.AllDisjointClasses, OWL.AllDisjointProperties}
# Where a term is defined never changes, and the two versions are compared as such.
_LEFT_OUT = {RDFS.isDefinedBy, OWL.versionIRI, OWL.versionInfo}
_PLAIN = {XSD.boolean, XSD.integer, XSD.decimal}
_FILLERS = {
    OWL.someValuesFrom: "some",
    OWL.allValuesFrom: "only",
    OWL.hasValue: "value",
    OWL.minCardinality: "min",
    OWL.minQualifiedCardinality: "min",
    OWL.maxCardinality: "max",
    OWL.maxQualifiedCardinality: "max",
    OWL.cardinality: "exactly",
    OWL.qualifiedCardinality: "exactly",
}


@dataclass
class Term:
    """A term by its short name: its facets (short name of a predicate -> values as text)."""

    name: str
    facets: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    @property
    def sort(self) -> str:
        """What it is: ``class``, ``concept`` ..."""
        return next(said for kind, said in SORTS.items() if kind in self.facets["rdf:type"])

    def one(self, facet: str) -> str:
        """The text of a facet, without quotation marks and language; several values in one line."""
        return " / ".join(sorted(value.removesuffix("@en").strip('"') for value in self.facets[facet]))


def describe(graph: Graph) -> dict[str, Term]:
    """The terms and concepts of ours in ``graph``, and the ontology as such, by short name.

    Classes that an axiom declares disjoint are a facet of the one that comes first in the order of their
    names. An axiom that is about no single term is a facet of the ontology.
    """
    found: dict[str, Term] = {}
    kinds = set(SORTS)
    for node in set(graph.subjects(RDF.type)):
        ours = isinstance(node, URIRef) and (str(node).startswith((BDE, CONCEPT)) or str(node) == _HEADER)
        if ours and kinds & {shorten(str(kind)) for kind in graph.objects(node, RDF.type)}:
            found[shorten(str(node))] = Term(shorten(str(node)))
    for s, p, o in graph:
        if isinstance(s, URIRef) and p not in _LEFT_OUT | {OWL.disjointWith} and shorten(str(s)) in found:
            found[shorten(str(s))].facets[shorten(str(p))].add(structure(graph, o))
    for first, second in _disjoint(graph):
        if first in found:
            found[first].facets[APART].add(second)
    for axiom in _other_axioms(graph):
        if (header := shorten(_HEADER)) in found:
            found[header].facets[AXIOM].add(axiom)
    return found


def _disjoint(graph: Graph) -> set[tuple[str, str]]:
    """The pairs that axioms declare disjoint, each in the order of their names."""
    groups = [list(pair) for pair in graph.subject_objects(OWL.disjointWith)]
    for kind in _DISJOINT:
        for axiom in graph.subjects(RDF.type, kind):
            groups.append(list(Collection(graph, graph.value(axiom, OWL.members) or RDF.nil)))
    named = (sorted({structure(graph, member) for member in group}) for group in groups)
    return {pair for group in named for pair in combinations(group, 2)}


def _other_axioms(graph: Graph) -> set[str]:
    """The axioms whose subject is a blank node that nothing refers to, those of disjointness aside."""
    nodes = {s for s in graph.subjects() if isinstance(s, BNode)} - set(graph.objects())
    return {structure(graph, node) for node in nodes if not _DISJOINT & set(graph.objects(node, RDF.type))}


def structure(graph: Graph, node: Node, above: frozenset[Node] = frozenset()) -> str:
    """A term of RDF as text; a blank node by what is said of it."""
    if isinstance(node, Literal):
        return _literal(node)
    if not isinstance(node, BNode):
        return shorten(str(node))
    if node in above:
        return "[...]"
    above |= {node}

    def part(predicate: URIRef) -> str:
        value = graph.value(node, predicate)
        text = "" if value is None else structure(graph, value, above)
        return f"({text})" if isinstance(value, BNode) else text

    for predicate, join in _SETS.items():
        if members := graph.value(node, predicate):
            return join.join(sorted(_items(graph, members, above)))
    if (node, RDF.first, None) in graph:
        return " o ".join(_items(graph, node, above))
    if (node, OWL.inverseOf, None) in graph:
        return f"inverse of {part(OWL.inverseOf)}"
    if (node, OWL.complementOf, None) in graph:
        return f"not {part(OWL.complementOf)}"
    for predicate, word in _FILLERS.items():
        if (node, OWL.onProperty, None) in graph and (node, predicate, None) in graph:
            return f"{part(OWL.onProperty)} {word} {part(predicate)} {part(OWL.onClass)}".rstrip()
    said = (f"{shorten(str(p))} {structure(graph, o, above)}" for p, o in graph.predicate_objects(node))
    return f"[{'; '.join(sorted(said))}]"


def _items(graph: Graph, members: Node, above: frozenset[Node]) -> list[str]:
    texts = ((item, structure(graph, item, above)) for item in Collection(graph, members))
    return [f"({text})" if isinstance(item, BNode) else text for item, text in texts]


def _literal(literal: Literal) -> str:
    if literal.datatype in _PLAIN:
        return str(literal)
    mark = f"@{literal.language}" if literal.language else ""
    typed = literal.datatype not in (None, XSD.string, RDF.langString)
    return f'"{literal}"{mark}' + (f"^^{shorten(str(literal.datatype))}" if typed else "")
