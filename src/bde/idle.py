"""Rules that never object: shapes nobody asks, shapes that ask nothing, and shapes that cannot be run at all.

A validator passes over most of them without a word (https://www.w3.org/TR/shacl/ leaves recursion open, and
malformed shapes to the processor), and the graph seems to conform.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping

from rdflib import OWL, RDF, RDFS, SH, BNode, Graph, Literal, URIRef
from rdflib.term import Node

from bde.errors import BdeError
from bde.findings import Finding, Severity
from bde.namespaces import shorten
from bde.shapes import Graphs, about_shapes, graph_of, targeted

_LISTS_OF_SHAPES = (SH["and"], SH["or"], SH.xone)
_LISTS = (*_LISTS_OF_SHAPES, SH["in"], SH.languageIn, SH.ignoredProperties)
_TO_SHAPE = (SH.property, SH.node, SH["not"], SH.qualifiedValueShape)
_PATHS = (SH.inversePath, SH.alternativePath, SH.zeroOrMorePath, SH.oneOrMorePath, SH.zeroOrOnePath)
_CONSTRAINTS = {
    *(*_LISTS_OF_SHAPES, *_TO_SHAPE, SH["in"], SH.languageIn, SH["class"], SH.datatype, SH.nodeKind),
    *(
        SH.minCount,
        SH.maxCount,
        SH.minLength,
        SH.maxLength,
        SH.pattern,
        SH.uniqueLang,
        SH.closed,
        SH.hasValue,
    ),
    *(SH.minExclusive, SH.minInclusive, SH.maxExclusive, SH.maxInclusive, SH.sparql),
    *(SH.equals, SH.disjoint, SH.lessThan, SH.lessThanOrEquals),
}


class Unrunnable(BdeError):
    """Shapes that no validator can run; ``unrunnable`` says which and where."""


# Looking around and back, which https://www.w3.org/TR/xpath-functions/#regex-syntax does not have or need.
_NOT_XPATH = re.compile(r"\(\?(?!:)|(?<!\\)(?:\\\\)*\\[1-9]")
# The values with which a constraint holds of everything.
_HARMLESS: dict[Node, str] = {SH.minCount: "0", SH.minLength: "0", SH.uniqueLang: "false", SH.closed: "false"}


def unrunnable(shapes: Graphs) -> Iterator[Finding]:
    """What in the shapes a validator stumbles over, or answers by passing over the whole shape.

    Findings: ``broken-list`` and ``broken-path`` (https://www.w3.org/TR/shacl/#property-paths), also where
    they run in a circle, ``broken-pattern``, and ``recursive-shape`` for a shape that needs itself.
    """
    rules = graph_of(shapes)
    for naming in _LISTS:
        for shape, head in rules.subject_objects(naming):
            if _items(rules, head) is None:
                what = "The list is not closed, or runs in a circle. Write it as ( ... )."
                yield about_shapes(shapes, "broken-list", what, shape, naming, head)
    for shape, path in rules.subject_objects(SH.path):
        if not _is_path(rules, path, ()):
            what = "The path is none of SHACL, or runs in a circle. Write it anew."
            yield about_shapes(shapes, "broken-path", what, shape, SH.path, path)
    for shape, pattern in rules.subject_objects(SH.pattern):
        if why := _unreadable(str(pattern)):
            what = f"The regular expression {why}. Correct it."
            yield about_shapes(shapes, "broken-pattern", what, shape, SH.pattern, pattern)
    needed = _needed(rules)
    for shape in _shapes(rules, needed):
        if shape in _reached(needed, needed.get(shape, set())):
            what = "The shape needs itself to be decided, which SHACL leaves undefined. Break the circle."
            yield about_shapes(shapes, "recursive-shape", what, shape)


def stuck(shapes: Graph) -> str:
    """The first finding of ``unrunnable`` in words; empty where there is none."""
    found = next(unrunnable(shapes), None)
    return f"{shorten(found.subject)}: {found.message}" if found else ""


def idle(shapes: Graphs) -> Iterator[Finding]:
    """The shapes that cannot object, whatever the data.

    Findings: ``unreachable-shape`` (no target, and no shape with one leads to it), ``empty-shape`` (no
    constraint, or only such as hold of everything) and, as a warning, ``deactivated-shape``.
    """
    rules = graph_of(shapes)
    of_classes = {s for kind in (RDFS.Class, OWL.Class) for s in rules.subjects(RDF.type, kind)}
    parameters = rules.objects(None, SH.parameter)
    own = {path for parameter in parameters for path in rules.objects(parameter, SH.path)}
    needed = _needed(rules)
    reached = _reached(needed, targeted(rules) | of_classes)
    for shape in _shapes(rules, needed):
        if shape not in reached:
            what = "The shape has no target, and no shape with a target leads to it. Give it one, or drop it."
            yield about_shapes(shapes, "unreachable-shape", what, shape)
        constraints = {p: o for p, o in rules.predicate_objects(shape) if p in _CONSTRAINTS or p in own}
        if all(str(o) == _HARMLESS.get(p) for p, o in constraints.items()):
            what = "The shape demands nothing. Say what must hold, or drop it."
            yield about_shapes(shapes, "empty-shape", what, shape)
        if (shape, SH.deactivated, Literal(True)) in rules:
            what = "The shape is switched off. Switch it on, or drop it."
            yield about_shapes(shapes, "deactivated-shape", what, shape, severity=Severity.WARNING)


def _unreadable(pattern: str) -> str:
    if odd := _NOT_XPATH.search(pattern):
        return f"holds {odd[0]}, which is none of SPARQL and may take for ever"
    try:
        re.compile(pattern)
    except re.error as error:
        return f"cannot be read: {error}"
    return ""


def _shapes(rules: Graph, needed: Mapping[Node, set[Node]]) -> list[Node]:
    """The nodes that are shapes: by their type, by a path, by a target, or because a shape leads to them."""
    kinds = {s for kind in (SH.NodeShape, SH.PropertyShape) for s in rules.subjects(RDF.type, kind)}
    led_to = set[Node]().union(*needed.values())
    return sorted(kinds | led_to | targeted(rules) | set(rules.subjects(SH.path)), key=str)


def _needed(rules: Graph) -> dict[Node, set[Node]]:
    """The shapes that a shape names in its constraints."""
    needed = defaultdict[Node, set[Node]](set)
    for naming in _TO_SHAPE:
        for shape, other in rules.subject_objects(naming):
            needed[shape].add(other)
    for naming in _LISTS_OF_SHAPES:
        for shape, head in rules.subject_objects(naming):
            needed[shape].update(_items(rules, head) or [])
    return needed


def _reached(needed: Mapping[Node, set[Node]], start: set[Node]) -> set[Node]:
    found, ahead = set(start), list(start)
    while ahead:
        more = needed.get(ahead.pop(), set()) - found
        found |= more
        ahead += more
    return found


def _items(rules: Graph, head: Node) -> list[Node] | None:
    """The items of a list, or ``None`` where it is no well-formed one."""
    items: list[Node] = []
    seen = set()
    while head != RDF.nil:
        firsts, rests = list(rules.objects(head, RDF.first)), list(rules.objects(head, RDF.rest))
        if head in seen or len(firsts) != 1 or len(rests) != 1:
            return None
        seen.add(head)
        items += firsts
        (head,) = rests
    return items


def _is_path(rules: Graph, path: Node, above: tuple[Node, ...]) -> bool:
    if isinstance(path, URIRef):
        return True
    if not isinstance(path, BNode) or path in above or len(above) > 20:
        return False
    steps = [(kind, inner) for kind in _PATHS for inner in rules.objects(path, kind)]
    if (path, RDF.first, None) in rules:
        inside = _items(rules, path) or []
        enough = len(inside) > 1 and not steps
    else:
        alternative = bool(steps) and steps[0][0] == SH.alternativePath
        inside = (_items(rules, steps[0][1]) or []) if alternative else [inner for _, inner in steps]
        enough = len(steps) == 1 and (len(inside) > 1 or not alternative)
    return enough and all(_is_path(rules, inner, (*above, path)) for inner in inside)
