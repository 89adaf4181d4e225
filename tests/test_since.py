"""What changed since a revision is validated, and whatever its change could make right or wrong elsewhere."""

import random
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner
from rdflib import RDF, Graph, Literal, URIRef

from bde import shacl, since
from bde.cli import bde
from bde.errors import BdeError, Unreadable
from bde.shacl import Result
from bde.syntax import Triple, parse_strict
from bde.workspace import Workspace


def git(folder: Path, *arguments: str) -> None:
    named = ("-c", "user.name=Rossi", "-c", "user.email=rossi@example.org")
    subprocess.run(["git", *named, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def checkout(copy: Workspace) -> Workspace:
    """A copy of the graph whose state is the first revision of its history."""
    git(copy.root, "init", "-q")
    git(copy.root, "add", ".")
    git(copy.root, "commit", "-qm", "first")
    return copy


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


RECEPTION = "data/engagements/rus-vnm.ttl"


def test_a_change_is_told_where_it_stands(checkout: Workspace) -> None:
    path = checkout.root / RECEPTION
    change(path, "bde:venue place:", "bde:venue person:ngo-xuan-lich ,\n        place:")
    report = since.validate(checkout, "HEAD")
    (finding,) = report.findings
    assert finding.rule == "Engagement-venue"
    assert path.read_text().split("\n")[finding.line - 1].strip() == "bde:venue person:ngo-xuan-lich ,"
    assert finding.column > 1
    assert report.counts == {"changed statements or shapes": 1, "changed things": 1}


@pytest.mark.exhaustive("the reference on what changed")
def test_the_reference_tells_the_same(checkout: Workspace) -> None:
    change(checkout.root / RECEPTION, "bde:venue place:", "bde:venue person:ngo-xuan-lich ,\n        place:")
    assert since.validate(checkout, "HEAD", engine="reference") == since.validate(checkout, "HEAD")


def test_what_breaks_elsewhere_is_told_there(checkout: Workspace) -> None:
    """A place that is none any more breaks the engagements that were held there, in files nobody touched."""
    path = next(p for p in checkout.data if "a bde:Place" in p.read_text())
    change(path, "a bde:Place", "a bde:Organization")
    files = {finding.file for finding in since.validate(checkout, "HEAD").findings}
    assert files - {path.relative_to(checkout.root).as_posix()}


def test_nothing_changed_is_said_and_is_no_failure(checkout: Workspace) -> None:
    (checkout.root / "README.md").write_text("Words.")
    report = since.validate(checkout, "HEAD")
    assert report.not_run == "no statement and no shape changed since HEAD"
    assert (
        CliRunner().invoke(bde, ["--root", str(checkout.root), "validate", "--since", "HEAD"]).exit_code == 0
    )


@pytest.mark.exhaustive("a changed shape")
def test_a_shape_that_changed_is_asked_of_all(checkout: Workspace) -> None:
    new = "Engagement-venue\n    a sh:PropertyShape ;\n    sh:class bde:Person ;"
    change(
        checkout.root / "shapes" / "engagements.ttl",
        "Engagement-venue\n    a sh:PropertyShape ;\n    sh:class bde:Place ;",
        new,
    )
    report = since.validate(checkout, "HEAD")
    assert {finding.rule for finding in report.findings} == {"Engagement-venue"}
    assert report.counts["changed things"] == 1


def test_shapes_that_nobody_can_run_are_told_with_their_line_and_may_be_mended(checkout: Workspace) -> None:
    rules, sound = checkout.root / "shapes" / "time.ttl", "bdesh:TimeSpan\n    a sh:NodeShape ;"
    change(rules, sound, f"{sound}\n    sh:node bdesh:TimeSpan ;")
    with pytest.raises(Unreadable) as told:
        since.validate(checkout, "HEAD")
    (problem,) = told.value.problems
    assert str(problem.file) == "shapes/time.ttl" and "needs itself" in problem.what
    git(checkout.root, "commit", "-qam", "a circle")
    change(rules, "\n    sh:node bdesh:TimeSpan ;", "")
    path = checkout.root / RECEPTION
    change(path, "bde:venue place:", "bde:venue person:ngo-xuan-lich ,\n        place:")
    assert "Engagement-venue" in {finding.rule for finding in since.validate(checkout, "HEAD").findings}


@pytest.mark.parametrize("revision", ["nowhere", "HEAD~5"])
def test_a_revision_that_is_not_there_is_an_error(checkout: Workspace, revision: str) -> None:
    with pytest.raises(BdeError, match="no such revision"):
        since.validate(checkout, revision)


def full(space: Workspace) -> frozenset[Result]:
    shapes = Graph()
    for path in space.shapes:
        shapes.parse(path)
    return shacl.validate(space.data, space.ontology, shapes).results


def edited(triples: list[Triple], dice: random.Random) -> list[Triple]:
    """The statements of a file after one edit: taken away, doubled, retyped, or pointing elsewhere."""
    number = dice.randrange(len(triples))
    s, p, o = triples[number]
    other = dice.choice([t for t in triples if isinstance(t[2], URIRef)])
    kind = dice.choice(("remove", "add", "retype", "point"))
    if kind == "remove":
        return [t for i, t in enumerate(triples) if i != number]
    if kind == "add":
        return [*triples, (s, p, Literal("x") if isinstance(o, Literal) else other[2])]
    if kind == "retype":
        return [(t[0], RDF.type, other[2]) if t == (s, RDF.type, t[2]) else t for t in triples]
    return [(s, p, other[2]) if i == number else t for i, t in enumerate(triples)]


@pytest.mark.exhaustive("random edits")
@pytest.mark.parametrize("seed", range(4))
def test_random_edits_are_judged_as_a_full_run_judges_them(
    copy: Workspace, tmp_path: Path, seed: int
) -> None:
    """Every verdict that changed is told, and nothing that has to do with no change."""
    dice = random.Random(seed)
    for floor in ("ontology", "shapes", "data"):
        shutil.copytree(copy.root / floor, tmp_path / "old" / floor)
    old = Workspace.at(tmp_path / "old")
    for path in dice.sample(copy.data, 2):
        triples = parse_strict(path.read_text(), path)
        for _ in range(dice.randint(1, 3)):
            triples = edited(triples, dice)
        made = Graph()
        for triple in triples:
            made.add(triple)
        path.write_text(made.serialize(format="nt"))
    change = since.between(old, copy)
    assert change.statements
    told = since.told(old, copy, change, "auto")
    before, now = full(old), full(copy)
    assert now - before <= told <= now
    assert all({r.focus, r.value} & change.things for r in told - (now - before))
