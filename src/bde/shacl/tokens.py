"""SQL in which the numbers of a graph are still open.

The plans of the shapes are made once for all graphs. So terms stand in them as tokens, until the graph at
hand says which numbers it gave them.
"""

import re
from dataclasses import dataclass
from typing import Protocol

from rdflib import BNode
from rdflib.term import Node

from bde.shacl.results import Unsupported

# A token stands between two characters for private use: the number of a term, or a range of numbers.
TOKEN = "\ue000{}\ue001"
TOKENS = re.compile("\ue000([a-z]+) ([^\ue001]*)\ue001")


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


def number_of(term: Node) -> str:
    """The token for the number of a term. Raises ``Unsupported`` for a blank node."""
    if isinstance(term, BNode):
        raise Unsupported("a blank node in a query")
    return TOKEN.format(f"term {term.n3()}")
