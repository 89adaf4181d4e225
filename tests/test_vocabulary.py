"""The vocabulary check finds what was planted, where it was planted, and nothing else."""

from pathlib import Path

import pytest

from bde import vocabulary
from bde.findings import Report, Severity
from bde.graphs import LocatedGraph, read
from bde.namespaces import PREFIXES
from bde.workspace import Workspace

HEAD = "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in PREFIXES.items())
SHAPES = """
bdesh:Visit a sh:NodeShape ; sh:targetClass bde:Visit ; sh:property bdesh:Visit-venue .
bdesh:Visit-venue a sh:PropertyShape ; sh:path bde:venue ; sh:maxCount 1 .
"""
DATA = """
state:arlandia a bde:State ; rdfs:label "Arlandia"@en .
engagement:talks a bde:Meeting ; rdfs:label "Talks were held."@en ; bde:party state:arlandia ; bde:ordinal 2 .
"""


def checked(
    folder: Path, ontology: LocatedGraph, shapes: str = "", data: str = "", *, whole: bool = False
) -> Report:
    """What is found in shapes and data, and in the ontology as well where the whole is asked about."""
    files = {"shapes.ttl": SHAPES + shapes, "data.ttl": DATA + data}
    for name, text in files.items():
        (folder / name).write_text(HEAD + text)
    one, other = (read([folder / name], folder) for name in files)
    return vocabulary.check(ontology, one, other, None if whole else set(files))


def line(file_start: str) -> int:
    """The line of a file at which what is planted after ``file_start`` stands."""
    return (HEAD + file_start).count("\n") + 1


PLANTED = {
    "property": (
        'state:a bde:organisationKind "x" .',
        "undeclared-term",
        "Did you mean bde:organizationKind?",
    ),
    "capital": ("state:a bde:hostparty state:arlandia .", "undeclared-term", "Did you mean bde:hostParty?"),
    "class": ("state:a a bde:Meting .", "undeclared-term", "Did you mean bde:Meeting?"),
    "concept": (
        "engagement:x bde:realization bdec:realization-ocurred .",
        "undeclared-term",
        "realization-occurred?",
    ),
    "kind": ("<https://w3id.org/bde/id/persn/x> a bde:Person .", "undeclared-term", "id/persn/x"),
    "datatype": ('state:a skos:note "x"^^xsd:strin .', "unknown-outside-term", "Did you mean xsd:string?"),
    "outside": ('state:a skos:scopNote "x" .', "unknown-outside-term", "Did you mean skos:scopeNote?"),
    "stub": ("passage:x oa:strat 1 .", "unknown-outside-term", "Did you mean oa:start?"),
    "stranger": (
        "state:a <http://xmlns.com/foaf/0.1/knows> state:arlandia .",
        "unknown-outside-term",
        "foaf/0.1",
    ),
    "class as predicate": ('state:a bde:Post "x" .', "misused-term", "Did you mean bde:post?"),
    "property as class": ("state:a a bde:delegation , bde:post .", "misused-term", "Did you mean bde:Post?"),
    "dangling": (
        "state:a bde:ofState state:arlandya .",
        "dangling-reference",
        "Did you mean state:arlandia?",
    ),
    "blank node": ("state:a bde:venue [] .", "blank-node", "Give it one"),
    "ill-typed": ('state:a bde:earliestStart "2031-02-30"^^xsd:date .', "ill-typed-literal", "2031-02-30"),
    "SKOS": ('state:a skos:prefLable "x"@en .', "unknown-outside-term", "Did you mean skos:prefLabel?"),
    "OWL": ("state:a a owl:Classs .", "unknown-outside-term", "Did you mean owl:Class?"),
    "RDFS": ('state:a rdfs:lable "x"@en .', "unknown-outside-term", "Did you mean rdfs:label?"),
    "RDF": ("state:a rdf:typ bde:State .", "unknown-outside-term", "Did you mean rdf:type?"),
    "XSD": ('state:a skos:note "x"^^xsd:dat .', "unknown-outside-term", "Did you mean xsd:date?"),
    "SHACL": ("state:a sh:targetClas bde:State .", "unknown-outside-term", "Did you mean sh:targetClass?"),
    "PROV": ("state:a prov:wasDerivedFron state:a .", "unknown-outside-term", "prov:wasDerivedFrom?"),
    "time": ("state:a time:hasBegining state:a .", "unknown-outside-term", "Did you mean time:hasBeginning?"),
    "Dublin Core": ('state:a dcterms:tittle "x" .', "unknown-outside-term", "Did you mean dcterms:title?"),
    "number": ("state:a bde:ordinal 02 .", "noncanonical-literal", '"02"'),
    "zone": ('state:a bde:latestEnd "2031-05-04Z"^^xsd:date .', "noncanonical-literal", "xsd:date"),
    "partial day": ('state:a bde:latestEnd "2031-5-4"^^xsd:date .', "ill-typed-literal", "2031-5-4"),
    "signed": ('state:a bde:ordinal "+2"^^xsd:integer .', "noncanonical-literal", "xsd:integer"),
    "padded": ('state:a skos:note "007"^^xsd:short .', "noncanonical-literal", "xsd:short"),
    "month": ('state:a skos:note "2031-13"^^xsd:gYearMonth .', "noncanonical-literal", "xsd:gYearMonth"),
    "exponent": ("state:a skos:note 1e3 .", "noncanonical-literal", "xsd:double"),
    "months": ('state:a skos:note "P18M"^^xsd:duration .', "noncanonical-literal", "xsd:duration"),
    "language": ('state:a skos:note "en_US"^^xsd:language .', "noncanonical-literal", "xsd:language"),
    "true": ('state:a skos:note "1"^^xsd:boolean .', "noncanonical-literal", "xsd:boolean"),
    "nothing": ('state:a skos:note "a\\u0000" .', "unseen-character", "U+0000 (a control character)"),
    "reordering": ('state:a skos:note "a\u202eb" .', "unseen-character", "U+202E (right-to-left override)"),
    "no character": ('state:a skos:note "a\\uFFFE" .', "unseen-character", "U+FFFE"),
    "decomposed": ('state:a skos:altLabel "Bordurie\u0301"@fr .', "noncanonical-literal", "form C"),
    "label": ('state:a a bde:State ; rdfs:label "arlandia"@en .', "duplicate-label", "state:arlandia has"),
}


def test_the_graph_of_the_project_holds(workspace: Workspace, data: LocatedGraph) -> None:
    ontology = read(workspace.ontology + workspace.alignments, workspace.root)
    report = vocabulary.check(ontology, read(workspace.shapes, workspace.root), data)
    assert not report.findings
    assert not report.vacuous


def test_words_in_order_give_no_finding_and_are_counted(tmp_path: Path, ontology: LocatedGraph) -> None:
    report = checked(tmp_path, ontology, whole=True)
    assert not report.findings
    assert report.counts["shapes"] == report.counts["things"] == 2


@pytest.mark.parametrize("name", PLANTED)
def test_what_is_planted_in_data_is_found(tmp_path: Path, ontology: LocatedGraph, name: str) -> None:
    text, rule, said = PLANTED[name]
    found = [f for f in checked(tmp_path, ontology, data=text).findings if f.rule == rule]
    assert [(f.file, f.line) for f in found] == [("data.ttl", line(DATA))]
    assert said in found[0].message
    assert found[0].severity is Severity.VIOLATION


@pytest.mark.parametrize(
    ("text", "rule", "said"),
    [
        (
            "bdesh:Visit-venue sh:hasValue state:arlandya .",
            "dangling-reference",
            "Did you mean state:arlandia?",
        ),
        ("bdesh:Visit sh:targetClas bde:Visit .", "unknown-outside-term", "Did you mean sh:targetClass?"),
        ("bdesh:Visit-venue sh:minCout 1 .", "unknown-outside-term", "Did you mean sh:minCount?"),
        ("bdesh:Visit sh:property bdesh:Visit-venu .", "undeclared-term", "Did you mean bdesh:Visit-venue?"),
        ("bdesh:Visit sh:targetClass bde:Visitt .", "undeclared-term", "Did you mean bde:Visit?"),
    ],
)
def test_a_shape_that_would_never_run_is_found(
    tmp_path: Path, ontology: LocatedGraph, text: str, rule: str, said: str
) -> None:
    (finding,) = checked(tmp_path, ontology, shapes=text).findings
    assert (finding.file, finding.line, finding.rule) == ("shapes.ttl", line(SHAPES), rule)
    assert said in finding.message


def test_the_words_of_a_query_are_checked_but_not_its_texts_and_comments(
    tmp_path: Path, ontology: LocatedGraph
) -> None:
    query = '''bdesh:Visit sh:sparql bdesh:Query . bdesh:Query a sh:SPARQLConstraint ; sh:select """
SELECT $this ?b WHERE { # bde:comment
    $this bde:partOf*/bde:visitingPart ?b ; <https://w3id.org/bde/ontology#hostParti> 'bde:text' .
    FILTER(?b < "bde:other" && ?b > 2)
}""" .'''
    found = checked(tmp_path, ontology, shapes=query).findings
    assert [(f.line - line(SHAPES), f.rule) for f in found] == [(2, "undeclared-term")] * 2
    row = query.split("\n")[2]
    assert "bde:visitingParty" in found[0].message and "bde:hostParty" in found[1].message
    assert [f.column for f in found] == [row.index(name) + 1 for name in ("bde:visitingPart", "<https")]


@pytest.mark.parametrize(
    "literal",
    [
        "2 , -2 , 0",
        "1.5 , 0.0 , -2.25",
        '"1.5E3"^^xsd:double , "0.0E0"^^xsd:double , "-INF"^^xsd:double , "NaN"^^xsd:double',
        '"2031-05-04"^^xsd:date',
        '"2031-05-04T09:30:00Z"^^xsd:dateTime , "2031-05-04T09:30:00.5"^^xsd:dateTime',
        '"P1Y6M"^^xsd:duration , "-P3D"^^xsd:duration , "PT0.5S"^^xsd:duration',
        '"PT0S"^^xsd:duration , "P1DT10H20M30S"^^xsd:duration',
        '"سلام\u200cها"@fa , "a\\n\\tb"',
    ],
)
def test_what_is_in_canonical_form_is_no_finding(
    tmp_path: Path, ontology: LocatedGraph, literal: str
) -> None:
    assert not checked(tmp_path, ontology, data=f"state:arlandia skos:note {literal} .").findings


def test_a_thing_that_no_file_describes_is_found_in_a_question(
    ontology: LocatedGraph, tmp_path: Path
) -> None:
    (tmp_path / "data.ttl").write_text(HEAD + DATA)
    data = read([tmp_path / "data.ttl"], tmp_path)
    terms = vocabulary.Terms(ontology, data, data)
    text = (
        "PREFIX state: <https://w3id.org/bde/id/state/>\nASK { VALUES ?a { state:arlandya state:arlandia } }"
    )
    assert [(place.line, said) for place, said in terms.in_query(text, "q.rq")] == [
        (2, "no file describes state:arlandya. Did you mean state:arlandia?")
    ]


def test_records_may_share_a_label_with_a_warning(tmp_path: Path, ontology: LocatedGraph) -> None:
    report = checked(
        tmp_path, ontology, data='engagement:x a bde:Meeting ; rdfs:label "Talks  were held."@en .'
    )
    assert [(f.rule, f.severity) for f in report.findings] == [("duplicate-label", Severity.WARNING)]
    assert report.holds


def test_things_of_different_kinds_may_share_a_label(tmp_path: Path, ontology: LocatedGraph) -> None:
    assert not checked(tmp_path, ontology, data='place:a a bde:Place ; rdfs:label "Arlandia"@en .').findings


def test_looking_at_nothing_is_vacuous(tmp_path: Path, ontology: LocatedGraph) -> None:
    nothing = read([], tmp_path)
    assert set(vocabulary.check(ontology, nothing, nothing).vacuous) == {"shapes", "things"}


@pytest.mark.parametrize(
    ("thing", "said"),
    [
        ("<http://example.com/x> a bde:Meeting .", "outside"),
        ("person:x a bde:Meeting .", "says person"),
        ("span:x a bde:Meeting .", "says span"),
    ],
)
def test_a_thing_whose_iri_does_not_fit_its_class_is_found(
    tmp_path: Path, ontology: LocatedGraph, thing: str, said: str
) -> None:
    report = checked(tmp_path, ontology, data=thing + "\n")
    (found,) = [finding for finding in report.findings if finding.rule == "misplaced-thing"]
    assert said in found.message and (found.file, found.line) == ("data.ttl", line(DATA))
