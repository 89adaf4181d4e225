"""Ontology and data as reasoners get them: axioms with their places, and what had to be set aside.

HermiT cannot read every statement; what is set aside is counted by reason. Different IRIs stand for different
things (unique names): each individual has its IRI as the value of a functional property, which costs far less
than owl:AllDifferent.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import chain, combinations

from rdflib import OWL, RDF, RDFS, XSD, BNode, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from bde.axioms import Axiom, Triple
from bde.findings import Place
from bde.graphs import LocatedGraph
from bde.namespaces import BDE, OUTSIDE, shorten

NAME, PROBE = URIRef("urn:bde:reason:name"), URIRef("urn:bde:reason:probe")
_BUILT_IN = (str(OWL), str(RDF), str(RDFS))
_ANNOTATIONS = {RDFS.label, RDFS.comment, RDFS.seeAlso, RDFS.isDefinedBy, OWL.versionInfo, OWL.versionIRI}
_ENTITIES = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty)
_WORDS = (XSD.string, XSD.normalizedString, XSD.token, XSD.language, XSD.anyURI, RDF.langString, RDFS.Literal)
_NUMBERS = (XSD.integer, XSD.nonNegativeInteger, XSD.positiveInteger, XSD.decimal, XSD.double, XSD.float)
_READABLE = {*_WORDS, *_NUMBERS, XSD.boolean}
# From what is said of these nothing follows about anything else, and they are most of the graph.
_SILENT = {
    *(URIRef(BDE + name) for name in ("Evidence", "Passage", "TimeSpan")),
    *(URIRef(OUTSIDE["skos"] + name) for name in ("Concept", "ConceptScheme")),
    URIRef(OUTSIDE["oa"] + "TextPositionSelector"),
}


def with_instances(document: Graph, classes: Iterable[Node]) -> Graph:
    """An ontology in which each of these classes has a new instance as well."""
    both = Graph("SimpleMemory")
    both += document
    both += [(URIRef(f"{PROBE}:{number}"), RDF.type, c) for number, c in enumerate(classes)]
    return both


class Projection:
    """What reasoners can read of an ontology and data: ``axioms`` by file and line, and the names in them.

    ``set_aside`` counts the other statements by reason.
    """

    def __init__(self, ontology: LocatedGraph, data: LocatedGraph):
        self.sources, self.graph = (ontology, data), Graph()
        declared = ontology.graph
        self.classes = {c for c in declared.subjects(RDF.type, OWL.Class) if isinstance(c, URIRef)}
        self.objects = set(declared.subjects(RDF.type, OWL.ObjectProperty))
        self.properties = self.objects | set(declared.subjects(RDF.type, OWL.DatatypeProperty))
        self.declarations = defaultdict[Node, list[Triple]](list)
        for triple in chain.from_iterable(declared.triples((None, RDF.type, kind)) for kind in _ENTITIES):
            if triple[0] in self.classes or triple[0] in self.properties:
                self.declarations[triple[0]].append(triple)
        self.annotations = _ANNOTATIONS | set(declared.subjects(RDF.type, OWL.AnnotationProperty))
        self.headers = set(declared.subjects(RDF.type, OWL.Ontology))
        spoken_of = Counter(chain.from_iterable((s, o) for s, _, o in declared))
        self.idle = {p for p in self.properties if spoken_of[p] == 1}  # declared, and in no axiom
        self.set_aside: Counter[str] = Counter()
        for triple in chain.from_iterable(source.graph for source in self.sources):
            if why := self._why_not(*triple):
                self.set_aside[why] += 1
            else:
                self.graph.add(triple)
        things = chain(self.graph.subjects(), *(self.graph.objects(None, p) for p in self.objects), (PROBE,))
        self.individuals = {x for x in things if isinstance(x, URIRef)} - self.classes - self.properties
        self.axioms = sorted(self._axioms(), key=lambda a: (*a.place, *map(str, a.triples[0])))

    def _why_not(self, s: Node, p: Node, o: Node) -> str:
        """The reason to keep a statement from the reasoner, or nothing."""
        if p in self.annotations or s in self.annotations or s in self.headers:
            return "annotation"
        if isinstance(o, Literal) and not o.language and (o.datatype or XSD.string) not in _READABLE:
            return f"value of {shorten(str(o.datatype))}"
        if isinstance(o, Literal) and o.ill_typed:
            return "value not of its datatype"
        if p in self.idle:
            return "property without axioms"
        if p in self.properties and isinstance(o, Literal) is (p in self.objects):
            return "value of the wrong sort"
        if p == RDFS.range and str(o).startswith(str(XSD)) and o not in _READABLE:
            return f"range {shorten(str(o))}"
        if p == RDF.type and not (isinstance(o, BNode) or o in self.classes or str(o).startswith(_BUILT_IN)):
            return "undeclared class"
        return "" if p in self.properties or str(p).startswith(_BUILT_IN) else "undeclared property"

    def _axioms(self) -> Iterator[Axiom]:
        inner = {o for o in self.graph.objects() if isinstance(o, BNode)}
        for s in set(self.graph.subjects()) - inner:
            if (s, RDF.type, OWL.AllDisjointClasses) in self.graph:
                members = Collection(self.graph, self.graph.value(s, OWL.members) or RDF.nil)
                if self.classes.issuperset(members):  # two at a time, to tell which of them clash
                    for one, other in combinations(members, 2):
                        yield Axiom(((one, OWL.disjointWith, other),), self.place(s, OWL.members))
                    continue
            about = sorted(self.graph.triples((s, None, None)), key=lambda triple: triple[1] != RDF.type)
            for triples in [about] if isinstance(s, BNode) else [[triple] for triple in about]:
                for _, _, o in triples:  # grows while it is read
                    triples.extend(self.graph.triples((o, None, None)) if isinstance(o, BNode) else ())
                if triples[0][2] not in _ENTITIES:
                    yield Axiom(tuple(triples), self.place(*triples[0]))

    def place(self, *triple: Node) -> Place:
        """The place of a statement or subject."""
        return next((place for source in self.sources if (place := source.line_of(*triple))), Place())

    def states(self, axiom: Axiom) -> bool:
        """Whether an axiom is a statement about an individual, and not one about terms."""
        return axiom.triples[0][0] in self.individuals

    def telling(self) -> list[Axiom]:
        """The axioms without those about things from which nothing follows: evidence, times, concepts.

        A concept that an axiom names stays.
        """
        silent = {s for s, _, o in self.graph.triples((None, RDF.type, None)) if o in _SILENT}
        told = chain.from_iterable(axiom.triples for axiom in self.axioms if not self.states(axiom))
        silent = silent.difference(o for _, _, o in told)
        return [axiom for axiom in self.axioms if silent.isdisjoint(axiom.triples[0])]

    def document(self, axioms: Iterable[Axiom]) -> Graph:
        """These axioms with the declarations and names of what they speak of, as one ontology."""
        document = Graph("SimpleMemory")
        document.add((NAME, RDF.type, OWL.DatatypeProperty))
        document.add((NAME, RDF.type, OWL.FunctionalProperty))
        for triple in chain.from_iterable(axiom.triples for axiom in axioms):
            document.add(triple)
        for node in {*document.subjects(), *document.predicates(), *document.objects()}:
            if node in self.individuals:
                document.add((node, RDF.type, OWL.NamedIndividual))
                document.add((node, NAME, Literal(str(node))))
            for declaration in self.declarations.get(node, ()):
                document.add(declaration)
        return document
