"""The kernels' own sine, cosine and arctangent against the C library's."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrarium.sky.trigonometry import arcsine, arctangent, sine_cosine

NUMBERS = st.floats(-1e9, 1e9, allow_nan=False)


@given(st.floats(-1e4, 1e4))
def test_sine_and_cosine(angle: float) -> None:
    sine, cosine = sine_cosine(angle)

    assert sine == pytest.approx(math.sin(angle), abs=3e-16)
    assert cosine == pytest.approx(math.cos(angle), abs=3e-16)


@pytest.mark.parametrize("eighths", range(-40, 41))
def test_sine_and_cosine_at_the_seams(eighths: int) -> None:
    for angle in (
        eighths * math.pi / 4,
        math.nextafter(eighths * math.pi / 4, 99),
        math.nextafter(eighths * math.pi / 4, -99),
    ):
        sine, cosine = sine_cosine(angle)
        assert sine == pytest.approx(math.sin(angle), abs=3e-16)
        assert cosine == pytest.approx(math.cos(angle), abs=3e-16)


@given(NUMBERS, NUMBERS)
def test_arctangent(y: float, x: float) -> None:
    assert arctangent(y, x) == pytest.approx(math.atan2(y + 0.0, x + 0.0), abs=6e-16)


@pytest.mark.parametrize(
    ("y", "x"), [(0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1), (-1, 0), (-1, 1), (0, 0)]
)
def test_arctangent_on_the_axes_and_diagonals(y: float, x: float) -> None:
    assert arctangent(float(y), float(x)) == math.atan2(y, x)


@given(st.floats(-1.0, 1.0))
def test_arcsine(sine: float) -> None:
    assert arcsine(sine) == pytest.approx(math.asin(sine), abs=4e-16)


def test_nan_stays_nan() -> None:
    assert math.isnan(sine_cosine(math.nan)[0])
    assert math.isnan(arctangent(math.nan, 1.0))
