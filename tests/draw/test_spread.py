"""Spreading marks around the circle, against properties and against an exhaustive search."""

from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrarium.draw.spread import fitting_separation, isotonic, spread, wrap

longitudes = st.lists(st.floats(-720.0, 1080.0), max_size=40)
crowded = st.tuples(st.floats(0.0, 360.0), st.lists(st.floats(0.0, 2.0), min_size=13, max_size=20)).map(
    lambda made: [made[0] + offset for offset in made[1]]
)
separations = st.floats(0.1, 40.0)


def displacement(true_deg: float, shown_deg: float) -> float:
    return (shown_deg - true_deg + 180.0) % 360.0 - 180.0


def cyclic_gaps(places: list[float]) -> list[float]:
    """Gaps between neighbours in the order given, going round once."""
    return [(places[(i + 1) % len(places)] - place) % 360.0 for i, place in enumerate(places)]


def smallest_sum_of_squares(true_deg: list[float], separation: float) -> float:
    """The optimum by trying every set of neighbours that touch: they make rigid groups, each in its own best place."""
    count = len(true_deg)
    ascending = sorted(wrap(longitude) for longitude in true_deg)
    best = float("inf")
    for touching in product((False, True), repeat=count):
        if all(touching):
            continue
        first = next(index for index in range(count) if not touching[index - 1])
        unrolled = [
            ascending[(first + k) % count] + (360.0 if first + k >= count else 0.0) for k in range(count)
        ]
        groups: list[list[float]] = []
        for k in range(count):
            if k and touching[(first + k - 1) % count]:
                groups[-1].append(unrolled[k])
            else:
                groups.append([unrolled[k]])
        shown = []
        for group in groups:
            start = sum(true - rank * separation for rank, true in enumerate(group)) / len(group)
            shown += [start + rank * separation for rank in range(len(group))]
        gaps = [*(b - a for a, b in pairwise(shown)), shown[0] + 360.0 - shown[-1]]
        if min(gaps) >= separation - 1e-9:
            best = min(best, sum((a - b) ** 2 for a, b in zip(shown, unrolled, strict=True)))
    return best


@given(st.one_of(longitudes, crowded), separations)
def test_neighbours_keep_the_separation_that_fits(true_deg, separation):
    shown = sorted(spread(true_deg, separation))
    if len(shown) > 1:
        assert min(cyclic_gaps(shown)) >= fitting_separation(len(shown), separation) - 1e-7


@given(st.one_of(longitudes, crowded), separations)
def test_marks_keep_their_order_around_the_circle(true_deg, separation):
    shown = spread(true_deg, separation)
    order = sorted(range(len(true_deg)), key=lambda index: wrap(true_deg[index]))
    in_order = [shown[index] for index in order]
    if len(in_order) > 1:
        assert sum(cyclic_gaps(in_order)) == pytest.approx(360.0)


@given(longitudes, separations)
def test_places_lie_in_the_half_open_circle(true_deg, separation):
    assert all(0.0 <= place < 360.0 for place in spread(true_deg, separation))


@given(st.lists(st.integers(0, 359), unique=True, max_size=20))
def test_marks_with_room_enough_stay_where_they_are(true_deg):
    assert spread(true_deg, 1.0) == pytest.approx([float(longitude) for longitude in true_deg])


@given(
    st.lists(
        st.one_of(st.floats(0.0, 359.9), st.floats(355.0, 365.0), st.just(10.0)), min_size=2, max_size=6
    ),
    st.floats(1.0, 59.9),
)
def test_no_other_placement_displaces_less(true_deg, separation):
    shown = spread(true_deg, separation)
    spent = sum(displacement(a, b) ** 2 for a, b in zip(true_deg, shown, strict=True))
    assert spent == pytest.approx(smallest_sum_of_squares(true_deg, separation), rel=1e-7, abs=1e-7)


@given(st.one_of(longitudes, crowded), st.floats(0.5, 15.0), st.floats(-360.0, 360.0))
def test_turning_the_circle_turns_the_places(true_deg, separation, turn):
    # A tenth of a degree apart at least, so that rounding cannot swap two marks.
    apart = sorted({round(wrap(longitude), 1) % 360.0 for longitude in true_deg})
    turned = spread([longitude + turn for longitude in apart], separation)
    for still, moved in zip(spread(apart, separation), turned, strict=True):
        assert displacement(still + turn, moved) == pytest.approx(0.0, abs=1e-6)


def test_thirteen_marks_at_one_degree_fan_out_evenly_about_it():
    shown = spread([100.0] * 13, 7.0)
    assert shown == pytest.approx([100.0 + 7.0 * (rank - 6) for rank in range(13)])


def test_marks_at_the_wrap_fan_out_to_both_sides():
    assert spread([359.9, 0.1, 0.0], 4.0) == pytest.approx([356.0, 4.0, 0.0], abs=1e-9)


@given(st.lists(st.floats(0.0, 359.99), min_size=2, max_size=60))
def test_a_full_circle_turns_as_a_whole_to_where_it_displaces_least(true_deg):
    count = len(true_deg)
    shown = spread(true_deg, 360.0 / count)
    assert cyclic_gaps(sorted(shown)) == pytest.approx([360.0 / count] * count)
    order = sorted(range(count), key=true_deg.__getitem__)
    rising = [true_deg[index] - rank * 360.0 / count for rank, index in enumerate(order)]
    assert displacement(sum(rising) / count, shown[order[0]]) == pytest.approx(0.0, abs=1e-6)


def test_a_circle_fuller_than_full_is_shared_evenly():
    shown = spread([5.0] * 40, 20.0)
    assert cyclic_gaps(sorted(shown)) == pytest.approx([9.0] * 40)


def test_a_tiny_negative_longitude_is_zero_and_not_a_full_circle():
    assert wrap(-1e-20) == 0.0
    assert spread([-1e-20], 5.0) == [0.0]


def test_nothing_to_spread_gives_nothing():
    assert spread([], 5.0) == []
    assert fitting_separation(0, 5.0) == 5.0


@given(st.lists(st.floats(-1e3, 1e3), max_size=30))
def test_isotonic_never_decreases_and_keeps_the_mean(values):
    fitted = isotonic(values)
    assert all(a <= b + 1e-9 for a, b in pairwise(fitted))
    assert sum(fitted) == pytest.approx(sum(values), abs=1e-6)
