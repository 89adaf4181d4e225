"""The algebra of SPARQL in the names of rdflib, built without its parser, which is slow.

https://www.w3.org/TR/sparql11-query/#sparqlAlgebra
"""

from rdflib import Literal
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.parserutils import CompValue
from rdflib.term import Node

from bde.shacl.results import Unsupported

Pattern = CompValue
Expression = CompValue | Node
COLUMNS = ("this", "value", "path")  # of a query for results


def parsed(text: str) -> tuple[Pattern, tuple[str, ...]]:
    """The pattern of a SELECT, and which of the columns of a result it has."""
    try:
        query = prepareQuery(text).algebra
    except Exception as error:  # whatever the parser may raise
        raise Unsupported(f"a query that is not SPARQL: {' '.join(str(error).split())}") from None
    if query.name != "SelectQuery":
        raise Unsupported("a query that is no SELECT")
    return query.p, tuple(str(v) for v in query.PV if str(v) in COLUMNS)


def bgp(*triples: tuple[Node, object, Node]) -> Pattern:
    """Triple patterns."""
    return CompValue("BGP", triples=list(triples))


def filtered(expression: Expression, *triples: tuple[Node, object, Node]) -> Pattern:
    """Triple patterns with a filter."""
    return CompValue("Filter", expr=expression, p=bgp(*triples))


def none_of(pattern: Pattern) -> Expression:
    """``NOT EXISTS``."""
    return CompValue("Builtin_NOTEXISTS", graph=pattern)


def call(name: str, **arguments: object) -> Expression:
    """A built-in function."""
    return CompValue(f"Builtin_{name}", **arguments)


def not_(expression: Expression) -> Expression:
    """``!``"""
    return CompValue("UnaryNot", expr=expression)


def all_of(parts: list[Expression]) -> Expression:
    """``&&``, true of no parts."""
    return CompValue("ConditionalAndExpression", expr=parts[0], other=parts[1:]) if parts else Literal(True)


def any_of(parts: list[Expression]) -> Expression:
    """``||``, false of no parts."""
    return CompValue("ConditionalOrExpression", expr=parts[0], other=parts[1:]) if parts else Literal(False)


def and_(*parts: Expression) -> Expression:
    """``&&``"""
    return all_of(list(parts))


def compare(left: Expression, op: str, right: Expression) -> Expression:
    """``=``, ``<`` and so on."""
    return CompValue("RelationalExpression", expr=left, op=op, other=right)


def same(left: Node, right: Node) -> Expression:
    """``sameTerm``"""
    return call("sameTerm", arg1=left, arg2=right)


def unless(expression: Expression) -> Expression:
    """True where the expression is false or an error."""
    return not_(call("COALESCE", arg=[expression, Literal(False)]))
