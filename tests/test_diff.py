"""Two versions of the ontology are compared by what they say, and each change by what it breaks."""

import json
import os
import subprocess
from pathlib import Path

import pytest
from rdflib import Graph

from bde import __version__, release
from bde.cli import run
from bde.diff import Change, Difference, Effect, Kind, Version, compare, read
from bde.errors import BdeError, SyntaxProblem
from bde.namespaces import PREFIXES
from bde.workspace import Workspace
from conftest import ROOT

HEAD = "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in PREFIXES.items())
# A small ontology of invented terms, which every case changes in one place.
SMALL = """
<https://w3id.org/bde/ontology> a owl:Ontology ; owl:versionIRI <https://w3id.org/bde/ontology/1.2.0> .
bde:Thing a owl:Class ; rdfs:label "thing"@en ; skos:definition "What there is."@en .
bde:Ship a owl:Class ; rdfs:subClassOf bde:Thing ; skos:definition "Thing that floats."@en .
bde:Port a owl:Class ; rdfs:subClassOf bde:Thing ; rdfs:label "port"@en .
bde:Ferry a owl:Class ; rdfs:subClassOf bde:Ship ; rdfs:label "ferry"@en .
bde:Shuttle a owl:Class ; rdfs:subClassOf bde:Ferry ; rdfs:label "shuttle"@en .
bde:calls a owl:ObjectProperty , owl:FunctionalProperty ; rdfs:domain bde:Ship ; rdfs:range bde:Port .
bde:nears a owl:ObjectProperty , owl:TransitiveProperty ; rdfs:domain bde:Thing .
bde:passes a owl:ObjectProperty ; rdfs:subPropertyOf bde:nears ; rdfs:domain bde:Ship ; rdfs:range bde:Thing .
bde:draft a owl:DatatypeProperty ; rdfs:domain [ a owl:Class ; owl:unionOf ( bde:Ship bde:Port ) ] ;
    rdfs:range xsd:integer .
bde:flag a owl:ObjectProperty ; rdfs:domain bde:Ship ; bde:valueScheme bdec:flags .
bdec:flags a skos:ConceptScheme ; rdfs:label "flags"@en .
bdec:pennant a skos:Concept ; skos:inScheme bdec:flags ; skos:notation "P" ; rdfs:label "pennant"@en .
bdec:jack a skos:Concept ; skos:inScheme bdec:flags ; skos:broader bdec:pennant ; rdfs:label "jack"@en .
[] a owl:AllDisjointClasses ; owl:members ( bde:Ship bde:Port ) .
"""
SAILS = "bde:sails a owl:ObjectProperty ; rdfs:domain bde:Ship ."
WORDING, COMPATIBLE, BREAKING = Effect
# What is written in place of what, and what that is said to be: facet, effect and why.
REDEFINED: dict[str, tuple[str, str, tuple[str, Effect, str]]] = {
    "another label": ('"ferry"@en', '"ferry boat"@en', ("rdfs:label", WORDING, "wording")),
    "another definition": ("that floats", "afloat", ("skos:definition", WORDING, "wording")),
    "a wider domain": (
        "rdfs:range bde:Port",
        "rdfs:range bde:Thing",
        ("rdfs:range", COMPATIBLE, "more is allowed"),
    ),
    "a union that takes a class in": (
        "rdfs:domain bde:Ship ; rdfs:range bde:Port",
        "rdfs:domain [ a owl:Class ; owl:unionOf ( bde:Port bde:Ship ) ] ; rdfs:range bde:Port",
        ("rdfs:domain", COMPATIBLE, "more is allowed"),
    ),
    "a union that leaves a class out": (
        "[ a owl:Class ; owl:unionOf ( bde:Ship bde:Port ) ]",
        "bde:Ship",
        ("rdfs:domain", BREAKING, "less is allowed"),
    ),
    "a narrower domain": (
        "rdfs:domain bde:Ship ; rdfs:range bde:Port",
        "rdfs:domain bde:Ferry ; rdfs:range bde:Port",
        ("rdfs:domain", BREAKING, "less is allowed"),
    ),
    "a domain where there was none to keep": (
        "rdfs:range xsd:integer",
        "rdfs:range xsd:string",
        ("rdfs:range", BREAKING, "another class"),
    ),
    "a range where there was none": (
        "rdfs:domain bde:Thing .",
        "rdfs:domain bde:Thing ; rdfs:range bde:Port .",
        ("rdfs:range", BREAKING, "less is allowed"),
    ),
    "a range no longer": (
        "rdfs:domain bde:Ship ; rdfs:range bde:Port",
        "rdfs:domain bde:Ship",
        ("rdfs:range", COMPATIBLE, "more is allowed"),
    ),
    "a second domain, which narrows the first": (
        "rdfs:domain bde:Thing .",
        "rdfs:domain bde:Thing , bde:Port .",
        ("rdfs:domain", BREAKING, "less is allowed"),
    ),
    "one value no longer at most": (
        "owl:ObjectProperty , owl:FunctionalProperty",
        "owl:ObjectProperty",
        ("rdf:type", COMPATIBLE, "more is allowed"),
    ),
    "one value at most": (
        "owl:ObjectProperty , owl:TransitiveProperty",
        "owl:ObjectProperty , owl:TransitiveProperty , owl:FunctionalProperty",
        ("rdf:type", BREAKING, "less is allowed"),
    ),
    "a chain of values no longer": (
        "owl:ObjectProperty , owl:TransitiveProperty",
        "owl:ObjectProperty",
        ("rdf:type", BREAKING, "less follows"),
    ),
    "both ways": (
        "owl:ObjectProperty , owl:TransitiveProperty",
        "owl:ObjectProperty , owl:TransitiveProperty , owl:SymmetricProperty",
        ("rdf:type", COMPATIBLE, "more follows"),
    ),
    "a property of text for one of things": (
        "bde:flag a owl:ObjectProperty",
        "bde:flag a owl:DatatypeProperty",
        ("rdf:type", BREAKING, "another sort of term"),
    ),
    "another superclass": (
        "rdfs:subClassOf bde:Ship ; rdfs:label",
        "rdfs:subClassOf bde:Port ; rdfs:label",
        ("rdfs:subClassOf", BREAKING, "less is allowed"),
    ),
    "a superclass less": (
        "rdfs:subClassOf bde:Ferry ; ",
        "rdfs:subClassOf bde:Thing ; ",
        ("rdfs:subClassOf", BREAKING, "less follows"),
    ),
    "a superclass that already followed": (
        "rdfs:subClassOf bde:Ferry ; ",
        "rdfs:subClassOf bde:Ferry , bde:Thing ; ",
        ("rdfs:subClassOf", COMPATIBLE, "the same follows"),
    ),
    "a restriction": (
        "rdfs:subClassOf bde:Ferry ; ",
        "rdfs:subClassOf bde:Ferry , "
        "[ a owl:Restriction ; owl:onProperty bde:calls ; owl:someValuesFrom bde:Port ] ; ",
        ("rdfs:subClassOf", BREAKING, "less is allowed"),
    ),
    "a property that no longer implies another": (
        "rdfs:subPropertyOf bde:nears ; ",
        "",
        ("rdfs:subPropertyOf", BREAKING, "less follows"),
    ),
    "a chain that implies a property": (
        "bde:flag a",
        "bde:flag owl:propertyChainAxiom ( bde:nears [ owl:inverseOf bde:calls ] ) ; a",
        ("owl:propertyChainAxiom", COMPATIBLE, "more follows"),
    ),
    "classes that may no longer share a thing": (
        "bde:flag a",
        "bde:Port owl:disjointWith bde:Shuttle . bde:flag a",
        ("owl:disjointWith", BREAKING, "less is allowed"),
    ),
    "another scheme of values": (
        "bde:valueScheme bdec:flags",
        "bde:valueScheme bdec:other",
        ("bde:valueScheme", BREAKING, "less is allowed"),
    ),
    "values of any scheme": (
        " ; bde:valueScheme bdec:flags",
        "",
        ("bde:valueScheme", COMPATIBLE, "more is allowed"),
    ),
    "a concept in another scheme": (
        "skos:inScheme bdec:flags ; skos:notation",
        "skos:inScheme bdec:other ; skos:notation",
        ("skos:inScheme", BREAKING, "another scheme"),
    ),
    "a concept with no place below": (
        " ; skos:broader bdec:pennant",
        "",
        ("skos:broader", BREAKING, "less follows"),
    ),
    "another code": ('"P"', '"Q"', ("skos:notation", BREAKING, "a code is gone")),
    "a property that data may no longer state": (
        "bde:flag a",
        "bde:flag bde:derived true ; a",
        ("bde:derived", BREAKING, "no longer for data to state"),
    ),
    "an axiom of a kind unknown here": (
        "bde:flag a",
        "bde:flag owl:propertyDisjointWith bde:calls ; a",
        ("owl:propertyDisjointWith", BREAKING, "another meaning"),
    ),
    "an axiom about nothing in particular": (
        "[] a owl:AllDisjointClasses",
        "[] a owl:AllDifferent ; owl:distinctMembers ( bdec:jack ) . [] a owl:AllDisjointClasses",
        ("axiom", BREAKING, "another meaning"),
    ),
}


def version(text: str, name: str = "") -> Version:
    return Version(name, Graph().parse(data=HEAD + text, format="turtle"))


def changed(old: str, new: str) -> Difference:
    """The difference that one replacement makes to the small ontology."""
    assert old in SMALL
    return compare(version(SMALL), version(SMALL.replace(old, new, 1)))


def the_only(difference: Difference) -> Change:
    (change,) = difference.changes
    return change


@pytest.mark.parametrize("case", REDEFINED)
def test_a_change_is_named_by_what_changed_and_judged_by_what_it_breaks(case: str) -> None:
    old, new, (facet, effect, why) = REDEFINED[case]
    change = the_only(changed(old, new))
    assert (change.kind, change.facet, change.effect, change.why) == (Kind.REDEFINED, facet, effect, why)
    assert change.old or change.new


def test_values_are_told_by_structure() -> None:
    union = the_only(changed("[ a owl:Class ; owl:unionOf ( bde:Ship bde:Port ) ]", "bde:Ship"))
    assert (union.old, union.new) == (("bde:Port or bde:Ship",), ("bde:Ship",))
    some = "[ a owl:Restriction ; owl:onProperty bde:calls ; owl:someValuesFrom bde:Port ]"
    restriction = the_only(changed("rdfs:subClassOf bde:Ferry", f"rdfs:subClassOf bde:Ferry , {some}"))
    assert restriction.new == ("bde:calls some bde:Port",)
    chain = "owl:propertyChainAxiom ( bde:nears [ owl:inverseOf bde:calls ] )"
    chained = the_only(changed("bde:flag a", f"bde:flag {chain} ; a"))
    assert chained.new == ("bde:nears o (inverse of bde:calls)",)
    few = "[ owl:onProperty bde:calls ; owl:maxQualifiedCardinality 2 ; owl:onClass bde:Port ]"
    counted = the_only(changed("rdfs:subClassOf bde:Ferry", f"rdfs:subClassOf bde:Ferry , {few}"))
    assert counted.new == ("bde:calls max 2 bde:Port",)


def test_what_says_the_same_in_another_order_is_no_change() -> None:
    same = SMALL.replace("( bde:Ship bde:Port )", "( bde:Port bde:Ship )")
    assert same != SMALL
    lines = same.strip().replace(";\n   ", ";").splitlines()
    assert compare(version(SMALL), version("\n".join(reversed(lines)))).changes == ()


def test_a_chain_in_another_order_is_a_change() -> None:
    chains = [f"bde:flag owl:propertyChainAxiom {chain} ." for chain in ("( bde:calls bde:nears )",) * 2]
    assert compare(version(SMALL + chains[0]), version(SMALL + chains[1])).changes == ()
    other = "bde:flag owl:propertyChainAxiom ( bde:nears bde:calls ) ."
    change = the_only(compare(version(SMALL + chains[0]), version(SMALL + other)))
    assert (change.effect, change.why) == (Effect.BREAKING, "less follows")


def test_a_term_put_between_two_others_takes_nothing_away() -> None:
    text = SMALL.replace("rdfs:subClassOf bde:Ferry", "rdfs:subClassOf bde:Tender")
    text += "bde:Tender a owl:Class ; rdfs:subClassOf bde:Ferry ."
    found = compare(version(SMALL), version(text))
    told = {(c.kind, c.name, c.effect, c.why) for c in found.changes}
    assert told == {
        (Kind.ADDED, "bde:Tender", Effect.COMPATIBLE, "new"),
        (Kind.REDEFINED, "bde:Shuttle", Effect.COMPATIBLE, "more follows"),
    }


def test_a_new_class_apart_from_its_siblings_is_one_addition() -> None:
    text = SMALL.replace("members ( bde:Ship bde:Port )", "members ( bde:Ship bde:Port bde:Reef )")
    change = the_only(compare(version(SMALL), version(text + "bde:Reef a owl:Class .")))
    assert (change.kind, change.name, change.effect) == (Kind.ADDED, "bde:Reef", Effect.COMPATIBLE)


def test_a_term_removed_breaks_and_names_its_successor_where_one_was_known() -> None:
    old = SAILS.replace(
        " .", ' ; skos:definition "Goes."@en ; owl:deprecated true ; dcterms:isReplacedBy bde:nears .'
    )
    change = the_only(compare(version(SMALL + old), version(SMALL)))
    assert change == Change(
        Kind.REMOVED,
        "object property",
        "bde:sails",
        "",
        Effect.BREAKING,
        "the name is gone",
        old=("Goes.",),
        new=("bde:nears",),
    )


def test_a_term_deprecated_is_compatible_and_names_its_successor() -> None:
    new = SAILS.replace(" .", " ; owl:deprecated true ; dcterms:isReplacedBy bde:nears .")
    change = the_only(compare(version(SMALL + SAILS), version(SMALL + new)))
    assert (change.kind, change.effect, change.new) == (Kind.DEPRECATED, Effect.COMPATIBLE, ("bde:nears",))


def test_a_label_that_a_concept_bears_twice_is_one_change() -> None:
    texts = [f'bdec:gale a skos:Concept ; rdfs:label "{x}"@en ; skos:prefLabel "{x}"@en .' for x in "ab"]
    assert the_only(compare(*map(version, texts))).facet == "rdfs:label"


def test_statements_about_the_terms_of_others_are_left_aside() -> None:
    assert compare(version(SMALL), version(SMALL + "skos:Concept a owl:Class .")).changes == ()


# The number of the older version, that of the newer, and the changes between them.
STEPS = {
    ("1.2.0", "1.2.0", ""): ("none", "none", True, "1.2.0"),
    ("1.2.0", "1.2.1", "wording"): ("patch", "patch", True, "1.2.1"),
    ("1.2.0", "1.2.1", "new"): ("minor", "patch", False, "1.3.0"),
    ("1.2.0", "1.3.0", "new"): ("minor", "minor", True, "1.3.0"),
    ("1.2.0", "1.3.0", "broken"): ("major", "minor", False, "2.0.0"),
    ("1.2.0", "2.0.0", "broken"): ("major", "major", True, "2.0.0"),
    ("0.2.0", "0.3.0", "broken"): ("minor", "minor", True, "0.3.0"),
    ("0.2.0", "0.2.0", "broken"): ("minor", "none", False, "0.3.0"),
    ("1.2.0", "1.1.0", "new"): ("minor", "back", False, "1.3.0"),
    ("1.2.0", "1.10.0", "new"): ("minor", "minor", True, "1.3.0"),
    ("1.2.0", "", "new"): ("minor", "unknown", None, "1.3.0"),
    ("spring", "1.0.0", "new"): ("minor", "unknown", None, ""),
}


@pytest.mark.parametrize("case", STEPS, ids=" ".join)
def test_the_step_of_version_is_the_one_that_the_gravest_change_asks_for(case: tuple[str, str, str]) -> None:
    old, new, change = case
    text = SMALL.replace("ontology/1.2.0", f"ontology/{new}")
    if not new:
        text = text.replace(" ; owl:versionIRI <https://w3id.org/bde/ontology/>", "")
    changes = {
        "": text,
        "wording": text.replace("afloat", "on water").replace("that floats", "on water"),
        "new": text + SAILS,
        "broken": text.replace("bdec:jack a skos:Concept", "bdec:flag-jack a skos:Concept"),
    }
    found = compare(version(SMALL.replace("ontology/1.2.0", f"ontology/{old}")), version(changes[change]))
    assert (found.asked, found.taken, found.enough, found.wanted) == STEPS[case]


SHAPE = "bdesh:Ship a sh:NodeShape ; sh:property [ sh:path bde:calls ; sh:minCount {} ] ."
RULE = (
    "bdesh:Port a sh:NodeShape ; sh:sparql bdesh:Port-query . "
    'bdesh:Port-query a sh:SPARQLConstraint ; sh:select "SELECT $this WHERE {{ {} }}" .'
)
QUESTION = """#+ summary: Which ships called?
#+ parameters:
#+   since: date = any - Leaves out earlier calls,
#+     of whatever ship.
#+ columns:
#+   ship - The ship.
#+   port - The port.
SELECT ?ship ?port
WHERE { ?ship bde:calls ?port }
"""


def whole(shapes: str, questions: dict[str, str]) -> Version:
    return Version("", version(SMALL).ontology, version(shapes).ontology, questions)


def test_shapes_and_questions_are_compared_by_name() -> None:
    old = whole(SHAPE.format(1) + RULE.format("$this a bde:Port"), {"calls": QUESTION, "gone": QUESTION})
    new = whole(SHAPE.format(2) + "bdesh:Reef a sh:NodeShape .", {"calls": QUESTION, "come": QUESTION})
    found = compare(old, new)
    assert {(str(c.kind), c.sort, c.name, c.effect) for c in found.changes} == {
        ("redefined", "shape", "bdesh:Ship", Effect.COMPATIBLE),
        ("removed", "shape", "bdesh:Port", Effect.COMPATIBLE),
        ("added", "shape", "bdesh:Reef", Effect.COMPATIBLE),
        ("removed", "question", "gone", Effect.BREAKING),
        ("added", "question", "come", Effect.COMPATIBLE),
    }
    assert found.counts == {"terms": (13, 13), "shapes": (2, 2), "questions": (2, 2)}


def test_a_shape_whose_query_changed_has_changed() -> None:
    change = the_only(compare(*(whole(RULE.format(f"$this a bde:{x}"), {}) for x in ("Port", "Ship"))))
    assert (change.kind, change.name) == (Kind.REDEFINED, "bdesh:Port")


@pytest.mark.parametrize(
    ("old", "new", "effect", "why"),
    [
        ("Which ships", "What ships", Effect.COMPATIBLE, "changed"),
        ("#+   port - The port.\n", "", Effect.BREAKING, "column port gone"),
        ("#+   since: ", "#+   from: ", Effect.BREAKING, "parameter since gone"),
        ("#+   port", "#+   flag - The flag.\n#+   port", Effect.COMPATIBLE, "changed"),
    ],
)
def test_a_question_breaks_with_a_column_or_parameter(old: str, new: str, effect: Effect, why: str) -> None:
    texts = (QUESTION, QUESTION.replace(old, new))
    change = the_only(compare(*(whole("", {"calls": text}) for text in texts)))
    assert (change.effect, change.why) == (effect, why)


@pytest.fixture
def history(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout whose graph is in a folder of it, with two commits: bde:Ferry changed its label."""
    for part in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{part}_NAME", "Keel")
        monkeypatch.setenv(f"GIT_{part}_EMAIL", "keel@example.org")
    root = tmp_path / "checkout" / "graph"
    (root / "ontology").mkdir(parents=True)
    git(tmp_path, "init", "--quiet", "checkout")
    for label in ("boat", "ferry"):
        (root / "ontology" / "bde.ttl").write_text(HEAD + SMALL.replace('"ferry"', f'"{label}"'))
        git(root, "add", ".")
        git(root, "commit", "--quiet", "--message", label)
    return root


def git(folder: Path, *arguments: str) -> str:
    return subprocess.run(
        ["git", *arguments], cwd=folder, check=True, capture_output=True, text=True
    ).stdout.strip()


def test_a_revision_is_read_from_the_history_and_the_checkout_is_left_as_it_is(history: Path) -> None:
    (history / "ontology" / "bde.ttl").write_text(HEAD + SMALL + SAILS)
    state = git(history, "status", "--porcelain"), git(history, "stash", "list"), git(history, "branch")
    found = compare(read("HEAD~1", history), read(str(history), history))
    assert [(c.kind, c.name) for c in found.changes] == [
        (Kind.REDEFINED, "bde:Ferry"),
        (Kind.ADDED, "bde:sails"),
    ]
    assert state == (
        git(history, "status", "--porcelain"),
        git(history, "stash", "list"),
        git(history, "branch"),
    )


def test_a_revision_without_shapes_and_questions_is_compared_by_its_terms(history: Path) -> None:
    old = read("HEAD", history)
    assert (old.shapes, old.questions, old.number) == (None, None, "1.2.0")
    assert set(compare(old, read("HEAD~1", history)).counts) == {"terms"}


def test_a_path_wins_over_a_revision_of_the_same_name(history: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    git(history, "tag", "spring.ttl", "HEAD~1")
    monkeypatch.chdir(history)
    assert compare(read("spring.ttl", history), read("HEAD", history)).changes
    Path("spring.ttl").write_text(HEAD + SMALL)
    assert not compare(read("spring.ttl", history), read("HEAD", history)).changes


def test_git_looks_in_the_checkout_and_nowhere_else(history: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_DIR", str(history / "elsewhere"))
    assert read("HEAD", history).number == "1.2.0"


def test_what_cannot_be_read_is_said_with_what_to_do(history: Path, tmp_path: Path) -> None:
    with pytest.raises(
        BdeError, match="no file or folder is called 'HEAD~7', and git knows no such revision"
    ):
        read("HEAD~7", history)
    with pytest.raises(BdeError, match="git knows no such revision"):
        read("--output=here", history)
    with pytest.raises(BdeError, match=r"git knows no history of .*Name a checkout"):
        read("HEAD", tmp_path)
    with pytest.raises(BdeError, match=r"holds neither ontology/ nor ontology\.ttl"):
        read(str(tmp_path), history)
    (history / "ontology" / "bde.ttl").rename(history / "other.ttl")
    git(history, "add", "--all", ".")
    git(history, "commit", "--quiet", "--message", "away")
    with pytest.raises(BdeError, match="revision HEAD has no ontology/"):
        read("HEAD", history)


def test_a_malformed_file_is_named_with_its_version_and_line(history: Path) -> None:
    (history / "ontology" / "ships.ttl").write_text("@prefix a: <http://a.example/> .\na:b a:c .\n")
    git(history, "add", ".")
    git(history, "commit", "--quiet", "--message", "malformed")
    with pytest.raises(SyntaxProblem, match=r"^HEAD:ontology/ships\.ttl:2: "):
        read("HEAD", history)
    with pytest.raises(SyntaxProblem, match=rf"^{history}/ontology/ships\.ttl:2: "):
        read(str(history), history)


@pytest.mark.exhaustive("a release compared with its checkout")
def test_a_release_is_the_version_it_was_built_from(workspace: Workspace, tmp_path: Path) -> None:
    built = release.build(workspace, tmp_path / "graph", __version__).folder
    for old in (built, built / "ontology.ttl"):
        found = compare(read(str(old), ROOT), read(str(ROOT), ROOT))
        assert found.changes == () and found.counts["terms"][0] == found.counts["terms"][1] > 500
        assert ("shapes" in found.counts) == (old == built)
    assert found.numbers == (__version__, __version__)


@pytest.fixture
def two(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two files in the current folder that differ by a term, a definition and a domain."""
    monkeypatch.chdir(tmp_path)
    text = SMALL.replace("that floats", "afloat").replace(
        "rdfs:domain [ a owl:Class ; owl:unionOf ( bde:Ship bde:Port ) ]", "rdfs:domain bde:Ship"
    )
    Path("old.ttl").write_text(HEAD + SMALL + SAILS)
    Path("new.ttl").write_text(HEAD + text.replace("1.2.0", "1.3.0"))


TEXT = """\
old  old.ttl  1.2.0  14 terms
new  new.ttl  1.3.0  13 terms
3 changes: 2 breaking, 0 compatible, 1 of wording

removed terms (1)
  bde:sails  object property  [breaking: the name is gone]

redefined terms (2)
  bde:Ship  class
    skos:definition
      - "Thing that floats."
      + "Thing afloat."
  bde:draft  datatype property
    rdfs:domain  [breaking: less is allowed]
      - bde:Port or bde:Ship
      + bde:Ship

The changes ask for a major step, to 2.0.0 or later; the step taken is from 1.2.0 to 1.3.0: too small.
"""
MARKDOWN = """\
### From 1.2.0 to 1.3.0

The changes ask for a major step, to 2.0.0 or later; the step taken is from 1.2.0 to 1.3.0: too small.

- **BREAKING** Removed object property `bde:sails`.
  **Migration**: the name is gone; say what to do.
- **BREAKING** Changed datatype property `bde:draft`, `rdfs:domain`: `bde:Port or bde:Ship` became `bde:Ship`.
  **Migration**: less is allowed; say what to do.
- Changed class `bde:Ship`, `skos:definition`: "Thing that floats." became "Thing afloat."
"""


@pytest.mark.usefixtures("two")
@pytest.mark.parametrize(("form", "expected"), [("text", TEXT), ("markdown", MARKDOWN)])
def test_the_difference_reads(form: str, expected: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["diff", "old.ttl", "new.ttl", "--as", form]) == 0
    assert capsys.readouterr().out == expected


@pytest.mark.usefixtures("two")
def test_the_difference_is_data_for_a_program(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["diff", "old.ttl", "new.ttl", "--as", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["old"] == {"name": "old.ttl", "version": "1.2.0", "terms": 14}
    assert told["step"] == {"asked": "major", "taken": "minor", "enough": False, "next": "2.0.0"}
    assert [change["effect"] for change in told["changes"]] == ["breaking", "wording", "breaking"]
    assert told["changes"][2]["old"] == ["bde:Port or bde:Ship"]


@pytest.mark.usefixtures("two")
@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["old.ttl", "new.ttl"], 0),
        (["old.ttl", "old.ttl", "--fail-on", "change"], 0),
        (["old.ttl", "new.ttl", "--fail-on", "change"], 1),
        (["old.ttl", "new.ttl", "--fail-on", "breaking"], 1),
        (["old.ttl", "new.ttl", "--fail-on", "step"], 1),
        (["old.ttl", "old.ttl", "--fail-on", "step"], 0),
        (["old.ttl", "missing.ttl"], 2),
        (["old.ttl"], 2),
        (["old.ttl", "empty.ttl"], 4),
    ],
)
def test_a_difference_is_no_finding_unless_asked_for(arguments: list[str], code: int) -> None:
    Path("empty.ttl").write_text(HEAD)
    assert run(["diff", *arguments]) == code


def test_nothing_breaks_a_reader_of_markdown(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("old.ttl", "new.ttl")]
    for file, text in zip(files, (SMALL, SMALL.replace("that floats", "<b>*[afloat]*</b>")), strict=True):
        file.write_text(HEAD + text)
    run(["diff", *map(os.fspath, files), "--as", "markdown"])
    assert r"\<b\>\*\[afloat\]\*\</b\>" in capsys.readouterr().out
