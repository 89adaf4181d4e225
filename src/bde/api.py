"""The graph from Python: load it, ask it, get rows of plain Python values.

``import bde`` is quick, for this module and the engines behind it are imported with the first use of
``bde.load``. The guide with its examples is ``docs/python.md``.
"""

from collections import namedtuple
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

import rdflib
from rdflib import XSD, BNode, URIRef

from bde import namespaces, parameters, queries
from bde.endpoint import Endpoint
from bde.errors import BdeError, MissingPart
from bde.queries import Question
from bde.store import Answer, Store
from bde.syntax import Term, Triple
from bde.workspace import Workspace

if TYPE_CHECKING:
    import pandas

# An answer of more rows than this is none to read; it is refused with advice and does not fill the memory.
MOST_ROWS = 1_000_000
SECONDS = 60.0


class IRI(str):
    """The name of a node: a ``str``, in full."""

    __slots__ = ()

    @property
    def short(self) -> str:
        """The name with its prefix, ``person:rossi``, where the prefix table has one."""
        return namespaces.shorten(self)

    def __repr__(self) -> str:
        return f"IRI({str(self)!r})"


# What may stand in a row: unbound, a text (whatever its language), a number, a day, a truth or a node.
Cell = str | int | float | bool | Decimal | date | IRI | None
# What may be given for a parameter: what would be typed for it, a day, or None to leave it open.
Given = str | date | None


@dataclass(frozen=True, repr=False)
class Rows(Sequence[Any]):
    """The rows of an answer, each a named tuple with the ``columns`` as its fields."""

    columns: tuple[str, ...]
    _rows: tuple[tuple[Cell, ...], ...]

    @overload
    def __getitem__(self, index: int) -> Any: ...
    @overload
    def __getitem__(self, index: slice) -> "tuple[Any, ...]": ...
    def __getitem__(self, index: int | slice) -> Any:
        return self._rows[index]

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._rows)

    def __repr__(self) -> str:
        return f"<{len(self)} rows of {', '.join(self.columns)}>"

    def frame(self) -> "pandas.DataFrame":
        """The rows as a pandas data frame; a column of days becomes one of ``datetime64``.

        Raises ``MissingPart`` where pandas is not installed.
        """
        try:
            import pandas
        except ImportError:
            raise MissingPart("pandas is not installed.", fix='pip install "bde[frames]".') from None
        made = pandas.DataFrame([[*row] for row in self._rows], columns=[*self.columns], dtype=object)
        for column in self.columns:
            values = [value for value in made[column] if value is not None]
            if values and all(isinstance(value, date) for value in values):
                made[column] = pandas.to_datetime(made[column])
        return made


class Graph:
    """The graph of one workspace, or of the remote endpoint that stands in for it, where ``graphs`` may name
    the graphs to ask, merged. With ``fetch`` they are fetched once and asked here.

    Every query is guarded: updates, calls to other servers and functions beyond SPARQL 1.1 are refused, and
    an answer that takes over ``seconds`` or has over ``MOST_ROWS`` rows is an error.
    """

    def __init__(
        self,
        workspace: Workspace,
        *,
        endpoint: str | None = None,
        graphs: Sequence[str] = (),
        fetch: bool = False,
        seconds: float = SECONDS,
    ) -> None:
        self.workspace = workspace
        self.seconds = seconds
        self._endpoint = Endpoint(endpoint, deadline_seconds=seconds, graphs=graphs) if endpoint else None
        self._fetch = fetch
        self._store: Store | None = None
        self._saved: tuple[Question, ...] = ()

    def questions(self, *words: str, tags: Sequence[str] = ()) -> tuple[Question, ...]:
        """The saved questions about all of these words and with all of these tags, the likeliest first.

        Raises ``UnknownName`` where there is none.
        """
        return queries.search(self._questions(), words, tags)

    def question(self, name: str) -> Question:
        """The saved question of this name. Raises ``UnknownName`` with the nearest names."""
        return queries.find(self._questions(), name)

    def explain(self, name: str, /, **values: Given) -> str:
        """The SPARQL of a saved question with these values in it, to be run anywhere.

        A value is what would be typed for it, a ``date``, or ``None`` to leave it open. Raises
        ``UnknownName`` where the question, a parameter or a value is unknown, or a value means several.
        """
        question = self.question(name)
        typed = {parameter: _typed(given) for parameter, given in values.items()}
        return queries.bind(question, parameters.resolve(self._engine(), question, typed) if typed else {})

    def ask(self, name: str, /, **values: Given) -> Rows:
        """The rows that answer a saved question with these values, which are given as for ``explain``.

        Raises ``UnknownName`` as ``explain`` does and ``BdeError`` where the question has no rows to give or
        no answer comes.
        """
        answer = self.answer(name, **values)
        if answer.kind != "select":
            raise BdeError(f"{name} gives no rows.", fix="Run graph.sparql(graph.explain(...)) instead.")
        return _rows(answer)

    def sparql(self, text: str) -> "Rows | bool | rdflib.Graph":
        """The answer to a query: rows of a SELECT, the truth of an ASK, the triples of a CONSTRUCT.

        Raises ``BdeError`` where the query is refused or no answer comes.
        """
        answer = self.query(text)
        if answer.kind == "ask":
            return bool(answer.truth)
        if answer.kind == "construct":
            graph = rdflib.Graph()
            for triple in answer.triples:
                graph.add(triple)
            return graph
        return _rows(answer)

    def answer(self, name: str, /, **values: Given) -> Answer:
        """The answer to a saved question in the terms of RDF, of whatever form. Raises as ``ask`` does."""
        return self._run(self.explain(name, **values))

    def query(self, text: str) -> Answer:
        """The answer to a query in the terms of RDF. Raises as ``sparql`` does."""
        queries.guard(text)
        return self._run(text)

    def _run(self, sparql: str) -> Answer:
        return self._engine().query(sparql, seconds=self.seconds, most=MOST_ROWS)

    def _questions(self) -> tuple[Question, ...]:
        self._saved = self._saved or queries.load(self.workspace)
        return self._saved

    def _engine(self) -> Store | Endpoint:
        if self._endpoint and not self._fetch:
            return self._endpoint
        if self._store is None and self._endpoint:
            self._store = Store.of(self._copy(self._endpoint))
        elif self._store is None:
            self._store = Store.load(self.workspace.graphs("ontology", "data"))
        return self._store

    def _copy(self, endpoint: Endpoint) -> tuple[Triple, ...]:
        from bde.publish import reading, record  # take a while to import

        if [*endpoint.graphs] == [record.WHOLE]:
            return reading.whole(endpoint.url, seconds=self.seconds)
        return endpoint.copy()


def load(
    root: Path | str | None = None,
    *,
    endpoint: str | None = None,
    graphs: Sequence[str] = (),
    fetch: bool = False,
    seconds: float = SECONDS,
) -> Graph:
    """The graph in the folder ``root``; without it the nearest one at or above this folder, else the shipped.

    With ``endpoint`` its questions are asked of that SPARQL 1.1 endpoint, over the ``graphs`` named or else
    its default graph; with ``fetch`` these are fetched with the first question, and asked here: for a store
    whose own answers are not to be relied on. ``seconds`` is the longest a query may take. Raises
    ``BdeError`` where there is no graph, ``EndpointProblem`` where that is no address.
    """
    here = Workspace.find() if root is None else Workspace.at(Path(root))
    return Graph(here, endpoint=endpoint, graphs=graphs, fetch=fetch, seconds=seconds)


def _rows(answer: Answer) -> Rows:
    row = namedtuple("Row", answer.columns, rename=True)  # type: ignore[misc]
    return Rows(answer.columns, tuple(row(*map(_cell, terms)) for terms in answer.rows))


def _typed(given: Given) -> str:
    if isinstance(given, datetime):
        given = given.date()
    return parameters.ANY if given is None else given.isoformat() if isinstance(given, date) else str(given)


def _cell(term: Term | None) -> Cell:
    """A term as a Python value; of an ill-typed literal, and of a type that is not known here, the text."""
    if isinstance(term, URIRef | BNode):
        return IRI(term if isinstance(term, URIRef) else term.n3())
    if term is None or term.datatype not in _VALUE_OF:
        return None if term is None else str(term)
    try:
        return _VALUE_OF[term.datatype](str(term))
    except (ValueError, KeyError, ArithmeticError):
        return str(term)


_WHOLE_NUMBERS = (XSD.integer, XSD.int, XSD.long, XSD.short, XSD.nonNegativeInteger, XSD.positiveInteger)
_VALUE_OF: Mapping[URIRef | None, Callable[[str], Cell]] = {
    XSD.boolean: {"true": True, "1": True, "false": False, "0": False}.__getitem__,
    XSD.date: date.fromisoformat,
    XSD.dateTime: datetime.fromisoformat,
    XSD.decimal: Decimal,
    XSD.double: float,
    XSD.float: float,
    **dict.fromkeys(_WHOLE_NUMBERS, int),
}
