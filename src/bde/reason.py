"""The reasoner: ontology and data agree, every class can have an instance, and what follows from them.

Two engines: ``hermit`` is complete and needs Java, ``rl`` is quick and does not. What follows is never
written into the data; it is counted, listed and explained.
"""

from collections import Counter
from collections.abc import Iterator
from time import monotonic

from rdflib import OWL, RDF, URIRef

from bde import evidence, explanation, hermit, rules
from bde.axioms import Axiom, Triple
from bde.errors import UnknownName
from bde.findings import Finding, Place, Report, Severity
from bde.graphs import LocatedGraph
from bde.namespaces import BDE, expand, shorten
from bde.projection import PROBE, Projection
from bde.wording import Wording

_EVIDENCE, _BACKS = URIRef(BDE + "evidence"), URIRef(BDE + "backs")
ENGINES: dict[str, explanation.Engine] = {"hermit": hermit, "rl": rules}


def reason(
    ontology: LocatedGraph,
    data: LocatedGraph,
    *,
    engine: str = "hermit",
    explain: bool = False,
    seconds: float = 60.0,
) -> Report:
    """What the engine proved: the findings ``inconsistent`` and ``unsatisfiable-class``, or none.

    With ``explain``, hints ``because`` after each of them name a minimal set of statements that clash; they
    are ``because-at-most`` where ``seconds`` ran out before it was minimal. The counts include the statements
    ``set aside``, by reason. Raises ``MissingPart`` where HermiT has no Java, ``BdeError`` where it fails.
    """
    problem, by = Projection(ontology, data), ENGINES[engine]
    dead = by.unsatisfiable(problem.document(problem.axioms))
    found, deadline = list[Finding](), monotonic() + seconds
    if dead is None:
        said = "the ontology and the data contradict each other. Correct one of the statements that clash."
        found.append(Finding(*Place("ontology"), "inconsistent", said))
        found.extend(explanation.clash(problem, [], by, deadline) if explain else ())
    for iri in sorted(dead or ()):
        said = f"{shorten(iri)} can have no instance. Correct one of the axioms that clash."
        found.append(Finding(*problem.place(URIRef(iri)), "unsatisfiable-class", said, iri))
        instance = Axiom(((PROBE, RDF.type, URIRef(iri)),))
        found.extend(explanation.clash(problem, [instance], by, deadline) if explain else ())
    counts = {
        "statements": len(problem.graph),
        "classes": len(problem.classes),
        "properties": len(problem.properties),
        "individuals": len(problem.individuals) - 1,  # less the probe
        **{f"set aside: {why}": number for why, number in sorted(problem.set_aside.items())},
    }
    return Report("reason", counts, tuple(found))


def inferred(
    ontology: LocatedGraph, data: LocatedGraph, *, engine: str = "hermit"
) -> tuple[tuple[Triple, ...], Report]:
    """The facts that follow and are not stated, sorted, and their number by property or class.

    A fact is that an individual is in a class of ours or has a value of an object property. That something
    has a symmetric property to itself is left out, and what follows about evidence, times and concepts is not
    asked for. Raises ``BdeError`` where ontology and data are inconsistent, and as ``reason`` does.
    """
    problem = Projection(ontology, data)
    axioms = problem.telling()
    stated = {axiom.triples[0] for axiom in problem.axioms}
    mutual = set(problem.graph.subjects(RDF.type, OWL.SymmetricProperty))
    facts = tuple(
        sorted(
            fact
            for fact in ENGINES[engine].facts(problem.document(axioms)) - stated
            if _counts(problem, fact) and not (fact[1] in mutual and fact[0] == fact[2])
        )
    )
    kinds = Counter(shorten(str(o if p == RDF.type else p)) for _, p, o in facts)
    counts = {"facts": len(facts), **dict(sorted(kinds.items()))}
    if aside := len(problem.axioms) - len(axioms):
        counts["set aside: tells nothing of others"] = aside
    return facts, Report("inferred", counts)


def why(
    ontology: LocatedGraph, data: LocatedGraph, fact: str, *, engine: str = "hermit", seconds: float = 60.0
) -> Report:
    """Why a fact holds, written ``subject property value`` or ``subject a class`` with the usual prefixes.

    Findings: hints ``stated`` with the evidence, or ``because`` (``because-at-most`` where ``seconds`` ran
    out) with a smallest set of statements and axioms from which it follows; else ``does-not-follow``, or
    ``inconsistent``, for then everything follows. Raises ``UnknownName`` for a name that the graph does not
    have, and as ``reason`` does.
    """
    problem, by = Projection(ontology, data), ENGINES[engine]
    wanted = _read(problem, fact)
    words = Wording(problem)
    counts = {"statements": len(problem.graph)}
    if any(wanted in source.graph for source in problem.sources):
        told = Finding(*problem.place(*wanted), "stated", words.fact(wanted), str(wanted[0]), Severity.HINT)
        return Report("why", counts, (told, *_evidence(problem, wanted)))
    found = explanation.support(problem, wanted, by, monotonic() + seconds)
    if found is None:
        return reason(ontology, data, engine=engine)
    if not found:
        said = f"it does not follow that {words.fact(wanted)} What is absent is not denied."
        found = [Finding(*problem.place(wanted[0]), "does-not-follow", said, str(wanted[0]))]
    return Report("why", counts, tuple(found))


def _counts(problem: Projection, fact: Triple) -> bool:
    s, p, o = fact
    if s not in problem.individuals:
        return False
    if p == RDF.type:
        return o in problem.classes and str(o).startswith(BDE)
    return p in problem.objects and o in problem.individuals


def _read(problem: Projection, fact: str) -> Triple:
    """The fact as a triple of names that the graph has."""
    parts = fact.split()
    if len(parts) != 3:
        raise UnknownName(
            f"{fact!r} is no fact.",
            fix='Write subject, property and value: "person:x bde:tookPartIn engagement:y".',
        )
    try:
        s, p, o = (RDF.type if part == "a" else URIRef(expand(part)) for part in parts)
    except KeyError as prefix:
        raise UnknownName(f"no prefix {prefix.args[0]!r}.", fix="Give the full IRI.") from None
    values = problem.classes if p == RDF.type else problem.individuals
    for node, known in ((s, problem.individuals), (p, {RDF.type, *problem.objects}), (o, values)):
        if node not in known:
            raise UnknownName(
                f"the graph has no {shorten(node)} in this place.",
                fix="A fact relates named things by an object property, or one of them to a class.",
            )
    return s, p, o


def _evidence(problem: Projection, fact: Triple) -> Iterator[Finding]:
    """Hints at the evidence that backs a stated fact."""
    s, p, _ = fact
    graph = problem.sources[1].graph
    for piece in sorted(graph.objects(s, _EVIDENCE), key=str):
        if (piece, _BACKS, p) in graph:
            (cited,) = evidence.trace((source.graph for source in problem.sources), str(piece)).citations
            where = ", ".join(f"sentence {number}" for number, _ in cited.sentences) or cited.locator
            said = f"{shorten(str(piece))} backs it: {cited.source}, {where} ({cited.stance}, {cited.basis})."
            yield Finding(*problem.place(piece), "stated", said, str(s), Severity.HINT)
