"""The briefing of a person: posts as attested, what they took part in, whom they met, what they signed."""

from collections.abc import Iterable, Mapping

from bde.brief import essentials, lines, timelines
from bde.brief.essentials import essential
from bde.brief.gathering import Asked, Rows, gather, label, records
from bde.brief.lines import NONE, numbered
from bde.brief.model import Brief, Essential, Line, Section
from bde.queries import Question, Value
from bde.store import Store

PERSON = "person"
# Roles that one can have in an engagement without being there.
_ELSEWHERE = ("inviter", "invitee", "addressee", "honoree", "approver", "funder")


def brief(store: Store, saved: Iterable[Question], person: Value, on: str = "", since: str = "") -> Brief:
    """The briefing of ``person`` (an IRI) as of ``on``, of what is new since ``since``."""
    found = gather(store, saved, _asked(person), on, since, _own)
    rows = found.rows

    def told(letter: str, some: Iterable[Line]) -> tuple[Line, ...]:
        return tuple(map(found.citations.cite, numbered(letter, some)))

    attested = told(
        "A", (*lines.posts(rows["posts"]), *lines.ranks(rows["ranks"]), *lines.names(rows["names"]))
    )
    usual = timelines.usual(rows["engagements"])
    timeline = told("E", timelines.engagements(rows["engagements"], usual))
    met = told("M", lines.counterparts(rows["met"], essentials.occasions(timeline)))
    signed = told("S", timelines.signed(rows["engagements"]))
    words = told("W", lines.words(rows["words"]))
    disputes = told("D", lines.disputes(rows["disputes"]))
    unknown = told("U", lines.silences(rows["silences"]))
    undated = essentials.undated(timeline)
    return Brief(
        PERSON,
        (label(store, person),),
        on,
        since,
        on or found.citations.newest,
        (
            _of("Post", attested, "Post: ", f"{NONE.capitalize()}."),
            _of("Rank", attested, "Rank: ", f"{NONE.capitalize()}."),
            essentials.last("Last engagement", filter(_was_there, timeline)),
            essentials.due(timeline, (), on or found.citations.newest),
            _met(met),
            _of("Signed", signed, "Signed: ", f"{NONE.capitalize()}."),
            essentials.disputed(disputes, timeline),
            essentials.unknown(unknown, undated),
        ),
        (
            Section(
                "Posts, ranks and names as attested",
                attested,
                essentials.absent({"posts": rows["posts"], "ranks": rows["ranks"]}),
                ("posts-of-a-person", "ranks-of-a-person", "name-forms-of-a-person"),
            ),
            Section(
                "Engagements, by role and capacity",
                timeline,
                essentials.absent_plans(timeline),
                ("engagements-of-a-person",),
                f"In the capacity of {usual}, unless a line says otherwise." if usual else "",
                drawn=True,
            ),
            Section(
                "Whom they met",
                met,
                essentials.absent({"meetings": met}),
                ("whom-a-person-met",),
            ),
            Section(
                "What they signed or witnessed",
                signed,
                essentials.absent({"signatures": signed}),
                ("engagements-of-a-person",),
            ),
            Section(
                "Claims and disputes",
                (*words, *disputes),
                essentials.absent({"disputes": disputes, "statements on their word": words}),
                ("on-whose-word", "what-is-disputed"),
            ),
            Section(
                "Not known or not disclosed",
                unknown,
                (*essentials.silences(unknown), *undated),
                ("what-was-not-disclosed",),
                column=essentials.SILENCE,
            ),
        ),
        found.citations.sources,
        found.left_out,
    )


def _asked(person: Value) -> Asked:
    who: Mapping[str, Value | None] = {"person": person}
    return {
        "posts": ("posts-of-a-person", who),
        "ranks": ("ranks-of-a-person", who),
        "names": ("name-forms-of-a-person", who),
        "engagements": ("engagements-of-a-person", who),
        "met": ("whom-a-person-met", who),
        "words": ("on-whose-word", who),
        "disputes": ("what-is-disputed", {}),
        "silences": ("what-was-not-disclosed", {}),
    }


def _own(rows: Rows) -> Rows:
    """Of all disputes and silences those that touch what is told of the person."""
    told = records({key: some for key, some in rows.items() if key not in ("disputes", "silences")})
    matters = {row["engagement"] for row in rows["engagements"]}
    disputes = [row for row in rows["disputes"] if {row["record"], row["other_record"]} & told]
    return {
        **rows,
        "disputes": disputes,
        "silences": [row for row in rows["silences"] if row["about"] in matters],
    }


def _of(name: str, some: Iterable[Line], start: str, silence: str) -> Essential:
    """The lines that begin so, in one."""
    found = [line for line in some if line.text.startswith(start)]
    text = "; ".join(line.text.removeprefix(start) + " (DISPUTED)" * line.disputed for line in found)
    return essential(name, text, found) if found else Essential(name, silence)


def _was_there(line: Line) -> bool:
    return line.facts[0] not in _ELSEWHERE


def _met(met: tuple[Line, ...]) -> Essential:
    names = "; ".join(line.text for line in met)
    return essential("Met", names, met) if met else Essential("Met", f"{NONE.capitalize()}.")
