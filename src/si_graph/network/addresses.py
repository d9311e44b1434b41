"""Which addresses may be asked: an allow-list of URLs, and public addresses of the internet only.

The URL is taken apart once, here; what was checked is what is connected to.
"""

from __future__ import annotations

import asyncio
import socket
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import NamedTuple
from urllib.parse import quote, unquote, urlsplit

from si_graph.errors import EndpointError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

_PORTS = {"http": 80, "https": 443}
_NAT64 = IPv6Network("64:ff9b::/96")
# The internet proper: everything else in IPv6 is local, or wraps an address of another kind.
_GLOBAL_UNICAST = IPv6Network("2000::/3")
# IANA's registries of special addresses; what the standard library knows of them depends on its
# age, so those that are not in every version stand here.
_SPECIAL: list[IPv4Network | IPv6Network] = [
    IPv4Network("192.0.0.0/24"),
    IPv4Network("192.88.99.0/24"),
    IPv6Network("2001::/23"),
    IPv6Network("2002::/16"),
    IPv6Network("3fff::/20"),
]


class WebAddress(NamedTuple):
    """A URL of a server, taken apart.

    Attributes:
        scheme: `http` or `https`.
        host: The name or number, in ASCII, without brackets.
        port: The port, also where the URL leaves it out.
        target: The path and the query, as they go into a request.
    """

    scheme: str
    host: str
    port: int
    target: str

    @property
    def authority(self) -> str:
        """The host, and the port where it is not the usual one, as a `Host` header has them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"


def web_address(url: str) -> WebAddress:
    """Take a URL apart.

    Raises:
        UsageError: It is none that a server could be asked at, or it holds a password.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
        host = (parts.hostname or "").encode("idna").decode()
    except ValueError:
        raise UsageError(f"{url!r} is not a web address") from None
    if parts.scheme not in _PORTS or not host or port == 0 or "#" in url:
        raise UsageError(f"{url!r} is not a web address (http:// or https://, without #)")
    if "@" in parts.netloc:
        raise UsageError("a web address with a user name or password in it is not called")
    # Line ends and spaces would end the first line of a request.
    target = quote((parts.path or "/") + (f"?{parts.query}" if parts.query else ""), _IN_TARGET)
    return WebAddress(parts.scheme, host, port or _PORTS[parts.scheme], target)


_IN_TARGET = "!#$%&'()*+,/:;=?@[]~"


def require_allowable(allowed: Iterable[str]) -> None:
    """Check the entries of an allow-list: a URL, or the beginning of URLs, which ends in `/`.

    Raises:
        UsageError: An entry is no web address.
    """
    for entry in allowed:
        web_address(entry)


def is_allowed(url: str, allowed: Collection[str]) -> bool:
    """Tell whether a URL is on an allow-list, or below an entry that ends in `/`."""
    if url in allowed:
        return True
    # A server may take `/public/../private` for `/private`.
    climbs = any(part in (".", "..") for part in unquote(url).replace("\\", "/").split("/"))
    return not climbs and any(entry.endswith("/") and url.startswith(entry) for entry in allowed)


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Tell whether an address is one of the public internet, as IANA has it."""
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped
        if inner is None and address in _NAT64:
            inner = IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(inner)
        if address not in _GLOBAL_UNICAST:
            return False
    is_ordinary = address.is_global and not address.is_multicast and not address.is_reserved
    return is_ordinary and not any(address in network for network in _SPECIAL)


async def addresses_of(where: WebAddress, *, public_only: bool) -> list[str]:
    """Look up the numeric addresses of a host; one that is not public spoils them all.

    Raises:
        EndpointError: The name is unknown, or leads to an address that is not public.
    """
    try:
        found = await asyncio.get_running_loop().getaddrinfo(
            where.host, where.port, type=socket.SOCK_STREAM
        )
    except OSError:
        raise EndpointError(f"there is no server named {where.host}") from None
    addresses = [str(entry[4][0]) for entry in found]
    if public_only and not all(is_public(ip_address(address)) for address in addresses):
        raise EndpointError(f"{where.host} is not on the public internet, so it is not called")
    return addresses
