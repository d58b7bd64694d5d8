"""Houses cut out of the ecliptic by great circles.

Each system fixes a family of circles and spaces them evenly on some other circle of the sky:

- *position circles* run through the north and south points of the horizon. The one that crosses the equator at the
  eastward hour angle H is (s, c, p) = (sin H cos φ, cos H cos φ, sin H sin φ) for `ecliptic_crossing`;
- *vertical circles* run through zenith and nadir: position circles for the co-latitude;
- *hour circles* run through the poles of the equator: p = 0.

A cusp lies on the half of its position circle, from the north point to the south point, that passes through the point
that was divided off. Where the midheaven stands below the horizon (beyond the polar circles) that makes the 10th cusp
the opposite point, the one on the upper half of the meridian, as in the reference data, and the houses run against
the zodiac.

Every function fills the first twelve of `out`; the 1st and 10th cusps must stand there already where it says so.
"""

import math

import numpy as np
import numpy.typing as npt

from astrarium.sky.compiling import kernel
from astrarium.sky.house_angles import Orientation, ecliptic_crossing, midheaven_side, wrapped
from astrarium.sky.house_arcs import fill_opposite
from astrarium.sky.trigonometry import arctangent, sine_cosine

FloatArray = npt.NDArray[np.float64]

CUSPS = (10, 11, 1, 2, 0)
SINES = (0.5, math.sqrt(0.75), math.sqrt(0.75), 0.5, 1.0)
COSINES = (math.sqrt(0.75), 0.5, -0.5, -math.sqrt(0.75), 0.0)
THIRDS = (1.0 / 3.0, 2.0 / 3.0, 2.0 / 3.0, 1.0 / 3.0)
"""Steps of 30° from the meridian eastward: the cusps (counted from 0) that they lead to, their sines and cosines;
last the quarter, for the systems that do not begin at the ascendant. And thirds of the way to the horizon."""


@kernel()
def _turn_midheaven(side: float, out: FloatArray) -> None:
    if side < 0.0:
        out[9] = wrapped(out[9] + math.pi)


@kernel()
def fill_regiomontanus(sky: Orientation, out: FloatArray) -> None:
    """Position circles even on the equator (Regiomontanus, Tabulae directionum, 1490). Needs cusps 1 and 10."""
    side = midheaven_side(sky)
    _turn_midheaven(side, out)
    for i in range(4):
        s = side * SINES[i]
        c = side * COSINES[i]
        out[CUSPS[i]] = ecliptic_crossing(
            sky, s * sky.cos_latitude, c * sky.cos_latitude, s * sky.sin_latitude
        )
    fill_opposite(out)


@kernel()
def fill_polich_page(sky: Orientation, out: FloatArray) -> None:
    """Like Regiomontanus, but with tan f = tan φ / 3 and 2 tan φ / 3 for the circles' own latitudes f.

    The "topocentric" houses (Vendel Polich and A. P. Nelson Page, 1964), nearly Placidus. Needs cusps 1 and 10.
    """
    side = midheaven_side(sky)
    _turn_midheaven(side, out)
    for i in range(4):
        scale = side * sky.cos_latitude
        out[CUSPS[i]] = ecliptic_crossing(
            sky, scale * SINES[i], scale * COSINES[i], side * THIRDS[i] * sky.sin_latitude
        )
    fill_opposite(out)


@kernel()
def fill_campanus(sky: Orientation, out: FloatArray) -> None:
    """Position circles even on the prime vertical (Campanus of Novara, 13th century). Needs cusps 1 and 10.

    The circle at the distance z from the zenith has tan H = tan z cos φ.
    """
    side = midheaven_side(sky)
    _turn_midheaven(side, out)
    for i in range(4):
        s = side * SINES[i]
        out[CUSPS[i]] = ecliptic_crossing(sky, s * sky.cos_latitude, side * COSINES[i], s * sky.sin_latitude)
    fill_opposite(out)


@kernel()
def fill_azimuthal(sky: Orientation, out: FloatArray) -> None:
    """Vertical circles even on the horizon, "horizontal" houses; the 1st is the antivertex. Needs cusp 10.

    A cusp lies on the half of its vertical circle, from zenith to nadir, that passes through its point of the horizon;
    where the midheaven culminates on the pole's side of the zenith (between the tropics), on the other half, as the
    midheaven itself does then. The houses then run against the zodiac.
    """
    north = 1.0 if sky.sin_latitude >= 0.0 else -1.0
    for i in range(5):
        s = SINES[i] * north
        out[CUSPS[i]] = ecliptic_crossing(sky, s * sky.sin_latitude, COSINES[i], -s * sky.cos_latitude)
    fill_opposite(out)


@kernel()
def fill_meridian(sky: Orientation, out: FloatArray) -> None:
    """Hour circles even on the equator, from the meridian ("axial rotation"; David Cope, 20th century).

    Needs cusp 10; the 1st is the equatorial ascendant.
    """
    for i in range(5):
        out[CUSPS[i]] = ecliptic_crossing(sky, SINES[i], COSINES[i], 0.0)
    fill_opposite(out)


@kernel()
def fill_morinus(sky: Orientation, out: FloatArray) -> None:
    """Points even on the equator, from the meridian, by circles of longitude (J.-B. Morin, 1661)."""
    out[9] = wrapped(arctangent(sky.sin_armc * sky.cos_obliquity, sky.cos_armc))
    for i in range(5):
        x = sky.cos_armc * COSINES[i] - sky.sin_armc * SINES[i]
        y = sky.sin_armc * COSINES[i] + sky.cos_armc * SINES[i]
        out[CUSPS[i]] = wrapped(arctangent(y * sky.cos_obliquity, x))
    fill_opposite(out)


@kernel()
def hour_circle_of(sky: Orientation, longitude_rad: float) -> tuple[float, float]:
    """The equatorial part (s, c) of a point of the ecliptic: cos δ sin H, cos δ cos H."""
    sine, x = sine_cosine(longitude_rad)
    y = sine * sky.cos_obliquity
    return y * sky.cos_armc - x * sky.sin_armc, x * sky.cos_armc + y * sky.sin_armc


@kernel()
def fill_carter(sky: Orientation, out: FloatArray) -> None:
    """Hour circles even on the equator, from the ascendant's ("poli-equatorial"; C. E. O. Carter). Needs cusp 1."""
    s, c = hour_circle_of(sky, out[0])
    for i in range(4):
        # SINES and COSINES lead from the meridian; a quarter less leads from the ascendant.
        out[CUSPS[i]] = ecliptic_crossing(
            sky, s * SINES[i] - c * COSINES[i], c * SINES[i] + s * COSINES[i], 0.0
        )
    out[9] = ecliptic_crossing(sky, -c, s, 0.0)
    fill_opposite(out)


@kernel()
def fill_krusinski(sky: Orientation, out: FloatArray) -> None:
    """Hour circles through even points of the great circle of ascendant and zenith (Bogdan Krusiński, 1995).

    Described before by Milan Pisa and by Georg Goelzer. Needs cusps 1 and 10.
    """
    s, c = hour_circle_of(sky, out[0])
    for i in range(4):
        out[CUSPS[i]] = ecliptic_crossing(
            sky, s * SINES[i], c * SINES[i] + sky.cos_latitude * COSINES[i], 0.0
        )
    fill_opposite(out)


@kernel()
def fill_alcabitius(sky: Orientation, out: FloatArray) -> None:
    """Hour circles that trisect the semi-arcs of the ascendant (al-Qabīṣī, 10th century). Needs cusps 1 and 10."""
    s, c = hour_circle_of(sky, out[0])
    day_third = arctangent(s, c) / 3.0
    night_third = math.pi / 3.0 - day_third
    sine, cosine = sine_cosine(day_third)
    out[10] = ecliptic_crossing(sky, sine, cosine, 0.0)
    sine, cosine = sine_cosine(2.0 * day_third)
    out[11] = ecliptic_crossing(sky, sine, cosine, 0.0)
    sine, cosine = sine_cosine(2.0 * night_third)
    out[1] = ecliptic_crossing(sky, sine, -cosine, 0.0)
    sine, cosine = sine_cosine(night_third)
    out[2] = ecliptic_crossing(sky, sine, -cosine, 0.0)
    fill_opposite(out)


@kernel()
def fill_parallel_circles(sky: Orientation, semi_arc_rad: float, out: FloatArray) -> None:
    """Position circles through the points that trisect both semi-arcs of a parallel of declination.

    The parallel is named by its diurnal semi-arc A, cos A = -tan φ tan δ; the position circle of its point at the
    eastward hour angle H has the equatorial direction (sin H, cos H - cos A). The upper cusps trisect the day and the
    lower ones the night, so that opposite cusps other than the angles are not opposite. Needs cusps 1 and 10.

    With the ascendant's parallel: APC houses (L. Knegt's ascendant-parallel circle, the Dutch Ram school). With the
    Sun's: sunshine houses (Bob Makransky, Primary Directions, 1988).
    """
    side = midheaven_side(sky)
    _turn_midheaven(side, out)
    night_rad = math.pi - semi_arc_rad
    _, cos_semi_arc = sine_cosine(semi_arc_rad)
    for i in range(4):
        hour_angle = THIRDS[i] * semi_arc_rad if i < 2 else math.pi - THIRDS[i] * night_rad
        sine, cosine = sine_cosine(hour_angle)
        s = side * sine
        c = side * (cosine - cos_semi_arc) * sky.cos_latitude
        east = CUSPS[i]
        out[east] = ecliptic_crossing(sky, s * sky.cos_latitude, c, s * sky.sin_latitude)
        out[(18 - east) % 12] = ecliptic_crossing(sky, -s * sky.cos_latitude, c, -s * sky.sin_latitude)
    out[3] = wrapped(out[9] + math.pi)
    out[6] = wrapped(out[0] + math.pi)


@kernel()
def fill_apc(sky: Orientation, out: FloatArray) -> None:
    """`fill_parallel_circles` for the ascendant's parallel; its semi-arc is the ascendant's own hour angle."""
    s, c = hour_circle_of(sky, out[0])
    fill_parallel_circles(sky, abs(arctangent(s, c)), out)
