"""The one result model: what a check looked at and what it found wrong."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path


class Severity(StrEnum):
    """How bad a finding is: a violation may not be published, a warning may, a hint is advice."""

    VIOLATION = "violation"
    WARNING = "warning"
    HINT = "hint"


@dataclass(frozen=True, order=True)
class Finding:
    """One thing that is wrong: where (``file``, 1-based ``line``), by which ``rule``, and the message.

    ``subject`` is the IRI of the node concerned, or empty. ``line`` 0 means the file as a whole.
    """

    file: str
    line: int
    rule: str
    message: str
    subject: str = ""
    severity: Severity = Severity.VIOLATION

    def __str__(self) -> str:
        """One line: ``data/engagements/cub-vnm.ttl:118: Instrument-party: <message>``."""
        where = f"{self.file}:{self.line}" if self.line else self.file
        return f"{where}: {self.rule}: {self.message}"


@dataclass(frozen=True)
class Report:
    """What one part of a check looked at (``counts``: name -> number) and what it found.

    A part whose counts hold a zero has not looked at anything there: it is ``vacuous``.
    """

    part: str
    counts: dict[str, int] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    not_run: str = ""

    @property
    def vacuous(self) -> tuple[str, ...]:
        """The names of the counts that are zero (none for a part that says it did not run)."""
        if self.not_run:
            return ()
        return tuple(name for name, number in self.counts.items() if number == 0) or (
            () if self.counts else (self.part,)
        )

    def only(self, files: Collection[str] | None) -> "Report":
        """The same report with the findings of these files alone (``None``: of all)."""
        return replace(self, findings=tuple(f for f in self.findings if files is None or f.file in files))

    @property
    def holds(self) -> bool:
        """True where nothing that forbids publishing was found."""
        return not any(f.severity is Severity.VIOLATION for f in self.findings)


def relative(path: Path, root: Path) -> str:
    """A path as findings print it: relative to the workspace where it lies inside, with ``/``."""
    try:
        return path.resolve().relative_to(root.resolve()).as_posix()
    except ValueError:
        return path.as_posix()
