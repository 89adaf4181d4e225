"""``bde reason`` as a person meets it: what it prints, where, and the exit code it ends with."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from rdflib import Graph, URIRef

from bde import hermit
from bde.cli import run
from bde.errors import MissingPart
from bde.namespaces import BDE, ID, PREFIXES
from conftest import ROOT

HEAD = "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in PREFIXES.items())
TALKS = """
person:rossi a bde:Person . person:keel a bde:Person .
engagement:visit a bde:Visit . engagement:talks a bde:Meeting ; bde:partOf engagement:visit .
participation:rossi a bde:Participation ; bde:participant person:rossi ; bde:inEngagement engagement:talks .
participation:keel a bde:Participation ; bde:participant person:keel ; bde:inEngagement engagement:visit .
"""
Reason = Callable[..., tuple[int, str, str]]


@pytest.fixture
def reason(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Reason:
    """Run the command on the terms of the ontology and a little data, given as Turtle."""

    def call(data: str, *arguments: str) -> tuple[int, str, str]:
        for folder in ("ontology", "data"):
            (tmp_path / folder).mkdir(exist_ok=True)
        for path in (ROOT / "ontology").glob("*.ttl"):
            shutil.copy(path, tmp_path / "ontology")
        (tmp_path / "data" / "talks.ttl").write_text(HEAD + data)
        code = run(["--root", str(tmp_path), "reason", *arguments])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return call


@pytest.fixture
def no_java(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> str:
        raise MissingPart("HermiT needs Java.", fix="Or bde reason --engine rl")

    monkeypatch.setattr(hermit, "java", missing)


@pytest.mark.parametrize("engine", [pytest.param("hermit", marks=pytest.mark.optional("java")), "rl"])
def test_it_counts_what_follows_by_kind(reason: Reason, engine: str) -> None:
    code, out, _ = reason(TALKS, "--engine", engine)
    assert code == 0
    first, second, last = out.splitlines()
    assert first.startswith("reason      ok")
    assert second.startswith("inferred    ok")
    assert second.partition(" ok ")[2].strip() == (
        "15 facts, 2 bde:Actor, 2 bde:Engagement, 2 bde:Entity, 4 bde:Record, 2 bde:participatedIn, "
        "3 bde:tookPartIn"
    )
    assert last.startswith("0 violations")


def test_it_lists_what_follows_as_n_triples(reason: Reason) -> None:
    code, out, _ = reason(TALKS, "--engine", "rl", "--inferred")
    assert code == 0
    graph = Graph().parse(data=out, format="nt")
    assert len(graph) == len(out.splitlines()) == 15
    assert out.splitlines() == sorted(out.splitlines())
    took_part = (f"{ID}person/rossi", f"{BDE}tookPartIn", f"{ID}engagement/visit")
    assert tuple(map(URIRef, took_part)) in graph


@pytest.mark.usefixtures("no_java")
def test_without_java_it_names_the_engine_that_needs_none(reason: Reason) -> None:
    for arguments in ([], ["--explain"], ["--inferred"], ["--explain", "person:rossi a bde:Actor"]):
        code, out, err = reason(TALKS, *arguments)
        assert code == 2
        assert out == ""
        assert "bde reason --engine rl" in err


@pytest.mark.usefixtures("no_java")
def test_without_java_the_rules_prove_count_list_and_explain(reason: Reason) -> None:
    for arguments in ([], ["--explain"], ["--inferred"], ["--explain", "person:rossi a bde:Actor"]):
        code, out, _ = reason(TALKS, "--engine", "rl", *arguments)
        assert code == 0, out


def test_it_says_why_a_fact_follows_that_it_is_stated_or_that_it_does_not_follow(reason: Reason) -> None:
    fact = "person:rossi bde:tookPartIn engagement:visit"
    code, out, _ = reason(TALKS, "--engine", "rl", "--explain", fact)
    assert code == 0
    assert out.count(": because: ") == 6
    assert "ontology/engagements.ttl:" in out and "data/talks.ttl:" in out
    code, out, _ = reason(TALKS, "--engine", "rl", "--explain", "person:rossi a bde:Person")
    assert (code, out.count(": stated: ")) == (0, 1)
    code, out, _ = reason(TALKS, "--engine", "rl", "--explain", "person:keel bde:tookPartIn engagement:talks")
    assert code == 1
    assert "does-not-follow: it does not follow that person:keel" in out


def test_a_contradiction_ends_with_findings_and_infers_nothing(reason: Reason) -> None:
    both = "person:rossi a bde:Person , bde:State ."
    code, out, _ = reason(both, "--engine", "rl", "--explain")
    assert code == 1
    assert "because: person:rossi is stated to be a person. [hint]" in out
    assert re.search(r"because: Nothing is both an? \w+ and an? \w+\. \[hint\]", out)
    assert "inferred" not in out
    code, out, err = reason(both, "--engine", "rl", "--inferred")
    assert (code, out) == (2, "")
    assert "contradict each other" in err


def test_explaining_and_listing_at_once_is_refused(reason: Reason) -> None:
    assert reason(TALKS, "--explain", "--inferred")[0] == 2
