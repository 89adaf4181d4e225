"""What was to be and what was: instruments over the years they cover, promises and plans beside them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bde.brief import timelines
from bde.brief.model import Span
from bde.namespaces import BDE
from bde.site import addresses
from bde.site.occasions import Occasions
from bde.site.pictures import Bars, bars
from bde.site.reading import Entry, Reader
from bde.site.writing import Pages

# As many rows as one picture has.
_MOST = 120
# Property -> what the time is that it leads to, for an instrument and for a promise.
_INSTRUMENT = (("coveragePeriod", "covers"), ("statedPeriod", "printed beside it"), ("signedAt", "signed"))
_PROMISE = (
    ("due", "due"),
    ("madeAt", "promised"),
    ("agreedAt", "promised"),
    ("fulfilledBy", "shown as done"),
)


@dataclass(frozen=True)
class Plan:
    """A record of something to come: how ``far`` it came, its times and what each is."""

    entry: Entry
    far: str
    spans: tuple[tuple[str, Span], ...]
    times: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Plans:
    """Records of something to come, and the picture of those with a date."""

    plans: tuple[Plan, ...]
    drawn: Bars | None


def plans(reader: Reader, records: Iterable[str]) -> Plans:
    """The instruments, promises and planned engagements among these records, by their first day."""
    found = [made for iri in dict.fromkeys(records) if (made := _plan(reader, iri))]
    found.sort(key=lambda plan: (min((s.first for _, s in plan.spans), default="9"), plan.entry.label))
    return Plans(tuple(found), _drawn(found))


def _drawn(some: Iterable[Plan]) -> Bars | None:
    return bars([(plan.entry.iri, plan.entry.label, plan.entry.disputed, plan.spans) for plan in some])


def write(pages: Pages, reader: Reader, occasions: Occasions) -> None:
    """Write the page of all that was to be, in pieces."""
    ahead = [one.iri for one in occasions.all if one.ahead]
    records = [*reader.things("instrument"), *reader.things("commitment"), *ahead]
    found = plans(reader, records).plans
    for part in pages.parts("coverage.html", found, _MOST):
        pages.page(
            "coverage",
            part.path,
            "Planned and done",
            part=part,
            plans=Plans(tuple(part.items), _drawn(part.items)),
            total=len(found),
        )


def _plan(reader: Reader, iri: str) -> Plan | None:
    kind = addresses.kind(iri)
    if kind == "engagement":
        ways: Sequence[tuple[str, str]] = (("time", "planned"),)
        if reader.entry(iri).realization in ("", "occurred", "ongoing", "recurring"):
            return None
    elif kind in ("instrument", "commitment"):
        ways = _INSTRUMENT if kind == "instrument" else _PROMISE
    else:
        return None
    spans, times = [], []
    for name, sort in ways:
        for value in reader.objects(iri, name):
            span = _time(reader, str(value))
            row = reader.dates.bounds(span) if span else None
            if row and any(row[bound] for bound in ("start", "started_by", "lasted_to", "end")):
                spans.append((sort, Span(row["start"], row["started_by"], row["lasted_to"], row["end"])))
                times.append((sort, timelines.when(row)))
    entry = reader.entry(iri)
    far = entry.realization
    if kind == "commitment":
        far = "shown as done" if reader.objects(iri, "fulfilledBy") else "open: not shown as done"
    return Plan(entry, far, tuple(spans), tuple(times))


def _time(reader: Reader, iri: str, deep: int = 4) -> str:
    """The time span that this is or that this record, or what it is part of, has; else the empty string."""
    if addresses.kind(iri) == "span":
        return iri
    said = reader.said(iri)
    for value in said.get(BDE + "time", ()):
        return str(value)
    wholes = [*said.get(BDE + "partOf", ()), *said.get(BDE + "inEngagement", ())] if deep else ()
    return next((found for whole in wholes if (found := _time(reader, str(whole), deep - 1))), "")
