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

from astrarium.chart.aspects import aspect_table
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


def fill_sheet(arrays: ChartArrays, instants: Instants, place_deg: tuple[float, float] | None) -> Sheet:
    """The sheet of the first chart of `arrays`, with the aspects that hold in all of them.

    `place_deg` is the latitude and longitude of an exact chart; without it the points are left blank.
    """
    selection = arrays.selection
    layout = sheet_layout(selection)
    numbers, codes = np.empty(layout.numbers), np.empty(layout.codes, np.int8)
    row = arrays.numbers[0]
    day, fraction = float(instants.tt_day[0]), float(instants.tt_fraction[0])
    fill_bodies(
        row,
        arrays.codes[0],
        selection.layout.degrees_at,
        layout.widths,
        layout.is_body,
        constellation_table(),
        numbers,
        codes,
    )
    if place_deg is not None:
        fill_angles_and_cusps(
            selection.plan,
            day,
            fraction,
            float(instants.delta_t_s[0]),
            *place_deg,
            row,
            layout.widths,
            numbers[layout.points_at : layout.point_placements_at],
            codes[layout.point_signs_at : layout.aspect_codes_at].reshape(
                selection.layout.frames, layout.points
            ),
            numbers[layout.point_placements_at : layout.boundaries_at].reshape(
                selection.layout.frames, PLACEMENT_COLUMNS, layout.points
            ),
        )
    boundaries = numbers[layout.boundaries_at : layout.aspects_at].reshape(layout.widths.shape)
    fill_boundaries(selection.plan, day, fraction, row, boundaries)
    table = aspect_table(selection.aspects)
    aspects = fill_aspect_columns(
        arrays.places.values[0],
        arrays.aspects,
        table.angles_deg,
        table.orbs_deg,
        numbers[layout.aspects_at :].reshape(ASPECT_COLUMNS, layout.pairs),
        codes[layout.aspect_codes_at :].reshape(ASPECT_CODES, layout.pairs),
    )
    return Sheet(selection, layout, numbers, codes, aspects)


@kernel(
    types.void(
        types.float64[::1],
        types.int8[::1],
        types.int64,
        types.float64[:, ::1],
        types.int8[::1],
        TABLE_TYPE,
        types.float64[::1],
        types.int8[::1],
    ),
    allocates=True,
)
def fill_bodies(
    row: Array,
    row_codes: Codes,
    degrees_at: int,
    widths: Array,
    is_body: Codes,
    constellations: ConstellationTable,
    numbers: Array,
    codes: Codes,
) -> None:
    """The columns of the bodies of a chart's row (`plan`) in its sheet: `numbers` and `codes` as `SheetLayout` says."""
    bodies, frames = is_body.size, widths.shape[0]
    places = row[EARTH_COLUMNS : EARTH_COLUMNS + PLACE_COLUMNS * bodies].reshape((bodies, PLACE_COLUMNS))
    points = (row.size - degrees_at) // frames
    degrees = row[degrees_at:].reshape((frames, points))[:, :bodies]
    signs = row_codes[1 + bodies : 1 + bodies + frames * points].reshape((frames, points))[:, :bodies]
    columns_end = POSITION_COLUMNS * bodies
    placements_end = columns_end + frames * PLACEMENT_COLUMNS * bodies
    columns = numbers[:columns_end].reshape((POSITION_COLUMNS, bodies))
    placements = numbers[columns_end:placements_end].reshape((frames, PLACEMENT_COLUMNS, bodies))
    words = codes[: BODY_CODES * bodies].reshape((BODY_CODES, bodies))
    told_signs = codes[BODY_CODES * bodies : (BODY_CODES + frames) * bodies].reshape((frames, bodies))
    fill_positions(places, columns)
    fill_placements(widths, signs, degrees, places[:, LONGITUDE_SPEED], placements)
    fill_constellations(places, row[NUTATION], row[CENTURIES], constellations, words[CONSTELLATION])
    obliquity_deg = row[OBLIQUITY] * DEG
    for body in range(bodies):
        words[HOUSE, body] = row_codes[1 + body]
        words[RETROGRADE, body] = columns[SPEED, body] < 0.0
        words[OUT_OF_BOUNDS, body] = abs(columns[DECLINATION_TOLD, body]) > obliquity_deg
        words[CONSTELLATION, body] = (words[CONSTELLATION, body] + 1) * is_body[body]
        for frame in range(frames):
            told_signs[frame, body] = signs[frame, body]
