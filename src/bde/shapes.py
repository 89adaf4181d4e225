"""The shapes themselves: their targets, and what in them means nothing or never runs.

SHACL (https://www.w3.org/TR/shacl/) calls a graph conforming when no shape objects, also where a shape has a
misspelt term or a target that nothing meets.
"""

from collections.abc import Iterable, Iterator, Mapping

from rdflib import OWL, RDF, RDFS, SH, Graph, URIRef
from rdflib.term import Node

from bde.findings import Finding, Place, Severity
from bde.graphs import Located, LocatedGraph
from bde.namespaces import SHAPE, shorten

Graphs = LocatedGraph | Graph

MAY_BE_UNUSED = URIRef(SHAPE + "mayBeUnused")
TARGETS = (SH.targetNode, SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf)
_NAMING = (SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf, SH["class"], SH.path)
_BUILT_IN = tuple(str(namespace) for namespace in (OWL, RDF, RDFS))


def defects(shapes: Graphs, ontology: Graph, met: Mapping[Node, int]) -> Iterator[Finding]:
    """What is wrong with the shapes; ``met`` says how many focus nodes shapes with targets have.

    Findings: ``unknown-shacl-term`` and ``undeclared-term`` for names that mean nothing, ``vacuous-shape``
    for a shape of ``met`` without a node that gives no reason for it (``bdesh:mayBeUnused``).
    """
    yield from unknown_terms(shapes)
    yield from _undeclared_terms(shapes, ontology)
    yield from vacuous(shapes, met)


def graph_of(graphs: Graphs) -> Graph:
    """The graph, with or without its lines."""
    return graphs.graph if isinstance(graphs, LocatedGraph) else graphs


def plain_of(graphs: Graphs) -> Graph:
    """The graph without its lines, which is made sooner where it stands in files."""
    return graphs.plain() if isinstance(graphs, LocatedGraph) else graphs


def first_place(
    graphs: Iterable[Located | Graph], s: Node, p: Node | None = None, o: Node | None = None
) -> Place | None:
    """The place of a statement in the first of the graphs that has it and knows its places."""
    places = (graph.line_of(s, p, o) for graph in graphs if not isinstance(graph, Graph))
    return next((place for place in places if place), None)


def targeted(rules: Graph) -> set[Node]:
    """The shapes that have a target."""
    return {shape for target in TARGETS for shape in rules.subjects(target)}


def implicit(rules: Graph) -> set[Node]:
    """The shapes that are classes as well, whose targets are their instances."""
    classes = {OWL.Class, *rules.transitive_subjects(RDFS.subClassOf, RDFS.Class)}
    declared = {s for kind in (SH.NodeShape, SH.PropertyShape) for s in rules.subjects(RDF.type, kind)}
    return {shape for shape in declared if classes.intersection(rules.objects(shape, RDF.type))}


def roots(rules: Graph) -> list[Node]:
    """The shapes with targets, implicit class targets among them (https://www.w3.org/TR/shacl/#targets)."""
    return sorted(targeted(rules) | implicit(rules), key=str)


def count(rules: Graph) -> int:
    """How many shapes there are: those that say so, and those that have a path."""
    return len(set(rules.subjects(RDF.type, SH.NodeShape)) | set(rules.subjects(SH.path)))


def focus_nodes(shape: Node, rules: Graph, graph: Graph) -> set[Node]:
    """The focus nodes of a shape by its targets (https://www.w3.org/TR/shacl/#targets).

    A node that is named outright, which SHACL always takes, counts only where a statement uses it.
    """
    nodes = {
        node
        for node in rules.objects(shape, SH.targetNode)
        if (None, None, node) in graph or (None, node, None) in graph
    }
    for kind in rules.objects(shape, SH.targetClass):
        for subclass in graph.transitive_subjects(RDFS.subClassOf, kind):
            nodes.update(graph.subjects(RDF.type, subclass))
    for path in rules.objects(shape, SH.targetSubjectsOf):
        nodes.update(graph.subjects(path))
    for path in rules.objects(shape, SH.targetObjectsOf):
        nodes.update(graph.objects(None, path))
    return nodes


def valued(rules: Graph, graph: Graph, met: Mapping[Node, set[Node]]) -> int:
    """How many property shapes find a value: a focus node of ``met`` has the property of their path.

    Those with a path of several steps are left out.
    """
    found = 0
    for shape, path in rules.subject_objects(SH.path):
        owners = [shape, *rules.subjects(SH.property, shape)]
        there = set[Node]().union(*(met.get(owner, ()) for owner in owners))
        back = rules.value(path, SH.inversePath)
        nodes = graph.objects(None, back) if back else graph.subjects(path)
        found += not there.isdisjoint(nodes)
    return found


def vacuous(shapes: Graphs, met: Mapping[Node, int]) -> Iterator[Finding]:
    """``vacuous-shape`` for each shape of ``met`` that no node meets and that gives no reason for it."""
    for shape, nodes in met.items():
        if not nodes and (shape, MAY_BE_UNUSED, None) not in graph_of(shapes):
            message = "No node meets the target of the shape. Correct the target, or say why with "
            message += "bdesh:mayBeUnused."
            yield about_shapes(shapes, "vacuous-shape", message, shape, severity=Severity.WARNING)


def unknown_terms(shapes: Graphs) -> Iterator[Finding]:
    """``unknown-shacl-term`` for each name in the namespace of SHACL that it does not have."""
    for triple in graph_of(shapes):
        for term in triple:
            if isinstance(term, URIRef) and term.startswith(str(SH)) and term not in SH:
                message = f"SHACL has no term {shorten(term)}. Correct its spelling."
                yield about_shapes(shapes, "unknown-shacl-term", message, *triple)


def _undeclared_terms(shapes: Graphs, ontology: Graph) -> Iterator[Finding]:
    declared = set(ontology.subjects(RDF.type))
    for naming in _NAMING:
        for shape, term in graph_of(shapes).subject_objects(naming):
            if isinstance(term, URIRef) and term not in declared and not str(term).startswith(_BUILT_IN):
                message = f"The ontology does not declare {shorten(term)}. Correct the name, or declare it."
                yield about_shapes(shapes, "undeclared-term", message, shape, naming, term)


def about_shapes(
    shapes: Graphs,
    rule: str,
    message: str,
    s: Node,
    p: Node | None = None,
    o: Node | None = None,
    severity: Severity = Severity.VIOLATION,
) -> Finding:
    """A finding about a statement in the shapes, or about a shape."""
    return Finding(*(first_place((shapes,), s, p, o) or Place()), rule, message, str(s), severity)
