"""Publishing a release to a triplestore: staged, read back, switched at once, read back again, recorded.

Live graphs are those of the release, ``https://w3id.org/bde/graph/data/...`` and so on, and the whole,
``https://w3id.org/bde/graph/current``, into which those that questions are asked of are merged. Beside them
the store keeps a version graph for each state of a graph, and a control graph with the lock and the record of
releases; nothing else in it is read or touched. A run that dies at any point leaves what was live as it was,
or as it should be, and running it again completes it. Everything believed of the store was read back from it.
"""

import getpass
import socket
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from bde.errors import EndpointProblem, Refused
from bde.publish.locking import Lock, locked, now
from bde.publish.record import CONTROL, KEEPS, WHOLE, Kept, Recorded, State, describe, is_asked, publication
from bde.publish.releases import Source
from bde.publish.staging import stage
from bde.publish.statements import Statements
from bde.publish.switching import switch
from bde.publish.target import Target


class Step(StrEnum):
    """The steps of a run, each told when it is done; a run may end after any of them."""

    LOCKED = "locked"
    SENT = "sent"
    STAGED = "staged"
    RECORDED = "recorded"
    SWITCHED = "switched"
    CONFIRMED = "confirmed"
    DONE = "done"


Tell = Callable[[Step, int, int], None]  # the step, how much of it is done, and of how much


def quiet(step: Step, done: int, of: int) -> None:
    """Tell nobody."""


@dataclass(frozen=True)
class Difference:
    """How a live graph differs from what it should be: statements it lacks, and that it has too much."""

    graph: str
    lacks: int
    extra: int


@dataclass(frozen=True)
class Outcome:
    """What a run did: the release that is live now, and whether anything was changed for it."""

    release: Recorded
    changed: bool


def whoever() -> str:
    """Who publishes, as the lock names them: user and machine."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError):
        user = "somebody"
    return "".join(c for c in f"{user}@{socket.gethostname()}" if c.isprintable())


def verify(target: Target, source: Source, tell: Tell = quiet) -> list[Difference]:
    """How what is live differs from a release, graph by graph; reads every graph whole."""
    state = target.state()
    wanted = _wanted(source)
    found = []
    for graph in _differing(target, _digests(wanted), known_graphs(state, wanted), tell):
        there, here = target.read(graph), wanted.get(graph, Statements())
        lacks, extra = (sum(1 for _ in one) for one in (here.without(there), there.without(here)))
        found.append(Difference(graph, lacks, extra))
    return found


def _wanted(source: Source) -> dict[str, Statements]:
    """What each live graph should hold."""
    return {**{graph: part.statements for graph, part in source.parts.items()}, WHOLE: source.whole}


def _digests(wanted: Mapping[str, Statements]) -> dict[str, str]:
    return {graph: statements.digest for graph, statements in wanted.items()}


def is_live(state: State, source: Source) -> bool:
    """Whether the record calls this release the live one."""
    return bool(state.current and state.current.identifier == source.identifier)


def apply(target: Target, source: Source, *, owner: str = "", tell: Tell = quiet) -> Outcome:
    """Make a release live, and record it; where it is live already, nothing is changed.

    Raises ``Refused`` where somebody else holds the lock, and ``EndpointProblem`` where the store fails; what
    was live is then live still, or the release is.
    """
    state = target.state()
    wanted = _digests(_wanted(source))
    if is_live(state, source) and not state.claims and not _differing(target, wanted, (), quiet):
        assert state.current
        return Outcome(state.current, False)
    with locked(target, owner or whoever()) as lock:
        tell(Step.LOCKED, 1, 1)
        state = target.state()
        release = _recorded(target, state, source, _stage(target, lock, state, source, tell))
        tell(Step.RECORDED, 1, 1)
        _make_live(target, lock, state, release, source.whole, "apply", tell)
    return Outcome(release, True)


def _stage(target: Target, lock: Lock, state: State, source: Source, tell: Tell) -> dict[str, Kept]:
    kept: dict[str, Kept] = {}
    whole = sum(part.file.stat().st_size for part in source.parts.values())
    total = 0

    def sent(size: int) -> None:
        nonlocal total
        total += size
        tell(Step.SENT, min(total, whole), whole)
        lock.renew()

    for graph, part in source.parts.items():
        lock.renew()
        name = stage(target, part, state.versions, sent)
        kept[graph] = Kept(graph, name, part.statements.digest, part.statements.count)
        tell(Step.STAGED, len(kept), len(source.parts))
    return kept


def _recorded(target: Target, state: State, source: Source, kept: dict[str, Kept]) -> Recorded:
    """The release on record, its version graphs being those just read back."""
    old = state.recorded(source.identifier)
    if old and (old.parts, old.whole) == (kept, source.whole.digest):
        return old
    before = state.current.identifier if state.current else ""
    previous = old.previous if old else before
    issued = old.issued if old else now()
    release = Recorded(source.identifier, source.version, issued, previous, kept, source.whole.digest)
    if old:
        forget(target, [old])
    _record(target, release)
    return release


def _record(target: Target, release: Recorded) -> None:
    target.update(f"INSERT DATA {{ GRAPH <{CONTROL}> {{ {describe(release)} }} }}", repeatable=True)


def forget(target: Target, releases: Iterable[Recorded]) -> None:
    """Take releases out of the record; their version graphs stay."""
    for release in releases:
        target.update(
            f"DELETE {{ GRAPH <{CONTROL}> {{ ?s ?p ?o }} }} WHERE {{ GRAPH <{CONTROL}> {{ ?s ?p ?o }} "
            f'FILTER (?s = <{release.iri}> || STRSTARTS(STR(?s), "{release.iri}/")) }}',
            repeatable=True,
        )


def _make_live(
    target: Target, lock: Lock, state: State, release: Recorded, whole: Statements, kind: str, tell: Tell
) -> None:
    """Switch, read back, mend once what differs, and close the record."""
    current = state.current.parts if state.current else {}
    gone = known_graphs(state, release.parts)
    todo = [
        graph
        for graph, part in release.parts.items()
        if graph not in current or current[graph].digest != part.digest
    ]
    wanted = {**{graph: part.digest for graph, part in release.parts.items()}, WHOLE: whole.digest}
    anew = not (state.current and state.current.whole)
    lock.mark()
    for _ in range(2):
        lock.renew()
        switch(target, lock, release, todo, gone, anew=anew)
        tell(Step.SWITCHED, 1, 1)
        differing = _differing(target, wanted, gone, tell)
        if not differing:
            break
        todo, anew = [graph for graph in differing if graph in release.parts], WHOLE in differing
    else:
        what = f"the store does not hold the release as it was switched: {', '.join(differing)} differ."
        raise EndpointProblem(what, fix="Run it again, or go back with: bde publish rollback.")
    lock.end(publication(lock.token, kind, release, lock.started, now()))
    tell(Step.DONE, 1, 1)


def known_graphs(state: State, wanted: Collection[str]) -> tuple[str, ...]:
    """The graphs on record, of any release, that are not among those wanted: ours, and to be empty."""
    known = {graph for release in state.releases for graph in release.parts}
    return tuple(sorted(known - {*wanted}))


def _differing(target: Target, wanted: Mapping[str, str], gone: Iterable[str], tell: Tell) -> list[str]:
    """The live graphs that do not have the wanted digest, and those gone that are not empty."""
    found = []
    graphs = [*wanted, *gone]
    for number, graph in enumerate(graphs):
        there = target.read(graph)
        if there.digest != wanted.get(graph) if graph in wanted else there.count:
            found.append(graph)
        tell(Step.CONFIRMED, number + 1, len(graphs))
    return found


def rollback(target: Target, name: str = "", *, owner: str = "", tell: Tell = quiet) -> Outcome:
    """Make an earlier release live again: the one named by version or start of its identifier, else the one
    before the live one.

    Its version graphs are read back first. Raises ``Refused`` where there is no such release, or it is not
    whole any more, and as ``apply`` does.
    """
    with locked(target, owner or whoever()) as lock:
        tell(Step.LOCKED, 1, 1)
        state = target.state()
        release = _earlier(state, name)
        asked: list[Statements] = []
        for number, part in enumerate(release.parts.values()):
            lock.renew()
            kept = target.read(part.version)
            if is_asked(part.graph):
                asked.append(kept)
            if kept.digest != part.digest:
                what = f"the store does not keep <{part.graph}> of {release} any more."
                raise Refused(what, fix="Publish that release again with: bde publish apply.")
            tell(Step.STAGED, number + 1, len(release.parts))
        changed = state.current != release
        whole = Statements.merged(asked)
        if not release.whole:  # recorded before there was one
            release = replace(release, whole=whole.digest)
            _record(target, release)
        _make_live(target, lock, state, release, whole, "rollback", tell)
    return Outcome(release, changed)


def _earlier(state: State, name: str) -> Recorded:
    if name:
        found = state.named(name)
        if len(found) != 1:
            known = ", ".join(map(str, state.releases)) or "none"
            what = f"{'several releases are' if found else 'no release is'} called {name!r}."
            raise Refused(what, fix=f"There are: {known}.")
        return found[0]
    earlier = [r for r in state.releases if state.current and r.issued <= state.current.issued]
    earlier = earlier[: earlier.index(state.current)] if state.current in earlier else []
    if not earlier:
        raise Refused("there is no earlier release.", fix="See: bde publish status.")
    return earlier[-1]


def prune(target: Target, keep: int, *, owner: str = "") -> tuple[Recorded, ...]:
    """Remove all releases but the last ``keep`` and the live one, with the graphs that only they need."""
    with locked(target, owner or whoever()) as lock:
        state = target.state()
        newest = state.releases[max(len(state.releases) - keep, 0) :]
        old = tuple(r for r in state.releases if r not in newest and r != state.current)
        forget(target, old)
        needed = {part.version for r in state.releases if r not in old for part in r.parts.values()}
        for graph in sorted(state.versions - needed):
            lock.renew()
            target.drop(graph)
            noted = f"<{CONTROL}> <{KEEPS}> <{graph}>"
            target.update(f"DELETE DATA {{ GRAPH <{CONTROL}> {{ {noted} }} }}", repeatable=True)
        lock.end()
    return old
