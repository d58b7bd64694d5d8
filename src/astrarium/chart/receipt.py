"""Receipts: what a chart was made from, digested, so that anyone can make it again and compare.

The id is the SHA-256 of canonical JSON (keys in a fixed order, shortest numbers) of the request as understood, the
settings with their versions, the engine's version and the digest or version of every table. The same receipt stands for
the same chart, byte for byte: values are rounded to `ANGLE_DIGITS` and `DISTANCE_DIGITS`, whose last digit is
0.04 milliarcseconds and 15 metres.
"""

from functools import cache, lru_cache
from hashlib import sha256
from typing import Any, Final

import msgspec

import astrarium
from astrarium.chart.selection import Selection
from astrarium.chart.structs import ChartRequest, Receipt
from astrarium.civil.gazetteer import places_digest
from astrarium.civil.zones import zones_version
from astrarium.sky.table import Table, default_table, minor_table
from astrarium.sky.timescales import delta_t_digest
from astrarium.sky.zodiacs import zodiacs_digest

ANGLE_DIGITS: Final = 8
DISTANCE_DIGITS: Final = 10
_ENCODER: Final = msgspec.json.Encoder(order="deterministic")


def table_digests() -> dict[str, str]:
    """Digest or version of every table that a chart is made from, those of positions being the ones in use."""
    return _digests(default_table(), minor_table())


@cache
def _digests(planets: Table, minor: Table) -> dict[str, str]:
    return {
        "delta_t": delta_t_digest(),
        "ephemeris": f"sha256:{planets.header.sha256}",
        "minor_bodies": f"sha256:{minor.header.sha256}",
        "places": places_digest(),
        "zodiacs": zodiacs_digest(),
        "zones": zones_version(),
    }


_ASKED: Final = msgspec.defstruct(
    "_ASKED", [(name, Any) for name in ChartRequest.__struct_fields__ if name != "perspective"]
)
"""A request as receipts have always told it. A perspective other than the usual one is told after it."""


class Base(msgspec.Struct, frozen=True, eq=False):
    """What the receipts of a selection share: the digest as far as it goes, and the tables."""

    digest: Any
    tables: dict[str, str]


@lru_cache(maxsize=256)
def _base(selection: Selection) -> Base:
    tables = _digests(selection.planets, selection.minor)
    digest = sha256(_ENCODER.encode({"engine": astrarium.__version__, "tables": tables}))
    digest.update(_ENCODER.encode(selection.versions))
    return Base(digest, tables)


def receipt(request: ChartRequest, selection: Selection) -> Receipt:
    """The receipt of a request, settled as `selection`, whose tables and zodiacs' versions it names."""
    base = _base(selection)
    digest = base.digest.copy()
    *asked, perspective = msgspec.structs.astuple(request)
    digest.update(_ENCODER.encode(_ASKED(*asked)))
    if perspective != "geocentric":
        digest.update(_ENCODER.encode({"perspective": perspective}))
    return Receipt(f"sha256:{digest.hexdigest()}", astrarium.__version__, base.tables)
