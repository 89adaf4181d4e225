"""The page of each source: how it is known, and its ledger: which sentence backs which records.

The sentences themselves are their publishers' and are nowhere in the graph.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from bde.namespaces import BDE
from bde.site import things
from bde.site.reading import EVIDENCE, Reader, Value
from bde.site.writing import Pages


@dataclass(frozen=True)
class Sentence:
    """A sentence by its number: the records it backs, each with the stances, or why it is set aside."""

    number: int
    records: tuple[tuple[Value, str], ...]
    aside: str


@dataclass(frozen=True)
class Counted:
    """Sentences of a source that are cut, that back a record and that are set aside, and records it backs."""

    sentences: int = 0
    backing: int = 0
    aside: int = 0
    records: int = 0


def counts(reader: Reader) -> dict[str, Counted]:
    """The numbers of every source that backs a record or of which a sentence is cut, by its IRI."""
    ledger = reader.rows(
        """SELECT ?source (COUNT(DISTINCT ?passage) AS ?all) (COUNT(DISTINCT ?used) AS ?backing)
          (COUNT(DISTINCT ?aside) AS ?set) {
          ?passage a bde:Passage ; bde:fromSource ?source .
          OPTIONAL { ?evidence bde:passage ?passage BIND(?passage AS ?used) }
          OPTIONAL { ?passage bde:setAside ?reason BIND(?passage AS ?aside) }
        } GROUP BY ?source ORDER BY ?source"""
    )
    backed = reader.rows(
        """SELECT ?source (COUNT(DISTINCT ?record) AS ?records) {
          ?record bde:evidence ?evidence . ?evidence bde:passage?/bde:fromSource ?source
        } GROUP BY ?source ORDER BY ?source"""
    )
    records = {str(source): int(str(number)) for source, number in backed}
    found = {source: Counted(records=number) for source, number in records.items()}
    for iri, *numbers in ledger:
        sentences, backing, aside = (int(str(number)) for number in numbers)
        found[str(iri)] = Counted(sentences, backing, aside, records.get(str(iri), 0))
    return found


def write(pages: Pages, reader: Reader) -> None:
    """Write the page of each source."""
    for iri in reader.things("source"):
        ledger = sorted(_ledger(reader, iri), key=lambda sentence: sentence.number)
        things.one(
            pages,
            reader,
            iri,
            "source",
            ledger=ledger,
            backing=sum(bool(sentence.records) for sentence in ledger),
            aside=sum(bool(sentence.aside and not sentence.records) for sentence in ledger),
            whole=tuple(_backed(reader, iri, "fromSource")),
            sections=(),
        )


def _ledger(reader: Reader, source: str) -> Iterator[Sentence]:
    for name, passage in reader.store.mentions(source):
        said = reader.said(passage)
        number = said.get(BDE + "sentenceNumber")
        if name == BDE + "fromSource" and number:
            aside = "; ".join(reader.label(str(reason)) for reason in said.get(BDE + "setAside", ()))
            yield Sentence(int(str(number[0])), tuple(_backed(reader, passage, "passage")), aside)


def _backed(reader: Reader, node: str, through: str) -> Iterator[tuple[Value, str]]:
    """The records that rest on a passage or on a source as a whole, with the stances in which they do."""
    stances: dict[str, set[str]] = {}
    for name, evidence in reader.store.mentions(node):
        if name == BDE + through:
            for verb, record in reader.store.mentions(evidence):
                if verb == EVIDENCE:
                    said = {f"{piece.stance}, {piece.basis}" for piece in reader.cited(evidence)}
                    stances.setdefault(record, set()).update(said)
    for record in sorted(stances, key=lambda record: (reader.label(record), record)):
        yield Value(reader.label(record), reader.page(record)), "; ".join(sorted(stances[record]))
