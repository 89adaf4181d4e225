"""Where the files of the graph are: a checkout of the project, or the copy inside the installed package."""

import codecs
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from stat import S_ISDIR, S_ISREG

from bde.errors import BdeError, SyntaxProblem, Unreadable
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
_FLOORS = ("ontology", "shapes", "data", "queries")
_MARKER = Path("ontology") / "bde.ttl"
# Some 150,000 nodes; to read them takes 27 times as much memory (measured at a quarter of it).
MOST_BYTES = 64 * 2**20
_LINE_END = re.compile(b"\r\n?|\n")


def read_text(path: Path, name: Path | str | None = None) -> str:
    """The text of a file, decoded as UTF-8, its line ends left alone; ``name`` is what errors call it.

    Raises ``BdeError`` where it cannot be read, is no ordinary file (a pipe, a device) or has over
    ``MOST_BYTES``, and ``SyntaxProblem``, with the line, where it is not UTF-8 or begins with a mark.
    """
    file = name or path
    try:
        status = path.stat()
        if not S_ISREG(status.st_mode):
            what = "is a folder." if S_ISDIR(status.st_mode) else "is a pipe or a device."
            raise BdeError(what, fix="Put an ordinary file in its place.", file=file)
        if status.st_size > MOST_BYTES:
            what = f"has {status.st_size / 2**20:.0f} MiB, {MOST_BYTES // 2**20} is the most."
            raise BdeError(what, fix="Divide it into several files.", file=file)
        content = path.read_bytes()
    except OSError as error:
        what = f"cannot be read: {error.strerror}."
        raise BdeError(what, fix="Check the path.", file=file) from None
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise SyntaxProblem("UTF-16, not UTF-8.", fix="Save it as UTF-8.", file=file, line=1)
    if content.startswith(codecs.BOM_UTF8):
        what = "begins with a byte-order mark."
        raise SyntaxProblem(what, fix="Save it as UTF-8 without one.", file=file, line=1)
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        line = len(_LINE_END.findall(content, 0, error.start)) + 1
        raise SyntaxProblem("not UTF-8.", fix="Save it as UTF-8.", file=file, line=line) from None


def within(folder: Path, name: str) -> Path:
    """The file called ``name`` in ``folder``. Raises ``BdeError`` where the name leads out of the folder."""
    path = folder / name
    if not _lies_in(path, folder):
        raise BdeError("leads out of its folder.", fix="Name a file of that folder.", file=path)
    return path


def _lies_in(path: Path, folder: Path) -> bool:
    return Path(os.path.realpath(path)).is_relative_to(os.path.realpath(folder))


def _odd(folder: Path) -> Iterator[Path]:
    """The folders and links below a folder, which every list of files looks for and which are few."""
    with suppress(FileNotFoundError, PermissionError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_symlink():
                yield folder / entry.name
            elif entry.is_dir():
                yield folder / entry.name
                yield from _odd(folder / entry.name)


def replace_text(path: Path, pieces: str | Iterable[str]) -> None:
    """Put a text, or its pieces as they come, in the place of a file's content, whole or not at all.

    Raises ``OSError``.
    """
    aside = path.with_name(f".{path.name}.new")
    try:
        with aside.open("w", encoding="utf-8", newline="\n") as file:
            file.writelines([pieces] if isinstance(pieces, str) else pieces)
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)


@dataclass(frozen=True)
class Workspace:
    """The four floors of files below one ``root``, but those files that were set aside as unreadable.

    Its lists of files raise ``Unreadable`` where a link leads out of the root or to a folder: such are not
    followed.
    """

    root: Path
    aside: frozenset[Path] = frozenset()

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

    def strays(self) -> dict[Path, BdeError]:
        """What on the floors is not read: links out of the root or to a folder, and folders that are shut."""
        found: dict[Path, BdeError] = {}
        for path in sorted(path for floor in _FLOORS for path in _odd(self.root / floor)):
            if path in self.aside:
                continue
            file = path.relative_to(self.root).as_posix()
            if path.is_symlink() and (path.is_dir() or not _lies_in(path, self.root)):
                kind = "to a folder" if path.is_dir() else "out of the graph"
                what = f"is a link {kind}, which is not followed."
                found[path] = BdeError(what, fix="Put what it leads to in its place.", file=file)
            elif path.is_dir() and not os.access(path, os.R_OK | os.X_OK):
                found[path] = BdeError("cannot be opened.", fix="Check its permissions.", file=file)
        return found

    def unread(self) -> dict[Path, str]:
        """What stands on the floors and no command reads, each with what to say: other files, empty folders.

        Markdown, hidden files and the folders of the examples may hold what they like.
        """
        found = {}
        for path in (path for floor in _FLOORS for path in sorted((self.root / floor).rglob("*"))):
            floor, *inside = path.relative_to(self.root).parts
            ending = ".rq" if floor == "queries" else ".ttl"
            free = inside[0] == "examples" or path.suffix == ".md" or any(x.startswith(".") for x in inside)
            if path.is_file() and path.suffix != ending and not free:
                found[path] = (
                    f"is not read: its name does not end in {ending}. Rename it, or move it elsewhere."
                )
            elif path.is_dir() and not path.is_symlink() and not any(path.iterdir()):
                found[path] = "is a folder with nothing in it. Delete it."
        return found

    def _files(self, floor: str, ending: str) -> list[Path]:
        if strays := self.strays():
            raise Unreadable(list(strays.values()))
        return [path for path in sorted((self.root / floor).rglob("*" + ending)) if path not in self.aside]

    def _turtle(self, floor: str) -> tuple[Path, ...]:
        return tuple(self._files(floor, ".ttl"))

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
        return tuple(sorted(self._files("queries", ".rq"), key=lambda path: path.with_suffix("")))

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
