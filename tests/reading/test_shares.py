import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrarium.reading.shares import likeliest, share


@pytest.mark.parametrize(
    ("probability", "text"),
    [(1.0, "100 %"), (0.9999, "99 %"), (0.996, "99 %"), (0.5, "50 %"), (0.004, "1 %"), (1e-6, "1 %")],
)
def test_only_certainty_reads_as_certain_and_nothing_possible_as_impossible(probability, text):
    assert share(probability) == text


@given(st.floats(1e-6, 0.999999))
def test_a_share_is_off_by_less_than_one_per_cent(probability):
    assert abs(int(share(probability).removesuffix(" %")) - 100 * probability) < 1.0


def test_the_likeliest_are_named_and_the_rest_counted():
    shares = [("Leo", 0.5), ("Virgo", 0.3), ("Libra", 0.2)]
    assert likeliest(shares, 3) == "Leo 50 %, Virgo 30 %, Libra 20 %"
    assert likeliest(shares, 1) == "Leo 50 %, 2 more"
