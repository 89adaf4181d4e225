"""Where a server may send a request on to: to another of its own addresses, and nowhere else."""

import string
from ipaddress import ip_address
from urllib.error import HTTPError
from urllib.parse import SplitResult, quote, urljoin, urlsplit
from urllib.request import Request

MOVED = (301, 302, 303, 307, 308)
_PORTS = {"http": 80, "https": 443}


class Elsewhere(Exception):
    """The server sends on to another host, which the text names."""


def moved(request: Request, error: HTTPError) -> Request:
    """The request to the address that a redirection names, with the whole query but for “see other”.

    Raises ``Elsewhere`` where it is not on the same server: nobody else sees the query or a password.
    """
    target = quote(error.headers["Location"], safe=string.punctuation, encoding="iso-8859-1")
    try:
        new = urlsplit(urljoin(request.full_url, target))
        same = "@" not in new.netloc and _origin(new) in _allowed(urlsplit(request.full_url))
        host = f"{new.scheme}://{new.hostname}"
    except ValueError:
        same, host = False, "no address"
    if not same:
        raise Elsewhere(host)
    again = error.code != 303
    headers = {name: value for name, value in request.headers.items() if again or name != "Content-type"}
    method = request.get_method() if again else "GET"
    return Request(new.geturl(), request.data if again else None, headers, method=method)


def is_private(url: str) -> bool:
    """Whether nobody on the way can read what is sent there: it is encrypted, or never leaves the machine."""
    parts = urlsplit(url)
    try:
        here = parts.hostname == "localhost" or ip_address(parts.hostname or "").is_loopback
    except ValueError:
        here = False
    return parts.scheme == "https" or here


def _origin(address: SplitResult) -> tuple[str, str, int]:
    return address.scheme, address.hostname or "", address.port or _PORTS.get(address.scheme, 0)


def _allowed(address: SplitResult) -> set[tuple[str, str, int]]:
    """The server of this address, and its encrypted side."""
    scheme, host, port = own = _origin(address)
    return {own, ("https", host, 443)} if (scheme, port) == ("http", 80) else {own}
