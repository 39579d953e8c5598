"""Which addresses may be called: the public internet, and hosts that the operator names. Never what is inside.

A name is resolved here, every address that it has is looked at, and one of those same addresses is connected to; so a
name that says another thing the second time it is asked gains nothing.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final

import httpcore2

from core.webhooks import LOOPBACK

Address = IPv4Address | IPv6Address
Resolve = Callable[[str, int], Awaitable[list[str]]]
# Ranges that the standard library takes for public: IPv6 addresses that hold an IPv4 address, relays, old site-local
# ones; and addresses by which clouds speak to their guests.
_INSIDE: Final = tuple(
    map(ip_network, ("::/96", "64:ff9b::/96", "64:ff9b:1::/48", "2001::/23", "2002::/16", "fec0::/10"))
) + tuple(map(ip_network, ("192.0.0.0/24", "192.88.99.0/24", "168.63.129.16/32")))


class AddressRefused(Exception):
    """The name leads to where nothing may be called."""


class NameUnknown(Exception):
    """The name leads nowhere."""


def is_public(address: Address) -> bool:
    """Whether an address is of the public internet."""
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return False
    inside = any(address.version == network.version and address in network for network in _INSIDE)
    return address.is_global and not address.is_multicast and not inside


def is_internal(address: Address) -> bool:
    """Whether an address may be that of a host which the operator names: inside, but of one machine, and no cloud's."""
    closed = address.is_link_local or address.is_multicast or address.is_unspecified or address.is_reserved
    return not closed and not (isinstance(address, IPv6Address) and address.ipv4_mapped is not None)


async def resolve(host: str, port: int) -> list[str]:
    """Every address of a name, as the system knows them."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise NameUnknown(host) from None
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


@dataclass(frozen=True, slots=True)
class Guard:
    """``internal`` are hosts, or hosts with a port, that the operator opens; ``may_be_loopback`` is for trying."""

    internal: frozenset[str] = frozenset()
    may_be_loopback: bool = False
    resolve: Resolve = resolve

    async def addresses(self, host: str, port: int) -> list[str]:
        """The addresses to connect to, each looked at. Raises AddressRefused and NameUnknown."""
        found = await self.resolve(host, port)
        if not found:
            raise NameUnknown(host)
        if not all(self._may_be(host, port, ip_address(one)) for one in found):
            raise AddressRefused(host)
        return found

    def _may_be(self, host: str, port: int, address: Address) -> bool:
        if is_public(address):
            return True
        if self.may_be_loopback and host in LOOPBACK and address.is_loopback:
            return True
        return bool(self.internal & {host, f"{host}:{port}"}) and is_internal(address)


class GuardedBackend(httpcore2.AsyncNetworkBackend):
    """Connects to what a guard has looked at, by its address; TLS still asks for the name."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        self._inner = httpcore2.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        *others, last = await self._guard.addresses(host, port)
        for address in others:
            try:
                return await self._inner.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout):
                continue
        return await self._inner.connect_tcp(last, port, timeout, local_address, socket_options)

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        raise AddressRefused(path)

    async def sleep(self, seconds: float) -> None:
        await self._inner.sleep(seconds)
