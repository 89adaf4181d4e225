"""Where things stand in the pictures: geometry alone, in units of the drawing."""

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from math import cos, pi, sin

from bde.brief.model import Span
from bde.brief.rendering.chart import Scale, Tick
from bde.site.occasions import Occasion, Pair

WIDTH, GUTTER, TOP = 1000, 230, 26
_LEAST, _MARK, _BETWEEN = 6.0, 11, 9  # the narrowest mark, its height, what lies between two lanes
_CELL, _RADIUS, _AROUND = 26, 250, 190


@dataclass(frozen=True)
class Mark:
    """An engagement at its place in the lane of a pair."""

    occasion: Occasion
    lane: str
    x: float
    y: int
    width: float


@dataclass(frozen=True)
class Lane:
    """A row of a picture: its name, the page it leads to, and where it begins."""

    name: str
    page: str
    y: int
    height: int


@dataclass(frozen=True)
class Lanes:
    """Engagements as marks over years, a lane for each pair of states."""

    marks: tuple[Mark, ...]
    lanes: tuple[Lane, ...]
    ticks: tuple[Tick, ...]
    years: str
    height: int
    width: int = WIDTH
    gutter: int = GUTTER


def lanes(occasions: Sequence[Occasion]) -> Lanes | None:
    """The dated ones of these engagements, side by side where they overlap; ``None`` where there are none."""
    dated = [one for one in occasions if one.span.first]
    if not dated:
        return None
    scale = Scale(
        min(one.span.first for one in dated), max(one.span.last for one in dated), GUTTER, WIDTH - 14
    )
    rows: dict[tuple[str, str], list[Occasion]] = {}
    for one in dated:
        for name, page in [(pair.label, pair.page) for pair in one.pairs] or [("no pair of states", "")]:
            rows.setdefault((name, page), []).append(one)
    marks, drawn, y = [], [], TOP
    for (name, page), some in sorted(rows.items()):
        free: list[float] = []  # where each line of the lane is free again
        for one in some:
            x = scale.x(one.span.first)
            width = round(max(scale.x(one.span.last) - x, _LEAST), 1)
            line = next((number for number, until in enumerate(free) if until <= x), len(free))
            free[line : line + 1] = [x + width + 1]
            marks.append(Mark(one, name, x, y + line * (_MARK + 1), width))
        height = len(free) * (_MARK + 1) + _BETWEEN
        drawn.append(Lane(name, page, y, height))
        y += height
    return Lanes(tuple(marks), tuple(drawn), scale.ticks(), scale.years, y)


@dataclass(frozen=True)
class Cell:
    """The engagements of a pair in a year: how many, how many of them disputed, how many at each level.

    The most senior stands first in ``levels``.
    """

    pair: Pair
    year: str
    number: int
    disputed: int
    levels: tuple[tuple[str, int], ...]
    x: int
    y: int

    @property
    def level(self) -> str:
        """The most senior level, a digit, or empty where none is known."""
        return self.levels[0][0]


@dataclass(frozen=True)
class Matrix:
    """Pairs by year; ``ticks`` are the years with an engagement, ``lanes`` the pairs."""

    cells: tuple[Cell, ...]
    ticks: tuple[Tick, ...]
    lanes: tuple[Lane, ...]
    width: int
    height: int
    cell: int = _CELL


def matrix(occasions: Iterable[Occasion], pairs: Container[Pair]) -> Matrix | None:
    """The engagements of these pairs that are dated and came about, by year; ``None`` for none."""
    counted: dict[Pair, dict[str, dict[str, int]]] = {}
    doubted: dict[tuple[Pair, str], int] = {}
    for one in occasions:
        if one.year and one.came_about:
            for pair in filter(pairs.__contains__, one.pairs):
                levels = counted.setdefault(pair, {}).setdefault(one.year, {})
                levels[one.level] = levels.get(one.level, 0) + 1
                doubted[pair, one.year] = doubted.get((pair, one.year), 0) + one.disputed
    if not counted:
        return None
    years = sorted({year for some in counted.values() for year in some})
    columns = {year: GUTTER + number * _CELL for number, year in enumerate(years)}
    cells, drawn = [], []
    for row, pair in enumerate(sorted(counted, key=lambda pair: (pair.label, pair.page))):
        y = TOP + 14 + row * _CELL
        drawn.append(Lane(pair.label, pair.page, y, _CELL))
        for year, levels in sorted(counted[pair].items()):
            known = tuple(sorted(levels.items(), key=lambda each: each[0] or "9"))
            number, disputed = sum(levels.values()), doubted[pair, year]
            cells.append(Cell(pair, year, number, disputed, known, columns[year], y))
    ticks = tuple(Tick(x + _CELL / 2, year) for year, x in columns.items())
    width = GUTTER + len(columns) * _CELL + 14
    return Matrix(tuple(cells), ticks, tuple(drawn), width, TOP + 14 + len(drawn) * _CELL + 8)


@dataclass(frozen=True)
class Dot:
    """A person of the network: where the dot stands, and how the name beside it is turned."""

    iri: str
    x: float
    y: float
    turn: float
    outward: bool


@dataclass(frozen=True)
class Tie:
    """Two persons who met: a curve, how often, and whether any of these meetings is disputed."""

    one: str
    other: str
    path: str
    times: int
    disputed: bool


@dataclass(frozen=True)
class Network:
    """Persons on a circle in the given order, and who met whom."""

    dots: tuple[Dot, ...]
    ties: tuple[Tie, ...]
    size: int = 2 * (_RADIUS + _AROUND)


def network(persons: Sequence[str], met: Iterable[tuple[str, str, int, bool]]) -> Network:
    """The network of these persons (IRIs), those beside each other on the circle who stand so in the list."""
    middle = _RADIUS + _AROUND
    dots = {}
    for number, iri in enumerate(persons):
        angle = 2 * pi * number / len(persons) - pi / 2
        x, y = middle + _RADIUS * cos(angle), middle + _RADIUS * sin(angle)
        outward = cos(angle) >= -1e-9
        turn = angle * 180 / pi + (0 if outward else 180)
        dots[iri] = Dot(iri, round(x, 1), round(y, 1), round(turn, 1), outward)
    ties = []
    for one, other, times, disputed in met:
        a, b = dots[one], dots[other]
        ties.append(Tie(one, other, f"M{a.x} {a.y}Q{middle} {middle} {b.x} {b.y}", times, disputed))
    return Network(tuple(dots.values()), tuple(ties))


@dataclass(frozen=True)
class Stretch:
    """A time a picture shows: from ``x`` over ``width``, ``open`` where no end is known."""

    sort: str
    x: float
    width: float
    open: bool


@dataclass(frozen=True)
class Row:
    """A line of the picture of plans: its name and what it shows, from ``x`` to ``until`` in all."""

    iri: str
    name: str
    disputed: bool
    y: int
    stretches: tuple[Stretch, ...]
    x: float
    until: float


@dataclass(frozen=True)
class Bars:
    """What was to be and what was, over years: a row for each record."""

    rows: tuple[Row, ...]
    ticks: tuple[Tick, ...]
    years: str
    height: int
    width: int = WIDTH
    gutter: int = 380


def bars(records: Iterable[tuple[str, str, bool, Sequence[tuple[str, Span]]]]) -> Bars | None:
    """Rows of (IRI, name, whether disputed, dated spans each with what it is); ``None`` without a span."""
    dated = [row for row in records if row[3]]
    if not dated:
        return None
    every = [span for _, _, _, spans in dated for _, span in spans]
    scale = Scale(min(s.first for s in every), max(s.last for s in every), Bars.gutter, WIDTH - 24)
    rows = []
    for number, (iri, name, disputed, spans) in enumerate(dated):
        stretches = []
        for sort, span in spans:
            x = scale.x(span.first)
            width = round(max(scale.x(span.last) - x, _LEAST), 1)
            stretches.append(Stretch(sort, x, width, not span.end))
        until = max(each.x + each.width for each in stretches)
        first = min(each.x for each in stretches)
        rows.append(Row(iri, name, disputed, TOP + number * 22, tuple(stretches), first, until))
    return Bars(tuple(rows), scale.ticks(), scale.years, TOP + len(rows) * 22 + 6)
