"""When the cusps of houses pass a body: root finding on cusp minus longitude.

The cusps are given at nodes of time between which they do not jump. A change of sign of cusp minus longitude brackets a
passage, which Ridders' method refines to a fraction of a millisecond; where a cusp turns back near a body without a
change of sign (beyond the polar circles) the nearest approach is looked for.
"""

from typing import Final

import numpy as np
from numba import types
from numpy.typing import NDArray

from astrarium.chart.detail import signed_degrees
from astrarium.chart.tracks import (
    DECLINATION_OF_SUN,
    FIRST_BOUNDARY,
    SIDEREAL_TIME,
    TRUE_OBLIQUITY,
    value_at,
)
from astrarium.sky.apparent import DEG, RAD, wrap_degrees
from astrarium.sky.compiling import kernel
from astrarium.sky.house_angles import angles_of, orientation_of
from astrarium.sky.house_kernels import OK, WHOLE_SIGN, fill_cusps_of
from astrarium.sky.house_lookup import UNORDERED, fill_whole_sign, run_of_cusps

Array = NDArray[np.float64]
Division = tuple[float, int, int]
"""How the circle is divided: geodetic latitude (rad), code of the house system, number of cusps."""

ROOT_STEPS: Final = 1e-8  # of a step of the tracks: 0.2 ms
TOUCH_STEPS: Final = 1e-6  # 20 ms: shorter visits beyond a cusp are not looked for
MOST_ROUNDS: Final = 60
GOLDEN: Final = 0.3819660112501051  # (3 - √5) / 2
FAR_DEG: Final = 270.0  # a change of sign over more than this happens on the far side of the circle

CUBICS: Final = types.float64[:, :, ::1]
DIVISION: Final = types.Tuple((types.float64, types.int64, types.int64))
FLOATS: Final = types.float64[::1]


@kernel(types.int64(CUBICS, types.float64, DIVISION, FLOATS))
def fill_moving_cusps(cubics: Array, instant: float, division: Division, out: Array) -> int:
    """The cusps (degrees) at an instant counted in steps; whole signs in the order of the zodiac, not of the houses."""
    latitude_rad, system, count = division
    if system == WHOLE_SIGN:
        for sign in range(count):
            out[sign] = wrap_degrees(value_at(cubics[FIRST_BOUNDARY + sign], instant))
        return OK
    sky = orientation_of(
        value_at(cubics[SIDEREAL_TIME], instant) * RAD,
        latitude_rad,
        value_at(cubics[TRUE_OBLIQUITY], instant) * RAD,
    )
    angles = angles_of(sky)
    declination = value_at(cubics[DECLINATION_OF_SUN], instant) * RAD
    status = fill_cusps_of(system, sky, angles[0], angles[1], declination, out)
    for cusp in range(count):
        out[cusp] = wrap_degrees(out[cusp] * DEG)
    return status


@kernel(types.int64(CUBICS, types.float64, DIVISION, FLOATS, FLOATS))
def fill_house_cusps(cubics: Array, instant: float, division: Division, scratch: Array, out: Array) -> int:
    """The cusps (degrees) at an instant counted in steps, in the order of the houses."""
    latitude_rad, system, count = division
    status = fill_moving_cusps(cubics, instant, division, out)
    if system == WHOLE_SIGN:
        for sign in range(count):
            scratch[sign] = out[sign]
        sky = orientation_of(
            value_at(cubics[SIDEREAL_TIME], instant) * RAD,
            latitude_rad,
            value_at(cubics[TRUE_OBLIQUITY], instant) * RAD,
        )
        fill_whole_sign(wrap_degrees(angles_of(sky)[0] * DEG), scratch, count, out)
    return status


@kernel(types.float64(CUBICS, types.float64, DIVISION, types.int64, types.int64, FLOATS))
def ahead_deg(
    cubics: Array, instant: float, division: Division, cusp: int, row: int, scratch: Array
) -> float:
    """How far a cusp is ahead of a row of the cubics or, for a negative row, of the cusp of index -1 - row."""
    fill_moving_cusps(cubics, instant, division, scratch)
    other = value_at(cubics[row], instant) if row >= 0 else scratch[-1 - row]
    return signed_degrees(scratch[cusp] - other)


@kernel(types.float64(CUBICS, DIVISION, types.int64, types.int64, *(types.float64,) * 4, FLOATS))
def meeting(
    cubics: Array,
    division: Division,
    cusp: int,
    row: int,
    early: float,
    late: float,
    early_deg: float,
    late_deg: float,
    scratch: Array,
) -> float:
    """When `ahead_deg`, given at two instants between which it changes its sign, does so (Ridders 1979)."""
    guess = early
    for _ in range(MOST_ROUNDS):
        middle = 0.5 * (early + late)
        value = ahead_deg(cubics, middle, division, cusp, row, scratch)
        root = np.sqrt(value * value - early_deg * late_deg)
        if root == 0.0:
            return middle
        last = guess
        guess = middle + (middle - early) * value / (root if early_deg > late_deg else -root)
        if abs(guess - last) < ROOT_STEPS:
            break
        found = ahead_deg(cubics, guess, division, cusp, row, scratch)
        if (found > 0.0) != (value > 0.0):
            if guess < middle:
                early, early_deg, late, late_deg = guess, found, middle, value
            else:
                early, early_deg, late, late_deg = middle, value, guess, found
        elif (found > 0.0) == (early_deg > 0.0):
            early, early_deg = guess, found
        else:
            late, late_deg = guess, found
    return guess


@kernel(
    types.int64(
        CUBICS, DIVISION, types.int64, types.int64, *(types.float64,) * 3, FLOATS, FLOATS, types.int64
    )
)
def add_visit(
    cubics: Array,
    division: Division,
    cusp: int,
    row: int,
    early: float,
    late: float,
    early_deg: float,
    scratch: Array,
    cuts: Array,
    count: int,
) -> int:
    """Add the two meetings of a cusp that turns back between two instants, if it gets beyond the body in between.

    The nearest approach is looked for by golden sections.
    """
    side = 1.0 if early_deg > 0.0 else -1.0
    low, high = early, late
    while high - low > TOUCH_STEPS:
        first, second = low + GOLDEN * (high - low), high - GOLDEN * (high - low)
        before = side * ahead_deg(cubics, first, division, cusp, row, scratch)
        after = side * ahead_deg(cubics, second, division, cusp, row, scratch)
        if before < 0.0 or after < 0.0:
            beyond, beyond_deg = (first, side * before) if before < 0.0 else (second, side * after)
            late_deg = ahead_deg(cubics, late, division, cusp, row, scratch)
            cuts[count] = meeting(cubics, division, cusp, row, early, beyond, early_deg, beyond_deg, scratch)
            cuts[count + 1] = meeting(
                cubics, division, cusp, row, beyond, late, beyond_deg, late_deg, scratch
            )
            return count + 2
        if before < after:
            high = second
        else:
            low = first
    return count


@kernel(types.int64(CUBICS, DIVISION, types.int64, types.int64, FLOATS, FLOATS, FLOATS, FLOATS, types.int64))
def add_meetings(
    cubics: Array,
    division: Division,
    cusp: int,
    row: int,
    nodes: Array,
    ahead: Array,
    scratch: Array,
    cuts: Array,
    count: int,
) -> int:
    """Add to `cuts` every instant when a cusp passes a body (or another cusp); returns how many there are then.

    `ahead` is `ahead_deg` at each of the `nodes`; `row` as there. Cuts beyond the room are left out.
    """
    for node in range(nodes.size - 1):
        if count + 2 > cuts.size:
            break
        here, there = ahead[node], ahead[node + 1]
        if (here > 0.0) != (there > 0.0):
            if abs(here - there) < FAR_DEG:
                cuts[count] = meeting(
                    cubics, division, cusp, row, nodes[node], nodes[node + 1], here, there, scratch
                )
                count += 1
        elif node > 0 and (ahead[node - 1] > 0.0) == (here > 0.0):
            before = ahead[node - 1]
            bend = abs(before) + abs(there) - 2.0 * abs(here)
            if abs(here) <= min(abs(before), abs(there)) and abs(here) < bend:
                count = add_visit(
                    cubics,
                    division,
                    cusp,
                    row,
                    nodes[node - 1],
                    nodes[node + 1],
                    before,
                    scratch,
                    cuts,
                    count,
                )
    return count


@kernel(types.int64(CUBICS, DIVISION, FLOATS, types.float64[:, ::1], FLOATS, FLOATS, FLOATS, types.int64))
def add_disorders(
    cubics: Array,
    division: Division,
    nodes: Array,
    cusps: Array,
    ahead: Array,
    scratch: Array,
    cuts: Array,
    count: int,
) -> int:
    """Add the instants when cusps pass each other, near nodes where they stand in no order or their order changes.

    `cusps[node]` are the cusps in degrees; `ahead` is room for two numbers.
    """
    for node in range(nodes.size - 1):
        run, _ = run_of_cusps(cusps[node], division[2])
        following, _ = run_of_cusps(cusps[node + 1], division[2])
        if run == following and run != UNORDERED:
            continue
        for cusp in range(division[2]):
            for other in range(cusp):
                ahead[0] = signed_degrees(cusps[node, cusp] - cusps[node, other])
                ahead[1] = signed_degrees(cusps[node + 1, cusp] - cusps[node + 1, other])
                count = add_meetings(
                    cubics,
                    division,
                    cusp,
                    -1 - other,
                    nodes[node : node + 2],
                    ahead[:2],
                    scratch,
                    cuts,
                    count,
                )
    return count


@kernel(types.float64(CUBICS, DIVISION, types.float64, types.float64, types.int64, FLOATS))
def change_of_status(
    cubics: Array, division: Division, early: float, late: float, status: int, scratch: Array
) -> float:
    """When the cusps lose the `status` (defined or not) that they have at the first of two instants."""
    while late - early > ROOT_STEPS:
        middle = 0.5 * (early + late)
        if fill_moving_cusps(cubics, middle, division, scratch) == status:
            early = middle
        else:
            late = middle
    return late
