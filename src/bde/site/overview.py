"""The pages that lead to the others: the start, and the list of each kind of thing."""

from collections.abc import Sequence

from bde.queries import Question
from bde.site import addresses, describing
from bde.site.reading import Reader
from bde.site.writing import QUERY_POLICY, Pages

ABOUT = (
    "An open, evidence-backed record of bilateral defense engagement: who met whom, at which level, what was "
    "signed, what is still promised, and who says so."
)
# Kind -> what a list of it is called; the order is that of the pages that list them.
LISTS = {
    "state": "States",
    "person": "Persons",
    "organization": "Organizations",
    "engagement": "Engagements",
    "instrument": "Instruments",
    "mechanism": "Mechanisms",
    "place": "Places",
    "source": "Sources",
}
_LATEST = 8


def write(pages: Pages, reader: Reader, saved: Sequence[Question], version: str) -> None:
    """Write the start page and the lists."""
    counts = []
    for kind in addresses.PAGED:
        things = reader.things(kind)
        if things:
            name = LISTS.get(kind, kind)
            path = f"id/{kind}/index.html"
            counts.append((name, len(things), path))
            pages.page("list", path, name[:1].upper() + name[1:], entries=map(reader.entry, things))
    pages.page("search", "search.html", "Search")
    pages.page("query", "query.html", "Query in SPARQL", policy=QUERY_POLICY)
    latest = sorted(
        (entry for entry in map(reader.entry, reader.things("engagement")) if entry.first),
        key=lambda entry: (entry.first, entry.iri),
        reverse=True,
    )[:_LATEST]
    pages.page(
        "start",
        "index.html",
        "Bilateral defense engagement",
        about=ABOUT,
        counts=counts,
        latest=latest,
        questions=len(saved),
        version=version,
        described=describing.dataset("bde: bilateral defense engagement", ABOUT, version),
    )
