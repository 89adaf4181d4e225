"""Engagements for the pages that show many: when, of which kind, at which level, between which states.

One query for each column, whatever the number of engagements. As in the timeline of a pair, a part stands
under the dates, the level and the parties of its whole where it has none of its own, and a pair of states is
on record where a record makes both parties to it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

from bde.brief import timelines
from bde.brief.model import Span
from bde.namespaces import CONCEPT
from bde.site import addresses
from bde.site.dating import within
from bde.site.reading import Reader

LEVELS = ("1", "2", "3", "4", "5", "6", "")
_AHEAD = ("proposed", "invited", "planned", "announced", "postponed")
_PARTIES = """SELECT DISTINCT ?record ?state {
  ?record (bde:party|bde:visitingParty|bde:hostParty)/bde:ofState? ?state . ?state a bde:State
}"""
_LEVELS = f"""SELECT ?occasion (MIN(STR(?notation)) AS ?level) {{
  ?participation bde:inEngagement ?occasion ; bde:role ?role ;
    bde:inCapacity/bde:post/bde:level/skos:notation ?notation .
  FILTER(?role != <{CONCEPT}role-inviter>)
}} GROUP BY ?occasion"""


@dataclass(frozen=True)
class Pair:
    """Two states in the order of their labels, with the page of their briefing."""

    a: str
    b: str
    label: str
    page: str


@dataclass(frozen=True)
class Occasion:
    """An engagement with what it is sorted and filtered by.

    ``level`` is a digit, 1 for the most senior, or empty; ``level_name`` says it in words; ``part`` says that
    it is part of another.
    """

    iri: str
    label: str
    page: str
    kind: str
    when: str
    span: Span
    level: str
    level_name: str
    realization: str
    disputed: bool
    pairs: tuple[Pair, ...]
    part: bool

    @property
    def year(self) -> str:
        """The year in which it may have begun first, or the empty string."""
        return self.span.first[:4]

    @property
    def came_about(self) -> bool:
        """Whether it is on record as having taken place, or going on."""
        return self.realization in ("", "occurred", "ongoing", "recurring")

    @property
    def ahead(self) -> bool:
        """Whether it is on record as a plan alone."""
        return self.realization in _AHEAD


class Occasions:
    """All engagements of a graph, and the pairs of states on record."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._wholes: dict[str, list[str]] = {}
        for part, whole in reader.rows(
            "SELECT ?part ?whole { ?part bde:partOf ?whole } ORDER BY ?part ?whole"
        ):
            self._wholes.setdefault(str(part), []).append(str(whole))
        self._level = {str(o): str(level) for o, level in reader.rows(_LEVELS)}
        self._states: dict[str, set[str]] = {}
        for record, state in reader.rows(_PARTIES):
            self._states.setdefault(str(record), set()).add(str(state))
        self.pairs = self._pairs()
        self._of_record: dict[frozenset[str], Pair] = {frozenset((p.a, p.b)): p for p in self.pairs}

    @cached_property
    def all(self) -> tuple[Occasion, ...]:
        """Every engagement, in the order of time, those without a date last."""
        kinds = self._column("?record bde:engagementKind ?value")
        realized = self._column("?record bde:realization ?value")
        times = self._column("?record bde:time ?value")
        some = [self._occasion(iri, kinds, realized, times) for iri in sorted(kinds)]
        return tuple(sorted(some, key=lambda one: (one.span.first or "9", one.label, one.iri)))

    @cached_property
    def by_iri(self) -> Mapping[str, Occasion]:
        """The engagements by their IRI."""
        return {one.iri: one for one in self.all}

    @cached_property
    def of_pair(self) -> Mapping[Pair, tuple[Occasion, ...]]:
        """The engagements of each pair, in the order of time."""
        found: dict[Pair, list[Occasion]] = {}
        for one in self.all:
            for pair in one.pairs:
                found.setdefault(pair, []).append(one)
        return {pair: tuple(some) for pair, some in found.items()}

    def states_of(self, iri: str) -> frozenset[str]:
        """The states that are party to a record or to what it is part of."""
        return frozenset(state for each in self.line(iri) for state in self._states.get(each, ()))

    def pairs_of(self, states: Iterable[str]) -> tuple[Pair, ...]:
        """The pairs among these states, by label."""
        found = (self._of_record[frozenset(two)] for two in combinations(sorted(states), 2))
        return tuple(sorted(found, key=lambda pair: pair.label))

    def line(self, iri: str) -> list[str]:
        """A record and all that it is part of, the nearest first; a circle is walked once."""
        line = [iri]
        for each in line:  # which grows on the way
            line += [whole for whole in self._wholes.get(each, ()) if whole not in line]
        return line

    def _column(self, pattern: str) -> dict[str, str]:
        rows = self._reader.rows(f"SELECT ?record (MIN(STR(?value)) AS ?v) {{ {pattern} }} GROUP BY ?record")
        return {str(record): str(value) for record, value in rows}

    def _pairs(self) -> tuple[Pair, ...]:
        label = self._reader.label
        two = {frozenset(two) for r in self._states for two in combinations(sorted(self.states_of(r)), 2)}
        named = (sorted(states, key=lambda state: (label(state), state)) for states in two)
        made = [Pair(a, b, f"{label(a)} and {label(b)}", pair_page(a, b)) for a, b in named]
        return tuple(sorted(made, key=lambda pair: (pair.label, pair.page)))

    def _occasion(
        self, iri: str, kinds: Mapping[str, str], realized: Mapping[str, str], times: Mapping[str, str]
    ) -> Occasion:
        reader, line = self._reader, self.line(iri)
        rows = [
            reader.dates.bounds(times[each]) for each in line[: 1 if iri in times else None] if each in times
        ]
        level = next((self._level[each] for each in line if each in self._level), "")
        rows = rows or list(filter(None, [reader.dates.around(iri)]))
        row = max(rows, key=lambda row: (row["start"] or row["started_by"], row["end"]), default=None)
        return Occasion(
            iri,
            reader.label(iri),
            addresses.page(iri),
            reader.label(kinds[iri]),
            within(timelines.when(row), own=iri in times or bool(row["around"])) if row else "",
            Span(row["start"], row["started_by"] or row["around"], row["lasted_to"], row["end"])
            if row
            else Span(),
            level,
            f"{level} {reader.label(f'{CONCEPT}level-{level}')}" if level else "",
            reader.label(realized[iri]) if iri in realized else "",
            iri in reader.disputed,
            self.pairs_of(self.states_of(iri)),
            iri in self._wholes,
        )


def pair_page(a: str, b: str) -> str:
    """The page of the briefing of two states, whatever their order."""
    one, other = sorted(addresses.plain(state.rpartition("/")[2]) for state in (a, b))
    return f"pair/{one}-{other}.html"
