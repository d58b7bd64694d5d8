"""The builder of the outlines, on fonts made here: it takes no other file than the one it was written for."""

import hashlib
from pathlib import Path

import msgspec
import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.areaPen import AreaPen
from fontTools.pens.boundsPen import BoundsPen
from fontTools.pens.recordingPen import RecordingPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.svgLib.path import parse_path

from astrarium.draw.glyphs import GlyphBook, glyph_book
from builders import glyphs as builder


def frame(width: int, height: int, stroke: int):
    """A rectangle drawn with a pen, as a TrueType glyph: a straight outline and a hole."""
    pen = TTGlyphPen(None)
    for inset, clockwise in ((0, True), (stroke, False)):
        corners = [
            (inset, inset),
            (inset, height - inset),
            (width - inset, height - inset),
            (width - inset, inset),
        ]
        ordered = corners if clockwise else [corners[0], *reversed(corners[1:])]
        pen.moveTo(ordered[0])
        for corner in ordered[1:]:
            pen.lineTo(corner)
        pen.closePath()
    return pen.glyph()


def make_font(path: Path, outlines: dict[str, object]) -> str:
    """Write a font of 1000 units whose characters have the outlines given; the file's digest."""
    fonts = FontBuilder(1000, isTTF=True)
    names = [".notdef", *(f"u{ord(character):x}" for character in outlines)]
    fonts.setupGlyphOrder(names)
    fonts.setupCharacterMap({ord(character): f"u{ord(character):x}" for character in outlines})
    empty = TTGlyphPen(None).glyph()
    fonts.setupGlyf(dict(zip(names, [empty, *outlines.values()], strict=True)))
    fonts.setupHorizontalMetrics(dict.fromkeys(names, (600, 0)))
    fonts.setupHorizontalHeader(ascent=800, descent=-200)
    fonts.setupNameTable(
        {
            "familyName": "Made",
            "styleName": "Regular",
            "version": "Version 1.000",
            "copyright": "Copyright us",
        }
    )
    fonts.setupPost()
    fonts.font["head"].created = fonts.font["head"].modified = 0
    fonts.font.recalcTimestamp = False
    fonts.save(path)
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture
def fonts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with small fonts of three weights, and the builder told to take these."""
    weights = (300, 400, 500)
    names = [builder.SYMBOLS.format(weight=weight) for weight in weights]
    space = TTGlyphPen(None).glyph()
    (tmp_path / "package").mkdir()
    used = {
        name: make_font(tmp_path / "package" / name, {"☽": frame(300, 400, stroke)})
        for name, stroke in zip(names, (20, 33, 60), strict=True)
    }
    used[builder.SYMBOLS_2] = make_font(tmp_path / builder.SYMBOLS_2, {"⯰": frame(500, 500, 50)})
    used[builder.TEXT] = make_font(tmp_path / builder.TEXT, {"0": frame(400, 700, 60), " ": space})
    monkeypatch.setattr(builder, "WEIGHTS", weights)
    monkeypatch.setattr(builder, "FROM_SYMBOLS", {"moon": "☽"})
    monkeypatch.setattr(builder, "FROM_SYMBOLS_2", {"eris": "⯰"})
    monkeypatch.setattr(builder, "DOTTED", {"true_moon": ("moon", 0.0, -50.0)})
    monkeypatch.setattr(builder, "CHARACTERS", "0 ")
    monkeypatch.setattr(builder, "FONTS_USED", used)
    return tmp_path


def build(fonts: Path, target: Path, monkeypatch: pytest.MonkeyPatch) -> bytes:
    monkeypatch.setattr("sys.argv", ["glyphs.py", str(fonts), "--target", str(target)])
    builder.main()
    return target.read_bytes()


def test_a_missing_font_is_named(tmp_path):
    with pytest.raises(SystemExit, match=r"inter-tight-latin-500-normal\.woff is nowhere under"):
        builder.Fonts(tmp_path).open(builder.TEXT)


def test_another_version_of_a_font_is_refused_with_both_digests(fonts):
    expected = builder.FONTS_USED[builder.TEXT]
    found = make_font(fonts / builder.TEXT, {"0": frame(400, 700, 61)})
    with pytest.raises(SystemExit, match=f"{found}, expected {expected}"):
        builder.Fonts(fonts).open(builder.TEXT)


def test_the_same_fonts_give_the_same_bytes_and_the_engine_reads_them(fonts, tmp_path, monkeypatch):
    first = build(fonts, tmp_path / "a.json", monkeypatch)
    assert build(fonts, tmp_path / "b.json", monkeypatch) == first
    book = msgspec.json.decode(first, type=GlyphBook)
    assert {"moon", "true_moon", "eris", *builder.OWN} == set(book.symbols)
    assert book.characters[" "].path == ""
    assert book.characters["0"].advance == 600
    assert {source.file for source in book.sources} <= set(builder.FONTS_USED)


def test_a_symbol_fills_the_box_in_the_weight_whose_stroke_then_fits(fonts, tmp_path, monkeypatch):
    book = msgspec.json.decode(build(fonts, tmp_path / "a.json", monkeypatch), type=GlyphBook)
    moon = book.symbols["moon"]
    assert (moon.width, moon.height) == (600, 800)
    assert moon.source == builder.SYMBOLS.format(
        weight=400
    )  # doubled in size, its 33 units become the 66 aimed at


def test_a_dotted_symbol_is_the_plain_one_and_a_dot(fonts, tmp_path, monkeypatch):
    book = msgspec.json.decode(build(fonts, tmp_path / "a.json", monkeypatch), type=GlyphBook)
    plain, dotted = book.symbols["moon"], book.symbols["true_moon"]
    assert dotted.path.startswith(plain.path)
    assert len(dotted.path) > len(plain.path)
    assert (dotted.width, dotted.height) == (plain.width, plain.height)


@pytest.mark.parametrize(
    "path",
    [
        "M0 0L100 0L100 50L0 50Z",
        "M10.4 3.2Q50 90 90.6 3.2T170 3.2L170 -40Z",
        "M0 0C10 40 60 40 70 0L35 -30Z M200 0L210 0L210 10Z",
    ],
)
def test_path_data_draws_the_same_figure_to_a_unit(path):
    recording = RecordingPen()
    parse_path(path, recording)
    again = RecordingPen()
    parse_path(builder.path_data(recording), again)
    for before, after in zip(figure(recording), figure(again), strict=True):
        assert after == pytest.approx(before, abs=1.0)


def figure(recording: RecordingPen) -> tuple[float, ...]:
    bounds, area = BoundsPen(None), AreaPen(None)
    recording.replay(bounds)
    recording.replay(area)
    return (*bounds.bounds, area.value / 100.0)


def test_what_is_shipped_came_from_the_fonts_that_the_builder_asks_for():
    for source in glyph_book().sources:
        assert builder.FONTS_USED[source.file] == source.sha256
    named = {*builder.FROM_SYMBOLS, *builder.FROM_SYMBOLS_2, *builder.OWN, *builder.DOTTED}
    assert set(glyph_book().symbols) == named
    assert set(glyph_book().characters) == set(builder.CHARACTERS)
