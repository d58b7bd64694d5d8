"""Ayanamsas from their published definitions, as the numbers that kernels read.

Two kinds of definition exist:

- a value at an epoch. The sidereal longitudes are then counted along the ecliptic of that epoch; kernels want
the axes
  of that ecliptic and equinox in the J2000 one. Epochs lie as far back as 130 BC, where the polynomials of
  IAU 2006 fail: the long-term precession of Vondrák, Capitaine & Wallace 2011 (Astron. Astrophys. 534, A22;
  `erfa.ltecm`) serves. Epochs given in UT become TT by ΔT of Morrison, Stephenson, Hohenkerk & Zawilski 2021
  (table S15.2020). An author who took the equinox from one date to another by an older precession meant a
  point among the stars that the modern one misses by up to 0.8″: where the older one is known, the value is
  corrected so that the two agree at J2000.
- a star, or another point of the sky, at a fixed sidereal longitude. Kernels want its direction at J2000 and
its motion.
"""

import csv
import tomllib
from math import atan2, cos, degrees, pi, radians, sin
from pathlib import Path
from typing import Any

import erfa
import numpy as np
import skyfield
from numpy.typing import NDArray

from astrarium.sky.zodiacs.frames import Ayanamsa, Counting, Seven

SOURCES = Path(__file__).parent / "sources" / "zodiacs"
J2000_JD = 2451545.0
B1950_JD = 2433282.42345905
FK4_EQUINOX_S = 0.035
HIPPARCOS_EPOCH = 1991.25
MILLIARCSECOND_RAD = pi / 648000e3

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]


def julian_epoch(jd: float) -> float:
    """The Julian epoch (years) of a Julian date."""
    return 2000.0 + (jd - J2000_JD) / 365.25


def delta_t_s(jd: float) -> float:
    """TT − UT1 in seconds before 1948: the spline of table S15.2020, as skyfield (MIT) carries it."""
    table = np.load(Path(skyfield.__file__).parent / "data" / "delta_t.npz")["Table-S15.2020.txt"]
    year = julian_epoch(jd)
    row = int(np.searchsorted(table[0], year, side="right")) - 1
    start, end, a3, a2, a1, a0 = (float(number) for number in table[:, row])
    t = (year - start) / (end - start)
    return ((a3 * t + a2) * t + a1) * t + a0


def newcomb_precession(jd_from: float, jd_to: float) -> Matrix:
    """Mean equator and equinox from one date to another by Newcomb, in the form of Kinoshita 1975 (SAO Report 364)."""
    tropical = [(1900.0 + (jd - 2415020.31352) / 365.242198781 - 1850.0) / 100.0 for jd in (jd_from, jd_to)]
    t0, t = tropical[0], tropical[1] - tropical[0]
    w = 2303.5548 + (1.39720 + 0.000059 * t0) * t0
    zeta = (w + (0.30242 - 0.000269 * t0 + 0.017996 * t) * t) * t
    z = (w + (1.09478 + 0.000387 * t0 + 0.018324 * t) * t) * t
    theta = (2005.1125 + (-0.85294 - 0.000365 * t0) * t0 + (-0.42647 - 0.000365 * t0 - 0.041802 * t) * t) * t
    return _precession_matrix(*(radians(angle / 3600.0) for angle in (zeta, z, theta)))


def iau1976_precession(jd_from: float, jd_to: float) -> Matrix:
    """Mean equator and equinox from one date to another by Lieske et al. 1977, the IAU 1976 precession."""
    return _precession_matrix(*erfa.prec76(jd_from, 0.0, jd_to, 0.0))


def _precession_matrix(zeta: float, z: float, theta: float) -> Matrix:
    matrix: Matrix = erfa.rz(-z, erfa.ry(theta, erfa.rz(-zeta, np.eye(3))))
    return matrix


OLDER_PRECESSIONS = {"Newcomb": newcomb_precession, "IAU 1976": iau1976_precession}


def ecliptic_of_epoch(jd_tt: float) -> Matrix:
    """Mean ecliptic and equinox of J2000 to those of an epoch, long-term precession."""
    matrix: Matrix = erfa.ltecm(julian_epoch(jd_tt)) @ erfa.ltecm(2000.0).T
    return matrix


def older_precession_deg(name: str, jd_tt: float) -> float:
    """By how much an older precession carries the equinox of a date to another point of J2000 than the modern one.

    The equinox is taken to J2000 by the older one and back by the modern one; returned is the longitude it
    has then on the ecliptic of its date, degrees.
    """
    at_j2000 = OLDER_PRECESSIONS[name](jd_tt, J2000_JD) @ np.array([1.0, 0.0, 0.0])
    epoch = julian_epoch(jd_tt)
    equator = erfa.ltp(epoch) @ erfa.ltp(2000.0).T @ at_j2000
    ecliptic = erfa.ltecm(epoch) @ erfa.ltpb(epoch).T @ equator
    return degrees(atan2(ecliptic[1], ecliptic[0]))


def from_epoch(definition: dict[str, Any]) -> Counting:
    """An ayanamsa given by its value at an epoch."""
    jd = float(definition["jd"])
    if definition["scale"] == "UT":
        jd += delta_t_s(jd) / 86400.0
    value_deg = definition["value_deg"] - definition.get("nutation_deg", 0.0)
    if "precession" in definition:
        value_deg += older_precession_deg(definition["precession"], jd)
    axes = ecliptic_of_epoch(jd)
    return Counting("epoch", _seven(radians(value_deg), axes[0], axes[1]))


def unit_vector(ra_rad: float, dec_rad: float) -> Vector:
    """The direction of a right ascension and declination."""
    return np.array([cos(dec_rad) * cos(ra_rad), cos(dec_rad) * sin(ra_rad), sin(dec_rad)])


def star_direction(
    ra_rad: float, dec_rad: float, pm_ra_cosdec_mas: float, pm_dec_mas: float, epoch: float
) -> tuple[Vector, Vector]:
    """Direction at J2000 and motion per Julian century of a star, ICRS; straight motion, no parallax."""
    east = np.array([-sin(ra_rad), cos(ra_rad), 0.0])
    north = np.array([-sin(dec_rad) * cos(ra_rad), -sin(dec_rad) * sin(ra_rad), cos(dec_rad)])
    per_year = (pm_ra_cosdec_mas * east + pm_dec_mas * north) * MILLIARCSECOND_RAD
    return unit_vector(ra_rad, dec_rad) + per_year * (2000.0 - epoch), per_year * 100.0


def hipparcos() -> dict[int, tuple[Vector, Vector]]:
    """Direction at J2000 and motion per century, ICRS, of the stars of `stars.csv` by Hipparcos number."""
    with (SOURCES / "stars.csv").open(encoding="utf-8", newline="") as file:
        return {
            int(row["hip"]): star_direction(
                float(row["ra_icrs_rad"]),
                float(row["dec_icrs_rad"]),
                float(row["pm_ra_cosdec_mas_per_year"]),
                float(row["pm_dec_mas_per_year"]),
                HIPPARCOS_EPOCH,
            )
            for row in csv.DictReader(file)
        }


def direction_of_b1950(ra_deg: float, dec_deg: float) -> Vector:
    """ICRS direction of a point without motion given for the equator and equinox B1950.0.

    The equinox of FK4 is moved to that of FK5 (0.035s at 1950, Fricke 1982, Astron. Astrophys. 107, L13), the point
    carried to J2000 by IAU 2006, and FK5 turned to the Hipparcos frame. E-terms of aberration are not taken out: the
    point was not observed as a star.
    """
    equator = erfa.ltp(julian_epoch(B1950_JD)).T @ unit_vector(
        radians(ra_deg + FK4_EQUINOX_S * 15.0 / 3600.0), radians(dec_deg)
    )
    direction: Vector = erfa.fk5hip()[0] @ equator
    return direction


def from_direction(definition: dict[str, Any], stars: dict[int, tuple[Vector, Vector]]) -> Counting:
    """An ayanamsa given by the sidereal longitude of a star, or of a point named by its coordinates."""
    if "hip" in definition:
        direction, motion = stars[definition["hip"]]
    elif definition.get("equinox") == "B1950":
        direction, motion = direction_of_b1950(definition["ra_deg"], definition["dec_deg"]), np.zeros(3)
    else:
        direction, motion = star_direction(
            radians(definition["ra_deg"]),
            radians(definition["dec_deg"]),
            definition.get("pm_ra_cosdec_mas_per_year", 0.0),
            definition.get("pm_dec_mas_per_year", 0.0),
            2000.0,
        )
    to_ecliptic = erfa.ecm06(J2000_JD, 0.0)
    return Counting(
        "hour_circle" if definition.get("projected", False) else "direction",
        _seven(radians(definition["longitude_deg"]), to_ecliptic @ direction, to_ecliptic @ motion),
    )


def _seven(first: float, second: Vector, third: Vector) -> Seven:
    x1, y1, z1 = (float(number) for number in second)
    x2, y2, z2 = (float(number) for number in third)
    return (first, x1, y1, z1, x2, y2, z2)


def ayanamsas() -> list[Ayanamsa]:
    """All ayanamsas of `ayanamsas.toml`, in its order."""
    stars = hipparcos()
    built = []
    for entry in tomllib.loads((SOURCES / "ayanamsas.toml").read_text(encoding="utf-8"))["ayanamsas"]:
        words = {key: entry[key] for key in ("id", "number", "name", "definition", "source", "good_for")}
        counting = (
            from_epoch(entry["epoch"]) if "epoch" in entry else from_direction(entry["direction"], stars)
        )
        built.append(
            Ayanamsa(
                version=entry.get("version", 1),
                description=entry.get("description", ""),
                counting=counting,
                **words,
            )
        )
    return built
