"""Sign rings: what is refused, and where a longitude falls."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrarium.draw.errors import BrokenSignRing
from astrarium.draw.ring import sign_ring


@pytest.mark.parametrize(
    ("starts", "signs", "reason"),
    [
        ([0.0, 30.0], ["aries"], "2 starts for 1 signs"),
        ([0.0], ["aries"], "fewer than two"),
        ([], [], "fewer than two"),
        ([0.0, math.nan], ["aries", "taurus"], "not a finite number"),
        ([0.0, math.inf], ["aries", "taurus"], "not a finite number"),
        ([0.0, 0.0], ["aries", "taurus"], "ascending"),
        ([0.0, 200.0, 100.0], ["aries", "taurus", "gemini"], "ascending"),
    ],
)
def test_signs_that_make_no_ring_are_refused_with_the_reason(starts, signs, reason):
    with pytest.raises(BrokenSignRing, match=reason) as caught:
        sign_ring(starts, signs)
    assert caught.value.code == "broken_sign_ring"
    assert caught.value.hint


@given(
    st.lists(st.integers(0, 3599), min_size=2, max_size=20, unique=True),
    st.integers(0, 19),
    st.floats(-360, 720),
)
def test_every_longitude_lies_in_one_sign_within_its_width(tenths, first, longitude):
    starts = sorted(tenth / 10 for tenth in tenths)
    first %= len(starts)
    turned = starts[first:] + starts[:first]
    ring = sign_ring(turned, [f"sign_{index}" for index in range(len(turned))])
    assert sum(arc.width_deg for arc in ring) == pytest.approx(360.0)
    sign, degree = ring.at(longitude)
    arc = next(arc for arc in ring if arc.sign == sign)
    assert 0.0 <= degree <= arc.width_deg + 1e-9
    assert math.remainder(arc.start_deg + degree - longitude, 360.0) == pytest.approx(0.0, abs=1e-9)


def test_a_sign_begins_at_its_start_and_ends_before_the_next():
    ring = sign_ring([350.0, 20.0, 180.0], ["a", "b", "c"])
    assert ring.at(20.0) == ("b", 0.0)
    assert ring.at(19.999)[0] == "a"
    assert ring.at(349.999)[0] == "c"
    assert ring.at(350.0) == ("a", 0.0)
