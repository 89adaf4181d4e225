"""The W3C test suites of Turtle and SHACL, read from their manifests.

They are not part of the project: ``.ci/suites`` fetches them, inside the source packages of the libraries
that ship them, into ``.suites`` (or the folder that ``BDE_SUITES`` names).
"""

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from rdflib import RDF, SH, BNode, Graph, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from bde.syntax import parse_strict

ROOT = Path(__file__).resolve().parent.parent
SUITES = Path(os.environ.get("BDE_SUITES", ROOT / ".suites"))
MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
SHT = Namespace("http://www.w3.org/ns/shacl-test#")
RDFT = Namespace("http://www.w3.org/ns/rdftest#")
# Where the files of the Turtle suite say that they lie.
TURTLE_BASE = "http://www.w3.org/2013/TurtleTests/"


def folder(suite: str) -> Path | None:
    """The folder of a suite, ``turtle`` or ``shacl``; ``None`` where it was not fetched."""
    where = {"turtle": "rdflib-*/test/data/suites/w3c/turtle", "shacl": "pyshacl-*/test/resources/sht_tests"}
    return next(iter(sorted(SUITES.glob(where[suite]))), None)


@dataclass(frozen=True)
class TurtleCase:
    """A text to be accepted or refused (``accepted``); where ``expected`` is named, its triples are these.

    ``base`` is the IRI of the file, against which its relative IRIs are resolved.
    """

    name: str
    path: Path
    base: str
    accepted: bool
    expected: Path | None


def turtle_cases() -> list[TurtleCase]:
    """The tests of the Turtle suite (https://www.w3.org/2013/TurtleTests/)."""
    where = folder("turtle")
    assert where
    manifest = _graph(where / "manifest.ttl")
    cases = []
    for entry in _entries(manifest):
        kind = manifest.value(entry, RDF.type)
        assert kind in {
            RDFT.TestTurtleEval,
            RDFT.TestTurtleNegativeEval,
            RDFT.TestTurtleNegativeSyntax,
            RDFT.TestTurtlePositiveSyntax,
        }
        path = _path(manifest.value(entry, MF.action))
        result = manifest.value(entry, MF.result)
        cases.append(
            TurtleCase(
                str(manifest.value(entry, MF.name)),
                path,
                TURTLE_BASE + path.name,
                "Negative" not in str(kind),
                _path(result) if result else None,
            )
        )
    return cases


@dataclass(frozen=True)
class Case:
    """A validation of ``data_graph`` by ``shapes_graph``.

    ``expected_report`` has one ``sh:ValidationReport``; it is ``None`` where the shapes are
    to be refused. Graphs that lie in one file are one object.
    """

    name: str
    data_graph: Graph
    shapes_graph: Graph
    expected_report: Graph | None


def cases() -> list[Case]:
    """The tests of the SHACL suite, core and SPARQL (https://w3c.github.io/data-shapes/data-shapes-test-suite/)."""
    where = folder("shacl")
    assert where
    return list(_cases(where / "manifest.ttl", where))


def _cases(path: Path, root: Path) -> Iterator[Case]:
    manifest = _graph(path)
    for included in sorted(manifest.objects(None, MF.include)):
        yield from _cases(_path(included), root)
    for entry in _entries(manifest):
        action = manifest.value(entry, MF.action)
        assert action and manifest.value(entry, RDF.type) == SHT.Validate
        data, shapes = (_graph(_path(manifest.value(action, p))) for p in (SHT.dataGraph, SHT.shapesGraph))
        result = manifest.value(entry, MF.result)
        assert result and (result == SHT.Failure or (result, RDF.type, SH.ValidationReport) in manifest)
        name = path.relative_to(root).with_suffix("").as_posix()
        yield Case(name, data, shapes, None if result == SHT.Failure else manifest)


def conforms(report: Graph) -> bool:
    """What the one report of a graph says."""
    (said,) = report.objects(None, SH.conforms)
    return bool(said.toPython())  # type: ignore[attr-defined]


def results(report: Graph, case: Case) -> Counter[tuple[str, ...]]:
    """The results of a report, each as focus, path, value, component, shape and severity, with their number.

    A blank node is written as what its graph says about it: labels mean nothing beyond one document.
    """
    graphs = (report, case.data_graph, case.shapes_graph)
    said = (
        SH.focusNode,
        SH.resultPath,
        SH.value,
        SH.sourceConstraintComponent,
        SH.sourceShape,
        SH.resultSeverity,
    )
    return Counter(
        tuple(_text(report.value(result, predicate), graphs) for predicate in said)
        for result in report.objects(None, SH.result)
    )


def _text(node: Node | None, graphs: tuple[Graph, ...], above: frozenset[Node] = frozenset()) -> str:
    if node is None:
        return "-"
    if not isinstance(node, BNode):
        return node.n3()  # type: ignore[attr-defined]
    if node in above:
        return "[...]"
    about = {(p, o) for graph in graphs for p, o in graph.predicate_objects(node)}
    # A list is its items, whatever else is said about it: the suite has such paths.
    if any(p == RDF.first for p, _ in about):
        about = {(p, o) for p, o in about if p in (RDF.first, RDF.rest)}
    texts = sorted({f"{_text(p, graphs)} {_text(o, graphs, above | {node})}" for p, o in about})
    return f"[{' ; '.join(texts)}]"


@cache
def _graph(path: Path) -> Graph:
    """A file as it is written: no literal is changed; relative IRIs begin at the file."""
    graph = Graph(identifier=URIRef(path.as_uri()))
    for triple in parse_strict(f"@base <{path.as_uri()}> . " + path.read_text(encoding="utf-8"), path):
        graph.add(triple)
    return graph


def _entries(manifest: Graph) -> Iterator[Node]:
    for entries in manifest.objects(None, MF.entries):
        yield from Collection(manifest, entries)


def _path(iri: Node | None) -> Path:
    return Path(str(iri).removeprefix("file://"))
