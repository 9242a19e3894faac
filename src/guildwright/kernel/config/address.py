"""Where Discord is: the two base addresses of the sandbox (SAND-104)."""

import ipaddress
from urllib.parse import urlsplit

from guildwright.kernel.config.kinds import KindError


def parse_base(text: str) -> str:
    """Return the address without a slash at its end; raises KindError.

    `http://` is accepted for this machine only: the token would cross a network in the clear.
    """
    address = text.strip().rstrip("/")
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
        valid = parts.port != 0 and not parts.query and not parts.fragment
    except ValueError:
        raise KindError("expected an address such as http://127.0.0.1:8090/api/v10", "", text) from None
    if parts.scheme not in {"http", "https"} or not host or not valid or parts.username is not None:
        raise KindError("expected an address such as http://127.0.0.1:8090/api/v10", "", text)
    if parts.scheme == "http" and not _is_loopback(host):
        raise KindError("http:// is only allowed to this machine (127.0.0.1); use https://", "", text)
    return address


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
