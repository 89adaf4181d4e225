"""All that is malformed in a Turtle text, not the first error alone: then the next statement is read."""

from pathlib import Path

from bde.errors import BdeError, SyntaxProblem
from bde.lexer import refuse_newer, statements
from bde.syntax import Parsed

# So many statements with an error are looked for; nobody mends more before checking again.
MOST = 25


def problems(text: str, file: Path | str) -> list[BdeError]:
    """The errors of a text (https://www.w3.org/TR/turtle/) with their lines; none where it is well-formed.

    They are those of the first ``MOST`` statements that have one. Such a statement is left out as a whole, up
    to its full stop: it may have more. That a prefix is not declared is said once.
    """
    found: dict[tuple[str, int | None], BdeError] = {}
    pieces = statements(text)
    rest, line, directives = text, 1, dict[str, str]()
    for _ in range(MOST):
        error = _first_error(" ".join([*directives.values(), rest]), file)
        if error is None or error.line is None:
            return [*found.values(), *([error] if error else [])]
        at = line + error.line - 1
        key = (error.what, None if "not been declared" in error.what else at)
        found.setdefault(key, SyntaxProblem(error.what, fix=error.fix, file=file, line=at))
        for piece in pieces:
            directives |= {k: said for k, said in piece.directives.items() if not _first_error(said, file)}
            if piece.last_line >= at:
                rest, line = text[piece.end :], piece.last_line
                break
        else:
            return list(found.values())
    more = BdeError("may have more errors than these.", fix="Correct them first.", file=file)
    return [*found.values(), more]


def _first_error(text: str, file: Path | str) -> BdeError | None:
    """The error on the first line that has one; what RDF 1.2 added, which Oxigraph reads, is asked apart."""
    found = []
    for reading in (Parsed.of, refuse_newer):
        try:
            reading(text, file)
        except BdeError as error:
            found.append(error)
    return min(found, key=lambda error: error.line or 0, default=None)
