"""The worked examples: invented reports, what they say in the terms of the ontology, and a near miss of each.

They are documentation (``bde.guide``) and tests at once. A near miss is kept as the few nodes that differ:
they take the place of the nodes of the same names, and the SHACL result of that is expected.
"""

from dataclasses import dataclass
from pathlib import Path

from rdflib import RDF, RDFS, SH, Graph, Namespace, URIRef
from rdflib.term import Node

from bde import passages
from bde.findings import Place
from bde.graphs import LocatedGraph, read
from bde.namespaces import BDE
from bde.workspace import Workspace, read_text

_BDE = Namespace(BDE)
_TITLE = "Invented report: "


@dataclass(frozen=True)
class NearMiss:
    """The wrong ``nodes`` of an example, and the one result expected: its ``shape`` and ``focus`` node."""

    nodes: Graph
    shape: URIRef
    focus: Node


@dataclass(frozen=True)
class Example:
    """One worked example: its folder's ``name``, a ``title``, its report's ``sentences`` and its ``data``."""

    name: str
    title: str
    sentences: tuple[str, ...]
    data: LocatedGraph
    near_miss: NearMiss | None

    def records(self, sentence: int) -> tuple[Node, ...]:
        """The nodes that rest on a sentence, the first being 1, in the order of their lines in the file."""
        graph = self.data.graph
        found = {
            record
            for passage in graph.subjects(_BDE.sentenceNumber, None)
            if int(str(graph.value(passage, _BDE.sentenceNumber))) == sentence
            for evidence in graph.subjects(_BDE.passage, passage)
            for record in graph.subjects(_BDE.evidence, evidence)
        }
        return tuple(sorted(found, key=lambda node: self.data.line_of(node) or Place()))


def load(workspace: Workspace) -> tuple[Example, ...]:
    """Every worked example, in the order of their folders.

    Raises ``BdeError`` where a file is missing or malformed.
    """
    return tuple(_read(folder, workspace.root) for folder in workspace.examples)


def _read(folder: Path, root: Path) -> Example:
    data, text = read([folder / "example.ttl"], root), read_text(folder / "report.txt")
    (source,) = data.graph.subjects(_BDE.textFile)
    title = str(data.graph.value(source, RDFS.label)).removeprefix(_TITLE)
    sentences = tuple(text[p.start : p.end] for p in passages.cut(text))
    path = folder / "near-miss.ttl"
    return Example(folder.name, title, sentences, data, _near_miss(path, root) if path.is_file() else None)


def _near_miss(path: Path, root: Path) -> NearMiss:
    graph = read([path], root).graph
    (result,) = graph.subjects(RDF.type, SH.ValidationResult)
    shape, focus = graph.value(result, SH.sourceShape), graph.value(result, SH.focusNode)
    assert isinstance(shape, URIRef) and focus is not None
    nodes = Graph()
    for triple in graph:
        if isinstance(triple[0], URIRef):
            nodes.add(triple)
    return NearMiss(nodes, shape, focus)


def merged(examples: tuple[Example, ...], *, damaged: bool = False) -> Graph:
    """The data of all examples in one graph; if ``damaged``, the near misses take their places."""
    graph = Graph()
    for example in examples:
        graph += example.data.graph
    misses = [example.near_miss for example in examples if damaged and example.near_miss]
    for miss in misses:
        for node in set(miss.nodes.subjects()):
            graph.remove((node, None, None))
    for miss in misses:
        graph += miss.nodes
    return graph
