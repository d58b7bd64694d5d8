"""What a chart says of a birth whose time is a window or unknown."""

import msgspec
import pytest

import astrarium
from astrarium.chart.structs import Chart, WindowReport
from astrarium.civil.birth import PlaceReference, TimeWindow

LONDON = PlaceReference(latitude=51.50853, longitude=-0.12574, country="GB")
TROMSO = PlaceReference(latitude=69.6489, longitude=18.95508, country="NO")


def report_of(time: TimeWindow | None, place: PlaceReference = LONDON, **options: object) -> WindowReport:
    window = astrarium.chart("1990-05-17", time, place, **options).window
    assert isinstance(window, WindowReport)
    return window


def test_an_exact_time_has_no_window_not_even_in_json() -> None:
    chart = astrarium.chart("1990-05-17", "12:30", LONDON)

    assert chart.window is msgspec.UNSET
    assert "window" not in msgspec.json.decode(msgspec.json.encode(chart))


def test_a_window_survives_json() -> None:
    chart = astrarium.chart("1990-05-17", None, LONDON)

    assert msgspec.json.decode(msgspec.json.encode(chart), type=Chart) == chart


def test_probabilities_of_signs_agree_with_the_positions() -> None:
    chart = astrarium.chart("1990-05-17", None, LONDON)

    for position, over in zip(chart.positions, chart.window.positions, strict=True):
        assert position.body == over.body
        for frame, placement in position.signs.items():
            told = {one.sign: one.probability for one in over.signs[frame]}
            assert told[placement.sign] == placement.probability
            assert set(told) == {placement.sign, *placement.alternatives}


def test_an_unknown_time_gives_every_sign_to_the_ascendant() -> None:
    ascendant = report_of(None).angles["ascendant"]

    assert len(ascendant.signs["iau13"]) == 13
    assert len(ascendant.signs["tropical"]) == 12
    assert sum(one.probability for one in ascendant.signs["iau13"]) == pytest.approx(1.0, abs=1e-5)


def test_a_narrow_window_gives_the_houses_of_an_exact_time() -> None:
    window = report_of(TimeWindow("12:29", "12:31"))
    exact = astrarium.chart("1990-05-17", "12:30", LONDON)

    assert [one.houses[0].house for one in window.positions] == [one.house for one in exact.positions]
    start, end = window.angles["midheaven"].longitude_range
    assert start < exact.angles["midheaven"].longitude < end


@pytest.mark.parametrize(
    ("date", "hours"), [("2024-03-31", 23), ("2024-06-15", 24), ("2024-10-27", 25)], ids=str
)
def test_an_unknown_time_is_the_whole_civil_day(date: str, hours: int) -> None:
    chart = astrarium.chart(date, None, LONDON)

    # The midheaven goes round once in 23 h 56 min: from its longitudes at both ends follows the day's length.
    start, end = chart.window.angles["midheaven"].longitude_range
    expected = hours * 15.041 - 360.0
    assert (end - start + 180.0) % 360.0 - 180.0 == pytest.approx(expected, abs=2.0)
    assert chart.window.positions[0].signs["tropical"][0].probability == 1.0


def test_houses_undefined_at_the_latitude_are_said_once() -> None:
    chart = astrarium.chart("1990-05-17", None, TROMSO)

    assert chart.window.houses_defined == 0.0
    assert all(one.houses == () for one in chart.window.positions)
    said = [note for note in chart.notes if "no Placidus houses at latitude 69.6489°" in note]
    assert len(said) == 1
    assert "porphyry" in said[0]


def test_a_fallback_gives_the_houses_of_a_window() -> None:
    chart = astrarium.chart("1990-05-17", None, TROMSO, house_fallback="porphyry")

    assert (chart.window.house_system, chart.window.houses_defined) == ("porphyry", 1.0)
    assert chart.window.positions == report_of(None, TROMSO, houses="porphyry").positions
    assert any("porphyry, was used" in note for note in chart.notes)


def test_aspects_that_hold_throughout_are_the_ones_of_the_chart() -> None:
    chart = astrarium.chart("1990-05-17", None, LONDON)
    throughout = {(one.a, one.b, one.aspect) for one in chart.window.aspects if one.probability == 1.0}

    assert {(one.a, one.b, one.aspect) for one in chart.aspects} == throughout
    assert [one.probability for one in chart.window.aspects] == sorted(
        (one.probability for one in chart.window.aspects), reverse=True
    )
    assert chart.window.aspects[-1].probability < 1.0
