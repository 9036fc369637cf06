"""What kind of IP address something is: everybody's, the house's own, or one that no request of ours may reach."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Final

Address = IPv4Address | IPv6Address

# where clouds tell a machine its own secrets: Alibaba, Azure, Oracle, AWS over IPv6; the common one is link-local
METADATA: Final = frozenset(
    ip_address(one) for one in ("100.100.100.200", "168.63.129.16", "192.0.0.192", "fd00:ec2::254", "fd20:ce::254")
)
NAT64: Final = IPv6Network("64:ff9b::/96")  # RFC 6052


def address_of(text: str) -> Address | None:
    """The address that ``text`` is, with or without brackets; None where it is a name."""
    try:
        return ip_address(text.removeprefix("[").removesuffix("]"))
    except ValueError:
        return None


def addresses_within(address: Address) -> tuple[Address, ...]:
    """The address, and the IPv4 address that an IPv6 one leads to (mapped, 6to4, Teredo, NAT64)."""
    if isinstance(address, IPv4Address):
        return (address,)
    teredo = address.teredo
    inner = [address.ipv4_mapped, address.sixtofour, teredo[1] if teredo else None]
    if address in NAT64:
        inner.append(IPv4Address(int(address) & 0xFFFFFFFF))
    found = [one for one in inner if one is not None]
    # a mapped address is nothing but the one within
    return tuple(found) if address.ipv4_mapped is not None else (address, *found)


def is_never_reached(address: Address) -> bool:
    """Link-local (and with it cloud metadata), multicast, unspecified, reserved: nothing there is meant."""
    return (
        address.is_link_local
        or address.is_multicast
        or address.is_unspecified
        or (address.is_reserved and not address.is_loopback and address not in NAT64)
        or address in METADATA
        or address == IPv4Address("255.255.255.255")
    )


def is_of_everybody(address: Address) -> bool:
    """Whether the address is one of the open net: not private, loopback, shared (RFC 6598) or for examples."""
    return address.is_global or address in NAT64
