"""``python -m bde`` is ``bde``."""

from bde.cli import main

if __name__ == "__main__":
    main()
