"""The shipped tables come from their sources byte for byte, and orbits are interpolated exactly."""

import numpy as np
import pytest

from astrarium.sky.building import hermite
from astrarium.sky.building.earth_table import PLANS as EARTH
from astrarium.sky.building.fit import MINOR, PLANETS, fit_records
from astrarium.sky.building.hermite import SampledOrbit, read_orbits
from astrarium.sky.building.reduction import Ephemeris
from astrarium.sky.building.sources import kernel_path, orbits_path
from astrarium.sky.layout import BLOCK_DAYS
from astrarium.sky.table import SHIPPED, open_table

STEP_S = 864_000.0
FIRST_S = -1.0e9


@pytest.fixture(scope="module")
def ephemeris():
    opened = Ephemeris(kernel_path(), orbits_path())
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def orbits():
    return read_orbits(orbits_path())


@pytest.mark.parametrize(("name", "plans"), [("planets", PLANETS), ("minor", MINOR), ("earth", EARTH)])
def test_blocks_built_again_are_the_shipped_bytes(ephemeris, name, plans):
    table = open_table(SHIPPED / f"{name}.json")
    header = table.header
    shipped = (SHIPPED / f"{name}.bin").read_bytes()
    blocks = np.unique(np.linspace(0, header.blocks - 1, 7).astype(np.int64))
    starts = np.asarray(header.first_jd + BLOCK_DAYS * blocks, np.float64)
    built = fit_records(ephemeris, plans, header.series, table.offsets, starts)
    size = header.record_bytes
    for number, block in enumerate(blocks):
        assert built[number * size : (number + 1) * size] == shipped[block * size : (block + 1) * size], block


def test_blocks_do_not_depend_on_how_many_are_built_at_once(ephemeris):
    table = open_table(SHIPPED / "planets.json")
    starts = np.asarray(table.header.first_jd + BLOCK_DAYS * np.arange(2000, 2003), np.float64)
    together = fit_records(ephemeris, PLANETS, table.header.series, table.offsets, starts)
    alone = [
        fit_records(ephemeris, PLANETS, table.header.series, table.offsets, starts[i : i + 1])
        for i in range(3)
    ]
    assert together == b"".join(alone)


def test_orbits_give_back_their_own_samples(orbits):
    """To five metres, the rounding of a window's outermost sample."""
    for orbit in orbits.values():
        rows = np.array([0, 1, 5, len(orbit.positions) // 2, len(orbit.positions) - 1])
        days = hermite.J2000_JD + orbit.first_days + orbit.step_days * rows
        found = orbit.position(days, np.zeros(rows.size)).T
        assert np.abs(found - orbit.positions[rows]).max() < 0.005 * max(
            1.0, np.abs(orbit.positions[rows]).max() / 5e8
        )


def test_orbits_run_smoothly_through_their_samples(orbits):
    """Where the window moves on, the position runs on at the sampled velocity, to a metre."""
    orbit = orbits["eros"]
    day = hermite.J2000_JD + orbit.first_days + orbit.step_days * np.array([100.0, 20_000.0])
    below = orbit.position(day, np.full(2, -1e-7))
    above = orbit.position(day, np.full(2, 1e-7))
    travelled = np.linalg.norm(orbit.velocities[[100, 20_000]], axis=1) * 2e-7
    assert np.abs(np.linalg.norm(above - below, axis=0) - travelled).max() < 0.001


def polynomial_orbit(
    window: int, degree: int, count: int = 40
) -> tuple[SampledOrbit, list[np.polynomial.Polynomial]]:
    """An orbit of type 13 whose three coordinates are known polynomials of the time in steps."""
    generator = np.random.default_rng(7)
    curves = [
        np.polynomial.Polynomial(generator.normal(size=degree + 1) * 1e8 / 20.0 ** np.arange(degree + 1))
        for _ in range(3)
    ]
    steps = np.arange(count)
    states = np.stack(
        [*(curve(steps) for curve in curves), *(curve.deriv()(steps) / STEP_S for curve in curves)], axis=1
    )
    epochs = FIRST_S + STEP_S * steps
    words = np.concatenate([states.ravel(), epochs, [window - 1, count]])

    class File:
        """The words of a segment, counted from one as in a DAF."""

        def map_array(self, start: int, end: int) -> np.ndarray:
            return words[start - 1 : end]

    return SampledOrbit(File(), 1, words.size), curves


@pytest.mark.parametrize("window", [2, 3, 4, 7, 8])
def test_a_polynomial_orbit_of_the_windows_degree_is_exact(window):
    orbit, curves = polynomial_orbit(window, 2 * window - 1)
    steps = np.random.default_rng(11).uniform(0.0, 39.0, 500)
    seconds = FIRST_S + STEP_S * steps
    found = orbit.position(np.full(steps.size, hermite.J2000_JD), seconds / 86400.0)
    expected = np.stack([curve(steps) for curve in curves])
    assert np.abs(found - expected).max() < 1e-9 * np.abs(expected).max()


def test_a_polynomial_beyond_the_windows_degree_is_not():
    orbit, curves = polynomial_orbit(2, 12)
    steps = np.array([10.5])
    found = orbit.position(np.full(1, hermite.J2000_JD), (FIRST_S + STEP_S * steps) / 86400.0)
    assert np.abs(found[:, 0] - [curve(10.5) for curve in curves]).max() > 1.0


def test_unevenly_spaced_samples_are_refused():
    class File:
        words = np.concatenate([np.zeros(18), [0.0, 1.0, 3.0], [1.0, 3.0]])

        def map_array(self, start: int, end: int) -> np.ndarray:
            return self.words[start - 1 : end]

    with pytest.raises(ValueError, match="evenly spaced"):
        SampledOrbit(File(), 1, 23)


def test_the_spans_of_the_sources_are_what_they_hold(orbits):
    kernel = Ephemeris(kernel_path())
    assert kernel.span == (2287184.5, 2688976.5)
    kernel.close()
    assert {orbit.span for orbit in orbits.values()} == {(2305447.5, 2634157.5)}
