"""Evidence as a page shows it: in full beside a property, and summed up beside a record among others."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Citation:
    """One piece of evidence: what it ``backs`` (IRIs), where it stands and how well.

    ``source`` is the source in a few words and ``page`` its page, empty where there is none; ``sentences``
    are numbers with the address of their line in the ledger; ``address`` is the article's on the web, or
    empty.
    """

    iri: str
    backs: tuple[str, ...]
    source: str
    page: str
    address: str
    sentences: tuple[tuple[int, str], ...]
    locator: str
    stance: str
    basis: str
    according_to: str
    methods: tuple[str, ...]
    note: str

    @property
    def how(self) -> str:
        """The stance, and on whose word where it is not the author's."""
        return self.stance + f" (according to {self.according_to})" * bool(self.according_to)

    @property
    def inferred(self) -> bool:
        """Whether the editors concluded it."""
        return self.basis == "inferred"


@dataclass(frozen=True)
class Standing:
    """How a record stands in one source: where, in which stances and on whose word, and what was inferred."""

    source: str
    page: str
    address: str
    sentences: tuple[tuple[int, str], ...]
    locator: str
    stance: str
    basis: str


def standings(pieces: Iterable[Citation], label: Callable[[str], str]) -> tuple[Standing, ...]:
    """The evidence of one record, source by source; ``label`` names a property."""
    sources: dict[tuple[str, str, str], list[Citation]] = {}
    for piece in pieces:
        sources.setdefault((piece.source, piece.page, piece.address), []).append(piece)
    return tuple(_standing(where, some, label) for where, some in sorted(sources.items()))


def _standing(where: tuple[str, str, str], some: list[Citation], label: Callable[[str], str]) -> Standing:
    concluded = sorted({label(name) for piece in some if piece.inferred for name in piece.backs})
    given = sorted({piece.basis for piece in some if not piece.inferred and piece.basis})
    stances = {piece.how for piece in some}
    inferred = f"inferred: {', '.join(concluded)}" if concluded else "inferred" if not given else ""
    return Standing(
        *where,
        tuple(sorted({sentence for piece in some for sentence in piece.sentences})),
        "; ".join(sorted({piece.locator for piece in some if piece.locator})),
        "; ".join(sorted(stances)),
        "; ".join(filter(None, (*given, inferred))),
    )
