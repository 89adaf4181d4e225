"""SHACL by two engines that give the same results: the reference, and one that works set by set.

The reference looks at one node after the other; the other asks of each constraint once which of all nodes
break it. Shapes that it has no form for are left to the reference.
"""

from collections.abc import Collection
from dataclasses import replace
from io import BytesIO
from typing import Literal as OneOf

from rdflib import Graph
from rdflib.term import Node

from bde.errors import BdeError
from bde.idle import Unrunnable, stuck
from bde.namespaces import shorten
from bde.shacl.results import Focus, Outcome, Result, Triples
from bde.shapes import Graphs, plain_of
from bde.syntax import ntriples, parse_strict

__all__ = ["Engine", "Focus", "Outcome", "Result", "Triples", "validate"]

Engine = OneOf["auto", "reference", "fast"]


def validate(
    data: Triples,
    background: Triples,
    shapes: Graphs,
    *,
    engine: Engine = "auto",
    own: Collection[Node] | None = None,
    changed: Collection[str] | None = None,
) -> Outcome:
    """Validate data, together with the background they rest on, against the shapes.

    Both are graphs, or Turtle files or texts; nothing is inferred, subclasses are looked up
    (https://www.w3.org/TR/shacl/#validation). ``own`` are the nodes asked about (default: the subjects of the
    data): they are counted, and results about other subjects may be left out. Where ``changed`` predicates
    are named (in N-Triples), constraints that look at none of them are left out. ``auto`` runs set by set
    what it can and leaves the rest to the reference; ``fast`` leaves nothing. Raises ``Unrunnable`` where
    a shape is, ``BdeError`` where one cannot be run set by set or by the reference, ``SyntaxProblem`` where a
    file is malformed.
    """
    from bde.shacl import fast

    if engine == "reference":
        from bde.shacl import reference

        rules = plain_of(shapes)
        if why := stuck(rules):
            raise Unrunnable(why)
        outcome = reference.validate(_graph(data), _graph(background), rules, own)
        if changed is None:
            return outcome
        aside = fast.unconcerned(shapes, changed)
        return replace(
            outcome, results=frozenset(r for r in outcome.results if (r.shape, r.component) not in aside)
        )
    outcome = fast.validate(data, background, shapes, own, changed)
    if outcome.stuck:
        raise Unrunnable(outcome.stuck)
    if not outcome.aside:
        return outcome
    if engine == "fast":
        told = "; ".join(f"{shorten(str(shape))}: {why}" for shape, why in sorted(outcome.aside.items()))
        raise BdeError(f"shapes that cannot be run set by set: {told}.", fix="Take the engine auto.")
    from bde.shacl import reference

    rest = reference.alone(plain_of(shapes), outcome.aside)
    return outcome.and_(reference.validate(_graph(data), _graph(background), rest, own))


def _graph(triples: Triples) -> Graph:
    if isinstance(triples, Graph):
        return triples
    graph = Graph()
    for part in triples:
        lines = BytesIO()
        ntriples(part, lines)
        for triple in parse_strict(lines.getvalue().decode(), "N-Triples"):
            graph.add(triple)
    return graph
