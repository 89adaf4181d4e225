"""The saved questions: loading them, finding one, setting its parameters, guarding what is asked."""

import re
from collections.abc import Mapping
from datetime import date

from rdflib import XSD, Literal, URIRef

from bde.errors import BdeError, UnknownName
from bde.findings import relative
from bde.queries.bounding import bounded
from bde.queries.question import MARKED, TYPES, Column, Parameter, Question, Value, read
from bde.queries.searching import find, search
from bde.workspace import ROOMS, Workspace

__all__ = [
    "MARKED",
    "TYPES",
    "Column",
    "Parameter",
    "Question",
    "Value",
    "bind",
    "find",
    "guard",
    "load",
    "scan",
    "search",
    "write",
]

_HEADER = re.compile(r"\A(?:#[^\r\n]*\n)+")
# Without any of these there is nothing in a query that the guard, whose parser is slow, would have to refuse.
_SUSPECT = re.compile(r"SERVICE|(?<![?$:\w])FROM\b|\\U|\r|\0|<(java|bif|sql|js):", re.IGNORECASE)
_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|^`\\\x7f-\xa0]+")


def load(workspace: Workspace) -> tuple[Question, ...]:
    """Every saved question of the workspace, by room and name.

    Raises ``BdeError`` with file and line where a header is malformed, a column is not documented, a
    parameter has no marked line, or two questions share a name.
    """
    found, problems = scan(workspace)
    if problems:
        raise problems[0]
    return found


def scan(workspace: Workspace) -> tuple[tuple[Question, ...], tuple[BdeError, ...]]:
    """The saved questions that can be loaded, and why the others cannot, each with its file."""
    seen: dict[str, str] = {}
    found, problems = [], []
    for path in workspace.questions:
        file = relative(path, workspace.root)
        try:
            if path.parent.name not in ROOMS or path.parent.parent != workspace.root / "queries":
                fix = f"Rooms are {', '.join(ROOMS)}."
                raise BdeError("a question outside the rooms.", fix=fix, file=file)
            if path.stem in seen:
                raise BdeError(
                    f"has the same name as {seen[path.stem]}.", fix="Rename one of them.", file=file
                )
            seen[path.stem] = file
            found.append(read(path, file))
        except BdeError as error:
            problems.append(error)
    return tuple(found), tuple(problems)


def bind(question: Question, values: Mapping[str, Value | None]) -> str:
    """The question's SPARQL with these values in its marked lines; ``None`` leaves a parameter open.

    The line of an open parameter becomes a comment, for ``UNDEF`` joins with everything, and engines go wrong
    there: Fuseki filters by the variable before it has a value, RDF4J multiplies all paths first. A value
    never changes the structure of the query: it is an absolute IRI or an ``xsd:date``, and is checked as
    such. Raises ``UnknownName`` for a parameter the question does not have and ``BdeError`` for a value
    that does not fit, or a question that ``guard`` refuses or that is out of bounds.
    """
    bounded(question.text)
    if _SUSPECT.search(_HEADER.sub("", question.text)):
        guard(question.text)
    parameters = {parameter.name: parameter for parameter in question.parameters}
    for name in values:
        if name not in parameters:
            fix = f"It has: {', '.join(parameters) or 'none'}."
            raise UnknownName(f"{question.name} has no parameter “{name}”.", fix=fix)
    written = {name: write(parameters[name], value) for name, value in values.items()}
    lines = question.text.split("\n")
    for number, line in enumerate(lines):
        if marked := MARKED.fullmatch(line):
            before, name, term, after = marked.groups()
            term = written.get(name, term)
            lines[number] = before + term + after
            if term == "UNDEF":
                lines[number] = lines[number].replace("VALUES", "# VALUES", 1)
    return "\n".join(lines)


def write(parameter: Parameter, value: Value | None) -> str:
    """A value as the marked line of this parameter holds it. Raises ``BdeError`` where it does not fit."""
    if value is None:
        if parameter.default is None:
            return "UNDEF"
        raise BdeError(f"{parameter.name} cannot be left open.", fix=f"Name one: {parameter.meaning}")
    if parameter.type == "date":
        try:
            if not isinstance(value, Literal) or value.datatype != XSD.date:
                raise ValueError
            return f'"{date.fromisoformat(str(value)).isoformat()}"^^<{XSD.date}>'
        except ValueError:
            what = f"{parameter.name} is no date: {str(value)!r}."
            raise BdeError(what, fix="Write it as 2019-08-21.") from None
    if not isinstance(value, URIRef) or not _IRI.fullmatch(value) or not value.isprintable():
        raise BdeError(f"{parameter.name} is no IRI: {str(value)!r}.", fix="Give the IRI of a node.")
    return f"<{value}>"


def guard(sparql: str) -> None:
    """Refuse updates, ``SERVICE``, ``FROM`` what lies outside this graph, and prefixes nobody declared.

    Functions beyond those of SPARQL 1.1 are refused too: what they do is not known here. Raises
    ``SyntaxProblem`` where the text is not SPARQL 1.1 and ``BdeError`` where it is refused.
    """
    from bde.queries.guarding import guard as check  # rdflib's SPARQL parser takes a while to import

    check(sparql)
