"""The sheet of one chart: everything that it tells, as rounded numbers and codes in two rows of memory.

Structs (`telling`) and JSON (`template`) are both made from a sheet. A column holds one value per body, per point (the
told angles, then the cusps) or per aspect; `SheetLayout` says where it stands.
"""

from functools import lru_cache
from typing import Final

import msgspec
import numpy as np
from numba import types
from numpy.typing import NDArray

from astrarium.chart.batch import ChartArrays
from astrarium.chart.columns import (
    ASPECT_CODES,
    ASPECT_COLUMNS,
    DECLINATION_TOLD,
    PLACEMENT_COLUMNS,
    POSITION_COLUMNS,
    SPEED,
    fill_aspect_columns,
    fill_placements,
    fill_positions,
)
from astrarium.chart.detail import TOLD_ANGLES, fill_angles_and_cusps, fill_boundaries, fill_constellations
from astrarium.chart.plan import ANGLES, ANGLES_IN_SIGNS, PLAN, Plan
from astrarium.chart.receipt import ANGLE_DIGITS
from astrarium.chart.selection import Selection
from astrarium.sky.apparent import (
    CENTURIES,
    DEG,
    EARTH_COLUMNS,
    LONGITUDE_SPEED,
    NUTATION,
    OBLIQUITY,
    PLACE_COLUMNS,
)
from astrarium.sky.bodies import BODIES
from astrarium.sky.compiling import kernel
from astrarium.sky.constellations import TABLE_TYPE, ConstellationTable, constellation_table
from astrarium.sky.timescales import Instants

Array = NDArray[np.float64]
Codes = NDArray[np.int8]

HOUSE, RETROGRADE, OUT_OF_BOUNDS, CONSTELLATION = range(4)
BODY_CODES: Final = 4
POINTS: Final = frozenset(body.id for body in BODIES if body.kind in {"node", "apsis"})


class SheetLayout(msgspec.Struct, frozen=True, eq=False):
    """Where the columns of a sheet stand: counts first, then offsets into its numbers, then into its codes.

    Numbers: the positions' columns, their placements by frame, the points' longitudes, their placements, the
    boundaries of the frames, the aspects' columns. Codes: the bodies' columns (house, retrograde, out of bounds,
    constellation), their signs by frame, the points' signs, the aspects' columns. `widths[frame, sign]` are the
    signs' arcs, `is_body` is 0 for the points among the bodies, which stand in no constellation.
    """

    bodies: int
    points: int
    pairs: int
    placements_at: int
    points_at: int
    point_placements_at: int
    boundaries_at: int
    aspects_at: int
    numbers: int
    signs_at: int
    point_signs_at: int
    aspect_codes_at: int
    codes: int
    widths: Array
    is_body: Codes


@lru_cache(maxsize=256)
def sheet_layout(selection: Selection) -> SheetLayout:
    """The layout of the sheets of a selection."""
    counts, zodiacs = selection.layout, selection.zodiacs
    widths = np.full((counts.frames, max(len(frame.signs) for frame in zodiacs)), np.nan)
    for row, frame in enumerate(zodiacs):
        widths[row, : len(frame.signs)] = frame.widths
    points = len(TOLD_ANGLES) + counts.cusps
    placements_at = POSITION_COLUMNS * counts.bodies
    points_at = placements_at + counts.frames * PLACEMENT_COLUMNS * counts.bodies
    point_placements_at = points_at + points
    boundaries_at = point_placements_at + counts.frames * PLACEMENT_COLUMNS * points
    aspects_at = boundaries_at + widths.size
    signs_at = BODY_CODES * counts.bodies
    point_signs_at = signs_at + counts.frames * counts.bodies
    aspect_codes_at = point_signs_at + counts.frames * points
    return SheetLayout(
        bodies=counts.bodies,
        points=points,
        pairs=counts.pairs,
        placements_at=placements_at,
        points_at=points_at,
        point_placements_at=point_placements_at,
        boundaries_at=boundaries_at,
        aspects_at=aspects_at,
        numbers=aspects_at + ASPECT_COLUMNS * counts.pairs,
        signs_at=signs_at,
        point_signs_at=point_signs_at,
        aspect_codes_at=aspect_codes_at,
        codes=aspect_codes_at + ASPECT_CODES * counts.pairs,
        widths=np.round(widths, ANGLE_DIGITS),
        is_body=np.array([body not in POINTS for body in selection.bodies], np.int8),
    )


class Sheet(msgspec.Struct, frozen=True, eq=False):
    """The sheet of the first of some charts: its `numbers` and `codes`, and how many aspects it holds."""

    selection: Selection
    layout: SheetLayout
    numbers: Array
    codes: Codes
    aspects: int


def make_sheet(arrays: ChartArrays, instants: Instants, place_deg: tuple[float, float] | None) -> Sheet:
    """The sheet of the first chart of `arrays`, with the aspects that hold in all of them.

    `place_deg` is the latitude and longitude of an exact chart; without it the points are left blank.
    """
    selection = arrays.selection
    layout = sheet_layout(selection)
    numbers, codes = np.empty(layout.numbers), np.empty(layout.codes, np.int8)
    aspects = fill_sheet(
        selection.plan,
        instants.tt_day,
        instants.tt_fraction,
        instants.delta_t_s,
        *(place_deg or (np.nan, np.nan)),
        arrays.numbers,
        arrays.codes,
        layout.widths,
        layout.is_body,
        constellation_table(),
        numbers,
        codes,
    )
    return Sheet(selection, layout, numbers, codes, aspects)


@kernel(
    types.int64(
        PLAN,
        *(types.float64[::1],) * 3,
        types.float64,
        types.float64,
        types.float64[:, ::1],
        types.int8[:, ::1],
        types.float64[:, ::1],
        types.int8[::1],
        TABLE_TYPE,
        types.float64[::1],
        types.int8[::1],
    ),
    allocates=True,
)
def fill_sheet(
    plan: Plan,
    tt_day: Array,
    tt_fraction: Array,
    delta_t_s: Array,
    latitude_deg: float,
    longitude_deg: float,
    rows: Array,
    row_codes: Codes,
    widths: Array,
    is_body: Codes,
    constellations: ConstellationTable,
    numbers: Array,
    codes: Codes,
) -> int:
    """Fill the sheet of the first chart (row of `plan`) as `SheetLayout` says; returns how many aspects it holds.

    Points are left as they are where the latitude is NaN.
    """
    bodies, frames, told = is_body.size, widths.shape[0], len(TOLD_ANGLES) + plan.cusp_count
    row, found = rows[0], row_codes[0]
    places = row[EARTH_COLUMNS : EARTH_COLUMNS + PLACE_COLUMNS * bodies].reshape((bodies, PLACE_COLUMNS))
    degrees_at = EARTH_COLUMNS + PLACE_COLUMNS * bodies + ANGLES + plan.cusp_count
    points = bodies + ANGLES_IN_SIGNS
    degrees = row[degrees_at:].reshape((frames, points))[:, :bodies]
    signs = found[1 + bodies : 1 + bodies + frames * points].reshape((frames, points))[:, :bodies]

    end = POSITION_COLUMNS * bodies
    columns = numbers[:end].reshape((POSITION_COLUMNS, bodies))
    start, end = end, end + frames * PLACEMENT_COLUMNS * bodies
    placements = numbers[start:end].reshape((frames, PLACEMENT_COLUMNS, bodies))
    start, end = end, end + told
    longitudes = numbers[start:end]
    start, end = end, end + frames * PLACEMENT_COLUMNS * told
    told_placements = numbers[start:end].reshape((frames, PLACEMENT_COLUMNS, told))
    start, end = end, end + widths.size
    boundaries = numbers[start:end].reshape(widths.shape)
    aspects = numbers[end:].reshape((ASPECT_COLUMNS, (numbers.size - end) // ASPECT_COLUMNS))

    end = BODY_CODES * bodies
    words = codes[:end].reshape((BODY_CODES, bodies))
    start, end = end, end + frames * bodies
    body_signs = codes[start:end].reshape((frames, bodies))
    start, end = end, end + frames * told
    told_signs = codes[start:end].reshape((frames, told))
    aspect_codes = codes[end:].reshape((ASPECT_CODES, aspects.shape[1]))

    fill_positions(places, columns)
    fill_placements(widths, signs, degrees, places[:, LONGITUDE_SPEED], placements)
    fill_constellations(places, row[NUTATION], row[CENTURIES], constellations, words[CONSTELLATION])
    obliquity_deg = row[OBLIQUITY] * DEG
    for body in range(bodies):
        words[HOUSE, body] = found[1 + body]
        words[RETROGRADE, body] = columns[SPEED, body] < 0.0
        words[OUT_OF_BOUNDS, body] = abs(columns[DECLINATION_TOLD, body]) > obliquity_deg
        words[CONSTELLATION, body] = (words[CONSTELLATION, body] + 1) * is_body[body]
        for frame in range(frames):
            body_signs[frame, body] = signs[frame, body]
    if not np.isnan(latitude_deg):
        fill_angles_and_cusps(
            plan,
            tt_day[0],
            tt_fraction[0],
            delta_t_s[0],
            latitude_deg,
            longitude_deg,
            row,
            widths,
            longitudes,
            told_signs,
            told_placements,
        )
    fill_boundaries(plan, tt_day[0], tt_fraction[0], row, boundaries)
    return int(
        fill_aspect_columns(
            places,
            row_codes[:, 1 + bodies + frames * points :],
            plan.aspects.angles_deg,
            plan.aspects.orbs_deg,
            aspects,
            aspect_codes,
        )
    )
