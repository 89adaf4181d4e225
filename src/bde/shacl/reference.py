"""The reference engine, pySHACL: it decides what is right where another engine says otherwise.

Nothing else in the project knows pySHACL.
"""

from collections.abc import Collection
from functools import cache
from typing import Any

import pyshacl
import rdflib
from pyshacl.errors import ReportableRuntimeError
from rdflib import SH, Graph
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.sparql import Query
from rdflib.query import Result as Answer
from rdflib.term import Node

from bde.errors import BdeError
from bde.shacl.results import Focus, Outcome, Result, ShapePath, property_path
from bde.shapes import TARGETS, count, focus_nodes, targeted, valued


def validate(data: Graph, background: Graph, shapes: Graph, own: Collection[Node] | None = None) -> Outcome:
    """Validate data, together with their background (https://www.w3.org/TR/shacl/#validation).

    Nothing is inferred; subclasses are looked up. No graph is changed. ``own`` are the nodes to count
    (default: the subjects of the data). Raises ``BdeError`` where a shape cannot be run.
    """
    graph = _Once() + data + background
    met = {shape: focus_nodes(shape, shapes, graph) for shape in targeted(shapes)}
    mine = set(data.subjects() if own is None else own)
    return Outcome(
        _results(graph, shapes),
        {shape: Focus(len(nodes), len(nodes & mine)) for shape, nodes in met.items()},
        valued(shapes, graph, met),
        len(set[Node]().union(*met.values()) & mine),
        count(shapes),
    )


def alone(shapes: Graph, kept: Collection[Node]) -> Graph:
    """The same shapes, of which only those kept have targets."""
    rest = Graph()
    for s, p, o in shapes:
        if p not in TARGETS or s in kept:
            rest.add((s, p, o))
    return rest


def _results(graph: Graph, shapes: Graph) -> frozenset[Result]:
    normalize = rdflib.NORMALIZE_LITERALS
    try:
        _, report, text = pyshacl.validate(
            graph, shacl_graph=_flattened(shapes), inference="none", advanced=False, inplace=True
        )
    except ReportableRuntimeError as error:
        raise BdeError(f"the shapes cannot be run: {error.message}", fix="Correct the shape.") from error
    finally:
        rdflib.NORMALIZE_LITERALS = normalize  # pySHACL switches it on
    if not isinstance(report, Graph):
        raise BdeError(f"a rule cannot be run: {text}", fix="Correct its sh:select.")
    return frozenset(_result(report, result) for result in report.objects(None, SH.result))


def _result(report: Graph, node: Node) -> Result:
    def value(name: Node) -> Node | None:
        return report.value(node, name)

    def known(name: Node) -> Node:
        found = value(name)
        assert found is not None, f"a result without {name}"
        return found

    path = value(SH.resultPath)
    walked: ShapePath | None = None if path is None else property_path(report, path)
    return Result(
        known(SH.focusNode),
        walked.n3() if walked else "",
        value(SH.value),
        known(SH.sourceConstraintComponent),
        known(SH.sourceShape),
        known(SH.resultSeverity),
        min(map(str, report.objects(node, SH.resultMessage)), default=""),
    )


class _Once(Graph):
    """A graph that reads each query once; pySHACL asks the same one again for every focus node."""

    def query(
        self,
        query_object: str | Query,
        processor: Any = "sparql",
        result: Any = "sparql",
        initNs: Any = None,  # noqa: N803
        initBindings: Any = None,  # noqa: N803
        use_store_provided: bool = True,
        **kwargs: Any,
    ) -> Answer:
        query = _prepared(query_object) if isinstance(query_object, str) else query_object
        return super().query(query, processor, result, initNs, initBindings, use_store_provided, **kwargs)


@cache
def _prepared(text: str) -> Query:
    try:
        return prepareQuery(text)
    except Exception as error:  # whatever the parser may raise
        said = " ".join(str(error).split())
        what = f"a rule is not SPARQL: {said}; it reads {' '.join(text.split())[-120:]!r}."
        raise BdeError(what, fix="Correct the sh:select of that rule.") from error


def _flattened(shapes: Graph) -> Graph:
    """The same shapes, each property shape of a node shape with targets having these targets itself.

    pySHACL walks ``sh:property`` anew for every focus node, but runs a shape with targets once for all of
    them. The results are the same: those of a property shape are the results of ``sh:property``
    (https://www.w3.org/TR/shacl/#PropertyConstraintComponent).
    """
    flat = Graph() + shapes
    for owner, shape in shapes.subject_objects(SH.property):
        targets = [(kind, target) for kind in TARGETS for target in shapes.objects(owner, kind)]
        # What asks the owner for more than the results of its properties needs them where they are.
        asked = any((owner, kind, None) in shapes for kind in (SH.path, SH.closed, SH.deactivated))
        asked |= (None, None, owner) in shapes or (None, SH.qualifiedValueShapesDisjoint, None) in shapes
        if targets and not asked:
            flat.remove((owner, SH.property, shape))
            for kind, target in targets:
                flat.add((shape, kind, target))
    return flat
