"""What an address in the settings may be: a host name, an origin, one that nobody on the way can listen at."""

import re
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

_HOST = re.compile(r"(?:\*\.)?[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*|\[[0-9A-Fa-f:]+\]")


def is_host(text: str) -> bool:
    """Whether ``text`` is a host name, perhaps of all names below one, or an IPv6 address in brackets."""
    return _HOST.fullmatch(text) is not None


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach ``host``."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def is_origin(text: str) -> bool:
    """Whether ``text`` is one origin exactly as browsers write it; plain HTTP from this machine only."""
    parts = urlsplit(text)
    whole = f"{parts.scheme}://{parts.netloc}" == text and "*" not in text and "@" not in text and text == text.lower()
    return whole and bool(parts.hostname) and (parts.scheme == "https" or _is_local_http(parts))


def _is_local_http(parts: SplitResult) -> bool:
    return parts.scheme == "http" and is_loopback(parts.hostname or "")


def is_safe_address(url: str) -> bool:
    """Whether what is sent to ``url`` stays between the two ends: by https, or on this machine."""
    parts = urlsplit(url)
    if not parts.hostname or parts.query or parts.fragment:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname))
