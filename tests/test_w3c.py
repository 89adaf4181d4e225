"""The suites of the W3C: Turtle is read as strictly as they ask, shapes find what they say."""

from collections import Counter

import pyshacl
import pytest
from rdflib import Graph

from w3c import Case, cases, conforms, results

pytestmark = pytest.mark.optional("w3c-suites")

# What pySHACL does otherwise: it takes "1"^^xsd:boolean for true, does not follow owl:imports to the prefixes
# of a query, and knows no $shapesGraph.
DEVIATIONS = {
    "core/property/uniqueLang-002",
    "sparql/node/prefixes-001",
    "sparql/pre-binding/shapesGraph-001",
}


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
