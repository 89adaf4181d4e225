"""The page of each thing: what is said of it, where it is mentioned, on what evidence, and its files."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import nlargest

from rdflib import URIRef

from bde import turtle
from bde.namespaces import BDE
from bde.site import addresses, describing
from bde.site.headings import TITLES, heading
from bde.site.reading import CONTRADICTS, LABEL, Entry, Reader, Value
from bde.site.writing import Pages
from bde.syntax import Triple, jsonld, ntriple

# As many records as one heading shows: the latest.
MOST = 200
# What an entry of a kind leads to besides its own page.
LEADS = {
    "participation": ("participant", "inEngagement"),
    "postholding": ("holder", "post"),
    "rankholding": ("holder",),
    "bodyrole": ("holder", "body"),
    "topic": ("mentionedAt",),
}


@dataclass(frozen=True)
class Group:
    """Records under a heading: those ``shown`` of ``total``, each with what else it leads to."""

    title: str
    shown: tuple[tuple[Entry, tuple[Value, ...]], ...]
    total: int

    @property
    def dated(self) -> bool:
        """Whether any of the records has a time."""
        return any(entry.when for entry, _ in self.shown)


@dataclass(frozen=True)
class Section:
    """A list that a page has besides what the graph says of its thing: links, each with records behind it."""

    title: str
    note: str
    links: Sequence[tuple[Value, Sequence[Entry]]]


def write(pages: Pages, reader: Reader, sections: Mapping[str, Sequence[Section]]) -> None:
    """Write the page of every thing but the sources, with its Turtle and JSON-LD.

    ``sections`` are what a thing's page (by IRI) has besides.
    """
    for kind in addresses.PAGED:
        if kind != "source":
            for iri in reader.things(kind):
                one(pages, reader, iri, sections=sections.get(iri, ()))


def one(
    pages: Pages, reader: Reader, iri: str, template: str = "thing", path: str = "", **more: object
) -> None:
    """Write the page of one thing, at ``path`` where it is not that of its IRI, and its files."""
    path = path or addresses.page(iri)
    files(pages, reader, iri, path.removesuffix(".html"))
    pages.page(
        template,
        path,
        reader.label(iri),
        iri=iri,
        kind=reader.kind(iri),
        kind_page=addresses.page(reader.kinds.get(iri, "")),
        entry=reader.entry(iri),
        facts=reader.facts(iri, hidden=(LABEL, CONTRADICTS)),
        label_evidence=tuple(piece for piece in reader.citations(iri) if LABEL in piece.backs),
        groups=tuple(groups(reader, iri)),
        contrary=[reader.entry(other) for other in reader.contrary(iri)],
        described=describing.thing(reader, iri),
        **more,
    )


def groups(reader: Reader, iri: str, hidden: frozenset[str] = frozenset({"contradicts"})) -> Iterator[Group]:
    """The records that mention a thing, under a heading each, in the order of time."""
    found: dict[str, set[str]] = {}
    for name, thing in reader.related(iri):
        local = name.removeprefix(BDE)
        if local not in hidden:
            title = heading(reader.kind(thing), local, reader.label(name))
            found.setdefault(title, set()).add(thing)
    for title, things in sorted(found.items(), key=lambda each: _rank(each[0])):
        latest = nlargest(MOST, map(reader.entry, sorted(things)), key=_in_time)
        shown = tuple((entry, _leads(reader, entry.iri, iri)) for entry in sorted(latest, key=_in_time))
        yield Group(title, shown, len(things))


def _in_time(entry: Entry) -> tuple[str, str, str]:
    return entry.first or "9", entry.label, entry.iri


def _rank(title: str) -> tuple[int, str]:
    known = list(TITLES.values())
    return (known.index(title) if title in known else len(known), title)


def _leads(reader: Reader, iri: str, page_of: str) -> tuple[Value, ...]:
    names = LEADS.get(addresses.kind(iri), ())
    nodes = [value for name in names for value in reader.objects(iri, name) if str(value) != page_of]
    return (*map(reader.value, nodes), *_acted(reader, iri))


def _acted(reader: Reader, holding: str) -> Iterator[Value]:
    """The years of the engagements in which somebody acted in a post that is held."""
    if addresses.kind(holding) == "postholding":
        acts = [record for name, record in reader.store.mentions(holding) if name == BDE + "inCapacity"]
        years = sorted({first[:4] for record in acts if (first := reader.dates.of(record)[1])})
        if years:
            span = years[0] if len(years) == 1 else f"{years[0]} to {years[-1]}"
            yield Value(f"acted in it in engagements on record of {span}")


def files(pages: Pages, reader: Reader, iri: str, stem: str) -> None:
    """Write what the graph says of a thing as Turtle and as JSON-LD."""
    triples = list(description(reader, iri))
    pages.file(f"{stem}.ttl", turtle.write(triples))
    pages.file(f"{stem}.jsonld", jsonld(sorted(map(ntriple, triples))))


def description(reader: Reader, iri: str) -> Iterator[Triple]:
    """What is said of a node, of its evidence, of its times and of the passages behind them."""
    waiting, done = [iri], set()
    while waiting:
        node = waiting.pop()
        if node in done:
            continue
        done.add(node)
        for name, value in reader.store.about(node):
            yield URIRef(node), URIRef(name), value
            if isinstance(value, URIRef) and addresses.kind(value) in addresses.INLINE:
                waiting.append(str(value))
