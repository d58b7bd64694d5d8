"""Time scales: from universal time, as civil life keeps it, to TT, and from TT to the Earth's turning (UT1).

From 1972 on universal time is UTC and the leap seconds lead to TT. Before, civil time is taken as UT1 and ΔT leads
to TT; no leap second is known after 2017, so 37 s are carried on. Dates have two parts, the day at midnight (x.5)
and the fraction.
"""

import hashlib
from functools import cache
from math import floor
from pathlib import Path
from typing import Final

import msgspec
import numpy as np
from numba import types
from numpy.typing import ArrayLike, NDArray

from astrarium.sky.compiling import kernel

Array = NDArray[np.float64]

DELTA_T_PATH: Final = Path(__file__).parent.parent / "data" / "delta_t.npy"
FIRST_JD: Final = 2287167.5
STEP_DAYS: Final = 10.0
TT_MINUS_TAI_S: Final = 32.184
UTC_FROM_JD: Final = 2441317.5  # 1972-01-01

# Julian dates (UTC) from which TAI − UTC is 10, 11, … s: IERS Bulletin C.
LEAP_JD: Final = (
    2441317.5, 2441499.5, 2441683.5, 2442048.5, 2442413.5, 2442778.5, 2443144.5, 2443509.5, 2443874.5, 2444239.5,
    2444786.5, 2445151.5, 2445516.5, 2446247.5, 2447161.5, 2447892.5, 2448257.5, 2448804.5, 2449169.5, 2449534.5,
    2450083.5, 2450630.5, 2451179.5, 2453736.5, 2454832.5, 2456109.5, 2457204.5, 2457754.5,
)  # fmt: skip
FIRST_TAI_MINUS_UTC_S: Final = 10.0

READ_ONLY_TABLE: Final = types.Array(types.float64, 2, "C", readonly=True)


class Instants(msgspec.Struct, frozen=True):
    """Instants ready for the kernels: TT in two parts (arrays of one length) and ΔT in seconds at each.

    Make them with `from_universal` or `from_terrestrial`.
    """

    tt_day: Array
    tt_fraction: Array
    delta_t_s: Array

    @property
    def size(self) -> int:
        """How many."""
        return self.tt_day.size


@cache
def delta_t_table() -> Array:
    """ΔT and its standard error (s), every `STEP_DAYS` from `FIRST_JD`; shape (n, 2), read only."""
    table: Array = np.load(DELTA_T_PATH)
    table.flags.writeable = False
    return table


@cache
def delta_t_digest() -> str:
    """The SHA-256 of the table of ΔT, `sha256:…`: for receipts."""
    return f"sha256:{hashlib.sha256(DELTA_T_PATH.read_bytes()).hexdigest()}"


@kernel(types.float64(READ_ONLY_TABLE, types.float64, types.int64))
def interpolate_delta_t(table: Array, jd_tt: float, column: int) -> float:
    """ΔT (column 0) or its standard error (column 1) at a TT, in seconds; the ends' values outside the table."""
    position = (jd_tt - FIRST_JD) / STEP_DAYS
    last = table.shape[0] - 1
    if not position > 0.0:
        return float(table[0, column])
    if position >= last:
        return float(table[last, column])
    row = int(position)
    share = position - row
    return float(table[row, column] + share * (table[row + 1, column] - table[row, column]))


@kernel(types.void(READ_ONLY_TABLE, types.float64[::1], types.int64, types.float64[::1]))
def _interpolate_many(table: Array, jd_tt: Array, column: int, result: Array) -> None:
    for i in range(jd_tt.size):
        result[i] = interpolate_delta_t(table, jd_tt[i], column)


@kernel(
    types.void(
        READ_ONLY_TABLE,
        types.float64[::1],
        types.float64[::1],
        types.float64[::1],
        types.float64[::1],
        types.float64[::1],
    ),
)
def _tt_of_universal(
    table: Array, ut_day: Array, ut_fraction: Array, tt_day: Array, tt_fraction: Array, delta_t_s: Array
) -> None:
    for i in range(ut_day.size):
        jd = ut_day[i] + ut_fraction[i]
        if jd >= UTC_FROM_JD:
            steps = 0
            while steps < len(LEAP_JD) and jd >= LEAP_JD[steps]:
                steps += 1
            ahead_s = TT_MINUS_TAI_S + FIRST_TAI_MINUS_UTC_S + (steps - 1)
        else:
            ahead_s = interpolate_delta_t(table, jd, 0)
            ahead_s = interpolate_delta_t(table, jd + ahead_s / 86400.0, 0)
        fraction = ut_fraction[i] + ahead_s / 86400.0
        whole = np.floor(fraction)
        tt_day[i] = ut_day[i] + whole
        tt_fraction[i] = fraction - whole
        delta_t_s[i] = (
            ahead_s if jd < UTC_FROM_JD else interpolate_delta_t(table, tt_day[i] + tt_fraction[i], 0)
        )


def from_universal(jd_ut_day: ArrayLike, jd_ut_fraction: ArrayLike) -> Instants:
    """Instants of universal time in two parts: UTC from 1972-01-01 on, UT1 before.

    The day stands at midnight (x.5); a fraction outside [0, 1) carries into the day. Not-finite dates stay
    not finite; the positions say so.
    """
    day, fraction = two_parts(jd_ut_day, jd_ut_fraction)
    result = Instants(np.empty_like(day), np.empty_like(day), np.empty_like(day))
    _tt_of_universal(delta_t_table(), day, fraction, result.tt_day, result.tt_fraction, result.delta_t_s)
    return result


def from_terrestrial(jd_tt_day: ArrayLike, jd_tt_fraction: ArrayLike) -> Instants:
    """Instants of TT in two parts."""
    day, fraction = two_parts(jd_tt_day, jd_tt_fraction)
    return Instants(day, fraction, delta_t(day, fraction))


def delta_t(jd_tt_day: ArrayLike, jd_tt_fraction: ArrayLike) -> Array:
    """ΔT = TT − UT1 in seconds at instants of TT; 0.01 s from 1962 to today, its standard error otherwise."""
    return _column(jd_tt_day, jd_tt_fraction, 0)


def delta_t_sigma(jd_tt_day: ArrayLike, jd_tt_fraction: ArrayLike) -> Array:
    """Standard error of `delta_t` in seconds."""
    return _column(jd_tt_day, jd_tt_fraction, 1)


def delta_t_sigma_at(jd_tt: float) -> float:
    """Standard error of `delta_t` in seconds at one instant."""
    return float(interpolate_delta_t(delta_t_table(), jd_tt, 1))


def _column(jd_day: ArrayLike, jd_fraction: ArrayLike, column: int) -> Array:
    day, fraction = two_parts(jd_day, jd_fraction)
    result = np.empty_like(day)
    _interpolate_many(delta_t_table(), day + fraction, column, result)
    return result


@kernel(types.void(types.float64[::1], types.float64[::1]))
def _carry(days: Array, fractions: Array) -> None:
    """Carry fractions into [0, 1) and days to midnight, in place; what is not finite becomes NaN."""
    for i in range(days.size):
        midnight = floor(days[i] - 0.5) + 0.5
        rest = (days[i] - midnight) + fractions[i]
        whole = floor(rest)
        days[i] = midnight + whole
        fractions[i] = rest - whole


def two_parts(day: ArrayLike, fraction: ArrayLike) -> tuple[Array, Array]:
    """Two one-dimensional arrays of one length, fractions carried into [0, 1) and days to midnight."""
    days = np.array(day, dtype=np.float64, ndmin=1)
    fractions = np.array(fraction, dtype=np.float64, ndmin=1)
    if days.shape != fractions.shape:
        days, fractions = (np.array(one) for one in np.broadcast_arrays(days, fractions))
    _carry(days, fractions)
    return days, fractions
