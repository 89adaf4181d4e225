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
    instruments = told("I", lines.instruments(rows["instruments"], rows["signed"], on))
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
            essentials.absent_plans(timeline),
            ("timeline-of-a-pair", "at-whose-invitation"),
            drawn=True,
        ),
        Section(
            "People: who met whom",
            people := told("P", lines.meetings(rows["met"], delegations, at)),
            essentials.absent({"meetings of named persons": people}),
            ("who-met-whom", "who-met-a-delegation"),
        ),
        Section(
            "Instruments, status as reported",
            instruments,
            essentials.absent({"instruments": instruments, "signed instruments": rows["signed"]}),
            ("instruments-of-a-pair", "what-was-signed"),
            column="Signed",
        ),
        Section(
            "Topics by how far they went",
            topics,
            essentials.absent_stances(topics),
            ("topics-by-pair-and-stance",),
        ),
        Section(
            "Commitments: what was promised, and what is shown as done",
            promised,
            essentials.absent({"promises that are open": rows["open"], "promises shown as done": done}),
            ("open-commitments", "commitments-and-fulfilment"),
        ),
        Section(
            "Claims and disputes",
            claims,
            (
                *essentials.absent({"disputes": rows["disputes"], "claims of a count": rows["counts"]}),
                "What stands on somebody's word elsewhere says so there. Opinions are not told here. "
                "The last two questions below have both.",
            ),
            ("what-is-disputed", "claimed-counts-against-known-records", "who-said-what", "opinions"),
        ),
        Section(
            "Not known or not disclosed",
            unknown,
            (*essentials.silences(unknown), *undated),
            ("what-was-not-disclosed",),
            column=essentials.SILENCE,
        ),
        Section(
            "What the relationship is called",
            called := told(
                "R", (*lines.relationship(rows["relationship"]), *lines.anniversaries(rows["anniversaries"]))
            ),
            essentials.absent({"names for the relationship": rows["relationship"]}),
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
        "signed": ("what-was-signed", pair),
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
