"""Broken, hostile or too large input: a clear message, the right exit code, bounded time and memory."""

import os
import random
import re
import subprocess
import sys
from pathlib import Path

import pytest

from bde import graphs, queries, turtle
from bde.check import formatting, questions
from bde.cli import run
from bde.errors import BdeError, SyntaxProblem
from bde.lexer import DEEPEST
from bde.malformed import MOST, problems
from bde.namespaces import PREFIXES
from bde.workspace import MOST_BYTES, Workspace, read_text, within

EX = "@prefix ex: <https://example.org/> .\n"
GIB = 2**30


def file(folder: Path, content: str | bytes) -> Path:
    path = folder / "bad.ttl"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def said_of(path: Path) -> str:
    """What reading and formatting a file say, which must be the same."""
    said = []
    for reading in (
        lambda: graphs.read([path], path.parent).graph,
        lambda: turtle.canonical(read_text(path, path.name), path.name),
    ):
        with pytest.raises(BdeError) as problem:
            reading()
        said.append(str(problem.value))
    assert said[0] == said[1]
    return said[0]


def bounded(code: str, *arguments: object, seconds: int = 20, memory: int = 2 * GIB) -> str:
    """What a program prints that has so many seconds of CPU and bytes of memory; it must end well."""
    limits = f"""
import resource, sys
resource.setrlimit(resource.RLIMIT_CPU, ({seconds}, {seconds}))
resource.setrlimit(resource.RLIMIT_AS, ({memory}, {memory}))
"""
    done = subprocess.run(
        [sys.executable, "-c", limits + code, *map(str, arguments)],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        timeout=10 * seconds,
    )
    assert done.returncode == 0, done.stderr[-2_000:]
    return done.stdout.strip()


READ = """
from pathlib import Path
from bde import graphs
from bde.errors import BdeError
for path in map(Path, sys.argv[1:]):
    try:
        print(len(graphs.read([path], path.parent).graph))
    except BdeError as error:
        print(error)
"""


# Files that end too early or hold what Turtle does not


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (EX + 'ex:a ex:p "abc', r"bad\.ttl:2: .*end of file"),
        (EX + "ex:a ex:p [ ex:q ( 1 2", r"bad\.ttl:2: .*end"),
        (EX + 'ex:a\n ex:p """abc\n\n\nx', r"bad\.ttl:3: .*end of file"),
        (EX + "ex:a ex:p ", r"bad\.ttl:2: .*end"),
        (EX + "ex:a ex:p " + "[ ex:p " * 50_000, r"bad\.ttl:2: .*"),
        ((EX + 'ex:a ex:p "é" .').encode("latin-1"), r"bad\.ttl:2: not UTF-8\. Save it as UTF-8\."),
        ((EX + 'ex:a ex:p "é" .').encode("utf-16"), r"bad\.ttl:1: UTF-16, not UTF-8\. Save it as UTF-8\."),
        ((EX + "ex:a ex:p 1 .").encode("utf-16-be"), r"bad\.ttl:1: .*\\x00"),
        ("\ufeff" + EX + "ex:a ex:p 1 .", r"bad\.ttl:1: begins with a byte-order mark\. .*without"),
        (EX + "ex:a\0 ex:p 1 .", r"bad\.ttl:2: .*\\x00"),
        (EX + "ex:a \x1b[2J ex:p 1 .", r"bad\.ttl:2: .*\\x1b"),
        (bytes(100_000), r"bad\.ttl:1: .*\\x00"),
        (EX.replace("\n", "\r\n") + "ex:a ex:p x .\r\n", r"bad\.ttl:2: .*x is not"),
        (EX.replace("\n", "\r") + "ex:a\rex:p x .\r", r"bad\.ttl:3: .*x is not"),
        (EX + "ex:a ex:p '" + "x" * 2**24 + "' .", r"bad\.ttl: a name or literal has over 16 MiB"),
    ],
)
def test_what_is_no_turtle_is_refused_with_file_line_and_cure(
    tmp_path: Path, content: str | bytes, said: str
) -> None:
    path = file(tmp_path, content)
    message = said_of(path)
    assert re.match(said, message), message
    assert message.isprintable() and len(message) < 300


@pytest.mark.parametrize(("opening", "closing"), [("[ ex:p ", " ]"), ("( ", " )"), ("[ ex:p ( ", " ) ]")])
def test_brackets_may_stand_deep_in_each_other_but_not_without_end(
    tmp_path: Path, opening: str, closing: str
) -> None:
    per = opening.count("[") + opening.count("(")
    deep = DEEPEST // per
    text = EX + "ex:a ex:p " + opening * deep + "1" + closing * deep + " ."
    assert len(graphs.read([file(tmp_path, text)], tmp_path).graph) >= deep
    assert turtle.canonical(turtle.canonical(text, "x"), "x") == turtle.canonical(text, "x")
    said = said_of(file(tmp_path, EX + "\nex:a ex:p " + opening * 10_000 + "1" + closing * 10_000 + " ."))
    assert said == f"bad.ttl:3: brackets stand over {DEEPEST} deep in each other. Give the inner nodes IRIs."


def test_a_long_chain_of_blank_nodes_is_read_but_has_no_canonical_form(tmp_path: Path) -> None:
    chain = EX + "".join(f"_:b{n} ex:p _:b{n + 1} .\n" for n in range(5_000))
    assert len(graphs.read([file(tmp_path, chain)], tmp_path).graph) == 5_000
    with pytest.raises(BdeError, match=f"a blank node stands over {DEEPEST} deep in others: .*an IRI"):
        turtle.canonical(chain, "bad.ttl")


def test_line_ends_of_other_systems_are_counted_alike(tmp_path: Path) -> None:
    text = EX + 'ex:a ex:p\n  1 ,\n  """two\nlines""" ,\n  3 .\n'
    lines = []
    for end in ("\n", "\r\n", "\r"):
        located = graphs.read([file(tmp_path, text.replace("\n", end))], tmp_path)
        lines.append(sorted(located.line_of(*triple)[1:] for triple in located.graph))  # type: ignore[index]
    assert lines == [[(3, 3), (4, 3), (6, 3)]] * 3


def test_a_file_that_may_not_be_read_is_told(tmp_path: Path) -> None:
    path = file(tmp_path, EX)
    path.chmod(0)
    nobody = READ.replace("for path", "import os\nos.setuid(65534)\nfor path")  # root may read all
    code = READ if os.getuid() else nobody
    tmp_path.chmod(0o755)
    assert bounded(code, path).endswith("bad.ttl: cannot be read: Permission denied. Check the path.")


def test_a_file_cut_or_changed_anywhere_is_read_or_refused_and_nothing_else(
    workspace: Workspace, tmp_path: Path
) -> None:
    whole = (workspace.root / "data" / "entities" / "mechanisms.ttl").read_bytes()
    chance = random.Random(20261122)
    refused = 0
    for number in range(120):
        at = chance.randrange(len(whole))
        change = bytes(chance.choices(b"<>\"'[](){}.;,@^\\# \n\r\0\xff\xc3aZ:_", k=chance.randint(1, 3)))
        path = file(tmp_path, whole[:at] if number % 2 else whole[:at] + change + whole[at + 1 :])
        try:
            graphs.read([path], tmp_path)
        except SyntaxProblem as error:
            refused += 1
            assert error.line is not None and str(error).isprintable()
            assert problems(path.read_bytes().decode(errors="replace"), path) or "UTF-8" in str(error)
    assert refused > 60


@pytest.mark.parametrize("command", ["format", "validate"])
@pytest.mark.parametrize(
    "content", [b"\xff\xfea", b"\xef\xbb\xbf<a:> <b:> 1 .", b"<a:> <b:> ", b"<a:> <b:> \0 ."]
)
def test_a_command_on_a_broken_file_ends_with_2_and_changes_nothing(
    small: Workspace, capsys: pytest.CaptureFixture[str], command: str, content: bytes
) -> None:
    (small.root / "mine").mkdir()
    path = file(small.root / "mine", content)
    assert run(["--root", str(small.root), command, str(path)]) == 2
    printed = capsys.readouterr()
    assert printed.out == "" and re.match(r"bde: (?:/.*/)?mine/bad\.ttl:1: ", printed.err)
    assert path.read_bytes() == content and list(path.parent.iterdir()) == [path]


# All that is wrong, not the first thing alone


def test_every_malformed_statement_of_a_file_is_told() -> None:
    text = (
        EX
        + """ex:a ex:p <a b> ;
    ex:q 1 .
ex:b ex:p "unfinished ;
    ex:q 2 .

ex:c ex:p 1 .
ex:d ex:p foo:bar .
ex:e ex:p foo:bar , 1 .
PREFIX q: <urn:x:>
q:d q:p 1
q:e q:p 2 .
q:f q:p << q:a q:b 1 >> .
q:g q:p "x"@123 . q:h q:p [ .
q:j q:p 5 .
"""
    )
    found = problems(text, "bad.ttl")
    assert [error.line for error in found] == [2, 4, 8, 12, 13, 14, 14]
    assert all(isinstance(error, SyntaxProblem) and error.file == "bad.ttl" and error.fix for error in found)
    assert problems(EX + "ex:a ex:p 1 .", "good.ttl") == []


def test_errors_without_end_are_cut_off_with_a_word(tmp_path: Path) -> None:
    found = problems("".join(f"<a> <b> c{n} .\n" for n in range(50_000)), "bad.ttl")
    assert [error.line for error in found] == [*range(1, MOST + 1), None]
    assert "may have more" in str(found[-1])
    assert len(problems("." * 200_000, "bad.ttl")) <= 2


# Files that are none, or lie elsewhere


def test_a_file_over_the_limit_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = file(tmp_path, "")
    os.truncate(path, 3 * MOST_BYTES)
    said = bounded(READ, path, seconds=5, memory=GIB)
    assert (
        said == f"bad.ttl: has {3 * MOST_BYTES // 2**20} MiB, 64 is the most. Divide it into several files."
    )


def test_a_large_file_is_read_in_bounded_time_and_memory(tmp_path: Path) -> None:
    path = file(tmp_path, EX + "".join(f'ex:a{n} ex:p "{n}" , {n} .\n' for n in range(5_000)))
    assert bounded(READ, path, seconds=20, memory=GIB) == "10000"


def test_pipes_devices_and_folders_are_no_files(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.ttl")
    (tmp_path / "folder.ttl").mkdir()
    (tmp_path / "device.ttl").symlink_to("/dev/zero")
    (tmp_path / "loop.ttl").symlink_to(tmp_path / "loop.ttl")
    names = ("pipe", "folder", "device", "loop", "absent")
    said = bounded(READ, *(tmp_path / f"{name}.ttl" for name in names), seconds=5).splitlines()
    assert [line.removesuffix(" Put an ordinary file in its place.") for line in said] == [
        "pipe.ttl: is a pipe or a device.",
        "folder.ttl: is a folder.",
        "device.ttl: is a pipe or a device.",
        "loop.ttl: cannot be read: Too many levels of symbolic links. Check the path.",
        "absent.ttl: cannot be read: No such file or directory. Check the path.",
    ]


# The whole check on a graph with broken parts

HEAD = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in PREFIXES.items())
SMALL = {
    "ontology/bde.ttl": """
<https://w3id.org/bde/ontology> a owl:Ontology .
bde:State a owl:Class ; rdfs:label "state"@en .
bde:alpha3 a owl:DatatypeProperty ; rdfs:label "code"@en .
""",
    "ontology/alignments/none.ttl": "bde:State rdfs:seeAlso skos:Concept .",
    "shapes/house.ttl": """
bdesh:State a sh:NodeShape ; sh:targetClass bde:State ; sh:property bdesh:State-alpha3 .
bdesh:State-alpha3 a sh:PropertyShape ; sh:path bde:alpha3 ; sh:minCount 1 ;
    sh:severity sh:Violation ; sh:message "No code. Give one."@en .
""",
    "data/arlandia.ttl": 'state:arlandia a bde:State ; bde:alpha3 "ARL" .',
    "data/borduria.ttl": "state:borduria a bde:State .",
}
QUESTION = """\
#+ summary: Which states are there?
#+ description: All of them.
#+ tags: states
#+ columns:
#+   state - The state.
PREFIX bde: <https://w3id.org/bde/ontology#>
SELECT ?state
WHERE {
  ?state a bde:State .
}
ORDER BY ?state
"""


@pytest.fixture
def small(tmp_path: Path) -> Workspace:
    """A graph of two states, one of them without its code."""
    for name, text in SMALL.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(turtle.canonical(HEAD + text, name))
    (tmp_path / "queries" / "actors").mkdir(parents=True)
    (tmp_path / "queries" / "actors" / "states.rq").write_text(QUESTION)
    return Workspace.at(tmp_path)


def checked(space: Workspace) -> tuple[int, list[str], str]:
    """Exit code, printed lines and messages of ``bde check``."""
    command = [sys.executable, "-m", "bde", "--root", str(space.root), "check"]
    done = subprocess.run(command, capture_output=True, text=True)
    return done.returncode, done.stdout.splitlines(), done.stderr


def test_a_malformed_file_does_not_hide_what_is_wrong_elsewhere(small: Workspace) -> None:
    (small.root / "data" / "arlandia.ttl").write_text(EX + "ex:a <b c> 1 .\nex:b ex:p x .\nex:c ex:p 1 .\n")
    (small.root / "data" / "cordonia.ttl").write_bytes(b"\xff")
    code, lines, err = checked(small)
    assert code == 2 and "2 files cannot be read" in err
    found = [line for line in lines if ": unreadable: " in line]
    assert [line.split(": ")[0] for line in found] == [
        "data/arlandia.ttl:2:1",
        "data/arlandia.ttl:3:1",
        "data/cordonia.ttl:1:1",
    ]
    assert any(re.match(r"data/borduria\.ttl:\d+:\d+: State-alpha3: No code", line) for line in lines)
    parts = {
        line.split()[0]: line for line in lines if "without data/arlandia.ttl, data/cordonia.ttl" in line
    }
    without_java = {line.split()[0] for line in lines if "NOT RUN" in line and "Java" in line}
    assert without_java <= {"reason"}
    assert set(parts) | without_java == {"vocabulary", "ledger", "questions", "reason", "shapes"}
    assert any(line.startswith("answers ") and "NOT RUN" in line for line in lines)


@pytest.mark.parametrize(
    ("name", "still"),
    [("ontology/bde.ttl", {"ledger"}), ("shapes/house.ttl", {"answers", "ledger", "reason"})],
)
def test_no_part_runs_without_the_ontology_or_shapes_it_needs(
    small: Workspace, name: str, still: set[str]
) -> None:
    (small.root / name).write_text("nonsense")
    code, lines, _ = checked(small)
    assert code == 2
    not_run = {line.split()[0] for line in lines if f"NOT RUN  cannot do without {name}" in line}
    assert not_run == {"answers", "vocabulary", "ledger", "questions", "reason", "shapes"} - still


def test_a_link_out_of_the_graph_or_to_a_folder_is_not_followed(
    small: Workspace, capsys: pytest.CaptureFixture[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside")
    (outside / "cordonia.ttl").write_text((small.root / "data" / "borduria.ttl").read_text())
    (small.root / "data" / "cordonia.ttl").symlink_to(outside / "cordonia.ttl")
    (small.root / "data" / "more").symlink_to(small.root / "shapes")
    (small.root / "data" / "up").symlink_to("..")
    (small.root / "data" / "loop.ttl").symlink_to("loop.ttl")
    code, lines, _ = checked(small)
    assert code == 2
    assert [line for line in lines if ": unreadable: " in line] == [
        "data/cordonia.ttl: unreadable: is a link out of the graph, which is not followed. "
        "Put what it leads to in its place.",
        *(
            f"data/{name}: unreadable: is a link to a folder, which is not followed. "
            "Put what it leads to in its place."
            for name in ("more", "up")
        ),
        "data/loop.ttl: unreadable: cannot be read: Too many levels of symbolic links. Check the path.",
    ]
    assert run(["--root", str(small.root), "questions"]) == 2
    assert "data/cordonia.ttl: is a link out of the graph" in capsys.readouterr().err


def test_a_link_inside_the_graph_is_a_file_of_its_own_name(small: Workspace) -> None:
    (small.root / "data" / "again.ttl").symlink_to("borduria.ttl")
    assert "data/again.ttl" in graphs.read(small.data, small.root).files


def test_a_folder_that_may_not_be_opened_is_told(small: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    (small.root / "data" / "shut").mkdir()
    monkeypatch.setattr("os.access", lambda path, _: Path(path).name != "shut")  # root may open any folder
    with pytest.raises(BdeError, match=r"data/shut: cannot be opened\. Check its permissions\."):
        _ = small.data


def test_a_question_that_cannot_be_read_is_told_beside_the_others(small: Workspace) -> None:
    room = small.root / "queries" / "actors"
    (room / "latin.rq").write_bytes("# é".encode("latin-1"))
    (room / "headless.rq").write_text("SELECT ?x WHERE { ?x ?y ?z }")
    code, lines, _ = checked(small)
    assert code == 2
    assert [line.split(": ")[0] for line in lines if ": unreadable: " in line] == [
        "queries/actors/headless.rq:1:1",
        "queries/actors/latin.rq:1:1",
    ]
    assert any(line.startswith("questions ") and " 1 questions, 2 rows" in line for line in lines)


def test_a_text_outside_its_folder_is_not_read(tmp_path: Path) -> None:
    assert within(tmp_path, "a.txt") == tmp_path / "a.txt"
    (tmp_path / "link.txt").symlink_to("/etc/hostname")
    for name in ("../a.txt", "/etc/hostname", "x/../../a.txt", "link.txt"):
        with pytest.raises(BdeError, match="leads out of its folder"):
            within(tmp_path, name)


SHAPES = """
from pathlib import Path
from bde.check import shapes
from bde.workspace import Workspace
print(len(shapes(Workspace.at(Path(sys.argv[1]))).findings))
"""


def test_patterns_that_would_try_every_way_end_soon(small: Workspace) -> None:
    patterns = ("^(a+)+$", "^(a|aa)*$", "^(.*a){20}$")
    shapes = (
        f"bdesh:P{n} a sh:PropertyShape ; sh:targetClass bde:State ; sh:path bde:alpha3 ; "
        f'sh:pattern "{pattern}" .'
        for n, pattern in enumerate(patterns)
    )
    value = "a" * 50_000 + "!"
    (small.root / "shapes" / "more.ttl").write_text(HEAD + "\n".join(shapes))
    (small.root / "data" / "arlandia.ttl").write_text(
        HEAD + f'state:arlandia a bde:State ; bde:alpha3 "{value}" .'
    )
    assert bounded(SHAPES, small.root, memory=8 * GIB) == "4"  # and borduria has no code


@pytest.mark.exhaustive("floods of findings")
def test_findings_without_number_are_all_told_in_bounded_time(small: Workspace) -> None:
    states = "".join(f"state:s{n} a bde:State .\n" for n in range(10_000))
    (small.root / "data" / "arlandia.ttl").write_text(HEAD + states)
    assert bounded(SHAPES, small.root, memory=8 * GIB) == "10001"


DEEP = {
    "groups": lambda n: "SELECT * WHERE " + "{" * n + "}" * n,
    "brackets": lambda n: "ASK { FILTER(" + "(" * n + "1" + ")" * n + ") }",
    "lists": lambda n: "ASK { ?s ?p " + "(" * n + ")" * n + " }",
    "negations": lambda n: "ASK { FILTER(" + "!" * n + "1) }",
    "choices": lambda n: "ASK { FILTER(" + "||".join(["true"] * n) + ") }",
    "unions": lambda n: "SELECT * WHERE { " + " UNION ".join(["{}"] * n) + "}",
    "paths": lambda n: "ASK { ?s " + "/".join(["<urn:p>"] * n) + " ?o }",
}


@pytest.mark.parametrize("kind", DEEP)
def test_a_query_without_end_is_refused_before_an_engine_ends_the_process(kind: str) -> None:
    with pytest.raises(BdeError, match=r"too long or too deeply nested to be asked\. Ask in smaller steps"):
        queries.guard(DEEP[kind](10_000))
    queries.guard(DEEP[kind](1))


def test_a_saved_question_without_end_is_a_finding(small: Workspace) -> None:
    room = small.root / "queries" / "actors"
    (room / "deep.rq").write_text(
        QUESTION.replace("a bde:State .", "a bde:State " + "{" * 10_000 + "}" * 10_000)
    )
    found = questions(small, lambda text, file: iter(())).findings
    assert [(finding.file, finding.rule) for finding in found] == [
        ("queries/actors/deep.rq", "question-cannot-run")
    ]


def test_the_longest_queries_that_are_asked_end_well() -> None:
    code = "from bde.store import Store\nprint(*(Store().query(q).kind for q in sys.argv[1:]))"
    asked = [DEEP["negations"](4_900), DEEP["choices"](2_400), DEEP["unions"](2_400), DEEP["brackets"](55)]
    assert bounded(code, *asked) == "ask ask select ask"


# What nobody would look at


def test_files_that_no_command_reads_and_empty_ones_are_findings(small: Workspace) -> None:
    (small.root / "data" / "cordonia.tll").write_text("state:cordonia a bde:State .")
    (small.root / "queries" / "actors" / "lost.sparql").write_text(QUESTION)
    (small.root / "data" / "estmark.ttl").write_text("\n")
    (small.root / "data" / "engagements").mkdir()
    (small.root / "data" / "README.md").write_text("Read me.")
    found = {finding.file: finding.rule for finding in formatting(small).findings}
    assert found == {
        "data/cordonia.tll": "unread-file",
        "data/engagements": "unread-file",
        "queries/actors/lost.sparql": "unread-file",
        "data/estmark.ttl": "empty-file",
    }


def test_thousands_of_misspelt_terms_are_all_told_in_bounded_time(small: Workspace) -> None:
    lines = "".join(f"state:arlandia bde:alpha{n} state:x{n} .\n" for n in range(4_000))
    (small.root / "data" / "arlandia.ttl").write_text(HEAD + lines)
    code = """
from pathlib import Path
from bde import graphs, vocabulary
from bde.workspace import Workspace
here = Workspace.at(Path(sys.argv[1]))
read = [graphs.read(files, here.root) for files in (here.ontology + here.alignments, here.shapes, here.data)]
found = vocabulary.check(*read).findings
print(*(sum(f.rule == rule for f in found) for rule in ("undeclared-term", "dangling-reference")))
"""
    assert bounded(code, small.root) == "3999 4000"  # alpha3 is a term
