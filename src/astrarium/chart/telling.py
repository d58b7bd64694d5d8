"""From arrays to words: the structs of one chart out of row 0 of its arrays.

Every number is rounded here and only here, to the digits of the receipt, whole arrays at a time.
"""

from collections.abc import Iterator
from functools import lru_cache
from itertools import repeat
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from astrarium.chart.arrays import ANGLES, DEG, RAD
from astrarium.chart.batch import ANGLE_IDS, ChartArrays
from astrarium.chart.certainty import Passage
from astrarium.chart.columns import (
    ASPECT_COLUMNS,
    PLACEMENT_COLUMNS,
    POSITION_COLUMNS,
    fill_aspect_columns,
    fill_placements,
    fill_positions,
)
from astrarium.chart.detail import fill_point_signs, fill_turning_speeds
from astrarium.chart.kernel import meridian_rad
from astrarium.chart.receipt import ANGLE_DIGITS
from astrarium.chart.selection import Selection
from astrarium.chart.structs import Angle, Aspect, Cusp, Houses, Position, SignPlacement
from astrarium.sky.apparent import EQUATION_OF_EQUINOXES, LONGITUDE_SPEED, OBLIQUITY, SUN_DECLINATION, Sky
from astrarium.sky.house_kernels import PORPHYRY, WHOLE_SIGN
from astrarium.sky.timescales import Instants

Array = NDArray[np.float64]
Placements = Iterator[dict[str, SignPlacement]]

SHARE_DIGITS: Final = 6
NUDGE_DEG: Final = 1e-9  # a whole-sign cusp stands on the boundary itself; this keeps it on the right side

# The angles of a chart in the order they are told: id, the kernel's angle, and how far it is turned from it.
TOLD_ANGLES: Final = (
    ("ascendant", "ascendant", 0.0),
    ("midheaven", "midheaven", 0.0),
    ("descendant", "ascendant", 180.0),
    ("imum_coeli", "midheaven", 180.0),
    ("vertex", "vertex", 0.0),
    ("antivertex", "vertex", 180.0),
    ("equatorial_ascendant", "equatorial_ascendant", 0.0),
    ("co_ascendant_koch", "co_ascendant_koch", 0.0),
    ("co_ascendant_munkasey", "co_ascendant_munkasey", 0.0),
    ("polar_ascendant", "polar_ascendant", 0.0),
)
_TOLD_ROWS: Final = np.array([ANGLE_IDS.index(source) for _, source, _ in TOLD_ANGLES])
_TOLD_TURNS: Final = np.array([turn for _, _, turn in TOLD_ANGLES])


class FrameWords(msgspec.Struct, frozen=True):
    """The words of some frames: their ids, the names of their signs, and the signs' widths (frames, most signs)."""

    ids: tuple[str, ...]
    signs: tuple[tuple[str, ...], ...]
    widths: Array


@lru_cache(maxsize=256)
def frame_words(selection: Selection) -> FrameWords:
    """The words of every frame of a selection."""
    widths = np.full(selection.wanted.frames.starts.shape, np.nan)
    for row, frame in enumerate(selection.zodiacs):
        widths[row, : len(frame.signs)] = frame.widths
    return FrameWords(
        tuple(frame.id for frame in selection.zodiacs),
        tuple(frame.signs for frame in selection.zodiacs),
        np.round(widths, ANGLE_DIGITS),
    )


def _placements(words: FrameWords, signs: NDArray[np.int8], degrees: Array, speeds: Array) -> Placements:
    """Each point's placement in every frame, by frame id; `signs` and `degrees` are (frames, points)."""
    columns = np.empty((len(words.ids), PLACEMENT_COLUMNS, speeds.size))
    fill_placements(words.widths, signs, degrees, speeds, columns)
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
    signs, degrees = arrays.signs[0, :, : len(bodies)], arrays.degrees[0, :, : len(bodies)]
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
        _placements(frame_words(arrays.selection), signs, degrees, values[:, LONGITUDE_SPEED]),
    )


def tell_angles_and_houses(
    arrays: ChartArrays, sky: Sky, instants: Instants, latitude_deg: float, longitude_deg: float
) -> tuple[dict[str, Angle], Houses]:
    """The angles and cusps of a chart whose time is exact, each in every frame."""
    selection = arrays.selection
    frames = selection.wanted.frames
    points = np.concatenate([(arrays.angles_deg[0, _TOLD_ROWS] + _TOLD_TURNS) % 360.0, arrays.cusps_deg[0]])
    nudge = NUDGE_DEG if selection.wanted.house_system == WHOLE_SIGN else 0.0
    signs = np.empty((frames.kinds.size, points.size), np.int8)
    degrees = np.empty((frames.kinds.size, points.size))
    fill_point_signs(
        sky,
        frames,
        float(instants.tt_day[0]),
        float(instants.tt_fraction[0]),
        points + nudge,
        signs,
        degrees,
        np.empty(frames.starts.shape),
    )
    speeds = _turning_speeds(arrays, instants, latitude_deg, longitude_deg)
    longitudes = _rounded_circle(points).tolist()
    placements = list(_placements(frame_words(selection), signs, degrees, speeds))
    count = len(TOLD_ANGLES)
    angles = map(Angle, longitudes[:count], placements[:count])
    cusps = map(Cusp, range(1, len(longitudes) - count + 1), longitudes[count:], placements[count:])
    return (
        dict(zip((name for name, _, _ in TOLD_ANGLES), angles, strict=True)),
        Houses(selection.houses.id, tuple(cusps)),
    )


def _turning_speeds(
    arrays: ChartArrays, instants: Instants, latitude_deg: float, longitude_deg: float
) -> Array:
    """Speeds of the told angles, then of the cusps, degrees per day. Whole-sign cusps stand with the signs: zero."""
    system = arrays.selection.wanted.house_system
    cusps = arrays.cusps_deg.shape[1]
    earth = arrays.places.earth[0]
    angle_speeds, cusp_speeds = np.empty(ANGLES), np.zeros(cusps)
    meridian = meridian_rad(
        float(instants.tt_day[0]),
        float(instants.tt_fraction[0]),
        float(instants.delta_t_s[0]),
        float(earth[EQUATION_OF_EQUINOXES]),
        longitude_deg,
    )
    whole = system == WHOLE_SIGN
    fill_turning_speeds(
        meridian,
        latitude_deg * RAD,
        float(earth[OBLIQUITY]),
        float(earth[SUN_DECLINATION]),
        PORPHYRY if whole else system,
        angle_speeds,
        cusp_speeds[:0] if whole else cusp_speeds,
    )
    return np.concatenate([angle_speeds[_TOLD_ROWS], cusp_speeds])


def tell_aspects(arrays: ChartArrays) -> tuple[Aspect, ...]:
    """The aspects of row 0 that hold in every row of the arrays, closest first."""
    bodies, wanted = arrays.selection.bodies, arrays.selection.wanted
    kinds = [kind.id for kind in arrays.selection.aspects.kinds]
    columns = np.empty((ASPECT_COLUMNS, arrays.aspects.shape[1]))
    count = fill_aspect_columns(
        arrays.aspects,
        arrays.orbs_deg,
        arrays.orb_rates_deg_per_day,
        wanted.aspect_angles_deg,
        wanted.aspect_orbs_deg,
        len(bodies),
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
