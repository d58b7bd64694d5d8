"""Places of bodies as seen from the Sun: arrays in, arrays out.

The place is that of the light that reaches the Sun's centre at the instant: light time from the body to the Sun is in,
aberration and deflection are not, since an observer in the Sun's centre is at rest in this perspective. Coordinates
are those of the true equinox of date, as everywhere.
"""

from difflib import get_close_matches
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from astrarium.sky.apparent import PLACE_COLUMNS
from astrarium.sky.bodies import BODIES, INDEX
from astrarium.sky.earth_motion import earth_motion_table
from astrarium.sky.errors import UnknownBody
from astrarium.sky.heliocentric_kernels import EARTH, fill_many_heliocentric
from astrarium.sky.moment import view_of
from astrarium.sky.perspective_errors import NotSeenFromSun
from astrarium.sky.positions import Places, outside, places
from astrarium.sky.table import default_table, minor_table
from astrarium.sky.timescales import two_parts

PLANETS_AND_EARTH: Final = (
    "mercury", "venus", "earth", "mars", "jupiter", "saturn", "uranus", "neptune", "pluto",
)  # fmt: skip
"""The bodies of a heliocentric chart that asks for none in particular."""

SEEN_FROM_SUN: Final = (
    *PLANETS_AND_EARTH,
    "moon",
    *(body.id for body in BODIES if body.table == "minor"),
)
"""Every body that has a heliocentric place: all but the Sun and the points of the Moon's orbit."""


class HeliocentricPlaces(Places, frozen=True):
    """Places as seen from the Sun, otherwise as `Places`; `earth` still tells how the Earth's axis stands."""


def heliocentric_places(
    jd_tt_day: ArrayLike, jd_tt_fraction: ArrayLike, bodies: tuple[str, ...] = PLANETS_AND_EARTH
) -> HeliocentricPlaces:
    """Heliocentric places of bodies, Earth among them, at instants of TT in two parts: n instants × m bodies.

    Longitude, latitude and distance of the direction in which the Sun's centre receives the body's light; right
    ascension and declination are of the same direction. Accuracy against the direct reduction of DE440: 0.001″ and
    1e-6 °/day for planets, 0.01″ for minor bodies, which have NaN outside their table's years. A body named twice
    counts once. Raises `OutOfRange`, `NotFinite`, `UnknownBody`, `NotSeenFromSun`.
    """
    wanted, numbers = numbered(bodies)
    planets, earth = default_table(), earth_motion_table()
    day, fraction = two_parts(jd_tt_day, jd_tt_fraction)
    orientation = places(day, fraction, ()).earth
    result = HeliocentricPlaces(wanted, np.empty((day.size, len(wanted), PLACE_COLUMNS)), orientation)
    bad = fill_many_heliocentric(
        view_of(planets, minor_table(), earth), day, fraction, numbers, result.values
    )
    if bad >= 0:
        raise outside(float(day[bad]) + float(fraction[bad]), earth)
    return result


def numbered(bodies: tuple[str, ...]) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    """Bodies, each once, and their numbers among the kernels' bodies. Raises `UnknownBody`, `NotSeenFromSun`."""
    wanted = tuple(dict.fromkeys(bodies))
    return wanted, np.array([_number(one) for one in wanted], dtype=np.int64)


def _number(body: str) -> int:
    """The number of a body among the kernels' bodies. Raises `UnknownBody`, `NotSeenFromSun`."""
    if body == "earth":
        return EARTH
    if body not in INDEX:
        raise UnknownBody(body, tuple(get_close_matches(body, (*INDEX, "earth"), n=3)))
    if body not in SEEN_FROM_SUN:
        raise NotSeenFromSun(body, SEEN_FROM_SUN)
    return INDEX[body]
