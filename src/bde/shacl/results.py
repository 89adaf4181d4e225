"""What every engine takes and gives: the results of a validation, comparable as sets."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path as FilePath
from typing import Literal

from rdflib import RDF, SH, Graph, URIRef
from rdflib.collection import Collection
from rdflib.paths import AlternativePath, InvPath, MulPath, Path, SequencePath
from rdflib.term import Node

from bde.syntax import Parsed

ShapePath = URIRef | Path
Triples = Graph | Sequence[FilePath | Parsed]  # a graph, or the Turtle files that hold it, read or not
_STEPS: tuple[tuple[URIRef, Literal["*", "+", "?"]], ...] = (
    (SH.zeroOrMorePath, "*"),
    (SH.oneOrMorePath, "+"),
    (SH.zeroOrOnePath, "?"),
)


class Unsupported(Exception):
    """A shape that the set-based engine leaves to the reference; the text says why."""


@dataclass(frozen=True)
class Result:
    """One validation result (https://www.w3.org/TR/shacl/#results-validation-result).

    ``path`` is the property path as SPARQL text, or empty; ``value`` is ``None`` where the result has none.
    """

    focus: Node
    path: str
    value: Node | None
    component: Node
    shape: Node
    severity: Node
    message: str


@dataclass(frozen=True)
class Focus:
    """How many focus nodes a shape with targets has ``everywhere``, and how many of these are ``own``."""

    everywhere: int
    own: int


@dataclass(frozen=True)
class Outcome:
    """The ``results`` of a run, and what it looked at.

    ``focus`` counts the focus nodes of each shape with targets, ``valued`` the property shapes whose path of
    one step led from one to a value, ``looked`` the own nodes that were one of any, ``shapes`` all shapes;
    ``aside`` are those that were left to the reference, each with the reason; ``stuck`` says why no engine
    can run the shapes, or is empty.
    """

    results: frozenset[Result]
    focus: dict[Node, Focus]
    valued: int
    looked: int
    shapes: int
    aside: dict[Node, str] = field(default_factory=dict)
    stuck: str = ""

    def and_(self, rest: "Outcome") -> "Outcome":
        """With the results of the shapes left aside, which another engine ran."""
        return replace(self, results=self.results | rest.results)


def property_path(graph: Graph, node: Node) -> ShapePath:
    """A SHACL property path as a SPARQL property path (https://www.w3.org/TR/shacl/#property-paths).

    Raises ``Unsupported`` where the node is none.
    """
    return _path(graph, node, frozenset())


def _path(graph: Graph, node: Node, above: frozenset[Node]) -> ShapePath:
    if isinstance(node, URIRef):
        return node
    if node in above:
        raise Unsupported("a path that contains itself")
    above |= {node}
    if (node, RDF.first, None) in graph:
        return SequencePath(*(_path(graph, part, above) for part in items(graph, node)))
    if (inverse := graph.value(node, SH.inversePath)) is not None:
        return InvPath(_path(graph, inverse, above))
    for step, sign in _STEPS:
        if (inner := graph.value(node, step)) is not None:
            return MulPath(_path(graph, inner, above), sign)
    if (choices := graph.value(node, SH.alternativePath)) is not None:
        return AlternativePath(*(_path(graph, part, above) for part in items(graph, choices)))
    raise Unsupported("a path that is none")


def items(graph: Graph, node: Node) -> list[Node]:
    """The members of an RDF list. Raises ``Unsupported`` where it is no finite list."""
    try:
        return list(Collection(graph, node))
    except ValueError:
        raise Unsupported("a list that contains itself") from None
