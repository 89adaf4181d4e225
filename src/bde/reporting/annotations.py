"""A run as workflow commands of GitHub Actions, which become annotations of the files in a pull request.

GitHub shows 10 errors, 10 warnings and 10 notices of a step, so no more are written and the notice that
counts everything says what was left out
(https://github.com/actions/toolkit/blob/main/docs/problem-matchers.md#limitations).
"""

from collections.abc import Iterator

from bde.findings import Finding, Severity
from bde.reporting.model import Run, more, telling

MOST = 10
_COMMANDS = {Severity.VIOLATION: "error", Severity.WARNING: "warning", Severity.HINT: "notice"}


def annotations(run: Run) -> Iterator[str]:
    """The run as lines of the form ``::error file=...,line=...,col=...,title=...::message``."""
    left_out = []
    first = {
        Severity.VIOLATION: [f"looked at nothing: {', '.join(run.empty)}"] * bool(run.empty),
        Severity.WARNING: [f"not run: {'; '.join(run.not_run)}"] * bool(run.not_run),
        Severity.HINT: [""],  # the place of the last notice
    }
    for severity, number in run.totals().items():
        for said in filter(None, first[severity]):
            yield _command(_COMMANDS[severity], said, title=f"bde {run.command}")
        same = (finding for finding in run.findings if finding.severity is severity)
        chosen = telling(same, MOST - len(first[severity]))
        for finding in chosen:
            yield _annotation(run, finding)
        if len(chosen) < number:
            left_out.append(more(len(chosen), number, f"{_COMMANDS[severity]}s"))
    parts = "; ".join(f"{report.part} {report.verdict}: {report.looked_at}" for report in run.reports)
    said = ". ".join([f"{run.ending}. {parts}", *left_out])
    yield _command("notice", said, title=f"bde {run.command}")


def _annotation(run: Run, finding: Finding) -> str:
    place = {"file": run.file(finding)} if finding.file else {}
    if finding.line:
        place |= {"line": str(finding.line), "col": str(finding.column or 1)}
    lines = [finding.message, *map(str, run.glossary.things(finding))]
    if why := run.glossary.rule(finding.rule).why:
        lines.append(f"Why: {why}")
    return _command(_COMMANDS[finding.severity], "\n".join(lines), **place, title=finding.rule)


def _command(name: str, message: str, **properties: str) -> str:
    told = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{name} {told}::{_data(message)}\n"


def _data(text: str) -> str:
    """The text with the characters escaped that end a command."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """The text with the characters escaped that end a property as well."""
    return _data(text).replace(":", "%3A").replace(",", "%2C")
