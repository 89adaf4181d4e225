"""The saved questions as a page to read, and as resources that other tools can load and run.

The resources follow the vocabulary of SHACL for SPARQL (https://www.w3.org/TR/shacl/#sparql-constraints): a
``sh:SPARQLExecutable`` whose ``sh:select``, ``sh:ask`` or ``sh:construct`` is the text of the question's
file, with its prefixes in the text, so that it runs as it stands.
"""

import re
from collections.abc import Iterable

from rdflib import RDF, RDFS, SDO, SH, SKOS, XSD, Graph, Literal, URIRef
from rdflib.namespace import DCTERMS

from bde.namespaces import BDE, CONCEPT, ID, shorten
from bde.queries.question import Parameter, Question

_HEADER = re.compile(r"(?:#\+.*\n)+")
_KIND = {
    "SELECT": (SH.SPARQLSelectExecutable, SH.select),
    "ASK": (SH.SPARQLAskExecutable, SH.ask),
    "CONSTRUCT": (SH.SPARQLConstructExecutable, SH.construct),
}


def page(questions: Iterable[Question]) -> str:
    """The catalogue as Markdown (CommonMark): for each question all that its file says, by room and name."""
    saved = sorted(questions, key=lambda question: question.id)
    lines = ["# Saved questions", "", f"{len(saved)} questions; `bde ask NAME` runs one.", ""]
    lines += [
        *(f"- [{question.name}](#{question.name}): {_mark(question.summary)}" for question in saved),
        "",
    ]
    room = ""
    for question in saved:
        if question.room != room:
            room = question.room
            lines += [f"## {room}", ""]
        lines += _entry(question)
    return "\n".join(lines[:-1]) + "\n"


def _entry(question: Question) -> list[str]:
    lines = [
        f"### {question.name}",
        "",
        f"**{_mark(question.summary)}**",
        "",
        _mark(question.description),
        "",
    ]
    if question.empty_because:
        lines += [f"No rows in the founding graph: {_mark(question.empty_because)}", ""]
    lines += [f"Tags: {_mark(', '.join(question.tags))}", ""]
    if question.parameters:
        rows = ((f"`{p.name}`", _type(p), default(p), _mark(p.meaning)) for p in question.parameters)
        lines += _table(("parameter", "type", "default", "meaning"), rows)
    if question.columns:
        columns = ((f"`{c.name}`", _mark(c.meaning)) for c in question.columns)
        lines += _table(("column", "meaning"), columns)
    return [*lines, "```sparql", _HEADER.sub("", question.text, count=1).rstrip(), "```", ""]


def default(parameter: Parameter) -> str:
    """The default of a parameter as a person would type it; ``any`` where it is open."""
    return "any" if parameter.default is None else shorten(str(parameter.default))


def _type(parameter: Parameter) -> str:
    return f"{parameter.type} of {parameter.scheme}" if parameter.scheme else parameter.type


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> list[str]:
    body = [f"| {' | '.join(row)} |" for row in rows]
    return [f"| {' | '.join(head)} |", "|" + " --- |" * len(head), *body, ""]


def _mark(text: str) -> str:
    """Text that Markdown shows as it is."""
    return "".join("\\" + c if c in "\\`*_[]<>#|~" else c for c in text)


def resources(questions: Iterable[Question]) -> Graph:
    """Each question as a ``sh:SPARQLExecutable`` with its parameters, in a graph without blank nodes.

    The local name of a parameter's path is the name of its variable; its marked line in the text is where a
    value goes. What the columns mean stands in the text.
    """
    graph = Graph()
    for question in questions:
        node = URIRef(f"{ID}question/{question.name}")
        kind, property_ = _KIND[question.form]
        graph += (
            (node, RDF.type, SH.SPARQLExecutable),
            (node, RDF.type, kind),
            (node, RDFS.label, Literal(question.summary, lang="en")),
            (node, DCTERMS.description, Literal(question.description, lang="en")),
            (node, DCTERMS.identifier, Literal(question.name)),
            (node, property_, Literal(question.text)),
            *((node, SDO.keywords, Literal(tag)) for tag in question.tags),
        )
        for number, parameter in enumerate(question.parameters, 1):
            graph += _parameter(node, number, parameter)
    return graph


def _parameter(question: URIRef, number: int, parameter: Parameter) -> Graph:
    graph = Graph()
    node = URIRef(f"{ID}parameter/{question.rpartition('/')[2]}.{parameter.name}")
    graph += (
        (question, SH.parameter, node),
        (node, RDF.type, SH.Parameter),
        (node, SH.path, URIRef(f"{ID}parameter/{parameter.name}")),
        (node, SH.name, Literal(parameter.name)),
        (node, SH.description, Literal(parameter.meaning, lang="en")),
        (node, SH.order, Literal(number)),
        (node, SH.optional, Literal(True)),
        (node, SH.maxCount, Literal(1)),
    )
    if parameter.default is not None:
        graph.add((node, SH.defaultValue, parameter.default))
    if parameter.type == "date":
        graph.add((node, SH.datatype, XSD.date))
    elif parameter.type == "concept":
        graph.add((node, SH["class"], SKOS.Concept))
        graph.add((node, SKOS.inScheme, URIRef(CONCEPT + parameter.scheme)))
    else:
        graph.add((node, SH["class"], URIRef(BDE + parameter.type.capitalize())))
    return graph
