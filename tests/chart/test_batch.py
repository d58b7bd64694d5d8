"""Charts in arrays: rows do not touch each other, and one chart of many is the chart alone."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import astrarium
from astrarium.chart.aspects import ALL, MAJOR, NONE, AspectSet
from astrarium.chart.batch import ChartArrays, charts
from astrarium.chart.errors import InvalidChoice, UnequalLengths, UnknownAspects, UnknownBodySet
from astrarium.chart.status import STATUS
from astrarium.sky.bodies import STANDARD
from astrarium.sky.errors import UnknownBody
from astrarium.sky.house_errors import UnknownHouseSystem
from astrarium.sky.timescales import Instants, from_terrestrial, from_universal
from astrarium.sky.zodiacs import UnknownZodiac, zodiac

NOON = from_universal(2448028.5, 0.5)


def random_moments(count: int, seed: int) -> tuple[Instants, np.ndarray, np.ndarray]:
    generator = np.random.default_rng(seed)
    instants = from_universal(generator.integers(2310000, 2520000, count) + 0.5, generator.random(count))
    return instants, generator.uniform(-65.0, 65.0, count), generator.uniform(-180.0, 180.0, count)


def row_of(arrays: ChartArrays, row: int) -> tuple[np.ndarray, ...]:
    return (
        arrays.places.values[row], arrays.angles_deg[row], arrays.cusps_deg[row], arrays.houses[row],
        arrays.signs[row], arrays.degrees[row], arrays.aspects[row], arrays.orbs()[0][row],
    )  # fmt: skip


def test_one_chart_of_many_is_the_chart_alone() -> None:
    instants, latitude, longitude = random_moments(50, 1)
    many = charts(instants, latitude, longitude)

    for row in range(50):
        one = Instants(
            instants.tt_day[row : row + 1],
            instants.tt_fraction[row : row + 1],
            instants.delta_t_s[row : row + 1],
        )
        alone = charts(one, latitude[row], longitude[row])
        for ours, theirs in zip(row_of(many, row), row_of(alone, 0), strict=True):
            np.testing.assert_array_equal(ours, theirs)


def test_bad_rows_say_why_and_hurt_no_other() -> None:
    instants = from_universal([2448028.5, np.nan, 2448028.5, 2448028.5, 1e7, 2448028.5, 2448028.5], 0.5)
    latitude = [51.5, 51.5, 91.0, 51.5, 51.5, 70.0, np.nan]
    longitude = [-0.1, -0.1, -0.1, np.inf, -0.1, -0.1, -0.1]

    found = charts(instants, latitude, longitude)

    assert [STATUS[code] for code in found.status.tolist()] == [
        "computed", "not_finite", "invalid_latitude", "invalid_longitude", "out_of_range", "houses_undefined",
        "invalid_latitude",
    ]  # fmt: skip
    np.testing.assert_array_equal(
        found.places.longitude_deg[0], charts(NOON, 51.5, -0.1).places.longitude_deg[0]
    )
    for row in (1, 2, 3, 4, 6):
        assert np.isnan(found.places.values[row]).all()
        assert (found.houses[row] == 0).all()
        assert (found.signs[row] == -1).all()
        assert (found.aspects[row] == -1).all()
    assert np.isfinite(found.places.longitude_deg[5]).all()
    assert np.isnan(found.cusps_deg[5]).all()


def test_an_empty_batch_is_empty() -> None:
    found = charts(from_universal([], []), [], [])

    assert found.status.shape == (0,)
    assert found.places.values.shape == (0, len(STANDARD), 8)


def test_arrays_of_different_lengths_are_refused() -> None:
    with pytest.raises(UnequalLengths, match="latitude_deg 2"):
        charts(NOON, [1.0, 2.0], 0.0)


@pytest.mark.parametrize(
    ("settings", "error"),
    [
        ({"zodiacs": ("iau14",)}, UnknownZodiac),
        ({"zodiacs": ()}, InvalidChoice),
        ({"houses": "placidos"}, UnknownHouseSystem),
        ({"bodies": ("sun", "vulcan")}, UnknownBody),
        ({"bodies": "several"}, UnknownBodySet),
        ({"bodies": ()}, InvalidChoice),
        ({"aspects": "medium"}, UnknownAspects),
    ],
)
def test_unknown_settings_are_refused(settings: dict[str, object], error: type[Exception]) -> None:
    with pytest.raises(error):
        charts(NOON, 51.5, -0.1, **settings)


@pytest.mark.parametrize("chosen", [MAJOR, ALL, NONE])
def test_aspects_are_those_of_a_plain_search(chosen: AspectSet) -> None:
    instants, latitude, longitude = random_moments(300, 2)
    found = charts(instants, latitude, longitude, aspects=chosen.id)
    longitudes = found.places.longitude_deg
    orbs, _ = found.orbs()

    for pair, (a, b) in enumerate(found.pairs):
        first, second = (longitudes[:, found.selection.bodies.index(body)] for body in (a, b))
        separation = np.abs((first - second + 180.0) % 360.0 - 180.0)
        for row in range(len(separation)):
            within = [
                (number, separation[row] - kind.angle_deg)
                for number, kind in enumerate(chosen.kinds)
                if abs(separation[row] - kind.angle_deg) <= kind.orb_deg
            ]
            expected = within[0] if within else (-1, np.nan)
            assert found.aspects[row, pair] == expected[0]
            assert orbs[row, pair] == pytest.approx(expected[1], abs=1e-9, nan_ok=True)


def test_orb_rates_are_the_change_of_the_orb() -> None:
    step = 1e-3
    now = charts(from_terrestrial(2451544.5, 0.3), 0.0, 0.0)
    later = charts(from_terrestrial(2451544.5, 0.3 + step), 0.0, 0.0)
    both = (now.aspects[0] >= 0) & (now.aspects[0] == later.aspects[0])

    change = (later.orbs()[0][0] - now.orbs()[0][0]) / step
    assert both.sum() > 5
    np.testing.assert_allclose(now.orbs()[1][0][both], change[both], atol=2e-3)


@given(
    seed=st.integers(0, 10_000),
    system=st.sampled_from(["placidus", "porphyry", "equal_ascendant", "whole_sign", "arc13", "koch"]),
)
def test_every_body_stands_in_its_house(seed: int, system: str) -> None:
    found = charts(*random_moments(5, seed), houses=system)

    for row in range(5):
        cusps = found.cusps_deg[row]
        for body, longitude in enumerate(found.places.longitude_deg[row]):
            house = int(found.houses[row, body])
            width = (cusps[house % len(cusps)] - cusps[house - 1]) % 360.0
            assert (longitude - cusps[house - 1]) % 360.0 <= width + 1e-9


@given(seed=st.integers(0, 10_000), frame=st.sampled_from(["iau13", "tropical", "sidereal:lahiri"]))
def test_degrees_in_signs_lie_within_the_signs_width(seed: int, frame: str) -> None:
    found = charts(*random_moments(5, seed), zodiacs=(frame,))
    widths = np.array(zodiac(frame).widths)

    assert (found.degrees >= 0.0).all()
    assert (found.degrees <= widths[found.signs] + 1e-9).all()


def test_the_library_offers_charts_and_instants_by_name() -> None:
    found = astrarium.charts(astrarium.from_universal(2448028.5, 0.4791666), 51.50853, -0.12574)

    sun = found.selection.bodies.index("sun")
    assert zodiac("iau13").signs[found.signs[0, 0, sun]] == "taurus"
