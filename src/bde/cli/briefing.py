"""The command that prints a briefing."""

import shutil
import sys
from typing import TYPE_CHECKING

import click

from bde.cli.common import HOLDS, VACUOUS, workspace
from bde.errors import UnknownName
from bde.writing import WIDTH

if TYPE_CHECKING:
    from bde.queries import Question, Value
    from bde.store import Store

# The renderings are told here again, so that help does not import what they need; a test holds them equal.
FORMS = ("text", "markdown", "html", "json")
_NARROWEST = 40


@click.command(short_help="Print a briefing about two states or a person.")
@click.argument("a", metavar="STATE|PERSON")
@click.argument("b", metavar="[STATE]", required=False)
@click.option("--on", metavar="DATE", help="What could be read on this day (2020-06-30), and judged by it.")
@click.option("--since", metavar="DATE", help="Only what happened or was published on this day or later.")
@click.option("--as", "form", type=click.Choice(FORMS), default="text", show_default=True)
@click.pass_context
def brief(context: click.Context, a: str, b: str | None, on: str | None, since: str | None, form: str) -> int:
    """Print a briefing about two states, named by ISO code or name, or about a person in any recorded form
    of the name: bde brief VNM RUS, bde brief "Ngo Xuan Lich".

    \b
    --on DATE reads the graph as of that day. Left out are
      - sources of which the first possible day of publication lies after it, and with them each record, and
        each property of a record, that no other source backs. A source that may have been published
        before or after the day (undated, or known by month) stays and is marked as possibly later;
      - engagements said to have taken place that began after the day, with what hangs on them.
    What was planned then is told as planned. A line whose record lost something is marked as
    hindsight, since its wording is today's. Due dates and coverage are judged by the day.
    Without it everything on record is told, and dates are judged by the latest date of a source.

    --since DATE keeps what a source shows on or after the day: an engagement by its last known day, a promise
    by its due date, an instrument by its signing or the years it covers; and whatever a source tells that was
    surely published on or after the day. What nobody dates is kept only by its source. Both may be combined.

    The briefing counts what was left out.

    \b
    Formats: text (wrapped to the terminal, at 100 columns when piped), markdown, json (structure in
    bde/brief/rendering/brief.schema.json), html (one file that needs no network; made to be printed).
    Exit codes: 0 told, 2 an unknown or ambiguous name or a wrong date, 4 nothing is on record.
    """
    from bde import brief as briefs
    from bde import queries
    from bde.brief.rendering import render
    from bde.store import Store

    here = workspace(context)
    store = Store.load(here.graphs("ontology", "data"))
    saved = queries.load(here)
    days = [_day(store, saved, name, typed) for name, typed in (("on", on), ("since", since))]
    if all(days) and days[1] > days[0]:
        raise click.UsageError("--since lies after --on: no day is left.")
    if b is None:
        made = briefs.of_person(store, saved, _person(store, saved, a), *days)
    else:
        pair = _pair(store, saved, a, b)
        made = briefs.of_pair(store, saved, *pair, *days)
    if not any(made.lines):
        click.echo(_nothing(made.subjects, store), err=True)
        for left in made.left_out:
            click.echo(f"Left out: {left.records} records {left.why}.", err=True)
        return VACUOUS
    width = max(shutil.get_terminal_size().columns, _NARROWEST) if sys.stdout.isatty() else WIDTH
    click.echo(render(made, form, width), nl=False)
    return HOLDS


def _day(store: "Store", saved: "tuple[Question, ...]", name: str, typed: str | None) -> str:
    """The day that was typed, in ISO 8601, or the empty string."""
    from bde import parameters, queries

    if typed is None:
        return ""
    question = queries.find(saved, "open-commitments" if name == "on" else "visits-of-a-pair")
    return str(parameters.resolve(store, question, {name: typed})[name] or "")


def _pair(store: "Store", saved: "tuple[Question, ...]", a: str, b: str) -> "tuple[Value, Value]":
    from bde import parameters, queries

    found = parameters.resolve(store, queries.find(saved, "timeline-of-a-pair"), {"a": a, "b": b})
    one, other = found["a"], found["b"]
    if one is None or other is None:
        raise click.UsageError("a briefing is about two named states, not about any.")
    if one == other:
        raise click.UsageError(f"a briefing is about two states; “{a}” and “{b}” are the same one.")
    return one, other


def _person(store: "Store", saved: "tuple[Question, ...]", typed: str) -> "Value":
    """The person meant; a state alone and a name nobody has are errors that say what to type."""
    from bde import parameters, queries

    try:
        found = parameters.resolve(store, queries.find(saved, "posts-of-a-person"), {"person": typed})
    except UnknownName as unknown:
        try:
            parameters.resolve(store, queries.find(saved, "timeline-of-a-pair"), {"a": typed})
        except UnknownName:
            raise unknown from None
        what = f"“{typed}” is a state; a briefing is about two states or a person."
        raise UnknownName(what, fix=f"Name the other one too. {_pairs(store)}") from None
    if found["person"] is None:
        raise click.UsageError("a briefing is about one named person, not about any.")
    return found["person"]


def _nothing(subjects: tuple[str, ...], store: "Store") -> str:
    about = f"{' and '.join(subjects)}: nothing on record for these days, which does not mean no."
    return about + f" {_pairs(store)}" * (len(subjects) > 1)


def _pairs(store: "Store") -> str:
    from bde import brief as briefs

    return f"Pairs on record: {'; '.join(' - '.join(pair) for pair in briefs.pairs_on_record(store))}."


COMMANDS: tuple[click.Command, ...] = (brief,)
