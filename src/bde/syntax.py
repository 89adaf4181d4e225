"""The syntaxes of RDF, by Oxigraph: strict Turtle, N-Triples, sorted N-Quads, JSON-LD.

Terms go out as rdflib terms, so that the answers of two engines compare directly, with their lexical forms
(rdflib folds white space in xsd:token and xsd:normalizedString).
"""

import logging
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import IO

import pyoxigraph as ox
from rdflib import XSD, BNode, Literal, URIRef
from rdflib.term import Node

from bde.errors import BdeError, SyntaxProblem
from bde.lexer import refuse_newer

Term = URIRef | Literal | BNode
Triple = tuple[URIRef | BNode, URIRef, Term]
Said = tuple[str, str, str, str]
_OxTerm = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Convert = Callable[[_OxTerm], Term]


@dataclass(frozen=True)
class Parsed:
    """A Turtle text that was read once: all that is asked of it is made of the triples found then.

    Its blank nodes have labels that no other text has.
    """

    quads: tuple[ox.Quad, ...]

    @classmethod
    def of(cls, text: str, file: Path | str) -> "Parsed":
        """Read a text. Raises ``SyntaxProblem`` where Oxigraph cannot."""
        with _told(file):
            return cls(tuple(ox.parse(text, format=ox.RdfFormat.TURTLE, rename_blank_nodes=True)))

    def subjects(self) -> set[str]:
        """The IRIs that are subjects."""
        found = {triple.subject for triple in self.quads}
        return {node.value for node in found if isinstance(node, ox.NamedNode)}

    def triples(self, predicates: Collection[str] | None = None) -> list[Triple]:
        """The triples in their order, or those with these ``predicates`` (IRIs), as of ``parse_strict``."""
        return _converted(t for t in self.quads if predicates is None or t.predicate.value in predicates)

    def said(self, predicates: Collection[str]) -> Iterator[Said]:
        """The statements with these predicates (IRIs), as of the function of that name."""
        return _said(self.quads, predicates)

    def ntriples(self, output: IO[bytes]) -> None:
        """Write the triples as N-Triples, a line each; lexical forms stay as written."""
        ox.serialize((quad.triple for quad in self.quads), output, format=ox.RdfFormat.N_TRIPLES)


def parse_strict(text: str, file: Path | str) -> list[Triple]:
    """The triples of a Turtle 1.1 text, in Oxigraph's order, with their lexical forms as written.

    Language tags come in lower case, ``xsd:string`` is left out as in RDF 1.1, blank-node labels are kept.
    Raises ``SyntaxProblem`` with ``file`` and line where https://www.w3.org/TR/turtle/ does not allow the
    text; relative IRIs are refused where the text declares no base.
    """
    refuse_newer(text, file)
    with _told(file):
        return _converted(ox.parse(text, format=ox.RdfFormat.TURTLE))


def said(text: str, file: Path | str, predicates: Collection[str]) -> Iterator[Said]:
    """Subject, predicate, value and language of the statements of a text with these predicates (IRIs).

    They are plain strings, which come sooner than triples. Raises ``SyntaxProblem`` where Oxigraph cannot
    read the text.
    """
    with _told(file):
        yield from _said(ox.parse(text, format=ox.RdfFormat.TURTLE), predicates)


def _said(triples: Iterable[ox.Quad], predicates: Collection[str]) -> Iterator[Said]:
    for triple in triples:
        if (predicate := triple.predicate.value) in predicates and isinstance(triple.subject, ox.NamedNode):
            value = triple.object
            if isinstance(value, ox.Literal):
                yield triple.subject.value, predicate, value.value, value.language or ""
            elif isinstance(value, ox.NamedNode):
                yield triple.subject.value, predicate, value.value, ""


def _converted(triples: Iterable[ox.Quad]) -> list[Triple]:
    with without_rdflib_warnings():
        return list(map(partial(triple_of, cache(term_of)), triples))


@contextmanager
def _told(file: Path | str) -> Iterator[None]:
    """What Oxigraph raises of a text in Turtle, as ``SyntaxProblem``."""
    try:
        yield
    except SyntaxError as error:
        raise not_turtle(error, file) from None
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
            raise not_turtle(error, path) from None
    quads.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    written = ox.serialize(quads, format=ox.RdfFormat.N_QUADS) or b""
    return sorted(line for line in written.decode().split("\n") if line)


def ntriples(source: str | Path | Parsed, output: IO[bytes]) -> None:
    """Write the triples of a Turtle file or text as N-Triples, a line each, as they are read.

    Lexical forms stay as written; the blank nodes of a file get labels that no other file has, those of a
    text keep theirs. Raises ``SyntaxProblem`` with the line of the file.
    """
    if isinstance(source, Parsed):
        source.ntriples(output)
        return
    form = ox.RdfFormat.TURTLE
    try:
        if isinstance(source, Path):
            triples = ox.parse(path=source, format=form, rename_blank_nodes=True)
        else:
            triples = ox.parse(source, format=form)
        ox.serialize((quad.triple for quad in triples), output, format=ox.RdfFormat.N_TRIPLES)
    except SyntaxError as error:
        raise not_turtle(error, source if isinstance(source, Path) else "Turtle") from None


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


def canonical_lines(*texts: str | Parsed) -> list[str]:
    """The sorted lines in N-Triples of texts in Turtle together, their blank nodes labelled by RDFC-1.0."""
    quads = ox.Dataset()
    for text in texts:
        triples = text.quads if isinstance(text, Parsed) else ox.parse(text, format=ox.RdfFormat.TURTLE)
        for triple in triples:
            quads.add(triple)
    quads.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return sorted((ox.serialize(quads, format=ox.RdfFormat.N_QUADS) or b"").decode().splitlines())


def terms(texts: Sequence[str]) -> list[Term]:
    """The terms that these texts in N-Triples stand for, in the same order."""
    lines = "\n".join(f"<x:> <x:> {text} ." for text in texts)
    with without_rdflib_warnings():
        return [term_of(triple.object) for triple in ox.parse(lines, format=ox.RdfFormat.N_TRIPLES)]


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


def triple_of(convert: Convert, triple: ox.Triple) -> Triple:
    """A triple of Oxigraph with its terms converted, by ``term_of`` or what remembers its answers."""
    subject, predicate = convert(triple.subject), convert(triple.predicate)
    assert not isinstance(subject, Literal) and isinstance(predicate, URIRef)
    return subject, predicate, convert(triple.object)


def term_of(term: _OxTerm) -> Term:
    """The rdflib term for one of Oxigraph. Raises ``BdeError`` for what RDF 1.1 does not have."""
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


def not_turtle(error: SyntaxError, file: Path | str) -> SyntaxProblem:
    """What Oxigraph says of a text in Turtle, with its line."""
    return _not_well_formed("Turtle", error, file)


def _not_well_formed(form: str, error: SyntaxError, file: Path | str) -> SyntaxProblem:
    what = re.sub(r"^Parser error .*?: ", "", error.msg)
    return SyntaxProblem(
        f"not well-formed {form}: {what}.", fix="Correct it here.", file=file, line=error.lineno
    )


@contextmanager
def without_rdflib_warnings() -> Iterator[None]:
    """Silence the traceback that rdflib logs for each ill-typed literal; ``graphs`` reports these."""
    logger = logging.getLogger("rdflib.term")

    def silent(record: logging.LogRecord) -> bool:
        return False

    logger.addFilter(silent)
    try:
        yield
    finally:
        logger.removeFilter(silent)
