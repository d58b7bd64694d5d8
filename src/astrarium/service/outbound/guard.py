"""The guard of addresses that customers want called: no way inside.

A URL is taken apart once, by a grammar that leaves nothing to interpret; its host is resolved once for a call, every
address is judged, and the call goes to those very addresses. What the text says is never read a second time by anyone.
"""

import re
from collections.abc import Awaitable, Callable, Iterable
from ipaddress import AddressValueError, IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final

import msgspec

from astrarium.service.outbound.addresses import Address, Network, is_public
from astrarium.service.outbound.errors import TargetNotPublic, UrlNotAllowed

LONGEST_URL: Final = 2048
LONGEST_HOST: Final = 253
PORTS: Final = frozenset({80, 443, 8080, 8443})
"""Where web servers listen; elsewhere the operator has to allow the target."""
MOST_ADDRESSES: Final = 32
"""A name with more of them is nobody's web server."""
INSIDE: Final = frozenset(
    {"localhost", "localdomain", "local", "internal", "intranet", "private", "corp", "home", "lan", "arpa", "test",
     "invalid", "onion", "alt"}
)  # fmt: skip
"""Top-level names that no public server has: RFC 6761, 6762, 7686, 8375, 9476, and what networks call themselves."""

_URL: Final = re.compile(
    r"(?P<scheme>https?)://(?P<authority>[^/?#]*)(?P<target>(?:[/?][!-~]*)?)",
    re.IGNORECASE | re.ASCII,  # of all letters that some case maps to `s`, only `s` and `S`
)
_AUTHORITY: Final = re.compile(r"(?P<host>\[[0-9A-Fa-f:.]+\]|[0-9A-Za-z_.-]+)(?::(?P<port>[0-9]{1,5}))?")
_LABEL: Final = re.compile(r"[0-9a-z_](?:[0-9a-z_-]{0,61}[0-9a-z_])?")
_NUMBER: Final = re.compile(r"[0-9]+|0x[0-9a-f]*")

Resolve = Callable[[str, int], Awaitable[Iterable[Address]]]
"""The port to the system of names: all addresses of a host; none where there is no such host."""


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """A URL taken apart: where to connect, and what to ask for there."""

    scheme: str
    host: str
    port: int
    path: str
    """With the query; it begins with `/`."""
    address: Address | None
    """The host, where it is written as an address."""

    @property
    def host_header(self) -> str:
        """The host as a request names it."""
        host = f"[{self.host}]" if isinstance(self.address, IPv6Address) else self.host
        return host if self.port == _port_of(self.scheme) else f"{host}:{self.port}"


class Allowed(msgspec.Struct, frozen=True):
    """What the operator lets customers call although it is not public."""

    hosts: frozenset[str] = frozenset()
    networks: tuple[Network, ...] = ()

    def has(self, address: Address) -> bool:
        """Whether an address lies in one of the networks."""
        return any(address in network for network in self.networks)


NOBODY: Final = Allowed()


def allowed_of(entries: Iterable[str]) -> Allowed:
    """The operator's list: networks, addresses and names of hosts.

    Raises `ValueError` at an entry that is neither.
    """
    hosts, networks = set(), []
    for entry in entries:
        try:
            networks.append(ip_network(entry, strict=False))
        except ValueError:
            host = entry.lower()
            if not _is_name(host):
                raise ValueError(f"{entry!r} is neither a host, an address nor a network") from None
            hosts.add(host)
    return Allowed(frozenset(hosts), tuple(networks))


def target_of(url: str) -> Target:
    """Take a URL apart.

    Raises `UrlNotAllowed` where it is not written plainly: another scheme, a user before the host, letters outside
    ASCII, a number as host that is not an address of four decimal parts, a fragment, or too long.
    """
    if len(url) > LONGEST_URL:
        raise UrlNotAllowed(f"it is longer than {LONGEST_URL} characters")
    found = _URL.fullmatch(url)
    if found is None:
        raise UrlNotAllowed(
            "it is not http:// or https:// with a host, in visible ASCII and without a fragment"
        )
    parts = _AUTHORITY.fullmatch(found["authority"])
    if parts is None:
        raise UrlNotAllowed("its host is not a plain name or address with at most a port behind it")
    scheme = found["scheme"].lower()
    port = int(parts["port"]) if parts["port"] else _port_of(scheme)
    if not 0 < port < 65536:
        raise UrlNotAllowed(f"there is no port {port}")
    host, address = _host_of(parts["host"].lower())
    path = found["target"] if found["target"].startswith("/") else "/" + found["target"]
    return Target(scheme=scheme, host=host, port=port, path=path, address=address)


class Guard:
    """Judges targets: those of customers have to be public, or on the operator's list."""

    def __init__(self, resolve: Resolve, allowed: Allowed = NOBODY) -> None:
        self._resolve = resolve
        self._allowed = allowed

    async def addresses_of(self, target: Target) -> tuple[Address, ...]:
        """Every address of a customer's target, each of them judged.

        Raises `TargetNotPublic`, also where the host has no address at all; `UrlNotAllowed` for a port that is no web
        server's.
        """
        is_listed = target.host in self._allowed.hosts
        if target.address is None and not is_listed and _is_inside(target.host):
            raise TargetNotPublic(target.host)
        addresses = await self.resolved(target)
        if is_listed:
            return addresses
        if all(self._allowed.has(address) for address in addresses):
            return addresses
        if not all(is_public(address) or self._allowed.has(address) for address in addresses):
            raise TargetNotPublic(target.host)
        if target.port not in PORTS:
            raise UrlNotAllowed(f"the port {target.port} is not one of {', '.join(map(str, sorted(PORTS)))}")
        return addresses

    async def resolved(self, target: Target) -> tuple[Address, ...]:
        """Every address of the operator's own target, whatever it is.

        Raises `TargetNotPublic` where there is none.
        """
        if target.address is not None:
            return (target.address,)
        found = tuple(dict.fromkeys(await self._resolve(target.host, target.port)))
        if not 0 < len(found) <= MOST_ADDRESSES:
            raise TargetNotPublic(target.host)
        return found


def _host_of(host: str) -> tuple[str, Address | None]:
    if host.startswith("["):
        try:
            address = IPv6Address(host[1:-1])
        except AddressValueError:
            raise UrlNotAllowed(f"{host} is no IPv6 address") from None
        return str(address), address
    if _NUMBER.fullmatch(host.rpartition(".")[2]):
        try:
            return host, IPv4Address(host)
        except AddressValueError:
            raise UrlNotAllowed("a number as host has to be an address of four decimal parts") from None
    if not _is_name(host):
        raise UrlNotAllowed(f"{host[:64]!r} is no name of a host")
    return host, None


def _is_name(host: str) -> bool:
    return len(host) <= LONGEST_HOST and all(_LABEL.fullmatch(label) for label in host.split("."))


def _is_inside(host: str) -> bool:
    return "." not in host or host.rpartition(".")[2] in INSIDE


def _port_of(scheme: str) -> int:
    return 443 if scheme == "https" else 80


def literal(text: str) -> Address:
    """An address as a resolver tells it, without the zone behind it."""
    return ip_address(text.partition("%")[0])
