"""A release is the whole graph, the same to the byte however and wherever it is built."""

import gzip
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest

from bde import __version__, release
from bde.errors import BdeError
from bde.release import Release, bulk
from bde.release.describing import release_of
from bde.store import Store
from bde.syntax import canonical_lines, parse_strict
from bde.workspace import Workspace
from conftest import ROOT

PART = 20  # triples
ENVIRONMENT = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
PREFIXES = """
PREFIX dcat: <http://www.w3.org/ns/dcat#> PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX prov: <http://www.w3.org/ns/prov#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX spdx: <http://spdx.org/rdf/terms#> PREFIX void: <http://rdfs.org/ns/void#>
"""


def content(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def shell(page: Path, folder: Path) -> str:
    """What the commands of a page print that begin in ``dist/graph``, here ``folder``."""
    [commands] = re.findall(r"^```console\ncd dist/graph\n(.*?)^```$", page.read_text(), re.M | re.S)
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", commands],
        cwd=folder,
        capture_output=True,
        text=True,
        env=ENVIRONMENT,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def miniature(folder: Path) -> Workspace:
    """The graph of ``voices/`` with a version and a change log."""
    shutil.copytree(ROOT / "tests" / "voices", folder)
    header = folder / "ontology" / "bde.ttl"
    version = f"<https://w3id.org/bde/ontology/{__version__}>"
    stated = f'    a owl:Ontology ;\n    owl:versionIRI {version} ;\n    owl:versionInfo "{__version__}" ;\n'
    header.write_text(header.read_text().replace("    a owl:Ontology ;\n", stated, 1))
    (folder / "CHANGELOG.md").write_text(f"# Changes\n\n## {__version__} (2031-05-04)\n\nAll.\n\n## 0.0.1\n")
    return Workspace.at(folder)


def with_blank_nodes(folder: Path) -> Workspace:
    """The miniature with two files that name blank nodes alike."""
    made = miniature(folder)
    for name, label in (("one", "First"), ("two", "Second")):
        (folder / "data" / f"{name}.ttl").write_text(
            f'_:same <urn:says> "{label}" ; <urn:next> _:other . _:other <urn:says> "{label} too" .\n'
        )
    return made


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The miniature, which no test changes."""
    return with_blank_nodes(tmp_path_factory.mktemp("small") / "graph")


@pytest.fixture(scope="module")
def built(small: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Release:
    """Its release with parts for bulk loaders, which no test changes."""
    return release.build(small, tmp_path_factory.mktemp("release") / "graph", __version__, PART)


@pytest.fixture
def own(tmp_path: Path) -> Workspace:
    """A miniature that a test may change."""
    return miniature(tmp_path / "own")


@pytest.fixture
def older(built: Release, tmp_path: Path) -> Path:
    """A copy of the release that a test may change."""
    return Path(shutil.copytree(built.folder, tmp_path / "release"))


def test_a_release_is_the_same_elsewhere_under_another_seed_language_and_time_zone(
    built: Release, tmp_path: Path
) -> None:
    other = with_blank_nodes(tmp_path / "eine Kopie" / "Ä")
    seed = "1" if os.environ.get("PYTHONHASHSEED") != "1" else "2"
    away = {"PYTHONHASHSEED": seed, "LC_ALL": "C", "TZ": "Pacific/Kiritimati"}
    for file in other.turtle:
        os.utime(file, (0, 0))
    subprocess.run(
        [sys.executable, "-m", "bde", "--root", other.root, "build", "--bulk", str(PART), "--out", "out"],
        cwd=tmp_path,
        env={**os.environ, **away},
        check=True,
        capture_output=True,
    )
    assert content(tmp_path / "out") == content(built.folder)


def test_the_parts_hold_the_graph(small: Workspace, built: Release) -> None:
    quads = (built.folder / "bde.nq").read_text().splitlines()
    assert quads == sorted(quads) and len(quads) == built.triples > 50
    assert {bulk.graph_of(line) for line in quads} == {*small.graphs("ontology", "shapes", "data")}
    for floor in ("ontology", "shapes", "data"):
        stated = [
            line[: line.rindex("<")] + "." for line in quads if f"/graph/{floor}" in bulk.graph_of(line)
        ]
        merged = ox.parse((built.folder / f"{floor}.ttl").read_text(), format=ox.RdfFormat.TURTLE)
        assert canonical_lines("".join(f"{triple} .\n" for triple in merged)) == canonical_lines(
            "\n".join(stated)
        )


def test_the_json_ld_is_the_same_data(built: Release) -> None:
    quads = [
        ox.Dataset(ox.parse(path=built.folder / name, format=form))
        for name, form in (("bde.nq", ox.RdfFormat.N_QUADS), ("bde.jsonld", ox.RdfFormat.JSON_LD))
    ]
    for each in quads:
        each.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    assert quads[0] == quads[1] and len(quads[0]) == built.triples


def test_the_digests_are_right(built: Release) -> None:
    listed = (built.folder / "SHA256SUMS").read_text().splitlines()
    assert len(listed) == len(built.files) == len(content(built.folder)) - 1 > 10
    for line in listed:
        digest, name = line.split("  ")
        assert hashlib.sha256((built.folder / name).read_bytes()).hexdigest() == digest


def test_the_graph_of_the_project_is_a_release(workspace: Workspace, tmp_path: Path) -> None:
    whole = release.build(workspace, tmp_path / "graph", __version__, 5_000)
    assert whole.triples > 10_000
    assert union(whole.folder) == (whole.folder / "bde.nq").read_text().splitlines()
    for name in ("ontology.ttl", "shapes.ttl", "data.ttl", "void.ttl", "questions.ttl"):
        assert parse_strict((whole.folder / name).read_text(), name)


# The description


@pytest.fixture(scope="module")
def asked(built: Release) -> Callable[[str], tuple[tuple[str, ...], ...]]:
    """Ask the description (graph ``urn:told``) and the release itself (its own graphs): query -> rows."""
    store = Store()
    store._store.bulk_load(path=built.folder / "bde.nq", format=ox.RdfFormat.N_QUADS)
    store._load("urn:told", built.folder / "void.ttl")

    def ask(query: str) -> tuple[tuple[str, ...], ...]:
        rows = store.query(PREFIXES + query).rows
        return tuple(sorted(tuple(map(str, row)) for row in rows))

    return ask


@pytest.mark.parametrize(
    ("told", "counted"),
    [
        (
            "SELECT ?n { GRAPH <urn:told> { ?release a dcat:Dataset ; void:triples ?n } }",
            "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } FILTER (?g != <urn:told>) }",
        ),
        (
            "SELECT ?g ?n ?s { GRAPH <urn:told> { ?g void:triples ?n ; void:distinctSubjects ?s ."
            " ?release void:subset ?g } }",
            "SELECT ?g (COUNT(*) AS ?n) (COUNT(DISTINCT ?s) AS ?subjects)"
            "{ GRAPH ?g { ?s ?p ?o } FILTER (?g != <urn:told>) } GROUP BY ?g",
        ),
        (
            "SELECT ?c ?n { GRAPH <urn:told> { [] void:class ?c ; void:entities ?n } }",
            "SELECT ?c (COUNT(DISTINCT ?s) AS ?n)"
            "{ GRAPH ?g { ?s a ?c } FILTER (?g != <urn:told> && isIRI(?c)) } GROUP BY ?c",
        ),
        (
            "SELECT ?p ?n { GRAPH <urn:told> { [] void:property ?p ; void:triples ?n } }",
            "SELECT ?p (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } FILTER (?g != <urn:told>) } GROUP BY ?p",
        ),
        (
            "SELECT ?s ?o ?c ?p ?e { GRAPH <urn:told> { ?release void:distinctSubjects ?s ;"
            " void:distinctObjects ?o ; void:classes ?c ; void:properties ?p ; void:entities ?e } }",
            "SELECT (COUNT(DISTINCT ?s) AS ?a) (COUNT(DISTINCT ?o) AS ?b) (COUNT(DISTINCT ?class) AS ?c)"
            " (COUNT(DISTINCT ?p) AS ?d) (COUNT(DISTINCT ?thing) AS ?e) { GRAPH ?g { ?s ?p ?o } "
            "BIND (IF(?p = <http://www.w3.org/1999/02/22-rdf-syntax-ns#type>, ?o, ?none) AS ?class)"
            "BIND (IF(STRSTARTS(STR(?s), 'https://w3id.org/bde/id/'), ?s, ?none) AS ?thing)"
            "FILTER (?g != <urn:told>) }",
        ),
        (
            "SELECT ?source { GRAPH <urn:told> { ?release dcterms:source ?source } }",
            "SELECT ?source { GRAPH ?g { ?source a <https://w3id.org/bde/ontology#Source> } }",
        ),
    ],
    ids=["triples", "graphs", "classes", "properties", "totals", "sources"],
)
def test_the_description_counts_right(
    asked: Callable[[str], tuple[tuple[str, ...], ...]], told: str, counted: str
) -> None:
    assert asked(told) == asked(counted) != ()


def test_the_description_tells_the_licence_the_version_and_no_time(
    asked: Callable[[str], tuple[tuple[str, ...], ...]], built: Release
) -> None:
    rows = asked(
        "SELECT ?release ?version ?licence ?ontology { ?release a dcat:Dataset, void:Dataset ;"
        " dcat:version ?version ; dcterms:license ?licence ; dcterms:conformsTo ?ontology ;"
        " dcat:isVersionOf <https://w3id.org/bde> }"
    )
    ontology = f"https://w3id.org/bde/ontology/{__version__}"
    licence = "https://creativecommons.org/licenses/by/4.0/"
    assert rows == ((str(release_of(__version__)), __version__, licence, ontology),)
    assert "dateTime" not in (text := (built.folder / "void.ttl").read_text()) and "xsd:date" not in text


def test_the_description_tells_of_each_graph_its_digest_and_the_file_it_was_made_of(
    asked: Callable[[str], tuple[tuple[str, ...], ...]], small: Workspace, built: Release
) -> None:
    rows = asked(
        "SELECT ?g ?digest ?name ?origin { GRAPH <urn:told> { ?release void:subset ?g ."
        " ?g spdx:checksum/spdx:checksumValue ?digest ; prov:wasDerivedFrom ?file ."
        " ?file rdfs:label ?name ; spdx:checksum/spdx:checksumValue ?origin ."
        " ?build prov:used ?file . ?release prov:wasGeneratedBy ?build } }"
    )
    files = small.graphs("ontology", "shapes", "data")
    quads = (built.folder / "bde.nq").read_text().splitlines(keepends=True)
    assert rows == tuple(
        (
            name,
            hashlib.sha256("".join(q for q in quads if q.endswith(f" <{name}> .\n")).encode()).hexdigest(),
            path.relative_to(small.root).as_posix(),
            hashlib.sha256(path.read_bytes()).hexdigest(),
        )
        for name, path in sorted(files.items())
    )


def test_the_description_tells_of_each_file_its_type_size_and_digest(
    asked: Callable[[str], tuple[tuple[str, ...], ...]], built: Release
) -> None:
    rows = asked(
        "SELECT ?url ?type ?size ?digest { ?release dcat:distribution ?d . ?d a dcat:Distribution ;"
        " dcat:downloadURL ?url ; dcat:mediaType ?type ; dcat:byteSize ?size ;"
        " spdx:checksum/spdx:checksumValue ?digest }"
    )
    types = {"ttl": "text/turtle", "nq": "application/n-quads", "jsonld": "application/ld+json"}
    types["md"] = "text/markdown"
    assert rows == tuple(
        (
            f"{release_of(__version__)}/{name}",
            "https://www.iana.org/assignments/media-types/" + types[name.rsplit(".")[-1]],
            str(size),
            digest,
        )
        for name, size, digest in built.files
        if not name.startswith(("bulk/", "void."))
    )


# For bulk loaders


def union(folder: Path) -> list[str]:
    """The sorted lines of all parts that the manifest names."""
    told = json.loads((folder / "bulk" / "manifest.json").read_text())
    lines: list[str] = []
    for part in told["parts"]:
        lines += gzip.decompress((folder / "bulk" / part["file"]).read_bytes()).decode().splitlines()
    return sorted(lines)


def test_the_parts_in_bulk_are_the_whole_and_the_manifest_tells_what_they_are(built: Release) -> None:
    assert union(built.folder) == (built.folder / "bde.nq").read_text().splitlines()
    told = json.loads((built.folder / "bulk" / "manifest.json").read_text())
    assert {part["file"] for part in told["parts"]} | {"manifest.json"} == {
        path.name for path in (built.folder / "bulk").iterdir()
    }
    assert told["total"] == {"files": len(told["parts"]), "triples": built.triples}
    assert told["version"] == __version__ and len(told["parts"]) > 3
    for part in told["parts"]:
        packed = (built.folder / "bulk" / part["file"]).read_bytes()
        text = gzip.decompress(packed)
        lines = text.decode().splitlines()
        assert lines == sorted(lines) and 0 < len(lines) == part["triples"] <= PART
        assert part["bytes"] == len(packed)
        assert part["sha256"] == hashlib.sha256(packed).hexdigest()
        assert part["contentSha256"] == hashlib.sha256(text).hexdigest()
        assert part["graphs"] == sorted({bulk.graph_of(line) for line in lines})


@pytest.mark.parametrize("size", [1, 2, 3, 100])
def test_a_blank_node_stays_one_when_each_part_is_read_by_itself(size: int) -> None:
    lines = sorted(
        [
            *(f"<urn:s{n}> <urn:p> <urn:o> <urn:a> ." for n in range(5)),
            "<urn:s> <urn:p> _:b <urn:a> .",
            '_:b <urn:p> "_:b" <urn:a> .',
            '_:c <urn:p> "<urn:not-this> ." <urn:z> .',
        ]
    )
    divided = list(bulk.parts(lines, size))
    assert sorted(line for part in divided for line in part) == lines
    assert all(len(part) <= max(size, 2) for part in divided)
    whole = ox.Dataset(ox.parse("\n".join(lines), format=ox.RdfFormat.N_QUADS))
    loaded = ox.Dataset(
        quad
        for part in divided
        for quad in ox.parse("\n".join(part), format=ox.RdfFormat.N_QUADS, rename_blank_nodes=True)
    )
    for each in (whole, loaded):
        each.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    assert whole == loaded


def test_a_real_loader_takes_the_parts_as_they_are_by_the_commands_of_the_page(older: Path) -> None:
    shell(ROOT / "docs" / "clusters.md", older)
    dumped = subprocess.run(
        ["oxigraph", "dump", "--location", "my-store", "--format", "nq"],
        cwd=older,
        check=True,
        capture_output=True,
        env=ENVIRONMENT,
    )
    loaded = ox.Dataset(ox.parse(dumped.stdout, format=ox.RdfFormat.N_QUADS))
    loaded.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    assert loaded == ox.Dataset(ox.parse(path=older / "bde.nq", format=ox.RdfFormat.N_QUADS))


# What is left alone, and what is refused


def test_a_newer_release_replaces_an_older_one_as_a_whole(small: Workspace, older: Path) -> None:
    first = content(older)
    (older / "data.ttl").write_text("stale")
    (older / "bulk" / "part-99999.nq.gz").write_text("stale")
    release.build(small, older, __version__, PART)
    assert content(older) == first
    release.build(small, older, __version__)
    assert content(older).keys() == set(release.NAMES)
    assert [path.name for path in older.parent.iterdir()] == ["release"]


@pytest.mark.parametrize("name", ["thesis.txt", "bulk/thesis.txt"])
def test_a_release_with_a_file_of_somebody_else_in_it_is_left_alone(
    small: Workspace, older: Path, name: str
) -> None:
    (older / name).write_text("mine")
    before = content(older)
    with pytest.raises(BdeError, match=r"thesis\.txt"):
        release.build(small, older, __version__)
    assert content(older) == before


def test_an_empty_floor_is_no_release(own: Workspace) -> None:
    for file in (own.root / "shapes").iterdir():
        file.unlink()
    with pytest.raises(BdeError, match="nothing to release"):
        release.build(own, own.root / "out", __version__)


def test_a_place_that_cannot_be_written_is_refused(small: Workspace, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for place in (tmp_path / "file", tmp_path / "file" / "below", Path.cwd()):
        with pytest.raises(BdeError):
            release.build(small, place, __version__)


def test_a_folder_with_anything_else_in_it_is_left_alone(small: Workspace, tmp_path: Path) -> None:
    (tmp_path / "precious.txt").write_text("keep me")
    with pytest.raises(BdeError, match=r"precious\.txt"):
        release.build(small, tmp_path, __version__)
    assert content(tmp_path) == {"precious.txt": b"keep me"}


def test_an_ontology_of_another_version_is_refused(small: Workspace, tmp_path: Path) -> None:
    with pytest.raises(BdeError, match=r"ontology says version"):
        release.build(small, tmp_path / "graph", "9.9.9")
    assert not (tmp_path / "graph").exists()


@pytest.mark.parametrize("log", ["# Changes\n\n## 9.9.9 (2031-05-04)\n", "# Changes\n\nNothing yet.\n"])
def test_a_change_log_that_does_not_begin_with_the_version_is_refused(own: Workspace, log: str) -> None:
    (own.root / "CHANGELOG.md").write_text(log)
    with pytest.raises(BdeError, match=r"CHANGELOG\.md: the newest entry is (9\.9\.9|missing)"):
        release.build(own, own.root / "out", __version__)
    (own.root / "CHANGELOG.md").unlink()
    assert release.build(own, own.root / "out", __version__).triples


def test_a_file_that_is_no_turtle_is_named_with_its_line(own: Workspace) -> None:
    (own.root / "data" / "bad.ttl").write_text("<urn:a> <urn:b> <urn:c> .\n<urn:a> <urn:b> <c d> .\n")
    with pytest.raises(BdeError, match=r"bad\.ttl:2: not well-formed Turtle"):
        release.build(own, own.root / "out", __version__)
    assert not (own.root / "out").exists()


# The page


def test_the_page_names_every_file_and_its_commands_prove_the_digests(built: Release) -> None:
    page = (ROOT / "docs" / "release.md").read_text()
    for name in release.NAMES:
        assert f"`{name}`" in page
    digest = shell(ROOT / "docs" / "release.md", built.folder).split()[0]
    assert digest in (built.folder / "void.ttl").read_text()
