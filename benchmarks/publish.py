"""How fast a release is published, beside a plain upload and the store's own loader, and in how much memory.

``python benchmarks/publish.py [STORE ...] [--triples N]``: loads the data with each store's own bulk loader
into an empty store (of all stores that are there, by default), starts the store on loopback, uploads the data
in one PUT, then publishes the same data with ``bde publish``'s own functions, first into an empty store, then
again with nothing to do, then with a hundredth changed. Each run of the publisher is a process of its own, so
that its memory is its own. A request that takes over half an hour ends it.
"""

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

import httpx  # noqa: E402

from bde import publish  # noqa: E402
from bde.endpoint import Endpoint  # noqa: E402
from bde.namespaces import BASE, GRAPH  # noqa: E402
from bde.publish import releases  # noqa: E402
from bde.publish.profiles import Addresses  # noqa: E402
from bde.publish.target import Target  # noqa: E402
from stores import NAMES, PASSWORD, Server, has, program  # noqa: E402

GRAPHS = 4


def written(file: Path, triples: int, changed: int = 0) -> Path:
    """A release of so many triples in four graphs; every hundredth says something else where ``changed``."""
    with file.open("w") as out:
        version = f'<{BASE}ontology> <http://www.w3.org/2002/07/owl#versionInfo> "{changed}"'
        out.write(f"{version} <{GRAPH}ontology/bde> .\n")
        for number in range(triples - 1):
            thing, about = divmod(number, 5)
            text = (
                f"Keel meets Vogt in Cordonia, no. {thing}, part {about}"
                + changed * (number % 100 == 0) * "!"
            )
            graph = f"<{GRAPH}data/part-{thing % GRAPHS}>"
            out.write(f'<{BASE}id/engagement/{thing}> <{BASE}ontology#p{about}> "{text}."@en {graph} .\n')
    return file


def bulk_loaded(name: str, folder: Path, file: Path) -> float:
    """Seconds of the store's own loader on all of it: a command on empty files, or what its server has."""
    folder.mkdir()
    if name in ("rdf4j", "virtuoso"):
        return _by_server(Server(name, folder), file)
    command = {
        "oxigraph": [program("oxigraph"), "load", "--location", "store", "--file", str(file)],
        "fuseki": ["java", "-cp", program("fuseki"), "tdb2.tdbloader", "--loc=db", str(file)],
    }[name]
    start = time.monotonic()
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return time.monotonic() - start


def _by_server(server: Server, file: Path) -> float:
    """RDF4J takes a file of statements in one request, Virtuoso one from its own folder in SQL."""
    server.start()
    try:
        start = time.monotonic()
        if server.name == "rdf4j":
            kind = {"Content-Type": "application/n-quads"}
            url, body = f"{server.base}/statements", file.read_bytes()
            httpx.post(url, content=body, headers=kind, timeout=1800, trust_env=False).raise_for_status()
        else:
            shutil.copy(file, server.folder)
            for said in (f"ld_dir('.', '{file.name}', 'urn:none');", "rdf_loader_run();", "checkpoint;"):
                command = ["isql-vt", f"127.0.0.1:{server.sql_port}", "dba", PASSWORD, f"EXEC={said}"]
                subprocess.run(command, check=True, capture_output=True)
        seconds = time.monotonic() - start
        said = f'SELECT ?s WHERE {{ GRAPH ?g {{ ?s ?p ?o }} FILTER STRSTARTS(STR(?g), "{GRAPH}") }}'
        loaded = len(Endpoint(Addresses.of(server.base, server.name).query).query(said, seconds=600).rows)
        assert loaded == sum(1 for _ in file.open()), loaded
        return seconds
    finally:
        server.kill()


def put(server: Server, file: Path) -> float:
    """Seconds of one plain PUT of all of it as N-Triples into a graph."""
    lines = file.read_text().splitlines()
    body = "".join(line[: line.rindex("<")] + ".\n" for line in lines).encode()
    addresses = Addresses.of(server.base, server.name)
    auth = httpx.DigestAuth(*server.credentials) if server.credentials else None
    start = time.monotonic()
    answer = httpx.put(
        addresses.graphs,
        params={addresses.profile.graph_parameter: "urn:plain"},
        content=body,
        headers={"Content-Type": "application/n-triples"},
        auth=auth,
        timeout=1800,
        trust_env=False,
    )
    answer.raise_for_status()
    seconds = time.monotonic() - start
    httpx.delete(
        addresses.graphs,
        params={addresses.profile.graph_parameter: "urn:plain"},
        auth=auth,
        timeout=1800,
        trust_env=False,
    )
    return seconds


def publisher(file: Path, store: str, base: str) -> None:
    """Publish in this process and print what that took."""
    start = time.monotonic()
    with releases.opened(file) as source, Target(Addresses.of(base, store), seconds=1800) as target:
        read = time.monotonic() - start
        changed = publish.apply(target, source).changed
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(
        json.dumps({"changed": changed, "read": read, "seconds": time.monotonic() - start, "MiB": memory})
    )


def published(server: Server, file: Path) -> dict[str, float]:
    """The same, in a process of its own."""
    command = [sys.executable, __file__, "--publish", str(file), server.name, server.base]
    run = subprocess.run(
        command, capture_output=True, text=True, check=True, env={**os.environ, **server.environment}
    )
    found: dict[str, float] = json.loads(run.stdout)
    return found


def measure(name: str, triples: int) -> None:
    """One store, one size: a line of the table."""
    with tempfile.TemporaryDirectory(prefix=f"bde-{name}-", ignore_cleanup_errors=True) as folder:
        first, second = written(Path(folder, "1.nq"), triples), written(Path(folder, "2.nq"), triples, 1)
        bulk = bulk_loaded(name, Path(folder, "bulk"), first)
        server = Server(name, Path(folder, "store")).start()
        try:
            plain = put(server, first)
            runs = [published(server, file) for file in (first, first, second)]
        finally:
            server.kill()
    assert [run["changed"] for run in runs] == [True, False, True]
    new, again, update = (run["seconds"] for run in runs)
    memory = max(run["MiB"] for run in runs)
    say(
        f"| {name} | {triples:,} | {bulk:.1f} | {plain:.1f} | {new:.1f} | {triples / new:,.0f} "
        f"| {new / bulk:.1f} | {new / plain:.1f} | {again:.1f} | {update:.1f} | {memory:.0f} |"
    )


def say(line: str) -> None:
    """Print a line of the table as soon as it is known."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> None:
    """The table of the stores named, or of all that are there."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("stores", nargs="*", default=[name for name in NAMES if has(name)])
    parser.add_argument("--triples", type=int, nargs="+", default=[100_000, 1_000_000])
    options = parser.parse_args()
    say(
        "| store | triples | own loader, s | PUT, s | apply, s | triples/s | to loader | to PUT | again, s "
        "| 1 % changed, s | MiB |"
    )
    say("|---|---|---|---|---|---|---|---|---|---|---|")
    for name in options.stores:
        for triples in options.triples:
            measure(name, triples)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--publish"]:
        publisher(Path(sys.argv[2]), *sys.argv[3:])
    else:
        main()
