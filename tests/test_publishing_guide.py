"""The recipes of docs/publishing.md do what they say, in each store, as they stand there."""

import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bde.syntax import nquads
from bde.workspace import Workspace
from conftest import ROOT
from publishing import STORES
from stores import PASSWORD, free_port
from stores import STORES as FETCHED

GUIDE = (ROOT / "docs" / "publishing.md").read_text()
VOICES = ROOT / "tests" / "voices"
PORTS = ("7878", "3030", "8080", "8890", "1111")
TITLES = {"oxigraph": "Oxigraph", "fuseki": "Fuseki", "rdf4j": "RDF4J", "virtuoso": "Virtuoso"}
FILES = {"turtle": "repository.ttl", "ini": "virtuoso.ini"}


def blocks(title: str) -> list[tuple[str, str]]:
    """The blocks of code of a section: language and text."""
    section = re.split(r"^#+ ", GUIDE.split(f"### {title}\n", 1)[1], maxsplit=1, flags=re.M)[0]
    found = re.findall(r"^```(\w+)\n(.*?)^```", section, re.M | re.S)
    assert found
    return found


def release(folder: Path, visit: str) -> None:
    """A release of the miniature graph, with this label for a visit."""
    world = shutil.copytree(VOICES, folder.parent / f"world of {folder.name}")
    visits = world / "data" / "engagements" / "arl-bor.ttl"
    text = visits.read_text()
    [label] = re.findall(r'engagement:rossi-2031\n.*?rdfs:label "(.*?)"', text, re.S)
    visits.write_text(text.replace(label, visit))
    folder.mkdir(parents=True)
    quads = nquads(Workspace.at(world).graphs("ontology", "shapes", "data"))
    (folder / "bde.nq").write_text("".join(f"{line}\n" for line in quads))


@pytest.mark.parametrize("name", STORES)
def test_a_recipe_starts_publishes_asks_and_goes_back(name: str, tmp_path: Path) -> None:
    release(tmp_path / "dist" / "first", "Rossi visits Borduria.")
    release(tmp_path / "dist" / "second", "Rossi visits Borduria twice.")
    script = ["set -euo pipefail"]
    for language, text in blocks(TITLES[name]) + blocks("Publish, ask, go back"):
        if language in FILES:
            (tmp_path / FILES[language]).write_text(text)
        elif language == "python":
            (tmp_path / "ask.py").write_text(text)
            script.append("python ask.py")
        else:
            script.append(text)
    for port in PORTS:
        free = str(free_port())
        script = [re.sub(rf"\b{port}\b", free, text) for text in script]
        for file in (tmp_path / "virtuoso.ini",):
            if file.exists():
                file.write_text(re.sub(rf"\b{port}\b", free, file.read_text()))
    (tmp_path / "recipe.sh").write_text("\n".join(script))
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    environment |= {"BDE_STORES": str(FETCHED.absolute()), "NO_PROXY": "localhost"}
    if name == "virtuoso":
        environment |= {"BDE_ENDPOINT_USER": "dba", "BDE_ENDPOINT_PASSWORD": PASSWORD}
    with (tmp_path / "said.txt").open("w") as said:
        process = subprocess.Popen(
            ["bash", "recipe.sh"],
            cwd=tmp_path,
            env=environment,
            stdout=said,
            stderr=said,
            start_new_session=True,
        )
        try:
            code = process.wait(240)
        finally:
            os.killpg(process.pid, signal.SIGKILL)
    text = (tmp_path / "said.txt").read_text()
    assert code == 0, text[-3_000:]
    told = text.count("Rossi visits Borduria twice.")
    assert told == 3, "in the plan, of what was fetched, by the store for Python"
    assert "visits\n2\n" in text.replace('"', "").replace("\r", "")
    assert text.rstrip().endswith("2 releases, 3 times published")
