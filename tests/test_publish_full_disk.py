"""A disk that is full while a release is published, in each real store: readers see the old one or get no
answer, and with room again the same command completes it.

What was live is there still, but for RDF4J: its native store is damaged by a full disk, and is made anew. The
store's files lie in a file system of memory that is as small as a drill wants it, so that the store meets
what it would meet on a disk: writes that fail in the middle, and whatever it makes of that.
"""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bde import publish
from bde.errors import EndpointProblem
from bde.publish import releases
from publishing import GRAPHS, LIVE, NEW, OLD, Quad, emptied, seen, server, target, written
from stores import NAMES, Server
from test_publish_drills import Drill, Record

_DAMAGED = ("rdf4j",)
_LETTER, _STATEMENTS, _SPARE_BYTES = "Keel writes to Vogt. " * 80, 4_000, 2_000_000
LARGE: set[Quad] = NEW | {
    (GRAPHS[3], f'<urn:letter:{number}> <urn:says> "{_LETTER}{number}" .') for number in range(_STATEMENTS)
}


@contextmanager
def disk(folder: Path) -> Iterator[Path]:
    """A file system of its own, with room; ``resized`` takes that away."""
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2g", "tmpfs", str(folder)], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def resized(folder: Path, size: str) -> None:
    """Give the file system another size."""
    subprocess.run(["mount", "-o", f"remount,size={size}", str(folder)], check=True)


def used_bytes(folder: Path) -> int:
    """What is taken of it."""
    found = subprocess.run(
        ["df", "--block-size=1", "--output=used", str(folder)], capture_output=True, text=True, check=True
    )
    return int(found.stdout.split()[-1])


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(
            name,
            marks=[
                pytest.mark.exhaustive("publishing to a full disk"),
                pytest.mark.optional("tmpfs"),
                *([pytest.mark.optional(name)] if name != "oxigraph" else []),
            ],
        )
        for name in NAMES
    ],
)
def test_a_disk_that_is_full_leaves_the_old_release_and_with_room_the_new_one_comes(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, record_property: Record
) -> None:
    elsewhere = server(name)
    for variable, value in elsewhere.environment.items():
        monkeypatch.setenv(variable, value)
    with (
        disk(tmp_path / "disk") as folder,
        releases.opened(written(OLD, tmp_path / "old.nq")) as old,
        releases.opened(written(LARGE, tmp_path / "large.nq")) as large,
    ):
        with target(elsewhere) as place:
            emptied(place)
            publish.apply(place, large)
            after = seen(elsewhere, LIVE)
            emptied(place)
        store = Server(name, folder / "store").start()
        try:
            with target(store) as place:
                publish.apply(place, old)
                drill = Drill(store, place, old, large, seen(store, LIVE), after)
                resized(folder, f"{used_bytes(folder) + _SPARE_BYTES}")
                with drill.reader(), pytest.raises(EndpointProblem):
                    publish.apply(place, large)
                assert drill.saw["old"] and {*drill.saw} <= {"old", "no answer", "set aside"}, drill.saw
                store.kill()
                resized(folder, "2g")
                if name in _DAMAGED:
                    shutil.rmtree(store.folder)
                store.start()
                if name in _DAMAGED:
                    publish.apply(place, large)
                else:
                    drill.untouched()
                    drill.completed(record_property)
                assert publish.verify(place, large) == []
        finally:
            store.kill()
