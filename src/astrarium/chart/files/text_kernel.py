"""The kernel that writes rows of text, CSV or JSON alike: numbers, words and instants between fixed pieces of bytes.

All text lies in one pool of bytes; a piece is named by its number, and `bounds` says where it begins and ends.
"""

from typing import Final, NamedTuple

import numpy as np
from numba import types
from numpy.typing import NDArray

from astrarium.chart.digits import BOUNDS, BYTES, MINUS, POINT, Bytes, Integers, put, put_number, put_whole
from astrarium.sky.compiling import kernel

Array = NDArray[np.float64]

NUMBER, WORD, TIME, LIST = 0, 1, 2, 3
NO_PIECE: Final = -1
TIME_BYTES: Final = 30
DAY_US: Final = 86_400_000_000
COLON, LETTER_T, LETTER_Z = 58, 84, 90


class Pieces(NamedTuple):
    """The fixed pieces of a row: what stands for nothing, around an instant, and at the row's end."""

    nothing: int
    quote: int
    ending: int


@kernel(types.int64(BYTES, types.int64, types.int64))
def put_time(out: Bytes, at: int, microseconds: int) -> int:
    """Write microseconds since 1970-01-01 as `YYYY-MM-DDTHH:MM:SS[.ffffff]Z` (`civil.calendars.iso_utc`)."""
    day = microseconds // DAY_US
    rest = microseconds - day * DAY_US
    day += 719_468  # from 1 March of year 0, as in `civil.calendars`
    era = day // 146_097
    day_of_era = day - era * 146_097
    year = (day_of_era - day_of_era // 1_460 + day_of_era // 36_524 - day_of_era // 146_096) // 365
    day_of_year = day_of_era - (365 * year + year // 4 - year // 100)
    march_month = (5 * day_of_year + 2) // 153
    month = march_month + 3 if march_month < 10 else march_month - 9
    at = put_whole(out, at, era * 400 + year + (1 if month < 3 else 0), 4)
    out[at] = MINUS
    at = put_whole(out, at + 1, month, 2)
    out[at] = MINUS
    at = put_whole(out, at + 1, day_of_year - (153 * march_month + 2) // 5 + 1, 2)
    out[at] = LETTER_T
    seconds = rest // 1_000_000
    at = put_whole(out, at + 1, seconds // 3_600, 2)
    out[at] = COLON
    at = put_whole(out, at + 1, seconds // 60 % 60, 2)
    out[at] = COLON
    at = put_whole(out, at + 1, seconds % 60, 2)
    if rest % 1_000_000:
        out[at] = POINT
        at = put_whole(out, at + 1, rest % 1_000_000, 6)
    out[at] = LETTER_Z
    return at + 1


@kernel(
    types.int64(
        types.int64[::1],
        types.int64[::1],
        types.int64[::1],
        types.UniTuple(types.int64, 3),
        types.float64[:, ::1],
        types.int64[::1],
        types.int64[:, ::1],
        types.int64[:, ::1],
        types.int64[::1],
        types.int64[:, ::1],
        types.float64[:, ::1],
        types.int64[::1],
        types.int64[::1],
        types.boolean[::1],
        BYTES,
        BOUNDS,
        BYTES,
    )
)
def fill_lines(
    kinds: Integers,
    slots: Integers,
    prefixes: Integers,
    fixed: tuple[int, int, int],
    numbers: Array,
    digits: Integers,
    words: Integers,
    times: Integers,
    list_offsets: Integers,
    list_pieces: Integers,
    list_numbers: Array,
    list_digits: Integers,
    list_fixed: Integers,
    list_there: NDArray[np.bool_],
    pool: Bytes,
    bounds: Integers,
    out: Bytes,
) -> int:
    """Write all rows; returns their bytes. `out` must be long enough.

    A column has a kind, a slot (its row of `numbers`, `words` or `times`) and a piece before it. `fixed` are the
    pieces of `Pieces`. `words[slot, row]` is a piece or `NO_PIECE`; `times[slot, row]` are microseconds, the least
    int64 for nothing. Item i of the lists (row r has `list_offsets[r]` to `list_offsets[r + 1]`) is written as
    `list_pieces[0, i]`, then each number of `list_numbers[:, i]` and the piece `list_pieces[1 + n, i]`;
    `list_fixed` opens, separates and closes a list, where `list_there` says that the row has one.
    """
    nothing, quote, ending = fixed
    least = np.iinfo(np.int64).min
    at = 0
    for row in range(list_offsets.size - 1):
        for column in range(kinds.size):
            at = put(out, at, pool, bounds, prefixes[column])
            kind, slot = kinds[column], slots[column]
            if kind == NUMBER:
                value = numbers[slot, row]
                if np.isnan(value):
                    at = put(out, at, pool, bounds, nothing)
                else:
                    at = put_number(out, at, value, digits[slot])
            elif kind == WORD:
                piece = words[slot, row]
                at = put(out, at, pool, bounds, nothing if piece == NO_PIECE else piece)
            elif kind == TIME:
                if times[slot, row] == least:
                    at = put(out, at, pool, bounds, nothing)
                else:
                    at = put(out, at, pool, bounds, quote)
                    at = put_time(out, at, times[slot, row])
                    at = put(out, at, pool, bounds, quote)
            elif not list_there[row]:
                at = put(out, at, pool, bounds, nothing)
            else:
                at = put(out, at, pool, bounds, list_fixed[0])
                for item in range(list_offsets[row], list_offsets[row + 1]):
                    if item > list_offsets[row]:
                        at = put(out, at, pool, bounds, list_fixed[1])
                    at = put(out, at, pool, bounds, list_pieces[0, item])
                    for number in range(list_numbers.shape[0]):
                        at = put_number(out, at, list_numbers[number, item], list_digits[number])
                        at = put(out, at, pool, bounds, list_pieces[1 + number, item])
                at = put(out, at, pool, bounds, list_fixed[2])
        at = put(out, at, pool, bounds, ending)
    return at
