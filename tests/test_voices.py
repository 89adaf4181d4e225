"""A check speaks to people and to platforms: the same findings in every voice, written whole or not at all.

The graph of ``voices/`` is a whole one in miniature: every part of the check has something to look at.
"""

import json
import re
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from lxml import etree

from bde.cli import run
from bde.findings import Finding, Report
from bde.reporting import FORMS

VISITS, STATES = "data/engagements/arl-bor.ttl", "data/entities/states.ttl"
Found = set[tuple[str, str]]  # the place and the rule of findings
Bde = Callable[..., tuple[int, str, str]]


@pytest.fixture
def world(tmp_path: Path) -> Path:
    """A copy of the miniature that a test may damage."""
    return Path(shutil.copytree(Path(__file__).parent / "voices", tmp_path / "world"))


@pytest.fixture
def bde(capsys: pytest.CaptureFixture[str], world: Path) -> Bde:
    """Run the command on the copy: arguments -> (exit code, standard output, standard error)."""

    def call(*arguments: str) -> tuple[int, str, str]:
        code = run(["--root", str(world), *arguments])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return call


def damage(world: Path, name: str, old: str, new: str) -> None:
    text = (world / name).read_text()
    assert old in text
    (world / name).write_text(text.replace(old, new, 1))


def misspell(world: Path, number: int) -> None:
    """Add this many visits of a class that nobody declares."""
    for n in range(number):
        damage(world, VISITS, "# bde:Visit\n", f"# bde:Visit\n\nengagement:x{n} a bde:Vist .\n")


def pull_request(world: Path) -> None:
    """What a hasty pull request does: no evidence, a misspelt class, no such day, a file not in form."""
    damage(world, VISITS, "    bde:evidence evidence:rossi-2031-1 ;\n", "")
    damage(world, VISITS, "engagement:keel-2032\n    a bde:Visit ;", "engagement:keel-2032\n    a bde:Vist ;")
    damage(world, VISITS, '"2031-05-04"', '"2031-05-40"')
    damage(world, STATES, "    rdfs:label", "  rdfs:label")


# What each voice says was found


def in_text(text: str) -> Found:
    return {(m[1], m[2]) for m in re.finditer(r"^(\S+:\d+:\d+): ([\w-]+): ", text, re.M)}


def in_json(text: str) -> Found:
    found = json.loads(text)["findings"]
    return {(f"{f['file']}:{f['line']}:{f['column']}", f["rule"]) for f in found}


def in_sarif(text: str) -> Found:
    found: Found = set()
    for result in json.loads(text)["runs"][0]["results"]:
        place = result["locations"][0]["physicalLocation"]
        region = place["region"]
        at = f"{place['artifactLocation']['uri']}:{region['startLine']}:{region['startColumn']}"
        found.add((at, result["ruleId"]))
    return found


def in_junit(text: str) -> Found:
    return {
        (place, str(case.get("name")))
        for case in etree.fromstring(text.encode()).iter("testcase")
        for place in re.findall(r"^(\S+:\d+:\d+): ", "".join(case.itertext()), re.M)
    }


def in_github(text: str) -> Found:
    pattern = r"^::\w+ file=(.*?),line=(\d+),col=(\d+),title=(.*?)::"
    return {(f"{m[1]}:{m[2]}:{m[3]}", m[4]) for m in re.finditer(pattern, text, re.M)}


def in_markdown(text: str) -> Found:
    found: Found = set()
    for section in text.split("\n### ")[1:]:
        rule = re.match(r"\[?([\w-]+)", section)
        assert rule
        found |= {(place, rule[1]) for place in re.findall(r"^- (\S+:\d+:\d+): ", section, re.M)}
    return found


READ = {"json": in_json, "sarif": in_sarif, "junit": in_junit, "github": in_github, "markdown": in_markdown}


def test_one_broken_pull_request_is_the_same_in_every_voice(bde: Bde, world: Path, tmp_path: Path) -> None:
    code, out, _ = bde("check")
    assert code == 0, out
    pull_request(world)
    reports = [f"--report={form}={tmp_path / form}" for form in FORMS]
    code, out, _ = bde("check", *reports)
    assert code == 1
    lines = (world / VISITS).read_text().split("\n")
    rossi, day, keel = (
        next(number for number, line in enumerate(lines, 1) if part in line)
        for part in ("engagement:rossi-2031", "2031-05-40", "a bde:Vist ;")
    )
    expected = {
        (f"{VISITS}:{rossi}:1", "Record-evidence"),
        (f"{VISITS}:{day}:23", "ill-typed-literal"),
        (f"{VISITS}:{day}:23", "Visit-earliestStart"),
        (f"{VISITS}:{keel}:7", "undeclared-term"),
        (f"{STATES}:9:3", "not-canonical"),
        # and what follows from these
        ("data/passages/gazette-2031-05.ttl:8:1", "unaccounted-sentence"),
        (f"{VISITS}:{keel - 1}:1", "misplaced-thing"),
        (f"{VISITS}:{keel - 1}:12", "not-canonical"),
    }
    assert in_text(out) == expected
    assert set(READ) == set(FORMS)
    for form, found_in in READ.items():
        text = (tmp_path / form).read_text()
        assert found_in(text) == expected, form
        assert "Rossi visits Borduria in May 2031." in text, form
        assert "Every stated fact leads to the sentence that says it." in text, form
        for part in ("files", "vocabulary", "shapes", "ledger", "questions", "reason"):
            assert part in text, form


def test_the_text_says_why_once_for_a_rule_and_what_things_are_called(bde: Bde, world: Path) -> None:
    for name in ("rossi", "keel"):
        damage(
            world, VISITS, f"    bde:evidence evidence:{name}-203{'1' if name == 'rossi' else '2'}-1 ;\n", ""
        )
    code, out, _ = bde("validate")
    assert code == 1
    lines = out.split("\n")
    assert out.count("why: Every stated fact leads to the sentence that says it.") == 1
    first = next(number for number, line in enumerate(lines) if "Record-evidence" in line)
    assert lines[first].endswith("Add the evidence that leads to the sentence which says it.")
    assert lines[first + 1 : first + 3] == [
        '    engagement:keel-2032 "Keel visits Arlandia in 2032."',
        "    why: Every stated fact leads to the sentence that says it.",
    ]


def test_the_text_shows_twenty_findings_of_a_rule_and_counts_the_rest(bde: Bde, world: Path) -> None:
    misspell(world, 30)
    _, out, _ = bde("validate")
    assert out.count(": undeclared-term: ") == 20
    assert "undeclared-term: 10 more of 30 findings (--all prints them)" in out
    _, out, _ = bde("validate", "--all")
    assert out.count(": undeclared-term: ") == 30 and "more of" not in out


def test_a_report_on_standard_output_stands_there_alone(bde: Bde, world: Path) -> None:
    pull_request(world)
    code, out, err = bde("validate", "--report", "json=-")
    assert code == 1 and in_json(out) == in_text(err)


@pytest.mark.parametrize("command", ["check", "validate"])
def test_what_cannot_be_read_is_reported_at_its_line(
    bde: Bde, world: Path, tmp_path: Path, command: str
) -> None:
    damage(world, STATES, "rdfs:label", "rdfs:label <a b> ;\n    rdfs:label")
    files = [tmp_path / form for form in FORMS]
    code, out, err = bde(command, *(f"--report={file.name}={file}" for file in files))
    assert code == 2 and f"{STATES}:9:" in out + err
    told = json.loads((tmp_path / "json").read_text())
    assert told["ending"] == "unreadable input"
    for form, found_in in READ.items():
        assert (f"{STATES}:9:1", "unreadable") in found_in((tmp_path / form).read_text()), form
    [invocation] = json.loads((tmp_path / "sarif").read_text())["runs"][0]["invocations"]
    assert (invocation["executionSuccessful"], invocation["exitCode"]) == (False, 2)


def test_looking_at_nothing_is_an_error_in_every_voice(bde: Bde, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    files = [tmp_path / form for form in FORMS]
    code, _, _ = bde("validate", str(tmp_path / "empty"), *(f"--report={file.name}={file}" for file in files))
    assert code == 4
    texts = {file.name: file.read_text() for file in files}
    assert json.loads(texts["json"])["lookedAtNothing"]
    assert '"executionSuccessful": false' in texts["sarif"] and '"level": "error"' in texts["sarif"]
    assert 'errors="1"' in texts["junit"]
    assert texts["github"].startswith("::error title=bde validate::looked at nothing: ")
    assert "**looked at nothing**" in texts["markdown"]


def test_paths_are_told_from_the_folder_where_the_check_was_called(
    bde: Bde, world: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pull_request(world)
    monkeypatch.chdir(tmp_path)
    bde("validate", "--report", "github=github", "--report", "json=json")
    assert in_github(Path("github").read_text()) == {
        (f"world/{place}", rule) for place, rule in in_json(Path("json").read_text())
    }


# Whole or not at all


@pytest.mark.parametrize(
    "given",
    [
        "yaml=x",
        "json",
        "json=",
        "json=no/such/folder/x",
        "json=.",
        "json=/dev/full",
        "json=-,sarif=-",
        "json=a,sarif=a",
    ],
)
def test_a_report_that_cannot_be_is_refused_before_anything_is_looked_at(
    bde: Bde, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: str
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("bde.check.check", lambda *_: pytest.fail("it was looked at"))
    code, out, err = bde("check", *(f"--report={one}" for one in given.split(",")))
    assert code == 2 and not out
    assert "Error: Invalid value for '--report'" in err
    assert not {*tmp_path.iterdir()} - {tmp_path / "world"}


def test_where_there_is_no_room_the_old_report_stays_and_the_others_are_written(
    bde: Bde, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The limit is the real one of the system; it holds once everything was looked at."""
    old, small = tmp_path / "old.json", tmp_path / "small.txt"
    old.write_text("what was there")
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)

    def reports(*_: object) -> Iterator[Report]:
        found = (Finding(STATES, line, 1, "blank-node", "the node has no IRI.") for line in range(1, 101))
        yield Report("vocabulary", {"things": 100}, tuple(found))
        resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, hard))

    monkeypatch.setattr("bde.check.check", reports)
    try:
        code, out, err = bde("check", "--report", f"json={old}", "--report", f"github={small}")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    assert code == 2
    what = "the json report cannot be written: File too large; what was there is untouched."
    assert err == f"bde: {old}: {what} Make room, or name another file.\n"
    assert old.read_text() == "what was there"
    assert small.read_text().startswith("::error ")
    assert {path.name for path in tmp_path.iterdir()} == {"world", "old.json", "small.txt"}
    assert "blank-node" in out


def test_a_link_stays_a_link_to_the_report(bde: Bde, tmp_path: Path) -> None:
    (tmp_path / "report.json").write_text("{}")
    (tmp_path / "latest").symlink_to("report.json")
    assert bde("validate", "--report", f"json={tmp_path / 'latest'}")[0] == 0
    assert (tmp_path / "latest").is_symlink()
    assert json.loads((tmp_path / "report.json").read_text())["ending"] == "holds"


@pytest.mark.parametrize("text", ["", "--report markdown=-"])
def test_reports_are_written_also_where_the_reader_of_the_text_has_left(world: Path, text: str) -> None:
    misspell(world, 3)
    program = Path(sys.executable).parent / "bde"
    command = f"{program} --root {world} check --report json={world}/all.json {text}"
    shell = ["bash", "-c", f"{command} | true; exit ${{PIPESTATUS[0]}}"]
    run_ = subprocess.run(shell, capture_output=True, text=True, timeout=120)
    assert run_.returncode == 1 and "Error" not in run_.stderr
    assert len(json.loads((world / "all.json").read_text())["findings"]) >= 3
