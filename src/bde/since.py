"""Validation of what changed since a revision, and of every record whose verdict could change with it.

A verdict can change only through a constraint that looks at a predicate of a changed statement. Those
constraints run, on the whole graph as it is; where they object, they run on the graph as it was as well. Told
is what they did not object to before, and what they object to in the things that were changed.
"""

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from rdflib.term import Node

from bde import graphs, history, shacl
from bde.errors import Unreadable
from bde.findings import Report
from bde.places import around
from bde.syntax import Triple, parse_strict
from bde.validate import findings_of, located, things_of
from bde.workspace import Workspace, read_text

_FLOORS = ("ontology", "shapes", "data")


@dataclass(frozen=True)
class Change:
    """What is different between two workspaces: statements added and taken away, and whether shapes are."""

    statements: frozenset[Triple]
    shapes: bool

    @property
    def predicates(self) -> set[str]:
        """The predicates, in N-Triples, of the changed statements."""
        return {p.n3() for _, p, _ in self.statements}

    @property
    def things(self) -> set[Node]:
        """The subjects of the changed statements."""
        return {s for s, _, _ in self.statements}


def between(old: Workspace, new: Workspace) -> Change:
    """The statements of ontology and data that one of the two has and the other lacks."""
    then, now = (
        {path.relative_to(space.root): read_text(path) for path in (*space.ontology, *space.data)}
        for space in (old, new)
    )
    altered = {name for name in then.keys() | now.keys() if then.get(name) != now.get(name)}
    sets = ({t for n in altered if n in side for t in parse_strict(side[n], n)} for side in (then, now))
    before, after = sets
    return Change(frozenset(before ^ after), _texts(old.shapes) != _texts(new.shapes))


def validate(workspace: Workspace, revision: str, *, engine: shacl.Engine = "auto") -> Report:
    """Validate what changed in a workspace since a revision of its history.

    Counts the changed statements and things. Where nothing changed the part is not run, and says so. Raises
    ``BdeError`` where there is no such revision, ``SyntaxProblem`` where a changed file is malformed,
    ``Unreadable`` where shapes cannot be run, ``MissingPart`` where git is not installed.
    """
    with TemporaryDirectory(prefix="bde-since-") as folder:
        history.unpack(revision, workspace.root, Path(folder), _FLOORS)
        old = Workspace(Path(folder).resolve())
        change = between(old, workspace)
        if not change.statements and not change.shapes:
            return Report("changes", not_run=f"no statement and no shape changed since {revision}")
        results = told(old, workspace, change, engine)
    things = things_of(results)
    data, ontology, shapes = (
        around(graphs.texts(files, workspace.root), things)
        for files in (workspace.data, workspace.ontology, workspace.shapes)
    )
    counts = {
        "changed statements or shapes": len(change.statements) + change.shapes,
        "changed things": len(change.things) + change.shapes,
    }
    return Report("changes", counts, tuple(sorted(set(findings_of(results, data, ontology, shapes)))))


def told(old: Workspace, new: Workspace, change: Change, engine: shacl.Engine) -> frozenset[shacl.Result]:
    """The results on the new workspace that the old one did not have, or that are about a changed thing."""
    # A shape that changed may look at anything.
    predicates = None if change.shapes else change.predicates

    def run(space: Workspace) -> frozenset[shacl.Result]:
        shapes = graphs.read(space.shapes, space.root)
        with located(shapes):
            return shacl.validate(
                space.data, space.ontology, shapes, engine=engine, changed=predicates
            ).results

    now = run(new)
    if not now:
        return now
    try:
        before = run(old)
    except Unreadable:  # shapes that nobody could run have objected to nothing
        before = frozenset()
    mine = change.things
    return frozenset(r for r in now if r not in before or r.focus in mine or r.value in mine)


def _texts(files: tuple[Path, ...]) -> dict[str, str]:
    return {path.name: read_text(path) for path in files}
