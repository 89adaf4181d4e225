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


class Token(NamedTuple):
    """A piece of a Turtle text: its kind (a group of the lexer's pattern), the text, 1-based line and column.

    Columns count characters (Unicode code points).
    """

    kind: str
    text: str
    line: int
    column: int


def tokens(text: str, file: Path | str) -> Iterator[Token]:
    """The tokens of a Turtle text with their places, comments among them; Oxigraph tells neither.

    It splits and leaves judging to ``parse_strict``, but for what RDF 1.2 added to Turtle: Oxigraph would
    read that, so it raises ``SyntaxProblem`` here.
    """
    line, counted, before = 1, 0, -1  # the position of the line end before the token
    for match in _TOKEN.finditer(text):
        line += text.count("\n", counted, match.start())
        before = max(before, text.rfind("\n", counted, match.start()))
        counted = match.start()
        token = Token(str(match.lastgroup), match[0], line, counted - before)
        if token.kind == "newer":
            raise SyntaxProblem(
                f"not Turtle 1.1: {token.text}.", fix="Say it without RDF 1.2.", file=file, line=line
            )
        yield token


def refuse_newer(text: str, file: Path | str) -> None:
    """Raise ``SyntaxProblem``, with the line, where a text uses what RDF 1.2 added to Turtle."""
    if re.search(_NEWER, text):
        deque(tokens(text, file), maxlen=0)
