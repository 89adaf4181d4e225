"""A briefing as of a day holds what could be read then; one since a day holds what is new since."""

from functools import cache

import pytest
from rdflib import URIRef

from bde import brief, namespaces, queries
from bde.brief.model import Brief, Line
from bde.store import Store
from bde.workspace import Workspace
from conftest import ROOT

WORKSPACE = Workspace.at(ROOT)
A, B = (URIRef(f"{namespaces.ID}state/{name}") for name in ("arlandia", "borduria"))
KEEL = URIRef(namespaces.ID + "person/keel")


@cache
def store() -> Store:
    tests = ROOT / "tests"
    world = {"urn:world": tests / "queries" / "world.ttl", "urn:case": tests / "briefs" / "graph.ttl"}
    return Store.load({**WORKSPACE.graphs("ontology"), **world})


@cache
def pair(on: str = "", since: str = "") -> Brief:
    return brief.of_pair(store(), queries.load(WORKSPACE), A, B, on, since)


@cache
def keel(on: str = "", since: str = "") -> Brief:
    return brief.of_person(store(), queries.load(WORKSPACE), KEEL, on, since)


def line(made: Brief, start: str) -> Line:
    (found,) = (each for each in made.lines if each.text.startswith(start))
    return found


def line_of(made: Brief, record: str) -> Line:
    return next(each for each in made.lines if namespaces.ID + record in each.records)


def texts(made: Brief) -> list[str]:
    return [each.text for each in made.lines]


def essential(made: Brief, name: str) -> str:
    return next(each.text for each in made.essentials if each.name == name)


# Without a day


def test_without_a_day_everything_is_told_and_dates_are_judged_by_the_newest_source() -> None:
    made = pair()
    assert (made.day, made.left_out) == ("2031-09-01", ())
    assert not any(each.maybe_later or each.hindsight for each in made.lines)
    assert line(made, "A naval exercise").realization == "occurred"
    assert line(made, "They promised an exercise").facts[0] == "done"
    assert essential(made, "Last contact").startswith("2031-12: Borduria visited in December.")
    assert essential(made, "Next due") == "Planned, 2031-10: An autumn meeting."


def test_a_dispute_shows_both_sides_the_preferred_one_and_what_it_touches() -> None:
    made = pair()
    one, other = (each for each in made.lines if each.id in ("D1", "D2"))
    assert (one.text, one.depth) == ("Keel was received at noon.", 0)
    assert one.facts == ("the editors prefer it because the Gazette was there",)
    assert (other.text, other.depth, other.facts) == ("Keel was received in the evening.", 1, ())
    assert [[where.source for where in side.references] for side in (one, other)] == [[1], [2]]
    assert line_of(made, "engagement/reception").disputed
    assert not line(made, "Keel and Vogt talked.").disputed
    told = essential(made, "Disputed")
    assert told.startswith(
        "Keel was received at noon. Against: Keel was received in the evening. (the editors"
    )
    assert told.endswith("It touches E3, E4.")


def test_a_dispute_that_nobody_settled_says_so() -> None:
    evening = namespaces.ID + "engagement/reception"
    revised = store().revised(values=[(evening, namespaces.BDE + "preferred")])
    made = brief.of_pair(revised, queries.load(WORKSPACE), A, B)
    assert [each.facts for each in made.lines if each.id in ("D1", "D2")] == [
        ("not settled",),
        ("not settled",),
    ]


def test_what_is_inferred_attributed_or_withheld_is_marked() -> None:
    made = pair()
    assert line(made, "Keel visited Borduria.").inferred == ("engagement kind",)
    count = line(made, "Ministry of Defense of Arlandia claims 9 visits.")
    assert (count.manner, count.word_of) == ("attributed", ("Ministry of Defense of Arlandia",))
    assert "engagements on record here that match: " in count.facts[-1]
    silence = line(made, "Of “Keel and Vogt talked”")
    assert ("who else was there" in silence.text, silence.column) == (True, "left open")
    assert essential(made, "Not known").endswith(f"Without a date: {line(made, 'They met at a time').id}.")


# As of a day


def test_what_later_sources_alone_tell_is_left_out_and_counted() -> None:
    made = pair(on="2031-06-01")
    for absent in ("An autumn meeting.", "Keel was received in the evening."):
        assert absent in texts(pair()) and absent not in texts(made)
    assert not [each for each in made.lines if "claims" in each.text or each.disputed]
    assert essential(made, "Disputed") == "No record here contradicts another."
    assert [source.label for source in made.sources] == ["The Gazette, 10 May 2031", "The Herald, undated"]
    assert [(each.records, each.why) for each in made.left_out] == [
        (3, "that only sources published after 2031-06-01 tell of"),
        (2, "of what happened after 2031-06-01"),
    ]


def test_what_was_planned_then_is_planned_though_a_later_source_saw_it_done() -> None:
    exercise = line(pair(on="2031-06-01"), "A naval exercise.")
    assert (exercise.realization, exercise.hindsight, exercise.when) == (
        "planned",
        True,
        "2031-08-01 to 2031-08-05",
    )
    assert [each.source for each in exercise.references] == [1]
    assert essential(pair(on="2031-06-01"), "Next due").startswith(
        "Planned, 2031-08-01 to 2031-08-05: A naval"
    )


def test_a_property_that_only_a_later_source_backs_is_not_known_yet() -> None:
    made = pair(on="2031-06-01")
    promise = line(made, "They promised an exercise.")
    assert promise.facts == ("open", "agreed", "due by 2031-08-31") and promise.hindsight
    assert "status: unknown" in line(made, "A plan of exercises.").facts
    assert "status: signed" in line(pair(), "A plan of exercises.").facts


def test_an_outcome_that_no_earlier_source_planned_is_unknown() -> None:
    plan, stance = namespaces.ID + "evidence/gazette-plan", namespaces.BDE + "stance"
    asserted = (plan, stance, namespaces.CONCEPT + "stance-asserted")
    revised = store().revised(values=[(plan, stance)], added=[asserted])
    made = brief.of_pair(revised, queries.load(WORKSPACE), A, B, "2031-06-01")
    assert line(made, "A naval exercise.").realization == "unknown"
    assert not essential(made, "Next due").startswith("Planned")


def test_what_is_said_to_have_happened_after_the_day_is_left_out_with_what_hangs_on_it() -> None:
    made = pair(on="2031-06-01")
    assert "Borduria visited in December." not in texts(made)
    assert not [each for each in made.lines if each.text.startswith("Reviewed: ")]
    assert essential(made, "Last contact").startswith(
        "2031-05-04 to 2031-05-08: Keel visited Borduria (head: Bruno Keel"
    )


def test_a_source_that_may_be_later_stays_and_is_marked() -> None:
    made = pair(on="2031-06-01")
    assert line(made, "Borduria visited in April.").maybe_later
    assert not line(made, "Keel visited Borduria.").maybe_later
    assert [source.maybe_later for source in made.sources] == [False, True]
    assert any("Possibly later" in sentence for sentence in made.reading)
    assert not any("Possibly later" in sentence for sentence in pair().reading)


def test_the_day_of_publication_itself_counts_as_known() -> None:
    assert "An autumn meeting." in texts(pair(on="2031-09-01"))
    assert "An autumn meeting." not in texts(pair(on="2031-08-31"))


def test_a_promise_past_its_date_is_said_to_be_without_a_report() -> None:
    past = line(pair(on="2031-08-31"), "They promised")
    assert "past its date" not in " ".join(past.facts)
    without = store().revised(
        values=[(namespaces.ID + "commitment/exercise", namespaces.BDE + "fulfilledBy")]
    )
    made = brief.of_pair(without, queries.load(WORKSPACE), A, B)
    assert line(made, "They promised").facts[-1] == "past its date on 2031-09-01, not shown as done"


def test_the_graph_itself_is_left_as_it_was() -> None:
    before = len(store())
    pair(on="2031-06-01")
    assert len(store()) == before


# Since a day


def test_since_a_day_only_what_happened_falls_due_or_was_published_since_is_told() -> None:
    made = pair(since="2031-07-01")
    assert {"A naval exercise.", "They promised an exercise.", "An autumn meeting."} <= set(texts(made))
    assert "Borduria visited in December." in texts(made)
    for old in ("Keel visited Borduria.", "The relation is called a traditional friendship."):
        assert old in texts(pair()) and old not in texts(made)


def test_since_a_day_what_nobody_dates_is_left_out_and_counted() -> None:
    made = pair(since="2031-07-01")
    assert "They met at a time not given." not in texts(made)
    shown = {record for each in made.lines for record in each.records}
    everything = {record for each in pair().lines for record in each.records}
    assert sum(each.records for each in made.left_out) >= len(everything - shown) > 0


def test_news_of_an_old_matter_is_news() -> None:
    made = pair(since="2031-07-01")
    assert "Keel was received in the evening." in texts(made)
    assert line_of(made, "engagement/reception").disputed  # the side that is older news


def test_the_last_day_of_an_engagement_counts() -> None:
    assert "Borduria visited in December." in texts(pair(since="2031-12-31"))
    assert not texts(pair(since="2032-01-01"))


def test_the_day_of_publication_itself_counts_as_new() -> None:
    assert "Keel visited Borduria." in texts(pair(since="2031-05-10"))
    assert "Keel visited Borduria." not in texts(pair(since="2031-05-11"))


def test_both_days_together_leave_the_time_between() -> None:
    made = pair(on="2031-06-01", since="2031-05-01")
    assert "Keel visited Borduria." in texts(made) and "Borduria visited in April." not in texts(made)
    assert made.title.endswith("since 2031-05-01, as of 2031-06-01")
    with pytest.raises(StopIteration):
        next(pair(on="2031-03-31", since="2031-03-01").lines)


# A person


def test_a_person_is_told_with_disputes_and_silences_that_touch_them_alone() -> None:
    made = keel()
    assert essential(made, "Post") == "Deputy Minister of Arlandia"
    assert essential(made, "Met") == "Carl Vogt (Minister of Borduria)"
    assert line(made, "Of “Keel and Vogt talked”")
    assert not [
        each for each in made.lines if each.text.startswith("One side")
    ]  # he is party to neither record
    assert [source.label for source in made.sources] == ["The Gazette, 10 May 2031"]


def test_a_person_before_any_source_is_nobody_yet() -> None:
    assert not list(keel(on="2031-05-09").lines)
    assert [each.records for each in keel(on="2031-05-09").left_out] == [8]


def test_who_only_invited_is_not_said_to_have_been_there() -> None:
    made = brief.of_person(store(), queries.load(WORKSPACE), URIRef(namespaces.ID + "person/haas"))
    assert line(made, "A naval exercise.").facts == ("inviter", "in no stated capacity")
    assert essential(made, "Last engagement") == "No dated engagement on record took place."
    assert "invited by Dina Haas" in line(pair(), "A naval exercise.").facts
