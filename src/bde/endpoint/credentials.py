"""A name and a password for an endpoint that asks for them: from the environment, or from a netrc file.

Never from the command line or the address, where histories, logs and lists of processes would show them.
"""

import base64
import netrc
import os
from dataclasses import dataclass, field
from pathlib import Path

from bde.errors import EndpointProblem

USER, PASSWORD = "BDE_ENDPOINT_USER", "BDE_ENDPOINT_PASSWORD"
HINT = f"Set {USER} and {PASSWORD}, or name the host in a netrc file."


@dataclass(frozen=True)
class Credentials:
    """A name and a password; neither is part of what is printed of it."""

    user: str = field(repr=False)
    password: str = field(repr=False)

    def redact(self, text: str) -> str:
        """A text without the password, plain or as basic authentication writes it."""
        pair = base64.b64encode(f"{self.user}:{self.password}".encode()).decode()
        for secret in (pair, self.password):
            text = text.replace(secret, "...") if secret else text
        return text


def credentials(host: str) -> Credentials | None:
    """What the environment says (``BDE_ENDPOINT_USER``, ``BDE_ENDPOINT_PASSWORD``), else netrc for this host.

    The netrc file is the one that ``NETRC`` names, else ``~/.netrc``; its ``default`` entry is not used: it
    would be sent to any host that asks. Raises ``EndpointProblem`` where only one of the two variables is
    set, or the file cannot be read.
    """
    user, password = os.environ.get(USER), os.environ.get(PASSWORD)
    if user and password:
        if not (user + password).isprintable():
            raise EndpointProblem(f"{USER} or {PASSWORD} holds a control character.", fix="Correct it.")
        return Credentials(user, password)
    if user or password:
        missing = PASSWORD if user else USER
        raise EndpointProblem(f"{missing} is not set.", fix=f"Set both {USER} and {PASSWORD}, or neither.")
    named = os.environ.get("NETRC")
    file = Path(named) if named else Path.home() / ".netrc"
    if not named and not file.is_file():
        return None
    try:
        entry = netrc.netrc(file).hosts.get(host)
    except netrc.NetrcParseError as error:  # its message may hold a password
        place = f"{file}:{error.lineno}" if error.lineno else f"{file}"
        raise EndpointProblem(f"{place}: no well-formed netrc file.", fix="Correct it.") from None
    except (OSError, UnicodeDecodeError):
        raise EndpointProblem(f"{file}: cannot be read.", fix="Correct NETRC, or leave it out.") from None
    return Credentials(entry[0], entry[2] or "") if entry and entry[0] else None
