"""Where statements stand, found only for the things that are asked about.

To read every file with its lines takes longer than to validate it. So files are read as ``graphs`` reads them
only around the things named: the blocks of text whose subject is one of them, every other line left blank.
"""

import re
from collections.abc import Iterable, Iterator

from rdflib.term import Node

from bde import graphs
from bde.errors import SyntaxProblem
from bde.graphs import LocatedGraph
from bde.syntax import Parsed

_DIRECTIVE = re.compile(r"(@prefix|@base|prefix\b|base\b)", re.IGNORECASE)
_SUBJECT = re.compile(r"(?:<[^>]*[/#])?(?:[^\s:;,<>]*:)?([^\s;,>]+)")


def around(texts: Iterable[tuple[str, str]], things: Iterable[Node]) -> LocatedGraph:
    """What is said of ``things`` in texts in Turtle, each with the name of its file, and where.

    Only of these things is the place of every statement known. Raises ``SyntaxProblem`` where a text that has
    one of them is malformed.
    """
    names = {_local(str(thing)) for thing in things}
    return graphs.located((name, part) for name, text in texts if (part := _excerpt(name, text, names)))


def _excerpt(name: str, text: str, names: set[str]) -> str:
    lines = text.split("\n")
    kept = set(_around(lines, names))
    excerpt = "\n".join(line if number in kept else "" for number, line in enumerate(lines)) if kept else ""
    try:
        Parsed.of(excerpt, name)
    except SyntaxProblem:  # the blocks were not where the lines begin and end
        return text
    return excerpt


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
