"""In which of the 88 constellations a direction stands, latitude included.

A constellation is not a sign: it is an area of the sky with the borders that the IAU drew in 1930 along hour circles
and parallels of the equator and equinox B1875.0. The Moon and the planets leave the zodiac's thirteen: they may stand
in Cetus, Orion, Auriga, Sextans, Crater, Corvus and others.

A direction is turned to the equator of B1875.0 by IAU 2006, then two binary searches find the band of declination and
the span of right ascension. Spans are half-open: a border belongs to the area east or north of it.
"""

from functools import cache
from importlib.resources import files
from math import asin, atan2, cos, radians, sin
from typing import NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt
from numba import types

from astrarium.sky.compiling import kernel
from astrarium.sky.finite import require_finite
from astrarium.sky.precession import (
    ICRS_TO_ECLIPTIC_J2000,
    Rotation,
    centuries_since_j2000,
    ecliptic_to_j2000,
    icrs_to_ecliptic,
    mean_obliquity_rad,
    wrap_rad,
)

B1875_JD = 2405889.25855
NOWHERE = -1

FloatArray = npt.NDArray[np.float64]
ByteArray = npt.NDArray[np.int8]


class Constellation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A constellation by its IAU abbreviation and Latin name."""

    abbreviation: str
    name: str


class Band(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A band of the sky northward from a declination, and where the constellations in it begin, B1875.0.

    Borders were drawn on whole arcminutes of declination and seconds of right ascension.
    """

    dec_arcmin: int
    ra_s: tuple[int, ...]
    constellations: tuple[str, ...]


class Map(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The contents of `data/constellations.json`: constellations by abbreviation, bands from south to north."""

    format: int
    source: str
    constellations: tuple[Constellation, ...]
    bands: tuple[Band, ...]


class ConstellationTable(NamedTuple):
    """The map as arrays for kernels, radians; band i holds the spans `first[i]` to `first[i + 1]`."""

    declinations: FloatArray
    first: npt.NDArray[np.int64]
    right_ascensions: FloatArray
    constellations: ByteArray


TABLE_TYPE = types.NamedTuple(
    (types.float64[::1], types.int64[::1], types.float64[::1], types.int8[::1]), ConstellationTable
)
ROTATION_TYPE = types.UniTuple(types.float64, 9)


def _to_b1875() -> tuple[Rotation, Rotation]:
    """ICRS, and the mean ecliptic of J2000, to the mean equator and equinox of B1875.0."""
    centuries = centuries_since_j2000(B1875_JD, 0.0)
    obliquity = mean_obliquity_rad(centuries)
    c, s = cos(obliquity), sin(obliquity)
    equator = np.array([[1.0, 0.0, 0.0], [0.0, c, -s], [0.0, s, c]])
    from_icrs = equator @ np.array(icrs_to_ecliptic(centuries)).reshape(3, 3)
    from_ecliptic = from_icrs @ np.array(ICRS_TO_ECLIPTIC_J2000).reshape(3, 3).T
    return tuple(map(float, from_icrs.flat)), tuple(map(float, from_ecliptic.flat))  # type: ignore[return-value]


ICRS_TO_B1875, ECLIPTIC_J2000_TO_B1875 = _to_b1875()


@cache
def constellation_map() -> Map:
    """The map as it ships; `constellation_table` has it for kernels."""
    return msgspec.json.decode(
        files("astrarium").joinpath("data", "constellations.json").read_bytes(), type=Map
    )


@cache
def constellation_table() -> ConstellationTable:
    """The map for kernels; a constellation is its index in `list_constellations`."""
    index = {entry.abbreviation: number for number, entry in enumerate(constellation_map().constellations)}
    bands = constellation_map().bands
    return ConstellationTable(
        declinations=np.array([radians(band.dec_arcmin / 60.0) for band in bands]),
        first=np.cumsum([0, *(len(band.ra_s) for band in bands)]),
        right_ascensions=np.array([radians(start / 240.0) for band in bands for start in band.ra_s]),
        constellations=np.array(
            [index[entry] for band in bands for entry in band.constellations], dtype=np.int8
        ),
    )


def list_constellations() -> tuple[Constellation, ...]:
    """The 88 constellations in the order of their abbreviations."""
    return constellation_map().constellations


@kernel(types.int64(types.float64, types.float64, TABLE_TYPE))
def constellation_of_b1875(ra_rad: float, dec_rad: float, table: ConstellationTable) -> int:
    """The index of the constellation of a place on the equator of B1875.0; `NOWHERE` for what is no number."""
    if not (ra_rad >= 0.0 and dec_rad >= table.declinations[0]):
        return NOWHERE
    band = np.searchsorted(table.declinations, dec_rad, side="right") - 1
    low, high = table.first[band], table.first[band + 1]
    while high - low > 1:
        middle = (low + high) // 2
        if table.right_ascensions[middle] <= ra_rad:
            low = middle
        else:
            high = middle
    return int(table.constellations[low])


@kernel(
    types.int64(types.float64, types.float64, types.float64, ROTATION_TYPE, TABLE_TYPE),
)
def constellation_of_vector(
    x: float, y: float, z: float, to_b1875: Rotation, table: ConstellationTable
) -> int:
    """The index of the constellation of a unit vector; `to_b1875` turns its frame to the equator of B1875.0."""
    m = to_b1875
    x1 = m[0] * x + m[1] * y + m[2] * z
    y1 = m[3] * x + m[4] * y + m[5] * z
    z1 = m[6] * x + m[7] * y + m[8] * z
    return constellation_of_b1875(wrap_rad(atan2(y1, x1)), asin(min(1.0, max(-1.0, z1))), table)


@kernel(
    types.int64(types.float64, types.float64, types.float64, ROTATION_TYPE, TABLE_TYPE),
)
def constellation_of_date(
    longitude_rad: float,
    latitude_rad: float,
    nutation_rad: float,
    rotation: Rotation,
    table: ConstellationTable,
) -> int:
    """The index of the constellation of a direction of date, true equinox; `rotation` is `ecliptic_to_j2000`."""
    longitude, cb = longitude_rad - nutation_rad, cos(latitude_rad)
    x, y, z = cb * cos(longitude), cb * sin(longitude), sin(latitude_rad)
    return constellation_of_vector(
        rotation[0] * x + rotation[1] * y + rotation[2] * z,
        rotation[3] * x + rotation[4] * y + rotation[5] * z,
        rotation[6] * x + rotation[7] * y + rotation[8] * z,
        ECLIPTIC_J2000_TO_B1875,
        table,
    )


@kernel(types.void(types.float64[::1], types.float64[::1], TABLE_TYPE, types.int8[::1]))
def _fill(ra_rad: FloatArray, dec_rad: FloatArray, table: ConstellationTable, found: ByteArray) -> None:
    for i in range(found.size):
        cd = cos(dec_rad[i])
        found[i] = constellation_of_vector(
            cd * cos(ra_rad[i]), cd * sin(ra_rad[i]), sin(dec_rad[i]), ICRS_TO_B1875, table
        )


def constellations_of_icrs(ra_deg: npt.ArrayLike, dec_deg: npt.ArrayLike) -> ByteArray:
    """The constellations of many directions, ICRS (J2000) right ascension and declination in degrees.

    The arrays are broadcast together; returned are indices in `list_constellations` of the same shape, `NOWHERE` (-1)
    where a coordinate is no number. Exact but for directions within a milli-arcsecond of a border.
    """
    ra, dec = np.broadcast_arrays(np.asarray(ra_deg, float), np.asarray(dec_deg, float))
    found = np.empty(ra.shape, np.int8)
    _fill(np.radians(ra).ravel(), np.radians(dec).ravel(), constellation_table(), found.ravel())
    return found


def constellation(
    longitude_deg: float, latitude_deg: float, jd_tt_day: float, jd_tt_fraction: float, nutation_deg: float
) -> Constellation:
    """The constellation of a direction of date: ecliptic longitude (true equinox) and latitude, degrees.

    The instant is a Julian date TT in two parts, `nutation_deg` Δψ at it. Raises `NotFinite`.
    """
    require_finite(
        longitude_deg=longitude_deg,
        latitude_deg=latitude_deg,
        jd_tt_day=jd_tt_day,
        jd_tt_fraction=jd_tt_fraction,
        nutation_deg=nutation_deg,
    )
    index = constellation_of_date(
        radians(longitude_deg),
        radians(latitude_deg),
        radians(nutation_deg),
        ecliptic_to_j2000(centuries_since_j2000(jd_tt_day, jd_tt_fraction)),
        constellation_table(),
    )
    return list_constellations()[index]
