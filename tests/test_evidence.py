"""Every sentence is accounted for, every passage proven, and every record leads to its sentences."""

import re
import shutil
from pathlib import Path

import pytest

from bde import evidence, ledger, namespaces
from bde.errors import BdeError, UnknownName
from bde.graphs import LocatedGraph, read
from bde.workspace import Workspace

SOURCE = "diplomat-2020-02-russia-vietnam"
TEXT = "002_b3dc4546d418ddfa.txt"


def test_every_sentence_of_the_founding_sources_is_accounted_for(data: LocatedGraph) -> None:
    found = ledger.ledgers(data.graph)
    assert sum(each.sentences for each in found) >= 108
    assert {each.share for each in found} == {1.0}
    assert not ledger.coverage(data).findings


def test_a_sentence_that_nobody_accounted_for_is_found_at_its_line(copy: Workspace) -> None:
    file = copy.root / "data" / "sources" / f"{SOURCE}.ttl"
    lines = file.read_text().splitlines(keepends=True)
    at = next(i for i, line in enumerate(lines) if "setAside" in line)
    block = lines[at - 1]
    file.write_text("".join(lines[: at - 1] + lines[at + 2 :]))
    report = ledger.coverage(read(copy.data, copy.root))
    assert [f.rule for f in report.findings] == ["unaccounted-sentence"]
    assert report.findings[0].subject == namespaces.expand(block.strip())
    assert report.findings[0].file == f"data/passages/{SOURCE}.ttl"
    assert report.findings[0].line > 1


@pytest.mark.optional("texts")
def test_the_texts_prove_every_passage(data: LocatedGraph, texts: Path) -> None:
    report = ledger.coverage(data, texts)
    assert report.counts["passages proven"] == report.counts["passages"] >= 108
    assert not report.findings


@pytest.mark.optional("texts")
def test_one_changed_character_names_the_passage_and_the_records(
    data: LocatedGraph, texts: Path, tmp_path: Path
) -> None:
    changed = tmp_path / "texts"
    shutil.copytree(texts, changed)
    text = (changed / TEXT).read_bytes().decode()
    (changed / TEXT).write_bytes(text.replace("February 3", "February 8").encode())
    report = ledger.coverage(data, changed)
    assert [f.rule for f in report.findings] == ["changed-passage"]
    assert f"passage:{SOURCE}-s16" in report.findings[0].message
    assert "engagement:rus-vnm-2020-02-visit," in report.findings[0].message
    assert report.counts["passages proven"] == report.counts["passages"] - 1


@pytest.mark.optional("texts")
def test_inserted_text_is_told_from_moved_text(data: LocatedGraph, texts: Path, tmp_path: Path) -> None:
    changed = tmp_path / "texts"
    shutil.copytree(texts, changed)
    text = (changed / TEXT).read_bytes().decode()
    (changed / TEXT).write_bytes(("An added line.\n" + text).encode())
    report = ledger.coverage(data, changed)
    assert sorted(f.rule for f in report.findings)[:1] == ["moved-text"]
    assert {f.rule for f in report.findings} == {"moved-text", "uncovered-text"}
    assert report.counts["passages proven"] == report.counts["passages"]


def test_a_missing_text_is_a_finding_for_each_source(data: LocatedGraph, tmp_path: Path) -> None:
    report = ledger.coverage(data, tmp_path)
    assert [f.rule for f in report.findings] == ["missing-text"] * report.counts["sources"]
    assert "passages proven" in report.vacuous


def without(workspace: Workspace, pattern: str) -> LocatedGraph:
    """The data without what matches the pattern in the description of the source."""
    file = workspace.root / "data" / "sources" / f"{SOURCE}.ttl"
    text, number = re.subn(pattern, "", file.read_text())
    assert number == 1
    file.write_text(text)
    return read(workspace.data, workspace.root)


def test_a_source_needs_no_publisher_to_be_in_the_ledger(copy: Workspace) -> None:
    data = without(copy, r"    bde:publisher .*;\n")
    assert namespaces.expand(f"source:{SOURCE}") in {each.source for each in ledger.ledgers(data.graph)}


def test_a_source_whose_text_cannot_be_found_by_name_is_a_finding(copy: Workspace, tmp_path: Path) -> None:
    report = ledger.coverage(without(copy, r"    bde:textLength \d+ ;\n"), tmp_path)
    assert [f.rule for f in report.findings if f.subject.endswith(SOURCE)] == ["no-text-file"]


def test_a_record_leads_to_source_sentence_and_claimant(data: LocatedGraph, ontology: LocatedGraph) -> None:
    found = evidence.trace(
        (data.graph, ontology.graph), namespaces.expand("count:rus-vnm-2019-defense-activities")
    )
    assert found.kind == "count claim"
    stated = next(c for c in found.citations if c.basis == "stated")
    assert stated.according_to == "Ministry of Defense of Vietnam"
    assert stated.sentences == ((6, ""),)
    assert stated.address.startswith("https://thediplomat.com/2019/08/")


@pytest.mark.parametrize(
    ("record", "span"),
    [
        (
            "engagement:rus-vnm-2019-08-visit",
            "2019-08-13 to 2019-08-19 (“Last week”, “from August 13 to August 19”)",
        ),
        (
            "engagement:rus-vnm-2018-04-visit-lich",
            "began by 2018-04-04 to 2018-04-05 or later (“later on April 4 and 5”)",
        ),
        ("engagement:cub-vnm-undated-visit-crespo-baquero", "(“recently”)"),
        ("count:rus-vnm-2019-defense-activities", "open to 2019-08-21 (“so far”)"),
    ],
)
def test_a_time_is_told_no_finer_than_it_is_known(
    data: LocatedGraph, ontology: LocatedGraph, record: str, span: str
) -> None:
    found = evidence.trace((data.graph, ontology.graph), namespaces.expand(record))
    assert (span,) in [values for c in found.citations for name, values in c.properties if name == "time"]


@pytest.mark.optional("texts")
def test_the_sentence_itself_is_shown_where_the_texts_are_at_hand(
    data: LocatedGraph, ontology: LocatedGraph, texts: Path, tmp_path: Path
) -> None:
    iri = namespaces.expand("bodyrole:vietnam-asean-chair-2020")
    graphs = (data.graph, ontology.graph)
    sentences = [s for c in evidence.trace(graphs, iri, texts).citations for s in c.sentences]
    assert {number for number, _ in sentences} == {13, 19}
    assert all("ASEAN chair in 2020" in text for _, text in sentences)

    shutil.copytree(texts, tmp_path / "texts")
    for file in (tmp_path / "texts").glob("*.txt"):
        file.write_bytes(file.read_bytes().replace(b"ASEAN chair", b"ASEAN seat!"))
    with pytest.raises(BdeError, match="reads differently"):
        evidence.trace(graphs, iri, tmp_path / "texts")


def test_a_piece_of_evidence_leads_to_its_record(data: LocatedGraph, ontology: LocatedGraph) -> None:
    iri = namespaces.expand("evidence:bodyrole-vietnam-asean-chair-2020-1")
    found = evidence.trace((data.graph, ontology.graph), iri)
    assert found.iri == namespaces.expand("bodyrole:vietnam-asean-chair-2020")
    assert len(found.citations) == 1


def test_a_name_without_evidence_is_refused(data: LocatedGraph) -> None:
    with pytest.raises(UnknownName, match="person:nobody"):
        evidence.trace((data.graph,), namespaces.expand("person:nobody"))
