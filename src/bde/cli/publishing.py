"""Commands that put a release into a triplestore, see that it is there, and go back."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from bde.cli.common import FAULT, FINDINGS, HOLDS, workspace
from bde.errors import EndpointProblem, Refused

if TYPE_CHECKING:
    from bde.publish import Step
    from bde.publish.planning import Plan
    from bde.publish.releases import Source
    from bde.publish.target import Target

_STORES = ("oxigraph", "fuseki", "rdf4j", "virtuoso", "generic")
_SHOWN = 10
_Command = TypeVar("_Command", bound=Callable[..., object])


@click.group(short_help="Put a release into a triplestore, safely.")
def publish() -> None:
    """Put a release into a triplestore: staged, read back, switched at once, read back again, recorded.

    \b
    bde publish plan dist/graph --endpoint http://localhost:7878 --store oxigraph
    bde publish apply dist/graph --endpoint http://localhost:7878 --store oxigraph
    bde publish verify dist/graph --endpoint ...
    bde publish rollback --endpoint ...

    A user name and a password come from BDE_ENDPOINT_USER and BDE_ENDPOINT_PASSWORD or a netrc file.
    Exit codes: 0 done or nothing to do, 1 differs or refused, 2 usage or unreadable input, 3 store failed.
    """


def _of_a_store(command: _Command) -> _Command:
    """The options that say which store."""
    for option in (
        click.option("--seconds", type=click.FloatRange(min=1), default=600, show_default=True,
                     help="The longest that one request may take as a whole."),
        click.option("--graphs", default="", help="Address of its graph store, where not the usual one."),
        click.option("--update", default="", help="Address of its updates, where it is not the usual one."),
        click.option("--store", type=click.Choice(_STORES), default="generic", show_default=True,
                     help="The kind of store, which says where it takes updates and graphs."),
        click.option("--endpoint", required=True, metavar="URL",
                     help="The store: its root; of Fuseki the dataset, of RDF4J the repository, else "
                     "its queries."),
    ):  # fmt: skip
        command = option(command)
    return command


def _of_a_release(command: _Command) -> _Command:
    return click.argument("release", required=False, type=click.Path(path_type=Path, exists=True))(command)


_ALL = click.option("--all", "all_", is_flag=True, help="Name every record, not the first of each graph.")
_SHRINK = click.option(
    "--allow-shrink", is_flag=True, help="Also where more than a fifth of what is live goes."
)


@contextmanager
def _target(options: dict[str, object]) -> "Iterator[Target]":
    from bde.publish.profiles import Addresses
    from bde.publish.target import Target

    addresses = Addresses.of(
        str(options["endpoint"]),
        str(options["store"]),
        update=str(options["update"]),
        graphs=str(options["graphs"]),
    )
    with Target(addresses, seconds=float(str(options["seconds"]))) as target:
        yield target


@contextmanager
def _source(context: click.Context, /, release: Path | None) -> "Iterator[Source]":
    """The release in a folder or a file of N-Quads, else the workspace, built for the while."""
    import tempfile

    from bde.publish import releases

    with tempfile.TemporaryDirectory(prefix="bde-publish-") as folder:
        if release is None:
            from bde import __version__
            from bde.release import build

            release = build(workspace(context), Path(folder, "graph"), __version__).folder
        with releases.opened(release / releases.QUADS if release.is_dir() else release) as source:
            yield source


def _settled(work: Callable[[], int]) -> int:
    """The exit code of this work; what is refused and what fails have codes of their own here."""
    try:
        return work()
    except Refused as why:
        click.echo(f"bde: {why}", err=True)
        return FINDINGS
    except EndpointProblem as problem:
        click.echo(f"bde: {problem}", err=True)
        return FAULT


def _tell() -> "Callable[[Step, int, int], None]":
    """Tells the steps to a terminal, and nobody else."""
    shown = sys.stderr.isatty()

    def tell(step: "Step", done: int, of: int) -> None:
        if shown:
            part = f" {done * 100 // max(of, 1)} %" if of > 1 else ""
            click.echo(f"\r\x1b[K{step}{part}", nl=step == "done", err=True)

    return tell


def _print(found: "Plan", *, all_: bool) -> None:
    for change in found.changes:
        click.echo(f"{change.graph} +{change.added} -{change.removed}")
        shown = change.records if all_ else change.records[:_SHOWN]
        for mark, name, label in shown:
            click.echo(f"  {mark} {name}" + (f"  {label}" if label else ""))
        if rest := len(change.records) - len(shown):
            click.echo(f"  and {rest}{' or more' * change.more} other records")
    share = f", {found.share:.1%} of what is live goes" if found.removed else ""
    changed = f"{len(found.changes)} of {found.graphs} graphs change"
    click.echo(f"{changed}, +{found.added} -{found.removed}{share}" if found.changes else "nothing to do")


@publish.command(short_help="Print what would change.")
@_of_a_release
@_of_a_store
@_ALL
@_SHRINK
@click.pass_context
def plan(
    context: click.Context, /, release: Path | None, all_: bool, allow_shrink: bool, **options: object
) -> int:
    """Print what publishing RELEASE would change: per graph how many statements, and which records.

    RELEASE is a folder that bde build made, or a file of N-Quads; without it, the graph here is built.
    Refused, with exit code 1, are a release with violations and one that removes too much.
    """

    def work() -> int:
        from bde.publish import planning

        with _source(context, release) as source, _target(options) as target:
            report = planning.checked(source)
            found = planning.plan(target, source)
            _print(found, all_=all_)
            name = f"{source.version} ({source.identifier[:12]})"
            click.echo(f"release {name}, {source.triples} triples; {report.looked_at}")
            found.permit(shrink=allow_shrink)
        return HOLDS

    return _settled(work)


@publish.command(short_help="Make a release live.")
@_of_a_release
@_of_a_store
@_SHRINK
@click.option("--owner", default="", help="Who publishes, in the lock.  [default: user@machine]")
@click.pass_context
def apply(
    context: click.Context, /, release: Path | None, allow_shrink: bool, owner: str, **options: object
) -> int:
    """Make RELEASE live: stage it, read it back, switch all graphs at once, read back again, record it.

    What would be refused by plan is refused here. A run that broke off is completed by running it again.
    """

    def work() -> int:
        from bde import publish as publishing
        from bde.publish import planning

        with _source(context, release) as source, _target(options) as target:
            planning.checked(source)
            found = planning.plan(target, source)
            found.permit(shrink=allow_shrink)
            outcome = publishing.apply(target, source, owner=owner, tell=_tell())
        done = f"+{found.added} -{found.removed}" if outcome.changed else "nothing to do"
        click.echo(f"live: {outcome.release}, {outcome.release.triples} triples; {done}")
        return HOLDS

    return _settled(work)


@publish.command(short_help="Compare what is live with a release.")
@_of_a_release
@_of_a_store
@click.pass_context
def verify(context: click.Context, /, release: Path | None, **options: object) -> int:
    """Compare what is live with RELEASE, graph by graph as sets; exit code 1 where they differ."""

    def work() -> int:
        from bde import publish as publishing

        with _source(context, release) as source, _target(options) as target:
            differences = publishing.verify(target, source, _tell())
            known = publishing.is_live(target.state(), source)
        for difference in differences:
            click.echo(f"{difference.graph} lacks {difference.lacks}, has {difference.extra} too much")
        if not known:
            click.echo("the record does not call this release the live one")
        looked = f"{len(source.parts)} graphs and the whole, {source.triples} triples"
        click.echo(f"{looked}; {len(differences)} of them differ")
        return FINDINGS if differences or not known else HOLDS

    return _settled(work)


@publish.command(short_help="Make an earlier release live again.")
@click.argument("version", required=False, default="")
@_of_a_store
@click.option("--owner", default="", help="Who publishes, in the lock.  [default: user@machine]")
def rollback(version: str, owner: str, **options: object) -> int:
    """Make an earlier release live again: VERSION, or the start of its digest, else the one before."""

    def work() -> int:
        from bde import publish as publishing

        with _target(options) as target:
            outcome = publishing.rollback(target, version, owner=owner, tell=_tell())
        click.echo(f"live: {outcome.release}, {outcome.release.triples} triples")
        return HOLDS

    return _settled(work)


@publish.command(short_help="Print what is live, and the releases kept.")
@_of_a_store
@click.option("--names", is_flag=True, help="Print the name of the graph for readers, and nothing else.")
def status(names: bool, **options: object) -> int:
    """Print what is live, which releases are kept, and who holds the lock; exit code 1: nothing is."""

    def work() -> int:
        from bde.publish.record import WHOLE

        with _target(options) as target:
            state = target.state()
            current = state.current
        if names:
            if current and not current.whole:
                fix = "Publish once more with: bde publish apply."
                raise Refused("the live release was published without one graph for readers.", fix=fix)
            if current:
                click.echo(WHOLE)
            return HOLDS if current else FINDINGS
        for release in state.releases:
            mark = "live" if release == current else "kept"
            click.echo(
                f"{mark}  {release}  {release.triples} triples  {len(release.parts)} graphs  {release.issued}"
            )
        for claim in state.claims:
            click.echo(f"locked by {claim.owner} until {claim.expires:%Y-%m-%d %H:%M:%S} UTC")
        profile = target.addresses.profile
        if profile.union:
            click.echo(f"queries that name no graph may see every version: name <{WHOLE}>")
        if not profile.snapshots:
            click.echo("a query during a switch may see a part of it: docs/publishing.md says how to tell")
        click.echo(f"{len(state.releases)} releases, {state.publications} times published")
        return HOLDS if current else FINDINGS

    return _settled(work)


@publish.command(short_help="End the lock of a run that died.")
@_of_a_store
def unlock(**options: object) -> int:
    """End the lock of a run that died; one that still runs can then not switch any more."""

    def work() -> int:
        from bde.publish import locking

        with _target(options) as target:
            ended = locking.unlock(target)
        for claim in ended:
            click.echo(f"ended the lock of {claim.owner}")
        if not ended:
            click.echo("nothing to do")
        return HOLDS

    return _settled(work)


@publish.command(short_help="Remove old releases from the store.")
@_of_a_store
@click.option("--keep", type=click.IntRange(min=1), default=3, show_default=True, help="How many to keep.")
def prune(keep: int, **options: object) -> int:
    """Remove all releases but the last ones and the live one, with the graphs that only they need."""

    def work() -> int:
        from bde import publish as publishing

        with _target(options) as target:
            removed = publishing.prune(target, keep)
        for release in removed:
            click.echo(f"removed {release}")
        click.echo(f"{len(removed)} releases removed")
        return HOLDS

    return _settled(work)


COMMANDS: tuple[click.Command, ...] = (publish,)
