"""Who says what, and where: the way from a record to the sentences that say it.

The graph never holds a sentence; whoever has the texts can read it here, proven by its digest.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from rdflib import RDFS, Graph, Namespace, URIRef
from rdflib.term import Node

from bde import namespaces, passages
from bde.errors import BdeError, UnknownName
from bde.workspace import read_text, within

_BDE = Namespace(namespaces.BDE)
_BOUNDS = ("earliestStart", "latestStart", "earliestEnd", "latestEnd")
_OA = Namespace(namespaces.OUTSIDE["oa"])


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
        text = read_text(within(texts, str(graph.value(source, _BDE.textFile))))
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
    start, end = (int(str(graph.value(passage, p) or 0)) for p in (_OA.start, _OA.end))
    sentence = passages.normalize(text[start:end])
    if passages.digest(sentence) != str(graph.value(passage, _BDE.sha256)):
        raise BdeError(
            f"{namespaces.shorten(str(passage))} reads differently in the text.",
            fix="Run bde coverage with these texts to see all that changed.",
        )
    return sentence


def _number(graph: Graph, passage: Node) -> int:
    return int(str(graph.value(passage, _BDE.sentenceNumber) or 0))


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
    begin = str(first) if first else f"began by {by}" if by else ""
    end = str(last) if last else f"{lasting} or later" if lasting else ""
    printed = ", ".join(sorted(f"“{words}”" for words in graph.objects(node, _BDE.statedExpression)))
    known = begin if begin == end else f"{begin or 'open'} to {end or 'open'}"
    return " ".join(filter(None, (known, f"({printed})" if printed else "")))
