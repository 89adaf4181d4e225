"""The command as a person meets it: what it prints, where, and the exit code it ends with."""

import csv
import io
import json
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bde.cli import run
from bde.workspace import Workspace
from conftest import ROOT

# The findings that stand without forbidding publication: the source calls a term or purpose official and does
# not say by whose word.
STANDING = ["data/engagements/rus-vnm.ttl: Evidence-claimant-named"] * 3


@pytest.fixture
def bde(capsys: pytest.CaptureFixture[str]):  # type: ignore[no-untyped-def]
    """Run the command in this process: arguments -> (exit code, standard output, standard error).

    A whole check, which starts processes of its own, takes half as long in a small process as in this one.
    """

    def call(*arguments: str) -> tuple[int, str, str]:
        if "check" in arguments:
            done = subprocess.run(
                [sys.executable, "-m", "bde", *arguments], cwd=ROOT, capture_output=True, text=True
            )
            return done.returncode, done.stdout, done.stderr
        code = run(list(arguments))
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return call


def damage(file: Path, old: str, new: str) -> int:
    """Replace the first ``old`` of a file; returns the line it stood on."""
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new, 1))
    return text[: text.index(old)].count("\n") + 1


def test_the_clean_tree_holds_and_every_part_looked_at_something(bde) -> None:  # type: ignore[no-untyped-def]
    code, out, _ = bde("check")
    assert code == 0, out
    lines = out.splitlines()
    parts = {line.split()[0]: line for line in lines if " ok " in line or "NOT RUN" in line}
    assert set(parts) == {
        "files",
        "vocabulary",
        "shapes",
        "ledger",
        "questions",
        "answers",
        "reason",
    }
    assert lines[-1].startswith("0 violations")
    marked = [line for line in lines if line.endswith(("[warning]", "[hint]"))]
    standing = [re.sub(r":\d+:\d+(: [\w-]+).*", r"\1", line) for line in marked]
    assert standing == STANDING


@pytest.mark.exhaustive("whole checks of damaged graphs")
def test_a_malformed_file_is_refused_with_file_and_line(bde, copy: Workspace) -> None:  # type: ignore[no-untyped-def]
    line = damage(
        copy.root / "data" / "entities" / "persons.ttl", "rdfs:label", "rdfs:label <a b> ;\n rdfs:label"
    )
    code, out, _ = bde("--root", str(copy.root), "check")
    assert code == 2
    assert f"data/entities/persons.ttl:{line}:1: unreadable: " in out


@pytest.mark.exhaustive("whole checks of damaged graphs")
def test_two_malformed_files_are_both_named(bde, copy: Workspace) -> None:  # type: ignore[no-untyped-def]
    for name in ("persons", "places"):
        damage(copy.root / "data" / "entities" / f"{name}.ttl", "rdfs:label", "rdfs:label , ")
    code, out, _ = bde("--root", str(copy.root), "check")
    assert code == 2
    assert "persons.ttl:" in out and "places.ttl:" in out


@pytest.mark.exhaustive("whole checks of damaged graphs")
def test_a_record_without_its_evidence_is_a_finding_at_its_line(bde, copy: Workspace) -> None:  # type: ignore[no-untyped-def]
    file = copy.root / "data" / "engagements" / "multilateral.ttl"
    subject = "bodyrole:vietnam-un-security-council-2020\n"
    damage(file, "    bde:evidence evidence:bodyrole-vietnam-un-security-council-2020-1 ;\n", "")
    line = file.read_text()[: file.read_text().index(subject)].count("\n") + 1
    code, out, _ = bde("--root", str(copy.root), "check")
    assert code == 1
    assert f"data/engagements/multilateral.ttl:{line}:1: Record-evidence: " in out


@pytest.mark.exhaustive("whole checks of damaged graphs")
def test_an_emptied_shapes_folder_is_vacuous(bde, copy: Workspace) -> None:  # type: ignore[no-untyped-def]
    for file in (copy.root / "shapes").iterdir():
        file.unlink()
    code, _, err = bde("--root", str(copy.root), "check")
    assert code == 4
    assert "looked at nothing: files: shapes files" in err


@pytest.mark.exhaustive("whole checks of damaged graphs")
def test_a_file_that_is_not_canonical_is_a_finding_and_format_mends_it(bde, copy: Workspace) -> None:  # type: ignore[no-untyped-def]
    file = copy.root / "data" / "entities" / "states.ttl"
    before = file.read_text()
    line = damage(file, "    rdfs:label", "  rdfs:label")
    code, out, _ = bde("--root", str(copy.root), "format", "--check")
    assert code == 1 and str(file) in out
    code, out, _ = bde("--root", str(copy.root), "check")
    assert code == 1 and f"data/entities/states.ttl:{line}:3: not-canonical: " in out
    assert bde("--root", str(copy.root), "format")[0] == 0
    assert file.read_text() == before


def test_format_writes_nothing_where_one_file_is_malformed(bde, copy: Workspace) -> None:  # type: ignore[no-untyped-def]
    states, persons = (copy.root / "data" / "entities" / f"{name}.ttl" for name in ("states", "persons"))
    damage(states, "    rdfs:label", "  rdfs:label")
    damage(persons, "rdfs:label", "rdfs:label <a b>")
    before = states.read_text()
    assert bde("--root", str(copy.root), "format")[0] == 2
    assert states.read_text() == before


def test_validate_takes_a_file_beside_the_graph_and_reports_only_that_file(  # type: ignore[no-untyped-def]
    bde, tmp_path: Path
) -> None:
    file = tmp_path / "mine.ttl"
    file.write_text(
        "@prefix bde: <https://w3id.org/bde/ontology#> .\n"
        "@prefix engagement: <https://w3id.org/bde/id/engagement/> .\n"
        "engagement:mine a bde:Visit .\n"
    )
    code, out, _ = bde("validate", str(file))
    assert code == 1
    findings = [line for line in out.splitlines() if ": " in line and line.startswith(str(file))]
    assert any("Visit-hostParty" in line for line in findings)
    assert all(f"{file}:3:" in line for line in findings)


@pytest.mark.exhaustive("whole checks of damaged graphs")
def test_a_folder_or_file_with_nothing_in_it_is_vacuous(bde, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    assert bde("validate", str(tmp_path))[0] == 4
    assert bde("format", str(tmp_path))[0] == 4
    (tmp_path / "empty.ttl").write_text("")
    assert bde("validate", str(tmp_path))[0] == 4


def test_validate_finds_a_misspelt_class_that_no_shape_would_meet(bde, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    file = tmp_path / "mine.ttl"
    file.write_text(
        "@prefix bde: <https://w3id.org/bde/ontology#> .\n"
        "<https://w3id.org/bde/id/engagement/x> a bde:Vist .\n"
    )
    code, out, _ = bde("validate", str(file))
    assert code == 4 and f"{file}:2:42: undeclared-term: " in out and "bde:Visit" in out


def test_a_question_with_a_misspelt_term_or_no_sparql_is_a_finding(bde, copy: Workspace) -> None:  # type: ignore[no-untyped-def]
    room = copy.root / "queries" / "claims"
    line = damage(room / "opinions.rq", "bde:about", "bde:abuot")
    damage(room / "what-was-not-disclosed.rq", "bde:undisclosedAspect ?", "bde:undisclosedAspect ( ?")
    from bde.check import questions
    from bde.graphs import read
    from bde.vocabulary import Terms

    terms = Terms(*(read(files, copy.root) for files in (copy.ontology, copy.shapes, copy.data)))
    found = {(f.file, f.rule): f.line for f in questions(copy, terms.in_query).findings}
    assert found["queries/claims/opinions.rq", "question-unknown-term"] == line
    assert ("queries/claims/what-was-not-disclosed.rq", "question-cannot-run") in found


def test_coverage_prints_the_ledger(bde) -> None:  # type: ignore[no-untyped-def]
    code, out, _ = bde("coverage")
    assert code == 0
    assert out.count("100%") == len(list((ROOT / "data" / "passages").glob("*.ttl"))) > 0


@pytest.mark.optional("texts")
def test_passages_of_a_text_are_the_ones_in_the_graph(bde, texts: Path) -> None:  # type: ignore[no-untyped-def]
    slug = "diplomat-2019-08-russia-vietnam"
    code, out, err = bde("passages", str(texts / "003_5d8f63395171c6de.txt"), "--source", slug)
    assert code == 0 and "16 passages" in err
    assert out == (ROOT / "data" / "passages" / f"{slug}.ttl").read_text()


def test_questions_can_be_listed_and_searched(bde) -> None:  # type: ignore[no-untyped-def]
    assert "visits-of-a-pair" in bde("questions")[1]
    code, out, _ = bde("questions", "signed")
    assert code == 0 and "what-was-signed" in out and "posts-of-a-person" not in out
    assert bde("questions", "zebra")[0] == 2


def test_ask_by_code_and_by_name_gives_the_same_answer(bde) -> None:  # type: ignore[no-untyped-def]
    asked = ("ask", "visits-of-a-pair", "--as", "csv", "--set")
    by_code = bde(*asked, "a=VNM", "--set", "b=CUB")
    by_name = bde(*asked, "a=Vietnam", "--set", "b=cuba")
    assert by_code == by_name and by_code[0] == 0
    rows = list(csv.DictReader(io.StringIO(by_code[1])))
    assert [(row["head"], row["start"]) for row in rows if row["start"].startswith("2019")] == [
        ("Nguyen Chi Vinh", "2019-05-04")
    ]


def test_ask_in_every_form(bde) -> None:  # type: ignore[no-untyped-def]
    asked = ("ask", "posts-of-a-person", "--set", "person=Giang Phan Van", "--as")
    assert "Chief of the General Staff" in bde(*asked, "table")[1]
    assert json.loads(bde(*asked, "json")[1])["results"]["bindings"]
    assert bde(*asked, "markdown")[1].startswith("| name |")
    code, _, err = bde(*asked, "turtle")
    assert code == 2 and "rows, not triples" in err


def test_ask_explains_without_running(bde) -> None:  # type: ignore[no-untyped-def]
    code, out, _ = bde("ask", "visits-of-a-pair", "--set", "a=BLR", "--explain")
    assert code == 0
    assert "<https://w3id.org/bde/id/state/belarus>" in out


@pytest.mark.parametrize(
    ("arguments", "help_text"),
    [
        (["ask", "visits-of-a-pear"], "visits-of-a-pair"),
        (["ask", "visits-of-a-pair", "--set", "a=Vietnem"], "Vietnam"),
        (["ask", "visits-of-a-pair", "--set", "c=VNM"], "a, b"),
        (["ask", "visits-of-a-pair", "--set", "a"], "NAME=VALUE"),
        (["ask", "visits-of-a-pair", "--set", "a=VNM", "--set", "a=CUB"], "twice"),
        (["ask", "visits-of-a-pair", "--seconds", "-1"], "seconds"),
        (["sparql", "no-such-file.rq"], "no-such-file.rq"),
        (["passages", "README.md", "--source", "foo bar"], "--source"),
        (["ask", "posts-of-a-person", "--set", "person=Phan Van Gianh"], "Phan Van Giang"),
        (["brief", "VNM", "VNM"], "two states"),
        (["brief", "VNM", "XXX"], "XXX"),
        (["brief", "VNM", "RUS", "--on", "yesterday"], "2019"),
        (["evidence", "engagement:none"], "no evidence"),
        (["evidence", "nobody:none"], "prefix"),
        (["--root", "/", "check"], "ontology"),
        (["nonsense"], "nonsense"),
    ],
)
def test_wrong_usage_ends_with_2_and_says_what_to_do(bde, arguments: list[str], help_text: str) -> None:  # type: ignore[no-untyped-def]
    code, out, err = bde(*arguments)
    assert code == 2 and not out
    assert help_text in err


def test_sparql_runs_a_file_and_refuses_updates(bde, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    query = tmp_path / "q.rq"
    query.write_text("PREFIX bde: <https://w3id.org/bde/ontology#> ASK { ?x a bde:Visit }")
    assert bde("sparql", str(query), "--as", "csv")[:2] == (0, "true\n")
    query.write_text("CONSTRUCT { ?x a ?c } WHERE { ?x a ?c . ?x a <https://w3id.org/bde/ontology#State> }")
    assert "state:vietnam" in bde("sparql", str(query), "--as", "turtle")[1]
    for text, why in (
        ("DELETE WHERE { ?s ?p ?o }", "update"),
        ("SELECT * { SERVICE <http://x.example/> { ?s ?p ?o } }", "SERVICE"),
        ("SELECT * FROM <http://x.example/g> { ?s ?p ?o }", "FROM"),
        ("SELECT * { ?s foo:bar ?o }", "foo"),
    ):
        query.write_text(text)
        code, _, err = bde("sparql", str(query))
        assert code == 2 and why in err


def test_evidence_names_source_sentence_and_claimant(bde) -> None:  # type: ignore[no-untyped-def]
    code, out, _ = bde("evidence", "count:rus-vnm-2019-defense-activities")
    assert code == 0
    assert (
        "sentence 6" in out and "Ministry of Defense of Vietnam" in out and "https://thediplomat.com" in out
    )


@pytest.mark.optional("texts")
def test_evidence_shows_the_sentence_where_the_texts_are(bde, texts: Path) -> None:  # type: ignore[no-untyped-def]
    out = bde("evidence", "count:rus-vnm-2019-defense-activities", "--texts", str(texts))[1]
    assert "[6] Indeed, the official count" in out


def test_build_writes_the_release(bde, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    code, out, _ = bde("build", "--out", str(tmp_path / "graph"))
    assert code == 0 and "triples" in out
    assert {path.name for path in (tmp_path / "graph").iterdir()} >= {"data.ttl", "bde.nq", "SHA256SUMS"}


def test_an_internal_fault_ends_with_3(bde, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    def fault(*_: object) -> None:
        raise RuntimeError("planted")

    monkeypatch.setattr("bde.ledger.ledgers", fault)
    code, _, err = bde("coverage")
    assert code == 3 and "internal fault" in err and "planted" in err


def test_the_command_runs_as_a_process() -> None:
    run_ = subprocess.run([Path(sys.executable).parent / "bde", "--version"], capture_output=True, text=True)
    assert run_.returncode == 0 and "0.1.0" in run_.stdout


def test_a_reader_who_has_seen_enough_is_no_failure() -> None:
    command = f"{Path(sys.executable).parent / 'bde'} questions | head -1"
    shell = subprocess.run(["bash", "-c", f"set -o pipefail; {command}"], capture_output=True, text=True)
    assert shell.returncode in (0, 128 + 13) and len(shell.stdout.splitlines()) == 1
    assert "Traceback" not in shell.stderr


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGPIPE])
def test_nothing_of_a_command_goes_on_when_it_is_ended(how: signal.Signals) -> None:
    program = Path(sys.executable).parent / "bde"
    command = [program, "--root", ROOT, "check"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    known, children, end = Path(f"/proc/{process.pid}/task/{process.pid}/children"), [], time.monotonic() + 30
    while len(children) < 2 and time.monotonic() < end:
        children = [int(number) for number in known.read_text().split()]
    assert len(children) == 2
    process.send_signal(how)
    process.wait(30)
    end = time.monotonic() + 10
    while (alive := [n for n in children if _runs(n)]) and time.monotonic() < end:
        time.sleep(0.1)
    assert not alive


def _runs(process: int) -> bool:
    try:
        return "State:\tZ" not in Path(f"/proc/{process}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
