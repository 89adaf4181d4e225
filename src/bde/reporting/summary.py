"""A run as Markdown, for the summary of a job or a comment.

GitHub refuses a summary of more than 1024 KiB, so the text ends before 1,000,000 bytes; a rule shows at most
20 findings. What is left out is counted. See "adding a Markdown summary" in
https://docs.github.com/actions/using-workflows/workflow-commands-for-github-actions.
"""

from collections.abc import Iterator
from heapq import nsmallest
from itertools import groupby

from bde.findings import Finding, Severity
from bde.reporting.model import Run, more, several
from bde.writing import mark, visible

MOST = 20  # findings of a rule
ROOM = 1_000_000  # bytes
_SPARE = 500  # bytes for the last line


def summary(run: Run) -> Iterator[str]:
    """The run as a table of its parts and, rule by rule, what, where, why and how to mend it."""
    used = shown = 0
    for line in _head(run):
        used += len(line.encode())
        yield line
    all_ = sum(run.totals().values())
    for text, number in _rules(run):
        used += len(text.encode())
        if used > ROOM - _SPARE:
            break
        shown += number
        yield text
    if shown < all_:
        yield f"\n{more(shown, all_, 'findings')} are not shown here.\n"


def _head(run: Run) -> Iterator[str]:
    totals = ", ".join(several(number, severity) for severity, number in run.totals().items())
    yield f"## bde {mark(run.command)}: {run.ending}\n\n{totals}\n\n"
    for name in run.empty:
        yield f"- **looked at nothing**: {mark(name)}\n"
    for part in run.not_run:
        yield f"- **not run**: {mark(part)}\n"
    yield "\n| part | verdict | looked at | findings |\n| --- | --- | --- | --- |\n"
    for report in run.reports:
        row = (report.part, report.verdict, report.looked_at, str(len(report.findings)))
        yield f"| {' | '.join(map(mark, row))} |\n"


def _rules(run: Run) -> Iterator[tuple[str, int]]:
    """Pieces of text, each with the number of findings in it; violations first, then by rule."""
    order = list(Severity)

    def key(finding: Finding) -> tuple[int, str]:
        return order.index(finding.severity), finding.rule

    for (severity, rule), same in groupby(sorted(run.findings, key=key), key):
        found = list(same)
        means = run.glossary.rule(rule)
        title = f"[{mark(rule)}]({means.iri})" if means.iri else mark(rule)
        text = f"\n### {title} ({several(len(found), order[severity])})\n\n"
        for name, said in (("What", means.what), ("Why", means.why), ("Mend", means.mend)):
            text += f"{name}: {mark(said)}  \n" * bool(said)
        yield f"{text}\n", 0
        chosen = nsmallest(MOST, found)
        for finding in chosen:
            yield _item(run, finding), 1
        if len(chosen) < len(found):
            yield f"- {more(len(chosen), len(found), 'findings')}\n", 0


def _item(run: Run, finding: Finding) -> str:
    things = "; ".join(mark(visible(str(thing))) for thing in run.glossary.things(finding))
    text = f"- {mark(str(finding.place))}: {mark(visible(finding.message))}"
    return text + f" ({things})" * bool(things) + "\n"
