"""Commands that turn the graph into files for others."""

from pathlib import Path

import click

from bde.cli.common import HOLDS, workspace


@click.command(short_help="Build a release: Turtle, N-Quads, JSON-LD.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("dist/graph"),
    show_default=True,
    help="Folder of the release; an earlier release there is replaced.",
)
@click.pass_context
def build(context: click.Context, out: Path) -> int:
    """Build a release: merged Turtle, N-Quads, JSON-LD, a description and digests."""
    from bde import __version__, release

    built = release.build(workspace(context), out, __version__)
    for name, size, digest in built.files:
        click.echo(f"{digest}  {size:>9}  {built.folder / name}")
    click.echo(f"version {built.version}, {built.triples} triples")
    return HOLDS


@click.command(short_help="Print the modeling guide: how do I say ...?")
@click.pass_context
def guide(context: click.Context) -> int:
    """Print the modeling guide as Markdown, made from the ontology and the worked examples."""
    from bde import guide as pages

    click.echo(pages.markdown(workspace(context)), nl=False)
    return HOLDS


COMMANDS: tuple[click.Command, ...] = (build, guide)
