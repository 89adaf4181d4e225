"""The words that the renderings share: how a line goes on after its statement."""

from bde.brief.model import Line, Reference, Source

_DONE = ("", "occurred")


def details(line: Line, column: str = "") -> str:
    """What stands in round brackets after a statement: how far it came, its kind, its facts.

    ``column`` is the heading of what the line says besides, where that has no column of its own.
    """
    realization = "" if line.realization in _DONE else line.realization
    if realization not in ("", "ongoing", "recurring"):
        realization = realization.upper()
    besides = f"{column.lower()}: {line.column}" if column else ""
    return "; ".join(filter(None, (realization, line.kind, besides, *line.facts)))


def bracket(references: tuple[Reference, ...]) -> str:
    """References as ``1: 3, 4; 2: 15``: the number of a source and the sentences of it."""
    return "; ".join(
        f"{where.source}: {', '.join(map(str, where.sentences))}" if where.sentences else str(where.source)
        for where in references
    )


def remarks(line: Line) -> str:
    """What a reader must know of how well a line stands."""
    said = (
        "DISPUTED" * line.disputed,
        f"{line.manner} ({' and '.join(line.word_of) or 'by whom is not said'})" * bool(line.manner),
        f"inferred: {', '.join(line.inferred)}" * bool(line.inferred),
        "possibly later" * line.maybe_later,
        "hindsight" * line.hindsight,
    )
    return "; ".join(filter(None, said))


def statement(line: Line, column: str = "") -> str:
    """A line without its evidence: time, text and details, ``column`` as for these."""
    when = f"{line.when}: " * bool(line.when)
    more = details(line, column)
    return f"{when}{line.text}" + f" ({more})" * bool(more)


def standing(line: Line) -> str:
    """What stands in square brackets at the end: references and remarks."""
    return "; ".join(filter(None, (bracket(line.references), remarks(line))))


def catalogue(source: Source) -> str:
    """Title, publisher and date of a source, and which sentences of it the briefing rests on."""
    title = f"“{source.title}”" if source.title else source.label
    publisher = source.publisher if source.title or not source.label.startswith(source.publisher) else ""
    published = source.published if source.title or source.published not in source.label else ""
    facts = ", ".join(filter(None, (publisher, published)))
    numbers = ", ".join(map(str, source.sentences))
    used = f" Sentence{'s' * (len(source.sentences) > 1)} {numbers}." if numbers else ""
    later = " May have been published after the day of this briefing." * source.maybe_later
    return "; ".join(filter(None, (title, facts))) + f".{used}{later}"
