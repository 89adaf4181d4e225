"""How a check speaks: text for people, with reasons and labels, and reports for programs."""

import os
import signal
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click

from bde.cli.common import UNREADABLE, Talk
from bde.errors import BdeError, Unreadable
from bde.findings import Finding, Report, unreadable
from bde.reporting import FORMS, Run, render
from bde.reporting.glossary import Glossary
from bde.workspace import Workspace, replace_text
from bde.writing import visible

if TYPE_CHECKING:
    from bde.reporting.glossary import Saying

_MOST = 20  # findings of a rule that the text shows
Destination = tuple[str, Path | None]  # a form, and the file it is written to or None for standard output


def speaking(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options ``destinations`` and ``all_`` that a ``Speech`` takes."""
    report = click.option(
        "--report",
        "destinations",
        multiple=True,
        metavar="FORM=FILE",
        callback=_destinations,
        help=f"Also write the findings as {', '.join(FORMS[:-1])} or {FORMS[-1]} into a file, whole or not "
        "at all; may be given several times. - is standard output, and then the text goes to standard error.",
    )
    every = click.option(
        "--all", "all_", is_flag=True, help=f"Print every finding, not the first {_MOST} of each rule."
    )
    return report(every(command))


def _destinations(
    context: click.Context, parameter: click.Parameter, given: tuple[str, ...]
) -> tuple[Destination, ...]:
    taken: list[Destination] = []
    for text in given:
        form, _, name = text.partition("=")
        if form not in FORMS or not name:
            raise click.BadParameter(f"{text!r} is not FORM=FILE with one of {', '.join(FORMS)}.")
        path = None if name == "-" else Path(name).resolve()
        if path and (not path.parent.is_dir() or (path.exists() and not path.is_file())):
            raise click.BadParameter(f"{name} is no file in a folder that is there.")
        if path in (known for _, known in taken):
            raise click.BadParameter(f"{name} is named twice.")
        taken.append((form, path))
    return tuple(taken)


def _readable(workspace: Workspace, files: Iterable[Path]) -> Iterator[Path]:
    readable = replace(workspace, aside=workspace.aside.union(workspace.strays()))
    yield from dict.fromkeys(chain(readable.ontology, readable.shapes, readable.data, files))


def _end(stream: TextIO) -> None:
    """Send what else is written to a stream nowhere: its reader has left."""
    with Path(os.devnull).open("w") as nowhere:
        os.dup2(nowhere.fileno(), stream.fileno())


class Speech(Talk):
    """Findings printed with the why of each rule and the labels of the things, and written as reports.

    The text shows the first findings of each rule and counts the rest, unless ``all_`` is asked for.
    ``files`` are those beside the workspace that may label things, ``said`` reads one of either.
    """

    def __init__(
        self,
        command: str,
        workspace: Workspace,
        destinations: tuple[Destination, ...],
        *,
        all_: bool,
        files: Iterable[Path] = (),
        said: "Saying | None" = None,
    ):
        self.command, self.destinations, self.most = command, destinations, None if all_ else _MOST
        if destinations:  # who has read enough of the text still wants the reports
            with suppress(AttributeError):  # where the platform has no such signal
                signal.signal(signal.SIGPIPE, signal.SIG_IGN)
        self.err = any(path is None for _, path in destinations)
        self.glossary = Glossary(_readable(workspace, files), said)
        here = Path.cwd()
        inside = workspace.root.is_relative_to(here) and workspace.root != here
        self.folder = f"{workspace.root.relative_to(here).as_posix()}/" if inside else ""
        self.explained: set[str] = set()
        self.reports: list[Report] = []

    def say(self, line: str) -> None:
        """Print a line of the text, as long as anybody reads it."""
        try:
            super().say(line)
        except BrokenPipeError:
            _end(sys.stderr if self.err else sys.stdout)

    def findings(self, report: Report) -> None:
        """Print the first findings of each rule, and how many more there are."""
        self.reports.append(report)
        seen = Counter[str]()
        for finding in report.findings:
            seen[finding.rule] += 1
            if self.most is None or seen[finding.rule] <= self.most:
                self.finding(finding)
        for rule, number in seen.items():
            if self.most is not None and number > self.most:
                self.say(f"{rule}: {number - self.most} more of {number} findings (--all prints them)")

    def finding(self, finding: Finding) -> None:
        """Print a finding, the labels below it, and below the first of a rule why it exists."""
        super().finding(finding)
        for thing in self.glossary.things(finding):
            self.say(f"    {visible(str(thing))}")
        why = self.glossary.rule(finding.rule).why
        if why and finding.rule not in self.explained:
            self.say(f"    why: {visible(why)}")
        self.explained.add(finding.rule)

    def failed(self, error: BdeError) -> None:
        """Write the reports with what cannot be read; the error itself ends the command."""
        told = error.problems if isinstance(error, Unreadable) else (error,)
        found = tuple(unreadable(one, str(one.file or "")) for one in told)
        self.reports.append(Report("reading", {"problems": len(found)}, found))
        self.ended(UNREADABLE)

    def ended(self, exit_code: int) -> None:
        """Write the reports. Raises ``BdeError`` where one cannot be written, after the others."""
        run = Run(self.command, self.reports, exit_code, self.glossary, self.folder)
        problems = []
        for form, path in self.destinations:
            if path is None:
                try:
                    for piece in render(run, form):
                        click.echo(piece, nl=False)
                except BrokenPipeError:
                    _end(sys.stdout)
                continue
            try:
                replace_text(path, render(run, form))
            except OSError as error:
                what = f"the {form} report cannot be written: {error.strerror}; what was there is untouched."
                problems.append(BdeError(what, fix="Make room, or name another file.", file=path))
        if problems:
            raise BdeError("\n".join(map(str, problems)))
