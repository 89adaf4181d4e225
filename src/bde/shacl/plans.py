"""All that a run needs to know of a shapes graph, kept between runs: to read its queries takes seconds.

It is kept in the cache folder of the user (``XDG_CACHE_HOME``, else ``~/.cache``), under a name made of
the shapes and of the code that plans them. Where there is no such folder it is made anew.
"""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from rdflib import SH, BNode, Graph, URIRef
from rdflib.term import Node

from bde.graphs import LocatedGraph
from bde.idle import stuck
from bde.shacl.results import Unsupported
from bde.shacl.tokens import Plan
from bde.shapes import TARGETS, Graphs, count, implicit, plain_of, roots
from bde.syntax import canonical_lines, terms, text_of
from bde.workspace import replace_text

# Every module whose text decides what a plan says, or whether shapes have any.
_IN_SHACL = ("algebra", "constraints", "expressions", "plans", "relational", "results", "tokens")
_CODE = ("idle.py", "shapes.py", *(f"shacl/{name}.py" for name in _IN_SHACL))


@dataclass(frozen=True)
class Plans:
    """The ``plans`` of each shape with targets, or why it is ``aside``.

    ``paths`` are the tables of property paths in the order in which they are made (name -> SQL),
    ``instances`` that of classes and instances. ``targets`` are shape, kind of target and node;
    ``steps``, one for each property shape with a path of one step, its shapes with targets, the predicate and
    whether the path is its inverse. ``shapes`` is the number of all shapes, ``stuck``
    says why they cannot be run at all (``idle``), or is empty.
    """

    plans: dict[Node, tuple[Plan, ...]]
    aside: dict[Node, str]
    paths: dict[str, str]
    instances: str
    targets: tuple[tuple[Node, Node, Node], ...]
    steps: tuple[tuple[tuple[Node, ...], Node, bool], ...]
    shapes: int
    stuck: str

    @property
    def roots(self) -> list[Node]:
        """The shapes with targets."""
        return sorted([*self.plans, *self.aside], key=str)


def of(shapes: Graphs, usable: Callable[[str, str], bool]) -> Plans:
    """The plans of all shapes; ``usable`` says whether a regular expression and its flags mean something."""
    kept = _folder() / f"plans-{_name(shapes)}.json"
    with suppress(OSError, ValueError, KeyError, TypeError):
        return _read(kept.read_text(encoding="utf-8"))
    plans = _made(plain_of(shapes), usable)
    named = {node for target in plans.targets for node in target}
    named.update(plan.shape for made in plans.plans.values() for plan in made)
    if not any(isinstance(node, BNode) for node in named):  # which no other run would know by its name
        with suppress(OSError):
            kept.parent.mkdir(parents=True, exist_ok=True)
            replace_text(kept, _written(plans))
    return plans


def _made(shapes: Graph, usable: Callable[[str, str], bool]) -> Plans:
    # What reads the queries takes a while to import.
    from bde.shacl.constraints import INSTANCE, Constraints
    from bde.shacl.relational import Compiler

    constraints, compiler = Constraints(shapes), Compiler()
    instances = compiler.path(INSTANCE)
    plans: dict[Node, tuple[Plan, ...]] = {}
    aside: dict[Node, str] = {}
    for root in constraints.roots:
        try:
            made = tuple(compiler.plan(check) for check in constraints.of(root))
            for pattern, flags in (each for plan in made for each in plan.patterns):
                if not usable(pattern, flags):
                    raise Unsupported(f"the regular expression {pattern!r}")
            plans[root] = made
        except Unsupported as reason:
            aside[root] = str(reason)
    looked_up = (tuple(_targets(shapes)), tuple(_steps(shapes)), count(shapes), stuck(shapes))
    return Plans(plans, aside, dict(compiler.paths.values()), instances, *looked_up)


def _targets(shapes: Graph) -> Iterator[tuple[Node, Node, Node]]:
    of_classes = implicit(shapes)
    for root in roots(shapes):
        yield from ((root, kind, node) for kind in TARGETS for node in shapes.objects(root, kind))
        if root in of_classes:
            yield root, SH.targetClass, root


def _steps(shapes: Graph) -> Iterator[tuple[tuple[Node, ...], Node, bool]]:
    targeted = {*roots(shapes)}
    for shape, path in shapes.subject_objects(SH.path):
        back = shapes.value(path, SH.inversePath)
        step = path if back is None else back
        owners = {shape, *shapes.subjects(SH.property, shape)} & targeted
        if isinstance(step, URIRef) and owners:
            yield tuple(sorted(owners, key=str)), step, back is not None


def _folder() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "bde"


def _name(shapes: Graphs) -> str:
    code = ((Path(__file__).parents[1] / name).read_bytes() for name in _CODE)
    lines = canonical_lines(*(shapes.parsed if isinstance(shapes, LocatedGraph) else [text_of(shapes)]))
    return sha256(b"\0".join([*code, *map(str.encode, lines)])).hexdigest()


def _written(plans: Plans) -> str:
    def text(node: Node) -> str:
        return node.n3()

    return json.dumps(
        {
            "plans": [
                [
                    text(root),
                    [
                        {
                            **asdict(p),
                            "shape": text(p.shape),
                            "component": text(p.component),
                            "severity": text(p.severity),
                            "requires": sorted(p.requires),
                            "patterns": sorted(p.patterns),
                            "reads": sorted(p.reads),
                        }
                        for p in made
                    ],
                ]
                for root, made in plans.plans.items()
            ],
            "aside": [[text(root), why] for root, why in plans.aside.items()],
            "paths": plans.paths,
            "instances": plans.instances,
            "targets": [[*map(text, target)] for target in plans.targets],
            "steps": [[[*map(text, owners)], text(step), back] for owners, step, back in plans.steps],
            "shapes": plans.shapes,
            "stuck": plans.stuck,
        }
    )


def _read(text: str) -> Plans:
    kept = json.loads(text)
    names = {root for root, _ in kept["plans"]} | {root for root, _ in kept["aside"]}
    names |= {
        p[part] for _, made in kept["plans"] for p in made for part in ("shape", "component", "severity")
    }
    names |= {name for target in kept["targets"] for name in target}
    names |= {name for owners, step, _ in kept["steps"] for name in (*owners, step)}
    ordered = sorted(names)
    node = dict(zip(ordered, terms(ordered), strict=True))

    def plan(p: dict[str, Any]) -> Plan:
        return Plan(
            **{
                **p,
                **{part: node[p[part]] for part in ("shape", "component", "severity")},
                "columns": tuple(p["columns"]),
                "requires": frozenset(map(tuple, p["requires"])),
                "patterns": frozenset(map(tuple, p["patterns"])),
                "reads": frozenset(p["reads"]),
            }
        )

    return Plans(
        {node[root]: tuple(map(plan, made)) for root, made in kept["plans"]},
        {node[root]: why for root, why in kept["aside"]},
        kept["paths"],
        kept["instances"],
        tuple((node[root], node[kind], node[of]) for root, kind, of in kept["targets"]),
        tuple(
            (tuple(map(node.__getitem__, owners)), node[step], back) for owners, step, back in kept["steps"]
        ),
        kept["shapes"],
        kept["stuck"],
    )
