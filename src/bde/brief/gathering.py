"""The answers of saved questions for one briefing, kept to what its days allow, with their evidence."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from bde import namespaces, queries
from bde.brief.asof import Reading, reading
from bde.brief.citing import Citations, Query
from bde.brief.lines import Row
from bde.brief.model import LeftOut
from bde.queries import Question, Value
from bde.store import Store

# What to ask: key of the answer -> (short id of a saved question, its parameters)
Asked = Mapping[str, tuple[str, Mapping[str, Value | None]]]

Rows = dict[str, list[Row]]
# Columns of an answer that hold a record the briefing tells of.
_RECORDS = ("record", "other_record", "occasion", "fulfilment")

_DATED_SINCE = """
PREFIX bde: <%s>
PREFIX xsd: <%s>
SELECT DISTINCT ?record WHERE {
  VALUES ?record { %s }
  ?record (
    bde:about|bde:inEngagement|bde:partOf|bde:onMarginsOf|bde:mentionedAt|bde:madeAt|bde:signedAt
  )*/(bde:time|bde:due|bde:coveragePeriod|bde:statedPeriod)/(
    bde:latestEnd|bde:earliestEnd|bde:latestStart
  ) ?day .
  FILTER(?day >= "%s"^^xsd:date)
}
"""


@dataclass(frozen=True)
class Gathered:
    """The rows by key, their evidence, and what the days of the briefing left out."""

    rows: Mapping[str, list[Row]]
    citations: Citations
    left_out: tuple[LeftOut, ...]
    query: Query


def gather(
    store: Store,
    saved: Iterable[Question],
    asked: Asked,
    on: str,
    since: str,
    own: Callable[[Rows], Rows] = lambda rows: rows,
) -> Gathered:
    """Ask all that is asked, as of the day ``on`` and of what is new since ``since`` (ISO 8601, or empty).

    ``own`` leaves out the rows that a question without a fitting parameter gives too many.
    """
    questions = tuple(saved)
    whole = own(_ask(store, questions, asked))
    if not on:
        return _since(store.query, whole, Citations(store.query, records(whole)), since, ())
    known = reading(store, on)
    rows = own(_ask(known.store, questions, asked))
    left = _left_out(records(whole) - records(rows), known, on)
    citations = Citations(known.store.query, records(rows), on, known.cut)
    return _since(known.store.query, rows, citations, since, left)


def label(store: Store, iri: Value) -> str:
    """The label of an entity of the graph."""
    return str(
        store.query(f"SELECT ?label {{ <{iri}> <{namespaces.OUTSIDE['rdfs']}label> ?label }}").rows[0][0]
    )


def _ask(store: Store, questions: tuple[Question, ...], asked: Asked) -> Rows:
    rows: Rows = {}
    for key, (name, values) in asked.items():
        answer = store.query(queries.bind(queries.find(questions, name), values))
        rows[key] = [
            {column: "" if v is None else str(v) for column, v in zip(answer.columns, row, strict=True)}
            for row in answer.rows
        ]
    return rows


def _left_out(missing: set[str], known: Reading, on: str) -> tuple[LeftOut, ...]:
    later = len(missing & known.happened_later)
    unpublished = len(missing) - later
    return (
        *([LeftOut(unpublished, f"that only sources published after {on} tell of")] if unpublished else []),
        *([LeftOut(later, f"of what happened after {on}")] if later else []),
    )


def _since(query: Query, rows: Rows, citations: Citations, since: str, left: tuple[LeftOut, ...]) -> Gathered:
    if not since:
        return Gathered(rows, citations, left, query)
    all_of_them = records(rows)
    written = " ".join(f"<{iri}>" for iri in sorted(all_of_them))
    dated = query(_DATED_SINCE % (namespaces.BDE, namespaces.OUTSIDE["xsd"], written, since))
    fresh = citations.published_since(since) | {str(row[0]) for row in dated.rows}
    kept = {
        key: [row for row in some if fresh & {row.get(name, "") for name in _RECORDS}]
        for key, some in rows.items()
    }
    shown = records(kept)
    why = f"that no source dates on or after {since} and no source surely published since tells of"
    more = (LeftOut(len(all_of_them - shown), why),) if all_of_them - shown else ()
    return Gathered(kept, citations.of(shown), (*left, *more), query)


def records(rows: Mapping[str, list[Row]]) -> set[str]:
    """Every record that these rows tell of."""
    found = {row.get(name, "") for some in rows.values() for row in some for name in _RECORDS}
    return found - {""}
