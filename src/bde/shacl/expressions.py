"""The expressions of SPARQL as SQL.

An error of SPARQL is ``NULL``, whose logic SQL shares (https://www.w3.org/TR/sparql11-query/#evaluation).
What has no form here raises ``Unsupported``.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from rdflib import RDF, XSD, BNode, Literal, URIRef, Variable
from rdflib.plugins.sparql.algebra import translateGroupGraphPattern
from rdflib.plugins.sparql.parserutils import CompValue
from rdflib.term import Node

from bde.shacl.constraints import WELL_FORMED
from bde.shacl.results import Unsupported
from bde.shacl.tokens import NUMERIC, TOKEN, ZONE, number_of


@dataclass(frozen=True)
class Value:
    """An SQL expression: the number of a term (``id``), a ``text``, ``number`` or ``truth``, or a
    ``datatype`` (by the number of its literal).

    ``constant`` is the term of a number known beforehand, ``resource`` says that it can be no literal.
    """

    sql: str
    kind: str = "id"
    constant: Node | None = None
    resource: bool = False


@dataclass
class Scope:
    """One SELECT in the making; that of an EXISTS sees what its ``outer`` one has bound."""

    outer: "Scope | None" = None
    tables: list[str] = field(default_factory=list)
    conditions: list[str] = field(default_factory=list)
    bound: dict[str, Value] = field(default_factory=dict)
    decoded: dict[str, str] = field(default_factory=dict)
    required: set[tuple[str, str, Node]] = field(default_factory=set)

    def find(self, name: str) -> Value | None:
        """What a variable is bound to, here or further out."""
        return self.bound.get(name) or (self.outer.find(name) if self.outer else None)

    def select(self, columns: str) -> str:
        """The SQL of this scope."""
        tables = f" FROM {', '.join(self.tables)}" if self.tables else ""
        return f"SELECT {columns}{tables}" + (
            f" WHERE {' AND '.join(self.conditions)}" if self.conditions else ""
        )


class Expressions(ABC):
    """Expressions within patterns, and patterns within them (``EXISTS``)."""

    def __init__(self) -> None:
        self.numbers = count(1)
        self.patterns: set[tuple[str, str]] = set()

    @abstractmethod
    def pattern(self, node: CompValue, scope: Scope) -> None:
        """Join a graph pattern to the scope."""

    def truth(self, node: Any, scope: Scope) -> str:
        """The effective boolean value (https://www.w3.org/TR/sparql11-query/#ebv)."""
        value = self._plain_truth(self.value(node, scope))
        if value.kind != "truth":
            raise Unsupported("a value where a condition should be")
        return value.sql

    def _plain_truth(self, value: Value) -> Value:
        if isinstance(value.constant, Literal) and value.constant.datatype == XSD.boolean:
            return Value(str(value.constant).lower(), "truth")
        return value

    def value(self, node: Any, scope: Scope) -> Value:
        """An expression (https://www.w3.org/TR/sparql11-query/#expressions)."""
        if isinstance(node, Variable):
            return scope.find(str(node)) or Value("NULL", "id")
        if isinstance(node, Literal | URIRef):
            return Value(number_of(node), constant=node, resource=isinstance(node, URIRef))
        if not isinstance(node, CompValue):
            raise Unsupported(f"{node!r} in an expression")
        name = node.name.removeprefix("Builtin_")
        if form := _FORMS.get(name):
            return form(self, node, scope)
        if name in _KINDS:
            return self._kind(_KINDS[name], node, scope)
        if name in _SIMPLE:
            sql, kind, arguments = _SIMPLE[name]
            return Value(sql.format(*(self._text(node[argument], scope) for argument in arguments)), kind)
        raise Unsupported(f"{name} in an expression")

    def _all(self, node: CompValue, scope: Scope) -> Value:
        word = " AND " if node.name == "ConditionalAndExpression" else " OR "
        return Value(
            "(" + word.join(self.truth(part, scope) for part in [node.expr, *node.other]) + ")", "truth"
        )

    def _not(self, node: CompValue, scope: Scope) -> Value:
        return Value(f"(NOT {self.truth(node.expr, scope)})", "truth")

    def _exists(self, node: CompValue, scope: Scope) -> Value:
        inner = Scope(outer=scope)
        graph = node.graph
        if graph.name == "GroupGraphPatternSub":  # rdflib translates those that are not below a "!"
            graph = translateGroupGraphPattern(graph)
        self.pattern(graph, inner)
        negation = "NOT " if node.name == "Builtin_NOTEXISTS" else ""
        if not inner.tables:
            return Value(f"({negation}{' AND '.join(inner.conditions) or 'true'})", "truth")
        return Value(f"({negation}EXISTS ({inner.select('1')}))", "truth")

    def _relation(self, node: CompValue, scope: Scope) -> Value:
        left = self.value(node.expr, scope)
        if node.op in ("IN", "NOT IN"):
            members = [self.value(part, scope) for part in node.other]
            either = " OR ".join(self._equal(left, member, scope) for member in members) or "false"
            return Value(f"({'NOT ' if node.op == 'NOT IN' else ''}({either}))", "truth")
        right = self.value(node.other, scope)
        if node.op in ("=", "!="):
            return Value(f"({'NOT ' if node.op == '!=' else ''}{self._equal(left, right, scope)})", "truth")
        return Value(self._compared(left, right, node.op, scope), "truth")

    def _equal(self, a: Value, b: Value, scope: Scope) -> str:
        if "datatype" in (a.kind, b.kind):
            which, datatype = (a, b) if a.kind == "datatype" else (b, a)
            if not isinstance(datatype.constant, URIRef):
                raise Unsupported("a datatype that is not named")
            there = f"{which.sql} {TOKEN.format(f'datatype {datatype.constant}')}"
            return f"(CASE WHEN {which.sql} {TOKEN.format('kind l')} THEN {there} END)"
        if a.kind == b.kind == "id":
            if a.resource or b.resource:
                return f"({a.sql} = {b.sql})"
            return f"({a.sql} = {b.sql} OR COALESCE({self._compared(a, b, '=', scope)}, false))"
        return self._compared(a, b, "=", scope)

    def _compared(self, a: Value, b: Value, op: str, scope: Scope) -> str:
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

    def _as(self, value: Value, kind: str, scope: Scope) -> str:
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

    def _decoded(self, value: Value, scope: Scope) -> str:
        """The alias of the row of ``term`` for a number."""
        if value.kind != "id":
            raise Unsupported("a computed value where a term should be")
        owner: Scope | None = scope
        while owner is not None and value.sql not in owner.decoded:
            owner = owner.outer
        if owner is not None:
            return owner.decoded[value.sql]
        alias = f"d{next(self.numbers)}"
        scope.tables.append(f"term AS {alias}")
        scope.conditions.append(f"{alias}.id = {value.sql}")
        scope.decoded[value.sql] = alias
        return alias

    def _kind(self, letter: str, node: CompValue, scope: Scope) -> Value:
        value = self.value(node.arg, scope)
        if value.kind != "id":
            raise Unsupported("the kind of a computed value")
        if value.constant is not None:
            kinds = {"i": URIRef, "b": BNode, "l": Literal}
            return Value(str(isinstance(value.constant, kinds[letter])).lower(), "truth")
        return Value(f"({value.sql} {TOKEN.format(f'kind {letter}')})", "truth")

    def _same(self, node: CompValue, scope: Scope) -> Value:
        a, b = self.value(node.arg1, scope), self.value(node.arg2, scope)
        if not a.kind == b.kind == "id":
            raise Unsupported("sameTerm of a computed value")
        return Value(f"({a.sql} = {b.sql})", "truth")

    def _coalesce(self, node: CompValue, scope: Scope) -> Value:
        values = [self._plain_truth(self.value(part, scope)) for part in node.arg]
        if len({value.kind for value in values}) != 1:
            raise Unsupported("COALESCE of values of different kinds")
        return Value(f"COALESCE({', '.join(value.sql for value in values)})", values[0].kind)

    def _bound(self, node: CompValue, scope: Scope) -> Value:
        return Value(str(scope.find(str(node.arg)) is not None).lower(), "truth")

    def _text(self, node: Any, scope: Scope) -> str:
        """An argument that must be a text: plain, or with a language."""
        value = self.value(node, scope)
        if value.kind == "text":
            return value.sql
        if isinstance(value.constant, Literal):
            return _quoted(str(value.constant))
        if value.kind == "id" and value.constant is None:
            return f"{self._decoded(value, scope)}.words"
        raise Unsupported("a text that is none")

    def _str(self, node: CompValue, scope: Scope) -> Value:
        value = self.value(node.arg, scope)
        if value.kind == "text":
            return value
        if value.constant is not None:
            return Value(_quoted(str(value.constant)), "text")
        return Value(f"{self._decoded(value, scope)}.lexical", "text")

    def _lang(self, node: CompValue, scope: Scope) -> Value:
        return Value(f"{self._decoded(self.value(node.arg, scope), scope)}.language", "text")

    def _datatype(self, node: CompValue, scope: Scope) -> Value:
        value = self.value(node.arg, scope)
        if value.kind != "id":
            raise Unsupported("the datatype of a computed value")
        if isinstance(value.constant, Literal):
            plain = XSD.string if value.constant.language is None else RDF.langString
            return self.value(value.constant.datatype or plain, scope)
        return Value(value.sql, "datatype")

    def _lang_matches(self, node: CompValue, scope: Scope) -> Value:
        tag, wanted = f"lower({self._text(node.arg1, scope)})", self._constant_text(node.arg2).lower()
        if wanted == "*":
            return Value(f"({tag} <> '')", "truth")
        return Value(f"({tag} = {_quoted(wanted)} OR starts_with({tag}, {_quoted(wanted + '-')}))", "truth")

    def _regex(self, node: CompValue, scope: Scope) -> Value:
        pattern, flags = self._pattern(node.pattern, node.flags)
        return Value(f"regexp_matches({self._text(node.text, scope)}, {pattern}, {_quoted(flags)})", "truth")

    def _replace(self, node: CompValue, scope: Scope) -> Value:
        pattern, flags = self._pattern(node.pattern, node.flags)
        new = self._constant_text(node.replacement)
        if "\\" in new or "$" in new:
            raise Unsupported("REPLACE with groups")
        parts = (self._text(node.arg, scope), pattern, _quoted(new), _quoted("g" + flags))
        return Value(f"regexp_replace({', '.join(parts)})", "text")

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

    def _concat(self, node: CompValue, scope: Scope) -> Value:
        return Value("(" + " || ".join(self._text(part, scope) for part in node.arg) + ")", "text")

    def _function(self, node: CompValue, scope: Scope) -> Value:
        if node.iri != WELL_FORMED:
            raise Unsupported(f"the function {node.iri}")
        value = self.value(node.expr[0], scope)
        return Value(f"({value.sql} NOT IN (SELECT id FROM ill_formed))", "truth")


_Form = Callable[[Expressions, CompValue, Scope], Value]
_FORMS: dict[str, _Form] = {
    "ConditionalAndExpression": Expressions._all,
    "ConditionalOrExpression": Expressions._all,
    "UnaryNot": Expressions._not,
    "EXISTS": Expressions._exists,
    "NOTEXISTS": Expressions._exists,
    "RelationalExpression": Expressions._relation,
    "sameTerm": Expressions._same,
    "COALESCE": Expressions._coalesce,
    "BOUND": Expressions._bound,
    "STR": Expressions._str,
    "LANG": Expressions._lang,
    "DATATYPE": Expressions._datatype,
    "LANGMATCHES": Expressions._lang_matches,
    "REGEX": Expressions._regex,
    "REPLACE": Expressions._replace,
    "CONCAT": Expressions._concat,
    "Function": Expressions._function,
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


def _zoned(literal: Literal) -> bool:
    return re.search(ZONE, literal) is not None


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
