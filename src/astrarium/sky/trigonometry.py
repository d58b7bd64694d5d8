"""Sine, cosine and arctangent for the kernels: plain arithmetic, the same bits on every machine.

The C library's functions differ in the last bit between machines, and a receipt must not. These also cost half as
much, since sine and cosine come together and the arctangent takes one division. Absolute errors stay below 3e-16
(tested against the C library), far under the table's. None of them branches, so that a loop over many angles does
several at a time, to the same bits.
"""

from math import atan, nan, pi, sqrt

import numpy as np

from astrarium.sky.compiling import kernel

# π/2 in three parts: the first two have 33 bits, so that their products with a small integer are exact.
HALF_PI_HIGH = float.fromhex("0x1.921fb544p+0")
HALF_PI_MIDDLE = float.fromhex("0x1.0b4611a6p-34")
HALF_PI_LOW = float.fromhex("0x1.3198a2e037073p-69")
TWO_OVER_PI = 2.0 / pi

ATAN_1_4, ATAN_2_4, ATAN_3_4, ATAN_4_4 = (atan(quarter / 4.0) for quarter in range(1, 5))


@kernel("UniTuple(float64, 2)(float64)", inlined=True)
def sine_cosine(angle_rad: float) -> tuple[float, float]:
    """Sine and cosine of an angle of less than a million turns.

    The angle is reduced to [-π/4, π/4] (Cody & Waite), where Taylor's series to the 15th and 16th power leave 5e-17.
    """
    quadrant = np.floor(angle_rad * TWO_OVER_PI + 0.5)
    x = ((angle_rad - quadrant * HALF_PI_HIGH) - quadrant * HALF_PI_MIDDLE) - quadrant * HALF_PI_LOW
    q = x * x
    s = x + x * q * (
        -1.0 / 6.0
        + q * (
            1.0 / 120.0
            + q * (
                -1.0 / 5040.0
                + q * (
                    1.0 / 362880.0
                    + q * (-1.0 / 39916800.0 + q * (1.0 / 6227020800.0 - q * (1.0 / 1307674368000.0)))
                )
            )
        )
    )  # fmt: skip
    c = 1.0 + q * (
        -0.5
        + q * (
            1.0 / 24.0
            + q * (
                -1.0 / 720.0
                + q * (
                    1.0 / 40320.0
                    + q * (
                        -1.0 / 3628800.0
                        + q * (1.0 / 479001600.0 + q * (-1.0 / 87178291200.0 + q * (1.0 / 20922789888000.0)))
                    )
                )
            )
        )
    )  # fmt: skip
    turn = quadrant - 4.0 * np.floor(0.25 * quadrant)
    is_odd = abs(turn - 2.0) == 1.0
    sine = c if is_odd else s
    cosine = s if is_odd else c
    return -sine if turn >= 2.0 else sine, -cosine if abs(turn - 1.5) < 1.0 else cosine


@kernel("float64(float64, float64)", inlined=True, error_model="numpy")
def arctangent(y: float, x: float) -> float:
    """The angle of the direction (x, y) in (-π, π]; 0 for the origin, as `math.atan2`, but for signed zeros.

    The smaller coordinate over the larger is reduced by the nearest quarter c, atan t = atan c + atan (t-c)/(1+tc),
    to at most 0.13, where the series to the 17th power leaves 1e-17.
    """
    ax, ay = abs(x), abs(y)
    is_steep = ay > ax
    small = ax if is_steep else ay
    large = ay if is_steep else ax
    eighth = 8.0 * small
    c = 0.25 if eighth > large else 0.0
    angle = ATAN_1_4 if eighth > large else 0.0
    c = 0.5 if eighth > 3.0 * large else c
    angle = ATAN_2_4 if eighth > 3.0 * large else angle
    c = 0.75 if eighth > 5.0 * large else c
    angle = ATAN_3_4 if eighth > 5.0 * large else angle
    c = 1.0 if eighth > 7.0 * large else c
    angle = ATAN_4_4 if eighth > 7.0 * large else angle
    below = large + c * small
    t = (small - c * large) / (below if below > 0.0 else 1.0)
    q = t * t
    angle += t + t * q * (
        -1.0 / 3.0
        + q * (
            0.2
            + q * (
                -1.0 / 7.0
                + q * (1.0 / 9.0 + q * (-1.0 / 11.0 + q * (1.0 / 13.0 + q * (-1.0 / 15.0 + q * (1.0 / 17.0)))))
            )
        )
    )  # fmt: skip
    angle = 0.5 * pi - angle if is_steep else angle
    angle = pi - angle if x < 0.0 else angle
    angle = -angle if y < 0.0 else angle
    return angle if (x == x) & (y == y) else nan  # noqa: PLR0124 - neither is NaN


@kernel("float64(float64)", inlined=True)
def arcsine(sine: float) -> float:
    """The angle in [-π/2, π/2] whose sine is given, at most 1 in size."""
    return arctangent(sine, sqrt((1.0 - sine) * (1.0 + sine)))
