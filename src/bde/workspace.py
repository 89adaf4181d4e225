"""Where the files of the graph are: a checkout of the project, or the copy inside the installed package."""

from dataclasses import dataclass
from pathlib import Path

from bde.errors import BdeError, SyntaxProblem
from bde.namespaces import GRAPH

ROOMS = (
    "actors",
    "claims",
    "commitments",
    "engagements",
    "evidence",
    "instruments",
    "relations",
    "time",
    "topics",
    "transfers",
)
_MARKER = Path("ontology") / "bde.ttl"


def read_text(path: Path, name: Path | str | None = None) -> str:
    """The text of a file, decoded as UTF-8, its line ends left alone; ``name`` is what errors call it.

    Raises ``BdeError`` where it cannot be read and ``SyntaxProblem``, with the line, where it is not UTF-8.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        what = f"cannot be read: {error.strerror}."
        raise BdeError(what, fix="Check the path.", file=name or path) from None
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise SyntaxProblem("not UTF-8.", fix="Save it as UTF-8.", file=name or path, line=line) from None


def replace_text(path: Path, text: str) -> None:
    """Put ``text`` in the place of a file's content, whole or not at all. Raises ``OSError``."""
    aside = path.with_name(f".{path.name}.new")
    try:
        aside.write_text(text, encoding="utf-8", newline="\n")
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)


@dataclass(frozen=True)
class Workspace:
    """The four floors of files below one ``root``."""

    root: Path

    @classmethod
    def find(cls, start: Path | None = None) -> "Workspace":
        """The workspace to use when none was named.

        The nearest folder at or above ``start`` (default: the current folder) that holds
        ``ontology/bde.ttl``; else the copy shipped in the package; else, for an editable installation,
        the checkout the package lies in. Raises ``BdeError`` where there is none.
        """
        here = (start or Path.cwd()).resolve()
        package = Path(__file__).resolve().parent
        for folder in (here, *here.parents, package / "shipped", package.parent.parent):
            if (folder / _MARKER).is_file():
                return cls(folder)
        raise BdeError("no graph found here.", fix="Name its folder with --root.")

    @classmethod
    def at(cls, root: Path) -> "Workspace":
        """The workspace at ``root``. Raises ``BdeError`` where that folder holds no ontology."""
        if not (root / _MARKER).is_file():
            raise BdeError("no ontology/bde.ttl in this folder.", fix="Name the project's root.", file=root)
        return cls(root.resolve())

    def _turtle(self, floor: str) -> tuple[Path, ...]:
        return tuple(sorted((self.root / floor).rglob("*.ttl")))

    @property
    def ontology(self) -> tuple[Path, ...]:
        """The ontology's Turtle files and the concept schemes, without alignments and examples, sorted."""
        floor = self.root / "ontology"
        aside = {floor / "alignments", floor / "examples"}
        return tuple(p for p in self._turtle("ontology") if not aside.intersection(p.parents))

    @property
    def alignments(self) -> tuple[Path, ...]:
        """The mappings to outside vocabularies, loaded on request only."""
        return self._turtle("ontology/alignments")

    @property
    def examples(self) -> tuple[Path, ...]:
        """The folders of the worked examples, sorted; the first holds the invented world of the others.

        Each has an invented ``report.txt`` and what it says in ``example.ttl``; all but the first also have a
        ``near-miss.ttl``, the few nodes that are wrong in place of the right ones, with the finding expected.
        """
        return tuple(sorted(path.parent for path in (self.root / "ontology").glob("examples/*/example.ttl")))

    @property
    def shapes(self) -> tuple[Path, ...]:
        """The SHACL files, one per room and ``house.ttl``."""
        return self._turtle("shapes")

    @property
    def data(self) -> tuple[Path, ...]:
        """The data files; each is one named graph."""
        return self._turtle("data")

    @property
    def questions(self) -> tuple[Path, ...]:
        """The saved SPARQL questions, by room and name."""
        return tuple(sorted((self.root / "queries").rglob("*.rq"), key=lambda path: path.with_suffix("")))

    @property
    def turtle(self) -> tuple[Path, ...]:
        """Every Turtle file of the workspace."""
        return self._turtle("ontology") + self.shapes + self.data

    def graphs(self, *floors: str) -> dict[str, Path]:
        """The named graphs of these floors (``ontology``, ``shapes``, ``data``): graph IRI -> file.

        One file is one graph, ``https://w3id.org/bde/graph/<floor>/<path without .ttl>``.
        """
        files = {"ontology": self.ontology, "shapes": self.shapes, "data": self.data}
        return {
            GRAPH + path.relative_to(self.root).with_suffix("").as_posix(): path
            for floor in floors
            for path in files[floor]
        }
