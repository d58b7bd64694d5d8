"""Bookkeeping of positions: continuity, two-part dates, the edges of the table, bad input."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrarium.sky.bodies import BODIES, STANDARD
from astrarium.sky.errors import NotFinite, OutOfRange, UnknownBody
from astrarium.sky.layout import BLOCK_DAYS
from astrarium.sky.positions import places
from astrarium.sky.table import default_table

ALL = tuple(body.id for body in BODIES)
ALWAYS = tuple(body.id for body in BODIES if body.table == "planets")
MINOR = tuple(body.id for body in BODIES if body.table == "minor")
FIRST = default_table().header.first_jd
BLOCKS = default_table().header.blocks
FIRST_DAY, LAST_DAY = 2305447.5, 2524957.5  # 1600-01-01, 2200-12-31
FIRST_MINOR_DAY = 2378496.5  # 1800-01-01
FIRST_MINOR_BLOCK = int((FIRST_MINOR_DAY - FIRST) // BLOCK_DAYS) + 1


def turn(difference_deg: np.ndarray) -> np.ndarray:
    return np.abs((difference_deg + 180.0) % 360.0 - 180.0)


def test_the_order_of_bodies_is_public() -> None:
    assert ALL == (
        "sun", "moon", "mercury", "venus", "mars", "jupiter", "saturn", "uranus", "neptune", "pluto",
        "mean_node", "true_node", "mean_apogee", "osculating_apogee",
        "chiron", "pholus", "ceres", "pallas", "juno", "vesta", "eris", "sedna", "haumea", "makemake", "quaoar",
        "orcus", "varuna", "ixion", "nessus", "chariklo", "asbolus", "hygiea", "astraea", "psyche", "eros",
        "asteroid_lilith",
    )  # fmt: skip
    assert (*ALL[:10], "true_node", "mean_apogee") == STANDARD


def assert_continuous(day: float, bodies: tuple[str, ...]) -> None:
    step = 1e-9

    before = places(day - 1.0, 1.0 - step, bodies)
    after = places(day, step, bodies)

    moved = 2.0 * step * np.abs(after.values[0, :, 3])
    assert (turn(after.longitude_deg - before.longitude_deg)[0] - moved).max() * 3600.0 < 0.002
    assert np.abs(after.latitude_deg - before.latitude_deg).max() * 3600.0 < 0.002
    steady = [number for number, body in enumerate(bodies) if body != "osculating_apogee"]
    change = after.longitude_speed_deg_per_day - before.longitude_speed_deg_per_day
    assert np.abs(change[0, steady]).max() < 2e-6


@given(block=st.integers(1, BLOCKS - 2), part=st.sampled_from([0.0, 4.0, 8.0, 12.0]))
def test_position_and_speed_are_continuous_across_piece_boundaries(block: int, part: float) -> None:
    assert_continuous(FIRST + BLOCK_DAYS * block + part, ALWAYS)


@given(block=st.integers(FIRST_MINOR_BLOCK, BLOCKS - 3))
def test_minor_bodies_are_continuous_across_piece_boundaries(block: int) -> None:
    assert_continuous(FIRST + BLOCK_DAYS * block, MINOR)


@given(
    day=st.integers(int(FIRST_DAY - 0.5), int(LAST_DAY - 0.5)),
    fraction=st.floats(0.0, 1.0, exclude_max=True),
    whole=st.integers(-3, 3),
)
def test_any_split_of_a_date_gives_the_same_place(day: int, fraction: float, whole: int) -> None:
    plain = places(day + 0.5, fraction, ALWAYS)
    split = places(day + 0.5 + whole, fraction - whole, ALWAYS)

    assert turn(plain.longitude_deg - split.longitude_deg).max() * 3600.0 < 1e-6


@given(
    day=st.integers(int(FIRST_DAY - 0.5), int(LAST_DAY - 0.5)), fraction=st.floats(0.0, 1.0, exclude_max=True)
)
def test_speed_is_the_derivative_and_has_its_sign(day: int, fraction: float) -> None:
    step = 0.01
    before, now, after = (places(day + 0.5, fraction + shift, ALL[:10]) for shift in (-step, 0.0, step))

    derivative = ((after.longitude_deg - before.longitude_deg + 180.0) % 360.0 - 180.0) / (2.0 * step)
    speed = now.longitude_speed_deg_per_day

    assert np.abs(derivative - speed).max() < 3e-5
    clear = np.abs(speed) > 1e-3
    assert (np.sign(derivative) == np.sign(speed))[clear].all()


@given(
    day=st.integers(int(FIRST_DAY - 0.5), int(LAST_DAY - 0.5)), fraction=st.floats(0.0, 1.0, exclude_max=True)
)
def test_angles_stay_within_their_circle(day: int, fraction: float) -> None:
    found = places(day + 0.5, fraction, ALWAYS)

    for angle in (found.longitude_deg, found.right_ascension_deg):
        assert (angle >= 0.0).all()
        assert (angle < 360.0).all()
    assert np.abs(found.declination_deg).max() < 90.0


@pytest.mark.parametrize(
    ("day", "there"),
    [(FIRST_DAY, False), (FIRST_MINOR_DAY - 30.0, False), (FIRST_MINOR_DAY, True), (LAST_DAY, True)],
)
def test_minor_bodies_are_absent_outside_their_years(day: float, there: bool) -> None:
    found = places(day, 0.5, MINOR)

    assert (np.isfinite(found.values).all(axis=2) == there).all()


def test_minor_bodies_lose_nothing_in_company() -> None:
    alone = places(2451544.5, 0.5, ("chiron",))
    together = places(2451544.5, 0.5, ALL)

    np.testing.assert_array_equal(alone.values[0, 0], together.values[0, ALL.index("chiron")])


@pytest.mark.parametrize("day", [FIRST_DAY, LAST_DAY])
def test_the_first_and_last_day_are_served_with_room_for_every_zone(day: float) -> None:
    assert np.isfinite(places(day, [-0.7, 0.0, 0.999, 1.7]).longitude_deg).all()


@pytest.mark.parametrize("day", [FIRST - 1.0, FIRST + BLOCK_DAYS * BLOCKS, 0.5, 1e9, -1e300])
def test_outside_the_table_is_an_error_that_names_the_years(day: float) -> None:
    with pytest.raises(OutOfRange, match="1600 to 2200"):
        places(day, 0.0)


@pytest.mark.parametrize("day", [float("nan"), float("inf"), float("-inf")])
def test_a_date_that_is_no_number_is_refused(day: float) -> None:
    with pytest.raises(NotFinite):
        places(day, 0.0)


def test_an_unknown_body_is_refused_with_near_names() -> None:
    with pytest.raises(UnknownBody, match="venus"):
        places(2451544.5, 0.5, ("venuss",))


def test_a_body_named_twice_counts_once() -> None:
    assert places(2451544.5, 0.5, ("mars", "sun", "mars")).bodies == ("mars", "sun")
