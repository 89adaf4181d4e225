"""A release: the graph as files that any store, browser or reader can take.

Everything in it follows from the files of the workspace alone: built twice, on any machine and under any hash
seed, it is the same to the byte.
"""

import hashlib
import re
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from rdflib import OWL, BNode

from bde import graphs, queries, turtle
from bde.errors import BdeError
from bde.findings import relative
from bde.queries import catalogue
from bde.release import bulk
from bde.release.describing import describe
from bde.syntax import Term, Triple, jsonld, nquads, parse_strict
from bde.workspace import Workspace, read_text

_FLOORS = ("ontology", "shapes", "data")
_QUESTIONS = ("questions.ttl", "questions.md")
NAMES = (
    *(f"{floor}.ttl" for floor in _FLOORS),
    "bde.nq",
    "bde.jsonld",
    "void.ttl",
    *_QUESTIONS,
    "SHA256SUMS",
)
_BULK = "bulk"
_IN_BULK = rf"{_BULK}/(part-\d{{5,}}\.nq\.gz|manifest\.json)"
_OURS = re.compile("|".join((*map(re.escape, NAMES), _BULK, _IN_BULK)))


@dataclass(frozen=True)
class Release:
    """What was built: the folder, the version, and for each file its size in bytes and SHA-256."""

    folder: Path
    version: str
    triples: int
    files: tuple[tuple[str, int, str], ...]


def build(workspace: Workspace, folder: Path, version: str, part_size: int | None = None) -> Release:
    """Write the release of ``workspace`` into ``folder``, replacing an earlier release there as a whole.

    Files: ``ontology.ttl``, ``shapes.ttl``, ``data.ttl`` (each merged), ``bde.nq`` (sorted, one named graph
    per source file), ``bde.jsonld``, ``void.ttl``, the saved questions as ``questions.ttl`` and
    ``questions.md``, and ``SHA256SUMS``; with a ``part_size`` (triples) also ``bulk/``. Raises ``BdeError``
    where an input cannot be read, a floor is empty, the ontology or the change log states another version,
    ``folder`` holds anything that is no part of a release, or it cannot be written.
    """
    folder = folder.absolute()
    lying = (path.relative_to(folder).as_posix() for g in ("*", f"{_BULK}/*") for path in folder.glob(g))
    foreign = sorted(name for name in lying if not _OURS.fullmatch(name))
    unfit = folder.exists() and (folder.is_symlink() or not folder.is_dir() or folder == Path.cwd())
    if foreign or unfit:
        what = f"holds {foreign[0]}, which is no part of a release." if foreign else "cannot be replaced."
        raise BdeError(what, fix="Name a folder that is new, empty or holds a release alone.", file=folder)
    _same_version(workspace, version)
    files = workspace.graphs(*_FLOORS)
    if empty := [floor for floor in _FLOORS if not workspace.graphs(floor)]:
        what = f"{empty[0]}/ holds no Turtle file: there is nothing to release."
        raise BdeError(what, fix="Check the folder.", file=workspace.root)
    quads = nquads(files)
    saved = queries.load(workspace)
    texts = {
        **{f"{floor}.ttl": turtle.write(_merged(workspace, floor)) for floor in _FLOORS},
        "bde.nq": "".join(line + "\n" for line in quads),
        "bde.jsonld": jsonld(quads),
        "questions.ttl": turtle.write(catalogue.resources(saved)),
        "questions.md": catalogue.page(saved),
    }
    content = {name: text.encode() for name, text in texts.items()}
    content["void.ttl"] = describe(files, workspace.root, quads, version, content).encode()
    try:
        sizes = _put(folder, _all(content, quads, version, part_size))
    except OSError as error:
        what = f"cannot be written: {error.strerror}."
        raise BdeError(what, fix="Name another folder.", file=folder) from error
    return Release(folder, version, len(quads), sizes)


def _all(
    content: dict[str, bytes], quads: list[str], version: str, part_size: int | None
) -> Iterator[tuple[str, bytes]]:
    """Every file with a digest, by name; those in bulk are made one at a time, first of all."""
    if part_size:
        yield from ((f"{_BULK}/{name}", body) for name, body in bulk.files(quads, part_size, version))
    yield from content.items()


def _put(folder: Path, content: Iterable[tuple[str, bytes]]) -> tuple[tuple[str, int, str], ...]:
    """Write the files aside and move them into place whole, so that nobody ever finds half a release.

    Returns the name, size and SHA-256 of each file but ``SHA256SUMS``, which lists them.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".bde-build-", dir=folder.parent) as aside:
        new, old = Path(aside, "new"), Path(aside, "old")
        new.mkdir()
        written = []
        for name, body in content:
            (new / name).parent.mkdir(exist_ok=True)
            (new / name).write_bytes(body)
            written.append((name, len(body), hashlib.sha256(body).hexdigest()))
        written.sort()
        sums = "".join(f"{digest}  {name}\n" for name, _, digest in written)
        (new / "SHA256SUMS").write_bytes(sums.encode())
        if folder.exists():
            folder.rename(old)
        new.rename(folder)
    return tuple(written)


def _same_version(workspace: Workspace, version: str) -> None:
    file = Path("ontology") / "bde.ttl"
    header = graphs.read((workspace.root / file,), workspace.root).graph
    named = {str(v).rsplit("/", 1)[-1] for v in header.objects(None, OWL.versionIRI)}
    stated = named | {str(v) for v in header.objects(None, OWL.versionInfo)}
    if stated != {version} or not named:
        raise BdeError(
            f"the ontology says version {', '.join(sorted(stated)) or 'nothing'}, the package {version}.",
            fix="Make owl:versionIRI, owl:versionInfo and the package version agree.",
            file=file,
        )

    log = workspace.root / "CHANGELOG.md"
    newest = re.search(r"^## \[?([^\s\]]+)", read_text(log, log.name), re.M) if log.is_file() else None
    if log.is_file() and (newest is None or newest[1] != version):
        raise BdeError(
            f"the newest entry is {newest[1] if newest else 'missing'}, the package has version {version}.",
            fix="Begin an entry for the version: ## VERSION (YYYY-MM-DD).",
            file=log.name,
        )


def _merged(workspace: Workspace, floor: str) -> Iterable[Triple]:
    """The triples of a floor, each once; blank nodes of different files stay apart."""
    merged: dict[Triple, None] = {}
    for number, path in enumerate(workspace.graphs(floor).values()):
        name = relative(path, workspace.root)
        for s, p, o in parse_strict(read_text(path, name), name):
            merged[_apart(s, number), p, _apart(o, number)] = None
    return merged


_Node = TypeVar("_Node", bound=Term)


def _apart(node: _Node, number: int) -> _Node | BNode:
    return BNode(f"f{number}{node}") if isinstance(node, BNode) else node
