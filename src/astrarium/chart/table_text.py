"""The kernel that writes the tables of a sheet as JSON between the fixed pieces of a template (`template`)."""

from typing import Final

import numpy as np
from numba import types
from numpy.typing import NDArray

from astrarium.chart.digits import BYTES, Bytes, Integers, put_bytes, put_json_number
from astrarium.sky.compiling import kernel

Array = NDArray[np.float64]
Codes = NDArray[np.int8]

TEXT, NUMBER, WORD, EACH = 0, 1, 2, 3
"""What comes after a step's text: nothing; a number of the sheet; the word of a code; the word of the row."""

AS_MANY_AS_THERE_ARE: Final = -1
COMMA: Final = 44

_TABLE = types.int64[:, ::1]


@kernel(
    types.void(
        _TABLE,
        _TABLE,
        _TABLE,
        BYTES,
        types.float64[::1],
        types.int8[::1],
        types.int64,
        BYTES,
        types.int64[::1],
    )
)
def fill_tables(
    tables: Integers,
    steps: Integers,
    words: Integers,
    pool: Bytes,
    numbers: Array,
    codes: Codes,
    count: int,
    out: Bytes,
    ends: Integers,
) -> None:
    """Write tables one after the other into `out`, which must be long enough; `ends` says where each one ends.

    A table is (first step, end of steps, opening, its end, closing, its end, rows), a step (text, its end, kind, place,
    digits or first word): each row runs through its steps, and places count on from row to row. Texts are given by
    their bytes in the pool, words by the two columns of `words`. Tables without a number of rows have `count`.
    """
    at = 0
    for table in range(tables.shape[0]):
        at = put_bytes(out, at, pool, tables[table, 2], tables[table, 3])
        rows = tables[table, 6]
        if rows == AS_MANY_AS_THERE_ARE:
            rows = count
        for row in range(rows):
            if row:
                out[at] = COMMA
                at += 1
            for step in range(tables[table, 0], tables[table, 1]):
                at = put_bytes(out, at, pool, steps[step, 0], steps[step, 1])
                kind, place, more = steps[step, 2], steps[step, 3] + row, steps[step, 4]
                if kind == NUMBER:
                    at = put_json_number(out, at, numbers[place], more)
                elif kind != TEXT:
                    word = more + (row if kind == EACH else np.int64(codes[place]))
                    at = put_bytes(out, at, pool, words[word, 0], words[word, 1])
        at = put_bytes(out, at, pool, tables[table, 4], tables[table, 5])
        ends[table] = at
