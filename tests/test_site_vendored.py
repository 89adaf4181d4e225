"""What is not ours in the site is there unchanged, at the versions that are locked, with its license."""

import base64
import gzip
import json
import re
from hashlib import sha256

import pytest

from conftest import ROOT

VENDOR = ROOT / "src" / "bde" / "site" / "vendor"
MANIFEST = json.loads((VENDOR / "manifest.json").read_text())
LOCKED = json.loads((ROOT / ".ci" / "npm" / "package-lock.json").read_text())["packages"]


def test_the_manifest_knows_every_file_that_is_there() -> None:
    there = {path.relative_to(VENDOR).as_posix() for path in VENDOR.rglob("*") if path.is_file()}
    known = {f"{name}/{file}" for name, library in MANIFEST.items() for file in library["sha256"]}
    assert there == known | {"manifest.json"} and len(known) == 7


@pytest.mark.parametrize("name", MANIFEST)
def test_the_files_of_a_library_are_those_that_were_bundled(name: str) -> None:
    for file, digest in MANIFEST[name]["sha256"].items():
        assert sha256((VENDOR / name / file).read_bytes()).hexdigest() == digest, file


@pytest.mark.parametrize("name", MANIFEST)
def test_its_packages_are_locked_by_digest_and_licensed(name: str) -> None:
    license = (VENDOR / name / "LICENSE").read_text()
    for package, version in MANIFEST[name]["packages"].items():
        locked = LOCKED[f"node_modules/{package}"]
        assert locked["version"] == version and locked["integrity"].startswith("sha512-")
        assert f"{package} {version} (" in license


def test_the_lock_file_says_no_place_to_load_from() -> None:
    assert len(LOCKED) > 10
    assert not [name for name, package in LOCKED.items() if "resolved" in package]


def test_the_engine_holds_webassembly_and_the_editor_no_foreign_address() -> None:
    packed = re.fullmatch(
        r"globalThis\.bdeOxigraph = (\{.*\});\n", (VENDOR / "oxigraph" / "oxigraph.js").read_text()
    )
    assert packed
    parts = {name: gzip.decompress(base64.b64decode(text)) for name, text in json.loads(packed[1]).items()}
    assert parts["wasm"].startswith(b"\0asm") and len(parts["wasm"]) > 3_000_000
    assert parts["code"].startswith(b"var oxigraph=")
    named = set(re.findall(r"https?://([\w.-]+)", (VENDOR / "yasqe" / "yasqe.js").read_text()))
    assert named == {"www.w3.org"}
