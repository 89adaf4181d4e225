"""The graph as pages to look at: static files that any web server or a folder can show, with no network.

Addresses mirror the IRIs (``addresses``), the graph is read one node at a time (``reading``) and pages are
written as they are made (``writing``), so that neither memory nor time grows faster than the graph. Every
page reads without JavaScript; scripts only add to what is there.
"""

import json
from dataclasses import dataclass
from pathlib import Path

from bde import queries
from bde.site import browsing, overview, questions, things
from bde.site.reading import Reader
from bde.site.writing import MANIFEST, Pages, replacing
from bde.store import Store
from bde.workspace import Workspace

__all__ = ["Site", "build"]


@dataclass(frozen=True)
class Site:
    """What was built: the folder, how many pages, and the bytes of all files."""

    folder: Path
    pages: int
    bytes: int


def build(workspace: Workspace, folder: Path, version: str) -> Site:
    """Write the site of ``workspace`` into ``folder``, replacing an earlier site there as a whole.

    Raises ``BdeError`` where an input cannot be read, or ``folder`` holds anything but an earlier site or
    cannot be written.
    """
    store = Store.load(workspace.graphs("ontology", "data"))
    saved = queries.load(workspace)
    reader = Reader(store)
    with replacing(folder) as aside:
        pages = Pages(aside)
        pages.assets()
        overview.write(pages, reader, saved, version)
        things.write(pages, reader)
        questions.write(pages, reader, saved)
        browsing.write(pages, reader, saved, workspace)
        pages.file(MANIFEST, json.dumps({"pages": pages.pages, "version": version}) + "\n")
    return Site(folder, pages.pages, pages.bytes)
