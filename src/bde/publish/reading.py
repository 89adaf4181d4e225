"""A copy of the graph for readers as it was at one moment, also of a store that shows half a switch."""

import time

from bde.endpoint import Endpoint
from bde.errors import EndpointProblem
from bde.publish.record import CONTROL, CURRENT, DATASET, HELD, LOCK, STEP, WHOLE
from bde.publish.wire import BACKOFF_SECONDS
from bde.syntax import Triple

# As long as a switch may take: a store has up to a minute for a large release.
PATIENCE_SECONDS = 60.0
_LIVE = f"""
SELECT ?live ?step WHERE {{
  {{ <{DATASET}> <{CURRENT}> ?live }} UNION {{ ?claim <{HELD}> <{LOCK}> ; <{STEP}> ?step }}
}}
ORDER BY ?live ?step
"""


def whole(url: str, *, seconds: float, patience_seconds: float = PATIENCE_SECONDS) -> tuple[Triple, ...]:
    """All triples of the graph for readers, of the one release that was live before and after.

    Each request is done within ``seconds``. Where a release is being made live they are asked for anew, for
    as long as ``patience_seconds``. Raises ``EndpointProblem`` then, and as ``Endpoint.copy`` does.
    """
    graph, control = (Endpoint(url, graphs=[name], deadline_seconds=seconds) for name in (WHOLE, CONTROL))
    end = time.monotonic() + patience_seconds
    while True:
        before = control.query(_LIVE).rows
        if not any(step for _, step in before):
            triples = graph.copy()
            if control.query(_LIVE).rows == before:
                return triples
        if time.monotonic() > end:
            what = f"a release has been made live at the endpoint for over {patience_seconds:g} seconds."
            raise EndpointProblem(what, fix="Ask again later, or look with bde publish status.")
        time.sleep(BACKOFF_SECONDS)
