"""Canonical Turtle: one text for one graph, whatever the order of its triples or the labels of blank nodes.

The writer is our own and not a subclass of rdflib's serializer: that one orders subjects by how often they
are referenced, chooses prefixes and number forms by itself and spreads the layout over a dozen methods; a
subclass would override nearly all of them and depend on its inside.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby, zip_longest
from pathlib import Path
from typing import cast

from rdflib import RDF, XSD, BNode, Literal, URIRef
from rdflib.graph import Graph

from bde.errors import BdeError
from bde.lexer import DEEPEST, Token, tokens
from bde.namespaces import OUTSIDE, OWN, PREFIXES
from bde.syntax import Term, Triple, parse_strict

# The order of sections; other kinds follow A-Z, then subjects without a type, then unreferenced blank nodes.
# fmt: off
SECTIONS = (
    "owl:Ontology", "skos:ConceptScheme", "owl:Class", "owl:ObjectProperty", "owl:DatatypeProperty",
    "owl:AnnotationProperty", "owl:NamedIndividual", "sh:NodeShape", "sh:PropertyShape",
)
# The order of predicates; "owl:*" stands for the rest of OWL and "*" for all others, each A-Z.
PREDICATES = (
    "a", "rdfs:subClassOf", "rdfs:subPropertyOf", "owl:disjointWith", "owl:onProperty", "owl:*",
    "rdfs:domain", "rdfs:range", "rdfs:label", "skos:prefLabel", "skos:altLabel", "skos:definition",
    "skos:scopeNote", "skos:example", "skos:note", "*", "bde:evidence", "rdfs:isDefinedBy",
)
# fmt: on
_SORTS = (URIRef, Literal, BNode)
_WIDTH = 100
_INDENT = "    "
_UNTYPED = "(no type)"
_LOCAL = r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?"
_SHORT_FORMS = {
    XSD.boolean: re.compile("true|false"),
    XSD.integer: re.compile("0|-?[1-9][0-9]*"),
    XSD.decimal: re.compile(r"(?!-0\.0\Z)-?(?:0|[1-9][0-9]*)\.(?:0|[0-9]*[1-9])"),
}
_UNSEEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\\\\]")
_Block = tuple[tuple[bool, int, str], tuple[list[str | int], str], str]
_ESCAPES = {"\t": r"\t", "\b": r"\b", "\r": r"\r", "\f": r"\f", "\\": r"\\"}


def canonical(text: str, file: Path | str) -> str:
    """The canonical form of a Turtle text: the same graph in the house layout; of itself, itself.

    Raises ``SyntaxProblem`` where the text is not Turtle 1.1, and ``BdeError`` (``file``, line) for a comment
    that would be lost, a prefix that the prefix table binds otherwise, or a blank node that needs an IRI.
    """
    triples = parse_strict(text, file)
    pieces = list(tokens(text, file))
    prefixes = _declared(pieces, file)
    for piece in pieces:
        if piece.kind == "comment" and not _is_section_line(piece.text, prefixes):
            raise BdeError(
                f"the comment {piece.text!r} would be lost.",
                fix="Move it into an rdfs:comment or a skos:editorialNote.",
                file=file,
                line=piece.line,
            )
    return write(triples, prefixes, file)


def difference(text: str, file: Path | str) -> tuple[int, int, str] | None:
    """Line and column where a text first differs from its canonical form, and that line in canonical form.

    ``None`` where the text is canonical. Raises as ``canonical`` does.
    """
    form = canonical(text, file)
    pairs = zip_longest(text.split("\n"), form.split("\n"))
    for number, (have, wanted) in enumerate(pairs, 1):
        if have != wanted:
            if have and have.endswith("\r"):
                return number, len(have), "a line end without carriage return"
            signs = enumerate(zip_longest(have or "", wanted or ""), 1)
            return number, next((n for n, (one, other) in signs if one != other), 1), wanted or ""
    return None


def write(
    graph: Graph | Iterable[Triple], prefixes: Mapping[str, str] | None = None, file: Path | str | None = None
) -> str:
    """A graph as canonical Turtle, with the prefix table and any further ``prefixes``, used ones only.

    Raises ``BdeError`` (naming ``file``) for a blank node with several references or in a circle and for an
    IRI that cannot be written.
    """
    return _Writer(cast("Iterable[Triple]", graph), prefixes or {}, file).document()


def _declared(pieces: Sequence[Token], file: Path | str) -> dict[str, str]:
    prefixes = {}
    for directive, name, namespace in zip(pieces, pieces[1:], pieces[2:], strict=False):
        if directive.text.lower() in ("@prefix", "prefix") and namespace.kind == "iri":
            prefix, iri = name.text.removesuffix(":"), namespace.text[1:-1]
            if PREFIXES.get(prefix, iri) != iri:
                raise BdeError(
                    f"the prefix {prefix}: stands for <{PREFIXES[prefix]}> in this project, not for <{iri}>.",
                    fix="Use another prefix or the full IRI.",
                    file=file,
                    line=name.line,
                )
            prefixes[prefix] = iri
    return prefixes


def _is_section_line(comment: str, prefixes: Mapping[str, str]) -> bool:
    name = re.fullmatch(rf"# (?:([\w.-]*):{_LOCAL}|<[^<>\s]+>|{re.escape(_UNTYPED)})", comment)
    return name is not None and (name[1] is None or name[1] in PREFIXES or name[1] in prefixes)


class _Writer:
    """Writes one graph; remembers the prefixes used and the blank nodes written on the way."""

    def __init__(self, graph: Iterable[Triple], prefixes: Mapping[str, str], file: Path | str | None):
        self.file = file
        self.prefixes = {**prefixes, **PREFIXES}
        # The longest namespace that fits; of two prefixes for one namespace, that of the table.
        self.choice = sorted(self.prefixes, key=lambda p: (-len(self.prefixes[p]), p not in PREFIXES, p))
        self.names: dict[Term, str] = {}
        self.used: set[str] = set()
        self.written: set[BNode] = set()
        self.depth = 0
        self.about: dict[Term, dict[URIRef, set[Term]]] = defaultdict(lambda: defaultdict(set))
        for s, p, o in graph:
            plain = isinstance(o, Literal) and o.datatype == XSD.string
            self.about[s][p].add(Literal(str(o)) if plain else o)
        self.references: Counter[Term] = Counter(
            o for about in self.about.values() for os in about.values() for o in os if isinstance(o, BNode)
        )

    def document(self) -> str:
        if shared := [node for node, times in self.references.items() if times > 1]:
            raise self._needs_iri("stands in several places", shared)
        blocks = [self._block(s) for s in self.about if not self.references[s]]
        if circle := [s for s in self.about if isinstance(s, BNode) and s not in self.written]:
            raise self._needs_iri("stands in a circle of blank nodes", circle)
        order = (*OWN, *sorted(OUTSIDE), *sorted(self.prefixes.keys() - PREFIXES.keys()))
        head = [f"@prefix {prefix}: <{self.prefixes[prefix]}> ." for prefix in order if prefix in self.used]
        parts = ["\n".join(head)] if head else []
        for (_, _, kind), section in groupby(sorted(blocks), key=lambda block: block[0]):
            parts += [f"# {kind}", *(text for _, _, text in section)]
        return "\n\n".join(parts) + "\n" if parts else ""

    def _needs_iri(self, why: str, nodes: Sequence[Term]) -> BdeError:
        triples = ((s, p, o) for s, about in self.about.items() for p, os in about.items() for o in os)
        places = sorted(f"{self._name(s)} {self._verb(p)}" for s, p, o in triples if o in nodes)
        return BdeError(f"a blank node {why}: {', '.join(places)}.", fix="Give it an IRI.", file=self.file)

    def _block(self, subject: Term) -> _Block:
        """The section of a subject, its place in it, and the text that stands there."""
        text = f"{self._name(subject)}\n{self._properties(subject, _INDENT)}{_INDENT}."
        types = self.about[subject].get(RDF.type, set())
        names = [self._name(kind) for kind in types if isinstance(kind, URIRef)]
        ranked = [(SECTIONS.index(name) if name in SECTIONS else len(SECTIONS), name) for name in names]
        blank = isinstance(subject, BNode)
        section = (blank, *min(ranked, default=(len(SECTIONS) + 1, _UNTYPED)))
        return section, _natural(text if blank else str(subject)), text

    def _properties(self, subject: Term, pad: str) -> str:
        if isinstance(subject, BNode):
            self.written.add(subject)
        about = {self._verb(p): objects for p, objects in self.about.get(subject, {}).items()}
        return "".join(
            f"{pad}{verb}{self._objects(about[verb], pad, verb)} ;\n" for verb in sorted(about, key=_rank)
        )

    def _objects(self, terms: set[Term], pad: str, verb: str) -> str:
        if len(terms) == 1:
            (only,) = terms
            return " " + self._object(only, pad, len(verb) + 1)
        pad += _INDENT
        texts = sorted((_SORTS.index(type(o)), _natural(self._object(o, pad))) for o in terms)
        return " ,".join(f"\n{pad}{text}" for _, (_, text) in texts)

    def _object(self, term: Term, pad: str, before: int = 0) -> str:
        """A term on a line that is indented by ``pad`` and has ``before`` more characters in front of it."""
        if not isinstance(term, BNode):
            return "()" if term == RDF.nil else self._name(term)
        if self.depth == DEEPEST:
            raise self._needs_iri(f"stands over {DEEPEST} deep in others", [term])
        self.depth += 1
        text = self._blank(term, pad, before)
        self.depth -= 1
        return text

    def _blank(self, term: BNode, pad: str, before: int) -> str:
        if not (items := self._items(term)):
            inside = self._properties(term, pad + _INDENT)
            return f"[\n{inside}{pad}]" if inside else "[]"
        texts = [self._object(item, pad + _INDENT) for item in items]
        line = f"( {' '.join(texts)} )"
        fits = "\n" not in line and len(pad) + before + len(line) + len(" ;") <= _WIDTH
        if fits and not any(isinstance(item, BNode) for item in items):
            return line
        return "(\n" + "".join(f"{pad}{_INDENT}{text}\n" for text in texts) + f"{pad})"

    def _items(self, node: BNode) -> list[Term]:
        """The items of the RDF list that a blank node starts; none where it is no well-formed list."""
        items: list[Term] = []
        cells: list[BNode] = []
        rest: Term = node
        while isinstance(rest, BNode):
            about = self.about.get(rest, {})
            if about.keys() != {RDF.first, RDF.rest} or len(about[RDF.first]) + len(about[RDF.rest]) != 2:
                return []
            cells.append(rest)
            items.extend(about[RDF.first])
            (rest,) = about[RDF.rest]
        if rest != RDF.nil:
            return []
        self.written.update(cells)
        return items

    def _verb(self, predicate: URIRef) -> str:
        return "a" if predicate == RDF.type else self._name(predicate)

    def _name(self, term: Term) -> str:
        if isinstance(term, BNode):
            return "[]"
        if term not in self.names:
            self.names[term] = self._literal(term) if isinstance(term, Literal) else self._iri(str(term))
        return self.names[term]

    def _iri(self, iri: str) -> str:
        for prefix in self.choice:
            local = iri.removeprefix(self.prefixes[prefix])
            if local != iri and re.fullmatch(_LOCAL, local):
                self.used.add(prefix)
                return f"{prefix}:{local}"
        if re.search(r'[\x00-\x20<>"{}|^`\\]', iri):
            raise BdeError(f"<{iri}> is not an IRI.", fix="Percent-encode its characters.", file=self.file)
        return f"<{iri}>"

    def _literal(self, literal: Literal) -> str:
        if literal.datatype is None:
            return _quoted(literal) + (f"@{literal.language.lower()}" if literal.language else "")
        if (short := _SHORT_FORMS.get(literal.datatype)) and short.fullmatch(literal):
            return str(literal)
        return f"{_quoted(literal)}^^{self._name(literal.datatype)}"


def _quoted(text: str) -> str:
    escaped = _UNSEEN.sub(lambda c: _ESCAPES.get(c[0], f"\\u{ord(c[0]):04X}"), text)
    if "\n" not in text:
        return '"' + escaped.replace('"', r"\"") + '"'
    return '"""' + re.sub(r'"{3,}|"+\Z', lambda quotes: r"\"" * len(quotes[0]), escaped) + '"""'


def _natural(text: str) -> tuple[list[str | int], str]:
    """A sorting key that puts s2 before s10."""
    return [int(part) if part.isdecimal() else part for part in re.split("([0-9]+)", text)], text


def _rank(verb: str) -> tuple[int, str]:
    others = "owl:*" if verb.startswith("owl:") else "*"
    return PREDICATES.index(verb if verb in PREDICATES else others), verb
