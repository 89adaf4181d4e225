"""Where the bars of a timeline stand: geometry alone, in units of the drawing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from bde.brief.model import Line

WIDTH, GUTTER, ROW, TOP = 720, 250, 22, 26
_LEAST = 7  # the narrowest bar that is still seen
_MOST_TICKS = 10
_STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)  # years from one tick to the next


@dataclass(frozen=True)
class Bar:
    """One line of the timeline: somewhere from ``x`` over ``width``, surely from ``sure_x`` over ``sure``.

    ``sure`` is 0 where no day is known on which it was going on; ``open`` says that no source gives its end.
    """

    line: Line
    x: float
    y: int
    width: float
    sure_x: float
    sure: float
    open: bool
    came_about: bool


@dataclass(frozen=True)
class Tick:
    """A year at its place."""

    x: float
    label: str


@dataclass(frozen=True)
class Chart:
    """The whole drawing: the first and last of its ``years``, and the ``undated`` lines it cannot hold."""

    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]
    undated: tuple[Line, ...]
    years: str
    height: int
    width: int = WIDTH
    gutter: int = GUTTER


class Scale:
    """Years along a line: where days stand between ``left`` and ``right``, and where the years begin."""

    def __init__(self, first: str, last: str, left: float, right: float) -> None:
        """From the year of the day ``first`` to the end of that of ``last`` (ISO 8601)."""
        self.first, self.after = int(first[:4]), int(last[:4]) + 1
        self._left, self._width = left, right - left

    @property
    def years(self) -> str:
        """The years in words."""
        return f"{self.first} to {self.after - 1}" if self.after - 1 > self.first else str(self.first)

    def x(self, day: str) -> float:
        """Where a day stands."""
        share = (_decimal(day) - self.first) / (self.after - self.first)
        return round(self._left + self._width * share, 1)

    def ticks(self, most: int = _MOST_TICKS) -> tuple[Tick, ...]:
        """The years to name, about ``most`` of them."""
        step = next(step for step in _STEPS if (self.after - self.first) / step <= most)
        years = range(-(-self.first // step) * step, self.after + 1, step)
        return tuple(Tick(self.x(f"{year:04}-01-01"), str(year)) for year in years)


def chart(lines: Iterable[Line]) -> Chart:
    """The drawing of the lines that do not stand below another."""
    whole = [line for line in lines if not line.depth]
    dated = [line for line in whole if line.span.first]
    undated = tuple(line for line in whole if not line.span.first)
    if not dated:
        return Chart((), (), undated, "", 0)
    scale = Scale(
        min(line.span.first for line in dated), max(line.span.last for line in dated), GUTTER, WIDTH - 12
    )
    x = scale.x
    bars = []
    for number, line in enumerate(dated):
        span = line.span
        begin, end = x(span.first), x(span.last)
        surely = x(span.started_by) if span.started_by else 0.0
        until = x(span.lasted_to or span.started_by) if surely else 0.0
        took_place = line.realization in ("", "occurred", "ongoing", "recurring")
        bars.append(
            Bar(
                line,
                begin,
                TOP + number * ROW,
                round(max(end - begin, _LEAST), 1),
                surely,
                round(max(until - surely, _LEAST), 1) if took_place and surely and until >= surely else 0.0,
                not span.end,
                took_place,
            )
        )
    return Chart(tuple(bars), scale.ticks(), undated, scale.years, TOP + len(bars) * ROW + 6)


def _decimal(day: str) -> float:
    known = date.fromisoformat(day)
    begin, end = date(known.year, 1, 1), date(known.year, 12, 31)
    return known.year + (known - begin).days / ((end - begin).days + 1)
