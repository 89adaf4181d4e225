"""Pages and files as they are written: one at a time into a folder aside, moved into place at the end."""

import json
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, Generic, TypeVar

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from bde.errors import BdeError
from bde.site import addresses
from bde.writing import visible

Item = TypeVar("Item")
MANIFEST = "site.json"
# Scripts that stand on every page, and those of single pages, by the name of the template.
SCRIPTS = ("matching.js", "search.js")
_ZOOM = ("vendor/d3/d3.js", "stretch.js", "zoom.js")
_QUERY = ("text", "worker", "engine", "table", "form", "editor", "page")
SCRIPTS_OF: Mapping[str, tuple[str, ...]] = {
    "timeline": ("filters.js", *_ZOOM),
    "pair": ("filters.js", *_ZOOM),
    **dict.fromkeys(("matrix", "network", "coverage"), _ZOOM),
    "query": (
        "vendor/oxigraph/oxigraph.js",
        "vendor/yasqe/yasqe.js",
        "graph.js",
        "questions.js",
        *(f"query-{name}.js" for name in _QUERY),
    ),
}
# What pages may load (https://www.w3.org/TR/CSP3/): their own styles, pictures and scripts.
_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; script-src 'self'; "
    "base-uri 'none'; form-action 'self'"
)
# The page that runs queries also runs WebAssembly, in a worker made from a blob so that it can be stopped.
QUERY_POLICY = (
    _POLICY.replace("script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'") + "; worker-src blob:"
)


@dataclass(frozen=True)
class Part(Generic[Item]):
    """One page of a long list: its path, its items, and the other pages as (what they are called, path)."""

    path: str
    items: Sequence[Item]
    others: tuple[tuple[str, str], ...]


class Pages:
    """Writes pages into a folder and counts them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.pages = self.bytes = 0
        self._made: set[Path] = set()
        self._templates = Environment(
            loader=PackageLoader("bde.site", "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self._templates.filters.update(web=addresses.web)

    def page(self, template: str, path: str, title: str, /, **content: Any) -> None:
        """Write the page of a template (``thing``) to ``path``, a way from the root of the site."""
        described: dict[str, object] = content.pop("described", {})
        made = self._templates.get_template(f"{template}.html.j2").render(
            here=path,
            root=addresses.root(path),
            link=lambda there: addresses.link(path, there),
            title=title,
            policy=content.pop("policy", _POLICY),
            scripts=(*SCRIPTS, *SCRIPTS_OF.get(template, ())),
            described=data_block(described) if described else "",
            **content,
        )
        self.file(path, visible(made) + "\n")
        self.pages += 1

    def parts(
        self,
        path: str,
        items: Sequence[Item],
        most: int,
        called: Callable[[Sequence[Item]], str] = lambda _: "",
    ) -> Iterator[Part[Item]]:
        """A long list cut into pages of at most ``most`` items, the first at ``path``; at least one page.

        ``called`` says of the items of a page what it is called besides their numbers.
        """
        starts = range(0, max(len(items), 1), most)
        stem = path.removesuffix(".html")
        names = [path, *(f"{stem}-{number}.html" for number in range(2, len(starts) + 1))]
        shown = [f"{at + 1} to {min(at + most, len(items))}" for at in starts]
        more = [called(items[at : at + most]) for at in starts]
        titles = [f"{each} ({words})" if words else each for each, words in zip(shown, more, strict=True)]
        others = tuple(zip(titles, names, strict=True))
        for at, name in zip(starts, names, strict=True):
            yield Part(name, items[at : at + most], others if len(others) > 1 else ())

    def file(self, path: str, content: str | bytes) -> None:
        """Write a file to ``path``, a way from the root of the site."""
        target = self.folder / path
        if target.parent not in self._made:
            target.parent.mkdir(parents=True, exist_ok=True)
            self._made.add(target.parent)
        written = content.encode() if isinstance(content, str) else content
        target.write_bytes(written)
        self.bytes += len(written)

    def assets(self) -> None:
        """Copy the style sheet and the scripts that the package carries."""
        for source in sorted(files("bde.site").joinpath("assets").iterdir(), key=lambda each: each.name):
            self.file(f"assets/{source.name}", source.read_bytes())


def data_block(described: Mapping[str, object]) -> Markup:
    """JSON-LD that can stand in a ``script`` element: no character of it can end the element or a comment."""
    text = json.dumps(described, ensure_ascii=False, sort_keys=True)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)


@contextmanager
def replacing(folder: Path) -> Iterator[Path]:
    """A folder aside that takes the place of ``folder`` at the end, whole or not at all.

    Raises ``BdeError`` where ``folder`` holds anything but an earlier site, or cannot be written.
    """
    folder = folder.absolute()
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()) or folder == Path.cwd():
        raise BdeError("cannot be replaced.", fix="Name another folder.", file=folder)
    if folder.is_dir() and any(folder.iterdir()) and not (folder / MANIFEST).is_file():
        what = f"holds files, but no {MANIFEST}: it is no earlier site."
        raise BdeError(what, fix="Name a folder that is new, empty or holds a site alone.", file=folder)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".bde-site-", dir=folder.parent) as aside:
            new, old = Path(aside, "new"), Path(aside, "old")
            new.mkdir()
            yield new
            if folder.exists():
                folder.rename(old)
            new.rename(folder)
    except OSError as error:
        what = f"cannot be written: {error.strerror}."
        raise BdeError(what, fix="Name another folder.", file=folder) from error
