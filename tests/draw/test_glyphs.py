"""The outlines that are shipped, and how text is set from them."""

import re
from xml.etree import ElementTree as ET

import pytest
from fontTools.pens.boundsPen import BoundsPen
from fontTools.pens.recordingPen import RecordingPen
from fontTools.svgLib.path import parse_path

from astrarium.draw.glyphs import (
    BOX,
    CAP_HEIGHT,
    HALF_SYMBOL,
    Ink,
    abbreviation,
    glyph_book,
    symbol_name,
    text_width,
)

BODIES = (
    *("sun", "moon", "mercury", "venus", "mars", "jupiter", "saturn", "uranus", "neptune", "pluto", "earth"),
    *("chiron", "pholus", "nessus", "ceres", "pallas", "juno", "vesta", "hygiea", "astraea"),
    *("eris", "sedna", "haumea", "makemake", "quaoar"),
    *("mean_node", "true_node", "mean_south_node", "true_south_node", "mean_lilith", "lot_of_fortune"),
)
SIGNS = (
    *("aries", "taurus", "gemini", "cancer", "leo", "virgo", "libra"),
    *("scorpio", "ophiuchus", "sagittarius", "capricorn", "aquarius", "pisces"),
)
ASPECTS = (
    *("conjunction", "opposition", "trine", "square", "sextile"),
    *("quincunx", "semisextile", "semisquare", "sesquiquadrate"),
)


def bounds(path: str) -> tuple[float, float, float, float]:
    recording, pen = RecordingPen(), BoundsPen(None)
    parse_path(path, recording)
    recording.replay(pen)
    return pen.bounds


@pytest.mark.parametrize("name", [*BODIES, *SIGNS, *ASPECTS, "retrograde"])
def test_everything_that_a_chart_names_has_a_symbol(name):
    assert symbol_name(name) in glyph_book().symbols


@pytest.mark.parametrize("name", sorted(glyph_book().symbols))
def test_a_symbol_is_centred_and_fits_its_view(name):
    symbol = glyph_book().symbols[name]
    x_min, y_min, x_max, y_max = bounds(symbol.path)
    assert x_max - x_min == pytest.approx(symbol.width, abs=2)
    assert y_max - y_min == pytest.approx(symbol.height, abs=2)
    assert x_min + x_max == pytest.approx(0, abs=2)
    assert y_min + y_max == pytest.approx(0, abs=2)
    assert max(symbol.width, symbol.height) <= 2 * HALF_SYMBOL


def test_digits_stand_on_the_baseline_at_the_cap_height():
    for digit in "123456789":
        _, y_min, _, y_max = bounds(glyph_book().characters[digit].path)
        assert -y_min / BOX == pytest.approx(CAP_HEIGHT, abs=0.02)
        assert y_max / BOX == pytest.approx(0, abs=0.02)


def test_every_font_is_named_with_version_licence_and_digest():
    book = glyph_book()
    assert {source.licence for source in book.sources} == {"OFL-1.1"}
    files = {source.file for source in book.sources}
    assert {symbol.source for symbol in book.symbols.values()} <= files | {"astrarium"}
    for source in book.sources:
        assert re.fullmatch("[0-9a-f]{64}", source.sha256)
        assert re.fullmatch(r"\d+\.\d+", source.version)
        assert "Copyright" in source.copyright


@pytest.mark.parametrize(
    ("name", "letters"),
    [("mean_perigee", "Per"), ("varuna", "Var"), ("lot:spirit", "Spi"), ("x", "X"), ("", "?"), ("_", "?")],
)
def test_what_has_no_symbol_gets_three_letters(name, letters):
    assert symbol_name(name) is None
    assert abbreviation(name) == letters


def test_text_is_as_wide_as_its_letters_and_anchored_where_asked():
    ink = Ink("p")
    width = text_width("14°", 20.0)
    assert width == pytest.approx(sum(glyph_book().characters[c].advance for c in "14°") * 20.0 / 1000.0)
    for anchor in (0.0, 0.5, 1.0):
        drawn = ET.fromstring(ink.text("14°", 100.0, 50.0, 20.0, "k", "#000", anchor))
        left = float(re.match(r"translate\(([\d.]+)", drawn.attrib["transform"]).group(1))
        assert left == pytest.approx(100.0 - anchor * width, abs=0.06)


def test_a_letter_that_is_not_shipped_is_a_question_mark():
    ink = Ink("p")
    assert "u3f" in ink.text("語", 0.0, 0.0, 10.0, "k", "#000")
    assert text_width("語", 10.0) == text_width("?", 10.0)


def test_outlines_are_defined_once_and_only_when_used():
    ink = Ink("p")
    for _ in range(3):
        ink.glyph("sun", 0.0, 0.0, 10.0, "k", "#000")
        ink.text("11", 0.0, 0.0, 10.0, "k", "#000")
    definitions = ET.fromstring(ink.definitions())
    assert [child.attrib["id"] for child in definitions] == ["p-sun", "p-u31"]
