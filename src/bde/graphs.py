"""Files read as one rdflib graph that remembers the place of every triple."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import count
from pathlib import Path
from typing import Protocol

from rdflib import BNode, Graph, Literal, URIRef
from rdflib.term import Node

from bde.findings import Place, relative
from bde.lexer import refuse_newer
from bde.positions import placed
from bde.syntax import Parsed, Said, Triple, said
from bde.workspace import read_text


class Located(Protocol):
    """What knows where its statements stand."""

    def line_of(self, s: Node, p: Node | None = None, o: Node | None = None) -> Place | None:
        """The place of a statement; else of the first with ``s`` and ``p``; else where ``s`` is a subject."""


@dataclass(frozen=True)
class _Part:
    """A file of a graph.

    The labels of its blank nodes begin with ``label``, and those of other files do not.
    """

    name: str
    text: str
    label: str
    parsed: Parsed

    @cached_property
    def subjects(self) -> set[str]:
        """The IRIs that are subjects in it."""
        return self.parsed.subjects()

    @cached_property
    def located(self) -> tuple[list[Triple], dict[tuple[Node | None, ...], Place]]:
        """The triples, and the place of each, of each subject with each predicate, and of each subject."""
        triples, places = [], dict[tuple[Node | None, ...], Place]()
        for triple, of_subject, of_object in placed(self.text, self.name, f"_:{self.label}"):
            triples.append(triple)
            s, p, o = triple
            place = Place(self.name, *of_object)
            places.setdefault((s,), Place(self.name, *of_subject))
            places.setdefault((s, p), place)
            places.setdefault((s, p, o), place)
        return triples, places

    @cached_property
    def triples(self) -> list[Triple]:
        """The triples; only those with blank nodes, which have no name to be found by, are located now."""
        found = self.parsed.triples()
        blank = any(isinstance(node, BNode) for s, _, o in found for node in (s, o))
        return self.located[0] if blank else found


@dataclass(frozen=True)
class LocatedGraph:
    """The triples of ``files``, and where each of them stands.

    Triples are made when they are asked for. A file is searched for places when the first of them is, which
    is where something is wrong: to find them takes longer still.
    """

    _parts: tuple[_Part, ...]

    @property
    def files(self) -> tuple[str, ...]:
        """The names of the files."""
        return tuple(part.name for part in self._parts)

    @cached_property
    def graph(self) -> Graph:
        """The triples as one graph."""
        return _graph(self.statements())

    def plain(self, *predicates: URIRef) -> Graph:
        """The triples, or those with these predicates, as one graph that is made sooner than ``graph``.

        Its blank nodes have labels of which no place is known, the same in every run.
        """
        wanted = {str(p) for p in predicates} or None
        labels = map(BNode, map("plain{}".format, count()))
        parts = (part.parsed.triples(wanted) for part in self._parts)
        return _graph(triple for triples in parts for triple in _relabelled(triples, labels))

    @property
    def parsed(self) -> tuple[Parsed, ...]:
        """The triples of each file; in the graph their blank nodes have other labels."""
        return tuple(part.parsed for part in self._parts)

    def statements(self, files: Collection[str] | None = None) -> Iterator[Triple]:
        """The triples as they are written, of all files or of the named ones."""
        for part in self._parts:
            if files is None or part.name in files:
                yield from part.triples

    @cached_property
    def _homes(self) -> dict[str, tuple[_Part, ...]]:
        """The parts that have an IRI for a subject."""
        homes: dict[str, tuple[_Part, ...]] = {}
        for part in self._parts:
            for subject in part.subjects:
                homes[subject] = (*homes.get(subject, ()), part)
        return homes

    def subjects(self, files: Collection[str] | None = None) -> Collection[str]:
        """The IRIs that are subjects, each once, of all files or of the named ones."""
        if files is None:
            return self._homes.keys()
        return set[str]().union(*(part.subjects for part in self._parts if part.name in files))

    def texts_about(self, things: Collection[Node]) -> Iterator[tuple[str, str]]:
        """Name and text of each file that has one of these IRIs for a subject."""
        iris = {str(thing) for thing in things}
        return ((part.name, part.text) for part in self._parts if not iris.isdisjoint(part.subjects))

    def _home(self, node: Node) -> tuple[_Part, ...]:
        """The parts where a node may be a subject."""
        if isinstance(node, BNode):
            return tuple(part for part in self._parts if node.startswith(part.label))
        return self._homes.get(str(node), ())

    def line_of(self, s: Node, p: Node | None = None, o: Node | None = None) -> Place | None:
        """The place of a statement, which is where its object begins.

        Else of the first statement with ``s`` and ``p``; else where ``s`` is first a subject; else ``None``.
        """
        keys: list[tuple[Node | None, ...]] = [(s, p, o), (s, p), (s,)]
        found = [part.located[1] for part in self._home(s)]
        return next((places[key] for key in keys for places in found if key in places), None)

    def ill_typed(self, files: Collection[str] | None = None) -> Iterator[tuple[Place, str, str, str]]:
        """Place, subject, lexical form and datatype of the literals that their datatype forbids."""
        for part in self._parts:
            if files is None or part.name in files:
                for s, p, o in part.triples:
                    if isinstance(o, Literal) and o.ill_typed:
                        yield part.located[1][s, p, o], str(s), str(o), str(o.datatype)


def texts(files: Iterable[Path], root: Path) -> Iterator[tuple[str, str]]:
    """Name, relative to ``root``, and text of each file. Raises as ``read_text`` does."""
    names = ((path, relative(path, root)) for path in files)
    return ((name, read_text(path, name)) for path, name in names)


class Reader:
    """Reads Turtle files, each once, however often it is asked for; they are named relative to ``root``."""

    def __init__(self, root: Path):
        self.root = root
        self._parts: dict[Path, _Part] = {}

    def graph(self, files: Iterable[Path]) -> LocatedGraph:
        """The graph of files; blank nodes of different files stay apart.

        Raises ``SyntaxProblem`` with file and line where a file is not strict Turtle 1.1. One whose brackets
        stand too deep in each other is refused when its triples are asked for.
        """
        return LocatedGraph(tuple(map(self._part, files)))

    def said(self, path: Path, predicates: Collection[str]) -> Iterator[Said]:
        """What a file says with these predicates (IRIs), as of ``syntax.said``; it is not kept for that."""
        if path in self._parts:
            return self._parts[path].parsed.said(predicates)
        return said(read_text(path), path, predicates)

    def _part(self, path: Path) -> _Part:
        if path not in self._parts:
            name = relative(path, self.root)
            self._parts[path] = _part(len(self._parts), name, read_text(path, name))
        return self._parts[path]


def read(files: Iterable[Path], root: Path) -> LocatedGraph:
    """The graph of Turtle files that are read for it alone. Raises as ``Reader.graph`` does."""
    return Reader(root).graph(files)


def located(texts: Iterable[tuple[str, str]]) -> LocatedGraph:
    """The graph of texts in Turtle, each with the name of its file. Raises as ``Reader.graph`` does."""
    return LocatedGraph(tuple(_part(number, *text) for number, text in enumerate(texts)))


def _part(number: int, name: str, text: str) -> _Part:
    refuse_newer(text, name)
    return _Part(name, text, f"f{number}x", Parsed.of(text, name))


def _graph(triples: Iterable[Triple]) -> Graph:
    graph = Graph("SimpleMemory")  # no contexts: quicker to fill and to read
    for triple in triples:
        graph.add(triple)
    return graph


def _relabelled(triples: Iterable[Triple], labels: Iterator[BNode]) -> Iterator[Triple]:
    taken = defaultdict[BNode, BNode](lambda: next(labels))
    for s, p, o in triples:
        yield taken[s] if isinstance(s, BNode) else s, p, taken[o] if isinstance(o, BNode) else o
