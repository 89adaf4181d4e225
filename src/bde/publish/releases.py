"""The release that is to be published: its graphs, one file of N-Triples each, counted and digested."""

import hashlib
import re
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from rdflib import OWL

from bde.errors import BdeError
from bde.namespaces import BASE, GRAPH
from bde.publish.record import is_asked
from bde.publish.statements import Statements, has_blank_node
from bde.publish.values import in_one_form
from bde.syntax import quads

QUADS = "bde.nq"
_VERSION = f'<{BASE}ontology> <{OWL.versionInfo}> "'
_WRITE_CHARACTERS = 2**22


@dataclass(frozen=True)
class Part:
    """One graph of a release: its name, its statements, and the file that holds them as N-Triples."""

    graph: str
    file: Path
    statements: Statements

    def lines(self) -> Iterator[str]:
        """Its statements, one line of N-Triples each."""
        with self.file.open(encoding="utf-8") as file:
            yield from file

    def pieces(self, most_bytes: int) -> Iterator[str]:
        """Its statements as texts of about so many bytes; what has blank nodes comes first, in one."""
        if self.statements.blank:
            yield "".join(line for line in self.lines() if has_blank_node(line))
        yield from _texts((line for line in self.lines() if not has_blank_node(line)), most_bytes)


def _texts(lines: Iterable[str], most_bytes: int) -> Iterator[str]:
    text: list[str] = []
    size = 0
    for line in lines:
        text.append(line)
        size += len(line)
        if size >= most_bytes:
            yield "".join(text)
            text, size = [], 0
    if text:
        yield "".join(text)


@dataclass(frozen=True)
class Source:
    """A release on disk: its version and its graphs by name."""

    version: str
    parts: dict[str, Part]

    @property
    def triples(self) -> int:
        """The number of statements in all graphs."""
        return sum(part.statements.count for part in self.parts.values())

    @cached_property
    def whole(self) -> Statements:
        """The graphs that questions are asked of, merged."""
        return Statements.merged(part.statements for graph, part in self.parts.items() if is_asked(graph))

    @property
    def identifier(self) -> str:
        """SHA-256 of the version and of the name and digest of each graph."""
        lines = [f"{name} {part.statements.digest}" for name, part in sorted(self.parts.items())]
        return hashlib.sha256("\n".join([self.version, *lines]).encode()).hexdigest()


@contextmanager
def opened(file: Path) -> Iterator[Source]:
    """The release in a file of N-Quads, such as ``bde.nq`` of ``bde build``; for a while only.

    It is read once, strictly, and never held in memory as a whole. Raises ``SyntaxProblem`` with the line,
    and ``BdeError`` where it cannot be read, holds nothing, or names a graph that is none of a release.
    """
    with tempfile.TemporaryDirectory(prefix="bde-release-") as folder:
        files, version = _divided(file, Path(folder))
        if not files:
            raise BdeError("holds no statement.", fix="Build the release again.", file=file)
        parts = {}
        for graph, own in sorted(files.items()):
            with own.open(encoding="utf-8") as lines:
                parts[graph] = Part(graph, own, Statements(lines))
        yield Source(version, parts)


def _divided(file: Path, folder: Path) -> tuple[dict[str, Path], str]:
    """A file for each graph, and the version that the ontology states."""
    files: dict[str, Path] = {}
    waiting: dict[str, list[str]] = {}
    size, version = 0, ""

    def write() -> None:
        for graph, lines in waiting.items():
            with files.setdefault(graph, folder / f"{len(files)}.nt").open("a", encoding="utf-8") as out:
                out.writelines(lines)
        waiting.clear()

    for graph, line in quads(file):
        waiting.setdefault(_checked(graph, file), []).append(in_one_form(line))
        size += len(line)
        if line.startswith(_VERSION):
            version = line[len(_VERSION) :].split('"')[0]
        if size >= _WRITE_CHARACTERS:
            write()
            size = 0
    write()
    return files, version


def _checked(graph: str, file: Path) -> str:
    if not re.fullmatch(re.escape(GRAPH) + r"(ontology|shapes|data)/[^\s<>\"{}|\\^`]+", graph):
        what = f"holds a statement in <{graph}>, which is no graph of a release."
        fix = f"They are named {GRAPH}data/... (or ontology, shapes)."
        raise BdeError(what, fix=fix, file=file)
    return graph
