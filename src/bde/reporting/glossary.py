"""What the things in findings are called and what the rules mean: the label of an IRI, the why of a shape."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from bde.errors import BdeError
from bde.findings import Finding
from bde.namespaces import ID, PREFIXES, SHAPE, expand, shorten
from bde.reporting.rules import RULES, Rule

if TYPE_CHECKING:
    from bde.store import Store

_NAME = re.compile(r"(?<![\w:/])[a-z]+:[A-Za-z0-9_](?:[\w.-]*\w)?")
_TEXTS = """SELECT ?s ?o
WHERE { VALUES ?p { %s } ?s ?p ?o FILTER(isIRI(?s) && isLiteral(?o)) }
ORDER BY ?s (LANG(?o) = "en") ?o"""


@dataclass(frozen=True)
class Thing:
    """A thing that a finding is about: its IRI, and its label in English where it has one."""

    iri: str
    label: str

    def __str__(self) -> str:
        return shorten(self.iri) + f' "{self.label}"' * bool(self.label)


class Glossary:
    """The labels and shapes of Turtle files, read when first asked for.

    A file that cannot be read is left out; that is a finding of its own.
    """

    def __init__(self, files: Iterable[Path]):
        self._files = tuple(files)

    def rule(self, name: str) -> Rule:
        """The meaning of a rule: of a check in the toolkit, else of the shape of that name.

        A shape of a property that gives no reason of its own has the definition of the property for one.
        """
        if name in RULES:
            return RULES[name]
        iri = SHAPE + name
        what, _, mend = self._messages.get(iri, "").partition(". ")
        why = self._reasons.get(iri) or self._definitions.get(iri, "")
        return Rule(name, f"{what.removesuffix('.')}." if what else "", why, mend, iri)

    def things(self, finding: Finding) -> tuple[Thing, ...]:
        """The subject of a finding, and the things its message names as far as they have a label."""
        named = (expand(name) for name in _NAME.findall(finding.message) if name.split(":")[0] in PREFIXES)
        labelled = (iri for iri in named if iri.startswith(ID) and iri in self._labels)
        iris = dict.fromkeys((finding.subject, *labelled))
        return tuple(Thing(iri, self._labels.get(iri, "")) for iri in iris if iri)

    @cached_property
    def _store(self) -> "Store":
        from bde.store import Store  # takes a while to import

        def load(*files: Path) -> Store:
            return Store.load({path.as_uri(): path for path in files})

        def readable(file: Path) -> bool:
            try:
                return bool(load(file))
            except BdeError:
                return False

        try:
            return load(*self._files)
        except BdeError:
            return load(*filter(readable, self._files))

    @cached_property
    def _labels(self) -> dict[str, str]:
        return self._texts("rdfs:label")

    @cached_property
    def _messages(self) -> dict[str, str]:
        return self._texts("sh:message")

    @cached_property
    def _reasons(self) -> dict[str, str]:
        return self._texts("rdfs:comment", "sh:description")

    @cached_property
    def _definitions(self) -> dict[str, str]:
        """Property shape -> what its property says."""
        known = self._texts("skos:definition")
        paths = self._store.query(f"SELECT ?s ?p {{ ?s <{expand('sh:path')}> ?p }}").rows
        return {str(s): f"{shorten(str(p))}: {known[str(p)]}" for s, p in paths if str(p) in known}

    def _texts(self, *properties: str) -> dict[str, str]:
        """Subject -> text of one of these properties, the English one where there are several."""
        rows = self._store.query(_TEXTS % " ".join(f"<{expand(name)}>" for name in properties)).rows
        return {str(s): str(o) for s, o in rows}
