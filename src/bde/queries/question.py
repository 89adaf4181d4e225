"""One saved question: what its header says, and how strictly it must say it.

The header comments follow a closed list of keys: ``summary`` (the question, ending in "?"), ``description``,
``tags``, ``parameters`` (lines ``name: type = default - meaning``), ``columns`` (of a ``SELECT``, lines
``name - meaning``) and, where the founding graph has no rows for it, ``empty-because``. A line of three
spaces continues a key or starts an item of a list, a line of five continues the item. The query is a
``SELECT``, an ``ASK`` or a ``CONSTRUCT``.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from rdflib import XSD, Literal, URIRef

from bde.errors import BdeError
from bde.workspace import read_text

Value = URIRef | Literal

# What a parameter may be. A concept says of which scheme: "concept of topic-stances".
TYPES = ("state", "organization", "person", "mechanism", "place", "source", "concept", "date")
KEYS = ("summary", "description", "tags", "parameters", "columns", "empty-because")
MARKED = re.compile(r"( *VALUES \?(\w+) \{ )(\S+)( \}  # parameter)")
_MAY_MISS = {"parameters", "empty-because"}
_LISTS = {"parameters", "columns"}

_PARAMETER = re.compile(r"(\w+): (\w+)(?: of ([\w-]+))? = (\S+) - (\S.*)")
_COLUMN = re.compile(r"(\w+) - (\S.*)")
_PREFIX = re.compile(r"PREFIX ([\w-]*): <([^<>\s]*)>")
_FORM = re.compile(r"^(SELECT|ASK|CONSTRUCT)\b", re.M)
_SELECT = re.compile(r"^SELECT (?:DISTINCT )?(.*?)^WHERE \{", re.M | re.S)
_DATE = re.compile(r'"(\d{4}-\d\d-\d\d)"\^\^xsd:date')


@dataclass(frozen=True)
class Parameter:
    """A value that may be chosen for a question; ``default`` is ``None`` where unset means any.

    ``scheme`` is the concept scheme the value comes from, for a concept.
    """

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
    """A saved question, as its file says it; ``id`` is ``<room>/<question-in-words>``.

    ``form`` is ``SELECT``, ``ASK`` or ``CONSTRUCT``; only a ``SELECT`` has columns.
    """

    id: str
    summary: str
    description: str
    tags: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    columns: tuple[Column, ...]
    text: str
    path: Path
    empty_because: str = ""
    form: str = "SELECT"

    @property
    def name(self) -> str:
        """The short id, unique across rooms: the file's name without its ending."""
        return self.path.stem

    @property
    def room(self) -> str:
        """The room the question stands in."""
        return self.path.parent.name


@dataclass
class _Line:
    """A header entry or an item of one, with the number of the line on which it starts."""

    number: int
    text: str


def read(path: Path, file: str) -> Question:
    """The question of one file; ``file`` is what errors call it. Raises ``BdeError`` with file and line."""
    text = read_text(path, file)
    lines = text.split("\n")
    entries, items = _header(lines, file)
    form = found[1] if (found := _FORM.search(text)) else "SELECT"
    may_miss = _MAY_MISS if form == "SELECT" else _MAY_MISS | {"columns"}
    for key in KEYS:
        if key not in entries and key not in may_miss:
            _refuse(f"the header has no {key}.", f"Add a line “#+ {key}: ...”.", file, 1)
        if key in entries and not (items[key] if key in _LISTS else entries[key].text):
            _refuse(f"{key} is empty.", "Fill it in or leave it out.", file, entries[key].number)
    summary = entries["summary"]
    if not summary.text.endswith("?"):
        _refuse("the summary is no question.", "End it with “?”.", file, summary.number)
    named, empty = entries.get("columns"), entries.get("empty-because")
    return Question(
        id=f"{path.parent.name}/{path.stem}",
        summary=summary.text,
        description=entries["description"].text,
        tags=tuple(tag.strip() for tag in entries["tags"].text.split(",")),
        parameters=_parameters(items["parameters"], lines, file),
        columns=_columns(items["columns"], text, named.number, file) if named else (),
        text=text,
        path=path,
        empty_because=empty.text if empty else "",
        form=form,
    )


def _header(lines: list[str], file: str) -> tuple[dict[str, _Line], dict[str, list[_Line]]]:
    """The entries of the header by key, and the items of those that are lists."""
    entries: dict[str, _Line] = {}
    items: dict[str, list[_Line]] = {key: [] for key in _LISTS}
    key = ""
    for number, line in enumerate(lines, 1):
        if not line.startswith("#"):
            break
        start = re.match(r"#\+ ([\w-]+):(?: (.*))?$", line)
        more = re.match(r"#\+( {3}| {5})(\S.*)$", line)
        if start:
            key = start[1]
            if key not in KEYS:
                _refuse(f"unknown header key “{key}”.", f"Keys are {', '.join(KEYS)}.", file, number)
            if key in entries:
                _refuse(f"the header says {key} twice.", "Keep one.", file, number)
            entries[key] = _Line(number, (start[2] or "").strip())
        elif more and key in _LISTS and len(more[1]) == 3:
            items[key].append(_Line(number, more[2]))
        elif more and key and (key not in _LISTS or items[key]):
            entry = items[key][-1] if key in _LISTS else entries[key]
            entry.text = f"{entry.text} {more[2]}"
        else:
            _refuse("not a header line.", "Write “#+ key: ...” or continue a key.", file, number)
    return entries, items


def _columns(items: list[_Line], text: str, line: int, file: str) -> tuple[Column, ...]:
    columns = []
    for item in items:
        parts = _COLUMN.fullmatch(item.text)
        if not parts:
            _refuse("not a column.", "Write “name - meaning”.", file, item.number)
        columns.append(Column(parts[1], parts[2]))
    select = _SELECT.search(text)
    if not select:
        _refuse("no SELECT with its WHERE { on a line of its own.", "Write it so.", file, line)
    selected = re.findall(r"\?(\w+)", select[1])
    named = [column.name for column in columns]
    if named != selected:
        missing = [name for name in selected if name not in named] or named
        what = f"the columns are not those of the SELECT, in its order; see {', '.join(missing)}."
        _refuse(what, "Document each column once.", file, line)
    return tuple(columns)


def _parameters(items: list[_Line], lines: list[str], file: str) -> tuple[Parameter, ...]:
    prefixes = {named[1]: named[2] for line in lines if (named := _PREFIX.fullmatch(line))}
    marked: dict[str, tuple[int, str]] = {}
    for number, line in enumerate(lines, 1):
        if "# parameter" in line:
            found = MARKED.fullmatch(line)
            if not found or found[2] in marked:
                fix = "Write one line “VALUES ?name { term }  # parameter” for each."
                _refuse("not the marked line of a parameter.", fix, file, number)
            marked[found[2]] = (number, found[3])
    parameters = []
    for item in items:
        parts = _PARAMETER.fullmatch(item.text)
        if not parts:
            _refuse("not a parameter.", "Write “name: type = default - meaning”.", file, item.number)
        name, kind, scheme, default, meaning = parts.groups(default="")
        if kind not in TYPES or bool(scheme) != (kind == "concept"):
            fix = f"Types are {', '.join(TYPES)}; a concept is a “concept of <scheme>”."
            _refuse(f"“{kind}” is not the type of a parameter.", fix, file, item.number)
        if name not in marked:
            fix = f"Add “VALUES ?{name} {{ ... }}  # parameter”."
            _refuse(f"the parameter {name} has no marked line.", fix, file, item.number)
        number, term = marked.pop(name)
        if term != ("UNDEF" if default == "any" else default):
            fix = f"The header says {default}."
            _refuse(f"the default of {name} is not that of the header.", fix, file, number)
        value = _value(term, kind, prefixes, file, number)
        parameters.append(Parameter(name, kind, value, meaning, scheme))
    for name, (number, _) in marked.items():
        _refuse(f"the header has no parameter {name}.", "Document it.", file, number)
    return tuple(parameters)


def _value(term: str, kind: str, prefixes: dict[str, str], file: str, line: int) -> Value | None:
    if term == "UNDEF":
        return None
    day = _DATE.fullmatch(term)
    if day and kind == "date":
        return Literal(day[1], datatype=XSD.date)
    prefix, colon, local = term.partition(":")
    if kind == "date" or not colon or prefix not in prefixes or not re.fullmatch(r"[\w-]+", local):
        fix = 'Write a prefixed name, or a date as "2019-08-21"^^xsd:date.'
        _refuse(f"{term} is no default for a {kind}.", fix, file, line)
    return URIRef(prefixes[prefix] + local)


def _refuse(what: str, fix: str, file: str, line: int) -> NoReturn:
    raise BdeError(what, fix=fix, file=file, line=line)
