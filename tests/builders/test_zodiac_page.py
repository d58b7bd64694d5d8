"""The page on zodiacs says what the catalogue says, and its examples run."""

import re
import tomllib
from xml.etree import ElementTree as ET

import pytest

from astrarium.sky.zodiacs import define_zodiac
from builders import zodiac_page
from builders.zodiac_drawing import FRAMES, drawing

TEXT = zodiac_page.PAGE.read_text(encoding="utf-8")
NUMBER = re.compile(r"-?\d+\.?\d*")


def blocks(language):
    return re.findall(rf"```{language}\n(.*?)```", TEXT, re.DOTALL)


def test_tables_are_those_of_the_catalogue():
    assert zodiac_page.page(TEXT) == TEXT
    assert len(re.findall(r"^\| `[a-z0-9_]+` \|", TEXT, re.MULTILINE)) == 47


def test_page_without_a_place_for_a_table_is_refused():
    with pytest.raises(ValueError, match="no place for the table 'stars'"):
        zodiac_page.page(TEXT.replace("table: stars", "table: planets"))


def test_picture_is_the_one_that_the_builder_draws():
    """Coordinates to a tenth of a pixel, since the last bit of a sine may differ between machines."""
    shipped, drawn = zodiac_page.PICTURE.read_text(encoding="utf-8"), drawing()
    assert NUMBER.sub("#", shipped) == NUMBER.sub("#", drawn)
    ours, theirs = ([float(found) for found in NUMBER.findall(text)] for text in (drawn, shipped))
    assert ours == pytest.approx(theirs, abs=0.1001)


def test_picture_is_sound_and_says_what_it_shows():
    picture = ET.fromstring(zodiac_page.PICTURE.read_text(encoding="utf-8"))
    space = {"s": "http://www.w3.org/2000/svg"}
    assert picture.findtext("s:title", namespaces=space) == "The belt of the zodiac"
    description = picture.findtext("s:desc", namespaces=space)
    assert all(frame in description for frame in FRAMES)
    ids = [element.get("id") for element in picture.iter() if element.get("id")]
    assert len(ids) == len(set(ids))


def test_example_of_a_definition_is_accepted():
    (definition,) = blocks("toml")
    frame = define_zodiac(tomllib.loads(definition))
    assert (frame.id, frame.signs, frame.widths) == ("user:halves", ("bright", "dim"), (180.0, 180.0))


def test_example_in_python_runs(capsys):
    (code,) = blocks("python")
    exec(compile(code, str(zodiac_page.PAGE), "exec"), {})
    assert "sign='sagittarius'" in capsys.readouterr().out


def test_every_frame_that_is_no_ayanamsa_is_explained():
    from astrarium.sky.zodiacs import list_zodiacs

    for frame in list_zodiacs():
        if frame.kind != "sidereal":
            assert f"`{frame.id}`" in TEXT
