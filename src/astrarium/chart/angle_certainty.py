"""How long each angle of a chart stands in each sign while the Earth turns: in closed form, circle by circle.

Every angle is the point where the ecliptic meets a great circle that is fixed to the place: one that crosses the
equator at an eastward hour angle H and stands there as the horizon of the latitude f stands in its east point. The
circle lies over the longitude λ, with right ascension α and declination δ, when the sidereal time θ obeys

    sin(θ + H - α) = -tan f tan δ,

which has two solutions a turn (one for each end of the circle) or none (for degrees that never rise, which are taken
for the nearest that do). So the window is cut at every passage of every boundary over the circle, at both ends, and
where an angle changes ends (beyond the polar circles and, for the vertex, between the tropics), and the sign in the
middle of each part counts for the whole part. A superfluous cut does no harm.
"""

from math import ceil, pi
from typing import Final

import numpy as np
from numba import types
from numpy.typing import NDArray

from astrarium.chart.detail import TOLD_ROWS, TOLD_TURNS
from astrarium.chart.kernel import MIDHEAVEN
from astrarium.chart.plan import ANGLES, PLAN, Plan
from astrarium.chart.tracks import FIRST_BOUNDARY, SIDEREAL_TIME, TRUE_OBLIQUITY, Tracks, value_at
from astrarium.sky.apparent import DEG, RAD, wrap_degrees
from astrarium.sky.compiling import kernel
from astrarium.sky.house_angles import angles_of, midheaven_side, orientation_of
from astrarium.sky.house_kernels import takes_upper_midheaven
from astrarium.sky.house_lookup import house_of
from astrarium.sky.trigonometry import arcsine, arctangent, sine_cosine

Array = NDArray[np.float64]

MOST_ROUNDS: Final = 12
ROOT_STEPS: Final = 1e-10  # two microseconds at most
TURN_DEG: Final = 360.0
HALF_TURN: Final = 180.0


@kernel("UniTuple(float64, 2)(int64, float64)")
def circle_of(angle: int, latitude_rad: float) -> tuple[float, float]:
    """The circle that an angle of `sky.house_angles.angles_of` lies on: H (rad) and tan f; infinity is the equator."""
    sine, cosine = sine_cosine(latitude_rad)
    tangent = sine / cosine if cosine != 0.0 else np.inf * sine
    cotangent = 1.0 / tangent if tangent != 0.0 else np.inf
    if angle == 0:
        return 0.5 * pi, tangent
    if angle == MIDHEAVEN:
        return 0.0, 0.0
    if angle == 2:
        return 0.5 * pi, -cotangent
    if angle == 3:
        return 0.5 * pi, 0.0
    if angle == 5:
        return 0.5 * pi, cotangent
    return 0.5 * pi, -tangent


@kernel("UniTuple(float64, 2)(float64, float64, float64)")
def ascension_and_difference(
    longitude_rad: float, obliquity_rad: float, tangent: float
) -> tuple[float, float]:
    """Right ascension α of a longitude, and asin(tan f tan δ), in degrees.

    A longitude that the circle never reaches is taken for the nearest one that it does: ±90°.
    """
    sine, cosine = sine_cosine(longitude_rad)
    sin_obliquity, cos_obliquity = sine_cosine(obliquity_rad)
    sin_declination = sin_obliquity * sine
    ascension = arctangent(cos_obliquity * sine, cosine)
    if sin_declination == 0.0 or tangent == 0.0:
        return ascension * DEG, 0.0
    excess = tangent * sin_declination / np.sqrt(1.0 - sin_declination * sin_declination)
    return ascension * DEG, arcsine(min(max(excess, -1.0), 1.0)) * DEG


@kernel("float64(float64[:, :, ::1], int64, int64, float64, float64, float64, float64)")
def sidereal_time_over(
    cubics: Array,
    boundary: int,
    end: int,
    hour_angle_rad: float,
    tangent: float,
    instant: float,
    near_deg: float,
) -> float:
    """The sidereal time (degrees) at which the first or second end of a circle lies over a boundary as it stands.

    `boundary` is a row of `cubics`, read at an instant in steps. The right ascension is taken in the turn in which it
    is nearest to `near_deg`, so that the result runs on without a jump as the boundary moves.
    """
    ascension, difference = ascension_and_difference(
        value_at(cubics[boundary], instant) * RAD, value_at(cubics[TRUE_OBLIQUITY], instant) * RAD, tangent
    )
    ascension += TURN_DEG * np.rint((near_deg - ascension) / TURN_DEG)
    crossing = ascension - difference if end == 0 else ascension + HALF_TURN + difference
    return float(crossing - hour_angle_rad * DEG)


@kernel("int64(float64[:, :, ::1], int64, int64, float64, float64, float64[::1], int64)")
def add_passages(
    cubics: Array, boundary: int, end: int, hour_angle_rad: float, tangent: float, cuts: Array, count: int
) -> int:
    """Add to `cuts` the instants (in steps) when a circle passes a boundary at one end; returns how many there are.

    `boundary` is a row of `cubics`. The sidereal time runs evenly and boundaries hardly move, so that the instant
    follows from the sidereal time asked for in two or three rounds.
    """
    steps = float(cubics.shape[1])
    sidereal = cubics[SIDEREAL_TIME]
    begin = value_at(sidereal, 0.0)
    rate = (value_at(sidereal, steps) - begin) / steps
    near, _ = ascension_and_difference(
        value_at(cubics[boundary], 0.5 * steps) * RAD,
        value_at(cubics[TRUE_OBLIQUITY], 0.5 * steps) * RAD,
        tangent,
    )
    asked = sidereal_time_over(cubics, boundary, end, hour_angle_rad, tangent, 0.5 * steps, near)
    turns = ceil((begin - asked) / TURN_DEG) - 1.0
    while count < cuts.size:
        instant = (asked + turns * TURN_DEG - begin) / rate
        if instant > steps + TURN_DEG / rate:
            break
        for _ in range(MOST_ROUNDS):
            inside = min(max(instant, 0.0), steps)
            target = sidereal_time_over(cubics, boundary, end, hour_angle_rad, tangent, inside, near)
            following = inside + (target + turns * TURN_DEG - value_at(sidereal, inside)) / rate
            settled = abs(following - instant) < ROOT_STEPS
            instant = following
            if settled:
                break
        if 0.0 < instant < steps:
            cuts[count] = instant
            count += 1
        turns += 1.0
    return count


@kernel("int64(float64[:, :, ::1], float64, float64[::1], int64)")
def add_changes_of_ends(cubics: Array, latitude_rad: float, cuts: Array, count: int) -> int:
    """Add the instants when the midheaven passes the horizon, or the vertex changes ends; returns how many there are.

    Both happen at given sines of the sidereal time: of -cot φ cot ε, and of ± tan φ cot ε.
    """
    steps = float(cubics.shape[1])
    sidereal = cubics[SIDEREAL_TIME]
    begin = value_at(sidereal, 0.0)
    rate = (value_at(sidereal, steps) - begin) / steps
    sine, cosine = sine_cosine(latitude_rad)
    sin_obliquity, cos_obliquity = sine_cosine(value_at(cubics[TRUE_OBLIQUITY], 0.5 * steps) * RAD)
    for kind in range(4):
        above, below = (sine, cosine) if kind >= 2 else (cosine, sine)
        above *= cos_obliquity if kind % 2 == 0 else -cos_obliquity
        below *= sin_obliquity
        if not abs(above) < abs(below):
            continue
        first = arcsine(above / below) * DEG
        for asked in (first, HALF_TURN - first):
            turns = float(ceil((begin - asked) / TURN_DEG))
            while count < cuts.size:
                instant = (asked + turns * TURN_DEG - begin) / rate
                if instant >= steps:
                    break
                if instant > 0.0:
                    cuts[count] = instant
                    count += 1
                turns += 1.0
    return count


@kernel("void(float64[::1], int64)")
def sort_cuts(cuts: Array, count: int) -> None:
    """Put the first `count` of some cuts in order, in place."""
    for i in range(1, count):
        cut = cuts[i]
        place = i
        while place > 0 and cuts[place - 1] > cut:
            cuts[place] = cuts[place - 1]
            place -= 1
        cuts[place] = cut


@kernel("float64(int64, int64, float64, float64, float64)")
def angle_deg(
    angle: int, house_system: int, armc_rad: float, latitude_rad: float, obliquity_rad: float
) -> float:
    """The longitude (degrees) of one angle of a chart with a house system, which may turn the midheaven upwards."""
    sky = orientation_of(armc_rad, latitude_rad, obliquity_rad)
    found = angles_of(sky)[angle] * DEG
    if angle == MIDHEAVEN and takes_upper_midheaven(house_system) and midheaven_side(sky) < 0.0:
        found += HALF_TURN
    return found


@kernel(
    types.void(
        PLAN,
        types.float64[:, :, ::1],
        types.float64,
        types.int64,
        types.float64[:, :, ::1],
    ),
    allocates=True,
)
def fill_angle_shares(plan: Plan, cubics: Array, latitude_rad: float, most_signs: int, shares: Array) -> None:
    """The shares of the window that each told angle spends in each sign, `shares[angle, frame, sign]`."""
    counts, house_system = plan.frames.counts, plan.house_system
    steps = float(cubics.shape[1])
    begin, last = value_at(cubics[SIDEREAL_TIME], 0.0), value_at(cubics[SIDEREAL_TIME], steps)
    room = 4 + int(2 * (most_signs + 4) * ((last - begin) / TURN_DEG + 2.0))
    cuts, starts = np.empty(room), np.empty(most_signs)
    shares[:] = 0.0
    for angle in range(ANGLES):
        hour_angle, tangent = circle_of(angle, latitude_rad)
        for frame in range(counts.size):
            boundary = FIRST_BOUNDARY + frame * most_signs
            count = add_changes_of_ends(cubics, latitude_rad, cuts, 0)
            for sign in range(counts[frame]):
                for end in range(2):
                    count = add_passages(cubics, boundary + sign, end, hour_angle, tangent, cuts, count)
            sort_cuts(cuts, count)
            early = 0.0
            for cut in range(count + 1):
                late = cuts[cut] if cut < count else steps
                if late > early:
                    middle = 0.5 * (early + late)
                    longitude = angle_deg(
                        angle,
                        house_system,
                        value_at(cubics[SIDEREAL_TIME], middle) * RAD,
                        latitude_rad,
                        value_at(cubics[TRUE_OBLIQUITY], middle) * RAD,
                    )
                    for sign in range(counts[frame]):
                        starts[sign] = wrap_degrees(value_at(cubics[boundary + sign], middle))
                    for told in range(len(TOLD_ROWS)):
                        if TOLD_ROWS[told] == angle:
                            part = house_of(wrap_degrees(longitude + TOLD_TURNS[told]), starts, counts[frame])
                            shares[told, frame, part - 1] += (late - early) / steps
                    early = late


def angle_shares(tracks: Tracks) -> Array:
    """The shares of the window that each told angle spends in the signs of every frame (angles, frames, most signs)."""
    selection = tracks.selection
    shares = np.empty((len(TOLD_ROWS), selection.layout.frames, tracks.most_signs))
    latitude_rad = tracks.spot.latitude_deg * RAD
    fill_angle_shares(selection.plan, tracks.cubics, latitude_rad, tracks.most_signs, shares)
    return shares


def angle_longitudes(tracks: Tracks) -> Array:
    """The longitudes of date (degrees) of each told angle at the window's start and end (2, angles)."""
    latitude_rad = tracks.spot.latitude_deg * RAD
    ends = np.empty((2, len(TOLD_ROWS)))
    for end in range(2):
        instant = float(end * tracks.cubics.shape[1])
        armc_rad = value_at(tracks.cubics[SIDEREAL_TIME], instant) * RAD
        obliquity_rad = value_at(tracks.cubics[TRUE_OBLIQUITY], instant) * RAD
        for told, (row, turn) in enumerate(zip(TOLD_ROWS, TOLD_TURNS, strict=True)):
            angle = angle_deg(row, tracks.selection.house_code, armc_rad, latitude_rad, obliquity_rad)
            ends[end, told] = wrap_degrees(angle + turn)
    return ends
