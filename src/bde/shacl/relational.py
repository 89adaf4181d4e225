"""SPARQL as SQL over dictionary-encoded triples: the queries of the constraints, set by set.

The tables are those of ``columns``: ``triple(s, p, o)`` holds numbers, ``term(id, text, ...)`` what they
stand for. A group of triple patterns becomes one join, ``FILTER NOT EXISTS`` an anti-join, a property path a
table of its own (https://www.w3.org/TR/sparql11-query/#sparqlAlgebra). What has no form here raises
``Unsupported``.
"""

from collections.abc import Callable, Iterable
from typing import Any

from rdflib import BNode, URIRef, Variable
from rdflib.paths import AlternativePath, InvPath, MulPath, Path, SequencePath
from rdflib.plugins.sparql.parserutils import CompValue
from rdflib.term import Node

from bde.shacl.constraints import Check
from bde.shacl.expressions import Expressions, Scope, Value
from bde.shacl.results import Unsupported
from bde.shacl.tokens import TOKENS, Plan, number_of

# The time that DuckDB takes to plan a query grows fast with the number of its anti-joins.
_MOST_NESTED = 12


class Compiler:
    """Plans for constraints; ``paths`` are the tables of property paths they share: path -> (name, SQL)."""

    def __init__(self) -> None:
        self.paths: dict[str, tuple[str, str]] = {}

    def path(self, path: Path) -> str:
        """The name of the table of a property path."""
        return _Writer(self).path(path)

    def plan(self, check: Check) -> Plan:
        """The plan for the violations of a constraint. Raises ``Unsupported``."""
        writer = _Writer(self, check.focus, check.columns)
        scope = Scope()
        writer.pattern(check.focus, scope)
        writer.pattern(check.select, scope)
        found = {name: scope.bound[name] for name in check.columns if name in scope.bound}
        if "this" not in found or any(value.kind != "id" for value in found.values()):
            raise Unsupported("a query that computes its answer")
        scope.tables = scope.tables or ["(SELECT true)"]  # so that there is a FROM for ``tokens.together``
        text = scope.select("DISTINCT " + ", ".join(f"{v.sql} AS {n}" for n, v in found.items()))
        if text.count("EXISTS (SELECT") > _MOST_NESTED:
            raise Unsupported(f"more than {_MOST_NESTED} conditions of nested shapes")
        if text.count("\ue000") != len(TOKENS.findall(text)):
            raise Unsupported("a character for private use")
        of = (check.shape, check.component, check.path, check.severity, check.message)
        required = frozenset((table, column, node.n3()) for table, column, node in scope.required)
        return Plan(*of, text, tuple(found), required, frozenset(writer.patterns), frozenset(writer.reads))


class _Writer(Expressions):
    def __init__(self, compiler: Compiler, focus: CompValue | None = None, answer: Iterable[str] = ()):
        self.compiler, self.focus, self.answer = compiler, focus, set(answer)
        super().__init__()
        self.reads: set[str] = set()

    def pattern(self, node: CompValue, scope: Scope) -> None:
        """Join a graph pattern to the scope."""
        if node.name in ("Project", "Distinct", "Reduced", "OrderBy"):
            self.pattern(node.p, scope)
        elif node.name == "BGP":
            for s, p, o in node.triples:
                self._triple(s, p, o, scope)
        elif node.name == "Join":
            self.pattern(node.p1, scope)
            if node.p2.name == "Union":
                self._union(node.p2, scope, node.p1)
            else:
                self.pattern(node.p2, scope)
        elif node.name == "Filter":
            before = set(scope.bound)
            self.pattern(node.p, scope)
            self._only_sees(node, before - _variables(node.p), scope)
            scope.conditions.append(self.truth(node.expr, scope))
        elif node.name == "Extend":
            before = set(scope.bound)
            self.pattern(node.p, scope)
            self._only_sees(node, before - _variables(node.p), scope)
            if str(node.var) in scope.bound:
                raise Unsupported(f"BIND to ?{node.var}, which is bound")
            scope.bound[str(node.var)] = self.value(node.expr, scope)
        elif node.name == "Union":
            self._union(node, scope, None)
        else:
            raise Unsupported(f"{node.name} in a query")

    def _only_sees(self, node: CompValue, foreign: set[str], scope: Scope) -> None:
        """A filter sees its own group; ?this, which SHACL binds beforehand, is seen everywhere."""
        if seen := (_variables(node.expr, exists=False) & foreign) - {"this"}:
            raise Unsupported(f"a filter on ?{min(seen)}, bound outside its group")

    def _triple(self, s: Node, p: Any, o: Node, scope: Scope) -> None:
        if isinstance(p, SequencePath) and not any(_nullable(part) for part in p.args):
            ends = [s, *(Variable(f"step{next(self.numbers)}") for _ in p.args[1:]), o]
            for start, part, end in zip(ends[:-1], p.args, ends[1:], strict=True):
                self._triple(start, part, end, scope)
            return
        if isinstance(p, InvPath):
            self._triple(o, p.arg, s, scope)
            return
        alias = f"t{next(self.numbers)}"
        self.reads |= _predicates(p)
        if isinstance(p, Path):
            table = self.path(p)
            scope.required |= {(table, side, n) for side, n in (("s", s), ("o", o)) if not _open(n)}
        else:
            table = "triple"
            self._meet(p, f"{alias}.p", scope, resource=True)
            scope.required |= {(table, "p", n) for n in (p,) if not _open(n)}
        scope.tables.append(f"{table} AS {alias}")
        nullable = isinstance(p, Path) and _nullable(p)
        self._meet(s, f"{alias}.s", scope, resource=not nullable)
        self._meet(o, f"{alias}.o", scope, resource=False)

    def _meet(self, node: Node, column: str, scope: Scope, *, resource: bool) -> None:
        """A column of a table must hold this term, or binds this variable."""
        if not _open(node):
            scope.conditions.append(f"{column} = {number_of(node)}")
        elif (known := scope.find(str(node))) is None:
            scope.bound[str(node)] = Value(column, resource=resource)
        elif known.kind != "id":
            raise Unsupported(f"a join on ?{node}, which is computed")
        else:
            scope.conditions.append(f"{column} = {known.sql}")
            if resource and not known.resource and str(node) in scope.bound:
                scope.bound[str(node)] = Value(known.sql, constant=known.constant, resource=True)

    def _union(self, node: CompValue, scope: Scope, before: CompValue | None) -> None:
        """Join alternatives, each together with what is ``before`` them: alone they may hang together in
        nothing, and their rows be as many as the square of the graph."""
        branches = []
        for part in (node.p1, node.p2):
            branch = Scope()
            if self.focus is not None and "this" in _variables(node) and scope.find("this"):
                self.pattern(self.focus, branch)
            if before is not None:
                self.pattern(before, branch)
            self.pattern(part, branch)
            branches.append(branch)
        names = [n for n in branches[0].bound if n in branches[1].bound]
        outside = {n for b in branches for n in b.bound} - set(names)
        if outside & (set(scope.bound) | self.answer):
            raise Unsupported("a UNION whose branches bind different variables")
        if any(b.bound[n].kind != "id" for b in branches for n in names):
            raise Unsupported("a UNION that computes")
        alias = f"u{next(self.numbers)}"
        texts = [b.select(", ".join(f'{b.bound[n].sql} AS "{n}"' for n in names)) for b in branches]
        scope.tables.append(f"({texts[0]} UNION ALL {texts[1]}) AS {alias}")
        for name in names:
            resource = all(b.bound[name].resource for b in branches)
            self._meet(Variable(name), f'{alias}."{name}"', scope, resource=resource)

    # Paths: a table (s, o), and whether a path of no step belongs to it

    def path(self, path: Any) -> str:
        def made() -> str:
            empty, steps = self._steps(path)
            none = "SELECT id AS s, id AS o FROM word"
            return " UNION ".join([*([none] if empty else []), *([steps] if steps else [])])

        if isinstance(path, MulPath) and path.mod == "+":
            empty, steps = self._steps(path.path)
            if not empty:
                return self._closure(path.path, steps)
        return self._table(path.n3(), made)

    def _table(self, path: str, made: Callable[[], str]) -> str:
        if path not in self.compiler.paths:
            query = made()  # which may need tables of its own
            self.compiler.paths[path] = (f"path_{len(self.compiler.paths) + 1}", query)
        return self.compiler.paths[path][0]

    def _steps(self, path: Any) -> tuple[bool, str]:
        if isinstance(path, URIRef):
            return False, f"SELECT s, o FROM triple WHERE p = {number_of(path)}"
        if isinstance(path, InvPath):
            empty, steps = self._steps(path.arg)
            return empty, steps and f"SELECT o AS s, s AS o FROM ({steps})"
        if isinstance(path, AlternativePath):
            parts = [self._steps(part) for part in path.args]
            return any(empty for empty, _ in parts), " UNION ".join(steps for _, steps in parts if steps)
        if isinstance(path, SequencePath):
            empty, steps = True, ""
            for part in path.args:
                then_empty, then = self._steps(part)
                both = f"SELECT a.s, b.o FROM ({steps}) AS a JOIN ({then}) AS b ON a.o = b.s"
                ways = [both if steps and then else "", steps if then_empty else "", then if empty else ""]
                empty, steps = empty and then_empty, " UNION ".join(way for way in ways if way)
            return empty, steps
        if isinstance(path, MulPath):
            empty, steps = self._steps(path.path)
            if path.mod == "?":
                return True, steps
            return empty or path.mod == "*", f"SELECT s, o FROM {self._closure(path.path, steps)}"
        raise Unsupported(f"the path {path.n3()}")

    def _closure(self, path: Any, steps: str) -> str:
        """The table of a path walked again and again; it is asked for by many paths, and slow to make."""

        def made() -> str:
            table = self._table(f"{path.n3()} in steps", lambda: steps)
            again = f"SELECT c.s, a.o FROM c JOIN {table} AS a ON c.o = a.s"
            return f"WITH RECURSIVE c AS (SELECT s, o FROM {table} UNION {again}) SELECT s, o FROM c"

        return self._table(f"{path.n3()} in any number of steps", made)


def _variables(node: Any, *, exists: bool = True) -> set[str]:
    """The variables in a part of a query; those of its EXISTS only where ``exists``."""
    if isinstance(node, Variable):
        return {str(node)}
    if isinstance(node, CompValue):
        if not exists and node.name in ("Builtin_EXISTS", "Builtin_NOTEXISTS"):
            return set()
        parts = (v for k, v in node.items() if k not in ("_vars", "PV"))
        return set[str]().union(*(_variables(part, exists=exists) for part in parts))
    if isinstance(node, list | tuple):
        return set[str]().union(*(_variables(part, exists=exists) for part in node))
    return set()


def _predicates(path: Any) -> set[str]:
    """The predicates on a path, in N-Triples; a star for a variable, which may be any."""
    if isinstance(path, URIRef):
        return {path.n3()}
    if isinstance(path, MulPath):
        return _predicates(path.path)
    if isinstance(path, InvPath):
        return _predicates(path.arg)
    if isinstance(path, AlternativePath | SequencePath):
        return set[str]().union(*map(_predicates, path.args))
    return {"*"}


def _nullable(path: Any) -> bool:
    if isinstance(path, MulPath):
        return path.mod in "*?" or _nullable(path.path)
    if isinstance(path, InvPath):
        return _nullable(path.arg)
    if isinstance(path, AlternativePath):
        return any(map(_nullable, path.args))
    return isinstance(path, SequencePath) and all(map(_nullable, path.args))


def _open(node: Any) -> bool:
    """Whether the node of a pattern is a variable; a blank node is one as well."""
    return isinstance(node, Variable | BNode)
