"""A chart of a table is the chart that the same birth has alone."""

import datetime as dt
import io
import json
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from astrarium.chart.files.casting import Settings
from astrarium.chart.files.conversion import convert
from astrarium.chart.natal import chart
from astrarium.civil.birth import CalendarDate, PlaceReference, TimeWindow
from astrarium.errors import AstrariumError

PLACES = [
    "London, GB",
    "Paris",
    "Kathmandu",
    "Anchorage",
    "Apia",
    "Manila",
    "Ürümqi",
    "Longyearbyen",
    "Lisbon",
    "Springfield",
    "Nowhere at all",
    "Dublin",
    "Saint Petersburg",
]
ZONES = [None, "Europe/Moscow", "+05:45", "-11:30:10", "LMT", "Etc/UTC", "Mars/Olympus"]

dates = st.one_of(
    st.dates(min_value=dt.date(1600, 1, 1), max_value=dt.date(2200, 12, 31)).map(str),
    st.dates(min_value=dt.date(1900, 1, 1), max_value=dt.date(2030, 12, 31)).map(str),
    st.sampled_from(
        ["1990-03-25", "1990-10-28", "1899-12-31", "2011-12-30", "1844-12-31", "1600-01-01", "2200-12-31", "1900-02-29",
         "1990-13-01", "90-1-1", "1995-01-01", "1847-12-01"]
    ),
)  # fmt: skip
times = st.one_of(
    st.none(),
    st.times().map(lambda time: time.replace(microsecond=0).isoformat()),
    st.times().map(lambda time: time.strftime("%H:%M")),
    st.sampled_from(
        [
            "01:30",
            "02:30",
            "00:00",
            "24:00",
            "23:59:60",
            "noon",
            "12:30:15.25",
            "00:15",
            "08:00-12:00",
            "9:30",
            "12:00-10:00",
        ]
    ),
)
births = st.fixed_dictionaries(
    {
        "date": dates,
        "time": times,
        "place": st.sampled_from(PLACES),
        "zone": st.one_of(st.none(), st.sampled_from(ZONES)),
        "fold": st.sampled_from([None, None, 0, 1]),
        "calendar": st.sampled_from([None, None, None, "gregorian", "julian", "auto"]),
    }
)


def table_of(rows, wanted=None):
    """The rows of JSON Lines that the rows give."""
    source = io.BytesIO(b"".join(json.dumps(row).encode() + b"\n" for row in rows))
    target = io.BytesIO()
    tallies = list(convert(source, "jsonl", target, "jsonl", wanted, chunk_rows=64))
    found = [json.loads(line) for line in target.getvalue().splitlines()]
    assert len(found) == len(rows) == tallies[-1].rows
    return found


def alone(birth):
    """The chart of one birth, or the error."""
    time = birth["time"]
    if time is not None and time.count("-") == 1:
        time = TimeWindow(*time.split("-"))
    date = birth["date"] if birth["calendar"] is None else CalendarDate(birth["date"], birth["calendar"])
    return chart(date, time, birth["place"], zone=birth["zone"], fold=birth["fold"])


def same_chart(found, one):
    assert found["error_code"] is None
    assert found["known"] == one.time.known
    assert found["utc"] == one.time.utc
    assert found["zone"] == one.time.zone
    assert found["offset_seconds"] == one.time.offset_seconds
    window = one.time.window_utc or (None, None)
    assert (found["utc_from"], found["utc_to"]) == window
    assert found["jd_tt_day"] == one.time.jd_tt_day
    assert found["jd_tt_fraction"] == pytest.approx(one.time.jd_tt_fraction, abs=1e-15)
    assert found["delta_t_s"] == one.time.delta_t_s
    assert (found["place_latitude"], found["place_longitude"]) == (one.place.latitude, one.place.longitude)
    for position in one.positions:
        for name, value in (
            ("longitude", position.longitude),
            ("latitude", position.latitude),
            ("distance", position.distance),
            ("speed", position.speed),
            ("declination", position.declination),
            ("house", position.house),
        ):
            assert found[f"{position.body}_{name}"] == value
        for frame, placement in position.signs.items():
            is_sure = not placement.alternatives
            assert found[f"{position.body}_sign_{frame}"] == (placement.sign if is_sure else None)
            assert found[f"{position.body}_degree_{frame}"] == (placement.degree if is_sure else None)
    for name in ("ascendant", "midheaven", "vertex", "polar_ascendant"):
        assert found[name] == (one.angles[name].longitude if one.angles else None)
    for house in range(12):
        assert found[f"cusp_{house + 1}"] == (one.houses.cusps[house].longitude if one.houses else None)
    listed = {(one["a"], one["b"]): one for one in found["aspects"]}
    assert [one["orb"] for one in found["aspects"]] == sorted(one["orb"] for one in found["aspects"])
    assert len(listed) == len(one.aspects)
    for aspect in one.aspects:
        told = listed[aspect.a, aspect.b]
        assert (told["aspect"], told["separation"], told["orb"], told["strength"], told["applying"]) == (
            aspect.aspect, aspect.separation, aspect.orb, aspect.strength, aspect.applying
        )  # fmt: skip


def compare(found, cast_alone):
    """The row against what its birth has alone: a chart or an error."""
    try:
        one = cast_alone()
    except AstrariumError as error:
        refused, reason = error.code, error.detail
    else:
        same_chart(found, one)
        return
    assert found["error_code"] == refused
    assert found["error_detail"].casefold().startswith(reason.casefold()[:40])
    if refused == "houses_undefined":
        assert found["sun_longitude"] is not None
    else:
        assert found["sun_longitude"] is None
        assert found["aspects"] is None


@settings(max_examples=40)
@given(rows=st.lists(births, min_size=1, max_size=12))
def test_every_row_is_the_chart_that_its_birth_has_alone(rows):
    for found, birth in zip(table_of(rows), rows, strict=True):
        compare(found, partial(alone, birth))


@settings(max_examples=30)
@given(
    latitude=st.floats(-60, 60).map(lambda value: round(value, 5)),
    longitude=st.floats(-180, 180).map(lambda value: round(value, 5)),
    date=dates,
    time=times,
)
def test_coordinates_are_the_chart_that_they_have_alone(latitude, longitude, date, time):
    row = {"date": date, "time": time, "latitude": latitude, "longitude": longitude}
    (found,) = table_of([row])
    birth = {
        "date": date,
        "time": time,
        "place": PlaceReference(latitude=latitude, longitude=longitude),
        "zone": None,
        "fold": None,
        "calendar": None,
    }
    compare(found, partial(alone, birth))


def test_an_instant_needs_no_clock():
    row = {"instant": "1990-05-17T11:30:00Z", "place": "London, GB"}
    (found,) = table_of([row])
    same_chart(found, chart(instant="1990-05-17T11:30:00Z", place="London, GB"))


@pytest.mark.parametrize(
    ("birth", "code"),
    [
        ({"date": "1990-05-17", "place": ""}, "missing_place"),
        ({"date": "", "place": "Paris"}, "missing_date"),
        ({"date": "1990-05-17", "latitude": 91, "longitude": 0}, "invalid_coordinates"),
        ({"date": "1990-05-17", "latitude": "51N30", "longitude": 0}, "invalid_cell"),
        ({"date": "1990-05-17", "latitude": "nan", "longitude": 0}, "invalid_coordinates"),
        ({"date": "1990-05-17", "latitude": True, "longitude": 0}, "invalid_cell"),
        ({"date": "1990-05-17", "latitude": 51.5}, "missing_place"),
        ({"date": "1990-05-17", "place_id": "12.5"}, "invalid_cell"),
        ({"date": "1990-05-17", "place_id": 2643743, "latitude": 1, "longitude": 2}, "conflicting_place"),
        ({"date": "1990-05-17", "place_id": 7}, "unknown_place"),
        ({"date": "1990-05-17", "place": ["Paris"]}, "invalid_cell"),
        ({"date": "1990-05-17", "place": "Paris", "fold": 2}, "invalid_fold"),
        ({"date": "1990-05-17", "place": "Paris", "fold": True}, "invalid_cell"),
        ({"date": "1990-05-17", "place": "Paris", "time": {"start": 1}}, "invalid_cell"),
        ({"date": "1990-05-17", "place": "Paris", "time": 1230}, "invalid_time"),
        ({"date": 19900517, "place": "Paris"}, "invalid_date"),
        ({"date": "1990-05-17", "place": "Paris", "calendar": "mayan"}, "invalid_calendar"),
        ({"date": "1990-05-17", "place": "Paris", "zone": 1}, "invalid_zone"),
        ({"instant": "1990-05-17T11:30:00Z", "date": "1990-05-17", "place": "Paris"}, "conflicting_birth"),
        ({"date": "1990-05-17", "place": "x" * 5000}, "unknown_place"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_birth_stands_in_its_row(birth, code):
    columns = {
        name: None for row in (birth, {"date": 1, "place": 1, "latitude": 1, "longitude": 1}) for name in row
    }
    good = {"date": "1990-05-17", "place": "Rome"}
    before, bad, after = table_of([columns | good, columns | birth, columns | good])
    assert bad["error_code"] == code
    assert bad["error_detail"]
    assert before["error_code"] is after["error_code"] is None
    assert before["sun_longitude"] == after["sun_longitude"] is not None


def test_a_window_may_be_an_object():
    (found,) = table_of([{"date": "1990-05-17", "time": {"from": "08:00", "to": "12:00"}, "place": "Paris"}])
    assert (found["known"], found["utc_from"]) == ("window", "1990-05-17T06:00:00Z")


def test_a_country_narrows_a_name():
    london, ontario = table_of(
        [{"date": "1990-05-17", "place": "London", "country": code} for code in ("GB", "CA")]
    )
    assert (london["place_country"], ontario["place_country"]) == ("GB", "CA")


def test_houses_that_are_undefined_leave_the_rest_of_the_chart():
    row = {"date": "1990-05-17", "time": "12:00", "place": "Longyearbyen"}
    (found,) = table_of([row])
    assert found["error_code"] == "houses_undefined"
    assert found["sun_longitude"] is not None
    assert found["ascendant"] is not None
    assert found["cusp_1"] is None
    assert found["sun_house"] is None
    (whole,) = table_of([row], Settings(houses="whole_sign"))
    assert whole["error_code"] is None
    assert whole["cusp_13"] is not None


def test_an_unknown_time_has_no_houses_and_no_sign_that_changes_that_day():
    (found,) = table_of([{"date": "1990-05-18", "place": "London, GB"}])
    one = chart("1990-05-18", None, "London, GB")
    moon = next(position for position in one.positions if position.body == "moon")
    changing = [frame for frame, placement in moon.signs.items() if placement.alternatives]
    assert changing
    for frame in changing:
        assert found[f"moon_sign_{frame}"] is None
    assert found["sun_sign_tropical"] == "taurus"
    assert found["sun_house"] is found["ascendant"] is found["ascendant_sign_iau13"] is None
