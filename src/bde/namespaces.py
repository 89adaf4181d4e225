"""The one prefix table: every prefix this project writes or reads, its own first.

The order of the table is the order in which prefixes stand in a canonical Turtle file. Nothing else in the
project may spell a namespace; a file that binds a prefix of this table to something else is refused.
"""

BASE = "https://w3id.org/bde/"
BDE = BASE + "ontology#"
CONCEPT = BASE + "concepts#"
SHAPE = BASE + "shapes#"
GRAPH = BASE + "graph/"
ID = BASE + "id/"

# One namespace per kind of thing, so that Turtle names stay readable: person:phan-van-giang.
KINDS = (
    "anniversary",
    "assessment",
    "bodyrole",
    "commitment",
    "contextevent",
    "count",
    "delegation",
    "engagement",
    "equipment",
    "evidence",
    "group",
    "identity",
    "instrument",
    "lifestep",
    "mechanism",
    "money",
    "nameform",
    "nondisclosure",
    "organization",
    "participation",
    "passage",
    "person",
    "place",
    "platform",
    "policy",
    "polity",
    "post",
    "postholding",
    "precedence",
    "rankholding",
    "relationship",
    "source",
    "span",
    "state",
    "status",
    "topic",
    "transfer",
)

OWN: dict[str, str] = {
    "bde": BDE,
    "bdec": CONCEPT,
    "bdesh": SHAPE,
    **{kind: f"{ID}{kind}/" for kind in KINDS},
}

OUTSIDE: dict[str, str] = {
    "bfo": "http://purl.obolibrary.org/obo/BFO_",
    "cco": "https://www.commoncoreontologies.org/",
    "crm": "http://www.cidoc-crm.org/cidoc-crm/",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcterms": "http://purl.org/dc/terms/",
    "gist": "https://w3id.org/semanticarts/ns/ontology/gist/",
    "ies": "http://ies.data.gov.uk/ontology/ies4#",
    "lode": "http://linkedevents.org/ontology/",
    "oa": "http://www.w3.org/ns/oa#",
    "org": "http://www.w3.org/ns/org#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "https://schema.org/",
    "sem": "http://semanticweb.cs.vu.nl/2009/11/sem/",
    "sh": "http://www.w3.org/ns/shacl#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "skosxl": "http://www.w3.org/2008/05/skos-xl#",
    "spdx": "http://spdx.org/rdf/terms#",
    "time": "http://www.w3.org/2006/time#",
    "vann": "http://purl.org/vocab/vann/",
    "void": "http://rdfs.org/ns/void#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}

PREFIXES: dict[str, str] = {**OWN, **OUTSIDE}


def shorten(iri: str) -> str:
    """Write an IRI with its prefix where the table has one (``person:phan-van-giang``), else unchanged."""
    best = ""
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace) and len(namespace) > len(PREFIXES.get(best, "")):
            best = prefix
    return f"{best}:{iri[len(PREFIXES[best]) :]}" if best else iri


def expand(name: str) -> str:
    """Turn ``prefix:local`` or ``<iri>`` or a full IRI into the full IRI.

    Raises ``KeyError`` with the prefix where the table does not have it.
    """
    if name.startswith("<") and name.endswith(">"):
        return name[1:-1]
    if name.startswith(("http://", "https://", "urn:")):
        return name
    prefix, _, local = name.partition(":")
    return PREFIXES[prefix] + local
