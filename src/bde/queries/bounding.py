"""How long and how deep a query may be that did not come from this program itself."""

import re

from bde.errors import BdeError

# Signs are what is neither space nor part of a word; the longest saved question has a third of these.
MOST_NESTED, MOST_SIGNS, MOST_CHARACTERS = 60, 5_000, 100_000
_SIGN = re.compile(r"[^\w\s]")


def bounded(sparql: str) -> None:
    """Raise ``BdeError`` where a query is longer or deeper than any that an analyst asks.

    Parsers call themselves for each bracket and operator: rdflib's would run for minutes, and Oxigraph's
    would end the whole process where its stack ends.
    """
    depth = deepest = signs = 0
    for sign in _SIGN.findall(sparql):
        signs += 1
        depth += (sign in "({[") - (sign in ")}]")
        deepest = max(deepest, depth)
    if deepest > MOST_NESTED or signs > MOST_SIGNS or len(sparql) > MOST_CHARACTERS:
        raise BdeError("a query too long or too deeply nested to be asked.", fix="Ask in smaller steps.")
