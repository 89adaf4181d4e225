"""A briefing as one page of HTML that needs no network and runs no script."""

from base64 import b64encode
from hashlib import sha256
from urllib.parse import urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from bde.brief.model import Brief
from bde.brief.rendering.chart import chart
from bde.brief.rendering.wording import bracket, catalogue, details, remarks
from bde.namespaces import shorten
from bde.writing import visible


def html(brief: Brief) -> str:
    """The briefing as a page: everything escaped, web addresses linked only where they are http or https.

    Its policy (https://www.w3.org/TR/CSP3/) allows nothing but the one style sheet inside it, by its digest.
    """
    loader = PackageLoader("bde.brief.rendering", "templates")
    templates = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    templates.filters.update(bracket=bracket, catalogue=catalogue, details=details, remarks=remarks)
    templates.filters.update(shorten=shorten, web=web, chart=chart)
    style, _, _ = loader.get_source(templates, "brief.css")
    digest = b64encode(sha256(style.encode()).digest()).decode()
    page = templates.get_template("brief.html.j2")
    return visible(page.render(brief=brief, style=Markup(style), digest=digest)) + "\n"


def web(address: str) -> str:
    """The address where it is one of the web, else the empty string."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    return address if parts.scheme in ("http", "https") and parts.hostname else ""
