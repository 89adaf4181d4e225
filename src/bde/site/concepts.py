"""The pages of concepts: all of them scheme by scheme, and for each in use the records that use it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bde.namespaces import CONCEPT, ID, OUTSIDE, shorten
from bde.site import addresses, describing, things
from bde.site.reading import Reader, Value
from bde.site.writing import Pages

_BROADER = OUTSIDE["skos"] + "broader"
# Rows of which each makes one concept: its scheme, its broader concept, its names and texts.
_CONCEPTS = """SELECT ?scheme ?concept ?broader {
  ?concept skos:inScheme ?scheme OPTIONAL { ?concept skos:broader ?broader }
} ORDER BY ?scheme ?concept ?broader"""


@dataclass(frozen=True)
class Concept:
    """A concept with what it means and how deep it stands below the top of its scheme."""

    value: Value
    name: str
    anchor: str
    definition: str
    notes: tuple[str, ...]
    also: tuple[str, ...]
    notation: str
    deep: int
    uses: int


def own_pages(reader: Reader) -> dict[str, str]:
    """Concept -> its own page, for those of the areas of cooperation and all others that records use."""
    rows = reader.rows(
        f"""SELECT DISTINCT ?concept {{
          {{ ?concept skos:inScheme <{CONCEPT}cooperation-areas> }}
          UNION {{ ?record ?how ?concept . ?concept skos:inScheme ?scheme .
            FILTER(?how NOT IN (bde:stance, bde:basis, bde:inferenceMethod, bde:precision,
              bde:resolutionBasis, bde:setAside, skos:broader, skos:topConceptOf) && ?record != ?concept)
            FILTER(STRSTARTS(STR(?record), "{ID}")) }}
        }} ORDER BY ?concept"""
    )
    return {str(row[0]): f"concepts/{addresses.plain(str(row[0]).rpartition('#')[2])}.html" for row in rows}


def write(pages: Pages, reader: Reader, used: Mapping[str, int]) -> None:
    """Write the list of all concepts and the page of each that has one; ``used`` counts uses."""
    schemes: dict[str, dict[str, str]] = {}
    for scheme, concept, broader in reader.rows(_CONCEPTS):
        schemes.setdefault(str(scheme), {}).setdefault(str(concept), str(broader or ""))
    shown = [
        (
            reader.label(scheme),
            addresses.anchor(scheme.removeprefix(CONCEPT)),
            " ".join(reader.texts(scheme, "definition")),
            [_concept(reader, iri, deep, used) for iri, deep in _in_order(reader, broader)],
        )
        for scheme, broader in sorted(schemes.items(), key=lambda each: reader.label(each[0]))
    ]
    pages.page("concepts", "concepts/index.html", "Concepts", schemes=shown)
    scheme_of = {iri: scheme for scheme, some in schemes.items() for iri in some}
    for iri, path in reader.own_pages.items():
        above = [reader.value(v) for v in reader.said(iri).get(_BROADER, ())]
        narrower = [
            Value(reader.label(s), reader.page(s)) for p, s in reader.store.mentions(iri) if p == _BROADER
        ]
        things.files(pages, reader, iri, path.removesuffix(".html"))
        pages.page(
            "concept",
            path,
            reader.label(iri),
            iri=iri,
            scheme=Value(reader.label(scheme_of.get(iri, "")), addresses.page(scheme_of.get(iri, ""))),
            concept=_concept(reader, iri, 0, used),
            broader=above,
            narrower=sorted(narrower, key=lambda value: value.text),
            groups=tuple(things.groups(reader, iri)),
            described=describing.term(iri, reader.label(iri), "".join(reader.texts(iri, "definition"))),
        )


def _in_order(reader: Reader, broader: dict[str, str]) -> Iterator[tuple[str, int]]:
    """The concepts of a scheme, each below its broader one, with how deep it stands; every one once."""
    below: dict[str, list[str]] = {}
    for iri, above in broader.items():
        below.setdefault(above if above in broader else "", []).append(iri)
    seen: set[str] = set()

    def walk(above: str, deep: int) -> Iterator[tuple[str, int]]:
        for iri in sorted(below.get(above, ()), key=lambda iri: (reader.label(iri), iri)):
            if iri not in seen:
                seen.add(iri)
                yield iri, deep
                yield from walk(iri, deep + 1)

    yield from walk("", 0)
    for iri in sorted(set(broader) - seen):  # in a circle
        yield iri, 0


def _concept(reader: Reader, iri: str, deep: int, used: Mapping[str, int]) -> Concept:
    name = iri.removeprefix(CONCEPT)
    return Concept(
        Value(reader.label(iri), reader.own_pages.get(iri, "")),
        shorten(iri),
        addresses.anchor(name),
        " ".join(reader.texts(iri, "definition")),
        reader.texts(iri, "scopeNote"),
        reader.texts(iri, "altLabel"),
        " ".join(reader.texts(iri, "notation")),
        deep,
        used.get(iri, 0),
    )
