"""The whole check: syntax, format, vocabulary, shapes, ledger, questions and reasoner, each counted.

Every part gives a ``Report``; a part that looked at nothing is vacuous and fails the check. Only the reasoner
may be left out, where the machine has no Java, and then the report says so by name.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from bde import graphs, ledger, queries, turtle
from bde.errors import BdeError, MissingPart
from bde.findings import Finding, Place, Report, relative
from bde.store import Store
from bde.workspace import Workspace

# No saved question may take longer; each takes a small part of a second.
SECONDS = 30.0


class Unreadable(BdeError):
    """Files that are not well-formed: one error to a line, each with file and line."""

    def __init__(self, problems: list[BdeError]):
        super().__init__("\n".join(map(str, problems)))


def check(workspace: Workspace, texts: Path | None = None) -> Iterator[Report]:
    """Check the graph of ``workspace``, part by part; with ``texts`` every passage is proven as well.

    The shapes take longest and run in a process of their own beside the other parts. Raises ``Unreadable``
    where a Turtle file is not well-formed: nothing else can be said of such a graph.
    """
    from bde import vocabulary  # takes a while to import

    with ProcessPoolExecutor(1) as beside:
        validated = beside.submit(shapes, workspace)
        yield formatting(workspace)
        ontology, data = (
            graphs.read(files, workspace.root) for files in (workspace.ontology, workspace.data)
        )
        aligned, shaped = (
            graphs.read(files, workspace.root)
            for files in (workspace.ontology + workspace.alignments, workspace.shapes)
        )
        yield vocabulary.check(aligned, shaped, data)
        yield ledger.coverage(data, texts)
        yield questions(workspace, vocabulary.Terms(aligned.graph, shaped.graph, data.graph).in_query)
        yield reasoning(ontology, data)
        yield validated.result()


def shapes(workspace: Workspace) -> Report:
    """The whole data against the shapes."""
    from bde import validate  # takes a while to import

    data, ontology = (graphs.read(files, workspace.root) for files in (workspace.data, workspace.ontology))
    return validate.validate(data, ontology, graphs.read(workspace.shapes, workspace.root))


def reasoning(ontology: graphs.LocatedGraph, data: graphs.LocatedGraph) -> Report:
    """Ontology and data agree; not run, and saying so, where the machine has no Java."""
    from bde import reason

    try:
        return reason.reason(ontology, data)
    except MissingPart as missing:
        return Report("reason", not_run=str(missing))


def formatting(workspace: Workspace) -> Report:
    """Each Turtle file of the workspace: well-formed, and in canonical form (``not-canonical`` where not).

    Raises ``Unreadable`` with all that is malformed.
    """
    problems: list[BdeError] = []
    found = []
    for path in workspace.turtle:
        name = relative(path, workspace.root)
        try:
            difference = turtle.check_format(path, name)
        except BdeError as error:
            problems.append(error)
            continue
        if difference:
            line, column, wanted = difference
            what = f"the canonical form has here: {wanted.strip() or 'nothing'} (bde format mends it)."
            found.append(Finding(name, line, column, "not-canonical", what))
    if problems:
        raise Unreadable(problems)
    floors = {floor: len(workspace.graphs(floor)) for floor in ("ontology", "shapes", "data")}
    floors["alignment"] = len(workspace.alignments)
    counts = {f"{floor} files": number for floor, number in floors.items()}
    return Report("files", counts, tuple(found))


def questions(workspace: Workspace, terms: Callable[[str, str], Iterator[tuple[Place, str]]]) -> Report:
    """Each saved question names what exists (``terms`` finds the rest), runs, and has rows or says why.

    Findings: ``question-unknown-term``, ``question-cannot-run``, ``question-without-answer``.
    """
    store = Store.load(workspace.graphs("ontology", "data"))
    found = []
    rows = 0
    saved = queries.load(workspace)
    for question in saved:
        name = relative(question.path, workspace.root)
        for place, said in terms(question.text, name):
            found.append(Finding(*place, "question-unknown-term", said))
        try:
            answer = store.query(queries.bind(question, {}), seconds=SECONDS)
        except BdeError as error:
            what = f"{error.what} {error.fix}"
            found.append(Finding(name, error.line or 1, 1, "question-cannot-run", what))
            continue
        rows += len(answer.rows)
        if answer.is_empty != bool(question.empty_because):
            what = "has no rows: mend it or say why." if answer.is_empty else "has rows: drop empty-because."
            found.append(Finding(name, 1, 1, "question-without-answer", what))
    return Report("questions", {"questions": len(saved), "rows": rows}, tuple(found))
