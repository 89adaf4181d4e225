"""The graph at home: a SPARQL endpoint, a page to ask it and the pages of a site, at one address.

The engine is Oxigraph's own server, read-only and reached by nobody but us; before it stands a front that
speaks the SPARQL 1.1 protocol (https://www.w3.org/TR/sparql11-protocol/) and lets no query leave the machine.
"""

import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread

from bde import queries
from bde.errors import BdeError
from bde.serve.asking import Asking
from bde.serve.engine import Engine, Stopped
from bde.serve.front import Front
from bde.serve.pages import Pages
from bde.syntax import nquads
from bde.workspace import Workspace


@dataclass(frozen=True)
class Offer:
    """What is asked for: where to listen, whether beyond this machine, what pages, how long a query may take.

    A ``port`` of 0 takes a free one; ``seconds`` bound each query; ``site`` is a folder of pages.
    """

    host: str = "127.0.0.1"
    port: int = 7878
    beyond: bool = False
    site: Path | None = None
    seconds: int = 60


@dataclass(frozen=True)
class Served:
    """What is there to ask: at which ``address``, over how many ``graphs`` and ``triples``."""

    address: str
    graphs: int
    triples: int


def serve(workspace: Workspace, offer: Offer, stop: Event, ready: Callable[[Served], None]) -> None:
    """Serve ontology and data of ``workspace`` until ``stop`` is set; ``ready`` is told when it answers.

    One named graph per file, the default graph is their union, as ``bde sparql`` has it. When this returns or
    raises, no process, folder or port is left. Raises ``BdeError`` where the address cannot be had, lies
    beyond this machine unasked, a file or the site cannot be read, or the engine ends by itself, and
    ``MissingPart`` where the engine is not installed.
    """
    pages = Pages(offer.site) if offer.site else None
    with ExitStack() as last:
        front = last.enter_context(Front(offer.host, offer.port, offer.beyond))
        files = workspace.graphs("ontology", "data")
        saved = queries.load(workspace)
        folder = Path(last.enter_context(tempfile.TemporaryDirectory(prefix="bde-serve-")))
        engine = Engine(folder, offer.seconds, stop)
        last.callback(engine.close)
        try:
            quads = nquads(files)
            engine.start(quads)
        except Stopped:
            return
        front.open(Asking(engine, offer.seconds), pages, saved)
        work = Thread(target=front.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        work.start()
        last.callback(front.shutdown)
        ready(Served(front.address, len(files), len(quads)))
        while not stop.wait(0.1):
            if not engine.runs:
                raise BdeError("the engine ended by itself.", fix="Start it again.")
