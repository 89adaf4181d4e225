"""A release is the whole graph, the same to the byte however and wherever it is built."""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from rdflib import Dataset, Graph
from rdflib.compare import isomorphic

from bde import __version__, release
from bde.errors import BdeError
from bde.release import Release
from bde.workspace import Workspace
from conftest import ROOT


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture(scope="module")
def built(workspace: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Release:
    """A release that no test changes."""
    return release.build(workspace, tmp_path_factory.mktemp("release") / "graph", __version__)


@pytest.fixture
def older(built: Release, tmp_path: Path) -> Path:
    """A copy of it that a test may change."""
    return Path(shutil.copytree(built.folder, tmp_path / "graph"))


def test_a_release_is_the_same_under_any_hash_seed(built: Release, tmp_path: Path) -> None:
    seed = "1" if os.environ.get("PYTHONHASHSEED") != "1" else "2"
    subprocess.run(
        [sys.executable, "-m", "bde", "--root", ROOT, "build", "--out", tmp_path / "other"],
        env={**os.environ, "PYTHONHASHSEED": seed},
        check=True,
        capture_output=True,
    )
    assert content(tmp_path / "other") == content(built.folder)


def test_the_parts_hold_the_graph(workspace: Workspace, built: Release) -> None:
    quads = (built.folder / "bde.nq").read_text().splitlines()
    assert quads == sorted(quads) and len(quads) == built.triples > 10_000
    assert len({line[line.rindex("<") :] for line in quads}) == len(
        workspace.graphs("ontology", "shapes", "data")
    )
    data = Graph()
    for file in workspace.data:
        data.parse(file)
    assert isomorphic(Graph().parse(built.folder / "data.ttl"), data)
    assert len(Graph().parse(built.folder / "void.ttl")) > 100


def test_the_json_ld_is_the_same_data(built: Release) -> None:
    one, other = Dataset(), Dataset()
    one.parse(built.folder / "bde.nq", format="nquads")
    other.parse(built.folder / "bde.jsonld", format="json-ld")
    assert len(one) == len(other) == built.triples


def test_the_digests_are_right(built: Release) -> None:
    listed = (built.folder / "SHA256SUMS").read_text().splitlines()
    assert len(listed) == len(built.files) == 8
    for line in listed:
        digest, name = line.split("  ")
        assert hashlib.sha256((built.folder / name).read_bytes()).hexdigest() == digest


def test_a_newer_release_replaces_an_older_one_as_a_whole(workspace: Workspace, older: Path) -> None:
    first = content(older)
    (older / "data.ttl").write_text("stale")
    release.build(workspace, older, __version__)
    assert content(older) == first
    assert [path.name for path in older.parent.iterdir()] == ["graph"]


def test_a_release_with_a_file_of_somebody_else_in_it_is_left_alone(
    workspace: Workspace, older: Path
) -> None:
    (older / "thesis.txt").write_text("mine")
    before = content(older)
    with pytest.raises(BdeError, match=r"thesis\.txt"):
        release.build(workspace, older, __version__)
    assert content(older) == before


def test_an_empty_floor_is_no_release(copy: Workspace) -> None:
    for file in (copy.root / "shapes").iterdir():
        file.unlink()
    with pytest.raises(BdeError, match="nothing to release"):
        release.build(copy, copy.root / "out", __version__)


def test_a_place_that_cannot_be_written_is_refused(workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for place in (tmp_path / "file", tmp_path / "file" / "below", Path.cwd()):
        with pytest.raises(BdeError):
            release.build(workspace, place, __version__)


def test_a_folder_with_anything_else_in_it_is_left_alone(workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "precious.txt").write_text("keep me")
    with pytest.raises(BdeError, match=r"precious\.txt"):
        release.build(workspace, tmp_path, __version__)
    assert content(tmp_path) == {"precious.txt": b"keep me"}


def test_an_ontology_of_another_version_is_refused(workspace: Workspace, tmp_path: Path) -> None:
    with pytest.raises(BdeError, match=r"ontology says version"):
        release.build(workspace, tmp_path / "graph", "9.9.9")
    assert not (tmp_path / "graph").exists()
