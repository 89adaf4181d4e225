"""The engine: Oxigraph's server as a child process, on a port and a folder of its own."""

import shutil
import socket
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from threading import Event, Lock, Timer

from bde.errors import BdeError, MissingPart

GRACE = 1  # second more than the engine has until its answer is no longer waited for
_TRIES = 5
_PATIENCE = 10  # seconds, for a process to end when told to
_LARGE = 1_000_000  # statements; right after such a load questions took up to ten times as long


class Stopped(Exception):
    """The engine was told to stop before it was there."""


def program() -> str:
    """The path of Oxigraph's server: beside this Python or from ``PATH``. Raises ``MissingPart``."""
    beside = str(Path(sys.executable).parent)
    if found := shutil.which("oxigraph", path=beside) or shutil.which("oxigraph"):
        return found
    fix = 'Install it: pip install "bde[serve]", or pip install oxigraph.'
    raise MissingPart("serving needs Oxigraph's server, which is not installed.", fix=fix)


class Engine:
    """A server of the graph, read-only, on loopback; to be closed in any case.

    Oxigraph looks at the clock when it reads from its store and not while it joins what it has read: a query
    may go on for hours. Then another process takes the place of the one that is stuck.
    """

    def __init__(self, folder: Path, seconds: int, stop: Event):
        """Keep data in ``folder``, let a query take ``seconds``, give up starting when ``stop`` is set."""
        self._folder, self._seconds, self._stop = folder, seconds, stop
        self._program = program()
        self._processes: list[subprocess.Popen[bytes]] = []  # the last of them serves
        self._changing, self._closed = Lock(), False
        self.address = ("127.0.0.1", 0)

    def start(self, quads: Iterable[str]) -> None:
        """Load lines of N-Quads and serve them. Raises ``Stopped``, and ``BdeError`` where it cannot."""
        dump, store = self._folder / "graph.nq", str(self._folder / "store")
        number = 0
        with dump.open("w", encoding="utf-8", newline="\n") as file:
            for line in quads:
                file.write(line + "\n")
                number += 1
        self._finish("load", "--location", store, "--file", str(dump))
        dump.unlink()
        if number >= _LARGE:
            self._finish("optimize", "--location", store)
        self._serve()

    @property
    def runs(self) -> bool:
        """Whether the process that serves is there."""
        return self._processes[-1].poll() is None

    def renew(self, stuck: tuple[str, int]) -> None:
        """Serve with another process where the one at the address ``stuck`` still serves.

        What others ask of the old one may end in its time; then it is ended.
        """
        with self._changing:
            if self._closed or stuck != self.address:
                return
            old = self._processes[-1]
            try:
                self._serve()
            except Stopped:
                return
        ending = Timer(self._seconds + GRACE, _end, (old,))
        ending.daemon = True
        ending.start()

    def close(self) -> None:
        """End every process."""
        with self._changing:
            self._closed = True
            for process in self._processes:
                _end(process)

    def _serve(self) -> None:
        for _ in range(_TRIES):
            address = ("127.0.0.1", _free_port())
            self._run(
                *("serve-read-only", "--location", str(self._folder / "store")),
                *("--bind", "{}:{}".format(*address), "--union-default-graph"),
                *("--timeout-s", str(self._seconds)),
            )
            while self.runs:
                if "Listening" in self._said():
                    self.address = address
                    return
                self._wait()
        raise self._failure()

    def _finish(self, *arguments: str) -> None:
        """Run a command of it to its end."""
        self._run(*arguments)
        while self.runs:
            self._wait()
        if self._processes.pop().returncode:
            raise self._failure()

    def _wait(self) -> None:
        if self._stop.wait(0.01):
            raise Stopped

    def _run(self, *arguments: str) -> None:
        # A session of its own: what a terminal sends to stop us does not reach it, we end it in order.
        with (self._folder / "log").open("wb") as log:
            process = subprocess.Popen(
                [self._program, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._processes.append(process)

    def _said(self) -> str:
        return (self._folder / "log").read_text(encoding="utf-8", errors="replace")

    def _failure(self) -> BdeError:
        said = self._said().strip().split("\n")[0]
        return BdeError(f"the engine did not start: {said}.", fix="Make room, or mend what it names.")


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(_PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
