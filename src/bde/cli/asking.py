"""Commands that answer questions."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bde.cli.common import HOLDS, workspace
from bde.workspace import read_text

if TYPE_CHECKING:
    from bde.api import Graph
    from bde.store import Answer

_FORMATS = ("table", "csv", "json", "markdown", "turtle")
_AS = click.option(
    "--as",
    "form",
    type=click.Choice(_FORMATS),
    default="table",
    show_default=True,
    help="The form of the answer; turtle is for triples (CONSTRUCT, DESCRIBE).",
)
_ENDPOINT = click.option(
    "--endpoint",
    metavar="URL",
    help="A remote SPARQL 1.1 endpoint to ask instead. Where it wants a user name and a password, they come "
    "from BDE_ENDPOINT_USER and BDE_ENDPOINT_PASSWORD or a netrc file.",
)
_GRAPH = click.option(
    "--graph",
    "graphs",
    multiple=True,
    metavar="IRI",
    help="The graph of the endpoint to ask, where not its default one; several are merged. What bde publish "
    "put there is https://w3id.org/bde/graph/current.",
)
_FETCH = click.option(
    "--fetch",
    is_flag=True,
    help="Fetch what would be asked at the endpoint and ask it here: for a store whose own answers are not "
    "to be relied on.",
)
_SECONDS = click.option(
    "--seconds",
    type=click.FloatRange(0, 86_400, min_open=True),
    default=60.0,
    show_default=True,
    help="Longest to wait.",
)


@click.command(short_help="List the saved questions.")
@click.argument("words", nargs=-1)
@click.option("--tag", "tags", multiple=True, metavar="TAG", help="Only questions with this tag; repeatable.")
@click.option(
    "--as",
    "form",
    type=click.Choice(("text", "markdown", "turtle")),
    default="text",
    show_default=True,
    help="A list, the whole catalogue as a page, or SHACL resources with the SPARQL for other tools.",
)
@click.pass_context
def questions(context: click.Context, words: tuple[str, ...], tags: tuple[str, ...], form: str) -> int:
    """List the saved questions, or those about all of WORDS, the likeliest first."""
    from bde import queries

    found = queries.search(queries.load(workspace(context)), words, tags)
    if form == "text":
        for question in found:
            click.echo(f"{question.name}\n    {question.summary}")
            for parameter in question.parameters:
                click.echo(f"    --set {parameter.name}=...  ({parameter.type}) {parameter.meaning}")
        click.echo(f"{len(found)} questions; bde ask NAME runs one", err=True)
        return HOLDS
    from bde import turtle
    from bde.queries import catalogue

    page = catalogue.page(found) if form == "markdown" else turtle.write(catalogue.resources(found))
    click.echo(page, nl=False)
    return HOLDS


@click.command(short_help="Run a saved question.")
@click.argument("question")
@click.option("--set", "settings", multiple=True, metavar="NAME=VALUE", help="A parameter; once for each.")
@click.option("--explain", is_flag=True, help="Print the SPARQL that would run, ready to paste, and stop.")
@_AS
@_ENDPOINT
@_GRAPH
@_FETCH
@_SECONDS
@click.pass_context
def ask(
    context: click.Context,
    question: str,
    settings: tuple[str, ...],
    explain: bool,
    form: str,
    endpoint: str | None,
    graphs: tuple[str, ...],
    fetch: bool,
    seconds: float,
) -> int:
    """Run the saved QUESTION (see bde questions).

    A value is a name in any recorded form, an ISO 3166-1 alpha-3 code for a state, a date as 2019-08-21,
    an IRI, or any: --set a=VNM --set b=Russia --set person="Phan Van Giang".
    """
    graph = _graph(context, endpoint, graphs, fetch, seconds)
    if explain:
        click.echo(graph.explain(question, **_pairs(settings)), nl=False)
        return HOLDS
    answer = graph.answer(question, **_pairs(settings))
    _print(answer, form)
    if answer.is_empty:
        empty = graph.question(question).empty_because
        click.echo(f"No rows: nothing on record, which does not mean no. {empty}".strip(), err=True)
    return HOLDS


@click.command(short_help="Run your own SPARQL query.")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, allow_dash=True, exists=True))
@_AS
@_ENDPOINT
@_GRAPH
@_FETCH
@_SECONDS
@click.pass_context
def sparql(
    context: click.Context,
    file: Path,
    form: str,
    endpoint: str | None,
    graphs: tuple[str, ...],
    fetch: bool,
    seconds: float,
) -> int:
    """Run the SPARQL query in FILE (- reads standard input). Updates and calls to elsewhere are refused."""
    text = sys.stdin.read() if str(file) == "-" else read_text(file)
    _print(_graph(context, endpoint, graphs, fetch, seconds).query(text), form)
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


def _graph(
    context: click.Context, endpoint: str | None, graphs: tuple[str, ...], fetch: bool, seconds: float
) -> "Graph":
    from bde.api import Graph

    if (graphs or fetch) and not endpoint:
        raise click.UsageError("--graph and --fetch are for an endpoint; give its --endpoint too.")
    return Graph(workspace(context), endpoint=endpoint, graphs=graphs, fetch=fetch, seconds=seconds)


def _pairs(settings: tuple[str, ...]) -> dict[str, str]:
    if wrong := [setting for setting in settings if "=" not in setting]:
        raise click.UsageError(f"--set takes NAME=VALUE, not {wrong[0]!r}.")
    pairs = dict(setting.partition("=")[::2] for setting in settings)
    if len(pairs) < len(settings):
        raise click.UsageError("--set names a parameter twice; a question takes one value for each.")
    return pairs


def _print(answer: "Answer", form: str) -> None:
    from bde.cli import rendering

    if form == "table":
        rendering.print_table(answer, sys.stdout)
    else:
        click.echo(rendering.render(answer, form), nl=False)


COMMANDS: tuple[click.Command, ...] = (questions, ask, sparql, evidence)
