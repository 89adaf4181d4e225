"""Putting the statements of a graph into a version graph, and seeing that they are there and no others.

A version graph is named after the digest of what it holds. Statements are only ever added to it, in requests
that may be repeated; where one that may not be, as it brings blank nodes, got no clear answer, another graph
is begun: no request that arrives late can spoil what was read back.
"""

import time
from collections.abc import Callable

from bde.errors import EndpointProblem
from bde.publish.record import CONTROL, KEEPS, version_iri
from bde.publish.releases import Part
from bde.publish.statements import Statements, has_blank_node, hashed
from bde.publish.target import Target
from bde.publish.wire import Unsettled

PIECE_BYTES = 2**22
_MOST_ATTEMPTS = 8
_MOST_FILLINGS = 3
_MOST_SHOWN = 200

Sent = Callable[[int], None]  # told of the number of bytes of each piece that was sent


def stage(target: Target, part: Part, begun: frozenset[str], sent: Sent) -> str:
    """The version graph that keeps this part, which was read back; ``begun`` are those on record.

    Raises ``EndpointProblem`` where the store cannot be brought to keep it.
    """
    for attempt in range(_MOST_ATTEMPTS):
        name = version_iri(part.statements.digest, attempt)
        there = target.read(name)
        if there == part.statements:
            return name
        spoilt = any(there.without(part.statements)) or (there.blank and there.blank != part.statements.blank)
        if spoilt:
            continue
        if name not in begun:
            noted = f"<{CONTROL}> <{KEEPS}> <{name}>"
            target.update(f"INSERT DATA {{ GRAPH <{CONTROL}> {{ {noted} }} }}", repeatable=True)
        try:
            _fill(target, name, part, there, sent)
        except _Begun:
            time.sleep(target.backoff_seconds)
            continue
        return name
    what = f"did not take <{part.graph}> in {_MOST_ATTEMPTS} attempts."
    raise EndpointProblem(f"the store {what}", fix="Check the server.")


class _Begun(Exception):
    """Statements with blank nodes were sent, and may be there, or come yet."""


def _fill(target: Target, name: str, part: Part, there: Statements, sent: Sent) -> None:
    for _ in range(_MOST_FILLINGS):
        for piece in part.pieces(PIECE_BYTES):
            blank = has_blank_node(piece)
            if blank and there.blank:
                continue
            try:
                target.add(name, piece, repeatable=not blank)
            except Unsettled:
                if blank:
                    raise _Begun from None
                raise
            sent(len(piece))
        there = target.read(name)
        if there == part.statements:
            return
        if any(there.without(part.statements)):
            break
    raise _unkept(part, there)


def _unkept(part: Part, there: Statements) -> EndpointProblem:
    lost, more = set(part.statements.without(there)), set(there.without(part.statements))
    what = f"the store keeps <{part.graph}> not as it is sent: {len(lost)} statements are lost"
    what += f" and {len(more)} come from elsewhere" if more else ""
    shown = next((line.strip() for line in part.lines() if hashed(line) in lost), "")
    what += f", the first of them {shown[:_MOST_SHOWN]}." if shown else "."
    return EndpointProblem(what, fix="Nothing that is live was changed. Check the server and its limits.")
