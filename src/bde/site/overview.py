"""The pages that lead to the others: the start, the list of each kind of thing, what else there is."""

from collections.abc import Mapping, Sequence

from bde.brief.essentials import SILENCE
from bde.namespaces import BDE, CONCEPT
from bde.queries import Question
from bde.site import addresses, describing, sources, standing
from bde.site.occasions import Occasions
from bde.site.reading import Entry, Reader, Value
from bde.site.writing import QUERY_POLICY, Pages

TITLE = "Bilateral defense engagement"
ABOUT = (
    "An open, evidence-backed record of bilateral defense engagement: who met whom, at which level, what was "
    "signed, what is still promised, and who says so."
)
# Kind -> what a list of it is called, in the order in which the lists are offered.
LISTS = {
    "state": "States",
    "person": "Persons",
    "organization": "Organizations",
    "post": "Posts",
    "engagement": "Engagements",
    "instrument": "Instruments",
    "commitment": "Commitments",
    "mechanism": "Mechanisms",
    "group": "Groups of persons",
    "place": "Places",
    "source": "Sources",
    "participation": "Participations",
    "delegation": "Delegations",
    "topic": "Topics raised",
    "relationship": "What relationships are called",
    "assessment": "Assessments and opinions",
    "nondisclosure": "What was withheld or left open",
    "nameform": "Names as printed",
    "postholding": "Posts held",
    "rankholding": "Ranks held",
    "bodyrole": "Roles in bodies",
    "count": "Counts claimed",
    "contextevent": "Events of the context",
    "identity": "Identity links",
    "lifestep": "Steps in a life",
    "money": "Sums of money",
    "status": "Standing claimed",
    "policy": "Stated policies",
    "anniversary": "Anniversaries",
    "equipment": "Equipment",
    "transfer": "Transfers",
    "platform": "Platforms",
    "polity": "Polities that are no states",
    "precedence": "What is said to stand out",
}
_LATEST, _ROWS = 8, 250
# As many pairs and persons as the start page names.
_PAIRS, _PERSONS = 12, 24


def write(
    pages: Pages, reader: Reader, occasions: Occasions, saved: Sequence[Question], version: str
) -> None:
    """Write the start page, the lists and the shells of the pages that scripts fill."""
    counts = _lists(pages, reader, standing.silences(reader, saved))
    dated = [one for one in occasions.all if one.span.first and not one.part]
    busiest = sorted(occasions.pairs, key=lambda pair: -len(occasions.of_pair.get(pair, ())))[:_PAIRS]
    pages.page(
        "start",
        "index.html",
        TITLE,
        about=ABOUT,
        counts=counts,
        latest=[reader.entry(one.iri) for one in dated[: -_LATEST - 1 : -1]],
        pairs=[(pair, len(occasions.of_pair.get(pair, ()))) for pair in busiest],
        total_pairs=len(occasions.pairs),
        persons=[Value(reader.label(iri), reader.page(iri)) for iri in _known_best(reader)],
        total_persons=len(reader.things("person")),
        rooms=sorted({question.room for question in saved}),
        questions=len(saved),
        version=version,
        described=describing.dataset(f"bde: {TITLE.lower()}", ABOUT, version),
    )
    pages.page("search", "search.html", "Search")
    pages.page("query", "query.html", "Query in SPARQL", policy=QUERY_POLICY)
    pages.page("reading", "reading.html", "How to read these pages", schemes=_levels(reader))
    pages.page("more", "more.html", "All pages", counts=counts)


def _lists(pages: Pages, reader: Reader, silences: Mapping[str, str]) -> list[tuple[str, int, str]]:
    """Write the list of each kind there is; returns its name, how many it has, and its page."""
    counts = []
    counted = sources.counts(reader)
    for kind in sorted(addresses.PAGED, key=lambda kind: _order(kind)):
        things = reader.things(kind)
        if not things:
            continue
        name = LISTS.get(kind, kind)
        path = f"id/{kind}/index.html"
        counts.append((name, len(things), path))
        in_time = kind in ("engagement", "instrument", "commitment", "participation", "topic")
        if in_time:
            things = sorted(things, key=lambda iri: (reader.dates.of(iri)[1] or "9", reader.label(iri), iri))
        for part in pages.parts(path, things, _ROWS):
            shown: dict[str, object] = {"part": part, "entries": list(map(reader.entry, part.items))}
            shown["total"] = len(things)
            if kind == "source":
                pages.page("sources", part.path, name, counts=counted, **shown)
                continue
            heading, cells = "", dict[str, Entry | str | None]()
            if kind == "mechanism":
                heading = "Latest edition on record"
                cells.update({iri: _latest_edition(reader, iri) for iri in part.items})
            if kind == "nondisclosure":
                heading, cells = SILENCE, {**silences}
            pages.page("list", part.path, name, in_time=in_time, heading=heading, cells=cells, **shown)
    return counts


def _latest_edition(reader: Reader, mechanism: str) -> Entry | None:
    """The edition of a mechanism that began last, as far as dates are known."""
    found = [record for name, record in reader.store.mentions(mechanism) if name == BDE + "editionOf"]
    latest = max(found, key=lambda record: (reader.dates.of(record)[1], record), default="")
    return reader.entry(latest) if latest else None


def _order(kind: str) -> tuple[int, str]:
    known = list(LISTS)
    return (known.index(kind) if kind in known else len(known), kind)


def _known_best(reader: Reader) -> list[str]:
    """The persons with the most records, by label."""
    counted = {iri: len(reader.store.mentions(iri)) for iri in reader.things("person")}
    best = sorted(counted, key=lambda iri: (-counted[iri], iri))[:_PERSONS]
    return sorted(best, key=lambda iri: (reader.label(iri).casefold(), iri))


def _levels(reader: Reader) -> Mapping[str, list[tuple[str, str, str]]]:
    """The levels, realizations and stances with what they mean: scheme -> (notation, label, definition)."""
    found = {}
    for scheme in ("levels", "realizations", "topic-stances", "evidence-stances", "evidence-bases"):
        rows = reader.rows(
            f"""SELECT ?notation ?label ?definition {{
              ?concept skos:inScheme <{CONCEPT}{scheme}> ;
                rdfs:label ?label ; skos:definition ?definition
              OPTIONAL {{ ?concept skos:notation ?notation }}
            }} ORDER BY (!BOUND(?notation)) ?notation ?label"""
        )
        found[scheme] = [(str(n or ""), str(label), str(text)) for n, label, text in rows]
    return found
