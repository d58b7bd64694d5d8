"""Bodies side by side: what one lane holds does not depend on the others, nor on how many there are."""

import numpy as np
import pytest

from astrarium.sky.bodies import BODIES
from astrarium.sky.lanes import EIGHT, MOST_BODIES, padded
from astrarium.sky.positions import places

DAYS, FRACTIONS = np.full(5, 2451544.5), np.linspace(0.0, 0.9, 5)
ALL = tuple(body.id for body in BODIES)


@pytest.mark.parametrize("count", [1, EIGHT, EIGHT + 1, len(ALL)])
def test_a_body_has_the_same_bits_in_any_company(count: int) -> None:
    together = places(DAYS, FRACTIONS, ALL).values[:, :count]

    some = places(DAYS, FRACTIONS, ALL[:count]).values

    np.testing.assert_array_equal(some, together)


def test_there_is_a_lane_for_every_body() -> None:
    assert len(BODIES) <= MOST_BODIES


@pytest.mark.parametrize(("count", "lanes"), [(0, 0), (1, 8), (8, 8), (9, 16), (64, 64)])
def test_loops_run_over_whole_eights(count: int, lanes: int) -> None:
    assert padded(count) == lanes
