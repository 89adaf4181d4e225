"""Errors that carry where, what is wrong and how to put it right."""

from collections.abc import Sequence
from pathlib import Path


def printable(text: str) -> str:
    """A text with its control characters escaped, so that no input commands the terminal that shows it."""
    return "".join(c if c.isprintable() or c == "\n" else c.encode("unicode_escape").decode() for c in text)


class BdeError(Exception):
    """Input that cannot be used: the command ends with exit code 2 and this text.

    ``file`` and ``line`` (1-based) say where, ``what`` what is wrong, ``fix`` how to mend it.
    """

    def __init__(self, what: str, *, fix: str = "", file: Path | str | None = None, line: int | None = None):
        self.what, self.fix, self.file, self.line = printable(what), fix, file, line
        super().__init__(str(self))

    def __str__(self) -> str:
        where = "" if self.file is None else f"{self.file}:{self.line}: " if self.line else f"{self.file}: "
        return where + self.what + (f" {self.fix}" if self.fix else "")


class Unreadable(BdeError):
    """Several files that cannot be used: one error to a line, each with its file."""

    def __init__(self, problems: Sequence[BdeError]):
        super().__init__("\n".join(map(str, problems)))
        self.problems = tuple(problems)


class SyntaxProblem(BdeError):
    """A file that is not well-formed Turtle or SPARQL."""


class UnknownName(BdeError):
    """A name, question or parameter value that the graph does not have."""


class MissingPart(BdeError):
    """An optional part of the machine (Java for the reasoner) that this command needs."""


class EndpointProblem(BdeError):
    """A remote SPARQL endpoint that did not answer as the protocol asks."""


class Refused(BdeError):
    """What is asked for would do harm, or somebody else is at it: nothing was changed."""
