"""Damage done to the shapes, and whether the cases of ``tests/shapes`` or the checks of the shapes notice it.

A mutant is a copy of one shape, under a name of its own and with one thing in it wrong, so that all of them
run at once on all cases. A mutant is noticed where its results differ from those that the cases expect of the
shape it was made of, or where a check of the shapes
(``bde.shapes``, ``bde.idle``, or the domains that ``test_shapes`` compares) has a finding about it.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from rdflib import SH, Graph, Literal, URIRef
from rdflib.term import Node

from bde.idle import idle, unrunnable
from bde.namespaces import shorten
from bde.shacl import fast, reference
from bde.shapes import TARGETS, defects, targeted
from mutants import local, rooms
from test_shapes import COMPONENTS, FILES, Result, case, domains, ontology, shapes, told, world

_OTHER = {SH.Violation: SH.Warning, SH.Warning: SH.Info, SH.Info: SH.Violation}
_ORDERS = {SH.lessThan: SH.lessThanOrEquals, SH.lessThanOrEquals: SH.lessThan}
_FILTER = re.compile(r"FILTER\s*((?:NOT\s+)?EXISTS\s*)?(?=[({])")

Triple = tuple[Node, Node, Node]


@dataclass(frozen=True)
class ShapeMutant:
    """A shape with some of its statements, or those of what it is made of, exchanged."""

    shape: Node
    what: str
    remove: frozenset[Triple]
    add: frozenset[Triple] = frozenset()

    @property
    def room(self) -> str:
        return rooms()[self.shape]

    @property
    def name(self) -> str:
        return f"{local(self.shape)} {self.what}"


@cache
def mutants() -> tuple[ShapeMutant, ...]:
    """Every shape with each of its statements damaged in each way there is."""
    every = sorted({s for s in shapes().subjects() if s in rooms()} & _in_use(), key=str)
    return tuple(mutant for shape in every for mutant in _of(shape))


def _in_use() -> set[Node]:
    """The shapes with targets and their property shapes; the others only say what an alternative is."""
    roots = targeted(shapes())
    return roots | {part for root in roots for part in shapes().objects(root, SH.property)}


def _of(shape: Node) -> Iterator[ShapeMutant]:
    for p, o in sorted(shapes().predicate_objects(shape), key=str):
        old: Triple = (shape, p, o)
        name = str(p).removeprefix(str(SH))
        value = local(o).rpartition("#")[2]
        if (p in COMPONENTS and p != SH.sparql) or p == SH.property:
            yield ShapeMutant(
                shape, f"without {name} {value}" if p == SH.property else f"without {name}", _set(old)
            )
        if p in TARGETS:
            yield ShapeMutant(shape, f"without {name} {value}", _set(old))
            yield ShapeMutant(
                shape, f"with {name} {value} misspelt", _set(old), _set((shape, p, _misspelt(o)))
            )
        if p == SH.path and isinstance(o, URIRef):
            yield ShapeMutant(shape, "with path misspelt", _set(old), _set((shape, p, _misspelt(o))))
        if p == SH.severity:
            yield ShapeMutant(shape, "with another severity", _set(old), _set((shape, p, _OTHER[o])))
        if p == SH.sparql:
            yield from _of_query(shape, o)
        for loose, other in _loosened(p, o):
            yield ShapeMutant(shape, loose, _set(old), _set((shape, *other)))
    yield ShapeMutant(shape, "switched off", _set(), _set((shape, SH.deactivated, Literal(True))))


def _set(*triples: Triple) -> frozenset[Triple]:
    return frozenset(triples)


def _misspelt(term: Node) -> Node:
    return URIRef(f"{str(term)[:-1]}{str(term)[-2:]}")


def _loosened(p: Node, o: Node) -> Iterator[tuple[str, tuple[Node, Node]]]:
    """The next looser value of a parameter; of an order, the other one."""
    if p == SH.minCount:
        yield f"with minCount {int(str(o)) - 1}", (p, Literal(int(str(o)) - 1))
    if p == SH.maxCount:
        yield f"with maxCount {int(str(o)) + 1}", (p, Literal(int(str(o)) + 1))
    if p == SH.minInclusive:
        assert isinstance(o, Literal)
        yield "with a lower minInclusive", (p, Literal(o.toPython() - 1, datatype=o.datatype))
    if p in _ORDERS:
        yield "with the other order", (_ORDERS[p], o)
    if p == SH.pattern and str(o).startswith("^"):
        yield "with a pattern open at the start", (p, Literal(str(o)[1:]))
    if p == SH.pattern and str(o).endswith("$"):
        yield "with a pattern open at the end", (p, Literal(str(o)[:-1]))


def _of_query(shape: Node, query: Node) -> Iterator[ShapeMutant]:
    text = str(shapes().value(query, SH.select))
    for number, (start, negation, end) in enumerate(_filters(text), 1):
        condition = text[start:end].partition(negation)[2] if negation else text[start + len("FILTER") : end]
        opposite = {"NOT EXISTS": "EXISTS", "EXISTS": "NOT EXISTS"}.get(" ".join(negation.split()))
        negated = f"FILTER {opposite} {condition}" if opposite else f"FILTER (!{condition})"
        for what, other in (("without", ""), ("with the opposite of", negated)):
            yield _rewritten(shape, query, f"{what} filter {number}", text[:start] + other + text[end:])
    for number, (start, parts, separator, end) in enumerate(_choices(text), 1):
        for part in parts:
            rest = separator.join(other for other in parts if other is not part)
            what = f"without {' '.join(part.split())} in choice {number}"
            yield _rewritten(shape, query, what, text[:start] + rest + text[end:])


def _rewritten(shape: Node, query: Node, what: str, text: str) -> ShapeMutant:
    old = shapes().value(query, SH.select)
    assert old is not None
    return ShapeMutant(shape, what, _set((query, SH.select, old)), _set((query, SH.select, Literal(text))))


def _choices(text: str) -> Iterator[tuple[int, list[str], str, int]]:
    """Where each list of terms, and each row of conditions of which one suffices, starts and ends."""
    for found in re.finditer(r"\(", text):
        start, end = found.end(), _closed(text, found.start()) - 1
        listed = text[: found.start()].endswith(" IN ")
        separator = "," if listed else "||"
        parts = _parts(text[start:end], separator)
        if len(parts) > 1:
            yield start, parts, separator, end


def _parts(text: str, separator: str) -> list[str]:
    parts, depth, last = [], 0, 0
    for at, letter in enumerate(text):
        depth += (letter in "({") - (letter in ")}")
        if not depth and text.startswith(separator, at):
            parts.append(text[last:at])
            last = at + len(separator)
    return [*parts, text[last:]]


def _closed(text: str, start: int) -> int:
    """Where the bracket that opens at ``start`` has been closed."""
    depth, quoted = 0, False
    for at in range(start, len(text)):
        quoted ^= text[at] == '"'
        if not quoted:
            depth += (text[at] in "({") - (text[at] in ")}")
        if not depth:
            return at + 1
    raise ValueError(f"a bracket is not closed in {text}")


def _filters(text: str) -> Iterator[tuple[int, str, int]]:
    """Where each filter of a query starts, how it asks for existence, and where it ends."""
    for found in _FILTER.finditer(text):
        yield found.start(), found[1] or "", _closed(text, found.end())


def _built(mutant: ShapeMutant, number: int, rules: Graph) -> Node:
    """Put the copy beside the shapes; a property shape gets the targets of those that have it."""
    own = {mutant.shape, *shapes().objects(mutant.shape, SH.property)}
    own |= {query for shape in own for query in shapes().objects(shape, SH.sparql)}
    names = {node: URIRef(f"{node}--{number}") for node in own}
    triples = {triple for node in own for triple in shapes().triples((node, None, None))}
    owners = set(shapes().subjects(SH.property, mutant.shape))
    triples |= {
        (mutant.shape, kind, target)
        for owner in owners
        for kind in TARGETS
        for target in shapes().objects(owner, kind)
    }
    for s, p, o in (triples - mutant.remove) | mutant.add:
        rules.add((names.get(s, s), p, names.get(o, o)))
    return names[mutant.shape]


def noticed(chosen: Iterable[ShapeMutant]) -> dict[ShapeMutant, str]:
    """Those of the mutants that are noticed, each with who does: the cases, the checks or the domains."""
    rules = reference.alone(shapes(), ())
    copies = {mutant: _built(mutant, number, rules) for number, mutant in enumerate(chosen)}
    outcome = fast.validate(world(), ontology(), rules)
    said: dict[Node, Counter[Result]] = defaultdict(Counter)
    for result in outcome.results:
        said[result.shape][_apart(told(result))] += 1
    met = {shape: focus.everywhere for shape, focus in outcome.focus.items()}
    found = (*defects(rules, ontology(), met), *idle(rules), *unrunnable(rules))
    subjects = {finding.subject for finding in found}
    seen: dict[ShapeMutant, str] = {}
    for mutant, copy in copies.items():
        number = str(copy).rpartition("--")[2]
        parts = {mutant.shape, *shapes().objects(mutant.shape, SH.property)}
        if said[copy] != _expected()[shorten(str(mutant.shape))]:
            seen[mutant] = "cases"
        elif any(f"{part}--{number}" in subjects for part in parts):
            seen[mutant] = "checks"
        elif any((s, o) in domains() for s, _, o in mutant.remove):
            seen[mutant] = "domains"
    return seen


@cache
def _expected() -> dict[str, Counter[Result]]:
    """The results that the cases expect of each shape."""
    expected: dict[str, Counter[Result]] = defaultdict(Counter)
    for path in FILES:
        for result in case(path).results:
            expected[result[1]][_apart(result)] += 1
    return expected


def _apart(result: Result) -> Result:
    """A result without the name of its shape."""
    return (result[0], *result[2:])
