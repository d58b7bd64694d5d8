import pytest

from astrarium.cli import glyphs
from astrarium.draw.glyphs import glyph_book, symbol_name
from astrarium.draw.palette import LIGHT, sign_tint
from astrarium.sky.sign_names import customary
from astrarium.sky.zodiacs import list_zodiacs


@pytest.mark.parametrize(("latin", "id_"), [("scorpius", "scorpio"), ("capricornus", "capricorn")])
def test_a_latin_name_finds_what_is_known_of_its_sign(latin, id_):
    assert customary(latin) == id_
    assert symbol_name(latin) == symbol_name(id_) == id_
    assert sign_tint(LIGHT, latin) == sign_tint(LIGHT, id_) != sign_tint(LIGHT, "draco")
    assert glyphs.glyph_of(latin) == glyphs.glyph_of(id_) != glyphs.NO_SIGN
    assert glyphs.abbreviation_of(latin) == glyphs.abbreviation_of(id_)


def test_every_zodiac_and_every_table_of_signs_goes_by_one_vocabulary():
    signs = {sign for frame in list_zodiacs() for sign in frame.signs}
    assert signs == {customary(sign) for sign in signs}
    assert signs <= glyph_book().symbols.keys()
    assert signs == glyphs.SIGNS.keys() == glyphs.ABBREVIATIONS.keys()


def test_a_sign_of_ones_own_keeps_its_id():
    assert customary("draco") == "draco"
