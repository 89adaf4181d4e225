"""Briefings: what is on record about two states or a person, each line with its evidence.

A briefing knows no facts: it asks saved questions in a fixed order, and each section names those it comes
from. SPARQL of its own only finds where a record stands in its sources and what a day leaves out.
``model`` is what a briefing says; ``rendering`` turns it into text, Markdown, JSON or a page.
"""

from bde.brief import pairs, persons
from bde.brief.model import Brief
from bde.namespaces import BDE
from bde.store import Store

__all__ = ["Brief", "of_pair", "of_person", "pairs_on_record"]

of_pair = pairs.brief
of_person = persons.brief


def pairs_on_record(store: Store) -> tuple[tuple[str, str], ...]:
    """The pairs of states, by label, that are party to a common engagement."""
    party = "bde:partOf*/(bde:party|bde:visitingParty|bde:hostParty)/bde:ofState?"
    answer = store.query(
        f"""PREFIX bde: <{BDE}> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
        SELECT DISTINCT ?one ?other WHERE {{
          ?engagement bde:engagementKind ?kind ; {party} ?a ; {party} ?b .
          ?a a bde:State ; rdfs:label ?one . ?b a bde:State ; rdfs:label ?other .
          FILTER(STR(?one) < STR(?other))
        }} ORDER BY ?one ?other"""
    )
    return tuple((str(one), str(other)) for one, other in answer.rows)
