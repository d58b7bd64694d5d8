"""One chart from words."""

import msgspec
import numpy as np
import pytest

import astrarium
from astrarium.chart.batch import charts
from astrarium.chart.natal import cast
from astrarium.chart.structs import Chart, ChartRequest
from astrarium.civil.birth import Birth, PlaceReference, TimeWindow
from astrarium.sky.errors import OutOfRange
from astrarium.sky.house_errors import HouseSystemUndefined
from astrarium.sky.timescales import from_universal
from astrarium.sky.zodiacs import InvalidZodiac, SignDefinition, ZodiacDefinition, zodiac

GREENWICH = PlaceReference(latitude=51.4779, longitude=0.0)


def chart_of(time: str | TimeWindow | None = "12:30", **options: object) -> Chart:
    return astrarium.chart("1990-05-17", time, options.pop("place", "London, GB"), **options)


def test_a_chart_from_words_to_json_and_back() -> None:
    found = chart_of()

    assert found.time.utc == "1990-05-17T11:30:00Z"
    assert found.place.name == "London"
    sun = found.positions[0]
    assert (sun.body, sun.signs["iau13"].sign, sun.signs["tropical"].sign) == ("sun", "taurus", "taurus")
    assert msgspec.json.decode(msgspec.json.encode(found), type=Chart) == found


def test_the_sun_in_ophiuchus() -> None:
    found = astrarium.chart("2024-12-05", "12:00", "London, GB")

    assert found.positions[0].signs["iau13"].sign == "ophiuchus"
    assert found.positions[0].signs["tropical"].sign == "sagittarius"


def test_the_same_request_gives_the_same_bytes() -> None:
    assert msgspec.json.encode(chart_of()) == msgspec.json.encode(chart_of())


def test_the_receipt_changes_with_the_request_and_nothing_else() -> None:
    plain = chart_of().receipt

    assert plain == chart_of().receipt
    assert plain.id != chart_of("12:31").receipt.id
    assert plain.id != chart_of(houses="porphyry").receipt.id
    assert plain.id != chart_of(zodiacs=("tropical",)).receipt.id
    assert set(plain.tables) == {"delta_t", "ephemeris", "minor_bodies", "places", "zodiacs", "zones"}


def test_boundary_distance_is_reached_after_its_minutes() -> None:
    found = chart_of()
    moon = found.positions[1]
    placement = moon.signs["iau13"]
    assert placement.boundary_minutes is not None

    ahead = placement.degree > placement.width / 2
    days = placement.boundary_minutes / 1440.0 * (1.0 if ahead else -1.0)
    instants = from_universal(2448028.5, np.array([days * 0.97, days * 1.03]) + 11.5 / 24.0)
    signs = charts(instants, 51.50853, -0.12574).signs[:, 0, 1]

    assert zodiac("iau13").signs[signs[0]] == "capricorn"
    assert zodiac("iau13").signs[signs[1]] != "capricorn"


def test_ascendant_crosses_its_boundary_after_its_minutes() -> None:
    found = chart_of(place=GREENWICH)
    placement = found.angles["ascendant"].signs["tropical"]

    ahead = placement.degree > placement.width / 2
    days = placement.boundary_minutes / 1440.0 * (1.0 if ahead else -1.0)
    instants = from_universal(2448028.5, np.array([0.0, days * 0.9, days * 1.1]) + 11.5 / 24.0)
    signs = charts(instants, 51.4779, 0.0).signs[:, 1, -2]

    assert signs[0] == signs[1]
    assert signs[1] != signs[2]


@pytest.mark.parametrize("frame", ["iau13", "tropical", "sidereal:lahiri"])
def test_whole_sign_houses_begin_with_the_sign_of_the_ascendant(frame: str) -> None:
    found = chart_of(zodiacs=(frame,), houses="whole_sign")

    assert len(found.houses.cusps) == len(zodiac(frame).signs)
    assert found.houses.cusps[0].signs[frame].sign == found.angles["ascendant"].signs[frame].sign
    assert [cusp.signs[frame].degree for cusp in found.houses.cusps] == [0.0] * len(found.houses.cusps)
    assert len({cusp.signs[frame].sign for cusp in found.houses.cusps}) == len(found.houses.cusps)


def test_opposite_angles_stand_opposite() -> None:
    angles = chart_of().angles

    for one, other in (("ascendant", "descendant"), ("midheaven", "imum_coeli"), ("vertex", "antivertex")):
        assert (angles[one].longitude - angles[other].longitude) % 360.0 == pytest.approx(180.0, abs=1e-7)


def test_placidus_beyond_the_polar_circle_names_the_systems_that_work() -> None:
    with pytest.raises(HouseSystemUndefined) as caught:
        chart_of(place=PlaceReference(latitude=70.0, longitude=25.0))

    assert "70" in caught.value.detail
    assert "porphyry" in caught.value.hint


def test_a_house_fallback_is_taken_where_it_is_needed_and_said() -> None:
    north = chart_of(place=PlaceReference(latitude=70.0, longitude=25.0), house_fallback="porphyry")
    south = chart_of(house_fallback="porphyry")

    assert (north.houses.system, north.settings.houses) == ("porphyry", "porphyry")
    assert "Placidus" in north.notes[0]
    assert (south.houses.system, south.notes) == ("placidus", ())


def test_a_fallback_that_does_not_work_either_is_refused() -> None:
    with pytest.raises(HouseSystemUndefined, match="koch"):
        chart_of(place=PlaceReference(latitude=70.0, longitude=25.0), house_fallback="koch")


def test_bodies_stand_in_constellations_and_points_do_not() -> None:
    moon_in_orion = astrarium.chart(instant="2024-10-21T20:00:00Z", place=GREENWICH, bodies="all")
    found = {position.body: position.constellation for position in moon_in_orion.positions}

    assert found["sun"] == "Vir"
    assert {found["true_node"], found["mean_apogee"], found["osculating_apogee"]} == {None}
    assert set(found.values()) > {None}


def test_frames_hold_the_boundaries_that_the_signs_were_counted_from() -> None:
    found = chart_of(zodiacs=("iau13", "tropical", "sidereal:lahiri", "draconic:true"))

    for frame, block in found.frames.items():
        widths = zodiac(frame).widths
        for position in found.positions:
            placement = position.signs[frame]
            start = block.boundaries[block.signs.index(placement.sign)]
            if abs(position.latitude) < 1e-3:
                assert (position.longitude - start) % 360.0 == pytest.approx(placement.degree, abs=1e-5)
        assert len(block.boundaries) == len(widths)
    assert found.frames["tropical"].boundaries[:2] == (0.0, 30.0)


HALVES = ZodiacDefinition(
    id="halves",
    frame="tropical",
    signs=(SignDefinition(sign="light", start=0.0), SignDefinition(sign="dark", start=180.0)),
)


def test_a_zodiac_of_ones_own_is_a_zodiac_like_any_other() -> None:
    found = chart_of(zodiacs=(HALVES, "iau13"))

    assert found.settings.zodiacs == ("user:halves@1", "iau13@1")
    assert found.positions[0].signs["user:halves"].sign == "light"
    assert found.positions[0].signs["user:halves"].width == 180.0
    assert found.receipt.id != chart_of(zodiacs=("tropical", "iau13")).receipt.id


def test_a_zodiac_of_ones_own_comes_through_json() -> None:
    body = (
        b'{"birth": {"date": "1990-05-17", "time": "12:30", "place": "London, GB"}, "zodiacs": ["iau13", '
        b'{"id": "halves", "frame": "tropical", '
        b'"signs": [{"sign": "light", "start": 0}, {"sign": "dark", "start": 180}]}]}'
    )

    found = cast(msgspec.json.decode(body, type=ChartRequest))
    assert found.positions[0].signs["user:halves"].sign == "light"


def test_a_wrong_zodiac_of_ones_own_points_into_the_request() -> None:
    wrong = ZodiacDefinition(id="halves", frame="tropical", signs=(SignDefinition(sign="light", start=0.0),))

    with pytest.raises(InvalidZodiac) as caught:
        chart_of(zodiacs=("iau13", wrong))
    assert caught.value.pointer.startswith("/zodiacs/1")


@pytest.mark.parametrize("time", ["12:30", None])
def test_minor_bodies_outside_their_years_are_left_out_and_named(time: str | None) -> None:
    found = astrarium.chart(
        "1700-05-17", time, GREENWICH, zone="UTC", bodies=("sun", "chiron", "moon", "ceres")
    )

    assert [position.body for position in found.positions] == ["sun", "moon"]
    assert any("chiron, ceres" in note and "1800" in note for note in found.notes)
    assert {one.a for one in found.aspects} | {one.b for one in found.aspects} <= {"sun", "moon"}


def test_a_chart_of_nothing_that_was_there_is_refused() -> None:
    with pytest.raises(OutOfRange, match="1800 to 2200"):
        astrarium.chart("1700-05-17", "12:30", GREENWICH, zone="UTC", bodies=("chiron",))


def test_unknown_time_gives_ranges_and_no_houses() -> None:
    found = chart_of(None)

    assert found.time.known == "unknown"
    assert found.angles is None
    assert found.houses is None
    assert found.notes
    moon = found.positions[1]
    start, end = moon.longitude_range
    assert (end - start) % 360.0 == pytest.approx(moon.speed, abs=0.2)
    assert all(position.house is None for position in found.positions)


def shares_by_brute_force(body: int, frame: str, day: float, start: float, end: float) -> dict[str, float]:
    grid = start + (end - start) * (np.arange(20_000) + 0.5) / 20_000
    signs = charts(from_universal(day, grid), 0.0, 0.0, zodiacs=(frame,)).signs[:, 0, body]
    names = zodiac(frame).signs
    return {names[index]: float((signs == index).mean()) for index in np.unique(signs)}


@pytest.mark.parametrize("frame", ["iau13", "tropical"])
@pytest.mark.parametrize("date", ["2024-12-17", "1990-05-17", "2023-11-30", "1605-01-29", "2020-06-18"])
def test_probabilities_are_the_shares_of_the_window(date: str, frame: str) -> None:
    found = astrarium.chart(date, None, GREENWICH, zone="UTC", zodiacs=(frame,))
    day = found.time.jd_tt_day

    for number, position in enumerate(found.positions):
        expected = shares_by_brute_force(number, frame, day, 0.0, 1.0)
        placement = position.signs[frame]
        assert placement.probability == pytest.approx(expected[placement.sign], abs=2e-4), position.body
        assert set(placement.alternatives) == set(expected) - {placement.sign}


def test_a_window_narrows_the_range() -> None:
    found = chart_of(TimeWindow("08:00", "12:00"))

    start, end = found.positions[1].longitude_range
    assert found.time.known == "window"
    assert (end - start) % 360.0 == pytest.approx(found.positions[1].speed / 6.0, abs=0.05)


def test_aspects_of_a_window_hold_throughout() -> None:
    whole_day = {(one.a, one.b, one.aspect) for one in chart_of(None).aspects}

    for time in ("00:00", "12:00", "23:59"):
        assert whole_day <= {(one.a, one.b, one.aspect) for one in chart_of(time).aspects}


def test_coordinates_zero_on_purpose_are_a_place() -> None:
    found = chart_of(place=PlaceReference(latitude=0.0, longitude=0.0), zone="UTC")

    assert (found.place.latitude, found.place.longitude) == (0.0, 0.0)


def test_a_request_decodes_from_json_and_refuses_what_it_does_not_know() -> None:
    body = b'{"birth": {"date": "1990-05-17", "time": {"from": "08:00", "to": "12:00"}, "place": {"id": 2643743}}}'
    request = msgspec.json.decode(body, type=ChartRequest)

    assert request.birth == Birth("1990-05-17", TimeWindow("08:00", "12:00"), PlaceReference(id=2643743))
    assert cast(request).place.name == "London"
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(b'{"birth": {"date": "1990-05-17", "hour": 3}}', type=ChartRequest)


def test_the_module_is_the_function() -> None:
    assert astrarium.chart("1990-05-17", "12:30", "London, GB") == chart_of()
