"""The set-based engine: triples as columns of numbers in DuckDB, each constraint one SQL query.

A graph is dictionary-encoded once: ``term`` numbers every term, in the order of kinds and datatypes, so that
what is an IRI or an ``xsd:date`` is a range of numbers; ``triple`` holds three numbers a row, sorted by
predicate. DuckDB joins whole columns and spills to disk what exceeds its memory. Nothing else in the project
knows it.
"""

import re
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from os import cpu_count
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
from rdflib import RDF, XSD, Graph, Literal, URIRef
from rdflib.term import Node

from bde.shacl.constraints import Check, Constraints
from bde.shacl.relational import NUMERIC, ZONE, Compiler, Plan, bind
from bde.shacl.results import Result, Unsupported
from bde.store import ntriples, terms

_LETTERS = {"i": "<", "b": "_", "l": '"'}
# A lexical form of this look is certainly well-formed; rdflib judges the others.
_USUAL = {
    XSD.string: "true",
    RDF.langString: "true",
    XSD.anyURI: "true",
    XSD.boolean: "lexical IN ('true', 'false')",
    XSD.integer: r"regexp_full_match(lexical, '[+-]?\d+')",
    XSD.nonNegativeInteger: r"regexp_full_match(lexical, '\d+')",
    XSD.decimal: r"regexp_full_match(lexical, '[+-]?\d+(\.\d+)?')",
    XSD.date: r"(regexp_full_match(lexical, '\d{4}-\d\d-\d\d') AND TRY_CAST(lexical AS DATE) IS NOT NULL)",
}
# N-Triples escapes a backslash, a quotation mark and what ends a line; a backslash waits as chr(1) meanwhile.
_ESCAPES = ((r"\\", "chr(1)"), (r"\n", "chr(10)"), (r"\r", "chr(13)"), (r"\t", "chr(9)"), (r"\"", "chr(34)"))
_UNESCAPED = "quoted"
for _written, _meant in (*_ESCAPES, ("\1", "chr(92)")):
    _UNESCAPED = f"replace({_UNESCAPED}, '{_written}', {_meant})"
_TERM = f"""
CREATE VIEW term AS SELECT id, text,
    CASE kind WHEN '<' THEN text[2:-2] WHEN '"' THEN words ELSE '' END AS lexical,
    words,
    CASE WHEN suffix = '"' THEN words END AS plain,
    CASE WHEN suffix[2] = '@' THEN suffix[3:] WHEN kind = '"' THEN '' END AS language,
    CASE WHEN suffix IN ({', '.join(f"'{chr(34)}^^<{n}>'" for n in sorted(NUMERIC))})
        THEN TRY_CAST(words AS DOUBLE) END AS number,
    CASE suffix WHEN '"^^<{XSD.date}>' THEN TRY_CAST(words AS DATE) END AS day,
    CASE WHEN suffix = '"^^<{XSD.dateTime}>' AND regexp_matches(words, '{ZONE}')
        THEN TRY_CAST(words AS TIMESTAMPTZ) END AS moment,
    CASE WHEN suffix = '"^^<{XSD.dateTime}>' AND NOT regexp_matches(words, '{ZONE}')
        THEN TRY_CAST(words AS TIMESTAMP) END AS clock
FROM (
    SELECT *, CASE WHEN contains(quoted, chr(92)) THEN {_UNESCAPED} ELSE quoted END AS words
    FROM (SELECT *, text[1] AS kind, CASE text[1] WHEN '"' THEN text[2:length(text) - length(suffix)] END AS quoted
        FROM word)
)"""


@dataclass(frozen=True)
class Outcome:
    """The results, and the shapes left to the reference (each with the reason)."""

    results: frozenset[Result]
    aside: dict[Node, str]


def validate(graph: Graph | Iterable[Path], shapes: Graph) -> Outcome:
    """Validate a graph, or that of Turtle or N-Triples files, against all shapes that can be run set by set.

    Raises ``SyntaxProblem`` where a file is malformed.
    """
    with TemporaryDirectory(prefix="bde-") as folder:
        columns = _Columns(graph, Path(folder))
        try:
            return _run(columns, shapes)
        finally:
            columns.close()


def _run(columns: "_Columns", shapes: Graph) -> Outcome:
    constraints, compiler = Constraints(shapes), Compiler()
    planned: list[tuple[Check, Plan]] = []
    aside: dict[Node, str] = {}
    for root in constraints.roots:
        try:
            plans = [(check, compiler.plan(check)) for check in constraints.of(root)]
            columns.use(pattern for _, plan in plans for pattern in plan.patterns)
            planned += plans
        except Unsupported as reason:
            aside[root] = str(reason)
    columns.walk({name: query for name, query in compiler.paths.values()}, [plan for _, plan in planned])
    planned = [(check, plan) for check, plan in planned if columns.holds(plan.requires)]
    queries = [bind(plan.sql, columns) for _, plan in planned]
    columns.settle()
    with ThreadPoolExecutor(cpu_count()) as threads:
        found = list(threads.map(columns.rows, queries))
    nodes = columns.terms({n for rows in found for row in rows for n in row if n is not None})
    results = set()
    for (check, plan), rows in zip(planned, found, strict=True):
        for row in rows:
            cells = {n: nodes[cell] for n, cell in zip(plan.columns, row, strict=True) if cell is not None}
            results.add(_result(check, cells))
    return Outcome(frozenset(results), aside)


def _result(check: Check, cells: dict[str, Node]) -> Result:
    message = check.message
    if "{" in message:
        for name, node in cells.items():
            message = re.sub(r"\{[?$]" + name + r"\}", lambda _, node=node: str(node), message)
    path = cells["path"].n3() if "path" in cells else check.path
    value = cells.get("value")
    if value is None and check.component.endswith("SPARQLConstraintComponent") and not check.path:
        value = cells["this"]
    return Result(cells["this"], path, value, check.component, check.shape, check.severity, message)


class _Columns:
    """The encoded graph (the ``Terms`` of the compiler)."""

    def __init__(self, graph: Graph | Iterable[Path], folder: Path):
        self.database = duckdb.connect(str(folder / "graph.duckdb"))
        self.database.execute("SET preserve_insertion_order = false")
        lines = folder / "graph.nt"
        with lines.open("w", encoding="utf-8") as file:
            for part in [graph] if isinstance(graph, Graph) else graph:
                text = part.serialize(format="nt") if isinstance(part, Graph) else part
                file.writelines(ntriples(text))
        self._encode(lines)
        self._numbers: dict[str, int] = {}
        self._new: dict[str, int] = {}
        self._there: dict[tuple[str, str], set[int | None]] = {}

    def _encode(self, lines: Path) -> None:
        run = self.database.execute
        # No line holds the four characters that are said to part the columns.
        run(f"""
            CREATE TEMP TABLE raw AS
            SELECT line[:a - 1] AS s, line[a + 1:b - 1] AS p, line[b + 1:-3] AS o FROM (
                SELECT line, a, a + instr(line[a + 1:], ' ') AS b FROM (
                    SELECT line, instr(line, ' ') AS a FROM read_csv('{lines}', columns = {{'line': 'VARCHAR'}},
                        delim = '\x01\x02\x03\x04', quote = '', escape = '', header = false,
                        auto_detect = false, max_line_size = 100000000, buffer_size = 400000000)))""")
        lines.unlink()
        run("""
            CREATE TABLE word AS SELECT (row_number() OVER (ORDER BY text[1], suffix))::INTEGER AS id, text, suffix
            FROM (SELECT text, CASE text[1] WHEN '"' THEN regexp_extract(text, '"[^"]*$') ELSE '' END AS suffix
                FROM (SELECT s AS text FROM raw UNION SELECT p FROM raw UNION SELECT o FROM raw))""")
        run("""
            CREATE TABLE triple AS SELECT DISTINCT a.id AS s, b.id AS p, c.id AS o
            FROM raw JOIN word AS a ON a.text = s JOIN word AS b ON b.text = p JOIN word AS c ON c.text = o
            ORDER BY p, s, o""")
        run("DROP TABLE raw")
        run(_TERM)
        rows = run("SELECT suffix, text[1], min(id), max(id) FROM word GROUP BY ALL").fetchall()
        self.suffixes = {suffix: (first, last) for suffix, _, first, last in rows if suffix}
        self.kinds = {
            letter: (min(r[2] for r in mine), max(r[3] for r in mine)) if mine else (0, -1)
            for letter, sign in _LETTERS.items()
            for mine in [[r for r in rows if r[1] == sign]]
        }
        self.last = max((r[3] for r in rows), default=0)
        self._judge()

    def _judge(self) -> None:
        """Fill ``ill_formed`` with the literals that their datatype does not allow."""
        self.database.execute("CREATE TABLE ill_formed (id INTEGER)")
        for suffix, (first, last) in self.suffixes.items():
            datatype = URIRef(suffix[4:-1]) if suffix.startswith('"^^') else XSD.string
            usual = _USUAL.get(datatype, "false")
            if usual == "true":
                continue
            query = f"SELECT id FROM term WHERE id BETWEEN {first} AND {last} AND NOT {usual}"
            suspects = self.terms({row[0] for row in self.rows(query)})
            ill = [n for n, term in suspects.items() if isinstance(term, Literal) and term.ill_typed]
            if ill:
                self.database.execute("INSERT INTO ill_formed SELECT unnest(?)", [ill])

    def close(self) -> None:
        self.database.close()

    # The numbers of a plan

    def number(self, term: str) -> int:
        if term not in self._numbers:
            row = self.database.execute("SELECT id FROM word WHERE text = ?", [_canonical(term)]).fetchone()
            if row is None:
                self.last += 1
                self._new[_canonical(term)] = self.last
            self._numbers[term] = row[0] if row else self.last
        return self._numbers[term]

    def kind(self, letter: str) -> tuple[int, int]:
        return self.kinds[letter]

    def datatype(self, datatype: str) -> tuple[int, int]:
        if datatype == str(RDF.langString):
            ranges = [r for suffix, r in self.suffixes.items() if suffix.startswith('"@')]
            return (min(r[0] for r in ranges), max(r[1] for r in ranges)) if ranges else (0, -1)
        return self.suffixes.get('"' if datatype == str(XSD.string) else f'"^^<{datatype}>', (0, -1))

    # What a run needs

    def use(self, patterns: Iterable[tuple[str, str]]) -> None:
        """Raises ``Unsupported`` where a regular expression means nothing to DuckDB."""
        for pattern, flags in patterns:
            try:
                self.database.execute(f"SELECT regexp_matches('', ?, '{flags}')", [pattern]).fetchone()
            except duckdb.Error:
                raise Unsupported(f"the regular expression {pattern!r}") from None

    def holds(self, required: Iterable[tuple[str, str, Node]]) -> bool:
        """Whether the graph has all of these terms in their columns of these tables."""
        for table, column, term in required:
            if (table, column) not in self._there:
                rows = self.rows(f"SELECT DISTINCT {column} FROM {table}")
                self._there[table, column] = {row[0] for row in rows}
            if self.number(term.n3()) not in self._there[table, column]:
                return False
        return True

    def walk(self, paths: dict[str, str], plans: Iterable[Plan]) -> None:
        """Make the tables of the property paths that these plans read."""
        wanted = {name for plan in plans for name in plan.paths}
        for name, query in paths.items():
            if name in wanted:
                self.database.execute(f"CREATE TABLE {name} AS {bind(query, self)}")

    def settle(self) -> None:
        """Write down the terms that only the shapes have."""
        for text, number in self._new.items():
            suffix = re.search(r'"[^"]*$', text)
            self.database.execute("INSERT INTO word VALUES (?, ?, ?)", [number, text, suffix[0] if suffix else ""])

    def rows(self, query: str) -> list[tuple[int | None, ...]]:
        return self.database.cursor().execute(query).fetchall()

    def terms(self, numbers: set[int]) -> dict[int, Node]:
        if not numbers:
            return {}
        wanted = sorted(numbers)
        rows = self.database.execute(
            "SELECT id, text FROM word WHERE id IN (SELECT unnest(?))", [wanted]
        ).fetchall()
        return dict(zip((row[0] for row in rows), terms([row[1] for row in rows]), strict=True))


def _canonical(term: str) -> str:
    """A term of N-Triples as Oxigraph writes it."""
    (line,) = ntriples(f"<x:> <x:> {term} .")
    return line.split(" ", 2)[2].removesuffix(" .\n")
