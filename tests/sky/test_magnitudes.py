"""Magnitudes against the values that the authors of the formulas publish with them.

Mallama & Hilton 2018 give a program with test circumstances (distances and phase angles of JPL Horizons) and the
magnitudes that must come out, to three decimals.
"""

import numpy as np
import pytest

from astrarium.sky import magnitudes
from astrarium.sky.magnitudes import _stirling


def at(sun_distance_au: float, distance_au: float, reduced: np.ndarray) -> float:
    return 5.0 * float(np.log10(sun_distance_au * distance_au)) + float(reduced)


@pytest.mark.parametrize(
    ("r", "delta", "phase", "expected"),
    [
        (0.310295423552, 1.32182643625754, 1.1677, -2.477),
        (0.413629222334, 0.92644808718613, 90.1662, 0.181),
        (0.448947624811, 0.56004973217883, 178.7284, 7.167),
    ],
)
def test_mercury_is_as_bright_as_published(r: float, delta: float, phase: float, expected: float) -> None:
    assert at(r, delta, magnitudes.mercury(np.array(phase))) == pytest.approx(expected, abs=0.0006)


@pytest.mark.parametrize(
    ("r", "delta", "phase", "expected"),
    [
        (0.722722540169, 1.71607489554051, 1.3232, -3.917),
        (0.721480714554, 0.37762511206278, 124.1348, -4.916),
        (0.726166592736, 0.28889582420642, 179.1845, -3.090),
    ],
)
def test_venus_is_as_bright_as_published(r: float, delta: float, phase: float, expected: float) -> None:
    assert at(r, delta, magnitudes.venus(np.array(phase))) == pytest.approx(expected, abs=0.0006)


@pytest.mark.parametrize(
    ("r", "delta", "phase", "expected"),
    [
        (5.446231815414, 6.44985867459088, 0.2446, -1.667),
        (4.957681473205, 3.95393078136013, 0.3431, -2.934),
        (5.227587855371, 5.23501920009381, 147.0989, 0.790),
    ],
)
def test_jupiter_is_as_bright_as_published(r: float, delta: float, phase: float, expected: float) -> None:
    assert at(r, delta, magnitudes.jupiter(np.array(phase))) == pytest.approx(expected, abs=0.0006)


@pytest.mark.parametrize(
    ("r", "delta", "phase", "earth_deg", "sun_deg", "expected"),
    [
        (18.321003215845, 17.3229728525108, 0.0410, -20.29, -20.28, 5.381),
        (20.096361095266, 21.0888470145276, 0.0568, 1.02, 0.97, 6.025),
        (19.38003071775, 11.1884243801383, 161.7728, -71.16, 55.11, 8.318),
    ],
)
def test_uranus_is_as_bright_as_published(
    r: float, delta: float, phase: float, earth_deg: float, sun_deg: float, expected: float
) -> None:
    reduced = magnitudes.uranus(np.array(phase), np.array(earth_deg), np.array(sun_deg))

    assert at(r, delta, reduced) == pytest.approx(expected, abs=0.0006)


def test_stirlings_formula_is_exact_for_polynomials_of_fourth_degree() -> None:
    steps = np.arange(36.0)
    table = tuple(1.0 - 0.3 * steps + 0.07 * steps**2 - 0.002 * steps**3 + 1e-5 * steps**4)
    angle = np.linspace(20.0, 330.0, 200)
    step = angle / 10.0

    expected = 1.0 - 0.3 * step + 0.07 * step**2 - 0.002 * step**3 + 1e-5 * step**4
    assert _stirling(table, angle) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("table", [magnitudes.MARS_ROTATION, magnitudes.MARS_SEASON])
def test_the_tables_of_mars_go_round_and_are_met_at_their_own_angles(table: tuple[float, ...]) -> None:
    assert len(table) == 36
    assert _stirling(table, 10.0 * np.arange(36)) == pytest.approx(table, abs=1e-15)
    assert _stirling(table, np.array(359.999999)) == pytest.approx(table[0], abs=1e-6)
    assert _stirling(table, np.array(-10.0)) == pytest.approx(table[35])
    assert np.isnan(_stirling(table, np.array(np.nan)))


def test_formulas_meet_where_one_follows_the_other() -> None:
    """Both sides of each limit agree to the hundredths that the authors state."""
    for formula, limit in (
        (magnitudes.venus, magnitudes.VENUS_CRESCENT_DEG),
        (magnitudes.jupiter, magnitudes.JUPITER_LIMIT_DEG),
    ):
        below, above = formula(np.array([limit - 1e-9, limit + 1e-9]))
        assert below == pytest.approx(above, abs=0.02)


def test_saturns_rings_more_than_double_its_light() -> None:
    edge_on, open_wide = magnitudes.saturn(np.array(3.0), np.array([0.0, 26.0]), np.array([0.0, 26.0]))

    assert edge_on - open_wide == pytest.approx(0.80, abs=0.01)
    assert edge_on == pytest.approx(-8.914 + 0.026 * 3.0)


def test_rings_lit_from_the_other_side_add_nothing() -> None:
    lit, dark = magnitudes.saturn(np.array(3.0), np.array([1.0, 1.0]), np.array([-1.0, 0.0]))

    assert lit == dark


def test_neptune_brightened_between_1980_and_2000() -> None:
    found = magnitudes.neptune(np.array(1.0), np.array([1850.0, 1980.0, 1990.0, 2000.1, 2100.0]))

    assert found == pytest.approx([-6.89, -6.89, -6.944, -7.00, -7.00])


def test_the_full_moon_is_that_of_allen() -> None:
    """-12.73 at the mean distance; half a lunation later a twelfth of it."""
    at_mean_distance = 5.0 * np.log10(384400.0 / 149597870.7)

    assert magnitudes.moon(np.array(0.0)) + at_mean_distance == pytest.approx(-12.73)
    assert magnitudes.moon(np.array(90.0)) - magnitudes.moon(np.array(0.0)) == pytest.approx(2.60, abs=0.01)


def test_a_small_body_at_zero_phase_has_its_absolute_magnitude() -> None:
    assert magnitudes.small_body(np.array(0.0), 3.34, 0.12) == pytest.approx(3.34)


def test_the_h_g_system_gives_its_published_table() -> None:
    """Phase functions by the definition of Bowell et al. at 20°, with G = 0.15: 1.005 magnitudes of dimming."""
    half = np.tan(np.radians(10.0))
    by_hand = -2.5 * np.log10(0.85 * np.exp(-3.33 * half**0.63) + 0.15 * np.exp(-1.87 * half**1.22))

    assert magnitudes.small_body(np.array(20.0), 0.0, 0.15) == pytest.approx(by_hand)
    assert 0.9 < by_hand < 1.2
