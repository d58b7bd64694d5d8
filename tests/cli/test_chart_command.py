"""`astrarium chart`: a page that lines up, JSON that is the chart, and a clear answer to every bad input."""

import os
import re
from xml.etree import ElementTree as ET

import msgspec
import pytest
from rich.cells import cell_len

from astrarium.chart.structs import Chart
from astrarium.cli import glyphs

LONDON = ("--date", "1990-05-17", "--time", "12:30", "--place", "London, GB")


def _decoded(out: str) -> Chart:
    return msgspec.json.decode(out, type=Chart, strict=True)


def _lines_of(out: str, heading: str) -> list[str]:
    """The table whose heading line holds `heading`, without its heading and rule."""
    lines = out.splitlines()
    first = next(index for index, line in enumerate(lines) if heading in line and line.startswith("  "))
    table = []
    for line in lines[first + 2 :]:
        if line.startswith(("to boundary", "?", "Houses", "Aspects", "Receipt")):
            break
        if line:
            table.append(line)
    return table


def test_the_page_says_where_when_and_how_the_time_was_understood(chart):
    code, out, err = chart(*LONDON, "--name", "Ada")
    assert (code, err) == (0, "")
    assert out.startswith("Ada\n\nPlace   London, England, GB · 51.5085° N, 0.1257° W\n")
    assert "\nTime    17 May 1990, 12:30\n" in out
    assert (
        "        12:30 in London was 11:30 UTC: Europe/London, daylight saving time, 1 h\n"
        "        ahead of UTC, from the IANA database 2026f.\n"
        "        certain; delta T 57.1 s\n"
    ) in out


def test_the_page_shows_both_zodiacs_side_by_side_with_their_glyphs(chart):
    sun = _lines_of(chart(*LONDON).out, "tropical")[0]
    assert re.match(r"☉ Sun +♉ Taurus +3°01′ +♉ Tau 26°18′ +10 +\+0\.964 +3°01′ +4510 min$", sun)


def test_retrograde_bodies_carry_their_sign_and_others_none(chart):
    made = _decoded(chart(*LONDON, "--json").out)
    rows = _lines_of(chart(*LONDON).out, "tropical")
    for position, row in zip(made.positions, rows, strict=False):
        assert (glyphs.RETROGRADE in row) == position.retrograde
    assert {position.retrograde for position in made.positions} == {True, False}


def test_every_body_angle_cusp_and_aspect_of_the_chart_has_its_line(chart):
    out = chart(*LONDON).out
    made = _decoded(chart(*LONDON, "--json").out)
    assert len(_lines_of(out, "tropical")) == len(made.positions) + len(made.angles)
    assert "Houses: Placidus" in out
    aspects = out.partition("Aspects\n")[2].partition("\n\n")[0].splitlines()[2:]
    assert len(aspects) == len(made.aspects) > 0


@pytest.mark.parametrize(
    "more",
    [
        (),
        ("--zodiac", "sidereal:lahiri,tropical,iau12,draconic:true,midpoint13,sidereal:fagan_bradley"),
        ("--houses", "whole_sign"),
        ("--time", "unknown"),
        ("--bodies", "all"),
        ("--bodies", "osculating_apogee,mean_apogee,true_node,mean_node,moon"),
        ("--aspects", "all"),
    ],
)
def test_no_line_of_the_page_is_wider_than_80_cells(chart, more):
    code, out, err = chart(*LONDON, *more)
    assert (code, err) == (0, "")
    assert max(cell_len(line) for line in out.splitlines()) <= 80
    assert "…" not in out.partition("Receipt")[0]


def test_a_narrow_terminal_still_gets_whole_numbers(chart, monkeypatch):
    wide = chart(*LONDON).out
    monkeypatch.setenv("COLUMNS", "40")
    assert chart(*LONDON).out == wide


def test_columns_line_up_cell_by_cell(chart):
    rows = _lines_of(chart(*LONDON).out, "tropical")
    for mark in ("′", "′ "):
        ends = [[cell_len(row[: found.end()]) for found in re.finditer(mark, row)][:2] for row in rows]
        assert len({tuple(end) for end in ends}) == 1


def test_every_glyph_of_a_kind_is_equally_wide():
    assert {cell_len(glyph) for glyph in glyphs.SIGNS.values()} == {cell_len(glyphs.NO_SIGN)} == {2}
    narrow = (*glyphs.BODIES.values(), *glyphs.ASPECTS.values(), glyphs.RETROGRADE, glyphs.NOTHING)
    assert {cell_len(glyph) for glyph in narrow} == {1}


def test_every_body_angle_and_sign_that_the_engine_knows_has_a_name_that_fits(chart):
    from astrarium.sky.bodies import BODIES
    from astrarium.sky.zodiacs import list_zodiacs

    made = _decoded(chart(*LONDON, "--json").out)
    full = {body.id: body.name for body in BODIES} | {angle: glyphs.name_of(angle) for angle in made.angles}
    for identifier, name in full.items():
        assert glyphs.label_of(identifier, name) in {name, glyphs.LABELS.get(identifier)}
    assert len({glyphs.label_of(identifier, name) for identifier, name in full.items()}) == len(full)
    for frame in list_zodiacs():
        assert set(frame.signs) <= glyphs.SIGNS.keys() & glyphs.ABBREVIATIONS.keys()


def test_all_bodies_are_those_of_the_list(chart):
    from astrarium.sky.bodies import BODIES

    made = _decoded(chart(*LONDON, "--bodies", "all", "--json").out)
    assert [position.body for position in made.positions] == [body.id for body in BODIES]


def test_json_is_the_whole_chart_and_nothing_else(chart):
    code, out, err = chart(*LONDON, "--json", "--name", "Ada")
    assert (code, err) == (0, "")
    made = _decoded(out)
    assert made.name == "Ada"
    assert msgspec.json.format(msgspec.json.encode(made), indent=2).decode() + "\n" == out


def test_zodiacs_houses_bodies_and_aspects_are_taken_as_asked(chart):
    made = _decoded(
        chart(
            *LONDON,
            "--zodiac",
            "tropical, iau12",
            "--houses",
            "equal_ascendant",
            "--bodies",
            "moon,sun",
            "--aspects",
            "none",
            "--json",
        ).out
    )
    assert [zodiac.split("@")[0] for zodiac in made.settings.zodiacs] == ["tropical", "iau12"]
    assert made.houses.system == "equal_ascendant"
    assert {position.body for position in made.positions} == {"sun", "moon"}
    assert made.aspects == ()


def test_coordinates_of_zero_given_on_purpose_are_a_place(chart):
    made = _decoded(
        chart("--date", "1990-05-17", "--time", "12:00", "--latitude", "0", "--longitude", "0", "--json").out
    )
    assert (made.place.latitude, made.place.longitude) == (0.0, 0.0)


def test_coordinates_may_carry_a_name_a_country_and_a_height(chart):
    arguments = ("--latitude", "-33.9", "--longitude", "18.4", "--altitude", "1000", "--country", "ZA")
    made = _decoded(
        chart("--date", "1990-05-17", "--time", "12:00", *arguments, "--place", "Table Top", "--json").out
    )
    assert (made.place.name, made.place.country, made.place.altitude_m) == ("Table Top", "ZA", 1000.0)


def test_the_number_of_a_place_is_a_place(chart):
    made = _decoded(chart("--date", "1990-05-17", "--place", "2643743", "--altitude", "20", "--json").out)
    assert (made.place.name, made.place.country, made.place.altitude_m) == ("London", "GB", 20.0)


def test_an_instant_stands_for_date_and_time(chart):
    made = _decoded(chart("--instant", "1990-05-17T11:30:00Z", "--place", "London, GB", "--json").out)
    assert (made.time.utc, made.time.known) == ("1990-05-17T11:30:00Z", "exact")


def test_a_fold_settles_an_ambiguous_time(chart):
    twice = ("--date", "1990-10-28", "--time", "01:30", "--place", "London, GB")
    instants = [_decoded(chart(*twice, "--fold", fold, "--json").out).time.utc for fold in ("0", "1")]
    assert instants == ["1990-10-28T00:30:00Z", "1990-10-28T01:30:00Z"]


def test_a_zone_overrides_the_place_s_own(chart):
    made = _decoded(chart(*LONDON, "--zone", "+03:00", "--json").out)
    assert made.time.utc == "1990-05-17T09:30:00Z"


def test_a_julian_date_is_taken_and_said(chart):
    born = ("--date", "1700-02-29", "--time", "12:00", "--place", "London, GB", "--calendar", "julian")
    assert _decoded(chart(*born, "--json").out).time.calendar == "julian"
    assert "1700-02-29 of the Julian calendar is 1700-03-11 of the Gregorian.\n" in chart(*born).out


def test_another_reading_of_the_clock_is_offered(chart):
    born = ("--date", "1642-12-25", "--time", "01:00", "--place", "Grantham, GB", "--calendar", "julian")
    assert "or 4 January 1643, 01:01:15 Universal Time (UTC−0:01:15): " in chart(*born).out


@pytest.mark.parametrize("time", [("--time", "unknown"), ("--time", "Unknown"), ()])
def test_an_unknown_time_gives_ranges_and_no_houses(chart, time):
    born = ("--date", "1990-05-17", *time, "--place", "London, GB")
    made = _decoded(chart(*born, "--json").out)
    assert (made.time.known, made.houses, made.angles) == ("unknown", None, None)
    out = chart(*born).out
    assert "Time    17 May 1990, time unknown\n" in out
    assert "The birth lies between 16 May 1990, 23:00 and 17 May 1990, 23:00 UTC;\n" in out
    assert "Houses" not in out
    assert re.search(r"☽ Moon .* 12°\d\d′ ", out)


@pytest.mark.parametrize("written", ["08:00-12:00", "08:00 - 12:00", "08:00–12:00", "08:00..12:00"])
def test_two_readings_make_a_window(chart, written):
    made = _decoded(chart("--date", "1990-05-17", "--time", written, "--place", "London, GB", "--json").out)
    assert made.time.known == "window"
    assert made.time.window_utc == ("1990-05-17T07:00:00Z", "1990-05-17T11:00:00Z")


def test_a_window_over_a_sign_s_edge_says_how_likely_each_sign_is(chart):
    born = ("--date", "1990-05-20", "--time", "unknown", "--place", "London, GB", "--zodiac", "tropical")
    made = _decoded(chart(*born, "--json").out)
    moon = next(position for position in made.positions if position.body == "moon")
    assert moon.signs["tropical"].alternatives
    row = next(line for line in chart(*born).out.splitlines() if "Moon" in line)
    assert re.search(r"\d′\?", row)
    assert re.search(r"\d+ %, else [A-Z][a-z]{2}$", row)


def test_a_window_shows_likely_angles_houses_and_passing_aspects(chart):
    out = chart("--date", "1990-05-17", "--time", "08:00-12:00", "--place", "London, GB").out
    assert re.search(r"^Ascendant .*Cnc \d+ %, ", out, re.MULTILINE)
    assert "Houses over the window: Placidus" in out
    assert re.search(r"^☉ Sun .*11 \d+ %", out, re.MULTILINE)


def test_an_unknown_time_shows_likely_angles_and_passing_aspects(chart):
    out = chart("--date", "1990-05-17", "--time", "unknown", "--place", "London, GB").out
    assert re.search(r"^Ascendant .*Vir 17 %, Leo 14 %, .* 9 more$", out, re.MULTILINE)
    assert "Aspects for a part of the window" in out


def test_svg_goes_into_the_file_and_the_page_still_to_the_terminal(chart, tmp_path):
    target = tmp_path / "wheel.svg"
    code, out, err = chart(*LONDON, "--svg", str(target), "--theme", "dark")
    assert (code, err) == (0, "")
    assert "☉ Sun" in out
    assert ET.fromstring(target.read_text()).tag == "{http://www.w3.org/2000/svg}svg"


def test_svg_to_standard_output_is_the_picture_alone(chart):
    code, out, err = chart(*LONDON, "--svg", "-")
    assert (code, err) == (0, "")
    assert ET.fromstring(out).tag == "{http://www.w3.org/2000/svg}svg"


def test_svg_and_json_do_not_share_standard_output(chart):
    code, out, err = chart(*LONDON, "--svg", "-", "--json")
    assert (code, out) == (2, "")
    assert "--svg" in err


@pytest.mark.parametrize("target", ["absent/wheel.svg", "."])
def test_an_unwritable_picture_is_told_before_anything_is_printed(chart, tmp_path, monkeypatch, target):
    monkeypatch.chdir(tmp_path)
    code, out, err = chart(*LONDON, "--svg", target)
    assert (code, out) == (1, "")
    assert err.startswith(f'error[unwritable_file]: The file "{target}" cannot be written: ')


def test_the_picture_needs_nothing_of_the_web_stack(run_process, tmp_path):
    for module in ("litestar", "uvicorn", "jinja2"):
        (tmp_path / f"{module}.py").write_text("raise ModuleNotFoundError(name=__name__)")
    done = run_process("chart", *LONDON, "--svg", "-", environment={"PYTHONPATH": str(tmp_path)})
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.startswith(b"<svg")


def test_an_ascii_locale_gets_ascii_as_wide_as_ever(run_process):
    place = ("--date", "1990-05-17", "--time", "12:30", "--place", "Łódź, PL")
    plain = run_process("chart", *place, environment={"LC_ALL": "C", "COLUMNS": "80"})
    signed = run_process("chart", *place, environment={"PYTHONUTF8": "1", "COLUMNS": "80"})
    assert (plain.returncode, plain.stderr) == (0, b"")
    text = plain.stdout.decode("ascii")
    assert text.startswith("Place   Lodz, ")
    assert re.search(r"^  Sun            Taurus       \dd\d\d' ", text, re.MULTILINE)
    assert [len(line) for line in text.splitlines()] == [
        cell_len(line) for line in signed.stdout.decode().splitlines()
    ]


def test_an_encoding_without_the_signs_gets_ascii_too(run_process):
    done = run_process("chart", *LONDON, environment={"PYTHONIOENCODING": "latin-1"})
    assert (done.returncode, done.stderr) == (0, b"")
    assert "Taurus       3d01'" in done.stdout.decode("ascii")


def test_a_pipe_gets_no_colour_unless_it_is_forced(run_process):
    assert b"\x1b[" not in run_process("chart", *LONDON).stdout
    assert (
        b"\x1b["
        in run_process("chart", *LONDON, environment={"FORCE_COLOR": "1", "TERM": "xterm-256color"}).stdout
    )


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="needs a pseudo-terminal")
def test_a_terminal_gets_styles_and_no_colour_when_it_wants_none(run_process):
    for environment, coloured in (({}, True), ({"TERM": "dumb"}, False)):
        ours, theirs = os.openpty()
        try:
            run_process("bodies", stdout=theirs, environment={"TERM": "xterm-256color"} | environment)
            seen = os.read(ours, 100_000)
        finally:
            os.close(ours)
            os.close(theirs)
        assert (b"\x1b[" in seen) is coloured
