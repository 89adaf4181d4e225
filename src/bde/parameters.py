"""From what an analyst types to the term a parameter needs: a code, a name, a date or an IRI.

Looked up in the graph itself by SPARQL, so it works on the embedded store and on a remote endpoint alike.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import Protocol

from rdflib import XSD, Literal, URIRef

from bde.errors import UnknownName
from bde.namespaces import BDE, CONCEPT, PREFIXES, expand, shorten
from bde.queries import Parameter, Question, Value
from bde.store import Answer

ANY = "any"
# As many values as an error lists; those of a concept scheme it lists all.
_FEW = 12
_LONGEST = 100
_CLASS = {
    kind: f"{BDE}{kind.capitalize()}"
    for kind in ("state", "actor", "organization", "person", "mechanism", "place", "source")
}
# Letters that Unicode does not take apart into a plain letter and an accent.
_PLAIN = str.maketrans({"đ": "d", "ø": "o", "ł": "l", "ı": "i", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th"})

_ENTITIES = """PREFIX bde: <{bde}>
PREFIX rdfs: <{rdfs}>
PREFIX skos: <{skos}>
SELECT DISTINCT ?node ?name ?label WHERE {{
  ?node a/rdfs:subClassOf* <{kind}> ; rdfs:label ?label .
  {{ ?node rdfs:label|skos:prefLabel|skos:altLabel ?name }}
  UNION {{ ?form bde:nameOf ?node ; bde:nameText ?name }}
  UNION {{ ?link bde:identifies ?node ; bde:identifier ?name }}
}}"""
_CONCEPTS = """PREFIX rdfs: <{rdfs}>
PREFIX skos: <{skos}>
SELECT DISTINCT ?node ?name ?label WHERE {{
  ?node skos:inScheme <{scheme}> ; rdfs:label ?label .
  ?node rdfs:label|skos:prefLabel|skos:altLabel|skos:notation ?name .
}}"""


class Engine(Protocol):
    """What answers queries: the embedded store or a remote endpoint."""

    def query(self, sparql: str, *, seconds: float | None = None, most: int | None = None) -> Answer:
        """The answer to a SPARQL query."""
        ...


def resolve(engine: Engine, question: Question, values: dict[str, str]) -> dict[str, Value | None]:
    """The terms for the values that were typed for a question's parameters; ``any`` gives ``None``.

    Raises ``UnknownName`` where the question has no such parameter or the graph no such thing.
    """
    parameters = {parameter.name: parameter for parameter in question.parameters}
    for name in values:
        if name not in parameters:
            fix = f"It has: {', '.join(parameters) or 'none'}."
            raise UnknownName(f"{question.name} has no parameter “{name}”.", fix=fix)
    return {name: lookup(engine, parameters[name], typed) for name, typed in values.items()}


def lookup(engine: Engine, parameter: Parameter, typed: str) -> Value | None:
    """The term that was meant by ``typed``; ``None`` for ``any``.

    A state is found by its ISO 3166-1 alpha-3 code, everything by its label, a form of its name or its IRI
    (``person:rossi`` or in full), whatever the case, the accents and the order of the words. Raises
    ``UnknownName`` with what may have been meant.
    """
    typed = typed.strip()
    if typed.casefold() == ANY:
        return None
    if parameter.type == "date":
        return _day(parameter, typed)
    answer = engine.query(_names_of(parameter))
    labels = {str(node): str(label) for node, _, label in answer.rows}
    iri = _as_iri(typed)
    if iri:
        if iri in labels:
            return URIRef(iri)
        raise _unknown(parameter, typed, labels, answer)
    for key in (_letters, _words):
        wanted = key(typed)
        found = {str(node) for node, name, _ in answer.rows if key(str(name)) == wanted}
        if len(found) == 1:
            return URIRef(found.pop())
        if found:
            several = "; ".join(f"{labels[node]} = {shorten(node)}" for node in sorted(found))
            fix = f"Give the IRI of the one that is meant: {several}."
            raise UnknownName(f"“{_shown(typed)}” names several ({parameter.name}).", fix=fix)
    raise _unknown(parameter, typed, labels, answer)


@dataclass(frozen=True)
class Choice:
    """A thing that may be chosen for a parameter: its label, and its other names in any recorded form."""

    node: URIRef
    label: str
    names: tuple[str, ...]


def choices(engine: Engine, parameter: Parameter) -> list[Choice]:
    """All that ``lookup`` finds for a parameter that is no date, by label."""
    names: dict[URIRef, set[str]] = {}
    labels: dict[URIRef, str] = {}
    for node, name, label in engine.query(_names_of(parameter)).rows:
        if isinstance(node, URIRef):
            names.setdefault(node, set()).add(str(name))
            labels[node] = min(str(label), labels.get(node, str(label)))
    found = [Choice(node, labels[node], tuple(sorted(names[node] - {labels[node]}))) for node in labels]
    return sorted(found, key=lambda choice: (_letters(choice.label), choice.node))


def _day(parameter: Parameter, typed: str) -> Literal:
    try:
        if not re.fullmatch(r"\d{4}-\d\d-\d\d", typed):
            raise ValueError
        return Literal(date.fromisoformat(typed).isoformat(), datatype=XSD.date)
    except ValueError:
        raise UnknownName(
            f"“{_shown(typed)}” is no date ({parameter.name}).", fix="Write it as 2019-08-21."
        ) from None


def _names_of(parameter: Parameter) -> str:
    names = {"bde": BDE, "rdfs": PREFIXES["rdfs"], "skos": PREFIXES["skos"]}
    if parameter.type == "concept":
        return _CONCEPTS.format(**names, scheme=CONCEPT + parameter.scheme)
    return _ENTITIES.format(**names, kind=_CLASS[parameter.type])


def _as_iri(typed: str) -> str:
    """The IRI that was typed in full or with a prefix of ours, or the empty string."""
    if re.match(r"<?(https?://|urn:)", typed) or re.fullmatch(r"[a-z]+:[\w-]+", typed):
        try:
            return expand(typed)
        except KeyError:
            return ""
    return ""


def _unknown(parameter: Parameter, typed: str, labels: dict[str, str], answer: Answer) -> UnknownName:
    names = {_letters(str(name)): str(name) for _, name, _ in answer.rows}
    wanted = _letters(typed)
    near = [name for key, name in names.items() if wanted and set(wanted.split()) <= set(key.split())]
    if len(wanted) <= _LONGEST:
        near += (names[key] for key in get_close_matches(wanted, list(names), 4, 0.6))
    fix = f"Did you mean {_listed(near[:5])}?" if near else ""
    if len(labels) <= _FEW or parameter.scheme:
        fix = f"{fix} The graph has {_listed(labels.values())}.".strip()
    kind = f"concept of {parameter.scheme}" if parameter.scheme else parameter.type
    return UnknownName(
        f"the graph has no {kind} “{_shown(typed)}” ({parameter.name}).",
        fix=fix or f"None of the {len(labels)} in the graph is called so or nearly so.",
    )


def _shown(typed: str) -> str:
    """What was typed, as an error repeats it: no longer than a line, nothing that steers a terminal."""
    short = typed if len(typed) <= _LONGEST else typed[:_LONGEST] + "..."
    return "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in short)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(set(names))) or "none"


def _letters(name: str) -> str:
    """A name in lower case, without accents and punctuation, its words one space apart."""
    apart = unicodedata.normalize("NFKD", name.casefold()).translate(_PLAIN)
    plain = apart if apart.isascii() else "".join(c for c in apart if not unicodedata.combining(c))
    return " ".join(re.findall(r"\w+", plain))


def _words(name: str) -> str:
    """A name with its words in alphabetical order."""
    return " ".join(sorted(_letters(name).split()))
