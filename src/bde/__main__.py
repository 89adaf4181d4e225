"""``python -m bde`` is ``bde``."""

from bde.cli import main

main()
