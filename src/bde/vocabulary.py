"""The vocabulary check: terms are declared, things named are described, literals are canonical.

A misspelled term is well-formed RDF and breaks nothing: a shape with ``sh:minCout`` or a record with
``bde:hostparty`` is just passed over. So each IRI of our namespaces must be declared here, and each IRI of an
outside vocabulary must exist there, in triples and in the SPARQL text of shapes alike.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterator
from difflib import get_close_matches
from functools import cache
from itertools import chain

import rdflib.namespace
from rdflib import OWL, RDF, RDFS, SH, SKOS, BNode, Graph, Literal, URIRef
from rdflib.namespace import DefinedNamespace
from rdflib.term import Node

from bde.findings import Finding, Place, Report, Severity
from bde.graphs import LocatedGraph
from bde.literals import flaws
from bde.namespaces import BASE, BDE, CONCEPT, GRAPH, ID, KINDS, OUTSIDE, PREFIXES, SHAPE, shorten

# The number of misspelt terms for which the nearest one is looked for.
MOST = 300
_UNKNOWN = " Declare it, or use what exists."
_PROPERTY = {OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty}
_QUERIES = {SH.select, SH.ask, SH.construct, SH.update}
_QUERY_WORD = re.compile(
    r""""(?:[^"\\\n]|\\.)*" | '(?:[^'\\\n]|\\.)*' | <(?P<iri>[^<>"{}|^`\\\s]*)> | \#.*
    | (?<![\w?$])(?P<name>[A-Za-z][\w-]*:[A-Za-z_](?:[\w.-]*[\w-])?)""",
    re.VERBOSE,
)
# The kinds of thing whose IRIs do not simply say the name of their class.
_CLASS_OF = {
    "count": "countclaim",
    "equipment": "equipmenttype",
    "identity": "identitylink",
    "money": "moneyclaim",
    "policy": "policystatement",
    "precedence": "precedenceclaim",
    "relationship": "relationshipstate",
    "span": "timespan",
    "status": "statusclaim",
    "topic": "topicmention",
}


def check(
    ontology: LocatedGraph, shapes: LocatedGraph, data: LocatedGraph, files: Collection[str] | None = None
) -> Report:
    """Check the words of the whole graph; the ontology may come with its alignments.

    Where ``files`` are named, the words checked, counted and found wrong are those of these files alone.

    Findings: ``undeclared-term`` (ours), ``unknown-outside-term``, ``misused-term`` (a class as predicate, or
    a property as a class), ``dangling-reference``, ``ill-typed-literal``, those of ``literals``; in data
    ``blank-node``, ``misplaced-thing`` (an IRI that does not fit the class) and ``duplicate-label`` (one
    kind, one English label; for records a warning). Outside terms are looked up in rdflib's closed
    namespaces, else in what the ontology declares of them.
    """
    terms = Terms(ontology, shapes, data)
    found: set[Finding] = set()
    counts = {
        "terms": sum(iri.startswith(BDE) for iri in terms.declared),
        "concepts": sum(iri.startswith(CONCEPT) for iri in terms.declared),
        "shapes": sum(iri.startswith(SHAPE) for iri in terms.declared),
        "things": sum(str(s).startswith(ID) for s in data.subjects()),
        "uses": 0,
        "literals": 0,
    }
    for source in (ontology, shapes, data):
        for place, subject, form, datatype in source.ill_typed(files):
            said = f'"{form}" is no {shorten(datatype)}. Correct the value or its datatype.'
            found.add(Finding(*place, "ill-typed-literal", said, subject))
        for triple in source.statements(files):
            counts["uses"] += sum(1 for _ in _iris(triple, Place()))
            counts["literals"] += isinstance(triple[2], Literal)
            if any(True for _ in terms.of_triple(triple, Place())):
                found.update(terms.of_triple(triple, source.line_of(*triple) or Place()))
        found.update(terms.dangling(source, files))
    subclasses = ontology.plain(RDFS.subClassOf)
    found.update(_blank(data, files), _misplaced(subclasses, data, files), _duplicates(subclasses, data))
    if files is not None:
        counts = {"uses": counts["uses"]}
    return Report("vocabulary", counts, tuple(sorted(found))).only(files)


def _iris(triple: tuple[Node, Node, Node], place: Place) -> Iterator[tuple[str, Place]]:
    """The IRIs of a statement with their places: its terms, a literal's datatype, the names in a query."""
    for term in triple:
        if isinstance(term, URIRef):
            yield str(term), place
        elif isinstance(term, Literal) and term.datatype:
            yield str(term.datatype), place
    if triple[1] in _QUERIES:
        yield from _named(str(triple[2]), place)


def _named(query: str, place: Place) -> Iterator[tuple[str, Place]]:
    """The IRIs that a query at ``place`` names in full or with a prefix of the table, with their places.

    Those on its first line, which may begin after a quotation mark, have the place of the query.
    """
    for match in _QUERY_WORD.finditer(query):
        prefix, _, local = (match["name"] or "").partition(":")
        if match["iri"] or prefix in PREFIXES:
            down = query.count("\n", 0, match.start())
            column = match.start() - query.rfind("\n", 0, match.start()) if down else place.column
            yield match["iri"] or PREFIXES[prefix] + local, Place(place.file, place.line + down, column)


class Terms:
    """What is declared here and what exists outside."""

    def __init__(self, ontology: LocatedGraph, shapes: LocatedGraph, data: LocatedGraph):
        self.kinds: dict[str, set[Node]] = defaultdict(set)
        for source in (ontology, shapes):
            for s, kind in source.plain(RDF.type).subject_objects():
                self.kinds[str(s)].add(kind)
        self.declared = frozenset(
            iri
            for iri, kinds in self.kinds.items()
            if (iri.startswith(BDE) and kinds & {OWL.Class, *_PROPERTY})
            or (iri.startswith(CONCEPT) and kinds & {SKOS.Concept, SKOS.ConceptScheme, SKOS.Collection})
            or (iri.startswith(SHAPE) and any(str(k).startswith((str(SH), str(OWL))) for k in kinds))
        )
        versions = ontology.plain(OWL.versionIRI).objects()
        self.described = frozenset(
            map(str, chain(versions, *(source.subjects() for source in (ontology, shapes, data))))
        )
        self._flaws: dict[str, tuple[str, str] | None] = {}
        self._suggested: dict[tuple[str, frozenset[str]], str] = {}
        self.outside = {namespace: self._existing(namespace) for namespace in OUTSIDE.values()}

    def _existing(self, namespace: str) -> frozenset[str]:
        """The terms of an outside vocabulary: by rdflib, else those the ontology declares."""
        for known in vars(rdflib.namespace).values():
            closed = isinstance(known, type) and issubclass(known, DefinedNamespace)
            if closed and str(getattr(known, "_NS", "")) == namespace:
                names = {*known.__annotations__, *known._extras}
                return frozenset(namespace + name for name in names if not name.startswith("_"))
        stubs = (iri for iri in self.kinds if iri.startswith(namespace))
        return frozenset(iri for iri in stubs if self.kinds[iri] & {OWL.Class, *_PROPERTY})

    def findings(self, iri: str, place: Place, subject: str) -> Iterator[Finding]:
        """The findings about one IRI where it is used."""
        if iri not in self._flaws:
            self._flaws[iri] = self._flaw(iri)
        if flaw := self._flaws[iri]:
            yield Finding(*place, *flaw, subject)

    def _flaw(self, iri: str) -> tuple[str, str] | None:
        """The rule that an IRI breaks, wherever it is used, and what to say of it."""
        if iri.startswith(BASE):
            if self._ours(iri):
                return None
            return "undeclared-term", f"nobody declares {shorten(iri)}.{self.meant(iri, self.declared)}"
        known = next(
            (terms for namespace, terms in self.outside.items() if iri.startswith(namespace)),
            frozenset({iri}),
        )
        if iri in known:
            return None
        return "unknown-outside-term", f"{shorten(iri)} does not exist.{self.meant(iri, known)}"

    def in_query(self, text: str, file: str) -> Iterator[tuple[Place, str]]:
        """Place and message of each name in the text of a query that nobody declares."""
        for iri, place in _named(text, Place(file, 1, 1)):
            if iri in PREFIXES.values():
                continue
            if iri.startswith(ID) and iri not in self.described:
                yield place, f"no file describes {shorten(iri)}.{self.meant(iri, self.described)}"
            for finding in self.findings(iri, place, ""):
                yield place, finding.message

    def _ours(self, iri: str) -> bool:
        if iri.startswith((BDE, CONCEPT, SHAPE)):
            return iri in self.declared
        if iri.startswith(ID):
            return iri.removeprefix(ID).partition("/")[0] in KINDS
        return iri.startswith(GRAPH) or iri in self.described

    def of_triple(self, triple: tuple[Node, Node, Node], place: Place) -> Iterator[Finding]:
        """The findings about the words of a statement that stands at ``place``."""
        for iri, spot in _iris(triple, place):
            yield from self.findings(iri, spot, str(triple[0]))
        yield from self._misused(triple, place)
        if isinstance(triple[2], Literal):
            for rule, said in flaws(triple[2]):
                yield Finding(*place, rule, said, str(triple[0]))

    def _misused(self, triple: tuple[Node, Node, Node], place: Place) -> Iterator[Finding]:
        """Terms in a position that is not theirs, or of a vocabulary not in the table."""
        s, p, o = triple
        roles = [(p, _PROPERTY, "a property")]
        if p == RDF.type and isinstance(o, URIRef):
            roles.append((o, {OWL.Class}, "a class"))
        for term, kinds, role in roles:
            iri = str(term)
            if iri in self.declared and not self.kinds[iri] & kinds:
                said = f"{shorten(iri)} is not {role}.{self.meant(iri, self._of(kinds))}"
                yield Finding(*place, "misused-term", said, str(s))
            elif not iri.startswith((BASE, *OUTSIDE.values())):
                said = f"the vocabulary of <{iri}> is not in the prefix table. Add it, or use another term."
                yield Finding(*place, "unknown-outside-term", said, str(s))

    def meant(self, iri: str, known: frozenset[str]) -> str:
        """A suggestion: the known term of the same namespace named most like ``iri``, case aside.

        Looking for one takes milliseconds, so only the first ``MOST`` misspelt terms get one.
        """
        if (iri, known) not in self._suggested and len(self._suggested) < MOST:
            start = max(iri.rfind("#"), iri.rfind("/")) + 1
            names = {other[start:].lower(): other for other in sorted(known) if other.startswith(iri[:start])}
            close = get_close_matches(iri[start:].lower(), names, 1)
            said = f" Did you mean {shorten(names[close[0]])}?" if close else _UNKNOWN
            self._suggested[iri, known] = said
        return self._suggested.get((iri, known), _UNKNOWN)

    def dangling(self, source: LocatedGraph, files: Collection[str] | None) -> Iterator[Finding]:
        """The findings about objects that are things of ours which no file describes."""
        for s, p, o in source.statements(files):
            if isinstance(o, URIRef) and o.startswith(ID) and str(o) not in self.described:
                said = f"no file describes {shorten(o)}.{self.meant(o, self.described)}"
                yield Finding(*(source.line_of(s, p, o) or Place()), "dangling-reference", said, str(s))

    def _of(self, kinds: set[URIRef]) -> frozenset[str]:
        return frozenset(iri for iri in self.declared if self.kinds[iri] & kinds)


def _misplaced(subclasses: Graph, data: LocatedGraph, files: Collection[str] | None) -> Iterator[Finding]:
    """Things whose IRI lies outside ours, or says another kind than their class; a retired IRI may."""

    @cache
    def classes_of(kind: Node) -> set[str]:
        above = subclasses.transitive_objects(kind, RDFS.subClassOf)
        return {str(c).removeprefix(BDE).lower() for c in above}

    for s, p, kind in data.statements(files):
        if p != RDF.type or kind == URIRef(BDE + "RetiredIdentifier"):
            continue
        iri, classes = str(s), classes_of(kind)
        said = iri.removeprefix(ID).partition("/")[0]
        if str(kind).startswith(BDE) and not iri.startswith(ID):
            what = f"<{iri}> lies outside <{ID}>. Give the thing an IRI of the kind it is."
            yield Finding(*(data.line_of(s) or Place()), "misplaced-thing", what, iri)
        elif str(kind).startswith(BDE) and _CLASS_OF.get(said, said) not in classes:
            what = f"the IRI says {said}, the class says {shorten(str(kind))}. Make the two agree."
            yield Finding(*(data.line_of(s) or Place()), "misplaced-thing", what, iri)


def _blank(data: LocatedGraph, files: Collection[str] | None) -> Iterator[Finding]:
    for node in {n for triple in data.statements(files) for n in triple if isinstance(n, BNode)}:
        uses = chain(data.graph.triples((node, None, None)), data.graph.triples((None, None, node)))
        place = min(data.line_of(*triple) or Place() for triple in uses)
        yield Finding(*place, "blank-node", "the node has no IRI. Give it one, so that it can be named.")


def _duplicates(subclasses: Graph, data: LocatedGraph) -> Iterator[Finding]:
    """Things of one kind that share an English label; the first in the files keeps it."""
    entities = set(subclasses.transitive_subjects(RDFS.subClassOf, URIRef(BDE + "Entity")))
    named: dict[tuple[Node, str], list[URIRef]] = defaultdict(list)
    known = data.plain(RDFS.label, RDF.type)
    for s, label in known.subject_objects(RDFS.label):
        if isinstance(s, URIRef) and isinstance(label, Literal) and label.language == "en":
            for kind in known.objects(s, RDF.type):
                named[kind, " ".join(str(label).casefold().split())].append(s)
    for (kind, same), things in named.items():
        if len(things) == 1:
            continue
        severity = Severity.VIOLATION if kind in entities else Severity.WARNING
        (_, first), *others = sorted((data.line_of(thing, RDFS.label) or Place(), thing) for thing in things)
        for place, other in others:
            said = f'{shorten(first)} has the label "{same}" as well. Merge the two, or tell them apart.'
            yield Finding(*place, "duplicate-label", said, str(other), severity)
