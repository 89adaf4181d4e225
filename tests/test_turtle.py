"""Canonical Turtle: what it looks like, what it refuses, and that a graph has only one."""

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from rdflib import OWL, RDF, XSD, BNode, Graph, Literal, URIRef
from rdflib.compare import isomorphic

from bde.errors import BdeError, SyntaxProblem
from bde.syntax import Term, Triple, nquads, parse_strict
from bde.turtle import canonical, difference, write

TURTLE = Path(__file__).parent / "turtle"
PREFIXES = """@prefix bde: <https://w3id.org/bde/ontology#> .
@prefix ex: <https://example.org/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


def body(statements: str) -> str:
    """The canonical form of some statements, without its prefixes."""
    form = canonical(PREFIXES + statements, "f.ttl")
    return "\n".join(line for line in form.split("\n") if not line.startswith("@prefix"))


def objects(text: str) -> str:
    """How the objects of one predicate are written."""
    return body(f"ex:s ex:p {text} .").partition("    ex:p")[2].removesuffix(" ;\n    .\n").lstrip()


def test_the_layout_of_a_whole_file_is_this() -> None:
    messy, tidy = TURTLE / "messy.ttl", TURTLE / "canonical.ttl"
    assert canonical(messy.read_text(), messy) == tidy.read_text()


def test_the_canonical_form_of_a_canonical_file_is_itself() -> None:
    tidy = TURTLE / "canonical.ttl"
    assert canonical(tidy.read_text(), tidy) == tidy.read_text()


def test_the_graph_stays_the_same_on_both_engines() -> None:
    messy, tidy = TURTLE / "messy.ttl", TURTLE / "canonical.ttl"
    assert nquads({"urn:g": messy}) == nquads({"urn:g": tidy})
    before, after = Graph(), Graph()
    for graph, file in ((before, messy), (after, tidy)):
        for triple in parse_strict(file.read_text(), file):
            graph.add(triple)
    assert isomorphic(before, after)


def test_an_empty_graph_is_an_empty_file() -> None:
    assert canonical(PREFIXES, "f.ttl") == ""


def test_subjects_stand_in_natural_order() -> None:
    text = body("ex:s10 ex:p 1 . ex:s2 ex:p 1 . ex:s2a ex:p 1 . ex:s ex:p 1 .")
    assert [line for line in text.split("\n") if line.startswith("ex:")] == [
        "ex:s",
        "ex:s2",
        "ex:s2a",
        "ex:s10",
    ]


def test_sections_stand_in_the_order_of_kinds_then_alphabetically_then_the_untyped_then_blank_nodes() -> None:
    kinds = [
        "ex:Zoo",
        "sh:PropertyShape",
        "bde:Visit",
        "sh:NodeShape",
        "owl:NamedIndividual",
        "owl:AnnotationProperty",
    ]
    kinds += ["owl:DatatypeProperty", "owl:ObjectProperty", "owl:Class", "skos:ConceptScheme", "owl:Ontology"]
    text = (
        "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> ."
    )
    text += "[] a owl:AllDifferent . ex:untyped ex:p 1 ."
    text += "".join(f"ex:a{number} a {kind} . " for number, kind in enumerate(kinds))
    sections = [line[2:] for line in body(text).split("\n") if line.startswith("# ")]
    others = ["bde:Visit", "ex:Zoo", "(no type)", "owl:AllDifferent"]
    assert sections == [kind for kind in reversed(kinds) if kind not in others] + others


def test_a_subject_of_several_types_stands_under_the_first_kind() -> None:
    assert body("ex:p a owl:FunctionalProperty, owl:ObjectProperty .").startswith("\n# owl:ObjectProperty\n")
    assert body("ex:p a ex:Zoo, ex:Ape .").startswith("\n# ex:Ape\n")


def test_predicates_stand_in_the_house_order() -> None:
    names = [
        "a",
        "rdfs:subClassOf",
        "rdfs:subPropertyOf",
        "owl:disjointWith",
        "owl:onProperty",
        "owl:cardinality",
        "owl:hasValue",
        "rdfs:domain",
        "rdfs:range",
        "rdfs:label",
        "skos:prefLabel",
        "skos:altLabel",
        "skos:definition",
        "skos:scopeNote",
        "skos:example",
        "skos:note",
        "bde:about",
        "ex:p",
        "rdfs:comment",
        "bde:evidence",
        "rdfs:isDefinedBy",
    ]
    text = "@prefix skos: <http://www.w3.org/2004/02/skos/core#> . ex:s "
    text += " ; ".join(f"{name} ex:o" for name in sorted(names)) + " ."
    assert [line.split()[0] for line in body(text).split("\n") if line.startswith("    ")] == [*names, "."]


def test_prefixes_are_the_used_ones_own_first_then_a_to_z_then_those_of_the_file() -> None:
    text = """@prefix zoo: <urn:zoo:> . @prefix ape: <urn:ape:> . @prefix unused: <urn:unused:> .
    @prefix state: <https://w3id.org/bde/id/state/> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
    @prefix dcterms: <http://purl.org/dc/terms/> . @prefix bde: <https://w3id.org/bde/ontology#> .
    zoo:a dcterms:date "2024-01-01"^^xsd:date ; bde:party state:vnm, ape:b ."""
    head = canonical(text, "f.ttl").split("\n\n")[0].split("\n")
    assert [line.split()[1] for line in head] == ["bde:", "state:", "dcterms:", "xsd:", "ape:", "zoo:"]


def test_the_prefix_of_the_table_is_used_even_where_the_file_has_another() -> None:
    text = "@prefix own: <https://w3id.org/bde/ontology#> . own:A own:b own:C ."
    assert "bde:A\n    bde:b bde:C ;" in canonical(text, "f.ttl")


def test_a_prefix_that_the_table_binds_otherwise_is_refused_with_its_line() -> None:
    with pytest.raises(BdeError, match=r"^f\.ttl:2: the prefix schema: stands for <https://schema.org/>"):
        canonical("\nPREFIX schema: <http://schema.org/>\nschema:a schema:b schema:c .", "f.ttl")


@pytest.mark.parametrize(
    ("iri", "written"),
    [
        ("https://example.org/a-b_c.d1", "ex:a-b_c.d1"),
        ("https://example.org/1", "ex:1"),
        ("https://example.org/", "<https://example.org/>"),
        ("https://example.org/a/b", "<https://example.org/a/b>"),
        ("https://example.org/a.", "<https://example.org/a.>"),
        ("https://example.org/-a", "<https://example.org/-a>"),
        ("https://example.org/a%20b", "<https://example.org/a%20b>"),
        ("https://example.org/a:b", "<https://example.org/a:b>"),
        ("https://example.org/hà-nội", "<https://example.org/hà-nội>"),
        ("https://w3id.org/bde/id/state/vnm", "state:vnm"),
    ],
)
def test_an_iri_has_a_prefix_only_where_its_local_name_is_simple(iri: str, written: str) -> None:
    assert objects(f"<{iri}>") == written


@pytest.mark.parametrize(
    ("given", "written"),
    [
        ('"plain"', '"plain"'),
        ("'single'", '"single"'),
        ('"plain"^^xsd:string', '"plain"'),
        ('"tagged"@en-GB', '"tagged"@en-gb'),
        (r'"a \"quote\", a \\, a \t, a \u0007"', r'"a \"quote\", a \\, a \t, a \u0007"'),
        (r'"two\nlines"', '"""two\nlines"""'),
        (r'"\"\"\"\n\\\"\""', '"""\\"\\"\\"\n\\\\\\"\\""""'),
        (r'"a carriage\r\nreturn"', '"""a carriage\\r\nreturn"""'),
        (r'"\u2028\uFEFF\u00A0é"', '"\\u2028\\uFEFF\u00a0é"'),
        ('"2024-01-02"^^xsd:date', '"2024-01-02"^^xsd:date'),
        ('"true"^^xsd:boolean', "true"),
        ('"1"^^xsd:boolean', '"1"^^xsd:boolean'),
        ('"-12"^^xsd:integer', "-12"),
        ("012", '"012"^^xsd:integer'),
        ("+1", '"+1"^^xsd:integer'),
        ("-0", '"-0"^^xsd:integer'),
        ("1.5", "1.5"),
        ("-0.5", "-0.5"),
        ("-0.0", '"-0.0"^^xsd:decimal'),
        (".5", '".5"^^xsd:decimal'),
        ("1.50", '"1.50"^^xsd:decimal'),
        ('"1"^^xsd:decimal', '"1"^^xsd:decimal'),
        ("1e3", '"1e3"^^xsd:double'),
        ('"x"^^<urn:type>', '"x"^^<urn:type>'),
    ],
)
def test_a_literal_is_short_only_where_its_lexical_form_is_canonical(given: str, written: str) -> None:
    assert objects(given) == written
    assert objects(written) == written
    assert nquads_of(given) == nquads_of(written)


def nquads_of(text: str) -> list[Term]:
    return [o for _, _, o in parse_strict(f"{PREFIXES} ex:s ex:p {text} .", "f.ttl")]


def test_one_object_stands_on_the_line_of_its_predicate_and_several_below_it_sorted() -> None:
    assert body("ex:s ex:p ex:b .") == "\n# (no type)\n\nex:s\n    ex:p ex:b ;\n    .\n"
    several = "ex:p\n        ex:a2 ,\n        ex:a10 ,\n        2 ,\n        10 ,\n        [] ;\n    .\n"
    assert body("ex:s ex:p 10, [], ex:a10, 2, ex:a2 .").endswith(several)


def test_blank_nodes_are_nested_and_ordered_by_what_they_say() -> None:
    text = objects("[ ex:b [ ex:c 1 ] ] , [ ex:b [] ], [ ex:a 2 ]")
    assert text.split("\n") == [
        "[",
        "            ex:a 2 ;",
        "        ] ,",
        "        [",
        "            ex:b [",
        "                ex:c 1 ;",
        "            ] ;",
        "        ] ,",
        "        [",
        "            ex:b [] ;",
        "        ]",
    ]


def test_equal_blank_nodes_remain_two() -> None:
    assert objects("[ ex:a 1 ], [ ex:a 1 ]").count("ex:a 1") == 2


def test_a_list_stands_on_one_line_of_100_columns_or_has_an_item_on_each() -> None:
    assert objects("()") == "()"
    assert objects('( ex:a "b" 3 )') == '( ex:a "b" 3 )'
    fitting = "a" * (100 - len('    ex:p ( "" ) ;'))
    assert objects(f'( "{fitting}" )') == f'( "{fitting}" )'
    assert objects(r'( "a" "b\n" )') == '(\n        "a"\n        """b\n"""\n    )'
    assert objects("( ex:a [] )") == "(\n        ex:a\n        []\n    )"
    assert objects(f'( "{fitting}a" )') == f'(\n        "{fitting}a"\n    )'
    assert (
        objects("( ex:a [ ex:b 1 ] )") == "(\n        ex:a\n        [\n            ex:b 1 ;\n        ]\n    )"
    )


@pytest.mark.parametrize(
    "cell",
    [
        "[ rdf:first 1 ; rdf:rest ex:elsewhere ]",
        "[ rdf:first 1, 2 ; rdf:rest () ]",
        "[ rdf:first 1 ; rdf:rest (), ex:other ]",
        "[ rdf:first 1 ; rdf:rest () ; ex:p 2 ]",
        "[ rdf:rest () ]",
    ],
)
def test_a_malformed_list_is_written_as_it_is(cell: str) -> None:
    written = objects(cell)
    assert written.startswith("[") and objects(written) == written
    assert "rdf:rest" in written


def test_an_unreferenced_blank_node_is_a_block_of_its_own_and_last() -> None:
    text = body("[] a owl:AllDisjointClasses ; owl:members ( ex:a ex:b ) . ex:z ex:p 1 .")
    assert text.endswith("[]\n    a owl:AllDisjointClasses ;\n    owl:members ( ex:a ex:b ) ;\n    .\n")


@pytest.mark.parametrize(
    ("statements", "message"),
    [
        ("ex:a ex:p _:x . ex:b ex:q _:x .", "stands in several places: ex:a ex:p, ex:b ex:q"),
        ("_:x ex:p _:y . _:y ex:q _:x .", r"stands in a circle of blank nodes: \[\] ex:p, \[\] ex:q"),
        ("_:x ex:p _:x .", "stands in a circle"),
        ("_:x rdf:first 1 ; rdf:rest _:x .", "stands in a circle"),
    ],
)
def test_a_blank_node_that_only_a_label_could_tell_apart_is_refused(statements: str, message: str) -> None:
    with pytest.raises(BdeError, match=f"^f.ttl: a blank node {message}.*Give it an IRI"):
        canonical(PREFIXES + statements, "f.ttl")


@pytest.mark.parametrize("comment", ["# a remark", "#", "# TODO:this", "#owl:Class", "# owl:Class  "])
def test_a_comment_that_would_be_lost_is_refused_with_its_line(comment: str) -> None:
    with pytest.raises(BdeError, match=r"^f\.ttl:8: the comment .* skos:editorialNote") as error:
        canonical(f"{PREFIXES}ex:a\n  ex:b ex:c . {comment}\n", "f.ttl")
    assert comment in error.value.what


@pytest.mark.parametrize("line", ["# owl:Class", "# ex:Thing", "# <urn:type>", "# (no type)"])
def test_a_generated_section_line_is_not_lost_even_where_its_section_is_gone(line: str) -> None:
    assert line not in canonical(f"{line}\n{PREFIXES}[] a bde:Other .", "f.ttl")


def test_malformed_turtle_is_refused_before_anything_is_written() -> None:
    with pytest.raises(SyntaxProblem, match=r"^f\.ttl:7: "):
        canonical(PREFIXES + "ex:a ex:b <urn:c d> .", "f.ttl")


def test_an_iri_that_turtle_cannot_hold_is_refused() -> None:
    with pytest.raises(BdeError, match=r"<urn:a b> is not an IRI"):
        write([(URIRef("urn:a b"), RDF.type, OWL.Class)])


def test_the_format_check_tells_where_a_text_first_differs() -> None:
    tidy = (TURTLE / "canonical.ttl").read_text()
    assert difference(tidy, "file") is None
    untidy = tidy.replace('    rdfs:label "visit"@en ;', '  rdfs:label "visit"@en;')
    number = tidy.split("\n").index('    rdfs:label "visit"@en ;') + 1
    assert difference(untidy, "file") == (number, 3, '    rdfs:label "visit"@en ;')
    assert difference(tidy + "\n", "file") == (tidy.count("\n") + 2, 1, "")
    first = tidy.split("\n")[0]
    said = (1, len(first) + 1, "a line end without carriage return")
    assert difference(tidy.replace("\n", "\r\n"), "file") == said


def test_a_graph_is_written_alike_however_its_strings_are_typed() -> None:
    s, p = URIRef("urn:s"), URIRef("urn:p")
    typed = [(s, p, Literal("a", datatype=XSD.string)), (s, p, Literal("a")), (s, p, Literal("b", lang="EN"))]
    assert write(typed) == canonical('<urn:s> <urn:p> "a", "b"@en .', "f.ttl")


def random_graph(seed: int) -> list[Triple]:
    """Things with nested blank nodes and lists, some of them alike."""
    chance = random.Random(seed)
    nil = URIRef(RDF.nil)
    triples: list[Triple] = []

    def name(kind: str, most: int) -> URIRef:
        return URIRef(f"https://example.org/{kind}{chance.randrange(most)}")

    def describe(subject: URIRef | BNode, depth: int) -> None:
        for _ in range(chance.randrange(4 if depth else 6)):
            triples.append((subject, name("p", 3), value(depth + 1)))

    def value(depth: int) -> Term:
        choice = chance.randrange(4 if depth < 5 else 2)
        if choice == 0:
            return name("o", 20)
        if choice == 1:
            texts = ["1", "10", "a", 'a "b"\nc', ""]
            return Literal(chance.choice(texts), lang=chance.choice([None, "en", "vi"]))
        if choice == 2:
            node = BNode()
            describe(node, depth)
            return node
        cells = [BNode() for _ in range(chance.randrange(4))]
        rests: list[URIRef | BNode] = [*cells[1:], nil]
        for cell, rest in zip(cells, rests, strict=False):
            triples.append((cell, RDF.first, value(depth + 1)))
            triples.append((cell, RDF.rest, rest))
        return cells[0] if cells else nil

    for number in range(12):
        describe(URIRef(f"https://example.org/s{number}"), 0)
    describe(BNode(), 0)
    return triples


def test_the_order_of_triples_the_names_of_blank_nodes_and_the_hash_seed_do_not_matter(
    tmp_path: Path,
) -> None:
    for seed in range(15):
        triples = random_graph(seed)
        for run in range(3):
            random.Random(run).shuffle(triples)
            labels: dict[BNode, BNode] = {}
            lines = [
                " ".join(
                    (labels.setdefault(t, BNode(f"r{run}n{len(labels)}")) if isinstance(t, BNode) else t).n3()
                    for t in triple
                )
                for triple in triples
            ]
            (tmp_path / f"{run}-{seed:02}.nt").write_text(" .\n".join(lines) + " .\n")
    program = (
        "import sys, pathlib; from bde.turtle import canonical\n"
        "for file in sorted(pathlib.Path(sys.argv[1]).glob(sys.argv[2] + '-*.nt')):\n"
        "    sys.stdout.buffer.write(canonical(file.read_text(), file.name).encode())"
    )
    outputs = []
    for run in range(3):
        env = {**os.environ, "PYTHONHASHSEED": str(run), "PYTHONPATH": os.pathsep.join(sys.path)}
        command = [sys.executable, "-c", program, str(tmp_path), str(run)]
        outputs.append(subprocess.run(command, env=env, check=True, capture_output=True).stdout)
    assert len(outputs[0]) > 10_000
    assert outputs[0] == outputs[1] == outputs[2]


@pytest.mark.parametrize("seed", range(15))
def test_any_graph_survives_and_its_form_is_final(seed: int, tmp_path: Path) -> None:
    triples = random_graph(seed)
    before, after = tmp_path / "before.ttl", tmp_path / "after.ttl"
    before.write_text("".join(f"{s.n3()} {p.n3()} {o.n3()} .\n" for s, p, o in triples))
    after.write_text(write(triples))
    assert nquads({"urn:g": before}) == nquads({"urn:g": after})
    assert difference(after.read_text(), "after") is None
