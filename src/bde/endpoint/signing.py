"""The answer to a server that asks who is there: basic (RFC 7617) and digest (RFC 7616) authentication."""

import base64
import hashlib
import re
import secrets
from urllib.request import parse_http_list

from bde.endpoint.credentials import Credentials

_HASHES = {"sha-256": hashlib.sha256, "md5": hashlib.md5}
_Challenge = tuple[str, dict[str, str]]


class CannotSign(Exception):
    """The server asks for what is not spoken here, or not over a connection that anybody can read."""


def signature(headers: list[str], method: str, path: str, who: Credentials, *, private: bool) -> str:
    """The ``Authorization`` header that answers these ``WWW-Authenticate`` headers.

    Digest goes before basic. ``path`` is that of the request with its query, ``private`` whether nobody else
    can read the connection: basic authentication sends the password as it is. Raises ``CannotSign``.
    """
    challenges = _challenges(headers)
    for wanted in _HASHES:
        for scheme, terms in challenges:
            if scheme == "digest" and terms.get("algorithm", "MD5").lower() == wanted and _fits(terms):
                return _digest(terms, method, path, who)
    schemes = {scheme for scheme, _ in challenges}
    if "basic" not in schemes:
        asked = ", ".join(sorted(schemes)) or "nothing that is known"
        raise CannotSign(f"asks for {asked}; basic and digest authentication are spoken here")
    if not private:
        raise CannotSign("asks for the password over a connection that anybody on the way can read")
    return "Basic " + base64.b64encode(f"{who.user}:{who.password}".encode()).decode()


def _challenges(headers: list[str]) -> list[_Challenge]:
    found: list[_Challenge] = []
    for part in parse_http_list(", ".join(headers)):
        scheme, _, rest = part.partition(" ")
        if "=" not in scheme:
            found.append((scheme.lower(), {}))
            part = rest.strip()
        name, equals, term = part.partition("=")
        if equals and found:
            found[-1][1][name.strip().lower()] = term.strip().removeprefix('"').removesuffix('"')
    return found


def _fits(terms: dict[str, str]) -> bool:
    qualities = re.split(r"[\s,]+", terms.get("qop", "auth"))
    return (
        {"realm", "nonce"} <= {*terms} and "auth" in qualities and all(map(str.isprintable, terms.values()))
    )


def _digest(terms: dict[str, str], method: str, path: str, who: Credentials) -> str:
    name = terms.get("algorithm", "MD5")

    def hashed(*parts: str | bytes) -> str:
        whole = b":".join(part if isinstance(part, bytes) else part.encode() for part in parts)
        return _HASHES[name.lower()](whole).hexdigest()

    realm, nonce = terms["realm"], terms["nonce"]
    secret = hashed(who.user, realm.encode("latin-1", "replace"), who.password)
    asked = hashed(method, path)
    user = who.user.encode().decode("latin-1").replace("\\", r"\\").replace('"', r"\"")
    said = {"username": user, "realm": realm, "nonce": nonce, "uri": path}
    plain = {"algorithm": name}
    if "qop" in terms:
        count, own = "00000001", secrets.token_hex(8)
        said["cnonce"] = own
        said["response"] = hashed(secret, nonce, count, own, "auth", asked)
        plain |= {"qop": "auth", "nc": count}
    else:
        said["response"] = hashed(secret, nonce, asked)
    if "opaque" in terms:
        said["opaque"] = terms["opaque"]
    quoted = [f'{key}="{value}"' for key, value in said.items()]
    return "Digest " + ", ".join([*quoted, *(f"{key}={value}" for key, value in plain.items())])
