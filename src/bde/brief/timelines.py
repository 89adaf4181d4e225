"""Engagements in the order of time, those of a pair and those of a person, and times in figures."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

from bde.brief.lines import Row, once, told
from bde.brief.model import Line, Span


def timeline(rows: list[Row], invitations: list[Row]) -> Iterator[Line]:
    """Each engagement with its time, head, inviter and place, its parts below it, undated ones last."""
    inviters = {row["engagement"]: row["inviter"] for row in invitations}
    levels: dict[str, str] = {}
    for depth, row in _nested(rows, "record"):
        above = levels.get(row["whole"], "") if depth else ""
        levels[row["record"]] = row["level"] or above
        facts = (
            f"level {row['level']}" if row["level"] and row["level"] != above else "",
            f"head: {row['head']}" if row["head"] else "",
            f"invited by {inviters[row['engagement']]}" if row["engagement"] in inviters else "",
            f"at: {row['venue']}" if row["venue"] else "",
        )
        yield _dated(told(row, row["engagement"], *facts), row, depth)


def usual(rows: list[Row]) -> str:
    """The capacity in which a person mostly took part, where that is more than one time."""
    counted = Counter(row["posts"] for row in rows if row["posts"])
    return next((posts for posts, number in counted.most_common(1) if number > 1), "")


def engagements(rows: list[Row], usually: str) -> Iterator[Line]:
    """The engagements of a person with role and capacity, parts below the whole, undated ones last."""
    for depth, row in _nested(rows, "occasion"):
        capacity = f"as {row['posts']}" if row["posts"] else "in no stated capacity"
        behalf = f"for {row['behalf']}" if row["behalf"] and not row["posts"] else ""
        shown = "" if usually and row["posts"] == usually else capacity
        line = told(row, row["engagement"], row["role"], shown, behalf)
        yield _dated(replace(line, records=(row["record"], row["occasion"])), row, depth)


def signed(rows: Iterable[Row]) -> Iterator[Line]:
    """What a person signed or witnessed."""
    for row in once(rows):
        if row["signed"]:
            papers = row["signed"].replace(".; ", "; ")
            text = f"{'Signed' if row['role'].startswith('signatory') else 'Witnessed'}: {papers}"
            yield replace(told(row, text, f"as {row['posts']}" if row["posts"] else ""), when=when(row))


def when(row: Row) -> str:
    """The time of a row in figures, no finer than it is known."""
    start, end, precision = row["start"], row["end"], row["precision"]
    if precision == "month" and start and start[:7] == end[:7]:
        return start[:7]
    if precision in ("year", "period") and start and end:
        return start[:4] if start[:4] == end[:4] else f"within {start[:4]} to {end[:4]}"
    if start and end:
        return start if start == end else f"{start} to {end}"
    if row["around"]:
        return f"on the margins of an event that began by {row['around']}"
    begun = f"from {start}" if start else f"began by {row['started_by']}" if row["started_by"] else ""
    lasted = f"until {end}" if end else ""
    if not end and row["lasted_to"] > start:
        lasted = f"lasting to {row['lasted_to']} or later"
    return ", ".join(filter(None, (begun, lasted or "end not known" * bool(begun)))) or "no date on record"


def _nested(rows: list[Row], key: str) -> Iterator[tuple[int, Row]]:
    """The rows with their depth, parts below their whole, undated ones last; ``key`` is the column that
    holds the engagement."""
    shown = {row[key] for row in rows}
    inside = {row[key] for row in rows if row["whole"] in shown}
    parts: dict[str, list[Row]] = {}
    for row in rows:
        # A part of nothing but a multilateral event, which is not the pair's, stands by itself.
        if row["whole"] in shown or row[key] not in inside:
            parts.setdefault(row["whole"] if row["whole"] in shown else "", []).append(row)
    parts[""] = sorted(parts.get("", []), key=_is_dated, reverse=True)

    def walk(whole: str, depth: int) -> Iterator[tuple[int, Row]]:
        for row in once(parts.get(whole, [])):
            yield depth, row
            yield from walk(row[key], depth + 1)

    return walk("", 0)


def _dated(line: Line, row: Row, depth: int) -> Line:
    time = "" if depth else when(row)
    return replace(line, depth=depth, when=time, span=_span(row), realization=row["realization"])


def _is_dated(row: Row) -> bool:
    return any(row[bound] for bound in ("start", "started_by", "around", "end"))


def _span(row: Row) -> Span:
    return Span(row["start"], row["started_by"] or row["around"], row["lasted_to"], row["end"])
