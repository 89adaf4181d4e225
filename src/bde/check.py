"""The whole check: syntax, format, vocabulary, ledger, questions, answers, reasoner, shapes, all counted.

Every part gives a ``Report``; a part that looked at nothing is vacuous and fails the check. Only the
reasoner, where the machine has no Java, and the expected answers, where there is no checkout, may be left
out, and then the report says so by name.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from bde import answers, graphs, ledger, malformed, queries, turtle
from bde.beside import processes
from bde.errors import BdeError, MissingPart, SyntaxProblem
from bde.findings import Finding, Place, Report, relative, unreadable
from bde.store import Store
from bde.workspace import Workspace, read_text

# No saved question may take longer; each takes a small part of a second.
SECONDS = 30.0


def check(workspace: Workspace, texts: Path | None = None) -> Iterator[Report]:
    """Check the graph of ``workspace``, part by part; with ``texts`` every passage is proven as well.

    The parts that take longest run in processes of their own beside the others. Files that cannot be read
    are findings of the first part; the others then do without them and say so, or do not run where the
    ontology or the shapes they need would not be whole.
    """
    from bde import vocabulary  # takes a while to import

    with processes(2) as beside:
        long = [beside.submit(run, workspace) for run in _LONG]
        first = formatting(workspace)
        yield first
        lost = tuple(name for name in first.unreadable if not name.startswith("ontology/examples/"))
        if first.unreadable:
            aside = workspace.aside.union(workspace.root / name for name in first.unreadable)
            workspace = replace(workspace, aside=aside)
            long = [beside.submit(run, workspace) for run in _LONG]

        def partly(part: str, run: Callable[[], Report], *needed: str) -> Report:
            missing = [name for name in lost if name.startswith(needed)]
            if missing:
                return Report(part, not_run=f"cannot do without {', '.join(missing)}")
            return replace(run(), without=lost)

        aligned, shaped, data = (
            graphs.read(files, workspace.root)
            for files in (workspace.ontology + workspace.alignments, workspace.shapes, workspace.data)
        )
        terms = vocabulary.Terms(aligned, shaped, data)
        yield partly("vocabulary", lambda: vocabulary.check(aligned, shaped, data), "ontology/", "shapes/")
        yield partly("ledger", lambda: ledger.coverage(data, texts))
        yield partly("questions", lambda: questions(workspace, terms.in_query), "ontology/", "shapes/")
        reasoned, validated, answered = long
        yield partly("answers", answered.result, "ontology/")
        yield partly("reason", reasoned.result, "ontology/")
        yield partly("shapes", validated.result, "ontology/", "shapes/")


def shapes(workspace: Workspace) -> Report:
    """The whole data against the shapes; none is run before those are mended that cannot be."""
    from bde import validate  # takes a while to import
    from bde.idle import unrunnable

    data, ontology, rules = (
        graphs.read(files, workspace.root) for files in (workspace.data, workspace.ontology, workspace.shapes)
    )
    if stuck := tuple(unrunnable(rules)):
        return Report("shapes", {"files": len(rules.files)}, tuple(sorted(stuck)))
    return validate.validate(data, ontology, rules)


def reasoning(workspace: Workspace) -> Report:
    """Ontology and data agree; not run, and saying so, where the machine has no Java."""
    from bde import reason

    try:
        return reason.reason(
            *(graphs.read(files, workspace.root) for files in (workspace.ontology, workspace.data))
        )
    except MissingPart as missing:
        return Report("reason", not_run=str(missing))


_LONG = (reasoning, shapes, answers.check)


def formatting(workspace: Workspace) -> Report:
    """Each Turtle file: can be read (else ``unreadable``) and is in canonical form (``not-canonical``).

    Findings as well: ``empty-file`` and, for what stands on the floors and no command reads, ``unread-file``.
    """
    strays = workspace.strays()
    workspace = replace(workspace, aside=workspace.aside.union(strays))
    found = [unreadable(error, relative(path, workspace.root)) for path, error in strays.items()]
    for path, what in workspace.unread().items():
        found.append(Finding(relative(path, workspace.root), 0, 0, "unread-file", what))
    for path in workspace.turtle:
        found += _of_file(path, relative(path, workspace.root))
    floors = {floor: len(workspace.graphs(floor)) for floor in ("ontology", "shapes", "data")}
    floors["alignment"] = len(workspace.alignments)
    counts = {f"{floor} files": number for floor, number in floors.items()}
    return Report("files", counts, tuple(found))


def _of_file(path: Path, name: str) -> list[Finding]:
    try:
        text = read_text(path, name)
    except BdeError as error:
        return [unreadable(error, name)]
    try:
        difference = turtle.difference(text, name)
    except SyntaxProblem as error:
        return [unreadable(each, name) for each in malformed.problems(text, name) or [error]]
    except BdeError as error:
        return [Finding(name, error.line or 0, int(bool(error.line)), "not-canonical", _said(error))]
    if not text.strip():
        return [Finding(name, 0, 0, "empty-file", "says nothing. Write into it, or delete it.")]
    if difference is None:
        return []
    line, column, wanted = difference
    what = f"the canonical form has here: {wanted.strip() or 'nothing'} (bde format mends it)."
    return [Finding(name, line, column, "not-canonical", what)]


def _said(error: BdeError) -> str:
    return f"{error.what} {error.fix}"


def questions(workspace: Workspace, terms: Callable[[str, str], Iterator[tuple[Place, str]]]) -> Report:
    """Each saved question names what exists (``terms`` finds the rest), runs, and has rows or says why.

    Findings: ``unreadable``, ``question-unknown-term``, ``question-cannot-run``, ``question-without-answer``.
    """
    store = Store.load(workspace.graphs("ontology", "data"))
    rows = 0
    saved, unread = queries.scan(workspace)
    found = [unreadable(error, str(error.file)) for error in unread]
    for question in saved:
        name = relative(question.path, workspace.root)
        for place, said in terms(question.text, name):
            found.append(Finding(*place, "question-unknown-term", said))
        try:
            answer = store.query(queries.bind(question, {}), seconds=SECONDS)
        except BdeError as error:
            found.append(Finding(name, error.line or 1, 1, "question-cannot-run", _said(error)))
            continue
        rows += len(answer.rows)
        if answer.is_empty != bool(question.empty_because):
            what = "has no rows: mend it or say why." if answer.is_empty else "has rows: drop empty-because."
            found.append(Finding(name, 1, 1, "question-without-answer", what))
    return Report("questions", {"questions": len(saved), "rows": rows}, tuple(found))
