"""The pages of the vocabulary: every term with what governs it and how often it is used, concepts, shapes."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from bde.namespaces import BDE, CONCEPT, ID, OUTSIDE, SHAPE, shorten
from bde.site import addresses, things
from bde.site.reading import PREFIXES, Reader, Value
from bde.site.writing import Pages
from bde.store import Store

_OWL, _SKOS, _SH = OUTSIDE["owl"], OUTSIDE["skos"], OUTSIDE["sh"]
_RDFS = OUTSIDE["rdfs"]
_SORTS = (
    ("Classes", "class", f"{_OWL}Class"),
    ("Properties between things", "property", f"{_OWL}ObjectProperty"),
    ("Properties with a value", "property", f"{_OWL}DatatypeProperty"),
    ("Properties of terms", "property", f"{_OWL}AnnotationProperty"),
)
_TARGETS = f"<{_SH}targetClass>|<{_SH}targetSubjectsOf>|<{_SH}targetObjectsOf>|<{_SH}path>"
_SHAPES = f"""SELECT ?shape (MIN(?text) AS ?message) (MIN(?how) AS ?severity) {{
  ?shape a ?sort FILTER(?sort IN (<{_SH}NodeShape>, <{_SH}PropertyShape>))
  OPTIONAL {{ ?shape <{_SH}message> ?text }} OPTIONAL {{ ?shape <{_SH}severity> ?how }}
}} GROUP BY ?shape ORDER BY ?shape"""
# Rows of which each makes one concept: its scheme, its broader concept, its names and texts.
_CONCEPTS = """SELECT ?scheme ?concept ?broader {
  ?concept skos:inScheme ?scheme OPTIONAL { ?concept skos:broader ?broader }
} ORDER BY ?scheme ?concept ?broader"""


@dataclass(frozen=True)
class Shape:
    """A rule: its name, its message, how severe it is, the terms it is about and the shapes that use it."""

    iri: str
    name: str
    message: str
    severity: str
    terms: tuple[str, ...]


@dataclass
class Term:
    """A term of the ontology with all that its entry says; ``subs`` are narrower, ``uses`` counts uses."""

    iri: str
    name: str
    anchor: str
    label: str
    definition: str
    notes: tuple[str, ...]
    examples: tuple[str, ...]
    more: tuple[tuple[str, tuple[Value, ...]], ...]
    supers: tuple[str, ...]
    uses: int
    shapes: tuple[Shape, ...]
    subs: "list[Term]" = field(default_factory=list)


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


def write(pages: Pages, reader: Reader, rules: Store) -> None:
    """Write the pages of terms, concepts and shapes; ``rules`` is a store of the shapes alone."""
    shapes = tuple(_shapes(rules))
    used = _used(reader)
    kinds = []
    for title, sort, class_ in _SORTS:
        iris = [str(row[0]) for row in reader.rows(f"SELECT ?t {{ ?t a <{class_}> }} ORDER BY ?t")]
        terms = [_term(reader, iri, shapes, used) for iri in iris if iri.startswith(BDE)]
        kinds.append((title, sort, sorted(terms, key=lambda term: term.name)))
    pages.page("ontology", "ontology/index.html", "Terms", kinds=kinds, tree=_tree(kinds[0][2]))
    pages.page("shapes", "shapes/index.html", "Rules", rooms=_by_subject(shapes), reader=reader)
    _concepts(pages, reader, used)


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


def _concepts(pages: Pages, reader: Reader, used: dict[str, int]) -> None:
    schemes: dict[str, dict[str, str]] = {}
    for scheme, concept, broader in reader.rows(_CONCEPTS):
        schemes.setdefault(str(scheme), {}).setdefault(str(concept), str(broader or ""))
    shown = [
        (
            reader.label(scheme),
            addresses.anchor(scheme.removeprefix(CONCEPT)),
            _text(reader, scheme, "definition"),
            [_concept(reader, iri, deep, used) for iri, deep in _in_order(reader, broader)],
        )
        for scheme, broader in sorted(schemes.items(), key=lambda each: reader.label(each[0]))
    ]
    pages.page("concepts", "concepts/index.html", "Concepts", schemes=shown)
    scheme_of = {iri: scheme for scheme, some in schemes.items() for iri in some}
    for iri, path in reader.own_pages.items():
        above = [reader.value(v) for v in reader.said(iri).get(f"{_SKOS}broader", ())]
        narrower = [
            Value(reader.label(s), reader.page(s))
            for p, s in reader.store.mentions(iri)
            if p == f"{_SKOS}broader"
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
            described={
                "@context": "https://schema.org",
                "@type": "DefinedTerm",
                "@id": iri,
                "name": reader.label(iri),
            },
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


def _concept(reader: Reader, iri: str, deep: int, used: dict[str, int]) -> Concept:
    name = iri.removeprefix(CONCEPT)
    return Concept(
        Value(reader.label(iri), reader.own_pages.get(iri, "")),
        shorten(iri),
        addresses.anchor(name),
        _text(reader, iri, "definition"),
        _texts(reader, iri, "scopeNote"),
        _texts(reader, iri, "altLabel"),
        _text(reader, iri, "notation"),
        deep,
        used.get(iri, 0),
    )


def _term(reader: Reader, iri: str, shapes: Iterable[Shape], used: dict[str, int]) -> Term:
    said = reader.said(iri)
    name = iri.removeprefix(BDE)
    supers = [str(o) for n in ("subClassOf", "subPropertyOf") for o in said.get(_RDFS + n, ())]
    more = []
    for verb in ("subClassOf", "subPropertyOf", "domain", "range"):
        named = [reader.value(o) for o in said.get(_RDFS + verb, ()) if reader.label(str(o)) != str(o)]
        if named:
            more.append((_WORDS[verb], tuple(named)))
    for scheme in said.get(f"{BDE}valueScheme", ()):
        more.append(("values from", (Value(reader.label(str(scheme)), addresses.page(str(scheme))),)))
    return Term(
        iri,
        name,
        addresses.anchor(name),
        reader.label(iri),
        _text(reader, iri, "definition"),
        _texts(reader, iri, "scopeNote"),
        _texts(reader, iri, "example"),
        tuple(more),
        tuple(supers),
        used.get(iri, 0),
        tuple(shape for shape in shapes if iri in shape.terms and shape.message),
    )


_WORDS = {
    "subClassOf": "a sort of",
    "subPropertyOf": "narrower than",
    "domain": "said of",
    "range": "leads to",
}


def _tree(classes: list[Term]) -> list[Term]:
    """The top classes, each with those below it."""
    by_iri = {term.iri: term for term in classes}
    tops = []
    for term in classes:
        above = [by_iri[iri] for iri in term.supers if iri in by_iri and iri != term.iri]
        for each in above:
            each.subs.append(term)
        tops += [] if above else [term]
    return tops


def _used(reader: Reader) -> dict[str, int]:
    """Term or concept -> how often the data use it: instances, statements, and mentions by records."""
    start = f'FILTER(STRSTARTS(STR(?s), "{ID}"))'
    queries = (
        f"SELECT ?t (COUNT(?s) AS ?n) {{ ?s a ?t {start} }} GROUP BY ?t",
        f"SELECT ?t (COUNT(?s) AS ?n) {{ ?s ?t ?o {start} }} GROUP BY ?t",
        f"SELECT ?t (COUNT(?s) AS ?n) {{ ?t skos:inScheme ?scheme . ?s ?p ?t {start} }} GROUP BY ?t",
    )
    return {str(term): int(str(number)) for query in queries for term, number in reader.rows(query)}


def _shapes(rules: Store) -> Iterator[Shape]:
    about: dict[str, set[str]] = {}
    for shape, term in rules.query(f"SELECT DISTINCT ?s ?t {{ ?s {_TARGETS} ?t }}").rows:
        about.setdefault(str(shape), set()).add(str(term))
    for node, inner in rules.query(f"SELECT DISTINCT ?s ?p {{ ?s <{_SH}property> ?p }}").rows:
        about.setdefault(str(inner), set()).update(about.get(str(node), ()))
    for iri, message, severity in rules.query(f"{PREFIXES} {_SHAPES}").rows:
        name = str(iri).removeprefix(SHAPE)
        how = str(severity or "").rpartition("#")[2].lower()
        yield Shape(str(iri), name, str(message or ""), how, tuple(sorted(about.get(str(iri), ()))))


def _by_subject(shapes: Iterable[Shape]) -> list[tuple[str, list[Shape]]]:
    """The rules that have a message, under the first word of their names."""
    found: dict[str, list[Shape]] = {}
    for shape in shapes:
        if shape.message:
            found.setdefault(shape.name.partition("-")[0], []).append(shape)
    return sorted(found.items())


def _text(reader: Reader, iri: str, name: str) -> str:
    return " ".join(_texts(reader, iri, name))


def _texts(reader: Reader, iri: str, name: str) -> tuple[str, ...]:
    return tuple(str(value) for value in reader.said(iri).get(_SKOS + name, ()))
