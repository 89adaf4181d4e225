"""How a store is addressed, and what is known of it: one profile per store, measured where it says so.

All speak the SPARQL 1.1 Protocol (https://www.w3.org/TR/sparql11-protocol/) and the Graph Store HTTP Protocol
(https://www.w3.org/TR/sparql11-http-rdf-update/), each at addresses and with habits of its own.
"""

from dataclasses import dataclass

from bde.errors import BdeError


@dataclass(frozen=True)
class Profile:
    """A kind of store: the paths behind its address, and its habits.

    ``graph_parameter`` names the graph in an address, ``update_field`` the text of an update in a form,
    ``update_prologue`` stands before each update. ``snapshots``: a query sees the store as it was at one
    moment, so that no reader meets half a switch. ``union``: a query that names no graph sees all of them,
    those of other versions as well, so that readers name the graphs of the release.
    """

    name: str
    query: str = ""
    update: str = ""
    graphs: str = ""
    graph_parameter: str = "graph"
    update_field: str = "update"
    update_prologue: str = ""
    snapshots: bool = True
    union: bool = False


PROFILES = {
    profile.name: profile
    for profile in (
        Profile("oxigraph", "/query", "/update", "/store"),
        Profile("fuseki", "/query", "/update", "/data"),
        Profile("rdf4j", "", "/statements", "/rdf-graphs/service", union=True),
        # Read committed: a query that runs while a switch is being committed may see a part of it. With the
        # whole of an update in its log, a crash leaves all of it or nothing.
        Profile(
            "virtuoso",
            "/sparql",
            "/sparql-auth",
            "/sparql-graph-crud-auth",
            graph_parameter="graph-uri",
            update_field="query",
            update_prologue="DEFINE sql:log-enable 1\n",
            snapshots=False,
            union=True,
        ),
        Profile("generic", snapshots=False, union=True),
    )
}


@dataclass(frozen=True)
class Addresses:
    """Where a store takes queries, updates and whole graphs, and the profile that says how."""

    query: str
    update: str
    graphs: str
    profile: Profile

    @classmethod
    def of(cls, endpoint: str, profile: str, *, update: str = "", graphs: str = "") -> "Addresses":
        """Those of a store at ``endpoint``; ``update`` and ``graphs`` go before what its profile says.

        Raises ``BdeError`` where the generic profile is not told of both.
        """
        kind = PROFILES[profile]
        if kind.name == "generic" and not (update and graphs):
            fix = "Name them with --update and --graphs, or name the store with --store."
            raise BdeError("a generic store has no known addresses for updates and graphs.", fix=fix)
        base = endpoint.rstrip("/")
        return cls(base + kind.query, update or base + kind.update, graphs or base + kind.graphs, kind)
