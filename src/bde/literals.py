"""How literals are written: one form for one value, and no characters that nobody sees.

The forms are the canonical ones of https://www.w3.org/TR/xmlschema11-2/; days and years have no time zone.
"""

import re
import unicodedata
from collections.abc import Iterator

from rdflib import XSD, Literal, URIRef

from bde.namespaces import shorten

_WHOLE = "0|-?[1-9][0-9]*"
_YEAR, _MONTH, _DAY = "-?(?:[1-9][0-9]{4,}|[0-9]{4})", "(?:0[1-9]|1[0-2])", "(?:0[1-9]|[12][0-9]|3[01])"
_TIME = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]*[1-9])?"
_REAL = r"-?(?:0\.0E0|[1-9]\.(?:0|[0-9]*[1-9])E(?:0|-?[1-9][0-9]*)|INF)|NaN"
_MONTHS = "(?:[1-9][0-9]*Y)?(?:(?:[1-9]|1[01])M)?"
_HOURS = "(?:(?:[1-9]|1[0-9]|2[0-3])H)?(?:[1-5]?[1-9]M|[1-5]0M)?"
_SECONDS = r"(?:(?:[1-5]?[1-9]|[1-5]0|0(?=\.))(?:\.[0-9]*[1-9])?S)?"
_FORMS = {
    "boolean": "true|false",
    "integer long int short byte nonPositiveInteger negativeInteger nonNegativeInteger positiveInteger "
    "unsignedLong unsignedInt unsignedShort unsignedByte": _WHOLE,
    "decimal": r"(?!-0\.0\Z)-?(?:0|[1-9][0-9]*)\.(?:0|[0-9]*[1-9])",
    "double float": _REAL,
    "date": f"{_YEAR}-{_MONTH}-{_DAY}",
    "gYear": _YEAR,
    "gYearMonth": f"{_YEAR}-{_MONTH}",
    "gMonth": f"--{_MONTH}",
    "gDay": f"---{_DAY}",
    "gMonthDay": f"--{_MONTH}-{_DAY}",
    "time": f"{_TIME}Z?",
    "dateTime": f"{_YEAR}-{_MONTH}-{_DAY}T{_TIME}Z?",
    "dateTimeStamp": f"{_YEAR}-{_MONTH}-{_DAY}T{_TIME}Z",
    "duration": rf"-?P(?=.){_MONTHS}(?:[1-9][0-9]*D)?(?:T(?=.){_HOURS}{_SECONDS})?|PT0S",
    "anyURI": r"\S*",
    "language": "[a-zA-Z]{1,8}(?:-[a-zA-Z0-9]{1,8})*",
    "hexBinary": "(?:[0-9A-F]{2})*",
}
_CANONICAL = {XSD[name]: re.compile(form) for names, form in _FORMS.items() for name in names.split()}
# Control characters but line ends and tabs; marks that hide, reorder or break text; what is no character.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffd-\uffff]"
)


def flaws(value: Literal) -> Iterator[tuple[str, str]]:
    """Rule and message of what is wrong with the text of a literal; that it is ill-typed is said elsewhere.

    Rules: ``noncanonical-literal`` (the form of its datatype, and Unicode normalization form C, in which
    equal texts are equal) and ``unseen-character``.
    """
    text = str(value)
    form = _CANONICAL.get(value.datatype) if isinstance(value.datatype, URIRef) else None
    if form and not value.ill_typed and not form.fullmatch(text):
        kind = shorten(str(value.datatype))
        yield (
            "noncanonical-literal",
            f'"{text}" is not in the canonical form of {kind}. Write it in that form.',
        )
    if not unicodedata.is_normalized("NFC", text):
        what = "the text is not in Unicode normalization form C. Save it in that form."
        yield "noncanonical-literal", what
    for character in sorted(set(_UNSEEN.findall(text))):
        name = unicodedata.name(character, "a control character").lower()
        yield "unseen-character", f"the text holds U+{ord(character):04X} ({name}). Remove it."
