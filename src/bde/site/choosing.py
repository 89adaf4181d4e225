"""What may be chosen for the parameters of the saved questions: for the forms that pages and scripts have."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bde import parameters, queries
from bde.errors import BdeError
from bde.namespaces import shorten
from bde.queries import Parameter, Question
from bde.site.reading import Reader
from bde.writing import visible

# As many choices as a list on the page of a question has; of more, one is chosen on the page for queries.
MOST = 300


@dataclass(frozen=True)
class Choice:
    """A thing to choose: the term as a marked line takes it, its short name, its label and further names."""

    term: str
    short: str
    label: str
    names: tuple[str, ...]


@dataclass(frozen=True)
class Field:
    """A field of a form: its parameter, what may be chosen (nothing for a day), and what is chosen at first.

    ``chosen`` is the short name of a thing or a day, or empty where any will do.
    """

    parameter: Parameter
    choices: tuple[Choice, ...]
    chosen: str

    @property
    def listed(self) -> bool:
        """Whether the choices fit a list on a page."""
        return len(self.choices) <= MOST


class Choices:
    """The choices for each sort of parameter, each sort asked for once."""

    def __init__(self, reader: Reader, saved: Sequence[Question]) -> None:
        self.of: dict[str, tuple[Choice, ...]] = {}
        for question in saved:
            for parameter in question.parameters:
                sort = key(parameter)
                if sort and sort not in self.of:
                    self.of[sort] = tuple(_choices(reader, parameter))

    def fields(self, question: Question) -> list[Field]:
        """The fields of the form of a question."""
        return [self._field(parameter) for parameter in question.parameters]

    def _field(self, parameter: Parameter) -> Field:
        sort, default = key(parameter), parameter.default
        chosen = "" if default is None else shorten(str(default)) if sort else str(default)
        return Field(parameter, self.of[sort] if sort else (), chosen)


def key(parameter: Parameter) -> str:
    """The sort of things that a parameter takes; empty for a day."""
    return "" if parameter.type == "date" else parameter.scheme or parameter.type


def _choices(reader: Reader, parameter: Parameter) -> Iterator[Choice]:
    offered = parameters.choices(reader.store, parameter)
    labels = Counter(choice.label for choice in offered)
    for choice in offered:
        try:
            term = queries.write(parameter, choice.node)
        except BdeError:  # an IRI that no marked line takes is none to choose
            continue
        short = shorten(str(choice.node))
        label = f"{choice.label} ({short})" if labels[choice.label] > 1 else choice.label
        yield Choice(term, short, visible(label), tuple(map(visible, choice.names)))
