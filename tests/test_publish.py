"""A release goes into a store whole, is there, and can be taken back: the same suite for each store."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from rdflib import BNode

from bde import publish
from bde.cli import run
from bde.endpoint import Endpoint
from bde.errors import EndpointProblem, Refused
from bde.namespaces import GRAPH
from bde.publish import Step, locking, planning, reading, record, releases
from bde.publish.profiles import Addresses
from bde.publish.releases import Source
from bde.publish.statements import Statements
from bde.publish.target import Target
from bde.syntax import Triple, nquads
from bde.workspace import Workspace
from publishing import GRAPHS, HEADER, NEW, OLD, STORES, emptied, seen, server, target, written
from stores import Server

VOICES = Path(__file__).parent / "voices"


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Server:
    found = server(request.param)
    for name, value in found.environment.items():
        monkeypatch.setenv(name, value)
    return found


@pytest.fixture
def place(store: Server) -> Iterator[Target]:
    with target(store) as place:
        emptied(place)
        yield place


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Source]:
    with releases.opened(written(OLD, tmp_path_factory.mktemp("old") / "bde.nq")) as source:
        yield source


@pytest.fixture(scope="module")
def new(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Source]:
    with releases.opened(written(NEW, tmp_path_factory.mktemp("new") / "bde.nq")) as source:
        yield source


# Publishing


def test_what_is_published_is_really_there(store: Server, place: Target, old: Source) -> None:
    outcome = publish.apply(place, old)
    assert outcome.changed and outcome.release.version == "1.0"
    assert len(seen(store)) == len(OLD) == old.triples
    assert publish.verify(place, old) == []
    assert place.state().current == outcome.release and not place.state().claims


def test_a_second_run_changes_nothing_and_says_so(place: Target, old: Source) -> None:
    publish.apply(place, old)
    before = place.read(record.CONTROL)
    assert not publish.apply(place, old).changed
    assert place.read(record.CONTROL) == before


def test_a_newer_release_takes_away_what_it_does_not_have(
    store: Server, place: Target, old: Source, new: Source
) -> None:
    publish.apply(place, old)
    plan = planning.plan(place, new)
    changes = {c.graph: (c.added, c.removed) for c in plan.changes}
    assert changes.pop(GRAPHS[2])[0] in (1, 2, 3, 4)  # as blank nodes are labelled anew
    assert changes == {GRAPHS[0]: (11, 8), GRAPHS[1]: (0, 12), GRAPHS[3]: (15, 0), HEADER: (1, 1)}
    outcome = publish.apply(place, new)
    assert outcome.release.previous == old.identifier
    assert len(seen(store)) == new.triples and not place.read(GRAPHS[1]).count
    assert publish.verify(place, new) == [] and publish.verify(place, old)


def test_what_is_fetched_is_one_release_whoever_publishes_meanwhile(
    store: Server, place: Target, old: Source, new: Source
) -> None:
    publish.apply(place, old)
    url = place.addresses.query

    def fetched() -> set[str]:
        triples = reading.whole(url, seconds=30)
        return {" ".join("_:" if isinstance(t, BNode) else str(t) for t in triple) for triple in triples}

    def in_the_middle(step: Step, done: int, of: int) -> None:
        if step == Step.SWITCHED:
            with pytest.raises(EndpointProblem, match=r"made live at the endpoint for over 0\.1"):
                reading.whole(url, seconds=30, patience_seconds=0.1)
            asked.append(step)

    asked: list[Step] = []
    before = fetched()
    publish.apply(place, new, tell=in_the_middle)
    after = fetched()
    assert asked and before and after and before != after
    stop, found = threading.Event(), []

    def read() -> None:
        while not stop.is_set():
            found.append(fetched())

    reader = threading.Thread(target=read)
    reader.start()
    for source in (old, new, old, new):
        publish.apply(place, source)
    stop.set()
    reader.join(60)
    assert found and all(each in (before, after) for each in found)


def test_a_copy_that_a_switch_overtook_is_asked_for_anew(
    place: Target, old: Source, new: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish.apply(place, old)
    copies: list[set[Triple]] = []
    copied = Endpoint.copy

    def overtaken(endpoint: Endpoint) -> tuple[Triple, ...]:
        triples = copied(endpoint)
        if not copies:
            publish.apply(place, new)
        copies.append(set(triples))
        return triples

    monkeypatch.setattr(Endpoint, "copy", overtaken)
    found = set(reading.whole(place.addresses.query, seconds=30))
    assert len(copies) == 2 and len(found) == len(copies[1]) and found != copies[0]


def test_rolling_back_brings_the_earlier_release_as_it_was(
    store: Server, place: Target, old: Source, new: Source
) -> None:
    publish.apply(place, old)
    first = seen(store)
    publish.apply(place, new)
    assert publish.rollback(place).release.version == "1.0"
    assert seen(store) == first and publish.verify(place, old) == []
    with pytest.raises(Refused, match="no earlier release"):
        publish.rollback(place)
    assert publish.rollback(place, "1.1").release.identifier == new.identifier
    assert publish.verify(place, new) == []
    assert place.state().publications == 4
    with pytest.raises(Refused, match="no release is called '9'"):
        publish.rollback(place, "9")


def test_readers_name_one_graph_that_is_the_whole_of_the_live_release(
    store: Server, place: Target, old: Source, new: Source
) -> None:
    """In it each file has its own blank nodes, and no statement is missing that only one file lost."""
    publish.apply(place, old)
    assert place.read(record.WHOLE) == old.whole and old.whole.count == old.triples
    publish.apply(place, new)
    assert place.read(record.WHOLE) == new.whole != old.whole
    publish.rollback(place)
    assert place.read(record.WHOLE) == old.whole
    place.add(record.WHOLE, "<urn:a> <urn:b> <urn:c> .\n", repeatable=True)
    assert publish.verify(place, old) == [publish.Difference(record.WHOLE, 0, 1)]
    assert publish.apply(place, old).changed and publish.verify(place, old) == []
    place.drop(record.WHOLE)
    assert publish.verify(place, old) == [publish.Difference(record.WHOLE, old.triples, 0)]
    assert publish.apply(place, new).changed and publish.verify(place, new) == []


def test_what_two_files_say_stays_in_the_whole_until_both_lose_it(place: Target, tmp_path: Path) -> None:
    both = [{(graph, "<urn:a> <urn:b> <urn:c> .") for graph in graphs} for graphs in (GRAPHS[:2], GRAPHS[:1])]
    shapes = {(f"{GRAPH}shapes/time", "<urn:s> <urn:s> <urn:s> .")}
    for number, said in enumerate((both[0], both[1], set())):
        with releases.opened(written(said | shapes | OLD, tmp_path / f"{number}.nq")) as source:
            publish.apply(place, source)
            assert publish.verify(place, source) == []
            assert source.whole.count == len(OLD) + bool(said)
            assert place.read(record.WHOLE) == source.whole


def without_whole(place: Target) -> None:
    """The store as one that was published to before there was a whole."""
    place.drop(record.WHOLE)
    gone = f"GRAPH <{record.CONTROL}> {{ ?release <http://purl.org/dc/terms/hasFormat> ?whole }}"
    place.update(f"DELETE {{ {gone} }} WHERE {{ {gone} }}", repeatable=True)
    assert not any(release.whole for release in place.state().releases)


def test_a_store_without_the_whole_gets_it_with_what_is_published_next(
    place: Target, old: Source, new: Source
) -> None:
    publish.apply(place, old)
    without_whole(place)
    assert publish.apply(place, old).changed and publish.verify(place, old) == []
    assert not publish.apply(place, old).changed
    without_whole(place)
    assert publish.apply(place, new).changed and publish.verify(place, new) == []
    without_whole(place)
    outcome = publish.rollback(place)
    assert outcome.release.whole == old.whole.digest and place.state().current == outcome.release
    assert publish.verify(place, old) == [] and not publish.apply(place, old).changed


def test_a_graph_that_is_not_ours_is_never_touched(place: Target, old: Source, new: Source) -> None:
    for graph in ("urn:theirs", f"{GRAPH}data/of-somebody-else"):
        place.add(graph, "<urn:a> <urn:b> <urn:c> .\n", repeatable=True)
    publish.apply(place, old)
    publish.apply(place, new)
    publish.rollback(place)
    publish.prune(place, 1)
    for graph in ("urn:theirs", f"{GRAPH}data/of-somebody-else"):
        assert [*place.lines(graph)] == ["<urn:a> <urn:b> <urn:c> .\n"]
        place.drop(graph)


def test_what_somebody_changed_by_hand_is_found_and_mended(place: Target, old: Source) -> None:
    publish.apply(place, old)
    place.drop(GRAPHS[1])
    place.add(GRAPHS[0], "<urn:a> <urn:b> <urn:c> .\n", repeatable=True)
    assert publish.verify(place, old) == [
        publish.Difference(GRAPHS[0], 0, 1),
        publish.Difference(GRAPHS[1], 12, 0),
    ]  # the whole has what it should: readers of it saw nothing
    assert publish.apply(place, old).changed
    assert publish.verify(place, old) == []


def test_old_releases_go_on_request_and_the_live_one_stays(place: Target, old: Source, new: Source) -> None:
    publish.apply(place, old)
    publish.apply(place, new)
    publish.rollback(place)
    versions = place.state().versions
    assert publish.prune(place, 2) == ()
    assert place.state().versions == versions
    publish.rollback(place, "1.1")
    assert [release.version for release in publish.prune(place, 1)] == ["1.0"]
    state = place.state()
    assert [release.version for release in state.releases] == ["1.1"] and state.current
    assert {part.version for part in state.current.parts.values()} == state.versions < versions
    assert {place.read(graph).count for graph in versions - state.versions} == {0}
    assert publish.verify(place, new) == []
    assert publish.apply(place, old).changed and publish.verify(place, old) == []


def test_a_release_whose_graphs_are_not_kept_any_more_is_not_rolled_back_to(
    store: Server, place: Target, old: Source, new: Source
) -> None:
    first = publish.apply(place, old).release
    publish.apply(place, new)
    live = seen(store)
    place.drop(first.parts[GRAPHS[0]].version)
    with pytest.raises(Refused, match="does not keep"):
        publish.rollback(place)
    assert seen(store) == live and not place.state().claims


# One at a time


def test_who_comes_second_is_refused_and_told_who_publishes(place: Target, old: Source) -> None:
    with locking.locked(place, "vogt@ministry"):
        with pytest.raises(Refused, match="vogt@ministry publishes there"):
            publish.apply(place, old)
        assert not place.state().current
        assert [claim.owner for claim in locking.unlock(place)] == ["vogt@ministry"]
        assert publish.apply(place, old).changed


def test_a_lock_that_has_expired_is_taken_over_and_its_owner_cannot_switch(
    store: Server, place: Target, old: Source, new: Source
) -> None:
    publish.apply(place, old)
    live = seen(store)
    stale = locking.Lock(place, "falk", seconds=-5)
    stale.take()
    with locking.locked(place, "keel") as lock:
        assert [claim.owner for claim in place.state().claims] == ["keel"]
        release = place.state().current
        assert release
        with pytest.raises(Refused, match="lock was taken away"):
            publish.switch(place, stale, release, [], [GRAPHS[0]])
        lock.end()
    assert seen(store) == live


def test_of_two_publishers_at_once_neither_spoils_what_the_other_does(
    store: Server, place: Target, old: Source, new: Source
) -> None:
    said: list[str] = []

    def work(source: Source) -> None:
        with target(store) as own:
            try:
                said.append(f"live {publish.apply(own, source).release.version}")
            except Refused as refused:
                said.append(str(refused))

    threads = [threading.Thread(target=work, args=(source,)) for source in (old, new)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    done = [what for what in said if what.startswith("live")]
    assert len(said) == 2 and done, said
    live = place.state().current
    assert live and f"live {live.version}" in done
    assert publish.verify(place, old if live.version == "1.0" else new) == []


# Plans


def test_a_plan_names_the_records_concerned_by_their_labels(place: Target, old: Source, new: Source) -> None:
    publish.apply(place, old)
    [change] = [c for c in planning.plan(place, new).changes if c.graph == GRAPHS[0]]
    marks = {name: (mark, label) for mark, name, label in change.records}
    assert marks["engagement:0-0"] == ("-", 'Rossi visits "Borduria", no. 0.')
    assert marks["engagement:0-1"] == ("~", 'Rossi visits "Borduria", no. 1.')
    assert marks["engagement:0-7"] == ("+", 'Rossi visits "Borduria", no. 7.')
    assert len(marks) == 8


def test_a_release_that_removes_too_much_is_refused(place: Target, old: Source, new: Source) -> None:
    planning.plan(place, old).permit()
    publish.apply(place, old)
    plan = planning.plan(place, new)
    with pytest.raises(Refused, match=r"of 41 live .*--allow-shrink") as caught:
        plan.permit(most=0.1)
    assert plan.removed and "10% is the most" in str(caught.value)
    plan.permit(most=0.1, shrink=True)
    plan.permit(most=1)


# The command


def test_the_command_plans_applies_verifies_and_goes_back(
    store: Server, place: Target, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["--endpoint", store.base, "--store", store.name]
    files = Workspace.at(VOICES).graphs("ontology", "shapes", "data")
    release = str(tmp_path / "bde.nq")
    Path(release).write_text("".join(f"{line}\n" for line in nquads(files)))
    assert run(["publish", "plan", release, *options]) == 0
    assert "graphs change, +" in capsys.readouterr().out
    assert run(["publish", "status", *options]) == 1
    assert run(["publish", "verify", release, *options]) == 1
    assert run(["publish", "apply", release, *options]) == 0
    assert capsys.readouterr().out.splitlines()[-1].startswith("live: ")
    assert run(["publish", "apply", release, *options]) == 0
    assert "nothing to do" in capsys.readouterr().out
    assert run(["publish", "plan", release, *options]) == 0
    assert "nothing to do" in capsys.readouterr().out
    assert run(["publish", "verify", release, *options]) == 0
    assert run(["publish", "status", *options]) == 0
    assert "1 releases, 1 times published" in capsys.readouterr().out
    assert run(["publish", "status", "--names", *options]) == 0
    name = capsys.readouterr().out.strip()
    asked = ["--root", str(VOICES), "ask", "visits", "--graph", name]
    assert run(asked) == 2 and "give its --endpoint" in capsys.readouterr().err
    asked += ["--endpoint", Addresses.of(store.base, store.name).query, "--as", "csv"]
    assert run(asked) == 0
    assert "Rossi" in capsys.readouterr().out
    without_whole(place)
    assert run(["publish", "status", "--names", *options]) == 1
    assert "published without one graph for readers" in capsys.readouterr().err
    assert run(["publish", "apply", release, *options]) == 0
    assert run(["publish", "rollback", *options]) == 1
    assert "no earlier release" in capsys.readouterr().err
    assert run(["publish", "unlock", *options]) == 0
    assert run(["publish", "prune", *options]) == 0


def test_a_set_of_statements_is_the_same_where_it_does_not_fit_into_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lines = [f'<urn:a> <urn:b> "{number}" .\n' for number in range(200)]
    whole = Statements(lines)
    monkeypatch.setattr("bde.publish.statements._SPILL_BYTES", 64)
    spilt = Statements(reversed([*lines, *lines[:50]]))
    assert spilt == whole and spilt.count == 200
    fewer = Statements(lines[:-1])
    assert fewer != whole and len([*whole.without(fewer)]) == 1 and not [*fewer.without(spilt)]
