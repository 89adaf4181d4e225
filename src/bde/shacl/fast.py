"""The run of the set-based engine: the plans of the shapes, on the columns of a graph."""

from collections.abc import Collection, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from os import cpu_count
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
from rdflib import SH
from rdflib.term import Node

from bde.errors import BdeError
from bde.shacl import plans
from bde.shacl.columns import Columns, Rows, usable
from bde.shacl.results import Outcome, Result, Triples
from bde.shacl.tokens import Plan, form, together
from bde.shapes import Graphs


def validate(
    data: Triples,
    background: Triples,
    shapes: Graphs,
    own: Collection[Node] | None = None,
    changed: Collection[str] | None = None,
) -> Outcome:
    """Validate data, together with their background, against all shapes that can be run set by set.

    ``own`` are the nodes asked about (default: the subjects of the data): they are counted, and results about
    other subjects may be left out. Where ``changed`` predicates are named
    (in N-Triples) only those constraints run that look at one of them, and nothing is counted. Raises
    ``SyntaxProblem`` where a file is malformed, and ``BdeError`` where the disk for temporary files is full.
    """
    with TemporaryDirectory(prefix="bde-") as folder, closing(Columns(Path(folder))) as columns:
        try:
            with ThreadPoolExecutor(1) as beside:
                planned = beside.submit(plans.of, shapes, usable)
                columns.encode(data, background)
            columns.own(own)
            return _run(columns, planned.result(), changed)
        except (duckdb.IOException, duckdb.OutOfMemoryException, OSError) as error:
            what = f"there is no room to validate: {' '.join(str(error).split())}"
            raise BdeError(what, fix="Make room, or name another folder in TMPDIR.", file=folder) from None


def unconcerned(shapes: Graphs, changed: Collection[str]) -> set[tuple[Node, Node]]:
    """The constraints, by shape and component, that look at none of these predicates (in N-Triples)."""
    seen = {"*", *changed}
    looking: dict[bool, set[tuple[Node, Node]]] = {True: set(), False: set()}
    for made in plans.of(shapes, usable).plans.values():
        for plan in made:
            looking[not seen.isdisjoint(plan.reads)].add((plan.shape, plan.component))
    return looking[False] - looking[True]


def _run(columns: Columns, planned: plans.Plans, changed: Collection[str] | None) -> Outcome:
    columns.learn(planned)
    with ThreadPoolExecutor(cpu_count()) as threads:
        if changed is None:
            columns.walk(planned.paths, planned.instances)
            focus, looked, asked = columns.focus(planned)
            counting = threads.submit(columns.valued, planned)
            # A node that is named outright is a focus node also where no statement uses it.
            asked |= {root for root, kind, _ in planned.targets if kind == SH.targetNode}
            chosen = [plan for root in asked for plan in planned.plans.get(root, ())]
        else:
            focus, counting, looked, asked = {}, None, 0, set(planned.aside)
            seen = {"*", *changed}
            every = (plan for made in planned.plans.values() for plan in made)
            chosen = [plan for plan in every if not seen.isdisjoint(plan.reads)]
        found = list(_answers(columns, planned.paths, chosen, threads))
    nodes = columns.terms({n for _, rows in found for row in rows for n in row[1:] if n is not None})
    results = set()
    for alike, rows in found:
        for place, *row in rows:
            plan = alike[place or 0]
            cells = {n: nodes[cell] for n, cell in zip(plan.columns, row, strict=True) if cell is not None}
            results.add(_result(plan, cells))
    aside = {root: why for root, why in planned.aside.items() if root in asked}
    valued = counting.result() if counting else 0
    return Outcome(frozenset(results), focus, valued, looked, planned.shapes, aside, planned.stuck)


def _answers(
    columns: Columns, paths: dict[str, str], chosen: Iterable[Plan], threads: ThreadPoolExecutor
) -> Iterator[tuple[list[Plan], Rows]]:
    """Plans of one form and the rows of their query, which is asked while the tables of others are made."""
    # Before the tables of paths are made, what the triples say of a plan may be enough to pass over it.
    chosen = [p for p in chosen if columns.holds(r for r in p.requires if r[0] == "triple")]
    groups = sorted(_alike(chosen), key=lambda alike: len(columns.tables(paths, alike[0].sql)))
    if not columns.small:  # a table and two queries at a time would take half as much memory again
        for alike in groups:
            columns.walk(paths, alike[0].sql)
    asked = []
    for alike in groups:
        columns.walk(paths, alike[0].sql)
        if there := [plan for plan in alike if columns.holds(plan.requires)]:
            asked.append((there, threads.submit(columns.rows, together(there, columns))))
    for alike, rows in asked:
        yield alike, rows.result()


def _alike(chosen: Iterable[Plan]) -> Iterator[list[Plan]]:
    """The plans in groups of one form; those that look at all predicates take longer together."""
    forms: dict[object, list[Plan]] = {}
    for plan in chosen:
        forms.setdefault(form(plan), []).append(plan)
    for alike in forms.values():
        size = 1 if "*" in alike[0].reads else len(alike)
        yield from (alike[at : at + size] for at in range(0, len(alike), size))


def _result(plan: Plan, cells: dict[str, Node]) -> Result:
    message = plan.message
    if "{" in message:
        for name, node in cells.items():
            message = message.replace(f"{{?{name}}}", str(node)).replace(f"{{${name}}}", str(node))
    path = cells["path"].n3() if "path" in cells else plan.path
    value = cells.get("value")
    if value is None and plan.component == SH.SPARQLConstraintComponent and not plan.path:
        value = cells["this"]
    return Result(cells["this"], path, value, plan.component, plan.shape, plan.severity, message)
