"""What the things in findings are called and what the rules mean: the label of an IRI, the why of a shape."""

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from bde.errors import BdeError
from bde.findings import Finding
from bde.namespaces import ID, PREFIXES, SHAPE, expand, shorten
from bde.reporting.rules import RULES, Rule
from bde.workspace import read_text

if TYPE_CHECKING:
    from bde.syntax import Said

    Saying = Callable[[Path, Collection[str]], Iterable[Said]]

_NAME = re.compile(r"(?<![\w:/])[a-z]+:[A-Za-z0-9_](?:[\w.-]*\w)?")
_LABEL, _REASONS = "rdfs:label", ("rdfs:comment", "sh:description")
_MESSAGE, _PATH, _DEFINITION = "sh:message", "sh:path", "skos:definition"
_SAID = frozenset(map(expand, (_LABEL, *_REASONS, _MESSAGE, _PATH, _DEFINITION)))


@dataclass(frozen=True)
class Thing:
    """A thing that a finding is about: its IRI, and its label in English where it has one."""

    iri: str
    label: str

    def __str__(self) -> str:
        return shorten(self.iri) + f' "{self.label}"' * bool(self.label)


class Glossary:
    """The labels and shapes of Turtle files, named and read when first asked for, by ``said``.

    A file that cannot be read is left out; that is a finding of its own.
    """

    def __init__(self, files: Iterable[Path], said: "Saying | None" = None):
        self._files, self._said_in = files, said or _said_in

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
    def _said(self) -> dict[str, list[tuple[bool, str, str]]]:
        """Predicate -> whether a value is in English, the value, the subject."""
        known = defaultdict[str, list[tuple[bool, str, str]]](list)
        for path in self._files:
            with suppress(BdeError):
                for subject, predicate, value, language in [*self._said_in(path, _SAID)]:
                    known[predicate].append((language == "en", value, subject))
        return known

    @cached_property
    def _labels(self) -> dict[str, str]:
        return self._texts(_LABEL)

    @cached_property
    def _messages(self) -> dict[str, str]:
        return self._texts(_MESSAGE)

    @cached_property
    def _reasons(self) -> dict[str, str]:
        return self._texts(*_REASONS)

    @cached_property
    def _definitions(self) -> dict[str, str]:
        """Property shape -> what its property says."""
        known, paths = self._texts(_DEFINITION), self._texts(_PATH)
        return {shape: f"{shorten(p)}: {known[p]}" for shape, p in paths.items() if p in known}

    def _texts(self, *properties: str) -> dict[str, str]:
        """Subject -> text of one of these properties, the English one where there are several."""
        said = sorted(each for name in properties for each in self._said[expand(name)])
        return {subject: text for _, text, subject in said}


def _said_in(path: Path, predicates: Collection[str]) -> "Iterable[Said]":
    from bde.syntax import said  # takes a while to import

    return said(read_text(path), path, predicates)
