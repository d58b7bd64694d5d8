"""The zones that Astrarium ships: names, histories, version and digest.

The table lies in `data/zones/` (see `builders/zones.py`). No other is ever read: what Python finds on a machine or in
its packages is shortened before 1970 and differs from one machine to the next.
"""

import difflib
import hashlib
import struct
from functools import cache
from pathlib import Path

import msgspec

from astrarium.civil.errors import UnknownZone, ZoneTableError
from astrarium.civil.history import ZoneHistory
from astrarium.civil.tzif import read_tzif

TABLE = Path(__file__).resolve().parent.parent / "data" / "zones"


class ZoneIndex(msgspec.Struct, frozen=True):
    """What `zones.json` says: where the bytes of each zone lie in `zones.tzif` (offset, length), and from what."""

    version: str
    builder: int
    source: str
    source_sha256: str
    table_sha256: str
    zones: dict[str, tuple[int, int]]
    aliases: dict[str, str]


@cache
def zone_index() -> ZoneIndex:
    """The index of the shipped table; raises `ZoneTableError` when it is missing or damaged."""
    path = TABLE / "zones.json"
    try:
        return msgspec.json.decode(path.read_bytes(), type=ZoneIndex)
    except (OSError, msgspec.MsgspecError) as error:
        raise ZoneTableError(str(path), str(error)) from error


@cache
def _table() -> bytes:
    """The bytes of the shipped table, checked once against its digest."""
    path = TABLE / "zones.tzif"
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ZoneTableError(str(path), str(error)) from error
    if hashlib.sha256(data).hexdigest() != zone_index().table_sha256:
        raise ZoneTableError(str(path), "its bytes do not match the digest in zones.json")
    return data


def zones_version() -> str:
    """The release of the IANA time zone database that the table was made from, such as `2026f`."""
    return zone_index().version


def zones_digest() -> str:
    """`sha256:` and the digest of the table, for receipts."""
    return f"sha256:{zone_index().table_sha256}"


@cache
def zone_names() -> tuple[str, ...]:
    """Every name a zone may be given by, old ones included, in order."""
    index = zone_index()
    return tuple(sorted({*index.zones, *index.aliases}))


def is_zone_name(name: str) -> bool:
    """Whether a zone may be given by `name`."""
    index = zone_index()
    return name in index.zones or name in index.aliases


def canonical_name(name: str) -> str:
    """The zone that `name` stands for: itself, or the zone of an old name; raises `UnknownZone`."""
    index = zone_index()
    if name in index.zones:
        return name
    if name not in index.aliases:
        raise UnknownZone(name, near_names(name), index.version)
    return index.aliases[name]


@cache
def _load(canonical: str) -> ZoneHistory:
    offset, length = zone_index().zones[canonical]
    try:
        return read_tzif(canonical, _table()[offset : offset + length])
    except (ValueError, struct.error) as error:
        raise ZoneTableError(str(TABLE / "zones.tzif"), f"{canonical}: {error}") from error


_by_name: dict[str, ZoneHistory] = {}


def load_zone(name: str) -> ZoneHistory:
    """The history of a zone by its IANA name or an old one; raises `UnknownZone` naming the nearest names."""
    history = _by_name.get(name)
    if history is None:
        history = _by_name[name] = _load(canonical_name(name))
    return history


@cache
def names_of(canonical: str) -> frozenset[str]:
    """All names of a zone, its own included."""
    return frozenset({canonical, *(link for link, zone in zone_index().aliases.items() if zone == canonical)})


def near_names(name: str, count: int = 3) -> tuple[str, ...]:
    """Names that `name` may be meant for: the same in other letters, the same city, else the likest."""
    wanted = name.casefold().replace(" ", "_")
    folded = {known.casefold(): known for known in zone_names()}
    if wanted in folded:
        return (folded[wanted],)
    city = wanted.rpartition("/")[2]
    same_city = [known for lower, known in folded.items() if lower.rpartition("/")[2] == city]
    alike = [folded[lower] for lower in difflib.get_close_matches(wanted, folded, count, cutoff=0.6)]
    return tuple(dict.fromkeys([*same_city, *alike]))[:count]
