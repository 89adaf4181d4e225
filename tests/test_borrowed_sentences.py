"""No sentence of a source stands in the project: no run of twelve or more of its words, in any text file."""

import re
import subprocess
from pathlib import Path

import pytest

from conftest import ROOT

RUN = 12


def words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+(?:['’][^\W_]+)?", text.lower())


def runs(text: str) -> set[tuple[str, ...]]:
    found = words(text)
    return {tuple(found[i : i + RUN]) for i in range(len(found) - RUN + 1)}


def texts_of_the_project() -> dict[str, str]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    found = {}
    for name in filter(None, listed.stdout.split("\0")):
        try:
            found[name] = (ROOT / name).read_text(encoding="utf-8")
        except (UnicodeDecodeError, FileNotFoundError):
            continue
    return found


@pytest.mark.optional("texts")
def test_no_run_of_twelve_words_of_a_source_stands_in_the_project(texts: Path) -> None:
    borrowed = {
        run: f.name for f in sorted(texts.glob("*.txt")) for run in runs(f.read_text(encoding="utf-8"))
    }
    assert len(borrowed) > 1000
    project = texts_of_the_project()
    assert len(project) > 100
    hits = {
        (name, borrowed[run], " ".join(run))
        for name, text in project.items()
        for run in runs(text) & borrowed.keys()
    }
    assert not hits


def test_a_borrowed_sentence_would_be_found_across_line_ends_and_punctuation() -> None:
    source = "One, two three four five six seven eight nine ten eleven twelve thirteen."
    assert runs("# one two three four\n# five six; seven eight nine ten eleven twelve") & runs(source)
    assert not runs("one two three four five six seven eight nine ten eleven twelf") & runs(source)
