"""The findings of a run in the forms that programs and platforms read: five renderings of one model."""

from collections.abc import Iterator

from bde.reporting.model import Run

__all__ = ["FORMS", "Run", "render"]

FORMS = ("json", "sarif", "junit", "github", "markdown")


def render(run: Run, form: str) -> Iterator[str]:
    """The run in one of ``FORMS``, piece by piece, so that none is ever whole in memory.

    Raises ``ValueError`` for any other form.
    """
    if form == "json":
        from bde.reporting.data import data

        return data(run)
    if form == "sarif":
        from bde.reporting.sarif import sarif

        return sarif(run)
    if form == "junit":
        from bde.reporting.junit import junit

        return junit(run)
    if form == "github":
        from bde.reporting.annotations import annotations

        return annotations(run)
    if form == "markdown":
        from bde.reporting.summary import summary

        return summary(run)
    raise ValueError(form)
