"""The house keeps its plan: rooms on every floor, imports downward only, each library known to one module."""

import ast
import json
import re
import subprocess
import sys
import tomllib
from functools import cache
from pathlib import Path

import pytest
from rdflib import OWL, RDF, URIRef

from bde import namespaces
from bde.graphs import LocatedGraph
from bde.workspace import ROOMS, Workspace
from conftest import ROOT

# Who may import whom: a module may import those of the lines below its own, and none beside or above it.
FLOORS = (
    ("__main__",),
    ("cli",),
    ("api", "site"),
    ("brief", "check", "diff", "guide", "publish", "release", "serve"),
    ("conformance", "since"),
    ("answers", "reason", "validate", "vocabulary"),
    ("literals",),
    ("shacl",),
    ("idle",),
    ("shapes",),
    ("explanation",),
    ("hermit", "rules", "wording"),
    ("projection", "relevance"),
    ("axioms", "examples", "parameters"),
    ("evidence", "ledger", "queries", "reporting"),
    ("places",),
    ("endpoint", "graphs", "history"),
    ("malformed", "positions", "turtle"),
    ("store", "passages"),
    ("syntax",),
    ("lexer", "workspace"),
    ("findings",),
    ("beside", "errors", "namespaces", "writing"),
)
HOME_OF = {
    "pyoxigraph": {"store", "syntax"},
    "pyshacl": {"shacl"},
    "duckdb": {"shacl"},
    "owlready2": {"hermit"},
    "owlrl": {"rules"},
    "SPARQLWrapper": {"endpoint"},
    "pysbd": {"passages"},
    "click": {"cli"},
    "rich": {"cli"},
    "jinja2": {"brief", "site"},
    "markupsafe": {"brief", "site"},
    "pandas": {"api"},
    "httpx": {"publish"},
}


@cache
def modules() -> dict[str, set[str]]:
    """Module of the toolkit -> full names of what it imports anywhere in its text."""
    found: dict[str, set[str]] = {}
    source = ROOT / "src" / "bde"
    for path in sorted(source.rglob("*.py")):
        name = path.relative_to(source).parts[0].removesuffix(".py")
        if name == "__init__":
            continue
        imports = found.setdefault(name, set())
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                imports.update(alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                imports.update(f"{node.module}.{alias.name}" for alias in node.names)
    return found


def floor_of(module: str) -> int:
    return next(number for number, floor in enumerate(FLOORS) if module in floor)


def test_every_module_has_a_floor_and_imports_only_from_floors_below() -> None:
    found = modules()
    assert set(found) == {module for floor in FLOORS for module in floor}
    upward = [
        (module, name)
        for module, imports in found.items()
        for name in imports
        if name.startswith("bde.")
        for other in [name.split(".")[1]]
        if other in found and other != module and floor_of(other) <= floor_of(module)
    ]
    assert not upward


@pytest.mark.parametrize("library", sorted(HOME_OF))
def test_each_library_is_known_to_one_module(library: str) -> None:
    users = {m for m, imports in modules().items() if any(n.split(".")[0] == library for n in imports)}
    assert users == HOME_OF[library]


def test_nothing_prints_below_the_command() -> None:
    for path in (ROOT / "src" / "bde").rglob("*.py"):
        assert path.parent.name == "cli" or not re.search(r"(?<![\w.])print\(", path.read_text()), path


@pytest.mark.parametrize("room", ROOMS)
def test_every_room_stands_on_every_floor(room: str) -> None:
    assert (ROOT / "ontology" / f"{room}.ttl").is_file()
    assert (ROOT / "shapes" / f"{room}.ttl").is_file()
    assert list((ROOT / "queries" / room).glob("*.rq"))
    assert list((ROOT / "tests" / "shapes" / room).iterdir())
    assert list((ROOT / "tests" / "queries" / room).iterdir())


def test_there_is_no_room_beside_the_plan() -> None:
    floors = {
        "ontology": {*ROOMS, "bde"},
        "shapes": {*ROOMS, "house"},
    }
    for floor, rooms in floors.items():
        assert {path.stem for path in (ROOT / floor).glob("*.ttl")} == rooms
    assert {path.name for path in (ROOT / "queries").iterdir() if path.is_dir()} == set(ROOMS)


def test_exactly_one_ontology_node_and_one_version_everywhere(ontology: LocatedGraph) -> None:
    nodes = set(ontology.graph.subjects(RDF.type, OWL.Ontology))
    assert nodes == {URIRef(namespaces.BASE + "ontology")}
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert str(ontology.graph.value(nodes.pop(), OWL.versionIRI)).endswith(f"/{version}")
    assert re.search(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(), re.M)[1] == version  # type: ignore[index]
    assert f"version: {version}\n" in (ROOT / "CITATION.cff").read_text()


def test_the_workspace_is_found_from_any_folder_inside_and_falls_back_to_the_package(tmp_path: Path) -> None:
    assert Workspace.find(ROOT / "data" / "entities").root == ROOT
    assert Workspace.find(tmp_path).root == ROOT  # the editable installation's own checkout


def test_the_help_does_not_import_the_engines() -> None:
    code = (
        "import sys, json; from click.testing import CliRunner; from bde.cli import bde;"
        "assert CliRunner().invoke(bde, ['--help']).exit_code == 0; print(json.dumps(sorted(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(json.loads(run.stdout))
    assert not loaded & {
        "rdflib",
        "pyoxigraph",
        "pyshacl",
        "owlready2",
        "owlrl",
        "SPARQLWrapper",
        "rich",
        "pysbd",
        "jinja2",
    }
