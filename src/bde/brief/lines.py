"""The rows of a saved question as lines that read well, one function per section of the brief."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

# Column -> what it says, empty where the row leaves it open.
Row = Mapping[str, str]

# The furthest first: what was done, then what was agreed, and so on down to what was merely there.
_STANCES = ("implemented", "agreed", "planned", "discussed", "reviewed", "existing")


@dataclass(frozen=True)
class Line:
    """One statement, its record(s), and how deep it stands below the line before it (0 or more).

    ``references`` are (number of the source in the brief, sentence numbers); ``inferred`` says that a part
    of it is inferred, ``disputed`` that another record contradicts it.
    """

    text: str
    records: tuple[str, ...]
    depth: int = 0
    disputed: bool = False
    references: tuple[tuple[int, tuple[int, ...]], ...] = ()
    inferred: bool = False


def plain(rows: Iterable[Row], column: str) -> Iterator[Line]:
    """One column as it is."""
    for row in _once(rows):
        yield _line(row, row[column])


def anniversaries(rows: Iterable[Row]) -> Iterator[Line]:
    """How many years, when, since what."""
    for row in _once(rows):
        yield _line(row, f"{row['number']} years in {row['from'][:4]}: {row['anniversary_of']}")


def timeline(rows: list[Row], invitations: list[Row]) -> Iterator[Line]:
    """Each engagement with its time, head, inviter and place, its parts below it, undated ones last."""
    inviters = {row["engagement"]: row["inviter"] for row in invitations}
    shown = {row["record"] for row in rows}
    inside = {row["record"] for row in rows if row["whole"] in shown}
    parts: dict[str, list[Row]] = {}
    for row in rows:
        # A part of nothing but a multilateral event, which is not the pair's, stands by itself.
        if row["whole"] in shown or row["record"] not in inside:
            parts.setdefault(row["whole"] if row["whole"] in shown else "", []).append(row)

    def walk(whole: str, depth: int) -> Iterator[Line]:
        for row in _once(parts.get(whole, [])):
            facts = (
                "" if depth else _span(row),
                row["kind"],
                f"level {row['level']}" if row["level"] else "",
                f"head: {row['head']}" if row["head"] else "",
                f"invited by {inviters[row['engagement']]}" if row["engagement"] in inviters else "",
                f"at: {row['venue']}" if row["venue"] else "",
                row["realization"] if row["realization"] != "occurred" else "",
            )
            yield _line(row, _with(row["engagement"], *facts), depth)
            yield from walk(row["record"], depth + 1)

    def is_dated(row: Row) -> bool:
        return any(row[bound] for bound in ("start", "started_by", "around", "end"))

    parts[""] = sorted(parts.get("", []), key=is_dated, reverse=True)
    yield from walk("", 0)


def meetings(rows: list[Row], delegations: Iterable[Row]) -> Iterator[Line]:
    """Who met whom, with their posts; meetings with a delegation where no one of it is named."""
    for row in rows:
        one = _with(row["person"], row["posts"])
        other = _with(row["counterpart"], row["counterpart_posts"])
        yield _line(row, f"{one} met {other}: {row['meeting']}")
    named = set(_records(rows))
    for row in delegations:
        if row["record"] not in named:
            yield _line(row, f"{_with(row['person'], row['posts'])} met a delegation: {row['meeting']}")


def instruments(rows: Iterable[Row], on: str) -> Iterator[Line]:
    """Each instrument with its status, years and signatories; ``on`` is a day, or empty."""
    for row in _once(rows):
        covers = ""
        if row["covers_from"]:
            covers = f"covers {row['covers_from'][:4]} to {row['covers_until'][:4] or 'an open end'}"
            if on and (row["covers_until"] or on < row["covers_from"]):
                inside = row["covers_from"] <= on <= row["covers_until"]
                covers += f", {'which includes' if inside else 'not including'} {on}"
        facts = (
            row["kind"],
            f"status: {row['status']}",
            covers,
            f"printed beside it: {row['printed_from'][:4]} to {row['printed_until'][:4] or 'an open end'}"
            if row["printed_from"]
            else "",
            f"signed by {row['signatories']}" if row["signatories"] else "",
            f"public: {row['disclosure']}" if row["disclosure"] else "",
            "stands for several" if row["several"] == "true" else "",
        )
        yield _line(row, _with(row["instrument"], *facts))


def topics(rows: list[Row]) -> Iterator[Line]:
    """The areas under each stance, the furthest stance first; a disputed mention stands apart."""
    for stance in (*_STANCES, *sorted({row["how_far"] for row in rows} - set(_STANCES))):
        for disputed in (False, True):
            some = [r for r in rows if r["how_far"] == stance and (r["disputed"] == "true") == disputed]
            if some:
                areas = ", ".join(sorted({row["topic"] for row in some}))
                yield Line(f"{stance}: {areas}", _records(some), disputed=disputed)


def commitments(rows: Iterable[Row]) -> Iterator[Line]:
    """What is promised, how firmly and by when."""
    for row in _once(rows):
        facts = (
            row["degree"],
            f"due by {row['due_until']}" if row["due_until"] else "no date set",
            "past its date" if row["overdue"] == "true" else "",
        )
        yield _line(row, _with(row["commitment"], *facts))


def fulfilled(rows: Iterable[Row]) -> Iterator[Line]:
    """What was promised and what shows it done."""
    for row in rows:
        if row["fulfilment"]:
            yield _line(row, f"{row['commitment']} Shown by: {row['fulfilled_by']}")


def counts(rows: Iterable[Row]) -> Iterator[Line]:
    """What is claimed beside what is on record."""
    for row in _once(rows):
        claim = f"{row['claimed']} {row['quantity']} {row['counted']}".removeprefix("equal ")
        who = f"claimed by {row['claimant']}" if row["claimant"] else "claimed by the author"
        until = f"up to {row['until']}" if row["until"] else ""
        yield _line(row, _with(claim, who, until, f"on record here: {row['known']} matching engagements"))


def disputes(rows: Iterable[Row]) -> Iterator[Line]:
    """Both sides of each dispute."""
    for row in rows:
        chosen = f" Preferred: {row['reason']}" if row["preferred"] else " Not settled."
        records = (row["record"], row["other_record"])
        yield Line(f"{row['one_side']} Against: {row['other_side']}{chosen}", records, disputed=True)


def silences(rows: Iterable[Row]) -> Iterator[Line]:
    """What was withheld or left open, and of what."""
    for row in _once(rows):
        yield _line(row, f"{row['not_disclosed']}, of: {row['about']}")


def _records(rows: Iterable[Row]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(row["record"] for row in rows))


def _once(rows: Iterable[Row]) -> list[Row]:
    """The first row of each record: a question may give one row for each of its sources."""
    return list({row["record"]: row for row in reversed(list(rows))}.values())[::-1]


def _line(row: Row, text: str, depth: int = 0) -> Line:
    return Line(text, (row["record"],), depth, row.get("disputed") == "true")


def _with(text: str, *facts: str) -> str:
    known = "; ".join(filter(None, facts))
    return f"{text} ({known})" if known else text


def _span(row: Row) -> str:
    """The time of an engagement in figures, no finer than it is known."""
    start, end, precision = row["start"], row["end"], row["precision"]
    if precision == "month" and start and start[:7] == end[:7]:
        return start[:7]
    if precision in ("year", "period") and start and end:
        return start[:4] if start[:4] == end[:4] else f"within {start[:4]} to {end[:4]}"
    if start and end:
        return start if start == end else f"{start} to {end}"
    if row["around"]:
        return f"on the margins of an event begun by {row['around']}"
    begun = f"from {start}" if start else f"begun by {row['started_by']}" if row["started_by"] else ""
    lasted = (
        f"until {end}"
        if end
        else f"lasting to {row['lasted_to']} or later"
        if row["lasted_to"] > start
        else ""
    )
    return ", ".join(filter(None, (begun, lasted or "end open" * bool(begun)))) or "no date on record"
