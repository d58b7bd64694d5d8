"""Every birth that must be refused, over HTTP: the status, the code, where the fault is and what to do."""

import pytest

LONDON = {"date": "1990-05-17", "time": "12:00", "place": "London, GB"}
AT = {"date": "1990-05-17", "time": "12:00"}

REFUSED = {
    "a nonexistent time": (LONDON | {"date": "2021-03-28", "time": "01:30"}, 422, "nonexistent_time", "/birth/time"),
    "an ambiguous time": (LONDON | {"date": "2021-10-31", "time": "01:30"}, 409, "ambiguous_time", "/birth/time"),
    "31 April": (LONDON | {"date": "1990-04-31"}, 422, "invalid_date", "/birth/date"),
    "29 February 1900": (LONDON | {"date": "1900-02-29"}, 422, "invalid_date", "/birth/date"),
    "no date at all": (LONDON | {"date": "yesterday"}, 422, "invalid_date", "/birth/date"),
    "an enormous date": (LONDON | {"date": "1990-05-17" * 1000}, 422, "invalid_date", "/birth/date"),
    "24:00": (LONDON | {"time": "24:00"}, 422, "invalid_time", "/birth/time"),
    "23:59:60": (LONDON | {"time": "23:59:60"}, 422, "invalid_time", "/birth/time"),
    "a window backwards": (LONDON | {"time": {"from": "12:00", "to": "08:00"}}, 422, "invalid_window", "/birth/time"),
    "before the table": (LONDON | {"date": "1599-12-31"}, 422, "date_out_of_range", "/birth/date"),
    "after the table": (LONDON | {"date": "2201-01-01"}, 422, "date_out_of_range", "/birth/date"),
    "latitude 91": (
        AT | {"place": {"latitude": 91, "longitude": 0}}, 422, "invalid_coordinates", "/birth/place/latitude",
    ),
    "longitude 181": (
        AT | {"place": {"latitude": 0, "longitude": 181}}, 422, "invalid_coordinates", "/birth/place/longitude",
    ),
    "an altitude in space": (
        AT | {"place": {"latitude": 0, "longitude": 0, "altitude_m": 1e300}},
        422, "invalid_coordinates", "/birth/place/altitude_m",
    ),
    "an unknown place": (AT | {"place": "Xyzzyville"}, 422, "unknown_place", "/birth/place"),
    "an ambiguous place": (AT | {"place": "Springfield"}, 409, "ambiguous_place", "/birth/place"),
    "an id beyond every integer": (AT | {"place": {"id": 10**30}}, 422, "unknown_place", "/birth/place/id"),
    "an id and coordinates": (
        AT | {"place": {"id": 2643743, "latitude": 1.0, "longitude": 1.0}}, 422, "conflicting_place", "/birth/place/id",
    ),
    "no place": (AT, 422, "missing_place", "/birth/place"),
    "an empty place": (AT | {"place": {}}, 422, "missing_place", "/birth/place"),
    "half of the coordinates": (AT | {"place": {"latitude": 0}}, 422, "missing_place", "/birth/place/longitude"),
    "no date": ({"place": "London, GB"}, 422, "missing_date", "/birth/date"),
    "an unknown zone": (LONDON | {"zone": "Europe/Lundon"}, 422, "unknown_zone", "/birth/zone"),
    "two clocks at one place": (AT | {"place": "Urumqi"}, 409, "ambiguous_zone", "/birth/zone"),
    "a calendar that cannot be known": (
        {"date": {"date": "1650-01-01", "calendar": "auto"}, "time": "12:00", "place": "Berlin, DE"},
        409, "ambiguous_calendar", "/birth/date/calendar",
    ),
    "an instant without a zone": (
        {"instant": "1990-05-17T11:30:00", "place": "London, GB"}, 422, "invalid_instant", "/birth/instant",
    ),
    "an instant and a date": (
        {"instant": "1990-05-17T11:30:00Z", "date": "1990-05-17", "place": "London, GB"},
        422, "conflicting_birth", "/birth/instant",
    ),
    "Placidus at 70° north": (AT | {"place": {"latitude": 70, "longitude": 25}}, 422, "houses_undefined", "/houses"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_a_bad_birth_is_refused_with_its_code_and_place(cast, problem, case):
    birth, status, code, pointer = REFUSED[case]
    told = problem(cast(birth), status, code)
    assert [error["pointer"] for error in told["errors"]] == [pointer]


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"zodiacs": ["nope"]}, "unknown_zodiac"),
        ({"zodiacs": ["iau13@9"]}, "unknown_zodiac_version"),
        ({"zodiacs": []}, "invalid_body"),
        ({"zodiacs": ["iau13"] * 500}, "invalid_body"),
        ({"houses": "placidius"}, "unknown_house_system"),
        ({"bodies": ["sol"]}, "unknown_body"),
        ({"bodies": "everything"}, "unknown_body_set"),
        ({"aspects": "everything"}, "unknown_aspects"),
    ],
)
def test_unknown_settings_are_refused(cast, problem, settings, code):
    told = problem(cast(None, **settings), 422, code)
    assert told["errors"][0]["pointer"] == f"/{next(iter(settings))}"


def test_an_ambiguous_place_lists_its_candidates_and_an_id_settles_it(cast, problem):
    told = problem(cast(AT | {"place": "Springfield"}), 409, "ambiguous_place")
    candidates = told["data"]["candidates"]
    assert len(candidates) > 5
    chosen = candidates[2]
    chart = cast(AT | {"place": {"id": chosen["geoname_id"]}}).json()
    assert chart["place"]["region"] == chosen["region"]


def test_an_ambiguous_time_lists_both_readings_and_fold_settles_it(cast, problem):
    birth = LONDON | {"date": "2021-10-31", "time": "01:30"}
    readings = problem(cast(birth), 409, "ambiguous_time")["data"]["readings"]
    for reading in readings:
        assert cast(birth | {"fold": reading["fold"]}).json()["time"]["utc"] == reading["utc"]


def test_a_nonexistent_time_names_both_neighbours(cast, problem):
    data = problem(cast(LONDON | {"date": "2021-03-28", "time": "01:30"}), 422, "nonexistent_time")["data"]
    assert data["before"]["utc"] == "2021-03-28T00:59:59Z"
    assert data["after"]["utc"] == "2021-03-28T01:00:00Z"


def test_undefined_houses_name_the_systems_that_work_and_they_do(cast, problem):
    birth = AT | {"place": {"latitude": 70, "longitude": 25}}
    told = problem(cast(birth), 422, "houses_undefined")
    works = told["data"]["systems_that_work"]
    assert "porphyry" in works
    assert {cast(birth, houses=system).status_code for system in works} == {200}


def test_the_coordinates_zero_zero_given_on_purpose_are_a_place(cast):
    place = cast(AT | {"place": {"latitude": 0, "longitude": 0}}).json()["place"]
    assert (place["latitude"], place["longitude"]) == (0.0, 0.0)
