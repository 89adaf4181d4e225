"""What a change does to those who use the ontology, and the step of version that it asks for.

Breaking: a name is gone, a statement that was allowed no longer is, or one that followed no longer follows.
Compatible: there is more to say, or more follows. Wording: the text for readers changed; whether the meaning
did, only a reader can tell. Steps are those of Semantic Versioning (https://semver.org/).
"""

import re
from collections.abc import Callable
from enum import IntEnum

from bde.diff.terms import APART, SORTS

Reach = Callable[[str, str], set[str]]


class Effect(IntEnum):
    """How much a change matters; the greatest of all decides the step of version."""

    WORDING = 1
    COMPATIBLE = 2
    BREAKING = 3


STEPS = {Effect.WORDING: "patch", Effect.COMPATIBLE: "minor", Effect.BREAKING: "major"}
_NUMBER = re.compile(r"(\d+)\.(\d+)\.(\d+)")
_GOOD, _BAD = Effect.COMPATIBLE, Effect.BREAKING
_WORDING = {"skos:altLabel", "skos:definition", "skos:example", "skos:hiddenLabel", "skos:note"}
_WORDING |= {"skos:prefLabel", "skos:scopeNote", "skos:editorialNote", "skos:changeNote", "skos:historyNote"}
_WORDING_OF = ("rdfs:label", "rdfs:comment", "rdfs:seeAlso", "dcterms:", "vann:")
_UPWARD = {"rdfs:subClassOf", "rdfs:subPropertyOf", "skos:broader"}
_ENDS = {"rdfs:domain", "rdfs:range"}
_NARROWER, _WIDER = (_BAD, "less is allowed"), (_GOOD, "more is allowed")
_LESS, _MORE = (_BAD, "less follows"), (_GOOD, "more follows")
_Said = tuple[Effect, str]
# What it means that a value is there in the new version only, and that it is there in the old one only.
_EFFECTS: dict[str, tuple[_Said, _Said]] = {
    "owl:FunctionalProperty": (_NARROWER, _WIDER),
    "owl:InverseFunctionalProperty": (_NARROWER, _WIDER),
    "owl:AsymmetricProperty": (_NARROWER, _WIDER),
    "owl:IrreflexiveProperty": (_NARROWER, _WIDER),
    "owl:TransitiveProperty": (_MORE, _LESS),
    "owl:SymmetricProperty": (_MORE, _LESS),
    "owl:ReflexiveProperty": (_MORE, _LESS),
    "owl:propertyChainAxiom": (_MORE, _LESS),
    "skos:inScheme": ((_BAD, "another scheme"), (_BAD, "another scheme")),
    "skos:notation": ((_GOOD, "a further code"), (_BAD, "a code is gone")),
    "bde:valueScheme": (_NARROWER, _WIDER),
    "bde:derived": ((_BAD, "no longer for data to state"), (_GOOD, "for data to state")),
    "bde:editorial": ((_GOOD, "needs no evidence"), (_BAD, "needs evidence")),
    "owl:deprecated": ((_GOOD, "deprecated"), (_GOOD, "in use again")),
    APART: (_NARROWER, _WIDER),
}
_OF_LOGIC = ((_BAD, "another meaning"), (_BAD, "another meaning"))
_ELSE = ((_GOOD, "a further statement"), (_GOOD, "a statement less"))


def judge(
    facet: str, old: set[str], new: set[str], before: Reach, after: Reach, known: set[str]
) -> tuple[Effect, str]:
    """The effect of a facet that was ``old`` and is ``new``, and why in a few words.

    ``before`` and ``after`` give what a term is below (itself among them) by a facet, in the two versions;
    ``known`` are the terms of the old one.
    """
    if facet in _WORDING or facet.startswith(_WORDING_OF):
        return Effect.WORDING, "wording"
    if facet in _ENDS:
        return _end(old, new, after)
    if facet in _UPWARD:
        return _upward(facet, old, new, before, after, known)
    gained, lost = new - old, old - new
    if facet == "rdf:type":
        if (gained | lost) & set(SORTS):
            return _BAD, "another sort of term"
        told = [_EFFECTS.get(x, _OF_LOGIC)[0] for x in gained] + [_EFFECTS.get(x, _OF_LOGIC)[1] for x in lost]
    else:
        more, less = _EFFECTS.get(facet, _ELSE if facet.startswith(("skos:", "bde:")) else _OF_LOGIC)
        told = [more] * bool(gained) + [less] * bool(lost)
    return max(told)


def _end(old: set[str], new: set[str], after: Reach) -> tuple[Effect, str]:
    """Of a domain or range; several at once hold together, so only single ones are compared as classes."""
    if len(old) > 1 or len(new) > 1:
        return _NARROWER if old < new else _WIDER if new < old else (_BAD, "another class")
    if not old or not new:
        return _NARROWER if new else _WIDER
    (was,), (wanted,) = old, new
    members = set(wanted.split(" or "))
    if all(members & after(member, "rdfs:subClassOf") for member in was.split(" or ")):
        return _WIDER
    within = all(set(was.split(" or ")) & after(member, "rdfs:subClassOf") for member in members)
    return _NARROWER if within else (_BAD, "another class")


def _upward(
    facet: str, old: set[str], new: set[str], before: Reach, after: Reach, known: set[str]
) -> tuple[Effect, str]:
    """Of what a term is below: what it was below in the end counts, not by how many steps."""
    was = set[str]().union(*(before(above, facet) for above in old))
    is_now = set[str]().union(*(after(above, facet) for above in new))
    lost, gained = was - is_now, is_now - was
    told = [_WIDER if " " in above else _LESS for above in lost]
    for above in gained:
        narrower = facet != "skos:broader" and (above in known or " " in above)
        told.append(_NARROWER if narrower else _MORE)
    return max(told, default=(_GOOD, "the same follows"))


def step_taken(old: str, new: str) -> str:
    """The step from one version number to another: ``major``, ``minor``, ``patch``, ``none`` or ``back``.

    ``unknown`` where one of them is no number of three parts.
    """
    was, is_now = _NUMBER.fullmatch(old), _NUMBER.fullmatch(new)
    if not was or not is_now:
        return "unknown"
    parts = [(int(a), int(b)) for a, b in zip(was.groups(), is_now.groups(), strict=True)]
    for name, (a, b) in zip(("major", "minor", "patch"), parts, strict=True):
        if a != b:
            return name if b > a else "back"
    return "none"


def step_asked(old: str, greatest: Effect | None) -> str:
    """The step that the greatest effect asks for; below 1.0, which promises nothing, at most a minor one."""
    step = STEPS[greatest] if greatest else "none"
    return "minor" if step == "major" and old.startswith("0.") else step


def enough(taken: str, asked: str) -> bool | None:
    """Whether the step taken is at least the one asked for; ``None`` where that cannot be known."""
    order = ("none", "patch", "minor", "major")
    return None if taken == "unknown" else taken != "back" and order.index(taken) >= order.index(asked)


def raised(old: str, step: str) -> str:
    """The number that this step leads to from ``old``; empty where ``old`` is no number of three parts."""
    number = _NUMBER.fullmatch(old)
    if not number or step == "none":
        return old if number else ""
    major, minor, patch = map(int, number.groups())
    steps = {"major": (major + 1, 0, 0), "minor": (major, minor + 1, 0), "patch": (major, minor, patch + 1)}
    return ".".join(map(str, steps[step]))
