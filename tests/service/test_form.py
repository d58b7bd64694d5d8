from urllib.parse import parse_qs, urlencode

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrarium.civil.birth import CalendarDate, PlaceReference, TimeWindow
from astrarium.service.charts.errors import MissingTime
from astrarium.service.charts.form import ChartForm, is_tidy, query_of, read, request_of

NAMES = [field.encode_name for field in msgspec.structs.fields(ChartForm)]


def form(**values: str) -> ChartForm:
    return read(urlencode(values))


def birth(**values: str):
    return request_of(form(date="1990-05-17", place="London, GB", **values)).birth


def test_a_plain_form_asks_for_both_zodiacs_and_placidus():
    request = request_of(form(date="1990-05-17", time="12:30", place="London, GB", name="Ada"))
    assert request.name == "Ada"
    assert request.zodiacs == ("iau13", "tropical")
    assert request.houses == "placidus"
    assert (request.birth.date, request.birth.time, request.birth.place) == (
        "1990-05-17",
        "12:30",
        "London, GB",
    )


def test_another_zodiac_comes_first_and_the_compared_ones_stay():
    asked = form(date="1990-05-17", place="London, GB", zodiac="sidereal:lahiri")
    assert request_of(asked).zodiacs == ("sidereal:lahiri", "iau13", "tropical")
    assert request_of(form(date="1990-05-17", place="x", zodiac="tropical")).zodiacs == ("tropical", "iau13")


@pytest.mark.parametrize(
    ("values", "time"),
    [
        ({"time": "12:30"}, "12:30"),
        ({"known": "exact", "time": "12:30", "from": "1:00"}, "12:30"),
        ({"known": "window", "time": "12:30", "from": "08:00", "to": "12:00"}, TimeWindow("08:00", "12:00")),
        ({"from": "08:00", "to": "12:00"}, TimeWindow("08:00", "12:00")),
        ({"known": "unknown", "time": "12:30"}, None),
        ({}, None),
    ],
)
def test_the_time_is_what_the_choice_says(values, time):
    assert birth(**values).time == time


@pytest.mark.parametrize(
    ("values", "pointer"),
    [
        ({"known": "exact"}, "/birth/time"),
        ({"known": "window", "to": "12:00"}, "/birth/time/from"),
        ({"known": "window", "from": "12:00"}, "/birth/time/to"),
    ],
)
def test_a_time_that_is_said_to_be_known_must_be_there(values, pointer):
    with pytest.raises(MissingTime) as caught:
        birth(**values)
    assert caught.value.pointer == pointer


@pytest.mark.parametrize(
    ("text", "latitude", "longitude"),
    [
        ("51.5, -0.13", 51.5, -0.13),
        ("51.5 -0.13", 51.5, -0.13),
        ("51.5N 0.13W", 51.5, -0.13),
        ("33.86°S; 151.21°E", -33.86, 151.21),
        ("0,0", 0.0, 0.0),
        ("+91, 400", 91.0, 400.0),
    ],
)
def test_coordinates_are_understood_as_they_are_written(text, latitude, longitude):
    place = request_of(form(date="1990-05-17", place=text)).birth.place
    assert place == PlaceReference(latitude=latitude, longitude=longitude)


@pytest.mark.parametrize("text", ["51", "Paris 1", "1e5, 2", "51.5, x", "１, ２", "12:30, 5"])
def test_what_is_not_quite_coordinates_is_a_name(text):
    assert request_of(form(date="1990-05-17", place=text)).birth.place == text


def test_a_suggestion_counts_by_its_id_until_its_text_is_changed():
    taken = {"date": "1990-05-17", "place_id": "2643743", "place_was": "London, England, GB"}
    kept = form(place="London, England, GB", **taken)
    assert request_of(kept).birth.place == PlaceReference(id=2643743)
    changed = form(place="Paris", **taken)
    assert request_of(changed).birth.place == "Paris"
    assert "place_id" not in query_of(changed)


@pytest.mark.parametrize("place_id", ["", "x", "-1", "1.5", "１２"])
def test_an_id_that_is_no_number_does_not_count(place_id):
    assert request_of(form(date="1990-05-17", place="Paris", place_id=place_id)).birth.place == "Paris"


def test_the_calendar_is_part_of_the_date_only_where_it_is_not_gregorian():
    assert birth(calendar="gregorian").date == "1990-05-17"
    assert birth(calendar="julian").date == CalendarDate("1990-05-17", "julian")
    assert birth(calendar="mayan").date == CalendarDate("1990-05-17", "mayan")


def test_the_short_query_leaves_out_what_is_empty_or_usual():
    sent = (
        "name=&date=1990-05-17&known=exact&time=12%3A30&from=&to=&place=London%2C+GB&place_id=&place_was="
        "&zodiac=iau13&houses=placidus&calendar=gregorian&zone=&fold="
    )
    assert not is_tidy(sent, read(sent))
    assert query_of(read(sent)) == "date=1990-05-17&time=12%3A30&place=London%2C+GB"


def test_a_change_keeps_everything_else():
    query = query_of(
        form(name="Ada", date="1990-05-17", time="12:30", place="Paris", zodiac="tropical"), fold="1"
    )
    assert parse_qs(query) == {
        "name": ["Ada"], "date": ["1990-05-17"], "time": ["12:30"], "place": ["Paris"], "zodiac": ["tropical"],
        "fold": ["1"],
    }  # fmt: skip


def test_tracking_parameters_are_left_out_and_the_last_of_two_counts():
    asked = read("date=1990-05-17&utm_source=x&fbclid=y&place=Rome&place=Paris")
    assert query_of(asked) == "date=1990-05-17&place=Paris"


def test_endless_values_are_cut():
    assert len(form(name="x" * 5000, date="1").name) == 200


@given(st.dictionaries(st.sampled_from(NAMES), st.text(max_size=12)))
def test_the_short_query_means_the_same_form_and_is_itself_tidy(values):
    asked = read(urlencode(values))
    query = query_of(asked)
    assert read(query) == asked
    assert is_tidy(query, asked)


@given(st.text(max_size=200))
def test_no_query_string_breaks_the_reader(query):
    assert query_of(read(query)) == query_of(read(query_of(read(query))))
