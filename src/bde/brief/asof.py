"""The graph as it could be read on a day: what later sources added is taken away, piece by piece.

A source was published after the day where the first day on which it may have been published lies after it;
one that may have been published before or after stays. Evidence that rests on a later source goes, and with
it each property of a record that nothing else backs, and each record without evidence. An engagement that
loses how far it came about is planned where what is left calls it so, and otherwise of unknown outcome.
Last, what is said to have happened after the day goes, with all that hangs on it.
"""

from dataclasses import dataclass

from bde import namespaces
from bde.brief.citing import Query
from bde.store import Store

_PREFIXES = f"""
PREFIX bde: <{namespaces.BDE}>
PREFIX bdec: <{namespaces.CONCEPT}>
PREFIX rdfs: <{namespaces.OUTSIDE["rdfs"]}>
PREFIX xsd: <{namespaces.OUTSIDE["xsd"]}>
"""
_LATER = """
SELECT DISTINCT ?evidence WHERE {
  ?source bde:publicationTime/bde:earliestStart ?published .
  FILTER(?published > "%s"^^xsd:date)
  ?evidence a bde:Evidence ; bde:passage?/bde:fromSource ?source .
}
"""
_BACKED = """
SELECT ?record ?evidence ?property ?stance WHERE {
  ?kind rdfs:subClassOf* bde:Record .
  ?record a ?kind ; bde:evidence ?evidence .
  OPTIONAL { ?evidence bde:backs ?property }
  OPTIONAL { ?evidence bde:stance ?stance }
}
"""
_HAPPENED_LATER = """
SELECT DISTINCT ?record WHERE {
  ?record bde:realization ?how ; bde:partOf*/bde:time/bde:earliestStart ?start .
  FILTER(?start > "%s"^^xsd:date)
  FILTER(?how IN (bdec:realization-occurred, bdec:realization-ongoing, bdec:realization-recurring))
}
"""
_HANGING = """
SELECT DISTINCT ?record WHERE {
  VALUES ?gone { %s }
  ?record (bde:partOf|bde:inEngagement|bde:mentionedAt|bde:madeAt|bde:signedAt|bde:about)+ ?gone .
}
"""
_REALIZATION = namespaces.BDE + "realization"
_PLANNED = namespaces.CONCEPT + "stance-planned"


@dataclass(frozen=True)
class Reading:
    """The graph of a day, and what is not in it: records ``unpublished`` by then, or that ``happened_later``.

    ``cut`` are the records that are there without a property that only a later source backs.
    """

    store: Store
    unpublished: frozenset[str] = frozenset()
    happened_later: frozenset[str] = frozenset()
    cut: frozenset[str] = frozenset()


def reading(store: Store, day: str) -> Reading:
    """The graph as it could be read on ``day`` (ISO 8601)."""
    later = _column(store.query, _LATER % day)
    backed: dict[str, set[str]] = {}
    lost: dict[str, set[str]] = {}
    stances: dict[str, set[str]] = {}
    for record, evidence, name, stance in store.query(_PREFIXES + _BACKED).rows:
        side = lost if str(evidence) in later else backed
        side.setdefault(str(record), set()).update(() if name is None else (str(name),))
        if side is backed:
            stances.setdefault(str(record), set()).update(() if stance is None else (str(stance),))
    gone = set(lost) - set(backed)
    cut = {record: lost[record] - backed[record] for record in lost if record in backed}
    cut = {record: names for record, names in cut.items() if names}
    outcomes = {
        record: "planned" if _PLANNED in stances[record] else "unknown"
        for record, names in cut.items()
        if _REALIZATION in names
    }
    known = store.revised(
        nodes=gone | later,
        values={(record, name) for record, names in cut.items() for name in names},
        added={(r, _REALIZATION, f"{namespaces.CONCEPT}realization-{how}") for r, how in outcomes.items()},
    )
    happened = _column(known.query, _HAPPENED_LATER % day)
    happened |= _column(known.query, _HANGING % " ".join(f"<{iri}>" for iri in sorted(happened)))
    left = known.revised(nodes=happened) if happened else known
    return Reading(left, frozenset(gone), frozenset(happened), frozenset(cut))


def _column(query: Query, sparql: str) -> set[str]:
    return {str(row[0]) for row in query(_PREFIXES + sparql).rows}
