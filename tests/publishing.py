"""What the tests of publishing share: two small releases, stores started once, and what a reader sees."""

import atexit
import tempfile
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pytest
from rdflib import BNode

from bde.endpoint import Endpoint
from bde.namespaces import BASE, GRAPH
from bde.publish import record
from bde.publish.profiles import Addresses
from bde.publish.target import Target
from stores import NAMES, Server

GRAPHS = tuple(f"{GRAPH}data/{name}" for name in ("arlandia", "borduria", "cordonia", "estmark"))
HEADER = f"{GRAPH}ontology/bde"
LIVE = (*GRAPHS, HEADER, record.WHOLE)
# Oxigraph comes with the dev group; the others are a matter of CI.
STORES = [
    pytest.param(name, marks=[pytest.mark.optional(name), pytest.mark.exhaustive(f"publishing to {name}")])
    if name != "oxigraph"
    else name
    for name in NAMES
]
_LABEL = "<http://www.w3.org/2000/01/rdf-schema#label>"
_XSD = "http://www.w3.org/2001/XMLSchema#"

Quad = tuple[str, str]  # the graph, the line without its end


def _visits(graph: int, numbers: Iterable[int], day: str) -> set[Quad]:
    lines = set()
    for number in numbers:
        visit = f"<{BASE}id/engagement/{graph}-{number}>"
        lines.add(f'{visit} {_LABEL} "Rossi visits \\"Borduria\\", no. {number}."@en .')
        lines.add(f'{visit} <{BASE}ontology#on> "{day}"^^<{_XSD}date> .')
        lines.add(f'{visit} <{BASE}ontology#money> "{number}.50"^^<{_XSD}decimal> .')
    return {(GRAPHS[graph], line) for line in lines}


def _blank(graph: int, members: Iterable[str]) -> set[Quad]:
    lines = {f'_:m{n} <{BASE}ontology#name> "Haaß, {name}" .' for n, name in enumerate(members)}
    lines |= {f"<{BASE}id/group/{graph}> <{BASE}ontology#member> _:m{n} ." for n, _ in enumerate(members)}
    return {(GRAPHS[graph], line) for line in lines}


def _header(version: str) -> set[Quad]:
    return {(HEADER, f'<{BASE}ontology> <http://www.w3.org/2002/07/owl#versionInfo> "{version}" .')}


OLD = _visits(0, range(6), "2031-05-04") | _visits(1, range(4), "2031-06-01") | _blank(2, "AB")
OLD |= _visits(2, range(2), "2031-07-01") | _header("1.0")
# Graph 0 changes, graph 1 goes, graph 2 changes where it has blank nodes, graph 3 comes.
NEW = _visits(0, range(1, 8), "2031-05-05") | _blank(2, "AC") | _visits(2, range(2), "2031-07-01")
NEW |= _visits(3, range(5), "2032-01-01") | _header("1.1")


def written(quads: Iterable[Quad], file: Path) -> Path:
    """A file of N-Quads with these."""
    lines = sorted(f"{line.removesuffix(' .')} <{graph}> .\n" for graph, line in quads)
    file.write_text("".join(lines))
    return file


@cache
def server(name: str, *, secured: bool = False) -> Server:
    """The store of this name, started once for all tests of this process."""
    folder = tempfile.TemporaryDirectory(prefix=f"bde-{name}-", ignore_cleanup_errors=True)
    found = Server(name, Path(folder.name), secured)
    atexit.register(folder.cleanup)
    atexit.register(found.kill)
    return found.start()


def target(found: Server, base: str = "", **more: float) -> Target:
    """The store as a target; ``base`` is another address of it."""
    return Target(
        Addresses.of(base or found.base, found.name), **{"seconds": 60, "backoff_seconds": 0.05, **more}
    )


def emptied(place: Target) -> None:
    """Take away all that publishing ever put there."""
    state = place.state()
    known = {graph for release in state.releases for graph in release.parts}
    for graph in {*state.versions, *known, *GRAPHS, HEADER, record.WHOLE, record.CONTROL}:
        place.drop(graph)


def seen(found: Server, graphs: Iterable[str] = (*GRAPHS, HEADER)) -> tuple[tuple[str, ...], ...]:
    """What a reader sees in the live graphs, in one query; blank nodes have no names."""
    named = " ".join(f"<{graph}>" for graph in graphs)
    sparql = f"SELECT ?g ?s ?p ?o WHERE {{ VALUES ?g {{ {named} }} GRAPH ?g {{ ?s ?p ?o }} }}"
    rows = Endpoint(Addresses.of(found.base, found.name).query).query(sparql, seconds=30).rows
    return tuple(
        sorted(tuple("_:" if isinstance(term, BNode) else str(term) for term in row) for row in rows)
    )
