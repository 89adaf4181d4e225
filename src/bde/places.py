"""Where statements stand, found only for the things that are asked about.

To read every file with its lines takes longer than to validate it. So files are read as ``graphs`` reads them
only around the things named: the blocks of text whose subject is one of them, every other line left blank.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from rdflib.term import Node

from bde import graphs
from bde.errors import SyntaxProblem
from bde.findings import Place, relative
from bde.graphs import LocatedGraph
from bde.workspace import read_text

_DIRECTIVE = re.compile(r"(@prefix|@base|prefix\b|base\b)", re.IGNORECASE)
_SUBJECT = re.compile(r"(?:<[^>]*[/#])?(?:[^\s:;,<>]*:)?([^\s;,>]+)")


class Places:
    """The places of statements about ``things`` in Turtle files, named relative to ``root``.

    The things are those of which anything can be asked afterwards. Raises ``SyntaxProblem`` where a file that
    has one of them is malformed.
    """

    def __init__(self, files: Iterable[Path], root: Path, things: Iterable[Node]):
        names = {_local(str(thing)) for thing in things}
        self._found = [found for path in files if (found := _read(path, root, names))]

    def line_of(self, s: Node, p: Node | None = None, o: Node | None = None) -> Place | None:
        """As ``LocatedGraph.line_of``."""
        return next((place for found in self._found if (place := found.line_of(s, p, o))), None)


def _read(path: Path, root: Path, names: set[str]) -> LocatedGraph | None:
    text = read_text(path, relative(path, root))
    lines = text.split("\n")
    kept = set(_around(lines, names))
    if not kept:
        return None
    excerpt = "\n".join(line if number in kept else "" for number, line in enumerate(lines))
    try:
        return graphs.located([(relative(path, root), excerpt)])
    except SyntaxProblem:  # the blocks were not where the lines begin and end
        return graphs.read([path], root)


def _around(lines: list[str], names: set[str]) -> Iterator[int]:
    """The numbers of the lines of directives, and of blocks whose subject has one of the names."""
    inside = wanted = any_wanted = False
    directives = []
    for number, line in enumerate(lines):
        start = line.lstrip()
        if not inside and start and start[0] != "#":
            if _DIRECTIVE.match(start):
                directives.append(number)
                continue
            subject = _SUBJECT.match(start)
            inside = True
            wanted = bool(subject and _local(subject[0].strip("<>")) in names)
            any_wanted |= wanted
        if inside and wanted:
            yield number
        if line.rstrip().endswith("."):
            inside = False
    if any_wanted:
        yield from directives


def _local(iri: str) -> str:
    return re.split(r"[/#:]", iri.rstrip("/#"))[-1]
