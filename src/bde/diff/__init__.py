"""What changed between two versions of the ontology: its terms and concepts, shapes and questions.

Terms are compared statement by statement, axioms by their structure (``terms``); each change is judged by
what it does to those who use the ontology (``effects``). Shapes and questions are compared as wholes, by
name. Alignments and data are left aside.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from rdflib import RDF, SH, Graph, URIRef

from bde.diff.effects import Effect, Reach, enough, judge, raised, step_asked, step_taken
from bde.diff.terms import APART, Term, describe, structure
from bde.diff.versions import Version, read
from bde.namespaces import SHAPE, shorten

__all__ = ["Change", "Difference", "Effect", "Kind", "Version", "compare", "read"]

_DEPRECATED, _REPLACED = "owl:deprecated", "dcterms:isReplacedBy"


class Kind(StrEnum):
    """What happened to a term, shape or question."""

    REMOVED = "removed"
    DEPRECATED = "deprecated"
    REDEFINED = "redefined"
    ADDED = "added"


@dataclass(frozen=True)
class Change:
    """One change: of what (``sort``: class, concept, shape, question ...), by its short name and label.

    ``facet`` is what was redefined, with the values that went and came; empty for a shape or question, which
    are compared as wholes. Of a term added or removed the definition is given, and of one removed or
    deprecated, as ``new``, what replaces it.
    ``why`` says in a few words where the ``effect`` comes from.
    """

    kind: Kind
    sort: str
    name: str
    label: str
    effect: Effect
    why: str
    facet: str = ""
    old: tuple[str, ...] = ()
    new: tuple[str, ...] = ()


@dataclass(frozen=True)
class Difference:
    """The changes between two versions, the names and numbers of both, and how much was looked at.

    ``counts`` holds for each thing compared how many the two versions have: terms always, shapes and
    questions where both have them.
    """

    names: tuple[str, str]
    numbers: tuple[str, str]
    counts: dict[str, tuple[int, int]]
    changes: tuple[Change, ...]

    @property
    def asked(self) -> str:
        """The step of version that the changes ask for: ``none``, ``patch``, ``minor`` or ``major``."""
        return step_asked(self.numbers[0], max((change.effect for change in self.changes), default=None))

    @property
    def taken(self) -> str:
        """The step between the two numbers; ``back``, or ``unknown`` where one states none."""
        return step_taken(*self.numbers)

    @property
    def enough(self) -> bool | None:
        """Whether the step taken is at least the one asked for; ``None`` where it is unknown."""
        return enough(self.taken, self.asked)

    @property
    def wanted(self) -> str:
        """The number that the step asked for leads to; empty where the older version states none."""
        return raised(self.numbers[0], self.asked)

    @property
    def breaking(self) -> tuple[Change, ...]:
        """The changes that break what was built on the older version."""
        return tuple(change for change in self.changes if change.effect is Effect.BREAKING)


def compare(old: Version, new: Version) -> Difference:
    """What changed from ``old`` to ``new``, by kind and name."""
    before, after = describe(old.ontology), describe(new.ontology)
    counts = {"terms": (_number(before), _number(after))}
    changes = [*_terms(before, after)]
    if old.shapes is not None and new.shapes is not None:
        shapes = _shapes(old.shapes), _shapes(new.shapes)
        counts["shapes"] = len(shapes[0]), len(shapes[1])
        changes += _wholes("shape", *shapes)
    if old.questions is not None and new.questions is not None:
        counts["questions"] = len(old.questions), len(new.questions)
        changes += _wholes("question", old.questions, new.questions)
    order = list(Kind)
    changes.sort(key=lambda change: (order.index(change.kind), change.name, change.facet))
    return Difference((old.name, new.name), (old.number, new.number), counts, tuple(changes))


def _terms(before: dict[str, Term], after: dict[str, Term]) -> Iterator[Change]:
    for name, term in _only(before, after):
        successors = tuple(sorted(term.facets[_REPLACED]))
        said = (term.one("skos:definition"),)
        why = "the name is gone"
        yield Change(Kind.REMOVED, term.sort, name, _label(term), Effect.BREAKING, why, "", said, successors)
    for name, term in _only(after, before):
        said = (term.one("skos:definition"),)
        yield Change(Kind.ADDED, term.sort, name, _label(term), Effect.COMPATIBLE, "new", "", (), said)
    reaches = partial(_above, before), partial(_above, after)
    for name in before.keys() & after.keys():
        yield from _redefined(before[name], after[name], reaches, set(before), set(after))


def _redefined(
    was: Term, is_now: Term, reaches: tuple[Reach, Reach], known: set[str], left: set[str]
) -> Iterator[Change]:
    facets = was.facets.keys() | is_now.facets.keys()
    if "true" in is_now.facets[_DEPRECATED] - was.facets[_DEPRECATED]:
        facets -= {_DEPRECATED, _REPLACED}
        successors = tuple(sorted(is_now.facets[_REPLACED]))
        why = "still there"
        yield Change(
            Kind.DEPRECATED,
            is_now.sort,
            is_now.name,
            _label(is_now),
            Effect.COMPATIBLE,
            why,
            "",
            (),
            successors,
        )
    for facet in facets:
        old, new = was.facets[facet], is_now.facets[facet]
        if facet == APART:  # of two terms of which one comes or goes, nothing is said beyond that
            old, new = old & left, new & known
        twin = facet == "skos:prefLabel" and (old, new) == (
            was.facets["rdfs:label"],
            is_now.facets["rdfs:label"],
        )
        if old != new and not twin:
            effect, why = judge(facet, old, new, *reaches, known)
            gone, come = tuple(sorted(old - new)), tuple(sorted(new - old))
            yield Change(
                Kind.REDEFINED, is_now.sort, is_now.name, _label(is_now), effect, why, facet, gone, come
            )


def _only(these: dict[str, Term], those: dict[str, Term]) -> Iterator[tuple[str, Term]]:
    return ((name, term) for name, term in these.items() if name not in those)


def _number(terms: dict[str, Term]) -> int:
    """How many terms there are, the ontology itself aside."""
    return sum(term.sort != "ontology" for term in terms.values())


def _label(term: Term) -> str:
    return term.one("rdfs:label") or term.one("skos:prefLabel") or term.one("dcterms:title")


def _above(terms: dict[str, Term], name: str, facet: str) -> set[str]:
    """What a term is below by this facet, however far, itself among them."""
    found, new = {name}, {name}
    while new:
        new = {above for x in new if x in terms for above in terms[x].facets.get(facet, ())} - found
        found |= new
    return found


def _shapes(graph: Graph) -> dict[str, str]:
    """The shapes by name, each with all that it says, its query among it."""
    found = {}
    for kind in (SH.NodeShape, SH.PropertyShape):
        for shape in graph.subjects(RDF.type, kind):
            if isinstance(shape, URIRef) and shape.startswith(SHAPE):
                nodes = [shape, *graph.objects(shape, SH.sparql)]
                said = {
                    (str(p), structure(graph, o)) for node in nodes for p, o in graph.predicate_objects(node)
                }
                found[shorten(str(shape))] = repr(sorted(said))
    return found


def _wholes(sort: str, old: dict[str, str], new: dict[str, str]) -> Iterator[Change]:
    """The changes of shapes or questions. A question that is gone breaks whoever asks it; a shape nobody."""
    asked = sort == "question"
    for name in old.keys() | new.keys():
        if name not in new:
            effect = Effect.BREAKING if asked else Effect.COMPATIBLE
            yield Change(Kind.REMOVED, sort, name, "", effect, "the name is gone")
        elif name not in old:
            yield Change(Kind.ADDED, sort, name, "", Effect.COMPATIBLE, "new")
        elif old[name] != new[name]:
            lost = sorted(_interface(old[name]) - _interface(new[name])) if asked else []
            effect = Effect.BREAKING if lost else Effect.COMPATIBLE
            why = f"{' and '.join(lost)} gone" if lost else "changed"
            yield Change(Kind.REDEFINED, sort, name, "", effect, why)


def _interface(text: str) -> set[str]:
    """The parameters and columns that the header of a question lists."""
    return {
        f"{section.rstrip('s')} {name}"
        for section, items in re.findall(r"^#\+ (parameters|columns):\n((?:#\+ {3,}.*\n)+)", text, re.M)
        for name in re.findall(r"^#\+ {3}(\w+)", items, re.M)
    }
