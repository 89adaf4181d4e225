"""A briefing as Markdown: CommonMark with tables (https://github.github.com/gfm/#tables-extension-)."""

from collections.abc import Iterable
from urllib.parse import quote

from bde.brief.model import Brief, Line
from bde.brief.rendering.wording import bracket, catalogue, details, standing, statement
from bde.namespaces import shorten
from bde.writing import mark, visible


def markdown(brief: Brief) -> str:
    """The briefing as Markdown; essentials and the timeline are tables."""
    lines = [f"# {mark(brief.title)}", "", *(f"{mark(sentence)}  " for sentence in brief.reading), ""]
    lines += ["## At a glance", ""]
    lines += _table(
        ("", "", "Evidence", "See"),
        ((each.name, each.text, bracket(each.references), ", ".join(each.see)) for each in brief.essentials),
    )
    for section in brief.sections:
        lines += ["", f"## {mark(section.title)}", ""]
        lines += [mark(section.intro), ""] if section.intro else []
        if section.drawn and section.lines:
            lines += _table(("", "When", "What", "Evidence"), map(_row, section.lines))
        else:
            lines += [
                f"- **{line.id}** {mark(statement(line, section.column))} {mark(f'[{standing(line)}]')}"
                for line in section.lines
            ]
        lines += [""] * bool(section.lines and section.notes)
        lines += map(mark, section.notes)
    lines += ["", "## Sources", ""]
    for source in brief.sources:
        link = f" <{quote(source.address, safe=_ADDRESS)}>" if source.address else ""
        lines.append(f"{source.number}. {mark(catalogue(source))}{link}")
    lines += ["", "## Records behind the lines", ""]
    lines += _table(
        ("", "Records"), ((line.id, " ".join(map(shorten, line.records))) for line in brief.lines)
    )
    lines += ["", "## Saved questions behind the sections", ""]
    lines += [
        f"- {mark(section.title)}: {', '.join(f'`{q}`' for q in section.questions)}"
        for section in brief.sections
    ]
    return visible("\n".join(lines)) + "\n"


# What may stand in an address as it is; the rest is escaped, so that nothing ends the link early.
_ADDRESS = ":/?#[]@!$&'()*+,;=%-._~"


def _row(line: Line) -> tuple[str, ...]:
    more = details(line)
    return line.id, line.when, "↳ " * line.depth + line.text + f" ({more})" * bool(more), standing(line)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> list[str]:
    body = ["| " + " | ".join(map(mark, row)) + " |" for row in rows]
    return ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head), *body]
