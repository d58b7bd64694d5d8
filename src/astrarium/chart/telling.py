"""From arrays to words: the structs of one chart out of row 0 of its arrays.

Every number is rounded here and only here, to the digits of the receipt, whole arrays at a time.
"""

from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import repeat
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from astrarium.chart.aspects import aspect_table
from astrarium.chart.batch import ChartArrays
from astrarium.chart.certainty import Passage
from astrarium.chart.columns import (
    ASPECT_COLUMNS,
    PLACEMENT_COLUMNS,
    POSITION_COLUMNS,
    fill_aspect_columns,
    fill_placements,
    fill_positions,
)
from astrarium.chart.detail import TOLD_ANGLES, fill_angles_and_cusps, fill_boundaries, fill_constellations
from astrarium.chart.receipt import ANGLE_DIGITS
from astrarium.chart.selection import Selection
from astrarium.chart.structs import Angle, Aspect, Cusp, Frame, Houses, Position, SignPlacement
from astrarium.sky.apparent import CENTURIES, DEG, LONGITUDE_SPEED, NUTATION, OBLIQUITY
from astrarium.sky.bodies import BODIES
from astrarium.sky.constellations import constellation_table, list_constellations
from astrarium.sky.timescales import Instants

Array = NDArray[np.float64]
Placements = Iterator[dict[str, SignPlacement]]

SHARE_DIGITS: Final = 6
POINTS: Final = frozenset(body.id for body in BODIES if body.kind in {"node", "apsis"})
ANGLE_NAMES: Final = tuple(name for name, _, _ in TOLD_ANGLES)


class FrameWords(msgspec.Struct, frozen=True):
    """The words of some frames: their ids, the names of their signs, and the signs' widths (frames, most signs)."""

    ids: tuple[str, ...]
    signs: tuple[tuple[str, ...], ...]
    widths: Array


@lru_cache(maxsize=256)
def frame_words(selection: Selection) -> FrameWords:
    """The words of every frame of a selection."""
    widths = np.full((len(selection.zodiacs), max(len(frame.signs) for frame in selection.zodiacs)), np.nan)
    for row, frame in enumerate(selection.zodiacs):
        widths[row, : len(frame.signs)] = frame.widths
    return FrameWords(
        tuple(frame.id for frame in selection.zodiacs),
        tuple(frame.signs for frame in selection.zodiacs),
        np.round(widths, ANGLE_DIGITS),
    )


def _placements(words: FrameWords, signs: NDArray[np.int8], columns: Array) -> Placements:
    """Each point's placement in every frame, by frame id, from the columns of `columns.fill_placements`."""
    rows = [
        map(SignPlacement, [names[sign] for sign in row], degree, width, boundary, _without_nan(minutes))
        for names, row, (degree, width, boundary, minutes) in zip(
            words.signs, signs.tolist(), columns.tolist(), strict=True
        )
    ]
    return map(dict, map(zip, repeat(words.ids), zip(*rows, strict=True)))


def _without_nan(values: list[float]) -> list[float | None]:
    return [value if value == value else None for value in values]  # noqa: PLR0124 - NaN is not itself


def tell_positions(arrays: ChartArrays) -> tuple[Position, ...]:
    """The positions of a chart whose time is exact."""
    return tuple(_positions(arrays, arrays.houses[0].tolist()))


def tell_uncertain_positions(
    arrays: ChartArrays, stays: dict[str, tuple[tuple[Passage, ...], ...]]
) -> tuple[Position, ...]:
    """The positions of a birth-time window: row 0 is its middle, rows 1 and 2 its start and end.

    `stays` are the signs of the window with their shares (`certainty.passages`). Houses are left out.
    """
    ends = _rounded_circle(arrays.places.longitude_deg[1:]).T.tolist()
    told = []
    for number, position in enumerate(_positions(arrays, [None] * len(ends))):
        signs = {}
        for frame, placement in position.signs.items():
            shares = stays[frame][number]
            signs[frame] = msgspec.structs.replace(
                placement,
                probability=round(
                    sum(one.share for one in shares if one.sign == placement.sign), SHARE_DIGITS
                ),
                alternatives=tuple(one.sign for one in shares if one.sign != placement.sign),
            )
        start, end = ends[number]
        told.append(msgspec.structs.replace(position, signs=signs, longitude_range=(start, end)))
    return tuple(told)


def _positions(arrays: ChartArrays, houses: list[int] | list[None]) -> Iterator[Position]:
    values = arrays.places.values[0]
    bodies = arrays.selection.bodies
    columns = np.empty((POSITION_COLUMNS, len(bodies)))
    fill_positions(values, columns)
    longitude, latitude, distance, speed, latitude_speed, right_ascension, declination = columns.tolist()
    obliquity_deg = float(arrays.places.earth[0, OBLIQUITY]) * DEG
    words = frame_words(arrays.selection)
    signs, degrees = arrays.signs[0, :, : len(bodies)], arrays.degrees[0, :, : len(bodies)]
    placements = np.empty((len(words.ids), PLACEMENT_COLUMNS, len(bodies)))
    fill_placements(words.widths, signs, degrees, values[:, LONGITUDE_SPEED], placements)
    return map(
        Position,
        bodies,
        longitude,
        latitude,
        _without_nan(distance),
        speed,
        latitude_speed,
        [one < 0.0 for one in speed],
        right_ascension,
        declination,
        [abs(one) > obliquity_deg for one in declination],
        houses,
        _placements(words, signs, placements),
        _constellations(arrays),
    )


def _constellations(arrays: ChartArrays) -> list[str | None]:
    """The IAU constellation of each body of row 0; `None` for points that are no bodies."""
    numbers = arrays.numbers[0]
    found = np.empty(len(arrays.selection.bodies), np.int8)
    fill_constellations(
        arrays.places.values[0], numbers[NUTATION], numbers[CENTURIES], constellation_table(), found
    )
    names = _abbreviations()
    return [
        None if body in POINTS or index < 0 else names[index]
        for body, index in zip(arrays.selection.bodies, found.tolist(), strict=True)
    ]


@cache
def _abbreviations() -> tuple[str, ...]:
    return tuple(one.abbreviation for one in list_constellations())


def tell_frames(arrays: ChartArrays, instants: Instants) -> dict[str, Frame]:
    """The signs of every frame with the longitudes of date where they began, at the first instant."""
    selection = arrays.selection
    boundaries: Array = np.empty(frame_words(selection).widths.shape)
    day, fraction = float(instants.tt_day[0]), float(instants.tt_fraction[0])
    fill_boundaries(selection.plan, day, fraction, arrays.numbers[0], boundaries)
    rows: list[list[float]] = boundaries.tolist()
    return {
        frame.id: Frame(frame.signs, tuple(row[: len(frame.signs)]))
        for frame, row in zip(selection.zodiacs, rows, strict=True)
    }


def tell_angles_and_houses(
    arrays: ChartArrays, instants: Instants, latitude_deg: float, longitude_deg: float
) -> tuple[dict[str, Angle], Houses]:
    """The angles and cusps of a chart whose time is exact, each in every frame."""
    selection = arrays.selection
    words = frame_words(selection)
    frames, told = selection.layout.frames, len(TOLD_ANGLES)
    points = told + selection.layout.cusps
    longitudes = np.empty(points)
    signs = np.empty((frames, points), np.int8)
    columns = np.empty((frames, PLACEMENT_COLUMNS, points))
    fill_angles_and_cusps(
        selection.plan,
        float(instants.tt_day[0]),
        float(instants.tt_fraction[0]),
        float(instants.delta_t_s[0]),
        latitude_deg,
        longitude_deg,
        arrays.numbers[0],
        words.widths,
        longitudes,
        signs,
        columns,
    )
    where = longitudes.tolist()
    placements = list(_placements(words, signs, columns))
    angles = map(Angle, where[:told], placements)
    cusps = map(Cusp, range(1, points - told + 1), where[told:], placements[told:])
    return (
        dict(zip(ANGLE_NAMES, angles, strict=True)),
        Houses(selection.houses.id, tuple(cusps)),
    )


def tell_aspects(arrays: ChartArrays) -> tuple[Aspect, ...]:
    """The aspects of row 0 that hold in every row of the arrays, closest first."""
    bodies = arrays.selection.bodies
    kinds = [kind.id for kind in arrays.selection.aspects.kinds]
    table = aspect_table(arrays.selection.aspects)
    columns = np.empty((ASPECT_COLUMNS, arrays.selection.layout.pairs))
    count = fill_aspect_columns(
        arrays.places.values[0],
        arrays.aspects,
        table.angles_deg,
        table.orbs_deg,
        columns,
    )
    first, second, codes, separations, orbs, strengths = columns[:, :count].tolist()
    return tuple(
        map(
            Aspect,
            [bodies[int(body)] for body in first],
            [bodies[int(body)] for body in second],
            [kinds[int(code)] for code in codes],
            separations,
            [abs(orb) for orb in orbs],
            [orb > 0.0 for orb in orbs],
            strengths,
        )
    )


def _rounded_circle(angles_deg: Array) -> Array:
    """Angles rounded within [0, 360): what rounds up to 360 is 0."""
    rounded = np.round(angles_deg, ANGLE_DIGITS)
    rounded[rounded >= 360.0] -= 360.0
    return rounded
