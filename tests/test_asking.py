"""The commands that ask: what can be searched for, given and got, and how each mistake is answered."""

import csv
import io
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from rdflib import Dataset, Graph

from bde import queries
from bde.cli import run
from bde.workspace import Workspace
from conftest import ROOT

QUESTIONS = queries.load(Workspace.at(ROOT))
LONGEST = max(QUESTIONS, key=lambda question: question.name.count("-"))
ANOTHER_TAG = next(tag for question in QUESTIONS for tag in question.tags if tag not in LONGEST.tags)
Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def bde(capsys: pytest.CaptureFixture[str]) -> Command:
    """Run the command in this process: arguments -> (exit code, standard output, standard error)."""

    def call(*arguments: str) -> tuple[int, str, str]:
        code = run(list(arguments))
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return call


def file(folder: Path, text: str) -> str:
    (folder / "q.rq").write_text(text)
    return str(folder / "q.rq")


# Searching


def test_questions_are_listed_by_words_and_tags_the_likeliest_first(bde: Command) -> None:
    code, out, err = bde("questions", "signed", "--tag", "pair")
    assert code == 0
    listed = [line for line in out.splitlines() if not line.startswith(" ")]
    assert listed[0] == "what-was-signed" and err.startswith(f"{len(listed)} questions")
    assert bde("questions")[1].count("--set ") == sum(len(question.parameters) for question in QUESTIONS)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["sigmed"], "Did you mean signed?"),
        (["--tag", "clams"], "Did you mean claims"),
        (["--tag", ANOTHER_TAG, LONGEST.name], "Leave one out."),
    ],
)
def test_a_search_that_finds_nothing_ends_with_2_and_a_hint(
    bde: Command, arguments: list[str], said: str
) -> None:
    code, out, err = bde("questions", *arguments)
    assert (code, out) == (2, "") and said in err


def test_the_catalogue_is_printed_as_a_page_and_as_resources(bde: Command) -> None:
    code, page, err = bde("questions", "--as", "markdown")
    assert (code, err) == (0, "")
    assert page.count("\n### ") == page.count("```sparql\n") == len(QUESTIONS)
    code, turtle, err = bde("questions", "--as", "turtle", "--tag", "claims")
    assert (code, err) == (0, "")
    some = [question for question in QUESTIONS if "claims" in question.tags]
    assert turtle.count("    sh:select ") == len(some) > 0
    assert len(Graph().parse(data=turtle, format="turtle")) > 10 * len(some)


# Giving a value


@pytest.mark.parametrize(
    ("parameter", "typed"),
    [
        ("a", ["VNM", "vnm", "Vietnam", "VIETNAM", "state:vietnam", "https://w3id.org/bde/id/state/vietnam"]),
        ("since", ["2019-01-01", " 2019-01-01 "]),
    ],
)
def test_a_value_may_be_typed_in_several_ways(bde: Command, parameter: str, typed: list[str]) -> None:
    asked = ("ask", "visits-of-a-pair", "--explain", "--set")
    answers = {bde(*asked, f"{parameter}={text}") for text in typed}
    assert len(answers) == 1 and answers.pop()[0] == 0


def test_a_person_is_found_by_every_form_of_the_name_on_record(bde: Command) -> None:
    rows = csv.DictReader(io.StringIO(bde("ask", "name-forms-of-a-person", "--as", "csv")[1]))
    forms = {row["form"]: row["name"] for row in rows if row["form"]}
    assert len(forms) > 10
    asked = ("ask", "name-forms-of-a-person", "--explain", "--set")
    for form, name in list(forms.items())[::7]:
        turned = " ".join(reversed(form.split())).upper()
        assert (
            bde(*asked, f"person={form}") == bde(*asked, f"person={turned}") == bde(*asked, f"person={name}")
        )


def test_a_concept_is_found_by_its_label_and_a_miss_lists_the_scheme(bde: Command) -> None:
    asked = ("ask", "topics-by-pair-and-stance", "--explain", "--set")
    assert "topicstance-discussed>" in bde(*asked, "stance=Discussed")[1]
    code, out, err = bde(*asked, "stance=dicussed")
    assert (code, out) == (2, "")
    assert "Did you mean discussed?" in err and "The graph has agreed" in err


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("a=Vietnem", "Did you mean"),
        ("a=Ruritania", "The graph has Belarus, Cuba"),
        ("since=2019-02-30", "Write it as 2019-08-21."),
        ("a=any", "a cannot be left open"),
        ("c=VNM", "It has: a, b, since, until."),
        ("self=VNM", "has no parameter “self”"),
        ("name=VNM", "has no parameter “name”"),
    ],
)
def test_a_value_that_does_not_fit_ends_with_2_and_a_hint(bde: Command, setting: str, said: str) -> None:
    code, out, err = bde("ask", "visits-of-a-pair", "--set", setting)
    assert (code, out) == (2, "") and said in err


def test_a_name_of_several_people_lists_them(bde: Command, copy: Workspace) -> None:
    persons = copy.root / "data" / "entities" / "persons.ttl"
    twin = 'person:twin a bde:Person ; rdfs:label "Phan Van Giang"@en .\n'
    persons.write_text(persons.read_text() + twin)
    code, out, err = bde(
        "--root", str(copy.root), "ask", "posts-of-a-person", "--set", "person=phan van giang"
    )
    assert (code, out) == (2, "")
    assert "names several" in err and "= person:phan-van-giang; " in err and "= person:twin." in err


# Getting an answer


def test_rows_in_every_form(bde: Command) -> None:
    asked = ("ask", "opinions", "--as")
    rows = list(csv.reader(io.StringIO(bde(*asked, "csv")[1])))
    found = json.loads(bde(*asked, "json")[1])
    assert found["head"]["vars"] == rows[0]
    assert len(found["results"]["bindings"]) == len(rows) - 1 > 0
    markdown = bde(*asked, "markdown")[1].splitlines()
    assert len(markdown) == len(rows) + 1 and markdown[1].startswith("| --- |")
    assert rows[1][0] in " ".join(bde(*asked, "table")[1].split())
    assert "rows, not triples" in bde(*asked, "turtle")[2]


def test_triples_in_every_form(bde: Command, tmp_path: Path) -> None:
    query = (
        "PREFIX bde: <https://w3id.org/bde/ontology#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "
        'CONSTRUCT { ?s rdfs:label ?l ; <urn:note> "a\\nb" } WHERE { ?s a bde:State ; rdfs:label ?l }'
    )
    asked = ("sparql", file(tmp_path, query), "--as")
    turtle = Graph().parse(data=bde(*asked, "turtle")[1], format="turtle")
    assert bde(*asked, "table")[1] == bde(*asked, "turtle")[1]
    linked = Dataset()
    linked.parse(data=bde(*asked, "json")[1], format="json-ld")
    rows = list(csv.reader(io.StringIO(bde(*asked, "csv")[1])))
    assert rows[0] == ["subject", "predicate", "object"]
    assert len(turtle) == len(linked) == len(rows) - 1 > 5
    assert bde(*asked, "markdown")[1].startswith("| subject | predicate | object |")


def test_triples_with_a_shared_blank_node_are_n_triples(bde: Command, tmp_path: Path) -> None:
    query = 'CONSTRUCT { _:x <urn:p> "a\\nb" . <urn:a> <urn:p> _:x . <urn:b> <urn:p> _:x } WHERE { }'
    code, out, _ = bde("sparql", file(tmp_path, query), "--as", "turtle")
    assert code == 0 and len(Graph().parse(data=out, format="nt")) == 3


def test_a_truth_in_every_form(bde: Command, tmp_path: Path) -> None:
    asked = ("sparql", file(tmp_path, "ASK { ?s ?p ?o }"), "--as")
    assert [bde(*asked, form)[1] for form in ("table", "csv", "markdown")] == ["true\n"] * 3
    assert json.loads(bde(*asked, "json")[1]) == {"head": {}, "boolean": True}
    assert "a yes or no, not triples" in bde(*asked, "turtle")[2]


def test_what_explain_prints_runs_and_gives_the_same_answer(bde: Command, tmp_path: Path) -> None:
    asked = ("ask", "visits-of-a-pair", "--set", "a=CUB", "--set", "b=VNM", "--set", "since=2019-01-01")
    explained = bde(*asked, "--explain")[1]
    assert bde("sparql", file(tmp_path, explained), "--as", "csv") == bde(*asked, "--as", "csv")


def test_a_query_is_read_from_standard_input_too() -> None:
    command = [sys.executable, "-m", "bde", "sparql", "-", "--as", "csv"]
    done = subprocess.run(command, input="ASK { ?s ?p ?o }", capture_output=True, text=True, cwd=ROOT)
    assert (done.returncode, done.stdout, done.stderr) == (0, "true\n", "")


def test_no_row_is_told_to_be_no_no(bde: Command) -> None:
    code, out, err = bde("ask", "visits-of-a-pair", "--set", "a=CUB", "--set", "b=BLR", "--as", "csv")
    assert code == 0 and out.count("\n") == 1
    assert "nothing on record, which does not mean no" in err


def test_a_saved_question_may_answer_yes_or_no(bde: Command, copy: Workspace) -> None:
    text = "#+ summary: Is there a state?\n#+ description: D.\n#+ tags: test\nASK { ?s a ?kind }\n"
    (copy.root / "queries" / "actors" / "is-there-a-state.rq").write_text(text)
    assert bde("--root", str(copy.root), "ask", "is-there-a-state")[:2] == (0, "true\n")
