"""What an endpoint answered, read strictly: SPARQL 1.1 results in JSON, or triples."""

import json
from typing import Any

from rdflib import XSD, BNode, Literal, URIRef

from bde.errors import SyntaxProblem
from bde.store import Answer
from bde.syntax import Term, parse_strict


class NotAnAnswer(Exception):
    """What came is not what the protocol asks for; the text says what came instead."""


def results(body: bytes) -> Answer:
    """The answer to a SELECT or ASK (https://www.w3.org/TR/sparql11-results-json/).

    Raises ``NotAnAnswer``.
    """
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        raise NotAnAnswer("what is no whole JSON document") from None
    try:
        if isinstance(found.get("boolean"), bool):
            return Answer("ask", truth=found["boolean"])
        columns = tuple(str(name) for name in found["head"]["vars"])
        rows = tuple(
            tuple(_term(row[name]) if name in row else None for name in columns)
            for row in found["results"]["bindings"]
        )
    except (AttributeError, KeyError, TypeError, ValueError):
        raise NotAnAnswer("JSON that is no SPARQL result") from None
    return Answer("select", columns, rows=rows)


def triples(body: bytes, name: str) -> Answer:
    """The answer to a CONSTRUCT or DESCRIBE; ``name`` is what an error calls it. Raises ``NotAnAnswer``."""
    try:
        return Answer("construct", triples=tuple(parse_strict(body.decode(), name)))
    except (SyntaxProblem, ValueError) as error:
        raise NotAnAnswer(f"what are no triples: {error}") from None


def _term(value: dict[str, Any]) -> Term:
    """A term of a SPARQL 1.1 JSON result, its lexical form left alone."""
    text = value["value"]
    if not isinstance(text, str):
        raise TypeError
    if value["type"] == "uri":
        return URIRef(text)
    if value["type"] == "bnode":
        return BNode(text)
    if value["type"] not in ("literal", "typed-literal"):
        raise ValueError
    if "xml:lang" in value:
        return Literal(text, lang=value["xml:lang"])
    datatype = value.get("datatype")
    known = URIRef(datatype) if datatype and datatype != str(XSD.string) else None
    return Literal(text, datatype=known, normalize=False)
