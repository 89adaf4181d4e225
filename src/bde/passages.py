"""The text of a source cut into passages, each known by position and digest and never by its wording.

A passage is one sentence. Positions are those of a Web Annotation text position selector
(https://www.w3.org/TR/annotation-model/#text-position-selector): Unicode code points, end exclusive.
Sentences are cut by pySBD within each line; the cut is only needed once, because afterwards positions and
digests alone decide, whatever a later release of the splitter would do.
"""

import hashlib
import unicodedata
from dataclasses import dataclass

from bde.errors import BdeError


@dataclass(frozen=True)
class Passage:
    """One sentence of a text: its number (first is 1), position ``[start, end)`` and SHA-256 digest."""

    number: int
    start: int
    end: int
    sha256: str


def normalize(text: str) -> str:
    """Unicode NFC, every run of white space as one space, none at either end."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def digest(text: str) -> str:
    """SHA-256 in lower-case hexadecimal over the UTF-8 bytes of the normalized ``text``."""
    return hashlib.sha256(normalize(text).encode()).hexdigest()


def cut(text: str) -> tuple[Passage, ...]:
    """Cut ``text`` into sentences; together they cover every character that is not white space.

    Raises ``BdeError`` for a text without any sentence.
    """
    import pysbd  # takes a while to import and only this function needs it

    segmenter = pysbd.Segmenter(language="en", clean=False)
    spans: list[tuple[int, int]] = []
    position = 0
    for line in text.splitlines(keepends=True):
        for sentence in segmenter.segment(line) if line.strip() else ():
            start = text.index(sentence.strip(), position)
            position = start + len(sentence.strip())
            spans.append((start, position))
    if not spans:
        raise BdeError("the text holds no sentence.")
    return tuple(Passage(n, s, e, digest(text[s:e])) for n, (s, e) in enumerate(spans, 1))


def uncovered(text: str, passages: tuple[Passage, ...]) -> tuple[int, ...]:
    """Offsets at which a stretch of text begins that is neither white space nor inside a passage."""
    inside = bytearray(len(text))
    for passage in passages:
        inside[passage.start : passage.end] = b"\1" * (passage.end - passage.start)
    loose = [i for i, character in enumerate(text) if not inside[i] and not character.isspace()]
    return tuple(i for i, before in zip(loose, [-2, *loose], strict=False) if i != before + 1)


def turtle(slug: str, passages: tuple[Passage, ...]) -> str:
    """The passages of ``source:<slug>`` as Turtle, one resource each."""
    blocks = [
        "@prefix bde: <https://w3id.org/bde/ontology#> .\n"
        "@prefix passage: <https://w3id.org/bde/id/passage/> .\n"
        "@prefix source: <https://w3id.org/bde/id/source/> .\n"
        "@prefix oa: <http://www.w3.org/ns/oa#> .\n"
    ]
    blocks += [
        f"passage:{slug}-s{p.number} a bde:Passage, oa:TextPositionSelector ;\n"
        f"    bde:fromSource source:{slug} ;\n"
        f"    bde:sentenceNumber {p.number} ;\n"
        f"    oa:start {p.start} ;\n"
        f"    oa:end {p.end} ;\n"
        f'    bde:sha256 "{p.sha256}" .\n'
        for p in passages
    ]
    return "\n".join(blocks)
