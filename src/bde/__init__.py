"""bde: the open knowledge graph of bilateral defense engagement, and the tools around it.

From Python, ``bde.load()`` gives the graph; see ``bde.api``, which is imported with its first use only, as
is what tells the version.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bde.api import IRI, Graph, Rows, load

    __version__: str

__all__ = ["IRI", "Graph", "Rows", "__version__", "load"]


def __getattr__(name: str) -> object:
    if name == "__version__":
        from importlib.metadata import version

        return version("bde")
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from bde import api

    return getattr(api, name)
