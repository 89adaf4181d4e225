"""What the commands share: the workspace in use and the printing of reports."""

from collections.abc import Iterable
from pathlib import Path

import click

from bde.findings import Report, Severity
from bde.workspace import Workspace

HOLDS, FINDINGS, UNREADABLE, FAULT, VACUOUS = range(5)


def workspace(context: click.Context) -> Workspace:
    """The workspace named with ``--root``, else the one that is found."""
    named: Path | None = context.obj
    return Workspace.at(named) if named else Workspace.find()


def show(reports: Iterable[Report], *, complete: bool = False) -> int:
    """Print each report as it comes, findings first, and a summary; returns the exit code.

    With ``complete`` a part that could not run counts as a finding.
    """
    found = notes = missing = unread = 0
    vacuous: list[str] = []
    for report in reports:
        for finding in report.findings:
            mark = "" if finding.severity is Severity.VIOLATION else f" [{finding.severity}]"
            click.echo(f"{finding}{mark}")
        violations = sum(finding.severity is Severity.VIOLATION for finding in report.findings)
        found, notes = found + violations, notes + len(report.findings) - violations
        missing += bool(report.not_run)
        unread += len(report.unreadable)
        vacuous += (f"{report.part}: {name}" for name in report.vacuous)
        click.echo(_line(report))
    click.echo(f"{found} violations, {notes} other findings, {missing} parts not run, {len(vacuous)} empty")
    for name in vacuous:
        click.echo(f"looked at nothing: {name}", err=True)
    if unread:
        click.echo(f"{unread} files cannot be read; what was found in the others is not all", err=True)
        return UNREADABLE
    if vacuous:
        return VACUOUS
    return FINDINGS if found or (complete and missing) else HOLDS


def _line(report: Report) -> str:
    if report.not_run:
        return f"{report.part:<11} NOT RUN  {report.not_run}"
    verdict = "vacuous" if report.vacuous else "ok" if report.holds else "FAILS"
    partial = f" (without {', '.join(report.without)})" if report.without else ""
    counts = ", ".join(f"{n} {name}" for name, n in report.counts.items())
    return f"{report.part:<11} {verdict:<8} {counts}{partial}"
