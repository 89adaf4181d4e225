"""Shapes as SPARQL algebra: each constraint becomes one query over all its focus nodes.

Every constraint component of SHACL Core says in SPARQL which nodes break it
(https://www.w3.org/TR/shacl/#core-components); ``sh:sparql`` says so itself. A shape inside another one
(``sh:or``, ``sh:node``, ...) becomes an expression that is true of the nodes that conform to it. What has no
such form here raises ``Unsupported``.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations, count
from typing import TypeVar

from rdflib import RDF, RDFS, SH, XSD, BNode, Graph, Literal, URIRef, Variable
from rdflib.paths import MulPath, SequencePath
from rdflib.plugins.sparql.parserutils import CompValue
from rdflib.term import Node

from bde.shacl.algebra import (
    Expression,
    Pattern,
    all_of,
    and_,
    any_of,
    bgp,
    call,
    compare,
    filtered,
    none_of,
    not_,
    parsed,
    same,
    unless,
)
from bde.shacl.results import ShapePath, Unsupported, items, property_path
from bde.shapes import TARGETS, implicit, roots

# True of a literal whose lexical form its datatype allows; no SPARQL function says so.
WELL_FORMED = URIRef("https://w3id.org/bde/function#wellFormed")
# More distinct values than this are not told apart pair by pair.
_MOST_COUNTED = 4
INSTANCE = SequencePath(RDF.type, MulPath(RDFS.subClassOf, "*"))
_THIS, _VALUE, _OTHER, _PATH = map(Variable, ("this", "value", "other", "path"))
_NODE_KINDS: dict[Node, tuple[str, ...]] = {
    SH.IRI: ("isIRI",),
    SH.BlankNode: ("isBLANK",),
    SH.Literal: ("isLITERAL",),
    SH.BlankNodeOrIRI: ("isBLANK", "isIRI"),
    SH.BlankNodeOrLiteral: ("isBLANK", "isLITERAL"),
    SH.IRIOrLiteral: ("isIRI", "isLITERAL"),
}
_COMPARISONS: dict[Node, str] = {
    SH.minExclusive: ">",
    SH.minInclusive: ">=",
    SH.maxExclusive: "<",
    SH.maxInclusive: "<=",
}
_RELATIONS = {
    *(SH.minCount, SH.maxCount, SH.hasValue, SH.equals, SH.disjoint, SH.lessThan, SH.lessThanOrEquals),
    *(SH.uniqueLang, SH.closed, SH.qualifiedMinCount, SH.qualifiedMaxCount),
}
# A shape has at most one value of these.
_ONCE = (
    *(SH.path, SH.datatype, SH.nodeKind, SH.minCount, SH.maxCount, SH.minLength, SH.maxLength, SH.languageIn),
    *(SH.uniqueLang, SH.closed, SH["in"], SH.flags, SH.qualifiedMinCount, SH.qualifiedMaxCount),
    *(SH.minExclusive, SH.minInclusive, SH.maxExclusive, SH.maxInclusive),
)
_NOT_CONSTRAINTS = {
    *TARGETS,
    *(SH.path, SH.name, SH.description, SH.order, SH.group, SH.defaultValue, SH.property, SH.sparql),
    *(SH.severity, SH.message, SH.deactivated, SH.flags, SH.ignoredProperties, SH.prefixes, SH.select),
    *(SH.qualifiedValueShape, SH.qualifiedValueShapesDisjoint),
}

Focus = Callable[[Variable], Pattern]  # the graph pattern that binds a variable to the focus nodes
Test = Callable[[Variable], Expression]  # true where the value of the variable breaks the constraint
_Of = TypeVar("_Of")
_To = TypeVar("_To")


@dataclass(frozen=True, eq=False)
class Check:
    """One constraint of one shape: the pattern ``select`` gives its violations among what ``focus`` gives.

    ``columns`` of the answer are ``this`` and, where there are any, ``value`` and ``path``; ``path`` here is
    the shape's own, as SPARQL text.
    """

    shape: Node
    component: URIRef
    path: str
    focus: Pattern
    select: Pattern
    columns: tuple[str, ...]
    severity: Node
    message: str


class Constraints:
    """The constraints of a shapes graph; ``roots`` are its shapes with targets, implicit class targets among
    them (https://www.w3.org/TR/shacl/#targets)."""

    def __init__(self, shapes: Graph):
        self.shapes = shapes
        self.numbers = count(1)
        self.above: list[Node] = []
        self.implicit = implicit(shapes)
        self.roots = roots(shapes)
        parameters = shapes.objects(None, SH.parameter)
        self.custom = {path for parameter in parameters for path in shapes.objects(parameter, SH.path)}

    def of(self, root: Node) -> list[Check]:
        """All constraints that a shape with targets puts on its focus nodes, those of its properties as well.

        Raises ``Unsupported`` where one of them, or a target, has no form here.
        """
        self.above.clear()
        return [check for focus in self._targets(root) for check in self._checks(root, focus)]

    def _targets(self, root: Node) -> Iterator[Focus]:
        g = self.shapes
        for node in g.objects(root, SH.targetNode):
            yield _with(lambda x, node: CompValue("Extend", p=bgp(), expr=node, var=x), _constant(node))
        for kind in {*g.objects(root, SH.targetClass), *({root} & self.implicit)}:
            yield _with(lambda x, kind: bgp((x, INSTANCE, kind)), _constant(kind))
        for path in g.objects(root, SH.targetSubjectsOf):
            yield _with(lambda x, path: bgp((x, path, self._new())), _constant(path))
        for path in g.objects(root, SH.targetObjectsOf):
            yield _with(lambda x, path: bgp((self._new(), path, x)), _constant(path))

    def _checks(self, shape: Node, focus: Focus) -> Iterator[Check]:
        """The checks of a shape on the nodes of ``focus``, and of the property shapes in it."""
        if self._deactivated(shape):
            return
        self._enter(shape)
        path = self._path(shape)
        this = focus(_THIS)
        for component, test in self._tests(shape):
            if path is not None:
                select = filtered(test(_VALUE), (_THIS, path, _VALUE))
            else:
                select = CompValue("Extend", p=filtered(test(_THIS)), expr=_THIS, var=_VALUE)
            yield self._check(shape, component, path, this, select, ("this", "value"))
        for component, columns, pattern in self._relations(shape, path, _THIS):
            yield self._check(shape, component, path, this, pattern, ("this", *columns))
        yield from self._sparql(shape, path, this)
        for part in self.shapes.objects(shape, SH.property):

            def inner(x: Variable) -> Pattern:
                if path is None:
                    return focus(x)
                up = self._new()
                return CompValue("Join", p1=focus(up), p2=bgp((up, path, x)))

            yield from self._checks(part, inner)
        self.above.pop()

    def _conforms(self, shape: Node, x: Variable) -> Expression:
        """An expression, never an error, that is true where the value of ``x`` conforms to the shape."""
        if self._deactivated(shape):
            return Literal(True)
        if (shape, SH.sparql, None) in self.shapes:
            raise Unsupported("sh:sparql inside another shape")
        self._enter(shape)
        path = self._path(shape)
        parts: list[Expression] = []
        for _, test in self._tests(shape):
            v = self._new()
            parts.append(none_of(filtered(test(v), (x, path, v))) if path is not None else not_(test(x)))
        parts += [none_of(pattern) for _, _, pattern in self._relations(shape, path, x)]
        for part in self.shapes.objects(shape, SH.property):
            v = self._new()
            inner = self._conforms(part, x if path is None else v)
            parts.append(inner if path is None else none_of(filtered(not_(inner), (x, path, v))))
        self.above.pop()
        return all_of(parts)

    def _check(
        self,
        shape: Node,
        component: str,
        path: ShapePath | None,
        focus: Pattern,
        select: Pattern,
        columns: tuple[str, ...],
        messages: tuple[Node, ...] = (),
    ) -> Check:
        said = sorted(map(str, messages or self.shapes.objects(shape, SH.message)))
        message = said[0] if said else f"The {component} constraint of the shape does not hold."
        severity = self.shapes.value(shape, SH.severity) or SH.Violation
        name = URIRef(f"{SH}{component}ConstraintComponent")
        return Check(shape, name, path.n3() if path else "", focus, select, columns, severity, message)

    def _tests(self, shape: Node) -> Iterator[tuple[str, Test]]:
        """The constraints on single value nodes: the name of the component, and the test."""
        g = self.shapes
        if twice := [name for name in _ONCE if len(set(g.objects(shape, name))) > 1]:
            raise Unsupported(f"two values of {twice[0].replace(str(SH), 'sh:')}")
        for name, value in sorted(g.predicate_objects(shape), key=str):
            component = _component(name)
            if name == SH["class"]:
                yield component, _with(lambda x, kind: none_of(bgp((x, INSTANCE, kind))), _constant(value))
            elif name == SH.datatype:
                yield component, _with(_ill_typed, _constant(value))
            elif name == SH.nodeKind:
                if value not in _NODE_KINDS:
                    raise Unsupported(f"sh:nodeKind {value}")
                kinds = _NODE_KINDS[value]
                yield component, _with(lambda x, kinds: not_(any_of([call(k, arg=x) for k in kinds])), kinds)
            elif name in _COMPARISONS:
                op = _COMPARISONS[name]
                yield (
                    component,
                    _with(lambda x, end: unless(compare(x, end[0], end[1])), (op, _constant(value))),
                )
            elif name in (SH.minLength, SH.maxLength):
                op = "<" if name == SH.minLength else ">"
                yield component, _with(_too_long, (op, Literal(_whole(value))))
            elif name == SH.pattern:
                flags = g.value(shape, SH.flags)
                yield component, _with(_unlike, (Literal(str(value)), flags and Literal(str(flags))))
            elif name == SH.languageIn:
                yield component, _with(_foreign, [Literal(str(item)) for item in items(g, value)])
            elif name == SH["in"]:
                members = [_constant(item) for item in items(g, value)]
                yield component, _with(lambda x, these: not_(any_of([same(x, m) for m in these])), members)
            elif name == SH["not"]:
                yield component, _with(lambda x, part: self._conforms(part, x), value)
            elif name == SH.node:
                yield component, _with(lambda x, part: not_(self._conforms(part, x)), value)
            elif name in (SH["and"], SH["or"], SH.xone):
                yield component, self._several(name, items(g, value))
            elif name in self.custom:
                raise Unsupported(f"the constraint component of {name}")
            elif str(name).startswith(str(SH)) and name not in _NOT_CONSTRAINTS | _RELATIONS:
                raise Unsupported(str(name).replace(str(SH), "sh:"))

    def _several(self, name: Node, parts: list[Node]) -> Test:
        def test(x: Variable) -> Expression:
            conforms = [self._conforms(part, x) for part in parts]
            if name == SH["and"]:
                return not_(all_of(conforms))
            if name == SH["or"]:
                return not_(any_of(conforms))
            alone = [
                all_of([c if i == j else not_(c) for j, c in enumerate(conforms)])
                for i in range(len(conforms))
            ]
            return not_(any_of(alone))

        return test

    def _relations(
        self, shape: Node, path: ShapePath | None, x: Variable
    ) -> Iterator[tuple[str, tuple[str, ...], Pattern]]:
        """The constraints on the set of value nodes of ``x``: component, further columns, and a pattern that
        matches where they are broken."""
        g = self.shapes
        top = x == _THIS
        for name, value in sorted(g.predicate_objects(shape), key=str):
            if name not in _RELATIONS:
                continue
            component = _component(name)
            v, other = (_VALUE, _OTHER) if top else (self._new(), self._new())
            if name == SH.closed:
                if str(value) == "true":
                    yield component, ("path", "value"), self._open(shape, x, _PATH if top else self._new(), v)
            elif name == SH.hasValue:
                fixed = _constant(value)
                yield (
                    component,
                    (),
                    filtered(none_of(bgp((x, path, fixed))) if path else not_(same(x, fixed))),
                )
            elif path is None:
                if name not in (SH.equals, SH.disjoint):
                    raise Unsupported(f"sh:{str(name).removeprefix(str(SH))} of a node shape")
                p = _constant(value)
                itself = bgp((x, p, x))
                if name == SH.disjoint:
                    yield component, ("value",), CompValue("Extend", p=itself, expr=x, var=v)
                else:
                    missing = filtered(none_of(itself))
                    yield component, ("value",), CompValue("Extend", p=missing, expr=x, var=v)
                    yield component, ("value",), filtered(not_(same(x, v)), (x, p, v))
            elif name == SH.minCount:
                if _whole(value) > 0:
                    yield component, (), filtered(none_of(self._distinct(x, path, _whole(value))))
            elif name == SH.maxCount:
                yield component, (), self._distinct(x, path, _whole(value) + 1)
            elif name in (SH.qualifiedMinCount, SH.qualifiedMaxCount):
                limit = _whole(value) + (name == SH.qualifiedMaxCount)
                reached = self._distinct(x, path, limit, self._qualified(shape)) if limit else bgp()
                yield component, (), reached if name == SH.qualifiedMaxCount else filtered(none_of(reached))
            elif name == SH.equals:
                p = _constant(value)
                yield component, ("value",), filtered(none_of(bgp((x, p, v))), (x, path, v))
                yield component, ("value",), filtered(none_of(bgp((x, path, v))), (x, p, v))
            elif name == SH.disjoint:
                yield component, ("value",), bgp((x, path, v), (x, _constant(value), v))
            elif name in (SH.lessThan, SH.lessThanOrEquals):
                op = "<" if name == SH.lessThan else "<="
                test = unless(compare(v, op, other))
                yield component, ("value",), filtered(test, (x, path, v), (x, _constant(value), other))
            elif str(value) == "true":  # sh:uniqueLang
                mine, theirs = (call("LANG", arg=node) for node in (v, other))
                lower = [call("LCASE", arg=tag) for tag in (mine, theirs)]
                alike = and_(
                    not_(same(v, other)),
                    compare(mine, "!=", Literal("")),
                    compare(lower[0], "=", lower[1]),
                )
                yield component, (), filtered(alike, (x, path, v), (x, path, other))

    def _open(self, shape: Node, x: Variable, used: Variable, v: Variable) -> Pattern:
        """Statements about ``x`` that the closed shape does not list."""
        g = self.shapes
        listed = {p for part in g.objects(shape, SH.property) for p in g.objects(part, SH.path)}
        for ignored in g.objects(shape, SH.ignoredProperties):
            listed.update(items(g, ignored))
        named = [same(used, p) for p in sorted(listed, key=str) if isinstance(p, URIRef)]
        return filtered(not_(any_of(named)), (x, used, v))

    def _qualified(self, shape: Node) -> Test:
        """True of the values that ``sh:qualifiedMinCount`` and ``sh:qualifiedMaxCount`` count."""
        g = self.shapes
        (wanted,) = g.objects(shape, SH.qualifiedValueShape)
        others = set[Node]()
        if any(str(value) == "true" for value in g.objects(shape, SH.qualifiedValueShapesDisjoint)):
            siblings = {
                part for owner in g.subjects(SH.property, shape) for part in g.objects(owner, SH.property)
            }
            others = {other for part in siblings for other in g.objects(part, SH.qualifiedValueShape)} - {
                wanted
            }
        return lambda x: all_of(
            [
                self._conforms(wanted, x),
                *(not_(self._conforms(other, x)) for other in sorted(others, key=str)),
            ]
        )

    def _distinct(self, x: Variable, path: ShapePath, number: int, test: Test | None = None) -> Pattern:
        """A pattern that matches where ``x`` has at least this many values (of which the test is true)."""
        if number > _MOST_COUNTED:
            raise Unsupported(f"a count of more than {_MOST_COUNTED} values")
        names = [self._new() for _ in range(number)]
        differ = [not_(same(a, b)) for a, b in combinations(names, 2)]
        return filtered(
            all_of([*differ, *(test(name) for name in names if test)]), *((x, path, name) for name in names)
        )

    def _sparql(self, shape: Node, path: ShapePath | None, focus: Pattern) -> Iterator[Check]:
        """The constraints of ``sh:sparql`` (https://www.w3.org/TR/shacl/#sparql-constraints)."""
        g = self.shapes
        for constraint in g.objects(shape, SH.sparql):
            if self._deactivated(constraint):
                continue
            prefixes = "".join(
                f"PREFIX {g.value(declared, SH.prefix)}: <{g.value(declared, SH.namespace)}>\n"
                for prologue in g.objects(constraint, SH.prefixes)
                for declared in g.objects(prologue, SH.declare)
            )
            texts = list(g.objects(constraint, SH.select))
            if len(texts) != 1:
                raise Unsupported("sh:sparql without one sh:select")
            text = str(texts[0])
            if path is not None:
                text = text.replace("$PATH", path.n3())
            for name in ("shapesGraph", "currentShape", "PATH"):
                if f"${name}" in text or f"?{name}" in text:
                    raise Unsupported(f"${name} in sh:select")
            messages = tuple(g.objects(constraint, SH.message))
            select, columns = parsed(prefixes + text)
            yield self._check(shape, "SPARQL", path, focus, select, columns, messages)

    def _path(self, shape: Node) -> ShapePath | None:
        node = self.shapes.value(shape, SH.path)
        return None if node is None else property_path(self.shapes, node)

    def _deactivated(self, node: Node) -> bool:
        return any(str(value) == "true" for value in self.shapes.objects(node, SH.deactivated))

    def _enter(self, shape: Node) -> None:
        if shape in self.above:
            raise Unsupported("a shape that refers to itself")
        self.above.append(shape)

    def _new(self) -> Variable:
        return Variable(f"v{next(self.numbers)}")


def _with(form: Callable[[Variable, _Of], _To], of: _Of) -> Callable[[Variable], _To]:
    """A form with its parameter: what is left to name is the variable."""
    return lambda x: form(x, of)


def _ill_typed(x: Variable, datatype: Node) -> Expression:
    well_formed = CompValue("Function", iri=WELL_FORMED, expr=[x])
    return unless(and_(compare(call("DATATYPE", arg=x), "=", datatype), well_formed))


def _too_long(x: Variable, limit: tuple[str, Node]) -> Expression:
    length = call("STRLEN", arg=call("STR", arg=x))
    return any_of([call("isBLANK", arg=x), compare(length, *limit)])


def _unlike(x: Variable, pattern: tuple[Node, Node | None]) -> Expression:
    found = call("REGEX", text=call("STR", arg=x), pattern=pattern[0], flags=pattern[1])
    return any_of([call("isBLANK", arg=x), not_(found)])


def _foreign(x: Variable, ranges: list[Literal]) -> Expression:
    tag = call("LANG", arg=x)
    matches = any_of([call("LANGMATCHES", arg1=tag, arg2=wanted) for wanted in ranges])
    return unless(and_(compare(tag, "!=", Literal("")), matches))


def _constant(node: Node) -> Node:
    if isinstance(node, BNode):
        raise Unsupported("a blank node in a constraint")
    return node


def _whole(node: Node) -> int:
    if not isinstance(node, Literal) or node.datatype != XSD.integer:
        raise Unsupported(f"{node} where a whole number should be")
    return int(node)


def _component(parameter: Node) -> str:
    name = str(parameter).removeprefix(str(SH))
    return name[:1].upper() + name[1:]
