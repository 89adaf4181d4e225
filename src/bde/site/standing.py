"""What stands on shaky ground, on a page of its own, and what was checked of the whole."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from bde import queries
from bde.brief import essentials
from bde.findings import Report
from bde.queries import Question
from bde.site import sources
from bde.site.occasions import Occasions
from bde.site.reading import Entry, Reader, Value
from bde.site.writing import Pages
from bde.syntax import Term

_MOST = 200


def disputes(pages: Pages, reader: Reader, occasions: Occasions, saved: Sequence[Question]) -> None:
    """Write the page of what is disputed, with both sides, and of what the sources leave open."""
    rows = _answer(reader, saved, "what-is-disputed")
    sides = [
        (
            reader.entry(str(row["record"])),
            reader.entry(str(row["other_record"])),
            str(row["preferred"] or ""),
            str(row["reason"] or ""),
        )
        for row in rows
    ]
    withheld = silences(reader, saved)
    plans = dict.fromkeys(str(row["record"]) for row in _answer(reader, saved, "plans-nobody-confirmed"))
    promised = [iri for iri in reader.things("commitment") if not reader.objects(iri, "fulfilledBy")]
    undated = [one.iri for one in occasions.all if not one.span.first]
    both = sum(iri in plans for iri in promised)
    pages.page(
        "disputes",
        "disputes.html",
        "Disputed and unknown",
        sides=sides,
        unknown=[
            _listed(
                reader,
                "what-was-not-disclosed",
                essentials.SILENCE,
                essentials.SILENCES,
                withheld,
                withheld,
            ),
            _listed(
                reader,
                "plans-nobody-confirmed",
                "Planned, and confirmed by nobody",
                "Meetings, visits, instruments and the like that sources tell as a plan or an intention "
                "alone. What somebody promised is not here: it stands under the next heading.",
                [iri for iri in plans if iri not in promised],
            ),
            _listed(
                reader,
                "open-commitments",
                "Promised, and not shown as done",
                "What somebody undertook or pledged, however firmly, and no record shows as done."
                + f" {both} of these {'is' if both == 1 else 'are'} told as a plan or an intention alone and "
                f"{'stands' if both == 1 else 'stand'} here, not above." * bool(both),
                promised,
            ),
            _listed(
                reader,
                "engagements-without-an-exact-date",
                "Without any date",
                "Engagements, held or planned, that no source dates at all, not even to a year.",
                undated,
            ),
        ],
    )


@dataclass(frozen=True)
class Unknown:
    """Records under a heading, what they are, and the saved question that is about them.

    ``silences`` says of a record whether it was withheld or left open, where the heading is about that.
    """

    question: str
    title: str
    note: str
    entries: tuple[Entry, ...]
    total: int
    silences: Mapping[str, str]


def silences(reader: Reader, saved: Sequence[Question]) -> dict[str, str]:
    """Whether something was withheld or left open, by the record of the non-disclosure."""
    rows = _answer(reader, saved, "what-was-not-disclosed")
    return {str(row["record"]): str(row["silence"]) for row in rows}


def _answer(reader: Reader, saved: Sequence[Question], name: str) -> list[dict[str, Term | None]]:
    """The rows of a saved question."""
    answer = reader.store.query(queries.bind(queries.find(saved, name), {}))
    return [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]


def _listed(
    reader: Reader,
    question: str,
    title: str,
    note: str,
    records: Iterable[str],
    silences: Mapping[str, str] = MappingProxyType({}),
) -> Unknown:
    some = list(records)
    entries = tuple(map(reader.entry, some[:_MOST]))
    return Unknown(question, title, note, entries, len(some), silences)


def quality(pages: Pages, reader: Reader, reports: Iterable[Report]) -> None:
    """Write the page of what was checked; ``reports`` come from ``bde.check`` or are none."""
    counted = sorted(sources.counts(reader).items())
    ledger = [(Value(reader.label(iri), reader.page(iri)), each) for iri, each in counted if each.sentences]
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
