"""The page of each pair of states: its briefing, drawn and in words.

A briefing asks a dozen questions, each of which looks at the whole graph it is given; so each pair is given
its own part of the graph (``parts``).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from rdflib import URIRef

from bde import brief
from bde.brief.model import Brief, Line, Reference
from bde.brief.rendering.chart import chart
from bde.brief.rendering.wording import catalogue, details, remarks
from bde.queries import Question
from bde.site import addresses, coverage, describing
from bde.site.citing import Standing
from bde.site.occasions import Occasions
from bde.site.parts import Parts
from bde.site.reading import Reader, Value
from bde.site.writing import Pages
from bde.store import Store


@dataclass(frozen=True)
class Told:
    """A line of a briefing with the pages of its records and where it stands."""

    line: Line
    records: tuple[Value, ...]
    standings: tuple[Standing, ...]
    remarks: str


def write(
    pages: Pages, reader: Reader, occasions: Occasions, saved: Sequence[Question], ontology: Store
) -> None:
    """Write the page of each pair and the list of them; ``ontology`` is a store of the ontology alone."""
    parts = Parts(reader, occasions, ontology)
    counted = []
    summaries = {question.name: question.summary for question in saved}
    for pair in occasions.pairs:
        made = brief.of_pair(parts.of(pair), saved, URIRef(pair.a), URIRef(pair.b))
        told = {line.id: _told(reader, made, line) for line in made.lines}
        own = occasions.of_pair.get(pair, ())
        counted.append((pair, len(own), next((one for one in reversed(own) if one.span.first), None)))
        pages.page(
            "pair",
            pair.page,
            pair.label,
            pair=pair,
            states=[Value(reader.label(iri), reader.page(iri)) for iri in (pair.a, pair.b)],
            brief=made,
            told=told,
            glance={each.name: _where(reader, made, each.references) for each in made.essentials},
            by_iri=occasions.by_iri,
            chart=chart,
            details=details,
            summaries=summaries,
            catalogue=catalogue,
            source_page=reader.page,
            web=addresses.web,
            plans=coverage.plans(reader, [iri for line in made.lines for iri in line.records]),
            described=describing.pair(made.title, made.subjects),
        )
    pages.page("pairs", "pair/index.html", "Pairs of states", pairs=counted)


def _told(reader: Reader, made: Brief, line: Line) -> Told:
    records = tuple(Value(reader.label(iri), reader.page(iri)) for iri in line.records)
    stated = remarks(line) or "stated"
    return Told(line, records, _where(reader, made, line.references), stated)


def _where(reader: Reader, made: Brief, references: Sequence[Reference]) -> tuple[Standing, ...]:
    """The references of a briefing as other pages show them."""
    found = []
    for reference in references:
        short, page, address = reader.source(made.sources[reference.source - 1].iri)
        where = tuple((number, f"{page}#s{number}" if page else "") for number in reference.sentences)
        found.append(Standing(short, page, address, where, "", "", ""))
    return tuple(found)
