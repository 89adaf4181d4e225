"""One form for one value: stores keep the value of a number, a date or a truth, and not always how it was
written, so that lines are sent, and compared, with their literals in one form.

It is the canonical one of https://www.w3.org/TR/xmlschema-2/. What is sent in another may be there to stay:
Fuseki (TDB2) reads "0.50" back as "0.5" and then finds no such triple to delete.
"""

import re
from collections.abc import Callable
from decimal import Decimal

_LITERAL = re.compile(r'"([^"\\]*)"\^\^<http://www\.w3\.org/2001/XMLSchema#([A-Za-z]+)> \.\n')
_WHOLE = re.compile(r"[+-]?[0-9]+")
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)")
_FRACTION = re.compile(r"(:[0-9]{2})(?:\.0+|(\.[0-9]*?)0*)(?=Z|[+-]|\Z)")


def _whole(form: str) -> str:
    return str(int(form)) if _WHOLE.fullmatch(form) else form


def _decimal(form: str) -> str:
    if not _DECIMAL.fullmatch(form):
        return form
    whole, _, fraction = format(Decimal(form), "f").partition(".")
    plain = f"{whole}.{fraction.rstrip('0') or '0'}"
    return "0.0" if plain == "-0.0" else plain


def _real(form: str) -> str:
    try:
        sign, digits, exponent = Decimal(repr(float(form))).as_tuple()
    except (ValueError, ArithmeticError):
        return form
    if not isinstance(exponent, int):  # infinite, or no number
        return form
    figures = "".join(map(str, digits)).rstrip("0") or "0"
    power = len(digits) - 1 + exponent if figures != "0" else 0
    return f"{'-' * sign}{figures[0]}.{figures[1:] or '0'}E{power}"


def _truth(form: str) -> str:
    return {"1": "true", "0": "false"}.get(form, form)


def _moment(form: str) -> str:
    return _FRACTION.sub(r"\1\2", re.sub(r"[+-]00:00\Z", "Z", form))


_WHOLES = (
    "integer long int short byte nonPositiveInteger negativeInteger nonNegativeInteger positiveInteger "
    "unsignedLong unsignedInt unsignedShort unsignedByte"
)
_FORMS: dict[str, Callable[[str], str]] = {
    **dict.fromkeys(_WHOLES.split(), _whole),
    "decimal": _decimal,
    "double": _real,
    "boolean": _truth,
    **dict.fromkeys(("date", "dateTime", "dateTimeStamp", "time"), _moment),
}


def in_one_form(line: str) -> str:
    """A line of N-Triples with the value of its literal, if it has one, in one form."""
    if not line.endswith("> .\n"):
        return line
    found = _LITERAL.search(line)
    one = _FORMS.get(found[2]) if found else None
    return line[: found.start(1)] + one(found[1]) + line[found.end(1) :] if found and one else line
