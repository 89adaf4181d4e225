"""The pages of the vocabulary: every term with what governs it and how often it is used, and the rules."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from bde.namespaces import BDE, ID, OUTSIDE, SHAPE
from bde.site import addresses, concepts
from bde.site.reading import PREFIXES, Reader, Value
from bde.site.writing import Pages
from bde.store import Store

_OWL, _SH = OUTSIDE["owl"], OUTSIDE["sh"]
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
    concepts.write(pages, reader, used)


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
        " ".join(reader.texts(iri, "definition")),
        reader.texts(iri, "scopeNote"),
        reader.texts(iri, "example"),
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
