"""Many charts at once: arrays of instants and places in, arrays of everything out."""

from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import Final

import msgspec
import numpy as np
from numpy.typing import ArrayLike, NDArray

from astrarium.chart.aspects import aspect_table, fill_orbs
from astrarium.chart.errors import UnequalLengths
from astrarium.chart.kernel import fill_charts
from astrarium.chart.perspective_kernels import move_charts
from astrarium.chart.plan import ANGLES
from astrarium.chart.selection import Selection, select
from astrarium.chart.structs import Perspective
from astrarium.sky.apparent import EARTH_COLUMNS, PLACE_COLUMNS
from astrarium.sky.positions import Places
from astrarium.sky.timescales import Instants
from astrarium.sky.zodiacs import ZodiacDefinition

Array = NDArray[np.float64]
Codes = NDArray[np.int8]

ANGLE_IDS: Final = (
    "ascendant",
    "midheaven",
    "vertex",
    "equatorial_ascendant",
    "co_ascendant_koch",
    "co_ascendant_munkasey",
    "polar_ascendant",
)
CHARTS_PER_TASK: Final = 4096


class ChartArrays(msgspec.Struct, frozen=True, eq=False):
    """n charts as arrays; one row per chart, in the order asked. Rows that cannot be computed say why in `status`.

    All arrays are views of the two that the kernel fills, `numbers` and `codes` (see `plan`). A row that is not
    computed has NaN, house 0, sign and aspect -1.
    """

    selection: Selection
    numbers: Array
    codes: Codes

    @property
    def status(self) -> Codes:
        """What became of each chart, (n,): see `status.STATUS`."""
        return self.codes[:, 0]

    @property
    def places(self) -> Places:
        """Apparent places of `selection.bodies` in the selection's perspective, (n, bodies)."""
        layout = self.selection.layout
        rows = self.numbers[:, EARTH_COLUMNS : layout.angles_at]
        values = rows.reshape(len(rows), layout.bodies, PLACE_COLUMNS)
        return Places(self.selection.bodies, values, self.numbers[:, :EARTH_COLUMNS])

    @property
    def angles_deg(self) -> Array:
        """The angles of `ANGLE_IDS`, longitudes of date, (n, 7)."""
        layout = self.selection.layout
        return self.numbers[:, layout.angles_at : layout.angles_at + ANGLES]

    @property
    def cusps_deg(self) -> Array:
        """Longitudes of date of the house cusps, (n, cusps)."""
        layout = self.selection.layout
        return self.numbers[:, layout.cusps_at : layout.degrees_at]

    @property
    def houses(self) -> Codes:
        """House of each body, from 1, (n, bodies)."""
        return self.codes[:, 1 : self.selection.layout.signs_at]

    @property
    def signs(self) -> Codes:
        """Index in the zodiac's signs, of the bodies, the ascendant and the midheaven, (n, zodiacs, bodies + 2)."""
        layout = self.selection.layout
        rows = self.codes[:, layout.signs_at : layout.aspects_at]
        return rows.reshape(len(rows), layout.frames, layout.points)

    @property
    def degrees(self) -> Array:
        """Degrees from the sign's start, in the shape of `signs`."""
        layout = self.selection.layout
        rows = self.numbers[:, layout.degrees_at :]
        return rows.reshape(len(rows), layout.frames, layout.points)

    @property
    def aspects(self) -> Codes:
        """Index in `selection.aspects.kinds`, or -1, for the pairs of `pairs`, (n, pairs)."""
        return self.codes[:, self.selection.layout.aspects_at :]

    def orbs(self) -> tuple[Array, Array]:
        """Orbs in degrees (separation less the aspect's angle) and their daily rates, (n, pairs); NaN without aspect.

        An aspect applies where the two have opposite signs. Computed when asked: they take more room than a chart.
        """
        shape = self.aspects.shape
        orbs, rates = np.empty(shape), np.empty(shape)
        angles_deg = aspect_table(self.selection.aspects).angles_deg
        fill_orbs(self.places.values, self.aspects, angles_deg, orbs, rates)
        return orbs, rates

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
    zodiacs: tuple[str | ZodiacDefinition, ...] = ("iau13", "tropical"),
    houses: str = "placidus",
    bodies: str | tuple[str, ...] = "standard",
    aspects: str = "major",
    perspective: Perspective = "geocentric",
    altitude_m: ArrayLike = 0.0,
    threads: int = 1,
) -> ChartArrays:
    """Charts of many instants and places.

    `instants` come from `astrarium.from_universal` or `astrarium.from_terrestrial`; latitudes and longitudes are
    geodetic degrees (north and east positive), arrays of the same length or single numbers that hold for all;
    so are altitudes in metres, which only topocentric charts ask for. Heliocentric charts have no angles and houses.
    `threads` compute at once; the result does not depend on how many. One bad row never fails the others: it is
    blank and says why in `status`.

    Accuracy: 0.001″ in positions (0.002″ the Moon, 0.01″ minor bodies), 0.001″ in angles and cusps for the ΔT used.
    Raises `UnequalLengths`, and what `selection.select` raises for unknown settings.
    """
    wanted = bodies if isinstance(bodies, str) else tuple(bodies)
    selection = select(tuple(zodiacs), houses, wanted, aspects, perspective)
    return compute(selection, instants, latitude_deg, longitude_deg, threads, altitude_m)


def compute(
    selection: Selection,
    instants: Instants,
    latitude_deg: ArrayLike,
    longitude_deg: ArrayLike,
    threads: int = 1,
    altitude_m: ArrayLike = 0.0,
) -> ChartArrays:
    """`charts` for a selection that has been looked up."""
    count = instants.tt_day.size
    inputs: tuple[Array, ...] = (
        instants.tt_day,
        instants.tt_fraction,
        instants.delta_t_s,
        _of_length("latitude_deg", latitude_deg, count),
        _of_length("longitude_deg", longitude_deg, count),
    )
    numbers = np.empty((count, selection.layout.numbers))
    codes = np.empty((count, selection.layout.codes), np.int8)
    if selection.standpoint is not None:
        inputs = (*inputs, _of_length("altitude_m", altitude_m, count))
    if threads <= 1 or count <= CHARTS_PER_TASK:
        _fill(selection, inputs, numbers, codes)
    else:
        parts = [slice(start, start + CHARTS_PER_TASK) for start in range(0, count, CHARTS_PER_TASK)]

        def fill(part: slice) -> None:
            _fill(selection, tuple(one[part] for one in inputs), numbers[part], codes[part])

        with ThreadPoolExecutor(threads) as pool:
            for _ in pool.map(fill, parts):
                pass
    return ChartArrays(selection, numbers, codes)


def _fill(selection: Selection, inputs: tuple[Array, ...], numbers: Array, codes: Codes) -> None:
    """Compute some charts; the sixth input is the altitude, where there is a standpoint."""
    day, fraction, delta_t_s, latitude, longitude = inputs[:5]
    fill_charts(selection.plan, day, fraction, delta_t_s, latitude, longitude, numbers, codes)
    standpoint = selection.standpoint
    if standpoint is not None:
        move_charts(
            selection.plan,
            standpoint.view,
            standpoint.bodies,
            day,
            fraction,
            delta_t_s,
            latitude,
            longitude,
            inputs[5],
            not selection.has_houses,
            numbers,
            codes,
        )


def _of_length(name: str, values: ArrayLike, count: int) -> Array:
    array = np.array(values, dtype=np.float64, ndmin=1)
    if array.size == count and array.ndim == 1:
        return array
    if array.size == 1:
        return np.full(count, array.item())
    raise UnequalLengths({"instants": count, name: array.size})
