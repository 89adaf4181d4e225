"""SPARQL as SQL over dictionary-encoded triples: the queries of the constraints, set by set.

The tables are those of ``columns``: ``triple(s, p, o)`` holds numbers, ``term(id, text, ...)`` what they
stand for. A group of triple patterns becomes one join, ``FILTER NOT EXISTS`` an anti-join, a property path a
table of its own (https://www.w3.org/TR/sparql11-query/#sparqlAlgebra). An error of SPARQL is ``NULL``, whose
logic SQL shares (https://www.w3.org/TR/sparql11-query/#evaluation). What has no form here raises
``Unsupported``.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Protocol

from rdflib import RDF, XSD, BNode, Literal, URIRef, Variable
from rdflib.paths import AlternativePath, InvPath, MulPath, Path, SequencePath
from rdflib.plugins.sparql.algebra import translateGroupGraphPattern
from rdflib.plugins.sparql.parserutils import CompValue
from rdflib.term import Node

from bde.shacl.constraints import WELL_FORMED, Check
from bde.shacl.results import Unsupported

# The time that DuckDB takes to plan a query grows fast with the number of its anti-joins.
_MOST_NESTED = 12
NUMERIC = {XSD.integer, XSD.decimal, XSD.double, XSD.float, XSD.nonNegativeInteger, XSD.positiveInteger}
NUMERIC |= {XSD.int, XSD.long, XSD.short, XSD.byte, XSD.unsignedInt, XSD.unsignedLong, XSD.unsignedShort}
NUMERIC |= {XSD.unsignedByte, XSD.negativeInteger, XSD.nonPositiveInteger}


@dataclass(frozen=True)
class Plan:
    """One constraint as an SQL query, before the numbers of a graph are known: ``bind`` puts them in.

    ``columns`` are those of the answer, of ``this``, ``value`` and ``path``; a graph without a term (in
    N-Triples) that it ``requires`` in a column of a table has no rows; ``patterns`` are its regular
    expressions and flags. ``reads`` are the predicates it looks at, or a star for all.
    ``shape``, ``component``, ``path``, ``severity`` and ``message`` are those of the
    results.
    """

    shape: Node
    component: Node
    path: str
    severity: Node
    message: str
    sql: str
    columns: tuple[str, ...]
    requires: frozenset[tuple[str, str, str]]
    patterns: frozenset[tuple[str, str]]
    reads: frozenset[str]


# A token stands between two characters for private use: the number of a term, or a range of numbers.
_TOKEN = "\ue000{}\ue001"
_TOKENS = re.compile("\ue000([a-z]+) ([^\ue001]*)\ue001")

ZONE = r"(Z|[+-]\d\d:\d\d)$"  # of an xsd:dateTime; one without is comparable only with its like


class Numbers(Protocol):
    """The numbers that one graph has for the tokens of a plan."""

    def number(self, term: str) -> int:
        """The number of a term in N-Triples; one that the graph lacks gets a new one."""

    def kind(self, letter: str) -> tuple[int, int]:
        """The numbers, first and last, of the IRIs (``i``), blank nodes (``b``) or literals (``l``)."""

    def datatype(self, datatype: str) -> tuple[int, int]:
        """The numbers, first and last, of the literals of a datatype."""


def named_in(text: str) -> set[str]:
    """The terms, in N-Triples, whose numbers a plan or path needs."""
    return {of for what, of in _TOKENS.findall(text) if what == "term"}


def bind(text: str, numbers: Numbers) -> str:
    """The SQL of a plan or path with the numbers of a graph in it."""

    def number(token: re.Match[str]) -> str:
        what, of = token.groups()
        if what == "term":
            return str(numbers.number(of))
        first, last = numbers.kind(of) if what == "kind" else numbers.datatype(of)
        return f"BETWEEN {first} AND {last}"

    return _TOKENS.sub(number, text)


@dataclass(frozen=True)
class _Value:
    """An SQL expression: the number of a term (``id``), a ``text``, ``number`` or ``truth``, or a
    ``datatype`` (by the number of its literal).

    ``constant`` is the term of a number known beforehand, ``resource`` says that it can be no literal.
    """

    sql: str
    kind: str = "id"
    constant: Node | None = None
    resource: bool = False


@dataclass
class _Scope:
    """One SELECT in the making; that of an EXISTS sees what its ``outer`` one has bound."""

    outer: "_Scope | None" = None
    tables: list[str] = field(default_factory=list)
    conditions: list[str] = field(default_factory=list)
    bound: dict[str, _Value] = field(default_factory=dict)
    decoded: dict[str, str] = field(default_factory=dict)
    required: set[tuple[str, str, Node]] = field(default_factory=set)

    def find(self, name: str) -> _Value | None:
        return self.bound.get(name) or (self.outer.find(name) if self.outer else None)

    def select(self, columns: str) -> str:
        tables = f" FROM {', '.join(self.tables)}" if self.tables else ""
        return f"SELECT {columns}{tables}" + (
            f" WHERE {' AND '.join(self.conditions)}" if self.conditions else ""
        )


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
        scope = _Scope()
        writer.pattern(check.focus, scope)
        writer.pattern(check.select, scope)
        found = {name: scope.bound[name] for name in check.columns if name in scope.bound}
        if "this" not in found or any(value.kind != "id" for value in found.values()):
            raise Unsupported("a query that computes its answer")
        text = scope.select("DISTINCT " + ", ".join(f"{v.sql} AS {n}" for n, v in found.items()))
        if text.count("EXISTS (SELECT") > _MOST_NESTED:
            raise Unsupported(f"more than {_MOST_NESTED} conditions of nested shapes")
        if text.count("\ue000") != len(_TOKENS.findall(text)):
            raise Unsupported("a character for private use")
        of = (check.shape, check.component, check.path, check.severity, check.message)
        required = frozenset((table, column, node.n3()) for table, column, node in scope.required)
        return Plan(*of, text, tuple(found), required, frozenset(writer.patterns), frozenset(writer.reads))


class _Writer:
    def __init__(self, compiler: Compiler, focus: CompValue | None = None, answer: Iterable[str] = ()):
        self.compiler, self.focus, self.answer = compiler, focus, set(answer)
        self.numbers = count(1)
        self.patterns: set[tuple[str, str]] = set()
        self.reads: set[str] = set()

    # Patterns

    def pattern(self, node: CompValue, scope: _Scope) -> None:
        """Join a graph pattern to the scope."""
        if node.name in ("Project", "Distinct", "Reduced", "OrderBy"):
            self.pattern(node.p, scope)
        elif node.name == "BGP":
            for s, p, o in node.triples:
                self._triple(s, p, o, scope)
        elif node.name == "Join":
            self.pattern(node.p1, scope)
            self.pattern(node.p2, scope)
        elif node.name == "Filter":
            before = set(scope.bound)
            self.pattern(node.p, scope)
            self._only_sees(node, before - _variables(node.p), scope)
            scope.conditions.append(self._truth(node.expr, scope))
        elif node.name == "Extend":
            before = set(scope.bound)
            self.pattern(node.p, scope)
            self._only_sees(node, before - _variables(node.p), scope)
            if str(node.var) in scope.bound:
                raise Unsupported(f"BIND to ?{node.var}, which is bound")
            scope.bound[str(node.var)] = self._value(node.expr, scope)
        elif node.name == "Union":
            self._union(node, scope)
        else:
            raise Unsupported(f"{node.name} in a query")

    def _only_sees(self, node: CompValue, foreign: set[str], scope: _Scope) -> None:
        """A filter sees its own group; ?this, which SHACL binds beforehand, is seen everywhere."""
        if seen := (_variables(node.expr, exists=False) & foreign) - {"this"}:
            raise Unsupported(f"a filter on ?{min(seen)}, bound outside its group")

    def _triple(self, s: Node, p: Any, o: Node, scope: _Scope) -> None:
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

    def _meet(self, node: Node, column: str, scope: _Scope, *, resource: bool) -> None:
        """A column of a table must hold this term, or binds this variable."""
        if not _open(node):
            scope.conditions.append(f"{column} = {_number(node)}")
        elif (known := scope.find(str(node))) is None:
            scope.bound[str(node)] = _Value(column, resource=resource)
        elif known.kind != "id":
            raise Unsupported(f"a join on ?{node}, which is computed")
        else:
            scope.conditions.append(f"{column} = {known.sql}")
            if resource and not known.resource and str(node) in scope.bound:
                scope.bound[str(node)] = _Value(known.sql, constant=known.constant, resource=True)

    def _union(self, node: CompValue, scope: _Scope) -> None:
        branches = []
        for part in (node.p1, node.p2):
            branch = _Scope()
            if self.focus is not None and "this" in _variables(node) and scope.find("this"):
                self.pattern(self.focus, branch)
            self.pattern(part, branch)
            branches.append(branch)
        names = [n for n in branches[0].bound if n in branches[1].bound]
        outside = {n for b in branches for n in b.bound} - set(names)
        if outside & (set(scope.bound) | self.answer):
            raise Unsupported("a UNION whose branches bind different variables")
        if any(b.bound[n].kind != "id" for b in branches for n in names):
            raise Unsupported("a UNION that computes")
        alias = f"u{next(self.numbers)}"
        texts = [b.select(", ".join(f"{b.bound[n].sql} AS {n}" for n in names)) for b in branches]
        scope.tables.append(f"({texts[0]} UNION ALL {texts[1]}) AS {alias}")
        for name in names:
            resource = all(b.bound[name].resource for b in branches)
            self._meet(Variable(name), f"{alias}.{name}", scope, resource=resource)

    # Paths: a table (s, o), and whether a path of no step belongs to it

    def path(self, path: Any) -> str:
        def made() -> str:
            empty, steps = self._steps(path)
            none = "SELECT id AS s, id AS o FROM word"
            return " UNION ".join([*([none] if empty else []), *([steps] if steps else [])])

        return self._table(path.n3(), made)

    def _table(self, path: str, made: Callable[[], str]) -> str:
        if path not in self.compiler.paths:
            query = made()  # which may need tables of its own
            self.compiler.paths[path] = (f"path_{len(self.compiler.paths) + 1}", query)
        return self.compiler.paths[path][0]

    def _steps(self, path: Any) -> tuple[bool, str]:
        if isinstance(path, URIRef):
            return False, f"SELECT s, o FROM triple WHERE p = {_number(path)}"
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
            table = self._table(f"{path.path.n3()} in steps", lambda: steps)
            again = f"SELECT c.s, a.o FROM c JOIN {table} AS a ON c.o = a.s"
            closure = f"WITH RECURSIVE c AS (SELECT s, o FROM {table} UNION {again}) SELECT s, o FROM c"
            return empty or path.mod == "*", f"SELECT s, o FROM ({closure})"
        raise Unsupported(f"the path {path.n3()}")

    # Expressions

    def _truth(self, node: Any, scope: _Scope) -> str:
        """The effective boolean value (https://www.w3.org/TR/sparql11-query/#ebv)."""
        value = self._plain_truth(self._value(node, scope))
        if value.kind != "truth":
            raise Unsupported("a value where a condition should be")
        return value.sql

    def _plain_truth(self, value: _Value) -> _Value:
        if isinstance(value.constant, Literal) and value.constant.datatype == XSD.boolean:
            return _Value(str(value.constant).lower(), "truth")
        return value

    def _value(self, node: Any, scope: _Scope) -> _Value:
        if isinstance(node, Variable):
            return scope.find(str(node)) or _Value("NULL", "id")
        if isinstance(node, Literal | URIRef):
            return _Value(_number(node), constant=node, resource=isinstance(node, URIRef))
        if not isinstance(node, CompValue):
            raise Unsupported(f"{node!r} in an expression")
        name = node.name.removeprefix("Builtin_")
        if form := _FORMS.get(name):
            return form(self, node, scope)
        if name in _KINDS:
            return self._kind(_KINDS[name], node, scope)
        if name in _SIMPLE:
            sql, kind, arguments = _SIMPLE[name]
            return _Value(sql.format(*(self._text(node[argument], scope) for argument in arguments)), kind)
        raise Unsupported(f"{name} in an expression")

    def _all(self, node: CompValue, scope: _Scope) -> _Value:
        word = " AND " if node.name == "ConditionalAndExpression" else " OR "
        return _Value(
            "(" + word.join(self._truth(part, scope) for part in [node.expr, *node.other]) + ")", "truth"
        )

    def _not(self, node: CompValue, scope: _Scope) -> _Value:
        return _Value(f"(NOT {self._truth(node.expr, scope)})", "truth")

    def _exists(self, node: CompValue, scope: _Scope) -> _Value:
        inner = _Scope(outer=scope)
        graph = node.graph
        if graph.name == "GroupGraphPatternSub":  # rdflib translates those that are not below a "!"
            graph = translateGroupGraphPattern(graph)
        self.pattern(graph, inner)
        negation = "NOT " if node.name == "Builtin_NOTEXISTS" else ""
        if not inner.tables:
            return _Value(f"({negation}{' AND '.join(inner.conditions) or 'true'})", "truth")
        return _Value(f"({negation}EXISTS ({inner.select('1')}))", "truth")

    def _relation(self, node: CompValue, scope: _Scope) -> _Value:
        left = self._value(node.expr, scope)
        if node.op in ("IN", "NOT IN"):
            members = [self._value(part, scope) for part in node.other]
            either = " OR ".join(self._equal(left, member, scope) for member in members) or "false"
            return _Value(f"({'NOT ' if node.op == 'NOT IN' else ''}({either}))", "truth")
        right = self._value(node.other, scope)
        if node.op in ("=", "!="):
            return _Value(f"({'NOT ' if node.op == '!=' else ''}{self._equal(left, right, scope)})", "truth")
        return _Value(self._compared(left, right, node.op, scope), "truth")

    def _equal(self, a: _Value, b: _Value, scope: _Scope) -> str:
        if "datatype" in (a.kind, b.kind):
            which, datatype = (a, b) if a.kind == "datatype" else (b, a)
            if not isinstance(datatype.constant, URIRef):
                raise Unsupported("a datatype that is not named")
            there = f"{which.sql} {_TOKEN.format(f'datatype {datatype.constant}')}"
            return f"(CASE WHEN {which.sql} {_TOKEN.format('kind l')} THEN {there} END)"
        if a.kind == b.kind == "id":
            if a.resource or b.resource:
                return f"({a.sql} = {b.sql})"
            return f"({a.sql} = {b.sql} OR COALESCE({self._compared(a, b, '=', scope)}, false))"
        return self._compared(a, b, "=", scope)

    def _compared(self, a: _Value, b: _Value, op: str, scope: _Scope) -> str:
        """Operators on values (https://www.w3.org/TR/sparql11-query/#OperatorMapping), and on dates."""
        if a.kind == b.kind and a.kind in ("text", "number", "truth"):
            return f"({a.sql} {op} {b.sql})"
        ways = []
        for kind in ("number", "day", "moment", "clock", "text"):
            left, right = self._as(a, kind, scope), self._as(b, kind, scope)
            if left and right:
                ways.append(f"{left} {op} {right}")
        if not ways:
            return "NULL"
        return f"COALESCE({', '.join(ways)})"

    def _as(self, value: _Value, kind: str, scope: _Scope) -> str:
        """The value as a number, day, moment, clock (a moment without time zone) or text; else empty."""
        if value.kind == kind:
            return value.sql
        if value.kind != "id" or isinstance(value.constant, URIRef):
            return ""
        if isinstance(value.constant, Literal):
            fits = {
                "number": value.constant.datatype in NUMERIC,
                "day": value.constant.datatype == XSD.date,
                "moment": value.constant.datatype == XSD.dateTime and _zoned(value.constant),
                "clock": value.constant.datatype == XSD.dateTime and not _zoned(value.constant),
                "text": value.constant.datatype in (None, XSD.string) and not value.constant.language,
            }
            if not fits[kind]:
                return ""
            text = _quoted(str(value.constant))
            casts = {"number": "DOUBLE", "day": "DATE", "moment": "TIMESTAMPTZ", "clock": "TIMESTAMP"}
            return f"TRY_CAST({text} AS {casts[kind]})" if kind in casts else text
        return f"{self._decoded(value, scope)}.{'plain' if kind == 'text' else kind}"

    def _decoded(self, value: _Value, scope: _Scope) -> str:
        """The alias of the row of ``term`` for a number."""
        if value.kind != "id":
            raise Unsupported("a computed value where a term should be")
        owner: _Scope | None = scope
        while owner is not None and value.sql not in owner.decoded:
            owner = owner.outer
        if owner is not None:
            return owner.decoded[value.sql]
        alias = f"d{next(self.numbers)}"
        scope.tables.append(f"term AS {alias}")
        scope.conditions.append(f"{alias}.id = {value.sql}")
        scope.decoded[value.sql] = alias
        return alias

    def _kind(self, letter: str, node: CompValue, scope: _Scope) -> _Value:
        value = self._value(node.arg, scope)
        if value.kind != "id":
            raise Unsupported("the kind of a computed value")
        if value.constant is not None:
            kinds = {"i": URIRef, "b": BNode, "l": Literal}
            return _Value(str(isinstance(value.constant, kinds[letter])).lower(), "truth")
        return _Value(f"({value.sql} {_TOKEN.format(f'kind {letter}')})", "truth")

    def _same(self, node: CompValue, scope: _Scope) -> _Value:
        a, b = self._value(node.arg1, scope), self._value(node.arg2, scope)
        if not a.kind == b.kind == "id":
            raise Unsupported("sameTerm of a computed value")
        return _Value(f"({a.sql} = {b.sql})", "truth")

    def _coalesce(self, node: CompValue, scope: _Scope) -> _Value:
        values = [self._plain_truth(self._value(part, scope)) for part in node.arg]
        if len({value.kind for value in values}) != 1:
            raise Unsupported("COALESCE of values of different kinds")
        return _Value(f"COALESCE({', '.join(value.sql for value in values)})", values[0].kind)

    def _bound(self, node: CompValue, scope: _Scope) -> _Value:
        return _Value(str(scope.find(str(node.arg)) is not None).lower(), "truth")

    def _text(self, node: Any, scope: _Scope) -> str:
        """An argument that must be a text: plain, or with a language."""
        value = self._value(node, scope)
        if value.kind == "text":
            return value.sql
        if isinstance(value.constant, Literal):
            return _quoted(str(value.constant))
        if value.kind == "id" and value.constant is None:
            return f"{self._decoded(value, scope)}.words"
        raise Unsupported("a text that is none")

    def _str(self, node: CompValue, scope: _Scope) -> _Value:
        value = self._value(node.arg, scope)
        if value.kind == "text":
            return value
        if value.constant is not None:
            return _Value(_quoted(str(value.constant)), "text")
        return _Value(f"{self._decoded(value, scope)}.lexical", "text")

    def _lang(self, node: CompValue, scope: _Scope) -> _Value:
        return _Value(f"{self._decoded(self._value(node.arg, scope), scope)}.language", "text")

    def _datatype(self, node: CompValue, scope: _Scope) -> _Value:
        value = self._value(node.arg, scope)
        if value.kind != "id":
            raise Unsupported("the datatype of a computed value")
        if isinstance(value.constant, Literal):
            plain = XSD.string if value.constant.language is None else RDF.langString
            return self._value(value.constant.datatype or plain, scope)
        return _Value(value.sql, "datatype")

    def _lang_matches(self, node: CompValue, scope: _Scope) -> _Value:
        tag, wanted = f"lower({self._text(node.arg1, scope)})", self._constant_text(node.arg2).lower()
        if wanted == "*":
            return _Value(f"({tag} <> '')", "truth")
        return _Value(f"({tag} = {_quoted(wanted)} OR starts_with({tag}, {_quoted(wanted + '-')}))", "truth")

    def _regex(self, node: CompValue, scope: _Scope) -> _Value:
        pattern, flags = self._pattern(node.pattern, node.flags)
        return _Value(f"regexp_matches({self._text(node.text, scope)}, {pattern}, {_quoted(flags)})", "truth")

    def _replace(self, node: CompValue, scope: _Scope) -> _Value:
        pattern, flags = self._pattern(node.pattern, node.flags)
        new = self._constant_text(node.replacement)
        if "\\" in new or "$" in new:
            raise Unsupported("REPLACE with groups")
        parts = (self._text(node.arg, scope), pattern, _quoted(new), _quoted("g" + flags))
        return _Value(f"regexp_replace({', '.join(parts)})", "text")

    def _pattern(self, pattern: Any, flags: Any) -> tuple[str, str]:
        text, letters = self._constant_text(pattern), self._constant_text(flags) if flags else ""
        self.patterns.add((text, letters))
        if not set(letters) <= set("ims"):
            raise Unsupported(f"the regular expression {text!r} with flags {letters!r}")
        return _quoted(text), letters

    def _constant_text(self, node: Any) -> str:
        if not isinstance(node, Literal):
            raise Unsupported("a text that is not constant")
        return str(node)

    def _concat(self, node: CompValue, scope: _Scope) -> _Value:
        return _Value("(" + " || ".join(self._text(part, scope) for part in node.arg) + ")", "text")

    def _function(self, node: CompValue, scope: _Scope) -> _Value:
        if node.iri != WELL_FORMED:
            raise Unsupported(f"the function {node.iri}")
        value = self._value(node.expr[0], scope)
        return _Value(f"({value.sql} NOT IN (SELECT id FROM ill_formed))", "truth")


_Form = Callable[[_Writer, CompValue, _Scope], _Value]
_FORMS: dict[str, _Form] = {
    "ConditionalAndExpression": _Writer._all,
    "ConditionalOrExpression": _Writer._all,
    "UnaryNot": _Writer._not,
    "EXISTS": _Writer._exists,
    "NOTEXISTS": _Writer._exists,
    "RelationalExpression": _Writer._relation,
    "sameTerm": _Writer._same,
    "COALESCE": _Writer._coalesce,
    "BOUND": _Writer._bound,
    "STR": _Writer._str,
    "LANG": _Writer._lang,
    "DATATYPE": _Writer._datatype,
    "LANGMATCHES": _Writer._lang_matches,
    "REGEX": _Writer._regex,
    "REPLACE": _Writer._replace,
    "CONCAT": _Writer._concat,
    "Function": _Writer._function,
}
_SIMPLE = {
    "STRLEN": ("length({})", "number", ("arg",)),
    "LCASE": ("lower({})", "text", ("arg",)),
    "UCASE": ("upper({})", "text", ("arg",)),
    "CONTAINS": ("contains({}, {})", "truth", ("arg1", "arg2")),
    "STRSTARTS": ("starts_with({}, {})", "truth", ("arg1", "arg2")),
    "STRENDS": ("ends_with({}, {})", "truth", ("arg1", "arg2")),
}
_KINDS = {"isIRI": "i", "isURI": "i", "isBLANK": "b", "isLITERAL": "l"}


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


def _zoned(literal: Literal) -> bool:
    return re.search(ZONE, literal) is not None


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _number(term: Node) -> str:
    if isinstance(term, BNode):
        raise Unsupported("a blank node in a query")
    return _TOKEN.format(f"term {term.n3()}")


def _open(node: Any) -> bool:
    """Whether the node of a pattern is a variable; a blank node is one as well."""
    return isinstance(node, Variable | BNode)
