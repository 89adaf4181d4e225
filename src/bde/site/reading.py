"""The graph as pages need it: names of nodes at once, everything else of one node at a time.

A page asks what is said of its node and where it is mentioned, both by lookup, so that the work grows with
the graph and not with its square, and nothing but names is kept from page to page.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from rdflib import XSD, Literal, URIRef

from bde.brief.citing import published
from bde.namespaces import BDE, ID, OUTSIDE, shorten
from bde.site import addresses
from bde.site.citing import Citation, Standing, standings
from bde.site.dating import Dates
from bde.store import Store
from bde.syntax import Term

LABEL = OUTSIDE["rdfs"] + "label"
TYPE = OUTSIDE["rdf"] + "type"
EVIDENCE = BDE + "evidence"
CONTRADICTS = BDE + "contradicts"
_SOURCE = BDE + "fromSource"
PREFIXES = f"PREFIX bde: <{BDE}> PREFIX rdfs: <{OUTSIDE['rdfs']}> PREFIX skos: <{OUTSIDE['skos']}>"
_LABELS = "SELECT ?node (MIN(STR(?name)) AS ?label) { ?node rdfs:label ?name } GROUP BY ?node ORDER BY ?node"
_KINDS = f"""SELECT ?node (MIN(STR(?class)) AS ?kind) {{
  ?node a ?class FILTER(STRSTARTS(STR(?class), "{BDE}"))
}} GROUP BY ?node ORDER BY ?node"""
_CONTESTED = "SELECT DISTINCT ?record { ?record bde:contradicts|^bde:contradicts ?contrary }"
# What touches a record that another contradicts: what is part of it, happened in it or rests on it.
_DISPUTED = """SELECT DISTINCT ?record {
  ?contested bde:contradicts|^bde:contradicts ?contrary .
  ?record (bde:partOf*|(bde:signedAt/bde:partOf*)|bde:inEngagement|bde:inCapacity
    |(^bde:inEngagement/bde:inCapacity?)|^bde:signs) ?contested
}"""
_FIRST = (
    "engagementKind",
    "instrumentKind",
    "realization",
    "time",
    "coveragePeriod",
    "venue",
    "visitingParty",
    "hostParty",
    "party",
    "participant",
    "role",
    "inEngagement",
)


@dataclass(frozen=True)
class Value:
    """An object as it is shown: its text and its page from the root (or a web address), or no link."""

    text: str
    page: str = ""
    address: str = ""


@dataclass(frozen=True)
class Fact:
    """A property of a node with its values and the evidence that backs it."""

    iri: str
    label: str
    page: str
    values: tuple[Value, ...]
    evidence: tuple[Citation, ...]


@dataclass(frozen=True)
class Entry:
    """A record as a line on the page of another: what it says, when, how far it came, and its evidence."""

    iri: str
    label: str
    page: str
    kind: str
    when: str
    first: str
    realization: str
    disputed: bool
    standings: tuple[Standing, ...]


class Reader:
    """What the pages ask of a store."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.labels = {str(node): str(label) for node, label in self.rows(_LABELS)}
        kinds = self.rows(_KINDS)
        self.kinds = {str(node): str(kind) for node, kind in kinds if str(node).startswith(ID)}
        # Records that contradict each other, and all that is disputed because it touches one of them.
        self.contested = frozenset(str(row[0]) for row in self.rows(_CONTESTED))
        self.disputed = frozenset(str(row[0]) for row in self.rows(_DISPUTED))
        self.cited = lru_cache(maxsize=5_000)(self._cited)
        self.entry = lru_cache(maxsize=5_000)(self._entry)
        self.dates = Dates(self.said, self.label)
        self.source = lru_cache(maxsize=500)(self._source_facts)
        # Concepts that have a page of their own, besides their place in the list of all.
        self.own_pages: dict[str, str] = {}

    def rows(self, sparql: str) -> tuple[tuple[Term | None, ...], ...]:
        """The rows of a SELECT with the prefixes of the project."""
        return self.store.query(f"{PREFIXES} {sparql}").rows

    def label(self, iri: str) -> str:
        """The label of a node, else its short name."""
        return self.labels.get(iri) or shorten(iri)

    def sort(self, iri: str) -> str:
        """What sort of thing it is: its kind in the terms of the field where it has one, else its class.

        A label like "was minister" does not say whether this was over: with the holding of a post stands how
        it was held when the source spoke.
        """
        for name in ("engagementKind", "instrumentKind", "mechanismKind"):
            for concept in self.objects(iri, name):
                return self.label(str(concept))
        for tenure in self.objects(iri, "tenure"):
            return f"{self.kind(iri)}: {self.label(str(tenure))} when the source speaks"
        return self.kind(iri)

    def kind(self, iri: str) -> str:
        """The label of the class of a thing."""
        return self.label(self.kinds[iri]) if iri in self.kinds else ""

    def things(self, kind: str) -> list[str]:
        """The IRIs of a kind (``person``), sorted by label."""
        start = f"{ID}{kind}/"
        found = [iri for iri in self.kinds if iri.startswith(start)]
        return sorted(found, key=lambda iri: (self.label(iri).casefold(), iri))

    def said(self, iri: str) -> dict[str, list[Term]]:
        """What is said of a node: predicate -> objects."""
        found: dict[str, list[Term]] = {}
        for name, value in self.store.about(iri):
            found.setdefault(name, []).append(value)
        return found

    def texts(self, iri: str, name: str) -> tuple[str, ...]:
        """What a node says by a property of SKOS (``definition``)."""
        return tuple(str(value) for value in self.said(iri).get(OUTSIDE["skos"] + name, ()))

    def objects(self, iri: str, name: str) -> list[Term]:
        """The values that a node has of a property of ours."""
        return self.said(iri).get(BDE + name, [])

    def value(self, term: Term) -> Value:
        """A term as it is shown."""
        if isinstance(term, Literal) and term.datatype == XSD.boolean:
            return Value("yes" if str(term) in ("true", "1") else "no")
        if not isinstance(term, URIRef):
            text = str(term)
            return Value(text, address=addresses.web(text))
        iri = str(term)
        if addresses.kind(iri) == "span":
            return Value(self.dates.words(iri))
        return Value(self.label(iri), self.page(iri))

    def citations(self, iri: str) -> tuple[Citation, ...]:
        """The evidence of a node, in the order of its IRIs."""
        pieces = self.said(iri).get(EVIDENCE, ())
        return tuple(citation for piece in pieces for citation in self.cited(str(piece)))

    def facts(self, iri: str, hidden: Iterable[str] = ()) -> list[Fact]:
        """The properties of a node with their evidence, but for the ``hidden`` ones, what matters first."""
        evidence = self.citations(iri)
        facts = []
        for name, values in self.said(iri).items():
            if name in (TYPE, EVIDENCE, *hidden):
                continue
            backing = tuple(piece for piece in evidence if name in piece.backs)
            shown = tuple(map(self.value, values))
            facts.append(Fact(name, self.label(name), addresses.page(name), shown, backing))
        order = {BDE + name: number for number, name in enumerate(_FIRST)}
        return sorted(facts, key=lambda fact: (order.get(fact.iri, len(order)), fact.label, fact.iri))

    def related(self, iri: str) -> Iterator[tuple[str, str]]:
        """Where a node is mentioned by things that have pages: the predicate and the thing."""
        mentions = self.store.mentions(iri)
        return ((name, thing) for name, thing in mentions if addresses.kind(thing) in addresses.PAGED)

    def contrary(self, iri: str) -> list[str]:
        """The records that contradict this one, either way."""
        found = {str(o) for o in self.said(iri).get(CONTRADICTS, ())}
        return sorted(found | {s for p, s in self.store.mentions(iri) if p == CONTRADICTS})

    def page(self, iri: str) -> str:
        """The page of a node of ours that is there, or the empty string."""
        if iri in self.own_pages:
            return self.own_pages[iri]
        known = iri in self.kinds if iri.startswith(ID) else iri in self.labels
        return addresses.page(iri) if known else ""

    def _entry(self, iri: str) -> Entry:
        when, first = self.dates.of(iri)
        evidence = self.citations(iri)
        return Entry(
            iri,
            self.label(iri),
            addresses.page(iri),
            self.sort(iri),
            when,
            first,
            self._realization(iri),
            iri in self.disputed,
            standings(evidence, self.label),
        )

    def _realization(self, iri: str) -> str:
        """How far an engagement came about, or the one that a record of participation belongs to."""
        for name in ("realization", "instrumentStatus"):
            for value in self.objects(iri, name):
                return self.label(str(value))
        return next((self._realization(str(o)) for o in self.objects(iri, "inEngagement")), "")

    def _cited(self, iri: str) -> tuple[Citation, ...]:
        """A piece of evidence, once for each source that its passages are of."""
        said = self.said(iri)

        def named(name: str) -> tuple[str, ...]:
            return tuple(sorted(self.label(str(o)).removesuffix(".") for o in said.get(BDE + name, ())))

        where: dict[str, set[tuple[int, str]]] = {str(source): set() for source in said.get(_SOURCE, ())}
        for passage in said.get(BDE + "passage", ()):
            about = self.said(str(passage))
            for source in map(str, about.get(_SOURCE, ())):
                numbers = (int(str(number)) for number in about.get(BDE + "sentenceNumber", ()))
                page = self.page(source)
                found = {(number, f"{page}#s{number}" if page else "") for number in numbers}
                where.setdefault(source, set()).update(found)
        return tuple(
            Citation(
                iri,
                tuple(str(o) for o in said.get(BDE + "backs", ())),
                *self.source(source),
                tuple(sorted(sentences)),
                "; ".join(map(str, said.get(BDE + "locator", ()))),
                "; ".join(named("stance")),
                "; ".join(named("basis")),
                " and ".join(named("accordingTo")),
                named("inferenceMethod"),
                "; ".join(str(note).removesuffix(".") for note in said.get(BDE + "inferenceNote", ())),
            )
            for source, sentences in sorted(where.items() or {"": set[tuple[int, str]]()}.items())
        )

    def _source_facts(self, source: str) -> tuple[str, str, str]:
        """A source in a few words, its page, and its address on the web or the empty string."""
        if not source:
            return "", "", ""
        short = self.label(source)
        if publishers := [self.label(str(o)) for o in self.objects(source, "publisher")]:
            times = self.objects(source, "publicationTime")
            short = ", ".join(
                [*publishers, published(self.dates.bounds(str(times[0]))) if times else "undated"]
            )
        address = "".join(map(str, self.objects(source, "webAddress")[:1]))
        return short, addresses.page(source) if source in self.kinds else "", addresses.web(address)
