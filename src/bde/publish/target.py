"""A store to publish to: its graphs read back as sets, statements added, updates sent, its record read."""

import time
from collections.abc import Iterator
from urllib.parse import urlencode, urlsplit

from rdflib import URIRef

from bde.endpoint import Endpoint
from bde.errors import SyntaxProblem
from bde.publish import record
from bde.publish.profiles import Addresses
from bde.publish.statements import Statements
from bde.publish.wire import BACKOFF_SECONDS, MOST_TRIES, Unsettled, Wire
from bde.syntax import statements

SECONDS = 600.0
_TRIPLES = "application/n-triples"
_FORM = "application/x-www-form-urlencoded"
_RECORD = f"SELECT ?s ?p ?o WHERE {{ GRAPH <{record.CONTROL}> {{ ?s ?p ?o }} }}"


class Target:
    """The store at these addresses; each request to it is done within ``seconds`` as a whole.

    To be closed after use. Methods raise ``EndpointProblem``, and ``wire.Unsettled`` (one of these) where
    nobody knows whether a change took effect.
    """

    def __init__(
        self, addresses: Addresses, *, seconds: float = SECONDS, backoff_seconds: float = BACKOFF_SECONDS
    ) -> None:
        self.addresses = addresses
        self.backoff_seconds = backoff_seconds
        self._endpoint = Endpoint(addresses.query, deadline_seconds=seconds, backoff_seconds=backoff_seconds)
        for url in (addresses.update, addresses.graphs):
            Endpoint(url)  # refuses what is no address, or holds a password
        # A key may stand in the query of an address: errors do not repeat it.
        name = urlsplit(addresses.graphs)._replace(query="", fragment="").geturl()
        self._wire = Wire(name, seconds=seconds, backoff_seconds=backoff_seconds)

    def __enter__(self) -> "Target":
        return self

    def __exit__(self, *_: object) -> None:
        self._wire.close()

    def state(self) -> record.State:
        """What the control graph says."""
        return record.read(self._endpoint.query(_RECORD).rows)

    def labels(self, subjects: list[str]) -> dict[str, str]:
        """The labels that the store has for these subjects."""
        if not subjects:
            return {}
        values = " ".join(f"<{subject}>" for subject in subjects)
        label = "<http://www.w3.org/2000/01/rdf-schema#label>"
        sparql = f"SELECT ?s ?l WHERE {{ VALUES ?s {{ {values} }} GRAPH ?g {{ ?s {label} ?l }} }}"
        rows = self._endpoint.query(sparql).rows
        return {str(s): str(text) for s, text in sorted(rows, reverse=True) if isinstance(s, URIRef)}

    def read(self, graph: str) -> Statements:
        """The statements of a graph; none where there is no such graph."""
        for number in range(1, MOST_TRIES + 1):
            try:
                with self._wire.read(self.addresses.graphs, self._named(graph), _TRIPLES) as stream:
                    return Statements(statements(stream, f"<{graph}>") if stream else ())
            except (Unsettled, SyntaxProblem):  # of an answer that was broken off
                if number == MOST_TRIES:
                    raise
                time.sleep(self.backoff_seconds * 2 ** (number - 1))
        raise AssertionError  # the last try returns or raises

    def lines(self, graph: str) -> Iterator[str]:
        """The statements of a graph as lines of N-Triples, as they come."""
        with self._wire.read(self.addresses.graphs, self._named(graph), _TRIPLES) as stream:
            if stream:
                yield from statements(stream, f"<{graph}>")

    def add(self, graph: str, lines: str, *, repeatable: bool) -> None:
        """Add statements to a graph."""
        self._wire.send(
            "POST",
            self.addresses.graphs,
            query=self._named(graph),
            content=lines.encode(),
            kind=_TRIPLES,
            repeatable=repeatable,
        )

    def drop(self, graph: str) -> None:
        """Remove a graph that may be there."""
        self._wire.send(
            "DELETE", self.addresses.graphs, query=self._named(graph), missing=True, repeatable=True
        )

    def update(self, sparql: str, *, repeatable: bool) -> None:
        """Send one update."""
        profile = self.addresses.profile
        form = urlencode({profile.update_field: profile.update_prologue + sparql}).encode()
        self._wire.send("POST", self.addresses.update, content=form, kind=_FORM, repeatable=repeatable)

    def _named(self, graph: str) -> dict[str, str]:
        return {self.addresses.profile.graph_parameter: graph}
