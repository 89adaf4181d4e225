"""Sets of statements that may be larger than memory: counted, digested, compared.

A statement is a line of N-Triples. Two graphs are the same set where they have the same lines, those with
blank nodes after RDFC-1.0 (https://www.w3.org/TR/rdf-canon/) has labelled these anew.
"""

import hashlib
import tempfile
import weakref
from collections.abc import Iterable, Iterator
from pathlib import Path

from bde.publish.values import in_one_form
from bde.syntax import canonical_lines

_SIZE = 32  # bytes of SHA-256
_BUCKETS = 256
_SPILL_BYTES = 2**21
_BLANK = "_:"


def has_blank_node(line: str) -> bool:
    """Whether a line speaks of a blank node."""
    return line.startswith(_BLANK) or line.split(" ", 2)[2].startswith(_BLANK)


class Statements:
    """A set of statements, kept as their SHA-256; over 2 MiB of these go into files.

    What has blank nodes is kept whole.
    """

    def __init__(self, lines: Iterable[str] = ()) -> None:
        self._buckets = [bytearray() for _ in range(_BUCKETS)]
        self._held = 0
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._blank: list[str] = []
        for line in lines:
            self._add(line)
        self._finish()

    @classmethod
    def merged(cls, sets: Iterable["Statements"]) -> "Statements":
        """All of several sets, the blank nodes of each its own.

        A merge: https://www.w3.org/TR/rdf11-mt/#shared-blank-nodes-unions-and-merges.
        """
        whole = cls()
        for number, one in enumerate(sets):
            whole._blank += [_apart(line, number) for line in one._blank]
            for bucket in range(_BUCKETS):
                for digest in one._bucket(bucket) - one.blank:
                    whole._hold(digest)
        whole._finish()
        return whole

    def _finish(self) -> None:
        self._blank = [f"{line}\n" for line in canonical_lines("".join(self._blank))] if self._blank else []
        self.blank = frozenset(map(hashed, self._blank))
        for digest in self.blank:
            self._hold(digest)
        self.count, self.digest = self._sum()

    def _add(self, line: str) -> None:
        if has_blank_node(line):
            self._blank.append(in_one_form(line))
        else:
            self._hold(hashed(line))

    def _hold(self, digest: bytes) -> None:
        self._buckets[digest[0]] += digest
        self._held += _SIZE
        if self._held >= _SPILL_BYTES:
            self._spill()

    def _spill(self) -> None:
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="bde-statements-")
            weakref.finalize(self, self._folder.cleanup)
        for number, bucket in enumerate(self._buckets):
            with Path(self._folder.name, f"{number}").open("ab") as file:
                file.write(bucket)
            bucket.clear()
        self._held = 0

    def _sum(self) -> tuple[int, str]:
        count, whole = 0, hashlib.sha256()
        for number in range(_BUCKETS):
            digests = sorted(self._bucket(number))
            count += len(digests)
            whole.update(b"".join(digests))
        return count, whole.hexdigest()

    def _bucket(self, number: int) -> set[bytes]:
        held = bytes(self._buckets[number])
        if self._folder:
            held += Path(self._folder.name, f"{number}").read_bytes()
        return {held[at : at + _SIZE] for at in range(0, len(held), _SIZE)}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Statements) and (self.count, self.digest) == (other.count, other.digest)

    __hash__ = None  # type: ignore[assignment]

    def without(self, other: "Statements") -> Iterator[bytes]:
        """The digests of the statements that are here and not there."""
        for number in range(_BUCKETS):
            yield from self._bucket(number) - other._bucket(number)


def _apart(line: str, number: int) -> str:
    """A line with its blank nodes renamed, so that those of no other number are the same."""
    return " ".join(f"_:g{number}{t[2:]}" if t.startswith(_BLANK) else t for t in line.split(" ", 2))


def hashed(line: str) -> bytes:
    """The SHA-256 of a line, its value in one form, with its end."""
    return hashlib.sha256(in_one_form(line).encode()).digest()
