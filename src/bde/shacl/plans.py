"""All plans of a shapes graph, kept between runs: to read the queries of the shapes takes seconds.

They are kept in the cache folder of the user (``XDG_CACHE_HOME``, else ``~/.cache``), under a name made of
the shapes and of the code that plans them. Where there is no such folder they are made anew.
"""

import json
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from rdflib import BNode, Graph
from rdflib.term import Node

from bde.shacl.results import Unsupported
from bde.shacl.tokens import Plan
from bde.shapes import roots
from bde.syntax import canonical_lines, terms, text_of
from bde.workspace import replace_text

# Every module whose text decides what a plan says.
_CODE = ("algebra", "constraints", "expressions", "plans", "relational", "results", "tokens")


@dataclass(frozen=True)
class Plans:
    """The ``plans`` of each shape with targets, or why it is ``aside``; ``paths`` are the tables of property
    paths in the order in which they are made (name -> SQL), ``instances`` that of classes and instances."""

    plans: dict[Node, tuple[Plan, ...]]
    aside: dict[Node, str]
    paths: dict[str, str]
    instances: str


def of(shapes: Graph, usable: Callable[[str, str], bool]) -> Plans:
    """The plans of all shapes; ``usable`` says whether a regular expression and its flags mean something."""
    if any(isinstance(root, BNode) for root in roots(shapes)):
        return _made(shapes, usable)  # what is kept cannot name a blank node
    kept = _folder() / f"plans-{_name(shapes)}.json"
    with suppress(OSError, ValueError, KeyError, TypeError):
        return _read(kept.read_text(encoding="utf-8"))
    plans = _made(shapes, usable)
    if not any(isinstance(plan.shape, BNode) for made in plans.plans.values() for plan in made):
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
    return Plans(plans, aside, dict(compiler.paths.values()), instances)


def _folder() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "bde"


def _name(shapes: Graph) -> str:
    code = (Path(__file__).with_name(f"{name}.py").read_bytes() for name in _CODE)
    return sha256(b"\0".join([*code, *map(str.encode, canonical_lines(text_of(shapes)))])).hexdigest()


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
        }
    )


def _read(text: str) -> Plans:
    kept = json.loads(text)
    names = {root for root, _ in kept["plans"]} | {root for root, _ in kept["aside"]}
    names |= {
        p[part] for _, made in kept["plans"] for p in made for part in ("shape", "component", "severity")
    }
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
    )
