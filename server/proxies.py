"""Who is at the other end. Only proxies that the settings name are believed when they say whom they speak for."""

from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from starlette.types import ASGIApp, Scope
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

Network = IPv4Network | IPv6Network
_ONE_CUSTOMER = 64


class Proxies:
    """The networks of trusted proxies; none unless told."""

    def __init__(self, networks: Sequence[Network]) -> None:
        self._networks = tuple(networks)

    def sent(self, scope: Scope) -> bool:
        """Whether a trusted proxy is the peer. To be asked before ``client`` is replaced by whom it speaks for."""
        if not self._networks:
            return False
        try:
            peer = ip_address(scope["client"][0])
        except (KeyError, TypeError, ValueError):  # a socket file has no address
            return False
        return any(peer in network for network in self._networks)

    def behind(self, app: ASGIApp) -> ASGIApp:
        """The application as it sees clients and their scheme, not the proxies in between.

        Of ``X-Forwarded-For`` the last address that is no trusted proxy counts; what stands before it the client wrote.
        """
        return ProxyHeadersMiddleware(app, [str(network) for network in self._networks])  # type: ignore[arg-type,return-value]


def client_address(scope: Scope) -> str:
    """The address to count a client by, or "" when nothing is known.

    An IPv4 address; of IPv6 the network of 64 bits, which one customer has whole. Never to be logged.
    """
    client = scope.get("client")
    if not client:
        return ""
    try:
        address = ip_address(client[0])
    except ValueError:
        return ""
    if not isinstance(address, IPv6Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(ip_network((address, _ONE_CUSTOMER), strict=False))
