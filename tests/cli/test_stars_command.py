"""`astrarium stars`: where the fixed stars stand, and a clear answer to every bad input."""

import re

import msgspec
import pytest
from rich.cells import cell_len

import astrarium
from astrarium.chart.star_list import StarList, stars_at
from astrarium.sky.zodiacs import list_zodiacs, zodiac

NOON = ("--at", "2025-01-01T12:00:00Z")


def listed(outcome) -> StarList:
    assert (outcome.code, outcome.err) == (0, "")
    return msgspec.json.decode(outcome.out, type=StarList, strict=True)


def test_bright_stars_are_listed_from_the_brightest_down(run):
    code, out, err = run("stars", *NOON, "--brighter-than", "1")
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[0] == "2025-01-01 12:00:00 UTC"
    assert re.fullmatch(
        r"Aldebaran +α Tau +0\.87 +70°08′ +-5°27′ +♉ Tau 16°22′ +Tau",
        next(line for line in lines if "Aldebaran" in line),
    )
    magnitudes = [float(re.search(r" (-?\d\.\d\d) ", line)[1]) for line in lines[4:]]
    assert magnitudes == sorted(magnitudes)
    assert len(magnitudes) == 15
    assert max(magnitudes) <= 1.0


def test_the_numbers_are_the_library_s(run):
    found = listed(run("stars", *NOON, "--json"))
    stars = astrarium.list_stars()
    assert [one.id for one in found.items] == [one.id for one in stars]
    instants = astrarium.from_universal(2460676.5, 0.5)
    places = astrarium.star_places(instants.tt_day, instants.tt_fraction, stars)
    assert [one.longitude for one in found.items] == pytest.approx(places.longitude_deg[0], abs=1e-8)
    assert [one.declination for one in found.items] == pytest.approx(places.declination_deg[0], abs=1e-8)


def test_named_stars_come_in_the_order_of_their_names_each_once(run):
    found = listed(run("stars", "Regulus", "alpha Lib", "HIP 21421", "regulus", *NOON, "--json"))
    assert [one.name for one in found.items] == ["Regulus", "Zubenelgenubi", "Aldebaran"]


def test_several_zodiacs_stand_side_by_side():
    frame = zodiac("midpoint13")
    found = stars_at("2000-01-01T12:00:00Z", (frame, zodiac("tropical")), ["Spica", "Aldebaran"])
    spica, aldebaran = found.items
    assert spica.signs["midpoint13"].sign == "virgo"
    assert aldebaran.signs["midpoint13"].sign == "taurus"
    assert aldebaran.signs["tropical"].sign == "gemini"
    assert 60.0 + aldebaran.signs["tropical"].degree == pytest.approx(aldebaran.longitude, abs=1e-7)


@pytest.mark.parametrize("frame", [one.id for one in list_zodiacs() if one.kind != "sidereal"])
def test_every_zodiac_has_a_sign_for_every_star(frame):
    found = stars_at("1900-01-01T00:00:00Z", (zodiac(frame),))
    for one in found.items:
        at = one.signs[frame]
        assert 0.0 <= at.degree <= at.width
        assert at.boundary_deg == pytest.approx(min(at.degree, at.width - at.degree), abs=2e-8)


def test_a_zodiac_of_ones_own_may_be_a_file(run, tmp_path):
    path = tmp_path / "halves.toml"
    path.write_text(
        'id = "halves"\nframe = "tropical"\n'
        'signs = [{sign = "light", start = 0.0}, {sign = "dark", start = 180.0}]\n'
    )
    found = listed(run("stars", "Regulus", "Spica", *NOON, "--zodiac", str(path), "--json"))
    assert [one.signs["user:halves"].sign for one in found.items] == ["light", "dark"]


def test_points_without_magnitude_are_listed_last_and_are_never_bright(run):
    every = listed(run("stars", *NOON, "--json")).items
    assert [one.magnitude is None for one in every] == sorted(one.magnitude is None for one in every)
    bright = listed(run("stars", *NOON, "--brighter-than", "99", "--json")).items
    assert all(one.magnitude is not None for one in bright)
    assert len(bright) == sum(one.magnitude is not None for one in every)


def test_without_an_instant_the_stars_of_now_are_told(run):
    now = listed(run("stars", "Vega", "--json")).utc
    assert re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ", now)


def test_no_line_is_wider_than_80_cells(run):
    out = run("stars", *NOON).out
    assert max(cell_len(line) for line in out.splitlines()) <= 80
    assert len(out.splitlines()) >= 1014


def test_none_that_bright_is_said_so(run):
    assert run("stars", *NOON, "--brighter-than", "-5") == (
        0,
        "No star of the catalogue is that bright.\n",
        "",
    )


@pytest.mark.parametrize(
    ("options", "code", "told"),
    [
        (
            ("Aldebarn",),
            1,
            "error[unknown_star]: There is no star 'Aldebarn' in the catalogue. Did you mean Aldebaran",
        ),
        (("",), 1, "error[unknown_star]: "),
        (("Vega", "--at", "2025-01-01"), 1, "error[invalid_instant]: "),
        (("Vega", "--at", "2025-02-30T00:00:00Z"), 1, "error[invalid_instant]: "),
        (("Vega", "--at", "1500-01-01T00:00:00Z"), 1, "error[out_of_range]: "),
        (("Vega", *NOON, "--zodiac", "nope"), 1, "error[unknown_zodiac]: "),
        (("Vega", *NOON, "--zodiac", "absent.json"), 1, "error[unreadable_file]: "),
        (("--brighter-than", "nan"), 2, "error[usage]: Invalid value for --brighter-than: "),
        (("--brighter-than", "bright"), 2, "error[usage]: "),
    ],
)
def test_bad_input_has_a_clear_answer(run, options, code, told):
    outcome = run("stars", *options)
    assert (outcome.code, outcome.out) == (code, "")
    assert outcome.err.startswith(told)
