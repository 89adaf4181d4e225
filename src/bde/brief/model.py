"""What a briefing says, apart from how it looks: every rendering starts here, and this knows none of them."""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Reference:
    """Where something stands: the number of a source in the briefing, and its sentence numbers, if any."""

    source: int
    sentences: tuple[int, ...]


@dataclass(frozen=True)
class Span:
    """The bounds of a time as ISO 8601 days, empty where no source gives one."""

    start: str = ""
    started_by: str = ""
    lasted_to: str = ""
    end: str = ""

    @property
    def first(self) -> str:
        """The earliest day given, or the empty string."""
        return self.start or self.started_by or self.lasted_to or self.end

    @property
    def last(self) -> str:
        """The latest day given, or the empty string."""
        return self.end or self.lasted_to or self.started_by or self.start


@dataclass(frozen=True)
class Line:
    """One statement with its records, the ``facts`` in brackets after it, and how well it stands.

    ``id`` names the line within its briefing (``E4``); ``depth`` is how deep it stands below the line before
    it. ``kind`` is what sort of thing it tells of, ``when`` its time in figures. ``realization`` is how far
    an engagement came about, empty for what is none. ``column`` is what it says under the heading of the
    column of its section, empty where that has none. ``inferred`` are the properties of its records that the
    editors inferred; ``manner`` is how the sources put it where none of them asserts it itself, ``word_of``
    on whose word. ``maybe_later`` says that each of its sources may have been published after the day of the
    briefing, ``hindsight`` that a part of one of its records came from such a later source and was taken
    away, so that its wording may tell more than was known on the day.
    """

    text: str
    records: tuple[str, ...] = ()
    kind: str = ""
    facts: tuple[str, ...] = ()
    id: str = ""
    depth: int = 0
    when: str = ""
    span: Span = Span()
    realization: str = ""
    column: str = ""
    disputed: bool = False
    references: tuple[Reference, ...] = ()
    inferred: tuple[str, ...] = ()
    manner: str = ""
    word_of: tuple[str, ...] = ()
    maybe_later: bool = False
    hindsight: bool = False


@dataclass(frozen=True)
class Essential:
    """One of the few things to know first, with the lines of the briefing that say more (``see``)."""

    name: str
    text: str
    references: tuple[Reference, ...] = ()
    see: tuple[str, ...] = ()


@dataclass(frozen=True)
class Section:
    """A heading, its lines, and the saved questions it comes from.

    ``intro`` is what holds for every line, ``notes`` say what is absent; ``drawn`` is a timeline; ``column``
    is the heading of what every line says besides, or empty.
    """

    title: str
    lines: tuple[Line, ...]
    notes: tuple[str, ...]
    questions: tuple[str, ...]
    intro: str = ""
    drawn: bool = False
    column: str = ""


@dataclass(frozen=True)
class Source:
    """A source as its catalogue data describe it; ``sentences`` are those this briefing rests on."""

    number: int
    iri: str
    label: str
    title: str
    publisher: str
    published: str
    address: str
    sentences: tuple[int, ...]
    maybe_later: bool = False


@dataclass(frozen=True)
class LeftOut:
    """How many records ``on`` or ``since`` kept out of the briefing, and why."""

    records: int
    why: str


@dataclass(frozen=True)
class Brief:
    """A briefing about a pair of states or about a person.

    ``subjects`` are their labels. ``day`` is the day by which dates are judged: ``on`` where one was asked
    for, else the last day given for the publication of a source, else empty.
    """

    kind: str
    subjects: tuple[str, ...]
    on: str
    since: str
    day: str
    essentials: tuple[Essential, ...]
    sections: tuple[Section, ...]
    sources: tuple[Source, ...]
    left_out: tuple[LeftOut, ...] = ()

    @property
    def lines(self) -> Iterator[Line]:
        """Every line of every section, in order."""
        return (line for section in self.sections for line in section.lines)

    @property
    def title(self) -> str:
        """What the briefing is about and for which days."""
        about = " and ".join(self.subjects)
        what = f"{about}: defense engagement on record"
        return what + f", since {self.since}" * bool(self.since) + f", as of {self.on}" * bool(self.on)

    @property
    def reading(self) -> tuple[str, ...]:
        """How to read it, in a few sentences."""
        return (
            "Brackets end each statement: [source: sentences]; what they call inferred is the editors' "
            "conclusion, not stated. A level runs from 1, a head of state, government or ruling party, to 6, "
            "the working level.",
            "Planned is not done, discussed is not agreed, claimed is not known. What no source says is "
            "absent, which does not mean no.",
            *(
                ["“Possibly later” marks what rests on sources that may have been published after the day."]
                if any(line.maybe_later for line in self.lines)
                else []
            ),
            *(
                ["“Hindsight” marks what a later source added to: the wording may tell more than was known."]
                if any(line.hindsight for line in self.lines)
                else []
            ),
            *([f"Dates are judged by {self._judged}."] if self.day else []),
            *(f"Left out: {left.records} records {left.why}." for left in self.left_out),
        )

    @property
    def _judged(self) -> str:
        return self.day if self.on else f"{self.day}, the latest day that a source here is known to reach"
