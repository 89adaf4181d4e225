"""The embedded engine: strict syntax, queries over named graphs, N-Quads that do not change."""

import gc
import sys
from pathlib import Path

import pytest
from rdflib import XSD, BNode, Graph, Literal, URIRef

from bde.errors import BdeError, SyntaxProblem
from bde.lexer import tokens
from bde.store import Store
from bde.syntax import nquads, parse_strict
from bde.workspace import read_text

TURTLE = Path(__file__).parent / "turtle"
EX = "https://example.org/"
PREFIX = f"@prefix ex: <{EX}> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n"


def ex(name: str) -> URIRef:
    return URIRef(EX + name)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    (tmp_path / "one.ttl").write_text(PREFIX + 'ex:a ex:p _:x . _:x ex:n 1 . ex:a ex:label "A"@en .')
    (tmp_path / "two.ttl").write_text(PREFIX + "ex:b ex:p _:x . _:x ex:n 2 .")
    return Store.load({EX + "g1": tmp_path / "one.ttl", EX + "g2": tmp_path / "two.ttl"})


@pytest.mark.parametrize("file", sorted((TURTLE / "malformed").glob("*.ttl")), ids=lambda file: file.stem)
def test_malformed_turtle_is_refused_with_file_and_line(file: Path) -> None:
    with pytest.raises(SyntaxProblem) as problem:
        parse_strict(read_text(file), file)
    assert problem.value.file == file
    assert problem.value.line == (4 if file.stem == "missing-dot" else 3)
    assert problem.value.what and problem.value.fix


@pytest.mark.parametrize(
    "name", ["iri-with-space", "iri-with-escaped-space", "n3-escape", "n3-path", "literal-as-predicate"]
)
def test_rdflib_alone_would_accept_what_is_refused_here(name: str) -> None:
    assert len(Graph().parse(TURTLE / "malformed" / f"{name}.ttl")) > 0


def test_an_undecodable_file_is_refused_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "latin.ttl").write_bytes(b"# one\n# caf\xe9\n")
    with pytest.raises(SyntaxProblem, match=r"latin\.ttl:2: not UTF-8"):
        read_text(tmp_path / "latin.ttl")


def test_lexical_forms_are_kept_and_ill_typed_literals_do_not_log(caplog: pytest.LogCaptureFixture) -> None:
    text = PREFIX + 'ex:a ex:p 01, .5, "2024-13-01"^^xsd:date, "s"^^xsd:string, "x"@EN .'
    objects = [o for _, _, o in parse_strict(text, "f")]
    assert not [record for record in caplog.records if record.name == "rdflib.term"]
    assert [str(o) for o in objects][:2] == ["01", ".5"]
    assert objects == [
        Literal("01", datatype=XSD.integer, normalize=False),
        Literal(".5", datatype=XSD.decimal, normalize=False),
        Literal("2024-13-01", datatype=XSD.date, normalize=False),
        Literal("s"),
        Literal("x", lang="en"),
    ]


def test_what_looks_like_rdf_12_inside_strings_and_iris_is_left_alone() -> None:
    text = PREFIX + 'ex:a ex:p "<<", """{| ~ version "1.2" """, <https://example.org/~me--x>, "b"@en . # ~ <<'
    assert len(parse_strict(text, "f")) == 4


def test_tokens_tell_comments_from_hashes_in_iris_names_and_all_four_string_forms() -> None:
    text = (
        "ex:a\\#b <https://x/#c> \"#d\" , '#e' , # comment one\n"
        '"""#f\n"quoted" \\""""@en , \'\'\'#g\n\'\'\' , "\\"#h" .#comment two'
    )
    comments = [(token.text, token.line) for token in tokens(text, "f") if token.kind == "comment"]
    assert comments == [("# comment one", 1), ("#comment two", 4)]


def test_a_query_sees_the_union_of_all_graphs_and_each_graph(store: Store) -> None:
    union = store.query(f"SELECT ?n WHERE {{ ?s <{EX}p>/<{EX}n> ?n }} ORDER BY ?n")
    assert (union.kind, union.columns) == ("select", ("n",))
    assert union.rows == ((Literal("1", datatype=XSD.integer),), (Literal("2", datatype=XSD.integer),))
    one = store.query(f"SELECT ?o WHERE {{ GRAPH <{EX}g1> {{ ?s <{EX}label> ?o }} }}")
    assert one.rows == ((Literal("A", lang="en"),),)
    assert len(store) == 5


def test_blank_nodes_of_different_files_stay_apart(store: Store) -> None:
    rows = store.query(f"SELECT DISTINCT ?x WHERE {{ ?x <{EX}n> ?n }}").rows
    assert len(rows) == 2 and all(isinstance(x, BNode) for (x,) in rows)


def test_ask_and_construct_are_answered_and_an_unbound_variable_is_none(store: Store) -> None:
    assert store.query(f"ASK {{ <{EX}a> ?p ?o }}").truth is True
    assert store.query(f"ASK {{ <{EX}z> ?p ?o }}").truth is False
    made = store.query(f"CONSTRUCT {{ ?s <{EX}q> 1 }} WHERE {{ ?s <{EX}label> ?l }}")
    assert made.triples == ((ex("a"), ex("q"), Literal("1", datatype=XSD.integer)),)
    assert store.query("SELECT ?x WHERE { OPTIONAL { ?x <urn:none> ?y } }").rows == ((None,),)


@pytest.mark.parametrize("text", ["SELECT *\nWHERE { ?s ?p }", "# no prefix\nASK { ?s foaf:name ?o }"])
def test_a_malformed_query_is_refused_with_its_line(store: Store, text: str) -> None:
    with pytest.raises(SyntaxProblem, match="not a SPARQL query") as problem:
        store.query(text)
    assert problem.value.line == 2


def test_an_update_is_no_query_and_changes_nothing(store: Store) -> None:
    with pytest.raises(SyntaxProblem):
        store.query("DELETE WHERE { ?s ?p ?o }")
    assert len(store) == 5


def test_an_answer_may_be_as_large_as_allowed_but_no_larger(store: Store) -> None:
    assert len(store.query("SELECT * WHERE { ?s ?p ?o }", most=5, seconds=60).rows) == 5
    with pytest.raises(BdeError, match="more than 4 rows"):
        store.query("SELECT * WHERE { ?s ?p ?o }", most=4, seconds=60)


def test_what_is_given_up_is_cleared_away_by_the_thread_that_began_it(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    complaints: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", complaints.append)
    with pytest.raises(BdeError) as error:
        store.query("SELECT * WHERE { ?s ?p ?o }", most=1, seconds=60)
    del error
    gc.collect()
    assert not complaints


@pytest.mark.parametrize("form", ["SELECT (COUNT(*) AS ?n) WHERE", "ASK"])
def test_a_query_without_any_row_in_time_is_given_up(tmp_path: Path, form: str) -> None:
    (tmp_path / "many.ttl").write_text(PREFIX + "".join(f"ex:a ex:p {n} .\n" for n in range(150)))
    many = Store.load({EX + "g": tmp_path / "many.ttl"})
    with pytest.raises(BdeError, match=r"longer than 0\.05 seconds"):
        many.query(f"{form} {{ ?s ?p ?a, ?b, ?c FILTER(?a + ?b + ?c < 0) }}", seconds=0.05)


def test_loading_a_malformed_file_names_file_and_line() -> None:
    file = TURTLE / "malformed" / "iri-with-space.ttl"
    for load in (Store.load, nquads):
        with pytest.raises(SyntaxProblem) as problem:
            load({EX + "g": file})
        assert (problem.value.file, problem.value.line) == (file, 3)


def test_nquads_are_sorted_keep_lexical_forms_and_do_not_depend_on_blank_node_labels(tmp_path: Path) -> None:
    (tmp_path / "one.ttl").write_text(PREFIX + "ex:b ex:p _:one, _:two . _:one ex:n 01 . _:two ex:n 1.0 .")
    (tmp_path / "two.ttl").write_text(PREFIX + "_:z ex:n 1.0 . _:a ex:n 01 . ex:b ex:p _:z, _:a .")
    one, two = (nquads({EX + "g": tmp_path / f"{name}.ttl"}) for name in ("one", "two"))
    assert one == two == sorted(one) and len(one) == 4
    assert any('"01"' in line for line in one) and any('"1.0"' in line for line in one)
    assert all(line.endswith(f"<{EX}g> .") for line in one)


def test_nquads_keep_blank_nodes_of_different_files_apart(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / f"{name}.ttl").write_text(PREFIX + f"_:x ex:p ex:{name} .")
    lines = nquads({EX + name: tmp_path / f"{name}.ttl" for name in ("one", "two")})
    assert len({line.split()[0] for line in lines}) == 2


def test_a_revised_store_lacks_what_was_taken_away_and_the_old_one_keeps_it(tmp_path: Path) -> None:
    file = tmp_path / "a.ttl"
    file.write_text("@prefix x: <urn:> . x:a x:p x:b , x:c ; x:q x:d . x:b x:p x:a . x:c x:p x:d .")
    store = Store.load({"urn:g": file})
    left = store.revised(nodes=["urn:b"], values=[("urn:a", "urn:q")], added=[("urn:a", "urn:r", "urn:e")])
    rows = left.query("SELECT ?s ?p ?o { ?s ?p ?o } ORDER BY ?s ?p ?o").rows
    assert [" ".join(str(term)[4:] for term in row) for row in rows] == ["a p c", "a r e", "c p d"]
    assert len(store) == 5
