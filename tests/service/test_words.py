import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrarium.service.web import words


@pytest.mark.parametrize(
    ("minutes", "text"),
    [
        (0.2, "under a minute"), (1.0, "1 min"), (59.4, "59 min"), (59.6, "1 h"), (60.0, "1 h"), (130.0, "2 h 10 min"),
        (1440.0, "1 day"), (4510.218, "3 days"), (59 * 1440.0, "59 days"), (61 * 1440.0, "2 months"),
        (365.25 * 1440.0, "12 months"), (730.6 * 1440.0, "2 years"), (1e9, "1901 years"),
    ],
)  # fmt: skip
def test_a_duration_is_said_in_its_largest_units(minutes, text):
    assert words.duration(minutes) == text


@pytest.mark.parametrize(
    ("degrees", "text"),
    [(0.0, "0°00′"), (29.99999, "29°59′"), (14.1, "14°06′"), (3.0179, "3°01′"), (36.7, "36°42′")],
)
def test_an_arc_is_cut_off_and_never_rounded_up(degrees, text):
    assert words.arc(degrees) == text


@given(st.floats(0.0, 60.0))
def test_an_arc_never_says_more_than_there_is(degrees):
    whole, minutes = words.arc(degrees).removesuffix("′").split("°")
    assert int(whole) + int(minutes) / 60 <= degrees + 1e-6
    assert 0 <= int(minutes) < 60


def test_signs_and_slow_motions():
    assert words.signed_arc(-3.5) == "−3°30′"
    assert words.signed_motion(12.9583) == "+12°57′"
    assert words.signed_motion(0.96354) == "+57′48″"
    assert words.signed_motion(-0.00612) == "−0′22″"


def test_lists_leave_out_what_is_missing():
    assert words.listed("London", None, "", "GB") == "London, GB"
    assert words.named("imum_coeli") == "Imum coeli"


def test_parts_are_enumerated_as_in_a_sentence():
    assert words.enumerated([]) == ""
    assert words.enumerated(["Sun"]) == "Sun"
    assert words.enumerated(iter(["Sun", "Moon", "Mars"])) == "Sun, Moon and Mars"


@pytest.mark.parametrize(
    ("number", "text"),
    [(1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (12, "12th"), (13, "13th"), (22, "22nd")],
)
def test_houses_have_their_ordinals(number, text):
    assert words.ordinal(number) == text


@pytest.mark.parametrize(
    ("length", "text"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (999, "999 bytes"),
        (1000, "1.0 kB"),
        (12_345, "12 kB"),
        (64_000_000, "64 MB"),
    ],
)
def test_a_size_is_said_in_its_unit(length, text):
    assert words.size_of(length) == text


@pytest.mark.parametrize(
    ("known", "text"),
    [
        ("exact", "17 May 1990, 12:30"),
        ("window", "17 May 1990, time not exact"),
        ("unknown", "17 May 1990, time not known"),
    ],
)
def test_a_moment_is_told_as_far_as_it_is_known(known, text):
    assert words.moment_of("1990-05-17T12:30:00+01:00", known) == text
