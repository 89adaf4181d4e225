"""Where the page of a node lies: addresses mirror the IRIs, and links go from page to page.

``https://w3id.org/bde/id/person/rossi`` is ``id/person/rossi.html``; a term of the ontology is an anchor of
``ontology/index.html``, a concept one of ``concepts/index.html``, a sentence one of its source's page.
"""

import re
from hashlib import sha256
from urllib.parse import quote, urlsplit

from bde.namespaces import BASE, BDE, CONCEPT, ID, KINDS, SHAPE

# Kinds of which no page tells alone: they stand on the pages of the nodes that have them.
INLINE = ("evidence", "passage", "span")
PAGED = tuple(kind for kind in KINDS if kind not in INLINE)
_LIST = re.compile(r"index(-\d+)?")
_PLAIN = re.compile(r"[\w-][\w.-]{0,120}", re.ASCII)


def page(iri: str) -> str:
    """The page of a node from the root of the site, with its anchor; the empty string where it has none."""
    if iri.startswith(ID):
        kind, _, slug = iri[len(ID) :].partition("/")
        return f"id/{kind}/{plain(slug)}.html" if slug and kind in PAGED else ""
    for namespace, folder in ((BDE, "ontology"), (CONCEPT, "concepts"), (SHAPE, "shapes")):
        if iri.startswith(namespace) and len(iri) > len(namespace):
            return f"{folder}/index.html#{anchor(iri[len(namespace) :])}"
    return "ontology/index.html" if iri == f"{BASE}ontology" else ""


def kind(iri: str) -> str:
    """The kind of a thing of ours as its IRI says it (``person``), or the empty string."""
    return iri[len(ID) :].partition("/")[0] if iri.startswith(ID) else ""


def plain(slug: str) -> str:
    """A slug as the name of a file: itself where it is a plain name and not that of a list, else a digest."""
    return (
        slug
        if _PLAIN.fullmatch(slug) and not _LIST.fullmatch(slug)
        else f"x-{sha256(slug.encode()).hexdigest()[:16]}"
    )


def anchor(name: str) -> str:
    """A name as the anchor of a page."""
    return plain(name)


def link(here: str, there: str) -> str:
    """The relative address of the page ``there`` (with an anchor or not) on the page ``here``."""
    path, _, fragment = there.partition("#")
    if path == here and fragment:
        return f"#{fragment}"
    folder, _, name = path.rpartition("/")
    shown = quote(name if folder == here.rpartition("/")[0] else root(here) + path)
    return f"{shown}#{fragment}" if fragment else shown


def root(here: str) -> str:
    """The way from a page to the root of the site: the empty string or ``../`` as often as needed."""
    return "../" * here.count("/")


def web(address: str) -> str:
    """The address where it is one of the web, else the empty string."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    return address if parts.scheme in ("http", "https") and parts.hostname else ""
