"""Who is counted: an API key, else an account, else the address that a request comes from."""

from collections.abc import Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final

from astrarium.service.http.asgi import Scope
from astrarium.service.permissions import Caller, Tier

LOCAL: Final = b"local"
_V6_PREFIX: Final = 64
"""An IPv6 customer has at least this whole network: its addresses count as one."""


class Callers:
    """Tells callers apart, with the proxies whose `X-Forwarded-For` is believed."""

    def __init__(self, trusted_proxies: Sequence[str], local_tier: Tier) -> None:
        self._trusted = tuple(ip_network(one, strict=False) for one in trusted_proxies)
        self._local_tier = local_tier
        self._of_address = lru_cache(maxsize=16_384)(self._of_addresses)

    def of(self, scope: Scope) -> tuple[bytes, Tier]:
        """Under what a request is counted, and its tier."""
        caller: Caller | None = scope["state"].get("caller")
        if caller is not None:
            who = caller.key_id or caller.account_id
            return who.bytes, caller.tier
        peer = scope["client"][0] if scope.get("client") else ""
        forwarded = b""
        for name, value in scope["headers"]:
            if name == b"x-forwarded-for":
                forwarded = forwarded + b"," + value if forwarded else value
        return self._of_address(peer, forwarded)

    def _of_addresses(self, peer: str, forwarded: bytes) -> tuple[bytes, Tier]:
        """The nearest address that is no proxy of ours; the machine itself, without a proxy, has its own tier."""
        address = _parsed(peer)
        if (address is None or address.is_loopback) and not forwarded:
            return LOCAL, self._local_tier
        for hop in reversed(forwarded.decode("latin-1").split(",")):
            further = _parsed(hop.strip())
            if further is None or not self._is_trusted(address):
                break
            address = further
        return _network(address), "free"

    def _is_trusted(self, address: IPv4Address | IPv6Address | None) -> bool:
        return address is not None and any(address in network for network in self._trusted)


def _parsed(text: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return address.ipv4_mapped or address if isinstance(address, IPv6Address) else address


def _network(address: IPv4Address | IPv6Address | None) -> bytes:
    if isinstance(address, IPv6Address):
        return IPv6Network((address, _V6_PREFIX), strict=False).network_address.packed[:8]
    return address.packed if address is not None else LOCAL
