"""`astrarium chart` and bad input: one reason, one hint, and never a wrong chart."""

import json
import re

import pytest

LONDON = ("--date", "1990-05-17", "--time", "12:30", "--place", "London, GB")


BAD = {
    "gap": (("--date", "1990-03-25", "--time", "01:30", "--place", "London, GB"), "nonexistent_time"),
    "twice": (("--date", "1990-10-28", "--time", "01:30", "--place", "London, GB"), "ambiguous_time"),
    "31 April": (("--date", "1990-04-31", "--place", "London, GB"), "invalid_date"),
    "no leap day": (("--date", "1900-02-29", "--place", "London, GB"), "invalid_date"),
    "no date": (("--date", "yesterday", "--place", "London, GB"), "invalid_date"),
    "empty date": (("--date", "", "--place", "London, GB"), "invalid_date"),
    "24:00": (("--date", "1990-05-17", "--time", "24:00", "--place", "London, GB"), "invalid_time"),
    "leap second": (("--date", "1990-05-17", "--time", "23:59:60", "--place", "London, GB"), "invalid_time"),
    "no time": (("--date", "1990-05-17", "--time", "noon", "--place", "London, GB"), "invalid_time"),
    "too early": (("--date", "1599-12-31", "--place", "London, GB"), "date_out_of_range"),
    "too late": (("--date", "2201-01-01", "--place", "London, GB"), "date_out_of_range"),
    "latitude 91": (("--date", "1990-05-17", "--latitude", "91", "--longitude", "0"), "invalid_coordinates"),
    "longitude 181": (
        ("--date", "1990-05-17", "--latitude", "9", "--longitude", "181"),
        "invalid_coordinates",
    ),
    "nan": (("--date", "1990-05-17", "--latitude", "nan", "--longitude", "0"), "invalid_coordinates"),
    "infinity": (("--date", "1990-05-17", "--latitude", "0", "--longitude", "-inf"), "invalid_coordinates"),
    "overflow": (("--date", "1990-05-17", "--latitude", "1e999", "--longitude", "0"), "invalid_coordinates"),
    "unknown place": (("--date", "1990-05-17", "--place", "Lodnon"), "unknown_place"),
    "unknown number": (("--date", "1990-05-17", "--place", "99999999999999999999999"), "unknown_place"),
    "ambiguous place": (("--date", "1990-05-17", "--place", "Springfield"), "ambiguous_place"),
    "no place": (("--date", "1990-05-17"), "missing_place"),
    "empty place": (("--date", "1990-05-17", "--place", " "), "missing_place"),
    "half a place": (("--date", "1990-05-17", "--latitude", "51"), "missing_place"),
    "huge place": (("--date", "1990-05-17", "--place", "x" * 100_000), "unknown_place"),
    "polar Placidus": (
        ("--date", "1990-05-17", "--time", "12:00", "--latitude", "70", "--longitude", "20"),
        "houses_undefined",
    ),
    "unknown zodiac": ((*LONDON, "--zodiac", "iau14"), "unknown_zodiac"),
    "no zodiac": ((*LONDON, "--zodiac", ""), "unknown_zodiac"),
    "unknown houses": ((*LONDON, "--houses", "placidius"), "unknown_house_system"),
    "unknown body": ((*LONDON, "--bodies", "vulcan"), "unknown_body"),
    "unknown aspects": ((*LONDON, "--aspects", "minor"), "unknown_aspects"),
    "unknown zone": ((*LONDON, "--zone", "Europe/Londn"), "unknown_zone"),
    "two clocks": (("--date", "1990-05-17", "--time", "12:00", "--place", "Ürümqi"), "ambiguous_zone"),
    "which calendar": (
        ("--date", "1700-02-20", "--calendar", "auto", "--place", "Berlin"),
        "ambiguous_calendar",
    ),
    "unknown country": (
        ("--date", "1990-05-17", "--latitude", "1", "--longitude", "1", "--country", "XX"),
        "unknown_country",
    ),
    "local instant": (("--instant", "1990-05-17T11:30", "--place", "London, GB"), "invalid_instant"),
    "backward window": (
        ("--date", "1990-05-17", "--time", "12:00-08:00", "--place", "London"),
        "invalid_window",
    ),
}


@pytest.mark.parametrize(("arguments", "code"), BAD.values(), ids=BAD)
def test_bad_input_is_one_reason_and_one_hint_and_never_a_chart(chart, arguments, code):
    outcome = chart(*arguments)
    assert (outcome.code, outcome.out) == (1, "")
    reason, *choices, hint = outcome.err.splitlines()
    assert reason.startswith(f"error[{code}]: ")
    assert reason.endswith((".", "?"))
    assert all(choice.startswith("  --") for choice in choices)
    assert hint.startswith("hint: ")
    assert len(reason) + len(hint) < 700


@pytest.mark.parametrize(
    ("arguments", "option"),
    [
        (("--place", "London"), "--date"),
        (("--date", "1990-05-17", "--instant", "1990-05-17T11:30:00Z"), "--date"),
        (("--time", "12:00", "--instant", "1990-05-17T11:30:00Z"), "--time"),
        (("--calendar", "julian", "--instant", "1990-05-17T11:30:00Z"), "--calendar"),
        (("--date", "1990-05-17", "--place", "London", "--altitude", "3"), "--altitude"),
        (("--date", "1990-05-17", "--place", "London", "--country", "GB"), "--country"),
    ],
)
def test_options_that_contradict_each_other_are_wrong_usage(chart, arguments, option):
    code, out, err = chart(*arguments)
    assert (code, out) == (2, "")
    assert option in err.splitlines()[0]


def test_the_reason_for_a_gap_names_both_neighbours(chart):
    err = chart(*BAD["gap"][0]).err
    assert "1990-03-25T00:59:59+00:00" in err
    assert "1990-03-25T02:00:00+01:00" in err


def test_an_ambiguous_place_lists_the_numbers_that_settle_it(chart):
    err = chart(*BAD["ambiguous place"][0]).err
    number = re.search(r"^  --place (\d+) +Springfield, Illinois, US \([\d,]+ people\)$", err, re.MULTILINE)[
        1
    ]
    place = json.loads(chart("--date", "1990-05-17", "--place", number, "--json").out)["place"]
    assert (place["name"], place["region"]) == ("Springfield", "Illinois")


def test_an_ambiguous_time_lists_the_folds_that_settle_it(chart):
    err = chart(*BAD["twice"][0]).err
    assert "  --fold 0  1990-10-28T01:30:00+01:00 (UTC 1990-10-28T00:30:00Z)\n" in err
    assert "  --fold 1  1990-10-28T01:30:00+00:00 (UTC 1990-10-28T01:30:00Z)\n" in err


def test_polar_placidus_names_the_systems_that_work(chart):
    arguments, _ = BAD["polar Placidus"]
    hint = chart(*arguments).err.splitlines()[-1]
    assert "porphyry" in hint
    assert chart(*arguments, "--houses", "porphyry").code == 0


def test_hints_speak_of_options_where_the_engine_speaks_of_fields(chart):
    assert "--calendar" in chart(*BAD["no leap day"][0]).err
    assert "--fold" in chart(*BAD["twice"][0]).err
