"""What every rendering of text needs: lines wrapped at a width, and text that is shown as it is."""

import csv
import io
import re
import textwrap
from collections.abc import Iterable, Sequence

WIDTH = 100
# Control characters, and those that turn the direction of the text around them.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def wrap(text: str, indent: str = "", width: int = WIDTH) -> list[str]:
    """The text in lines of at most ``width`` columns; its own indentation first, then ``indent``."""
    lead = text[: len(text) - len(text.lstrip())]
    return textwrap.wrap(
        text.strip(), width, initial_indent=lead, subsequent_indent=indent, break_on_hyphens=False
    )


def mark(text: str) -> str:
    """Text that Markdown (CommonMark with tables) shows as it is, on one line."""
    shown = "".join("\\" + c if c in "\\`*_[]<>#|~&" else c for c in text)
    return " ".join(shown.split())


def visible(text: str) -> str:
    """Text in which characters that could steer a terminal or reorder a line are shown as what they are."""
    return _CONTROL.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


def comma_separated(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Rows as CSV with ``\\n`` line ends, ``None`` as an empty cell, control characters made visible."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(["" if cell is None else visible(str(cell)) for cell in row] for row in rows)
    return out.getvalue()
