"""Glyphs and letters as outlines: the data file, what is drawn for which name, and text set from letters.

Even digits are outlines, so that a wheel needs no font and looks the same wherever it is shown.
"""

from functools import cache
from importlib.resources import files
from typing import Final

import msgspec

from astrarium.draw.svg import element, number
from astrarium.sky.sign_names import customary

BOX: Final = 1000.0
"""Units of an outline to the size it is drawn at."""
CAP_HEIGHT: Final = 0.727
"""Height of digits and capitals as a share of the text size (Inter Tight)."""
HALF_SYMBOL: Final = 480.0
"""Half the side of a symbol's view: room for the widest outline."""

_SAME_GLYPH: Final = {
    "mean_node": "north_node",
    "mean_south_node": "south_node",
    "mean_lilith": "lilith",
    "mean_apogee": "lilith",
    "true_lilith": "osculating_apogee",
    "osculating_lilith": "osculating_apogee",
    "lot_of_fortune": "fortune",
}


class Source(msgspec.Struct, frozen=True):
    """A font that outlines were taken from."""

    font: str
    style: str
    version: str
    copyright: str
    licence: str
    file: str
    sha256: str


class Symbol(msgspec.Struct, frozen=True):
    """An outline about the origin, y down, with its extent, in thousandths of the size it is drawn at."""

    path: str
    width: float
    height: float
    source: str


class Letter(msgspec.Struct, frozen=True):
    """A letter's outline from its origin on the baseline, y down, and its advance, in thousandths of the text size."""

    path: str
    advance: float


class GlyphBook(msgspec.Struct, frozen=True):
    """Everything `data/glyphs.json` holds."""

    format: int
    sources: tuple[Source, ...]
    symbols: dict[str, Symbol]
    characters: dict[str, Letter]


@cache
def glyph_book() -> GlyphBook:
    """The outlines shipped with the package; read once."""
    content = files("astrarium").joinpath("data", "glyphs.json").read_bytes()
    return msgspec.json.decode(content, type=GlyphBook)


def symbol_name(name: str) -> str | None:
    """The symbol that stands for a body, sign or aspect, or `None` where there is none."""
    symbol = _SAME_GLYPH.get(name) or customary(name)
    return symbol if symbol in glyph_book().symbols else None


def abbreviation(name: str) -> str:
    """Three letters for what has no symbol: of the last word of its name (`mean_perigee` is `Per`)."""
    word = name.replace(":", "_").rstrip("_").rpartition("_")[2]
    return word[:3].capitalize() or "?"


def text_width(text: str, size: float) -> float:
    """Width of a line of text of `size`."""
    characters = glyph_book().characters
    return sum(characters[_drawable(character)].advance for character in text) * size / BOX


def _drawable(character: str) -> str:
    return character if character in glyph_book().characters else "?"


class Ink:
    """The outlines that one wheel uses: each is defined once and then referred to.

    `prefix` makes the ids differ from those of every other wheel on the same page.
    """

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix
        self._symbols: dict[str, Symbol] = {}
        self._letters: dict[str, Letter] = {}

    def glyph(self, name: str, x: float, y: float, size: float, kind: str, fill: str) -> str:
        """The symbol for `name` centred at a point; its abbreviation where it has none. `kind` becomes its class."""
        symbol = symbol_name(name)
        if symbol is None:
            return self.text(abbreviation(name), x, y, size * 0.5, kind, fill)
        self._symbols[symbol] = glyph_book().symbols[symbol]
        side = size * HALF_SYMBOL * 2.0 / BOX
        return (
            f'<use class="{kind}" href="#{self.prefix}-{symbol}" x="{x - side / 2:.1f}" y="{y - side / 2:.1f}" '
            f'width="{side:.4g}" height="{side:.4g}" fill="{fill}"/>'
        )

    def text(
        self, text: str, x: float, y: float, size: float, kind: str, fill: str, anchor: float = 0.5
    ) -> str:
        """A line of text, its capitals centred on `y`; `anchor` 0 starts it at `x`, 0.5 centres it, 1 ends it there."""
        characters = glyph_book().characters
        pen = 0.0
        used = []
        for written in text:
            character = _drawable(written)
            letter = characters[character]
            if letter.path:
                self._letters[character] = letter
                shift = f' x="{pen:.0f}"' if pen else ""
                used.append(f'<use href="#{self._letter_id(character)}"{shift}/>')
            pen += letter.advance
        scale = size / BOX
        left, baseline = x - pen * scale * anchor, y + size * CAP_HEIGHT / 2
        return (
            f'<g class="{kind}" fill="{fill}" transform="translate({left:.1f} {baseline:.1f}) scale({scale:.4g})">'
            f"{''.join(used)}</g>"
        )

    def _letter_id(self, character: str) -> str:
        return f"{self.prefix}-u{ord(character):x}"

    def definitions(self) -> str:
        """The `defs` element with every outline used so far, in a fixed order."""
        half, side = number(HALF_SYMBOL), number(2 * HALF_SYMBOL)
        symbols = (
            f'<symbol id="{self.prefix}-{name}" viewBox="-{half} -{half} {side} {side}">'
            f'<path d="{self._symbols[name].path}"/></symbol>'
            for name in sorted(self._symbols)
        )
        letters = (
            f'<path id="{self._letter_id(character)}" d="{self._letters[character].path}"/>'
            for character in sorted(self._letters)
        )
        return element("defs", {}, *symbols, *letters)
