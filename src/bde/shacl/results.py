"""What every engine gives: the results of a validation, comparable as sets."""

from dataclasses import dataclass

from rdflib import RDF, SH, Graph, URIRef
from rdflib.collection import Collection
from rdflib.paths import AlternativePath, InvPath, MulPath, Path, SequencePath
from rdflib.term import Node

ShapePath = URIRef | Path
_STEPS = ((SH.zeroOrMorePath, "*"), (SH.oneOrMorePath, "+"), (SH.zeroOrOnePath, "?"))


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
    component: str
    shape: Node
    severity: Node
    message: str


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
