"""Zodiacs of the user's own."""

import json
from math import inf, nan

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrarium.sky.zodiacs import (
    InvalidZodiac,
    ZodiacDefinition,
    ayanamsa_deg,
    decode_zodiac,
    define_zodiac,
    place,
    zodiac,
)
from astrarium.sky.zodiacs.custom_signs import SignDefinition

THREE = [{"sign": "dawn", "start": 350.0}, {"sign": "noon", "start": 100.0}, {"sign": "dusk", "start": 200.0}]
WIDE = [{"sign": "dawn", "width": 110.0}, {"sign": "noon", "width": 100.0}, {"sign": "dusk", "width": 150.0}]
J2000 = (2451544.5, 0.5)


def starts(*degrees):
    return [{"sign": f"s{index}", "start": degree} for index, degree in enumerate(degrees)]


def widths(*degrees):
    return [{"sign": f"s{index}", "width": degree} for index, degree in enumerate(degrees)]


@pytest.mark.parametrize(
    ("definition", "reason", "pointer"),
    [
        ({"frame": "stars"}, "missing required field `id`", ""),
        ({"id": "mine"}, "missing required field `frame`", ""),
        ({"id": "mine", "frame": "sky"}, "invalid enum value 'sky'", "/frame"),
        ({"id": "mine", "frame": "stars", "wheel": 1}, "unknown field `wheel`", ""),
        ({"id": "mine", "frame": "stars", "signs": [{"sign": 3}]}, "expected `str`", "/signs/0/sign"),
        ({"id": "mine", "frame": "stars", "signs": "aries"}, "expected `array", "/signs"),
        ({"id": "Mine", "frame": "stars"}, "the id 'Mine' is not a name", "/id"),
        ({"id": "m" * 33, "frame": "stars"}, "is not a name", "/id"),
        ({"id": "mine\n", "frame": "stars"}, "is not a name", "/id"),
        ({"id": "mine", "frame": "stars", "version": 0}, "the version 0", "/version"),
        ({"id": "mine", "frame": "stars", "name": "n" * 501}, "name is longer than 500", "/name"),
        ({"id": "mine", "frame": "stars", "signs": []}, "it has 0 signs", "/signs"),
        ({"id": "mine", "frame": "stars", "signs": starts(10.0)}, "it has 1 signs", "/signs"),
        ({"id": "mine", "frame": "stars", "signs": starts(*range(37))}, "it has 37 signs", "/signs"),
        (
            {"id": "mine", "frame": "stars", "signs": [THREE[0], THREE[1] | {"sign": "dawn"}]},
            "the sign 'dawn' stands twice",
            "/signs/1/sign",
        ),
        (
            {"id": "mine", "frame": "stars", "signs": [THREE[0], THREE[1] | {"sign": "No on"}]},
            "the sign 'No on' is not a name",
            "/signs/1/sign",
        ),
        (
            {"id": "mine", "frame": "stars", "signs": starts(10.0, 200.0, 100.0)},
            "not in the order of the sky",
            "/signs/2/start",
        ),
        (
            {"id": "mine", "frame": "stars", "signs": starts(300.0, 200.0, 100.0)},
            "not in the order of the sky",
            "/signs/1/start",
        ),
        (
            {"id": "mine", "frame": "stars", "signs": starts(10.0, 20.0, 20.0)},
            "two signs start at 20.0°",
            "/signs/2",
        ),
        (
            {"id": "mine", "frame": "stars", "signs": starts(10.0, 20.0, 10.0)},
            "two signs start at 10.0°",
            "/signs/0",
        ),
        ({"id": "mine", "frame": "stars", "signs": starts(0.0, 359.99999)}, "two signs start at", "/signs"),
        ({"id": "mine", "frame": "stars", "signs": starts(0.0, nan)}, "the start nan", "/signs/1/start"),
        ({"id": "mine", "frame": "stars", "signs": starts(0.0, inf)}, "the start inf", "/signs/1/start"),
        ({"id": "mine", "frame": "stars", "signs": starts(0.0, 360.0)}, "the start 360.0", "/signs/1/start"),
        ({"id": "mine", "frame": "stars", "signs": starts(-1.0, 20.0)}, "the start -1.0", "/signs/0/start"),
        ({"id": "mine", "frame": "stars", "signs": WIDE}, "needs a start and no width", "/signs/0"),
        (
            {"id": "mine", "frame": "stars", "signs": THREE, "first_start": 0.0},
            "needs a width and no start",
            "/signs/0",
        ),
        (
            {"id": "mine", "frame": "stars", "signs": [THREE[0] | {"width": 9.0}, *THREE[1:]]},
            "needs a start and no width",
            "/signs/0",
        ),
        (
            {"id": "mine", "frame": "stars", "first_start": 5.0, "signs": widths(100.0, 100.0, 150.0)},
            "the widths make 350°, not 360°",
            "/signs",
        ),
        (
            {"id": "mine", "frame": "stars", "first_start": 5.0, "signs": widths(100.0, -10.0, 270.0)},
            "the width -10.0",
            "/signs/1/width",
        ),
        (
            {"id": "mine", "frame": "stars", "first_start": 5.0, "signs": widths(100.0, nan, 260.0)},
            "the width nan",
            "/signs/1/width",
        ),
        (
            {"id": "mine", "frame": "stars", "first_start": nan, "signs": WIDE},
            "first_start is nan",
            "/first_start",
        ),
        (
            {"id": "mine", "frame": "stars", "first_start": 360.0, "signs": WIDE},
            "first_start 360.0",
            "/first_start",
        ),
        (
            {"id": "mine", "frame": "stars", "first_start": 5.0},
            "first_start stands without signs",
            "/first_start",
        ),
        ({"id": "mine", "frame": "stars", "ayanamsa": "lahiri"}, "takes no ayanamsa", "/frame"),
        ({"id": "mine", "frame": "tropical", "value_deg": 24.0}, "takes no ayanamsa", "/frame"),
        ({"id": "mine", "frame": "sidereal"}, "needs one ayanamsa", "/ayanamsa"),
        (
            {"id": "mine", "frame": "sidereal", "ayanamsa": "lahiri", "value_deg": 24.0},
            "needs one ayanamsa",
            "/ayanamsa",
        ),
        (
            {"id": "mine", "frame": "sidereal", "ayanamsa": "lahri"},
            "there is no ayanamsa 'lahri'",
            "/ayanamsa",
        ),
        ({"id": "mine", "frame": "sidereal", "ayanamsa": "lahiri@9"}, "there is no ayanamsa", "/ayanamsa"),
        ({"id": "mine", "frame": "sidereal", "value_deg": 24.0}, "epoch_jd_tt is missing", "/epoch_jd_tt"),
        ({"id": "mine", "frame": "sidereal", "epoch_jd_tt": 2451545.0}, "value_deg is missing", "/value_deg"),
        (
            {"id": "mine", "frame": "sidereal", "epoch_jd_tt": nan, "value_deg": 24.0},
            "epoch_jd_tt is nan",
            "/epoch_jd_tt",
        ),
        (
            {"id": "mine", "frame": "sidereal", "epoch_jd_tt": 1721057.5, "value_deg": 0.0},
            "outside the years 1000 to 3000",
            "/epoch_jd_tt",
        ),
        (
            {"id": "mine", "frame": "sidereal", "epoch_jd_tt": 2451545.0, "value_deg": 360.0},
            "value_deg 360.0",
            "/value_deg",
        ),
    ],
)
def test_bad_definition_is_refused_with_its_field(definition, reason, pointer):
    with pytest.raises(InvalidZodiac) as caught:
        define_zodiac(definition)
    assert reason in caught.value.detail
    assert caught.value.pointer is not None
    assert caught.value.pointer.startswith(pointer)
    assert caught.value.hint


@pytest.mark.parametrize(
    ("content", "file_format"),
    [(b"{", "json"), (b"\xff\xfe", "json"), (b"id = ", "toml"), (b"\xff", "toml"), (b"[]", "json")],
)
def test_file_that_is_no_definition_is_refused(content, file_format):
    with pytest.raises(InvalidZodiac):
        decode_zodiac(content, file_format)


def test_boundaries_may_begin_anywhere_and_pass_zero_once():
    frame = define_zodiac({"id": "day", "frame": "stars", "signs": THREE})
    assert frame.id == "user:day"
    assert frame.signs == ("noon", "dusk", "dawn")
    assert frame.starts == (100.0, 200.0, 350.0)
    assert frame.widths == (100.0, 150.0, 110.0)
    assert place(351.0, 0.0, frame, *J2000, 0.0).sign == "dawn"
    assert place(99.0, 0.0, frame, *J2000, 0.0).sign == "dawn"


def test_widths_and_starts_say_the_same():
    by_width = define_zodiac({"id": "day", "frame": "tropical", "first_start": 350.0, "signs": WIDE})
    by_start = define_zodiac({"id": "day", "frame": "tropical", "signs": THREE})
    assert by_width == by_start


def test_file_and_mapping_say_the_same():
    definition = {"id": "day", "frame": "stars", "signs": THREE, "name": "Day"}
    toml = 'id = "day"\nframe = "stars"\nname = "Day"\nsigns = [' + ", ".join(
        f'{{ sign = "{sign["sign"]}", start = {sign["start"]} }}' for sign in THREE
    )
    expected = define_zodiac(definition)
    assert decode_zodiac(json.dumps(definition).encode(), "json") == expected
    assert decode_zodiac(f"{toml}]\n".encode(), "toml") == expected
    assert define_zodiac(msgspec.convert(definition, ZodiacDefinition)) == expected


def test_known_ayanamsa_serves_unequal_signs():
    frame = define_zodiac({"id": "mine", "frame": "sidereal", "ayanamsa": "lahiri", "signs": THREE})
    assert frame.counting == zodiac("sidereal:lahiri").counting
    assert frame.signs == ("noon", "dusk", "dawn")


@pytest.mark.parametrize("jd", [2305447.5, 2415020.5, 2488069.5])
def test_ayanamsa_of_ones_own_moves_like_the_known_one_with_the_same_definition(jd):
    known = zodiac("sidereal:j2000")
    own = define_zodiac({"id": "mine", "frame": "sidereal", "epoch_jd_tt": 2451545.0, "value_deg": 0.0})
    assert own.signs == known.signs
    assert ayanamsa_deg(own, jd, 0.0) == pytest.approx(ayanamsa_deg(known, jd, 0.0), abs=1e-9)


def test_ayanamsa_of_ones_own_has_its_value_at_its_epoch():
    own = define_zodiac({"id": "mine", "frame": "sidereal", "epoch_jd_tt": 2305447.5, "value_deg": 18.25})
    assert ayanamsa_deg(own, 2305447.5, 0.0) == pytest.approx(18.25, abs=1e-12)


@given(st.lists(st.integers(0, 3_599_999), min_size=2, max_size=36, unique=True), st.integers(0, 35))
def test_any_circle_of_starts_is_accepted_from_any_sign_on(ticks, turn):
    degrees = [tick / 10_000.0 for tick in sorted(ticks)]
    turn %= len(degrees)
    degrees = degrees[turn:] + degrees[:turn]
    signs = tuple(SignDefinition(f"s{index}", start=degree) for index, degree in enumerate(degrees))
    gaps = [(b - a) % 360.0 for a, b in zip(degrees, degrees[1:] + degrees[:1], strict=True)]
    definition = ZodiacDefinition(id="any", frame="stars", signs=signs)
    if min(gaps) < 0.0001:
        with pytest.raises(InvalidZodiac):
            define_zodiac(definition)
        return
    frame = define_zodiac(definition)
    assert list(frame.starts) == sorted(degrees)
    assert sum(frame.widths) == pytest.approx(360.0, abs=1e-9)
