"""A run as SARIF 2.1.0 (https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html).

GitHub shows 5,000 results of a run and refuses a file with more than 25,000
(https://docs.github.com/en/code-security/code-scanning/troubleshooting-sarif-uploads/results-exceed-limit) or
of more than 10 MB when compressed. So the file holds the 5,000 that tell most, none of them after its first
10 MB, and a notification says how many it left out; the JSON form holds all.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import PurePath
from urllib.parse import quote

from bde.findings import Finding, Severity
from bde.reporting.model import Run, more, telling
from bde.reporting.rules import Rule

MOST = 5_000
ROOM = 10_000_000  # bytes before compression
_LEVELS = {Severity.VIOLATION: "error", Severity.WARNING: "warning", Severity.HINT: "note"}
_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_HOME = "https://w3id.org/bde/ontology"


def sarif(run: Run) -> Iterator[str]:
    """The run as one SARIF run, a result to a line; what a reader must know precedes what may be cut off."""
    chosen = telling(run.findings, MOST)
    levels = {finding.rule: finding.severity for finding in reversed(chosen)}
    numbers = {name: number for number, name in enumerate(levels)}
    rules = [_rule(run.glossary.rule(name), severity) for name, severity in levels.items()]
    driver = {"name": "bde", "version": version("bde"), "informationUri": _HOME, "rules": rules}
    yield f'{{"$schema": "{_SCHEMA}", "version": "2.1.0", "runs": [{{\n"tool": {_json({"driver": driver})},\n'
    yield '"columnKind": "unicodeCodePoints",\n"results": ['
    seen = Counter[str]()
    used = shown = 0
    for finding in chosen:
        result = _json(_result(run, finding, numbers[finding.rule], seen))
        used += len(result.encode())
        if used > ROOM:
            break
        yield (",\n" if shown else "\n") + result
        shown += 1
    yield f'\n],\n"invocations": [{_json(_invocation(run, shown))}],\n'
    yield f'"properties": {_json({"parts": {report.part: report.looked_at for report in run.reports}})}\n'
    yield "}]}\n"


def _rule(rule: Rule, severity: Severity) -> dict[str, object]:
    what = rule.what or rule.name
    told: dict[str, object] = {
        "id": rule.name,
        "shortDescription": {"text": what},
        "fullDescription": {"text": f"{what} {rule.why}".strip()},
        "help": {"text": rule.mend or what},
        "defaultConfiguration": {"level": _LEVELS[severity]},
    }
    return told | ({"helpUri": rule.iri} if rule.iri else {})


def _result(run: Run, finding: Finding, rule: int, seen: Counter[str]) -> dict[str, object]:
    things = [str(thing) for thing in run.glossary.things(finding)]
    message = finding.message + (f" ({'; '.join(things)})" if things else "")
    told: dict[str, object] = {
        "ruleId": finding.rule,
        "ruleIndex": rule,
        "level": _LEVELS[finding.severity],
        "message": {"text": message},
        "partialFingerprints": {"primaryLocationLineHash": _fingerprint(finding, seen)},
    }
    return told | ({"locations": [_location(run, finding)]} if finding.file else {})


def _location(run: Run, finding: Finding) -> dict[str, object]:
    file = run.file(finding)
    artifact = (
        {"uri": PurePath(file).as_uri()}
        if file.startswith("/")
        else {"uri": quote(file), "uriBaseId": "%SRCROOT%"}
    )
    region = {"startLine": finding.line, "startColumn": finding.column or 1}
    location: dict[str, object] = {"artifactLocation": artifact}
    if finding.line:
        location["region"] = region
    logical = [{"fullyQualifiedName": finding.subject}] if finding.subject else []
    return {"physicalLocation": location} | ({"logicalLocations": logical} if logical else {})


def _fingerprint(finding: Finding, seen: Counter[str]) -> str:
    """A digest of the rule and the subject, and how many were alike before: no line that moves changes it.

    GitHub tells results apart by the property of this name alone
    (https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning).
    """
    alike = f"{finding.rule} {finding.subject or finding.file}"
    seen[alike] += 1
    return f"{hashlib.sha256(alike.encode()).hexdigest()[:16]}:{seen[alike]}"


def _invocation(run: Run, shown: int) -> dict[str, object]:
    all_ = sum(run.totals().values())
    told = [("error", "looked-at-nothing", f"looked at nothing: {name}") for name in run.empty]
    told += [("warning", "not-run", f"not run: {part}") for part in run.not_run]
    if shown < all_:
        told.append(("warning", "left-out", f"left out: {more(shown, all_, 'findings')}"))
    told += [
        ("note", "counts", f"{report.part}: {report.looked_at}") for report in run.reports if report.counts
    ]
    return {
        "executionSuccessful": run.exit_code in (0, 1),
        "exitCode": run.exit_code,
        "exitCodeDescription": run.ending,
        "toolExecutionNotifications": [
            {"descriptor": {"id": name}, "level": level, "message": {"text": text}}
            for level, name, text in told
        ],
    }


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
