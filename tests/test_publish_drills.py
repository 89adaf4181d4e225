"""Fault drills: whatever breaks while a release is published, readers see the old or the new, nothing else.

Each drill starts with the old release live, breaks something while the new one is published, with a reader
who asks all the time, and then publishes again, which completes it. Virtuoso reads what is committed, row by
row: there the reader asks the record before and after, as docs/publishing.md has it, and believes what he
read between the two only where no switch is on.
"""

import os
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from bde import publish
from bde.errors import BdeError, EndpointProblem, Refused
from bde.publish import Step, locking, releases
from bde.publish.releases import Source
from bde.publish.target import Target
from conftest import ROOT
from faulty import Asked, Decide, Proxy, faulty
from publishing import LIVE, NEW, OLD, emptied, seen, server, target, written
from stores import NAMES, Server

Seen = tuple[tuple[str, ...], ...]


def cases(name: str, *values: object, quick: int = 1) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Each store with each value; all but the first ``quick`` ones on Oxigraph are for CI alone.

    The other stores take several seconds for a drill: they share the values out among them, one or two for
    each, and with ``BDE_DRILLS=all`` in the environment get all.
    """
    found = []
    every = os.environ.get("BDE_DRILLS") == "all"
    for place, store in enumerate(NAMES):
        shared = values[place % len(values) :: len(NAMES) - 1][:2]
        some = values if every or store == "oxigraph" else shared
        for number, value in enumerate(some):
            marks = [pytest.mark.optional(store)] if store != "oxigraph" else []
            if store != "oxigraph" or number >= quick:
                marks.append(pytest.mark.exhaustive("fault drills of publishing"))
            found.append(pytest.param(store, value, marks=marks, id=f"{store}-{value}"))
    return pytest.mark.parametrize(("store", name), found, indirect=["store"])


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("releases")
    return written(OLD, folder / "old.nq"), written(NEW, folder / "new.nq")


@pytest.fixture(scope="module")
def old(files: tuple[Path, Path]) -> Iterator[Source]:
    with releases.opened(files[0]) as source:
        yield source


@pytest.fixture(scope="module")
def new(files: tuple[Path, Path]) -> Iterator[Source]:
    with releases.opened(files[1]) as source:
        yield source


@pytest.fixture
def store(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Server:
    found = server(request.param)
    for name, value in found.environment.items():
        monkeypatch.setenv(name, value)
    return found


_NEW_SEEN: dict[str, Seen] = {}


@dataclass
class Drill:
    """A store with the old release live, and what a reader may see in it."""

    store: Server
    place: Target
    old: Source
    new: Source
    before: Seen
    after: Seen
    saw: Counter[str] = field(default_factory=Counter)

    @contextmanager
    def reader(self) -> Iterator[None]:
        """Somebody who asks all the time, from before until after."""
        done, asked = threading.Event(), threading.Event()

        def read() -> None:
            with target(self.store, seconds=5) as own:
                while not done.is_set():
                    self.saw[self._look(own)] += 1
                    asked.set()
                    time.sleep(0.03)

        thread = threading.Thread(target=read)
        thread.start()
        asked.wait(10)
        try:
            yield
        finally:
            done.set()
            thread.join(30)

    def _look(self, own: Target) -> str:
        snapshots = own.addresses.profile.snapshots
        try:
            first = None if snapshots else own.state()
            found = seen(self.store, LIVE)
            last = None if snapshots else own.state()
        except EndpointProblem:
            return "no answer"
        known = {self.before: "old", self.after: "new"}.get(found, "empty" if not found else "mixture")
        if first and last and (first.switching or last.switching or first.current != last.current):
            return "set aside" if known in ("old", "new") else f"{known} set aside"
        return known

    def completed(self, record: "Record") -> None:
        """A rerun ends what broke off, and the reader saw nothing but the old and the new release."""
        with self.reader():
            with suppress_refused():
                publish.apply(self.place, self.new)
            if self.place.state().claims:
                locking.unlock(self.place)
            publish.apply(self.place, self.new)
            assert publish.verify(self.place, self.new) == []
        assert not publish.apply(self.place, self.new).changed
        assert seen(self.store, LIVE) == self.after
        wrong = {what: n for what, n in self.saw.items() if what in ("mixture", "empty")}
        assert not wrong and self.saw["old"] + self.saw["new"], self.saw
        record(f"fault drills on {self.store.name}", 1)
        for what, number in self.saw.items():
            record(f"queries of the reader on {self.store.name}, {what}", number)

    def untouched(self) -> None:
        """The old release is live as it was."""
        assert seen(self.store, LIVE) == self.before


@contextmanager
def suppress_refused() -> Iterator[None]:
    try:
        yield
    except Refused as refused:
        assert "has the lock" in str(refused) or "several publishers" in str(refused)


@pytest.fixture
def drill(store: Server, old: Source, new: Source) -> Iterator[Drill]:
    with target(store) as place:
        if store.name not in _NEW_SEEN:
            emptied(place)
            publish.apply(place, new)
            _NEW_SEEN[store.name] = seen(store, LIVE)
        emptied(place)
        publish.apply(place, old)
        yield Drill(store, place, old, new, seen(store, LIVE), _NEW_SEEN[store.name])


@contextmanager
def through(
    drill: Drill, decide: Decide, seconds: float = 30, **more: object
) -> Iterator[tuple[Proxy, Target]]:
    """The store behind a proxy; what it asks a password for is let through, to be sent again with one."""

    def known(asked: Asked) -> str | None:
        unsigned = drill.store.credentials and "Authorization" not in asked.headers
        return None if unsigned else decide(asked)

    with (
        faulty(drill.store.base, known, **more) as proxy,
        target(drill.store, proxy.base, seconds=seconds) as place,
    ):
        yield proxy, place


def once(fault: str, kind: str) -> Decide:
    """The fault strikes the first request of this kind, and no other."""
    struck: list[Asked] = []

    def decide(asked: Asked) -> str | None:
        if struck or asked.kind != kind:
            return None
        struck.append(asked)
        return fault

    return decide


def always(fault: str, *kinds: str) -> Decide:
    return lambda asked: fault if asked.kind in kinds else None


Record = Callable[[str, int], None]


@cases("step", *(step.value for step in Step), quick=2)
def test_the_publisher_is_killed_after_a_step(
    step: str, drill: Drill, files: tuple[Path, Path], record_property: Record
) -> None:
    command = [sys.executable, str(ROOT / "tests" / "publisher.py"), str(files[1])]
    with drill.reader():
        run = subprocess.run(
            [*command, drill.store.name, drill.store.base, step], capture_output=True, timeout=120
        )
    assert run.returncode == -9, run.stderr.decode()
    if step != Step.DONE:
        with pytest.raises(Refused, match="the one who dies publishes there"):
            publish.apply(drill.place, drill.new)
    if step in (Step.LOCKED, Step.SENT, Step.STAGED, Step.RECORDED):
        drill.untouched()
    drill.completed(record_property)


@cases("step", "sent", "recorded", quick=0)
def test_the_server_is_killed_while_a_release_is_staged(
    step: str, drill: Drill, record_property: Record
) -> None:
    def tell(now: Step, done: int, of: int) -> None:
        if now == step and drill.store.process:
            drill.store.kill()

    with drill.reader():
        with pytest.raises(EndpointProblem):
            publish.apply(drill.place, drill.new, tell=tell)
        drill.store.start()
    drill.untouched()
    drill.completed(record_property)


@cases("milliseconds", 0, 3, 10, 30, quick=0)
def test_the_server_is_killed_in_the_middle_of_the_switch(
    milliseconds: int, drill: Drill, record_property: Record
) -> None:
    def kill() -> None:
        time.sleep(milliseconds / 1000)
        drill.store.kill()

    with drill.reader(), through(drill, lambda asked: None, at_switch=kill) as (_, place):
        with pytest.raises(EndpointProblem):
            publish.apply(place, drill.new)
        while drill.store.process:
            time.sleep(0.05)
        drill.store.start()
    assert seen(drill.store, LIVE) in (drill.before, drill.after)
    drill.completed(record_property)


WRITES = ("ground", "blank", "switch", "lock", "note", "record", "mark", "end")
LOST = [f"{fault} {kind}" for kind in WRITES for fault in ("fail after", "lose after", "lose before")]


@cases("trouble", *LOST, quick=3)
def test_an_answer_is_lost_or_wrong_after_success(
    trouble: str, drill: Drill, record_property: Record
) -> None:
    fault, kind = trouble.rsplit(" ", 1)
    with drill.reader(), through(drill, once(fault, kind)) as (proxy, place):
        assert publish.apply(place, drill.new).changed
        assert proxy.struck == [trouble]
    assert publish.verify(drill.place, drill.new) == []
    drill.completed(record_property)


@cases("kind", "ground", "blank", quick=1)
def test_the_connection_is_cut_in_the_middle_of_an_upload(
    kind: str, drill: Drill, record_property: Record
) -> None:
    with drill.reader(), through(drill, once("cut", kind)) as (proxy, place):
        assert publish.apply(place, drill.new).changed
        assert proxy.struck == [f"cut {kind}"]
    drill.completed(record_property)


@cases("kind", "ground", "blank", quick=1)
def test_a_store_that_drops_a_statement_is_found_out(
    kind: str, drill: Drill, record_property: Record
) -> None:
    found_out = pytest.raises(EndpointProblem, match=r"statements are lost|did not take")
    with drill.reader(), through(drill, always("leave out", kind)) as (_, place), found_out:
        publish.apply(place, drill.new)
    drill.untouched()
    drill.completed(record_property)


@cases("kind", "ground", quick=0)
def test_a_statement_dropped_once_is_sent_again(kind: str, drill: Drill, record_property: Record) -> None:
    with drill.reader(), through(drill, once("leave out", kind)) as (_, place):
        assert publish.apply(place, drill.new).changed
    drill.completed(record_property)


@cases("fault", "refuse", "forbid", quick=0)
def test_a_write_that_is_refused_leaves_all_as_it_was(
    fault: str, drill: Drill, record_property: Record
) -> None:
    with drill.reader(), through(drill, always(fault, "ground")) as (_, place):
        with pytest.raises(EndpointProblem, match=r"HTTP 507: no space left|HTTP 403: read only"):
            publish.apply(place, drill.new)
        assert not drill.place.state().claims
    drill.untouched()
    drill.completed(record_property)


@cases("fault", "slow", quick=0)
def test_a_slow_server_is_waited_for(fault: str, drill: Drill, record_property: Record) -> None:
    with drill.reader(), through(drill, lambda asked: fault) as (_, place):
        assert publish.apply(place, drill.new).changed
    drill.completed(record_property)


@cases("kind", "ground", "blank", "switch", quick=0)
def test_a_request_that_arrives_too_late_spoils_nothing(
    kind: str, drill: Drill, record_property: Record
) -> None:
    with drill.reader(), through(drill, once("stuck", kind), seconds=1.5) as (_, place):
        try:
            publish.apply(place, drill.new)
        except EndpointProblem as late:
            assert "no whole answer within" in str(late)
        drill.completed(record_property)
        time.sleep(3)
    assert seen(drill.store, LIVE) == drill.after


@cases("kind", "ground", "switch", "lock", quick=1)
def test_no_password_follows_a_redirection(
    kind: str, drill: Drill, record_property: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    class Elsewhere(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.append(str(self.headers))

        do_GET = do_PUT = do_POST  # noqa: N815

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere)
    threading.Thread(target=listening.serve_forever, args=(0.01,), daemon=True).start()
    url = f"http://localhost:{listening.server_port}"
    refused = pytest.raises(EndpointProblem, match="sends on to localhost")
    with drill.reader(), through(drill, always("redirect", kind), elsewhere=url) as (_, place), refused:
        publish.apply(place, drill.new)
    listening.shutdown()
    listening.server_close()
    assert not asked
    drill.untouched()
    drill.completed(record_property)


@cases("publishers", 16, quick=0)
def test_sixteen_publishers_at_once(publishers: int, drill: Drill, record_property: Record) -> None:
    ended: list[object] = []

    def work(source: Source) -> None:
        with target(drill.store) as own:
            try:
                ended.append(publish.apply(own, source).release.identifier)
            except BdeError as error:
                ended.append(error)

    with drill.reader():
        threads = [
            threading.Thread(target=work, args=((drill.old, drill.new)[n % 2],)) for n in range(publishers)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(120)
        assert len(ended) == publishers
        assert all(isinstance(end, str | Refused) for end in ended), ended
        live = drill.place.state().current
        assert live and not drill.place.state().claims
        assert publish.verify(drill.place, drill.old if live.version == "1.0" else drill.new) == []
    drill.completed(record_property)
