"""Commands that answer questions."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bde.cli.common import HOLDS, UNREADABLE, workspace
from bde.workspace import read_text

if TYPE_CHECKING:
    from bde.store import Answer, Store

_FORMATS = ("table", "csv", "json", "markdown", "turtle")
_AS = click.option("--as", "form", type=click.Choice(_FORMATS), default="table", show_default=True)
_ENDPOINT = click.option("--endpoint", metavar="URL", help="A remote SPARQL 1.1 endpoint to ask instead.")
_SECONDS = click.option(
    "--seconds",
    type=click.FloatRange(0, 86_400, min_open=True),
    default=60.0,
    show_default=True,
    help="Longest to wait.",
)
# An answer of more rows than this is none to read; it is refused with advice and does not fill the memory.
MOST_ROWS = 1_000_000


@click.command(short_help="List the saved questions.")
@click.argument("words", nargs=-1)
@click.pass_context
def questions(context: click.Context, words: tuple[str, ...]) -> int:
    """List the saved questions, or those about WORDS (in name, summary, description or tags)."""
    from bde import queries

    found = queries.search(queries.load(workspace(context)), words)
    for question in found:
        click.echo(f"{question.name}\n    {question.summary}")
        for parameter in question.parameters:
            click.echo(f"    --set {parameter.name}=...  ({parameter.type}) {parameter.meaning}")
    click.echo(f"{len(found)} questions; bde ask NAME runs one", err=True)
    return HOLDS if found else UNREADABLE


@click.command(short_help="Run a saved question.")
@click.argument("question")
@click.option("--set", "settings", multiple=True, metavar="NAME=VALUE", help="A parameter; once for each.")
@click.option("--explain", is_flag=True, help="Print the SPARQL that would run, and stop.")
@_AS
@_ENDPOINT
@_SECONDS
@click.pass_context
def ask(
    context: click.Context,
    question: str,
    settings: tuple[str, ...],
    explain: bool,
    form: str,
    endpoint: str | None,
    seconds: float,
) -> int:
    """Run the saved QUESTION (see bde questions).

    A value is a name in any recorded form, an ISO 3166-1 alpha-3 code for a state, a date as 2019-08-21,
    or an IRI: --set a=VNM --set b=Russia --set person="Phan Van Giang".
    """
    from bde import parameters, queries
    from bde.store import Store

    here = workspace(context)
    chosen = queries.find(queries.load(here), question)
    store = Store.load(here.graphs("ontology", "data"))
    sparql = queries.bind(chosen, parameters.resolve(store, chosen, _pairs(settings)))
    if explain:
        click.echo(sparql)
        return HOLDS
    run = _endpoint(endpoint, seconds) if endpoint else _embedded(store, seconds)
    answer = run(sparql)
    _print(answer, form)
    if not answer.rows and answer.kind == "select":
        click.echo(
            f"No rows: nothing on record, which does not mean no. {chosen.empty_because}".strip(), err=True
        )
    return HOLDS


@click.command(short_help="Run your own SPARQL query.")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, allow_dash=True, exists=True))
@_AS
@_ENDPOINT
@_SECONDS
@click.pass_context
def sparql(context: click.Context, file: Path, form: str, endpoint: str | None, seconds: float) -> int:
    """Run the SPARQL query in FILE (- reads standard input). Updates and calls to elsewhere are refused."""
    from bde import queries
    from bde.store import Store

    text = sys.stdin.read() if str(file) == "-" else read_text(file)
    queries.guard(text)
    if endpoint:
        run = _endpoint(endpoint, seconds)
    else:
        run = _embedded(Store.load(workspace(context).graphs("ontology", "data")), seconds)
    _print(run(text), form)
    return HOLDS


@click.command(short_help="Show who says what of a record, and where.")
@click.argument("iri")
@click.option(
    "--texts",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="Folder with the texts of the sources: shows the sentences themselves.",
)
@click.pass_context
def evidence(context: click.Context, iri: str, texts: Path | None) -> int:
    """Show who says what of a record or entity, and where: bde evidence person:phan-van-giang."""
    from bde import evidence as tracing
    from bde import graphs, namespaces
    from bde.cli import rendering
    from bde.errors import UnknownName

    here = workspace(context)
    try:
        full = namespaces.expand(iri)
    except KeyError as prefix:
        raise UnknownName(f"no prefix {prefix.args[0]!r}.", fix="Give the full IRI.") from None
    located = [graphs.read(files, here.root) for files in (here.data, here.ontology)]
    found = tracing.trace((part.graph for part in located), full, texts)
    click.echo(rendering.text_trace(found), nl=False)
    return HOLDS


def _pairs(settings: tuple[str, ...]) -> dict[str, str]:
    if wrong := [setting for setting in settings if "=" not in setting]:
        raise click.UsageError(f"--set takes NAME=VALUE, not {wrong[0]!r}.")
    pairs = dict(setting.partition("=")[::2] for setting in settings)
    if len(pairs) < len(settings):
        raise click.UsageError("--set names a parameter twice; a question takes one value for each.")
    return pairs


def _embedded(store: "Store", seconds: float) -> "Callable[[str], Answer]":
    return lambda text: store.query(text, seconds=seconds, most=MOST_ROWS)


def _endpoint(url: str, seconds: float) -> "Callable[[str], Answer]":
    from bde.endpoint import Endpoint

    return Endpoint(url, deadline_seconds=seconds).query


def _print(answer: "Answer", form: str) -> None:
    from bde.cli import rendering

    if form == "table":
        rendering.print_table(answer, sys.stdout)
    else:
        click.echo(rendering.render(answer, form), nl=False)


COMMANDS: tuple[click.Command, ...] = (questions, ask, sparql, evidence)
