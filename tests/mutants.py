"""Damage done to the founding graph, derived from the shapes, and which shapes report it.

Each mutant is a copy of one founding record with what belongs to it alone (its evidence, its time spans),
under names of its own, with one thing in it wrong. The copies stand in the founding graph all at once, point
to its nodes and never to each other, so one run validates them all, and each result belongs to the mutant
that has its focus node or its value. Terms of the ontology, of which the house rules speak, are damaged in
place, each term by one mutant. Beside each copy stands another, undamaged, that may break no rule.

What is done is derived from each parameter of each shape (``_derived``); what breaks a rule in ``sh:sparql``
is said in ``mutations/<room>.toml``: a pattern that finds a record, and what to ``remove`` and to ``add``.
Where a shape has no focus node in the founding graph, a record of the worked examples is damaged. The shapes
that must report are the one meant, those that plainly follow (``_follows``), and those that
``mutations/side-effects.toml`` names with a reason.
"""

import re
import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from itertools import islice
from pathlib import Path

import pyoxigraph as ox
from rdflib import RDF, RDFS, SH, SKOS, XSD, BNode, Graph, Literal, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.paths import AlternativePath, InvPath
from rdflib.term import Node

from bde import examples, shacl
from bde.namespaces import BDE, ID, PREFIXES, SHAPE
from bde.shacl.results import ShapePath, property_path
from bde.shapes import focus_nodes
from bde.syntax import parse_strict, terms
from bde.workspace import ROOMS, Workspace

SPACE = Workspace.find(Path(__file__))
TABLES = Path(__file__).parent / "mutations"
_BDE = Namespace(BDE)
_NEW = ID + "new/"
_HEAD = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PREFIXES.items()) + f"PREFIX new: <{_NEW}>\n"
_OWNED = (_BDE.Evidence, _BDE.TimeSpan)
# Nodes for a place where they do not belong: the first that fits none of the classes asked for.
_STRANGERS = (_BDE.Place, _BDE.Source, _BDE.Person, _BDE.Passage)
# Values for where one more is asked for: the first that is not there yet.
_SPARE: dict[Node, tuple[Literal, ...]] = {
    XSD.string: (Literal("1 thing."), Literal("2 things.")),
    RDF.langString: (Literal("1 thing.", "en"), Literal("2 things.", "en")),
    XSD.boolean: (Literal(True), Literal(False)),
    XSD.integer: (Literal(2), Literal(3), Literal(1000000), Literal(1000001)),
    XSD.decimal: (Literal("2.5", datatype=XSD.decimal), Literal("3.5", datatype=XSD.decimal)),
    XSD.date: (Literal("2031-05-04", datatype=XSD.date), Literal("2031-05-05", datatype=XSD.date)),
    XSD.duration: (Literal("P2D", datatype=XSD.duration), Literal("P3D", datatype=XSD.duration)),
    XSD.anyURI: tuple(Literal(f"https://one.example/{n}", datatype=XSD.anyURI) for n in (1, 2)),
}

Triple = tuple[Node, Node, Node]


@dataclass(frozen=True)
class Mutant:
    """One thing made wrong: ``kind`` is the constraint component that ``shape`` must report on ``focus``.

    ``remove`` and ``add`` speak of the original ``nodes``; ``also`` are the further shapes that must object.
    """

    room: str
    shape: str
    kind: str
    what: str
    focus: Node
    remove: frozenset[Triple] = frozenset()
    add: frozenset[Triple] = frozenset()
    nodes: frozenset[Node] = frozenset()
    also: frozenset[str] = frozenset()
    ledger: bool = True
    blank: bool = False

    @property
    def name(self) -> str:
        return f"{self.shape} {self.kind} {self.what}".strip()

    @property
    def expected(self) -> frozenset[str]:
        return self.also | {self.shape}


@cache
def shapes() -> Graph:
    return _read(SPACE.shapes)


@cache
def ontology() -> Graph:
    return _read(SPACE.ontology)


@cache
def founding() -> Graph:
    return _read(SPACE.data)


@cache
def sound() -> Graph:
    """The founding graph, the worked examples and the ontology: all that is there and right."""
    return founding() + examples.merged(examples.load(SPACE)) + ontology()


def _read(files: Iterable[Path]) -> Graph:
    graph = Graph()
    for path in files:
        graph.parse(path)
    return graph


@cache
def rooms() -> dict[Node, str]:
    """The room of each shape."""
    return {
        shape: name
        for name in (*ROOMS, "house")
        for shape in Graph().parse(SPACE.root / "shapes" / f"{name}.ttl").subjects()
    }


@cache
def _classes() -> dict[Node, set[Node]]:
    """The classes of each node, those above them as well."""
    above: dict[Node, set[Node]] = {}
    found: dict[Node, set[Node]] = defaultdict(set)
    for node, kind in sound().subject_objects(RDF.type):
        if kind not in above:
            above[kind] = set(sound().transitive_objects(kind, RDFS.subClassOf))
        found[node] |= above[kind]
    return found


@cache
def _instances(kind: Node) -> list[Node]:
    return sorted((node for node, kinds in _classes().items() if kind in kinds), key=_rank)


@cache
def _rank(node: Node) -> tuple[bool, int, str]:
    """Founding nodes first, of these the smallest."""
    graph = founding() if (node, None, None) in founding() else sound()
    return graph is not founding(), len(list(graph.predicate_objects(node))), str(node)


def local(shape: Node) -> str:
    return str(shape).removeprefix(SHAPE)


def is_term(node: Node) -> bool:
    """True for a term of the ontology, which is damaged in place."""
    return (node, None, None) in ontology()


# What a mutant is made of


def _unit(node: Node) -> set[Node]:
    """A record or entity with what belongs to it alone; of a part of one, the whole."""
    graph = sound()
    kinds = _classes()[node]
    found = {node}
    if _BDE.Evidence in kinds:
        found |= set(graph.subjects(_BDE.evidence, node))
    elif _BDE.TimeSpan in kinds:
        found |= set(sorted(graph.subjects(None, node), key=_rank)[:1])
    elif _BDE.Engagement in kinds:
        found |= set(graph.subjects(_BDE.inEngagement, node))
    elif _BDE.Passage in kinds:
        found |= set(sorted(graph.subjects(_BDE.passage, node), key=_rank)[:1])
    for other in list(found - {node}):
        found |= _unit(other) if _classes()[other].intersection(_OWNED) else _below(other)
    return found | _below(node)


def _of(unit: Iterable[Node]) -> set[Triple]:
    return {triple for node in unit for triple in sound().triples((node, None, None))}


def _below(node: Node) -> set[Node]:
    found = {node}
    for part in sound().objects(node):
        if part in _classes() and _classes()[part].intersection(_OWNED):
            found |= _below(part)
    return found


def _values(graph: Graph, node: Node, path: ShapePath) -> list[Triple]:
    """The statements that give a node the values of a path of one step."""
    if isinstance(path, AlternativePath):
        return [triple for part in path.args for triple in _values(graph, node, part)]
    if isinstance(path, InvPath):
        return sorted(graph.triples((None, path.arg, node)), key=str)
    return sorted(graph.triples((node, path, None)), key=str)


def _statement(node: Node, path: ShapePath, value: Node) -> Triple:
    if isinstance(path, AlternativePath):
        return _statement(node, path.args[0], value)
    return (value, path.arg, node) if isinstance(path, InvPath) else (node, path, value)


# Mutants of the constraints with a parameter


@dataclass(frozen=True)
class _Shape:
    """A shape with what its mutants need to know of it."""

    node: Node
    path: ShapePath | None
    candidates: tuple[Node, ...] = field(repr=False)

    def get(self, name: Node) -> Node | None:
        return shapes().value(self.node, name)

    def count(self, name: Node, default: int) -> int:
        value = self.get(name)
        return default if value is None else int(str(value))

    def classes(self) -> list[Node]:
        """The classes of which a value may be."""
        return _asked(self.node, SH["class"])

    def datatypes(self) -> list[Node]:
        tagged = [RDF.langString] if self.get(SH.languageIn) is not None else []
        return tagged + _asked(self.node, SH.datatype)


@cache
def _asked(shape: Node, name: Node) -> list[Node]:
    """What a shape, or one of its alternatives, says of a value with a parameter."""
    head = shapes().value(shape, SH["or"])
    parts = [shape] if head is None else [shape, *Collection(shapes(), head)]
    return [value for part in parts for value in shapes().objects(part, name)]


@cache
def _shapes() -> list[_Shape]:
    """The shapes that can report, each with its focus nodes in the sound graph, the best first."""
    graph, rules = sound(), shapes()
    found = []
    for node in sorted(set(rules.subjects(SH.message)), key=str):
        owners = (node, *rules.subjects(SH.property, node))
        focus = set[Node]().union(*(focus_nodes(owner, rules, graph) for owner in owners))
        at = rules.value(node, SH.path)
        path = None if at is None else property_path(rules, at)
        having = {f for f in focus if path is not None and _values(graph, f, path)}
        order = sorted(focus, key=lambda f: (_rank(f)[0], f not in having, *_preference(f)))
        found.append(_Shape(node, path, tuple(order)))
    return found


@cache
def _uses() -> dict[Node, int]:
    uses: dict[Node, int] = defaultdict(int)
    for _, p, o in sound():
        uses[p] += 1
        uses[o] += 1
    return uses


def _preference(node: Node) -> tuple:
    return _rank(node)[0], _used(node), _rank(node)


def _used(node: Node) -> tuple[int, ...]:
    """Of terms, those that the least rests on come first."""
    return (_uses()[node],) if is_term(node) else ()


def _fitting(shape: _Shape, focus: Node) -> Iterator[Node]:
    """Values that the shape allows, other than those the node has."""
    graph = sound()
    path = shape.path
    assert path is not None
    there = {o if not isinstance(path, InvPath) else s for s, _, o in _values(graph, focus, path)}
    for value in sorted(there, key=str):  # next to one that is there
        if isinstance(value, Literal) and value.datatype in (XSD.date, XSD.integer, XSD.decimal):
            yield from _beside(value)
    known = {o if not isinstance(path, InvPath) else s for s, _, o in _triples(graph, path)} - there
    alike = {kind for value in there for kind in _classes().get(value, ())}
    if shape.get(SH.pattern) is not None or not shape.datatypes():
        scheme = graph.value(path, _BDE.valueScheme) if isinstance(path, URIRef) else None
        kin = [node for kind in shape.classes() for node in _instances(kind) if node not in there | {focus}]
        for value in sorted(known, key=lambda v: (alike.isdisjoint(_classes().get(v, ())), _rank(v))) + kin:
            if scheme is None or (value, SKOS.inScheme, scheme) in graph:
                yield value
    for datatype in shape.datatypes() or [XSD.string]:
        yield from (value for value in _SPARE[datatype] if value not in there)


def _triples(graph: Graph, path: ShapePath) -> list[Triple]:
    if isinstance(path, AlternativePath):
        return []
    return list(graph.triples((None, path.arg if isinstance(path, InvPath) else path, None)))


def _beside(value: Literal) -> list[Literal]:
    if value.datatype == XSD.date:
        day = date.fromisoformat(str(value))
        return [Literal(day + timedelta(step), datatype=XSD.date) for step in (-1, 1)]
    return [Literal(str(Decimal(str(value)) + step), datatype=value.datatype) for step in (-1, 1)]


def _stranger(shape: _Shape) -> Node:
    """A node of none of the classes that the shape allows, but of one that others allow at the same path."""
    others = [other for other in _shapes() if shape.path is not None and other.path == shape.path]
    for kind in (*(kind for other in others for kind in other.classes()), *_STRANGERS):
        for node in _instances(kind):
            if not _classes()[node].intersection(shape.classes()):
                return node
    raise LookupError(shape.node)


def _instead(shape: _Shape, focus: Node, wrong: Node) -> Mutant:
    """A wrong value in the place of the one there is, or beside several."""
    assert shape.path is not None
    same = [other for other in _shapes() if other.path == shape.path]
    several = shape.classes() and not any(other.get(SH.maxCount) is not None for other in same)
    old = [] if several else _values(sound(), focus, shape.path)[:1]
    return _mutant(shape, focus, remove=old, add=[_statement(focus, shape.path, wrong)])


def _mutant(
    shape: _Shape, focus: Node, *, remove: Iterable[Triple] = (), add: Iterable[Triple] = ()
) -> Mutant:
    return Mutant(
        rooms()[shape.node],
        local(shape.node),
        "",
        "",
        focus,
        frozenset(remove),
        frozenset(add),
        frozenset({focus}),
    )


def _too_few(shape: _Shape, focus: Node) -> Mutant:
    assert shape.path is not None
    kept = shape.count(SH.minCount, 0) - 1
    return _mutant(shape, focus, remove=_values(sound(), focus, shape.path)[kept:])


def _too_many(shape: _Shape, focus: Node) -> Mutant:
    assert shape.path is not None
    missing = shape.count(SH.maxCount, 0) + 1 - len(_values(sound(), focus, shape.path))
    new = (value for value in dict.fromkeys(_fitting(shape, focus)) if _in_order(shape, focus, value))
    values = list(islice(new, missing))
    return _mutant(shape, focus, add=[_statement(focus, shape.path, value) for value in values])


def _in_order(shape: _Shape, focus: Node, value: Node) -> bool:
    """Whether a value leaves the bounds in their order, where shapes say one."""
    for order in (SH.lessThan, SH.lessThanOrEquals):
        for rule, upper in shapes().subject_objects(order):
            lower = shapes().value(rule, SH.path)
            if lower == shape.path and any(value >= o for o in sound().objects(focus, upper)):
                return False
            if upper == shape.path and any(value <= o for o in sound().objects(focus, lower)):
                return False
    return True


def _other_class(shape: _Shape, focus: Node) -> Mutant:
    kind = shape.get(SH["class"])
    if shape.path is None:
        assert kind is not None
        return _mutant(shape, focus, remove=[(focus, RDF.type, kind)])
    return _instead(shape, focus, _stranger(shape))


def _no_alternative(shape: _Shape, focus: Node) -> Mutant:
    wrong = _stranger(shape) if shape.classes() else Literal(7)
    return _instead(shape, focus, wrong)


def _value(shape: _Shape, focus: Node) -> Literal:
    """A literal that the node has, or could have, at the path."""
    assert shape.path is not None
    there = [o for _, _, o in _values(sound(), focus, shape.path)]
    value = next((value for value in [*there, *_fitting(shape, focus)] if isinstance(value, Literal)), None)
    assert value is not None, shape.node
    return value


def _retyped(shape: _Shape, focus: Node) -> Mutant:
    text, wanted = str(_value(shape, focus)), shape.get(SH.datatype)
    return _instead(shape, focus, Literal(text, "en") if wanted == XSD.string else Literal(text))


def _unmatched(shape: _Shape, focus: Node) -> Mutant:
    value, pattern = _value(shape, focus), re.compile(str(shape.get(SH.pattern)))
    text = str(value)
    for other in (text + "x", text[:-1], text.lower(), text.upper(), text + " "):
        if not pattern.search(other):
            return _instead(
                shape, focus, Literal(other, value.language, value.datatype if not value.language else None)
            )
    raise LookupError(shape.node)


def _too_small(shape: _Shape, focus: Node) -> Mutant:
    least = shape.get(SH.minInclusive)
    assert isinstance(least, Literal)
    below = {XSD.integer: int(float(str(least))) - 1, XSD.decimal: "-0.5"}[least.datatype]
    return _instead(shape, focus, Literal(str(below), datatype=least.datatype))


def _out_of_order(shape: _Shape, focus: Node) -> Mutant:
    parameter = SH.lessThan if shape.get(SH.lessThan) is not None else SH.lessThanOrEquals
    other = sound().value(focus, shape.get(parameter))
    assert isinstance(other, Literal)
    return _instead(shape, focus, other if parameter == SH.lessThan else _beside(other)[1])


def _foreign(shape: _Shape, focus: Node) -> Mutant:
    return _instead(shape, focus, Literal(str(_value(shape, focus)), "fr"))


def _without_value(shape: _Shape, focus: Node) -> Mutant:
    assert shape.path is not None
    return _instead(shape, focus, next(_fitting(shape, focus)))


def _unnamed(shape: _Shape, focus: Node) -> Mutant:
    return replace(_mutant(shape, focus), blank=True)


_BREAKS: dict[Node, tuple[str, Callable[[_Shape, Node], Mutant]]] = {
    SH.minCount: ("MinCount", _too_few),
    SH.maxCount: ("MaxCount", _too_many),
    SH["class"]: ("Class", _other_class),
    SH.datatype: ("Datatype", _retyped),
    SH.nodeKind: ("NodeKind", _unnamed),
    SH.pattern: ("Pattern", _unmatched),
    SH.minInclusive: ("MinInclusive", _too_small),
    SH.lessThan: ("LessThan", _out_of_order),
    SH.lessThanOrEquals: ("LessThanOrEquals", _out_of_order),
    SH.languageIn: ("LanguageIn", _foreign),
    SH.hasValue: ("HasValue", _without_value),
    SH["or"]: ("Or", _no_alternative),
}


def _derived(taken: set[Node]) -> Iterator[Mutant]:
    """One mutant of each parameter of each shape; of the shapes about domains, one of each property."""
    for shape in _shapes():
        moved = sorted(shapes().objects(shape.node, SH.targetSubjectsOf), key=str)
        for parameter, (kind, break_) in _BREAKS.items():
            if shape.get(parameter) is None:
                continue
            if shape.path is None and moved:
                for prop in moved:
                    yield _named(_moved(shape, prop), kind, str(prop).removeprefix(BDE))
                continue
            focus = _suited(shape, parameter, taken)
            if focus is None:
                continue  # a table says what to do
            if is_term(focus):
                taken.add(focus)
            yield _named(break_(shape, focus), kind)


def _follows(mutant: Mutant) -> set[str]:
    """Other shapes that must object: what was added demands what is not there, or bounds are out of order."""
    rules, found = shapes(), set()
    after = Graph()
    for triple in (_of(mutant.nodes) - mutant.remove) | mutant.add:
        after.add(triple)
    for node, prop in {(s, p) for s, p, _ in mutant.add}:
        for target in rules.subjects(SH.targetSubjectsOf, prop):
            for rule in (target, *rules.objects(target, SH.property)):
                at, fixed = rules.value(rule, SH.path), rules.value(rule, SH.hasValue)
                there = [o for _, _, o in _values(after, node, property_path(rules, at))] if at else []
                if ((rule, SH.minCount, Literal(1)) in rules and not there) or (fixed and fixed not in there):
                    found.add(local(rule))
        for order in (SH.lessThan, SH.lessThanOrEquals):
            for rule, upper in rules.subject_objects(order):
                lower = rules.value(rule, SH.path)
                if prop in (lower, upper) and any(
                    not _ordered(low, high, order)
                    for low in after.objects(node, lower)
                    for high in after.objects(node, upper)
                ):
                    found.add(local(rule))
    return found - {mutant.shape}


def _ordered(low: Node, high: Node, order: Node) -> bool:
    assert isinstance(low, Literal) and isinstance(high, Literal)
    return low.datatype == high.datatype and (low < high or (low == high and order == SH.lessThanOrEquals))


def _named(mutant: Mutant, kind: str, what: str = "") -> Mutant:
    return replace(mutant, kind=kind, what=what)


def _suited(shape: _Shape, parameter: Node, taken: set[Node]) -> Node | None:
    """The best node to damage; for an order of two values, one that has the other value."""
    other = shape.get(parameter) if parameter in (SH.lessThan, SH.lessThanOrEquals) else None
    for focus in shape.candidates:
        if focus not in taken and (other is None or (focus, other, None) in sound()):
            return focus
    return None


def _moved(shape: _Shape, prop: Node) -> Mutant:
    """A property where it does not belong: on the smallest node of a class that may not have it."""
    values = sorted(
        sound().triples((None, prop, None)), key=lambda triple: (_rank(triple[0]), str(triple[2]))
    )
    focus = _stranger(shape)
    if values:
        value = values[0][2]
    else:
        (at, *_) = [other for other in _shapes() if other.path == prop and other.candidates]
        value = next(_fitting(at, focus))
    moved = _mutant(shape, focus, add=[(focus, prop, value)])
    own = {value} if _BDE.Evidence in _classes().get(value, ()) else set()
    return replace(moved, nodes=moved.nodes | own)


# Mutants of the rules in SPARQL


def _told(taken: set[Node]) -> Iterator[Mutant]:
    """The mutants of the tables: in each, the best node that the pattern finds is damaged."""
    for room in (*ROOMS, "house"):
        for name, entries in tomllib.loads((TABLES / f"{room}.toml").read_text("utf-8")).items():
            for entry in entries:
                yield _by_rule(room, name, entry, taken)


def _by_rule(room: str, shape: str, entry: dict, taken: set[Node]) -> Mutant:
    """The mutant of an entry.

    Its ``where`` finds ``?this``; ``remove`` and ``add`` are statements, ``clear`` names properties that lose
    all values; terms that begin with ``new:`` are new, and one of them may be the ``focus``; ``ledger`` is
    false where the evidence is not to follow what was changed.
    """
    rows = _found(entry["where"])
    for row in sorted(rows, key=lambda row: (_preference(row["?this"]), _order(row))):
        this = row["?this"]
        remove, add = (_filled(entry.get(part, ""), row) for part in ("remove", "add"))
        for name in entry.get("clear", ()):
            remove |= set(sound().triples((this, _BDE[name], None)))
        nodes = {this} | {s for s, _, _ in remove | add if isinstance(s, URIRef) and s in _classes()}
        if not nodes & taken:
            break
    else:
        raise LookupError(f"{shape}: nothing fits {entry['where']}")
    taken |= {node for node in nodes if is_term(node)}
    focus = URIRef(_NEW + entry["focus"].removeprefix("new:")) if "focus" in entry else this
    kind, ledger = entry.get("kind", "SPARQL"), entry.get("ledger", True)
    return Mutant(room, shape, kind, entry["what"], focus, remove, add, frozenset(nodes), ledger=ledger)


@cache
def _store() -> ox.Store:
    store = ox.Store()
    parsed = ox.parse(sound().serialize(format="nt"), ox.RdfFormat.N_TRIPLES)  # which keeps blank labels
    store.extend(ox.Quad(triple.subject, triple.predicate, triple.object) for triple in parsed)
    return store


def _found(where: str) -> list[dict[str, Node]]:
    """What a pattern finds in the sound graph, each time one node by variable."""
    solutions = _store().query(f"{_HEAD}SELECT * WHERE {{ {where} }}")
    names = [str(variable) for variable in solutions.variables]
    rows = [(names, [str(solution[name[1:]]) for name in names]) for solution in solutions]
    nodes = iter(terms([text for _, texts in rows for text in texts]))
    return [{name: next(nodes) for name in names} for _ in rows]


def _order(row: dict[str, Node]) -> list[tuple[str, int, str]]:
    return sorted((name, _rank(node)[1], str(node)) for name, node in row.items())


def _filled(template: str, row: dict[str, Node]) -> frozenset[Triple]:
    """Statements in Turtle, with the nodes of the row in the place of its variables."""
    text = re.sub(r"\?(\w+)", r"<var:\1>", template)
    names: dict[Node, Node] = {URIRef(f"var:{name[1:]}"): node for name, node in row.items()}
    triples = parse_strict(f"{_HEAD}{text} .", template) if text else []
    return frozenset((names.get(s, s), names.get(p, p), names.get(o, o)) for s, p, o in triples)


@cache
def mutants() -> tuple[Mutant, ...]:
    taken: set[Node] = set()
    declared = tomllib.loads((TABLES / "side-effects.toml").read_text("utf-8"))
    found = (*_derived(taken), *_told(taken))
    return tuple(
        replace(mutant, also=frozenset(_follows(mutant) | set(declared.get(mutant.name, ()))))
        for mutant in found
    )


# The world with all mutants in it


@dataclass
class World:
    """The data and the ontology with mutants in them; ``owner`` says whose mutant a node is."""

    data: Graph
    terms: Graph
    owner: dict[str, Mutant]

    def by_mutant(self, results: Iterable[shacl.Result]) -> dict[Mutant | None, set[shacl.Result]]:
        """Results, each with the mutant that its focus node or else its value belongs to.

        Those of ``None`` are on nodes that nobody damaged.
        """
        found: dict[Mutant | None, set[shacl.Result]] = defaultdict(set)
        for result in results:
            nodes = (str(result.focus), str(result.value))
            found[next((self.owner[node] for node in nodes if node in self.owner), None)].add(result)
        return found


def world(chosen: Iterable[Mutant]) -> World:
    """The sound graph, in it the mutants, and beside each that is a copy the same copy undamaged."""
    made = World(sound() - ontology(), Graph() + ontology(), {})
    for number, mutant in enumerate(chosen):
        if is_term(mutant.focus):
            for triple in mutant.remove:
                made.terms.remove(triple)
            for triple in mutant.add:
                made.terms.add(triple)
            made.owner |= {str(node): mutant for node in mutant.nodes}
            continue
        unit = set[Node]().union(*map(_unit, mutant.nodes))
        as_it_was = _of(unit)
        _put(made.data, as_it_was, {node: URIRef(f"{node}--{number}-sound") for node in unit})
        copy = (as_it_was - mutant.remove) | mutant.add
        if mutant.ledger:
            copy = _balanced(copy, mutant)
        copy = _without_orphans(copy, mutant)
        new = {node for triple in copy for node in triple if str(node).startswith(_NEW)}
        names: dict[Node, Node] = {node: URIRef(f"{node}--{number}") for node in unit | new}
        if mutant.blank:
            names[mutant.focus] = BNode(f"mutant{number}")
        _put(made.data, copy, names)
        made.owner |= {str(name): mutant for name in names.values()}
    return made


def _put(data: Graph, triples: set[Triple], names: Mapping[Node, Node]) -> None:
    for s, p, o in triples:
        data.add((names.get(s, s), p, names.get(o, o)))


def _balanced(copy: set[Triple], mutant: Mutant) -> set[Triple]:
    """With evidence that backs what was added, and no longer what was taken away."""
    copy = set(copy)
    touched = {(s, p) for s, p, _ in mutant.remove | mutant.add}
    for node, prop in sorted(touched, key=str):
        evidence = sorted(o for s, p, o in copy if s == node and p == _BDE.evidence)
        backing = {(e, _BDE.backs, prop) for e in evidence} & copy
        there = any(s == node and p == prop for s, p, _ in copy)
        if there and not backing and evidence:
            copy.add((evidence[0], _BDE.backs, prop))
        elif not there:
            copy -= backing
            for e, _, _ in backing:
                if not any(s == e and p == _BDE.backs for s, p, _ in copy):
                    copy.add((e, _BDE.backs, RDF.type))
    return copy


def _without_orphans(copy: set[Triple], mutant: Mutant) -> set[Triple]:
    """Without the evidence and the time spans that nothing in the copy has any longer."""
    held = {o for _, _, o in copy}
    gone = {o for _, _, o in mutant.remove if _classes().get(o, set()).intersection(_OWNED)}
    gone -= held | mutant.nodes
    return {triple for triple in copy if triple[0] not in gone}
