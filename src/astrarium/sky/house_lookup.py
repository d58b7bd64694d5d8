"""In which house a longitude stands.

Houses are half-open: a point on a cusp belongs to the house that the cusp opens. The rule for any list of cusps is
"the cusp that was passed last, walking in the direction in which the houses are numbered":

- cusps that rise once round the circle (nearly always): the nearest cusp at or before the longitude;
- cusps that fall once round the circle (Gauquelin's sectors, and some systems beyond the polar circles, whose house
  circles sweep the ecliptic backwards): the nearest cusp at or after the longitude;
- cusps in no order (Polich-Page beyond the polar circles): as for rising ones. A house whose arc others cover is
  then empty.

Of equal cusps the last in the order of the houses opens the house; the others have no width. Longitudes and cusps
are in one turn, [0, 2π) or [0, 360): these kernels only compare, so that they take either unit and put the neighbours
of a cusp in floating point on the right sides of it.
"""

import numpy as np
import numpy.typing as npt

from astrarium.sky.compiling import kernel

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

RISING = 1
FALLING = -1
UNORDERED = 0


@kernel()
def run_of_cusps(cusps: FloatArray, n: int) -> tuple[int, int]:
    """How the cusps run round the circle (RISING, FALLING, UNORDERED) and the index where that run begins."""
    falls = 0
    rises = 0
    lowest = 0
    highest = 0
    previous = cusps[n - 1]
    for i in range(n):
        cusp = cusps[i]
        if cusp < previous:
            falls += 1
            lowest = i
        elif cusp > previous:
            rises += 1
            highest = i
        previous = cusp
    if falls <= 1:
        return RISING, lowest
    if rises == 1:
        return FALLING, highest
    return UNORDERED, 0


@kernel()
def house_in_run(longitude: float, cusps: FloatArray, n: int, run: int, start: int) -> int:
    """`house_of` for a caller that has asked `run_of_cusps` once for many longitudes."""
    passed = 0
    if run == RISING:
        for i in range(n):
            passed += cusps[i] <= longitude
        return (start + passed + n - 1) % n + 1
    if run == FALLING:
        for i in range(n):
            passed += cusps[i] >= longitude
        return (start + passed + n - 1) % n + 1
    house = 0
    for i in range(n):
        if cusps[i] <= longitude and (house == 0 or cusps[i] >= cusps[house - 1]):
            house = i + 1
    if house == 0:
        house = 1
        for i in range(1, n):
            if cusps[i] >= cusps[house - 1]:
                house = i + 1
    return house


@kernel("int64(float64, float64[::1], int64)")
def house_of(longitude: float, cusps: FloatArray, n: int) -> int:
    """The house, counted from 1, that a longitude stands in, among the first `n` of `cusps`."""
    run, start = run_of_cusps(cusps, n)
    return house_in_run(longitude, cusps, n, run, start)


@kernel("void(float64[::1], float64[::1], int64, int64[::1])")
def fill_house_numbers(longitudes: FloatArray, cusps: FloatArray, n: int, out: IntArray) -> None:
    """`house_of` for many longitudes and the same cusps, into `out`."""
    run, start = run_of_cusps(cusps, n)
    for j in range(longitudes.shape[0]):
        out[j] = house_in_run(longitudes[j], cusps, n, run, start)


@kernel("void(float64, float64[::1], int64, float64[::1])")
def fill_whole_sign(ascendant: float, sign_starts: FloatArray, n: int, out: FloatArray) -> None:
    """Houses that are whole signs, counted from the sign of the ascendant, into the first `n` of `out`.

    `sign_starts` are the longitudes where the `n` signs begin, in the order of the zodiac, in the frame and the unit
    of the ascendant.
    """
    sign = house_of(ascendant, sign_starts, n) - 1
    after = n - sign
    for i in range(after):
        out[i] = sign_starts[sign + i]
    for i in range(sign):
        out[after + i] = sign_starts[i]
