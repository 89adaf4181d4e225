"""The page of each saved question: its answer on this graph, its SPARQL, and both to take away."""

from collections.abc import Sequence

from rdflib import URIRef

from bde import queries
from bde.namespaces import shorten
from bde.queries import Question
from bde.site import describing
from bde.site.choosing import Choices, Field
from bde.site.reading import Reader, Value
from bde.site.writing import Pages
from bde.store import Answer
from bde.syntax import Term
from bde.writing import comma_separated

# As many rows as a page shows; the file beside it has all.
MOST_ROWS = 500


def write(pages: Pages, reader: Reader, saved: Sequence[Question], choices: Choices) -> None:
    """Write the page of each question and the list of all."""
    rooms: dict[str, list[Question]] = {}
    for question in saved:
        rooms.setdefault(question.room, []).append(question)
        _one(pages, reader, question, choices.fields(question))
    pages.page("questions", "question/index.html", "Questions", rooms=rooms)


def _one(pages: Pages, reader: Reader, question: Question, fields: Sequence[Field]) -> None:
    answer = reader.store.query(queries.bind(question, {}))
    columns = answer.columns or ("subject", "predicate", "object")
    rows: Sequence[Sequence[object]] = answer.rows or answer.triples
    stem = f"question/{question.name}"
    if answer.kind == "ask":
        columns, rows = ("answer",), (("yes" if answer.truth else "no",),)
    pages.file(f"{stem}.rq", question.text)
    pages.file(f"{stem}.csv", comma_separated(columns, rows))
    pages.page(
        "question",
        f"{stem}.html",
        question.summary,
        question=question,
        defaults=[(each, each.default and reader.value(each.default)) for each in question.parameters],
        fields=fields,
        columns=columns,
        meanings={column.name: column.meaning for column in question.columns},
        rows=_shown(reader, answer),
        total=len(rows),
        described=describing.question(question.name, question.summary, question.description),
    )


def _shown(reader: Reader, answer: Answer) -> list[list[object]]:
    if answer.kind == "ask":
        return [[Value("yes" if answer.truth else "no")]]
    names = answer.columns or ("subject", "predicate", "object")
    return [
        [None if term is None else _cell(reader, name, term) for name, term in zip(names, row, strict=True)]
        for row in (answer.rows or answer.triples)[:MOST_ROWS]
    ]


def _cell(reader: Reader, column: str, term: Term) -> Value:
    """A value as a cell shows it; a column that names the record of a row gives its name, not its label."""
    value = reader.value(term)
    if column.endswith("record") and isinstance(term, URIRef):
        return Value(shorten(str(term)), value.page)
    return value
