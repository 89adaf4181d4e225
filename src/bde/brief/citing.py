"""Where the records of a briefing stand in their sources, and how well: stated or inferred, on whose word."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from bde import namespaces
from bde.brief import timelines
from bde.brief.model import Line, Reference, Source
from bde.store import Answer

Query = Callable[[str], Answer]

_PREFIXES = f"""
PREFIX bde: <{namespaces.BDE}>
PREFIX bdec: <{namespaces.CONCEPT}>
PREFIX rdfs: <{namespaces.OUTSIDE["rdfs"]}>
"""
_CITED = """
SELECT DISTINCT ?record ?source ?number ?basis ?property ?stance ?claimant WHERE {
  VALUES ?record { %s }
  ?record bde:evidence ?evidence .
  ?evidence bde:basis ?basis ; bde:passage?/bde:fromSource ?source .
  OPTIONAL { ?evidence bde:passage ?passage . ?passage bde:fromSource ?source ; bde:sentenceNumber ?number }
  OPTIONAL { ?evidence bde:backs/rdfs:label ?property }
  OPTIONAL { ?evidence bde:stance/rdfs:label ?stance }
  OPTIONAL { ?evidence bde:accordingTo/rdfs:label ?claimant }
} ORDER BY ?record ?source ?number ?basis ?property ?stance ?claimant
"""
_SOURCES = """
SELECT ?source ?label ?title ?publisher ?address ?start ?started_by ?lasted_to ?end ?precision WHERE {
  VALUES ?source { %s }
  ?source rdfs:label ?label .
  OPTIONAL { ?source bde:sourceTitle ?title }
  OPTIONAL { ?source bde:publisher/rdfs:label ?publisher }
  OPTIONAL { ?source bde:webAddress ?address }
  OPTIONAL { ?source bde:publicationTime/bde:earliestStart ?start }
  OPTIONAL { ?source bde:publicationTime/bde:latestStart ?started_by }
  OPTIONAL { ?source bde:publicationTime/bde:earliestEnd ?lasted_to }
  OPTIONAL { ?source bde:publicationTime/bde:latestEnd ?end }
  OPTIONAL { ?source bde:publicationTime/bde:precision/rdfs:label ?precision }
} ORDER BY ?source ?title ?publisher ?address
"""
# Stances that the line itself already tells: that something is planned, or was withheld.
_PLAIN = {"asserted", "planned or intended", "not disclosed"}


@dataclass
class _Standing:
    """How one record stands: source -> sentences, and what is special about its evidence.

    ``asserted`` says that a source states something of it as its own word; what the editors inferred from the
    words of somebody else remains the word of that other.
    """

    sentences: dict[str, set[int]] = field(default_factory=dict)
    inferred: set[str] = field(default_factory=set)
    asserted: bool = False
    stances: set[str] = field(default_factory=set)
    claimants: set[str] = field(default_factory=set)


class Citations:
    """The evidence of some records: ``cite`` puts it into lines, ``sources`` lists where it stands."""

    def __init__(self, query: Query, records: Iterable[str], on: str = "", hindsight: Iterable[str] = ()):
        """``on`` is the day of the briefing or empty, ``hindsight`` the records cut down to that day."""
        self._query, self._on, self._hindsight = query, on, frozenset(hindsight)
        self._standing: dict[str, _Standing] = {}
        told = " ".join(f"<{iri}>" for iri in sorted(set(records)))
        for record, source, number, basis, name, stance, claimant in query(_PREFIXES + _CITED % told).rows:
            standing = self._standing.setdefault(str(record), _Standing())
            sentences = standing.sentences.setdefault(str(source), set())
            sentences.update(() if number is None else (int(str(number)),))
            inferred = str(basis) == namespaces.CONCEPT + "basis-inferred"
            standing.inferred.update((str(name),) if inferred and name is not None else ())
            standing.asserted |= str(stance) == "asserted" and not inferred
            standing.stances.update(() if stance is None else (str(stance),))
            standing.claimants.update(() if claimant is None else (str(claimant),))
        self.sources = self._sources()
        self._number = {source.iri: source.number for source in self.sources}
        self._late = {source.number for source in self.sources if source.maybe_later}

    @property
    def newest(self) -> str:
        """The last day given for the publication of a source, or the empty string."""
        return max((end or start for start, end in self._published.values()), default="")

    def cite(self, line: Line) -> Line:
        """The line with its references and with how its records stand."""
        standings = [self._standing[record] for record in line.records if record in self._standing]
        where: dict[int, set[int]] = {}
        for standing in standings:
            for source, sentences in standing.sentences.items():
                where.setdefault(self._number[source], set()).update(sentences)
        manner, claimants = _manner(standings)
        return replace(
            line,
            references=tuple(Reference(n, tuple(sorted(where[n]))) for n in sorted(where)),
            inferred=tuple(sorted(set().union(*(standing.inferred for standing in standings)))),
            manner=manner,
            word_of=claimants,
            maybe_later=bool(where) and set(where) <= self._late,
            hindsight=any(record in self._hindsight for record in line.records),
        )

    def published_since(self, day: str) -> set[str]:
        """The records of which a source was surely published on or after this day."""
        fresh = {iri for iri, (start, _) in self._published.items() if start and start >= day}
        return {record for record, standing in self._standing.items() if fresh & set(standing.sentences)}

    def of(self, records: Iterable[str]) -> "Citations":
        """The evidence of these records alone."""
        return Citations(self._query, records, self._on, self._hindsight)

    def _sources(self) -> tuple[Source, ...]:
        used: dict[str, set[int]] = {}
        for standing in self._standing.values():
            for source, sentences in standing.sentences.items():
                used.setdefault(source, set()).update(sentences)
        answer = self._query(_PREFIXES + _SOURCES % " ".join(f"<{iri}>" for iri in sorted(used)))
        rows = [
            dict(zip(answer.columns, ("" if v is None else str(v) for v in r), strict=True))
            for r in answer.rows
        ]
        rows = list({row["source"]: row for row in reversed(rows)}.values())
        rows.sort(key=lambda row: (row["start"] or "9", row["source"]))
        self._published = {row["source"]: (row["start"], row["end"]) for row in rows}
        return tuple(
            Source(
                number,
                row["source"],
                row["label"],
                row["title"],
                row["publisher"],
                published(row),
                row["address"],
                tuple(sorted(used[row["source"]])),
                bool(self._on) and not (row["end"] and row["end"] <= self._on),
            )
            for number, row in enumerate(rows, 1)
        )


def published(row: Mapping[str, str]) -> str:
    """When a source was published, no finer than it is known, from the bounds and precision of that time."""
    if row["precision"] == "open" or not (row["start"] or row["end"]):
        bound = (
            f", {row['start']} or later"
            if row["start"]
            else f", {row['end']} or before"
            if row["end"]
            else ""
        )
        return f"undated{bound}"
    return timelines.when({**row, "around": ""})


def _manner(standings: list[_Standing]) -> tuple[str, tuple[str, ...]]:
    """How the sources put what none of them asserts, and on whose word; "partly" where that is not all."""
    others = [standing for standing in standings if not standing.asserted and standing.stances - _PLAIN]
    if not others:
        return "", ()
    stances = set().union(*(standing.stances for standing in others)) - _PLAIN
    claimants = set().union(*(standing.claimants for standing in others))
    partly = "partly " if len(others) < len(standings) else ""
    return partly + ", ".join(sorted(stances)), tuple(sorted(claimants))
