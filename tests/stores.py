"""The real triplestores of the tests: each is started on a free loopback port, in a folder of its own.

Oxigraph comes with the dev group; ``.ci/stores`` fetches Fuseki and RDF4J into the folder that ``BDE_STORES``
names (``.stores`` without it) and installs Virtuoso. A server may be killed and started again on its files.
"""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parent.parent
STORES = Path(os.environ.get("BDE_STORES", ROOT / ".stores"))
NAMES = ("oxigraph", "fuseki", "rdf4j", "virtuoso")
USER, PASSWORD = "keel", "Rossi-2031"  # of the stores that ask for them
_START_SECONDS = 90.0
# A server of the tests lives for seconds: half of its time would go into compiling better what it runs once.
_JAVA = ("java", "-Xmx4g", "-XX:TieredStopAtLevel=1")


def has(name: str) -> bool:
    """Whether this machine can start that store."""
    if name == "oxigraph":
        return bool(_oxigraph())
    if name == "virtuoso":
        return bool(shutil.which("virtuoso-t"))
    return bool(shutil.which("java")) and bool(_jar(name))


def program(name: str) -> str:
    """The path of the program, or of the archive of Java, that is this store."""
    return _oxigraph() if name == "oxigraph" else str(_jar(name))


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


@dataclass
class Server:
    """A store: its profile, the folder of its files, whether it asks who writes, and where it listens."""

    name: str
    folder: Path
    secured: bool = False
    port: int = field(default_factory=free_port)
    sql_port: int = field(default_factory=free_port)  # of Virtuoso, for its own tools
    process: subprocess.Popen[bytes] | None = None

    @property
    def base(self) -> str:
        """What ``bde publish --endpoint`` is given."""
        paths = {"fuseki": "/ds", "rdf4j": "/rdf4j-server/repositories/ds"}
        return f"http://127.0.0.1:{self.port}{paths.get(self.name, '')}"

    @property
    def credentials(self) -> tuple[str, str] | None:
        """The name and the password that it asks for."""
        if self.name == "virtuoso":
            return "dba", PASSWORD
        return (USER, PASSWORD) if self.secured else None

    @property
    def environment(self) -> dict[str, str]:
        """The variables that tell a publisher of them."""
        who = self.credentials
        return {"BDE_ENDPOINT_USER": who[0], "BDE_ENDPOINT_PASSWORD": who[1]} if who else {}

    def start(self) -> "Server":
        """Start it, on the files that it has; returns when it answers."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "log.txt").open("ab") as log:
            self.process = subprocess.Popen(
                _COMMANDS[self.name](self), cwd=self.folder, stdout=log, stderr=log, start_new_session=True
            )
        end = time.monotonic() + _START_SECONDS
        while not self._answers():
            said = (self.folder / "log.txt").read_text(errors="replace")[-2_000:]
            assert self.process.poll() is None, f"{self.name} ended: {said}"
            assert time.monotonic() < end, f"{self.name} does not answer: {said}"
            time.sleep(0.1)
        if self.name == "rdf4j":
            self._create_repository()
        return self

    def kill(self) -> None:
        """End it as a crash of the machine's power would, as far as a process can tell."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """End it in good order."""
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        if self.process is None:
            return
        with contextlib.suppress(ProcessLookupError):  # it has ended by itself
            os.killpg(self.process.pid, how)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(30)
        self.process = None
        if self.name == "virtuoso":
            (self.folder / "virtuoso.lck").unlink(missing_ok=True)

    def _answers(self) -> bool:
        root = {"rdf4j": "/rdf4j-server/protocol", "fuseki": "/$/ping", "virtuoso": "/sparql"}
        try:
            url = f"http://127.0.0.1:{self.port}{root.get(self.name, '/')}"
            return httpx.get(url, timeout=5, trust_env=False).status_code < 500
        except httpx.HTTPError:
            return False

    def _create_repository(self) -> None:
        there = httpx.get(f"{self.base}/size", timeout=30, trust_env=False)
        if there.status_code == 404:
            kind = {"Content-Type": "text/turtle"}
            made = httpx.put(self.base, content=_RDF4J, headers=kind, timeout=60, trust_env=False)
            assert made.is_success, made.text


def _oxigraph() -> str:
    beside = shutil.which("oxigraph", path=str(Path(sys.executable).parent))
    return beside or shutil.which("oxigraph") or ""


def _jar(name: str) -> Path | None:
    pattern = {"fuseki": "jena-fuseki-server-*.jar", "rdf4j": "rdf4j-http-server-*.war"}[name]
    return next(iter(sorted((STORES / name).glob(pattern))), None)


def _run_oxigraph(server: Server) -> list[str]:
    return [_oxigraph(), "serve", "--location", "store", "--bind", f"127.0.0.1:{server.port}"]


def _run_fuseki(server: Server) -> list[str]:
    (server.folder / "db").mkdir(exist_ok=True)
    command = [*_JAVA, "-jar", str(_jar("fuseki")), "--localhost", f"--port={server.port}"]
    if server.secured:
        (server.folder / "passwords.txt").write_text(f"{USER}: {PASSWORD}\n")
        command += ["--passwd=passwords.txt", "--auth=digest"]
    return [*command, "--update", "--tdb2", "--loc=db", "/ds"]


def _run_rdf4j(server: Server) -> list[str]:
    runner = next(iter((STORES / "rdf4j").glob("jetty-runner-*.jar")))
    home = f"-Dorg.eclipse.rdf4j.appdata.basedir={server.folder / 'data'}"
    place = ["--host", "127.0.0.1", "--port", str(server.port), "--path", "/rdf4j-server"]
    temporary = server.folder / "tmp"
    temporary.mkdir(exist_ok=True)
    java = [*_JAVA, home, f"-Djava.io.tmpdir={temporary}"]
    return [*java, "-jar", str(runner), *place, str(_jar("rdf4j"))]


_RDF4J = """
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX rep: <http://www.openrdf.org/config/repository#>
PREFIX sr: <http://www.openrdf.org/config/repository/sail#>
PREFIX sail: <http://www.openrdf.org/config/sail#>
PREFIX ns: <http://www.openrdf.org/config/sail/native#>
[] a rep:Repository ;
   rep:repositoryID "ds" ;
   rdfs:label "the graphs of the tests" ;
   rep:repositoryImpl [
      rep:repositoryType "openrdf:SailRepository" ;
      sr:sailImpl [ sail:sailType "openrdf:NativeStore" ; ns:tripleIndexes "spoc,posc,cspo" ]
   ] .
"""

_VIRTUOSO = """
[Database]
DatabaseFile = virtuoso.db
ErrorLogFile = virtuoso.log
LockFile = virtuoso.lck
TransactionFile = virtuoso.trx
xa_persistent_file = virtuoso.pxa
ErrorLogLevel = 7
FileExtend = 200
MaxCheckpointRemap = 2000
TempStorage = TempDatabase
[TempDatabase]
DatabaseFile = virtuoso-temp.db
TransactionFile = virtuoso-temp.trx
MaxCheckpointRemap = 2000
[Parameters]
ServerPort = 127.0.0.1:{sql_port}
DisableUnixSocket = 1
DirsAllowed = .
CheckpointInterval = 60
CaseMode = 2
NumberOfBuffers = 40000
TransactionAfterImageLimit = 1500000000
MaxDirtyBuffers = 30000
MaxQueryMem = 1G
ThreadsPerQuery = 2
[HTTPServer]
ServerPort = 127.0.0.1:{port}
ServerRoot = .
ServerThreads = 30
MaxKeepAlives = 10
KeepAliveTimeout = 10
Charset = UTF-8
[SPARQL]
ResultSetMaxRows = 20000000
"""


def _run_virtuoso(server: Server) -> list[str]:
    settings = _VIRTUOSO.format(sql_port=server.sql_port, port=server.port)
    (server.folder / "virtuoso.ini").write_text(settings)
    command = ["virtuoso-t", "+configfile", "virtuoso.ini", "+foreground"]
    if not (server.folder / "virtuoso.db").exists():
        passwords = ["+pwdold", "dba", "+pwddba", PASSWORD, "+pwddav", PASSWORD]
        subprocess.run([*command, *passwords], cwd=server.folder, capture_output=True, timeout=120)
    return command


_COMMANDS = {
    "oxigraph": _run_oxigraph,
    "fuseki": _run_fuseki,
    "rdf4j": _run_rdf4j,
    "virtuoso": _run_virtuoso,
}
