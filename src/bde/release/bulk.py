"""The bulk form of a release: parts of sorted N-Quads, compressed, a manifest, for any store's loader."""

import gzip
import hashlib
import json
from collections.abc import Iterable, Iterator
from itertools import groupby

MANIFEST = "manifest.json"


def graph_of(line: str) -> str:
    """The IRI of the graph that a line of N-Quads states its triple in."""
    return line[line.rindex("<") + 1 : line.rindex(">")]


def parts(quads: Iterable[str], size: int) -> Iterator[list[str]]:
    """Divide sorted N-Quads lines into sorted parts of ``size`` lines, graph by graph.

    A loader takes each part as a document of its own, in which a blank node is another one: the lines of a
    graph that name blank nodes stay together, in a part that is longer where they are more than ``size``.
    """
    part: list[str] = []
    for _, lines in groupby(sorted(quads, key=graph_of), key=graph_of):
        for block in _blocks(list(lines)):
            if part and len(part) + len(block) > size:
                yield sorted(part)
                part = []
            part += block
    if part:
        yield sorted(part)


def _blocks(lines: list[str]) -> Iterator[list[str]]:
    """Lines that must not be parted: those with blank nodes together, each other one alone."""
    bound = [line for line in lines if _names_blank_node(line)]
    if bound:
        yield bound
    yield from ([line] for line in lines if not _names_blank_node(line))


def _names_blank_node(line: str) -> bool:
    return line.startswith("_:") or line.split(" ", 2)[2].startswith("_:")


def files(quads: Iterable[str], size: int, version: str) -> Iterator[tuple[str, bytes]]:
    """The name and content of each part as it is made, and of the manifest at last.

    The manifest tells, of each part, its bytes, triples, graphs and digests (SHA-256): ``sha256`` of the file
    and ``contentSha256`` of the lines in it, which stays the same where another zlib compresses otherwise.
    """
    told = []
    for number, lines in enumerate(parts(quads, size), 1):
        text = "".join(line + "\n" for line in lines).encode()
        packed = gzip.compress(text, mtime=0)
        name = f"part-{number:05}.nq.gz"
        told.append(
            {
                "file": name,
                "bytes": len(packed),
                "triples": len(lines),
                "sha256": hashlib.sha256(packed).hexdigest(),
                "contentSha256": hashlib.sha256(text).hexdigest(),
                "graphs": sorted({graph_of(line) for line in lines}),
            }
        )
        yield name, packed
    total = {"files": len(told), "triples": sum(part["triples"] for part in told)}  # type: ignore[misc]
    manifest = {"version": version, "format": "application/n-quads", "total": total, "parts": told}
    yield MANIFEST, (json.dumps(manifest, indent=1) + "\n").encode()
