"""Time SHACL engines on founding-shaped graphs of several sizes, and compare what they find.

    python benchmarks/shape_engines.py --engagements 1000 10000 --engines reference jena shifty

Each engine runs as a whole process, from reading the files to a written report: its time and its peak memory
are those of the process. All get the same graph, a generated one with a share of known defects together with
the ontology, and the same shapes. The findings are compared as sets of focus node, shape and value. ``jena``
needs ``JENA_HOME``; ``rudof`` and ``shifty`` the dependency group ``benchmarks``. An
engine in Python is one function in ``CHILDREN``, any other a command in ``ENGINES``.
"""

import argparse
import csv
import os
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from threading import Timer
from time import monotonic

from founding_shaped import generate
from rdflib import SH, BNode, Graph

from bde import shacl
from bde.graphs import read
from bde.namespaces import SHAPE, shorten
from bde.workspace import Workspace

Finding = tuple[str, str, str]  # focus node, shape, value ("" where there is none)
HERE = Workspace.find(Path(__file__).parent)


@dataclass(frozen=True)
class Inputs:
    """What every engine gets: the ``folder`` of the generated data, ``data`` (with the ontology) and
    ``shapes`` as one Turtle file each, and where its ``report`` goes."""

    folder: Path
    data: Path
    shapes: Path
    report: Path


@dataclass(frozen=True)
class Run:
    """How one engine did: seconds of the clock, of the processor, peak bytes, findings, what went wrong."""

    engine: str
    seconds: float
    cpu: float
    peak: int
    findings: frozenset[Finding] | None
    trouble: str = ""


def _ours(engine: shacl.Engine) -> Callable[[Inputs], None]:
    """An engine of the project: ``reference`` is pySHACL as the project runs it."""

    def run(inputs: Inputs) -> None:
        report = Graph()
        shapes = read([inputs.shapes], inputs.shapes.parent).graph
        outcome = shacl.validate((inputs.data,), (), shapes, engine=engine)
        for result in outcome.results:
            node = BNode()
            report.add((node, SH.focusNode, result.focus))
            report.add((node, SH.sourceShape, result.shape))
            if result.value is not None:
                report.add((node, SH.value, result.value))
        report.serialize(inputs.report, format="nt")

    return run


def _rudof(inputs: Inputs) -> None:
    import pyrudof

    engine = pyrudof.Rudof(pyrudof.RudofConfig())
    engine.read_data(str(inputs.data), pyrudof.RDFFormat.Turtle)
    engine.read_shacl(str(inputs.shapes), pyrudof.ShaclFormat.Turtle)
    engine.validate_shacl(pyrudof.ShaclValidationMode.Native)
    turtle = engine.serialize_shacl_validation_results(pyrudof.ResultShaclValidationFormat.Turtle)
    inputs.report.write_text(turtle, encoding="utf-8")


def _in_python(name: str) -> Callable[[Inputs], list[str]]:
    return lambda inputs: [sys.executable, __file__, "--child", name, *map(str, vars(inputs).values())]


def _jena(inputs: Inputs) -> list[str]:
    command = Path(os.environ["JENA_HOME"]) / "bin" / "shacl"
    return [str(command), "validate", f"--data={inputs.data}", f"--shapes={inputs.shapes}"]


def _jena_load(inputs: Inputs) -> list[str]:
    return [str(Path(os.environ["JENA_HOME"]) / "bin" / "riot"), "--count", str(inputs.data)]


def _shifty(inputs: Inputs) -> None:
    import shifty

    _, report, _ = shifty.validate(inputs.data, inputs.shapes, infer=False, graph_mode="data")
    report.serialize(inputs.report, format="nt", encoding="utf-8")


CHILDREN: dict[str, Callable[[Inputs], None]] = {
    "fast": _ours("fast"),
    "reference": _ours("reference"),
    "rudof": _rudof,
    "shifty": _shifty,
}
ENGINES: dict[str, Callable[[Inputs], list[str]]] = {
    **{name: _in_python(name) for name in CHILDREN},
    "jena": _jena,
    "jena-load": _jena_load,  # reads the data and counts them, nothing else
}


def _measured(engine: str, inputs: Inputs, limit: float) -> Run:
    """Run an engine as a child, stopped after ``limit`` seconds; resources are those of that child."""
    errors = inputs.report.with_suffix(".err")
    with inputs.report.open("wb") as out, errors.open("wb") as complaints:
        began = monotonic()
        child = subprocess.Popen(
            ENGINES[engine](inputs), stdout=out, stderr=complaints, start_new_session=True
        )
        stop = Timer(limit, os.killpg, (child.pid, signal.SIGKILL))
        stop.start()
        _, status, used = os.wait4(child.pid, 0)
        stop.cancel()
        seconds = monotonic() - began
    findings, trouble = None, ""
    if seconds >= limit:
        trouble = f"> {limit:.0f} s"
    elif status:
        trouble = (errors.read_text(encoding="utf-8").strip().splitlines() or [f"status {status}"])[-1][:120]
    elif not engine.endswith("-load"):
        findings = _findings(inputs.report)
    return Run(engine, seconds, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024, findings, trouble)


def _findings(report: Path) -> frozenset[Finding]:
    graph = Graph().parse(report, format="turtle")  # which N-Triples are as well
    return frozenset(
        (
            shorten(str(graph.value(result, SH.focusNode))),
            str(graph.value(result, SH.sourceShape)).removeprefix(SHAPE),
            str(graph.value(result, SH.value) or ""),
        )
        for result in graph.subjects(SH.focusNode)
    )


def _missed(findings: Iterable[Finding], folder: Path) -> list[str]:
    """The known defects that no finding names by node and shape, or by value where a rule runs once."""
    found = {(node, shape) for node, shape, _ in findings}
    found |= {(shorten(value), shape) for _, shape, value in findings}
    with (folder / "defects.csv").open(encoding="utf-8", newline="") as listed:
        return [
            f"{row['node']} {row['shape']}"
            for row in csv.DictReader(listed)
            if (row["node"], row["shape"]) not in found
        ]


def _inputs(scratch: Path, engagements: int, defects: float) -> Inputs:
    folder = scratch / f"{engagements}"
    generate(folder, engagements, defects=defects)
    data, shapes = scratch / f"{engagements}.ttl", scratch / "shapes.ttl"
    for whole, parts in ((data, [*HERE.ontology, *sorted(folder.glob("*.ttl"))]), (shapes, HERE.shapes)):
        with whole.open("wb") as out:
            for part in parts:
                out.write(part.read_bytes() + b"\n")
    return Inputs(folder, data, shapes, scratch / "report.ttl")


def _differences(run: Run, first: Run) -> str:
    """How the findings differ from those of the first engine, by shape."""
    if run.findings is None or first.findings is None:
        return ""
    less, more = (
        Counter(shape for _, shape, _ in only)
        for only in (first.findings - run.findings, run.findings - first.findings)
    )
    return ", ".join(
        f"{sign}{number} {shape}"
        for sign, shapes in (("-", less), ("+", more))
        for shape, number in sorted(shapes.items())
    )


def _row(engagements: int, run: Run, first: Run, inputs: Inputs) -> str:
    cells = [
        f"{engagements:,}",
        run.engine,
        run.trouble or f"{run.seconds:.1f} s",
        f"{run.cpu:.1f} s",
        f"{run.peak / 2**20:,.0f} MiB",
    ]
    if run.findings is not None:
        missed = _missed(run.findings, inputs.folder)
        cells += [str(len(run.findings)), str(len(missed)), _differences(run, first)]
    return f"| {' | '.join(cells + [''] * (8 - len(cells)))} |\n"


def main() -> None:
    """Read the command line, run the engines one after another, print a Markdown table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--engagements", type=int, nargs="+", default=[1000])
    parser.add_argument("--engines", nargs="+", choices=sorted(ENGINES), default=["reference"])
    parser.add_argument("--defects", type=float, default=0.01, metavar="SHARE")
    parser.add_argument("--limit", type=float, default=600, metavar="SECONDS")
    parser.add_argument("--child", nargs=5, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.child:
        name, *paths = arguments.child
        CHILDREN[name](Inputs(*map(Path, paths)))
        return
    sys.stdout.write(
        "| engagements | engine | time | processor | peak memory | findings | defects missed "
        "| against the first engine |\n|---|---|---|---|---|---|---|---|\n"
    )
    with tempfile.TemporaryDirectory() as scratch:
        for engagements in arguments.engagements:
            inputs = _inputs(Path(scratch), engagements, arguments.defects)
            runs: list[Run] = []
            for engine in arguments.engines:
                runs.append(_measured(engine, inputs, arguments.limit))
                sys.stdout.write(_row(engagements, runs[-1], runs[0], inputs))
                sys.stdout.flush()


if __name__ == "__main__":
    main()
