"""Write a founding-shaped graph of any size: invented engagements with everything that hangs on them.

    python benchmarks/founding_shaped.py FOLDER --engagements 100000 [--seed 1] [--defects 0.01]

writes Turtle into FOLDER (``world.ttl``, then ``engagements-0001.ttl`` ... of 20,000 engagements each) and
prints what it wrote. It streams (constant memory) and is the same for the same numbers on every run and
machine; 100,000 engagements take some seconds. Check it beside the real ontology with ``bde validate
FOLDER``.

Engagements come in bundles of twenty between two states (``templates/bundle.ttl``), about 50 triples an
engagement: less than in the founding graph (206), where records have several pieces of evidence and
assessments abound, but with its kinds of records and its properties. Twenty-four states make 276 pairs of
unequal numbers; the pair of Arlandia and Borduria always has one bundle, so that a question about it shows
what the rest costs.

``--defects`` damages that share of the engagements, each in one of the ways of ``DEFECTS``; ``defects.csv``
in FOLDER lists each with the node and the shape that must report it (others may as well).
"""

import argparse
import csv
import hashlib
import random
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import cache
from itertools import combinations
from pathlib import Path

from rdflib import RDF, XSD, Literal

from bde.namespaces import PREFIXES, shorten
from bde.syntax import Term, parse_strict
from bde.workspace import read_text

Statement = tuple[str, str, str]  # the terms of a triple as Turtle writes them
Record = dict[str, list[Statement]]  # subject -> its statements
Damage = Callable[[list[Statement]], list[Statement]]

BUNDLE = 20  # engagements in templates/bundle.ttl
BUNDLES_IN_A_FILE = 1000
TEMPLATES = Path(__file__).parent / "templates"
_MORE = (
    first + last
    for first in ("Fal", "Gor", "Hal", "Jor", "Kel")
    for last in ("donia", "mark", "garia", "ovia")
)
STATES = ("Arlandia", "Borduria", "Cordonia", "Estmark", *_MORE)
_GIVEN = ("Anna", "Bruno", "Carl", "Dina", "Egon", "Frida", "Gerd", "Hanna", "Igor", "Jana")
_SYLLABLES = ("ba", "del", "fo", "gar", "hin", "kel", "lor", "mar", "nov", "ros", "sten", "vog")
_POSTS = ("minister", "deputy", "chief")
# A concept of the template -> those it is exchanged for, bundle by bundle.
_VARIED = {
    "area-space": (
        "education-and-training",
        "maritime-security",
        "cyber-security",
        "military-medicine",
        "space",
    ),
    "area-cbrn": (
        "delegation-exchange",
        "defense-industry",
        "search-and-rescue",
        "cbrn",
        "counter-terrorism",
    ),
    "instrument-protocol": ("protocol", "annual-plan", "memorandum-of-understanding", "letter-of-intent"),
    "rank-colonel": ("colonel", "major-general", "lieutenant-general", "general"),
    "topicstance-discussed": ("discussed", "agreed", "planned", "existing"),
    "kind-other-activity": ("training-course", "seminar", "port-call", "sports-event", "other-activity"),
    "relationship-partnership": ("partnership", "strategic-partnership", "traditional-friendship"),
}
_TOKEN = re.compile(
    r"block-0|(?:alpha|beta)-(?:new|old|post)|(?:Alpha|Beta)name (?:New|Old)|Alphacode"
    r"|alpha(?!-3)|beta|Alpha|Beta|4711|4712|digest-\d+|200[1-3]-\d\d-\d\d|" + "|".join(_VARIED)
)


def _text(term: Term) -> str:
    """A term in Turtle, short where the prefix table or the grammar allows it."""
    if not isinstance(term, Literal):
        name = shorten(str(term))
        return name if name != str(term) else f"<{term}>"
    if term.datatype in (XSD.integer, XSD.boolean):
        return str(term)
    datatype = f"^^{shorten(str(term.datatype))}" if term.datatype else ""
    return f'"{term}"' + (f"@{term.language}" if term.language else datatype)


@cache
def _template(name: str) -> list[Statement]:
    """The statements of a template with the evidence that its records and entities need."""
    path = TEMPLATES / f"{name}.ttl"
    records: Record = {}
    for triple in parse_strict(read_text(path), path):
        s, p, o = (_text(term) for term in triple)
        records.setdefault(s, []).append((s, "a" if triple[1] == RDF.type else p, o))
    passages = [subject for subject in records if subject.startswith("passage:")]
    described = [s for s in records if not s.startswith(("span:", "passage:"))]
    for number, subject in enumerate(described):
        passage = passages[number * len(passages) // len(described)] if passages else ""
        for node, statements in _evidence(subject, records[subject], passage, number):
            records[subject].append((subject, "bde:evidence", node))
            records[node] = statements
    return [statement for statements in records.values() for statement in statements]


def _evidence(
    subject: str, statements: list[Statement], passage: str, number: int
) -> Iterator[tuple[str, list[Statement]]]:
    """What backs all that is said of the subject; every fifth has a property that was inferred."""
    backed = sorted({p for _, p, _ in statements if p.startswith("bde:")})
    kind, _, name = subject.partition(":")
    if kind in ("group", "organization", "person", "place", "post", "state"):
        backed.append("rdfs:label")
    inferred = backed[-1:] if number % 5 == 4 and len(backed) > 2 and kind != "engagement" else []
    objects = {o for _, _, o in statements}
    stance = "asserted"
    if kind == "assessment":
        stance = "opinion"
    elif kind == "count":
        stance = "attributed"
    elif "bdec:realization-planned" in objects:
        stance = "planned"
    for part, properties in enumerate((backed[: len(backed) - len(inferred)], inferred), 1):
        if not properties:
            continue
        node = f"evidence:{kind}-{name}-{part}"
        basis = "inferred" if part == 2 else "stated" if passage else "bibliographic"
        said = [
            ("a", "bde:Evidence"),
            *(("bde:backs", p) for p in properties),
            ("bde:basis", f"bdec:basis-{basis}"),
        ]
        if part == 2:
            said.append(("bde:inferenceMethod", "bdec:inference-from-another-sentence"))
            said.append(("bde:inferenceNote", '"The sentence before says it."@en'))
        if passage:
            said.append(("bde:passage", passage))
        else:
            said.append(("bde:fromSource", "source:codes" if kind == "identity" else "source:gazette"))
            said.append(("bde:locator", '"catalogue entry"'))
        if stance == "attributed":
            said.append(("bde:accordingTo", "organization:alpha-ministry"))
        said.append(("bde:stance", f"bdec:stance-{stance}"))
        yield node, [(node, p, o) for p, o in said]


def _without(statements: list[Statement], *gone: Statement) -> list[Statement]:
    kept = [s for s in statements if s not in gone]
    if len(kept) != len(statements) - len(gone):
        raise ValueError(f"the bundle has no longer what a defect takes out: {gone}")
    return kept


def _missing_realization(all_: list[Statement]) -> list[Statement]:
    node = "engagement:block-0-press"
    return _without(
        all_,
        (node, "bde:realization", "bdec:realization-recurring"),
        (f"evidence:{node.replace(':', '-')}-1", "bde:backs", "bde:realization"),
    )


def _no_evidence(all_: list[Statement]) -> list[Statement]:
    node = "evidence:engagement-block-0-school-1"
    gone = [s for s in all_ if node in (s[0], s[2])]
    return _without(all_, *gone)


def _replaced(old: Statement, new: str) -> Damage:
    return lambda all_: [*_without(all_, old), (*old[:2], new)]


def _added(*new: Statement) -> Damage:
    return lambda all_: [*all_, *new]


# name -> (the node that is damaged, the shape that must say so, what is done to the statements of a bundle)
DEFECTS: dict[str, tuple[str, str, Damage]] = {
    "missing-realization": ("engagement:block-0-press", "Engagement-realization", _missing_realization),
    "second-label": (
        "topic:block-0-talks",
        "Record-label",
        _added(("topic:block-0-talks", "rdfs:label", '"A second label of block-0."@en')),
    ),
    "no-evidence": ("engagement:block-0-school", "Record-evidence", _no_evidence),
    "unbacked-property": (
        "assessment:block-0",
        "Record-properties-backed",
        _added(("assessment:block-0", "bde:addressedTo", "state:alpha")),
    ),
    "backs-nothing-there": (
        "evidence:engagement-block-0-courtesy-1",
        "Evidence-backs-something-there",
        _added(("evidence:engagement-block-0-courtesy-1", "bde:backs", "bde:venue")),
    ),
    "ends-before-start": (
        "span:block-0-dialogue",
        "TimeSpan-earliestStart-to-latestEnd",
        _replaced(
            ("span:block-0-dialogue", "bde:latestEnd", '"2001-08-20"^^xsd:date'), '"2001-08-19"^^xsd:date'
        ),
    ),
    "part-outside-whole": (
        "engagement:block-0-talks",
        "Engagement-part-within-whole",
        lambda all_: [
            (s, p, o.replace("2001-02-06", "2001-05-06")) if s == "span:block-0-talks" else (s, p, o)
            for s, p, o in all_
        ],
    ),
    "host-is-visitor": (
        "engagement:block-0-return",
        "Engagement-host-not-visitor",
        _added(("engagement:block-0-return", "bde:hostParty", "state:beta")),
    ),
    "concept-of-another-scheme": (
        "participation:block-0-talks",
        "Property-values-in-scheme",
        _replaced(("participation:block-0-talks", "bde:role", "bdec:role-interlocutor"), "bdec:level-2"),
    ),
    "text-for-a-date": (
        "span:block-0-exercise",
        "TimeSpan-earliestStart",
        _replaced(("span:block-0-exercise", "bde:earliestStart", '"2001-09-03"^^xsd:date'), '"2001-09-03"'),
    ),
    "digest-in-capitals": (
        "passage:block-0-s1",
        "Passage-sha256",
        _replaced(("passage:block-0-s1", "bde:sha256", '"digest-1"'), '"ABCDEF"'),
    ),
    "signs-for-nobody": (
        "participation:block-0-signs",
        "Participation-signatory-for-party",
        _replaced(("participation:block-0-signs", "bde:onBehalfOf", "state:alpha"), "organization:league"),
    ),
    "circle-of-parts": (
        "engagement:block-0-conference",
        "Engagement-part-not-cyclic",
        _added(
            ("engagement:block-0-conference", "bde:partOf", "engagement:block-0-conference"),
            ("evidence:engagement-block-0-conference-1", "bde:backs", "bde:partOf"),
        ),
    ),
    "somebody-elses-post": (
        "participation:block-0-host",
        "Participation-capacity-of-participant",
        _replaced(
            ("participation:block-0-host", "bde:inCapacity", "postholding:beta-new"), "postholding:beta-old"
        ),
    ),
}


@cache
def _compiled(name: str, defects: frozenset[str] = frozenset()) -> tuple[str, tuple[str, ...], int]:
    """A template as a format string, the names of its fields, and how many triples it writes."""
    statements = _template(name)
    for defect in sorted(defects):
        statements = DEFECTS[defect][2](statements)
    grouped: dict[str, dict[str, list[str]]] = {}
    for s, p, o in statements:
        grouped.setdefault(s, {}).setdefault(p, []).append(o)
    text = "".join(
        f"{s} " + " ; ".join(f"{p} {' , '.join(dict.fromkeys(o))}" for p, o in said.items()) + " .\n"
        for s, said in grouped.items()
    )
    fields = tuple(dict.fromkeys(_TOKEN.findall(text)))
    return _TOKEN.sub(r"%(\g<0>)s", text.replace("%", "%%")), fields, len(set(statements))


class _Bundles:
    """The values of the fields, bundle by bundle; remembers how many persons and bundles there are so far."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.persons = Counter[str]()
        self.bundles = Counter[tuple[str, str]]()
        self.small, *self.pairs = combinations(STATES, 2)
        self.weights = [1 / rank for rank in range(1, len(self.pairs) + 1)]

    def values(self, number: int, fields: tuple[str, ...]) -> dict[str, str]:
        pair = self.small if number == 0 else self.random.choices(self.pairs, self.weights)[0]
        self.bundles[pair] += 1
        values = {"block-0": f"b{number}", "4711": str(2 + number % 70), "4712": str(self.bundles[pair])}
        for token, state in zip(("alpha", "beta"), pair, strict=True):
            self.persons[state] += 1
            newest = self.persons[state]
            older = self.random.randrange(max(0, newest - 8), newest)
            values |= _names(token, state)
            values[f"{token}-new"], values[f"{token}-old"] = (f"{values[token]}-{i}" for i in (newest, older))
            values[f"{token}-post"] = f"{values[token]}-{_POSTS[newest % 3]}"
            values[f"{token.title()}name New"] = _person(newest, state)
            values[f"{token.title()}name Old"] = _person(older, state) if older else f"{state} Elder"
        moved = timedelta(days=self.random.randrange(-12000, 8000))
        for field in fields:
            if field[:3] == "200":
                values[field] = (date.fromisoformat(field) + moved).isoformat()
            elif field.startswith("digest-"):
                values[field] = hashlib.sha256(f"{number} {field}".encode()).hexdigest()
            elif field in _VARIED:
                values[field] = field.split("-")[0] + "-" + self.random.choice(_VARIED[field])
        return values


def _names(token: str, state: str) -> dict[str, str]:
    return {token: state.lower(), token.title(): state, "Alphacode": _code(state)}


def _code(state: str) -> str:
    """A code that ISO 3166-1 leaves to its users: XAA to XZZ."""
    return f"XA{chr(ord('A') + STATES.index(state))}"


def _person(number: int, state: str) -> str:
    """A name that nobody else has."""
    number, given = divmod(number * len(STATES) + STATES.index(state), len(_GIVEN))
    syllables: list[str] = []
    while number or not syllables:
        number, syllable = divmod(number, len(_SYLLABLES))
        syllables.append(_SYLLABLES[syllable])
    return f"{_GIVEN[given]} {''.join(syllables).title()}"


def _header() -> str:
    return "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in PREFIXES.items())


def generate(folder: Path, engagements: int, seed: int = 1, defects: float = 0.0) -> dict[str, int]:
    """Write the graph into ``folder`` and say how many triples, engagements and defects of each kind it has.

    ``engagements`` is rounded up to whole bundles; ``defects`` is the share of engagements that are damaged.
    Raises ``ValueError`` where a bundle would need more defects than there are ways to damage it.
    """
    count = -(-engagements // BUNDLE)
    if not 0 <= defects <= len(DEFECTS) / BUNDLE:
        raise ValueError(f"a share of defects lies between 0 and {len(DEFECTS) / BUNDLE}")
    folder.mkdir(parents=True, exist_ok=True)
    bundles, ways = _Bundles(seed), random.Random(seed + 1)
    counts = Counter[str](engagements=count * BUNDLE)

    def filled(name: str, values: dict[str, str], damaged: frozenset[str] = frozenset()) -> str:
        text, _, triples = _compiled(name, damaged)
        counts["triples"] += triples
        return text % values

    with (folder / "world.ttl").open("w", encoding="utf-8") as world:
        world.write(_header() + filled("world", {}))
        world.writelines(filled("state", _names("alpha", state)) for state in STATES)
    damages = round(defects * count * BUNDLE)
    with (folder / "defects.csv").open("w", encoding="utf-8", newline="") as listed:
        log = csv.writer(listed, lineterminator="\n")
        log.writerow(("defect", "node", "shape"))
        for first in range(0, count, BUNDLES_IN_A_FILE):
            path = folder / f"engagements-{first // BUNDLES_IN_A_FILE + 1:04}.ttl"
            with path.open("w", encoding="utf-8") as out:
                out.write(_header())
                for number in range(first, min(first + BUNDLES_IN_A_FILE, count)):
                    due = (number + 1) * damages // count - number * damages // count
                    damaged = frozenset(ways.sample(sorted(DEFECTS), due))
                    values = bundles.values(number, _compiled("bundle", damaged)[1])
                    if int(values["4712"]) == 1:
                        out.write(filled("pair", values))
                    out.write(filled("bundle", values, damaged))
                    for name in sorted(damaged):
                        node, shape, _ = DEFECTS[name]
                        log.writerow((name, node.replace("block-0", values["block-0"]), shape))
                        counts[f"defect {name}"] += 1
    return dict(counts)


def main() -> None:
    """Read the command line, write the graph, print what was written."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--engagements", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--defects", type=float, default=0.0, metavar="SHARE")
    arguments = parser.parse_args()
    counts = generate(arguments.folder, arguments.engagements, arguments.seed, arguments.defects)
    sys.stdout.writelines(f"{name}: {number}\n" for name, number in sorted(counts.items()))


if __name__ == "__main__":
    main()
