"""Build `src/astrarium/data/glyphs.json`: the outlines that pictures are drawn with, from fonts under the OFL.

Three npm packages hold the fonts; unpack each into a folder of its own under one folder, FONTS:

    npm pack @fontsource/noto-sans-symbols@5.3.0 @fontsource/noto-sans-symbols-2@5.3.0
    npm pack @fontsource/inter-tight@5.3.0
    python -m builders.glyphs FONTS [--target FILE]

FONTS is searched for the files named in `FONTS_USED`; each must have the digest recorded there, so the same
command gives the same bytes. Every symbol is scaled into one optical box and taken from the weight of the font
whose strokes come nearest to `STROKE` after scaling, so that a Venus drawn large and an Aquarius drawn wide look
written with one pen. What the fonts lack comes from `glyph_shapes.py`.
"""

import argparse
import hashlib
import json
import sys
from functools import cache, cached_property
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from fontTools.misc.transform import Transform
from fontTools.pens.areaPen import AreaPen
from fontTools.pens.boundsPen import BoundsPen
from fontTools.pens.perimeterPen import PerimeterPen
from fontTools.pens.recordingPen import DecomposingRecordingPen, RecordingPen
from fontTools.pens.transformPen import TransformPen
from fontTools.svgLib.path import parse_path
from fontTools.ttLib import TTFont

from builders.glyph_shapes import DOT, DOTTED, OWN, STROKE, disc
from builders.glyph_sources import (
    CHARACTERS,
    FONTS_USED,
    FROM_SYMBOLS,
    FROM_SYMBOLS_2,
    SYMBOLS,
    SYMBOLS_2,
    TEXT,
    WEIGHTS,
)

TARGET: Final = Path(__file__).parent.parent / "src/astrarium/data/glyphs.json"
FORMAT: Final = 1

BOX_HEIGHT: Final = 800.0
"""Height that a symbol is scaled to, in thousandths of the size it will be drawn at."""
BOX_WIDTH: Final = 900.0
"""Width that it may not exceed."""


class Outline:
    """A closed figure in y-down drawing units, with what is needed to scale and weigh it."""

    def __init__(self, recording: RecordingPen) -> None:
        self.recording = recording

    @cached_property
    def bounds(self) -> tuple[float, float, float, float]:
        """Least x and y, greatest x and y."""
        pen = BoundsPen(None)
        self.recording.replay(pen)
        x_min, y_min, x_max, y_max = pen.bounds
        return x_min, y_min, x_max, y_max

    @property
    def width(self) -> float:
        """Extent in x."""
        return self.bounds[2] - self.bounds[0]

    @property
    def height(self) -> float:
        """Extent in y."""
        return self.bounds[3] - self.bounds[1]

    @property
    def stroke(self) -> float:
        """Mean width of the pen that would draw the figure: a stroke's area is its length times its width."""
        area, perimeter = AreaPen(None), PerimeterPen(None)
        self.recording.replay(area)
        self.recording.replay(perimeter)
        return 2.0 * abs(float(area.value)) / float(perimeter.value)

    @property
    def optical_scale(self) -> float:
        """The factor that brings the figure into the optical box."""
        return min(BOX_HEIGHT / self.height, BOX_WIDTH / self.width)

    def moved(self, transform: Transform) -> RecordingPen:
        """The figure's drawing commands after an affine transform."""
        out = RecordingPen()
        self.recording.replay(TransformPen(out, transform))
        return out

    def centred(self, scale: float) -> RecordingPen:
        """The figure's drawing commands, scaled, with the middle of its bounds at the origin."""
        x_min, y_min, x_max, y_max = self.bounds
        centre_x, centre_y = (x_min + x_max) / 2, (y_min + y_max) / 2
        return self.moved(Transform(scale, 0, 0, scale, -scale * centre_x, -scale * centre_y))


class Fonts:
    """The fonts under one folder, each opened once and only with the digest that this builder was written for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.open = cache(self._open)

    def _open(self, name: str) -> TTFont:
        found = sorted(self.folder.rglob(name))
        if not found:
            sys.exit(f"{name} is nowhere under {self.folder}; see the head of builders/glyphs.py")
        content = found[0].read_bytes()
        digest = hashlib.sha256(content).hexdigest()
        if digest != FONTS_USED[name]:
            sys.exit(f"{found[0]} has the SHA-256 {digest}, expected {FONTS_USED[name]}")
        return TTFont(BytesIO(content))

    def has(self, name: str, character: str) -> bool:
        """Whether a font draws a character."""
        return ord(character) in self.open(name).getBestCmap()

    def outline(self, name: str, character: str) -> tuple[Outline, float]:
        """A character's outline in y-down thousandths of the font's size, and its advance width."""
        font = self.open(name)
        glyphs = font.getGlyphSet()
        glyph = glyphs[font.getBestCmap()[ord(character)]]
        drawn = DecomposingRecordingPen(glyphs)
        glyph.draw(drawn)
        unit = 1000.0 / float(font["head"].unitsPerEm)
        flipped = RecordingPen()
        drawn.replay(TransformPen(flipped, Transform(unit, 0, 0, -unit, 0, 0)))
        return Outline(flipped), glyph.width * unit

    def source(self, name: str) -> dict[str, str]:
        """Who made a font and under which terms, as the font itself says."""
        names = self.open(name)["name"]
        return {
            "font": names.getDebugName(16) or names.getDebugName(1),
            "style": names.getDebugName(17) or names.getDebugName(2),
            "version": names.getDebugName(5).removeprefix("Version ").split(";")[0],
            "copyright": names.getDebugName(0),
            "licence": "OFL-1.1",
            "file": name,
            "sha256": FONTS_USED[name],
        }


def path_data(recording: RecordingPen) -> str:
    """Drawing commands as short SVG path data: relative, in whole units, each point rounded from its true place."""
    parts: list[str] = []
    at = start = (0, 0)

    def rounded(point: tuple[float, float]) -> tuple[int, int]:
        return round(point[0]), round(point[1])

    def relative(*points: tuple[int, int]) -> str:
        numbers = [coordinate for x, y in points for coordinate in (x - at[0], y - at[1])]
        return "".join(
            f"{number}" if number < 0 or index == 0 else f" {number}" for index, number in enumerate(numbers)
        )

    for command, points in recording.value:
        if command == "moveTo":
            to = rounded(points[0])
            parts.append(f"m{relative(to)}" if parts else f"M{to[0]} {to[1]}")
            at = start = to
        elif command == "lineTo":
            to = rounded(points[0])
            if to[1] == at[1] and to != at:
                parts.append(f"h{to[0] - at[0]}")
            elif to[0] == at[0] and to != at:
                parts.append(f"v{to[1] - at[1]}")
            elif to != at:
                parts.append(f"l{relative(to)}")
            at = to
        elif command == "qCurveTo":
            *controls, last = points
            for index, control in enumerate(controls):
                following = controls[index + 1] if index + 1 < len(controls) else None
                end = (
                    last
                    if following is None
                    else tuple((a + b) / 2 for a, b in zip(control, following, strict=True))
                )
                to = rounded(end)
                parts.append(f"q{relative(rounded(control), to)}")
                at = to
        elif command == "curveTo":
            first, second, to = (rounded(point) for point in points)
            parts.append(f"c{relative(first, second, to)}")
            at = to
        elif command == "closePath":
            parts.append("z")
            at = start
    return "".join(parts)


def own(name: str) -> Outline:
    """A symbol of our own drawing."""
    recording = RecordingPen()
    parse_path(OWN[name], recording)
    return Outline(recording)


def best_weight(fonts: Fonts, character: str) -> str:
    """The file of the weight whose strokes come nearest to `STROKE` once scaled into the optical box."""

    def misfit(name: str) -> float:
        outline, _ = fonts.outline(name, character)
        return abs(outline.stroke * outline.optical_scale - STROKE)

    return min((SYMBOLS.format(weight=weight) for weight in WEIGHTS), key=misfit)


def symbol(outline: Outline, scale: float, source: str) -> dict[str, Any]:
    """A symbol as the data file keeps it: centred on its bounds, in thousandths of its drawn size."""
    return {
        "path": path_data(outline.centred(scale)),
        "width": round(outline.width * scale),
        "height": round(outline.height * scale),
        "source": source,
    }


def symbols(fonts: Fonts) -> dict[str, dict[str, Any]]:
    """Every symbol by its name."""
    built = {}
    for name, character in FROM_SYMBOLS.items():
        font = best_weight(fonts, character)
        outline, _ = fonts.outline(font, character)
        built[name] = symbol(outline, outline.optical_scale, font)
    for name, character in FROM_SYMBOLS_2.items():
        outline, _ = fonts.outline(SYMBOLS_2, character)
        built[name] = symbol(outline, outline.optical_scale, SYMBOLS_2)
    for name in OWN:
        outline = own(name)
        built[name] = symbol(outline, 1.0, "astrarium")
    for name, (plain, x, y) in DOTTED.items():
        dot = RecordingPen()
        parse_path(disc(DOT), TransformPen(dot, Transform(1, 0, 0, 1, x, y)))
        built[name] = {**built[plain], "path": built[plain]["path"] + path_data(dot)}
    return built


def characters(fonts: Fonts) -> dict[str, dict[str, Any]]:
    """Every character of running text, on its baseline, in thousandths of the text's size."""
    built = {}
    for character in CHARACTERS:
        outline, advance = fonts.outline(TEXT, character)
        built[character] = {"path": path_data(outline.moved(Transform())), "advance": round(advance)}
    return built


def main() -> None:
    """Read the fonts, write the data file, say what was written."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("fonts", type=Path, help="the folder under which the font files lie")
    parser.add_argument("--target", type=Path, default=TARGET)
    arguments = parser.parse_args()
    fonts = Fonts(arguments.fonts)
    drawn = symbols(fonts)
    files = sorted({entry["source"] for entry in drawn.values()} - {"astrarium"} | {TEXT})
    book = {
        "format": FORMAT,
        "sources": [fonts.source(name) for name in files],
        "symbols": drawn,
        "characters": characters(fonts),
    }
    content = json.dumps(book, ensure_ascii=False, indent=0, sort_keys=True).encode() + b"\n"
    arguments.target.parent.mkdir(parents=True, exist_ok=True)
    arguments.target.write_bytes(content)
    print(f"{arguments.target}: {len(drawn)} symbols, {len(CHARACTERS)} characters, {len(content):,} bytes")
    print(f"sha256 {hashlib.sha256(content).hexdigest()}")


if __name__ == "__main__":
    main()
