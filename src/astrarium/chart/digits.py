"""Kernels that write text into bytes: numbers in decimal digits, and pieces of a pool of text.

A number is written with as many decimals as it is rounded to, without the zeros at their end: the same number reads
back, since fifteen digits are told apart by a double. Each kernel returns where the next byte goes.
"""

from typing import Final

import numpy as np
from numba import types
from numpy.typing import NDArray

from astrarium.sky.compiling import kernel

Integers = NDArray[np.int64]
Bytes = NDArray[np.uint8]

MOST_NUMBER_BYTES: Final = 32
"""Room enough for any number written here."""

ZERO, MINUS, POINT, LETTER_E = 48, 45, 46, 101
NULL: Final = (110, 117, 108, 108)
MOST_DIGITS: Final = 19
POWERS: Final = tuple(10**exponent for exponent in range(MOST_DIGITS))
LEAST_PLAIN: Final = 10**5  # its inverse is the smallest number that msgspec writes without an exponent

BYTES: Final = types.uint8[::1]
BOUNDS: Final = types.int64[::1]


@kernel(types.int64(BYTES, types.int64, BYTES, types.int64, types.int64))
def put_bytes(out: Bytes, at: int, pool: Bytes, start: int, end: int) -> int:
    """Write the bytes of the pool from `start` to `end`."""
    # an index that cannot be negative is not counted from the end, and the loop becomes a few wide moves
    target, source = np.uint64(at), np.uint64(start)
    for index in range(np.uint64(end - start)):
        out[target + index] = pool[source + index]
    return at + end - start


@kernel(types.int64(BYTES, types.int64, BYTES, BOUNDS, types.int64))
def put(out: Bytes, at: int, pool: Bytes, bounds: Integers, piece: int) -> int:
    """Write a piece of the pool, which stands between two of its bounds."""
    return put_bytes(out, at, pool, bounds[piece], bounds[piece + 1])


@kernel(types.int64(BYTES, types.int64, types.int64, types.int64))
def put_padded(out: Bytes, at: int, number: int, width: int) -> int:
    """Write exactly the last `width` decimal digits of a number that is not negative."""
    ten, one = np.uint64(10), np.uint64(1)
    place, left = np.uint64(at + width), np.uint64(number)
    for _ in range(width):
        place -= one
        rest = left // ten
        out[place] = ZERO + (left - rest * ten)
        left = rest
    return at + width


@kernel(types.int64(BYTES, types.int64, types.int64, types.int64))
def put_whole(out: Bytes, at: int, number: int, width: int) -> int:
    """Write a number that is not negative in decimal digits, with zeros before it up to `width`."""
    count, power = 1, 10
    while number >= power and count < MOST_DIGITS:
        count += 1
        power *= 10
    return int(put_padded(out, at, number, max(count, width)))


@kernel(types.int64(BYTES, types.int64, types.int64, types.int64))
def put_decimals(out: Bytes, at: int, decimals: int, digits: int) -> int:
    """Write a point and `digits` decimals, not all of them zero, without the zeros at their end."""
    out[at] = POINT
    at = put_padded(out, at + 1, decimals, digits)
    while out[at - 1] == ZERO:
        at -= 1
    return at


@kernel(types.UniTuple(types.int64, 2)(types.float64, types.int64))
def parts_of(size: float, digits: int) -> tuple[int, int]:
    """The whole part of a number that is not negative, and its decimals as a whole number of 10^-digits."""
    scale = POWERS[digits]
    whole = int(size)
    decimals = int(np.rint(size * scale)) - whole * scale
    return (whole + 1, 0) if decimals == scale else (whole, decimals)


@kernel(types.int64(BYTES, types.int64, types.float64, types.int64))
def put_number(out: Bytes, at: int, value: float, digits: int) -> int:
    """Write a number of at most `digits` decimals; its size times 10^digits must be below 2^63."""
    whole, decimals = parts_of(abs(value), digits)
    if value < 0.0 and whole + decimals:
        out[at] = MINUS
        at += 1
    at = put_whole(out, at, whole, 1)
    return put_decimals(out, at, decimals, digits) if decimals else at


@kernel(types.int64(BYTES, types.int64, types.int64, types.int64))
def put_scientific(out: Bytes, at: int, decimals: int, digits: int) -> int:
    """Write a number less than 1, given as a whole number of 10^-digits that is not zero: 1.5e-7."""
    power, exponent = 1, digits
    while decimals >= power * 10:
        power *= 10
        exponent -= 1
    at = put_whole(out, at, decimals // power, 1)
    if decimals % power:
        at = put_decimals(out, at, decimals % power, digits - exponent)
    out[at], out[at + 1] = LETTER_E, MINUS
    return int(put_whole(out, at + 2, exponent, 1))


@kernel(types.int64(BYTES, types.int64, types.float64, types.int64))
def put_json_number(out: Bytes, at: int, value: float, digits: int) -> int:
    """Write a number of at most `digits` decimals as msgspec writes a float: 1.0, -0.0, 0.00001, 1.5e-7; NaN is null.

    Its size times 10^digits must be below 10^15.
    """
    if np.isnan(value):
        for index, letter in enumerate(NULL):
            out[at + index] = letter
        return at + len(NULL)
    if np.signbit(value):
        out[at] = MINUS
        at += 1
    whole, decimals = parts_of(abs(value), digits)
    if whole == 0 and decimals > 0 and decimals * LEAST_PLAIN < POWERS[digits]:
        return int(put_scientific(out, at, decimals, digits))
    at = put_whole(out, at, whole, 1)
    if decimals:
        return int(put_decimals(out, at, decimals, digits))
    out[at], out[at + 1] = POINT, ZERO
    return at + 2
