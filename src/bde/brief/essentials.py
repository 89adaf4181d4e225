"""The few things to know first, drawn from the lines of a briefing, and what its sections do not hold."""

from collections.abc import Collection, Iterable

from bde.brief.lines import ONE_SIDE, OTHER_SIDE
from bde.brief.model import Essential, Line, Reference

NOTHING_WITHHELD = "No source on record says that something of this was withheld."
_AHEAD = ("proposed", "invited", "planned", "announced", "postponed")


def essential(name: str, text: str, some: Iterable[Line]) -> Essential:
    """An essential that rests on these lines, with their references."""
    shown = tuple(some)
    where: dict[int, set[int]] = {}
    for line in shown:
        for reference in line.references:
            where.setdefault(reference.source, set()).update(reference.sentences)
    references = tuple(Reference(number, tuple(sorted(where[number]))) for number in sorted(where))
    return Essential(name, text, references, tuple(line.id for line in shown))


def last(name: str, timeline: Iterable[Line]) -> Essential:
    """The latest engagement that took place and has a date."""
    dated = [
        line for line in timeline if not line.depth and line.span.first and line.realization == "occurred"
    ]
    if not dated:
        return Essential(name, "No dated engagement on record took place.")
    newest = max(dated, key=lambda line: line.span.first)
    doubt = "DISPUTED: " * newest.disputed
    return essential(name, f"{doubt}{newest.when}: {newest.text}", [newest])


def due(timeline: Iterable[Line], promised: Collection[Line], day: str) -> Essential:
    """What is planned or promised next after ``day``, and what went past its date without a report."""
    planned = [line for line in timeline if line.realization in _AHEAD]
    promises = [line for line in promised if "open" in line.facts and line.span.end]
    both = [*planned, *promises]
    ahead = sorted(
        (line for line in both if line.span.last and line.span.last >= day), key=lambda x: x.span.last
    )
    undated = [line for line in planned if not line.span.last]
    past = [line for line in both if line.span.last and line.span.last < day]
    open_ended = sum("open" in line.facts and not line.span.end for line in promised)
    more = [
        *([f"{len(ahead) - 1} more with a date"] if len(ahead) > 1 else []),
        *([f"{len(undated)} planned without a date"] if undated else []),
        *([f"{open_ended} promised without a date"] if open_ended else []),
        *([f"{len(past)} past the date, not shown as done"] if past else []),
    ]
    text = "nothing on record is planned or promised for a later date"
    if ahead:
        word = "planned" if ahead[0] in planned else f"promised ({ahead[0].facts[1]})"
        text = f"{word}, {ahead[0].when or 'by ' + ahead[0].span.last}: {ahead[0].text.rstrip('.')}"
    whole = "; ".join([text[0].upper() + text[1:], *more]) + "."
    return essential("Next due", whole, [*ahead, *undated, *past])


def promises(promised: tuple[Line, ...]) -> Essential:
    """How many promises are open, how firm they are, and how many are shown as done."""
    waiting = [line for line in promised if "open" in line.facts]
    done = len(promised) - len(waiting)
    if not promised:
        return Essential("Open promises", "No promise is on record.")
    degrees: dict[str, int] = {}
    for line in waiting:
        degrees[line.facts[1]] = degrees.get(line.facts[1], 0) + 1
    firm = ", ".join(f"{number} {degree}" for degree, number in degrees.items())
    dated = sum(bool(line.span.end) for line in waiting)
    text = (
        f"{len(waiting)} open ({firm}), {dated or 'none'} of them with a date"
        if waiting
        else "No promise is open"
    )
    return essential("Open promises", f"{text}; {done or 'none'} shown as done.", waiting)


def disputed(claims: Iterable[Line], timeline: Iterable[Line]) -> Essential:
    """What is disputed: both sides of the first dispute, how many more, and which engagements they touch."""
    sides = [line for line in claims if line.kind in (ONE_SIDE, OTHER_SIDE)]
    if not sides:
        return Essential("Disputed", "No record here contradicts another.")
    one, other, *rest = sides
    verdict = "; ".join(
        (*one.facts, *(f"of the latter: {fact}" for fact in other.facts if fact not in one.facts))
    )
    more = f" {len(rest) // 2} more." if rest else ""
    touched = [line.id for line in timeline if line.disputed]
    touches = f" It touches {', '.join(touched)}." if touched else ""
    text = f"{one.text} Against: {other.text}" + f" ({verdict})" * bool(verdict)
    return essential("Disputed", f"{text}{more}{touches}", sides)


def unknown(withheld: tuple[Line, ...], undated: tuple[str, ...]) -> Essential:
    """What the sources themselves leave open."""
    text = NOTHING_WITHHELD
    if withheld:
        more = f"; and on {len(withheld) - 1} more matters" if len(withheld) > 1 else ""
        text = f"{withheld[0].text}{more}."
    return essential("Not known", " ".join((text, *undated)), withheld)


def undated(timeline: Iterable[Line]) -> tuple[str, ...]:
    """A note that names the engagements without a date, if there are any."""
    some = [line.id for line in timeline if not line.depth and not line.span.first]
    return (f"Without a date: {', '.join(some)}.",) if some else ()


def silence(some: tuple[Line, ...], text: str) -> tuple[str, ...]:
    """What it means that there are no lines, where there are none."""
    return () if some else (text,)


def occasions(timeline: Iterable[Line]) -> dict[str, str]:
    """For each record of the timeline, when it was and the line that tells of it."""
    above: list[str] = []
    found = {}
    for line in timeline:
        above = [*above[: line.depth], line.when or (above[line.depth - 1] if line.depth else "")]
        found.update(dict.fromkeys(line.records, f"{above[-1]}, {line.id}"))
    return found
