"""A briefing as text for a terminal, Markdown, HTML or JSON: four renderings of one model."""

from bde.brief.model import Brief
from bde.writing import WIDTH

FORMS = ("text", "markdown", "html", "json")


def render(brief: Brief, form: str, width: int = WIDTH) -> str:
    """The briefing in one of ``FORMS``; ``width`` is that of the lines of text, in columns.

    Raises ``ValueError`` for any other form.
    """
    if form == "text":
        from bde.brief.rendering.plain import text

        return text(brief, width)
    if form == "markdown":
        from bde.brief.rendering.marked import markdown

        return markdown(brief)
    if form == "html":
        from bde.brief.rendering.page import html

        return html(brief)
    if form == "json":
        from bde.brief.rendering.data import data

        return data(brief)
    raise ValueError(form)
