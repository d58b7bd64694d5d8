"""From shares to words: what a chart says of a birth-time window."""

from typing import Final

import msgspec
import numpy as np

from astrarium.chart.angle_certainty import angle_longitudes
from astrarium.chart.certainty import Passages, angle_passages, aspect_stays, house_stays, passages
from astrarium.chart.detail import TOLD_ANGLES
from astrarium.chart.receipt import ANGLE_DIGITS
from astrarium.chart.selection import Selection
from astrarium.chart.structs import (
    Aspect,
    HouseProbability,
    SignProbability,
    WindowAngle,
    WindowAspect,
    WindowPosition,
    WindowReport,
)
from astrarium.chart.tracks import Tracks

SHARE_DIGITS: Final = 6
WHOLE: Final = 1.0 - 1e-9  # a share that is the whole window


def tell_window(tracks: Tracks, fallback: Selection | None) -> WindowReport:
    """The report of a window; `fallback` is the same selection with other houses, for where the first are undefined."""
    houses, defined = house_stays(tracks)
    if fallback is not None and defined < WHOLE and tracks.selection.has_houses:
        tracks = msgspec.structs.replace(tracks, selection=fallback)
        houses, defined = house_stays(tracks)
    selection = tracks.selection
    signs = passages(tracks)
    return WindowReport(
        house_system=selection.houses.id,
        houses_defined=round(defined, SHARE_DIGITS),
        positions=tuple(
            WindowPosition(
                body,
                {frame: _likely(of_bodies[number]) for frame, of_bodies in signs.items()},
                tuple(
                    HouseProbability(stay.house, share)
                    for stay in houses[number]
                    if (share := round(stay.share, SHARE_DIGITS)) > 0.0
                ),
            )
            for number, body in enumerate(selection.bodies)
        ),
        angles=_angles(tracks) if selection.has_houses else {},
        aspects=tuple(
            WindowAspect(stay.a, stay.b, stay.aspect, share)
            for stay in aspect_stays(tracks)
            if (share := round(stay.share, SHARE_DIGITS)) > 0.0
        ),
    )


def lasting(aspects: tuple[Aspect, ...], window: WindowReport) -> tuple[Aspect, ...]:
    """Those of some aspects that hold throughout the window, in their order."""
    kept = {(one.a, one.b, one.aspect) for one in window.aspects if one.probability == 1.0}
    return tuple(one for one in aspects if (one.a, one.b, one.aspect) in kept)


def _angles(tracks: Tracks) -> dict[str, WindowAngle]:
    ends = np.round(angle_longitudes(tracks), ANGLE_DIGITS) % 360.0
    return {
        name: WindowAngle((start, end), {frame: _likely(stays) for frame, stays in of_frames.items()})
        for (name, _, _), of_frames, (start, end) in zip(
            TOLD_ANGLES, angle_passages(tracks), ends.T.tolist(), strict=True
        )
    }


def _likely(stays: Passages) -> tuple[SignProbability, ...]:
    return tuple(
        SignProbability(stay.sign, share)
        for stay in stays
        if (share := round(stay.share, SHARE_DIGITS)) > 0.0
    )
