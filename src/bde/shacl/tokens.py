"""SQL in which the numbers of a graph are still open.

The plans of the shapes are made once for all graphs. So terms stand in them as tokens, until the graph at
hand says which numbers it gave them.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from typing import Protocol

from rdflib import XSD, BNode
from rdflib.term import Node

from bde.shacl.results import Unsupported

# A token stands between two characters for private use: the number of a term, or a range of numbers.
TOKEN = "\ue000{}\ue001"
TOKENS = re.compile("\ue000([a-z]+) ([^\ue001]*)\ue001")
NUMERIC = {XSD.integer, XSD.decimal, XSD.double, XSD.float, XSD.nonNegativeInteger, XSD.positiveInteger}
NUMERIC |= {XSD.int, XSD.long, XSD.short, XSD.byte, XSD.unsignedInt, XSD.unsignedLong, XSD.unsignedShort}
NUMERIC |= {XSD.unsignedByte, XSD.negativeInteger, XSD.nonPositiveInteger}
ZONE = r"(Z|[+-]\d\d:\d\d)$"  # of an xsd:dateTime; one without is comparable only with its like


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
    return {of for what, of in TOKENS.findall(text) if what == "term"}


def bind(text: str, numbers: Numbers) -> str:
    """The SQL of a plan or path with the numbers of a graph in it."""

    def number(token: re.Match[str]) -> str:
        what, of = token.groups()
        if what == "term":
            return str(numbers.number(of))
        first, last = numbers.kind(of) if what == "kind" else numbers.datatype(of)
        return f"BETWEEN {first} AND {last}"

    return TOKENS.sub(number, text)


def form(plan: Plan) -> tuple[str, tuple[str, ...]]:
    """What plans that differ only in the terms they name have in common."""
    return TOKENS.sub(lambda token: "?" if token[1] == "term" else token[0], plan.sql), plan.columns


def together(plans: Sequence[Plan], numbers: Numbers) -> str:
    """One query for plans of one ``form``, since a database takes longer to plan a query than to answer it.

    Each row begins with the place of its plan. The terms in which the plans differ become columns of a table.
    """
    if len(plans) == 1:
        return bind(plans[0].sql, numbers).replace("SELECT DISTINCT ", "SELECT DISTINCT 0, ", 1)
    columns = count(1)

    def column(token: re.Match[str]) -> str:
        return f"plan.c{next(columns)}" if token[1] == "term" else token[0]

    query = bind(TOKENS.sub(column, plans[0].sql), numbers)
    rows = (
        ", ".join(
            map(
                str, (place, *(numbers.number(of) for what, of in TOKENS.findall(plan.sql) if what == "term"))
            )
        )
        for place, plan in enumerate(plans)
    )
    names = ", ".join(["place", *(f"c{number}" for number in range(1, next(columns)))])
    query = query.replace("SELECT DISTINCT ", "SELECT DISTINCT plan.place, ", 1)
    return query.replace(" FROM ", f" FROM (VALUES ({'), ('.join(rows)})) AS plan({names}), ", 1)


def number_of(term: Node) -> str:
    """The token for the number of a term. Raises ``Unsupported`` for a blank node."""
    if isinstance(term, BNode):
        raise Unsupported("a blank node in a query")
    return TOKEN.format(f"term {term.n3()}")
