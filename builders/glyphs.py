"""Build `src/astrarium/data/glyphs.json`: the outlines that pictures are drawn with, from fonts under the OFL.

Three npm packages hold the fonts; unpack each into a folder of its own under one folder, FONTS:

    npm pack @fontsource/noto-sans-symbols@5.3.0 @fontsource/noto-sans-symbols-2@5.3.0
    npm pack @fontsource/inter-tight@5.3.0
    python builders/glyphs.py FONTS [--output FILE]

FONTS is searched for the files named in `FONTS_USED`; each must have the digest recorded there, so the same
command gives the same bytes. Every symbol is scaled into one optical box and taken from the weight of the font
whose strokes come nearest to `STROKE` after scaling, so that a Venus drawn large and an Aquarius drawn wide look
written with one pen. What the fonts lack, or draw out of line with the rest, is drawn here (`OWN`).
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

OUTPUT: Final = Path(__file__).parent.parent / "src/astrarium/data/glyphs.json"
FORMAT: Final = 1

BOX_HEIGHT: Final = 800.0
"""Height that a symbol is scaled to, in thousandths of the size it will be drawn at."""
BOX_WIDTH: Final = 900.0
"""Width that it may not exceed."""
STROKE: Final = 66.0
"""Stroke width aimed at, in the same unit."""

SYMBOLS: Final = "noto-sans-symbols-symbols-{weight}-normal.woff"
SYMBOLS_2: Final = "noto-sans-symbols-2-symbols-400-normal.woff"
TEXT: Final = "inter-tight-latin-500-normal.woff"
WEIGHTS: Final = (200, 300, 400, 500, 600, 700)

FONTS_USED: Final = {
    "noto-sans-symbols-symbols-200-normal.woff": "91f2022c971cd5e4bb3fbfcc737d0e9f0d52a560da85c6fedbcf3157f9989edf",
    "noto-sans-symbols-symbols-300-normal.woff": "ffc43f1d3e1b7d23cab2317320dc3b605280187e471beedcec8d3cf6e7115033",
    "noto-sans-symbols-symbols-400-normal.woff": "7b79049c0f68316e24cd955df1ed6a314f2829662368ca116703f90a37dde507",
    "noto-sans-symbols-symbols-500-normal.woff": "bf273f9f7cb9f3a8215015f32b3b9281111de2c0a03660c187ed2384a7d37426",
    "noto-sans-symbols-symbols-600-normal.woff": "cf6af4acd7921e7ebe46ae26fb9b24f31e5cc8ce1a428d28ba7b66452f190409",
    "noto-sans-symbols-symbols-700-normal.woff": "3ade1be5f0dd69cb9e0a134e496d93eed5b121e8cd34851ce9adde756d2778fd",
    "noto-sans-symbols-2-symbols-400-normal.woff": "037f0debac96bfbae0376e70a419ddef2c0b17b12655396c89ac6d950ee2bca0",
    "inter-tight-latin-500-normal.woff": "4dd64e50b64fd1bfd517e7e4872bddeded0ecf771e8a236b3523f0e03d98d124",
}
"""File name to SHA-256."""

FROM_SYMBOLS: Final[dict[str, str]] = {
    "moon": "☽",
    "mercury": "☿",
    "venus": "♀",
    "earth": "♁",
    "mars": "♂",
    "jupiter": "♃",
    "saturn": "♄",
    "uranus": "♅",
    "neptune": "♆",
    "pluto": "♇",
    "chiron": "⚷",
    "lilith": "⚸",
    "north_node": "☊",
    "south_node": "☋",
    "ceres": "⚳",
    "pallas": "⚴",
    "juno": "⚵",
    "vesta": "⚶",
    "aries": "♈",
    "taurus": "♉",
    "gemini": "♊",
    "cancer": "♋",
    "leo": "♌",
    "virgo": "♍",
    "libra": "♎",
    "scorpius": "♏",
    "ophiuchus": "⛎",
    "sagittarius": "♐",
    "capricornus": "♑",
    "aquarius": "♒",
    "pisces": "♓",
    "conjunction": "☌",
    "opposition": "☍",
    "sextile": "⚹",
    "semisextile": "⚺",
    "quincunx": "⚻",
    "sesquiquadrate": "⚼",
}

FROM_SYMBOLS_2: Final[dict[str, str]] = {
    "astraea": "⯙",
    "hygiea": "⯚",
    "pholus": "⯛",
    "nessus": "⯜",
    "eris": "⯰",
    "sedna": "⯲",
    "haumea": "🝻",
    "makemake": "🝼",
    "gonggong": "🝽",
    "quaoar": "🝾",
}

CHARACTERS: Final = "".join(map(chr, range(0x20, 0x7F))) + "°′″±·–…"


def ring(radius: float, stroke: float = STROKE) -> str:
    """The outline of a circle drawn with a pen of width `stroke` about the origin, as SVG path data."""
    outer, inner = radius, radius - stroke
    return (
        f"M{outer} 0A{outer} {outer} 0 1 1 {-outer} 0A{outer} {outer} 0 1 1 {outer} 0Z"
        f"M{inner} 0A{inner} {inner} 0 1 0 {-inner} 0A{inner} {inner} 0 1 0 {inner} 0Z"
    )


def disc(radius: float) -> str:
    """A filled circle about the origin, as SVG path data."""
    return f"M{radius} 0A{radius} {radius} 0 1 1 {-radius} 0A{radius} {radius} 0 1 1 {radius} 0Z"


def line(x1: float, y1: float, x2: float, y2: float, stroke: float = STROKE) -> str:
    """The outline of a straight pen stroke with butt ends, as SVG path data."""
    length = ((x2 - x1) ** 2 + (y2 - y1) ** 2) ** 0.5
    nx, ny = -(y2 - y1) / length * stroke / 2, (x2 - x1) / length * stroke / 2
    corners = ((x1 - nx, y1 - ny), (x2 - nx, y2 - ny), (x2 + nx, y2 + ny), (x1 + nx, y1 + ny))
    return "M" + "L".join(f"{x:.3f} {y:.3f}" for x, y in corners) + "Z"


def square_ring(half: float, stroke: float = STROKE) -> str:
    """The outline of a square drawn with a pen about the origin, as SVG path data."""
    outer, inner = half, half - stroke
    return (
        f"M{-outer} {-outer}H{outer}V{outer}H{-outer}Z"
        f"M{-inner} {-inner}V{inner}H{inner}V{-inner}Z"
    )  # fmt: skip


def triangle_ring(half: float, stroke: float = STROKE) -> str:
    """The outline of an equilateral triangle drawn with a pen, as SVG path data; its base is 2 `half` wide."""
    height = half * 3**0.5
    top, bottom = -height / 2, height / 2
    inset = stroke * 3**0.5
    return (
        f"M0 {top:.3f}L{half:.3f} {bottom:.3f}H{-half:.3f}Z"
        f"M0 {top + 2 * stroke:.3f}L{-half + inset:.3f} {bottom - stroke:.3f}H{half - inset:.3f}Z"
    )


OWN: Final[dict[str, str]] = {
    "sun": ring(385) + disc(72),
    "fortune": ring(385) + line(-250, -250, 250, 250) + line(-250, 250, 250, -250),
    "square": square_ring(340),
    "trine": triangle_ring(410),
    "semisquare": line(-330, 300, 360, 300) + line(-314, 322, 230, -330),
    "retrograde": (
        line(-197, 400, -197, -400)
        + "M-230 -400H20A221 221 0 0 1 20 42H-230V-24H20A155 155 0 0 0 20 -334H-230Z"
        + line(-20, 20, 330, 400)
        + line(20, 400, 330, 90)
    ),
}


DOTTED: Final = {
    "true_node": ("north_node", 0.0, -40.0),
    "true_south_node": ("south_node", 0.0, 40.0),
    "osculating_apogee": ("lilith", 105.0, -190.0),
}
"""Points that share a glyph with their mean counterpart: that glyph, and where a dot tells them apart."""
DOT: Final = 62.0
"""Radius of that dot."""


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
    """A symbol drawn in this file."""
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
    parser.add_argument("--output", type=Path, default=OUTPUT)
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
    arguments.output.parent.mkdir(parents=True, exist_ok=True)
    arguments.output.write_bytes(content)
    print(f"{arguments.output}: {len(drawn)} symbols, {len(CHARACTERS)} characters, {len(content):,} bytes")
    print(f"sha256 {hashlib.sha256(content).hexdigest()}")


if __name__ == "__main__":
    main()
