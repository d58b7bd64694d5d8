"""The direct reduction of stars: from the catalogue and JPL's barycentric Earth to apparent places, by ERFA.

The truth that `star_kernels` and the table of the Earth's motion are checked against. Radial velocity is zero.
"""

from math import pi
from typing import Final

import erfa
import numpy as np

from astrarium.sky.building.reduction import LIGHT_SPEED_AU_PER_DAY, Array, Ephemeris, tdb_from_tt
from astrarium.sky.stars import Star

MILLIARCSECOND_RAD: Final = pi / 648_000_000.0
J2000_JD: Final = 2451545.0
DAYS_PER_YEAR: Final = 365.25


def apparent_star_direction(
    ephemeris: Ephemeris, star: Star, jd_tt_day: Array, jd_tt_fraction: Array
) -> Array:
    """Apparent geocentric directions of one star at n instants: unit vectors (n, 3), ICRF axes.

    `erfa.pmpx` (space motion and parallax), `erfa.ldsun`, `erfa.ab`.
    """
    day, fraction = tdb_from_tt(jd_tt_day, jd_tt_fraction)
    earth, earth_rate = ephemeris.state("earth", day, fraction)
    from_sun = earth - ephemeris.position("sun", day, fraction)
    distance = np.sqrt((from_sun * from_sun).sum(axis=0))
    declination = np.radians(star.declination_deg)
    direction = erfa.pmpx(
        np.radians(star.right_ascension_deg),
        declination,
        star.pm_ra_cosdec_mas_per_year * MILLIARCSECOND_RAD / np.cos(declination),
        star.pm_dec_mas_per_year * MILLIARCSECOND_RAD,
        max(star.parallax_mas, 0.0) / 1000.0,
        0.0,
        2000.0 - star.epoch_year + ((day - J2000_JD) + fraction) / DAYS_PER_YEAR,
        earth.T,
    )
    direction = erfa.ldsun(direction, (from_sun / distance).T, distance)
    beta = earth_rate / LIGHT_SPEED_AU_PER_DAY
    return np.asarray(erfa.ab(direction, beta.T, distance, np.sqrt(1.0 - (beta * beta).sum(axis=0))))


def apparent_star_place(
    ephemeris: Ephemeris, star: Star, jd_tt_day: Array, jd_tt_fraction: Array
) -> tuple[Array, Array, Array, Array]:
    """Apparent longitude, latitude, right ascension and declination (rad) of one star at n instants.

    True equator, ecliptic and equinox of date: `erfa.ecm06` and `erfa.nut06a`; `erfa.pnm06a`.
    """
    direction = apparent_star_direction(ephemeris, star, jd_tt_day, jd_tt_fraction)
    ecliptic = np.einsum("nij,nj->ni", erfa.ecm06(jd_tt_day, jd_tt_fraction), direction)
    equatorial = np.einsum("nij,nj->ni", erfa.pnm06a(jd_tt_day, jd_tt_fraction), direction)
    longitude, latitude = erfa.c2s(ecliptic)
    right_ascension, declination = erfa.c2s(equatorial)
    nutation, _ = erfa.nut06a(jd_tt_day, jd_tt_fraction)
    turn = 2.0 * np.pi
    return (
        np.remainder(longitude + nutation, turn),
        latitude,
        np.remainder(right_ascension, turn),
        declination,
    )
