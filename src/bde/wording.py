"""Axioms and statements in plain words, made from the labels of their terms."""

from collections.abc import Callable
from string import ascii_uppercase

from rdflib import OWL, RDF, RDFS, SKOS, BNode, Literal
from rdflib.collection import Collection
from rdflib.term import Node

from bde.axioms import Axiom, Triple
from bde.namespaces import shorten
from bde.projection import Projection

_VOWELS = ("a", "e", "i", "o", "xsd:")
_NUMBERS = {OWL.minCardinality: "at least", OWL.maxCardinality: "at most", OWL.cardinality: "exactly"}
_SORTS: dict[Node, str] = {
    OWL.FunctionalProperty: 'Nothing has two values of "{p}".',
    OWL.InverseFunctionalProperty: 'No two things have "{p}" of the same.',
    OWL.SymmetricProperty: 'If A has "{p}" B, then B has "{p}" A.',
    OWL.TransitiveProperty: 'If A has "{p}" B and B has "{p}" C, then A has "{p}" C.',
    OWL.AsymmetricProperty: 'If A has "{p}" B, then B does not have "{p}" A.',
    OWL.IrreflexiveProperty: 'Nothing has "{p}" itself.',
}


class Wording:
    """Words for the axioms and facts of a projection."""

    def __init__(self, projection: Projection):
        self.graph = projection.graph
        self.sources = [source.graph for source in projection.sources]
        self.terms = {*projection.classes, *projection.properties}

    def axiom(self, axiom: Axiom) -> str:
        """An axiom about terms as a rule, a statement about an individual as stated."""
        s, p, o = axiom.triples[0]
        if s not in self.terms and not isinstance(s, BNode):
            return self.fact(axiom.triples[0], "is stated to")
        say: dict[Node, Callable[[Node, Node], str]] = {
            RDFS.subClassOf: self._subclass,
            OWL.equivalentClass: lambda s, o: f"{self._start(o)} is {self._some(s)}, and the reverse.",
            OWL.disjointWith: lambda s, o: f"Nothing is both {self._some(s)} and {self._some(o)}.",
            RDFS.domain: lambda s, o: f"Whatever has {self._a(s)} is {self._some(o)}.",
            RDFS.range: lambda s, o: f'Every "{self._label(s)}" is {self._some(o)}.',
            RDFS.subPropertyOf: lambda s, o: f"If A {self._has(s, 'B')}, then A {self._has(o, 'B')}.",
            OWL.inverseOf: lambda s, o: f"A {self._has(s, 'B')} if B {self._has(o, 'A')}, and the reverse.",
            OWL.propertyChainAxiom: self._chain,
        }
        if p == RDF.type and o in _SORTS:
            return _SORTS[o].format(p=self._label(s))
        if isinstance(s, BNode) and p == RDF.type:
            return f"{self._some(s)}."
        return say[p](s, o) if p in say else " ".join(map(self.name, axiom.triples[0])) + "."

    def fact(self, fact: Triple, how: str = "") -> str:
        """A fact about an individual: that it is, or ``how`` it is to be, something or to have a value."""
        s, p, o = fact
        be, have = (f"{how} be", f"{how} have") if how else ("is", "has")
        said = f"{be} {self._some(o)}" if p == RDF.type else f'{have} "{self._label(p)}" {self.name(o)}'
        return f"{self.name(s)} {said}."

    def name(self, node: Node) -> str:
        """A node as Turtle would write it, an individual with its label."""
        if isinstance(node, Literal):
            return f'"{node}"' if node.language or node.datatype is None else str(node)
        if isinstance(node, BNode):
            return self._some(node)
        if node == RDF.type:
            return "a"
        label = "" if node in self.terms else self._label(node)
        short = shorten(str(node))
        return f"{short} ({label})" if label and label != short else short

    def _label(self, node: Node) -> str:
        labels = (source.value(node, p) for p in (RDFS.label, SKOS.prefLabel) for source in self.sources)
        return str(next(filter(None, labels), "") or shorten(str(node))).removesuffix(".")

    def _a(self, p: Node) -> str:
        label = self._label(p)
        return f'{"an" if label.startswith(_VOWELS) else "a"} "{label}"'

    def _has(self, p: Node, value: str) -> str:
        inverse = self.graph.value(p, OWL.inverseOf) if isinstance(p, BNode) else None
        return f'is "{self._label(inverse)}" of {value}' if inverse else f'has "{self._label(p)}" {value}'

    def _subclass(self, s: Node, o: Node) -> str:
        if isinstance(s, BNode):
            return f"{self._start(s)} is {self._some(o)}."
        if (filler := self.graph.value(o, OWL.someValuesFrom)) is not None:
            return f"Every {self._label(s)} has some {self._quoted(o)}{self._that(filler)}."
        return f"Every {self._label(s)} is {self._some(o)}."

    def _chain(self, s: Node, o: Node) -> str:
        links, steps = list(Collection(self.graph, o)), []
        for link, one, other in zip(links, ascii_uppercase, ascii_uppercase[1:], strict=False):
            inverse = self.graph.value(link, OWL.inverseOf) if isinstance(link, BNode) else None
            ends = (other, inverse, one) if inverse else (one, link, other)
            steps.append(f'{ends[0]} has "{self._label(ends[1])}" {ends[2]}')
        return f'If {" and ".join(steps)}, then A has "{self._label(s)}" {ascii_uppercase[len(links)]}.'

    def _some(self, c: Node) -> str:
        """A class, named or described, as what an instance of it is."""
        if not isinstance(c, BNode):
            if c in (OWL.Thing, RDFS.Literal):
                return "anything"
            label = self._label(c)
            return f"{'an' if label.startswith(_VOWELS) else 'a'} {label}"
        said = dict(self.graph.predicate_objects(c))
        for joint, word in ((OWL.unionOf, " or "), (OWL.intersectionOf, " and ")):
            if joint in said:
                return word.join(map(self._some, Collection(self.graph, said[joint])))
        if OWL.complementOf in said:
            return f"not {self._some(said[OWL.complementOf])}"
        if OWL.hasValue in said:
            return f"something that has {self._quoted(c)} {self.name(said[OWL.hasValue])}"
        if OWL.someValuesFrom in said:
            return f"something that has some {self._quoted(c)}{self._that(said[OWL.someValuesFrom])}"
        if OWL.allValuesFrom in said:
            return f"something whose every {self._quoted(c)} is {self._some(said[OWL.allValuesFrom])}"
        for bound, word in _NUMBERS.items():
            if bound in said:
                return f"something that has {word} {said[bound]} {self._quoted(c)}"
        if RDF.first in said:
            return f"( {' '.join(map(self.name, Collection(self.graph, c)))} )"
        about = sorted(" ".join(map(self.name, pair)) for pair in said.items())
        return f"[ {' ; '.join(about)} ]"

    def _start(self, c: Node) -> str:
        said = self._some(c)
        return said[:1].upper() + said[1:]

    def _quoted(self, restriction: Node) -> str:
        p = self.graph.value(restriction, OWL.onProperty)
        inverse = self.graph.value(p, OWL.inverseOf) if isinstance(p, BNode) else None
        if inverse:
            return f'subject of "{self._label(inverse)}"'
        return f'"{self._label(p)}"' if p is not None else "value"

    def _that(self, filler: Node) -> str:
        return "" if filler == OWL.Thing else f" that is {self._some(filler)}"
