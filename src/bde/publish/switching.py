"""Making the version graphs of a release live, all at once.

One update of one operation does it: it adds to each live graph what it lacks, takes away what it has too
much, does the same to the whole, into which those that questions are asked of are merged, and moves the
pointer to the release, if the lock is still held. In most stores an operation is a
transaction; several of them in one request are not everywhere (RDF4J commits each), and ``COPY`` in a
sequence could not ask for the lock. Each part has variables of its own, for RDF4J deletes a triple from all
graphs where the variable of the graph alone is unbound.
"""

import time
from collections.abc import Iterable

from bde.errors import EndpointProblem, Refused
from bde.publish.locking import Lock
from bde.publish.record import CONTROL, CURRENT, DATASET, WHOLE, Recorded, is_asked
from bde.publish.target import Target
from bde.publish.wire import MOST_TRIES, Unsettled


def switch(
    target: Target,
    lock: Lock,
    release: Recorded,
    graphs: Iterable[str],
    gone: Iterable[str],
    *,
    anew: bool = False,
) -> None:
    """Make these ``graphs`` of a recorded release live, and empty those that are ``gone``.

    The whole follows them, or, where nothing is known of it, is made ``anew`` of all graphs. An unclear
    answer is settled by asking for the pointer. Raises ``Refused`` where the lock is lost, which leaves
    everything as it was, and ``EndpointProblem`` where the pointer does not move.
    """
    update = _update(lock, release, [*graphs], [*gone], anew)
    trouble: EndpointProblem | None = None
    for number in range(MOST_TRIES):
        try:
            target.update(update, repeatable=False)
        except Unsettled as error:
            trouble = error
            time.sleep(target.backoff_seconds * 2**number)
        state = target.state()
        if all(claim.iri != lock.claim for claim in state.claims):
            raise Refused("the lock was taken away; nothing was switched.", fix="Run it again.")
        if state.current and state.current.identifier == release.identifier:
            return
    raise trouble or EndpointProblem("the store did not switch to the release.", fix="Check the server.")


def _update(lock: Lock, release: Recorded, graphs: list[str], gone: list[str], anew: bool) -> str:
    pairs = " ".join(f"(<{release.parts[graph].version}> <{graph}>)" for graph in graphs)
    pointer = f"<{DATASET}> <{CURRENT}>"
    branches = [
        f"GRAPH <{CONTROL}> {{ {pointer} ?old }} FILTER (?old != <{release.iri}>)",
        f"BIND (<{release.iri}> AS ?new)",
    ]
    if graphs:
        branches += [
            f"VALUES (?kept ?to) {{ {pairs} }} GRAPH ?kept {{ ?s ?p ?o }} "
            "FILTER NOT EXISTS { GRAPH ?to { ?s ?p ?o } }",
            f"VALUES (?keeps ?from) {{ {pairs} }} GRAPH ?from {{ ?a ?b ?c }} "
            "FILTER NOT EXISTS { GRAPH ?keeps { ?a ?b ?c } }",
        ]
    if gone:
        branches.append(f"VALUES ?from {{ {_named(gone)} }} GRAPH ?from {{ ?a ?b ?c }}")
    branches += _merging(release, graphs, gone, anew)
    where = " UNION ".join(f"{{ {branch} }}" for branch in branches)
    return (
        f"DELETE {{ GRAPH ?from {{ ?a ?b ?c }} GRAPH <{WHOLE}> {{ ?g ?h ?i }} "
        f"GRAPH <{CONTROL}> {{ {pointer} ?old }} }}\n"
        f"INSERT {{ GRAPH ?to {{ ?s ?p ?o }} GRAPH <{WHOLE}> {{ ?d ?e ?f }} "
        f"GRAPH <{CONTROL}> {{ {pointer} ?new }} }}\n"
        f"WHERE {{ {lock.condition} {{ {where} }} }}"
    )


def _merging(release: Recorded, graphs: list[str], gone: list[str], anew: bool) -> list[str]:
    """What comes into the whole, and what goes as no graph of the release has it any more."""
    kept = {graph: part.version for graph, part in release.parts.items() if is_asked(graph)}
    come = [version for graph, version in kept.items() if anew or graph in graphs]
    go = [WHOLE] if anew else [graph for graph in (*graphs, *gone) if is_asked(graph)]
    branches = []
    if come:
        branches.append(
            f"VALUES ?more {{ {_named(come)} }} GRAPH ?more {{ ?d ?e ?f }} "
            f"FILTER NOT EXISTS {{ GRAPH <{WHOLE}> {{ ?d ?e ?f }} }}"
        )
    if go:
        branches.append(
            f"VALUES ?less {{ {_named(go)} }} GRAPH ?less {{ ?g ?h ?i }} "
            f"FILTER NOT EXISTS {{ GRAPH ?any {{ ?g ?h ?i }} VALUES ?any {{ {_named(kept.values())} }} }}"
        )
    return branches


def _named(graphs: Iterable[str]) -> str:
    return " ".join(f"<{graph}>" for graph in graphs)
