"""What publishing a release would change, before anything is: per graph and record, and whether it may."""

import tempfile
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from rdflib import RDFS

from bde import graphs
from bde.errors import Refused
from bde.findings import Report
from bde.namespaces import GRAPH, shorten
from bde.publish import known_graphs
from bde.publish.releases import Part, Source
from bde.publish.statements import Statements, hashed
from bde.publish.target import Target
from bde.syntax import terms
from bde.validate import validate

MOST_REMOVED = 0.2  # the share of the live statements that may go without being asked for
_MOST_NAMED = 5_000
_LABEL = f"> <{RDFS.label}> "


@dataclass(frozen=True)
class Change:
    """What would change in one graph: the numbers of statements, and the records concerned.

    Of each record a mark, ``+`` where statements of it come, ``-`` where they go, ``~`` for both, its name
    and its label. There may be ``more`` of them that were not looked at.
    """

    graph: str
    added: int
    removed: int
    records: tuple[tuple[str, str, str], ...] = ()
    more: bool = False


@dataclass(frozen=True)
class Plan:
    """What publishing would change; ``live`` is the number of statements that are live in these graphs."""

    changes: tuple[Change, ...]
    live: int
    graphs: int

    @property
    def added(self) -> int:
        """The number of statements that come."""
        return sum(change.added for change in self.changes)

    @property
    def removed(self) -> int:
        """The number of statements that go."""
        return sum(change.removed for change in self.changes)

    @property
    def share(self) -> float:
        """The share of the live statements that go."""
        return self.removed / self.live if self.live else 0.0

    def permit(self, *, shrink: bool = False, most: float = MOST_REMOVED) -> None:
        """Raise ``Refused`` where more than this share of what is live would go, unless it may ``shrink``."""
        if self.share > most and not shrink:
            share = f"{self.share:.0%}, {most:.0%} is the most"
            what = f"{self.removed} of {self.live} live statements would go ({share})."
            raise Refused(what, fix="If that is meant, say so with --allow-shrink.")


def plan(target: Target, source: Source) -> Plan:
    """Compare a release with what is live, reading every graph of both, and naming the records concerned."""
    changes = []
    live = 0
    names = [*source.parts, *known_graphs(target.state(), source.parts)]
    for graph in names:
        there = target.read(graph)
        live += there.count
        part = source.parts.get(graph)
        wanted = part.statements if part else Statements()
        if there != wanted:
            changes.append(_change(target, graph, part, wanted, there))
    return Plan(tuple(changes), live, len(names))


def _change(target: Target, graph: str, part: Part | None, wanted: Statements, there: Statements) -> Change:
    added, removed = _some(wanted.without(there)), _some(there.without(wanted))
    come = _subjects(part.lines() if part else (), added[1])
    go = _subjects(target.lines(graph) if removed[1] else (), removed[1])
    concerned = sorted({*come, *go} - {""})
    labels = _labels(part, concerned) if part else {}
    labels = {**target.labels([s for s in concerned if s not in labels][:_MOST_NAMED]), **labels}
    records = tuple(
        ("~" if s in come and s in go else "+" if s in come else "-", shorten(s), labels.get(s, ""))
        for s in concerned
    )
    more = max(added[0], removed[0]) > _MOST_NAMED
    return Change(graph, added[0], removed[0], records, more)


def _some(digests: Iterable[bytes]) -> tuple[int, frozenset[bytes]]:
    """How many there are, and the first of them."""
    number, first = 0, set()
    for digest in digests:
        number += 1
        if number <= _MOST_NAMED:
            first.add(digest)
    return number, frozenset(first)


def _subjects(lines: Iterable[str], digests: frozenset[bytes]) -> Counter[str]:
    """The subjects of these statements, those with blank nodes apart: of these no line can be told."""
    return Counter(_subject(line) for line in lines if hashed(line) in digests)


def _subject(line: str) -> str:
    return line[1 : line.index(">")] if line.startswith("<") else ""


def _labels(part: Part, subjects: Iterable[str]) -> dict[str, str]:
    wanted = {*subjects}
    found: dict[str, str] = {}
    for line in part.lines():
        if _LABEL + '"' in line and (subject := _subject(line)) in wanted:
            [label] = terms([line.split(_LABEL, 1)[1].removesuffix(" .\n")])
            found.setdefault(subject, str(label))
    return found


def checked(source: Source) -> Report:
    """The release validated: its data against its shapes with its ontology, as ``bde validate`` does.

    Raises ``Refused`` where a floor is missing or a violation was found, with the first of them.
    """
    with tempfile.TemporaryDirectory(prefix="bde-validate-") as folder:
        floors = {}
        for floor in ("ontology", "shapes", "data"):
            files = []
            for number, (graph, part) in enumerate(sorted(source.parts.items())):
                if graph.startswith(f"{GRAPH}{floor}/"):
                    files.append(Path(folder, f"{floor}-{number}.ttl"))
                    files[-1].symlink_to(part.file)
            if not files:
                raise Refused(f"the release has no {floor}: it cannot be validated.", fix="Build it again.")
            floors[floor] = graphs.read(files, Path(folder))
        report = validate(floors["data"], floors["ontology"], floors["shapes"])
    bad = [finding for finding in report.findings if finding.severity == "violation"]
    if bad or report.vacuous:
        what = f"the release does not hold: {len(bad)} violations"
        what += f", the first: {bad[0].rule}: {bad[0].message}" if bad else ", and nothing was looked at"
        what += f" ({shorten(bad[0].subject)})." if bad and bad[0].subject else "."
        raise Refused(what, fix="Mend it first; see: bde check.")
    return report
