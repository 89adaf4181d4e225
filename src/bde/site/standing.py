"""What stands on shaky ground, on a page of its own, and what was checked of the whole."""

from collections.abc import Iterable, Sequence

from bde import queries
from bde.findings import Report
from bde.queries import Question
from bde.site.reading import Entry, Reader, Value
from bde.site.writing import Pages

# The saved questions whose answers say what nobody knows, in the order of the page.
_UNKNOWN = (
    ("what-was-not-disclosed", "Not disclosed"),
    ("plans-nobody-confirmed", "Planned, and confirmed by nobody"),
    ("engagements-without-an-exact-date", "Without an exact date"),
    ("open-commitments", "Promised, and not shown as done"),
)
_MOST = 200


def disputes(pages: Pages, reader: Reader, saved: Sequence[Question]) -> None:
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
    pages.page(
        "disputes",
        "disputes.html",
        "Disputed and unknown",
        sides=sides,
        unknown=[(name, *_records(reader, saved, name, title)) for name, title in _UNKNOWN],
    )


def _records(
    reader: Reader, saved: Sequence[Question], name: str, title: str
) -> tuple[str, str, list[Entry], int]:
    """The heading, the question, and the records that answer it, as far as a page shows them."""
    question = queries.find(saved, name)
    answer = reader.store.query(queries.bind(question, {}))
    at = answer.columns.index("record")
    records = list(dict.fromkeys(str(row[at]) for row in answer.rows))
    return title, question.summary, [reader.entry(iri) for iri in records[:_MOST]], len(records)


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
