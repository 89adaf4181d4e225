"""The permanent addresses lead where they should in every form, on a real Apache httpd."""

import os
import re
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest

from bde.namespaces import BASE, BDE, CONCEPT, GRAPH, ID, SHAPE
from bde.site import addresses
from conftest import HTTPD, ROOT

pytestmark = pytest.mark.optional("httpd")
FOLDER = ROOT / "docs" / "w3id" / "bde"
SITE = "https://OWNER.github.io/bde"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
RDFLIB = "application/rdf+xml, text/turtle, application/ld+json;q=0.9, */*;q=0.1"
HTML, TTL, JSONLD = "text/html", "text/turtle", "application/ld+json"
MODULES = ("mpm_event", "authz_core", "dir", "headers", "rewrite")
CONFIG = """
ServerRoot {folder}
PidFile {folder}/pid
DefaultRuntimeDir {folder}
ErrorLog {folder}/error.log
Listen 127.0.0.1:{port}
ServerName 127.0.0.1
User www-data
Group www-data
{modules}
StartServers 1
DocumentRoot {folder}/root
<Directory {folder}/root>
    AllowOverride All
    Require all granted
</Directory>
"""


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """The port of a web server that has the folder as w3id.org would have it."""
    with tempfile.TemporaryDirectory(prefix="bde-httpd-") as name, socket.socket() as free:
        folder = Path(name)
        folder.chmod(0o755)
        shutil.copytree(FOLDER, folder / "root" / "bde")
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
        free.close()
        loaded = "\n".join(
            f"LoadModule {module}_module /usr/lib/apache2/modules/mod_{module}.so" for module in MODULES
        )
        (folder / "httpd.conf").write_text(CONFIG.format(folder=folder, port=port, modules=loaded))
        command = [HTTPD, "-f", str(folder / "httpd.conf"), "-DFOREGROUND"]
        process = subprocess.Popen(
            command, stderr=subprocess.PIPE, text=True, env={**os.environ, "LANG": "C"}
        )
        try:
            for _ in range(200):
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", port)) == 0:
                        break
                assert process.poll() is None, process.communicate()
                time.sleep(0.05)
            yield port
        finally:
            process.terminate()
            process.wait(20)


def ask(port: int, iri: str, accept: str | None) -> tuple[int, str, dict[str, str]]:
    """What is answered to whoever asks for an IRI of ours: status, place to go to, headers."""
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    path = iri.partition("#")[0].removeprefix("https://w3id.org")
    connection.request("GET", path, headers={} if accept is None else {"Accept": accept})
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status, answer.headers.get("Location", ""), dict(answer.headers)


def place(port: int, iri: str, accept: str | None) -> str:
    """Where a document about an IRI is, below the site; see other (303)."""
    status, location, _ = ask(port, iri, accept)
    assert status == 303, (iri, accept, status)
    assert location.startswith(f"{SITE}/")
    return location.removeprefix(f"{SITE}/")


THING = ID + "state/arlandia"


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        (HTML, "html"),
        (TTL, "ttl"),
        (JSONLD, "jsonld"),
        (BROWSER, "html"),
        (RDFLIB, "ttl"),
        (None, "ttl"),
        ("", "ttl"),
        ("*/*", "ttl"),
        ("text/*", "ttl"),
        ("application/*", "jsonld"),
        ("TEXT/HTML", "html"),
        ("text/html; charset=utf-8", "html"),
        ("text/html;level=1;q=0.4, text/turtle;q=0.3", "html"),
        ("text/html;q=0.4, text/turtle;q=0.3", "html"),
        ("text/html;q=0.4,text/turtle;q=0.5", "ttl"),
        ("text/html;q=0.25, application/ld+json; q=0.5", "jsonld"),
        ("text/html ; Q=0.9 , text/turtle ; Q=0.95", "ttl"),
        ("text/html;q=1.0, text/turtle;q=0.999", "html"),
        ("text/turtle;q=0, */*", "jsonld"),
        ("text/turtle;q=0.0, application/ld+json;q=0.000, */*;q=0.1", "html"),
        ("application/ld+json, text/turtle;q=0.5, text/html;q=0.1", "jsonld"),
        ('application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted"', "jsonld"),
        ("text/*;q=0.2, application/ld+json;q=0.1", "ttl"),
        ("text/html, text/turtle", "ttl"),  # of equals the one for programs
        ("image/png, text/html;q=0.1", "html"),
        ("application/rdf+xml, */*;q=0.1", "ttl"),
        ("text/turtlesoup, text/html;q=0.1", "html"),
    ],
)
def test_the_form_is_the_one_wanted_most(port: int, accept: str | None, form: str) -> None:
    assert place(port, THING, accept) == f"id/state/arlandia.{form}"


@pytest.mark.parametrize(
    "accept", ["image/png", "application/rdf+xml", "text/turtle;q=0", "*/*;q=0", "nonsense"]
)
def test_who_takes_none_of_the_forms_is_told(port: int, accept: str) -> None:
    assert ask(port, THING, accept)[0] == 406


LATEST = "release/latest"


@pytest.mark.parametrize(
    ("iri", "ttl", "jsonld"),
    [
        (ID + "person/maria-rossi", "id/person/maria-rossi.ttl", "id/person/maria-rossi.jsonld"),
        (BDE + "Visit", f"{LATEST}/ontology.ttl", f"{LATEST}/bde.jsonld"),
        (BASE + "ontology", f"{LATEST}/ontology.ttl", f"{LATEST}/bde.jsonld"),
        (CONCEPT + "visit-kinds", f"{LATEST}/ontology.ttl", f"{LATEST}/bde.jsonld"),
        (SHAPE + "Record-evidence", f"{LATEST}/shapes.ttl", f"{LATEST}/bde.jsonld"),
    ],
)
def test_what_has_a_page_is_led_to_it_and_to_its_data(port: int, iri: str, ttl: str, jsonld: str) -> None:
    assert place(port, iri, HTML) == addresses.page(iri).partition("#")[0] != ""
    assert place(port, iri, TTL) == ttl
    assert place(port, iri, JSONLD) == jsonld


@pytest.mark.parametrize(
    ("iri", "html", "ttl", "jsonld"),
    [
        (ID + "evidence/rossi-2031-1", "search.html", f"{LATEST}/data.ttl", f"{LATEST}/bde.jsonld"),
        (
            ID + "question/visits",
            "question/visits.html",
            f"{LATEST}/questions.ttl",
            f"{LATEST}/questions.ttl",
        ),
        (
            BASE + "ontology/0.1.0",
            "ontology/index.html",
            "release/0.1.0/ontology.ttl",
            "release/0.1.0/bde.jsonld",
        ),
        (GRAPH + "data/entities/states", "index.html", f"{LATEST}/data.ttl", f"{LATEST}/bde.jsonld"),
        (GRAPH + "shapes/house", "shapes/index.html", f"{LATEST}/shapes.ttl", f"{LATEST}/bde.jsonld"),
        (GRAPH + "ontology/bde", "ontology/index.html", f"{LATEST}/ontology.ttl", f"{LATEST}/bde.jsonld"),
        (BASE + "release/0.1.0", "index.html", "release/0.1.0/void.ttl", "release/0.1.0/bde.jsonld"),
        (BASE, "index.html", f"{LATEST}/void.ttl", f"{LATEST}/bde.jsonld"),
    ],
)
def test_every_other_kind_of_address_leads_somewhere(
    port: int, iri: str, html: str, ttl: str, jsonld: str
) -> None:
    assert [place(port, iri, accept) for accept in (HTML, TTL, JSONLD)] == [html, ttl, jsonld]


@pytest.mark.parametrize(
    "path", ["release/0.1.0/bde.nq", "release/0.1.0/bulk/manifest.json", "id/state/arlandia.ttl"]
)
def test_a_file_that_is_named_needs_no_choice(port: int, path: str) -> None:
    assert ask(port, BASE + path, "image/png")[:2] == (302, f"{SITE}/{path}")


def test_the_whole_without_a_slash_goes_to_the_whole(port: int) -> None:
    status, location, _ = ask(port, BASE.rstrip("/"), TTL)
    assert status == 301 and location.endswith("/bde/")


@pytest.mark.parametrize(
    "path",
    ["nothing", "id/state", "id/state/a/b", "ontology/new", "id/state/..%2f..%2fx", "release/0.1.0/a%0d%0ab"],
)
def test_there_is_nothing_else(port: int, path: str) -> None:
    assert ask(port, BASE + path, HTML)[0] in (400, 404)


def test_caches_keep_the_forms_apart_and_programs_on_pages_may_ask(port: int) -> None:
    _, _, headers = ask(port, THING, TTL)
    assert headers["Vary"].lower().count("accept") == 1
    assert headers["Access-Control-Allow-Origin"] == "*"


def test_the_address_of_the_site_is_one_line() -> None:
    lines = (FOLDER / ".htaccess").read_text().splitlines()
    assert [line for line in lines if "OWNER" in line] == [f"RewriteRule ^ - [E=SITE:{SITE}]"]
    assert SITE in (ROOT / "docs" / "w3id" / "README.md").read_text()


def test_every_identifier_of_the_readme_leads_somewhere(port: int) -> None:
    named = re.findall(r"^\| `(https://\S+)` \|", (FOLDER / "README.md").read_text(), re.M)
    assert len(named) == 8
    for iri in named:
        assert ask(port, iri, HTML)[0] in (301, 303), iri
