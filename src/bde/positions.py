"""Where the triples of a Turtle text stand.

Oxigraph reads strictly and keeps lexical forms but tells no positions; rdflib's parser knows its line only
after a whole list of objects and rewrites numbers. So the tokens of a text are flattened to simple
statements, one triple each, of which Oxigraph's nth triple is the nth.
"""

from collections.abc import Iterable, Iterator

from bde.lexer import Token, tokens
from bde.syntax import Triple, parse_strict

Spot = tuple[int, int]  # line and column
_RDF = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#{}>"
_Node = tuple[str, Spot]  # the text of a term and where it begins


def placed(text: str, file: str, label: str) -> Iterator[tuple[Triple, Spot, Spot]]:
    """The triples of a text, each with the line and column at which its subject and its object begin.

    The labels of its blank nodes begin with ``label``. Raises ``SyntaxProblem`` as ``lexer.tokens`` and
    ``parse_strict`` do.
    """
    flat = _Flat(tokens(text, file), label)
    triples = parse_strict("\n".join(flat.text), file)
    return ((triple, *spots) for triple, spots in zip(triples, flat.spots, strict=True))


class _Flat:
    """Well-formed Turtle as a ``text`` of simple statements, each with its ``spots`` of subject and object.

    Blank nodes are labelled ``label`` and a number, or ``label`` and the label they had.
    """

    def __init__(self, pieces: Iterable[Token], label: str):
        self.pieces = [piece for piece in pieces if piece.kind != "comment"][::-1]
        self.label, self.count = label, 0
        self.text: list[str] = []
        self.spots: list[tuple[Spot, Spot]] = []
        while self.pieces:
            if self.pieces[-1].text.lower() in ("@prefix", "prefix", "@base", "base"):
                self._directive()
            else:
                self._properties(self._node())
                self._take()

    def _take(self) -> Token:
        return self.pieces.pop()

    def _next_is(self, *marks: str) -> bool:
        return self.pieces[-1].text in marks

    def _directive(self) -> None:
        words = [self._take()]
        while words[-1].kind != "iri":
            words.append(self._take())
        if words[0].kind == "at":
            words.append(self._take())
        self.text.append(" ".join(word.text for word in words))

    def _properties(self, subject: _Node) -> None:
        while not self._next_is(".", "]"):
            verb = self._take().text
            while verb != ";":
                self._state(subject, verb, self._node())
                if not self._next_is(","):
                    break
                self._take()

    def _node(self) -> _Node:
        piece = self._take()
        text, spot = piece.text, (piece.line, piece.column)
        if text == "(":
            return self._list(spot)
        if text == "[":
            text = self._blank()
            self._properties((text, spot))
            self._take()
        elif text.startswith("_:"):
            text = f"{self.label}n{text[2:]}"
        elif text[0] in "\"'":
            while self._next_is("^^") or text.endswith("^^") or self.pieces[-1].kind == "at":
                text += self._take().text
        return text, spot

    def _list(self, spot: Spot) -> _Node:
        cells: list[_Node] = []
        while not self._next_is(")"):
            item = self._node()
            cells.append((self._blank(), item[1]))
            self._state(cells[-1], _RDF.format("first"), item)
        self._take()
        nil = _RDF.format("nil")
        for cell, rest in zip(cells, [*cells[1:], (nil, cells[-1][1] if cells else spot)], strict=False):
            self._state(cell, _RDF.format("rest"), rest)
        return cells[0][0] if cells else nil, spot

    def _blank(self) -> str:
        self.count += 1
        return f"{self.label}b{self.count}"

    def _state(self, subject: _Node, verb: str, object_: _Node) -> None:
        self.text.append(f"{subject[0]} {verb} {object_[0]} .")
        self.spots.append((subject[1], object_[1]))
