"""A briefing as JSON, in the structure that ``brief.schema.json`` beside this module describes."""

import json
from dataclasses import asdict

from bde.brief.model import Brief

# Raised where a program that reads the old structure could not read the new one.
VERSION = 1


def data(brief: Brief) -> str:
    """The briefing as a JSON object: the model itself, with IRIs in full."""
    return (
        json.dumps({"version": VERSION, "title": brief.title, **asdict(brief)}, ensure_ascii=False, indent=2)
        + "\n"
    )
