"""The few things to know first, drawn from the lines of a briefing, and what its sections do not hold."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping

from bde.brief.lines import LEFT_OPEN, NONE, ONE_SIDE, OTHER_SIDE, STANCES, WITHHELD
from bde.brief.model import Essential, Line, Reference

# The heading of whether something was withheld or left open, and what the two mean.
SILENCE = "Withheld or left open"
SILENCES = (
    "Withheld: a source says that it was not made public. Left open: a source tells of the matter and does "
    "not say this."
)
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
    """The latest engagement that took place and has a date, with who led it."""
    dated = [
        line for line in timeline if not line.depth and line.span.first and line.realization == "occurred"
    ]
    if not dated:
        return Essential(name, "No dated engagement on record took place.")
    newest = max(dated, key=lambda line: line.span.first)
    doubt = "DISPUTED: " * newest.disputed
    text = f"{doubt}{newest.when}: {newest.text}"
    for fact in newest.facts:
        if fact.startswith("head: "):
            text = f"{text.rstrip('.')} ({fact})."
    return essential(name, text, [newest])


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
        return Essential("Open promises", f"Promises: {NONE}.")
    degrees: dict[str, int] = {}
    for line in waiting:
        degrees[line.facts[1]] = degrees.get(line.facts[1], 0) + 1
    firm = ", ".join(f"{number} {degree}" for degree, number in degrees.items())
    dated = sum(bool(line.span.end) for line in waiting)
    text = f"{len(waiting)} open ({firm}), with a date: {dated or NONE}" if waiting else f"Open: {NONE}"
    return essential("Open promises", f"{text}; shown as done: {done or NONE}.", waiting)


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


def unknown(silences: tuple[Line, ...], undated: tuple[str, ...]) -> Essential:
    """What was withheld, which comes first, and what the sources leave open."""
    some = sorted(silences, key=lambda line: line.column != WITHHELD)
    text = f"Withheld or left open: {NONE}."
    if some:
        left = Counter(line.column for line in some[1:])
        more = "".join(f"; {number} more {silence}" for silence, number in left.items())
        text = f"{some[0].column.capitalize()} {some[0].text[:1].lower()}{some[0].text[1:]}{more}."
    return essential("Not known", " ".join((text, *undated)), silences)


def undated(timeline: Iterable[Line]) -> tuple[str, ...]:
    """A note that names the engagements without a date, if there are any."""
    some = [line.id for line in timeline if not line.depth and not line.span.first]
    return (f"Without a date: {', '.join(some)}.",) if some else ()


def absent(parts: Mapping[str, Collection[object]]) -> tuple[str, ...]:
    """A note that names the parts of a section that have no lines, if there are any."""
    missing = [name for name, some in parts.items() if not some]
    return (f"{NONE.capitalize()}: {'; '.join(missing)}.",) if missing else ()


def absent_plans(timeline: Collection[Line]) -> tuple[str, ...]:
    """What of engagements and plans of engagements is not on record."""
    planned = [line for line in timeline if line.realization in _AHEAD]
    return absent({"engagements": timeline, "engagements planned and not yet held": planned})


def absent_stances(topics: Collection[Line]) -> tuple[str, ...]:
    """How far no topic is on record as having gone."""
    told = {stance: [x for x in topics if x.text.startswith(stance.capitalize())] for stance in STANCES}
    return absent({f"topics {stance}": some for stance, some in told.items()})


def silences(some: Collection[Line]) -> tuple[str, ...]:
    """What withheld and left open mean, and which of the two is not on record."""
    told = {name: [line for line in some if line.column == name] for name in (WITHHELD, LEFT_OPEN)}
    return (*((SILENCES,) if some else ()), *absent({f"matters {name}": of for name, of in told.items()}))


def occasions(timeline: Iterable[Line]) -> dict[str, str]:
    """For each record of the timeline, when it was and the line that tells of it."""
    above: list[str] = []
    found = {}
    for line in timeline:
        above = [*above[: line.depth], line.when or (above[line.depth - 1] if line.depth else "")]
        found.update(dict.fromkeys(line.records, f"{above[-1]}, {line.id}"))
    return found
