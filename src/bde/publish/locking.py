"""One publisher at a time: a lock in the control graph, taken by an update that looks before it leaps.

Stores differ in what two updates at once can see of each other, so a publisher who finds that somebody else
has a claim beside its own withdraws it and tries again: whoever reads that its claim is the only one holds
the lock, for whoever comes later finds two.
"""

import random
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta

from rdflib import XSD

from bde.errors import EndpointProblem, Refused
from bde.publish import record
from bde.publish.record import CONTROL, EXPIRES, HELD, LOCK, OWNER, STEP, text
from bde.publish.target import Target
from bde.publish.wire import Unsettled

SECONDS = 900.0
_MOST_TRIES = 8


class Lock:
    """A lock that is held, by the name of a claim that nobody else has."""

    def __init__(self, target: Target, owner: str, seconds: float) -> None:
        self.token = secrets.token_hex(8)
        self.claim = f"{LOCK}/{self.token}"
        self.started = now()
        self._target, self._owner, self._seconds = target, owner, seconds
        self._renew_at = time.monotonic() + seconds / 3

    @property
    def condition(self) -> str:
        """The part of a WHERE that holds while the lock does."""
        return f"GRAPH <{CONTROL}> {{ <{self.claim}> <{HELD}> <{LOCK}> }}"

    def take(self) -> None:
        """Take the lock. Raises ``Refused`` where somebody else has it."""
        for number in range(_MOST_TRIES):
            self._end_expired()
            with suppress(Unsettled):  # settled by looking
                self._target.update(self._taking(), repeatable=False)
            claims = self._target.state().claims
            if [claim.iri for claim in claims] == [self.claim]:
                return
            mine = any(claim.iri == self.claim for claim in claims)
            if mine:
                self._withdraw()
            elif claims and number:
                raise _locked(claims[0])
            time.sleep(random.uniform(0.01, 0.1) * 2**number)
        self._withdraw()
        raise Refused("several publishers are at it at once.", fix="Run it again.")

    def _taking(self) -> str:
        ends = text(_after(self._seconds), XSD.dateTime)
        about = f"<{self.claim}> <{HELD}> <{LOCK}> ; <{OWNER}> {text(self._owner)} ; <{EXPIRES}> {ends} ."
        # Virtuoso takes no filter for one that nothing stands before.
        return (
            f"INSERT {{ GRAPH <{CONTROL}> {{ {about} }} }} WHERE {{ VALUES ?once {{ 1 }} "
            f"FILTER NOT EXISTS {{ GRAPH <{CONTROL}> {{ ?other <{HELD}> <{LOCK}> }} }} }}"
        )

    def _end_expired(self) -> None:
        for claim in self._target.state().claims:
            if claim.expires < datetime.now(UTC):
                end(self._target, claim.iri)

    def _withdraw(self) -> None:
        end(self._target, self.claim)

    def renew(self) -> None:
        """Hold it for longer, once a third of its time is over."""
        if time.monotonic() < self._renew_at:
            return
        self._renew_at = time.monotonic() + self._seconds / 3
        ends = text(_after(self._seconds), XSD.dateTime)
        claim = f"<{self.claim}> <{EXPIRES}>"
        self._target.update(
            f"DELETE {{ GRAPH <{CONTROL}> {{ {claim} ?old }} }} "
            f"INSERT {{ GRAPH <{CONTROL}> {{ {claim} {ends} }} }} "
            f"WHERE {{ {self.condition} GRAPH <{CONTROL}> {{ {claim} ?old }} FILTER (?old != {ends}) }}",
            repeatable=True,
        )

    def mark(self) -> None:
        """Say that the switch begins: who reads a store without snapshots waits for its end."""
        switching = f"GRAPH <{CONTROL}> {{ <{self.claim}> <{STEP}> {text('switching')} }}"
        self._target.update(f"INSERT {{ {switching} }} WHERE {{ {self.condition} }}", repeatable=True)

    def end(self, closing: str = "") -> None:
        """Give the lock back and say ``closing``, which are statements, if it is still held."""
        insert = f"INSERT {{ GRAPH <{CONTROL}> {{ {closing} }} }} " if closing else ""
        self._target.update(
            f"DELETE {{ GRAPH <{CONTROL}> {{ <{self.claim}> ?p ?o }} }} {insert}"
            f"WHERE {{ GRAPH <{CONTROL}> {{ <{self.claim}> ?p ?o }} }}",
            repeatable=True,
        )


@contextmanager
def locked(target: Target, owner: str, seconds: float = SECONDS) -> Iterator[Lock]:
    """The lock, for a while; it is given back also where the work fails.

    Raises ``Refused`` where somebody else has it. Who ends without giving it back loses it after ``seconds``.
    """
    lock = Lock(target, owner, seconds)
    lock.take()
    try:
        yield lock
    except BaseException:
        with suppress(EndpointProblem):  # the first error says more
            lock.end()
        raise


def end(target: Target, claim: str) -> None:
    """End a claim, whoever has it."""
    target.update(f"DELETE WHERE {{ GRAPH <{CONTROL}> {{ <{claim}> ?p ?o }} }}", repeatable=True)


def unlock(target: Target) -> tuple[record.Claim, ...]:
    """End whatever claims there are and give them; a publisher who still runs cannot switch then."""
    claims = target.state().claims
    for claim in claims:
        end(target, claim.iri)
    return claims


def now() -> str:
    """The time, in UTC, as ``xsd:dateTime`` writes it."""
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _after(seconds: float) -> str:
    ends = datetime.now(UTC) + timedelta(seconds=seconds)
    return ends.isoformat(timespec="seconds").replace("+00:00", "Z")


def _locked(claim: record.Claim) -> Refused:
    what = f"{claim.owner} publishes there, and has the lock until {claim.expires:%Y-%m-%d %H:%M:%S} UTC."
    return Refused(what, fix="Wait; if that run has died, end its lock with: bde publish unlock.")
