"""Validation: pySHACL says which of the shapes the graph breaks; this module says where, and counts.

The shapes themselves are examined as well (``shapes``). Nothing else in the project knows pySHACL.
"""

from collections.abc import Collection, Iterator
from functools import cache
from typing import Any

import pyshacl
import rdflib
from pyshacl.errors import ReportableRuntimeError
from rdflib import RDF, SH, Graph, URIRef
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.sparql import Query
from rdflib.query import Result
from rdflib.term import Node

from bde.errors import BdeError, Unreadable
from bde.findings import Finding, Place, Report, Severity
from bde.graphs import LocatedGraph
from bde.idle import idle, unrunnable
from bde.namespaces import BASE, SHAPE
from bde.shapes import TARGETS, Graphs, defects, first_place, focus_nodes, graph_of, targeted, valued

_SEVERITIES = {SH.Violation: Severity.VIOLATION, SH.Warning: Severity.WARNING, SH.Info: Severity.HINT}
_ONTOLOGY = URIRef(BASE + "ontology")


def validate(
    data: LocatedGraph, ontology: Graphs, shapes: Graphs, *, files: Collection[str] | None = None
) -> Report:
    """Validate data and ontology together against the shapes (https://www.w3.org/TR/shacl/#validation).

    Each validation result becomes a finding named after its source shape, at the line of the statement that
    breaks it. A result on a property, which SHACL allows as a focus node, is about the node in ``sh:value``
    that uses the property. Further findings: ``unknown-shacl-term`` and ``undeclared-term`` for names in the
    shapes that mean nothing, ``vacuous-shape`` for a shape with targets that no node meets and that gives no
    reason for it (``bdesh:mayBeUnused``), and those of ``idle``. Where ``files`` are named, findings and
    focus nodes are those of these files alone, and no shape is called vacuous.

    Counts the shapes, those of them that had focus nodes, those whose path led from one to a value, and the
    nodes of the data that were one. Raises ``BdeError`` where a shape cannot be run at all (``unrunnable``).
    """
    if stuck := [BdeError(f.message, file=f.file, line=f.line) for f in unrunnable(shapes)]:
        raise Unreadable(stuck)
    rules, terms = graph_of(shapes), graph_of(ontology)
    everything = _merged(data.graph, terms)
    met = {shape: focus_nodes(shape, rules, everything) for shape in targeted(rules)}
    mine = {s for s in data.graph.subjects() if files is None or data.file_of(s) in files}
    nodes = set[Node]().union(*met.values()) & mine
    findings = [
        *_results(_run(everything, rules), data, ontology, shapes),
        *defects(shapes, terms, met if files is None else {}),
        *idle(shapes),
    ]
    counts = {
        "shapes": len(set(rules.subjects(RDF.type, SH.NodeShape)) | set(rules.subjects(SH.path))),
        "shapes with focus nodes": sum(
            bool(found if files is None else found & mine) for found in met.values()
        ),
        "property shapes with values": valued(rules, everything, met),
        "focus nodes": len(nodes),
    }
    return Report("shapes", counts, tuple(sorted(set(findings)))).only(files)


def conformance(data: Graph, ontology: Graph, shapes: Graph) -> Graph:
    """The validation report on data and ontology (https://www.w3.org/TR/shacl/#validation-report).

    The ontology joins the data graph here: of one that is handed over apart pySHACL takes the classes and
    properties and leaves the concepts behind. Nothing is inferred; subclasses are looked up.
    """
    return _run(_merged(data, ontology), shapes)


def _run(graph: Graph, shapes: Graph) -> Graph:
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
    return report


class _Merged(Graph):
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
    ) -> Result:
        query = _prepared(query_object) if isinstance(query_object, str) else query_object
        return super().query(query, processor, result, initNs, initBindings, use_store_provided, **kwargs)


@cache
def _prepared(text: str) -> Query:
    try:
        return prepareQuery(text)
    except Exception as error:  # whatever the parser may raise
        said = " ".join(str(error).split())
        what = f"a rule is not SPARQL: {said}; it reads {' '.join(text.split())[-120:]!r}."
        raise BdeError(what, fix="Correct the sh:select of that rule in shapes/.") from error


def _merged(*graphs: Graph) -> Graph:
    merged = _Merged()
    for graph in graphs:
        merged += graph
    return merged


def _flattened(shapes: Graph) -> Graph:
    """The same shapes, each property shape of a node shape with targets having these targets itself.

    pySHACL walks ``sh:property`` anew for every focus node, but runs a shape with targets once for all of
    them. The results are the same: those of a property shape are the results of ``sh:property``
    (https://www.w3.org/TR/shacl/#PropertyConstraintComponent).
    """
    flat = _merged(shapes)
    for owner, shape in shapes.subject_objects(SH.property):
        targets = [(kind, target) for kind in TARGETS for target in shapes.objects(owner, kind)]
        if targets and (owner, SH.deactivated, None) not in shapes:
            flat.remove((owner, SH.property, shape))
            for kind, target in targets:
                flat.add((shape, kind, target))
    return flat


def _results(report: Graph, data: LocatedGraph, ontology: Graphs, shapes: Graphs) -> Iterator[Finding]:
    for result in report.objects(None, SH.result):
        shape = report.value(result, SH.sourceShape)
        focus = report.value(result, SH.focusNode)
        path, value = report.value(result, SH.resultPath), report.value(result, SH.value)
        assert shape is not None and focus is not None
        everywhere = data.line_of(focus) is None and value is not None and data.line_of(value) is not None
        if value is not None and (everywhere or focus == _ONTOLOGY):  # the rule ran once, for all
            focus, path, value = value, focus if everywhere else path, None
        place = first_place((data, ontology, shapes), focus, path, value) or first_place((shapes,), shape)
        yield Finding(
            *(place or Place()),
            _rule(shape),
            str(report.value(result, SH.resultMessage)),
            str(focus),
            _SEVERITIES.get(URIRef(str(report.value(result, SH.resultSeverity))), Severity.VIOLATION),
        )


def _rule(shape: Node) -> str:
    return str(shape).removeprefix(SHAPE)
