"""The validator says where and what, and notices shapes that never ran."""

from pathlib import Path

import pytest
import rdflib
from rdflib import Graph, URIRef

from bde import shacl
from bde.errors import BdeError
from bde.findings import Report, Severity
from bde.graphs import read
from bde.namespaces import BDE, PREFIXES, SHAPE
from bde.validate import foreign, validate
from bde.workspace import Workspace

SPACE = Workspace.find(Path(__file__))
HEAD = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in PREFIXES.items())
ONTOLOGY = """
bde:Engagement a owl:Class .
bde:Visit a owl:Class ; rdfs:subClassOf bde:Engagement .
bde:Place a owl:Class .
bde:venue a owl:ObjectProperty .
"""
UNMET = ("shapes with focus nodes", "property shapes with values", "focus nodes")
SHAPES = """
bdesh:Engagement a sh:NodeShape ; sh:targetClass bde:Engagement ; sh:property bdesh:Engagement-venue .
bdesh:Engagement-venue a sh:PropertyShape ; sh:path bde:venue ; sh:maxCount 1 ; sh:class bde:Place ;
    sh:severity sh:Violation ; sh:message "Wrong venue. Name one place."@en .
"""
DATA = """
engagement:good a bde:Visit ;
    bde:venue place:zora .
engagement:bad a bde:Visit ;
    bde:venue place:zora ,
        state:arlandia .
place:zora a bde:Place .
"""


def run(
    tmp_path: Path, shapes: str = SHAPES, data: str = DATA, ontology: str = ONTOLOGY, **options
) -> Report:
    files = {"data.ttl": data, "ontology.ttl": ontology, "shapes.ttl": shapes}
    for name, text in files.items():
        (tmp_path / name).write_text(HEAD + text)
    return validate(*(read([tmp_path / name], tmp_path) for name in files), **options)


def line(text: str, part: str) -> int:
    return (HEAD + text).split("\n").index(next(row for row in text.split("\n") if part in row)) + 1


def test_a_statement_is_found_in_whichever_file_says_it(tmp_path: Path) -> None:
    (tmp_path / "first.ttl").write_text(HEAD + "engagement:bad a bde:Visit .\n")
    (tmp_path / "second.ttl").write_text(HEAD + "engagement:bad bde:venue state:arlandia .\n")
    (tmp_path / "ontology.ttl").write_text(HEAD + ONTOLOGY)
    (tmp_path / "shapes.ttl").write_text(HEAD + SHAPES)
    data = read([tmp_path / "first.ttl", tmp_path / "second.ttl"], tmp_path)
    rest = (read([tmp_path / name], tmp_path) for name in ("ontology.ttl", "shapes.ttl"))
    [finding] = validate(data, *rest).findings
    assert finding.place == ("second.ttl", 1 + HEAD.count("\n"), 26)


def test_shapes_without_a_name_have_their_places_too(tmp_path: Path) -> None:
    unmet = (
        "[] a sh:NodeShape ; sh:targetClass bde:Place ; sh:property [ sh:path bde:venue ; sh:minCount 1 ] .\n"
    )
    unmet += (
        "[] a sh:NodeShape ; sh:targetClass bde:Visit ; sh:property [ sh:path bde:venue ; sh:minCount 1 ] ."
    )
    for text, rule in ((unmet, "vacuous-shape"), (unmet.replace("Place", "Visit"), "")):
        found = run(tmp_path, shapes=text, data="engagement:good a bde:Visit .").findings
        vacuous = [f.place[:2] for f in found if f.rule == "vacuous-shape"]
        assert vacuous == ([("shapes.ttl", 1 + HEAD.count("\n"))] if rule else [])
        broken = [f for f in found if f.rule != "vacuous-shape"]
        assert {f.place[:2] for f in broken} == {("data.ttl", 1 + HEAD.count("\n"))}


def test_findings_say_where_what_and_which(tmp_path: Path) -> None:
    report = run(tmp_path)
    wrong, several = sorted(report.findings, key=lambda finding: -finding.line)
    assert {finding.rule for finding in report.findings} == {"Engagement-venue"}
    assert str(wrong) == (
        f"data.ttl:{line(DATA, 'state:arlandia')}:9: Engagement-venue: Wrong venue. Name one place."
    )
    assert several.line == line(DATA, "engagement:bad") + 1
    assert wrong.subject == several.subject == PREFIXES["engagement"] + "bad"
    assert wrong.severity is Severity.VIOLATION
    assert not report.holds


def test_counts_what_was_looked_at(tmp_path: Path) -> None:
    report = run(tmp_path)
    assert report.counts == {
        "shapes": 2,
        "shapes with focus nodes": 1,
        "property shapes with values": 1,
        "focus nodes": 2,
    }
    assert report.vacuous == ()


def test_a_good_graph_holds(tmp_path: Path) -> None:
    report = run(tmp_path, data=DATA.replace(",\n        state:arlandia", ""))
    assert report.findings == ()
    assert report.holds


def test_subclasses_are_looked_up_in_the_ontology(tmp_path: Path) -> None:
    report = run(tmp_path, ontology=ONTOLOGY.replace(" ; rdfs:subClassOf bde:Engagement", ""))
    assert [finding.rule for finding in report.findings] == ["vacuous-shape"]
    assert report.vacuous == UNMET


def test_no_shapes_are_vacuous(tmp_path: Path) -> None:
    assert "shapes" in run(tmp_path, shapes="").vacuous


def test_no_data_are_vacuous(tmp_path: Path) -> None:
    assert run(tmp_path, data="", files=["data.ttl"]).vacuous == UNMET


@pytest.mark.parametrize("term", ["targetClass", "maxCount", "NodeShape", "Violation"])
def test_a_misspelt_term_of_shacl_is_found(tmp_path: Path, term: str) -> None:
    report = run(tmp_path, shapes=SHAPES.replace(f"sh:{term}", f"sh:{term}s", 1))
    found = [finding for finding in report.findings if finding.rule == "unknown-shacl-term"]
    assert [finding.line for finding in found] == [line(SHAPES, f"sh:{term}")]
    assert f"sh:{term}s" in found[0].message


@pytest.mark.parametrize("term", ["bde:Engagement", "bde:venue", "bde:Place"])
def test_a_name_that_the_ontology_does_not_declare_is_found(tmp_path: Path, term: str) -> None:
    report = run(tmp_path, shapes=SHAPES.replace(f"{term} ", f"{term}s ", 1))
    found = [finding for finding in report.findings if finding.rule == "undeclared-term"]
    assert [finding.line for finding in found] == [line(SHAPES, f" {term} ")]
    assert f"{term}s" in found[0].message


UNUSED = SHAPES + "bdesh:Idle a sh:NodeShape ; sh:targetSubjectsOf bde:time ; sh:nodeKind sh:IRI .\n"
TIME = ONTOLOGY + "bde:time a owl:ObjectProperty .\n"


def test_a_shape_that_no_node_meets_is_a_warning(tmp_path: Path) -> None:
    report = run(tmp_path, shapes=UNUSED, ontology=TIME)
    (idle,) = [finding for finding in report.findings if finding.rule == "vacuous-shape"]
    assert (idle.file, idle.line) == ("shapes.ttl", line(UNUSED, "bdesh:Idle"))
    assert idle.severity is Severity.WARNING


def test_a_shape_may_say_why_no_node_meets_it(tmp_path: Path) -> None:
    reason = UNUSED.replace("sh:nodeKind sh:IRI", 'sh:nodeKind sh:IRI ; bdesh:mayBeUnused "A reason."@en')
    assert "vacuous-shape" not in {f.rule for f in run(tmp_path, shapes=reason, ontology=TIME).findings}


def test_a_part_of_the_data_need_not_meet_every_shape(tmp_path: Path) -> None:
    report = run(tmp_path, shapes=UNUSED, ontology=TIME, files=["data.ttl"])
    assert "vacuous-shape" not in {finding.rule for finding in report.findings}


def rule(select: str, target: str = "sh:targetSubjectsOf bde:venue", severity: str = "Violation") -> str:
    return f"""
<https://w3id.org/bde/shapes> sh:declare bdesh:p .
bdesh:p sh:prefix "bde" ; sh:namespace "{BDE}"^^xsd:anyURI .
bdesh:Rule a sh:NodeShape ; {target} ; sh:severity sh:{severity} ; sh:message "Wrong. Mend it."@en ;
    sh:sparql bdesh:Rule-query .
bdesh:Rule-query a sh:SPARQLConstraint ; sh:prefixes <https://w3id.org/bde/shapes> ; sh:select "{select}" .
"""


@pytest.mark.parametrize(
    ("severity", "meant"), [("Violation", "violation"), ("Warning", "warning"), ("Info", "hint")]
)
def test_severity_is_that_of_the_shape(tmp_path: Path, severity: str, meant: str) -> None:
    shapes = rule("SELECT $this (bde:venue AS ?path) WHERE { $this a bde:Visit }", severity=severity)
    report = run(tmp_path, shapes=shapes)
    assert {finding.severity for finding in report.findings} == {Severity(meant)}
    assert report.holds == (severity != "Violation")


@pytest.mark.parametrize("files", [None, ["data.ttl"]])
@pytest.mark.parametrize("target", ["sh:targetNode bde:venue", "sh:targetClass owl:ObjectProperty"])
def test_a_result_on_a_property_is_about_the_node_that_uses_it(
    tmp_path: Path, target: str, files: list[str] | None
) -> None:
    shapes = rule("SELECT $this ?value WHERE { ?value $this ?place }", target)
    report = run(tmp_path, shapes=shapes, files=files)
    assert {(finding.subject, finding.line) for finding in report.findings} == {
        (PREFIXES["engagement"] + name, line(DATA, f"engagement:{name}") + 1) for name in ("good", "bad")
    }


@pytest.mark.parametrize("name", ["one.ttl", "two.ttl"])
def test_of_one_file_is_told_what_is_wrong_with_it_among_all(tmp_path: Path, name: str) -> None:
    texts = {"one.ttl": DATA, "two.ttl": DATA.replace(":bad", ":worse")}
    for file, text in {**texts, "ontology.ttl": ONTOLOGY, "shapes.ttl": SHAPES}.items():
        (tmp_path / file).write_text(HEAD + text)
    data, ontology, shapes = (
        read([tmp_path / file for file in files], tmp_path)
        for files in (texts, ["ontology.ttl"], ["shapes.ttl"])
    )
    everything = validate(data, ontology, shapes)
    alone = validate(data, ontology, shapes, files=[name])
    assert alone.findings == tuple(f for f in everything.findings if f.file == name) != ()
    assert alone.counts["focus nodes"] < everything.counts["focus nodes"]


def test_a_term_that_no_data_use_is_no_focus_node(tmp_path: Path) -> None:
    shapes = rule("SELECT $this WHERE { $this a bde:Visit }", "sh:targetNode bde:Nothing")
    assert "vacuous-shape" in {finding.rule for finding in run(tmp_path, shapes=shapes).findings}


@pytest.mark.parametrize(
    "select", ["SELECT $this WHERE { $this", "SELECT $this WHERE { MINUS { $this ?p ?o } }"]
)
def test_a_rule_that_cannot_run_is_an_error(tmp_path: Path, select: str) -> None:
    with pytest.raises(BdeError):
        run(tmp_path, shapes=rule(select))


def test_a_shape_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(BdeError):
        run(tmp_path, shapes=SHAPES.replace("sh:maxCount 1", "sh:maxCount 1 , 2"))


def test_nothing_that_was_handed_over_changes(tmp_path: Path) -> None:
    graphs = [Graph().parse(data=HEAD + text) for text in (DATA, ONTOLOGY, SHAPES)]
    before = [set(graph) for graph in graphs]
    normalize = rdflib.NORMALIZE_LITERALS
    rdflib.NORMALIZE_LITERALS = False
    try:
        outcome = shacl.validate(*graphs, engine="reference")
        assert rdflib.NORMALIZE_LITERALS is False
    finally:
        rdflib.NORMALIZE_LITERALS = normalize
    assert [set(graph) for graph in graphs] == before
    assert len(outcome.results) == 2


def test_two_runs_give_the_same_findings(tmp_path: Path) -> None:
    assert run(tmp_path) == run(tmp_path)


@pytest.mark.parametrize("named", [True, False])
def test_anybodys_data_are_held_against_anybodys_shapes_with_the_place_of_each_node(
    tmp_path: Path, named: bool
) -> None:
    shapes, people = tmp_path / "shapes.ttl", tmp_path / "people.ttl"
    shapes.write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <http://example.org/> .\n"
        "ex:Name a sh:NodeShape ; sh:targetSubjectsOf ex:age ; sh:property ex:Name-name .\n"
        'ex:Name-name sh:path ex:name ; sh:minCount 1 ; sh:message "Nobody knows the name. Give it." .\n'
    )
    node = "ex:rossi" if named else "[]"
    people.write_text(
        f'@prefix ex: <http://example.org/> .\n[] ex:name "Keel" ; ex:age 40 .\n\n  {node} ex:age 50 .\n'
    )
    (found,) = foreign([people], [shapes]).findings
    assert (found.line, found.column, found.message) == (4, 3, "Nobody knows the name. Give it.")


def test_the_real_graph_meets_every_shape() -> None:
    """Nothing in the shapes is misspelt or idle on the graph itself."""
    data, ontology, shapes = (read(files, SPACE.root) for files in (SPACE.data, SPACE.ontology, SPACE.shapes))
    report = validate(data, ontology, shapes)
    idle = {"vacuous-shape", "unknown-shacl-term", "undeclared-term"}
    assert [str(finding) for finding in report.findings if finding.rule in idle] == []
    assert report.vacuous == ()
    assert report.counts["shapes with focus nodes"] > 100
    assert all((URIRef(SHAPE + f.rule), None, None) in shapes.graph for f in report.findings)
