"""Charts from a place on the Earth and from the Sun: the places that the library gives, and what follows from them."""

import hashlib

import msgspec
import numpy as np
import pytest

import astrarium
from astrarium.chart.errors import UnknownPerspective
from astrarium.chart.natal import cast, write
from astrarium.chart.receipt import table_digests
from astrarium.chart.selection import select
from astrarium.chart.structs import ChartRequest
from astrarium.chart.tracks import Spot, Window, track
from astrarium.civil.birth import Birth, PlaceReference, TimeWindow
from astrarium.sky.errors import UnknownBody
from astrarium.sky.perspective_errors import NotSeenFromSun

DAYS = np.linspace(2433000.5, 2466000.5, 40)
FRACTIONS = np.linspace(0.0, 0.99, 40)
LATITUDES = np.linspace(-80.0, 80.0, 40)
LONGITUDES = np.linspace(-170.0, 170.0, 40)
HIGH = PlaceReference(latitude=-16.5, longitude=-68.15, altitude_m=3640.0)


def instants():
    return astrarium.from_universal(DAYS, FRACTIONS)


def request_of(perspective, *, time="12:30", place=HIGH, **choices):
    return ChartRequest(Birth(date="1990-05-17", time=time, place=place), perspective=perspective, **choices)


def signs_of(longitudes):
    return (longitudes // 30.0).astype(int)


def test_topocentric_charts_have_the_places_of_the_library_with_their_signs_and_aspects() -> None:
    found = astrarium.charts(
        instants(), LATITUDES, LONGITUDES, perspective="topocentric", altitude_m=500.0, zodiacs=("tropical",)
    )
    bodies = found.selection.bodies
    expected = astrarium.topocentric_places(instants(), LATITUDES, LONGITUDES, 500.0, bodies)
    assert np.array_equal(found.places.values, expected.values, equal_nan=True)
    assert np.array_equal(found.signs[:, 0, : len(bodies)], signs_of(expected.longitude_deg))
    separation = abs((expected.longitude_deg[:, 0] - expected.longitude_deg[:, 1] + 180.0) % 360.0 - 180.0)
    kinds = found.selection.aspects.kinds
    for code, apart in zip(found.aspects[:, 0], separation, strict=True):
        within = [number for number, kind in enumerate(kinds) if abs(apart - kind.angle_deg) <= kind.orb_deg]
        assert ([] if code < 0 else [code]) == within


def test_a_place_on_the_earth_changes_neither_angles_nor_cusps_but_the_moon() -> None:
    centre, place = (
        astrarium.charts(instants(), LATITUDES, LONGITUDES, perspective=one)
        for one in ("geocentric", "topocentric")
    )
    assert np.array_equal(centre.angles_deg, place.angles_deg)
    assert np.array_equal(centre.cusps_deg, place.cusps_deg, equal_nan=True)
    assert np.array_equal(centre.status, place.status)
    moved = abs(centre.places.longitude_deg - place.places.longitude_deg)
    moon = centre.selection.bodies.index("moon")
    assert 0.5 < moved[:, moon].max() < 1.1
    assert np.delete(moved, moon, axis=1).max() < 0.01
    node = centre.selection.bodies.index("true_node")
    assert np.array_equal(moved[:, node], np.zeros(40))


def test_heliocentric_charts_have_the_places_of_the_library_and_nothing_of_the_earths_turning() -> None:
    found = astrarium.charts(
        instants(), LATITUDES, LONGITUDES, perspective="heliocentric", zodiacs=("tropical",), bodies="all"
    )
    bodies = found.selection.bodies
    assert bodies[:3] == ("earth", "mercury", "venus")
    assert not {"sun", "moon", "true_node", "mean_apogee"} & set(bodies)
    expected = astrarium.heliocentric_places(instants().tt_day, instants().tt_fraction, bodies)
    assert np.array_equal(found.places.values, expected.values, equal_nan=True)
    assert np.array_equal(found.signs[:, 0, : len(bodies)], signs_of(expected.longitude_deg))
    assert (found.signs[:, 0, len(bodies) :] == -1).all()
    assert np.isnan(found.angles_deg).all()
    assert np.isnan(found.cusps_deg).all()
    assert (found.houses == 0).all()
    assert (found.status == 0).all()  # beyond the polar circles too


def test_the_earth_stands_opposite_the_sun() -> None:
    from_sun = astrarium.charts(instants(), 0.0, 0.0, perspective="heliocentric", bodies=("earth",))
    from_earth = astrarium.charts(instants(), 0.0, 0.0, bodies=("sun",))
    apart = (from_sun.places.longitude_deg - from_earth.places.longitude_deg) % 360.0
    assert np.allclose(apart, 180.0, atol=20.0 / 3600.0)  # aberration, and light time once more or less
    assert np.allclose(from_sun.places.distance_au, from_earth.places.distance_au, atol=1e-5)


@pytest.mark.parametrize("perspective", ["topocentric", "heliocentric"])
def test_threads_change_nothing(perspective) -> None:
    count = 9000
    many = astrarium.from_universal(np.linspace(2433000.5, 2466000.5, count) // 1 + 0.5, np.full(count, 0.3))
    one, two = (astrarium.charts(many, 50.0, 8.0, perspective=perspective, threads=n) for n in (1, 2))
    assert np.array_equal(one.numbers, two.numbers, equal_nan=True)
    assert np.array_equal(one.codes, two.codes)


def test_a_bad_row_is_blank_and_hurts_no_other() -> None:
    found = astrarium.charts(
        astrarium.from_universal([2448028.5] * 4 + [1e6], 0.5),
        [10.0, 95.0, 10.0, 10.0, 10.0],
        20.0,
        perspective="topocentric",
        altitude_m=[0.0, 0.0, np.nan, 1e6, 0.0],
    )
    assert found.status.tolist() == [0, 3, 6, 6, 1]
    assert np.isnan(found.numbers[1:]).all()
    assert np.isfinite(found.places.longitude_deg[0]).all()


def test_bodies_that_have_no_place_from_the_sun_and_unknown_perspectives_are_errors() -> None:
    with pytest.raises(NotSeenFromSun):
        select(("iau13",), "placidus", ("mars", "sun"), "major", "heliocentric")
    with pytest.raises(UnknownBody):
        select(("iau13",), "placidus", ("earth",), "major", "topocentric")
    with pytest.raises(UnknownPerspective, match="galactocentric"):
        select(("iau13",), "placidus", "standard", "major", "galactocentric")


def test_a_chart_says_its_perspective_and_uses_the_altitude_of_its_place() -> None:
    told = cast(request_of("topocentric", zodiacs=("tropical",)))
    assert told.settings.perspective == "topocentric"
    time = told.time
    instant = astrarium.from_terrestrial(time.jd_tt_day, time.jd_tt_fraction)
    expected = astrarium.topocentric_places(instant, -16.5, -68.15, 3640.0, ("moon",))
    moon = told.positions[1]
    assert (moon.body, moon.longitude) == ("moon", pytest.approx(expected.longitude_deg[0, 0], abs=1e-7))
    at_sea = PlaceReference(latitude=-16.5, longitude=-68.15)
    assert cast(request_of("topocentric", place=at_sea)).positions[1].longitude != moon.longitude


def test_a_heliocentric_chart_has_the_earth_and_no_houses_and_says_so() -> None:
    told = cast(request_of("heliocentric"))
    assert told.positions[0].body == "earth"
    assert told.angles is None
    assert told.houses is None
    assert all(position.house is None and not position.retrograde for position in told.positions)
    assert any("Seen from the Sun" in note for note in told.notes)
    far_north = PlaceReference(latitude=80.0, longitude=-68.15)
    polar = cast(request_of("heliocentric", place=far_north))  # where Placidus has no houses
    assert polar.settings.perspective == "heliocentric"


@pytest.mark.parametrize("perspective", ["geocentric", "topocentric", "heliocentric"])
@pytest.mark.parametrize("time", ["12:30", None])
def test_what_is_written_is_what_the_structs_say(perspective, time) -> None:
    request = request_of(perspective, time=time)
    assert msgspec.json.encode(write(request)) == msgspec.json.encode(cast(request))


def test_receipts_tell_perspectives_apart_and_the_usual_one_is_as_it_always_was() -> None:
    told = [cast(request_of(one)) for one in ("geocentric", "topocentric", "heliocentric")]
    assert len({chart.receipt.id for chart in told}) == 3
    usual = msgspec.to_builtins(request_of("geocentric"))
    del usual["perspective"]
    encode = msgspec.json.Encoder(order="deterministic").encode
    digest = hashlib.sha256(encode({"engine": astrarium.__version__, "tables": table_digests()}))
    digest.update(encode(told[0].settings.zodiacs))
    digest.update(msgspec.json.encode(usual))  # in the order of its fields
    assert told[0].receipt.id == f"sha256:{digest.hexdigest()}"


@pytest.mark.parametrize("perspective", ["topocentric", "heliocentric"])
def test_the_polynomials_of_a_window_are_the_places_of_its_instants(perspective) -> None:
    selection = select(("iau13", "tropical"), "placidus", "standard", "major", perspective)
    start, delta_t_s = 2448028.5, 57.0
    spot = Spot(-16.5, -68.15, (delta_t_s, delta_t_s), 3640.0)
    tracks = track(selection, Window(start, 0.1, 1.0), spot)
    shares = np.random.default_rng(4).uniform(0.0, 1.0, 50)
    there = astrarium.Instants(np.full(50, start), 0.1 + shares, np.full(50, delta_t_s))
    charts = astrarium.charts(
        there, -16.5, -68.15, zodiacs=("iau13", "tropical"), perspective=perspective, altitude_m=3640.0
    )
    steps = shares * tracks.longitudes.shape[1]
    step = np.minimum(steps.astype(int), tracks.longitudes.shape[1] - 1)
    powers = (steps - step)[:, None] ** np.arange(4)
    values = (tracks.longitudes[:, step] * powers).sum(axis=2).T
    apart = (values - charts.places.longitude_deg + 180.0) % 360.0 - 180.0
    assert abs(apart).max() < 5e-7


def test_an_unknown_time_tells_what_a_place_sees_through_the_day() -> None:
    told = cast(request_of("topocentric", time=None, zodiacs=("tropical",)))
    assert told.window.angles
    first, last = told.positions[1].longitude_range
    start = astrarium.from_universal(2448028.5, 4.0 / 24.0)  # midnight at UTC-4
    seen = astrarium.topocentric_places(start, -16.5, -68.15, 3640.0, ("moon",))
    assert first == pytest.approx(seen.longitude_deg[0, 0], abs=1e-5)
    assert last > first
    assert told.window.houses_defined == 1.0


def test_a_window_from_the_sun_has_signs_and_aspects_and_no_houses() -> None:
    told = cast(request_of("heliocentric", time=TimeWindow("10:00", "14:00")))
    assert told.window.angles == {}
    assert told.window.houses_defined == 0.0
    assert all(position.houses == () for position in told.window.positions)
    assert all(sum(one.probability for one in at.signs["iau13"]) == 1.0 for at in told.window.positions)
