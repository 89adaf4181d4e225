"""What a release says of itself: VoID, DCAT and PROV, drawn from its own lines and files.

Follows https://www.w3.org/TR/void/, https://www.w3.org/TR/vocab-dcat-3/ and https://www.w3.org/TR/prov-o/;
digests are those of SPDX, as DCAT has them. No time of day is told: it would make two equal releases differ.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

from rdflib import PROV, RDF, RDFS, VOID, XSD, BNode, Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCTERMS

from bde import namespaces, turtle
from bde.findings import relative

LICENSE = URIRef("https://creativecommons.org/licenses/by/4.0/")
DATASET = URIRef(namespaces.BASE.rstrip("/"))
_DCAT = Namespace(namespaces.OUTSIDE["dcat"])  # that of rdflib is of the second version
_SPDX = Namespace(namespaces.OUTSIDE["spdx"])
_MEDIA = "https://www.iana.org/assignments/media-types/"
_FORMATS = "http://www.w3.org/ns/formats/"
# By the ending of a file: its media type, and what it is called in https://www.w3.org/ns/formats/.
_TYPES = {
    ".ttl": ("text/turtle", "Turtle"),
    ".nq": ("application/n-quads", "N-Quads"),
    ".jsonld": ("application/ld+json", "JSON-LD"),
    ".md": ("text/markdown", None),
}


def release_of(version: str) -> URIRef:
    """The IRI of the release of a version; its files lie below it."""
    return URIRef(f"{namespaces.BASE}release/{version}")


def describe(
    files: Mapping[str, Path], root: Path, quads: list[str], version: str, content: Mapping[str, bytes]
) -> str:
    """The description of a release as Turtle.

    ``files`` are its graphs (graph IRI -> Turtle file below ``root``), ``quads`` its sorted N-Quads lines and
    ``content`` its other files (name -> bytes). The digest of a graph is the SHA-256 of its lines in
    ``quads``, each with its line end.
    """
    parts: dict[str, list[str]] = {name: [] for name in files}
    for line in quads:
        parts[line[line.rindex("<") + 1 : line.rindex(">")]].append(line)
    release = release_of(version)
    graph = Graph()
    _say_what_it_is(graph, release, version)
    _count(graph, release, quads)
    for name, lines in parts.items():
        _part(graph, release, name, lines)
        _origin(graph, release, name, files[name], root)
    for name, body in sorted(content.items()):
        _distribution(graph, release, name, body)
    return turtle.write(graph)


def _say_what_it_is(graph: Graph, release: URIRef, version: str) -> None:
    build, tool = URIRef(f"{release}#build"), URIRef(f"{release}#tool")
    for triple in (
        (release, RDF.type, VOID.Dataset),
        (release, RDF.type, _DCAT.Dataset),
        (release, DCTERMS.title, Literal(f"bde {version}: bilateral defense engagement", lang="en")),
        (
            release,
            DCTERMS.description,
            Literal("Who met whom in defense diplomacy, what was signed, and who says so.", lang="en"),
        ),
        (release, DCTERMS.license, LICENSE),
        (release, _DCAT.isVersionOf, DATASET),
        (release, _DCAT.version, Literal(version)),
        (release, DCTERMS.conformsTo, URIRef(f"{namespaces.BASE}ontology/{version}")),
        (release, VOID.vocabulary, URIRef(namespaces.BDE)),
        (release, VOID.uriSpace, Literal(namespaces.ID)),
        (release, PROV.wasGeneratedBy, build),
        (build, RDF.type, PROV.Activity),
        (build, RDFS.label, Literal("bde build", lang="en")),
        (build, PROV.wasAssociatedWith, tool),
        (tool, RDF.type, PROV.SoftwareAgent),
        (tool, RDFS.label, Literal(f"bde {version}", lang="en")),
    ):
        graph.add(triple)


def _count(graph: Graph, release: URIRef, quads: Iterable[str]) -> None:
    """State how many triples and things there are, members of each class and uses of each property."""
    triples = 0
    subjects, objects = set(), set()
    members: defaultdict[str, set[str]] = defaultdict(set)
    uses = Counter[str]()
    for line in quads:
        triples += 1
        subject, predicate, rest = line.split(" ", 2)
        value = rest.removesuffix(" .").rsplit(" ", 1)[0]
        subjects.add(subject)
        objects.add(value)
        uses[predicate] += 1
        if predicate == RDF.type.n3():
            members[value].add(subject)
    sources = members.get(f"<{namespaces.BDE}Source>", ())
    graph.add((release, VOID.triples, Literal(triples)))
    graph.add((release, VOID.entities, Literal(sum(s.startswith(f"<{namespaces.ID}") for s in subjects))))
    graph.add((release, VOID.distinctSubjects, Literal(len(subjects))))
    graph.add((release, VOID.distinctObjects, Literal(len(objects))))
    graph.add((release, VOID.classes, Literal(len(members))))
    graph.add((release, VOID.properties, Literal(len(uses))))
    for source in sources:
        graph.add((release, DCTERMS.source, URIRef(source[1:-1])))
    for kind in (kind for kind in members if kind.startswith("<")):
        partition = BNode()
        graph.add((release, VOID.classPartition, partition))
        graph.add((partition, VOID["class"], URIRef(kind[1:-1])))
        graph.add((partition, VOID.entities, Literal(len(members[kind]))))
    for predicate, number in uses.items():
        partition = BNode()
        graph.add((release, VOID.propertyPartition, partition))
        graph.add((partition, VOID.property, URIRef(predicate[1:-1])))
        graph.add((partition, VOID.triples, Literal(number)))


def _part(graph: Graph, release: URIRef, name: str, lines: list[str]) -> None:
    part = URIRef(name)
    graph.add((release, VOID.subset, part))
    graph.add((part, RDF.type, VOID.Dataset))
    graph.add((part, VOID.triples, Literal(len(lines))))
    graph.add((part, VOID.distinctSubjects, Literal(len({line.split(" ", 1)[0] for line in lines}))))
    _digest(graph, part, "".join(line + "\n" for line in lines).encode())


def _origin(graph: Graph, release: URIRef, name: str, path: Path, root: Path) -> None:
    """State of which file a graph was made."""
    file, body = URIRef(f"{name}#file"), path.read_bytes()
    graph.add((URIRef(name), PROV.wasDerivedFrom, file))
    graph.add((URIRef(f"{release}#build"), PROV.used, file))
    graph.add((file, RDF.type, PROV.Entity))
    graph.add((file, RDFS.label, Literal(relative(path, root))))
    _digest(graph, file, body)


def _distribution(graph: Graph, release: URIRef, name: str, body: bytes) -> None:
    place = URIRef(f"{release}/{name}")
    media, form = _TYPES[Path(name).suffix]
    graph.add((release, _DCAT.distribution, place))
    graph.add((place, RDF.type, _DCAT.Distribution))
    graph.add((place, DCTERMS.title, Literal(name)))
    graph.add((place, DCTERMS.license, LICENSE))
    graph.add((place, _DCAT.downloadURL, place))
    graph.add((place, _DCAT.mediaType, URIRef(_MEDIA + media)))
    graph.add((place, _DCAT.byteSize, Literal(len(body), datatype=XSD.nonNegativeInteger)))
    _digest(graph, place, body)
    if form:
        graph.add((release, VOID.feature, URIRef(_FORMATS + form)))
    if name.startswith("bde."):
        graph.add((release, VOID.dataDump, place))


def _digest(graph: Graph, thing: URIRef, body: bytes) -> None:
    checksum = BNode()
    digest = hashlib.sha256(body).hexdigest()
    graph.add((thing, _SPDX.checksum, checksum))
    graph.add((checksum, RDF.type, _SPDX.Checksum))
    graph.add((checksum, _SPDX.algorithm, _SPDX.checksumAlgorithm_sha256))
    graph.add((checksum, _SPDX.checksumValue, Literal(digest, datatype=XSD.hexBinary)))
