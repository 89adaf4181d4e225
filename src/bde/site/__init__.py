"""The graph as pages to look at: static files that any web server or a folder can show, with no network.

Addresses mirror the IRIs (``addresses``), the graph is read one node at a time (``reading``) and pages are
written as they are made (``writing``), so that neither memory nor time grows faster than the graph. Every
page reads without JavaScript; scripts only add to what is there.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from bde import queries
from bde.findings import Report
from bde.site import (
    browsing,
    concepts,
    coverage,
    drawn,
    overview,
    pairs,
    questions,
    sources,
    standing,
    terms,
    things,
)
from bde.site.choosing import Choices
from bde.site.occasions import Occasions
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


def build(workspace: Workspace, folder: Path, version: str, reports: Iterable[Report] = ()) -> Site:
    """Write the site of ``workspace`` into ``folder``, replacing an earlier site there as a whole.

    ``reports`` are what a check of the workspace found, for the page of what was checked. Raises
    ``BdeError`` where an input cannot be read, or ``folder`` holds anything but an earlier site or cannot be
    written.
    """
    saved = queries.load(workspace)
    reader = Reader(Store.load(workspace.graphs("ontology", "data")))
    reader.own_pages.update(concepts.own_pages(reader))
    occasions = Occasions(reader)
    choices = Choices(reader, saved)
    met = drawn.who_met(reader, saved)
    with replacing(folder) as aside:
        pages = Pages(aside)
        pages.assets()
        overview.write(pages, reader, occasions, saved, version)
        drawn.write(pages, reader, occasions, met)
        coverage.write(pages, reader, occasions)
        pairs.write(pages, reader, occasions, saved, Store.load(workspace.graphs("ontology")))
        things.write(pages, reader, drawn.sections(reader, occasions, met))
        sources.write(pages, reader)
        terms.write(pages, reader, Store.load(workspace.graphs("shapes")))
        standing.disputes(pages, reader, occasions, saved)
        standing.quality(pages, reader, reports)
        questions.write(pages, reader, saved, choices)
        browsing.write(pages, reader, occasions.pairs, saved, choices, workspace)
        pages.file(MANIFEST, json.dumps({"pages": pages.pages, "version": version}) + "\n")
    return Site(folder, pages.pages, pages.bytes)
