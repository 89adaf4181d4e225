"""The history of a checkout: the floors of a workspace as they were at a revision.

History is read with ``git archive`` into a folder that is gone afterwards: the checkout, its index and its
branches stay as they are, and nothing is fetched.
"""

import io
import os
import subprocess
import tarfile
from pathlib import Path

from bde.errors import BdeError, MissingPart

# Where git would look instead of in the folder named.
_ASTRAY = {"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"}


def unpack(
    revision: str, root: Path, folder: Path, floors: tuple[str, ...], fix: str = "Name a revision."
) -> None:
    """Write these floors of ``root`` as they were at ``revision`` into ``folder``.

    Raises ``BdeError`` where there is no such revision, ``root`` is no git checkout or had no ``ontology/``
    then, and ``MissingPart`` where git is not installed.
    """
    nothing = f"no file or folder is called {revision!r}"
    if git(root, "rev-parse", "--show-prefix") is None:
        raise BdeError(f"{nothing}, and git knows no history of {root}.", fix=fix)
    asked = ("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    commit = (git(root, *asked) or b"").decode().strip()
    if not commit:
        raise BdeError(f"{nothing}, and git knows no such revision in {root}.", fix=fix)
    there = (git(root, "ls-tree", "--name-only", commit, "--", *floors) or b"").decode().split()
    packed = git(root, "archive", "--format=tar", commit, "--", *there) if "ontology" in there else None
    if packed is None:
        raise BdeError(f"revision {revision} has no ontology/ in {root}.", fix="Name a later one.")
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        for member in archive:
            content = archive.extractfile(member) if member.isfile() else None
            target = (folder / member.name).resolve()
            if content and target.is_relative_to(folder.resolve()):
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(content.read())


def git(root: Path, *arguments: str) -> bytes | None:
    """What git prints, or ``None`` where it refuses. Raises ``MissingPart`` where it is not installed."""
    environment = {name: value for name, value in os.environ.items() if name not in _ASTRAY}
    try:
        done = subprocess.run(
            ["git", "-C", root, *arguments],
            capture_output=True,
            env={**environment, "GIT_OPTIONAL_LOCKS": "0", "GIT_NO_LAZY_FETCH": "1"},
        )
    except FileNotFoundError:
        raise MissingPart("git is not installed.", fix="Install it, or name folders or files.") from None
    return done.stdout if done.returncode == 0 else None
