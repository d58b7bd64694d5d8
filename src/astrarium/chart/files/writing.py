"""Plainly written dates and times by the array: what is written otherwise is left to the reader of single births."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]

DATE_LENGTH: Final = 10
CLOCK_LENGTHS: Final = (5, 8)
_HYPHEN, _COLON = ord("-") - ord("0"), ord(":") - ord("0")
_EPOCH_MONTH: Final = 1970 * 12


def read_days(texts: Sequence[object]) -> tuple[Integers, Flags]:
    """Days since 1970-01-01 of Gregorian dates `YYYY-MM-DD`, and which texts are such dates."""
    digits, lengths = _digits(texts, DATE_LENGTH)
    plain = (lengths == DATE_LENGTH) & (digits[:, 4] == _HYPHEN) & (digits[:, 7] == _HYPHEN)
    plain &= _all_digits(digits, (0, 1, 2, 3, 5, 6, 8, 9))
    year = _number(digits, (0, 1, 2, 3))
    month, day = _number(digits, (5, 6)), _number(digits, (8, 9))
    plain &= (month >= 1) & (month <= 12) & (day >= 1) & (day <= 31)
    months = np.where(plain, year * 12 + month - 1 - _EPOCH_MONTH, 0)
    first = _first_days(months)
    plain &= day <= _first_days(months + 1) - first
    return np.where(plain, first + day - 1, 0), plain


def read_clocks(texts: Sequence[object]) -> tuple[Integers, Flags]:
    """Seconds after midnight of readings `HH:MM` and `HH:MM:SS`, and which texts are such readings."""
    digits, lengths = _digits(texts, CLOCK_LENGTHS[1])
    with_seconds = lengths == CLOCK_LENGTHS[1]
    plain: Flags = (digits[:, 2] == _COLON) & _all_digits(digits, (0, 1, 3, 4))
    plain &= (lengths == CLOCK_LENGTHS[0]) | (
        with_seconds & (digits[:, 5] == _COLON) & _all_digits(digits, (6, 7))
    )
    hour, minute = _number(digits, (0, 1)), _number(digits, (3, 4))
    second = np.where(with_seconds, _number(digits, (6, 7)), 0)
    plain &= (hour <= 23) & (minute <= 59) & (second <= 59)
    return np.where(plain, hour * 3_600 + minute * 60 + second, 0), plain


def _digits(texts: Sequence[object], length: int) -> tuple[Integers, Integers]:
    """The characters of each text less that of zero, (n, length), and its length; 0 for what is no text."""
    strings = [text if isinstance(text, str) else "" for text in texts]
    characters = np.array(strings, dtype=f"U{length}").view(np.uint32).reshape(len(strings), length)
    lengths = np.fromiter(map(len, strings), np.int64, len(strings))
    return characters.astype(np.int64) - ord("0"), lengths


def _all_digits(digits: Integers, columns: tuple[int, ...]) -> Flags:
    chosen = digits[:, columns]
    return np.asarray(((chosen >= 0) & (chosen <= 9)).all(axis=1), np.bool_)


def _number(digits: Integers, columns: tuple[int, ...]) -> Integers:
    number = np.zeros(len(digits), np.int64)
    for column in columns:
        number = number * 10 + digits[:, column]
    return number


def _first_days(months: Integers) -> Integers:
    """Days since 1970-01-01 of the first of each month, counted from January 1970 (proleptic Gregorian)."""
    return months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
