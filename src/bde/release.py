"""A release: the graph as files that any store, browser or reader can take.

Everything in it follows from the files of the workspace alone: built twice, on any machine and under any hash
seed, it is the same to the byte. The description follows VoID (https://www.w3.org/TR/void/).
"""

import hashlib
import tempfile
from dataclasses import dataclass
from pathlib import Path

from rdflib import OWL, RDF, VOID, Graph, Literal, URIRef
from rdflib.namespace import DCTERMS

from bde import graphs, namespaces, queries, turtle
from bde.errors import BdeError
from bde.queries import catalogue
from bde.store import jsonld, nquads
from bde.workspace import Workspace

LICENSE = URIRef("https://creativecommons.org/licenses/by/4.0/")
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
_DATASET = URIRef(namespaces.BASE.rstrip("/"))


@dataclass(frozen=True)
class Release:
    """What was built: the folder, the version, and for each file its size in bytes and SHA-256."""

    folder: Path
    version: str
    triples: int
    files: tuple[tuple[str, int, str], ...]


def build(workspace: Workspace, folder: Path, version: str) -> Release:
    """Write the release of ``workspace`` into ``folder``, replacing an earlier release there as a whole.

    Files: ``ontology.ttl``, ``shapes.ttl``, ``data.ttl`` (each merged), ``bde.nq`` (sorted, one named graph
    per source file), ``bde.jsonld``, ``void.ttl``, the saved questions as ``questions.ttl`` and
    ``questions.md``, and ``SHA256SUMS``. Raises ``BdeError`` where an input cannot be read, a floor is empty,
    the ontology states another version, ``folder`` holds anything that is no part of a release, or it cannot
    be written.
    """
    folder = folder.absolute()
    foreign = sorted({path.name for path in folder.iterdir()} - {*NAMES}) if folder.is_dir() else []
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
    content = {
        **{f"{floor}.ttl": _merged(workspace, floor) for floor in _FLOORS},
        "bde.nq": "".join(line + "\n" for line in quads),
        "bde.jsonld": jsonld(quads),
        "void.ttl": _description(files, quads, version),
        "questions.ttl": turtle.write(catalogue.resources(saved)),
        "questions.md": catalogue.page(saved),
    }
    sums = {name: hashlib.sha256(text.encode()).hexdigest() for name, text in sorted(content.items())}
    content["SHA256SUMS"] = "".join(f"{digest}  {name}\n" for name, digest in sums.items())
    try:
        _put(folder, content)
    except OSError as error:
        what = f"cannot be written: {error.strerror}."
        raise BdeError(what, fix="Name another folder.", file=folder) from error
    sizes = tuple((name, len(content[name].encode()), digest) for name, digest in sums.items())
    return Release(folder, version, len(quads), sizes)


def _put(folder: Path, content: dict[str, str]) -> None:
    """Write the files aside and move them into place whole, so that nobody ever finds half a release."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".bde-build-", dir=folder.parent) as aside:
        new, old = Path(aside, "new"), Path(aside, "old")
        new.mkdir()
        for name, text in content.items():
            (new / name).write_text(text, encoding="utf-8", newline="\n")
        if folder.exists():
            folder.rename(old)
        new.rename(folder)


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


def _merged(workspace: Workspace, floor: str) -> str:
    return turtle.write(graphs.read(workspace.graphs(floor).values(), workspace.root).graph)


def _description(files: dict[str, Path], quads: list[str], version: str) -> str:
    graph = Graph()
    parts: dict[str, list[str]] = {name: [] for name in files}
    for line in quads:
        parts[line[line.rindex("<") + 1 : line.rindex(">")]].append(line)
    graph.add((_DATASET, RDF.type, VOID.Dataset))
    graph.add((_DATASET, DCTERMS.title, Literal("bde: bilateral defense engagement", lang="en")))
    graph.add((_DATASET, DCTERMS.license, LICENSE))
    graph.add((_DATASET, DCTERMS.hasVersion, Literal(version)))
    graph.add((_DATASET, VOID.triples, Literal(len(quads))))
    for name, lines in parts.items():
        part = URIRef(name)
        graph.add((_DATASET, VOID.subset, part))
        graph.add((part, RDF.type, VOID.Dataset))
        graph.add((part, VOID.triples, Literal(len(lines))))
        digest = hashlib.sha256("\n".join(lines).encode()).hexdigest()
        graph.add((part, DCTERMS.identifier, Literal(f"sha256:{digest}")))
    return turtle.write(graph)
