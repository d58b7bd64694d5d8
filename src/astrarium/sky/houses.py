"""Houses and angles of a sky: from sidereal time, latitude and obliquity to ecliptic longitudes, in degrees.

All longitudes are of date, in [0, 360). Cusps and angles agree with the Swiss Ephemeris to 1e-9°, and to 1e-6° for
Placidus, which stops its iteration early there; Placidus fulfils its own definition to 1e-11°.
`docs/explanation/houses.md` tells the systems apart.
"""

import math
from collections.abc import Sequence

import msgspec
import numpy as np
import numpy.typing as npt

from astrarium.sky.errors import NotFinite
from astrarium.sky.house_batches import (
    INVALID,
    LARGEST_OBLIQUITY_DEG,
    OK,
    UNDEFINED,
    are_sign_starts,
    fill_degrees,
    fill_many,
)
from astrarium.sky.house_errors import HouseInputInvalid, HouseInputMissing, HouseSystemUndefined
from astrarium.sky.house_lookup import house_of
from astrarium.sky.house_systems import SYSTEMS, HouseSystem, system_code

__all__ = [
    "INVALID",
    "OK",
    "SYSTEMS",
    "UNDEFINED",
    "Angles",
    "HouseCusps",
    "HouseSystem",
    "house_number",
    "houses",
    "houses_many",
    "systems_defined_at",
]

FloatArray = npt.NDArray[np.float64]

NO_SIGNS = np.empty(0)
TWO_HALVES = np.array([0.0, 180.0])


class Angles(msgspec.Struct, frozen=True):
    """The angles of a sky, ecliptic longitudes of date in degrees; conventions as in `astrarium.sky.house_angles`."""

    ascendant: float
    midheaven: float
    descendant: float
    imum_coeli: float
    vertex: float
    antivertex: float
    equatorial_ascendant: float
    co_ascendant_koch: float
    co_ascendant_munkasey: float
    polar_ascendant: float


class HouseCusps(msgspec.Struct, frozen=True):
    """The cusps of one system, the first first, and the angles of the same sky; all in degrees."""

    system: str
    cusps_deg: tuple[float, ...]
    angles_deg: Angles


def houses(
    system: str,
    armc_deg: float,
    latitude_deg: float,
    obliquity_deg: float,
    *,
    sun_declination_deg: float | None = None,
    sign_starts_deg: Sequence[float] | None = None,
) -> HouseCusps:
    """The houses of one sky.

    Args:
        system: an id of `SYSTEMS`.
        armc_deg: right ascension of the meridian, that is local apparent sidereal time as an angle; any turn.
        latitude_deg: geographic latitude, -90 to 90, north positive.
        obliquity_deg: true obliquity of the ecliptic, above 0 and below 45.
        sun_declination_deg: the Sun's apparent declination; needed by `sunshine`, ignored otherwise.
        sign_starts_deg: where the signs of the chart's zodiac begin, as longitudes of date in [0, 360), in the order
            of the zodiac; needed by `whole_sign`, ignored otherwise.

    Returns:
        12, 13 or 36 cusps, or as many as there are signs. Gauquelin's sectors run against the zodiac. Where the
        midheaven stands below the horizon (beyond the polar circles) `regiomontanus`, `campanus`, `polich_page`,
        `apc` and `sunshine` take the opposite point for it, and their houses run against the zodiac; `azimuthal` ones
        do so between the tropics, where the midheaven culminates on the pole's side of the zenith. `polich_page`
        cusps may stand in no order from 64.8° of latitude on. `house_number` knows what to do with all of them.

    Raises:
        UnknownHouseSystem: for an id that is not in the list.
        HouseSystemUndefined: where the system has no solution; it names those that have.
        HouseInputMissing: when the system needs one of the last two arguments.
        NotFinite: for a NaN or an infinity.
        HouseInputInvalid: for a number outside its range, or signs that do not rise once round the circle.
    """
    code = system_code(system)
    _require_inputs(system, sun_declination_deg, sign_starts_deg)
    _check_sky(armc_deg, latitude_deg, obliquity_deg)
    declination_deg = 0.0 if sun_declination_deg is None else _declination(sun_declination_deg)
    starts_deg = NO_SIGNS if sign_starts_deg is None else _sign_starts(sign_starts_deg)
    cusps = np.empty(SYSTEMS[code].cusp_count or starts_deg.size)
    angles = np.empty(7)
    status = fill_degrees(
        code, armc_deg, latitude_deg, obliquity_deg, declination_deg, starts_deg, angles, cusps
    )
    if status == UNDEFINED:
        raise HouseSystemUndefined(
            system,
            latitude_deg,
            systems_defined_at(latitude_deg, obliquity_deg, sun_declination_deg=sun_declination_deg),
            SYSTEMS[code].defined_where,
        )
    return HouseCusps(system, tuple(cusps.tolist()), _angles(angles))


def houses_many(
    system: str,
    armc_deg: npt.ArrayLike,
    latitude_deg: npt.ArrayLike,
    obliquity_deg: npt.ArrayLike,
    *,
    sun_declination_deg: npt.ArrayLike | None = None,
    sign_starts_deg: npt.ArrayLike | None = None,
) -> tuple[FloatArray, npt.NDArray[np.int8]]:
    """The cusps of many skies in one system, one row for each sky; a bad row never spoils the others.

    Args:
        system: an id of `SYSTEMS`.
        armc_deg: right ascensions of the meridian, shape [n] or a scalar; so too the next three.
        latitude_deg: geographic latitudes.
        obliquity_deg: true obliquities of the ecliptic.
        sun_declination_deg: the Sun's declinations; needed by `sunshine`.
        sign_starts_deg: where the signs begin, [signs] or [n, signs]; needed by `whole_sign`.

    Returns:
        cusps [n, cusps] in degrees, and status [n]: `OK`, `UNDEFINED` where the system has no solution, `INVALID`
        where a number is NaN or out of its range. Rows that are not `OK` hold NaN.

    Raises:
        UnknownHouseSystem: for an id that is not in the list.
        HouseInputMissing: when the system needs one of the last two arguments.
        ValueError: for shapes that do not fit together.
    """
    code = system_code(system)
    _require_inputs(system, sun_declination_deg, sign_starts_deg)
    given = (
        armc_deg,
        latitude_deg,
        obliquity_deg,
        0.0 if sun_declination_deg is None else sun_declination_deg,
    )
    columns = np.broadcast_arrays(np.empty(1), *(np.asarray(column, dtype=np.float64) for column in given))[
        1:
    ]
    if columns[0].ndim != 1:
        raise ValueError(f"give columns of one dimension, not {columns[0].ndim}")
    rows = columns[0].size
    starts_deg = (
        np.zeros((1, 2)) if sign_starts_deg is None else np.atleast_2d(np.asarray(sign_starts_deg, float))
    )
    if starts_deg.ndim != 2 or starts_deg.shape[0] not in {1, rows}:
        raise ValueError(f"sign_starts_deg must be [signs] or [{rows}, signs], not {list(starts_deg.shape)}")
    cusps = np.empty((rows, SYSTEMS[code].cusp_count or starts_deg.shape[1]))
    status = np.empty(rows, dtype=np.int8)
    armc, latitude, obliquity, declination = (np.ascontiguousarray(column) for column in columns)
    fill_many(code, armc, latitude, obliquity, declination, np.ascontiguousarray(starts_deg), cusps, status)
    return cusps, status


def house_number(longitude_deg: float, cusps_deg: Sequence[float]) -> int:
    """The house, counted from 1, that a longitude stands in; half-open: a point on a cusp is in the house it opens.

    Cusps that run against the zodiac are followed against it; of cusps in no order, the nearest one at or before the
    longitude counts.
    """
    if not math.isfinite(longitude_deg):
        raise NotFinite("longitude_deg", longitude_deg)
    cusps = np.asarray(cusps_deg, dtype=np.float64) % 360.0
    if cusps.ndim != 1 or cusps.size == 0 or not np.isfinite(cusps).all():
        raise HouseInputInvalid("cusps_deg", cusps_deg, "finite longitudes, at least one")
    return int(house_of(longitude_deg % 360.0, cusps, cusps.size))


def systems_defined_at(
    latitude_deg: float, obliquity_deg: float, *, sun_declination_deg: float | None = None
) -> tuple[str, ...]:
    """The ids of the systems that have cusps at a latitude, whatever the sidereal time, in the order of `SYSTEMS`.

    Without the Sun's declination, `sunshine` is listed where the Sun rises and sets on every day of the year.

    Raises:
        NotFinite, HouseInputInvalid: as `houses` does.
    """
    _check_sky(0.0, latitude_deg, obliquity_deg)
    declination_deg = obliquity_deg if sun_declination_deg is None else _declination(sun_declination_deg)
    angles = np.empty(7)
    defined = []
    for code, system in enumerate(SYSTEMS):
        cusps = np.empty(system.cusp_count or TWO_HALVES.size)
        status = fill_degrees(
            code, 0.0, latitude_deg, obliquity_deg, declination_deg, TWO_HALVES, angles, cusps
        )
        if status == OK:
            defined.append(system.id)
    return tuple(defined)


def _require_inputs(system: str, sun_declination_deg: object, sign_starts_deg: object) -> None:
    if system == "sunshine" and sun_declination_deg is None:
        raise HouseInputMissing(system, "sun_declination_deg")
    if system == "whole_sign" and sign_starts_deg is None:
        raise HouseInputMissing(system, "sign_starts_deg")


def _check_sky(armc_deg: float, latitude_deg: float, obliquity_deg: float) -> None:
    for argument, value in (
        ("armc_deg", armc_deg),
        ("latitude_deg", latitude_deg),
        ("obliquity_deg", obliquity_deg),
    ):
        if not math.isfinite(value):
            raise NotFinite(argument, value)
    if abs(latitude_deg) > 90.0:
        raise HouseInputInvalid("latitude_deg", latitude_deg, "between -90 and 90")
    if not 0.0 < obliquity_deg < LARGEST_OBLIQUITY_DEG:
        raise HouseInputInvalid(
            "obliquity_deg", obliquity_deg, f"above 0 and below {LARGEST_OBLIQUITY_DEG:g}"
        )


def _declination(sun_declination_deg: float) -> float:
    if not math.isfinite(sun_declination_deg):
        raise NotFinite("sun_declination_deg", sun_declination_deg)
    if abs(sun_declination_deg) > 90.0:
        raise HouseInputInvalid("sun_declination_deg", sun_declination_deg, "between -90 and 90")
    return sun_declination_deg


def _sign_starts(sign_starts_deg: Sequence[float]) -> FloatArray:
    starts_deg = np.array(sign_starts_deg, dtype=np.float64)
    if starts_deg.ndim != 1 or not are_sign_starts(starts_deg):
        raise HouseInputInvalid(
            "sign_starts_deg", sign_starts_deg, "longitudes in [0, 360) that rise once round the circle"
        )
    return starts_deg


def _angles(angles_deg: FloatArray) -> Angles:
    ascendant, midheaven, vertex, equatorial, koch, munkasey, polar = angles_deg.tolist()
    return Angles(
        ascendant=ascendant,
        midheaven=midheaven,
        descendant=(ascendant + 180.0) % 360.0,
        imum_coeli=(midheaven + 180.0) % 360.0,
        vertex=vertex,
        antivertex=(vertex + 180.0) % 360.0,
        equatorial_ascendant=equatorial,
        co_ascendant_koch=koch,
        co_ascendant_munkasey=munkasey,
        polar_ascendant=polar,
    )
