"""A briefing for a terminal."""

from bde.brief.model import Brief
from bde.brief.rendering.wording import bracket, catalogue, standing, statement
from bde.namespaces import shorten
from bde.writing import visible, wrap


def text(brief: Brief, width: int) -> str:
    """The briefing in lines of at most ``width`` columns, but for web addresses and names of records."""

    def heading(title: str, under: str = "-") -> list[str]:
        lines = wrap(title, "", width)
        return [*lines, under * max(map(len, lines))]

    lines = [*heading(brief.title, "="), ""]
    for sentence in brief.reading:
        lines += wrap(sentence, "", width)
    lines += ["", *heading("At a glance")]
    widest = max(len(each.name) for each in brief.essentials) + 2
    for each in brief.essentials:
        where = f" [{bracket(each.references)}]" * bool(each.references)
        see = f" See {_few(each.see)}." * bool(each.see)
        lines += wrap(f"{each.name:<{widest}}{each.text}{where}{see}", " " * widest, width)
    for section in brief.sections:
        lines += ["", *heading(section.title)]
        lines += wrap(section.intro, "", width)
        for line in section.lines:
            indent = "  " * line.depth
            known = f" [{standing(line)}]" if standing(line) else ""
            lines += wrap(
                f"{indent}{line.id:<4}{statement(line, section.column)}{known}", f"{indent}    ", width
            )
        for note in section.notes:
            lines += wrap(note, "", width)
    lines += ["", *heading("Sources")]
    for source in brief.sources:
        lines += wrap(f"[{source.number}] {catalogue(source)}", "    ", width)
        lines += [f"    {source.address}"] if source.address else []
    lines += ["", *heading("Records behind the lines: bde evidence RECORD shows who says what")]
    for line in brief.lines:
        lines += wrap(f"{line.id:<4}{' '.join(map(shorten, line.records))}", "    ", width)
    lines += ["", *heading("Saved questions behind the sections: bde ask QUESTION")]
    for section in brief.sections:
        lines += wrap(f"{section.title}: {', '.join(section.questions)}", "    ", width)
    return visible("\n".join(lines)) + "\n"


def _few(ids: tuple[str, ...]) -> str:
    return ", ".join(ids[:5]) + f" and {len(ids) - 5} more" * (len(ids) > 5)
