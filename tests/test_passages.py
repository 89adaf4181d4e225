"""A text is cut into sentences that are known by position and digest."""

import hashlib
import unicodedata
from pathlib import Path

import pytest

from bde import passages
from bde.errors import BdeError
from bde.syntax import parse_strict
from bde.workspace import read_text

TEXT = "A title\n\nGeneral V. Rossi met the envoys. They talked\xa0 at length.\nNo full stop"


def test_each_sentence_is_one_passage_and_a_line_end_always_ends_one() -> None:
    sentences = [TEXT[p.start : p.end] for p in passages.cut(TEXT)]
    assert sentences == [
        "A title",
        "General V. Rossi met the envoys.",
        "They talked\xa0 at length.",
        "No full stop",
    ]


def test_passages_are_numbered_from_one_and_cover_all_that_is_not_white_space() -> None:
    cut = passages.cut(TEXT)
    assert [p.number for p in cut] == [1, 2, 3, 4]
    assert passages.uncovered(TEXT, cut) == ()


def test_text_outside_all_passages_is_reported_by_its_offset() -> None:
    cut = passages.cut(TEXT)
    assert passages.uncovered(TEXT, cut[1:]) == (0, 2)  # "A" and "title"
    assert passages.uncovered(TEXT + " more", cut) == (len(TEXT) + 1,)


def test_the_digest_ignores_the_kind_and_amount_of_white_space_and_the_unicode_form() -> None:
    assert passages.digest("  café \n\xa0noir ") == passages.digest(unicodedata.normalize("NFD", "café noir"))
    assert passages.digest("café noir") == hashlib.sha256("café noir".encode()).hexdigest()


def test_the_digest_tells_a_changed_character() -> None:
    assert passages.digest("12 May") != passages.digest("13 May")


def test_a_text_without_a_sentence_is_refused() -> None:
    with pytest.raises(BdeError, match="no sentence"):
        passages.cut(" \n\n ")


def test_a_missing_text_and_one_that_is_not_utf8_are_refused_with_their_name(tmp_path: Path) -> None:
    with pytest.raises(BdeError, match=r"absent\.txt"):
        read_text(tmp_path / "absent.txt")
    (tmp_path / "latin.txt").write_bytes(b"caf\xe9")
    with pytest.raises(BdeError, match="1: not UTF-8"):
        read_text(tmp_path / "latin.txt")


def test_the_turtle_of_passages_holds_position_and_digest_and_no_wording() -> None:
    text = passages.turtle("gazette", passages.cut(TEXT))
    assert len(parse_strict(text, "passages")) == 4 * 7
    assert "Rossi" not in text
