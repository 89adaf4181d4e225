"""Commands that turn the graph into files for others."""

from pathlib import Path

import click

from bde.cli.common import FINDINGS, HOLDS, VACUOUS, workspace


@click.command(short_help="Build a release: Turtle, N-Quads, JSON-LD.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("dist/graph"),
    show_default=True,
    help="Folder of the release; an earlier release there is replaced.",
)
@click.option(
    "--bulk",
    type=click.IntRange(1),
    is_flag=False,
    flag_value=1_000_000,
    metavar="[TRIPLES]",
    help="Also write bulk/, compressed N-Quads in parts of so many triples (without a number: a million) "
    "and a manifest, for the bulk loader of a store.",
)
@click.pass_context
def build(context: click.Context, out: Path, bulk: int | None) -> int:
    """Build a release: merged Turtle, N-Quads, JSON-LD, a description and digests."""
    from bde import __version__, release

    built = release.build(workspace(context), out, __version__, bulk)
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


@click.command(short_help="Compare two versions of the ontology.")
@click.argument("old")
@click.argument("new")
@click.option(
    "--as", "form", type=click.Choice(("text", "markdown", "json")), default="text", show_default=True
)
@click.option(
    "--fail-on",
    type=click.Choice(("change", "breaking", "step")),
    help="Exit with 1 on any change, on a breaking one, or where the step of version is too small.",
)
@click.pass_context
def diff(context: click.Context, old: str, new: str, form: str, fail_on: str | None) -> int:
    """Compare two versions of the ontology: terms, concepts, and by name shapes and questions.

    OLD and NEW are each a folder with ontology/ in it, a release (bde build), a Turtle file, or a git
    revision of this checkout; a path wins over a revision of the same name. Markdown fits a change log.

    Breaking is what takes a name away, allows less, or lets less follow: a term removed or of another sort, a
    domain or range that is narrower, a superclass less, a parameter or column of a question less. The changes
    ask for a step of version (major, minor, patch), which is compared with the owl:versionIRI of both.

    \b
    bde diff HEAD~3 .                          since three commits ago
    bde diff v0.1.0 . --as markdown            for the change log
    bde diff v0.1.0 . --fail-on step           in CI: is the version raised as the changes ask?

    A difference is no finding: the exit code is 0 unless --fail-on asks for 1. Where one of the versions
    holds no term at all, it is 4.
    """
    from bde.cli import changes
    from bde.diff import compare, read

    root = workspace(context).root
    found = compare(read(old, root), read(new, root))
    click.echo(changes.render(found, form), nl=False)
    if empty := [name for name, count in zip(found.names, found.counts["terms"], strict=True) if not count]:
        click.echo(f"looked at nothing: no term of ours in {' and '.join(empty)}", err=True)
        return VACUOUS
    failed = {"change": found.changes, "breaking": found.breaking, "step": found.enough is not True}
    return FINDINGS if fail_on and failed[fail_on] else HOLDS


COMMANDS: tuple[click.Command, ...] = (build, diff, guide)
