"""Validation: an engine says which of the shapes the graph breaks; this module says where, and counts.

The shapes themselves are examined as well (``shapes``).
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rdflib import SH, BNode, Graph, URIRef
from rdflib.term import Node

from bde import shacl
from bde.errors import BdeError, Unreadable
from bde.findings import Finding, Place, Report, Severity
from bde.graphs import Located, LocatedGraph, read, texts
from bde.idle import Unrunnable, idle, unrunnable
from bde.namespaces import BASE, SHAPE
from bde.places import around
from bde.shapes import Graphs, defects, first_place, graph_of, unknown_terms, vacuous

_SEVERITIES = {SH.Violation: Severity.VIOLATION, SH.Warning: Severity.WARNING, SH.Info: Severity.HINT}
_ONTOLOGY = URIRef(BASE + "ontology")


def validate(
    data: LocatedGraph,
    ontology: Graphs,
    shapes: Graphs,
    *,
    files: Collection[str] | None = None,
    engine: shacl.Engine = "auto",
) -> Report:
    """Validate data and ontology together against the shapes (https://www.w3.org/TR/shacl/#validation).

    Each validation result becomes a finding named after its source shape, at the line of the statement that
    breaks it. A result on a property, which SHACL allows as a focus node, is about the node in ``sh:value``
    that uses the property. Further findings: ``unknown-shacl-term`` and ``undeclared-term`` for names in the
    shapes that mean nothing, ``vacuous-shape`` for a shape with targets that no node meets and that gives no
    reason for it (``bdesh:mayBeUnused``), and those of ``idle``. Where ``files`` are named, findings and
    focus nodes are those of these files alone, and no shape is called vacuous.

    Counts the shapes, those of them that had focus nodes, those whose path led from one to a value, the nodes
    of the data that were one, and the shapes with targets that were left to the reference engine where there
    are any. Raises ``BdeError`` where a shape cannot be run at all (``unrunnable``).
    """
    background = ontology.parsed if isinstance(ontology, LocatedGraph) else graph_of(ontology)
    own = None if files is None else set(map(URIRef, data.subjects(files)))
    with located(shapes):
        outcome = shacl.validate(data.parsed, background, shapes, engine=engine, own=own)
    met_or_broken = (*outcome.focus, *(r.shape for r in outcome.results))
    if _unnamed(outcome) or any(isinstance(shape, BNode) for shape in met_or_broken):
        rules = graph_of(shapes)
        every = None if files is None else {s for s, _, _ in data.statements(files)}
        outcome = shacl.validate(data.graph, graph_of(ontology), rules, engine=engine, own=every)
        findings = list(findings_of(outcome.results, data, ontology, shapes))
    else:
        things = things_of(outcome.results)
        near = around(data.texts_about(things), things)
        rest = (_near(graph, things) for graph in (ontology, shapes))
        findings = list(findings_of(outcome.results, near, *rest))
    met = {shape: focus.everywhere for shape, focus in outcome.focus.items()}
    if files is None or not isinstance(shapes, LocatedGraph) or {*files}.intersection(shapes.files):
        findings += [*defects(shapes, graph_of(ontology), met if files is None else {}), *idle(shapes)]
    counts = _counts(outcome)
    if files is not None:
        counts["shapes with focus nodes"] = sum(bool(focus.own) for focus in outcome.focus.values())
    return Report("shapes", counts, tuple(sorted(set(findings)))).only(files)


def _counts(outcome: shacl.Outcome) -> dict[str, int]:
    counts = {
        "shapes": outcome.shapes,
        "shapes with focus nodes": sum(bool(focus.everywhere) for focus in outcome.focus.values()),
        "property shapes with values": outcome.valued,
        "focus nodes": outcome.looked,
    }
    if outcome.aside:
        counts["shapes left to the reference"] = len(outcome.aside)
    return counts


def foreign(data: Sequence[Path], shapes: Sequence[Path], *, engine: shacl.Engine = "auto") -> Report:
    """Validate anybody's Turtle files against anybody's shapes.

    Findings and counts as of ``validate``, but for those that rest on an ontology of ours. A subclass counts
    where the data say it. Raises as ``validate`` does.
    """
    here = Path.cwd()
    rules = read(shapes, here)
    with located(rules):
        outcome = shacl.validate(data, (), rules.graph, engine=engine)
    if _unnamed(outcome):
        places = read(data, here)
        outcome = shacl.validate(places.graph, (), rules.graph, engine=engine)
    else:
        places = around(texts(data, here), things_of(outcome.results))
    met = {shape: focus.everywhere for shape, focus in outcome.focus.items()}
    found = [*findings_of(outcome.results, places, Graph(), rules), *idle(rules)]
    found += [*unknown_terms(rules), *vacuous(rules, met)]
    return Report("shapes", _counts(outcome), tuple(sorted(set(found))))


@contextmanager
def located(shapes: Graphs) -> Iterator[None]:
    """Where shapes turn out to be ``Unrunnable``: raise ``Unreadable`` with all that is, and its lines."""
    try:
        yield
    except Unrunnable:
        stuck = [BdeError(f.message, file=f.file, line=f.line) for f in unrunnable(shapes)]
        raise Unreadable(stuck) from None


def _unnamed(outcome: shacl.Outcome) -> bool:
    """Whether a result is about a blank node: only a located graph tells which one it is."""
    return any(isinstance(node, BNode) for r in outcome.results for node in (r.focus, r.value))


def things_of(results: Iterable[shacl.Result]) -> set[Node]:
    """The nodes of results whose places ``findings_of`` asks for."""
    return {node for r in results for node in (r.focus, r.value, r.shape) if node is not None}


def _near(graph: Graphs, things: Collection[Node]) -> Graphs:
    """What knows the places of these things; the rest of a graph with its places takes longer to search."""
    return around(graph.texts_about(things), things) if isinstance(graph, LocatedGraph) else graph


def findings_of(
    results: Iterable[shacl.Result], data: Located, ontology: Located | Graph, shapes: Located | Graph
) -> Iterator[Finding]:
    """Each result as a finding named after its shape, at the place of the statement that breaks it."""
    for result in results:
        focus, value = result.focus, result.value
        path: Node | None = URIRef(result.path[1:-1]) if result.path.startswith("<") else None
        everywhere = data.line_of(focus) is None and value is not None and data.line_of(value) is not None
        if value is not None and (everywhere or focus == _ONTOLOGY):  # the rule ran once, for all
            focus, path, value = value, focus if everywhere else path, None
        place = first_place((data, ontology, shapes), focus, path, value)
        place = place or first_place((shapes,), result.shape)
        yield Finding(
            *(place or Place()),
            str(result.shape).removeprefix(SHAPE),
            result.message,
            str(focus),
            _SEVERITIES.get(URIRef(str(result.severity)), Severity.VIOLATION),
        )
