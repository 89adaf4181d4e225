"""The briefing of two states: saved questions asked in a fixed order, and the few things to know first."""

from collections.abc import Iterable, Mapping

from bde.brief import essentials, lines, timelines
from bde.brief.gathering import Asked, gather, label
from bde.brief.lines import Row, numbered
from bde.brief.model import Brief, Essential, Line, Section
from bde.queries import Question, Value
from bde.store import Store

PAIR = "pair"


def brief(
    store: Store,
    saved: Iterable[Question],
    a: Value,
    b: Value,
    on: str = "",
    since: str = "",
) -> Brief:
    """The briefing of the states ``a`` and ``b`` (IRIs) as of ``on``, of what is new since ``since``."""
    found = gather(store, saved, _asked(a, b), on, since)
    rows, cite = found.rows, found.citations.cite
    day = on or found.citations.newest

    def told(letter: str, some: Iterable[Line]) -> tuple[Line, ...]:
        return tuple(map(cite, numbered(letter, some)))

    timeline = told("E", timelines.timeline(rows["timeline"], rows["inviters"]))
    delegations = [*rows["delegations"], *rows["delegations back"]]
    at = essentials.occasions(timeline)
    instruments = told("I", lines.instruments(rows["instruments"], on))
    topics = told("T", lines.topics(rows["topics"]))
    done = list(lines.fulfilled(rows["commitments"]))
    promised = told("C", (*lines.commitments(rows["open"], day), *done))
    claims = told("D", (*lines.disputes(rows["disputes"]), *lines.counts(rows["counts"])))
    unknown = told("U", lines.silences(rows["silences"]))
    undated = essentials.undated(timeline)
    sections = (
        Section(
            "Timeline",
            timeline,
            essentials.silence(timeline, "No engagement is on record."),
            ("timeline-of-a-pair", "at-whose-invitation"),
            drawn=True,
        ),
        Section(
            "People: who met whom",
            people := told("P", lines.meetings(rows["met"], delegations, at)),
            essentials.silence(people, "No meeting of named persons is on record."),
            ("who-met-whom", "who-met-a-delegation"),
        ),
        Section(
            "Instruments, status as reported",
            instruments,
            essentials.silence(instruments, "No instrument is on record."),
            ("instruments-of-a-pair",),
        ),
        Section(
            "Topics by how far they went",
            topics,
            essentials.silence(topics, "No topic is on record."),
            ("topics-by-pair-and-stance",),
        ),
        Section(
            "Commitments",
            promised,
            essentials.silence(promised, "No commitment is on record."),
            ("open-commitments", "commitments-and-fulfilment"),
        ),
        Section(
            "Claims and disputes",
            claims,
            (
                *essentials.silence(
                    claims, "Nobody on record claims a count, and no record contradicts another."
                ),
                "What stands on somebody's word elsewhere says so there. Opinions are not told here. "
                "Both are saved questions: who-said-what, opinions.",
            ),
            ("what-is-disputed", "claimed-counts-against-known-records"),
        ),
        Section(
            "Not known or not disclosed",
            unknown,
            (*essentials.silence(unknown, essentials.NOTHING_WITHHELD), *undated),
            ("what-was-not-disclosed",),
        ),
        Section(
            "What the relationship is called",
            called := told(
                "R", (*lines.relationship(rows["relationship"]), *lines.anniversaries(rows["anniversaries"]))
            ),
            essentials.silence(called, "No source on record calls the relationship anything."),
            ("what-the-relationship-is-called", "anniversaries"),
        ),
    )
    return Brief(
        PAIR,
        (label(store, a), label(store, b)),
        on,
        since,
        day,
        (
            _relationship(rows["relationship"], called),
            essentials.last("Last contact", timeline),
            essentials.due(timeline, promised, day),
            essentials.promises(promised),
            essentials.disputed(claims, timeline),
            essentials.unknown(unknown, undated),
        ),
        sections,
        found.citations.sources,
        found.left_out,
    )


def _asked(a: Value, b: Value) -> Asked:
    pair: Mapping[str, Value | None] = {"a": a, "b": b}
    return {
        "relationship": ("what-the-relationship-is-called", pair),
        "anniversaries": ("anniversaries", pair),
        "timeline": ("timeline-of-a-pair", pair),
        "inviters": ("at-whose-invitation", pair),
        "met": ("who-met-whom", pair),
        "delegations": ("who-met-a-delegation", pair),
        "delegations back": ("who-met-a-delegation", {"a": b, "b": a}),
        "instruments": ("instruments-of-a-pair", pair),
        "topics": ("topics-by-pair-and-stance", pair),
        "open": ("open-commitments", pair),
        "commitments": ("commitments-and-fulfilment", pair),
        "counts": ("claimed-counts-against-known-records", pair),
        "disputes": ("what-is-disputed", pair),
        "silences": ("what-was-not-disclosed", pair),
    }


def _relationship(rows: list[Row], called: tuple[Line, ...]) -> Essential:
    kinds: dict[str, str] = {}
    for row in rows:
        since = f" since {row['since_from'][:4]}" if row["since_from"] else ""
        kinds.setdefault(row["kind"] or row["term"], since)
    if not kinds:
        return Essential("Relationship", "No source on record calls it anything.")
    told = {row["record"] for row in rows}
    some = [line for line in called if told & set(line.records)]
    return essentials.essential(
        "Relationship", "; ".join(kind + since for kind, since in kinds.items()), some
    )
