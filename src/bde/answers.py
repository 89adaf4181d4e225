"""The expected answers: what each saved question must answer on a small invented graph of its own.

They lie in ``tests/queries`` of a checkout: ``world.ttl`` for all questions; in the folder of each, by its
id, ``graph.ttl`` with near misses that must not appear, and for each choice of parameters
``parameters<-name>.json`` and ``expected<-name>.csv``. An installed package does not have them.
"""

import csv
import io
import json
from pathlib import Path

from rdflib import URIRef

from bde import parameters, queries
from bde.errors import BdeError
from bde.findings import Finding, Report, relative, unreadable
from bde.namespaces import shorten
from bde.queries import Question, Value
from bde.store import Answer, Store
from bde.syntax import Term
from bde.workspace import Workspace, read_text


def check(workspace: Workspace) -> Report:
    """Ask every saved question what it is expected to answer.

    Findings: ``question-without-expectation``, ``unexpected-answer`` (on the first line of the expected file
    that differs) and ``unreadable``. A question that cannot be loaded is left to others. Does not run, and
    says so, where there is no ``tests/queries``. Raises ``SyntaxProblem`` where a graph there is malformed.
    """
    floor = workspace.root / "tests" / "queries"
    if not floor.is_dir():
        return Report("answers", not_run="no expected answers here: a checkout has them in tests/queries")
    found = []
    counts = {"questions with expected answers": 0, "expected answers": 0, "expected rows": 0}
    questions = queries.scan(workspace)[0]
    store = Store.load({**workspace.graphs("ontology"), "urn:world": floor / "world.ttl"})
    for question in questions:
        expected = sorted((floor / question.id).glob("expected*.csv"))
        counts["questions with expected answers"] += bool(expected)
        if not expected:
            name = relative(question.path, workspace.root)
            what = f"has no expected answer. Add tests/queries/{question.id}/expected.csv, and its graph.ttl."
            found.append(Finding(name, 1, 1, "question-without-expectation", what))
            continue
        graph = floor / question.id / "graph.ttl"
        try:
            with store.along_with("urn:case", graph):
                for path in expected:
                    rows, differing = _answer(workspace, question, store, path)
                    counts["expected answers"] += 1
                    counts["expected rows"] += rows
                    found += differing
        except BdeError as error:
            found.append(unreadable(error, relative(graph, workspace.root)))
    return Report("answers", counts, tuple(sorted(found)))


def cells(answer: Answer) -> list[list[str]]:
    """An answer as the expected files write it: prefixed names, plain text, nothing for unbound."""
    return [list(answer.columns), *([_written(value) for value in row] for row in answer.rows)]


def _written(value: Term | None) -> str:
    return "" if value is None else shorten(value) if isinstance(value, URIRef) else str(value)


def _answer(workspace: Workspace, question: Question, store: Store, path: Path) -> tuple[int, list[Finding]]:
    """The number of rows that a file expects, and what is wrong with the answer."""
    name = relative(path, workspace.root)
    try:
        expected = list(csv.reader(io.StringIO(read_text(path, name))))
        answer = cells(store.query(queries.bind(question, _values(question, store, path))))
    except BdeError as error:
        return 0, [unreadable(error, name)]
    return max(0, len(expected) - 1), _compared(answer, expected, name)


def _values(question: Question, store: Store, expected: Path) -> dict[str, Value | None]:
    named = expected.with_name(expected.name.replace("expected", "parameters")).with_suffix(".json")
    if not named.exists():
        return parameters.resolve(store, question, {})
    try:
        return parameters.resolve(store, question, dict(json.loads(read_text(named))))
    except ValueError as error:
        raise BdeError(f"{named.name} is no JSON: {error}.", fix="Write an object of texts.") from None


def _compared(answer: list[list[str]], expected: list[list[str]], name: str) -> list[Finding]:
    if answer == expected:
        return []
    shorter = min(len(answer), len(expected))
    at = next((n for n in range(shorter) if answer[n] != expected[n]), shorter)
    said, wanted = (
        ", ".join(rows[at]) if at < len(rows) else "no further row" for rows in (answer, expected)
    )
    what = f"the answer says: {said}; expected: {wanted}. Correct the question, or what it is to answer."
    return [Finding(name, at + 1, 1, "unexpected-answer", what)]
