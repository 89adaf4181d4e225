"""One run in five forms: each is what its readers take, and counts what it leaves out."""

import ast
import json
import re
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest
from jsonschema import Draft4Validator, Draft202012Validator
from lxml import etree
from markdown_it import MarkdownIt
from rdflib import SH, Graph

from bde import reporting
from bde.findings import UNREADABLE, Finding, Report, Severity
from bde.namespaces import PREFIXES, SHAPE
from bde.reporting import FORMS, Run, annotations, junit, model, render, sarif, summary
from bde.reporting.glossary import Glossary
from bde.reporting.rules import RULES
from bde.workspace import Workspace
from conftest import ROOT, SCHEMAS

SCHEMA = json.loads((Path(reporting.__file__).parent / "findings.schema.json").read_text())
GRAPH = """@prefix bde: <https://w3id.org/bde/ontology#> .
@prefix bdesh: <https://w3id.org/bde/shapes#> .
@prefix engagement: <https://w3id.org/bde/id/engagement/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix state: <https://w3id.org/bde/id/state/> .
state:arlandia rdfs:label "Arlandia"@en , "Arlandien"@de .
engagement:talks rdfs:label "Rossi & Keel <talked>: 100%, they say."@en .
bdesh:Visit-hostParty sh:message "The visit has no host. Name the party that received it."@en ;
    rdfs:comment "A visit without a host is a journey."@en .
bdesh:Visit-venue sh:path bde:venue ; sh:message "The visit has two venues. Name one."@en .
bde:venue <http://www.w3.org/2004/02/skos/core#definition> "The place where an engagement is held."@en .
"""
TALKS, ARLANDIA = PREFIXES["engagement"] + "talks", PREFIXES["state"] + "arlandia"
MAKING = {"Finding", "_finding", "about_shapes"}
# Characters that end something in one of the forms.
NASTY = "50%, a:b\r\n::error::x | `y` ]]> </failure> \x1b[2J \x00 \ufffe \U0001f600"
FOUND = (
    Finding("data/talks.ttl", 3, 5, "Visit-hostParty", "The visit has no host.", TALKS),
    Finding("data/a, b: ü.ttl", 0, 0, "not-canonical", "the canonical form has here: nothing."),
    Finding("data/talks.ttl", 9, 1, "undeclared-term", f"nobody declares bde:Vist. {NASTY}", TALKS),
    Finding("/elsewhere/x.ttl", 2, 0, "vacuous-shape", "No node.", "", Severity.WARNING),
    Finding("data/talks.ttl", 9, 1, "because", "state:arlandia is a state.", ARLANDIA, Severity.HINT),
)
PARTS = (
    Report("files", {"data files": 2}, FOUND[1:2], without=("data/lost.ttl",)),
    Report("shapes", {"shapes": 12, "focus nodes": 0}, FOUND[:1] + FOUND[2:]),
    Report("reason", not_run="no Java: install one."),
)


@pytest.fixture
def glossary(tmp_path: Path) -> Glossary:
    (tmp_path / "graph.ttl").write_text(GRAPH)
    return Glossary([tmp_path / "graph.ttl"])


@pytest.fixture
def run(glossary: Glossary) -> Run:
    return Run("check", PARTS, 4, glossary)


def written(run: Run, form: str) -> str:
    return "".join(render(run, form))


def many(glossary: Glossary, number: int, message: str = "The visit has no host.") -> Run:
    """A run with this many violations of one rule, one of another, and a warning."""
    rest = (
        Finding("data/b.ttl", 1, 1, "blank-node", "the node has no IRI."),
        Finding("data/b.ttl", 1, 1, "vacuous-shape", "No node.", "", Severity.WARNING),
    )
    same = tuple(Finding("data/a.ttl", n, 1, "Visit-hostParty", message) for n in range(1, number + 1))
    return Run("check", (Report("shapes", {"shapes": 1}, same + rest),), 1, glossary)


# What every form says


@pytest.mark.parametrize("form", FORMS)
def test_every_form_counts_every_part_and_names_what_was_empty_or_not_run(run: Run, form: str) -> None:
    text = written(run, form)
    for said in (
        "data files",
        "12",
        "focus nodes",
        "not run",
        "no Java: install one.",
        "ooked at nothing",
        "data/lost.ttl",
    ):
        assert said in text.replace("notRun", "not run").replace("skipped", "not run")


@pytest.mark.parametrize("form", FORMS)
def test_every_form_holds_every_finding_with_what_things_are_called(run: Run, form: str) -> None:
    text = written(run, form)
    for finding in FOUND:
        assert text.count(finding.rule) >= 1
    assert "Arlandia" in text and "Arlandien" not in text
    assert "A visit without a host is a journey." in text


@pytest.mark.parametrize("form", FORMS)
def test_a_run_without_findings_still_says_what_it_looked_at(glossary: Glossary, form: str) -> None:
    text = written(Run("validate", (Report("shapes", {"focus nodes": 7}),), 0, glossary), form)
    assert "7" in text and "focus nodes" in text


def test_another_form_is_refused(run: Run) -> None:
    with pytest.raises(ValueError, match="yaml"):
        render(run, "yaml")


def named_rules() -> set[str]:
    """The rules of the checks: in a call that makes a finding, or first in what is yielded."""
    found = set[str]()
    for path in (ROOT / "src" / "bde").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            parts: list[ast.expr] = []
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in MAKING:
                parts = node.args
            elif isinstance(node, ast.Yield) and isinstance(node.value, ast.Tuple):
                parts = node.value.elts[:1]
            texts = (part.value for part in parts if isinstance(part, ast.Constant))
            found.update(text for text in texts if re.fullmatch("[a-z]+(-[a-z]+)*", str(text)))
    return found


def test_every_rule_of_the_toolkit_has_a_meaning() -> None:
    explaining = {"stated", "does-not-follow"}  # of bde reason alone, which writes no reports
    assert (named_rules() - explaining) | {UNREADABLE} == set(RULES) and len(RULES) > 20
    for rule in RULES.values():
        assert all(text.endswith(".") for text in (rule.what, rule.why, rule.mend))


def test_a_rule_of_a_shape_is_told_in_the_words_of_the_shape(glossary: Glossary) -> None:
    assert glossary.rule("Visit-hostParty") == (
        "Visit-hostParty",
        "The visit has no host.",
        "A visit without a host is a journey.",
        "Name the party that received it.",
        PREFIXES["bdesh"] + "Visit-hostParty",
    )


def test_a_shape_without_a_reason_of_its_own_tells_what_its_property_says(glossary: Glossary) -> None:
    assert glossary.rule("Visit-venue").why == "bde:venue: The place where an engagement is held."


def test_a_thing_without_a_label_is_named_by_its_iri(glossary: Glossary) -> None:
    [thing] = glossary.things(Finding("a.ttl", 1, 1, "Visit-venue", "state:cordonia", TALKS + "-2"))
    assert str(thing) == "engagement:talks-2"


def test_a_file_that_cannot_be_read_does_not_hide_what_the_others_call_things(tmp_path: Path) -> None:
    (tmp_path / "bad.ttl").write_text("<urn:a> <urn:b c> 1 .")
    (tmp_path / "good.ttl").write_text(GRAPH)
    missing = tmp_path / "missing.ttl"
    glossary = Glossary([tmp_path / "bad.ttl", tmp_path / "good.ttl", missing])
    assert glossary.things(FOUND[0]) and glossary.rule("Visit-hostParty").why
    assert Glossary([missing]).rule("Visit-hostParty").what == ""


def test_the_findings_that_tell_most_are_the_worst_and_of_every_rule(glossary: Glossary) -> None:
    run = many(glossary, 30)
    chosen = model.telling(run.findings, 3)
    assert [f.rule for f in chosen] == ["Visit-hostParty", "blank-node", "Visit-hostParty"]
    assert [f.severity for f in model.telling(run.findings, 99)][-1] is Severity.WARNING
    assert len(model.telling(run.findings, 99)) == 32


# JSON


def test_json_keeps_to_its_schema_and_leaves_nothing_out(run: Run) -> None:
    Draft202012Validator.check_schema(SCHEMA)
    told = json.loads(written(run, "json"))
    Draft202012Validator(SCHEMA).validate(told)
    assert told["totals"] == {"violation": 3, "warning": 1, "hint": 1}
    kept = [
        tuple(f[k] for k in ("file", "line", "column", "rule", "message", "subject", "severity"))
        for f in told["findings"]
    ]
    assert sorted(kept) == sorted(
        (f.file, f.line, f.column, f.rule, f.message, f.subject, str(f.severity)) for f in FOUND
    )
    assert told["findings"][1]["things"] == [
        {"iri": TALKS, "label": "Rossi & Keel <talked>: 100%, they say."}
    ]


def test_a_line_of_json_is_a_finding(run: Run) -> None:
    lines = written(run, "json").split('"findings": [\n')[-1].split("\n")
    assert [json.loads(line.rstrip(","))["rule"] for line in lines[:5]] == [
        f.rule for part in PARTS for f in part.findings
    ]


# SARIF


@pytest.mark.optional("schemas")
@pytest.mark.parametrize("number", [0, 1, 6_000])
def test_sarif_is_what_its_schema_says(run: Run, glossary: Glossary, number: int) -> None:
    [path] = SCHEMAS.glob("package/lib/schemas/sarif-2.1.0*.json")
    schema = json.loads(path.read_text())
    told = json.loads(written(many(glossary, number) if number else run, "sarif"))
    Draft4Validator(schema).validate(told)
    wrong = json.loads(json.dumps(told).replace('"level": "error"', '"level": "bad"'))
    assert not Draft4Validator(schema).is_valid(wrong)


def test_sarif_says_where_why_and_how_to_mend(run: Run) -> None:
    [told] = json.loads(written(run, "sarif"))["runs"]
    results = {result["ruleId"]: result for result in told["results"]}
    host = results["Visit-hostParty"]
    place = host["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "data/talks.ttl", "uriBaseId": "%SRCROOT%"}
    assert place["region"] == {"startLine": 3, "startColumn": 5}
    assert 'engagement:talks "Rossi & Keel' in host["message"]["text"]
    rule = told["tool"]["driver"]["rules"][host["ruleIndex"]]
    assert rule["id"] == "Visit-hostParty" and rule["helpUri"] == PREFIXES["bdesh"] + "Visit-hostParty"
    assert rule["help"]["text"] == "Name the party that received it."
    assert rule["fullDescription"]["text"].endswith("A visit without a host is a journey.")
    whole = results["not-canonical"]["locations"][0]["physicalLocation"]
    assert whole == {"artifactLocation": {"uri": "data/a%2C%20b%3A%20%C3%BC.ttl", "uriBaseId": "%SRCROOT%"}}
    away = results["vacuous-shape"]["locations"][0]["physicalLocation"]["artifactLocation"]
    assert away == {"uri": "file:///elsewhere/x.ttl"}
    assert [results[f.rule]["level"] for f in FOUND] == ["error"] * 3 + ["warning", "note"]
    [invocation] = told["invocations"]
    assert (invocation["exitCode"], invocation["executionSuccessful"]) == (4, False)
    notices = [(n["level"], n["message"]["text"]) for n in invocation["toolExecutionNotifications"]]
    assert ("error", "looked at nothing: shapes: focus nodes") in notices
    assert ("warning", "not run: reason: no Java: install one.") in notices


def test_a_finding_keeps_its_fingerprint_when_lines_move(glossary: Glossary) -> None:
    def prints(*findings: Finding) -> list[str]:
        run = Run("check", (Report("shapes", {"shapes": 1}, findings),), 1, glossary)
        results = json.loads(written(run, "sarif"))["runs"][0]["results"]
        return [result["partialFingerprints"]["primaryLocationLineHash"] for result in results]

    one, other = (Finding("data/a.ttl", n, 1, "blank-node", "no IRI", f"urn:{n}") for n in (3, 4))
    again = Finding("data/b.ttl", 77, 9, "blank-node", "in other words", "urn:3")
    assert prints(one, other) == prints(again, other)
    assert len({*prints(one, other, again)}) == 3


def test_sarif_holds_what_github_shows_and_says_how_many_it_left_out(glossary: Glossary) -> None:
    def results(run: Run) -> tuple[int, str]:
        [told] = json.loads(written(run, "sarif"))["runs"]
        notices = told["invocations"][0]["toolExecutionNotifications"]
        return len(told["results"]), "; ".join(n["message"]["text"] for n in notices)

    number, said = results(many(glossary, 6_000))
    assert number == sarif.MOST and "left out: 1002 more of 6002 findings" in said
    number, said = results(many(glossary, 4_000))
    assert number == 4_002 and "left out" not in said
    number, said = results(many(glossary, 4_000, "x" * 10_000))
    assert 900 < number < 1_000 and f"left out: {4_002 - number} more of 4002 findings" in said


# JUnit


def suites(run: Run) -> etree._Element:
    return etree.fromstring(written(run, "junit").encode())


@pytest.mark.optional("schemas")
@pytest.mark.parametrize("number", [0, 1, 6_000])
def test_junit_is_what_its_schema_says(run: Run, glossary: Glossary, number: int) -> None:
    [path] = SCHEMAS.glob("pytest-*/testing/example_scripts/junit-10.xsd")
    schema = etree.XMLSchema(etree.parse(path))
    told = suites(many(glossary, number) if number else run)
    schema.assertValid(told)
    told[0].append(etree.Element("finding"))
    assert not schema.validate(told)


def test_junit_has_a_suite_for_each_part_and_a_case_for_each_broken_rule(run: Run) -> None:
    told = suites(run)
    assert [suite.get("name") for suite in told] == ["files", "shapes", "reason"]
    for suite in told:
        for name, element in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            assert int(suite.get(name)) == len(suite.findall(f"testcase/{element}"))
        assert int(suite.get("tests")) == len(suite.findall("testcase"))
    keys = [(case.get("classname"), case.get("name")) for case in told.iter("testcase")]
    assert len(keys) == len(set(keys))
    failing = {case.get("name") for case in told.iter("testcase") if case.find("failure") is not None}
    assert failing == {"not-canonical", "Visit-hostParty", "undeclared-term"}
    shapes, reason = told[1], told[2]
    assert shapes.find("testcase/error").get("message") == "looked at nothing: focus nodes"
    assert reason.find("testcase/skipped").get("message") == "no Java: install one."
    text = shapes.find("testcase[@name='Visit-hostParty']/failure").text
    assert "data/talks.ttl:3:5: The visit has no host." in text and "Why: A visit without" in text


def test_junit_lists_a_hundred_findings_of_a_rule_and_counts_the_rest(glossary: Glossary) -> None:
    text = suites(many(glossary, 250)).find(".//testcase[@name='Visit-hostParty']/failure").text
    assert text.count("data/a.ttl:") == junit.MOST and "150 more of 250 findings" in text


# GitHub


COMMAND = re.compile(r"::(error|warning|notice) ((?:\w+=[^,:\n]*,?)+)::([^\n]*)\n")


def commands(run: Run) -> list[tuple[str, dict[str, str], str]]:
    """The annotations as the runner reads them: name, properties and message."""
    text = written(run, "github")
    found = list(COMMAND.finditer(text))
    assert "".join(match[0] for match in found) == text

    def plain(escaped: str) -> str:
        for sign, code in ((",", "%2C"), (":", "%3A"), ("\n", "%0A"), ("\r", "%0D"), ("%", "%25")):
            escaped = escaped.replace(code, sign)
        return escaped

    return [
        (m[1], {k: plain(v) for k, _, v in (p.partition("=") for p in m[2].split(","))}, plain(m[3]))
        for m in found
    ]


def test_annotations_are_read_back_as_they_were_meant(run: Run) -> None:
    told = commands(run)
    assert [name for name, _, _ in told] == ["error"] * 4 + ["warning"] * 2 + ["notice"] * 2
    by_rule = {properties["title"]: (properties, message) for _, properties, message in told}
    properties, message = by_rule["Visit-hostParty"]
    assert properties == {"file": "data/talks.ttl", "line": "3", "col": "5", "title": "Visit-hostParty"}
    assert message.split("\n") == [
        "The visit has no host.",
        'engagement:talks "Rossi & Keel <talked>: 100%, they say."',
        "Why: A visit without a host is a journey.",
    ]
    assert by_rule["not-canonical"][0] == {"file": "data/a, b: ü.ttl", "title": "not-canonical"}
    assert NASTY in by_rule["undeclared-term"][1]
    assert told[0][2] == "looked at nothing: shapes: focus nodes"
    assert (
        "reason not run: no Java" in told[-1][2]
        and "files FAILS: 2 data files (without data/lost.ttl)" in told[-1][2]
    )


def test_github_is_given_no_more_than_it_shows_and_the_last_notice_counts_the_rest(
    glossary: Glossary,
) -> None:
    told = commands(many(glossary, 250))
    assert [name for name, _, _ in told] == ["error"] * annotations.MOST + ["warning", "notice"]
    assert {p["title"] for name, p, _ in told if name == "error"} == {"Visit-hostParty", "blank-node"}
    assert told[-1][2].endswith("241 more of 251 errors")
    vacuous = Run("check", (*many(glossary, 250).reports, Report("files")), 4, glossary)
    assert len([name for name, _, _ in commands(vacuous) if name == "error"]) == annotations.MOST
    assert commands(vacuous)[-1][2].endswith("242 more of 251 errors")


def test_platforms_look_for_files_from_their_own_folder(glossary: Glossary) -> None:
    told = Run("check", PARTS, 1, glossary, "graphs/mine/")
    assert "file=graphs/mine/data/talks.ttl," in written(told, "github")
    assert '"uri": "graphs/mine/data/talks.ttl"' in written(told, "sarif")
    assert '"uri": "file:///elsewhere/x.ttl"' in written(told, "sarif")


# Markdown


def test_markdown_shows_every_character_as_it_is(run: Run) -> None:
    html = MarkdownIt("commonmark").enable("table").render(written(run, "markdown"))
    assert "<td>files</td>" in html and "<td>vacuous</td>" in html and "<td>not run</td>" in html
    assert "Rossi &amp; Keel &lt;talked&gt;" in html
    assert "]]&gt; &lt;/failure&gt;" in html and "\x1b" not in html
    assert html.index("Visit-hostParty") < html.index("vacuous-shape")


def test_a_summary_stays_below_what_github_takes_and_counts_the_rest(glossary: Glossary) -> None:
    text = written(many(glossary, 250), "markdown")
    assert text.count("data/a.ttl:") == summary.MOST and "230 more of 250 findings" in text
    assert "230 more of 252 findings are not shown here." in text
    rules = [Finding("data/a.ttl", 1, 1, f"Rule-{n}", "x" * 5_000) for n in range(400)]
    text = written(Run("check", (Report("shapes", {"shapes": 1}, tuple(rules)),), 1, glossary), "markdown")
    assert 900_000 < len(text.encode()) <= summary.ROOM < 2**20
    shown = text.count("- data/a.ttl:")
    assert text.endswith(f"\n{400 - shown} more of 400 findings are not shown here.\n")


# A million


class Endless(tuple[Finding, ...]):
    """Findings that are made as they are read, so that only what a form keeps takes memory."""

    number = 20_000

    def __iter__(self) -> Iterator[Finding]:
        return (
            Finding("data/a.ttl", n, 1, "Visit-hostParty", "no host", f"urn:{n}") for n in range(self.number)
        )

    def __len__(self) -> int:
        return self.number


@pytest.mark.parametrize(("form", "most"), [("json", 500_000), ("sarif", 12_000_000), ("github", 500_000)])
@pytest.mark.exhaustive("floods of findings")
def test_a_flood_of_findings_is_written_in_bounded_memory(glossary: Glossary, form: str, most: int) -> None:
    run = Run("check", (Report("shapes", {"shapes": 1}, Endless()),), 1, glossary)
    "".join(render(many(glossary, 1), form))  # what is read once
    tracemalloc.start()
    size = sum(map(len, render(run, form)))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < most
    assert size > (3_000_000 if form == "json" else 1_000)


def test_every_shape_says_why_it_is_a_rule(workspace: Workspace) -> None:
    shapes = Graph()
    for path in workspace.shapes:
        shapes.parse(path)
    rules = Glossary([*workspace.shapes, *workspace.ontology])
    names = [str(shape).removeprefix(SHAPE) for shape in shapes.subjects(SH.message)]
    without = [name for name in names if name.partition("-")[2] and not rules.rule(name).why]
    assert len(names) > 300 and not without
