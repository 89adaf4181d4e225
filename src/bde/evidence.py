"""Who says what, and where: the ledger of the sources and the way from a record to its sentences.

A passage is held by position and digest only (``bde.passages``). Whoever has the texts can have every passage
proven and read the sentences; the graph itself never holds them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from rdflib import RDFS, Graph, Namespace, URIRef
from rdflib.term import Node

from bde import namespaces, passages
from bde.errors import BdeError, UnknownName
from bde.findings import Finding, Report
from bde.graphs import LocatedGraph
from bde.workspace import read_text

_BDE = Namespace(namespaces.BDE)
_BOUNDS = ("earliestStart", "latestStart", "earliestEnd", "latestEnd")
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


@dataclass(frozen=True)
class Citation:
    """One piece of evidence for a record: the ``properties`` it backs, and how the source puts them.

    ``sentences`` are (number, text or empty) pairs; a piece without a sentence names a ``locator``.
    """

    properties: tuple[tuple[str, tuple[str, ...]], ...]
    source: str
    address: str
    sentences: tuple[tuple[int, str], ...]
    locator: str
    stance: str
    basis: str
    according_to: str
    methods: tuple[str, ...]
    note: str


@dataclass(frozen=True)
class Trace:
    """A record or entity with all its evidence."""

    iri: str
    kind: str
    label: str
    citations: tuple[Citation, ...]


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
    for source in sorted(set(data.subjects(_BDE.publisher)), key=str):
        own = set(data.subjects(_BDE.fromSource, source)) - owner.keys()
        aside = {p for p in own if (p, _BDE.setAside, None) in data}
        backing = {p for p in own if cited.get(p)}
        pieces = set[Node]().union(cited.get(source, set()), *(cited[p] for p in backing))
        loose = sorted(str(p) for p in own - aside - backing)
        result.append(
            Ledger(
                str(source),
                _label(data, source),
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
    passage and the records that rest on it), ``moved-text`` and ``uncovered-text``.
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
        for source, name in sorted(graph.subject_objects(_BDE.textFile)):
            verified, problems = _verify(data, source, texts / str(name))
            proven += verified
            found += problems
        counts["passages proven"] = proven
    return Report("ledger", counts, tuple(sorted(found)))


def _verify(data: LocatedGraph, source: Node, path: Path) -> tuple[int, list[Finding]]:
    """The number of passages of ``source`` that the text at ``path`` proves, and what it disproves."""
    try:
        text = read_text(path)
    except BdeError as error:
        return 0, [_finding(data, source, "missing-text", f"cannot be verified: {error}")]
    graph, proven = data.graph, 0
    found, moved, spans = [], [], []
    shift = len(text) - int(str(graph.value(source, _BDE.textLength)))
    for node in sorted(graph.subjects(_BDE.fromSource, source), key=str):
        if (node, _OA.start, None) not in graph:
            continue  # evidence without a passage names its source by the same property
        start, end = (int(str(graph.value(node, p))) for p in (_OA.start, _OA.end))
        expected = str(graph.value(node, _BDE.sha256))
        if passages.digest(text[start:end]) == expected:
            proven += 1
        elif shift and passages.digest(text[start + shift : end + shift]) == expected:
            proven += 1
            moved.append(node)
            start, end = start + shift, end + shift
        else:
            records = _records_on(graph, node)
            resting = f"; these records rest on it: {', '.join(records)}" if records else ""
            what = f"{path.name} reads differently here{resting}."
            found.append(_finding(data, node, "changed-passage", what))
            end += shift
        spans.append(passages.Passage(0, max(0, start), end, expected))
    if moved:
        what = f"{len(moved)} passages of {path.name} stand {shift:+d} characters away; cut it anew."
        found.append(_finding(data, source, "moved-text", what))
    for offset in passages.uncovered(text, tuple(spans)):
        what = f"{path.name} has text at character {offset} that no passage covers; cut it anew."
        found.append(_finding(data, source, "uncovered-text", what))
    return proven, found


def _records_on(graph: Graph, passage: Node) -> list[str]:
    evidence = graph.subjects(_BDE.passage, passage)
    return sorted({namespaces.shorten(str(r)) for e in evidence for r in graph.subjects(_BDE.evidence, e)})


def trace(graphs: Iterable[Graph], iri: str, texts: Path | None = None) -> Trace:
    """The evidence of the record, entity or single piece of evidence ``iri``, from its graphs' union.

    ``graphs`` are the data and the ontology (for labels). With ``texts`` the sentences are read from there
    and proven by their digest. Raises ``UnknownName`` where the graph has no evidence for ``iri``, and
    ``BdeError`` where a text is missing or changed.
    """
    graph = Graph()
    for each in graphs:
        graph += each
    node = URIRef(iri)
    record = graph.value(None, _BDE.evidence, node) or node
    pieces = [node] if record != node else sorted(graph.objects(record, _BDE.evidence), key=str)
    if not pieces:
        raise UnknownName(
            f"the graph has no evidence for {namespaces.shorten(iri)}.",
            fix="Take an IRI from the record column of an answer, or a name such as person:phan-van-giang.",
        )
    kind = graph.value(record, URIRef(namespaces.OUTSIDE["rdf"] + "type"))
    citations = tuple(_citation(graph, record, piece, texts) for piece in pieces)
    return Trace(str(record), _label(graph, kind) if kind else "", _label(graph, record), citations)


def _citation(graph: Graph, record: Node, piece: Node, texts: Path | None) -> Citation:
    cited = sorted(graph.objects(piece, _BDE.passage), key=lambda p: _number(graph, p))
    source = graph.value(cited[0] if cited else piece, _BDE.fromSource)
    text = ""
    if texts and cited and source:
        text = read_text(texts / str(graph.value(source, _BDE.textFile)))
    backed = sorted(graph.objects(piece, _BDE.backs), key=str)
    return Citation(
        tuple((_label(graph, p), _labels(graph, record, p)) for p in backed),
        _label(graph, source) if source else "",
        str(graph.value(source, _BDE.webAddress) or ""),
        tuple((_number(graph, p), _sentence(graph, p, text) if text else "") for p in cited),
        str(graph.value(piece, _BDE.locator) or ""),
        _label_of(graph, piece, _BDE.stance),
        _label_of(graph, piece, _BDE.basis),
        _label_of(graph, piece, _BDE.accordingTo),
        _labels(graph, piece, _BDE.inferenceMethod),
        str(graph.value(piece, _BDE.inferenceNote) or ""),
    )


def _sentence(graph: Graph, passage: Node, text: str) -> str:
    start, end = (int(str(graph.value(passage, p))) for p in (_OA.start, _OA.end))
    sentence = passages.normalize(text[start:end])
    if passages.digest(sentence) != str(graph.value(passage, _BDE.sha256)):
        raise BdeError(
            f"{namespaces.shorten(str(passage))} reads differently in the text.",
            fix="Run bde coverage with these texts to see all that changed.",
        )
    return sentence


def _number(graph: Graph, passage: Node) -> int:
    return int(str(graph.value(passage, _BDE.sentenceNumber)))


def _label_of(graph: Graph, subject: Node, predicate: URIRef) -> str:
    value = graph.value(subject, predicate)
    return _label(graph, value) if value else ""


def _labels(graph: Graph, subject: Node, predicate: Node) -> tuple[str, ...]:
    return tuple(sorted(_label(graph, value) for value in graph.objects(subject, predicate)))


def _label(graph: Graph, node: Node) -> str:
    """How a reader would name a node: its label, the years or days of a time span, else its short IRI."""
    label = graph.value(node, RDFS.label)
    if label is None and (node, _BDE.precision, None) in graph:
        return _span(graph, node)
    return str(label) if label is not None else namespaces.shorten(str(node))


def _span(graph: Graph, node: Node) -> str:
    """A time span by its outer bounds, inner ones where these are open, and the words printed for it."""
    first, by, lasting, last = (graph.value(node, _BDE[name]) for name in _BOUNDS)
    begin = str(first) if first else f"begun by {by}" if by else ""
    end = str(last) if last else f"{lasting} or later" if lasting else ""
    printed = ", ".join(sorted(f"“{words}”" for words in graph.objects(node, _BDE.statedExpression)))
    known = begin if begin == end else f"{begin or 'open'} to {end or 'open'}"
    return " ".join(filter(None, (known, f"({printed})" if printed else "")))


def _finding(data: LocatedGraph, node: Node | str, rule: str, message: str) -> Finding:
    node = URIRef(str(node))
    file, line = data.line_of(node) or ("", 0)
    return Finding(file, line, rule, f"{namespaces.shorten(str(node))} {message}", str(node))
