"""A run as JUnit XML, as GitLab, Jenkins and others read it.

A part is a test suite; each rule that was broken is a test case of it, and so is that the part looked at
something. GitLab compares test cases by class and name, takes only the first of each name, and reads files
of less than 30 MB (https://docs.gitlab.com/ci/testing/unit_test_reports/), so a name holds no line number and
the text of a case lists at most 100 findings.
"""

import re
from collections.abc import Iterator
from itertools import groupby
from xml.sax.saxutils import escape, quoteattr

from bde.findings import Finding, Report, Severity
from bde.reporting.model import Run, more, several, telling
from bde.writing import visible

MOST = 100  # findings in the text of a case
_ROOM = 1_000  # characters of a message in it
_NOT_XML = re.compile("[\ud800-\udfff\ufffe\uffff]")


def junit(run: Run) -> Iterator[str]:
    """The run as ``testsuites``, one to a part; a rule broken by warnings or hints alone does not fail."""
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="bde">\n'
    for report in run.reports:
        yield from _suite(run, report)
    yield "</testsuites>\n"


def _suite(run: Run, report: Report) -> Iterator[str]:
    found = sorted(report.findings, key=lambda finding: finding.rule)
    rules = [(rule, list(same)) for rule, same in groupby(found, lambda finding: finding.rule)]
    failures = sum(any(f.severity is Severity.VIOLATION for f in same) for _, same in rules)
    numbers = {
        "tests": len(rules) + 1,
        "failures": failures,
        "errors": int(bool(report.vacuous)),
        "skipped": int(bool(report.not_run)),
    }
    told = "".join(f' {name}="{number}"' for name, number in numbers.items())
    yield f"  <testsuite name={_attribute(report.part)}{told}>\n"
    yield f'    <testcase classname={_attribute(f"bde.{report.part}")} name="looked at something">\n'
    if report.not_run:
        yield f"      <skipped message={_attribute(report.not_run)}/>\n"
    elif report.vacuous:
        yield f"      <error message={_attribute('looked at nothing: ' + ', '.join(report.vacuous))}/>\n"
    yield f"      <system-out>{_text(report.looked_at)}</system-out>\n    </testcase>\n"
    for rule, same in rules:
        yield from _case(run, report.part, rule, same)
    yield "  </testsuite>\n"


def _case(run: Run, part: str, rule: str, found: list[Finding]) -> Iterator[str]:
    means = run.glossary.rule(rule)
    yield f"    <testcase classname={_attribute(f'bde.{part}')} name={_attribute(rule)}>\n"
    element = "failure" if any(f.severity is Severity.VIOLATION for f in found) else "system-out"
    message = f"{several(len(found), 'finding')}. {means.what} {means.mend}".strip()
    yield f"      <failure message={_attribute(message)}>" if element == "failure" else "      <system-out>"
    yield _text(f"{message}\n" + (f"Why: {means.why}\n" if means.why else ""))
    chosen = telling(found, MOST)
    for finding in chosen:
        things = "".join(f"\n    {thing}" for thing in run.glossary.things(finding))
        yield _text(f"{finding.place}: {finding.message[:_ROOM]} [{finding.severity}]{things}\n")
    if len(chosen) < len(found):
        yield _text(more(len(chosen), len(found), "findings") + "\n")
    yield f"</{element}>\n    </testcase>\n"


def _text(text: str) -> str:
    return escape(_NOT_XML.sub("\N{REPLACEMENT CHARACTER}", visible(text)))


def _attribute(text: str) -> str:
    return quoteattr(_NOT_XML.sub("\N{REPLACEMENT CHARACTER}", visible(text)))
