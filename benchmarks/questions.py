"""Time every saved question on three engines and graphs of several sizes, and show how it grows.

    python benchmarks/questions.py --engagements 10000 100000 > table.md

The graphs are the founding graph and generated ones (``founding_shaped.py``), each with the ontology. The
engines are Oxigraph in the process (``bde.store``), rdflib (up to 10,000 engagements), and an Oxigraph server
on the loopback, asked as any endpoint is (``bde.endpoint``). A question that takes longer than the limit is
ended, and the table says "> N s". A time is the median, over the runs, of processor seconds: of the process
that asks, and for the server of both; so is the limit, but for the server, where it is of the clock.

A question is asked with its defaults. On generated graphs they are exchanged for what is there, by
``STAND_INS``; where it has a second state to choose, it is also asked about the pair whose engagements never
grow in number. The growth is the exponent of Oxigraph's times between the two largest graphs: 1 is linear in
the graph. How the rows grow stands beside it.
"""

import argparse
import multiprocessing
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import ceil, log
from multiprocessing.connection import Connection
from os import sysconf
from pathlib import Path
from resource import RLIMIT_CPU, setrlimit
from statistics import median
from time import monotonic, process_time, sleep

from founding_shaped import generate
from rdflib import Graph

from bde import queries
from bde.endpoint import Endpoint
from bde.errors import EndpointProblem
from bde.queries import Question
from bde.store import Store
from bde.workspace import Workspace

HERE = Workspace.find(Path(__file__).parent)
# What stands in the marked line of a parameter -> what is there in a generated graph.
STAND_INS = {
    "{ state:vietnam }": "{ state:arlandia }",
    "{ state:russia }": "{ state:borduria }",
    "{ organization:vietnam-ministry-of-defense }": "{ organization:arlandia-staff }",
    "{ person:ngo-xuan-lich }": "{ person:arlandia-1 }",
    "{ person:sergei-shoigu }": "{ person:arlandia-1 }",
    "{ person:ravkov-andrei-alekseevich }": "{ person:borduria-1 }",
}
OPEN, SMALL_PAIR = "VALUES ?b { UNDEF }", "VALUES ?b { <https://w3id.org/bde/id/state/borduria> }"
Engine = Callable[[str], int]  # a query -> the number of its rows


@dataclass(frozen=True)
class Timing:
    """The median processor seconds of a question and its rows, or what went wrong."""

    seconds: float
    rows: int | None
    trouble: str = ""

    def __str__(self) -> str:
        return self.trouble or (
            f"{self.seconds:.2f} s" if self.seconds >= 1 else f"{self.seconds * 1000:.0f} ms"
        )


def _oxigraph(files: list[Path], _: str) -> Engine:
    store = Store.load({path.as_uri(): path for path in files})
    return lambda sparql: len(store.query(sparql).rows)


def _rdflib(files: list[Path], _: str) -> Engine:
    graph = Graph()
    for path in files:
        graph.parse(path, format="turtle")
    return lambda sparql: len(list(graph.query(sparql)))


def _server(_: list[Path], url: str) -> Engine:
    endpoint = Endpoint(url, deadline_seconds=3600)
    return lambda sparql: len(endpoint.query(sparql).rows)


ENGINES: dict[str, Callable[[list[Path], str], Engine]] = {
    "oxigraph": _oxigraph,
    "server": _server,
    "rdflib": _rdflib,
}


def _processor_seconds(pid: str) -> float:
    """What another process has computed so far (Linux)."""
    if not pid:
        return 0
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / sysconf("SC_CLK_TCK")


def _run(ask: Engine, server: str, sparql: str, runs: int, limit: float, pipe: Connection) -> None:
    """The child: ask, and send the median seconds and the rows, or what went wrong."""
    taken: list[float] = []
    if not server:
        setrlimit(RLIMIT_CPU, (ceil(limit), ceil(limit)))
    try:
        while len(taken) < runs and sum(taken) < limit / 10:
            began = process_time() + _processor_seconds(server)
            rows = ask(sparql)
            taken.append(process_time() + _processor_seconds(server) - began)
        pipe.send(Timing(median(taken), rows))
    except Exception as error:
        pipe.send(Timing(0, None, type(error).__name__))


def _timed(ask: Engine, server: str, sparql: str, runs: int, limit: float) -> Timing:
    """A question in a fork of this process, which has read the graph, so that it can be ended."""
    context = multiprocessing.get_context("fork")
    mine, its = context.Pipe(duplex=False)
    child = context.Process(target=_run, args=(ask, server, sparql, runs, limit, its), daemon=True)
    child.start()
    its.close()
    late = Timing(limit, None, f"> {limit:.0f} s")
    try:
        if mine.poll(limit if server else None):
            answer: Timing = mine.recv()
            return answer
        return late
    except EOFError:
        return late
    finally:
        child.kill()
        child.join()
        mine.close()


class Server:
    """An Oxigraph server of these files, on disk; a query ends after ``limit`` seconds."""

    def __init__(self, files: list[Path], scratch: Path, limit: float):
        self.program = str(Path(sys.executable).parent / "oxigraph")
        self.place = ("--location", str(scratch / "store"))
        self.limit = limit
        named = [argument for path in files for argument in ("--file", str(path))]
        # Right after a load some questions take ten times as long as after the store was put in order.
        for work in (["load", *self.place, *named], ["optimize", *self.place]):
            subprocess.run([self.program, *work], check=True, capture_output=True)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.address = f"127.0.0.1:{free.getsockname()[1]}"
        self.url = f"http://{self.address}/query"
        self.start()

    def start(self) -> None:
        """Start it, and wait until it answers."""
        options = ("--bind", self.address, "--timeout-s", f"{self.limit:.0f}")
        self.process = subprocess.Popen(
            [self.program, "serve-read-only", *self.place, *options],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        patience = monotonic() + 60
        while True:
            try:
                Endpoint(self.url).query("ASK {}")
                return
            except EndpointProblem:
                if monotonic() > patience:
                    raise
                sleep(0.2)

    def stop(self) -> None:
        """End it."""
        self.process.kill()
        self.process.wait()


@contextmanager
def _serving(files: list[Path], scratch: Path, limit: float) -> Iterator[Server]:
    server = Server(files, scratch, limit)
    try:
        yield server
    finally:
        server.stop()


def _asked(question: Question, generated: bool) -> dict[str, str]:
    """The texts to ask of a graph: with the defaults, and about the pair that never grows."""
    text = question.text
    if not generated:
        return {question.name: text}
    for old, new in STAND_INS.items():
        text = text.replace(old, new)
    texts = {question.name: text}
    if OPEN in text and "VALUES ?a { state:arlandia }" in text:
        texts[f"{question.name} (small pair)"] = text.replace(OPEN, SMALL_PAIR)
    return texts


Table = dict[str, dict[tuple[str, int], Timing]]  # question -> (engine, engagements) -> timing


def _measure(
    sizes: list[int], engines: list[str], words: list[str], runs: int, limit: float
) -> Iterator[tuple[str, str, int, Timing]]:
    questions = [q for q in queries.load(HERE) if not words or q.name in words]
    for size in sizes:
        with tempfile.TemporaryDirectory() as name:
            scratch = Path(name)
            if size:
                generate(scratch / "graph", size)
            files = [*HERE.ontology, *(sorted((scratch / "graph").glob("*.ttl")) if size else HERE.data)]
            with _serving(files, scratch, limit) if "server" in engines else _nothing() as server:
                for engine in engines:
                    if engine == "rdflib" and size > 10_000:
                        continue
                    asked = server if engine == "server" else None
                    ask = ENGINES[engine](files, asked.url if asked else "")
                    for question in questions:
                        for label, text in _asked(question, size > 0).items():
                            process = str(asked.process.pid) if asked else ""
                            timing = _timed(ask, process, text, runs, limit)
                            if asked and timing.rows is None:  # it may still be busy with that question
                                asked.stop()
                                asked.start()
                            yield label, engine, size, timing


@contextmanager
def _nothing() -> Iterator[None]:
    yield None


def _table(times: Table, sizes: list[int], engines: list[str]) -> Iterator[str]:
    shown = [(e, n) for e in engines for n in sizes if e != "rdflib" or n <= 10_000]
    small, large = ([n for n in sizes if n] + [0, 0])[-2:]
    heads = [f"{e} {n:,}" if n else f"{e} founding" for e, n in shown]
    heads = ["question", *heads, "rows", "rows grow by", "growth"]
    yield f"| {' | '.join(heads)} |\n|{'---|' * len(heads)}\n"
    for name, by in times.items():
        a, b = by.get(("oxigraph", small)), by.get(("oxigraph", large))
        growth = rows = number = ""
        if a and b and a.rows is not None and b.rows is not None and small != large:
            number = f"{a.rows} - {b.rows}"
            rows = f"{b.rows / a.rows:.1f}" if a.rows else ""
            growth = f"{log(b.seconds / a.seconds) / log(large / small):.2f}"
        cells = [str(by.get(key, "")) for key in shown]
        yield f"| {' | '.join([name, *cells, number, rows, growth])} |\n"


def main() -> None:
    """Read the command line, measure, print a Markdown table; each timing goes to stderr as it is taken."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("questions", nargs="*", help="by name; all where none is named")
    parser.add_argument(
        "--engagements", type=int, nargs="+", default=[10_000, 100_000], help="0: founding graph"
    )
    parser.add_argument("--engines", nargs="+", choices=list(ENGINES), default=list(ENGINES))
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--limit", type=float, default=30, metavar="SECONDS")
    said = parser.parse_args()
    sizes = sorted({0, *said.engagements})
    times: Table = {}
    for name, engine, size, timing in _measure(sizes, said.engines, said.questions, said.runs, said.limit):
        times.setdefault(name, {})[engine, size] = timing
        sys.stderr.write(f"{name} {engine} {size} {timing} {timing.rows}\n")
    sys.stdout.writelines(_table(times, sizes, said.engines))


if __name__ == "__main__":
    main()
