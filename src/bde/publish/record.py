"""What the control graph says: who holds the lock, which releases there are, which of them is live.

In terms of PROV-O (https://www.w3.org/TR/prov-o/), DCAT 3 (https://www.w3.org/TR/vocab-dcat-3/), Dublin Core
and VoID. A release is a ``dcat:Dataset``; each of its parts ``prov:specializationOf`` a live graph and has as
``dcterms:source`` the version graph that keeps its statements; ``dcterms:hasFormat`` is the whole, in one
graph, of those that questions are asked of. The lock is a claim that is
``dcterms:isPartOf`` it, with the name of its owner and the time it ends.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from rdflib import XSD, Literal, URIRef

from bde.namespaces import BASE, GRAPH, OUTSIDE
from bde.syntax import Term

CONTROL = GRAPH + "control"
WHOLE = GRAPH + "current"  # the live graphs that questions are asked of, merged
LOCK = CONTROL + "/lock"
DATASET = BASE.rstrip("/")
_RELEASE = GRAPH + "release/"
_VERSION = GRAPH + "version/"

_DCTERMS, _DCAT, _PROV, _RDF = (OUTSIDE[prefix] for prefix in ("dcterms", "dcat", "prov", "rdf"))
_TYPE = _RDF + "type"
CURRENT = _DCAT + "hasCurrentVersion"
HELD = _DCTERMS + "isPartOf"
OWNER = _DCTERMS + "creator"
EXPIRES = _DCTERMS + "valid"
STEP = _DCTERMS + "type"
KEEPS = _DCTERMS + "source"
_WHOLE = _DCTERMS + "hasFormat"


@dataclass(frozen=True)
class Claim:
    """Somebody's hold on the lock."""

    iri: str
    owner: str
    expires: datetime


@dataclass(frozen=True)
class Kept:
    """A graph of a recorded release: its live name, the version graph that keeps it, digest and count."""

    graph: str
    version: str
    digest: str
    triples: int


@dataclass(frozen=True)
class Recorded:
    """A release as the control graph knows it; ``whole`` is the digest of its graphs merged into one.

    It is empty where an earlier publisher, who did not merge them, recorded the release.
    """

    identifier: str
    version: str
    issued: str
    previous: str
    parts: dict[str, Kept]
    whole: str = ""

    @property
    def iri(self) -> str:
        """Its name."""
        return release_iri(self.identifier)

    @property
    def triples(self) -> int:
        """The number of statements in all its graphs."""
        return sum(part.triples for part in self.parts.values())

    def __str__(self) -> str:
        """As it is named to people."""
        return f"{self.version or 'without version'} ({self.identifier[:12]})"


@dataclass(frozen=True)
class State:
    """Everything that the control graph says; ``versions`` are the version graphs that were ever begun."""

    current: Recorded | None = None
    releases: tuple[Recorded, ...] = ()
    claims: tuple[Claim, ...] = ()
    versions: frozenset[str] = frozenset()
    switching: bool = False
    publications: int = 0
    _by_identifier: dict[str, Recorded] = field(default_factory=dict, repr=False)

    def recorded(self, identifier: str) -> Recorded | None:
        """The release of this identifier."""
        return self._by_identifier.get(identifier)

    def named(self, name: str) -> tuple[Recorded, ...]:
        """The releases of this version, or whose identifier starts so."""
        return tuple(r for r in self.releases if r.version == name or r.identifier.startswith(name))


def is_asked(graph: str) -> bool:
    """Whether questions are asked of this graph of a release: all are but those of its shapes."""
    return not graph.startswith(f"{GRAPH}shapes/")


def release_iri(identifier: str) -> str:
    """The name of the release of this identifier."""
    return _RELEASE + identifier


def version_iri(digest: str, attempt: int) -> str:
    """The name of the graph that keeps the statements of this digest; a new one for each further attempt."""
    return f"{_VERSION}{digest}" + (f"/{attempt}" if attempt else "")


def read(rows: Iterable[tuple[Term | None, ...]]) -> State:
    """The state that the statements of the control graph, as subject, predicate and object, amount to."""
    said: dict[str, dict[str, list[Term]]] = defaultdict(lambda: defaultdict(list))
    for subject, predicate, value in rows:
        assert value is not None
        said[str(subject)][str(predicate)].append(value)
    releases: dict[str, Recorded] = {}
    for iri in [*said]:
        if iri.startswith(_RELEASE) and URIRef(_DCAT + "Dataset") in said[iri][_TYPE]:
            release = _recorded(iri.removeprefix(_RELEASE), said)
            releases[release.identifier] = release
    ordered = tuple(sorted(releases.values(), key=lambda release: (release.issued, release.identifier)))
    live = [str(iri).removeprefix(_RELEASE) for iri in said[DATASET][CURRENT]]
    claims = [subject for subject in said if URIRef(LOCK) in said[subject][HELD]]
    return State(
        releases.get(live[0]) if live else None,
        ordered,
        tuple(sorted((_claim(iri, said[iri]) for iri in claims), key=lambda claim: claim.iri)),
        frozenset(str(iri) for iri in said[CONTROL][KEEPS]),
        any(said[iri][STEP] for iri in claims),
        sum(URIRef(_PROV + "Activity") in said[subject][_TYPE] for subject in said),
        releases,
    )


def _recorded(identifier: str, said: dict[str, dict[str, list[Term]]]) -> Recorded:
    own = said[release_iri(identifier)]
    parts = {}
    for part in map(str, own[_DCTERMS + "hasPart"]):
        about = said[part]
        graph = _one(about, _PROV + "specializationOf")
        count = int(_one(about, OUTSIDE["void"] + "triples") or 0)
        parts[graph] = Kept(graph, _one(about, KEEPS), _digest(about), count)
    issued, previous = _one(own, _DCTERMS + "issued"), _one(own, _DCAT + "previousVersion")
    version = _one(own, _DCAT + "version")
    whole = _digest(said[_one(own, _WHOLE)])
    return Recorded(identifier, version, issued, previous.removeprefix(_RELEASE), parts, whole)


def _digest(own: dict[str, list[Term]]) -> str:
    return _one(own, _DCTERMS + "identifier").removeprefix("sha256:")


def _claim(iri: str, own: dict[str, list[Term]]) -> Claim:
    return Claim(iri, _one(own, OWNER), datetime.fromisoformat(_one(own, EXPIRES)))


def _one(own: dict[str, list[Term]], predicate: str) -> str:
    return min(map(str, own[predicate]), default="")


def describe(release: Recorded) -> str:
    """The statements, as N-Triples, that ``read`` makes this release of again."""
    iri, lines = release.iri, []

    def say(subject: str, predicate: str, value: str) -> None:
        lines.append(f"<{subject}> <{predicate}> {value} .\n")

    say(iri, _TYPE, f"<{_DCAT}Dataset>")
    say(iri, _TYPE, f"<{_PROV}Entity>")
    say(iri, _DCAT + "version", text(release.version))
    say(iri, _DCTERMS + "identifier", text(f"sha256:{release.identifier}"))
    say(iri, _DCTERMS + "issued", text(release.issued, XSD.dateTime))
    say(iri, OUTSIDE["void"] + "triples", text(str(release.triples), XSD.integer))
    if release.previous:
        for term in (_DCAT + "previousVersion", _PROV + "wasRevisionOf"):
            say(iri, term, f"<{release_iri(release.previous)}>")
    for number, part in enumerate(sorted(release.parts.values(), key=lambda part: part.graph)):
        own = f"{iri}/part-{number}"
        say(iri, _DCTERMS + "hasPart", f"<{own}>")
        say(own, _PROV + "specializationOf", f"<{part.graph}>")
        say(own, KEEPS, f"<{part.version}>")
        say(own, _DCTERMS + "identifier", text(f"sha256:{part.digest}"))
        say(own, OUTSIDE["void"] + "triples", text(str(part.triples), XSD.integer))
    if release.whole:
        own = f"{iri}/whole"
        say(iri, _WHOLE, f"<{own}>")
        say(own, _PROV + "specializationOf", f"<{WHOLE}>")
        say(own, _DCTERMS + "identifier", text(f"sha256:{release.whole}"))
    return "".join(lines)


def publication(token: str, kind: str, release: Recorded, started: str, ended: str) -> str:
    """The statements, as N-Triples, on one act of publishing; ``kind`` is ``apply`` or ``rollback``."""
    own = f"<{CONTROL}/publication/{token}>"
    return (
        f"{own} <{_TYPE}> <{_PROV}Activity> .\n"
        f"{own} <{_DCTERMS}description> {text(kind)} .\n"
        f"{own} <{_PROV}used> <{release.iri}> .\n"
        f"{own} <{_PROV}startedAtTime> {text(started, XSD.dateTime)} .\n"
        f"{own} <{_PROV}endedAtTime> {text(ended, XSD.dateTime)} .\n"
    )


def text(value: str, datatype: URIRef | None = None) -> str:
    """A literal as N-Triples and SPARQL write it."""
    return Literal(value, datatype=datatype, normalize=False).n3()
