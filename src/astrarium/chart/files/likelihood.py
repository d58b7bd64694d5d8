"""The likeliest sign of each body over a birth-time window, and its share of it, for many windows."""

import numpy as np
from numpy.typing import NDArray

from astrarium.chart.batch import ChartArrays
from astrarium.chart.files.lasting import windows_of
from astrarium.chart.files.moments import Moments
from astrarium.chart.status import COMPUTED, HOUSES_UNDEFINED, NO_SIGN
from astrarium.chart.stays import fill_stays
from astrarium.chart.tracks import track

Array = NDArray[np.float64]
Codes = NDArray[np.int8]
Integers = NDArray[np.int64]


def likeliest_signs(
    arrays: ChartArrays, moments: Moments, inexact: Integers, lasting: Codes, ends: list[ChartArrays]
) -> tuple[Codes, Array]:
    """Of the rows `inexact`: each body's likeliest sign in each zodiac and its share, both (rows, zodiacs, bodies).

    `lasting` are the signs that hold throughout, whose share is 1; the windows of the others are looked at one by one,
    as that of a single chart (`certainty.passages`). A body without a place, and a window that is not wholly inside
    the tables, has sign -1 and share NaN.
    """
    selection = arrays.selection
    likely = arrays.signs[inexact][:, :, : selection.layout.bodies].copy()
    inside = np.all([np.isin(end.status, (COMPUTED, HOUSES_UNDEFINED)) for end in ends], axis=0)
    likely[~inside] = NO_SIGN
    shares = np.where(likely < 0, np.nan, 1.0)
    changes = (lasting[:, :, : selection.layout.bodies] == NO_SIGN) & (likely != NO_SIGN)
    rows = np.flatnonzero(changes.any(axis=(1, 2)))
    starts = [np.array(frame.starts) for frame in selection.zodiacs]
    stays = [np.empty((selection.layout.bodies, one.size)) for one in starts]
    for row, (window, spot) in zip(rows.tolist(), windows_of(moments, inexact[rows]), strict=True):
        tracks = track(selection, window, spot)
        for frame, (start, found) in enumerate(zip(starts, stays, strict=True)):
            fill_stays(tracks.counted(frame), start, start.size, found)
            there = likely[row, frame] != NO_SIGN
            likely[row, frame, there] = found.argmax(axis=1)[there]
            shares[row, frame, there] = found.max(axis=1)[there]
    return likely, shares
