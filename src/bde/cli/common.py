"""What the commands share: the workspace in use and the printing of reports."""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import click

from bde.errors import BdeError
from bde.findings import Finding, Report, Severity
from bde.workspace import Workspace

HOLDS, FINDINGS, UNREADABLE, FAULT, VACUOUS = range(5)


def workspace(context: click.Context) -> Workspace:
    """The workspace named with ``--root``, else the one that is found."""
    named: Path | None = context.obj
    return Workspace.at(named) if named else Workspace.find()


class Talk:
    """How findings are printed: here, each on its own line; nothing is kept or written elsewhere."""

    err = False  # whether the text goes to standard error

    def findings(self, report: Report) -> None:
        """Print the findings of a part."""
        for finding in report.findings:
            self.finding(finding)

    def finding(self, finding: Finding) -> None:
        """Print one finding."""
        mark = "" if finding.severity is Severity.VIOLATION else f" [{finding.severity}]"
        self.say(f"{finding}{mark}")

    def say(self, line: str) -> None:
        """Print a line of the text."""
        click.echo(line, err=self.err)

    def failed(self, error: BdeError) -> None:
        """Take notice that the run ends here."""

    def ended(self, exit_code: int) -> None:
        """Take notice that the run ended."""


def show(reports: Iterable[Report], *, complete: bool = False, talk: Talk | None = None) -> int:
    """Print each report as it comes, findings first, and a summary; returns the exit code.

    With ``complete`` a part that could not run counts as a finding.
    """
    talk = talk or Talk()
    totals = Counter[Severity]()
    missing = unread = 0
    vacuous: list[str] = []
    try:
        for report in reports:
            talk.findings(report)
            totals.update(finding.severity for finding in report.findings)
            missing += bool(report.not_run)
            unread += len(report.unreadable)
            vacuous += (f"{report.part}: {name}" for name in report.vacuous)
            talk.say(_line(report))
    except BdeError as error:
        talk.failed(error)
        raise
    found = totals[Severity.VIOLATION]
    others = totals.total() - found
    talk.say(f"{found} violations, {others} other findings, {missing} parts not run, {len(vacuous)} empty")
    for name in vacuous:
        click.echo(f"looked at nothing: {name}", err=True)
    if unread:
        click.echo(f"{unread} files cannot be read; what was found in the others is not all", err=True)
        exit_code = UNREADABLE
    else:
        exit_code = VACUOUS if vacuous else FINDINGS if found or (complete and missing) else HOLDS
    talk.ended(exit_code)
    return exit_code


def _line(report: Report) -> str:
    if report.not_run:
        return f"{report.part:<11} NOT RUN  {report.not_run}"
    return f"{report.part:<11} {report.verdict:<8} {report.looked_at}"
