"""Four renderings of one briefing: each says what the model says, whatever the labels hold."""

import json
import re
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from markdown_it import MarkdownIt

from bde.brief import rendering
from bde.brief.model import Brief, Essential, Line, Reference, Section, Source, Span
from bde.brief.rendering import chart, render
from bde.brief.rendering.page import web
from bde.cli import briefing
from test_brief_days import pair

SCHEMA = json.loads((Path(rendering.__file__).parent / "brief.schema.json").read_text())
HOSTILE = "</style><script>alert(1)</script> & | pipe `tick` [x](javascript:alert(1)) <b>*bold*</b> \x1b[31m"


@cache
def hostile() -> Brief:
    """A briefing in which every label tries to be something else."""
    line = Line(
        HOSTILE,
        ("https://w3id.org/bde/id/engagement/x",),
        kind=HOSTILE,
        facts=(HOSTILE,),
        id="E1",
        when="2031",
        span=Span("2031-01-01", "", "", "2031-12-31"),
        references=(Reference(1, (1,)),),
        word_of=(HOSTILE,),
        manner=HOSTILE,
    )
    sources = tuple(
        Source(number, f"urn:{number}", HOSTILE, HOSTILE, HOSTILE, "2031", address, (1,))
        for number, address in enumerate(
            ('https://x.example/">?a=<b>', "javascript:alert(1)", "data:text/html,x"), 1
        )
    )
    return Brief(
        "pair",
        (HOSTILE, "Borduria"),
        "",
        "",
        "2031-12-31",
        (Essential(HOSTILE, HOSTILE, (Reference(1, (1,)),), ("E1",)),),
        (
            Section(HOSTILE, (line,), (HOSTILE,), ("timeline-of-a-pair",), HOSTILE, drawn=True),
            Section("Others", (Line(HOSTILE, id="T1"),), (), ("x",)),
        ),
        sources,
    )


def test_the_command_offers_exactly_the_renderings_there_are() -> None:
    assert briefing.FORMS == rendering.FORMS
    with pytest.raises(ValueError):
        render(hostile(), "odt")


def test_an_unfinished_rendering_of_the_model_is_no_rendering() -> None:
    for made in (pair(), hostile()):
        for form in rendering.FORMS:
            text = render(made, form)
            assert text.endswith("\n") and not re.search(r"\bNone\b(?! on record)|Line\(|Reference\(", text)


# Text


@pytest.mark.parametrize("width", [40, 72, 100, 160])
def test_text_keeps_to_the_width_but_for_what_cannot_be_broken(width: int) -> None:
    long = [x for x in render(pair(), "text", width).splitlines() if len(x) > width]
    assert all(len(x.split()) <= 2 for x in long)


def test_text_holds_no_control_character() -> None:
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f]", render(hostile(), "text"))


# Markdown


class Shown(HTMLParser):
    """The words that a reader of the HTML sees, and what it would do."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def shown(markdown: str) -> Shown:
    reader = Shown()
    reader.feed(MarkdownIt("commonmark", {"html": True}).enable("table").render(markdown))
    return reader


@pytest.mark.parametrize("made", [pair, hostile], ids=["world", "hostile"])
def test_every_table_of_the_markdown_has_as_many_cells_in_each_row_as_in_its_head(made) -> None:  # type: ignore[no-untyped-def]
    tokens = MarkdownIt("commonmark").enable("table").parse(render(made(), "markdown"))
    rows: list[int] = []
    tables = []
    for token in tokens:
        if token.type == "table_open":
            rows = []
        elif token.type == "tr_open":
            rows.append(0)
        elif token.type in ("td_open", "th_open"):
            rows[-1] += 1
        elif token.type == "table_close":
            tables.append(rows)
    assert len(tables) == 3 and all(len(set(rows)) == 1 for rows in tables)
    timeline = next(section for section in made().sections if section.drawn)
    assert len(tables[1]) == 1 + len(timeline.lines)
    # A cell too many would be dropped by the reader: count them in the text as well.
    for row in re.findall(r"^\|.*\|$", render(made(), "markdown"), re.M):
        assert len(re.findall(r"(?<!\\)\|", row)) in (3, 5)


def test_markdown_shows_hostile_labels_as_they_are() -> None:
    reader = shown(render(hostile(), "markdown"))
    assert not {"script", "b", "em", "style", "img"} & set(reader.tags)
    assert "<b>*bold*</b>" in "".join(reader.words) and "| pipe `tick`" in "".join(reader.words)
    assert [link for link in reader.links if not link.startswith("https://")] == []


# JSON


@pytest.mark.parametrize("made", [pair, hostile], ids=["world", "hostile"])
def test_json_keeps_to_its_schema(made) -> None:  # type: ignore[no-untyped-def]
    Draft202012Validator.check_schema(SCHEMA)
    Draft202012Validator(SCHEMA).validate(json.loads(render(made(), "json")))


def test_the_schema_describes_every_property_and_allows_no_other() -> None:
    objects = [SCHEMA, *(d for d in SCHEMA["$defs"].values() if d["type"] == "object")]
    assert len(objects) == 8 and all(each["additionalProperties"] is False for each in objects)
    whole = json.loads(render(pair(), "json"))
    whole["sections"][0]["lines"][0]["more"] = 1
    with pytest.raises(ValidationError):
        Draft202012Validator(SCHEMA).validate(whole)


def test_json_is_the_model() -> None:
    whole = json.loads(render(pair(), "json"))
    assert [x["text"] for part in whole["sections"] for x in part["lines"]] == [x.text for x in pair().lines]
    assert whole["version"] == 1


# HTML


@pytest.mark.parametrize("made", [pair, hostile], ids=["world", "hostile"])
def test_the_page_is_one_file_without_scripts_or_anything_from_elsewhere(made) -> None:  # type: ignore[no-untyped-def]
    text = render(made(), "html")
    reader = Shown()
    reader.feed(text)
    assert not {"script", "img", "link", "iframe", "object", "form", "b"} & set(reader.tags)
    assert not re.search(r"\bon\w+\s*=\s*[\"']|@import|url\(", text)
    assert all(link.startswith(("#", "https://", "http://")) for link in reader.links)
    assert text.count("<style>") == 1 and not re.search(r"<[^>]+\sstyle=", text)


def test_the_page_holds_every_statement_of_the_model_as_text() -> None:
    reader = Shown()
    reader.feed(render(hostile(), "html"))
    assert sum(HOSTILE.replace("\x1b", "\\x1b") in word for word in reader.words) >= 5


@pytest.mark.parametrize(
    ("address", "linked"),
    [
        ("https://x.example/a", True),
        ("HTTP://x.example", True),
        ("javascript:alert(1)", False),
        ("//x.example/a", False),
        ("https:///a", False),
        ("https://[", False),
        ("file:///etc/passwd", False),
        ("", False),
    ],
)
def test_only_addresses_of_the_web_are_linked(address: str, linked: bool) -> None:
    assert web(address) == (address if linked else "")


# The drawing


def drawn(*spans: Span, realization: str = "occurred") -> chart.Chart:
    return chart.chart(Line("It.", span=span, realization=realization) for span in spans)


def test_a_bar_lies_where_its_days_are_and_never_shows_more_than_is_known() -> None:
    day = Span("2031-07-02", "2031-07-02", "2031-07-02", "2031-07-02")
    month = Span("2031-01-01", "2031-01-31", "2031-01-01", "2031-01-31")
    year = Span("2032-01-01", "2032-06-30", "2032-07-01", "2032-12-31")
    made = drawn(day, month, year)
    exact, within, around = made.bars
    assert (exact.x, exact.width) == (exact.sure_x, exact.sure)
    assert within.sure == 0 and within.x == made.gutter
    assert 0 < around.sure < around.width and around.x < around.sure_x
    assert [tick.label for tick in made.ticks] == ["2031", "2032", "2033"]
    assert abs(made.ticks[1].x - around.x) < 0.2
    assert made.years == "2031 to 2032"


def test_an_end_that_nobody_gives_and_what_has_not_come_about_are_drawn_apart() -> None:
    [bar] = drawn(Span("2031-02-03", "2031-02-03")).bars
    assert bar.open and bar.sure
    [bar] = drawn(Span("2031-02-03", "2031-02-03", "2031-02-04", "2031-02-04"), realization="planned").bars
    assert not bar.came_about and not bar.sure


def test_what_has_no_date_is_named_and_not_drawn() -> None:
    made = drawn(Span(), Span("1973-01-01", "", "", "1973-12-31"), Span("2031-01-01"))
    assert (len(made.bars), len(made.undated)) == (2, 1)
    assert len(made.ticks) <= 11 and all(bar.x + bar.width <= made.width for bar in made.bars)
    nothing = drawn(Span())
    assert nothing.bars == () and nothing.years == ""


def test_a_briefing_without_a_dated_engagement_has_a_table_and_no_drawing() -> None:
    line = Line("They met.", id="E1", when="no date on record")
    page = render(replace(hostile(), sections=(Section("Timeline", (line,), (), (), drawn=True),)), "html")
    assert "<svg" not in page and "<td>" not in page and "no</span> <span>date" in page
