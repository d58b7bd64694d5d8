"""How long each body stands in each house while the Earth turns.

A body changes its house when a cusp passes it. The cusps are followed at steps of a degree of sidereal time (four
minutes), and the passages between them found by `crossings`. The window is also cut where cusps may jump (the midheaven
passes the horizon), where a system begins or ends to be defined and, beyond the polar circles, where cusps pass each
other. The house in the middle of each part, by the rule of `sky.house_lookup`, counts for the whole part, so that a
superfluous cut does no harm.
"""

from math import ceil
from typing import Final

import numpy as np
from numba import types
from numpy.typing import NDArray

from astrarium.chart.angle_certainty import add_changes_of_ends, add_passages, circle_of, sort_cuts
from astrarium.chart.crossings import (
    CUBICS,
    DIVISION,
    FLOATS,
    Division,
    add_disorders,
    add_meetings,
    change_of_status,
    fill_house_cusps,
    fill_moving_cusps,
)
from astrarium.chart.detail import signed_degrees
from astrarium.chart.tracks import FIRST_BOUNDARY, SIDEREAL_TIME, Tracks, value_at
from astrarium.sky.apparent import RAD, wrap_degrees
from astrarium.sky.compiling import kernel
from astrarium.sky.house_kernels import MAX_CUSPS, OK, WHOLE_SIGN
from astrarium.sky.house_lookup import house_of

Array = NDArray[np.float64]

NODE_DEG: Final = 1.0  # of sidereal time between two looks at the cusps
JUMP_STEPS: Final = 1e-9  # how far from a jump of the cusps one looks, on either side
CUTS_PER_TURN: Final = 400  # far more than cusps pass a body or each other in a turn
ENDS_PER_TURN: Final = 8


@kernel(types.int64(CUBICS, DIVISION, FLOATS))
def fill_jumps(cubics: Array, division: Division, jumps: Array) -> int:
    """The instants between which cusps do not jump, in order, the window's end last; returns how many."""
    count = add_changes_of_ends(cubics, division[0], jumps, 0)
    jumps[count] = float(cubics.shape[1])
    sort_cuts(jumps, count + 1)
    return count + 1


@kernel(types.int64(CUBICS, DIVISION, FLOATS, types.int64))
def add_ascendant_passages(cubics: Array, division: Division, cuts: Array, count: int) -> int:
    """Add the instants when the horizon passes a boundary of the first frame: whole signs are counted anew then."""
    hour_angle, tangent = circle_of(0, division[0])
    for sign in range(division[2]):
        for end in range(2):
            count = add_passages(cubics, FIRST_BOUNDARY + sign, end, hour_angle, tangent, cuts, count)
    return count


@kernel(types.float64(CUBICS, types.int64, DIVISION, FLOATS, FLOATS, FLOATS, FLOATS))
def add_houses(
    cubics: Array, row: int, division: Division, cuts: Array, scratch: Array, cusps: Array, shares: Array
) -> float:
    """Add what a row of the cubics spends in each house between sorted `cuts`; returns the share that has houses.

    A negative row adds nothing.
    """
    steps = float(cubics.shape[1])
    defined = 0.0
    early = 0.0
    for cut in range(cuts.size + 1):
        late = cuts[cut] if cut < cuts.size else steps
        if late > early:
            middle = 0.5 * (early + late)
            if fill_house_cusps(cubics, middle, division, scratch, cusps) == OK:
                share = (late - early) / steps
                defined += share
                if row >= 0:
                    longitude = wrap_degrees(value_at(cubics[row], middle))
                    shares[house_of(longitude, cusps, division[2]) - 1] += share
            early = late
    return defined


@kernel(types.float64(CUBICS, types.int64, DIVISION, types.float64[:, ::1]), allocates=True)
def fill_house_shares(cubics: Array, first_body: int, division: Division, shares: Array) -> float:
    """The shares of the window that each body spends in each house, `shares[body, house]`.

    Bodies are the rows from `first_body` on. Returns the share of the window in which the system is defined.
    """
    count = division[2]
    bodies = shares.shape[0]
    steps = float(cubics.shape[1])
    turned_deg = value_at(cubics[SIDEREAL_TIME], steps) - value_at(cubics[SIDEREAL_TIME], 0.0)
    turns = turned_deg / 360.0 + 1.0
    jumps, common = np.empty(int(ENDS_PER_TURN * turns) + 8), np.empty(int(CUTS_PER_TURN * turns))
    cuts, cut_counts = np.empty((bodies, common.size)), np.zeros(bodies, np.int64)
    scratch, cusps_now = np.empty(max(MAX_CUSPS, count)), np.empty(max(MAX_CUSPS, count))
    jump_count = fill_jumps(cubics, division, jumps)
    common[:jump_count] = jumps[:jump_count]
    common_count = jump_count
    if division[1] == WHOLE_SIGN:
        common_count = add_ascendant_passages(cubics, division, common, common_count)
    room = int(turned_deg / NODE_DEG) + 4 * jump_count + 4
    nodes, cusps, ahead = np.empty(room), np.empty((room, count)), np.empty(room)
    early = 0.0
    for jump in range(jump_count):
        begin, end = early + JUMP_STEPS, jumps[jump] - JUMP_STEPS
        early = jumps[jump]
        if not begin < end:
            continue
        pieces = max(2, ceil((end - begin) / steps * turned_deg / NODE_DEG))
        status = OK
        for node in range(pieces + 1):
            nodes[node] = begin + (end - begin) * node / pieces
            found = fill_moving_cusps(cubics, nodes[node], division, scratch)
            for cusp in range(count):
                cusps[node, cusp] = scratch[cusp]
            if node > 0 and found != status and common_count < common.size:
                common[common_count] = change_of_status(
                    cubics, division, nodes[node - 1], nodes[node], status, scratch
                )
                common_count += 1
            status = found
        common_count = add_disorders(
            cubics, division, nodes[: pieces + 1], cusps, ahead, scratch, common, common_count
        )
        for body in range(bodies):
            row = first_body + body
            for cusp in range(count):
                for node in range(pieces + 1):
                    ahead[node] = signed_degrees(cusps[node, cusp] - value_at(cubics[row], nodes[node]))
                cut_counts[body] = add_meetings(
                    cubics,
                    division,
                    cusp,
                    row,
                    nodes[: pieces + 1],
                    ahead[: pieces + 1],
                    scratch,
                    cuts[body],
                    cut_counts[body],
                )
    for body in range(bodies):
        shares[body] = 0.0
        if not np.isnan(cubics[first_body + body, 0, 0]):
            both = np.concatenate((common[:common_count], cuts[body, : cut_counts[body]]))
            sort_cuts(both, both.size)
            add_houses(cubics, first_body + body, division, both, scratch, cusps_now, shares[body])
    sort_cuts(common, common_count)
    return add_houses(cubics, -1, division, common[:common_count], scratch, cusps_now, shares[0])


def house_shares(tracks: Tracks) -> tuple[Array, float]:
    """The shares of the window that each body spends in each house (bodies, houses), and that the system is defined.

    The shares of a body add up to the second; a body without a place has none.
    """
    layout = tracks.selection.layout
    shares = np.empty((layout.bodies, layout.cusps))
    division = (tracks.spot.latitude_deg * RAD, tracks.selection.house_code, layout.cusps)
    defined = fill_house_shares(tracks.cubics, tracks.first_longitude, division, shares)
    return shares, defined
