"""The page of each thing: what is said of it and where it is mentioned, with evidence, and files beside it."""

from collections.abc import Iterable

from rdflib import URIRef

from bde import turtle
from bde.namespaces import BDE
from bde.site import addresses, describing
from bde.site.reading import LABEL, Entry, Reader
from bde.site.writing import Pages
from bde.store import Triple, jsonld, ntriple

# Where a thing is mentioned and what that means for it; others are named after kind and property.
TITLES = {
    "inEngagement": "Who took part",
    "partOf": "What it was made of",
    "participant": "Took part in",
    "nameOf": "Names as printed",
    "mentionedAt": "What was talked about",
    "madeAt": "What was promised there",
    "signedAt": "What was signed there",
    "signs": "Who signed or witnessed",
    "about": "What is said about it",
    "inCapacity": "In this post they took part in",
    "post": "Who held it, as attested",
    "holder": "Posts, ranks and roles held, as attested",
    "area": "Where it was raised, and how far it went",
    "venue": "What took place there",
    "editionOf": "Editions on record",
    "visitingParty": "Went on these visits",
    "hostParty": "Was host of",
    "publisher": "Sources it published",
}


def write(pages: Pages, reader: Reader) -> None:
    """Write the page of everything that has one, with its Turtle and JSON-LD."""
    for kind in addresses.PAGED:
        for iri in reader.things(kind):
            one(pages, reader, iri)


def one(pages: Pages, reader: Reader, iri: str, template: str = "thing", **more: object) -> None:
    """Write the page of one thing and its files."""
    path = addresses.page(iri)
    files(pages, reader, iri, path.removesuffix(".html"))
    pages.page(
        template,
        path,
        reader.label(iri),
        iri=iri,
        kind=reader.label(reader.kinds.get(iri, "")),
        kind_page=addresses.page(reader.kinds.get(iri, "")),
        entry=reader.entry(iri),
        facts=reader.facts(iri, hidden=(LABEL,)),
        label_evidence=tuple(piece for piece in reader.citations(iri) if LABEL in piece.backs),
        groups=groups(reader, iri),
        contrary=[reader.entry(other) for other in reader.disputed(iri)],
        described=describing.thing(reader, iri),
        **more,
    )


def groups(reader: Reader, iri: str) -> list[tuple[str, list[Entry]]]:
    """The records that mention a thing, under a heading each, in the order of time."""
    found: dict[str, list[Entry]] = {}
    for name, thing in reader.related(iri):
        local = name.removeprefix(BDE)
        if local in ("contradicts",):
            continue
        title = TITLES.get(local) or f"{reader.label(reader.kinds.get(thing, ''))}: {reader.label(name)}"
        found.setdefault(title[:1].upper() + title[1:], []).append(reader.entry(thing))
    return [
        (title, sorted(entries, key=lambda entry: (entry.first or "9", entry.label, entry.iri)))
        for title, entries in sorted(found.items(), key=lambda each: _rank(each[0]))
    ]


def _rank(title: str) -> tuple[int, str]:
    known = list(TITLES.values())
    return (known.index(title) if title in known else len(known), title)


def files(pages: Pages, reader: Reader, iri: str, stem: str) -> None:
    """Write what the graph says of a thing as Turtle and as JSON-LD."""
    triples = list(description(reader, iri))
    pages.file(f"{stem}.ttl", turtle.write(triples))
    pages.file(f"{stem}.jsonld", jsonld(sorted(map(ntriple, triples))))


def description(reader: Reader, iri: str) -> Iterable[Triple]:
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
