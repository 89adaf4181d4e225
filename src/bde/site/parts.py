"""The part of a graph that the briefing of two states needs, small enough to be asked a dozen questions.

In it is every record that involves both states, whatever hangs on such a record (who took part, what was said
about it) and, of all these, whatever they lead to. The briefing of a pair is the same on its part as on the
whole graph; a test holds them equal.
"""

from itertools import combinations

from bde.site import addresses
from bde.site.occasions import Occasions, Pair
from bde.site.reading import Reader
from bde.store import Store

# What many pairs share: it belongs to a part with what is said of it, but nothing is found through it.
_SHARED = {"equipment", "group", "mechanism", "organization", "person", "place", "platform", "polity", "post"}
_SHARED |= {"postholding", "source", "state"}
_INVOLVED = """SELECT DISTINCT ?record ?state {
  { ?record ?how ?state }
  UNION { ?record ?how ?body . ?body bde:ofState ?state }
  UNION { ?record bde:inCapacity/bde:post/bde:ofState ?state }
  ?state a bde:State
}"""
# By which a record concerns what another concerns.
_CONCERNS = ("about", "inEngagement", "partOf", "mentionedAt", "madeAt", "signedAt")
_ROLES = ("inEngagement", "signs")


class Parts:
    """The parts of the graph of a reader; ``ontology``, a store of it alone, is in each of them."""

    def __init__(self, reader: Reader, occasions: Occasions, ontology: Store) -> None:
        self._reader, self._ontology = reader, ontology
        involved: dict[str, set[str]] = {}
        for subject, state in reader.rows(_INVOLVED):
            if addresses.kind(str(subject)) not in {*_SHARED, *addresses.INLINE}:
                involved.setdefault(str(subject), set()).add(str(state))
        for record in sorted(involved):
            for name in _ROLES if addresses.kind(record) == "participation" else ():
                for whole in reader.objects(record, name):
                    involved.setdefault(str(whole), set()).update(involved[record])
        for record, states in self._disputed(involved).items():
            involved.setdefault(record, set()).update(states)
        self._records: dict[frozenset[str], set[str]] = {}
        every: set[str] = {*involved, *occasions.by_iri}
        for record in every:
            states = {state for each in occasions.line(record) for state in involved.get(each, ())}
            for two in combinations(sorted(states), 2):
                self._records.setdefault(frozenset(two), set()).add(record)

    def _disputed(self, involved: dict[str, set[str]]) -> dict[str, set[str]]:
        """Contested record -> the states of both sides, for a dispute concerns all of these."""
        found: dict[str, set[str]] = {}
        for record in sorted(self._reader.contested):
            for side in (record, *self._reader.contrary(record)):
                line = [side]
                for each in line:  # which grows on the way
                    found.setdefault(record, set()).update(involved.get(each, ()))
                    wholes = (str(o) for name in _CONCERNS for o in self._reader.objects(each, name))
                    line += [whole for whole in wholes if whole not in line]
        return found

    def of(self, pair: Pair) -> Store:
        """The part that the briefing of this pair needs."""
        hanging = self._hanging(self._records.get(frozenset((pair.a, pair.b)), set()))
        nodes = self._led_to(hanging | {pair.a, pair.b})
        return self._reader.store.part(sorted(nodes), self._ontology)

    def _hanging(self, start: set[str]) -> set[str]:
        """These records and all that mentions them, directly or not."""
        found, waiting = set(start), sorted(start)
        while waiting:
            for _, subject in self._reader.store.mentions(waiting.pop()):
                if subject not in found and addresses.kind(subject) not in {*_SHARED, *addresses.INLINE}:
                    found.add(subject)
                    waiting.append(subject)
        return found

    def _led_to(self, start: set[str]) -> set[str]:
        """These nodes and all that they lead to, with what contradicts any of it."""
        found, waiting = set(start), sorted(start)
        while waiting:
            node = waiting.pop()
            contrary = self._reader.contrary(node) if node in self._reader.contested else []
            for other in (*self._reader.store.leads_to(node), *contrary):
                if addresses.kind(other) and other not in found:
                    found.add(other)
                    waiting.append(other)
        return found
