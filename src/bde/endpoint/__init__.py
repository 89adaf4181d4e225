"""Reading a remote SPARQL endpoint, with a deadline that holds for the whole of a request.

The same ``query`` and ``Answer`` as the embedded store, so the two can stand in for each other. SPARQLWrapper
writes the requests of the SPARQL 1.1 protocol; sending them and reading the answer, which may come from a
slow, broken or hostile server, is done here: its own time-out bounds each wait on the socket only, it signs
in before it is asked to, and it never asks a second time.
"""

import re
import warnings
from collections.abc import Sequence
from urllib.parse import urlsplit
from urllib.request import Request

from SPARQLWrapper import GET, JSON, POST, SPARQLWrapper

from bde import __version__
from bde.endpoint import answers
from bde.endpoint.credentials import HINT
from bde.endpoint.sending import Sender
from bde.errors import BdeError, EndpointProblem
from bde.store import Answer
from bde.syntax import Triple

DEADLINE_SECONDS = 30.0
MAX_BYTES = 50_000_000
BACKOFF_SECONDS = 0.5
_TRIPLE = "{ ?s ?p ?o }"
# Servers and proxies cut longer addresses off; such a query goes in the body.
_LONGEST_GET = 1_500
_FORM = re.compile(r"(?:\s+|#[^\n]*|PREFIX\s+[^\s:<]*:\s*<[^>]*>|BASE\s*<[^>]*>)*(\w*)", re.IGNORECASE)
_READS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
_RESULTS = "application/sparql-results+json"
_TRIPLES = "application/n-triples"


class Endpoint:
    """A SPARQL 1.1 endpoint at ``url``, for reading.

    Where it asks for a user name and a password they come from the environment or a netrc file (see
    ``bde.endpoint.credentials``). Where it is busy or the connection drops, it is asked again, after waits of
    ``backoff_seconds`` at most, then twice that, and so on. Where ``graphs`` are named, queries are over
    these, merged (SPARQL 1.1 Protocol, section 2.1.4), else over its default graph. Raises
    ``EndpointProblem`` where ``url`` is no address of the web, or carries a user name or password.
    """

    def __init__(
        self,
        url: str,
        *,
        deadline_seconds: float = DEADLINE_SECONDS,
        max_bytes: int = MAX_BYTES,
        backoff_seconds: float = BACKOFF_SECONDS,
        graphs: Sequence[str] = (),
    ) -> None:
        try:
            parts = urlsplit(url)
            named = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        except ValueError:
            named = False
        if not named or not re.fullmatch("[!-~]+", url):
            fix = "It starts with http:// or https:// and has no spaces or accents."
            raise EndpointProblem("not the address of an endpoint.", fix=fix)
        if "@" in parts.netloc:
            what = "the address holds a user name or password, which would end up in logs and histories."
            raise EndpointProblem(what, fix=f"Leave it out. {HINT}")
        self.url, self.graphs = url, graphs
        self.deadline_seconds = deadline_seconds
        # A key may stand in the query of an address: errors do not repeat it.
        self._name = parts._replace(query="", fragment="").geturl()
        self._sender = Sender(self._name, max_bytes=max_bytes, backoff_seconds=backoff_seconds)

    def query(self, sparql: str, *, seconds: float | None = None, most: int | None = None) -> Answer:
        """The answer of the endpoint to a query, over its default graph or the graphs named.

        Raises ``EndpointProblem`` where no answer comes within ``seconds`` (by default the deadline of this
        endpoint), or what comes is not what the protocol asks for, and ``BdeError`` where the answer has over
        ``most`` rows or triples.
        """
        limit = self.deadline_seconds if seconds is None else seconds
        request, kind = self._request(sparql)
        body = self._sender.fetch(request, kind, limit)
        try:
            answer = answers.triples(body, self._name) if kind == _TRIPLES else answers.results(body)
        except answers.NotAnAnswer as what:
            fix = "Ask again, or check the address and the server."
            raise self._sender.problem(f"answered with {what}.", fix) from None
        if most is not None and max(len(answer.rows), len(answer.triples)) > most:
            raise BdeError(
                f"the answer has more than {most} rows.", fix="Narrow the question or add a LIMIT."
            )
        return answer

    def copy(self, *, seconds: float | None = None) -> tuple[Triple, ...]:
        """All triples of its default graph, or of the graphs named, each once.

        Raises ``EndpointProblem`` as ``query`` does, and where they are not as many as it counts: servers cut
        off what is longer than they are set to give, and do not say so.
        """
        counted = f"SELECT (COUNT(*) AS ?n) WHERE {{ SELECT DISTINCT ?s ?p ?o WHERE {_TRIPLE} }}"
        rows = self.query(counted, seconds=seconds).rows
        copied = self.query(f"CONSTRUCT {_TRIPLE} WHERE {_TRIPLE}", seconds=seconds).triples
        triples = tuple(dict.fromkeys(copied))
        if [[str(cell) for cell in row] for row in rows] != [[str(len(triples))]]:
            number = rows[0][0] if rows and rows[0] else "no number"
            what = f"gave {len(triples)} statements and counts {number} of them."
            raise self._sender.problem(what, "Let it give longer answers, or ask it without fetching.")
        return triples

    def _request(self, sparql: str) -> tuple[Request, str]:
        """The request that SPARQLWrapper writes for a query, and the media type it asks for."""
        wrapper = SPARQLWrapper(self.url, agent=f"bde/{__version__}")
        with warnings.catch_warnings():
            # SPARQLWrapper takes a word of a comment for the query's form; ours is told from the prologue on.
            warnings.filterwarnings("ignore", "(not detected|unknown) query type", RuntimeWarning)
            wrapper.setQuery(sparql)
        form = _FORM.match(sparql)
        wrapper.queryType = form[1].upper() if form else ""
        if wrapper.queryType not in _READS:
            raise EndpointProblem("only queries are sent to an endpoint.", fix="Ask with SELECT.")
        kind = _RESULTS if wrapper.queryType in ("SELECT", "ASK") else _TRIPLES
        wrapper.setReturnFormat(JSON)
        wrapper.setOnlyConneg(True)
        # SPARQLWrapper would put a second “?” into an address that has one.
        for graph in self.graphs:
            wrapper.addDefaultGraph(graph)
        long = len(sparql.encode()) > _LONGEST_GET or "?" in self.url or bool(self.graphs)
        wrapper.setMethod(POST if long else GET)
        wrapper.addCustomHttpHeader("Accept", kind)
        with warnings.catch_warnings():
            # SPARQLWrapper knows no JSON for triples; the header just set is the one that is sent.
            warnings.filterwarnings("ignore", "Sending Accept header", RuntimeWarning)
            request: Request = wrapper._createRequest()
        return request, kind
