"""Files as one graph: the same triples as the engine reads, and the exact line of each."""

from pathlib import Path

import pytest
from rdflib import RDF, XSD, BNode, Graph, Literal, URIRef
from rdflib.compare import isomorphic

from bde import graphs
from bde.errors import SyntaxProblem
from bde.graphs import LocatedGraph
from bde.syntax import parse_strict

EX = "https://example.org/"
LOCATED = """\
@prefix ex: <https://example.org/> .
# a comment, to be counted

ex:a
    a ex:Thing ;
    ex:p
        ex:b ,
        [
            ex:q '''over
two lines''' ,
                3
        ] ,
        ( 1
          "two"@en ) ;
    .
ex:b ex:p "1"^^
    ex:type .
"""
TRICKY = """PREFIX ex: <https://example.org/>
@base <https://example.org/base/> .
@prefix : <#> .
ex:a.b :c ex:d.:e;:f 1.:g :h 1.5,.5,-1.e3,+7,0.00000001,01;:i true,false;;a :J;.
[] ex:p [], [ ] . [ ex:p 1 ] . [ ex:q [ ex:q ( () (1 (2) [ ex:r 3 ]) ) ] ] ex:s 4 .
( 1 2 ) ex:p () . () ex:p ( _:x ) . _:x ex:p _:y.z , _:0 .
ex:s ex:p "a", 'a', \"\"\"a"b""c\"\"\", '''a'b''c\n''', "\\"", "\\u00e9", "x"@en-gb, "1"^^xsd:int # c
 , "2" ^^ <t>, <x\\u00e9>, ex:a\\,b, ex:%20, ex:, :, "#" , ex:\\#x . BASE <https://example.org/other/>
PREFIX ex:<#>
ex:s a ex:p ; ex:q ex:a ; ex:q ex:a.
""".replace("@base", "@prefix xsd: <http://www.w3.org/2001/XMLSchema#>. @base", 1)


def ex(name: str) -> URIRef:
    return URIRef(EX + name)


def read(folder: Path, **texts: str) -> LocatedGraph:
    for name, text in texts.items():
        (folder / f"{name}.ttl").write_text(text)
    return graphs.read([folder / f"{name}.ttl" for name in texts], folder)


def test_a_statement_stands_where_its_object_begins(tmp_path: Path) -> None:
    found = read(tmp_path, located=LOCATED)
    assert found.files == ("located.ttl",)
    assert found.line_of(ex("a"), RDF.type, ex("Thing")) == ("located.ttl", 5, 7)
    assert found.line_of(ex("a"), ex("p"), ex("b")) == ("located.ttl", 7, 9)
    assert found.line_of(ex("b"), ex("p"), Literal("1", datatype=ex("type"))) == ("located.ttl", 16, 11)


def test_statements_inside_blank_nodes_and_lists_have_their_own_places(tmp_path: Path) -> None:
    found = read(tmp_path, located=LOCATED)
    (inner,) = set(found.graph.subjects(ex("q")))
    assert found.line_of(ex("a"), ex("p"), inner) == ("located.ttl", 8, 9)
    assert found.line_of(inner, ex("q"), Literal("over\ntwo lines")) == ("located.ttl", 9, 18)
    assert found.line_of(inner, ex("q"), Literal("3", datatype=XSD.integer)) == ("located.ttl", 11, 17)
    (head,) = found.graph.subjects(RDF.first, Literal("1", datatype=XSD.integer))
    (second,) = found.graph.subjects(RDF.first, Literal("two", lang="en"))
    assert found.line_of(ex("a"), ex("p"), head) == ("located.ttl", 13, 9)
    assert found.line_of(second, RDF.first, Literal("two", lang="en")) == ("located.ttl", 14, 11)


def test_an_unknown_object_falls_back_to_the_predicate_and_then_to_the_subject(tmp_path: Path) -> None:
    found = read(tmp_path, located=LOCATED)
    assert found.line_of(ex("a"), ex("p"), ex("nothing")) == ("located.ttl", 7, 9)
    assert found.line_of(ex("a"), ex("p")) == ("located.ttl", 7, 9)
    assert found.line_of(ex("a"), ex("nothing")) == ("located.ttl", 4, 1)
    assert found.line_of(ex("a")) == ("located.ttl", 4, 1)
    assert found.line_of(ex("nothing")) is None


def test_every_construct_of_turtle_gives_the_triples_that_the_strict_parser_gives(tmp_path: Path) -> None:
    found = read(tmp_path, tricky=TRICKY).graph
    expected = Graph()
    for triple in parse_strict(TRICKY, "tricky"):
        expected.add(triple)
    assert len(found) == len(expected) > 50
    assert isomorphic(found, expected)


def test_every_triple_has_a_place_of_its_own(tmp_path: Path) -> None:
    found = read(tmp_path, tricky=TRICKY)
    lines = TRICKY.split("\n")
    for triple in found.graph:
        place = found.line_of(*triple)
        assert place is not None and 4 <= place.line < len(lines)
        assert 1 <= place.column <= len(lines[place.line - 1])


def test_blank_nodes_of_different_files_stay_apart(tmp_path: Path) -> None:
    text = "@prefix ex: <https://example.org/> .\n_:x ex:p 1 . [] ex:p 2 ."
    found = read(tmp_path, one=text, two=text)
    nodes = set(found.graph.subjects())
    assert len(nodes) == 4 and all(isinstance(node, BNode) for node in nodes)
    assert {s for s, _, _ in found.statements(["one.ttl"])} < nodes
    assert sum(node in {s for s, _, _ in found.statements(["two.ttl"])} for node in nodes) == 2


def test_blank_nodes_have_the_same_labels_in_every_run(tmp_path: Path) -> None:
    once, again = (set(read(tmp_path, tricky=TRICKY).graph) for _ in range(2))
    assert once == again


def test_lexical_forms_are_kept(tmp_path: Path) -> None:
    found = read(tmp_path, tricky=TRICKY).graph
    assert {"01", "+7", ".5", "-1.e3", "0.00000001"} <= {str(o) for o in found.objects()}


def test_ill_typed_literals_are_told_with_place_and_subject(tmp_path: Path) -> None:
    text = """@prefix ex: <https://example.org/> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
ex:a ex:on "2024-02-28"^^xsd:date ;
    ex:on "2024-02-30"^^xsd:date ;
    ex:count "many"^^xsd:integer .
"""
    assert tuple(read(tmp_path, a=text).ill_typed()) == (
        (("a.ttl", 3, 11), EX + "a", "2024-02-30", str(XSD.date)),
        (("a.ttl", 4, 14), EX + "a", "many", str(XSD.integer)),
    )


def test_a_malformed_file_is_refused_with_its_name_in_the_workspace_and_line(tmp_path: Path) -> None:
    with pytest.raises(SyntaxProblem, match=r"^bad\.ttl:1: ") as problem:
        read(tmp_path, good=LOCATED, bad="<urn:a> <urn:b c> 1 .")
    assert problem.value.file == "bad.ttl"
