"""When things were, in figures and in words: their own time, or that of what they were part of or beside."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

from bde.brief import timelines
from bde.brief.citing import published
from bde.brief.lines import Row
from bde.namespaces import BDE
from bde.syntax import Term

_BOUNDS = {
    "start": "earliestStart",
    "started_by": "latestStart",
    "lasted_to": "earliestEnd",
    "end": "latestEnd",
}
_TIMES = ("time", "coveragePeriod", "due", "publicationTime")
# By which a record without a time of its own is dated, the first that leads to one.
_WITHIN = ("inEngagement", "partOf", "madeAt", "mentionedAt", "signedAt")


def within(when: str, *, own: bool = False) -> str:
    """A time as said of what happened in it; ``own`` says that it is the time of the thing itself."""
    if own or not when or when.startswith("within"):
        return when
    if when[:1].isdigit():
        return f"within {when}"
    begun, _, lasted = when.rpartition(", ")
    if begun.startswith("from "):
        return f"on or after {begun.removeprefix('from ')}"
    if lasted.startswith("until "):
        return f"on or before {lasted.removeprefix('until ')}"
    return f"as part of something that {when}" if begun.startswith("began ") else when


class Dates:
    """Times by lookup: ``said`` tells what is said of a node, ``label`` what it is called."""

    def __init__(
        self, said: Callable[[str], Mapping[str, Sequence[Term]]], label: Callable[[str], str]
    ) -> None:
        self._said, self._label = said, label
        self.of = lru_cache(maxsize=5_000)(self._of)

    def bounds(self, span: str) -> Row:
        """The bounds of a time span and its precision, as ``timelines.when`` takes them."""
        said = self._said(span)
        row = {key: "".join(map(str, said.get(BDE + name, ())[:1])) for key, name in _BOUNDS.items()}
        precision = "".join(self._label(str(o)) for o in said.get(BDE + "precision", ())[:1])
        return {**row, "precision": precision, "around": ""}

    def words(self, span: str) -> str:
        """A time span in figures with the words printed for it."""
        row, said = self.bounds(span), self._said(span)
        printed = ", ".join(f"“{words}”" for words in said.get(BDE + "statedExpression", ()))
        basis = "; ".join(self._label(str(o)) for o in said.get(BDE + "resolutionBasis", ()))
        more = "; ".join(filter(None, (f"printed: {printed}" if printed else "", basis and f"by {basis}")))
        return timelines.when(row) + (f" ({more})" if more else "")

    def around(self, iri: str) -> Row:
        """The bounds of what was held on the margins of an event that had begun by a day; else empty."""
        for event in self._said(iri).get(BDE + "onMarginsOf", ()):
            for span in self._said(str(event)).get(BDE + "time", ()):
                if begun := self.bounds(str(span))["started_by"]:
                    return {**dict.fromkeys((*_BOUNDS, "precision"), ""), "around": begun}
        return {}

    def _of(self, iri: str, deep: int = 4) -> tuple[str, str]:
        """The time of a record in figures and the first day known of it, both empty where it has none.

        Of several wholes that it may be dated by, the one that begins last says most.
        """
        said = self._said(iri)
        for name in _TIMES:
            for span in said.get(BDE + name, ()):
                row = self.bounds(str(span))
                first = next((row[bound] for bound in _BOUNDS if row[bound]), "")
                when = published(row) if name == "publicationTime" else timelines.when(row)
                return "due " * (name == "due") + when, first
        for name in _WITHIN if deep else ():
            wholes = (self._of(str(whole), deep - 1) for whole in said.get(BDE + name, ()))
            if found := [(first, when) for when, first in wholes if when]:
                first, when = max(found)
                return within(when, own=name == "inEngagement"), first
        around = self.around(iri)
        return (timelines.when(around), around["around"]) if around else ("", "")
