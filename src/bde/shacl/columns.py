"""The set-based engine: triples as columns of numbers in DuckDB, each constraint one SQL query.

A graph is dictionary-encoded once: ``term`` numbers every term, in the order of kinds and datatypes, so that
what is an IRI or an ``xsd:date`` is a range of numbers; ``triple`` holds three numbers a row, sorted by
predicate. DuckDB joins whole columns and spills to disk what exceeds its memory. Nothing else in the project
knows it.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from os import cpu_count
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
from rdflib import RDF, SH, XSD, BNode, Graph, Literal, URIRef
from rdflib.term import Node

from bde.shacl.constraints import INSTANCE, Check, Constraints
from bde.shacl.relational import NUMERIC, ZONE, Compiler, Plan, bind
from bde.shacl.results import Focus, Outcome, Result, Triples, Unsupported
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
    CASE WHEN suffix IN ({", ".join(f"'{chr(34)}^^<{n}>'" for n in sorted(NUMERIC))})
        THEN TRY_CAST(words AS DOUBLE) END AS number,
    CASE suffix WHEN '"^^<{XSD.date}>' THEN TRY_CAST(words AS DATE) END AS day,
    CASE WHEN suffix = '"^^<{XSD.dateTime}>' AND regexp_matches(words, '{ZONE}')
        THEN TRY_CAST(words AS TIMESTAMPTZ) END AS moment,
    CASE WHEN suffix = '"^^<{XSD.dateTime}>' AND NOT regexp_matches(words, '{ZONE}')
        THEN TRY_CAST(words AS TIMESTAMP) END AS clock
FROM (
    SELECT *, CASE WHEN contains(quoted, chr(92)) THEN {_UNESCAPED} ELSE quoted END AS words
    FROM (
        SELECT *, text[1] AS kind,
            CASE text[1] WHEN '"' THEN text[2:length(text) - length(suffix)] END AS quoted FROM word)
)"""


def validate(
    data: Triples, background: Triples, shapes: Graph, own: Collection[Node] | None = None
) -> Outcome:
    """Validate data, together with their background, against all shapes that can be run set by set.

    ``own`` are the nodes to count (default: the subjects of the data). Raises ``SyntaxProblem`` where a file
    is malformed.
    """
    with TemporaryDirectory(prefix="bde-") as folder, closing(_Columns(Path(folder))) as columns:
        columns.encode(data, background)
        columns.own(own)
        return _run(columns, shapes)


def _run(columns: "_Columns", shapes: Graph) -> Outcome:
    constraints, compiler = Constraints(shapes), Compiler()
    instances = compiler.path(INSTANCE)
    columns.walk(compiler)
    focus, looked = columns.focus(constraints, instances)
    valued = columns.valued(constraints, instances)
    planned: list[tuple[Check, Plan]] = []
    aside: dict[Node, str] = {}
    for root in constraints.roots:
        # A node that is named outright is a focus node also where no statement uses it.
        if not focus[root].everywhere and (root, SH.targetNode, None) not in shapes:
            continue
        try:
            plans = [(check, compiler.plan(check)) for check in constraints.of(root)]
            columns.use(pattern for _, plan in plans for pattern in plan.patterns)
            planned += plans
        except Unsupported as reason:
            aside[root] = str(reason)
    columns.walk(compiler)
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
    return Outcome(frozenset(results), focus, valued, looked, aside)


def _result(check: Check, cells: dict[str, Node]) -> Result:
    message = check.message
    if "{" in message:
        for name, node in cells.items():
            message = message.replace(f"{{?{name}}}", str(node)).replace(f"{{${name}}}", str(node))
    path = cells["path"].n3() if "path" in cells else check.path
    value = cells.get("value")
    if value is None and check.component.endswith("SPARQLConstraintComponent") and not check.path:
        value = cells["this"]
    return Result(cells["this"], path, value, check.component, check.shape, check.severity, message)


class _Columns:
    """The encoded graph (the ``Terms`` of the compiler)."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.database = duckdb.connect(str(folder / "graph.duckdb"))
        self.database.execute("SET preserve_insertion_order = false")
        self._numbers: dict[str, int] = {}
        self._new: dict[str, int] = {}
        self._there: dict[tuple[str, str], set[int | None]] = {}
        self._walked: set[str] = set()

    def encode(self, data: Triples, background: Triples) -> None:
        """Number all terms; the subjects of the data are the nodes of ``own``."""
        files = {"data": data, "background": background}
        for name, triples in files.items():
            with (self.folder / f"{name}.nt").open("w", encoding="utf-8") as file:
                for part in [triples.serialize(format="nt")] if isinstance(triples, Graph) else triples:
                    file.writelines(ntriples(part))
        self._encode()
        for name in files:
            (self.folder / f"{name}.nt").unlink()

    def _encode(self) -> None:
        run = self.database.execute
        # No line holds the four characters that are said to part the columns.
        run(f"""
            CREATE TEMP TABLE raw AS
            SELECT line[:a - 1] AS s, line[a + 1:b - 1] AS p, line[b + 1:-3] AS o, own FROM (
                SELECT line, a, a + instr(line[a + 1:], ' ') AS b, own FROM (
                    SELECT line, instr(line, ' ') AS a, ends_with(filename, 'data.nt') AS own
                    FROM read_csv('{self.folder}/*.nt', columns = {{'line': 'VARCHAR'}}, filename = true,
                        delim = '\x01\x02\x03\x04', quote = '', escape = '', header = false,
                        auto_detect = false, max_line_size = 100000000, buffer_size = 400000000)))""")
        run("""
            CREATE TABLE word AS
            SELECT (row_number() OVER (ORDER BY text[1], suffix))::INTEGER AS id, text, suffix FROM (
                SELECT text, CASE text[1] WHEN '"' THEN regexp_extract(text, '"[^"]*$') ELSE '' END AS suffix
                FROM (SELECT s AS text FROM raw UNION SELECT p FROM raw UNION SELECT o FROM raw))""")
        run("""
            CREATE TABLE triple AS SELECT DISTINCT a.id AS s, b.id AS p, c.id AS o
            FROM raw JOIN word AS a ON a.text = s JOIN word AS b ON b.text = p JOIN word AS c ON c.text = o
            ORDER BY p, s, o""")
        run("CREATE TABLE own AS SELECT DISTINCT id FROM raw JOIN word ON text = s WHERE own")
        run("DROP TABLE raw")
        run(_TERM)
        rows = run("SELECT suffix, text[1], min(id), max(id) FROM word GROUP BY ALL").fetchall()
        self.suffixes = {suffix: (first, last) for suffix, _, first, last in rows if suffix}
        self.kinds = {
            letter: (min(r[2] for r in mine), max(r[3] for r in mine)) if mine else (0, -1)
            for letter, sign in _LETTERS.items()
            for mine in [[r for r in rows if r[1] == sign]]
        }
        self.last = self.known = max((r[3] for r in rows), default=0)
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
            suspects = self.terms({row[0] for row in self.rows(query) if row[0] is not None})
            ill = [n for n, term in suspects.items() if isinstance(term, Literal) and term.ill_typed]
            if ill:
                self.database.execute("INSERT INTO ill_formed SELECT unnest(?)", [ill])

    def own(self, nodes: Collection[Node] | None) -> None:
        """The nodes to count, instead of the subjects of the data."""
        if nodes is not None:
            numbers = [self.number(node.n3()) for node in nodes if not isinstance(node, BNode)]
            self.database.execute(
                "CREATE OR REPLACE TABLE own AS SELECT unnest(?::INTEGER[]) AS id", [numbers]
            )

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

    def walk(self, compiler: Compiler) -> None:
        """Make the tables of property paths that are not there yet."""
        for name, query in compiler.paths.values():
            if name not in self._walked:
                self.database.execute(f"CREATE TABLE {name} AS {bind(query, self)}")
                self._walked.add(name)

    def focus(self, constraints: Constraints, instances: str) -> tuple[dict[Node, Focus], int]:
        """How many focus nodes each shape with targets has, and how many own nodes are one of any."""
        counted = "count(DISTINCT node), count(DISTINCT node) FILTER (node IN (SELECT id FROM own))"
        every: dict[str, None] = {}
        met: dict[Node, Focus] = {}
        for root in constraints.roots:
            ways = [way.format(self.number(n.n3()), instances) for way, n in _ways(constraints, root)]
            every.update(dict.fromkeys(ways))
            ((everywhere, own),) = self.rows(f"SELECT {counted} FROM ({' UNION ALL '.join(ways)})")
            met[root] = Focus(everywhere or 0, own or 0)
        ((looked,),) = (
            self.rows(f"SELECT {counted.split(', ')[1]} FROM ({' UNION ALL '.join(every)})")
            if every
            else ((0,),)
        )
        return met, looked or 0

    def valued(self, constraints: Constraints, instances: str) -> int:
        """How many property shapes, with a path of one step, lead from a focus node to a value."""
        found = 0
        shapes = constraints.shapes
        for shape, path in shapes.subject_objects(SH.path):
            back = shapes.value(path, SH.inversePath)
            step = back if back is not None else path
            if not isinstance(step, URIRef):
                continue
            owners = [shape, *shapes.subjects(SH.property, shape)]
            ways = [
                w.format(self.number(n.n3()), instances) for o in owners for w, n in _ways(constraints, o)
            ]
            column = "o" if back is not None else "s"
            values = f"SELECT {column} FROM triple WHERE p = {self.number(step.n3())}"
            if ways:
                nodes = " UNION ALL ".join(ways)
                ((there,),) = self.rows(f"SELECT count(*) FROM ({nodes}) WHERE node IN ({values})")
                found += bool(there)
        return found

    def settle(self) -> None:
        """Write down the terms that only the shapes have."""
        for text, number in self._new.items():
            suffix = re.search(r'"[^"]*$', text)
            self.database.execute(
                "INSERT INTO word VALUES (?, ?, ?)", [number, text, suffix[0] if suffix else ""]
            )

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


# How the targets of a shape are looked up: with the number of the target, and the table of instances.
_TARGETS = {
    SH.targetClass: "SELECT s AS node FROM {1} WHERE o = {0}",
    SH.targetSubjectsOf: "SELECT s AS node FROM triple WHERE p = {0}",
    SH.targetObjectsOf: "SELECT o AS node FROM triple WHERE p = {0}",
    # A node that is named outright, which SHACL always takes, counts only where a statement uses it.
    SH.targetNode: "SELECT {0} AS node FROM triple WHERE o = {0} OR p = {0}",
}


def _ways(constraints: Constraints, root: Node) -> Iterator[tuple[str, Node]]:
    for kind, way in _TARGETS.items():
        for target in constraints.shapes.objects(root, kind):
            yield way, target
    if root in constraints.implicit:
        yield _TARGETS[SH.targetClass], root
