"""The angles of a chart: where the ecliptic meets the horizon, the meridian and the circles built on them.

Every angle, and every cusp cut by a great circle, comes from one primitive, `ecliptic_crossing`. Sines and cosines of
the latitude appear in it, never its tangent, so that it holds at the poles too.

Conventions, those of the reference data. The ascendant is the ecliptic's point on the eastern horizon, the one that
rises, beyond the polar circles too; it always follows the midheaven by less than 180°. The midheaven is the point with
the right ascension of the meridian; beyond the polar circles it may stand below the horizon. The vertex stays west: it
precedes the midheaven by less than 180°. On the equator, where the prime vertical is the equator and both of its ends
have an equal claim, the vertex is the limit from the north.
"""

import math
from typing import NamedTuple

from astrarium.sky.compiling import kernel
from astrarium.sky.trigonometry import arctangent, sine_cosine

TAU = 2.0 * math.pi
QUARTER = 0.5 * math.pi

AngleSet = tuple[float, float, float, float, float, float, float]


class Orientation(NamedTuple):
    """How the ecliptic stands at a place: sines and cosines of sidereal time, latitude and obliquity."""

    sin_armc: float
    cos_armc: float
    sin_latitude: float
    cos_latitude: float
    sin_obliquity: float
    cos_obliquity: float


@kernel()
def orientation_of(armc_rad: float, latitude_rad: float, obliquity_rad: float) -> Orientation:
    """The `Orientation` of a sidereal time, a geographic latitude and an obliquity in radians."""
    sin_armc, cos_armc = sine_cosine(armc_rad)
    sin_latitude, cos_latitude = sine_cosine(latitude_rad)
    sin_obliquity, cos_obliquity = sine_cosine(obliquity_rad)
    return Orientation(sin_armc, cos_armc, sin_latitude, cos_latitude, sin_obliquity, cos_obliquity)


@kernel()
def sine_and_cosine(angle_deg: float) -> tuple[float, float]:
    """Sine and cosine of degrees, exact at every quarter turn, so that a pole is a pole."""
    if abs(angle_deg) > 1e9:
        angle_deg = angle_deg % 360.0
    quarters = math.floor(angle_deg / 90.0 + 0.5)
    rest_rad = math.radians(angle_deg - 90.0 * quarters)
    sine, cosine = sine_cosine(rest_rad)
    turn = quarters & 3
    if turn == 0:
        return sine, cosine
    if turn == 1:
        return cosine, -sine
    if turn == 2:
        return -sine, -cosine
    return -cosine, sine


@kernel()
def orientation_of_degrees(armc_deg: float, latitude_deg: float, obliquity_deg: float) -> Orientation:
    """`orientation_of` for degrees."""
    sin_armc, cos_armc = sine_and_cosine(armc_deg)
    sin_latitude, cos_latitude = sine_and_cosine(latitude_deg)
    sin_obliquity, cos_obliquity = sine_and_cosine(obliquity_deg)
    return Orientation(sin_armc, cos_armc, sin_latitude, cos_latitude, sin_obliquity, cos_obliquity)


@kernel()
def wrapped(angle_rad: float) -> float:
    """The same direction in [0, 2π), for an angle between -2π and 4π."""
    if angle_rad < 0.0:
        angle_rad += TAU
    if angle_rad >= TAU:
        angle_rad -= TAU
    return angle_rad + 0.0  # never -0.0


@kernel()
def ecliptic_crossing(sky: Orientation, s: float, c: float, p: float) -> float:
    """The ecliptic longitude, in [0, 2π), where a great circle meets the ecliptic, at one of the two ends.

    The circle crosses the equator at the hour angle H, counted *eastward* from the meridian, and stands there as the
    horizon of the latitude f stands in its east point: with one factor common to all three, s ∝ sin H, c ∝ cos H,
    p ∝ tan f. So (0, 1, 0) is the meridian, (1, 0, 0) the hour circle of the east point, (cos φ, 0, sin φ) the
    horizon. As long as |f| < 90° - ε the end is the one less than 90° from that point of the equator; for steeper
    circles the formula runs on without a jump, and a negative common factor gives the other end.
    """
    return wrapped(
        arctangent(
            sky.sin_armc * c + sky.cos_armc * s,
            (sky.cos_armc * c - sky.sin_armc * s) * sky.cos_obliquity - p * sky.sin_obliquity,
        )
    )


@kernel()
def midheaven_side(sky: Orientation) -> float:
    """1.0 where the midheaven stands above the horizon or in it, -1.0 where it stands below.

    It is also the factor that makes `ecliptic_crossing` give the eastern end of the horizon, and of every circle
    through its north and south points the end on the half that `s` and `c` name.
    """
    altitude = sky.cos_obliquity * sky.cos_latitude + sky.sin_obliquity * sky.sin_latitude * sky.sin_armc
    return -1.0 if altitude < 0.0 else 1.0


@kernel()
def angles_of(sky: Orientation) -> AngleSet:
    """`angles` for a caller that has the orientation already."""
    north = 1.0 if sky.sin_latitude >= 0.0 else -1.0
    sin_colatitude = sky.cos_latitude * north
    cos_colatitude = sky.sin_latitude * north
    side = midheaven_side(sky)
    west = -1.0
    if sin_colatitude * sky.sin_obliquity * sky.sin_armc > sky.cos_obliquity * cos_colatitude:
        west = 1.0
    co_ascendant_koch = ecliptic_crossing(sky, sky.cos_latitude, 0.0, -sky.sin_latitude)
    return (
        ecliptic_crossing(sky, side * sky.cos_latitude, 0.0, side * sky.sin_latitude),
        ecliptic_crossing(sky, 0.0, 1.0, 0.0),
        ecliptic_crossing(sky, west * cos_colatitude, 0.0, -west * sin_colatitude),
        ecliptic_crossing(sky, 1.0, 0.0, 0.0),
        co_ascendant_koch,
        ecliptic_crossing(sky, cos_colatitude, 0.0, sin_colatitude),
        wrapped(co_ascendant_koch + math.pi),
    )


@kernel("UniTuple(float64, 7)(float64, float64, float64)")
def angles(armc_rad: float, latitude_rad: float, obliquity_rad: float) -> AngleSet:
    """The seven angles of a sky, as ecliptic longitudes of date in radians, in [0, 2π).

    Args:
        armc_rad: right ascension of the meridian (local apparent sidereal time).
        latitude_rad: geographic latitude, -π/2 to π/2; a pole is the limit of its own meridian.
        obliquity_rad: true obliquity of the ecliptic.

    Returns:
        ascendant, midheaven, vertex, equatorial ascendant (what rises on the equator at this sidereal time, the "east
        point"), co-ascendant after Walter Koch, co-ascendant after Michael Munkasey (what rises at the co-latitude),
        polar ascendant after Munkasey (opposite to Koch's co-ascendant). Where the whole ecliptic lies in the
        horizon (on a polar circle, once a day) the ascendant is any direction, never NaN.
    """
    return angles_of(orientation_of(armc_rad, latitude_rad, obliquity_rad))
