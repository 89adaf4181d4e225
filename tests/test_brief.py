"""A briefing says what is on record, each line with its evidence, and no more."""

import json
import re

import pytest

from bde.brief import lines, timelines
from bde.brief.lines import Row
from bde.cli import run

Json = dict  # of a briefing, as the schema describes it


@pytest.fixture
def bde(capsys: pytest.CaptureFixture[str]):  # type: ignore[no-untyped-def]
    """Run bde brief: arguments -> (exit code, standard output, standard error)."""

    def call(*arguments: str) -> tuple[int, str, str]:
        code = run(["brief", *arguments])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return call


@pytest.fixture
def brief(bde):  # type: ignore[no-untyped-def]
    """The briefing as its JSON says it."""

    def call(*arguments: str) -> Json:
        code, out, _ = bde(*arguments, "--as", "json")
        assert code == 0
        return dict(json.loads(out))

    return call


def section(made: Json, title: str) -> list[Json]:
    return next(part["lines"] for part in made["sections"] if part["title"].startswith(title))


def essential(made: Json, name: str) -> str:
    return str(next(part["text"] for part in made["essentials"] if part["name"] == name))


def told(made: Json, title: str) -> str:
    """The lines of a section with their facts, one below the other."""
    return "\n".join(" | ".join((x["when"], x["text"], x["kind"], *x["facts"])) for x in section(made, title))


def every_line(made: Json) -> list[Json]:
    return [line for part in made["sections"] for line in part["lines"]]


def test_the_essentials_come_first_and_every_section_follows(bde) -> None:  # type: ignore[no-untyped-def]
    _, text, _ = bde("VNM", "RUS")
    titles = re.findall(r"^(\S.*)\n[-]+$", text, re.M)
    assert [title.split(":")[0] for title in titles] == [
        "At a glance",
        "Timeline",
        "People",
        "Instruments, status as reported",
        "Topics by how far they went",
        "Commitments",
        "Claims and disputes",
        "Not known or not disclosed",
        "What the relationship is called",
        "Sources",
        "Records behind the lines",
        "Saved questions behind the sections",
    ]


def test_the_essentials_of_a_pair_are_one_line_each(brief) -> None:  # type: ignore[no-untyped-def]
    made = brief("VNM", "RUS")
    assert essential(made, "Relationship").startswith("comprehensive strategic partnership")
    assert essential(made, "Last contact").startswith("from 2020-02-03, end not known: The Vietnamese")
    assert essential(made, "Last contact").endswith(
        "2020 (head: Ngo Xuan Lich (Minister of Defense of Vietnam))."
    )
    assert essential(made, "Next due").startswith("Promised (expected), by 2020-12-31: ")
    assert essential(made, "Open promises").startswith("5 open (3 agreed, ")
    assert essential(made, "Disputed") == "No record here contradicts another."
    assert "joint vision statement" in essential(made, "Not known")


@pytest.mark.parametrize("subjects", [("VNM", "RUS"), ("VNM", "CUB"), ("VNM", "BLR"), ("Ngo Xuan Lich",)])
def test_every_line_names_its_records_and_where_they_stand(brief, subjects: tuple[str, ...]) -> None:  # type: ignore[no-untyped-def]
    made = brief(*subjects)
    found = every_line(made)
    assert len(found) > 15
    numbers = {source["number"] for source in made["sources"]}
    for line in found:
        assert line["records"] and line["references"]
        assert all(where["source"] in numbers and where["sentences"] for where in line["references"])
    ids = [line["id"] for line in found]
    assert len(ids) == len(set(ids))
    assert {see for each in made["essentials"] for see in each["see"]} <= set(ids)


def test_a_source_is_listed_with_title_publisher_date_address_and_the_sentences_used(brief) -> None:  # type: ignore[no-untyped-def]
    made = brief("VNM", "RUS")
    used = {where["source"]: set() for line in every_line(made) for where in line["references"]}  # type: ignore[var-annotated]
    for line in every_line(made):
        for where in line["references"]:
            used[where["source"]].update(where["sentences"])
    assert {source["number"]: set(source["sentences"]) for source in made["sources"]} == used
    assert [source["published"] for source in made["sources"]] == [
        "undated, 2018-11-01 or later",
        "2019-08-21",
        "2020-02",
    ]
    last = made["sources"][-1]
    assert last["title"] and last["publisher"] == "The Diplomat" and last["address"].startswith("https://")


def test_engagements_are_in_order_with_level_head_inviter_and_parts_below_them(brief) -> None:  # type: ignore[no-untyped-def]
    text = told(brief("VNM", "RUS"), "Timeline")
    assert text.index("2018-01") < text.index("began by 2018-04-04") < text.index("2019-08-13 to 2019-08-19")
    assert (
        "head: Phan Van Giang (Chief of the General Staff of the Vietnam People's Army; "
        "Deputy Minister of Defense of Vietnam)"
    ) in text
    assert "level 2 | head: Ngo Xuan Lich (Minister of Defense of Vietnam) | invited by Sergei Shoigu" in text
    wreath = next(x for x in section(brief("VNM", "RUS"), "Timeline") if "Victory Square" in x["text"])
    assert wreath["depth"] == 1 and not wreath["when"]


def test_two_who_met_more_than_once_stand_in_one_line(brief) -> None:  # type: ignore[no-untyped-def]
    [first, second] = section(brief("VNM", "RUS"), "People")
    assert first["text"].startswith("Ngo Xuan Lich (Minister of Defense of Vietnam) met Sergei Shoigu (")
    assert len(first["records"]) == len(first["facts"]) == 3
    assert "Phan Van Giang" in second["text"]


def test_the_order_of_the_two_states_does_not_matter_to_what_is_told(brief) -> None:  # type: ignore[no-untyped-def]
    def records(*pair: str) -> set[str]:
        return {iri for line in every_line(brief(*pair)) for iri in line["records"]}

    assert records("VNM", "BLR") == records("Belarus", "Vietnam")


def test_a_person_who_met_a_delegation_is_told_where_nobody_of_it_is_named(brief) -> None:  # type: ignore[no-untyped-def]
    people = told(brief("VNM", "CUB"), "People")
    assert "Raul Castro (First Secretary of the Communist Party of Cuba) met a delegation" in people
    assert "met a delegation" in told(brief("CUB", "VNM"), "People")
    assert "Minister of the Revolutionary Armed Forces of Cuba) met a delegation" not in people


def test_it_keeps_to_the_pair(bde) -> None:  # type: ignore[no-untyped-def]
    _, text, _ = bde("VNM", "BLR")
    assert "Cuba" not in text and "Shoigu" not in text and "70 defense activities" not in text


def test_a_day_tells_which_instruments_cover_it_and_what_is_past_its_date(brief) -> None:  # type: ignore[no-untyped-def]
    made = brief("VNM", "RUS", "--on", "2021-06-30")
    assert "covers 2020 to 2025, which includes 2021-06-30" in told(made, "Instruments")
    assert "covers 2018 to 2020, not including 2021-06-30" in told(made, "Instruments")
    assert "past its date on 2021-06-30, not shown as done" in told(made, "Commitments")
    assert "1 past the date" in essential(made, "Next due")
    assert "past its date" not in told(brief("VNM", "RUS"), "Commitments")


def test_what_was_promised_and_done_is_told_apart_from_what_is_open(brief) -> None:  # type: ignore[no-untyped-def]
    promised = section(brief("VNM", "RUS"), "Commitments")
    games = [line for line in promised if "commitment/vnm-army-games-2019" in line["records"][0]]
    assert [line["facts"][0] for line in games] == ["done"]


def test_what_stands_on_somebody_s_word_says_so(brief) -> None:  # type: ignore[no-untyped-def]
    [claim, _] = section(brief("VNM", "RUS"), "Claims")
    assert claim["text"].startswith("Ministry of Defense of Vietnam claims more than 70")
    assert (claim["manner"], claim["word_of"]) == ("attributed", ["Ministry of Defense of Vietnam"])


def test_what_is_inferred_from_somebody_s_words_stays_their_word(brief) -> None:  # type: ignore[no-untyped-def]
    made = brief("VNM", "RUS")
    record = "commitment/rus-vnm-2020-bolster-cooperation"
    [line] = [line for line in section(made, "Commitments") if record in line["records"][0]]
    assert (line["manner"], line["word_of"]) == ("attributed, quoted", ["Ministry of Defense of Vietnam"])
    [discussed] = [line for line in section(made, "Topics") if line["text"].startswith("Discussed")]
    assert discussed["manner"] == "partly attributed"


def test_promises_without_a_date_are_told_beside_what_is_due(brief) -> None:  # type: ignore[no-untyped-def]
    assert "2 promised without a date" in essential(brief("VNM", "BLR"), "Next due")


def test_the_minister_is_told_by_post_rank_engagements_counterpart_and_signature(brief) -> None:  # type: ignore[no-untyped-def]
    made = brief("Ngo Xuan Lich")
    assert made["kind"] == "person"
    assert essential(made, "Post") == "Minister of Defense of Vietnam"
    assert essential(made, "Rank") == "general"
    assert essential(made, "Met") == "Sergei Shoigu (Minister of Defense of Russia)"
    assert "joint vision statement" in essential(made, "Signed") and "Belarus" not in essential(
        made, "Signed"
    )
    assert "Printed as: “Lich”, “Ngo Xuan Lich”" in told(made, "Posts")
    assert "Witnessed: Vietnam and Belarus signed an agreement" in told(made, "What they signed")
    engagements = section(made, "Engagements")
    visit = next(
        line for line in engagements if line["text"].startswith("The Vietnamese defense minister went")
    )
    meeting = next(
        line for line in engagements if line["text"].startswith("Ngo Xuan Lich and Sergei Shoigu met dur")
    )
    assert visit["depth"] < meeting["depth"]


@pytest.mark.parametrize("name", ["Lich", "LICH Ngo Xuan", "person:ngo-xuan-lich"])
def test_a_person_is_found_in_any_recorded_form_of_the_name(brief, name: str) -> None:  # type: ignore[no-untyped-def]
    assert brief(name)["subjects"] == ["Ngo Xuan Lich"]


def test_two_posts_of_a_person_are_both_told(brief) -> None:  # type: ignore[no-untyped-def]
    posts = essential(brief("Phan Van Giang"), "Post")
    assert "Chief of the General Staff" in posts and "Deputy Minister" in posts


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["VNM", "vietnam"], 2, "“VNM” and “vietnam” are the same one"),
        (["VNM", "Atlantis"], 2, "The graph has Belarus, Cuba, Russia"),
        (["VNM"], 2, "Name the other one too. Pairs on record: Belarus - Vietnam; Cuba - Vietnam"),
        (["Castro"], 2, "Did you mean Fidel Castro, Raul Castro?"),
        (["any"], 2, "one named person"),
        (["VNM", "any"], 2, "two named states"),
        (["VNM", "RUS", "--on", "2019-02-30"], 2, "is no date (on)"),
        (["VNM", "RUS", "--since", "soon"], 2, "is no date (since)"),
        (["VNM", "RUS", "--on", "2019-01-01", "--since", "2019-01-02"], 2, "--since lies after --on"),
        (["CUB", "BLR"], 4, "nothing on record for these days, which does not mean no. Pairs on record: "),
        (["VNM", "RUS", "--on", "2017-01-01"], 4, "records that only sources published after 2017-01-01"),
        (["Lich", "--since", "2030-01-01"], 4, "Ngo Xuan Lich: nothing on record for these days"),
    ],
)
def test_what_cannot_be_told_says_why_and_ends_with_its_code(  # type: ignore[no-untyped-def]
    bde, arguments: list[str], code: int, message: str
) -> None:
    found, out, err = bde(*arguments)
    assert found == code and not out
    assert message in err


def row(**known: str) -> Row:
    """A row with these columns; every other one is empty."""
    columns = "start started_by lasted_to end around precision kind head level venue whole covers_until"
    more = "status printed_from signatories disclosure several disputed"
    empty = dict.fromkeys(f"{columns} {more}".split(), "")
    return {**empty, "record": "r", "realization": "occurred", **known}


def test_when_each_instrument_was_signed_is_said_or_that_it_is_not_on_record(brief) -> None:  # type: ignore[no-untyped-def]
    def signed(*pair: str) -> list[str]:
        return [line["column"] for line in section(brief(*pair), "Instruments")]

    assert signed("VNM", "RUS") == ["not on record"] * 3 + ["on or after 2020-02-03"]
    assert signed("VNM", "CUB") == ["between 2019-05-04 and 2019-05-08"]
    assert "2018-11" in signed("VNM", "BLR") and "2012-06" in signed("VNM", "BLR")


def test_a_day_of_signing_is_told_of_what_was_signed_alone() -> None:
    days = {"signed_from": "2031-02-01", "signed_until": "2031-02-28"}
    rows = [row(instrument="It.", covers_from="", **days)]
    assert [line.column for line in lines.instruments(rows, rows, "")] == ["2031-02"]
    assert [line.column for line in lines.instruments(rows, [], "")] == ["not on record"]


def test_what_a_source_withholds_is_told_apart_from_what_it_leaves_open(brief) -> None:  # type: ignore[no-untyped-def]
    made = brief("VNM", "CUB")
    silences = section(made, "Not known")
    assert [line["column"] for line in silences] == ["withheld", "left open", "left open", "left open"]
    assert "further specifics" in silences[0]["text"] and "date of the visit" in silences[-1]["text"]
    assert essential(made, "Not known").startswith("Withheld of “")
    assert "; 3 more left open." in essential(made, "Not known")


def test_what_a_section_has_nothing_of_is_said_to_be_none_on_record(bde, brief) -> None:  # type: ignore[no-untyped-def]
    def notes(title: str, *pair: str) -> str:
        return " ".join(next(x["notes"] for x in brief(*pair)["sections"] if x["title"].startswith(title)))

    assert "None on record: topics planned; topics discussed; topics reviewed" in notes(
        "Topics", "VNM", "BLR"
    )
    assert "None on record: promises shown as done." in notes("Commitments", "VNM", "CUB")
    assert "None on record: engagements planned and not yet held." in notes("Timeline", "VNM", "RUS")
    assert "None on record" not in notes("Instruments", "VNM", "RUS")
    for pair in (("VNM", "BLR"), ("VNM", "CUB"), ("VNM", "RUS")):
        assert not re.search(r"\bnone\b(?!\s+on\s+record)", bde(*pair)[1], re.I)


def test_an_instrument_without_an_end_is_not_said_to_exclude_a_day() -> None:
    (line,) = lines.instruments([row(instrument="It.", covers_from="2031-01-01")], [], "2031-06-01")
    assert "covers 2031 to an open end" in line.facts


def test_a_delegation_is_named_only_where_nobody_of_its_side_is() -> None:
    talks = row(record="talks", counterpart_state="Borduria", counterpart_posts="")
    both = [
        {**talks, "counterpart": "Carl Vogt", "counterpart_kind": "person"},
        {**talks, "counterpart": "A delegation.", "counterpart_kind": "delegation"},
        {**talks, "record": "lunch", "counterpart": "A delegation.", "counterpart_kind": "delegation"},
    ]
    told = [(line.text, line.records) for line in lines.counterparts(both, {})]
    assert told == [
        ("Carl Vogt (acting for Borduria)", ("talks",)),
        ("A delegation (acting for Borduria)", ("lunch",)),
    ]


def test_a_month_known_by_its_inner_bounds_alone_is_told() -> None:
    (line,) = timelines.timeline([row(engagement="It.", precision="month", started_by="2031-03-03")], [])
    assert line.when == "began by 2031-03-03, end not known"


def test_parts_that_name_each_other_as_their_whole_do_not_run_forever() -> None:
    around = [row(record="a", whole="b", engagement="A."), row(record="b", whole="a", engagement="B.")]
    whole = row(record="w", engagement="W.")
    assert [line.text for line in timelines.timeline([whole, *around], [])] == ["W."]
