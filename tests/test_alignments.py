"""Mappings lead to terms that exist, of the same sort, say what is lost, and hold with the vocabularies.

For each vocabulary, ``tests/alignments/<vocabulary>.ttl`` keeps facts of it: the terms that are mapped and
the hierarchy, disjointness, domains and ranges around them, as its own file states them. The reasoner gets
the mappings with these facts, so that one that goes against what a vocabulary says of itself is a
contradiction.
"""

from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from rdflib import OWL, RDF, RDFS, SKOS, Graph, Literal, URIRef
from rdflib.term import Node

from bde import reason
from bde.graphs import read
from bde.namespaces import BDE, CONCEPT, PREFIXES, shorten
from bde.workspace import Workspace

SPACE = Workspace.find(Path(__file__))
FACTS = Path(__file__).parent / "alignments"
FILES = {path.stem: path for path in SPACE.alignments}
CROSSWALKS = "concept-crosswalks"
TERMS = [path for path in SPACE.ontology if "concepts" not in path.parts]
HEAD = "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in PREFIXES.items())

MATCHES = {SKOS.exactMatch, SKOS.closeMatch, SKOS.broadMatch, SKOS.narrowMatch, SKOS.relatedMatch}
AXIOMS = {
    OWL.Class: {RDFS.subClassOf, OWL.equivalentClass},
    OWL.ObjectProperty: {RDFS.subPropertyOf, OWL.equivalentProperty},
    OWL.DatatypeProperty: {RDFS.subPropertyOf, OWL.equivalentProperty},
    OWL.AnnotationProperty: set[URIRef](),
}
PREDICATES = MATCHES.union(*AXIOMS.values())

# Vocabulary -> how many mappings it has at least, and what its notes begin with.
VOCABULARIES = {
    "cco": (28, ("CCO 2: ", "BFO 2020: ")),
    "crm": (46, ("CIDOC-CRM: ",)),
    "gist": (22, ("gist 14: ",)),
    "ies4": (26, ("IES 4: ",)),
    "lode": (7, ("LODE: ",)),
    "oa": (4, ("Web Annotation: ",)),
    "org": (12, ("ORG: ",)),
    "prov": (20, ("PROV-O: ",)),
    "schema": (37, ("schema.org: ",)),
    "sem": (19, ("SEM: ",)),
    "skos": (9, ("SKOS: ", "SKOS-XL: ")),
    "time": (13, ("OWL-Time: ",)),
}
# Vocabulary -> a mapping that would be wrong: it clashes with what the vocabulary says of itself.
WRONG = {
    "cco": "bde:Engagement rdfs:subClassOf cco:ont00000228 .",
    "crm": "bde:State owl:equivalentClass crm:E39_Actor .",
    "gist": "bde:Organization rdfs:subClassOf gist:PhysicalIdentifiableItem .",
    "ies4": "bde:Engagement rdfs:subClassOf ies:Event . bde:Entity owl:equivalentClass ies:Element .",
    "lode": "bde:time rdfs:subPropertyOf lode:atTime . bde:Person owl:equivalentClass lode:Event .",
    "oa": """bde:Passage rdfs:subClassOf oa:TextPositionSelector .
             bde:Evidence owl:equivalentClass oa:Selector .""",
    "org": "bde:Organization rdfs:subClassOf org:Membership .",
    "prov": "bde:Engagement rdfs:subClassOf prov:Activity .",
    "schema": "bde:State rdfs:subClassOf schema:Country . bde:Place owl:equivalentClass schema:Place .",
    "sem": "bde:Person owl:equivalentClass sem:Time .",
    "skos": "bde:identifierScheme rdfs:subPropertyOf skos:inScheme .",
    "time": "bde:TimeSpan rdfs:subClassOf time:ProperInterval , time:Instant .",
}

# Scheme -> how many of its concepts are restated here, and how many mappings lead to them.
SCHEMES = {"atop": (5, 5), "cameo": (17, 63), "dcad": (9, 14), "plover": (12, 61)}
# The codes that the codebook and the draft manual have, as far as they are restated.
CODES = {
    "atop": "CONSUL DEFENSE NEUTRAL NONAGG OFFENSE",
    "cameo": "010 017 0312 036 040 041 042 043 044 046 051 057 062 064 072 073 074",
    "plover": "AGREE AID CONSULT COOPERATE SUPPORT humanitarian intelligence peacekeeping",
}
MODES = {"CONSULT multilateral", "CONSULT phone", "CONSULT third-party", "CONSULT visit"}
# Scheme -> the top kinds of engagement for which it has no code.
WITHOUT_CODE = {
    "cameo": {"kind-information-and-people-to-people", "kind-other-activity"},
    "plover": {"kind-ceremonial", "kind-information-and-people-to-people", "kind-other-activity"},
}


@cache
def graph(path: Path) -> Graph:
    return Graph().parse(path)


def facts(vocabulary: str) -> Graph:
    return graph(FACTS / f"{vocabulary}.ttl")


def mappings(name: str) -> Iterator[tuple[Node, URIRef, Node]]:
    """The mappings of our terms or concepts in an alignment file."""
    for s, p, o in sorted(graph(FILES[name])):
        if p in PREDICATES and str(s).startswith((BDE, CONCEPT)):
            yield s, URIRef(p), o


def sorts(terms: Graph, term: Node) -> set[Node]:
    return set(terms.objects(term, RDF.type)).intersection(AXIOMS)


@pytest.fixture(scope="module")
def terms() -> Graph:
    return read(TERMS, SPACE.root).graph


def test_each_vocabulary_has_a_file_and_facts_to_test_it_with() -> None:
    assert set(FILES) - {CROSSWALKS} == set(VOCABULARIES)
    assert {path.stem for path in FACTS.glob("*.ttl")} == set(VOCABULARIES)


@pytest.mark.parametrize("name", VOCABULARIES)
def test_mapped_terms_exist_and_are_of_the_same_sort(terms: Graph, name: str) -> None:
    found = list(mappings(name))
    for s, p, o in found:
        (ours,), (theirs,) = sorts(terms, s), sorts(facts(name), o)
        assert sorts(graph(FILES[name]), o) == {theirs}, f"{shorten(str(o))} is declared otherwise"
        assert p in MATCHES | AXIOMS[ours], f"{shorten(str(s))} cannot be mapped by {shorten(p)}"
        assert (ours == OWL.Class) == (theirs == OWL.Class), f"{shorten(str(s))} is of another sort"
        assert p in MATCHES or ours == theirs, f"{shorten(str(s))} is of another sort"
    assert len(found) >= VOCABULARIES[name][0]


@pytest.mark.parametrize("name", VOCABULARIES)
def test_what_is_declared_of_a_vocabulary_is_mapped(name: str) -> None:
    declared = set(graph(FILES[name]).subjects(RDF.type))
    assert declared == {o for _, _, o in mappings(name)}


@pytest.mark.parametrize("name", VOCABULARIES)
def test_a_mapping_that_is_no_axiom_says_what_is_lost(name: str) -> None:
    starts = VOCABULARIES[name][1]
    silent = []
    for s, p, o in mappings(name):
        notes = [str(note) for note in graph(FILES[name]).objects(s, SKOS.note)]
        assert all(note.startswith(starts) for note in notes)
        if p in MATCHES and not notes:
            silent.append((shorten(str(s)), shorten(str(o))))
    assert not silent


@pytest.mark.parametrize("name", FILES)
def test_two_terms_are_mapped_in_one_way_only(name: str) -> None:
    pairs = Counter((s, o) for s, _, o in mappings(name))
    assert pairs
    assert set(pairs.values()) == {1}


def concepts() -> Graph:
    merged = Graph()
    for path in (*SPACE.ontology, FILES[CROSSWALKS]):
        merged += graph(path)
    return merged


def wider(known: Graph, concept: Node) -> set[Node]:
    """Everything wider than a concept, over the borders of schemes."""
    found, todo = set[Node](), [concept]
    while todo:
        here = todo.pop()
        up = {*known.objects(here, SKOS.broader), *known.objects(here, SKOS.broadMatch)}
        up.update(known.subjects(SKOS.narrowMatch, here))
        todo.extend(up - found)
        found |= up
    return found


def test_the_crosswalks_keep_to_the_integrity_conditions_of_skos() -> None:
    known = concepts()
    for s, p, o in mappings(CROSSWALKS):
        assert s not in wider(known, s), f"{shorten(str(s))} is wider than itself"
        unordered = p in {SKOS.relatedMatch, SKOS.exactMatch}
        assert not (unordered and (o in wider(known, s) or s in wider(known, o))), shorten(str(s))


def test_what_is_narrower_than_a_counterpart_is_mapped_as_narrower() -> None:
    known, looked_at = concepts(), 0
    for s, p, o in mappings(CROSSWALKS):
        for other in known.subjects(SKOS.closeMatch, o):
            if other in wider(known, s):
                looked_at += 1
                assert p == SKOS.broadMatch, f"{shorten(str(s))} is narrower than {shorten(str(o))}"
    assert looked_at > 20


@pytest.mark.parametrize("name", SCHEMES)
def test_a_crosswalk_restates_what_it_leads_to_and_nothing_else(name: str) -> None:
    known = concepts()
    scheme = URIRef(CONCEPT + name)
    restated = set(known.subjects(SKOS.inScheme, scheme))
    leading = [(s, o) for s, _, o in mappings(CROSSWALKS) if o in restated]
    assert restated == {o for _, o in leading} | set(known.objects(None, SKOS.broader)) & restated
    assert not restated & {s for s, _ in leading}
    assert (len(restated), len(leading)) == SCHEMES[name]
    lossy = {c for c in restated for note in known.objects(c, SKOS.note) if note.startswith("Lossy: ")}
    assert restated - lossy <= {URIRef(CONCEPT + "dcad-industry")}


def test_every_mapping_of_a_concept_belongs_to_a_crosswalk() -> None:
    known = concepts()
    schemes = {URIRef(CONCEPT + name) for name in SCHEMES}
    for s, p, o in mappings(CROSSWALKS):
        assert p in MATCHES
        assert (s, RDF.type, SKOS.Concept) in known
        assert not schemes.intersection(known.objects(s, SKOS.inScheme))
        assert schemes.intersection(known.objects(o, SKOS.inScheme))


@pytest.mark.parametrize("name", CODES)
def test_the_codes_are_those_of_the_codebook(name: str) -> None:
    known = concepts()
    restated = known.subjects(SKOS.inScheme, URIRef(CONCEPT + name))
    codes = {str(code) for concept in restated for code in known.objects(concept, SKOS.notation)}
    assert codes - MODES == set(CODES[name].split())
    assert (codes & MODES == MODES) is (name == "plover")


def test_each_obligation_of_an_alliance_has_its_kind_of_treaty() -> None:
    known = concepts()
    obligations = set(known.subjects(SKOS.inScheme, URIRef(CONCEPT + "atop")))
    pairs = {(s, o) for s, p, o in mappings(CROSSWALKS) if o in obligations and p == SKOS.closeMatch}
    treaties = set(known.subjects(SKOS.broader, URIRef(CONCEPT + "instrument-alliance-treaty")))
    assert {s for s, _ in pairs} == treaties
    assert {o for _, o in pairs} == obligations
    assert len(pairs) == len(treaties) == len(obligations)


@pytest.mark.parametrize("name", WITHOUT_CODE)
def test_each_top_kind_of_engagement_has_a_code_or_is_named_as_having_none(name: str) -> None:
    known = concepts()
    codes = set(known.subjects(SKOS.inScheme, URIRef(CONCEPT + name)))
    coded = {s for s, _, o in mappings(CROSSWALKS) if o in codes}
    tops = set(known.subjects(SKOS.topConceptOf, URIRef(CONCEPT + "engagement-kinds")))
    covered = {top for kind in coded for top in {kind, *wider(known, kind)} & tops}
    assert {str(top).removeprefix(CONCEPT) for top in tops - covered} == WITHOUT_CODE[name]
    notes = " ".join(map(str, known.objects(URIRef(CONCEPT + name), SKOS.note)))
    assert not [top for top in tops - covered if str(known.value(top, SKOS.prefLabel)) not in notes]


@pytest.fixture
def one_of_each(tmp_path: Path, terms: Graph) -> Path:
    """A file with an individual of every class and a statement with every object property."""
    classes = [c for c in sorted(terms.subjects(RDF.type, OWL.Class)) if isinstance(c, URIRef)]
    properties = sorted(terms.subjects(RDF.type, OWL.ObjectProperty))
    lines = [f"<urn:one:{number}> a <{term}> ." for number, term in enumerate(classes)]
    lines += [f"<urn:from:{number}> <{term}> <urn:to:{number}> ." for number, term in enumerate(properties)]
    assert len(lines) > 100
    (tmp_path / "individuals.ttl").write_text("\n".join(lines))
    return tmp_path / "individuals.ttl"


@pytest.mark.optional("java")
@pytest.mark.exhaustive("all vocabularies at once")
def test_all_vocabularies_hold_with_all_mappings_and_the_data(one_of_each: Path) -> None:
    """What holds of all of them together holds of each alone, which has fewer axioms."""
    files = [*SPACE.ontology, *SPACE.alignments, *sorted(FACTS.glob("*.ttl"))]
    data = read([*SPACE.data, one_of_each], SPACE.root)
    report = reason.reason(read(files, SPACE.root), data)
    assert not report.findings
    assert not report.vacuous


@pytest.mark.optional("java")
@pytest.mark.parametrize(
    "name",
    [
        *list(VOCABULARIES)[:2],
        *(
            pytest.param(name, marks=pytest.mark.exhaustive("wrong mappings"))
            for name in list(VOCABULARIES)[2:]
        ),
    ],
)
def test_a_wrong_mapping_is_a_contradiction(tmp_path: Path, one_of_each: Path, name: str) -> None:
    wrong = tmp_path / "wrong.ttl"
    wrong.write_text(HEAD + WRONG[name])
    files = [*TERMS, FILES[name], FACTS / f"{name}.ttl", wrong]
    report = reason.reason(read(files, SPACE.root), read([one_of_each], SPACE.root))
    assert [finding.rule for finding in report.findings] == ["inconsistent"]


def test_the_facts_are_facts_and_no_texts() -> None:
    for path in sorted(FACTS.glob("*.ttl")):
        texts = [(s, o) for s, _, o in graph(path) if isinstance(o, Literal)]
        assert [s for s, _ in texts] == list(graph(path).subjects(RDF.type, OWL.Ontology))
