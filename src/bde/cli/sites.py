"""The command that writes the site."""

from pathlib import Path

import click

from bde.cli.common import HOLDS, workspace


@click.command(short_help="Write the graph as pages to look at, with no server.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("site"),
    show_default=True,
    help="Folder of the site; an earlier site there is replaced.",
)
@click.option("--check", "checked", is_flag=True, help="Check the graph first, for the page that says so.")
@click.pass_context
def site(context: click.Context, out: Path, checked: bool) -> int:
    """Write the graph as pages: pairs of states, persons, engagements, sources, terms, questions.

    The folder can be opened as it is or put on any web server, under any address; the pages need no network
    and read without JavaScript. What a check found stands on the page "What was checked"; the exit code is
    that of the writing alone.
    """
    from bde import __version__
    from bde.check import check
    from bde.site import build

    here = workspace(context)
    built = build(here, out, __version__, check(here) if checked else ())
    click.echo(f"{built.pages} pages, {built.bytes / 1e6:.1f} MB in {built.folder}")
    click.echo(f"open {built.folder / 'index.html'}")
    return HOLDS


COMMANDS: tuple[click.Command, ...] = (site,)
