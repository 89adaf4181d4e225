"""The one result model: what a check looked at and what it found wrong."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from bde.errors import BdeError, printable

UNREADABLE = "unreadable"


class Severity(StrEnum):
    """How bad a finding is: a violation may not be published, a warning may, a hint is advice."""

    VIOLATION = "violation"
    WARNING = "warning"
    HINT = "hint"


class Place(NamedTuple):
    """A file with the 1-based line and column of a character in it; 0 where they are not known or not one."""

    file: str = ""
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        """As compilers write it: ``data/engagements/cub-vnm.ttl:118:9``."""
        return ":".join(str(part) for part in self if part)


@dataclass(frozen=True, order=True)
class Finding:
    """One thing that is wrong: where (the parts of a ``Place``), by which ``rule``, and the message.

    ``subject`` is the IRI of the node concerned, or empty.
    """

    file: str
    line: int
    column: int
    rule: str
    message: str
    subject: str = ""
    severity: Severity = Severity.VIOLATION

    def __str__(self) -> str:
        """One line: ``data/engagements/cub-vnm.ttl:118:9: Instrument-party: <message>``."""
        return f"{self.place}: {self.rule}: {printable(self.message)}"

    @property
    def place(self) -> Place:
        """Where it is."""
        return Place(self.file, self.line, self.column)


@dataclass(frozen=True)
class Report:
    """What one part of a check looked at (``counts``: name -> number) and what it found.

    A part whose counts hold a zero has not looked at anything there: it is ``vacuous``. ``without`` names the
    files that a partial run had to do without.
    """

    part: str
    counts: dict[str, int] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    not_run: str = ""
    without: tuple[str, ...] = ()

    @property
    def vacuous(self) -> tuple[str, ...]:
        """The names of the counts that are zero (none for a part that says it did not run)."""
        if self.not_run:
            return ()
        return tuple(name for name, number in self.counts.items() if number == 0) or (
            () if self.counts else (self.part,)
        )

    @property
    def unreadable(self) -> tuple[str, ...]:
        """The files that could not be read (findings of the rule ``unreadable``)."""
        return tuple(dict.fromkeys(f.file for f in self.findings if f.rule == UNREADABLE))

    def only(self, files: Collection[str] | None) -> "Report":
        """The same report with the findings of these files alone (``None``: of all)."""
        return replace(self, findings=tuple(f for f in self.findings if files is None or f.file in files))

    @property
    def verdict(self) -> str:
        """In a word: ``not run``, ``vacuous``, ``ok`` or ``FAILS``."""
        if self.not_run:
            return "not run"
        return "vacuous" if self.vacuous else "ok" if self.holds else "FAILS"

    @property
    def looked_at(self) -> str:
        """In words: ``12 shapes, 40 focus nodes (without data/x.ttl)``; of a part not run the reason."""
        partial = f" (without {', '.join(self.without)})" if self.without else ""
        return self.not_run or ", ".join(f"{n} {name}" for name, n in self.counts.items()) + partial

    @property
    def holds(self) -> bool:
        """True where nothing that forbids publishing was found."""
        return not any(f.severity is Severity.VIOLATION for f in self.findings)


def unreadable(error: BdeError, file: str) -> Finding:
    """What an error says of a file that cannot be read, as a finding."""
    said = f"{error.what} {error.fix}".strip()
    return Finding(file, error.line or 0, int(bool(error.line)), UNREADABLE, said)


def relative(path: Path, root: Path) -> str:
    """A path as findings print it: relative to the workspace where it lies inside, with ``/``.

    A link has its own name, not that of the file it leads to.
    """
    try:
        return (path.parent.resolve() / path.name).relative_to(root.resolve()).as_posix()
    except ValueError:
        return path.as_posix()
