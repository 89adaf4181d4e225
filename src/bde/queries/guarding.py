"""What must not be asked, told from the parsed query and never from its text."""

import re
from collections.abc import Iterator

from pyparsing import ParseBaseException, ParseResults
from rdflib import XSD, URIRef
from rdflib.paths import Path
from rdflib.plugins.sparql.algebra import translateQuery
from rdflib.plugins.sparql.parser import parseQuery, parseUpdate
from rdflib.plugins.sparql.parserutils import CompValue

from bde.errors import BdeError, SyntaxProblem
from bde.namespaces import GRAPH
from bde.queries.bounding import bounded

# What engines read in different ways, so that the query that is checked would not be the one that is run: an
# escape may end a string before the grammar is applied or after, a lone carriage return a comment or not.
_AMBIGUOUS = re.compile(r"\\[uU][0-9A-Fa-f]{4}|\r(?!\n)|\x00")
# Names by which some servers load code, as a function or in the place of a property.
_CODE = ("java:", "bif:", "sql:", "js:")


def guard(sparql: str) -> None:
    """Refuse updates, ``SERVICE``, ``FROM`` what lies outside this graph, and prefixes nobody declared.

    Functions beyond those of SPARQL 1.1 are refused too: what they do is not known here. Raises
    ``SyntaxProblem`` where the text is not SPARQL 1.1 and ``BdeError`` where it is refused.
    """
    bounded(sparql)
    if odd := _AMBIGUOUS.search(sparql):
        raise SyntaxProblem(
            f"holds {odd[0]!r}, which engines read in different ways.",
            fix="Write the character itself.",
            line=sparql.count("\n", 0, odd.start()) + 1,
        )
    try:
        parsed = parseQuery(sparql)
    except (ParseBaseException, RecursionError) as error:
        if _is_update(sparql):
            raise BdeError("an update, which is never run here.", fix="Ask with SELECT.") from None
        what = f": {error.msg}" if isinstance(error, ParseBaseException) else ": too deeply nested"
        line = error.lineno if isinstance(error, ParseBaseException) else None
        raise SyntaxProblem(f"not a SPARQL query{what}.", fix="Correct it here.", line=line) from None
    nodes = list(_nodes(parsed))
    declared = {_prefix(node) for node in nodes if node.name == "PrefixDecl"}
    for node in nodes:
        if node.name == "pname" and _prefix(node) not in declared:
            fix = "Declare it with a PREFIX line: engines do not agree on the ones they know."
            raise BdeError(f"the prefix {_prefix(node)}: is not declared.", fix=fix)
        if node.name == "ServiceGraphPattern":
            raise BdeError("SERVICE would send the query to another endpoint.", fix="Leave it out.")
        if node.name == "DatasetClause":
            _only_own_graphs(node)
    try:
        algebra = translateQuery(parsed).algebra
    except Exception as error:  # rdflib raises bare exceptions for what the grammar alone does not forbid
        raise SyntaxProblem(f"not a SPARQL query: {error}.", fix="Correct it.") from None
    _only_known_code(algebra)


def _only_known_code(algebra: CompValue) -> None:
    """Refuse functions other than the casts of SPARQL 1.1 (section 17.5), and names that load code."""
    for node in _nodes(algebra):
        if node.name == "Function" and not str(node.iri).startswith(str(XSD)):
            fix = "Use the functions of SPARQL 1.1 alone."
            raise BdeError(f"{node.iri} is a function of which nothing is known here.", fix=fix)
    for iri in _iris(algebra):
        if str(iri).startswith(_CODE):
            raise BdeError(f"{iri} would have some servers load code.", fix="Leave it out.")


def _is_update(sparql: str) -> bool:
    try:
        return bool(parseUpdate(sparql).request)
    except (ParseBaseException, RecursionError, AttributeError):
        return False


def _only_own_graphs(clause: CompValue) -> None:
    for iri in clause.values():
        if not str(iri).startswith(GRAPH):
            fix = f"Name a graph below {GRAPH} or leave FROM out."
            raise BdeError(f"FROM {iri} would read what is not of this graph.", fix=fix)


def _prefix(node: CompValue) -> str:
    return str(node.prefix or "")


def _nodes(tree: object) -> Iterator[CompValue]:
    """Every grammar node of a parsed query, at any depth."""
    return (part for part in _parts(tree) if isinstance(part, CompValue))


def _iris(tree: object) -> Iterator[URIRef]:
    return (part for part in _parts(tree) if isinstance(part, URIRef))


def _parts(tree: object) -> Iterator[object]:
    waiting = [tree]
    while waiting:
        part = waiting.pop()
        yield part
        if isinstance(part, dict):
            waiting.extend(part.values())
        elif isinstance(part, list | tuple | set | ParseResults):
            waiting.extend(part)
        elif isinstance(part, Path):
            waiting.extend(vars(part).values())
