"""The dossier of two states: saved questions asked in a fixed order, each line with its evidence.

The brief knows no facts, and no SPARQL of its own but for where a record stands in its sources. A section
names the saved questions it comes from, so that a reader can ask on.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bde import namespaces
from bde.brief import lines
from bde.brief.lines import Line, Row
from bde.queries import Value
from bde.store import Answer

# (short id of a saved question, its parameters) -> the answer
Ask = Callable[[str, Mapping[str, Value | None]], Answer]

_CITED = """
PREFIX bde: <https://w3id.org/bde/ontology#>
PREFIX bdec: <https://w3id.org/bde/concepts#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT DISTINCT ?record ?source ?label ?address ?number ?basis WHERE {
  VALUES ?record { %s }
  ?record bde:evidence ?evidence .
  ?evidence bde:basis ?basis ; bde:passage?/bde:fromSource ?source .
  ?source rdfs:label ?label .
  OPTIONAL { ?evidence bde:passage ?passage . ?passage bde:fromSource ?source ; bde:sentenceNumber ?number }
  OPTIONAL { ?source bde:webAddress ?address }
} ORDER BY ?source ?number ?record ?basis
"""


@dataclass(frozen=True)
class Section:
    """A heading, the saved questions it comes from, its lines, and what it means that there are none."""

    title: str
    questions: tuple[str, ...]
    lines: tuple[Line, ...]
    silence: str


@dataclass(frozen=True)
class Brief:
    """The dossier of the two states ``names``; sources are (label, web address), numbered from 1."""

    names: tuple[str, str]
    on: str
    sections: tuple[Section, ...]
    sources: tuple[tuple[str, str], ...]


def brief(
    ask: Ask, query: Callable[[str], Answer], a: Value | None, b: Value | None, on: Value | None = None
) -> Brief:
    """The brief of the states ``a`` and ``b`` (IRIs), judged on the day ``on`` (an xsd:date) if given.

    ``ask`` runs a saved question, ``query`` any SPARQL. Raises what these raise.
    """
    pair: dict[str, Value | None] = {"a": a, "b": b}

    def rows(question: str, **more: Value | None) -> list[Row]:
        answer = ask(question, {**pair, **more})
        return [
            {c: "" if v is None else str(v) for c, v in zip(answer.columns, r, strict=True)}
            for r in answer.rows
        ]

    delegations = [*rows("who-met-a-delegation"), *rows("who-met-a-delegation", a=b, b=a)]
    sections = (
        Section(
            "Relationship",
            ("what-the-relationship-is-called", "anniversaries"),
            (
                *lines.plain(rows("what-the-relationship-is-called"), "relationship"),
                *lines.anniversaries(rows("anniversaries")),
            ),
            "No source on record calls the relationship anything.",
        ),
        Section(
            "Engagements in order",
            ("timeline-of-a-pair", "at-whose-invitation"),
            tuple(lines.timeline(rows("timeline-of-a-pair"), rows("at-whose-invitation"))),
            "No engagement is on record.",
        ),
        Section(
            "Who met whom",
            ("who-met-whom", "who-met-a-delegation"),
            tuple(lines.meetings(rows("who-met-whom"), delegations)),
            "No meeting of named persons is on record.",
        ),
        Section(
            "What was signed or planned",
            ("instruments-of-a-pair",),
            tuple(lines.instruments(rows("instruments-of-a-pair"), str(on or ""))),
            "No instrument is on record.",
        ),
        Section(
            "Topics by how far they went",
            ("topics-by-pair-and-stance",),
            tuple(lines.topics(rows("topics-by-pair-and-stance"))),
            "No topic is on record.",
        ),
        Section(
            "Commitments not shown as done",
            ("open-commitments",),
            tuple(lines.commitments(rows("open-commitments", on=on))),
            "No open commitment is on record.",
        ),
        Section(
            "Commitments shown as done",
            ("commitments-and-fulfilment",),
            tuple(lines.fulfilled(rows("commitments-and-fulfilment"))),
            "No commitment on record is shown as done.",
        ),
        Section(
            "Claimed counts",
            ("claimed-counts-against-known-records",),
            tuple(lines.counts(rows("claimed-counts-against-known-records"))),
            "Nobody on record claims a count.",
        ),
        Section(
            "Disputes",
            ("what-is-disputed",),
            tuple(lines.disputes(rows("what-is-disputed"))),
            "No record contradicts another.",
        ),
        Section(
            "What is not known",
            ("what-was-not-disclosed",),
            tuple(lines.silences(rows("what-was-not-disclosed"))),
            "No source on record says that something was withheld or left open.",
        ),
    )
    return _cited(query, Brief((_name(query, a), _name(query, b)), str(on or ""), sections, ()))


def _cited(query: Callable[[str], Answer], plain: Brief) -> Brief:
    """The same brief with the references of every line filled in and its sources numbered."""
    records = {r for section in plain.sections for line in section.lines for r in line.records}
    answer = query(_CITED % " ".join(f"<{iri}>" for iri in sorted(records)))
    sources: dict[str, tuple[str, str]] = {}
    found: dict[str, dict[str, set[int]]] = {}
    inferred = set()
    for record, source, label, address, number, basis in answer.rows:
        sources[str(source)] = (str(label), str(address or ""))
        sentences = found.setdefault(str(record), {}).setdefault(str(source), set())
        sentences.update(() if number is None else (int(str(number)),))
        if str(basis) == namespaces.CONCEPT + "basis-inferred":
            inferred.add(str(record))
    place = {iri: number for number, iri in enumerate(sorted(sources), 1)}

    def cite(line: Line) -> Line:
        where: dict[int, set[int]] = {}
        for record in line.records:
            for source, numbers in found.get(record, {}).items():
                where.setdefault(place[source], set()).update(numbers)
        references = tuple((n, tuple(sorted(where[n]))) for n in sorted(where))
        some = any(record in inferred for record in line.records)
        return Line(line.text, line.records, line.depth, line.disputed, references, some)

    sections = tuple(
        Section(s.title, s.questions, tuple(map(cite, s.lines)), s.silence) for s in plain.sections
    )
    return Brief(plain.names, plain.on, sections, tuple(sources[iri] for iri in place))


def _name(query: Callable[[str], Answer], state: Value | None) -> str:
    label = f"SELECT ?label {{ <{state}> <http://www.w3.org/2000/01/rdf-schema#label> ?label }}"
    return str(query(label).rows[0][0])
