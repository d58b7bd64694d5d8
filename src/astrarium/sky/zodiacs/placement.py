"""Places in signs, in degrees: one longitude at a time, and the boundaries of a frame at an instant."""

from math import degrees, nan, radians

import msgspec
import numpy as np

from astrarium.sky.finite import require_finite
from astrarium.sky.precession import Rotation, centuries_since_j2000, ecliptic_to_j2000
from astrarium.sky.zodiacs.errors import ZodiacNeedsNode
from astrarium.sky.zodiacs.frames import COUNTING_CODES, Zodiac
from astrarium.sky.zodiacs.kernels import (
    ayanamsa_rad,
    boundary_of_date_rad,
    frame_offset_rad,
    longitude_in_frame,
    place_in_signs,
)


class Place(msgspec.Struct, frozen=True):
    """Where a longitude stands in one frame, degrees: from the sign's start, the sign's width, to the nearer edge."""

    sign: str
    degree: float
    width: float
    boundary_deg: float

    @property
    def fraction(self) -> float:
        """How far through the sign, 0 at its start and below 1."""
        return self.degree / self.width


def place(
    longitude_deg: float,
    latitude_deg: float,
    zodiac: Zodiac,
    jd_tt_day: float,
    jd_tt_fraction: float,
    nutation_deg: float,
    node_deg: float | None = None,
) -> Place:
    """The sign of a direction of date.

    Longitude and latitude are ecliptic, true equinox of date; the latitude (zero for angles and cusps) matters only to
    frames bound to the stars. The instant is a Julian date TT in two parts, `nutation_deg` Δψ at it. A draconic
    frame also wants `node_deg`, the longitude of the Moon's ascending node that `zodiac.node` names, true equinox of
    date.

    Raises `NotFinite` for a number that is none and `ZodiacNeedsNode`. Rigorous by IAU 2006, which is good to a
    milli-arcsecond within two centuries of J2000 and to 0.1″ within a millennium.
    """
    require_finite(
        longitude_deg=longitude_deg,
        latitude_deg=latitude_deg,
        jd_tt_day=jd_tt_day,
        jd_tt_fraction=jd_tt_fraction,
        nutation_deg=nutation_deg,
    )
    offset_rad, rotation = _offset_and_rotation(zodiac, jd_tt_day, jd_tt_fraction, nutation_deg, node_deg)
    longitude = longitude_in_frame(
        COUNTING_CODES[zodiac.counting.kind],
        offset_rad,
        radians(longitude_deg),
        radians(latitude_deg),
        rotation,
    )
    starts = np.array([radians(start) for start in zodiac.starts])
    index, arc, width = place_in_signs(longitude, starts, len(starts))
    degree, width_deg = degrees(arc), degrees(width)
    return Place(zodiac.signs[index], degree, width_deg, min(degree, width_deg - degree))


def boundaries_of_date(
    zodiac: Zodiac,
    jd_tt_day: float,
    jd_tt_fraction: float,
    nutation_deg: float = 0.0,
    node_deg: float | None = None,
) -> tuple[float, ...]:
    """The longitudes of date in [0, 360) at which the signs of `zodiac` begin on the ecliptic, in their order.

    With `nutation_deg` = Δψ they count from the true equinox of date, like every longitude of a chart;
    without it from the mean one. Arguments and errors otherwise as for `place`. For wheels, whole-sign houses
    and ingresses.
    """
    require_finite(jd_tt_day=jd_tt_day, jd_tt_fraction=jd_tt_fraction, nutation_deg=nutation_deg)
    offset_rad, rotation = _offset_and_rotation(zodiac, jd_tt_day, jd_tt_fraction, nutation_deg, node_deg)
    code = COUNTING_CODES[zodiac.counting.kind]
    return tuple(
        degrees(boundary_of_date_rad(code, radians(start), offset_rad, rotation)) for start in zodiac.starts
    )


def ayanamsa_deg(zodiac: Zodiac, jd_tt_day: float, jd_tt_fraction: float) -> float:
    """The ayanamsa of a sidereal zodiac in degrees, [0, 360), from the mean equinox of date (no nutation).

    NaN for a zodiac that is not sidereal. Raises `NotFinite`.
    """
    require_finite(jd_tt_day=jd_tt_day, jd_tt_fraction=jd_tt_fraction)
    centuries = centuries_since_j2000(jd_tt_day, jd_tt_fraction)
    return degrees(
        ayanamsa_rad(
            COUNTING_CODES[zodiac.counting.kind],
            np.array(zodiac.counting.parameters),
            centuries,
            ecliptic_to_j2000(centuries),
        )
    )


def _offset_and_rotation(
    zodiac: Zodiac, jd_tt_day: float, jd_tt_fraction: float, nutation_deg: float, node_deg: float | None
) -> tuple[float, Rotation]:
    node_rad = nan
    if zodiac.node is not None:
        if node_deg is None:
            raise ZodiacNeedsNode(zodiac.id)
        require_finite(node_deg=node_deg)
        node_rad = radians(node_deg)
    centuries = centuries_since_j2000(jd_tt_day, jd_tt_fraction)
    rotation = ecliptic_to_j2000(centuries)
    offset_rad = frame_offset_rad(
        COUNTING_CODES[zodiac.counting.kind],
        np.array(zodiac.counting.parameters),
        centuries,
        rotation,
        radians(nutation_deg),
        node_rad,
        node_rad,
    )
    return offset_rad, rotation
