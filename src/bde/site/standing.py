"""What stands on shaky ground, on a page of its own, and what was checked of the whole."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from bde import queries
from bde.findings import Report
from bde.queries import Question
from bde.site.occasions import Occasions
from bde.site.reading import Entry, Reader, Value
from bde.site.writing import Pages

# The saved questions whose answers say what nobody knows, in the order of the page.
_UNKNOWN = (
    ("what-was-not-disclosed", "Not disclosed"),
    ("plans-nobody-confirmed", "Planned, and confirmed by nobody"),
)
_MOST = 200


def disputes(pages: Pages, reader: Reader, occasions: Occasions, saved: Sequence[Question]) -> None:
    """Write the page of what is disputed, with both sides, and of what the sources leave open."""
    answer = reader.store.query(queries.bind(queries.find(saved, "what-is-disputed"), {}))
    rows = [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]
    sides = [
        (
            reader.entry(str(row["record"])),
            reader.entry(str(row["other_record"])),
            str(row["preferred"] or ""),
            str(row["reason"] or ""),
        )
        for row in rows
    ]
    undated = [one.iri for one in occasions.all if not one.span.first]
    promised = [iri for iri in reader.things("commitment") if not reader.objects(iri, "fulfilledBy")]
    pages.page(
        "disputes",
        "disputes.html",
        "Disputed and unknown",
        sides=sides,
        unknown=[
            *(_answered(reader, saved, name, title) for name, title in _UNKNOWN),
            _listed(reader, "undated", "Without any date", undated),
            _listed(reader, "promised", "Promised, and not shown as done", promised),
        ],
    )


@dataclass(frozen=True)
class Unknown:
    """Records under a heading, and the saved question that finds them, if one does."""

    id: str
    title: str
    question: Question | None
    entries: tuple[Entry, ...]
    total: int


def _answered(reader: Reader, saved: Sequence[Question], name: str, title: str) -> Unknown:
    """The records that answer a question."""
    question = queries.find(saved, name)
    answer = reader.store.query(queries.bind(question, {}))
    at = answer.columns.index("record")
    records = list(dict.fromkeys(str(row[at]) for row in answer.rows))
    return replace(_listed(reader, name, title, records), question=question)


def _listed(reader: Reader, name: str, title: str, records: Sequence[str]) -> Unknown:
    return Unknown(name, title, None, tuple(map(reader.entry, records[:_MOST])), len(records))


def quality(pages: Pages, reader: Reader, reports: Iterable[Report]) -> None:
    """Write the page of what was checked; ``reports`` come from ``bde.check`` or are none."""
    rows = reader.rows(
        """SELECT ?source (COUNT(DISTINCT ?passage) AS ?all) (COUNT(DISTINCT ?used) AS ?backing)
          (COUNT(DISTINCT ?aside) AS ?set) {
          ?passage a bde:Passage ; bde:fromSource ?source .
          OPTIONAL { ?evidence bde:passage ?passage BIND(?passage AS ?used) }
          OPTIONAL { ?passage bde:setAside ?reason BIND(?passage AS ?aside) }
        } GROUP BY ?source ORDER BY ?source"""
    )
    ledger = [
        (Value(reader.label(str(source)), reader.page(str(source))), *(int(str(n)) for n in numbers))
        for source, *numbers in rows
    ]
    bases = reader.rows(
        """SELECT ?basis (COUNT(?evidence) AS ?number) {
          ?evidence a bde:Evidence ; bde:basis/rdfs:label ?basis
        } GROUP BY ?basis ORDER BY DESC(?number) ?basis"""
    )
    pages.page(
        "quality",
        "quality.html",
        "What was checked",
        reports=tuple(reports),
        ledger=ledger,
        bases=[(str(basis), int(str(number))) for basis, number in bases],
    )
