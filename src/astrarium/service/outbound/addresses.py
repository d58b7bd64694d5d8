"""Which addresses are of the public internet, by IANA's registries of special-purpose addresses.

IPv4: RFC 6890 and https://www.iana.org/assignments/iana-ipv4-special-registry. IPv6: only global unicast (2000::/3,
RFC 4291) and NAT64's well-known prefix (RFC 6052) lead outside, less what
https://www.iana.org/assignments/iana-ipv6-special-registry takes out of it. The table is our own, since that of
`ipaddress` changes with Python's version.
"""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import Final

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

NOT_PUBLIC: Final = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # shared, behind a carrier's translation; clouds keep their metadata there too
        "127.0.0.0/8",  # loopback
        "168.63.129.16/32",  # registered as public, but every virtual machine of Azure finds its host there
        "169.254.0.0/16",  # link-local, and the metadata of most clouds
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments
        "192.0.2.0/24",  # documentation
        "192.88.99.0/24",  # relays of 6to4
        "192.168.0.0/16",  # private
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and broadcast
    )
)
GLOBAL_UNICAST: Final = IPv6Network("2000::/3")
TRANSLATED: Final = IPv6Network("64:ff9b::/96")
"""NAT64: the last four bytes are an IPv4 address, which is where a call arrives."""
NOT_GLOBAL: Final = tuple(
    IPv6Network(network)
    for network in (
        "2001::/23",  # protocol assignments, Teredo among them, which wraps IPv4 addresses
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4, which wraps IPv4 addresses
        "3fff::/20",  # documentation
    )
)


def is_public(address: Address) -> bool:
    """Whether an address leads to the public internet, and so nowhere inside."""
    if isinstance(address, IPv4Address):
        return not any(address in network for network in NOT_PUBLIC)
    if address in TRANSLATED:
        return is_public(IPv4Address(address.packed[-4:]))
    return address in GLOBAL_UNICAST and not any(address in network for network in NOT_GLOBAL)
