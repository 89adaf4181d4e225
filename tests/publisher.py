"""A publisher in its own process that kills itself after a step: ``publisher.py FILE STORE URL STEP``."""

import os
import signal
import sys
from pathlib import Path

from bde import publish
from bde.publish import releases
from bde.publish.profiles import Addresses
from bde.publish.target import Target


def main(file: str, store: str, url: str, last: str) -> None:
    def tell(step: publish.Step, done: int, of: int) -> None:
        if step == last:
            os.kill(os.getpid(), signal.SIGKILL)

    with releases.opened(Path(file)) as source, Target(Addresses.of(url, store)) as target:
        publish.apply(target, source, owner="the one who dies", tell=tell)


if __name__ == "__main__":
    main(*sys.argv[1:])
