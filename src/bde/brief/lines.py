"""The rows of a saved question as lines that read well, one function per kind of line."""

from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from bde.brief.model import Line, Span

# Column -> what it says, empty where the row leaves it open.
Row = Mapping[str, str]

# What kind of line a side of a dispute is.
ONE_SIDE, OTHER_SIDE = "one side of a dispute", "the other side"
# What stands in place of what no source gives; that none is on record does not mean that there is none.
UNRECORDED, NONE = "not on record", "none on record"
# Whether something was withheld, as the saved question says it.
WITHHELD, LEFT_OPEN = "withheld", "left open"
# The furthest first: what was done, then what was agreed, and so on down to what was merely there.
STANCES = ("implemented", "agreed", "planned", "discussed", "reviewed", "existing")


def numbered(letter: str, some: Iterable[Line]) -> tuple[Line, ...]:
    """The lines with their names within the briefing: the letter of the section and a number from 1."""
    return tuple(replace(line, id=f"{letter}{number}") for number, line in enumerate(some, 1))


def relationship(rows: Iterable[Row]) -> Iterator[Line]:
    """What the relationship is called."""
    for row in once(rows):
        line = told(row, row["relationship"])
        yield replace(line, kind="" if line.kind in line.text else line.kind)


def anniversaries(rows: Iterable[Row]) -> Iterator[Line]:
    """How many years, when, since what."""
    for row in once(rows):
        year = f" in {row['from'][:4]}" if row["from"] else ""
        yield told(row, f"Anniversary: {row['number']} years{year} since: {row['anniversary_of']}")


def meetings(rows: list[Row], delegations: Iterable[Row], at: Mapping[str, str]) -> Iterator[Line]:
    """Who met whom, one line for two persons in their posts; ``at`` tells when and where of a record."""
    pairs: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        both = _with(row["person"], row["posts"]), _with(row["counterpart"], row["counterpart_posts"])
        pairs.setdefault(both, []).append(row)
    named = {row["record"] for row in rows}
    for row in delegations:
        if row["record"] not in named:
            both = _with(row["person"], row["posts"]), f"a delegation ({row['delegation'].rstrip('.')})"
            pairs.setdefault(both, []).append(row)
    for (one, other), some in pairs.items():
        yield _grouped(some, f"{one} met {other}", at)


def counterparts(rows: list[Row], at: Mapping[str, str]) -> Iterator[Line]:
    """Whom a person met, one line for each, a delegation only where nobody of that side is named.

    ``at`` tells when and in which line of the timeline it was.
    """
    met: dict[str, list[Row]] = {}
    named = {(row["record"], row["counterpart_state"]) for row in rows if row["counterpart_kind"] == "person"}
    for row in rows:
        if row["counterpart_kind"] != "person" and (row["record"], row["counterpart_state"]) in named:
            continue  # the delegation of somebody who is told already
        posts = row["counterpart_posts"] or f"acting for {row['counterpart_state']}"
        met.setdefault(_with(row["counterpart"].rstrip("."), posts), []).append(row)
    for other, some in met.items():
        yield _grouped(some, other, at)


def instruments(rows: Iterable[Row], signed: Iterable[Row], on: str) -> Iterator[Line]:
    """Each instrument with its status, years and signatories; ``on`` is a day, or empty.

    ``signed`` are the rows of those that were signed: of another, what is on record is not when it was.
    """
    acts = {row["record"] for row in signed}
    for row in once(rows):
        covers = ""
        if row["covers_from"]:
            covers = f"covers {_years(row['covers_from'], row['covers_until'])}"
            if on and (row["covers_until"] or on < row["covers_from"]):
                inside = row["covers_from"] <= on <= row["covers_until"]
                covers += f", {'which includes' if inside else 'not including'} {on}"
        facts = (
            f"status: {row['status'] or 'unknown'}",
            covers,
            f"printed beside it: {_years(row['printed_from'], row['printed_until'])}"
            if row["printed_from"]
            else "",
            f"signed by {row['signatories']}" if row["signatories"] else "",
            f"public: {row['disclosure']}" if row["disclosure"] else "",
            "stands for several" if row["several"] == "true" else "",
        )
        day = _signed(row) if row["record"] in acts else UNRECORDED
        yield replace(told(row, row["instrument"], *facts), column=day)


def topics(rows: list[Row]) -> Iterator[Line]:
    """The areas under each stance, the furthest stance first; a disputed mention stands apart."""
    for stance in (*STANCES, *sorted({row["how_far"] for row in rows} - set(STANCES))):
        for disputed in (False, True):
            some = [r for r in rows if r["how_far"] == stance and (r["disputed"] == "true") == disputed]
            if some:
                areas = ", ".join(sorted({row["topic"] for row in some}))
                yield Line(f"{stance.capitalize()}: {areas}", _records(some), disputed=disputed)


def commitments(rows: Iterable[Row], day: str) -> Iterator[Line]:
    """What is promised, how firmly and by when; ``day`` is the one to judge by, or empty."""
    for row in once(rows):
        due = row["due_until"]
        past = f"past its date on {day}, not shown as done" if due and day and due < day else ""
        facts = ("open", row["degree"], f"due by {due}" if due else "no date set", past)
        yield replace(told(row, row["commitment"], *facts), span=Span(end=due))


def fulfilled(rows: Iterable[Row]) -> Iterator[Line]:
    """What was promised and what shows it done."""
    for row in once(row for row in rows if row["fulfilment"]):
        line = told(row, row["commitment"], "done", row["degree"], f"shown by: {row['fulfilled_by']}")
        yield replace(line, records=(row["record"], row["fulfilment"]))


def counts(rows: Iterable[Row]) -> Iterator[Line]:
    """What is claimed beside what is on record."""
    for row in once(rows):
        claim = f"{row['claimed']} {row['quantity']} {row['counted']}".removeprefix("equal ")
        who = row["claimant"] or "The author of the source"
        period = " to ".join(filter(None, (row["from"], row["until"])))
        yield told(
            row,
            f"{who} claims {claim}.",
            f"{'up to ' * (not row['from'])}{period}" if period else "",
            f"engagements on record here that match: {row['known']}",
        )


def disputes(rows: Iterable[Row]) -> Iterator[Line]:
    """Both sides of each dispute, each with evidence of its own, the other side below the one."""
    for row in rows:
        sides = (
            (row["record"], row["one_side"], ONE_SIDE),
            (row["other_record"], row["other_side"], OTHER_SIDE),
        )
        for depth, (record, text, kind) in enumerate(sides):
            reason = f" because {row['reason']}" if row["reason"] else ""
            facts = () if row["preferred"] else ("not settled",)
            if row["preferred"] == record:
                facts = (f"the editors prefer it{reason}",)
            yield Line(text, (record,), kind, facts, depth=depth, disputed=True)


def silences(rows: list[Row]) -> Iterator[Line]:
    """What was withheld and what was left open of each matter, in a line of its own."""
    about: dict[tuple[str, str], list[Row]] = {}
    for row in once(rows):
        about.setdefault((row["about"], row["silence"]), []).append(row)
    for (matter, silence), some in about.items():
        aspects = "; ".join(row["not_disclosed"] for row in some)
        disputed = any(row["disputed"] == "true" for row in some)
        text = f"Of “{matter.rstrip('.')}”: {aspects}"
        yield Line(text, _records(some), disputed=disputed, column=silence)


def posts(rows: Iterable[Row]) -> Iterator[Line]:
    """The posts of a person as attested."""
    for row in once(rows):
        facts = (
            f"{row['tenure']} when the source speaks" if row["tenure"] else "",
            row["organization"],
            row["state_name"] if row["state_name"] not in row["post"] else "",
            f"level {row['level']}" if row["level"] else "",
        )
        yield told(row, f"Post: {row['post']}", *facts)


def ranks(rows: Iterable[Row]) -> Iterator[Line]:
    """The ranks of a person as printed."""
    for row in once(rows):
        yield told(row, f"Rank: {row['rank']}")


def names(rows: list[Row]) -> Iterator[Line]:
    """The forms of a name in one line."""
    if rows:
        forms = ", ".join(f"“{form}”" for form in sorted({row["form"] for row in rows}))
        disputed = any(row["disputed"] == "true" for row in rows)
        yield Line(f"Printed as: {forms}", _records(rows), disputed=disputed)


def words(rows: Iterable[Row]) -> Iterator[Line]:
    """What stands on a person's word."""
    for row in once(rows):
        yield told(row, row["statement"])


def _years(start: str, end: str) -> str:
    return start[:4] if start[:4] == end[:4] else f"{start[:4]} to {end[:4] or 'an open end'}"


def _signed(row: Row) -> str:
    """When an instrument was signed, as far as that is known; a whole month or year is told as such."""
    start, end = row["signed_from"], row["signed_until"]
    if start and end:
        if start.endswith("-01-01") and end == f"{start[:4]}-12-31":
            return start[:4]
        if start.endswith("-01") and end == f"{start[:8]}{monthrange(int(start[:4]), int(start[5:7]))[1]}":
            return start[:7]
        return start if start == end else f"between {start} and {end}"
    return f"on or after {start}" if start else f"on or before {end}" if end else UNRECORDED


def _grouped(rows: list[Row], text: str, at: Mapping[str, str]) -> Line:
    """One line for several meetings of the same two."""
    occasions = tuple(at.get(record, "") for record in _records(rows))
    disputed = any(row["disputed"] == "true" for row in rows)
    return Line(text, _records(rows), facts=tuple(filter(None, occasions)), disputed=disputed)


def _records(rows: Iterable[Row]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(row["record"] for row in rows))


def once(rows: Iterable[Row]) -> list[Row]:
    """The first row of each record: a question may give one row for each of its sources."""
    return list({row["record"]: row for row in reversed(list(rows))}.values())[::-1]


def told(row: Row, text: str, *facts: str) -> Line:
    """A line that tells of the record of a row, with those of the facts that are not empty."""
    known = tuple(filter(None, facts))
    return Line(text, (row["record"],), row.get("kind", ""), known, disputed=row["disputed"] == "true")


def _with(text: str, facts: str) -> str:
    return f"{text} ({facts})" if facts else text
