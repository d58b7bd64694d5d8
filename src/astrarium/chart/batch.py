"""Many charts at once: arrays of instants and places in, arrays of everything out."""

from functools import lru_cache
from typing import Final

import msgspec
import numpy as np
from numpy.typing import ArrayLike, NDArray

from astrarium.chart.arrays import (
    ANGLES,
    BAD_LATITUDE,
    BAD_LONGITUDE,
    COMPUTED,
    HOUSES_UNDEFINED,
    NOT_FINITE,
    OUTSIDE_TABLE,
    Moments,
    Results,
)
from astrarium.chart.errors import UnequalLengths
from astrarium.chart.kernel import fill_charts
from astrarium.chart.selection import Selection, select
from astrarium.sky.apparent import EARTH_COLUMNS, PLACE_COLUMNS
from astrarium.sky.positions import Places, default_sky
from astrarium.sky.timescales import Instants

Array = NDArray[np.float64]

STATUS: Final[dict[int, str]] = {
    COMPUTED: "computed",
    OUTSIDE_TABLE: "out_of_range",
    NOT_FINITE: "not_finite",
    BAD_LATITUDE: "invalid_latitude",
    BAD_LONGITUDE: "invalid_longitude",
    HOUSES_UNDEFINED: "houses_undefined",
}
"""What the numbers in `ChartArrays.status` mean. A chart without houses has everything else."""

ANGLE_IDS: Final = (
    "ascendant",
    "midheaven",
    "vertex",
    "equatorial_ascendant",
    "co_ascendant_koch",
    "co_ascendant_munkasey",
    "polar_ascendant",
)


class ChartArrays(msgspec.Struct, frozen=True, eq=False):
    """n charts as arrays; one row per chart, in the order asked. Rows that cannot be computed say why in `status`.

    - `status` int8 (n,): see `STATUS`; a row that is not computed has NaN, house 0, sign and aspect -1.
    - `places`: apparent geocentric places of `selection.bodies` (`sky.positions.Places`, shape (n, bodies)).
    - `angles_deg` (n, 7): the angles of `ANGLE_IDS`, longitudes of date.
    - `cusps_deg` (n, cusps): longitudes of date; `houses` int8 (n, bodies): house of each body, from 1.
    - `signs` int8 (n, zodiacs, bodies + 2): index in the zodiac's signs, of the bodies, the ascendant, the midheaven;
      `degrees` (same shape): degrees from the sign's start.
    - `aspects` int8 (n, pairs): index in `selection.aspects.kinds` or -1, for the pairs of `pairs`; `orbs_deg`
      (separation less angle) and `orb_rates_deg_per_day` (its change: the aspect applies when the signs differ).
    """

    selection: Selection
    status: NDArray[np.int8]
    places: Places
    angles_deg: Array
    cusps_deg: Array
    houses: NDArray[np.int8]
    signs: NDArray[np.int8]
    degrees: Array
    aspects: NDArray[np.int8]
    orbs_deg: Array
    orb_rates_deg_per_day: Array

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """The bodies of each column of `aspects`."""
        return pairs_of(self.selection.bodies)


@lru_cache(maxsize=64)
def pairs_of(bodies: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """All pairs of bodies, (0,1), (0,2), …, (1,2), …: the columns of the aspect arrays."""
    return tuple((a, b) for number, a in enumerate(bodies) for b in bodies[number + 1 :])


def charts(
    instants: Instants,
    latitude_deg: ArrayLike,
    longitude_deg: ArrayLike,
    *,
    zodiacs: tuple[str, ...] = ("iau13", "tropical"),
    houses: str = "placidus",
    bodies: str | tuple[str, ...] = "standard",
    aspects: str = "major",
) -> ChartArrays:
    """Charts of many instants and places.

    `instants` come from `astrarium.from_universal` or `astrarium.from_terrestrial`; latitudes and longitudes are
    geodetic degrees (north and east positive), arrays of the same length or single numbers that hold for all.
    One bad row never fails the others: it is blank and says why in `status`.

    Accuracy: 0.001″ in positions (0.002″ the Moon), 0.001″ in angles and cusps for the ΔT used.
    Raises `UnequalLengths`, and what `selection.select` raises for unknown settings.
    """
    selection = select(tuple(zodiacs), houses, bodies if isinstance(bodies, str) else tuple(bodies), aspects)
    latitude = _of_length("latitude_deg", latitude_deg, instants)
    longitude = _of_length("longitude_deg", longitude_deg, instants)
    results = empty_results(selection, instants.size)
    fill_charts(
        default_sky(),
        selection.wanted,
        Moments(instants.tt_day, instants.tt_fraction, instants.delta_t_s, latitude, longitude),
        results,
    )
    return ChartArrays(
        selection=selection,
        status=results.status,
        places=Places(selection.bodies, results.places, results.earth),
        angles_deg=results.angles,
        cusps_deg=results.cusps,
        houses=results.houses,
        signs=results.signs,
        degrees=results.degrees,
        aspects=results.aspects,
        orbs_deg=results.orbs,
        orb_rates_deg_per_day=results.orb_rates,
    )


def empty_results(selection: Selection, count: int) -> Results:
    """Arrays for the kernel to fill."""
    bodies, zodiacs = len(selection.bodies), len(selection.zodiacs)
    pairs = bodies * (bodies - 1) // 2
    return Results(
        status=np.empty(count, np.int8),
        earth=np.empty((count, EARTH_COLUMNS)),
        places=np.empty((count, bodies, PLACE_COLUMNS)),
        angles=np.empty((count, ANGLES)),
        cusps=np.empty((count, selection.cusp_count)),
        houses=np.empty((count, bodies), np.int8),
        signs=np.empty((count, zodiacs, bodies + 2), np.int8),
        degrees=np.empty((count, zodiacs, bodies + 2)),
        aspects=np.empty((count, pairs), np.int8),
        orbs=np.empty((count, pairs)),
        orb_rates=np.empty((count, pairs)),
    )


def _of_length(name: str, values: ArrayLike, instants: Instants) -> Array:
    array = np.asarray(values, dtype=np.float64)
    if array.ndim == 0:
        return np.full(instants.size, float(array))
    if array.shape != (instants.size,):
        raise UnequalLengths({"instants": instants.size, name: array.size})
    return np.ascontiguousarray(array)
