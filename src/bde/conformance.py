"""Conformance of what stands in files: of the words to the vocabulary, of the records to the shapes."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from bde import shacl
from bde.beside import processes
from bde.findings import Report, relative
from bde.graphs import LocatedGraph, Reader
from bde.validate import validate
from bde.workspace import Workspace


def check(
    workspace: Workspace, named: Sequence[Path] | None, engine: shacl.Engine, reader: Reader
) -> Iterator[Report]:
    """Check the named files beside the graph of ``workspace``, else the graph; one report for each check.

    The words are looked at in a process of its own meanwhile: somebody who saves a file waits for both.
    Raises as ``Reader.graph`` and ``validate`` do.
    """
    files = None if named is None else {relative(path, workspace.root) for path in named}
    with processes(1) as beside:
        words = beside.submit(_words, workspace, named, files)
        records = validate(*_read(workspace, named, reader), files=files, engine=engine)
        yield words.result()
        yield records


def _words(workspace: Workspace, named: Sequence[Path] | None, files: set[str] | None) -> Report:
    from bde import vocabulary  # takes a while to import

    data, ontology, shapes = _read(workspace, named, Reader(workspace.root), workspace.alignments)
    return vocabulary.check(ontology, shapes, data, files)


def _read(
    workspace: Workspace, named: Sequence[Path] | None, reader: Reader, more: Sequence[Path] = ()
) -> tuple[LocatedGraph, LocatedGraph, LocatedGraph]:
    """Data, ontology (and what is ``more`` of it) and shapes."""
    data = reader.graph(dict.fromkeys([*workspace.data, *(named or ())]))
    ontology = reader.graph([*workspace.ontology, *more])
    return data, ontology, reader.graph(workspace.shapes)
