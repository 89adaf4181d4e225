"""The site: every page says its evidence, every link leads somewhere, and it is the same each time.

Two graphs are built once: the founding one, and an invented one of worked examples, in which names try to
be markup, addresses to be scripts and IRIs to lead out of the folder.
"""

import json
import os
import posixpath
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote

import pytest
from lxml import html
from rdflib import URIRef

from bde import __version__, brief, parameters, queries
from bde.errors import BdeError
from bde.findings import Report
from bde.namespaces import ID
from bde.site import Site, build, choosing, questions
from bde.site.addresses import link, page
from bde.site.dating import within
from bde.site.occasions import Occasions
from bde.site.parts import Parts
from bde.site.reading import Reader
from bde.site.standing import quality
from bde.site.writing import Pages
from bde.store import Store
from bde.workspace import Workspace
from conftest import ROOT

HOSTILE = "</script><img src=x onerror=alert(1)> \" onclick='alert(1)' & \x1b[31m \u202e{{ 7*7 }} {% raw %}"
SHOWN = HOSTILE.replace("\x1b", "\\x1b").replace("\u202e", "\\u202e")
NAMED = f"rdfs:label {json.dumps(HOSTILE)}@en"
NASTY = f"""
@prefix bde: <https://w3id.org/bde/ontology#> .
@prefix bdec: <https://w3id.org/bde/concepts#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@base <{ID}> .
<person/..%2F..%2Fout> a bde:Person ; {NAMED} ; bde:evidence <evidence/n1> .
<person/index> a bde:Person ; rdfs:label "A person by the name of a list"@en .
<https://w3id.org/bde/id/person/a/b> a bde:Person ; rdfs:label "A person in a folder"@en .
<nameform/n> a bde:NameForm ; {NAMED} ; bde:nameOf <person/..%2F..%2Fout> ;
  bde:nameText {json.dumps(HOSTILE)} ; bde:evidence <evidence/n1> .
<engagement/n> a bde:Meeting ; {NAMED} ; bde:time <span/n> ; bde:party <state/n>, <state/arlandia> ;
  bde:engagementKind bdec:kind-bilateral-meeting ; bde:realization bdec:realization-occurred ;
  bde:evidence <evidence/n1> .
<span/n> a bde:TimeSpan ; bde:earliestStart "2031-02-03"^^xsd:date ;
  bde:statedExpression {json.dumps(HOSTILE)} .
<state/n> a bde:State ; {NAMED} .
<evidence/n1> a bde:Evidence ; bde:backs rdfs:label ; bde:basis bdec:basis-stated ;
  bde:passage <passage/n> ; bde:stance bdec:stance-asserted ; bde:inferenceNote {json.dumps(HOSTILE)}@en .
<passage/n> a bde:Passage ; bde:fromSource <source/n> ; bde:sentenceNumber 1 .
<source/n> a bde:Source ; {NAMED} ; bde:sourceTitle {json.dumps(HOSTILE)} ;
  bde:webAddress "javascript:alert(1)"^^xsd:anyURI, "data:text/html,x"^^xsd:anyURI .
"""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with the worked examples, and names that are up to something."""
    folder = tmp_path_factory.mktemp("world")
    for floor in ("ontology", "shapes", "queries"):
        shutil.copytree(ROOT / floor, folder / floor)
    (folder / "data").mkdir()
    for example in Workspace.at(ROOT).examples[:3] + Workspace.at(ROOT).examples[9:16:3]:
        shutil.copy(example / "example.ttl", folder / "data" / f"{example.name}.ttl")
    (folder / "data" / "nasty.ttl").write_text(NASTY)
    return folder


@pytest.fixture(scope="module")
def invented(world: Path) -> Site:
    return build(Workspace.at(world), world / "site", __version__)


@cache
def opened(site: Site, path: str) -> html.HtmlElement:
    return html.document_fromstring((site.folder / path).read_text())


@cache
def anchors(site: Site, path: str) -> frozenset[str]:
    return frozenset(opened(site, path).xpath("//@id"))


def paths(site: Site) -> list[str]:
    return sorted(path.relative_to(site.folder).as_posix() for path in site.folder.rglob("*.html"))


# What every page has


def test_every_page_has_one_heading_a_title_a_language_and_a_way_past_the_menu(site: Site) -> None:
    assert len(paths(site)) == site.pages > 600
    for path in paths(site):
        tree = opened(site, path)
        assert len(tree.findall(".//h1")) == 1 and tree.findtext(".//title"), path
        assert tree.get("lang") == "en" and tree.xpath("//a[@class='skip']/@href") == ["#content"], path
        ids = tree.xpath("//@id")
        assert len(ids) == len(set(ids)), path
        levels = [int(each.tag[1]) for each in tree.iter("h1", "h2", "h3")]
        assert all(after <= before + 1 for before, after in pairwise(levels)), path
        for table in tree.iter("table"):
            assert table.find("caption") is not None and table.xpath(".//th[@scope]"), path


@pytest.mark.parametrize("name", ["site", "invented"])
def test_every_link_inside_leads_to_a_page_and_to_its_anchor(
    name: str, request: pytest.FixtureRequest
) -> None:
    built: Site = request.getfixturevalue(name)
    followed = dict(follow(built))
    assert [link for link, leads in followed.items() if not leads] == []
    assert len(followed) > 10_000


def test_a_link_to_no_page_or_to_no_anchor_is_seen(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("<h1 id=top>Start</h1><a href=a.html>A</a><a href='#top'>top</a>")
    (tmp_path / "a.html").write_text(
        "<a href='index.html#end'>end</a><a href=../b.html>B</a><a href=#x>x</a>"
    )
    followed = dict(follow(Site(tmp_path, 2, 0)))
    assert {target for (_, target), leads in followed.items() if leads} == {"a.html", "#top"}
    assert {target for (_, target), leads in followed.items() if not leads} == {
        "index.html#end",
        "../b.html",
        "#x",
    }


def follow(built: Site) -> Iterator[tuple[tuple[str, str], bool]]:
    """Each link inside a site, by its page and its target, and whether it leads to a page and an anchor."""
    for path in paths(built):
        for target in {*opened(built, path).xpath("//@href|//@src|//@action")}:
            there, _, anchor = target.partition("#")
            if there.startswith(("https:", "http:", "data:,")):
                continue
            lands = (
                posixpath.normpath(posixpath.join(posixpath.dirname(path), unquote(there))) if there else path
            )
            leads = (built.folder / lands).is_file()
            if leads and anchor and "=" not in anchor:
                leads = anchor in anchors(built, lands)
            yield (path, target), leads


def test_pages_load_nothing_but_the_files_of_the_site(site: Site) -> None:
    for path in paths(site):
        tree = opened(site, path)
        (policy,) = tree.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
        assert policy.startswith("default-src 'none'; style-src 'self'; ") and "unsafe-inline" not in policy
        assert ("wasm-unsafe-eval" in policy) == (path == "query.html")
        assert not tree.xpath("//@style|//style|//*[@*[starts-with(name(), 'on')]]"), path
        for script in tree.iter("script"):
            assert script.get("src") or script.get("type") == "application/ld+json", path


# What single pages say


def test_the_evidence_of_a_fact_leads_to_sentence_and_article(site: Site) -> None:
    visit = opened(site, "id/engagement/rus-vnm-2019-08-visit.html")
    (fact,) = visit.xpath("//tr[th='protocol grade']")
    (sentence,) = fact.xpath(".//a[.='8']/@href")
    assert sentence.endswith("id/source/diplomat-2019-08-russia-vietnam.html#s8")
    assert fact.xpath(".//a[@class='out']/@href")[0].startswith("https://thediplomat.com/2019/08/")
    assert "asserted, stated" in fact.text_content()
    (time,) = visit.xpath("//tr[th='time']")
    assert "inferred by year from the date line" in time.text_content()


def test_every_row_about_a_record_has_a_source_or_says_that_there_is_none(site: Site) -> None:
    rows = 0
    for path in paths(site):
        if path.startswith(("id/", "pair/", "timeline", "coverage", "network", "disputes")):
            for cell in opened(site, path).xpath(
                "//table[contains(@class, 'stack')][not(contains(@class, 'sources'))]//tr/td[last()]"
            ):
                source = cell.xpath("./ul[@class='evidence']/li/a|.//ul[@class='evidence']/li")
                assert source or "no evidence of its own" in cell.text_content(), path
                rows += 1
    assert rows > 2000


def test_a_plan_is_marked_and_a_dispute_shows_both_sides(site: Site, invented: Site) -> None:
    timeline = opened(site, "timeline.html")
    (planned,) = timeline.xpath("//tr[.//strong='planned']/@data-id")
    assert planned in timeline.xpath("//*[local-name()='rect'][contains(@class, 'ahead')]/@data-id")
    sides = opened(invented, "disputes.html").xpath("//li[@class='dispute']")
    assert len(sides) == 3
    for dispute in sides:
        one, other = dispute.xpath("./div")
        assert one.xpath(".//ul[@class='evidence']/li") and other.xpath(".//ul[@class='evidence']/li")
        (there,) = other.xpath("./a/@href")
        assert "Disputed" in opened(invented, there).text_content()


def test_the_ledger_of_a_source_has_every_sentence_and_not_its_text(site: Site) -> None:
    page_of = opened(site, "id/source/aerocloud-cuba-vietnam.html")
    numbers = [int(each[1:]) for each in page_of.xpath("//tr/@id") if re.fullmatch(r"s\d+", each)]
    assert numbers == list(range(1, 20))
    assert page_of.xpath("//tr[@id='s9']//a[contains(@href, 'engagement/')]")


def test_a_page_of_a_thing_has_its_turtle_and_json_ld_beside_it(site: Site) -> None:
    for stem in (
        "id/person/phan-van-giang",
        "id/instrument/rus-vnm-plan-2018-2020",
        "concepts/area-counter-terrorism",
    ):
        kept = Store.load({"urn:x": site.folder / f"{stem}.ttl"})
        told = json.loads((site.folder / f"{stem}.jsonld").read_text())
        assert len(kept) > 3 and len(told) >= 1
    person = opened(site, "id/person/phan-van-giang.html")
    (described,) = person.xpath("//script[@type='application/ld+json']/text()")
    assert json.loads(described)["@type"] == "Person"


def test_a_term_has_its_rules_and_how_often_it_is_used(site: Site) -> None:
    (visit,) = opened(site, "ontology/index.html").xpath("//*[@id='Visit']")
    assert "used 9 times" in visit.text_content() and "engagement" in visit.text_content()
    (party,) = opened(site, "ontology/index.html").xpath("//*[@id='visitingParty']")
    assert party.xpath(".//details//a[starts-with(@href, '../shapes/index.html#Engagement-visitingParty')]")


def test_a_question_shows_the_rows_that_its_file_has(site: Site) -> None:
    rows = (site.folder / "question" / "who-met-whom.csv").read_text().splitlines()[1:]
    shown = opened(site, "question/who-met-whom.html").xpath("//table/tbody/tr")
    assert len(shown) == len(rows) == 6
    text = (site.folder / "question" / "who-met-whom.rq").read_text()
    assert text == (ROOT / "queries" / "engagements" / "who-met-whom.rq").read_text()


def test_what_was_checked_is_said_with_counts_and_what_did_not_run(site: Site, tmp_path: Path) -> None:
    reports = (Report("ledger", {"passages": 108}), Report("reason", not_run="no Java here"))
    quality(Pages(tmp_path), Reader(Store()), reports)
    said = html.document_fromstring((tmp_path / "quality.html").read_text()).text_content()
    assert "108 passages" in said and "not run" in said and "no Java here" in said
    assert "without the check" in opened(site, "quality.html").text_content()


def test_the_examples_of_the_docs_build_a_site_and_its_check_shows_a_broken_link(tmp_path: Path) -> None:
    world = Path(shutil.copytree(ROOT / "tests" / "voices", tmp_path / "world"))
    shutil.copytree(ROOT / "queries", world / "queries", dirs_exist_ok=True)
    [commands] = re.findall(r"^```console\n(.*?)^```$", (ROOT / "docs" / "site.md").read_text(), re.M | re.S)
    without, checked = commands.splitlines()
    assert shell(without, world) and verdicts(world / "site") == {}
    visits = world / "data" / "engagements" / "arl-bor.ttl"
    visits.write_text(
        visits.read_text().replace("bde:hostParty state:borduria", "bde:hostParty state:nowhere")
    )
    assert shell(checked, world)
    said = verdicts(world / "site")
    assert said["files"].startswith("ok 1 ontology files") and said["ledger"].startswith("ok 1 sources")
    assert said["vocabulary"].startswith("FAILS 14 terms")
    assert "data/engagements/arl-bor.ttl: no file describes state:nowhere" in said["vocabulary"]


def shell(command: str, folder: Path) -> bool:
    """Whether a command of the docs, run in a folder, writes a site and says nothing else."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-euc", command],
        cwd=folder,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
    )
    said = r"\d+ pages, [\d.]+ MB in site\nopen site/index.html\n"
    return (done.returncode, done.stderr) == (0, "") and bool(re.fullmatch(said, done.stdout))


def verdicts(folder: Path) -> dict[str, str]:
    """What the page of what was checked says of each part of the check."""
    page_of = html.document_fromstring((folder / "quality.html").read_text())
    rows = page_of.xpath("//section[@aria-labelledby='check']//tbody/tr")
    return {row.findtext("th"): " ".join(each.text_content() for each in row.findall("td")) for row in rows}


# What a newcomer looks for


def test_what_was_withheld_stands_apart_from_what_is_left_open(site: Site) -> None:
    table = opened(site, "disputes.html").xpath(
        "//section[@aria-labelledby='what-was-not-disclosed']//table"
    )[0]
    assert table.xpath("./thead//th/text()") == ["What", "Withheld or left open", "Evidence"]
    told = {row.xpath("string(td[1])"): row.xpath("string(td[2])") for row in table.xpath("./tbody/tr")}
    assert sorted(told.values()) == ["left open"] * 4 + ["withheld"] * 3
    assert told["Public details of the joint vision statement were not revealed."] == "withheld"
    every = opened(site, "id/nondisclosure/index.html").xpath(
        "//td[@data-label='Withheld or left open']/text()"
    )
    assert sorted(every) == sorted(told.values())
    cuba = opened(site, "pair/cuba-vietnam.html").xpath("//td[@data-label='Withheld or left open']/text()")
    assert cuba == ["withheld", "left open", "left open", "left open"]


def test_a_plan_and_a_promise_stand_in_one_list_each(site: Site) -> None:
    page_of = opened(site, "disputes.html")

    def listed(section: str) -> set[str]:
        return set(
            page_of.xpath(f"//section[@aria-labelledby='{section}']//td[@class='when']/../td[2]/a/@href")
        )

    plans, promises = listed("plans-nobody-confirmed"), listed("open-commitments")
    assert len(plans) == 3 and len(promises) == 11 and not plans & promises
    assert all(each.startswith("id/commitment/") for each in promises)
    assert "5 of these are told as a plan" in page_of.text_content()


def test_a_pair_names_its_questions_in_words_and_says_when_instruments_were_signed(site: Site) -> None:
    pair = opened(site, "pair/russia-vietnam.html")
    asked = pair.xpath("//p[contains(., 'behind it:')]/a")
    assert len(asked) > 10
    for each in asked:
        there = opened(site, posixpath.normpath(posixpath.join("pair", each.get("href"))))
        assert each.text == there.findtext(".//h1")
    assert pair.xpath("//td[@data-label='Signed']")[-1].text_content() == "on or after 2020-02-03"
    assert "None on record: engagements planned and not yet held." in pair.text_content()


def test_a_question_is_chosen_on_its_page_with_what_the_command_takes(
    site: Site, workspace: Workspace
) -> None:
    store = Store.load(workspace.graphs("ontology", "data"))
    fields = 0
    for question in queries.load(workspace):
        forms = opened(site, f"question/{question.name}.html").xpath("//form[@class='choosing']")
        assert len(forms) == bool(question.parameters), question.name
        for parameter in question.parameters:
            (field,) = forms[0].xpath(f".//*[@name='{parameter.name}']")
            assert forms[0].xpath(f".//label[@for='{field.get('id')}']"), question.name
            chosen = (
                field.get("value")
                if field.tag == "input"
                else field.xpath("string(option[@selected]/@value)")
            )
            term = parameters.lookup(store, parameter, chosen or "any")
            assert term == parameter.default, (question.name, parameter.name)
            fields += 1
    assert fields > 120
    visits = opened(site, "question/visits-of-a-pair.html").xpath("//select[@name='b']/option")
    assert [each.get("value") for each in visits if each.text == "Cuba"] == ["state:cuba"]


def test_more_choices_than_a_list_has_are_left_to_the_page_that_answers(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(choosing, "MOST", 2)
    reader = Reader(Store.load(workspace.graphs("ontology", "data")))
    saved = [queries.find(queries.load(workspace), "visits-of-a-pair")]
    questions.write(Pages(tmp_path), reader, saved, choosing.Choices(reader, saved))
    made = html.document_fromstring((tmp_path / "question" / "visits-of-a-pair.html").read_text())
    assert made.xpath("//form[@class='choosing']//*[@name]/@name") == ["question", "since", "until"]
    assert re.search(r"The other state\s+b: one of \d+, to be chosen", made.text_content())


def test_the_list_of_sources_counts_what_their_pages_list(site: Site) -> None:
    rows = opened(site, "id/source/index.html").xpath("//table/tbody/tr")
    assert len(rows) == 6
    for row in rows:
        sentences, backing, records = (int(cell.text_content()) for cell in row.xpath("td")[1:])
        ledger = opened(site, f"id/source/{row.xpath('th/a/@href')[0]}")
        lines = ledger.xpath("//tr[starts-with(@id, 's')]")
        assert len(lines) == sentences
        assert len([line for line in lines if line.xpath("td/ul/li")]) == backing
        links = ledger.xpath(
            "//tr[starts-with(@id, 's')]/td/ul/li/a/@href|//section[@aria-labelledby='whole']//a/@href"
        )
        assert len(set(links)) <= records and bool(links) == bool(records)


def test_a_list_without_dates_has_no_column_for_them_and_mechanisms_have_their_latest_edition(
    site: Site,
) -> None:
    mechanisms = opened(site, "id/mechanism/index.html")
    assert mechanisms.xpath("//thead//th/text()") == ["What", "Latest edition on record", "Sort", "Evidence"]
    editions = mechanisms.xpath("//td[@data-label]")
    assert [each.text for each in editions][-2:] == ["none on record"] * 2
    assert editions[0].xpath("a/@href") == ["../../id/engagement/international-army-games-2019.html"]


def test_headings_are_words_and_not_the_names_of_properties(site: Site) -> None:
    headings = {
        text
        for path in paths(site)
        for text in opened(site, path).xpath("//h2[starts-with(@id, 'group-')]/text()")
    }
    assert {"Instruments to which it is a party", "Posts in it", "Activities of this kind"} <= headings
    assert not [text for text in headings if ":" in text]


def test_somebody_who_was_minister_is_said_to_be_in_office_when_the_source_speaks(site: Site) -> None:
    person = opened(site, "id/person/ngo-xuan-lich.html")
    (held,) = person.xpath(
        "//div[@class='leads'][contains(., 'Minister of Defense of Vietnam')][contains(., 'post')]"
    )
    assert "post holding: in office when the source speaks" in held.text_content()
    assert "acted in it in engagements on record of 2018 to 2020" in held.text_content()
    posts = opened(site, "id/postholding/index.html").text_content()
    assert "former when the source speaks" in posts


@pytest.mark.parametrize("path", ["timeline.html", "pair/russia-vietnam.html"])
def test_every_mark_of_a_timeline_has_its_row(site: Site, path: str) -> None:
    tree = opened(site, path)
    marks = set(tree.xpath("//figure[@data-interactive]//*[@data-id]/@data-id"))
    rows = {row.get("data-id"): row for row in tree.xpath("//tr[@data-id]")}
    assert marks and marks <= set(rows)
    for row in rows.values():
        assert row.get("data-kind") and row.get("data-level")[:1] in "123456"
        assert row.get("data-pair") is not None and re.fullmatch(r"(\d{4})?", row.get("data-year"))


def test_every_picture_has_the_same_as_its_table(site: Site) -> None:
    matrix = opened(site, "matrix.html")
    numbers = [text.text for text in matrix.iter("text") if (text.get("class") or "").startswith("on-")]
    assert numbers == matrix.xpath("//table/tbody/tr/td[last()]/text()")
    network = opened(site, "network.html")
    assert len(network.xpath("//path[@class='tie']")) == len(network.xpath("//table/tbody/tr")) == 4
    coverage = opened(site, "coverage.html")
    drawn = coverage.xpath("//*[local-name()='line'][@class='gap']")
    dated = [row for row in coverage.xpath("//table/tbody/tr") if "no date" not in row.text_content()]
    assert len(drawn) == len(dated) > 10


def test_what_is_disputed_is_marked_so_in_the_pictures(invented: Site) -> None:
    timeline = opened(invented, "timeline.html")
    disputed = timeline.xpath("//tr[.//strong='disputed']/@data-id")
    marks = timeline.xpath("//*[local-name()='rect'][contains(@class, 'disputed')]/@data-id")
    assert len(disputed) == 2 and set(marks) == set(disputed)
    matrix = opened(invented, "matrix.html")
    assert len(matrix.xpath("//*[local-name()='rect'][contains(@class, 'disputed')]")) == 1
    assert "2" in matrix.xpath("//table/tbody/tr/td[last() - 1]/text()")


def test_evidence_with_passages_of_several_sources_stands_under_each(site: Site) -> None:
    (named, *_) = opened(site, "id/state/vietnam.html").xpath("//h1/following::ul[@class='evidence']")
    sources = [each.xpath("string(a[1])") for each in named]
    assert len(sources) == len(set(sources)) == 5
    for each in named:
        ledger = {link.rpartition("#")[0] for link in each.xpath("a[contains(@href, '#s')]/@href")}
        assert ledger == set(each.xpath("a[1]/@href"))


def test_what_was_held_beside_an_event_or_within_a_visit_is_dated_so(site: Site) -> None:
    beside = opened(site, "id/engagement/rus-vnm-2018-04-meeting-lich-shoigu.html").find_class("kind")[0]
    assert "on the margins of an event that began by 2018-04-04" in beside.text_content()
    part = opened(site, "id/engagement/rus-vnm-2019-08-meeting-giang-gerasimov.html").find_class("kind")[0]
    assert "within 2019-08-13 to 2019-08-19" in part.text_content()
    later = opened(site, "id/engagement/rus-vnm-2020-02-meeting-lich-shoigu.html").find_class("kind")[0]
    assert "on or after 2020-02-03" in later.text_content()


@pytest.mark.parametrize(
    ("whole", "part"),
    [
        ("2031-02", "within 2031-02"),
        ("within 2031 to 2032", "within 2031 to 2032"),
        ("from 2031-02-03, end not known", "on or after 2031-02-03"),
        ("until 2031-02-03", "on or before 2031-02-03"),
        ("began by 2031-02-01, until 2031-02-03", "on or before 2031-02-03"),
        (
            "began by 2031-02-01, lasting to 2031-02-03 or later",
            "as part of something that began by 2031-02-01, lasting to 2031-02-03 or later",
        ),
        ("", ""),
    ],
)
def test_a_part_is_dated_in_plain_words_and_no_finer_than_its_whole(whole: str, part: str) -> None:
    assert within(whole) == within(part) == part
    assert within(whole, own=True) == whole


# The briefing of a pair


@pytest.mark.parametrize(
    "case",
    [
        "claims/what-was-not-disclosed",
        "relations/what-the-relationship-is-called",
        "evidence/what-is-disputed",
    ],
)
def test_a_briefing_is_the_same_on_the_part_of_a_pair_as_on_the_whole(
    case: str, workspace: Workspace
) -> None:
    folder = ROOT / "tests" / "queries"
    same_as_whole(workspace, {"urn:world": folder / "world.ttl", "urn:case": folder / case / "graph.ttl"}, 1)


def test_the_founding_briefings_are_the_same_on_their_parts(workspace: Workspace) -> None:
    same_as_whole(workspace, workspace.graphs("data"), 4)


@pytest.mark.exhaustive("the briefings of all fixtures of questions, on part and whole")
def test_every_briefing_is_the_same_on_the_part_of_a_pair(workspace: Workspace) -> None:
    """Of one fixture in three, and with ``BDE_QUESTIONS=all`` of each."""
    folder = ROOT / "tests" / "queries"
    every = os.environ.get("BDE_QUESTIONS") == "all"
    cases = sorted(folder.glob("*/*/graph.ttl"))
    assert cases
    for graph in cases[:: 1 if every else 3]:
        same_as_whole(workspace, {"urn:world": folder / "world.ttl", "urn:case": graph}, 0)


def same_as_whole(workspace: Workspace, data: dict[str, Path], least: int) -> None:
    ontology = Store.load(workspace.graphs("ontology"))
    whole = Store.load({**workspace.graphs("ontology"), **data})
    saved = queries.load(workspace)
    occasions = Occasions(reader := Reader(whole))
    parts = Parts(reader, occasions, ontology)
    assert len(occasions.pairs) >= least
    for pair in occasions.pairs:
        states = URIRef(pair.a), URIRef(pair.b)
        assert brief.of_pair(parts.of(pair), saved, *states) == brief.of_pair(whole, saved, *states), pair


# Whatever names hold


def test_names_are_words_and_nothing_else(invented: Site) -> None:
    elements: set[str] = set()
    attributes: set[str] = set()
    shown = 0
    for path in paths(invented):
        text = (invented.folder / path).read_text()
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text), path
        assert "49" not in opened(invented, path).xpath("string(//h1)")
        for each in opened(invented, path).iter(html.etree.Element):
            elements.add(each.tag)
            attributes.update(each.attrib)
            for name in ("href", "src", "action"):
                address = each.get(name, "x")
                assert re.match(r"(https?://|data:,$|[\w.%/#=-]*$)", address), (path, address)
        for block in opened(invented, path).xpath("//script[not(@src)]"):
            json.loads(block.text)
        shown += SHOWN in opened(invented, path).text_content()
    assert shown > 10
    assert not elements & {"img", "iframe", "object", "embed", "style", "base"}
    assert not [name for name in attributes if name.startswith("on") or name == "style"]
    assert elements <= set(ELEMENTS.split())


# All that the templates have; br stands in none, so that a name with a line in it would show.
ELEMENTS = (
    "html head meta title link script body a abbr header nav ul ol li form label input button main h1 h2 h3 "
    "p section div table caption thead tbody tr th td span strong footer article dl dt dd code pre bdi "
    "figure figcaption svg desc line text rect g path circle details summary noscript select option em"
)


def test_no_name_leads_out_of_the_folder_or_takes_the_place_of_a_list(invented: Site, world: Path) -> None:
    assert page(f"{ID}person/rossi") == "id/person/rossi.html"
    for slug in ("index", "index-2", "../../../etc/passwd", "a b", "..%2F..%2Fout", "x" * 300):
        assert re.fullmatch(r"id/person/x-[0-9a-f]{16}\.html", page(f"{ID}person/{slug}"))
    assert page(f"{ID}person/") == page(f"{ID}other/x") == page("urn:x") == ""
    assert "Persons" in opened(invented, "id/person/index.html").findtext(".//h1")
    assert {path.name for path in world.iterdir()} == {"ontology", "shapes", "queries", "data", "site"}


def test_links_go_from_page_to_page() -> None:
    assert link("id/person/a.html", "id/person/b.html") == "b.html"
    assert link("id/person/a.html", "pair/x-y.html#E1") == "../../pair/x-y.html#E1"
    assert link("index.html", "index.html#x") == "#x"


# The folder


@pytest.mark.exhaustive("the site under another hash seed")
def test_the_command_gives_the_same_bytes_under_another_hash_seed(invented: Site, world: Path) -> None:
    command = [sys.executable, "-m", "bde", "--root", world, "site", "--out", world / "again"]
    environment = {**os.environ, "PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo", "LC_ALL": "C"}
    environment["PYTHONPATH"] = str(ROOT / "src")
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    assert done.stdout.startswith(f"{invented.pages} pages, ") and done.stderr == ""
    made = digests(world / "again")
    shutil.rmtree(world / "again")
    assert made == digests(invented.folder) and len(made) > 1000


def digests(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): sha256(path.read_bytes()).hexdigest() for path in files}


def test_a_folder_that_holds_anything_else_is_left_alone(workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("mine")
    with pytest.raises(BdeError, match="no earlier site"):
        build(workspace, tmp_path, __version__)
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_a_site_that_cannot_be_finished_leaves_the_earlier_one(copy: Workspace, tmp_path: Path) -> None:
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "site.json").write_text("{}")
    next(iter(copy.questions)).write_text("SELECT")
    with pytest.raises(BdeError):
        build(copy, folder, __version__)
    assert [path.name for path in folder.iterdir()] == ["site.json"]
