"""Fixed stars: the catalogue, how a star is found in it, and apparent places at many instants.

The catalogue holds every star to magnitude 4.5, the stars with an approved name to 6.5, and the points among the stars
that tradition names. Places of stars are Hipparcos' at J1991.25 (van Leeuwen 2007, CDS I/311) with proper motion and
parallax.
"""

from collections.abc import Iterable
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from math import cos, pi, radians, sin
from typing import Final, Literal

import msgspec
import numpy as np
from numpy.typing import ArrayLike, NDArray

from astrarium.sky.earth_motion import earth_motion_table, star_sky_of
from astrarium.sky.positions import outside
from astrarium.sky.star_errors import UnknownStar
from astrarium.sky.star_kernels import (
    DECLINATION,
    LATITUDE,
    LONGITUDE,
    RIGHT_ASCENSION,
    STAR_COLUMNS,
    STAR_PLACE_COLUMNS,
    fill_many_star_places,
)
from astrarium.sky.star_names import is_name, key_of, looser_keys
from astrarium.sky.table import SourceFile, Table, default_table
from astrarium.sky.timescales import two_parts

Array = NDArray[np.float64]
StarKind = Literal["star", "cluster", "nebula", "galaxy", "centre"]
StarGroup = Literal["royal", "behenian", "boundary"]

MILLIARCSECOND_RAD: Final = pi / 648_000_000.0


class Star(msgspec.Struct, frozen=True, omit_defaults=True):
    """A star or another fixed point of the sky, ICRS at `epoch_year` (Julian years, TDB).

    `designation` is Bayer's (α Tau), else Flamsteed's (46 LMi) or another of the custom. `constellation` is the IAU
    area in which it stands, by abbreviation. `groups`: the royal and the Behenian stars, and those that bound the
    signs of `midpoint13`. A parallax below zero is a distance that Hipparcos could not tell; zero is used for it.
    """

    id: str
    name: str
    designation: str
    constellation: str
    magnitude: float | None
    right_ascension_deg: float
    declination_deg: float
    pm_ra_cosdec_mas_per_year: float
    pm_dec_mas_per_year: float
    parallax_mas: float
    epoch_year: float
    hip: int | None = None
    other_names: tuple[str, ...] = ()
    kind: StarKind = "star"
    groups: tuple[StarGroup, ...] = ()


class Catalogue(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The contents of `data/stars.json`: the stars from the brightest down, and what they were read from."""

    format: int
    sources: tuple[SourceFile, ...]
    stars: tuple[Star, ...]


class StarPlaces(msgspec.Struct, frozen=True):
    """Apparent geocentric places of `stars` at each instant, true equator, ecliptic and equinox of date.

    Arrays have the shape (instants, stars), degrees.
    """

    stars: tuple[Star, ...]
    values: Array

    @property
    def longitude_deg(self) -> Array:
        """Ecliptic longitude, [0, 360)."""
        return self.values[:, :, LONGITUDE]

    @property
    def latitude_deg(self) -> Array:
        """Ecliptic latitude."""
        return self.values[:, :, LATITUDE]

    @property
    def right_ascension_deg(self) -> Array:
        """Right ascension, [0, 360)."""
        return self.values[:, :, RIGHT_ASCENSION]

    @property
    def declination_deg(self) -> Array:
        """Declination."""
        return self.values[:, :, DECLINATION]


@cache
def star_catalogue() -> Catalogue:
    """The catalogue as it ships, with its sources."""
    return msgspec.json.decode(files("astrarium").joinpath("data", "stars.json").read_bytes(), type=Catalogue)


def list_stars() -> tuple[Star, ...]:
    """Every star and point of the catalogue, from the brightest down; points without a magnitude last."""
    return star_catalogue().stars


def star(name: str | int) -> Star:
    """The star of an id, name, designation or HIP number, in any usual writing (see `star_names`).

    A designation that parts neighbours by a number means the brightest of them when the number is left out: `alpha
    Lib` is α² Librae. Raises `UnknownStar` with the nearest names.
    """
    found = _index().get(key_of(str(name)))
    if found is None:
        raise UnknownStar(str(name)[:80], _nearest(str(name)))
    return found


def stars(names: Iterable[str | int]) -> tuple[Star, ...]:
    """The stars of some names, one for each, in their order. Raises `UnknownStar`."""
    return tuple(star(name) for name in names)


def star_places(
    jd_tt_day: ArrayLike,
    jd_tt_fraction: ArrayLike,
    of: Iterable[Star | str | int],
    *,
    table: Table | None = None,
    earth: Table | None = None,
) -> StarPlaces:
    """Apparent places of stars at instants of TT in two parts: n instants × m stars.

    Space motion with radial velocity zero, annual parallax, deflection by the Sun, relativistic annual aberration, IAU
    2006/2000A. 0.0002″ from the direct reduction of DE440 in 1600 to 2201. `table` and `earth` stand in for the
    tables that ship. Raises `UnknownStar`, `OutOfRange` (naming the years), `NotFinite`.
    """
    table, earth = table or default_table(), earth or earth_motion_table()
    wanted = tuple(one if isinstance(one, Star) else star(one) for one in of)
    day, fraction = two_parts(jd_tt_day, jd_tt_fraction)
    rows = np.array([direction_row(one) for one in wanted]).reshape(len(wanted), STAR_COLUMNS)
    values = np.empty((day.size, len(wanted), STAR_PLACE_COLUMNS))
    bad = fill_many_star_places(star_sky_of(table, earth), day, fraction, rows, values)
    if bad >= 0:
        raise outside(float(day[bad]) + float(fraction[bad]), table)
    return StarPlaces(wanted, values)


@cache
def direction_row(one: Star) -> tuple[float, ...]:
    """A star as the kernels take it: unit vector, its change a year, parallax (rad) and epoch (see `star_kernels`)."""
    right_ascension, declination = radians(one.right_ascension_deg), radians(one.declination_deg)
    sa, ca, sd, cd = sin(right_ascension), cos(right_ascension), sin(declination), cos(declination)
    along = one.pm_ra_cosdec_mas_per_year * MILLIARCSECOND_RAD
    across = one.pm_dec_mas_per_year * MILLIARCSECOND_RAD
    return (
        cd * ca,
        cd * sa,
        sd,
        -along * sa - across * sd * ca,
        along * ca - across * sd * sa,
        across * cd,
        max(one.parallax_mas, 0.0) * MILLIARCSECOND_RAD,
        one.epoch_year,
    )


def keys_of(one: Star) -> tuple[str, ...]:
    """The keys that belong to a star alone: id, HIP number, name, designation and other names."""
    number = () if one.hip is None else (f"hip{one.hip}",)
    written = (one.id, one.name, one.designation, *one.other_names)
    return tuple(dict.fromkeys((*number, *(key_of(text) for text in written))))


@cache
def _index() -> dict[str, Star]:
    index: dict[str, Star] = {}
    for one in list_stars():
        for key in keys_of(one):
            index.setdefault(key, one)
    for key, one in list(index.items()):  # the brightest come first, and so win the bare letter
        for looser in looser_keys(key):
            index.setdefault(looser, one)
    return index


def _nearest(name: str) -> tuple[str, ...]:
    """Up to three names that a mistyped one may have meant; none for a designation or number: all of it counts."""
    key = key_of(name)
    if not is_name(key):
        return ()
    names = {known: one.name for known, one in _index().items() if is_name(known)}
    return tuple(dict.fromkeys(names[found] for found in get_close_matches(key, names, n=6, cutoff=0.7)))[:3]
