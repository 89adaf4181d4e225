"""The site in a real browser: from a folder and from a server, without a network, by keyboard, for all."""

import json
import re
import shutil
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import urldefrag

import pytest
from click.testing import CliRunner
from lxml import html
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from bde import parameters, queries
from bde.cli import bde
from bde.namespaces import ID
from bde.site import Site, build
from bde.store import Store
from bde.workspace import Workspace
from conftest import AXE, ROOT

pytestmark = pytest.mark.optional("chromium")

# One page of each kind; a page of the site that is of none of these kinds is one that nobody looked at.
KINDS = {
    **{
        f"{name}.html": f"{name}.html"
        for name in ("index", "search", "query", "timeline", "matrix", "network")
    },
    **{f"{name}.html": f"{name}.html" for name in ("coverage", "disputes", "quality", "reading", "more")},
    **{f"{name}/index.html": f"{name}/index.html" for name in ("pair", "question", "ontology", "shapes")},
    "concepts/index.html": "concepts/index.html",
    "concepts/*.html": "concepts/area-counter-terrorism.html",
    "pair/*.html": "pair/russia-vietnam.html",
    "question/*.html": "question/visits-of-a-pair.html",
    "id/*/index.html": "id/person/index.html",
    "id/source/*.html": "id/source/diplomat-2019-08-russia-vietnam.html",
    "id/*/*.html": "id/engagement/rus-vnm-2019-08-visit.html",
}
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
SAID = re.compile(r"^(?!.*\.\.\.$).+")  # an answer or a problem, and not that one is awaited
AXE_RUN = """async () => (await axe.run(document, { preload: false, resultTypes: ["violations"] })).violations
  .map(({ id, nodes }) => [id, ...nodes.slice(0, 3).map(({ target }) => String(target))])"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as driver:
        opened = driver.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        yield opened
        opened.close()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def served(site: Site) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(site.folder))) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture(scope="module")
def in_folder(site: Site) -> str:
    return site.folder.as_uri() + "/"


class View:
    """A page in the browser, what it asked for and what it complained of."""

    def __init__(self, context: BrowserContext, home: str) -> None:
        self.home = home
        self.page = context.new_page()
        self.complaints: list[str] = []
        self.requests: list[str] = []
        self.page.set_default_timeout(20_000)
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("dialog", lambda dialog: self.complaints.append(dialog.message))
        self.page.on("request", lambda request: self.requests.append(request.url))

    def open(self, path: str) -> None:
        self.page.goto(self.home + path)

    def away(self) -> list[str]:
        """The requests that left the site."""
        own = (self.home, "blob:", "data:")
        return [address for address in self.requests if not address.startswith(own)]


@pytest.fixture
def view(browser: Browser, in_folder: str) -> Iterator[View]:
    context = browser.new_context()
    opened = View(context, in_folder)
    yield opened
    assert opened.complaints == [] and opened.away() == []
    context.close()


class Asking(View):
    """The query page, without a network."""

    def __init__(self, context: BrowserContext, home: str) -> None:
        super().__init__(context, home)
        context.set_offline(True)
        self.open("query.html")

    def write(self, query: str) -> None:
        self.page.evaluate("text => document.querySelector('.CodeMirror').CodeMirror.setValue(text)", query)

    def written(self) -> str:
        text = self.page.evaluate("document.querySelector('.CodeMirror').CodeMirror.getValue()")
        assert isinstance(text, str)
        return text

    def said(self) -> str:
        expect(self.page.locator("#said")).to_have_text(SAID, timeout=20_000)
        return self.page.locator("#said").inner_text()

    def run(self, query: str) -> str:
        self.write(query)
        self.page.click("#run")
        return self.said()

    def csv(self) -> str:
        with self.page.expect_download() as download:
            self.page.click("#csv")
        return download.value.path().read_text()


@pytest.fixture(scope="module")
def asking(browser: Browser, in_folder: str) -> Iterator[Asking]:
    context = browser.new_context()
    opened = Asking(context, in_folder)
    yield opened
    assert opened.complaints == [] and opened.away() == []
    context.close()


def kind_of(path: str) -> str:
    """The kind of page, by the first pattern it fits."""
    fitting = [kind for kind in KINDS if Path(path).match(kind) and path.count("/") == kind.count("/")]
    assert fitting, f"{path} is of no kind that is looked at"
    return fitting[0]


def test_every_page_is_of_a_kind_that_is_looked_at_here(site: Site) -> None:
    pages = [path.relative_to(site.folder).as_posix() for path in site.folder.rglob("*.html")]
    assert {kind_of(path) for path in pages} == set(KINDS)
    assert all(kind_of(path) == kind for kind, path in KINDS.items())


@pytest.mark.parametrize("path", ["index.html", KINDS["id/*/*.html"], "query.html"])
def test_a_page_from_a_folder_complains_of_nothing_and_asks_nobody(view: View, path: str) -> None:
    view.open(path)
    assert view.page.title() and len(view.requests) > 3  # with its style and scripts


@pytest.mark.exhaustive("each kind of page, from a folder and from a server")
@pytest.mark.parametrize("home", ["served", "in_folder"])
def test_each_kind_of_page_complains_of_nothing_and_asks_nobody(
    browser: Browser, request: pytest.FixtureRequest, home: str
) -> None:
    context = browser.new_context()
    view = View(context, request.getfixturevalue(home))
    for path in KINDS.values():
        view.open(path)
        view.page.focus("[type=search]")
        expect(view.page.locator("h1")).to_have_count(1)
        assert (view.complaints, view.away()) == ([], []), path
    context.close()


@pytest.mark.exhaustive("the links of each kind of page, followed on a server")
def test_every_link_inside_leads_to_a_page_and_to_its_anchor(browser: Browser, served: str) -> None:
    context = browser.new_context()
    view = View(context, served)
    links: set[str] = set()
    for path in KINDS.values():
        view.open(path)
        links.update(
            view.page.eval_on_selector_all("a[href], link[href]", "all => all.map(each => each.href)")
        )
    inside: dict[str, set[str]] = {}
    for link in links:
        page, anchor = urldefrag(link)
        if link.startswith(served):
            inside.setdefault(page, set()).add(anchor)
    assert len(inside) > 100
    for page, anchors in inside.items():
        answer = context.request.get(page)
        assert answer.ok, page
        if wanted := {each for each in anchors if each and "=" not in each}:
            tree = html.document_fromstring(answer.text())
            assert wanted <= set(tree.xpath("//@id")), page
    context.close()


def test_the_start_page_is_light(browser: Browser, served: str) -> None:
    context = browser.new_context()
    sizes: list[int] = []
    page = context.new_page()
    page.on("response", lambda answer: sizes.append(len(answer.body())))
    page.goto(served + "index.html", wait_until="networkidle")
    assert len(sizes) > 3 and sum(sizes) < 200_000
    context.close()


@pytest.mark.parametrize("typed", ["alvaro lopez miera", "Miera Alvaro", "MIERA, Á"])
def test_search_finds_a_person_without_accents_and_in_any_order(view: View, typed: str) -> None:
    view.open("index.html")
    view.page.fill("#find", typed)
    first = view.page.locator(".found li").first
    expect(first).to_have_text("Álvaro López Miera person")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("minister of defence vietnam", "Minister of Defense of Vietnam"), ("Shoygu", "Sergei")],
)
def test_search_names_what_is_near_and_says_so(view: View, typed: str, meant: str) -> None:
    view.open("search.html")
    view.page.fill("#find", typed)
    expect(view.page.locator("#said")).to_have_text(
        re.compile(f"^Nothing is called “{typed}” here; near it: ")
    )
    expect(view.page.locator("#found li").first).to_contain_text(meant)


@pytest.mark.parametrize(
    ("typed", "question"),
    [
        ("planned but not held", "planned-without-a-record-that-it-happened"),
        ("held not but planned", "planned-without-a-record-that-it-happened"),
        ("promised", "open-commitments"),
        ("who met", "who-met-whom"),
    ],
)
def test_search_finds_questions_by_what_they_are_about(view: View, typed: str, question: str) -> None:
    view.open("index.html")
    view.page.fill("#find", typed)
    expect(view.page.locator(f".found a[href$='question/{question}.html']")).to_be_visible()
    assert "Nothing is called" not in view.page.locator(".find .said").inner_text()


def test_a_question_is_chosen_and_asked_on_its_page(view: View) -> None:
    view.page.context.set_offline(True)
    view.open("question/visits-of-a-pair.html")
    view.page.select_option("#choose-b", label="Cuba")
    view.page.fill("#choose-until", "2019-12-31")
    view.page.click(".choosing button")
    expect(view.page.locator("#said")).to_have_text(re.compile(r"^\d+ rows?, in"), timeout=20_000)
    options = ["--set", "b=CUB", "--set", "until=2019-12-31", "--as", "csv"]
    said = CliRunner().invoke(bde, ["--root", str(ROOT), "ask", "visits-of-a-pair", *options])
    assert view.page.locator("#answer tbody tr").count() == said.stdout.count("\n") - 1 > 0
    assert view.page.input_value("#parameter-b") == "Cuba"
    expect(view.page.locator(".CodeMirror-line", has_text="VALUES ?b { <")).to_be_visible()
    view.page.click("#share")
    link = view.page.input_value("#link")
    assert link.endswith(
        "query.html#question=visits-of-a-pair&a=state%3Avietnam&b=state%3Acuba&until=2019-12-31"
    )


def test_without_scripts_a_question_can_be_chosen_on_its_page(browser: Browser, in_folder: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(in_folder + "question/visits-of-a-pair.html")
    page.select_option("#choose-b", label="Cuba")
    page.click(".choosing button")
    expect(page.locator("h1")).to_have_text("Ask the graph")
    assert "question=visits-of-a-pair" in page.url and "b=state%3Acuba" in page.url
    context.close()


def test_the_words_of_search_are_those_of_the_command(view: View) -> None:
    names = ["Đặng Xuân", "Straße", "ÆTHELRED", "O’Brien-Ø.", "Łódź 2019", "Ngô Xuân Lịch", "ﬁne", "ırmak"]
    view.open("index.html")
    assert view.page.evaluate("names => names.map(name => bde.words(name).join(' '))", names) == [
        parameters._letters(name) for name in names
    ]


def test_search_goes_by_keyboard_alone(view: View) -> None:
    view.open("question/index.html")
    view.page.focus("#find")
    view.page.keyboard.type("russian visit defense")
    expect(view.page.locator(".find .said")).to_have_text(re.compile(r"^\d+ found"))
    view.page.keyboard.press("Escape")
    expect(view.page.locator(".found li")).to_have_count(0)
    expect(view.page.locator("#find")).to_have_value("russian visit defense")
    view.page.keyboard.press("ArrowDown")
    expect(view.page.locator(".found li").first).to_be_visible()
    view.page.keyboard.press("ArrowDown")
    view.page.keyboard.press("Enter")
    expect(view.page.locator("h1")).not_to_have_text("Questions")
    assert "/id/" in view.page.url


def test_the_search_page_answers_its_address_and_says_the_kind_and_when_there_is_nothing(view: View) -> None:
    view.open("search.html?q=lich%20ngo")
    expect(view.page.locator("#found li").first).to_have_text("Ngo Xuan Lich person")
    view.page.fill("#find", "qqqq")
    expect(view.page.locator("#said")).to_have_text("Nothing is called “qqqq” here.")
    view.page.keyboard.press("Enter")
    assert view.page.url.endswith("?q=qqqq")


@pytest.mark.parametrize(
    ("name", "values", "settings"),
    [
        ("visits-of-a-pair", {"b": "Cuba", "until": "2019-12-31"}, ["b=CUB", "until=2019-12-31"]),
        ("posts-of-a-person", {"person": "Sergei Shoigu"}, ["person=Shoigu"]),
    ],
)
def test_a_form_gives_the_rows_of_the_command(
    asking: Asking, name: str, values: dict[str, str], settings: list[str]
) -> None:
    page = asking.page
    page.select_option("#question", name)
    for parameter, value in values.items():
        field = page.locator(f"#parameter-{parameter}")
        if field.evaluate("field => field.localName") == "select":
            field.select_option(value)
        else:
            field.fill(value)
    page.click("#ask")
    assert re.match(r"\d+ rows?, in", asking.said())
    options = [part for setting in settings for part in ("--set", setting)]
    said = CliRunner().invoke(bde, ["--root", str(ROOT), "ask", name, *options, "--as", "csv"])
    assert asking.csv() == said.stdout
    assert page.locator("#answer tbody tr").count() == said.stdout.count("\n") - 1 > 0


def test_every_form_writes_what_the_command_would_run(asking: Asking, workspace: Workspace) -> None:
    saved = queries.load(workspace)
    texts = asking.page.evaluate(
        "() => bde.saved.questions.map(q => new bde.QuestionForm(q, document.createElement('div')).text())"
    )
    assert len(texts) == len(saved) > 70
    for question, text in zip(saved, texts, strict=True):
        defaults = {parameter.name: parameter.default for parameter in question.parameters}
        assert queries.bind(question, defaults).endswith(text) and len(text) > 100, question.name


def test_a_value_goes_into_a_query_as_a_term_of_the_list_or_not_at_all(asking: Asking) -> None:
    page = asking.page
    page.goto(asking.home + "query.html#question=visits-of-a-pair&a=state:cuba&b=%7D%20%23&since=2019-02-30")
    expect(page.locator("#parameter-a")).to_have_value("Cuba")
    assert f"VALUES ?a {{ <{ID}state/cuba> }}" in asking.written()
    assert "} #" not in asking.written() and "2019-02-30" not in asking.written()


def test_the_engine_answers_as_the_command_over_the_union_and_by_graph(
    asking: Asking, workspace: Workspace
) -> None:
    store = Store.load(workspace.graphs("ontology", "data"))
    asked = (
        "SELECT ?graph (COUNT(*) AS ?triples) { GRAPH ?graph { ?s ?p ?o } } GROUP BY ?graph ORDER BY ?graph"
    )
    asking.run(asked)
    wanted = [f"{graph},{triples}" for graph, triples in store.query(asked).rows]
    assert asking.csv().splitlines() == ["graph,triples", *wanted] and len(wanted) > 20
    asking.run("ASK { ?visit a bde:Visit }")
    assert asking.csv() == "answer\nyes\n"
    asking.run("CONSTRUCT { ?s a ?o } WHERE { ?s a ?o } ")
    both = store.query("SELECT DISTINCT ?s ?o { ?s a ?o }").rows
    assert asking.csv().count("\n") == len(both) + 1


def test_a_runaway_query_is_stopped_and_the_next_one_runs(asking: Asking) -> None:
    asking.write(ENDLESS)
    asking.page.click("#run")
    expect(asking.page.locator("#said")).to_have_text("The query runs ...")
    asking.page.click("#stop")
    assert asking.said() == "Stopped."
    assert asking.run("SELECT ?x { VALUES ?x { 1 2 } }").startswith("2 rows")


def test_a_link_brings_the_query_back_and_runs_nothing(asking: Asking, browser: Browser) -> None:
    query = "SELECT ?visit { ?visit a bde:Visit } # Đ & + %20\nLIMIT 3"
    asking.write(query)
    asking.page.click("#share")
    link = asking.page.input_value("#link")
    context = browser.new_context()
    other = View(context, asking.home)
    other.page.goto(link)
    expect(other.page.locator("#said")).to_have_text("The query of the link is in the editor; “Run” runs it.")
    assert other.page.evaluate("document.querySelector('.CodeMirror').CodeMirror.getValue()") == query
    assert other.page.locator("#answer table").count() == 0
    context.close()


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ("DELETE WHERE { ?s ?p ?o }", "DELETE changes a graph"),
        ("PREFIX select: <x:> INSERT DATA { <x:a> <x:b> 'SELECT' }", "INSERT changes a graph"),
        ("SELECT * { SERVICE <https://x.example/> { ?s ?p ?o } }", "SERVICE would send"),
        ("SELECT * { service silent ?where { ?s ?p ?o } }", "SERVICE would send"),
        ("# SELECT", "This is no query"),
        ("SELECT ?x WHERE { ?x ", "expected"),
    ],
)
def test_what_is_no_question_is_refused_and_said_why(asking: Asking, query: str, problem: str) -> None:
    assert problem in asking.run(query)
    assert asking.page.locator("#answer table").count() == 0


def test_words_that_only_look_like_commands_do_no_harm(asking: Asking) -> None:
    query = """PREFIX load: <x:drop#> # DELETE
        SELECT ?insert { BIND("SERVICE \\" DELETE" AS ?insert) FILTER(?insert != load:service) }"""
    assert asking.run(query).startswith("1 row,")


def test_rows_that_are_not_shown_are_counted(asking: Asking) -> None:
    said = asking.run("SELECT ?s ?p ?o { ?s ?p ?o } LIMIT 1234")
    assert said == "The first 1,000 of 1,234 rows are shown; the CSV has all."
    assert asking.page.locator("#answer tbody tr").count() == 1000
    assert asking.csv().count("\n") >= 1235
    assert asking.run("SELECT ?s { ?s a bde:Nothing }").startswith("No rows: nothing on record")


def test_hostile_values_are_words_and_nothing_else(asking: Asking) -> None:
    asking.run(
        """SELECT ?a ?b ?c { BIND("<img src=x onerror=alert(1)>" AS ?a)
        BIND(<javascript:alert(1)> AS ?b) BIND(<https://w3id.org/bde/id/person/../../x> AS ?c) }"""
    )
    cells = asking.page.locator("#answer tbody td")
    assert cells.all_inner_texts() == [
        "<img src=x onerror=alert(1)>",
        "javascript:alert(1)",
        "person:../../x",
    ]
    assert asking.page.locator("#answer :is(a, img)").count() == 0


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """A small site in which every name tries to be something else."""
    root = tmp_path_factory.mktemp("hostile")
    graph = Path(shutil.copytree(ROOT / "tests" / "voices", root / "graph"))
    shutil.copy(ROOT / "tests" / "site" / "hostile.ttl", graph / "data" / "entities")
    shutil.copytree(ROOT / "queries", graph / "queries", dirs_exist_ok=True)
    return build(Workspace.at(graph), root / "site", "0")


@pytest.mark.exhaustive("hostile names in a real browser")
def test_hostile_names_are_found_as_words_and_run_nothing(browser: Browser, hostile: Site) -> None:
    context = browser.new_context()
    view = View(context, hostile.folder.as_uri() + "/")
    view.open("search.html?q=rossi")
    found = view.page.locator("#found li")
    expect(found.first).to_have_text("Rossi of the odd address person")
    assert "Rossi <img src=x onerror=alert(1)> person" in found.all_inner_texts()
    assert view.page.locator("#found :is(img, b, i, script)").count() == 0
    view.page.fill("#find", "do rossi x07")
    expect(found).to_have_count(1)
    for path in (path for path in hostile.folder.rglob("*.html") if "evil" in path.name):
        view.open(path.relative_to(hostile.folder).as_posix())
        assert view.page.locator(":is(h1, main) :is(img, b, i, script)").count() == 0
    assert (view.complaints, view.away()) == ([], [])
    context.close()


@pytest.mark.exhaustive("hostile names in a real browser")
def test_hostile_names_are_choices_and_cells_and_run_nothing(browser: Browser, hostile: Site) -> None:
    context = browser.new_context()
    asking = Asking(context, hostile.folder.as_uri() + "/")
    asking.page.select_option("#question", "name-forms-of-a-person")
    offered = asking.page.locator("#parameter-person option").all_inner_texts()
    assert "Rossi <img src=x onerror=alert(1)> (person:evil)" in offered
    assert "Rossi <img src=x onerror=alert(1)> (person:twin)" in offered
    asking.run("SELECT ?thing ?label { ?thing rdfs:label ?label FILTER(CONTAINS(?label, 'Rossi')) }")
    assert asking.page.locator("#answer td").count() > 6
    assert asking.page.locator("#answer :is(img, b, i, script)").count() == 0
    assert (asking.complaints, asking.away()) == ([], [])
    context.close()


def test_the_editor_is_no_trap_for_the_keyboard(asking: Asking) -> None:
    asking.page.focus("#ask") if asking.page.locator("#ask").is_enabled() else asking.page.focus("#question")
    stops = []
    for _ in range(8):
        asking.page.keyboard.press("Tab")
        stops.append(asking.page.evaluate("document.activeElement.id || document.activeElement.localName"))
    assert "textarea" in stops and stops.index("textarea") < stops.index("run")
    asking.page.focus("#editor textarea")
    asking.write("SELECT ?x { VALUES ?x { 7 } }")
    asking.page.keyboard.press("Control+Enter")
    assert asking.said().startswith("1 row,")


def test_the_timeline_is_filtered_by_keyboard_and_says_how_much_is_left(view: View) -> None:
    view.open("timeline.html")
    page, said = view.page, view.page.locator(".filters output")
    rows, marks = page.locator("tr[data-id]:visible"), page.locator("svg [data-id]:visible")
    all_rows, all_marks = rows.count(), marks.count()
    assert said.inner_text() == f"{all_rows} of {all_rows} shown" and all_marks > 20
    page.focus("#filter-pair")
    page.keyboard.type("Cuba")
    expect(said).not_to_have_text(f"{all_rows} of {all_rows} shown")
    some = rows.count()
    assert 0 < some < all_rows and 0 < marks.count() < all_marks
    assert said.inner_text() == f"{some} of {all_rows} shown"
    assert all("Cuba and Vietnam" in text for text in rows.all_inner_texts())
    page.focus("#filter-from")
    page.keyboard.type("2019")
    expect(rows).not_to_have_count(some)
    assert 0 < rows.count() < some
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(rows).to_have_count(all_rows)
    assert marks.count() == all_marks and page.input_value("#filter-pair") == ""


def test_the_timeline_is_drawn_closer_by_keyboard_and_whole_again(view: View) -> None:
    view.open("timeline.html")

    def wide(first: str, last: str) -> float:
        mark = view.page.locator(f"svg [data-from='{first}'][data-to='{last}']").first
        return float(mark.get_attribute("width") or 0)

    names = view.page.locator("svg .lane text")
    shown, year, day = (
        names.all_inner_texts(),
        wide("2018-01-01", "2018-12-31"),
        wide("2019-05-31", "2019-05-31"),
    )
    view.page.get_by_role("button", name="Zoom in").focus()
    for key in ("+", "+", *["ArrowRight"] * 20):
        view.page.keyboard.press(key)
    assert wide("2018-01-01", "2018-12-31") > 2 * year
    assert wide("2019-05-31", "2019-05-31") == day  # what is known to the day looks no vaguer from near
    assert names.all_inner_texts() == shown and names.first.is_visible()
    view.page.keyboard.press("0")
    assert wide("2018-01-01", "2018-12-31") == pytest.approx(year)


def test_without_scripts_the_timeline_shows_all_and_no_controls(browser: Browser, in_folder: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(in_folder + "timeline.html")
    assert page.locator("tr[data-id]:visible").count() > 40
    assert page.locator(".filters, .zoom").count() == 0
    context.close()


# Long pages say the same in the same form many times; some of it is looked at.
SHORTER = """() => document.querySelectorAll(`main section:nth-of-type(n+9), main article:nth-of-type(n+5),
  tbody tr:nth-child(n+20), dl > :nth-child(n+21)`).forEach(each => each.remove())"""


def violations(page: Page, scheme: str, width: int) -> list[str]:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.set_viewport_size({"width": width, "height": 800})
    found = page.evaluate(AXE_RUN)
    if page.evaluate("document.documentElement.scrollWidth") > width:
        found.append(["wider than the screen"])
    return [json.dumps(each) for each in found]


@pytest.mark.optional("axe")
def test_the_query_page_keeps_nobody_out(asking: Asking) -> None:
    asking.page.goto(asking.home + "query.html#question=visits-of-a-pair")
    asking.page.click("#ask")
    asking.said()
    asking.page.evaluate(f"{AXE.read_text()}; null")
    assert violations(asking.page, "dark", 1280) == []
    assert violations(asking.page, "light", 390) == []
    asking.page.emulate_media(color_scheme=None)  # type: ignore[arg-type]
    asking.page.set_viewport_size({"width": 1280, "height": 720})


@pytest.mark.optional("axe")
@pytest.mark.exhaustive("each kind of page in light and dark and on a phone")
@pytest.mark.parametrize("path", KINDS.values())
def test_no_kind_of_page_keeps_anybody_out(view: View, path: str) -> None:
    view.open(path)
    view.page.evaluate(SHORTER)
    view.page.evaluate(f"{AXE.read_text()}; null")
    for scheme, width in (("light", 1280), ("dark", 390)):
        assert violations(view.page, scheme, width) == [], (scheme, width)
