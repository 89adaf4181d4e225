"""The site: every page says its evidence, every link leads somewhere, and it is the same each time."""

from pathlib import Path

import pytest
from lxml import html

from bde import __version__
from bde.site import Site, build
from bde.workspace import Workspace


@pytest.fixture(scope="session")
def site(workspace: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Site:
    return build(workspace, tmp_path_factory.mktemp("founding") / "site", __version__)


def opened(site: Site, path: str) -> html.HtmlElement:
    return html.document_fromstring((site.folder / path).read_text())


def test_every_page_has_one_heading_and_a_title(site: Site) -> None:
    pages = sorted(site.folder.rglob("*.html"))
    assert len(pages) == site.pages > 400
    for page in pages:
        tree = html.document_fromstring(page.read_text())
        assert len(tree.findall(".//h1")) == 1 and tree.findtext(".//title"), page


def test_the_evidence_of_a_fact_leads_to_sentence_and_article(site: Site) -> None:
    visit = opened(site, "id/engagement/rus-vnm-2019-08-visit.html")
    (fact,) = visit.xpath("//tr[th='protocol grade']")
    assert fact.xpath(".//a[@href='../source/diplomat-2019-08-russia-vietnam.html#s8']/text()") == ["8"]
    assert fact.xpath(".//a[@class='out']/@href")[0].startswith("https://thediplomat.com/2019/08/")
    assert "asserted, stated" in fact.text_content()


def test_a_folder_that_holds_anything_else_is_left_alone(workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("mine")
    with pytest.raises(Exception, match="no earlier site"):
        build(workspace, tmp_path, __version__)
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]
