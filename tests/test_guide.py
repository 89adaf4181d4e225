"""The modeling guide is made from the ontology and the examples, and the page in docs/ is up to date."""

import re

import pytest
from rdflib import SH, Graph

from bde import examples, guide
from bde.errors import BdeError
from bde.graphs import LocatedGraph
from bde.namespaces import BDE, PREFIXES
from bde.workspace import Workspace
from conftest import ROOT


@pytest.fixture(scope="module")
def page(workspace: Workspace) -> str:
    return guide.markdown(workspace)


def test_the_page_in_docs_is_up_to_date(page: str) -> None:
    """Mend it with: bde guide > docs/modeling-guide.md."""
    assert (ROOT / "docs" / "modeling-guide.md").read_text() == page


def test_every_example_is_in_it_with_its_sentences_and_its_near_miss(page: str, workspace: Workspace) -> None:
    every = examples.load(workspace)
    assert len(every) > 14
    for example in every:
        assert page.count(f"\n### {example.title[:1].upper()}{example.title[1:]}\n") == 1
        for number, sentence in enumerate(example.sentences, 1):
            assert f"\n{number}. {sentence}<br>`" in page
    assert page.count("**Near miss.**") == len(every) - 1


def test_every_block_of_turtle_can_be_read(page: str) -> None:
    blocks = re.findall(r"```turtle\n(.*?)```", page, re.DOTALL)
    assert len(blocks) > 30
    head = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in PREFIXES.items())
    for block in blocks:
        graph = Graph().parse(data=head + block)
        assert len(graph) > 2
        assert (None, SH.result, None) not in graph


def test_the_index_has_every_term_of_the_examples(page: str, workspace: Workspace) -> None:
    rows = dict(re.findall(r"^\| `(bde:\w+)` \| (.+) \|$", page, re.MULTILINE))
    assert len(rows) > 150
    assert rows["bde:aboard"] == "[a port call](#a-port-call)"
    assert rows["bde:evidence"] == "everywhere"


def test_every_link_leads_to_a_heading(page: str) -> None:
    links = re.findall(r"\]\(#([^)]+)\)", page)
    headings = {guide._anchor(title) for title in re.findall(r"^### (.*)$", page, re.MULTILINE)}
    assert len(links) > 14
    assert set(links) <= headings


def test_the_picture_shows_only_what_the_ontology_declares(ontology: LocatedGraph) -> None:
    drawn = list(guide.edges(ontology.graph))
    assert len(drawn) > 20
    classes = {str(s).removeprefix(BDE) for s in ontology.graph.subjects() if str(s).startswith(BDE)}
    for edge in drawn:
        start, _, end = edge.partition(" -->|")
        assert {start, end.partition("| ")[2]} <= classes


def test_a_missing_report_is_named(copy: Workspace) -> None:
    (copy.examples[0] / "report.txt").unlink()
    with pytest.raises(BdeError, match=r"report\.txt"):
        guide.markdown(copy)
