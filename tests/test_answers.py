"""The expected answers: the check asks them, and tells a changed answer by file and line."""

import shutil
from pathlib import Path

import pytest

from bde import answers
from bde.findings import Finding
from bde.workspace import Workspace
from conftest import ROOT

QUESTION = "claims/opinions"


@pytest.fixture
def one(tmp_path: Path) -> Workspace:
    """The ontology, one question and what it is expected to answer."""
    shutil.copytree(ROOT / "ontology", tmp_path / "ontology")
    for name in (f"queries/{QUESTION}.rq", "tests/queries/world.ttl"):
        (tmp_path / name).parent.mkdir(parents=True)
        shutil.copy(ROOT / name, tmp_path / name)
    shutil.copytree(ROOT / "tests" / "queries" / QUESTION, tmp_path / "tests" / "queries" / QUESTION)
    return Workspace.at(tmp_path)


def only(space: Workspace) -> Finding:
    (finding,) = answers.check(space).findings
    return finding


def case(space: Workspace, name: str) -> Path:
    return space.root / "tests" / "queries" / QUESTION / name


def test_every_question_of_the_project_answers_as_expected(workspace: Workspace) -> None:
    report = answers.check(workspace)
    assert report.findings == ()
    assert report.counts["questions with expected answers"] == len(workspace.questions)
    assert report.counts["expected answers"] > len(workspace.questions) < report.counts["expected rows"]


def test_an_answer_as_expected_is_no_finding_and_is_counted(one: Workspace) -> None:
    report = answers.check(one)
    assert report.findings == () and not report.vacuous
    assert report.counts["expected answers"] == len(list(case(one, "").glob("expected*.csv")))


@pytest.mark.parametrize(
    ("line", "change", "said"),
    [
        (1, lambda rows: [rows[0].replace("opinion", "view"), *rows[1:]], "expected: view"),
        (2, lambda rows: [rows[0], rows[1] + "x", *rows[2:]], "the answer says: "),
        (2, lambda rows: [rows[0], *rows[2:]], "expected: "),
        (-1, lambda rows: [*rows, rows[-1]], "the answer says: no further row"),
    ],
)
def test_another_answer_is_a_finding_on_the_first_line_that_differs(
    one: Workspace,
    line: int,
    change,
    said: str,  # type: ignore[no-untyped-def]
) -> None:
    rows = case(one, "expected.csv").read_text().splitlines()
    case(one, "expected.csv").write_text("\n".join(change(rows)) + "\n")
    finding = only(one)
    assert finding.file == f"tests/queries/{QUESTION}/expected.csv"
    assert (finding.line, finding.rule) == (line if line > 0 else len(rows) + 1, "unexpected-answer")
    assert said in finding.message


def test_a_question_without_an_expected_answer_is_a_finding(one: Workspace) -> None:
    for path in case(one, "").glob("expected*.csv"):
        path.unlink()
    finding = only(one)
    assert (finding.file, finding.rule) == (f"queries/{QUESTION}.rq", "question-without-expectation")
    assert set(answers.check(one).vacuous) == set(answers.check(one).counts)


def test_a_graph_or_parameters_that_cannot_be_read_are_told(one: Workspace) -> None:
    case(one, "parameters-pair.json").write_text("{")
    finding = only(one)
    assert (finding.file, finding.rule) == (f"tests/queries/{QUESTION}/expected-pair.csv", "unreadable")
    assert "parameters-pair.json is no JSON" in finding.message
    case(one, "graph.ttl").write_text("\nnonsense")
    finding = only(one)
    assert (finding.file, finding.line) == (f"tests/queries/{QUESTION}/graph.ttl", 2)


def test_without_a_checkout_the_part_says_that_it_did_not_run(copy: Workspace) -> None:
    assert "tests/queries" in answers.check(copy).not_run
