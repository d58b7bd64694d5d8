"""From arrays to words: the structs of one chart out of row 0 of its arrays.

Every number is rounded here and only here, to the digits of the receipt.
"""

from functools import lru_cache
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from astrarium.chart.batch import ANGLE_IDS, ChartArrays, pairs_of
from astrarium.chart.certainty import Passage
from astrarium.chart.detail import fill_point_signs, fill_turning_speeds
from astrarium.chart.kernel import ANGLES, DEG, RAD, Sky, meridian_rad
from astrarium.chart.receipt import ANGLE_DIGITS, DISTANCE_DIGITS
from astrarium.chart.selection import Selection
from astrarium.chart.structs import Angle, Aspect, Cusp, Houses, Position, SignPlacement
from astrarium.sky.apparent import (
    DECLINATION,
    DISTANCE,
    LATITUDE,
    LATITUDE_SPEED,
    LONGITUDE,
    LONGITUDE_SPEED,
    RIGHT_ASCENSION,
)
from astrarium.sky.house_kernels import PORPHYRY, WHOLE_SIGN
from astrarium.sky.timescales import Instants

Array = NDArray[np.float64]

MINUTES_PER_DAY: Final = 1440.0
MINUTE_DIGITS: Final = 3
SLOWEST_DEG_PER_DAY: Final = 1e-4  # slower than this, minutes of birth time say nothing
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
    """The words of one frame: its id, its signs in order and their widths."""

    id: str
    signs: tuple[str, ...]
    widths: tuple[float, ...]


@lru_cache(maxsize=256)
def frame_words(selection: Selection) -> tuple[FrameWords, ...]:
    """The words of every frame of a selection."""
    return tuple(
        FrameWords(frame.id, frame.signs, tuple(round(width, ANGLE_DIGITS) for width in frame.widths))
        for frame in selection.zodiacs
    )


def _placement(frame: FrameWords, sign: int, degree: float, speed: float) -> SignPlacement:
    width = frame.widths[sign]
    boundary = min(degree, width - degree)
    speed = abs(speed)
    return SignPlacement(
        frame.signs[sign],
        degree,
        width,
        round(boundary, ANGLE_DIGITS),
        round(boundary / speed * MINUTES_PER_DAY, MINUTE_DIGITS) if speed > SLOWEST_DEG_PER_DAY else None,
    )


def tell_positions(arrays: ChartArrays) -> tuple[Position, ...]:
    """The positions of a chart whose time is exact."""
    return _positions(arrays, with_houses=True)


def tell_uncertain_positions(
    arrays: ChartArrays, stays: dict[str, tuple[tuple[Passage, ...], ...]]
) -> tuple[Position, ...]:
    """The positions of a birth-time window: row 0 is its middle, rows 1 and 2 its start and end.

    `stays` are the signs of the window with their shares (`certainty.passages`). Houses are left out.
    """
    ends = np.round(arrays.places.longitude_deg[1:], ANGLE_DIGITS).T.tolist()
    told = []
    for number, position in enumerate(_positions(arrays, with_houses=False)):
        signs = {}
        for frame, placement in position.signs.items():
            shares = stays[frame][number]
            signs[frame] = msgspec.structs.replace(
                placement,
                probability=round(next((one.share for one in shares if one.sign == placement.sign), 0.0), 6),
                alternatives=tuple(one.sign for one in shares if one.sign != placement.sign),
            )
        start, end = ends[number]
        told.append(msgspec.structs.replace(position, signs=signs, longitude_range=(start, end)))
    return tuple(told)


def _positions(arrays: ChartArrays, *, with_houses: bool) -> tuple[Position, ...]:
    frames = frame_words(arrays.selection)
    values = np.round(arrays.places.values[0], ANGLE_DIGITS).tolist()
    distances = np.round(arrays.places.values[0, :, DISTANCE], DISTANCE_DIGITS).tolist()
    signs = arrays.signs[0].tolist()
    degrees = np.round(arrays.degrees[0], ANGLE_DIGITS).tolist()
    houses = arrays.houses[0].tolist()
    obliquity_deg = float(arrays.places.earth[0, 4]) * DEG
    told = []
    for number, body in enumerate(arrays.selection.bodies):
        row = values[number]
        speed = row[LONGITUDE_SPEED]
        distance = distances[number]
        told.append(
            Position(
                body,
                row[LONGITUDE] % 360.0,
                row[LATITUDE],
                distance if distance == distance else None,  # noqa: PLR0124 - NaN: the point has no distance
                speed,
                row[LATITUDE_SPEED],
                speed < 0.0,
                row[RIGHT_ASCENSION] % 360.0,
                row[DECLINATION],
                abs(row[DECLINATION]) > obliquity_deg,
                houses[number] if with_houses else None,
                {
                    frame.id: _placement(frame, signs[z][number], degrees[z][number], speed)
                    for z, frame in enumerate(frames)
                },
            )
        )
    return tuple(told)


def tell_angles_and_houses(
    arrays: ChartArrays, sky: Sky, instants: Instants, latitude_deg: float, longitude_deg: float
) -> tuple[dict[str, Angle], Houses]:
    """The angles and cusps of a chart whose time is exact, each in every frame."""
    selection = arrays.selection
    frames = frame_words(selection)
    system = selection.wanted.house_system
    angle_longitudes = (arrays.angles_deg[0, _TOLD_ROWS] + _TOLD_TURNS) % 360.0
    cusp_longitudes = arrays.cusps_deg[0]
    angle_speeds, cusp_speeds = _turning_speeds(arrays, instants, latitude_deg, longitude_deg)
    points = np.concatenate(
        [angle_longitudes, (cusp_longitudes + NUDGE_DEG) % 360.0 if system == WHOLE_SIGN else cusp_longitudes]
    )
    signs = np.empty((len(frames), points.size), np.int8)
    degrees = np.empty((len(frames), points.size))
    fill_point_signs(
        sky,
        selection.wanted.frames,
        float(instants.tt_day[0]),
        float(instants.tt_fraction[0]),
        points,
        signs,
        degrees,
        np.empty(selection.wanted.frames.starts.shape),
    )
    sign_rows = signs.tolist()
    degree_rows = np.round(degrees, ANGLE_DIGITS).tolist()
    longitudes = np.round(np.concatenate([angle_longitudes, cusp_longitudes]), ANGLE_DIGITS).tolist()
    speeds = [*angle_speeds[_TOLD_ROWS].tolist(), *cusp_speeds.tolist()]

    def placements(point: int) -> dict[str, SignPlacement]:
        return {
            frame.id: _placement(frame, sign_rows[z][point], degree_rows[z][point], speeds[point])
            for z, frame in enumerate(frames)
        }

    first_cusp = len(TOLD_ANGLES)
    angles = {
        name: Angle(longitudes[point] % 360.0, placements(point))
        for point, (name, _, _) in enumerate(TOLD_ANGLES)
    }
    cusps = tuple(
        Cusp(house + 1, longitudes[first_cusp + house] % 360.0, placements(first_cusp + house))
        for house in range(cusp_longitudes.size)
    )
    return angles, Houses(selection.houses.id, cusps)


def _turning_speeds(
    arrays: ChartArrays, instants: Instants, latitude_deg: float, longitude_deg: float
) -> tuple[Array, Array]:
    """Speeds of angles and cusps, degrees per day. Whole-sign cusps stand with the signs: zero."""
    system = arrays.selection.wanted.house_system
    whole = system == WHOLE_SIGN
    earth = arrays.places.earth[0]
    angle_speeds, cusp_speeds = np.empty(ANGLES), np.empty(12 if whole else arrays.cusps_deg.shape[1])
    meridian = meridian_rad(
        float(instants.tt_day[0]),
        float(instants.tt_fraction[0]),
        float(instants.delta_t_s[0]),
        float(earth[3]),
        longitude_deg,
    )
    fill_turning_speeds(
        meridian,
        latitude_deg * RAD,
        float(earth[4]),
        float(earth[6]),
        PORPHYRY if whole else system,
        angle_speeds,
        cusp_speeds,
    )
    return angle_speeds, np.zeros(arrays.cusps_deg.shape[1]) if whole else cusp_speeds


def tell_aspects(arrays: ChartArrays) -> tuple[Aspect, ...]:
    """The aspects of row 0 that hold in every row of the arrays, closest first."""
    kinds = arrays.selection.aspects.kinds
    pairs = pairs_of(arrays.selection.bodies)
    lasting = (arrays.aspects == arrays.aspects[0]).all(axis=0) & (arrays.aspects[0] >= 0)
    told = []
    for pair in np.flatnonzero(lasting).tolist():
        kind = kinds[int(arrays.aspects[0, pair])]
        orb = float(arrays.orbs_deg[0, pair])
        rate = float(arrays.orb_rates_deg_per_day[0, pair])
        distance = round(abs(orb), ANGLE_DIGITS)
        a, b = pairs[pair]
        told.append(
            Aspect(
                a,
                b,
                kind.id,
                round(kind.angle_deg + orb, ANGLE_DIGITS),
                distance,
                orb * rate < 0.0,
                round(1.0 - distance / kind.orb_deg, 4),
            )
        )
    return tuple(sorted(told, key=lambda one: one.orb))
