"""bde: the open knowledge graph of bilateral defense engagement, and the tools around it."""

from importlib.metadata import version

__version__ = version("bde")
