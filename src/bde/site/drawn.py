"""The pages that are pictures, each with the same as a table: the timeline, pairs by year, who met whom."""

from collections.abc import Sequence

from bde import queries
from bde.namespaces import BDE
from bde.queries import Question
from bde.site import addresses
from bde.site.occasions import LEVELS, Occasion, Occasions
from bde.site.pictures import lanes, matrix, network
from bde.site.reading import Entry, Reader, Value
from bde.site.things import Section
from bde.site.writing import Pages

# As many engagements as one picture has, as many pairs as one matrix, as many persons as the network.
_MARKS, _PAIRS, _PERSONS = 400, 60, 60

# Persons by IRI who met, in both orders, and the meetings at which.
Met = dict[tuple[str, str], list[str]]


def write(pages: Pages, reader: Reader, occasions: Occasions, met: Met) -> None:
    """Write the timeline, the matrix and the network."""
    latest_first = tuple(reversed([one for one in occasions.all if one.span.first]))
    undated = tuple(one for one in occasions.all if not one.span.first)
    for part in pages.parts("timeline.html", latest_first + undated, _MARKS, _years):
        shown = sorted(part.items, key=lambda one: (one.span.first or "9", one.label, one.iri))
        pages.page(
            "timeline",
            part.path,
            "Timeline of all engagements",
            part=part,
            picture=lanes(shown),
            shown=[(one, reader.entry(one.iri)) for one in shown],
            total=len(occasions.all),
        )
    pairs = list(occasions.of_pair)
    pairs.sort(key=lambda pair: (-len(occasions.of_pair[pair]), pair.label))
    for piece in pages.parts("matrix.html", pairs, _PAIRS):
        some = frozenset(piece.items)
        drawn = matrix(occasions.all, some)
        title = "Pairs of states by level and year"
        pages.page("matrix", piece.path, title, part=piece, picture=drawn, levels=LEVELS, total=len(pairs))
    _network(pages, reader, met)


def who_met(reader: Reader, saved: Sequence[Question]) -> Met:
    """Who met whom at which meetings, as the saved question counts it, by IRI."""
    question = queries.find(saved, "whom-a-person-met")
    answer = reader.store.query(queries.bind(question, {}))
    met: Met = {}
    for row in answer.rows:
        said = dict(zip(answer.columns, map(str, row), strict=True))
        if said["counterpart_kind"] == "person":
            there = _participants(reader, said["record"])
            one, other = there.get(said["name"]), there.get(said["counterpart"])
            if one and other:
                meetings = met.setdefault((one, other), [])
                meetings += [said["record"]] if said["record"] not in meetings else []
    return met


def sections(reader: Reader, occasions: Occasions, met: Met) -> dict[str, list[Section]]:
    """Person -> whom they met; state -> with whom it has a briefing."""
    found: dict[str, list[Section]] = {}
    people: dict[str, list[tuple[Value, list[Entry]]]] = {}
    for (one, other), meetings in met.items():
        whom = Value(reader.label(other), reader.page(other))
        people.setdefault(one, []).append((whom, [reader.entry(iri) for iri in meetings]))
    for iri, some in people.items():
        some.sort(key=lambda each: (each[0].text.casefold(), each[0].page))
        note = "Persons of other states with whom they took part in one meeting that took place."
        found[iri] = [Section("Whom they met", note, some)]
    partners: dict[str, list[tuple[Value, list[Entry]]]] = {}
    for pair in occasions.pairs:
        for state in (pair.a, pair.b):
            partners.setdefault(state, []).append((Value(pair.label, pair.page), []))
    for iri, pages_of in partners.items():
        found[iri] = [Section("Briefings", "What is on record between this state and another.", pages_of)]
    return found


def _participants(reader: Reader, meeting: str) -> dict[str, str]:
    """Label -> IRI of the persons who took part in a meeting."""
    found = {}
    for name, record in reader.store.mentions(meeting):
        if name == BDE + "inEngagement":
            for who in reader.objects(record, "participant"):
                if addresses.kind(str(who)) == "person":
                    found[reader.label(str(who))] = str(who)
    return found


def _network(pages: Pages, reader: Reader, met: Met) -> None:
    ties = {tuple(sorted(two)): meetings for two, meetings in sorted(met.items())}
    degree: dict[str, int] = {}
    for two in ties:
        for iri in two:
            degree[iri] = degree.get(iri, 0) + 1
    shown: frozenset[str] = frozenset()
    for two in sorted(ties, key=lambda two: (-degree[two[0]] - degree[two[1]], two)):
        if len(shown | {*two}) <= _PERSONS:
            shown |= {*two}
    kept = [(a, b, meetings) for (a, b), meetings in sorted(ties.items()) if {a, b} <= shown]
    side = {iri: _state_of(reader, iri) for iri in shown}
    met_often = [(a, b, len(some), not reader.disputed.isdisjoint(some)) for a, b, some in kept]
    order = sorted(shown, key=lambda iri: (side[iri], reader.label(iri), iri))
    rows = [
        (
            Value(f"{reader.label(a)} ({side[a]})" if side[a] else reader.label(a), reader.page(a)),
            Value(f"{reader.label(b)} ({side[b]})" if side[b] else reader.label(b), reader.page(b)),
            [reader.entry(iri) for iri in meetings],
        )
        for a, b, meetings in sorted(
            kept, key=lambda tie: (reader.label(tie[0]), reader.label(tie[1]), tie[:2])
        )
    ]
    pages.page(
        "network",
        "network.html",
        "Who met whom",
        picture=network(order, met_often) if order else None,
        names={iri: reader.label(iri) for iri in shown},
        sides=side,
        rows=rows,
        persons=len(degree),
        shown=len(shown),
    )


def _years(some: Sequence[Occasion]) -> str:
    """The years of some engagements in words."""
    years = sorted({one.year for one in some} - {""})
    if not years:
        return "no date" if some else ""
    return years[0] if len(years) == 1 else f"{years[0]} to {years[-1]}"


def _state_of(reader: Reader, person: str) -> str:
    """The states for which a person acted, by label, as the participations say."""
    states: set[str] = set()
    for name, record in reader.store.mentions(person):
        if name == BDE + "participant":
            for actor in reader.objects(record, "onBehalfOf"):
                of = reader.objects(str(actor), "ofState") or [actor]
                states.update(reader.label(str(o)) for o in of if addresses.kind(str(o)) == "state")
    return ", ".join(sorted(states))
