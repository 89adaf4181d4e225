"""The saved questions: reading their headers, finding one, setting parameters, guarding against harm.

A question is ``queries/<room>/<question-in-words>.rq``. Its header comments follow a closed list of keys:
``summary``, ``description``, ``tags``, ``parameters`` (``name: type = default - meaning``), ``columns``
(``name - meaning``) and, where the founding graph has no rows for it, ``empty-because``.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from pathlib import Path

from rdflib import XSD, Literal, URIRef

from bde.errors import BdeError, SyntaxProblem, UnknownName
from bde.findings import relative
from bde.namespaces import GRAPH
from bde.workspace import ROOMS, Workspace, read_text

Value = URIRef | Literal

# What a parameter may be. ``concept`` says of which scheme: "concept of topic-stances".
TYPES = ("state", "organization", "person", "mechanism", "place", "source", "concept", "date")
KEYS = ("summary", "description", "tags", "parameters", "columns", "empty-because")
_OPTIONAL_KEYS = ("parameters", "empty-because")

_PARAMETER = re.compile(r"(\w+): (\w+)(?: of ([\w-]+))? = (\S+) - (\S.*)")
_COLUMN = re.compile(r"(\w+) - (\S.*)")
_MARKED = re.compile(r"( *VALUES \?(\w+) \{ )(.+?)( \}  # parameter)")
_VALUES = re.compile(r"\bVALUES\s+\?(\w+)")
_PREFIX = re.compile(r"PREFIX (\w*): <([^<>\s]*)>")
_SELECT = re.compile(r"^SELECT (?:DISTINCT )?(.*?)^WHERE \{", re.M | re.S)
_DATE = re.compile(r'"(\d{4}-\d\d-\d\d)"\^\^xsd:date')
_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|^`\\]+")


@dataclass(frozen=True)
class Parameter:
    """A value that may be chosen for a question; ``default`` is ``None`` where unset means any."""

    name: str
    type: str
    default: Value | None
    meaning: str
    scheme: str = ""


@dataclass(frozen=True)
class Column:
    """A column of a question's answer and what it means."""

    name: str
    meaning: str


@dataclass(frozen=True)
class Question:
    """A saved question, as its file says it. ``id`` is ``<room>/<question-in-words>``."""

    id: str
    summary: str
    description: str
    tags: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    columns: tuple[Column, ...]
    text: str
    path: Path
    empty_because: str = ""

    @property
    def name(self) -> str:
        """The short id, unique across rooms: the file's name without its ending."""
        return self.path.stem

    @property
    def room(self) -> str:
        """The room the question stands in."""
        return self.path.parent.name


def load(workspace: Workspace) -> tuple[Question, ...]:
    """Every saved question of the workspace, by room and name.

    Raises ``BdeError`` with file and line where a header is malformed, a column is not documented, a
    parameter has no marked line, or two questions share a name.
    """
    seen: dict[str, str] = {}
    found = []
    for path in workspace.questions:
        file = relative(path, workspace.root)
        if path.parent.name not in ROOMS or path.parent.parent != workspace.root / "queries":
            raise BdeError("a question outside the rooms.", fix=f"Rooms are {', '.join(ROOMS)}.", file=file)
        if path.stem in seen:
            raise BdeError(f"has the same name as {seen[path.stem]}.", fix="Rename one of them.", file=file)
        seen[path.stem] = file
        found.append(_read(path, file))
    return tuple(found)


def find(questions: Iterable[Question], words: str) -> Question:
    """The question with this id, this short id, or the one whose id alone has all of these words.

    Raises ``UnknownName`` with the nearest ids, or with those that fit where several do.
    """
    saved = tuple(questions)
    wanted = "-".join(words.lower().replace(".rq", "").split())
    for question in saved:
        if wanted in (question.id, question.name):
            return question
    parts = [part for part in re.split(r"[-/]+", wanted) if part]
    fitting = [q for q in saved if parts and set(parts) <= set(re.split(r"[-/]", q.id))]
    if len(fitting) == 1:
        return fitting[0]
    names = [q.name for q in fitting] or get_close_matches(wanted, [q.name for q in saved], 3, 0.4)
    fix = f"Did you mean {' or '.join(names)}?" if names else "bde questions lists them."
    raise UnknownName(f"no question is called “{words}”.", fix=fix)


def bind(question: Question, values: Mapping[str, Value | None]) -> str:
    """The question's SPARQL with these values in its marked lines; ``None`` leaves a parameter open.

    A value can never change the structure of the query: it is an absolute IRI or an ``xsd:date`` and is
    checked as such. Raises ``UnknownName`` for a parameter the question does not have and ``BdeError`` for a
    value that does not fit.
    """
    parameters = {parameter.name: parameter for parameter in question.parameters}
    written = {}
    for name, value in values.items():
        if name not in parameters:
            names = ", ".join(parameters) or "none"
            raise UnknownName(f"{question.name} has no parameter “{name}”.", fix=f"It has: {names}.")
        written[name] = _sparql(parameters[name], value)
    lines = question.text.split("\n")
    for number, line in enumerate(lines):
        marked = _MARKED.fullmatch(line)
        if marked and marked[2] in written:
            lines[number] = marked[1] + written[marked[2]] + marked[4]
    return "\n".join(lines)


def guard(sparql: str) -> None:
    """Refuse what must not be asked: updates, ``SERVICE``, remote ``FROM``, and prefixes nobody declared.

    Works on the parsed query, not on its text. Raises ``SyntaxProblem`` where it is not SPARQL 1.1 and
    ``BdeError`` where it is refused.
    """
    from pyparsing import ParseBaseException
    from rdflib.plugins.sparql.algebra import translateQuery
    from rdflib.plugins.sparql.parser import parseQuery, parseUpdate

    try:
        parsed = parseQuery(sparql)
    except (ParseBaseException, RecursionError) as error:
        try:
            update = bool(getattr(parseUpdate(sparql), "request", None))
        except (ParseBaseException, RecursionError):
            update = False
        if update:
            raise BdeError("an update, which this command never runs.", fix="Ask with SELECT.") from None
        line = error.lineno if isinstance(error, ParseBaseException) else None
        what = f": {error.msg}" if isinstance(error, ParseBaseException) else " that can be read: too nested"
        raise SyntaxProblem(f"not a SPARQL query{what}.", fix="Correct it here.", line=line) from None
    declared = {node.get("prefix", "") for node in _nodes(parsed) if node.name == "PrefixDecl"}
    for node in _nodes(parsed):
        if node.name == "pname" and node.get("prefix", "") not in declared:
            what = f"the prefix {node.get('prefix', '')}: is not declared."
            raise BdeError(what, fix="Declare it with a PREFIX line: not every engine knows it.")
        if node.name == "ServiceGraphPattern":
            raise BdeError("SERVICE would send the query to another endpoint.", fix="Leave it out.")
        if node.name == "DatasetClause":
            for iri in node.values():
                if not str(iri).startswith(GRAPH):
                    what = f"FROM {iri} would read from outside the graph."
                    raise BdeError(what, fix=f"Name a graph under {GRAPH} or leave it out.")
    try:
        translateQuery(parsed)
    except Exception as error:  # rdflib raises bare exceptions for what the grammar does not forbid
        raise SyntaxProblem(f"not a SPARQL query: {error}.", fix="Correct it here.") from None


def _nodes(tree: object) -> Iterator["_Node"]:
    """Every grammar node of a parsed query, at any depth."""
    from pyparsing import ParseResults
    from rdflib.plugins.sparql.parserutils import CompValue

    open_ends = [tree]
    while open_ends:
        part = open_ends.pop()
        if isinstance(part, CompValue):
            yield part
            open_ends.extend(part.values())
        elif isinstance(part, list | tuple | set | ParseResults):
            open_ends.extend(part)


def _sparql(parameter: Parameter, value: Value | None) -> str:
    if value is None:
        if parameter.default is None:
            return "UNDEF"
        raise BdeError(f"{parameter.name} cannot be left open.", fix=f"{parameter.meaning} Name one.")
    if parameter.type == "date":
        try:
            if not isinstance(value, Literal) or value.datatype != XSD.date:
                raise ValueError
            return f'"{date.fromisoformat(str(value)).isoformat()}"^^<{XSD.date}>'
        except ValueError:
            what = f"{parameter.name} is no date: {str(value)!r}."
            raise BdeError(what, fix="Write it as 2019-08-21.") from None
    if not isinstance(value, URIRef) or not _IRI.fullmatch(value):
        raise BdeError(f"{parameter.name} is no IRI: {str(value)!r}.", fix="Give the IRI of a node.")
    return f"<{value}>"
