"""One run of a check: what was looked at, what was found, and how it ended."""

import heapq
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from bde.findings import Finding, Report, Severity
from bde.reporting.glossary import Glossary

ENDINGS = ("holds", "findings", "unreadable input", "internal fault", "looked at nothing")


@dataclass(frozen=True)
class Run:
    """The ``reports`` of a ``command``, the exit code it ends with, and what rules and things are called.

    ``folder`` is the path, with a slash at its end, from where platforms look at files to the root of the
    graph; empty where both are the same.
    """

    command: str
    reports: Sequence[Report]
    exit_code: int
    glossary: Glossary
    folder: str = ""

    @property
    def ending(self) -> str:
        """What the exit code means: one of ``ENDINGS``."""
        return ENDINGS[self.exit_code]

    @property
    def findings(self) -> Iterator[Finding]:
        """All findings, in the order of the parts."""
        return chain.from_iterable(report.findings for report in self.reports)

    @property
    def empty(self) -> list[str]:
        """What the vacuous parts did not look at: ``part: count``."""
        return [f"{report.part}: {name}" for report in self.reports for name in report.vacuous]

    @property
    def not_run(self) -> list[str]:
        """The parts that did not run, each with the reason."""
        return [f"{report.part}: {report.not_run}" for report in self.reports if report.not_run]

    def totals(self) -> dict[Severity, int]:
        """The number of findings of each severity."""
        numbers = Counter(finding.severity for finding in self.findings)
        return {severity: numbers[severity] for severity in Severity}

    def file(self, finding: Finding) -> str:
        """The path of a finding's file as platforms know it, with ``/``; absolute for a file elsewhere."""
        return finding.file if finding.file.startswith("/") else self.folder + finding.file


def telling(findings: Iterable[Finding], most: int) -> list[Finding]:
    """At most ``most`` of the findings: the worst first, and one of each rule before a second of any.

    Holds no more than ``most`` of them at a time.
    """
    seen = Counter[tuple[Severity, str]]()

    def rank(finding: Finding) -> tuple[int, int]:
        seen[finding.severity, finding.rule] += 1
        return list(Severity).index(finding.severity), seen[finding.severity, finding.rule]

    return heapq.nsmallest(most, findings, rank)


def several(number: int, what: str) -> str:
    """A number of things in words: ``1 warning``, ``2 warnings``."""
    return f"{number} {what}" + "s" * (number != 1)


def more(shown: int, all_: int, what: str) -> str:
    """An honest word on what a cap left out: ``190 more of 200 errors``."""
    return f"{all_ - shown} more of {all_} {what}"
