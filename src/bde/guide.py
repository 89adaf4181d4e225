"""The modeling guide as Markdown, made from the ontology and the worked examples so that it cannot drift."""

from collections.abc import Iterator
from itertools import chain, product

from rdflib import OWL, RDF, RDFS, SH, Graph, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from bde import examples, graphs, turtle
from bde.examples import Example, NearMiss
from bde.namespaces import BDE, shorten
from bde.workspace import Workspace, read_text

_BDE = Namespace(BDE)
# The properties that hold the graph together; their domains and ranges are read from the ontology.
_CORE = (
    "inEngagement",
    "participant",
    "inCapacity",
    "post",
    "holder",
    "party",
    "partOf",
    "editionOf",
    "signedAt",
    "mentionedAt",
    "madeAt",
    "stepOf",
    "countedIn",
    "time",
    "evidence",
    "passage",
    "fromSource",
)
_APART = (_BDE.Evidence, _BDE.Passage, _BDE.Source)  # alike in every example: the guide shows one of each


def markdown(workspace: Workspace) -> str:
    """The whole guide. Raises ``BdeError`` where the ontology, a shape or an example cannot be read."""
    ontology = graphs.read(workspace.ontology, workspace.root).graph
    shapes = graphs.read(workspace.shapes, workspace.root).graph
    every = examples.load(workspace)
    conventions = read_text(workspace.root / "ontology" / "examples" / "conventions.md")
    parts = [
        "# Modeling guide\n",
        "How to say what a report says. The first part shows the core, the second decides where two ways "
        "seem open, and the third answers *how do I say ...?* by worked examples. States, people and reports "
        "of the examples are invented. `bde guide` prints this page.\n",
        "## The core\n",
        "A *record* holds what sources report of one matter; an *entity* is there whatever anybody reports. "
        "Both lead through *evidence* to *passages* that say so. A box is a class, an arrow a property.\n",
        "```mermaid\nflowchart LR\n" + "".join(f"    {edge}\n" for edge in edges(ontology)) + "```\n",
        "## Which of two ways?\n",
        conventions,
        "## How do I say ...?\n",
        "".join(f"- [{example.title}](#{_anchor(example.title)})\n" for example in every),
        *chain.from_iterable(_example(example, shapes) for example in every),
        "## Evidence\n",
        "Every node of the examples leads to its sentence in the same way: evidence says which properties "
        "a passage backs, and the passage gives position and digest, never the words.\n",
        _turtle(_one_of_each(every[0])),
        "## Where a term is shown\n",
        *_index(every),
        "",
    ]
    return "\n".join(parts)


def edges(ontology: Graph) -> Iterator[str]:
    """The arrows of the picture: domain, label and range of each core property, in Mermaid's notation."""
    for name in _CORE:
        prop = _BDE[name]
        label = ontology.value(prop, RDFS.label)
        starts, ends = _classes(ontology, prop, RDFS.domain), _classes(ontology, prop, RDFS.range)
        same = starts == ends  # such as part of: a thing is part of another of its own sort
        for start, end in zip(starts, ends, strict=True) if same else product(starts, ends):
            yield f"{start} -->|{label}| {end}"


def _classes(ontology: Graph, prop: URIRef, side: URIRef) -> list[str]:
    """The names of the classes that are the domain or range of a property."""
    node = ontology.value(prop, side)
    union = node and ontology.value(node, OWL.unionOf)
    members = Collection(ontology, union) if union else [node]
    return sorted(str(member).removeprefix(BDE) for member in members)


def _anchor(title: str) -> str:
    """The anchor that Markdown readers give a heading."""
    return "".join(c for c in title.lower() if c.isalnum() or c in " -").replace(" ", "-")


def _example(example: Example, shapes: Graph) -> Iterator[str]:
    yield f"### {example.title[:1].upper()}{example.title[1:]}\n"
    for number, sentence in enumerate(example.sentences, 1):
        said = ", ".join(f"`{shorten(str(node))}`" for node in example.records(number))
        yield f"{number}. {sentence}<br>{said}"
    yield ""
    graph = example.data.graph
    nodes = {s for s in graph.subjects() if not any((s, RDF.type, kind) in graph for kind in _APART)}
    nodes -= set(graph.objects(None, _BDE.publicationTime))
    yield _turtle((s, p, o) for s, p, o in graph if s in nodes and p != _BDE.evidence)
    if example.near_miss:
        yield from _near_miss(example.near_miss, shapes)


def _near_miss(miss: NearMiss, shapes: Graph) -> Iterator[str]:
    apart = {s for s in miss.nodes.subjects() if (s, RDF.type, _BDE.Evidence) in miss.nodes}
    shown = miss.nodes if len(apart) == len(set(miss.nodes.subjects())) else None
    yield f"**Near miss.** `{shorten(miss.shape)}`: {shapes.value(miss.shape, SH.message)}\n"
    yield _turtle(shown or ((s, p, o) for s, p, o in miss.nodes if s not in apart and p != _BDE.evidence))


def _index(every: tuple[Example, ...]) -> Iterator[str]:
    """Each class and property with the examples that use it."""
    shown: dict[str, list[str]] = {}
    for example in every:
        graph = example.data.graph
        used = {str(term) for term in (*graph.predicates(), *graph.objects(None, RDF.type))}
        for term in sorted(used):
            if term.startswith(BDE):
                shown.setdefault(shorten(term), []).append(f"[{example.title}](#{_anchor(example.title)})")
    yield "| term | examples |\n|---|---|"
    for term, links in sorted(shown.items(), key=lambda item: item[0].lower()):
        yield f"| `{term}` | {'everywhere' if len(links) == len(every) else ', '.join(links)} |"


def _one_of_each(example: Example) -> Iterator[tuple[Node, Node, Node]]:
    graph = example.data.graph
    for kind in (_BDE.Evidence, _BDE.Passage, _BDE.Source):
        nodes = sorted(graph.subjects(RDF.type, kind), key=str)
        yield from graph.triples((nodes[0], None, None))


def _turtle(triples: Iterator[tuple[Node, Node, Node]] | Graph) -> str:
    """Triples as a block of canonical Turtle without its prefixes, which are those of the whole project."""
    graph = Graph()
    for triple in triples:
        graph.add(triple)
    lines = turtle.write(graph).splitlines()
    body = "\n".join(line for line in lines if not line.startswith(("@prefix", "# "))).strip()
    while "\n\n\n" in body:
        body = body.replace("\n\n\n", "\n\n")
    return f"```turtle\n{body}\n```\n"
