"""The wheel alone gives a working bde: the graph travels inside it."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from bde.workspace import Workspace
from conftest import ROOT


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel's content in a folder of its own."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder / "dist", ROOT]
    subprocess.run(command, check=True, capture_output=True)
    (wheel,) = (folder / "dist").iterdir()
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def run(site: Path, *arguments: str) -> str:
    """The output of a Python process that sees this folder first and runs outside the checkout."""
    environment = {**os.environ, "PYTHONPATH": str(site)}
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=site.parent,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def test_every_file_of_the_four_floors_is_in_the_wheel(unpacked: Path, workspace: Workspace) -> None:
    files = (*workspace.turtle, *workspace.alignments, *workspace.questions)
    assert len(files) > 100
    for file in files:
        assert (unpacked / "bde" / "shipped" / file.relative_to(ROOT)).read_bytes() == file.read_bytes()


def test_it_answers_from_another_folder_with_the_shipped_graph(unpacked: Path) -> None:
    where = "import bde.workspace as w; print(w.__file__, w.Workspace.find().root)"
    module, root = run(unpacked, "-c", where).split()
    assert Path(module).is_relative_to(unpacked) and Path(root) == unpacked / "bde" / "shipped"
    assert "Nguyen Chi Vinh" in run(unpacked, "-m", "bde", "ask", "visits-of-a-pair", "--set", "b=CUB")
    assert "engagement:blr-vnm-2018-11-visit" in run(unpacked, "-m", "bde", "brief", "BLR", "VNM")
    assert "<svg" in run(unpacked, "-m", "bde", "brief", "BLR", "VNM", "--as", "html")
    assert (unpacked / "bde" / "brief" / "rendering" / "brief.schema.json").is_file()


def test_the_templates_styles_and_scripts_of_the_site_are_in_the_wheel(unpacked: Path) -> None:
    floor = ROOT / "src" / "bde" / "site"
    files = [path for path in floor.rglob("*") if path.is_file() and path.suffix not in (".py", ".pyc")]
    assert len(files) > 30
    for file in files:
        assert (unpacked / "bde" / "site" / file.relative_to(floor)).read_bytes() == file.read_bytes()
    assert (unpacked / "bde" / "serve" / "page" / "index.html").is_file()
