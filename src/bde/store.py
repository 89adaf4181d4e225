"""The embedded engine, Oxigraph: strict Turtle, named graphs in memory, SPARQL queries, sorted N-Quads.

Nothing else in the project knows pyoxigraph. Terms go out as rdflib terms, so that the answers of two engines
compare directly, with their lexical forms (rdflib folds white space in xsd:token and xsd:normalizedString).
"""

import logging
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, lru_cache, partial
from itertools import islice
from pathlib import Path
from threading import Thread
from time import monotonic
from typing import IO, TypeVar
from typing import Literal as OneOf

import pyoxigraph as ox
from rdflib import XSD, BNode, Literal, URIRef
from rdflib.term import Node

from bde.errors import BdeError, SyntaxProblem
from bde.lexer import refuse_newer

Term = URIRef | Literal | BNode
Triple = tuple[URIRef | BNode, URIRef, Term]
_OxTerm = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
_Convert = Callable[[_OxTerm], Term]
_Item = TypeVar("_Item")
_Converted = TypeVar("_Converted")
# As many terms as a store keeps converted for the lookups to come.
_KEPT = 20_000


def parse_strict(text: str, file: Path | str, predicates: Collection[str] | None = None) -> list[Triple]:
    """The triples of a Turtle 1.1 text, in Oxigraph's order, with their lexical forms as written.

    Those with these ``predicates`` (IRIs) alone come much sooner. Language tags come in lower case,
    ``xsd:string`` is left out as in RDF 1.1, blank-node labels are kept. Raises ``SyntaxProblem`` with
    ``file`` and line where https://www.w3.org/TR/turtle/ does not allow the text; relative IRIs are refused
    where the text declares no base.
    """
    refuse_newer(text, file)
    triples = _parsed(text, file)
    if predicates is not None:
        triples = (triple for triple in triples if triple.predicate.value in predicates)
    with _without_rdflib_warnings():
        return list(map(partial(_triple, cache(_term)), triples))


def said(text: str, file: Path | str, predicates: Collection[str]) -> Iterator[tuple[str, str, str, str]]:
    """Subject, predicate, value and language of the statements of a text with these predicates (IRIs).

    They are plain strings, which come sooner than triples. Raises ``SyntaxProblem`` where Oxigraph cannot
    read the text.
    """
    for triple in _parsed(text, file):
        if (predicate := triple.predicate.value) in predicates and isinstance(triple.subject, ox.NamedNode):
            value = triple.object
            if isinstance(value, ox.Literal):
                yield triple.subject.value, predicate, value.value, value.language or ""
            elif isinstance(value, ox.NamedNode):
                yield triple.subject.value, predicate, value.value, ""


def subjects(text: str, file: Path | str) -> set[str]:
    """The IRIs that are subjects in a text; nothing else is made of it, which is quicker.

    Raises ``SyntaxProblem`` where Oxigraph cannot read the text.
    """
    found = {triple.subject for triple in _parsed(text, file)}
    return {node.value for node in found if isinstance(node, ox.NamedNode)}


def _parsed(text: str, file: Path | str) -> Iterator[ox.Quad]:
    try:
        yield from ox.parse(text, format=ox.RdfFormat.TURTLE)
    except SyntaxError as error:
        raise _not_turtle(error, file) from None
    except MemoryError:
        what = "a name or literal has over 16 MiB."
        raise SyntaxProblem(what, fix="Keep such a text in a file of its own.", file=file) from None


def nquads(files: Mapping[str, Path]) -> list[str]:
    """The sorted N-Quads lines of files (graph IRI -> Turtle file), for hashes and releases.

    Lexical forms stay as written (Oxigraph's store would rewrite them); blank nodes get the canonical labels
    of RDFC-1.0 (https://www.w3.org/TR/rdf-canon/): equal graphs give equal lines. Raises ``SyntaxProblem``.
    """
    quads = ox.Dataset()
    for graph, path in files.items():
        name = ox.NamedNode(graph)
        try:
            for triple in ox.parse(path=path, format=ox.RdfFormat.TURTLE, rename_blank_nodes=True):
                quads.add(ox.Quad(triple.subject, triple.predicate, triple.object, name))
        except SyntaxError as error:
            raise _not_turtle(error, path) from None
    quads.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    written = ox.serialize(quads, format=ox.RdfFormat.N_QUADS) or b""
    return sorted(line for line in written.decode().split("\n") if line)


def ntriples(source: str | Path, output: IO[bytes], *, rename: bool = True) -> None:
    """Write the triples of a Turtle file or text as N-Triples, a line each, as they are read.

    Lexical forms stay as written; blank nodes get labels that no other file has, or keep theirs. Raises
    ``SyntaxProblem`` with the line of the file.
    """
    form = ox.RdfFormat.TURTLE
    try:
        if isinstance(source, Path):
            triples = ox.parse(path=source, format=form, rename_blank_nodes=rename)
        else:
            triples = ox.parse(source, format=form, rename_blank_nodes=rename)
        ox.serialize((quad.triple for quad in triples), output, format=ox.RdfFormat.N_TRIPLES)
    except SyntaxError as error:
        raise _not_turtle(error, source if isinstance(source, Path) else "Turtle") from None


def statements(source: IO[bytes], name: str) -> Iterator[str]:
    """The lines, one triple each, of a stream of N-Triples, as they are read; lexical forms stay as written.

    Raises ``SyntaxProblem`` with the line in what is called ``name``, and what reading the stream raises.
    """
    try:
        for triple in ox.parse(source, format=ox.RdfFormat.N_TRIPLES):
            yield f"{triple} .\n"
    except SyntaxError as error:
        raise _not_well_formed("N-Triples", error, name) from None


def quads(path: Path) -> Iterator[tuple[str, str]]:
    """Graph IRI and line of N-Triples of each statement of an N-Quads file, as they are read.

    Raises ``SyntaxProblem`` with the line; what stands in no graph is in one of an empty name.
    """
    try:
        for quad in ox.parse(path=path, format=ox.RdfFormat.N_QUADS):
            graph = quad.graph_name.value if isinstance(quad.graph_name, ox.NamedNode) else ""
            yield graph, f"{quad.triple} .\n"
    except SyntaxError as error:
        raise _not_well_formed("N-Quads", error, path) from None
    except OSError as error:
        what = f"cannot be read: {error.strerror or error}."
        raise BdeError(what, fix="Check the path.", file=path) from None


def canonical_lines(text: str) -> list[str]:
    """The sorted lines in N-Triples of a text in Turtle, its blank nodes labelled by RDFC-1.0."""
    quads = ox.Dataset(ox.parse(text, format=ox.RdfFormat.TURTLE))
    quads.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return sorted((ox.serialize(quads, format=ox.RdfFormat.N_QUADS) or b"").decode().splitlines())


def terms(texts: Sequence[str]) -> list[Term]:
    """The terms that these texts in N-Triples stand for, in the same order."""
    lines = "\n".join(f"<x:> <x:> {text} ." for text in texts)
    with _without_rdflib_warnings():
        return [_term(triple.object) for triple in ox.parse(lines, format=ox.RdfFormat.N_TRIPLES)]


def jsonld(quads: list[str]) -> str:
    """N-Quads lines as one JSON-LD document (https://www.w3.org/TR/json-ld11/) in the order of the lines."""
    parsed = ox.parse("\n".join(quads), format=ox.RdfFormat.N_QUADS)
    return (ox.serialize(parsed, format=ox.RdfFormat.JSON_LD) or b"").decode() + "\n"


def ntriple(triple: Triple) -> str:
    """A triple as a line of N-Triples."""
    return " ".join(term.n3() for term in triple) + " ."


def text_of(graph: Iterable[tuple[Node, Node, Node]]) -> str:
    """A graph as a text in Turtle, a triple a line."""
    written = cache(lambda node: node.n3())
    return "".join(f"{written(s)} {written(p)} {written(o)} .\n" for s, p, o in graph)


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
        self._converted = lru_cache(maxsize=_KEPT)(_term)

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
            raise _not_turtle(error, path) from None
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
        with _without_rdflib_warnings():
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
            return Answer("construct", triples=_take(found, partial(_triple, cache(_term)), most, deadline))
        columns = tuple(variable.value for variable in found.variables)
        return Answer("select", columns, rows=_take(found, partial(_row, cache(_term)), most, deadline))


def _take(
    found: Iterable[_Item], convert: Callable[[_Item], _Converted], most: int | None, deadline: float
) -> tuple[_Converted, ...]:
    taken: list[_Converted] = []
    with _without_rdflib_warnings():
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


def _row(convert: _Convert, solution: ox.QuerySolution) -> tuple[Term | None, ...]:
    return tuple(None if value is None else convert(value) for value in solution)


def _triple(convert: _Convert, triple: ox.Triple) -> Triple:
    subject, predicate = convert(triple.subject), convert(triple.predicate)
    assert not isinstance(subject, Literal) and isinstance(predicate, URIRef)
    return subject, predicate, convert(triple.object)


def _term(term: _OxTerm) -> Term:
    if isinstance(term, ox.NamedNode):
        return URIRef(term.value)
    if isinstance(term, ox.BlankNode):
        return BNode(term.value)
    if isinstance(term, ox.Triple) or term.direction is not None:
        raise BdeError(f"RDF 1.2, which this project does not use: {term}.", fix="Say it in RDF 1.1.")
    if term.language is not None:
        return Literal(term.value, lang=term.language)
    datatype = URIRef(term.datatype.value)
    return Literal(term.value, datatype=None if datatype == XSD.string else datatype, normalize=False)


def _not_turtle(error: SyntaxError, file: Path | str) -> SyntaxProblem:
    return _not_well_formed("Turtle", error, file)


def _not_well_formed(form: str, error: SyntaxError, file: Path | str) -> SyntaxProblem:
    what = re.sub(r"^Parser error .*?: ", "", error.msg)
    return SyntaxProblem(
        f"not well-formed {form}: {what}.", fix="Correct it here.", file=file, line=error.lineno
    )


@contextmanager
def _without_rdflib_warnings() -> Iterator[None]:
    """Silence the traceback that rdflib logs for each ill-typed literal; ``graphs`` reports these."""
    logger = logging.getLogger("rdflib.term")

    def silent(record: logging.LogRecord) -> bool:
        return False

    logger.addFilter(silent)
    try:
        yield
    finally:
        logger.removeFilter(silent)
