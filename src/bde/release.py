"""A release: the checked graph as files that any store, browser or reader can take.

Everything in it follows from the files of the workspace alone: built twice, on any machine and under any hash
seed, it is the same to the byte. The description follows VoID (https://www.w3.org/TR/void/).
"""

import hashlib
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from rdflib import RDF, VOID, Graph, Literal, URIRef
from rdflib.namespace import DCTERMS

from bde import graphs, namespaces, turtle
from bde.errors import BdeError
from bde.store import jsonld, nquads
from bde.workspace import Workspace

LICENSE = URIRef("https://creativecommons.org/licenses/by/4.0/")
_FLOORS = ("ontology", "shapes", "data")
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
    per source file), ``bde.jsonld``, ``void.ttl`` and ``SHA256SUMS``. Raises ``BdeError`` where an input
    cannot be read, the ontology states another version, or ``folder`` holds anything but a release.
    """
    if folder.exists() and any(folder.iterdir()) and not (folder / "SHA256SUMS").is_file():
        raise BdeError("is not empty and holds no release.", fix="Name another folder.", file=folder)
    _same_version(workspace, version)
    files = workspace.graphs(*_FLOORS)
    quads = nquads(files)
    content = {
        **{f"{floor}.ttl": _merged(workspace, floor) for floor in _FLOORS},
        "bde.nq": "".join(line + "\n" for line in quads),
        "bde.jsonld": jsonld(quads),
        "void.ttl": _description(files, quads, version),
    }
    sums = {name: hashlib.sha256(text.encode()).hexdigest() for name, text in sorted(content.items())}
    content["SHA256SUMS"] = "".join(f"{digest}  {name}\n" for name, digest in sums.items())
    folder.parent.mkdir(parents=True, exist_ok=True)
    # Written aside and moved into place, so that nobody ever finds half a release.
    aside = Path(tempfile.mkdtemp(prefix=".bde-build-", dir=folder.parent))
    try:
        for name, text in content.items():
            (aside / name).write_text(text, encoding="utf-8", newline="\n")
        aside.chmod(0o755)
        if folder.exists():
            shutil.rmtree(folder)
        aside.rename(folder)
    except OSError:
        shutil.rmtree(aside, ignore_errors=True)
        raise
    sizes = tuple((name, len(content[name].encode()), digest) for name, digest in sums.items())
    return Release(folder, version, len(quads), sizes)


def _same_version(workspace: Workspace, version: str) -> None:
    header = graphs.read((workspace.root / "ontology" / "bde.ttl",), workspace.root)
    for _, stated in header.graph.subject_objects(URIRef(namespaces.OUTSIDE["owl"] + "versionInfo")):
        if str(stated) != version:
            raise BdeError(
                f"the ontology says version {stated}, the package {version}.",
                fix="Make owl:versionInfo, owl:versionIRI and the package version agree.",
                file="ontology/bde.ttl",
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
