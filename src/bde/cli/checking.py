"""Commands that say whether the graph is sound."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bde.cli.common import FINDINGS, HOLDS, VACUOUS, show, workspace
from bde.cli.reporting import Destination, Speech, speaking
from bde.findings import Report
from bde.workspace import read_text, replace_text

if TYPE_CHECKING:
    from bde import shacl

_TEXTS = click.option(
    "--texts",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="Folder with the texts of the sources: proves every passage by its digest.",
)
_PATHS = click.argument("paths", nargs=-1, type=click.Path(path_type=Path, exists=True))


@click.command(short_help="Check everything.")
@_TEXTS
@click.option("--complete", is_flag=True, help="Fail where a part (the reasoner) could not run.")
@speaking
@click.pass_context
def check(
    context: click.Context,
    texts: Path | None,
    complete: bool,
    destinations: tuple[Destination, ...],
    all_: bool,
) -> int:
    """Check everything: syntax, format, vocabulary, shapes, ledger, questions, reasoner."""
    from bde.check import check as run

    here = workspace(context)
    talk = Speech("check", here, destinations, all_=all_)
    return show(run(here, texts), complete=complete, talk=talk)


@click.command("format", short_help="Write Turtle in its canonical form.")
@click.option("--check", "only_check", is_flag=True, help="Change nothing; say which files differ.")
@_PATHS
@click.pass_context
def format_(context: click.Context, only_check: bool, paths: tuple[Path, ...]) -> int:
    """Write Turtle files in their canonical form: those named, else all of the graph."""
    from bde import turtle

    files = _turtle_files(paths) if paths else workspace(context).turtle
    if not files:
        click.echo("looked at nothing: no Turtle file there", err=True)
        return VACUOUS
    # All are read before one is written: a malformed file stops the command with nothing half done.
    wanted = {path: turtle.canonical(read_text(path), path) for path in files}
    differing = [path for path, text in wanted.items() if read_text(path) != text]
    for path in differing:
        if not only_check:
            replace_text(path, wanted[path])
        click.echo(f"{path}: {'not canonical; bde format mends it' if only_check else 'formatted'}")
    click.echo(f"{len(files)} files, {len(differing)} {'differ' if only_check else 'formatted'}")
    return FINDINGS if only_check and differing else HOLDS


_FILES = click.Path(path_type=Path, exists=True)


@click.command(short_help="Validate data against the shapes.")
@_PATHS
@click.option("--since", metavar="REV", help="Only what changed since a revision, and what it touches.")
@click.option("--shapes", type=_FILES, multiple=True, help="Shapes of your own: files or folders of Turtle.")
@click.option("--data", type=_FILES, multiple=True, help="Data of your own, to check by your --shapes.")
@click.option(
    "--engine",
    type=click.Choice(("auto", "reference", "fast")),
    default="auto",
    show_default=True,
    help="auto checks all nodes at once, constraint by constraint, and leaves to the reference, pySHACL, "
    "what it cannot; fast leaves nothing.",
)
@speaking
@click.pass_context
def validate(
    context: click.Context,
    paths: tuple[Path, ...],
    since: str | None,
    shapes: tuple[Path, ...],
    data: tuple[Path, ...],
    engine: "shacl.Engine",
    destinations: tuple[Destination, ...],
    all_: bool,
) -> int:
    """Validate data against the shapes: the files or folders named, beside the graph, else the graph.

    Its terms are checked as well: a misspelt class would meet no shape. With --since, only what changed in
    the history and every record whose verdict could change with it. With --shapes and --data, anybody's data
    against anybody's shapes.
    """
    if bool(shapes) != bool(data):
        raise click.UsageError("--shapes and --data go together.")
    if (since is not None) + bool(paths) + bool(data) > 1:
        raise click.UsageError("take files, --since, or --shapes with --data: one of them.")
    from bde.graphs import Reader

    here = workspace(context)
    reader = Reader(here.root)
    named = [path.resolve() for path in _turtle_files((*paths, *data))]
    talk = Speech("validate", here, destinations, all_=all_, files=named, said=reader.said)

    def reports() -> Iterator[Report]:
        if data:
            from bde.validate import foreign

            yield foreign(named, [path.resolve() for path in _turtle_files(shapes)], engine=engine)
        elif since is not None:
            from bde import since as history

            yield history.validate(here, since, engine=engine)
        else:
            from bde import conformance

            yield from conformance.check(here, named if paths else None, engine, reader)

    return show(reports(), talk=talk)


@click.command(short_help="Prove that all is consistent; show what follows.")
@click.option(
    "--explain",
    is_flag=False,
    flag_value="",
    metavar="[FACT]",
    help='Name a smallest set of statements that clash; with a FACT, "person:x bde:tookPartIn engagement:y" '
    'or "instrument:x a bde:SignedInstrument", those from which it follows.',
)
@click.option("--inferred", is_flag=True, help="List what follows and is not stated, as N-Triples.")
@click.option(
    "--engine",
    type=click.Choice(("hermit", "rl")),
    default="hermit",
    show_default=True,
    help="hermit is complete and needs Java; rl, the rules of OWL 2 RL, sees fewer contradictions.",
)
@click.pass_context
def reason(context: click.Context, explain: str | None, inferred: bool, engine: str) -> int:
    """Prove that ontology and data agree and every class can have an instance; count what follows."""
    from bde import graphs
    from bde import reason as reasoner

    if inferred and explain is not None:
        raise click.UsageError("--inferred lists, --explain explains: take one of them.")
    here = workspace(context)
    ontology, data = (graphs.read(files, here.root) for files in (here.ontology, here.data))
    if explain:
        return show([reasoner.why(ontology, data, explain, engine=engine)])
    if inferred:
        facts, report = reasoner.inferred(ontology, data, engine=engine)
        for fact in facts:
            click.echo(" ".join(node.n3() for node in fact) + " .")
        return VACUOUS if report.vacuous else HOLDS
    proven = reasoner.reason(ontology, data, engine=engine, explain=explain is not None)
    if not proven.holds:
        return show([proven])
    return show([proven, reasoner.inferred(ontology, data, engine=engine)[1]])


@click.command(short_help="Print the ledger of the sources.")
@_TEXTS
@click.pass_context
def coverage(context: click.Context, texts: Path | None) -> int:
    """Print the ledger: what became of every sentence of every source."""
    from bde import graphs, ledger

    here = workspace(context)
    data = graphs.read(here.data, here.root)
    click.echo("sentences  backing  aside  share  nodes  evidence  source")
    for x in ledger.ledgers(data.graph):
        share = f"{x.share:.0%}" if x.sentences else "-"
        numbers = (
            f"{x.sentences:>9}  {x.backing:>7}  {x.set_aside:>5}  {share:>5}  {x.nodes:>5}  {x.evidence:>8}"
        )
        click.echo(f"{numbers}  {x.label}")
    return show([ledger.coverage(data, texts)])


@click.command(short_help="Cut a text into passages.")
@click.argument("text", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--source", required=True, help="The last part of the source's IRI: my-paper-2031-05.")
def passages(text: Path, source: str) -> int:
    """Cut the text of a source into passages and print them as Turtle (no word of it is kept).

    What the description of the source needs of the text is printed beside it, on standard error.
    """
    import hashlib

    from bde import passages as cutter
    from bde import turtle

    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", source):
        raise click.UsageError("--source takes small letters, digits and single hyphens: my-paper-2031-05.")
    whole = read_text(text)
    found = cutter.cut(whole)
    click.echo(turtle.canonical(cutter.turtle(source, found), text), nl=False)
    digest = hashlib.sha256(whole.encode()).hexdigest()
    click.echo(f"{len(found)} passages. For the description of source:{source}:", err=True)
    click.echo(f'    bde:textFile "{text.name}" ;', err=True)
    click.echo(f"    bde:textLength {len(whole)} ;", err=True)
    click.echo(f'    bde:sha256 "{digest}" ;', err=True)
    return HOLDS


def _turtle_files(paths: tuple[Path, ...]) -> list[Path]:
    return [file for path in paths for file in (sorted(path.rglob("*.ttl")) if path.is_dir() else [path])]


COMMANDS: tuple[click.Command, ...] = (check, format_, validate, reason, coverage, passages)
