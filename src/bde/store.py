"""The embedded engine, Oxigraph: named graphs in memory, asked in SPARQL."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, lru_cache, partial
from itertools import islice
from pathlib import Path
from threading import Thread
from time import monotonic
from typing import Literal as OneOf
from typing import TypeVar

import pyoxigraph as ox

from bde.errors import BdeError, SyntaxProblem
from bde.syntax import Convert, Term, Triple, not_turtle, term_of, text_of, triple_of, without_rdflib_warnings

_Item = TypeVar("_Item")
_Converted = TypeVar("_Converted")
# As many terms as a store keeps converted for the lookups to come.
_KEPT = 20_000


@dataclass(frozen=True)
class Answer:
    """What a query gave: ``columns`` and ``rows`` of a SELECT (``None`` = unbound), the ``truth`` of an ASK,
    the ``triples`` of a CONSTRUCT or DESCRIBE."""

    kind: OneOf["select", "ask", "construct"]
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[Term | None, ...], ...] = ()
    truth: bool | None = None
    triples: tuple[Triple, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there are no rows and no triples; a yes or no is never empty."""
        return self.kind != "ask" and not self.rows and not self.triples


class Store:
    """Named graphs in memory, to be asked in SPARQL 1.1 and never changed."""

    def __init__(self) -> None:
        self._store = ox.Store()
        self._converted = lru_cache(maxsize=_KEPT)(term_of)

    @classmethod
    def load(cls, files: Mapping[str, Path]) -> "Store":
        """A store of these files (graph IRI -> Turtle file); blank nodes of different files stay apart.

        Oxigraph rewrites numbers and dates to its canonical forms here. Raises ``SyntaxProblem``.
        """
        store = cls()
        for graph, path in files.items():
            store._load(graph, path)
        return store

    @classmethod
    def of(cls, triples: Iterable[Triple]) -> "Store":
        """A store of these triples, in one graph without a name."""
        store = cls()
        store._store.bulk_load(text_of(triples).encode(), format=ox.RdfFormat.N_TRIPLES)
        return store

    def _load(self, graph: str, path: Path) -> None:
        try:
            self._store.bulk_load(path=path, format=ox.RdfFormat.TURTLE, to_graph=ox.NamedNode(graph))
        except SyntaxError as error:
            raise not_turtle(error, path) from None
        except OSError as error:
            what = f"cannot be read: {error.strerror or error}."
            raise BdeError(what, fix="Check the path.", file=path) from None

    @contextmanager
    def along_with(self, graph: str, path: Path) -> Iterator[None]:
        """For a while, one more graph is in the store. Raises ``SyntaxProblem``."""
        try:
            self._load(graph, path)
            yield
        finally:
            self._store.remove_graph(ox.NamedNode(graph))

    def __len__(self) -> int:
        """The number of triples in all graphs."""
        return len(self._store)

    def part(self, nodes: Iterable[str], base: "Store") -> "Store":
        """A store of what is said of these ``nodes`` (IRIs), with all that ``base`` holds."""
        made = Store()
        made._store.bulk_extend(base._store)
        for node in map(ox.NamedNode, nodes):
            made._store.extend(self._store.quads_for_pattern(node, None, None))
        return made

    def revised(
        self,
        *,
        nodes: Iterable[str] = (),
        values: Iterable[tuple[str, str]] = (),
        added: Iterable[tuple[str, str, str]] = (),
    ) -> "Store":
        """A copy without the triples that these ``nodes`` (IRIs) are subject or object of, and without those
        of these ``values`` (subject and predicate), and with the triples of IRIs ``added``."""
        copy = Store()
        copy._store.bulk_extend(self._store)
        for node in map(ox.NamedNode, nodes):
            for found in (
                copy._store.quads_for_pattern(node, None, None),
                copy._store.quads_for_pattern(None, None, node),
            ):
                for quad in list(found):
                    copy._store.remove(quad)
        for subject, predicate in values:
            for quad in list(
                copy._store.quads_for_pattern(ox.NamedNode(subject), ox.NamedNode(predicate), None)
            ):
                copy._store.remove(quad)
        copy._store.extend(ox.Quad(*map(ox.NamedNode, triple)) for triple in added)
        return copy

    def about(self, node: str) -> list[tuple[str, Term]]:
        """What is said of a node (an IRI): predicates and objects, each once, sorted."""
        found = {
            (quad.predicate.value, quad.object)
            for quad in self._store.quads_for_pattern(ox.NamedNode(node), None, None)
        }
        with without_rdflib_warnings():
            return sorted((name, self._converted(value)) for name, value in found)

    def leads_to(self, node: str) -> list[str]:
        """The IRIs that are objects of a node (an IRI), sorted."""
        found = self._store.quads_for_pattern(ox.NamedNode(node), None, None)
        return sorted({quad.object.value for quad in found if isinstance(quad.object, ox.NamedNode)})

    def mentions(self, node: str) -> list[tuple[str, str]]:
        """Where a node (an IRI) is an object: the IRIs of predicate and subject, each once, sorted."""
        found = self._store.quads_for_pattern(None, None, ox.NamedNode(node))
        return sorted(
            {(q.predicate.value, q.subject.value) for q in found if isinstance(q.subject, ox.NamedNode)}
        )

    def query(self, sparql: str, *, seconds: float | None = None, most: int | None = None) -> Answer:
        """The answer to a query over the union of all graphs, which are also there as ``GRAPH``s.

        Raises ``SyntaxProblem`` where the text is no SPARQL 1.1 query (an update is none), and ``BdeError``
        where the answer has over ``most`` rows or triples or takes over ``seconds``. Oxigraph cannot be
        stopped before its next row: the caller is freed on time, the computation may go on in a background
        thread until then or until the process ends.
        """
        if seconds is None:
            return self._answer(sparql, most, float("inf"))
        deadline = monotonic() + seconds
        promise: Future[Answer] = Future()

        def work() -> None:
            try:
                promise.set_result(self._answer(sparql, most, deadline))
            except BaseException as error:  # its traceback would carry the solutions to another thread
                promise.set_exception(error.with_traceback(None))

        Thread(target=work, daemon=True).start()
        try:
            return promise.result(seconds)
        except TimeoutError:
            raise BdeError(
                f"the query took longer than {seconds:g} seconds.",
                fix="Bind one end of it, or move each OPTIONAL to its end.",
            ) from None

    def _answer(self, sparql: str, most: int | None, deadline: float) -> Answer:
        try:
            found = self._store.query(sparql, use_default_graph_as_union=True)
        except SyntaxError as error:
            place = re.match(r"error at (\d+):", error.msg)
            what = " ".join(re.sub(r"^error at [\d:]+ ", "", error.msg).split())
            raise SyntaxProblem(
                f"not a SPARQL query: {what}.", fix="Correct it here.", line=int(place[1]) if place else None
            ) from None
        except RuntimeError as error:
            raise BdeError(f"the query cannot be run: {error}.", fix="Correct it.") from None
        if isinstance(found, ox.QueryBoolean):
            return Answer("ask", truth=bool(found))
        if isinstance(found, ox.QueryTriples):
            return Answer(
                "construct", triples=_take(found, partial(triple_of, cache(term_of)), most, deadline)
            )
        columns = tuple(variable.value for variable in found.variables)
        return Answer("select", columns, rows=_take(found, partial(_row, cache(term_of)), most, deadline))


def _take(
    found: Iterable[_Item], convert: Callable[[_Item], _Converted], most: int | None, deadline: float
) -> tuple[_Converted, ...]:
    taken: list[_Converted] = []
    with without_rdflib_warnings():
        try:
            for item in islice(found, None if most is None else most + 1):
                if monotonic() > deadline:
                    raise TimeoutError
                taken.append(convert(item))
        except RuntimeError as error:
            raise BdeError(f"the query cannot be run: {error}.", fix="Correct it.") from None
    if most is not None and len(taken) > most:
        raise BdeError(f"the answer has more than {most} rows.", fix="Narrow the question or add a LIMIT.")
    return tuple(taken)


def _row(convert: Convert, solution: ox.QuerySolution) -> tuple[Term | None, ...]:
    return tuple(None if value is None else convert(value) for value in solution)
