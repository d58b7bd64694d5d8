"""What of a chart lasts through a birth-time window: its signs and its aspects.

A sign or an aspect that stands at the start, the middle and the end of a day stands throughout, unless something turns
in between and comes back. Only where that may be, the window is looked at as that of a single chart (`certainty`).
"""

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from astrarium.chart.batch import ChartArrays
from astrarium.chart.certainty import aspect_stays, passages
from astrarium.chart.files.moments import Moments
from astrarium.chart.selection import Selection
from astrarium.chart.status import NO_SIGN
from astrarium.chart.tracks import Spot, Window, track
from astrarium.chart.window_telling import SHARE_DIGITS
from astrarium.civil.calendars import DAY_MICROSECONDS, EPOCH_JD_DAY
from astrarium.sky.timescales import Instants, from_universal

Array = NDArray[np.float64]
Codes = NDArray[np.int8]
Flags = NDArray[np.bool_]
Integers = NDArray[np.int64]

NO_ASPECT: Final = NO_SIGN


def instants_of(microseconds: Integers, understood: Flags | None) -> Instants:
    """Instants of microseconds of universal time; not finite where a row is not understood."""
    days, rest = np.divmod(microseconds, DAY_MICROSECONDS)
    fraction = rest / DAY_MICROSECONDS
    if understood is not None:
        fraction = np.where(understood, fraction, np.nan)
    return from_universal(days + EPOCH_JD_DAY, fraction)


def lasting(
    arrays: ChartArrays, moments: Moments, inexact: Integers, ends: list[ChartArrays]
) -> tuple[Codes, Codes]:
    """Signs and aspects of the rows `inexact` that last; the others are -1, and so are the signs of angles.

    `arrays` are the charts of all rows at the middle, `ends` those of the rows `inexact` at start and end.
    """
    signs, aspects = arrays.signs[inexact], arrays.aspects[inexact]
    for end in ends:
        signs[end.signs != signs] = NO_SIGN
        aspects[end.aspects != aspects] = NO_ASPECT
    bodies = arrays.selection.layout.bodies
    signs[:, :, bodies:] = NO_SIGN
    speeds = np.stack(
        [
            arrays.places.longitude_speed_deg_per_day[inexact],
            *(end.places.longitude_speed_deg_per_day for end in ends),
        ]
    )
    days = (moments.end_us[inexact] - moments.start_us[inexact]) / DAY_MICROSECONDS
    doubtful = _signs_in_doubt(arrays, inexact, signs[:, :, :bodies], speeds, days)
    doubtful |= _aspects_in_doubt(arrays, inexact, aspects, speeds, days)
    if arrays.selection.perspective == "topocentric":
        doubtful[:] = True  # whoever turns with the Earth may see a body turn twice a day
    rows = np.flatnonzero(doubtful)
    for row, (window, spot) in zip(rows.tolist(), windows_of(moments, inexact[rows]), strict=True):
        _look_closely(arrays.selection, window, spot, signs[row], aspects[row])
    return signs, aspects


def _turns(speeds: Array) -> Flags:
    turns: Flags = (speeds.min(axis=0) < 0.0) & (speeds.max(axis=0) > 0.0)
    return turns


def _signs_in_doubt(
    arrays: ChartArrays, inexact: Integers, signs: Codes, speeds: Array, days: Array
) -> Flags:
    """Rows with a body that turns within reach of a boundary of its sign."""
    zodiacs = arrays.selection.zodiacs
    widths = np.full((len(zodiacs), max(len(frame.signs) for frame in zodiacs)), np.nan)
    for row, frame in enumerate(zodiacs):
        widths[row, : len(frame.signs)] = frame.widths
    width = np.take_along_axis(widths[None], np.maximum(signs, 0).astype(np.int64), axis=2)
    degrees = arrays.degrees[inexact][:, :, : signs.shape[2]]
    reach = np.abs(speeds).max(axis=0) * days[:, None]
    near = np.minimum(degrees, width - degrees) < reach[:, None, :]
    doubtful: Flags = (near & _turns(speeds)[:, None, :] & (signs >= 0)).any(axis=(1, 2))
    return doubtful


def _aspects_in_doubt(
    arrays: ChartArrays, inexact: Integers, aspects: Codes, speeds: Array, days: Array
) -> Flags:
    """Rows with an aspect within reach of its limit whose bodies stop to part or to meet."""
    kinds = arrays.selection.aspects.kinds
    if not kinds or speeds.shape[2] < 2:
        return np.zeros(inexact.size, bool)
    first, second = np.triu_indices(speeds.shape[2], 1)
    longitudes = arrays.places.longitude_deg[inexact]
    apart = np.abs((longitudes[:, first] - longitudes[:, second] + 180.0) % 360.0 - 180.0)
    angles, limits = (
        np.array([getattr(kind, name) for kind in kinds])[np.maximum(aspects, 0)]
        for name in ("angle_deg", "orb_deg")
    )
    relative = speeds[:, :, first] - speeds[:, :, second]
    reach = np.abs(relative).max(axis=0) * days[:, None]
    near = limits - np.abs(apart - angles) < reach
    doubtful: Flags = (near & _turns(relative) & (aspects >= 0)).any(axis=1)
    return doubtful


def _look_closely(selection: Selection, window: Window, spot: Spot, signs: Codes, aspects: Codes) -> None:
    """Leave out, in place, the signs and aspects of one row that do not last."""
    tracks = track(selection, window, spot)
    for stays, of_frame in zip(passages(tracks).values(), signs, strict=True):
        for body, of_body in enumerate(stays):
            if len(of_body) > 1:
                of_frame[body] = NO_SIGN
    kinds = [kind.id for kind in selection.aspects.kinds]
    kept = {
        (stay.a, stay.b): kinds.index(stay.aspect)
        for stay in aspect_stays(tracks)
        if round(stay.share, SHARE_DIGITS) == 1.0
    }
    pairs = [(a, b) for number, a in enumerate(selection.bodies) for b in selection.bodies[number + 1 :]]
    for column, pair in enumerate(pairs):
        if aspects[column] != kept.get(pair, NO_ASPECT):
            aspects[column] = NO_ASPECT


def windows_of(moments: Moments, rows: Integers) -> Iterator[tuple[Window, Spot]]:
    """The windows of some rows that are understood, and the places under them."""
    first, last = (instants_of(us[rows], None) for us in (moments.start_us, moments.end_us))
    days = (last.tt_day - first.tt_day) + (last.tt_fraction - first.tt_fraction)
    windows = map(Window, first.tt_day.tolist(), first.tt_fraction.tolist(), days.tolist())
    delta_t_s = zip(first.delta_t_s.tolist(), last.delta_t_s.tolist(), strict=True)
    for row, window, ends in zip(rows.tolist(), windows, delta_t_s, strict=True):
        place = moments.places[row]
        assert place is not None
        yield window, Spot(place.latitude, place.longitude, ends, place.altitude_m)
