"""What the scripts of the pages need to know: the names to search, the questions as forms, the graph itself.

Each is a classic script that sets one variable, since a page opened from a folder may load scripts and
nothing else. The graph is the Turtle of its files, loaded into named graphs as ``bde.store`` loads it.
"""

import base64
import gzip
import io
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from importlib.resources import files
from importlib.resources.abc import Traversable

from bde import queries
from bde.namespaces import BASE, BDE, CONCEPT, ID, OUTSIDE, PREFIXES, SHAPE
from bde.queries import MARKED, Question
from bde.site import addresses, choosing
from bde.site.choosing import Choices
from bde.site.occasions import Pair
from bde.site.reading import Reader
from bde.site.writing import Pages
from bde.workspace import Workspace
from bde.writing import visible

# The kinds of things that are searched by name, in this order where all else is equal.
SEARCHED = (
    "state",
    "person",
    "organization",
    "mechanism",
    "place",
    "instrument",
    "engagement",
    "group",
    "polity",
    "post",
    "platform",
    "equipment",
    "source",
    "policy",
)
_HEADER = re.compile(r"(?:#\+.*\n)+")
_NAMES = f"""PREFIX bde: <{BDE}>
PREFIX rdfs: <{OUTSIDE["rdfs"]}>
PREFIX skos: <{OUTSIDE["skos"]}>
SELECT DISTINCT ?node ?name WHERE {{
  {{ ?node rdfs:label|skos:prefLabel|skos:altLabel|bde:sourceTitle|bde:statedTitle|bde:policyName ?name }}
  UNION {{ ?form bde:nameOf ?node ; bde:nameText ?name }}
  UNION {{ ?link bde:identifies ?node ; bde:identifier ?name }}
  FILTER(REGEX(STR(?node), "^({ID}({"|".join(SEARCHED)})/|{BDE}|{CONCEPT})"))
}}"""


def write(
    pages: Pages,
    reader: Reader,
    pairs: Iterable[Pair],
    saved: Sequence[Question],
    choices: Choices,
    workspace: Workspace,
) -> None:
    """Write the data of the scripts, and the libraries of others that they use, into ``assets``."""
    index = [*_pages(pairs, saved), *_things(reader)]
    pages.file("assets/search-index.js", _script("searchIndex", index))
    pages.file("assets/questions.js", _script("saved", _saved(choices, saved)))
    pages.file("assets/graph.js", _script("graph", _packed(_graphs(workspace))))
    for library in sorted(_vendored().iterdir(), key=lambda each: each.name):
        for file in library.iterdir() if library.is_dir() else ():
            pages.file(f"assets/vendor/{library.name}/{file.name}", file.read_bytes())


def _vendored() -> Traversable:
    return files("bde.site").joinpath("vendor")


def _script(name: str, content: object) -> str:
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return f"globalThis.bde ??= {{}};\nbde.{name} = {text};\n"


def _pages(pairs: Iterable[Pair], saved: Sequence[Question]) -> Iterator[list[str]]:
    for pair in pairs:
        yield ["pair of states", pair.page, visible(pair.label)]
    for question in saved:
        words = question.name.replace("-", " ")
        tagged = " ".join((words, *question.tags))
        every = f"{tagged} {question.summary} {question.description}"
        yield ["question", f"question/{question.name}.html", question.summary, words, tagged, every]


def _things(reader: Reader) -> Iterator[list[str]]:
    """Each thing, term and concept: its kind, its page and its names, the label first."""
    names: dict[str, set[str]] = {}
    for node, name in reader.store.query(_NAMES).rows:
        names.setdefault(str(node), set()).add(str(name))
    order = [*SEARCHED, "concept", "term"]
    found = []
    for iri, known in names.items():
        kind = addresses.kind(iri) or ("concept" if iri.startswith(CONCEPT) else "term")
        label = reader.label(iri)
        found.append((order.index(kind), label.casefold(), iri, [label, *sorted(known - {label})]))
    for place, _, iri, all_names in sorted(found):
        yield [order[place], reader.page(iri), *map(visible, all_names)]


def _saved(choices: Choices, saved: Sequence[Question]) -> dict[str, object]:
    return {
        "prefixes": PREFIXES,
        "marked": MARKED.pattern,
        "pages": [
            *([f"{ID}{kind}/", f"id/{kind}/", ".html"] for kind in addresses.PAGED),
            [BDE, "ontology/index.html#", ""],
            [CONCEPT, "concepts/index.html#", ""],
            [SHAPE, "shapes/index.html#", ""],
        ],
        "own": BASE,
        "choices": {
            sort: [[each.term, each.label, *each.names] for each in some] for sort, some in choices.of.items()
        },
        "questions": [_question(question) for question in saved],
    }


def _question(question: Question) -> dict[str, object]:
    return {
        "name": question.name,
        "room": question.room,
        "summary": question.summary,
        "description": question.description,
        "text": _HEADER.sub("", question.text, count=1),
        "columns": {column.name: column.meaning for column in question.columns},
        "parameters": [
            {
                "name": parameter.name,
                "type": parameter.type,
                "meaning": parameter.meaning,
                "default": None if parameter.default is None else queries.write(parameter, parameter.default),
                "choices": choosing.key(parameter),
            }
            for parameter in question.parameters
        ],
    }


def _graphs(workspace: Workspace) -> Iterator[str]:
    """The named graphs, a line of JSON for each: its IRI and its Turtle."""
    for graph, path in workspace.graphs("ontology", "data").items():
        yield json.dumps([graph, path.read_text(encoding="utf-8")], ensure_ascii=False) + "\n"


def _packed(lines: Iterable[str]) -> str:
    """Lines as gzip in base64, the same bytes whenever it is made."""
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", compresslevel=9, mtime=0) as out:
        for line in lines:
            out.write(line.encode())
    return base64.b64encode(packed.getvalue()).decode()
