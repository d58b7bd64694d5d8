import pytest

from astrarium.reading import moments


@pytest.mark.parametrize(
    ("seconds", "short", "long"),
    [
        (0, "UTC", "at UTC itself"),
        (3600, "UTC+1", "1 h ahead of UTC"),
        (-12600, "UTC−3:30", "3 h 30 min behind UTC"),
        (1172, "UTC+0:19:32", "19 min 32 s ahead of UTC"),
    ],
)
def test_offsets_in_short_and_in_words(seconds, short, long):
    assert moments.offset(seconds) == short
    assert moments.ahead(seconds) == long


def test_moments_show_seconds_only_where_there_are_any():
    assert moments.moment("1990-05-17T12:30:00+01:00") == "17 May 1990, 12:30"
    assert moments.moment("1643-01-04T01:02:03Z") == "4 January 1643, 01:02:03"
