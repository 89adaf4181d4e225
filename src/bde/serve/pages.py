"""A folder of pages on the web server, as a host of static sites has them."""

from pathlib import Path
from urllib.parse import quote, unquote

from bde.errors import BdeError
from bde.workspace import within

# By the ending of a name: its media type. The table of the machine is not asked, so that all serve alike.
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".jsonld": "application/ld+json",
    ".md": "text/markdown; charset=utf-8",
    ".nq": "application/n-quads",
    ".nt": "application/n-triples",
    ".png": "image/png",
    ".rq": "application/sparql-query",
    ".svg": "image/svg+xml",
    ".ttl": "text/turtle; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".wasm": "application/wasm",
    ".woff2": "font/woff2",
    ".xml": "application/xml",
}
OTHER = "application/octet-stream"


class Pages:
    """The files of a folder by the paths of their addresses."""

    def __init__(self, folder: Path):
        """Raises ``BdeError`` where ``folder`` has no ``index.html``."""
        self._folder = folder
        if not (folder / "index.html").is_file():
            fix = "Name the folder of a site: bde site writes one."
            raise BdeError("holds no index.html.", fix=fix, file=folder)

    def find(self, path: str) -> Path | str | None:
        """The file at a path, or the path to go to instead, or ``None``.

        A folder is its ``index.html``; a name without an ending is also that of a page, ``name.html``.
        Hidden files and what lies outside the folder are not there.
        """
        parts = [part for part in unquote(path).split("/") if part]
        if any(part.startswith(".") or "\0" in part or "\\" in part for part in parts):
            return None
        try:
            file = within(self._folder, "/".join(parts) or ".")
            page = within(self._folder, "/".join(parts) + ".html")
        except BdeError:
            return None
        if file.is_dir():
            if not (file / "index.html").is_file():
                return None
            return file / "index.html" if path.endswith("/") else "/" + quote("/".join(parts)) + "/"
        if path.endswith("/"):
            return None
        return next((each for each in (file, page) if each.is_file()), None)
