"""The dossier of two states: saved questions asked in a fixed order, each line with its evidence.

The brief knows no facts and no SPARQL of its own beyond where a record stands in its sources. A section names the
saved question it comes from, so that a reader can ask on.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from bde import namespaces
from bde.store import Answer, Term

Row = Mapping[str, str]
# (short id of a saved question, its parameters) -> the answer
Ask = Callable[[str, Mapping[str, Term]], Answer]

_CITED = """
PREFIX bde: <https://w3id.org/bde/ontology#>
PREFIX bdec: <https://w3id.org/bde/concepts#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT DISTINCT ?record ?source ?label ?address ?number ?basis WHERE {
  VALUES ?record { %s }
  ?record bde:evidence ?evidence .
  ?evidence bde:basis ?basis ; bde:passage ?passage .
  ?passage bde:fromSource ?source ; bde:sentenceNumber ?number .
  ?source rdfs:label ?label ; bde:webAddress ?address .
} ORDER BY ?source ?number ?record ?basis
"""
_STANCES = ("implemented", "agreed", "planned", "discussed", "reviewed", "existing")


@dataclass(frozen=True)
class Line:
    """One statement, its record(s), and how deep it stands below the line before it (0 or more).

    ``references`` are (number of the source in the brief, sentence numbers); ``inferred`` says that a part of it
    is inferred, ``disputed`` that another record contradicts it.
    """

    text: str
    records: tuple[str, ...]
    depth: int = 0
    disputed: bool = False
    references: tuple[tuple[int, tuple[int, ...]], ...] = ()
    inferred: bool = False


@dataclass(frozen=True)
class Section:
    """A heading, the saved questions it comes from, its lines, and what it means that there are none."""

    title: str
    questions: tuple[str, ...]
    lines: tuple[Line, ...]
    silence: str


@dataclass(frozen=True)
class Brief:
    """The dossier: names of the two states, sections, and the sources as (label, web address), numbered from 1."""

    names: tuple[str, str]
    on: str
    sections: tuple[Section, ...]
    sources: tuple[tuple[str, str], ...]


def brief(ask: Ask, query: Callable[[str], Answer], a: Term, b: Term, names: tuple[str, str], on: Term | None) -> Brief:
    """The brief of the states ``a`` and ``b`` (IRIs), judged on the day ``on`` (an xsd:date) where it is given.

    ``ask`` runs a saved question, ``query`` any SPARQL. Raises what these raise.
    """
    pair = {"a": a, "b": b}

    def rows(question: str, **more: Term) -> list[Row]:
        answer = ask(question, {**pair, **more})
        return [{c: "" if v is None else str(v) for c, v in zip(answer.columns, r, strict=True)} for r in answer.rows]

    dated = {"on": on} if on is not None else {}
    sections = (
        Section(
            "Relationship",
            ("what-the-relationship-is-called", "anniversaries"),
            (*_plain(rows("what-the-relationship-is-called"), "relationship"), *_anniversaries(rows("anniversaries"))),
            "No source on record calls the relationship anything.",
        ),
        Section(
            "Engagements in order",
            ("timeline-of-a-pair", "visits-of-a-pair", "at-whose-invitation"),
            tuple(_timeline(rows("timeline-of-a-pair"), rows("visits-of-a-pair"), rows("at-whose-invitation"))),
            "No engagement is on record.",
        ),
        Section(
            "Who met whom",
            ("who-met-whom",),
            tuple(_meetings(rows("who-met-whom"))),
            "No meeting of named persons is on record.",
        ),
        Section(
            "What was signed or planned",
            ("instruments-of-a-pair",),
            tuple(_instruments(rows("instruments-of-a-pair"), str(on or ""))),
            "No instrument is on record.",
        ),
        Section(
            "Topics by how far they went",
            ("topics-by-pair-and-stance",),
            tuple(_topics(rows("topics-by-pair-and-stance"))),
            "No topic is on record.",
        ),
        Section(
            "Commitments not shown as done",
            ("open-commitments",),
            tuple(_commitments(rows("open-commitments", **dated))),
            "No open commitment is on record.",
        ),
        Section(
            "Commitments shown as done",
            ("commitments-and-fulfilment",),
            tuple(_fulfilled(rows("commitments-and-fulfilment"))),
            "No commitment on record is shown as done.",
        ),
        Section(
            "Claimed counts",
            ("claimed-counts-against-known-records",),
            tuple(_counts(rows("claimed-counts-against-known-records"))),
            "Nobody on record claims a count.",
        ),
        Section(
            "Disputes",
            ("what-is-disputed",),
            tuple(_disputes(rows("what-is-disputed"))),
            "No record contradicts another.",
        ),
        Section(
            "What is not known",
            ("what-was-not-disclosed",),
            tuple(_silences(rows("what-was-not-disclosed"))),
            "No source on record says that something was withheld or left open.",
        ),
    )
    return _cited(query, Brief(names, str(on or ""), sections, ()))


def _plain(rows: Iterable[Row], column: str) -> Iterator[Line]:
    for row in _once(rows):
        yield _line(row, row[column])


def _anniversaries(rows: Iterable[Row]) -> Iterator[Line]:
    for row in _once(rows):
        yield _line(row, f"{row['number']} years in {row['from'][:4]}: {row['anniversary_of']}")


def _timeline(rows: list[Row], visits: list[Row], invitations: list[Row]) -> Iterator[Line]:
    heads = {row["record"]: f"{row['head']}, {row['post']}".strip(", ") for row in visits}
    inviters = {row["engagement"]: row["inviter"] for row in invitations}
    shown = {row["record"] for row in rows}
    parts: dict[str, list[Row]] = {}
    for row in rows:
        # A part of something outside the pair (a multilateral event) stands by itself.
        whole = row["whole"] if row["whole"] in shown else ""
        parts.setdefault(whole, []).append(row)

    def walk(whole: str, depth: int) -> Iterator[Line]:
        for row in _once(parts.get(whole, [])):
            facts = (
                "" if depth else _span(row["start"], row["end"], row["precision"]),
                row["kind"],
                f"level {row['level']}" if row["level"] else "",
                f"head: {heads[row['record']]}" if heads.get(row["record"]) else "",
                f"invited by {inviters[row['engagement']]}" if row["engagement"] in inviters else "",
                f"at: {row['venue']}" if row["venue"] else "",
                row["realization"] if row["realization"] != "occurred" else "",
            )
            yield _line(row, _with(row["engagement"], *facts), depth)
            yield from walk(row["record"], depth + 1)

    dated = [row for row in parts.get("", []) if row["start"] or row["end"]]
    undated = [row for row in parts.get("", []) if not (row["start"] or row["end"])]
    parts[""] = dated + undated
    yield from walk("", 0)


def _meetings(rows: Iterable[Row]) -> Iterator[Line]:
    for row in rows:
        one, other = (_with(row[who], row[posts]) for who, posts in (("person", "posts"), ("counterpart", "counterpart_posts")))
        yield _line(row, f"{one} met {other}: {row['meeting']}")


def _instruments(rows: Iterable[Row], on: str) -> Iterator[Line]:
    for row in _once(rows):
        covers = ""
        if row["covers_from"]:
            covers = f"covers {row['covers_from'][:4]} to {row['covers_until'][:4]}"
            if on:
                inside = row["covers_from"] <= on <= row["covers_until"]
                covers += f", {'which includes' if inside else 'not including'} {on}"
        facts = (
            row["kind"],
            f"status: {row['status']}",
            covers,
            f"printed beside it: {row['printed_from'][:4]} to {row['printed_until'][:4]}" if row["printed_from"] else "",
            f"signed by {row['signatories']}" if row["signatories"] else "",
            f"public: {row['disclosure']}" if row["disclosure"] else "",
            "stands for several" if row["several"] == "true" else "",
        )
        yield _line(row, _with(row["instrument"], *facts))


def _topics(rows: list[Row]) -> Iterator[Line]:
    order = [*_STANCES, *sorted({row["how_far"] for row in rows} - set(_STANCES))]
    for stance in order:
        areas: dict[str, list[Row]] = {}
        for row in rows:
            if row["how_far"] == stance:
                areas.setdefault(row["topic"], []).append(row)
        for area, mentions in sorted(areas.items()):
            words = "; ".join(dict.fromkeys(f"“{m['expression']}”" for m in mentions if m["expression"]))
            records = tuple(dict.fromkeys(m["record"] for m in mentions))
            disputed = any(m["disputed"] == "true" for m in mentions)
            yield Line(f"{stance}: {area}" + (f" ({words})" if words else ""), records, disputed=disputed)


def _commitments(rows: Iterable[Row]) -> Iterator[Line]:
    for row in _once(rows):
        facts = (
            row["degree"],
            f"due by {row['due_until']}" if row["due_until"] else "no date set",
            "past its date" if row["overdue"] == "true" else "",
        )
        yield _line(row, _with(row["commitment"], *facts))


def _fulfilled(rows: Iterable[Row]) -> Iterator[Line]:
    for row in rows:
        if row["fulfilment"]:
            yield _line(row, f"{row['commitment']} Shown by: {row['fulfilled_by']}")


def _counts(rows: Iterable[Row]) -> Iterator[Line]:
    for row in _once(rows):
        claim = f"{row['claimed']} {row['quantity']} {row['counted']}".removeprefix("equal ")
        who = f"claimed by {row['claimant']}" if row["claimant"] else "claimed by the author"
        until = f"up to {row['until']}" if row["until"] else ""
        yield _line(row, _with(claim, who, until, f"on record here: {row['known']} matching engagements"))


def _disputes(rows: Iterable[Row]) -> Iterator[Line]:
    for row in rows:
        chosen = f" Preferred: {row['reason']}" if row["preferred"] else " Not settled."
        records = (row["record"], row["other_record"])
        yield Line(f"{row['one_side']} Against: {row['other_side']}{chosen}", records, disputed=True)


def _silences(rows: Iterable[Row]) -> Iterator[Line]:
    for row in _once(rows):
        yield _line(row, f"{row['not_disclosed']}, of: {row['about']}")


def _once(rows: Iterable[Row]) -> list[Row]:
    """The first row of each record: a question may give one row for each of its sources."""
    return list({row["record"]: row for row in reversed(list(rows))}.values())[::-1]


def _line(row: Row, text: str, depth: int = 0) -> Line:
    return Line(text, (row["record"],), depth, row.get("disputed") == "true")


def _with(text: str, *facts: str) -> str:
    known = "; ".join(filter(None, facts))
    return f"{text} ({known})" if known else text


def _span(start: str, end: str, precision: str) -> str:
    if precision == "month" and start[:7] == end[:7]:
        return start[:7]
    if precision in ("year", "period") and start and end:
        return start[:4] if start[:4] == end[:4] else f"{start[:4]} to {end[:4]}"
    if start and end:
        return start if start == end else f"{start} to {end}"
    if start:
        return f"from {start}, end open"
    return f"until {end}" if end else "no date on record"


def _cited(query: Callable[[str], Answer], plain: Brief) -> Brief:
    """The same brief with the references of every line filled in and its sources numbered."""
    records = {r for section in plain.sections for line in section.lines for r in line.records}
    answer = query(_CITED % " ".join(f"<{iri}>" for iri in sorted(records)))
    sources: dict[str, tuple[str, str]] = {}
    found: dict[str, dict[str, set[int]]] = {}
    inferred = set()
    for record, source, label, address, number, basis in answer.rows:
        sources[str(source)] = (str(label), str(address))
        found.setdefault(str(record), {}).setdefault(str(source), set()).add(int(str(number)))
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

    sections = tuple(Section(s.title, s.questions, tuple(map(cite, s.lines)), s.silence) for s in plain.sections)
    return Brief(plain.names, plain.on, sections, tuple(sources[iri] for iri in place))
