"""Answers and traces as text: for a terminal, a spreadsheet, a program or a document."""

import csv
import io
import json
from collections.abc import Iterator
from typing import TextIO

from rdflib import BNode, Graph, Literal, URIRef

from bde import turtle
from bde.errors import BdeError
from bde.evidence import Trace
from bde.namespaces import shorten
from bde.store import Answer
from bde.syntax import Term, jsonld
from bde.writing import WIDTH, mark, visible, wrap


def render(answer: Answer, form: str) -> str:
    """An answer as ``table`` (of triples and truths only), ``csv``, ``json``, ``markdown`` or ``turtle``.

    CSV and JSON follow https://www.w3.org/TR/sparql11-results-csv-tsv/ (with ``\\n`` line ends) and
    https://www.w3.org/TR/sparql11-results-json/. Triples are Turtle (N-Triples where a blank node is shared)
    as a table and as Turtle, JSON-LD as JSON, else rows of three. Raises ``BdeError`` where anything but
    triples is asked for as Turtle.
    """
    if answer.kind == "construct" and form in ("table", "turtle"):
        return _triples(answer)
    if answer.kind == "construct" and form == "json":
        return jsonld(_ntriples(answer))
    if answer.kind == "construct":
        answer = Answer("select", ("subject", "predicate", "object"), rows=answer.triples)
    if form == "turtle":
        what = "a yes or no" if answer.kind == "ask" else "rows"
        raise BdeError(f"the answer is {what}, not triples.", fix="Choose table, csv, json or markdown.")
    if form == "json":
        return json.dumps(_json(answer), ensure_ascii=False, indent=2) + "\n"
    if answer.kind == "ask":
        return "true\n" if answer.truth else "false\n"
    rows = [[_plain(term) for term in row] for row in answer.rows]
    if form == "csv":
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerows([answer.columns, *rows])
        return out.getvalue()
    cells = [
        [mark(text) for text in row] for row in ([*answer.columns], *([shorten(t) for t in r] for r in rows))
    ]
    lines = ["| " + " | ".join(row) + " |" for row in cells]
    return "\n".join([lines[0], "|" + " --- |" * len(answer.columns), *lines[1:]]) + "\n"


def print_table(answer: Answer, out: TextIO) -> None:
    """Print an answer as a table, or one row below the other where the terminal is too narrow for it.

    Answers other than rows are printed as ``render`` gives them.
    """
    if answer.kind != "select":
        out.write(render(answer, "table"))
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(file=out, width=None if out.isatty() else WIDTH)
    rows = [[shorten(_plain(term)) for term in row] for row in answer.rows]
    columns = zip(answer.columns, *rows, strict=True)
    needed = sum(max(map(len, column)) + len(" │ ") for column in columns) + 1
    if needed <= console.width:
        table = Table(*answer.columns, header_style="bold")
        for row in rows:
            table.add_row(*map(Text, row))
        console.print(table)
        return
    widest = max(map(len, answer.columns))
    for number, row in enumerate(rows, 1):
        console.rule(f"{number} of {len(rows)}", align="left")
        for column, text in zip(answer.columns, row, strict=True):
            if text:
                indent = " " * (widest + 2)
                lines = wrap(f"{column:<{widest}}  {text}", indent, console.width)
                console.print(Text("\n".join(lines)), soft_wrap=True)


def text_trace(trace: Trace) -> str:
    """The evidence of a record for a terminal."""
    lines = [*wrap(trace.label), f"{trace.kind}  {trace.iri}", ""]
    for number, piece in enumerate(trace.citations, 1):
        lines.append(
            f"{number}. {piece.stance}, {piece.basis}"
            + (f", {piece.according_to}" * bool(piece.according_to))
        )
        for name, values in piece.properties:
            lines += wrap(f"     {name}: {'; '.join(values)}", "       ")
        where = ", ".join(f"sentence {n}" for n, _ in piece.sentences) or piece.locator
        lines += wrap(f"   in {piece.source}, {where}", "      ")
        lines += [f"      {piece.address}"] if piece.address else []
        lines += [
            line for n, text in piece.sentences if text for line in wrap(f"      [{n}] {text}", "          ")
        ]
        if piece.methods:
            lines += wrap(f"   inferred by {', '.join(piece.methods)}: {piece.note}", "      ")
        lines.append("")
    return "\n".join(lines)


def _plain(term: Term | None) -> str:
    """A term as text; control characters, which could steer a terminal, are shown as what they are."""
    text = "" if term is None else f"_:{term}" if isinstance(term, BNode) else str(term)
    return visible(text)


def _triples(answer: Answer) -> str:
    try:
        return turtle.write(answer.triples)
    except BdeError:  # a shared blank node, which the house layout has no place for
        return "".join(f"{line}\n" for line in _ntriples(answer))


def _ntriples(answer: Answer) -> list[str]:
    graph = Graph()
    for triple in answer.triples:
        graph.add(triple)
    return sorted(line for line in graph.serialize(format="nt").split("\n") if line)


def _json(answer: Answer) -> dict[str, object]:
    if answer.kind == "ask":
        return {"head": {}, "boolean": bool(answer.truth)}
    bindings = [dict(_bindings(answer.columns, row)) for row in answer.rows]
    return {"head": {"vars": list(answer.columns)}, "results": {"bindings": bindings}}


def _bindings(columns: tuple[str, ...], row: tuple[Term | None, ...]) -> Iterator[tuple[str, dict[str, str]]]:
    for column, term in zip(columns, row, strict=True):
        if term is None:
            continue
        kind = "uri" if isinstance(term, URIRef) else "bnode" if isinstance(term, BNode) else "literal"
        value = {"type": kind, "value": str(term)}
        if isinstance(term, Literal) and term.language:
            value["xml:lang"] = term.language
        elif isinstance(term, Literal) and term.datatype:
            value["datatype"] = str(term.datatype)
        yield column, value
