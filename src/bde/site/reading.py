"""The graph as pages need it: names of nodes at once, everything else of one node at a time.

A page asks what is said of its node and where it is mentioned, both by lookup, so that the work grows with
the graph and not with its square, and nothing but names is kept from page to page.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from rdflib import URIRef

from bde.brief import timelines
from bde.namespaces import BDE, ID, OUTSIDE, shorten
from bde.site import addresses
from bde.store import Store, Term

LABEL = OUTSIDE["rdfs"] + "label"
TYPE = OUTSIDE["rdf"] + "type"
EVIDENCE = BDE + "evidence"
_PREFIXES = f"PREFIX bde: <{BDE}> PREFIX rdfs: <{OUTSIDE['rdfs']}> PREFIX skos: <{OUTSIDE['skos']}>"
_LABELS = "SELECT ?node (MIN(STR(?name)) AS ?label) { ?node rdfs:label ?name } GROUP BY ?node ORDER BY ?node"
_KINDS = """SELECT ?node (MIN(STR(?class)) AS ?kind) { ?node a ?class FILTER(STRSTARTS(STR(?class), "%s")) }
GROUP BY ?node ORDER BY ?node"""
_BOUNDS = {
    "start": "earliestStart",
    "started_by": "latestStart",
    "lasted_to": "earliestEnd",
    "end": "latestEnd",
}


@dataclass(frozen=True)
class Citation:
    """One piece of evidence: what it ``backs`` (IRIs), where it stands and how well.

    ``sentences`` are numbers with the address of their line in the ledger; ``page`` is that of the source,
    ``address`` the article's on the web or empty.
    """

    iri: str
    backs: tuple[str, ...]
    source: str
    page: str
    address: str
    sentences: tuple[tuple[int, str], ...]
    locator: str
    stance: str
    basis: str
    according_to: str
    methods: tuple[str, ...]
    note: str

    @property
    def inferred(self) -> bool:
        """Whether the editors concluded it."""
        return self.basis == "inferred"


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
    evidence: tuple[Citation, ...]


class Reader:
    """What the pages ask of a store."""

    def __init__(self, store: Store) -> None:
        self.store = store
        rows = store.query(f"{_PREFIXES} {_LABELS}").rows
        self.labels = {str(node): str(label) for node, label in rows}
        kinds = store.query(f"{_PREFIXES} {_KINDS % BDE}").rows
        self.kinds = {str(node): str(kind) for node, kind in kinds if str(node).startswith(ID)}
        self.citation = lru_cache(maxsize=5_000)(self._citation)
        self.entry = lru_cache(maxsize=5_000)(self._entry)

    def label(self, iri: str) -> str:
        """The label of a node, else its short name."""
        return self.labels.get(iri) or shorten(iri)

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

    def value(self, term: Term) -> Value:
        """A term as it is shown."""
        if not isinstance(term, URIRef):
            text = str(term)
            return Value(text, address=addresses.web(text))
        iri = str(term)
        if addresses.kind(iri) == "span":
            return Value(self._span(iri))
        return Value(self.label(iri), addresses.page(iri))

    def when(self, iri: str) -> tuple[str, str]:
        """The time of a record in figures and the first day known of it, both empty where it has none."""
        for name in ("time", "coveragePeriod", "due", "publicationTime"):
            for span in self.said(iri).get(BDE + name, ()):
                row = self._bounds(str(span))
                return timelines.when(row), next((row[b] for b in _BOUNDS if row[b]), "")
        return "", ""

    def citations(self, iri: str) -> tuple[Citation, ...]:
        """The evidence of a node, in the order of its IRIs."""
        return tuple(self.citation(str(piece)) for piece in self.said(iri).get(EVIDENCE, ()))

    def facts(self, iri: str, hidden: Iterable[str] = ()) -> list[Fact]:
        """The properties of a node with their evidence, but for the ``hidden`` ones."""
        evidence = self.citations(iri)
        facts = []
        for name, values in self.said(iri).items():
            if name in (TYPE, EVIDENCE, *hidden):
                continue
            backing = tuple(piece for piece in evidence if name in piece.backs)
            facts.append(Fact(name, self.label(name), tuple(map(self.value, values)), backing))
        return facts

    def related(self, iri: str) -> Iterator[tuple[str, str]]:
        """Where a node is mentioned by things that have pages: the predicate and the thing."""
        return (
            (name, thing)
            for name, thing in self.store.mentions(iri)
            if addresses.kind(thing) in addresses.PAGED
        )

    def disputed(self, iri: str) -> list[str]:
        """The records that contradict this one, either way."""
        contrary = [str(o) for o in self.said(iri).get(BDE + "contradicts", ())]
        contrary += [s for p, s in self.store.mentions(iri) if p == BDE + "contradicts"]
        return sorted(set(contrary))

    def _entry(self, iri: str) -> Entry:
        said = self.said(iri)
        when, first = self.when(iri)
        realization = [self.label(str(o)) for o in said.get(BDE + "realization", ())]
        return Entry(
            iri,
            self.label(iri),
            addresses.page(iri),
            self.label(self.kinds.get(iri, "")),
            when,
            first,
            realization[0] if realization else "",
            bool(self.disputed(iri)),
            self.citations(iri),
        )

    def _citation(self, iri: str) -> Citation:
        said = self.said(iri)

        def named(name: str) -> tuple[str, ...]:
            return tuple(sorted(self.label(str(o)) for o in said.get(BDE + name, ())))

        def text(name: str) -> str:
            return "; ".join(str(o) for o in said.get(BDE + name, ()))

        sentences, source = [], next((str(o) for o in said.get(BDE + "fromSource", ())), "")
        for passage in said.get(BDE + "passage", ()):
            about = self.said(str(passage))
            source = str(about[BDE + "fromSource"][0])
            number = int(str(about[BDE + "sentenceNumber"][0]))
            sentences.append((number, f"{addresses.page(source)}#s{number}"))
        address = "".join(map(str, self.said(source).get(BDE + "webAddress", ())[:1])) if source else ""
        return Citation(
            iri,
            tuple(str(o) for o in said.get(BDE + "backs", ())),
            self.label(source) if source else "",
            addresses.page(source) if source else "",
            addresses.web(address),
            tuple(sorted(sentences)),
            text("locator"),
            "; ".join(named("stance")),
            "; ".join(named("basis")),
            " and ".join(named("accordingTo")),
            named("inferenceMethod"),
            text("inferenceNote"),
        )

    def _bounds(self, span: str) -> dict[str, str]:
        said = self.said(span)
        row = {key: "".join(map(str, said.get(BDE + name, ())[:1])) for key, name in _BOUNDS.items()}
        precision = "".join(self.label(str(o)) for o in said.get(BDE + "precision", ())[:1])
        return {**row, "precision": precision, "around": ""}

    def _span(self, span: str) -> str:
        """A time span in figures with the words printed for it."""
        row, said = self._bounds(span), self.said(span)
        printed = ", ".join(f"“{words}”" for words in said.get(BDE + "statedExpression", ()))
        basis = "; ".join(self.label(str(o)) for o in said.get(BDE + "resolutionBasis", ()))
        more = "; ".join(filter(None, (f"printed: {printed}" if printed else "", basis and f"by {basis}")))
        return timelines.when(row) + (f" ({more})" if more else "")
