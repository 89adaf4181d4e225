"""Two engines, one verdict: what runs set by set gives the results of the reference, or is left to it."""

from collections import Counter
from collections.abc import Callable
from itertools import product
from pathlib import Path

import pytest
from rdflib import SH, Graph, Literal, URIRef

from bde import shacl
from bde.errors import BdeError
from bde.graphs import read
from bde.idle import Unrunnable
from bde.namespaces import PREFIXES
from bde.shacl import Outcome, columns, plans, reference
from bde.shacl import fast as by_sets
from bde.syntax import parse_strict
from bde.workspace import Workspace
from w3c import Case, cases

HEAD = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in {**PREFIXES, "": "http://x/"}.items())

# pySHACL takes "1"^^xsd:boolean for true, which the suite does not.
DEVIATIONS = {"core/property/uniqueLang-002"}


def graph(text: str) -> Graph:
    made = Graph()
    for triple in parse_strict(HEAD + text, "test"):
        made.add(triple)
    return made


def told(outcome: Outcome) -> set[tuple[object, ...]]:
    """The results without their messages, which each engine words itself where a shape has none."""
    return {(r.focus, r.path, r.value, r.component, r.shape, r.severity) for r in outcome.results}


def outcome(case: Case) -> Outcome | None:
    """What the reference says, or ``None`` where it refuses the shapes."""
    try:
        return reference.validate(case.data_graph, Graph(), case.shapes_graph)
    except Exception:  # whatever pySHACL may raise
        return None


@pytest.mark.optional("w3c-suites")
def test_what_runs_set_by_set_gives_the_results_of_the_reference_on_the_w3c_suite() -> None:
    seen = Counter[str]()
    differing = set()
    for number, case in enumerate(cases()):

        def run(case: Case = case) -> Outcome:
            return by_sets.validate(case.data_graph, Graph(), case.shapes_graph)

        fast, expected = run(), outcome(case)
        if number % 6 == 0:
            assert told(as_large(run)) == told(fast), case.name
        part = case.name.split("/")[0]
        if fast.aside:
            seen[f"{part} left to the reference"] += 1
            continue
        assert expected is not None, f"{case.name} is refused by the reference"
        seen[part] += 1
        if told(fast) != told(expected):
            differing.add(case.name)
    assert differing == DEVIATIONS
    assert seen == {
        "core": 94,
        "core left to the reference": 4,
        "sparql": 9,
        "sparql left to the reference": 14,
    }


DATA = graph("""
:a a :Person ; :name "Ann"@en , "Anne"@fr ; :age 7 ; :born "2019-02-30"^^xsd:date ; :knows :b , :c .
:b a :Person ; :name "\\"Bo\\"\\n"@en ; :age "x"^^xsd:integer ; :knows _:someone .
:c a :Robot ; :age 3.5 ; :code "A\\\\1" .
_:someone a :Person ; :age 12 .
""")


def as_large(case: Callable[[], Outcome]) -> Outcome:
    """What is said where the set-based engine takes every graph for a large one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(columns, "_SMALL", 0)
        return case()


def both(shapes: str, data: Graph = DATA) -> set[tuple[object, ...]]:
    """What both engines say, who must agree."""

    def by_sets() -> Outcome:
        return shacl.validate(data, Graph(), graph(shapes), engine="fast")

    fast = by_sets()
    slow = shacl.validate(data, Graph(), graph(shapes), engine="reference")
    assert told(fast) == told(slow) == told(as_large(by_sets))
    assert fast.focus == slow.focus
    assert (fast.valued, fast.looked) == (slow.valued, slow.looked)
    return told(fast)


@pytest.mark.parametrize(
    ("constraint", "number"),
    [
        ("sh:path :age ; sh:datatype xsd:integer", 1),
        ("sh:path :born ; sh:datatype xsd:date", 1),
        ("sh:path :age ; sh:minInclusive 8", 2),
        ("sh:path :age ; sh:maxExclusive 7.0", 3),
        ("sh:path :name ; sh:pattern '^.Bo'", 2),
        ("sh:path :name ; sh:maxLength 4", 1),
        ("sh:path :name ; sh:languageIn ( 'en' )", 1),
        ("sh:path :name ; sh:maxCount 1", 1),
        ("sh:path :name ; sh:minCount 1", 1),
        ("sh:path :knows ; sh:class :Person", 1),
        ("sh:path :knows ; sh:nodeKind sh:IRI", 1),
        ("sh:path [ sh:inversePath :knows ] ; sh:minCount 1", 1),
        ("sh:path ( :knows :age ) ; sh:minInclusive 5", 2),
        ("sh:path [ sh:zeroOrMorePath :knows ] ; sh:class :Person", 1),
        ("sh:path [ sh:alternativePath ( :age :name ) ] ; sh:nodeKind sh:IRI", 6),
        ("sh:path :age ; sh:or ( [ sh:datatype xsd:string ] [ sh:maxInclusive 7 ] )", 2),
        ("sh:path :age ; sh:not [ sh:datatype xsd:integer ]", 2),
        ("sh:path :knows ; sh:node [ sh:property [ sh:path :age ; sh:minInclusive 4 ] ]", 2),
        ("sh:path :knows ; sh:hasValue :c", 2),
        ("sh:path :knows ; sh:in ( :b :c )", 1),
        ("sh:path :knows ; sh:equals :name", 6),
        ("sh:path :age ; sh:lessThan :age", 3),
        ("sh:path :knows ; sh:qualifiedValueShape [ sh:class :Person ] ; sh:qualifiedMinCount 1", 1),
    ],
)
def test_each_constraint_objects_to_what_the_reference_objects_to(constraint: str, number: int) -> None:
    found = both(f":s a sh:PropertyShape ; sh:targetClass :Person ; {constraint} .")
    assert len(found) == number


@pytest.mark.parametrize(
    ("targets", "nodes"),
    [
        ("sh:targetSubjectsOf :knows", 2),
        ("sh:targetObjectsOf :knows", 3),
        ("sh:targetNode :a , :nobody , 7", 1),
        ("sh:targetClass :Robot ; sh:targetSubjectsOf :code", 1),
    ],
)
def test_each_kind_of_target_is_met(targets: str, nodes: int) -> None:
    shapes = graph(f":s a sh:NodeShape ; {targets} ; sh:property [ sh:path :absent ; sh:minCount 1 ] .")
    for engine in ("fast", "reference"):
        found = shacl.validate(DATA, Graph(), shapes, engine=engine)
        assert found.focus[URIRef("http://x/s")].everywhere == nodes, engine
    assert told(shacl.validate(DATA, Graph(), shapes)) == told(
        shacl.validate(DATA, Graph(), shapes, engine="reference")
    )


def test_escapes_and_literals_come_back_as_they_were_written() -> None:
    found = both(":s a sh:PropertyShape ; sh:targetSubjectsOf :name ; sh:path :name ; sh:minLength 9 .")
    assert Literal('"Bo"\n', lang="en") in {result[2] for result in found}
    found = both(":s a sh:PropertyShape ; sh:targetSubjectsOf :code ; sh:path :code ; sh:pattern '^B' .")
    assert {result[2] for result in found} == {Literal("A\\1")}


MINUS = """
:s a sh:NodeShape ; sh:targetClass :Person ; sh:property [ sh:path :age ; sh:maxCount 5 ] .
:t a sh:PropertyShape ; sh:targetClass :Person ; sh:path :age ; sh:maxInclusive 10 .
"""


def test_a_shape_without_a_form_goes_to_the_reference_and_says_so() -> None:
    outcome = shacl.validate(DATA, Graph(), graph(MINUS))
    assert set(outcome.aside) == {URIRef("http://x/s")}
    assert "count" in outcome.aside[URIRef("http://x/s")]
    assert told(outcome) == told(shacl.validate(DATA, Graph(), graph(MINUS), engine="reference"))
    assert {result.component for result in outcome.results} == {SH.MaxInclusiveConstraintComponent}
    with pytest.raises(BdeError, match="set by set"):
        shacl.validate(DATA, Graph(), graph(MINUS), engine="fast")


def test_files_give_what_their_graph_gives(tmp_path: Path) -> None:
    shapes = graph(":s a sh:PropertyShape ; sh:targetClass :Person ; sh:path :age ; sh:maxInclusive 10 .")
    paths = [tmp_path / "a.ttl", tmp_path / "b.ttl"]
    paths[0].write_text(HEAD + ":a a :Person ; :age 11 , 12 ; :knows _:x . _:x a :Person ; :age 13 .")
    paths[1].write_text(HEAD + "_:x a :Person ; :age 14 .")
    for engine, files in product(("fast", "reference"), (paths, read(paths, tmp_path).parsed)):
        outcome = shacl.validate(files, [], shapes, engine=engine)
        assert {str(result.value) for result in outcome.results} == {"11", "12", "13", "14"}
        assert len({result.focus for result in outcome.results}) == 3  # the blank nodes stay apart


def test_plans_that_are_kept_are_those_that_were_made(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    room = [path for path in workspace.shapes if path.stem == "time"]
    shapes = read(room, workspace.root)
    made = plans.of(shapes, columns.usable)
    assert made.plans and made.paths and made.targets and made.steps and made.shapes
    assert plans.of(shapes, columns.usable) == plans.of(shapes.plain(), columns.usable) == made
    assert len([*tmp_path.rglob("plans-*.json")]) == 1
    changed = shapes.plain()
    changed.remove((None, SH.maxCount, None))
    assert plans.of(changed, columns.usable) != made
    assert len([*tmp_path.rglob("plans-*.json")]) == 2


@pytest.mark.parametrize("engine", ["auto", "fast", "reference"])
def test_shapes_that_nobody_can_run_are_refused_the_second_time_too(
    engine: shacl.Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    shapes = graph(":s a sh:NodeShape ; sh:targetClass :Person ; sh:node :s .")
    for _ in range(2):
        with pytest.raises(Unrunnable, match="needs itself"):
            shacl.validate(DATA, Graph(), shapes, engine=engine)
