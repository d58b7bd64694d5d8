"""What a person writes of a birth's place: a name, an id, or coordinates."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrarium.civil.birth import PlaceReference
from astrarium.civil.gazetteer import shipped_gazetteer
from astrarium.civil.place import Place
from astrarium.civil.place_errors import (
    AmbiguousPlace,
    ConflictingPlace,
    InvalidCoordinates,
    MissingPlace,
    PlaceError,
    UnknownCountry,
    UnknownPlace,
)
from astrarium.civil.place_understanding import understand_place


def understand(place: str | PlaceReference | None) -> Place:
    return understand_place(place, shipped_gazetteer())


@pytest.mark.parametrize(
    ("place", "error", "code", "pointer"),
    [
        (None, MissingPlace, "missing_place", "/birth/place"),
        ("", MissingPlace, "missing_place", "/birth/place"),
        (PlaceReference(), MissingPlace, "missing_place", "/birth/place"),
        (PlaceReference(name="London", country="GB"), MissingPlace, "missing_place", "/birth/place"),
        (PlaceReference(latitude=51.5), MissingPlace, "missing_place", "/birth/place/longitude"),
        (PlaceReference(longitude=0.0), MissingPlace, "missing_place", "/birth/place/latitude"),
        ("Xyzzyville", UnknownPlace, "unknown_place", "/birth/place"),
        (PlaceReference(id=1), UnknownPlace, "unknown_place", "/birth/place/id"),
        ("Springfield", AmbiguousPlace, "ambiguous_place", "/birth/place"),
        (
            PlaceReference(id=1, latitude=0.0, longitude=0.0),
            ConflictingPlace,
            "conflicting_place",
            "/birth/place/id",
        ),
        (PlaceReference(id=2643743, name="London"), ConflictingPlace, "conflicting_place", "/birth/place/id"),
        (PlaceReference(id=2643743, country="GB"), ConflictingPlace, "conflicting_place", "/birth/place/id"),
        (
            PlaceReference(latitude=0.0, longitude=0.0, country="XX"),
            UnknownCountry,
            "unknown_country",
            "/birth/place/country",
        ),
    ],
)
def test_what_is_no_place_is_refused_at_its_field(
    place: str | PlaceReference | None, error: type[PlaceError], code: str, pointer: str
) -> None:
    with pytest.raises(error) as caught:
        understand(place)
    assert (caught.value.code, caught.value.pointer) == (code, pointer)
    assert caught.value.hint


@pytest.mark.parametrize("latitude", [90.00001, -91.0, 1e300, math.inf, -math.inf, math.nan])
def test_a_latitude_that_is_none_is_refused(latitude: float) -> None:
    with pytest.raises(InvalidCoordinates) as caught:
        understand(PlaceReference(latitude=latitude, longitude=0.0))
    assert (caught.value.code, caught.value.pointer) == ("invalid_coordinates", "/birth/place/latitude")
    assert f"{latitude:g}" in caught.value.detail


@pytest.mark.parametrize("longitude", [180.00001, -181.0, 360.0, math.inf, -math.inf, math.nan])
def test_a_longitude_that_is_none_is_refused(longitude: float) -> None:
    with pytest.raises(InvalidCoordinates) as caught:
        understand(PlaceReference(latitude=0.0, longitude=longitude))
    assert caught.value.pointer == "/birth/place/longitude"


@pytest.mark.parametrize("altitude_m", [-500.1, 9000.1, math.inf, math.nan])
def test_an_altitude_off_the_earth_is_refused(altitude_m: float) -> None:
    for place in (
        PlaceReference(latitude=0.0, longitude=0.0, altitude_m=altitude_m),
        PlaceReference(id=2643743, altitude_m=altitude_m),
    ):
        with pytest.raises(InvalidCoordinates) as caught:
            understand(place)
        assert caught.value.pointer == "/birth/place/altitude_m"


def test_zero_zero_on_purpose_is_a_place() -> None:
    assert understand(PlaceReference(latitude=0.0, longitude=0.0)) == Place(0.0, 0.0, zone="Etc/GMT")


def test_the_poles_and_the_date_line_are_places() -> None:
    for latitude in (-90.0, 90.0):
        for longitude in (-180.0, 180.0):
            place = understand(PlaceReference(latitude=latitude, longitude=longitude))
            assert (place.latitude, place.longitude) == (latitude, longitude)


def test_coordinates_keep_name_country_and_altitude() -> None:
    place = understand(
        PlaceReference(
            latitude=47.595, longitude=9.317, altitude_m=404.0, country="Switzerland", name="Kesswil"
        )
    )
    assert place == Place(47.595, 9.317, altitude_m=404.0, name="Kesswil", country="CH", zone="Europe/Zurich")


def test_the_country_of_coordinates_is_not_guessed() -> None:
    assert understand(PlaceReference(latitude=51.5, longitude=-0.13)).country is None


def test_whole_numbers_are_coordinates_too() -> None:
    place = understand(PlaceReference(latitude=52, longitude=13))
    assert (place.latitude, place.longitude, place.zone) == (52.0, 13.0, "Europe/Berlin")
    assert isinstance(place.latitude, float)


def test_coordinates_where_two_clocks_are_kept_name_both() -> None:
    place = understand(PlaceReference(latitude=43.8, longitude=87.6))
    assert (place.zone, place.other_zones) == ("Asia/Shanghai", ("Asia/Urumqi",))


def test_an_id_is_looked_up_and_may_have_an_altitude() -> None:
    london = understand(PlaceReference(id=2643743))
    assert london == understand("London, GB")
    assert understand(PlaceReference(id=2643743, altitude_m=24.0)).altitude_m == 24.0


@given(st.floats(-90.0, 90.0), st.floats(-180.0, 180.0))
def test_every_point_of_the_earth_has_a_zone(latitude: float, longitude: float) -> None:
    place = understand(PlaceReference(latitude=latitude, longitude=longitude))
    assert place.zone
    assert place.zone not in place.other_zones


@given(st.floats(), st.floats(), st.floats())
def test_any_numbers_are_a_place_or_invalid_coordinates(
    latitude: float, longitude: float, altitude_m: float
) -> None:
    on_earth = abs(latitude) <= 90 and abs(longitude) <= 180 and -500 <= altitude_m <= 9000
    try:
        understand(PlaceReference(latitude=latitude, longitude=longitude, altitude_m=altitude_m))
    except InvalidCoordinates:
        assert not on_earth
    else:
        assert on_earth
