"""Every shape is seen to fail and seen to pass, and each report is compared exactly.

A case is one file ``tests/shapes/<room>/<shape>/<case>.ttl``: a few nodes about invented states, which may
lean on the small world of ``base.ttl``, and the validation report expected on them. Cases share no node, so
all of them are validated together with the base in one run, and each result belongs to the case that has its
focus node (or, where the focus node is a term of the ontology, its value).

A report names the source shape of each result, and no other than the shape whose folder the case is in. As
all reports are compared exactly, taking a shape away changes its own failing cases and no others;
``test_shapes_do_not_lean_on_each_other`` proves what that rests on: a result depends on its shape alone.
"""

import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from rdflib import OWL, RDF, RDFS, SH, BNode, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from bde import shacl
from bde.namespaces import BDE, SHAPE, shorten
from bde.shacl import Outcome
from bde.shapes import MAY_BE_UNUSED
from bde.workspace import ROOMS, Workspace

SPACE = Workspace.find(Path(__file__))
FOLDER = Path(__file__).parent / "shapes"
BASE = FOLDER / "base.ttl"
FILES = sorted(FOLDER.rglob("*.ttl"))
NAMES = [path.relative_to(FOLDER).with_suffix("").as_posix() for path in FILES]
FAILING = [path for path in FILES if path != BASE and path.stem != "pass"]
PASSING = [path for path in FILES if path == BASE or path.stem == "pass"]
TARGETS = (SH.targetNode, SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf)

# Which constraint component each parameter of ours belongs to (https://www.w3.org/TR/shacl/#core-components).
COMPONENTS = {
    SH["class"]: "Class",
    SH.datatype: "Datatype",
    SH.hasValue: "HasValue",
    SH.languageIn: "LanguageIn",
    SH.lessThan: "LessThan",
    SH.lessThanOrEquals: "LessThanOrEquals",
    SH.maxCount: "MaxCount",
    SH.minCount: "MinCount",
    SH.minInclusive: "MinInclusive",
    SH.nodeKind: "NodeKind",
    SH["or"]: "Or",
    SH.pattern: "Pattern",
    SH.sparql: "SPARQL",
}

Result = tuple[str, ...]


@dataclass(frozen=True)
class Case:
    """The nodes of one file and the results expected on them."""

    data: Graph
    conforms: bool
    results: Counter[Result]


@cache
def shapes() -> Graph:
    return _read(SPACE.shapes)


@cache
def ontology() -> Graph:
    return _read(SPACE.ontology)


@cache
def room(name: str) -> Graph:
    """The shapes of one room."""
    return Graph().parse(SPACE.root / "shapes" / f"{name}.ttl")


def _read(files: tuple[Path, ...]) -> Graph:
    graph = Graph()
    for path in files:
        graph.parse(path)
    return graph


@cache
def case(path: Path) -> Case:
    graph = Graph().parse(path)
    (expected,) = graph.subjects(RDF.type, SH.ValidationReport)
    told = _under(graph, expected)
    data = Graph()
    for s, p, o in graph:
        if s not in told:
            data.add((s, p, o))
    conforms = graph.value(expected, SH.conforms)
    assert isinstance(conforms, Literal)
    return Case(data, conforms.toPython(), Counter(_results(graph)))


def _under(graph: Graph, node: URIRef | BNode) -> set:
    below = {o for o in graph.objects(node) if isinstance(o, BNode)}
    return {node}.union(*(_under(graph, o) for o in below))


def _results(graph: Graph) -> list[Result]:
    parts = (
        SH.focusNode,
        SH.sourceShape,
        SH.sourceConstraintComponent,
        SH.resultPath,
        SH.value,
        SH.resultSeverity,
    )
    return [
        tuple(_text(graph, graph.value(result, part)) for part in parts)
        for result in graph.subjects(RDF.type, SH.ValidationResult)
    ]


def _text(graph: Graph, node) -> str:
    """A term or a SHACL path (https://www.w3.org/TR/shacl/#property-paths) as comparable text."""
    if node is None:
        return ""
    if (node, SH.inversePath, None) in graph:
        return "^" + _text(graph, graph.value(node, SH.inversePath))
    if (node, SH.alternativePath, None) in graph:
        parts = Collection(graph, graph.value(node, SH.alternativePath))
        return "|".join(_text(graph, part) for part in parts)
    return "[]" if isinstance(node, BNode) else node.n3() if isinstance(node, Literal) else shorten(str(node))


@cache
def world() -> Graph:
    """The nodes of all cases, the base among them."""
    graph = Graph()
    for path in FILES:
        graph += case(path).data
    return graph


@cache
def owners() -> dict[str, Path]:
    """The file that each node stands in; a blank node is told apart by its label."""
    return {str(node): path for path in FILES for node in case(path).data.subjects()}


def by_case(outcome: Outcome) -> dict[Path, Counter[Result]]:
    """The results of a run, each with the case that its focus node or else its value belongs to."""
    found: dict[Path, Counter[Result]] = {path: Counter() for path in FILES}
    for result in outcome.results:
        nodes = [str(result.focus), str(result.value)]
        path = next((owners()[node] for node in nodes if node in owners()), None)
        if path is not None:  # else a finding on the ontology itself
            found[path][told(result)] += 1
    return found


def told(result: shacl.Result) -> Result:
    terms = (result.focus, result.shape, result.component, result.path, result.value, result.severity)
    return tuple(_short(term) for term in terms)


def _short(term: Node | str | None) -> str:
    if isinstance(term, URIRef | BNode | Literal):
        return _text(Graph(), term)
    return re.sub(r"<([^>]*)>", lambda iri: shorten(iri[1]), term.strip("()") if term else "")


@cache
def outcome(engine: shacl.Engine) -> Outcome:
    """What an engine says of all cases and the base."""
    return shacl.validate(world(), ontology(), shapes(), engine=engine)


@cache
def together() -> dict[Path, Counter[Result]]:
    return by_case(outcome("fast"))


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_report_is_exactly_the_expected_one(path: Path) -> None:
    expected = case(path)
    assert together()[path] == expected.results
    assert expected.conforms == (not expected.results)
    assert expected.conforms == (path in PASSING)


@pytest.mark.exhaustive("the reference on every case")
def test_the_reference_says_the_same_to_the_last_word() -> None:
    """Set by set nothing is lost, added or told otherwise, and no shape is left to the reference."""
    fast, reference = outcome("fast"), outcome("reference")
    assert len(fast.results) > 600
    assert fast.results == reference.results
    assert fast.focus == reference.focus
    assert fast.looked == reference.looked > 1000


def test_cases_share_no_node() -> None:
    times = Counter(str(node) for path in FILES for node in set(case(path).data.subjects()))
    assert [node for node, number in times.items() if number > 1] == []
    assert len(times) > len(FILES)


@pytest.mark.parametrize("name", [*ROOMS, "house"])
def test_a_case_alone_gives_the_same_report(name: str) -> None:
    path = next(path for path in FAILING if path.parent.parent.name == name)
    rules = Graph() + room(name)
    for triple in room("house"):  # elsewhere only for what its shapes say of values, which have no targets
        if name == "house" or triple[1] not in TARGETS:
            rules.add(triple)
    alone = shacl.validate(case(BASE).data + case(path).data, ontology(), rules)
    assert by_case(alone)[path] == case(path).results
    assert by_case(alone)[BASE] == Counter()


def constraints() -> set[tuple[str, str]]:
    """Each shape that can have results with each of its constraint components."""
    return {
        (shorten(str(shape)), f"sh:{COMPONENTS[parameter]}ConstraintComponent")
        for shape, parameter in shapes().subject_predicates()
        if parameter in COMPONENTS and not _is_alternative(shape)
    }


def _is_alternative(shape) -> bool:
    """True for a shape that only says what one alternative of an ``sh:or`` is."""
    return (None, RDF.first, shape) in shapes()


def test_every_constraint_of_every_shape_is_seen_to_fail() -> None:
    seen = {(result[1], result[2]) for path in FAILING for result in case(path).results}
    assert len(FAILING) > 300
    assert constraints() - seen == set()
    assert seen - constraints() == set()


def test_each_failing_case_breaks_the_shape_of_its_folder_and_no_other() -> None:
    for path in FAILING:
        assert {f"bdesh:{path.parent.name}"} == {result[1] for result in case(path).results}, path
        assert (URIRef(SHAPE + path.parent.name), None, None) in room(path.parent.parent.name), path


def test_every_shape_is_seen_to_pass() -> None:
    """Some node of a passing case is a focus node, and has a value where the path asks for one."""
    data = Graph()
    for graph in (ontology(), *(case(path).data for path in PASSING)):
        data += graph
    focus = {shape: _focus(data, shape) for shape in shapes().subjects(RDF.type, SH.NodeShape)}
    focus |= {shape: _focus(data, shape) for shape in shapes().subjects(RDF.type, SH.PropertyShape)}
    for owner, shape in shapes().subject_objects(SH.property):
        focus[shape] = focus[shape] | focus[owner]
    unseen = []
    for shape, nodes in focus.items():
        path = shapes().value(shape, SH.path)
        wants_value = isinstance(path, URIRef) and (shape, SH.maxCount, Literal(0)) not in shapes()
        met = any((node, path, None) in data for node in nodes) if wants_value else bool(nodes)
        if not met and not _is_alternative(shape):
            unseen.append(shorten(str(shape)))
    assert len(focus) > 200
    assert unseen == []


def _focus(data: Graph, shape) -> set:
    nodes = set(shapes().objects(shape, SH.targetNode))
    for kind in shapes().objects(shape, SH.targetClass):
        for subclass in data.transitive_subjects(RDFS.subClassOf, kind):
            nodes.update(data.subjects(RDF.type, subclass))
    for path in shapes().objects(shape, SH.targetSubjectsOf):
        nodes.update(data.subjects(path))
    return nodes


@pytest.mark.parametrize("kept", [0, 1])
def test_shapes_do_not_lean_on_each_other(kept: int) -> None:
    """With every second shape taken away, the results of the others stay and theirs go."""
    every = sorted(name for name, _ in constraints())
    gone = {name for number, name in enumerate(dict.fromkeys(every)) if number % 2 != kept}
    rest = Graph()
    for s, p, o in shapes():
        if shorten(str(s)) not in gone and shorten(str(o)) not in gone:
            rest.add((s, p, o))
    found = by_case(shacl.validate(world(), ontology(), rest))
    for path in FILES:
        expected = Counter({r: n for r, n in case(path).results.items() if r[1] not in gone})
        assert found[path] == expected, path


def test_every_property_of_the_ontology_has_a_shape() -> None:
    shaped = set(shapes().objects(None, SH.path))
    for prop in ontology().subjects(RDFS.isDefinedBy):
        kinds = set(ontology().objects(prop, RDF.type)) & {OWL.ObjectProperty, OWL.DatatypeProperty}
        if kinds and (prop, URIRef(BDE + "derived"), None) not in ontology():
            assert prop in shaped, prop


@cache
def domains() -> set[tuple[Node, Node]]:
    """Each shape ``<Class>-properties`` with each property that has the class as its domain."""
    found = set()
    for prop, domain in ontology().subject_objects(RDFS.domain):
        if (prop, URIRef(BDE + "derived"), None) in ontology():
            continue
        union = ontology().value(domain, OWL.unionOf)
        classes = sorted(
            str(c).removeprefix(BDE) for c in (Collection(ontology(), union) if union else [domain])
        )
        found.add((URIRef(f"{SHAPE}{'-or-'.join(classes)}-properties"), prop))
    return found


def test_shapes_know_the_domain_of_every_property() -> None:
    """The shapes ``<Class>-properties`` repeat the domains of the ontology, and this keeps them equal."""
    for shape, prop in domains():
        assert (shape, SH.targetSubjectsOf, prop) in shapes(), prop


def _reporting() -> set:
    """The shapes that results name."""
    return {URIRef(SHAPE + name.partition(":")[2]) for name, _ in constraints()}


def test_shapes_say_in_static_english_what_is_wrong_and_what_to_do() -> None:
    assert len(_reporting()) > 200
    for shape in _reporting():
        (message,) = shapes().objects(shape, SH.message)
        assert isinstance(message, Literal) and message.language == "en", shape
        assert "{" not in message and message.endswith(".") and message.count(". ") >= 1, shape
        (severity,) = shapes().objects(shape, SH.severity)
        assert severity in (SH.Violation, SH.Warning, SH.Info), shape


def test_results_carry_the_message_of_their_shape() -> None:
    for result in outcome("fast").results:
        assert result.message == str(shapes().value(result.shape, SH.message)), result.shape


def test_shapes_have_iris_and_no_names() -> None:
    kinds = (SH.NodeShape, SH.PropertyShape, SH.SPARQLConstraint)
    nodes = {node for kind in kinds for node in shapes().subjects(RDF.type, kind)}
    nodes |= set(shapes().subjects(SH.path)) | set(shapes().objects(None, SH.sparql))
    assert all(isinstance(node, URIRef) and node.startswith(SHAPE) for node in nodes)
    assert (None, SH.name, None) not in shapes()
    assert all(isinstance(reason, Literal) for reason in shapes().objects(None, MAY_BE_UNUSED))
    for owner, shape in shapes().subject_objects(SH.property):
        assert str(shape).startswith(f"{owner}-"), shape
    assert not set(shapes().subjects(RDF.type, SH.NodeShape)) & set(
        shapes().subjects(RDF.type, SH.PropertyShape)
    )
    assert all(
        any((shape, target, None) in shapes() for target in TARGETS)
        or (None, SH.property, shape) in shapes()
        or _is_alternative(shape)
        for shape in nodes - set(shapes().objects(None, SH.sparql))
    )
