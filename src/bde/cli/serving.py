"""The command that serves the graph at home."""

import signal
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

import click

from bde.cli.common import HOLDS, workspace

if TYPE_CHECKING:
    from bde.serve import Served


@click.command(short_help="Serve the graph here: a SPARQL endpoint and a page to ask it.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address of this machine to listen on.")
@click.option(
    "--port",
    type=click.IntRange(0, 65_535),
    default=7878,
    show_default=True,
    help="Port to listen on; 0 takes a free one.",
)
@click.option(
    "--beyond-this-machine",
    "beyond",
    is_flag=True,
    help="Also listen where other machines can reach it; nobody is asked who they are.",
)
@click.option(
    "--site",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="Folder of pages to serve as well, as bde site writes them.",
)
@click.option(
    "--seconds",
    type=click.IntRange(1, 86_400),
    default=60,
    show_default=True,
    help="Longest that a query may take.",
)
@click.pass_context
def serve(context: click.Context, host: str, port: int, beyond: bool, site: Path | None, seconds: int) -> int:
    """Serve the graph until Ctrl-C: /query is a SPARQL 1.1 endpoint, /ask/ a page to ask it.

    Each file is a named graph, the default graph is their union. Nothing can be changed, no query leaves the
    machine, and the page needs no network. Needs Oxigraph's server: pip install "bde[serve]".
    """
    from bde.serve import Offer
    from bde.serve import serve as run

    stop = Event()
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if hasattr(signal, name):  # not every platform has each
            signal.signal(getattr(signal, name), lambda *_: stop.set())
    if hasattr(signal, "SIGPIPE"):
        signal.signal(signal.SIGPIPE, signal.SIG_IGN)  # one who asked and went away does not end it for all
    run(workspace(context), Offer(host, port, beyond, site, seconds), stop, _tell)
    click.echo("stopped", err=True)
    return HOLDS


def _tell(served: "Served") -> None:
    click.echo(f"{served.triples} triples in {served.graphs} graphs at {served.address}")
    click.echo(f"    in a browser     {served.address}/ask/")
    click.echo(f"    bde              bde sparql my.rq --endpoint {served.address}/query")
    click.echo(f"    curl             curl {served.address}/query --data-urlencode 'query=ASK {{}}'")
    click.echo("Ctrl-C stops it.")


COMMANDS: tuple[click.Command, ...] = (serve,)
