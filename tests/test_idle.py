"""Shapes that cannot run, that nobody asks or that ask nothing are findings: none would ever object."""

from pathlib import Path

import pytest

from bde.errors import Unreadable
from bde.findings import Finding, Severity
from bde.graphs import LocatedGraph, read
from bde.idle import idle, unrunnable
from bde.namespaces import PREFIXES
from bde.shapes import focus_nodes, targeted, valued
from bde.validate import validate
from bde.workspace import Workspace

HEAD = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in PREFIXES.items())
GOOD = """
bdesh:Visit a sh:NodeShape ; sh:targetClass bde:Visit ; sh:property bdesh:Visit-venue , bdesh:Visit-party ;
    sh:or ( bdesh:Named bdesh:Secret ) .
bdesh:Visit-venue a sh:PropertyShape ; sh:path bde:venue ; sh:minCount 1 ; sh:node bdesh:Named .
bdesh:Visit-party a sh:PropertyShape ; sh:path [ sh:inversePath bde:party ] ; sh:in ( bde:a bde:b ) .
bdesh:Named a sh:NodeShape ; sh:nodeKind sh:IRI ; sh:pattern "^(a+)?b{1,3}$" .
bdesh:Secret a sh:NodeShape ; sh:not bdesh:Named .
bdesh:Far a sh:PropertyShape ; sh:targetClass bde:Visit ; sh:minCount 1 ;
    sh:path ( bde:a [ sh:alternativePath ( bde:b [ sh:zeroOrMorePath bde:c ] ) ] ) .
"""


def shapes(folder: Path, text: str) -> LocatedGraph:
    (folder / "shapes.ttl").write_text(HEAD + text)
    return read([folder / "shapes.ttl"], folder)


def told(findings: list[Finding]) -> set[tuple[str, str]]:
    return {(finding.rule, finding.subject.rpartition("#")[2]) for finding in findings}


def test_shapes_in_order_give_no_finding(tmp_path: Path, workspace: Workspace) -> None:
    for graph in (shapes(tmp_path, GOOD), read(workspace.shapes, workspace.root)):
        assert not [*unrunnable(graph), *idle(graph)]


@pytest.mark.parametrize(
    ("old", "new", "rule", "shape"),
    [
        ("sh:targetClass bde:Visit ; sh:property", "sh:property", "unreachable-shape", "Visit"),
        ("sh:targetClass bde:Visit ; sh:property", "sh:property", "unreachable-shape", "Visit-venue"),
        ("sh:targetClass bde:Visit ; sh:minCount", "sh:minCount", "unreachable-shape", "Far"),
        ("bdesh:Secret a", "bdesh:Alone a sh:NodeShape ; sh:class bde:X . bdesh:Secret a", None, "Alone"),
        ("sh:targetClass bde:Visit ; sh:minCount 1", "sh:targetClass bde:Visit", "empty-shape", "Far"),
        ("sh:minCount 1 ;\n", "sh:minCount 0 ;\n", "empty-shape", "Far"),
        ("sh:not bdesh:Named", "sh:closed false", "empty-shape", "Secret"),
        ("sh:minCount 1 ;\n", "sh:minCount 1 ; sh:deactivated true ;\n", "deactivated-shape", "Far"),
    ],
)
def test_a_shape_that_cannot_object_is_a_finding_at_its_line(
    tmp_path: Path, old: str, new: str, rule: str | None, shape: str
) -> None:
    assert old in GOOD
    found = list(idle(shapes(tmp_path, GOOD.replace(old, new))))
    assert (rule or "unreachable-shape", shape) in told(found)
    for finding in found:
        assert (HEAD + GOOD).split("\n")[finding.line - 1].startswith("bdesh:")
        assert finding.severity is (
            Severity.WARNING if finding.rule == "deactivated-shape" else Severity.VIOLATION
        )


@pytest.mark.parametrize(
    ("old", "new", "rule", "shape"),
    [
        ("sh:in ( bde:a bde:b )", "sh:in _:x", "broken-list", "Visit-party"),
        ("sh:in ( bde:a bde:b )", "sh:in _:x . _:x rdf:first 1", "broken-list", "Visit-party"),
        ("sh:in ( bde:a bde:b )", "sh:in _:x . _:x rdf:first 1 ; rdf:rest _:x", "broken-list", "Visit-party"),
        ("sh:in ( bde:a bde:b )", 'sh:languageIn "en"', "broken-list", "Visit-party"),
        ("sh:or ( bdesh:Named bdesh:Secret )", "sh:or bdesh:Named", "broken-list", "Visit"),
        ("[ sh:inversePath bde:party ]", "_:x . _:x sh:inversePath _:x", "broken-path", "Visit-party"),
        ("[ sh:inversePath bde:party ]", "[ sh:inversPath bde:party ]", "broken-path", "Visit-party"),
        ("[ sh:inversePath bde:party ]", "( bde:party )", "broken-path", "Visit-party"),
        ("[ sh:inversePath bde:party ]", '"bde:party"', "broken-path", "Visit-party"),
        ("^(a+)?b{1,3}$", "^(a+?b{1,3}$", "broken-pattern", "Named"),
        ("^(a+)?b{1,3}$", "^(?=a)(a+)+$", "broken-pattern", "Named"),
        ("^(a+)?b{1,3}$", r"^(a)\\1$", "broken-pattern", "Named"),
        ("sh:not bdesh:Named", "sh:not bdesh:Secret", "recursive-shape", "Secret"),
        ("sh:not bdesh:Named", "sh:node bdesh:Visit", "recursive-shape", "Visit"),
        ("sh:node bdesh:Named", "sh:property bdesh:Visit-venue", "recursive-shape", "Visit-venue"),
    ],
)
def test_a_shape_that_cannot_be_run_is_a_finding_and_no_validation_passes_over_it(
    tmp_path: Path, old: str, new: str, rule: str, shape: str
) -> None:
    assert old in GOOD
    graph = shapes(tmp_path, GOOD.replace(old, new))
    assert (rule, shape) in told(list(unrunnable(graph)))
    with pytest.raises(Unreadable, match=r"shapes\.ttl:[0-9]+: "):
        validate(read([], tmp_path), read([], tmp_path), graph)


def test_the_shapes_that_found_a_value_are_counted(tmp_path: Path) -> None:
    rules = shapes(tmp_path, GOOD).graph
    (tmp_path / "data.ttl").write_text(HEAD + "engagement:a a bde:Visit ; bde:venue place:x .")
    data = read([tmp_path / "data.ttl"], tmp_path).graph
    met = {shape: focus_nodes(shape, rules, data) for shape in targeted(rules)}
    assert valued(rules, data, met) == 1
    assert valued(rules, data, {}) == 0
