"""A run as JSON, in the structure that ``findings.schema.json`` beside this module describes.

Nothing is left out; a finding is one line, so that a million of them can be read line by line.
"""

import json
from collections.abc import Iterator
from importlib.metadata import version

from bde.findings import Finding, Report
from bde.reporting.model import Run

# Raised where a program that reads the old structure could not read the new one.
VERSION = 1


def data(run: Run) -> Iterator[str]:
    """The run as a JSON object with a line for each part, rule and finding."""
    head = {
        "version": VERSION,
        "tool": f"bde {version('bde')}",
        "command": run.command,
        "exitCode": run.exit_code,
        "ending": run.ending,
        "totals": run.totals(),
        "lookedAtNothing": run.empty,
        "notRun": run.not_run,
    }
    yield _json(head)[:-1]
    yield from _lines("parts", (_part(report) for report in run.reports))
    names = sorted({finding.rule for finding in run.findings})
    yield from _lines("rules", (run.glossary.rule(name)._asdict() for name in names))
    parts = ((report.part, finding) for report in run.reports for finding in report.findings)
    yield from _lines("findings", (_finding(run, part, finding) for part, finding in parts))
    yield "}\n"


def _lines(name: str, items: Iterator[dict[str, object]]) -> Iterator[str]:
    yield f',\n"{name}": ['
    for number, item in enumerate(items):
        yield (",\n" if number else "\n") + _json(item)
    yield "\n]"


def _part(report: Report) -> dict[str, object]:
    return {
        "part": report.part,
        "verdict": report.verdict,
        "counts": report.counts,
        "notRun": report.not_run,
        "without": report.without,
        "findings": len(report.findings),
    }


def _finding(run: Run, part: str, finding: Finding) -> dict[str, object]:
    return {
        "part": part,
        "file": finding.file,
        "line": finding.line,
        "column": finding.column,
        "rule": finding.rule,
        "severity": finding.severity,
        "message": finding.message,
        "subject": finding.subject,
        "things": [{"iri": thing.iri, "label": thing.label} for thing in run.glossary.things(finding)],
    }


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
