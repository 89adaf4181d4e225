"""The tokens of a Turtle text with their places: what parsers throw away and a formatter or locator needs."""

import re
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from bde.errors import SyntaxProblem

_WORD = r"""(?:[^\s<>"'(){}\[\];,#\\^@.|~]|\\.)"""
_NEWER = r"""<<|>>|\{\||\|\}|~|@[A-Za-z0-9-]*--|@version\b|(?i:version)(?=\s*["'])"""  # what RDF 1.2 added
_TOKEN = re.compile(
    rf"""
    (?P<comment>\#[^\n\r]*)
    | (?P<string>"{{3}}(?:"{{0,2}}(?:[^"\\]++|\\.))*+"{{3}} | '{{3}}(?:'{{0,2}}(?:[^'\\]++|\\.))*+'{{3}}
        | "(?:[^"\\\n\r]++|\\.)*+" | '(?:[^'\\\n\r]++|\\.)*+')
    | (?P<iri><[^<>"{{}}|^`\s]*>)
    | (?P<newer>{_NEWER})
    | (?P<number>[+-]?(?:[0-9]+(?:\.[0-9]*)?[eE][+-]?[0-9]+|\.[0-9]+(?:[eE][+-]?[0-9]+)?|[0-9]+(?:\.[0-9]+)?))
    | (?P<word>{_WORD}(?:\.*{_WORD})*)
    | (?P<at>@[A-Za-z0-9-]+)
    | (?P<mark>\^\^|\S)
    """,
    re.VERBOSE | re.DOTALL,
)

# Python nests its own calls about a thousand deep; reading and writing take a few for each bracket.
DEEPEST = 100
_OPENING = {"[": 1, "(": 1, "]": -1, ")": -1}
_LINE_END = re.compile(r"\r\n?|\n")
# How many tokens a directive has.
_DIRECTIVES = {"@prefix": 4, "prefix": 3, "@base": 3, "base": 2}


class Token(NamedTuple):
    """A piece of a Turtle text: its kind (a group of the lexer's pattern), the text, 1-based line and column.

    Columns count characters (Unicode code points). ``end`` is where in the text it ends.
    """

    kind: str
    text: str
    line: int
    column: int
    end: int


def tokens(text: str, file: Path | str) -> Iterator[Token]:
    """The tokens of a Turtle text with their places, comments among them; Oxigraph tells neither.

    It splits and leaves judging to ``parse_strict``, but for what Oxigraph would read and the project does
    not: it raises ``SyntaxProblem`` for what RDF 1.2 added to Turtle and for brackets over ``DEEPEST`` deep.
    """
    depth = 0
    for token in _located(text):
        depth += _OPENING.get(token.text, 0)
        if token.kind == "newer":
            what, fix = f"not Turtle 1.1: {token.text}.", "Say it without RDF 1.2."
        elif depth > DEEPEST:
            what, fix = f"brackets stand over {DEEPEST} deep in each other.", "Give the inner nodes IRIs."
        else:
            yield token
            continue
        raise SyntaxProblem(what, fix=fix, file=file, line=token.line)


def _located(text: str) -> Iterator[Token]:
    ends = [match.end() for match in _LINE_END.finditer(text)]
    line, start = 0, 0
    for match in _TOKEN.finditer(text):
        at = match.start()
        while line < len(ends) and ends[line] <= at:
            start = ends[line]
            line += 1
        yield Token(str(match.lastgroup), match[0], line + 1, at - start + 1, match.end())


class Statement(NamedTuple):
    """A stretch of a Turtle text, well-formed or not, up to a full stop: where it ends and on which line.

    ``directives`` are the declarations that it begins with, each on one line: prefix (or ``base``) -> text.
    """

    end: int
    last_line: int
    directives: dict[str, str]


def statements(text: str) -> Iterator[Statement]:
    """The statements of a Turtle text, split where full stops stand outside of strings and names."""
    words: list[str] = []
    for token in _located(text):
        if token.kind != "comment":
            words.append(token.text)
        if token.text == ".":
            yield Statement(token.end, token.line, _directives(words))
            words = []
    if words:
        yield Statement(len(text), 1 + len(_LINE_END.findall(text)), _directives(words))


def _directives(words: list[str]) -> dict[str, str]:
    found, taken = {}, 0
    while size := _DIRECTIVES.get("".join(words[taken : taken + 1]).lower()):
        directive = words[taken : taken + size]
        found[directive[1] if "prefix" in directive[0].lower() else "base"] = " ".join(directive)
        taken += size
    return found


def refuse_newer(text: str, file: Path | str) -> None:
    """Raise ``SyntaxProblem``, with the line, where a text uses what RDF 1.2 added to Turtle."""
    signs = ("<<", ">>", "{|", "|}", "~", "--")  # looked for first, since most texts have none of them
    if (any(sign in text for sign in signs) or "version" in text.lower()) and re.search(_NEWER, text):
        deque(tokens(text, file), maxlen=0)
