"""The page of a briefing in a real browser: it loads nothing, runs nothing, reads well and prints."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from bde.brief.model import Brief
from bde.brief.rendering import render
from bde.brief.rendering.wording import details, standing
from bde.writing import visible
from test_brief_days import keel, pair
from test_brief_renderings import hostile

pytestmark = pytest.mark.optional("chromium")
BRIEFS = {"pair": pair, "person": keel, "hostile": hostile}
# Lightness of the text against what lies behind it, by https://www.w3.org/TR/WCAG22/#contrast-minimum
CONTRASTS = """() => {
  const channel = c => { c /= 255; return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; };
  const light = rgb => { const [r, g, b] = rgb.map(channel); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const parse = text => text.match(/[\\d.]+/g).map(Number);
  const behind = element => {
    for (let each = element; each; each = each.parentElement) {
      const color = parse(getComputedStyle(each).backgroundColor);
      if (color.length < 4 || color[3] > 0) return color.slice(0, 3);
    }
    return [255, 255, 255];
  };
  const found = [];
  const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (words.nextNode()) {
    const element = words.currentNode.parentElement;
    if (!words.currentNode.textContent.trim() || element.closest('svg title, svg desc')) continue;
    const style = getComputedStyle(element);
    const ink = element.namespaceURI.endsWith('svg') ? style.fill : style.color;
    const [a, b] = [light(parse(ink).slice(0, 3)), light(behind(element))].sort((x, y) => y - x);
    found.push((a + 0.05) / (b + 0.05));
  }
  return found;
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as driver:
        opened = driver.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        yield opened
        opened.close()


class Opened:
    """A page in the browser, what it asked for and what it complained of."""

    def __init__(self, page: Page, made: Brief, folder: Path) -> None:
        self.page = page
        self.requests: list[str] = []
        self.refused: list[str | None] = []
        self.complaints: list[str] = []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("requestfailed", lambda request: self.refused.append(request.failure))
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("dialog", lambda dialog: self.complaints.append(dialog.message))
        file = folder / "brief.html"
        file.write_text(render(made, "html"))
        self.address = file.as_uri()
        page.goto(self.address)


@pytest.fixture(params=BRIEFS)
def opened(
    request: pytest.FixtureRequest, browser: Browser, tmp_path: Path
) -> Iterator[tuple[Opened, Brief]]:
    made = BRIEFS[request.param]()
    context = browser.new_context()
    yield Opened(context.new_page(), made, tmp_path), made
    context.close()


def test_nothing_is_requested_but_the_page_and_the_console_is_silent(opened: tuple[Opened, Brief]) -> None:
    view, _ = opened
    assert view.page.title()
    assert view.requests == [view.address]
    assert view.complaints == []


def test_the_policy_lets_the_style_in_and_nothing_else(opened: tuple[Opened, Brief]) -> None:
    view, _ = opened
    # The style came through: the table is as wide as its column, and the glance has its bar.
    border = view.page.evaluate("getComputedStyle(document.querySelector('.glance')).borderLeftWidth")
    assert border == "4px"
    before = len(view.complaints)
    view.page.evaluate(
        "() => { const s = document.createElement('style'); s.textContent = 'h1 { color: red }';"
        "document.head.append(s); const i = new Image(); i.src = 'https://x.example/a.png'; }"
    )
    view.page.wait_for_timeout(200)
    assert len(view.complaints) - before >= 2  # both refused, by the policy
    assert view.page.evaluate("getComputedStyle(document.querySelector('h1')).color") != "rgb(255, 0, 0)"
    assert view.refused == ["csp"]


def test_the_drawing_is_seen_named_and_told_in_words(opened: tuple[Opened, Brief]) -> None:
    view, made = opened
    svg = view.page.locator("svg[role=img]")
    assert svg.count() == 1 and svg.is_visible()
    box = svg.bounding_box()
    assert box and box["width"] > 300 and box["height"] > 30
    names = svg.get_attribute("aria-labelledby")
    assert names and all(view.page.locator(f"#{name}").text_content() for name in names.split())
    top = [line for section in made.sections if section.drawn for line in section.lines if not line.depth]
    assert view.page.locator("svg .range").count() == sum(bool(line.span.first) for line in top)


def test_the_table_beside_the_drawing_says_what_the_model_says(opened: tuple[Opened, Brief]) -> None:
    view, made = opened
    rows = view.page.locator("tbody tr")
    lines = [line for section in made.sections if section.drawn for line in section.lines]
    assert rows.count() == len(lines) > 0
    for number, line in enumerate(lines):
        cells = rows.nth(number).locator("td").all_text_contents()
        more = f" ({details(line)})" if details(line) else ""
        wanted = [line.id, line.when, line.text + more, standing(line)]
        assert [" ".join(cell.split()) for cell in cells] == [
            " ".join(visible(text).split()) for text in wanted
        ]


def test_hostile_labels_are_words_and_nothing_else(browser: Browser, tmp_path: Path) -> None:
    context = browser.new_context()
    view = Opened(context.new_page(), hostile(), tmp_path)
    assert view.page.locator("script, img, b, iframe").count() == 0
    assert "<script>alert(1)</script>" in view.page.locator("h1").inner_text()
    links = view.page.locator("a[href]:not([href^='#'])")
    assert [links.nth(n).get_attribute("href") for n in range(links.count())] == [
        'https://x.example/">?a=<b>'
    ]
    assert view.complaints == []
    context.close()


def test_headings_are_in_order_and_every_reference_leads_somewhere(opened: tuple[Opened, Brief]) -> None:
    view, made = opened
    levels = view.page.evaluate("[...document.querySelectorAll('h1,h2,h3')].map(h => +h.tagName[1])")
    assert levels == [1] + [2] * (len(made.sections) + 3)
    assert view.page.locator("html").get_attribute("lang") == "en"
    inside = view.page.evaluate("[...document.querySelectorAll('a')].map(a => a.getAttribute('href'))")
    ids = view.page.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)")
    assert {link[1:] for link in inside if link.startswith("#")} <= set(ids)
    assert len(ids) == len(set(ids))
    assert view.page.evaluate("document.querySelectorAll('th:not([scope])').length") == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_word_stands_out_enough_in_light_and_dark(
    browser: Browser, tmp_path: Path, scheme: str
) -> None:
    context = browser.new_context(color_scheme=scheme)  # type: ignore[arg-type]
    view = Opened(context.new_page(), pair(on="2031-09-01"), tmp_path)
    ratios = view.page.evaluate(CONTRASTS)
    assert len(ratios) > 100 and min(ratios) >= 4.5
    paper = view.page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (paper == "rgb(255, 255, 255)") == (scheme == "light")
    context.close()


def test_nothing_is_cut_off_on_a_narrow_screen(browser: Browser, tmp_path: Path) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 700})
    view = Opened(context.new_page(), pair(), tmp_path)
    assert view.page.evaluate("document.documentElement.scrollWidth") <= 360
    context.close()


def test_it_prints(opened: tuple[Opened, Brief]) -> None:
    view, _ = opened
    printed = view.page.pdf(prefer_css_page_size=True)
    assert printed.startswith(b"%PDF") and printed.count(b"/Type /Page\n") >= 1
