"""The dossier of two states says what is on record, each line with its evidence, and no more."""

import re
from collections import defaultdict

import pytest

from bde.brief import lines
from bde.cli import run


@pytest.fixture
def brief(capsys: pytest.CaptureFixture[str]):  # type: ignore[no-untyped-def]
    def call(*arguments: str) -> str:
        assert run(["brief", *arguments]) == 0
        return capsys.readouterr().out

    return call


def section(text: str, title: str) -> str:
    """The lines of one section of a brief for the terminal, white space folded."""
    body = text.split(f"{title}\n{'-' * len(title)}\n")[1].split("(ask on:")[0]
    return " ".join(body.split())


def test_it_has_every_section_in_order(brief) -> None:  # type: ignore[no-untyped-def]
    titles = re.findall(r"^(\S.*)\n-+$", brief("VNM", "RUS"), re.M)
    assert titles == [
        "Relationship",
        "Engagements in order",
        "Who met whom",
        "What was signed or planned",
        "Topics by how far they went",
        "Commitments not shown as done",
        "Commitments shown as done",
        "Claimed counts",
        "Disputes",
        "What is not known",
        "Sources",
    ]


def test_every_line_names_its_record_and_its_sentences(brief) -> None:  # type: ignore[no-untyped-def]
    body = brief("VNM", "RUS", "--as", "markdown").split("## Sources")[0]
    lines = [line for line in body.splitlines() if line.lstrip().startswith("- ")]
    assert len(lines) > 40
    assert all(
        re.search(r"\\\[\d+: \d+[\d, ;:]*\\\]( \\~)? (`[a-z]+:[a-z0-9-]+` ?)+(and \d+ more)?$", line)
        for line in lines
    )


def test_engagements_are_in_order_with_level_head_inviter_and_parts_below_them(brief) -> None:  # type: ignore[no-untyped-def]
    text = section(brief("VNM", "RUS"), "Engagements in order")
    assert text.index("2018-01") < text.index("begun by 2018-04-04") < text.index("2019-08-13 to 2019-08-19")
    assert (
        "head: Phan Van Giang (Chief of the General Staff of the Vietnam People's Army; "
        "Deputy Minister of Defense of Vietnam)"
    ) in text
    assert "level 2; head: Ngo Xuan Lich (Minister of Defense of Vietnam); invited by Sergei Shoigu" in text
    assert text.index("engagement:rus-vnm-2019-08-visit") < text.index("laid a wreath at Victory Square")


def test_the_order_of_the_two_states_does_not_matter_to_what_is_told(brief) -> None:  # type: ignore[no-untyped-def]
    def records(*pair: str) -> set[str]:
        return set(re.findall(r"`([a-z]+:[a-z0-9-]+)`", brief(*pair, "--as", "markdown")))

    assert records("VNM", "BLR") == records("Belarus", "Vietnam")


def test_a_person_who_met_a_delegation_is_told_where_nobody_of_it_is_named(brief) -> None:  # type: ignore[no-untyped-def]
    told = section(brief("VNM", "CUB"), "Who met whom")
    assert "Raul Castro (First Secretary of the Communist Party of Cuba) met a delegation" in told
    assert "met a delegation" in section(brief("CUB", "VNM"), "Who met whom")
    assert (
        "Leopoldo Cintra Frias (Minister of the Revolutionary Armed Forces of Cuba) met a delegation"
        not in told
    )


def test_it_keeps_to_the_pair(brief) -> None:  # type: ignore[no-untyped-def]
    text = brief("VNM", "BLR")
    assert "Cuba" not in text and "Shoigu" not in text and "70 defense activities" not in text


def test_a_day_tells_which_instruments_cover_it_and_what_is_past_its_date(brief) -> None:  # type: ignore[no-untyped-def]
    text = brief("VNM", "RUS", "--on", "2021-06-30")
    assert "covers 2020 to 2025, which includes 2021-06-30" in section(text, "What was signed or planned")
    assert "covers 2018 to 2020, not including 2021-06-30" in section(text, "What was signed or planned")
    assert "past its date" in section(text, "Commitments not shown as done")
    assert "past its date" not in brief("VNM", "RUS")


def test_what_was_promised_and_done_is_told_apart_from_what_is_open(brief) -> None:  # type: ignore[no-untyped-def]
    text = brief("VNM", "RUS")
    assert "commitment:vnm-army-games-2019" in section(text, "Commitments shown as done")
    assert "commitment:vnm-army-games-2019" not in section(text, "Commitments not shown as done")


def test_states_without_engagements_get_an_honest_silence(brief) -> None:  # type: ignore[no-untyped-def]
    text = brief("CUB", "BLR")
    assert section(text, "Engagements in order") == "No engagement is on record."
    assert section(text, "Disputes") == "No record contradicts another."


def row(**known: str) -> dict[str, str]:
    """A row with these columns; every other one is empty."""
    return defaultdict(str, record="r", realization="occurred", **known)


def test_an_instrument_without_an_end_is_not_said_to_exclude_a_day() -> None:
    (line,) = lines.instruments([row(instrument="It.", covers_from="2031-01-01")], "2031-06-01")
    assert "covers 2031 to an open end" in line.text and "not including" not in line.text


def test_a_month_known_by_its_inner_bounds_alone_is_told() -> None:
    (line,) = lines.timeline([row(engagement="It.", precision="month", started_by="2031-03-03")], [])
    assert "begun by 2031-03-03" in line.text
