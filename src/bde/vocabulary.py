"""The vocabulary check: every term used is declared, everything named is described, every literal is canonical.

A misspelled term is well-formed RDF and breaks nothing: a shape with ``sh:minCout`` or a record with
``bde:hostparty`` is just passed over. So each IRI of our namespaces has to be declared, and each IRI of an outside
vocabulary has to exist there.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from difflib import get_close_matches
from functools import cache

import rdflib.namespace
from rdflib import OWL, RDF, RDFS, SH, SKOS, XSD, BNode, Graph, Literal, URIRef
from rdflib.namespace import DefinedNamespace
from rdflib.term import Node

from bde.findings import Finding, Report, Severity
from bde.graphs import LocatedGraph
from bde.namespaces import BASE, BDE, CONCEPT, ID, KINDS, OUTSIDE, PREFIXES, SHAPE, shorten
