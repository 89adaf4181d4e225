"""The suites of the W3C: Turtle is read as strictly as they ask, shapes find what they say."""

from collections import Counter
from pathlib import Path

import pyshacl
import pytest
import rdflib
from rdflib import Graph, Literal
from rdflib.compare import isomorphic

from bde.errors import SyntaxProblem
from bde.graphs import read
from bde.syntax import parse_strict
from w3c import Case, TurtleCase, cases, conforms, results, turtle_cases

pytestmark = pytest.mark.optional("w3c-suites")

# What pySHACL does otherwise: it takes "1"^^xsd:boolean for true, does not follow owl:imports to the prefixes
# of a query, and knows no $shapesGraph.
DEVIATIONS = {
    "core/property/uniqueLang-002",
    "sparql/node/prefixes-001",
    "sparql/pre-binding/shapesGraph-001",
}


def located(case: TurtleCase, folder: Path) -> Graph:
    """What the project reads for a check: the file with the place of each triple."""
    copy = folder / "case.ttl"
    copy.write_bytes(f"@base <{case.base}> . ".encode() + case.path.read_bytes())
    return read([copy], folder).graph


def strict(case: TurtleCase, folder: Path) -> Graph:
    """What the embedded engine reads."""
    graph = Graph()
    for triple in parse_strict(f"@base <{case.base}> . " + case.path.read_bytes().decode(), case.path):
        graph.add(triple)
    return graph


def expected(path: Path) -> Graph:
    """The triples of an N-Triples file, literals as written, language tags in lower case."""
    graph = Graph()
    for s, p, o in Graph().parse(path, format="nt"):
        graph.add((s, p, Literal(o, lang=o.language.lower()) if getattr(o, "language", None) else o))
    return graph


@pytest.mark.parametrize("reader", [strict, located])
def test_turtle_is_read_as_the_suite_asks(reader, tmp_path: Path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)
    wrong = []
    kinds = Counter[str]()
    for case in turtle_cases():
        kinds["refused" if not case.accepted else "evaluated" if case.expected else "accepted"] += 1
        try:
            graph = reader(case, tmp_path)
        except SyntaxProblem as problem:
            assert problem.line
            if case.accepted:
                wrong.append(f"{case.name}: {problem}")
            continue
        if not case.accepted:
            wrong.append(f"{case.name} is read, and should be refused")
        elif case.expected and not isomorphic(graph, expected(case.expected)):
            wrong.append(f"{case.name} has other triples")
    assert wrong == []
    assert kinds == {"refused": 82, "evaluated": 132, "accepted": 77}


def reference(case: Case) -> Graph | None:
    """The report of pySHACL, or ``None`` where it refuses the shapes."""
    try:
        _, report, _ = pyshacl.validate(
            case.data_graph, shacl_graph=case.shapes_graph, inference="none", advanced=False
        )
    except Exception:  # whatever it may raise
        return None
    return report if isinstance(report, Graph) else None


def agree(report: Graph | None, case: Case) -> bool:
    """Whether a report is the expected one: the same results, as often, and the same verdict."""
    if report is None or case.expected_report is None:
        return report is case.expected_report
    wanted = case.expected_report
    return results(report, case) == results(wanted, case) and conforms(report) == conforms(wanted)


def test_the_reference_validator_reports_what_the_shacl_suite_expects() -> None:
    suite = cases()
    assert Counter(case.name.split("/")[0] for case in suite) == {"core": 98, "sparql": 23}
    assert sum(case.expected_report is None for case in suite) > 5
    assert {case.name for case in suite if not agree(reference(case), case)} == DEVIATIONS
