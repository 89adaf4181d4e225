"""The set-based engine: triples as columns of numbers in DuckDB, each constraint one SQL query.

A graph is dictionary-encoded once: ``term`` numbers every term, in the order of kinds and datatypes, so that
what is an IRI or an ``xsd:date`` is a range of numbers; ``triple`` holds three numbers a row, sorted by
predicate. DuckDB joins whole columns and spills to disk what exceeds its memory. Nothing else in the project
knows it.
"""

import re
from collections.abc import Collection, Iterable
from io import BytesIO
from pathlib import Path

import duckdb
from rdflib import RDF, SH, XSD, BNode, Graph, Literal, URIRef
from rdflib.term import Node

from bde.shacl import plans
from bde.shacl.results import Focus, Triples
from bde.shacl.tokens import NUMERIC, ZONE, bind, named_in
from bde.syntax import ntriples, terms, text_of

# Bytes in N-Triples of a graph that is encoded and asked sooner than the work is shared among threads.
_SMALL = 50_000_000
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
_PATHS = re.compile(r"\bpath_[0-9]+\b")
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
FROM (SELECT *, text[1] AS kind FROM word)"""
# What stands between the quotation marks of a literal, for a table of ``text`` and ``suffix``.
_WORDS = f"""
SELECT *, CASE WHEN contains(quoted, chr(92)) THEN {_UNESCAPED} ELSE quoted END AS words FROM (
    SELECT *, CASE text[1] WHEN '"' THEN text[2:length(text) - length(suffix)] END AS quoted FROM ({{}}))"""


Rows = list[tuple[int | None, ...]]


def usable(pattern: str, flags: str) -> bool:
    """Whether a regular expression means something to DuckDB."""
    try:
        duckdb.connect().execute(f"SELECT regexp_matches('', ?, '{flags}')", [pattern]).fetchone()
    except duckdb.Error:
        return False
    return True


class Columns:
    """An encoded graph: it knows the numbers of plans (``tokens.Numbers``), and answers them."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.database = duckdb.connect(str(folder / "graph.duckdb"))
        self.database.execute("SET preserve_insertion_order = false")
        self.database.execute("PRAGMA disable_checkpoint_on_shutdown")  # its folder does not last
        self._numbers: dict[str, int] = {}
        self._new: dict[str, int] = {}
        self._there: dict[tuple[str, str], set[int | None]] = {}
        self._walked: set[str] = set()

    def encode(self, data: Triples, background: Triples) -> None:
        """Number all terms; ``subject`` are the subjects of the data."""
        files = [(self.folder / "data.nt", data), (self.folder / "background.nt", background)]
        for path, triples in files:
            with path.open("wb") as file:
                if isinstance(triples, Graph):
                    ntriples(text_of(triples), file)
                else:
                    for part in triples:
                        ntriples(part, file)
        self.small = sum(path.stat().st_size for path, _ in files) < _SMALL
        if self.small:
            self.database.execute("SET threads = 1")
        self._encode()
        for path, _ in files:
            path.unlink()

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
        texts = """
            SELECT text, CASE text[1] WHEN '"' THEN regexp_extract(text, '"[^"]*$') ELSE '' END AS suffix
            FROM (SELECT s AS text FROM raw UNION SELECT p FROM raw UNION SELECT o FROM raw)"""
        run(f"""
            CREATE TABLE word AS
            SELECT (row_number() OVER (ORDER BY text[1], suffix))::INTEGER AS id, text, suffix, words
            FROM ({_WORDS.format(texts)})""")
        run("""
            CREATE TABLE triple AS SELECT DISTINCT a.id AS s, b.id AS p, c.id AS o
            FROM raw JOIN word AS a ON a.text = s JOIN word AS b ON b.text = p JOIN word AS c ON c.text = o
            ORDER BY p, s, o""")
        run("CREATE TABLE subject AS SELECT DISTINCT id FROM raw JOIN word ON text = s WHERE own")
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
            suspects = self.terms({row[0] for row in self.rows(query) if row[0] is not None})
            ill = [n for n, term in suspects.items() if isinstance(term, Literal) and term.ill_typed]
            if ill:
                self.database.execute("INSERT INTO ill_formed SELECT unnest(?)", [ill])

    def own(self, nodes: Collection[Node] | None) -> None:
        """The nodes asked about; ``None`` for the subjects of the data."""
        if nodes is None:
            self.database.execute("CREATE VIEW own AS FROM subject")
            return
        named = [node.n3() for node in nodes]
        self._look_up(named)
        numbers = [self.number(text) for text in named]
        self.database.execute("CREATE TABLE own AS SELECT unnest(?::INTEGER[]) AS id", [numbers])

    def close(self) -> None:
        """Let go of the database."""
        self.database.close()

    # The numbers of a plan

    def learn(self, planned: plans.Plans) -> None:
        """Number, all at once, the terms that the shapes and their plans name."""
        nodes = [*(node for _, _, node in planned.targets), *(step for _, step, _ in planned.steps)]
        named = {node.n3() for node in nodes if not isinstance(node, BNode)}
        queries = [*planned.paths.values(), *(plan.sql for made in planned.plans.values() for plan in made)]
        named.update(text for query in queries for text in named_in(query))
        self._look_up(sorted(named))
        self._settle()
        if self.small:  # then to decode all terms takes less time than to plan it again for each query
            self.database.execute("CREATE TABLE decoded AS FROM term")
            self.database.execute("CREATE OR REPLACE VIEW term AS FROM decoded")

    def _settle(self) -> None:
        """Write down the terms that only the shapes have."""
        suffixes = [re.search(r'"[^"]*$|$', text) for text in self._new]
        columns = [
            list(self._new.values()),
            list(self._new),
            [found[0] if found else "" for found in suffixes],
        ]
        new = "SELECT unnest(?::INTEGER[]) AS id, unnest(?) AS text, unnest(?) AS suffix"
        query = f"INSERT INTO word SELECT id, text, suffix, words FROM ({_WORDS.format(new)})"
        self.database.execute(query, columns)

    def _look_up(self, named: list[str]) -> None:
        lines = BytesIO()
        ntriples("".join(f"<x:> <x:> {text} .\n" for text in named), lines)
        written = [
            line.split(" ", 2)[2].removesuffix(" .") for line in lines.getvalue().decode().split("\n")[:-1]
        ]
        query = "SELECT text, id FROM word WHERE text IN (SELECT unnest(?))"
        known = dict(self.database.execute(query, [written]).fetchall())
        for text, form in zip(named, written, strict=True):
            if form not in known and form not in self._new:
                self.last += 1
                self._new[form] = self.last
            self._numbers[text] = known.get(form) or self._new[form]

    def number(self, term: str) -> int:
        """As ``tokens.Numbers``."""
        if term not in self._numbers:
            self._look_up([term])
        return self._numbers[term]

    def kind(self, letter: str) -> tuple[int, int]:
        """As ``tokens.Numbers``."""
        return self.kinds[letter]

    def datatype(self, datatype: str) -> tuple[int, int]:
        """As ``tokens.Numbers``."""
        if datatype == str(RDF.langString):
            ranges = [r for suffix, r in self.suffixes.items() if suffix.startswith('"@')]
            return (min(r[0] for r in ranges), max(r[1] for r in ranges)) if ranges else (0, -1)
        return self.suffixes.get('"' if datatype == str(XSD.string) else f'"^^<{datatype}>', (0, -1))

    # What a run needs

    def holds(self, required: Iterable[tuple[str, str, str]]) -> bool:
        """Whether the graph has all of these terms in their columns of these tables."""
        for table, column, term in required:
            if (table, column) not in self._there:
                rows = self.rows(f"SELECT DISTINCT {column} FROM {table}")
                self._there[table, column] = {row[0] for row in rows}
            if self.number(term) not in self._there[table, column]:
                return False
        return True

    def tables(self, paths: dict[str, str], query: str) -> list[str]:
        """The tables of property paths that a query reads, and those that these read, first to last."""
        wanted = set(_PATHS.findall(query))
        for name in reversed(paths):
            if name in wanted:
                wanted.update(_PATHS.findall(paths[name]))
        return [name for name in paths if name in wanted]

    def walk(self, paths: dict[str, str], query: str) -> None:
        """Make the tables of property paths that a query needs, but for those that are there."""
        for name in self.tables(paths, query):
            if name not in self._walked:
                self.database.execute(f"CREATE TABLE {name} AS {bind(paths[name], self)}")
                self._walked.add(name)

    def focus(self, planned: plans.Plans) -> tuple[dict[Node, Focus], int, set[Node]]:
        """How many focus nodes each shape with targets has, and how many own nodes are one of any.

        And the shapes that concern own nodes: with one in focus, or with one that is no subject of the data
        and stands for all. Fills ``target``: the place of a shape among the roots, and a node in its focus.
        """
        at = {root: number for number, root in enumerate(planned.roots)}
        self.database.execute("CREATE TABLE target (shape INTEGER, node INTEGER)")
        for kind, query in _TARGETS.items():
            named = [(at[root], node) for root, this, node in planned.targets if this == kind]
            of = [f"({number}, {self.number(node.n3())})" for number, node in named]
            if of:
                wanted = f"(VALUES {', '.join(of)}) AS t(shape, term)"
                self.database.execute(f"INSERT INTO target {query.format(wanted, planned.instances)}")
        counted = "count(DISTINCT node), count(DISTINCT node) FILTER (node IN (SELECT id FROM own))"
        counted += ", count(*) FILTER (node NOT IN (SELECT id FROM subject))"
        rows = self.rows(f"SELECT shape, {counted} FROM target GROUP BY shape")
        met = {number: Focus(all_ or 0, own or 0) for number, all_, own, _ in rows}
        concerned = {number for number, _, own, outside in rows if own or outside}
        ((looked,),) = self.rows("SELECT count(*) FROM own WHERE id IN (SELECT node FROM target)")
        focus = {root: met.get(number, Focus(0, 0)) for root, number in at.items()}
        return focus, looked or 0, {root for root, number in at.items() if number in concerned}

    def valued(self, planned: plans.Plans) -> int:
        """How many property shapes, with a path of one step, lead from a node of ``target`` to a value."""
        at = {root: number for number, root in enumerate(planned.roots)}
        used = {
            end: set(self.rows(f"SELECT DISTINCT shape, p FROM target JOIN triple ON {end} = node"))
            for end in ("s", "o")
        }
        found = 0
        for owners, step, back in planned.steps:
            number = self.number(step.n3())
            found += any((at[owner], number) in used["o" if back else "s"] for owner in owners)
        return found

    def rows(self, query: str) -> Rows:
        """The rows of an SQL query; may be asked by several threads at once."""
        return self.database.cursor().execute(query).fetchall()

    def terms(self, numbers: set[int]) -> dict[int, Node]:
        """The terms that these numbers stand for."""
        if not numbers:
            return {}
        wanted = sorted(numbers)
        rows = self.database.execute(
            "SELECT id, text FROM word WHERE id IN (SELECT unnest(?))", [wanted]
        ).fetchall()
        return dict(zip((row[0] for row in rows), terms([row[1] for row in rows]), strict=True))


# How the targets of shapes are looked up: with the table of shapes and terms, and that of instances.
_TARGETS = {
    SH.targetClass: "SELECT shape, s FROM {1} JOIN {0} ON o = term",
    SH.targetSubjectsOf: "SELECT DISTINCT shape, s FROM triple JOIN {0} ON p = term",
    SH.targetObjectsOf: "SELECT DISTINCT shape, o FROM triple JOIN {0} ON p = term",
    # A node that is named outright, which SHACL always takes, counts only where a statement uses it.
    SH.targetNode: "FROM {0} WHERE term IN (SELECT o FROM triple UNION ALL SELECT p FROM triple)",
}
