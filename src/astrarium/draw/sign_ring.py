"""The outermost ring: the signs' arcs with their glyphs, and the scale of degrees within each sign."""

from typing import Final

import msgspec

from astrarium.draw.dial import Dial, arc_length
from astrarium.draw.glyphs import BOX, Ink, abbreviation, glyph_book, symbol_name, text_width
from astrarium.draw.layout import Layout
from astrarium.draw.palette import Palette, sign_tint
from astrarium.draw.ring import Arc, SignRing
from astrarium.draw.svg import element

SMALLEST_GLYPH: Final = 0.45
"""A sign's glyph shrinks to this share of its full size at most; in a still narrower arc it is led out."""
SHARE_OF_ARC: Final = 0.86
"""How much of its arc a glyph may fill."""


class LedOut(msgspec.Struct, frozen=True):
    """A sign too narrow for its glyph, which then stands outside the ring."""

    sign: str
    middle_deg: float


def glyph_size(arc: Arc, layout: Layout) -> float:
    """The size at which a sign's glyph fits its arc, upright, in the middle of the ring."""
    name = symbol_name(arc.sign)
    if name is None:
        extent = text_width(abbreviation(arc.sign), 1.0) / 2.0
    else:
        symbol = glyph_book().symbols[name]
        extent = max(symbol.width, symbol.height) / BOX
    available = SHARE_OF_ARC * arc_length(arc.width_deg, (layout.outer + layout.sign_inner) / 2.0)
    return min(layout.sign, available / extent)


def draw_signs(
    ring: SignRing, dial: Dial, layout: Layout, palette: Palette, ink: Ink
) -> tuple[str, list[LedOut]]:
    """The ring of signs, and those whose glyph did not fit."""
    middle_radius = (layout.outer + layout.sign_inner) / 2.0
    drawn, led_out = [], []
    for arc in ring:
        tint = sign_tint(palette, arc.sign)
        piece = element(
            "path",
            {
                "d": dial.sector(arc.start_deg, arc.width_deg, layout.outer, layout.sign_inner),
                "fill": tint.ground,
                "stroke": palette.hairline,
                "stroke-width": layout.line,
            },
        )
        size = glyph_size(arc, layout)
        if size < SMALLEST_GLYPH * layout.sign:
            led_out.append(LedOut(arc.sign, arc.middle_deg))
            glyph = ""
        else:
            x, y = dial.point(arc.middle_deg, middle_radius)
            glyph = ink.glyph(arc.sign, x, y, size, "glyph", tint.ink)
        drawn.append(element("g", {"class": f"sign sign-{arc.sign}"}, piece, glyph))
    return element("g", {"class": "signs"}, *drawn), led_out


def draw_scale(ring: SignRing, dial: Dial, layout: Layout, palette: Palette) -> str:
    """The degrees of every sign, counted from its own start: each one, each fifth, each tenth."""
    lengths = {1: 0.35, 5: 0.6, 10: 0.85}
    depth = layout.sign_inner - layout.mark_inner
    ticks: dict[int, list[str]] = {1: [], 5: [], 10: []}
    for arc in ring:
        for degree in range(1, int(arc.width_deg) + 1):
            if degree >= arc.width_deg:
                continue
            kind = 10 if degree % 10 == 0 else 5 if degree % 5 == 0 else 1
            if kind > 1 or layout.minute_ticks:
                inner = layout.sign_inner - lengths[kind] * depth
                ticks[kind].append(dial.tick(arc.start_deg + degree, layout.sign_inner, inner))
    return element(
        "path",
        {
            "class": "degrees",
            "d": "".join(path for kind in (1, 5, 10) for path in ticks[kind]),
            "fill": "none",
            "stroke": palette.tick,
            "stroke-width": 0.8 * layout.line,
        },
    )
