"""Ready to use elsewhere: the action, the hooks and the job run as they stand, in a repository."""

import contextlib
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.parse import quote
from urllib.request import urlopen

import pytest
import yaml
from lxml import etree

from conftest import ROOT
from test_release import miniature

PAGE = ROOT / "docs" / "ci.md"
BIN = Path(sys.executable).parent
STATES = "data/entities/states.ttl"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A git repository that holds a whole graph in miniature."""
    folder = Path(shutil.copytree(ROOT / "tests" / "voices", tmp_path / "repository"))
    for command in (["init", "-q"], ["add", "."]):
        subprocess.run(["git", *command], cwd=folder, check=True)
    return folder


def bash(script: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a script as the runner of GitHub runs a step with ``shell: bash``."""
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
        cwd=folder,
        capture_output=True,
        text=True,
        env={**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}", **environment},
    )


def break_states(repository: Path) -> None:
    file = repository / STATES
    file.write_text(file.read_text().replace("    rdfs:label", "  rdfs:label", 1))


def fences(language: str) -> list[str]:
    """The examples of the page in a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE.read_text(), re.M | re.S)


# GitHub


def action(repository: Path, **inputs: str) -> subprocess.CompletedProcess[str]:
    """The steps of the action that run a script, but for the installation; all must come after it."""
    told = yaml.safe_load((ROOT / "action.yml").read_text())
    assert told["runs"]["using"] == "composite"
    given = {name: str(option["default"]) for name, option in told["inputs"].items()} | inputs
    install, *steps = [step for step in told["runs"]["steps"] if "run" in step]
    assert "pip install" in install["run"] and install["run"].endswith('"$GITHUB_ACTION_PATH"')
    assert len(steps) == 1
    assert (
        "${{" not in steps[0]["run"]
    )  # what is given reaches the script as a variable and never as its text
    environment = {
        name: re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", lambda found: given[found[1]], value)
        for name, value in steps[0]["env"].items()
    }
    files = {name: str(repository.parent / name) for name in ("GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT")}
    (repository.parent / "GITHUB_STEP_SUMMARY").write_text("before\n")
    return bash(steps[0]["run"], repository, **environment, **files)


def test_the_action_annotates_sums_up_and_writes_reports(repository: Path) -> None:
    break_states(repository)
    done = action(repository)
    assert done.returncode == 1, done.stderr
    annotation = f"::error file={STATES},line=9,col=3,title=not-canonical::"
    assert annotation in done.stdout and f"{STATES}:9:3: not-canonical: " in done.stderr
    summary = (repository.parent / "GITHUB_STEP_SUMMARY").read_text()
    assert summary.startswith("before\n## bde check: findings\n") and "not-canonical" in summary
    assert (repository.parent / "GITHUB_OUTPUT").read_text() == "exit-code=1\n"
    reports = repository / "bde-reports"
    assert {path.name for path in reports.iterdir()} == {"bde.sarif", "bde.xml", "bde.json", "bde.md"}
    [result] = json.loads((reports / "bde.sarif").read_text())["runs"][0]["results"]
    assert result["ruleId"] == "not-canonical"


@pytest.mark.exhaustive("the action in other places")
def test_the_action_looks_where_it_is_told_and_fails_where_there_is_no_graph(repository: Path) -> None:
    (repository / "my graphs").mkdir()
    for name in ("ontology", "shapes", "data", "queries"):
        (repository / name).rename(repository / "my graphs" / name)
    break_states(repository / "my graphs")
    done = action(repository, root="my graphs", reports="out put")
    assert f"::error file=my graphs/{STATES},line=9," in done.stdout
    assert (repository / "out put" / "bde.json").is_file()
    done = action(repository, root=".", reports="out put")
    assert done.returncode == 2 and "ontology/bde.ttl" in done.stderr
    assert not [*(repository / "out put").iterdir()]  # nothing of the run before


# pre-commit


def test_the_hooks_are_a_manifest_that_pre_commit_takes() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pre_commit", "validate-manifest", ROOT / ".pre-commit-hooks.yaml"],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout
    hooks = {hook["id"] for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())}
    [used] = [config for config in map(yaml.safe_load, fences("yaml")) if "repos" in config]
    assert {hook["id"] for hook in used["repos"][0]["hooks"]} == hooks


def test_the_hooks_do_in_a_repository_what_they_promise(repository: Path) -> None:
    """The hooks as they stand, but with the command that is installed already."""
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    assert {hook["language"] for hook in hooks} == {"python"}
    for hook in hooks:
        hook["language"] = "system"
    config = {"repos": [{"repo": "local", "hooks": hooks}]}
    (repository / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config))
    break_states(repository)
    visits = repository / "data" / "engagements" / "arl-bor.ttl"
    visits.write_text(visits.read_text().replace("    bde:evidence evidence:rossi-2031-1 ;\n", ""))
    subprocess.run(["git", "add", "."], cwd=repository, check=True)
    home = str(repository.parent / "home")
    done = bash("python -m pre_commit run --all-files --color never", repository, PRE_COMMIT_HOME=home)
    assert done.returncode == 1, done.stdout
    assert dict(re.findall(r"^(bde \w+)\.+(\w+)$", done.stdout, re.M)) == {
        "bde format": "Failed",  # it mends the file, which is to be looked at and added
        "bde validate": "Failed",
        "bde check": "Failed",
    }
    assert "1 formatted" in done.stdout and done.stdout.count("Record-evidence") >= 2
    assert (repository / STATES).read_text() == (ROOT / "tests" / "voices" / STATES).read_text()


# Publishing


@pytest.fixture
def store(tmp_path: Path) -> Iterator[str]:
    """The address of an empty Oxigraph server that may be written to."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    program = str(BIN / "oxigraph")
    command = [program, "serve", "--location", str(tmp_path / "store"), "--bind", address]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(200):
            with contextlib.suppress(URLError):
                urlopen(f"http://{address}/", timeout=1).close()
                break
            assert process.poll() is None
            time.sleep(0.05)
        yield f"http://{address}"
    finally:
        process.terminate()
        process.wait(10)


def job(name: str, repository: Path, store: str) -> list[subprocess.CompletedProcess[str]]:
    """Run the steps of a job until one fails, as the runner does, the action as ``bde check``.

    GitHub's own command stands for itself: it writes down what it was told.
    """
    workflow = yaml.safe_load((ROOT / "docs" / "ci" / "publish.yml").read_text())
    values = {
        "vars.BDE_ENDPOINT": store,
        "vars.BDE_STORE": "oxigraph",
        "secrets.BDE_ENDPOINT_USER": "",
        "secrets.BDE_ENDPOINT_PASSWORD": "",
        "github.token": "",
        "github.event.number": "7",
    }
    tools = repository.parent / "tools"
    tools.mkdir(exist_ok=True)
    (tools / "gh").write_text(
        '#!/bin/sh\necho "$@" > "$TOLD/command"\nfor last; do :; done\ncp "$last" "$TOLD/comment"\n'
    )
    (tools / "gh").chmod(0o755)
    outputs = repository.parent / "outputs"
    outputs.write_text("")
    files = {"GITHUB_OUTPUT": str(outputs), "GITHUB_REPOSITORY": "o/graph", "TOLD": str(tools)}
    done = []
    for step in workflow["jobs"][name]["steps"]:
        given = {**workflow["env"], **step.get("env", {})}
        for output in outputs.read_text().splitlines():
            key, _, value = output.partition("=")
            values[f"steps.plan.outputs.{key}"] = value
        environment = {
            key: re.sub(r"\$\{\{ ([\w.-]+) \}\}", lambda m: values[m[1]], str(v)) for key, v in given.items()
        }
        script = "bde check" if step.get("name") == "Check" else step.get("run")
        if script is None:
            continue
        assert "${{" not in script  # what is given reaches a script as a variable and never as its text
        path = f'export PATH="{tools}:$PATH"\n'
        done.append(bash(path + script, repository, **environment, **files))
        if done[-1].returncode:
            break
    return done


@pytest.mark.exhaustive("the workflow that publishes")
def test_a_pull_request_is_told_what_it_would_change_and_a_release_is_published(
    tmp_path: Path, store: str
) -> None:
    repository = miniature(tmp_path / "repository").root
    for steps in (job("plan", repository, store), job("apply", repository, store)):
        assert [step.returncode for step in steps] == [0] * len(steps), steps[-1].stderr
    command = (tmp_path / "tools" / "command").read_text()
    assert command.startswith("pr comment 7 --repo o/graph ")
    comment = (tmp_path / "tools" / "comment").read_text()
    assert "exit code 0" in comment and "\n    https://w3id.org/bde/graph/data/entities/states +" in comment
    count = quote(
        "SELECT (COUNT(*) AS ?n) { GRAPH <https://w3id.org/bde/graph/data/entities/states> { ?s ?p ?o } }"
    )
    [row] = json.load(urlopen(f"{store}/query?query={count}", timeout=10))["results"]["bindings"]
    assert int(row["n"]["value"]) > 0


@pytest.mark.exhaustive("what a check and a plan refuse, by the workflow")
def test_what_a_check_or_a_plan_refuses_is_not_published(tmp_path: Path, store: str) -> None:
    repository = miniature(tmp_path / "repository").root
    states = repository / STATES
    before = states.read_text()
    more = "".join(
        f'\nstate:x{number}\n    a bde:State ;\n    rdfs:label "Country {number}"@en ;\n    .\n'
        for number in range(100)
    )
    states.write_text(before + more)
    format_ = bash("bde format data", repository)
    assert format_.returncode == 0, format_.stderr
    assert job("apply", repository, store)[-1].returncode == 0
    states.write_text(before)
    for name in ("plan", "apply"):  # far too much would go
        steps = job(name, repository, store)
        assert steps[-1].returncode == 1
    assert "exit code 1" in (tmp_path / "tools" / "comment").read_text()
    break_states(repository)
    assert [step.returncode for step in job("apply", repository, store)] == [1]  # the check
    assert (repository.parent / "tools" / "comment").stat().st_size < 65_536


# GitLab


@pytest.mark.exhaustive("the job for GitLab")
def test_the_job_for_gitlab_writes_the_reports_it_names(repository: Path) -> None:
    break_states(repository)
    [job] = [config["bde"] for config in map(yaml.safe_load, fences("yaml")) if "bde" in config]
    install, *script = job["script"]
    assert install.startswith("pip install ")
    done = bash("\n".join(script), repository)
    assert done.returncode == 1, done.stderr
    assert job["artifacts"]["when"] == "always"
    cases = etree.parse(repository / job["artifacts"]["reports"]["junit"]).iter("testcase")
    assert {case.get("name") for case in cases if case.find("failure") is not None} == {"not-canonical"}
    for path in job["artifacts"]["paths"]:
        assert (repository / path).is_file()


# The page


def test_the_page_says_what_the_action_takes_and_gives() -> None:
    told = yaml.safe_load((ROOT / "action.yml").read_text())
    [workflow] = [config for config in map(yaml.safe_load, fences("yaml")) if "jobs" in config]
    used = [step for step in workflow["jobs"]["graph"]["steps"] if step.get("id") == "bde"]
    assert used and set(used[0].get("with", {})) <= set(told["inputs"])
    for name in (*told["inputs"], *told["outputs"]):
        assert f"`{name}`" in PAGE.read_text()


def test_the_excerpts_of_the_page_are_what_a_broken_pull_request_gives(
    repository: Path, request: pytest.FixtureRequest
) -> None:
    """Every line of an excerpt stands in the report of that form; ``...`` stands for what is left out."""
    from test_voices import pull_request

    pull_request(repository)
    forms = {
        "text": "text",
        "json": "json",
        "sarif": "sarif",
        "xml": "junit",
        "github": "github",
        "markdown": "markdown",
    }
    given = " ".join(f"--report {form}={form}" for form in forms.values() if form != "text")
    text = bash(f"bde check {given} > text", repository)
    assert text.returncode == 1
    compared = 0
    for language, form in forms.items():
        whole = " ".join((repository / form).read_text().split())
        for piece in "".join(fences(language)).split("..."):
            assert " ".join(piece.split()) in whole, form
            compared += bool(piece.strip())
    assert compared >= len(forms)
