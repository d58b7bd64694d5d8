"""Numbers written by kernels, against the writers of Python and of msgspec."""

import math

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrarium.chart.digits import MOST_NUMBER_BYTES, put_json_number, put_number, put_whole

DIGITS = st.integers(0, 12)
# At most fifteen digits: as many as a double tells apart.
SCALED = st.integers(-(10**15) + 1, 10**15 - 1) | st.integers(-10_000, 10_000)


def written(put, value: float, digits: int) -> bytes:
    out = np.zeros(MOST_NUMBER_BYTES, np.uint8)
    end = put(out, 0, value, digits)
    return bytes(out[:end])


@given(SCALED, DIGITS)
def test_json_numbers_are_written_as_msgspec_writes_them(scaled: int, digits: int) -> None:
    value = scaled / 10**digits
    assert written(put_json_number, value, digits) == msgspec.json.encode(value)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, b"0.0"),
        (-0.0, b"-0.0"),
        (360.0, b"360.0"),
        (1e-5, b"0.00001"),
        (9.99e-6, b"9.99e-6"),
        (-1e-8, b"-1e-8"),
        (5.2e-7, b"5.2e-7"),
        (359.99999999, b"359.99999999"),
        (math.nan, b"null"),
    ],
)
def test_the_borders_of_json_numbers(value: float, text: bytes) -> None:
    assert written(put_json_number, value, 8) == text == msgspec.json.encode(value)


@given(SCALED, DIGITS)
def test_numbers_of_files_read_back_and_end_without_zeros(scaled: int, digits: int) -> None:
    value = scaled / 10**digits
    text = written(put_number, value, digits).decode()
    assert float(text) == value
    assert text != "-0"
    assert "." not in text or not text.endswith(("0", "."))


@given(st.integers(0, 99_999), st.integers(0, 8))
def test_a_number_that_is_not_rounded_yet_is_rounded_into_the_next_whole_one(whole: int, digits: int) -> None:
    value = math.nextafter(whole + 1.0, 0.0)
    assert written(put_number, value, digits) == str(whole + 1).encode()
    assert written(put_json_number, value, digits) == msgspec.json.encode(whole + 1.0)


@given(st.integers(0, 2**63 - 1), st.integers(1, 19))
def test_whole_numbers_are_padded_with_zeros(number: int, width: int) -> None:
    assert written(put_whole, number, width) == f"{number:0{width}d}".encode()
