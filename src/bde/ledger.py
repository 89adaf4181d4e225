"""The ledger: what became of every sentence of every source, and whether the texts still read the same.

A passage is held by position and digest only (``bde.passages``). Whoever has the texts can have every passage
proven; the graph itself never holds them.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from rdflib import RDFS, Graph, Namespace, URIRef
from rdflib.term import Node

from bde import namespaces, passages
from bde.errors import BdeError
from bde.findings import Finding, Place, Report
from bde.graphs import LocatedGraph
from bde.workspace import read_text, within

_BDE = Namespace(namespaces.BDE)
_OA = Namespace(namespaces.OUTSIDE["oa"])


@dataclass(frozen=True)
class Ledger:
    """What became of the sentences of one source.

    ``sentences`` = ``backing`` + ``set_aside`` + the ``unaccounted`` ones (their IRIs); ``nodes`` counts
    the records and entities that rest on the source, ``evidence`` the evidence that links them to it.
    """

    source: str
    label: str
    sentences: int
    backing: int
    set_aside: int
    unaccounted: tuple[str, ...]
    nodes: int
    evidence: int

    @property
    def share(self) -> float:
        """The share of sentences accounted for, 0 to 1 (1 for a source without sentences)."""
        return 1.0 if not self.sentences else 1 - len(self.unaccounted) / self.sentences


def ledgers(data: Graph) -> tuple[Ledger, ...]:
    """The ledger of every source that has passages or evidence, sorted by IRI."""
    cited: dict[Node, set[Node]] = {}  # passage or source -> the evidence that rests on it
    owner = {e: r for r, e in data.subject_objects(_BDE.evidence)}
    for evidence in owner:
        for passage in data.objects(evidence, _BDE.passage):
            cited.setdefault(passage, set()).add(evidence)
        for source in data.objects(evidence, _BDE.fromSource):
            cited.setdefault(source, set()).add(evidence)
    result = []
    for source in sorted({*data.objects(None, _BDE.fromSource), *data.subjects(_BDE.publisher)}, key=str):
        own = set(data.subjects(_BDE.fromSource, source)) - owner.keys()
        aside = {p for p in own if (p, _BDE.setAside, None) in data}
        backing = {p for p in own if cited.get(p)}
        pieces = set[Node]().union(cited.get(source, set()), *(cited[p] for p in backing))
        loose = sorted(str(p) for p in own - aside - backing)
        result.append(
            Ledger(
                str(source),
                str(data.value(source, RDFS.label) or namespaces.shorten(str(source))),
                len(own),
                len(backing),
                len(aside - backing),
                tuple(loose),
                len({owner[e] for e in pieces}),
                len(pieces),
            )
        )
    return tuple(result)


def coverage(data: LocatedGraph, texts: Path | None = None) -> Report:
    """Check that every sentence is accounted for and, where ``texts`` is given, that it is still the same.

    Findings: ``unaccounted-sentence``; with texts also ``missing-text``, ``changed-passage`` (names the
    passage and the records that rest on it), ``moved-text``, ``uncovered-text``, ``no-text-file`` and
    ``other-file``.
    """
    graph = data.graph
    found = [
        _finding(data, iri, "unaccounted-sentence", "backs no record and is not set aside: do either.")
        for ledger in ledgers(graph)
        for iri in ledger.unaccounted
    ]
    sentences = list(graph.subjects(_BDE.sentenceNumber))
    counts = {
        "sources": len({graph.value(s, _BDE.fromSource) for s in sentences}),
        "passages": len(sentences),
        "evidence": len(set(graph.objects(None, _BDE.evidence))),
    }
    if texts:
        proven = 0
        for source in sorted(
            {s for passage in sentences for s in graph.objects(passage, _BDE.fromSource)}, key=str
        ):
            verified, problems = _verify(data, source, texts)
            proven += verified
            found += problems
        counts["passages proven"] = proven
    return Report("ledger", counts, tuple(sorted(found)))


def _verify(data: LocatedGraph, source: Node, texts: Path) -> tuple[int, list[Finding]]:
    """The number of passages of ``source`` that its text in ``texts`` proves, and what it disproves."""
    graph = data.graph
    name, length = graph.value(source, _BDE.textFile), graph.value(source, _BDE.textLength)
    if name is None or length is None:
        what = "has passages, but not both bde:textFile and bde:textLength to verify them by; add these."
        return 0, [_finding(data, source, "no-text-file", what)]
    try:
        path = within(texts, str(name))
        text = read_text(path)
    except BdeError as error:
        return 0, [_finding(data, source, "missing-text", f"cannot be verified: {error}")]
    proven, moved = 0, 0
    found, spans = [], []
    shift = len(text) - int(str(length))
    for node in sorted(graph.subjects(_BDE.fromSource, source), key=str):
        start, end = graph.value(node, _OA.start), graph.value(node, _OA.end)
        if start is None or end is None:
            continue  # evidence without a passage; a passage without position is a finding of the shapes
        first, last = int(str(start)), int(str(end))
        here, there = slice(first, last), slice(max(0, first + shift), last + shift)
        expected = str(graph.value(node, _BDE.sha256))
        if passages.digest(text[here]) == expected:
            proven += 1
            there = here
        elif shift and passages.digest(text[there]) == expected:
            proven += 1
            moved += 1
        else:
            records = _records_on(graph, node)
            resting = f"; these records rest on it: {', '.join(records)}" if records else ""
            what = f"{path.name} reads differently here{resting}."
            found.append(_finding(data, node, "changed-passage", what))
        spans.append(passages.Passage(0, there.start, there.stop, expected))
    if moved:
        what = f"{moved} passages of {path.name} stand {shift:+d} characters away; cut it anew."
        found.append(_finding(data, source, "moved-text", what))
    for offset in passages.uncovered(text, tuple(spans)):
        what = f"{path.name} has text at character {offset} that no passage covers; cut it anew."
        found.append(_finding(data, source, "uncovered-text", what))
    digest = hashlib.sha256(text.encode()).hexdigest()
    if not found and digest != str(graph.value(source, _BDE.sha256)):
        what = f"{path.name} is not the file described, though every passage holds; check bde:sha256."
        found.append(_finding(data, source, "other-file", what))
    return proven, found


def _records_on(graph: Graph, passage: Node) -> list[str]:
    evidence = graph.subjects(_BDE.passage, passage)
    return sorted({namespaces.shorten(str(r)) for e in evidence for r in graph.subjects(_BDE.evidence, e)})


def _finding(data: LocatedGraph, node: Node | str, rule: str, message: str) -> Finding:
    node = URIRef(str(node))
    place = data.line_of(node) or Place()
    return Finding(*place, rule, f"{namespaces.shorten(str(node))} {message}", str(node))
