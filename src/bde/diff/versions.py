"""Versions of the ontology, wherever they are: a folder, a file, or a revision in the history."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

from rdflib import OWL, Graph

from bde import graphs, history
from bde.errors import BdeError
from bde.workspace import Workspace, read_text

_FLOORS = ("ontology", "shapes", "queries")
_NAMES = "Name a checkout, an unpacked release, a Turtle file or a git revision."


@dataclass(frozen=True)
class Version:
    """One version: what the user called it, and what it holds.

    ``number`` is the last part of its ``owl:versionIRI`` (else its ``owl:versionInfo``), or empty. ``shapes``
    and ``questions`` (text by name) are ``None`` where the version comes without them.
    """

    name: str
    ontology: Graph
    shapes: Graph | None = None
    questions: dict[str, str] | None = None

    @property
    def number(self) -> str:
        """The version number that the ontology states, or empty."""
        stated = [*self.ontology.objects(None, OWL.versionIRI), *self.ontology.objects(None, OWL.versionInfo)]
        return str(stated[0]).rsplit("/", 1)[-1] if stated else ""


def read(name: str, root: Path) -> Version:
    """The version that ``name`` stands for; a path wins over a revision in the history of ``root``.

    A path is a folder with ``ontology/`` (and ``shapes/`` and ``queries/``, where it has them), a release as
    ``bde build`` writes it, or one Turtle file. Raises ``BdeError`` where there is no such path or revision,
    ``root`` is no git checkout, or a file is malformed (``SyntaxProblem`` with file and line), and
    ``MissingPart`` where git is not installed.
    """
    path = Path(name)
    if (path / "ontology").is_dir():
        return _floors(name, path, between="/")
    if (path / "ontology.ttl").is_file():
        shapes = path / "shapes.ttl"
        return Version(name, _graph(path / "ontology.ttl"), _graph(shapes) if shapes.is_file() else None)
    if path.is_file():
        return Version(name, _graph(path))
    if path.exists():
        raise BdeError("holds neither ontology/ nor ontology.ttl.", fix=_NAMES, file=path)
    with tempfile.TemporaryDirectory(prefix="bde-diff-") as folder:
        history.unpack(name, root, Path(folder), _FLOORS, _NAMES)
        return _floors(name, Path(folder), between=":")


def _graph(*files: Path) -> Graph:
    return graphs.read(files, Path.cwd()).graph


def _floors(name: str, root: Path, *, between: str) -> Version:
    """The version in a folder; errors call its files by ``name``, the mark ``between`` and their path."""
    here = Workspace(root.resolve())
    try:
        return Version(
            name,
            graphs.read(here.ontology, here.root).graph,
            graphs.read(here.shapes, here.root).graph if (root / "shapes").is_dir() else None,
            {file.stem: read_text(file) for file in here.questions} if (root / "queries").is_dir() else None,
        )
    except BdeError as error:
        file = f"{name.rstrip('/')}{between}{error.file}"
        raise type(error)(error.what, fix=error.fix, file=file, line=error.line) from None
