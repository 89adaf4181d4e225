"""A difference between two versions as text for a terminal, as JSON, or as Markdown for a change log."""

import json
import textwrap
from collections.abc import Iterator
from dataclasses import asdict
from itertools import groupby

from bde.diff import Change, Difference, Effect, Kind

_WIDTH = 100


def render(difference: Difference, form: str) -> str:
    """A difference as ``text``, ``markdown`` or ``json``."""
    return {"text": _text, "markdown": _markdown, "json": _json}[form](difference)


def verdict(difference: Difference) -> str:
    """One sentence on the step of version: the one asked for, the one taken, and whether it is enough."""
    asked, wanted = difference.asked, difference.wanted
    old, new = difference.numbers
    if asked == "none":
        return "Nothing changed; no step of version is asked for."
    said = f"The changes ask for a {asked} step" + (f", to {wanted} or later" if wanted else "")
    if asked == "minor" and difference.breaking:
        said += " (below 1.0 that is enough, also where changes are breaking)"
    if difference.enough is None:
        return f"{said}; the versions state no numbers to compare."
    step = f"from {old} to {new}" if old != new else f"none, both are {old}"
    return f"{said}; the step taken is {step}: {'enough' if difference.enough else 'too small'}."


def _text(difference: Difference) -> str:
    lines = [f"{_titled(difference, end)}" for end in (0, 1)]
    lines += [_summary(difference), ""]
    for (kind, group), changes in _grouped(difference):
        found = list(changes)
        names = dict.fromkeys(change.name for change in found)
        lines.append(f"{kind} {group} ({len(names)})")
        for name in names:
            lines += _of_term([change for change in found if change.name == name])
        lines.append("")
    return "\n".join([*lines, verdict(difference)]) + "\n"


def _titled(difference: Difference, end: int) -> str:
    number = difference.numbers[end] or "without a version number"
    said = ", ".join(f"{both[end]} {what}" for what, both in difference.counts.items())
    return f"{('old', 'new')[end]}  {difference.names[end]}  {number}  {said}"


def _summary(difference: Difference) -> str:
    total, breaking = len(difference.changes), len(difference.breaking)
    wording = sum(change.effect is Effect.WORDING for change in difference.changes)
    return (
        f"{total} changes: {breaking} breaking, {total - breaking - wording} compatible, {wording} of wording"
    )


def _grouped(difference: Difference) -> Iterator[tuple[tuple[str, str], Iterator[Change]]]:
    """The changes by kind and by what they are about: terms, shapes or questions."""

    def group(change: Change) -> tuple[str, str]:
        return change.kind, f"{change.sort}s" if change.sort in ("shape", "question") else "terms"

    order = list(Kind)
    keyed = sorted(
        difference.changes, key=lambda x: (group(x)[1] != "terms", group(x)[1], order.index(x.kind))
    )
    yield from groupby(keyed, group)


def _of_term(changes: list[Change]) -> Iterator[str]:
    """The lines on one term: its name and sort, and each facet with its old and new values."""
    first = changes[0]
    sort = "" if first.sort in ("shape", "question") else f"  {first.sort}"
    mark = _mark(first) if not first.facet else ""
    yield f"  {first.name}{sort}{mark}"
    for change in changes:
        if change.facet:
            yield f"    {change.facet}{_mark(change)}"
        for sign, values in (("-", change.old), ("+", change.new)):
            sign = "use" if sign == "+" and change.kind in (Kind.REMOVED, Kind.DEPRECATED) else sign
            for value in filter(None, values):
                start = f"      {sign} "
                yield from textwrap.wrap(
                    _read(value), _WIDTH, initial_indent=start, subsequent_indent=" " * len(start)
                )


def _mark(change: Change) -> str:
    return f"  [breaking: {change.why}]" if change.effect is Effect.BREAKING else ""


def _markdown(difference: Difference) -> str:
    old, new = (number or name for number, name in zip(difference.numbers, difference.names, strict=True))
    lines = [f"### From {old} to {new}", "", verdict(difference), ""]
    for change in sorted(difference.changes, key=lambda change: change.effect is not Effect.BREAKING):
        lines += _item(change)
    return "\n".join(lines).rstrip("\n") + "\n"


def _item(change: Change) -> Iterator[str]:
    """A change as an item of a list, as the change log writes it: a breaking one says how to migrate."""
    breaking = change.effect is Effect.BREAKING
    name = f"{change.sort} `{change.name}`"
    successors = ", ".join(f"`{value}`" for value in change.new)
    said = {
        Kind.REMOVED: f"Removed {name}.",
        Kind.DEPRECATED: f"Deprecated {name}: use {successors or 'nothing in its place'}.",
        Kind.ADDED: f"Added {name}" + (f": {_escaped(change.new[0])}" if change.new else "."),
        Kind.REDEFINED: f"Changed {name}" + (f", {_step(change)}" if change.facet else ""),
    }[change.kind]
    yield f"- {'**BREAKING** ' if breaking else ''}{said}" + ("" if said.endswith((".", '."')) else ".")
    if breaking:
        known = change.kind is Kind.REMOVED and successors
        yield f"  **Migration**: {f'use {successors}.' if known else f'{change.why}; say what to do.'}"


def _step(change: Change) -> str:
    old, new = (" and ".join(map(_plain, values)) for values in (change.old, change.new))
    if old and new:
        return f"`{change.facet}`: {old} became {new}"
    return f"`{change.facet}`: {'no longer ' + old if old else 'now ' + new}"


def _plain(value: str) -> str:
    """A value as Markdown takes it: text for readers as such, all else as code."""
    return _escaped(_read(value)) if value.startswith('"') else f"`{value}`"


def _escaped(text: str) -> str:
    return "".join(f"\\{c}" if c in "\\`*_[]<>#|" else c for c in text)


def _read(value: str) -> str:
    """A value without the mark of the language that all labels and definitions are in."""
    return value.removesuffix("@en")


def _json(difference: Difference) -> str:
    ends = zip(("old", "new"), difference.names, difference.numbers, (0, 1), strict=True)
    content = {
        **{
            which: {"name": name, "version": number, **{x: n[end] for x, n in difference.counts.items()}}
            for which, name, number, end in ends
        },
        "changes": [
            {**asdict(change), "kind": str(change.kind), "effect": change.effect.name.lower()}
            for change in difference.changes
        ],
        "step": {
            "asked": difference.asked,
            "taken": difference.taken,
            "enough": difference.enough,
            "next": difference.wanted,
        },
    }
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"
