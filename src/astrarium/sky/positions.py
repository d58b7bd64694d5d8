"""Apparent places of bodies at many instants: arrays in, arrays out."""

from datetime import date
from functools import lru_cache
from typing import Final

import msgspec
import numpy as np
from numba import types
from numpy.typing import ArrayLike, NDArray

from astrarium.sky import apparent
from astrarium.sky.apparent import (
    EARTH_COLUMNS,
    PLACE_COLUMNS,
    SKY,
    Grid,
    Sky,
)
from astrarium.sky.bodies import BODIES, INDEX, STANDARD, body_indices
from astrarium.sky.chebyshev import BASIS_SHAPE, block_of
from astrarium.sky.compiling import kernel
from astrarium.sky.errors import NotFinite, OutOfRange
from astrarium.sky.lanes import LANES_SIZE
from astrarium.sky.layout import BLOCK_DAYS
from astrarium.sky.place_kernels import fill_places
from astrarium.sky.table import Table, default_table, minor_table
from astrarium.sky.timescales import two_parts

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]

_METHODS: Final = {
    "sun": apparent.UNDEFLECTED,
    "moon": apparent.UNDEFLECTED,
    "true_node": apparent.POINT_LONGITUDE,
    "osculating_apogee": apparent.POINT,
    "mean_node": apparent.MEAN_NODE,
    "mean_apogee": apparent.MEAN_APOGEE,
}
_FORMULAS: Final = frozenset({"mean_node", "mean_apogee"})


class Places(msgspec.Struct, frozen=True):
    """Apparent geocentric places, true ecliptic and equinox of date, of `bodies` at each instant.

    Arrays have the shape (instants, bodies): degrees, au, degrees per day, au per day. Points without a distance
    have NaN there, minor bodies outside their table's years throughout. `earth` has one row per instant: Δψ, its
    daily rate, Δε, the equation of the equinoxes, the true obliquity, centuries of TT since J2000, the Sun's
    declination (angles in radians).
    """

    bodies: tuple[str, ...]
    values: Array
    earth: Array

    @property
    def longitude_deg(self) -> Array:
        """Ecliptic longitude, [0, 360)."""
        return self.values[:, :, apparent.LONGITUDE]

    @property
    def latitude_deg(self) -> Array:
        """Ecliptic latitude."""
        return self.values[:, :, apparent.LATITUDE]

    @property
    def distance_au(self) -> Array:
        """Light-time distance."""
        return self.values[:, :, apparent.DISTANCE]

    @property
    def longitude_speed_deg_per_day(self) -> Array:
        """Rate of the longitude; negative is retrograde."""
        return self.values[:, :, apparent.LONGITUDE_SPEED]

    @property
    def latitude_speed_deg_per_day(self) -> Array:
        """Rate of the latitude."""
        return self.values[:, :, apparent.LATITUDE_SPEED]

    @property
    def distance_speed_au_per_day(self) -> Array:
        """Rate of the distance."""
        return self.values[:, :, apparent.DISTANCE_SPEED]

    @property
    def right_ascension_deg(self) -> Array:
        """Right ascension, [0, 360)."""
        return self.values[:, :, apparent.RIGHT_ASCENSION]

    @property
    def declination_deg(self) -> Array:
        """Declination."""
        return self.values[:, :, apparent.DECLINATION]


@lru_cache(maxsize=8)
def sky_of(planets: Table, minor: Table | None) -> Sky:
    """Two tables on one grid of blocks, as the kernels read them; bodies that neither holds have no places."""
    second = minor or planets
    first_minor_piece = len(planets.offsets.pieces)
    sources = np.zeros((len(BODIES), 3), dtype=np.int64)
    for number, body in enumerate(BODIES):
        if body.table == "planets":
            sources[number] = _source_of(body.id, planets, apparent.DEFLECTED, 0)
        else:
            sources[number] = _source_of(body.id, minor, apparent.MINOR, first_minor_piece)
    node = INDEX["true_node"]
    return Sky(
        *planets.records,
        *second.records,
        pieces=np.concatenate([planets.offsets.pieces, second.offsets.pieces]),
        quanta=np.concatenate([planets.offsets.quanta, second.offsets.quanta]),
        sources=sources,
        grid=Grid(
            first_jd=planets.header.first_jd,
            blocks=planets.header.blocks,
            words=planets.header.record_bytes // 8,
            minor_blocks=second.header.blocks,
            minor_words=second.header.record_bytes // 8,
            minor_shift=round((second.header.first_jd - planets.header.first_jd) / BLOCK_DAYS),
            sun_piece=int(sources[INDEX["sun"], 1]),
            node_piece=int(sources[node, 1]),
            node_level=int(sources[node, 2]),
        ),
    )


def _source_of(body: str, table: Table | None, method: int, first_piece: int) -> tuple[int, int, int]:
    """How a body is made, and its first piece and level, where its table's pieces begin at `first_piece`."""
    if body in _FORMULAS:
        return _METHODS[body], 0, 0
    if table is None or not table.has(body):
        return apparent.ABSENT, 0, 0
    series = table.series_index(body)
    level = int(table.offsets.parts[series]).bit_length() - 1
    return _METHODS.get(body, method), first_piece + int(table.offsets.first_piece[series]), level


def default_sky() -> Sky:
    """The tables in use (see `table.table_in_use`), as the kernels read them."""
    return sky_of(default_table(), minor_table())


def places(
    jd_tt_day: ArrayLike,
    jd_tt_fraction: ArrayLike,
    bodies: tuple[str, ...] = STANDARD,
) -> Places:
    """Apparent geocentric places of bodies at instants of TT in two parts (any split; x.5 and [0, 1) lose nothing).

    Accuracy against the direct reduction of DE440: 0.001″ for Sun and planets, 0.002″ for the Moon, 0.01″ for minor
    bodies, 1e-6 °/day in speed. Raises `OutOfRange` (naming the years), `NotFinite`, `UnknownBody`.
    """
    return places_from(default_sky(), default_table(), jd_tt_day, jd_tt_fraction, bodies)


def places_from(
    sky: Sky, planets: Table, jd_tt_day: ArrayLike, jd_tt_fraction: ArrayLike, bodies: tuple[str, ...]
) -> Places:
    """`places` from other tables; `planets` names the years in an error."""
    day, fraction = two_parts(jd_tt_day, jd_tt_fraction)
    indices = np.array(body_indices(bodies), dtype=np.int64)
    values = np.empty((day.size, indices.size, PLACE_COLUMNS))
    earth = np.empty((day.size, EARTH_COLUMNS))
    bad = _places_kernel(sky, day, fraction, indices, values, earth)
    if bad >= 0:
        raise outside(float(day[bad]) + float(fraction[bad]), planets)
    return Places(tuple(BODIES[i].id for i in indices), values, earth)


def outside(jd_tt: float, table: Table) -> OutOfRange | NotFinite:
    """The error for an instant that a table cannot serve."""
    if not np.isfinite(jd_tt):
        return NotFinite("The Julian date", jd_tt)
    header = table.header
    first = _date(header.first_jd)
    last = _date(header.first_jd + BLOCK_DAYS * header.blocks - 1.0)
    whole = first < date(header.first_year, 1, 1) and last > date(header.last_year, 12, 31)
    days = None if whole else (first.isoformat(), last.isoformat())
    return OutOfRange(jd_tt, header.first_year, header.last_year, days)


def _date(jd: float) -> date:
    """The Gregorian date that begins at or before a Julian date."""
    return date.fromordinal(int(jd - 1721424.5))


@kernel(
    types.int64(
        SKY,
        types.float64[::1],
        types.float64[::1],
        types.int64[::1],
        types.float64[:, :, ::1],
        types.float64[:, ::1],
    ),
    allocates=True,
)
def _places_kernel(
    sky: Sky, day: Array, fraction: Array, bodies: IntArray, values: Array, earth: Array
) -> int:
    """Fill the places of every instant; returns the row of the first instant outside the table, or -1."""
    basis = np.empty(BASIS_SHAPE)
    columns = np.zeros(LANES_SIZE)
    for row in range(day.size):
        block = block_of(sky.grid.first_jd, sky.grid.blocks, day[row], fraction[row])
        if block < 0:
            return row
        orientation = fill_places(sky, block, day[row], fraction[row], basis, bodies, values[row], columns)
        for column in range(EARTH_COLUMNS):
            earth[row, column] = orientation[column]
    return -1
