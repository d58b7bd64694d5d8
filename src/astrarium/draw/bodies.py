"""The bodies: a mark at the true degree, a leader to the glyph's place, the glyph with its degree and minute.

What belongs to a body stands upright in a stack that runs from the glyph towards the centre. How far apart the rows
must be depends on the direction, since the boxes are upright: at the sides of the wheel they stand side by side.
"""

import math
from typing import Final

import msgspec

from astrarium.chart.structs import Chart, Position
from astrarium.draw.dial import Dial, angle_deg, reach
from astrarium.draw.glyphs import BOX, CAP_HEIGHT, Ink, abbreviation, glyph_book, symbol_name, text_width
from astrarium.draw.layout import Layout
from astrarium.draw.palette import Palette
from astrarium.draw.spread import FULL_CIRCLE_DEG, spread
from astrarium.draw.svg import element, escape, number
from astrarium.draw.words import degree_minute, position_words, range_deg

SHOWN_RANGE_DEG: Final = 2.0 / 60.0
"""A body that moves further than this within the birth-time window shows how far instead of its minutes."""


class Row(msgspec.Struct, frozen=True):
    """One upright line of a stack: a symbol by name, or a text."""

    kind: str
    content: str
    size: float
    width: float
    height: float

    @property
    def diagonal(self) -> float:
        """Two boxes this far apart never touch, in whatever direction."""
        return math.hypot(self.width, self.height)


class PlacedRow(msgspec.Struct, frozen=True):
    """A row with its middle in the picture."""

    row: Row
    x: float
    y: float


class Stack(msgspec.Struct, frozen=True):
    """A body's rows where they are drawn, and the longitude that they are drawn at."""

    position: Position
    shown_deg: float
    rows: tuple[PlacedRow, ...]


def _text(kind: str, content: str, size: float) -> Row:
    return Row(kind, content, size, text_width(content, size), CAP_HEIGHT * size)


def _symbol(kind: str, name: str, size: float) -> Row:
    found = symbol_name(name)
    if found is None:
        return Row(kind, name, size, text_width(abbreviation(name), size * 0.5), CAP_HEIGHT * size * 0.5)
    symbol = glyph_book().symbols[found]
    return Row(kind, name, size, symbol.width * size / BOX, symbol.height * size / BOX)


def uncertainty(position: Position) -> str | None:
    """Half of the way that the body makes in the birth-time window, rounded up, such as `±7°` or `±30′`."""
    half = abs(range_deg(position)) / 2.0
    if half <= SHOWN_RANGE_DEG / 2.0:
        return None
    return f"±{math.ceil(half)}°" if half > 59.0 / 60.0 else f"±{math.ceil(half * 60.0)}′"


def rows_of(position: Position, zodiac: str, layout: Layout, scale: float = 1.0) -> list[Row]:
    """What stands at a body, from the glyph inwards: the glyph, degree, minute or uncertainty, retrograde sign."""
    degrees, minutes = degree_minute(position.signs[zodiac].degree)
    rows = [
        _symbol("glyph", position.body, layout.glyph * scale),
        _text("degree", f"{degrees}°", layout.degree * scale),
    ]
    doubt = uncertainty(position)
    if doubt and (layout.has_minutes or doubt.endswith("°")):
        rows.append(_text("minute", doubt, layout.minute * scale))
    elif layout.has_minutes and not doubt:
        rows.append(_text("minute", f"{minutes:02d}′", layout.minute * scale))
    if position.retrograde:
        rows.append(_symbol("retrograde", "retrograde", layout.retrograde * scale))
    return rows


def separation_deg(stacks: list[list[Row]], layout: Layout, scale: float = 1.0) -> float:
    """The angle between neighbours at which no row of one touches the same row of the other, in any direction."""
    needed = 0.0
    for rows in stacks:
        radius = layout.glyph_radius
        for index, row in enumerate(rows):
            if index:
                before, gap = rows[index - 1], layout.gap * scale
                radius -= math.hypot(
                    (before.width + row.width) / 2 + gap, (before.height + row.height) / 2 + gap
                )
            needed = max(needed, angle_deg(row.diagonal + layout.gap * scale, radius))
    return needed


def place_stacks(chart: Chart, zodiac: str, dial: Dial, layout: Layout) -> tuple[Stack, ...]:
    """Where every body of the chart is drawn; where the circle is too full, everything shrinks to fit."""
    positions = chart.positions
    stacks = [rows_of(position, zodiac, layout) for position in positions]
    separation = separation_deg(stacks, layout)
    scale = 1.0
    while len(stacks) * separation > FULL_CIRCLE_DEG:
        scale *= min(0.99, FULL_CIRCLE_DEG / (len(stacks) * separation))
        stacks = [rows_of(position, zodiac, layout, scale) for position in positions]
        separation = separation_deg(stacks, layout, scale)
    shown = spread([position.longitude for position in positions], separation)
    return tuple(
        Stack(position, place, _stacked(rows, place, dial, layout, layout.gap * scale))
        for position, rows, place in zip(positions, stacks, shown, strict=True)
    )


def _stacked(
    rows: list[Row], shown_deg: float, dial: Dial, layout: Layout, gap: float
) -> tuple[PlacedRow, ...]:
    direction = dial.direction(shown_deg)
    radius = layout.glyph_radius
    placed: list[PlacedRow] = []
    for row in rows:
        if placed:
            before = placed[-1].row
            width, height = (before.width + row.width) / 2 + gap, (before.height + row.height) / 2 + gap
            radius -= reach(direction, width, height)
        placed.append(PlacedRow(row, *dial.point(shown_deg, radius)))
    return tuple(placed)


def draw_bodies(
    stacks: tuple[Stack, ...], zodiac: str, dial: Dial, layout: Layout, palette: Palette, ink: Ink
) -> str:
    """All bodies; the grounds come first, so that no body's ground hides another's glyph."""
    grounds = "".join(_ground(stack) for stack in stacks)
    leaders = "".join(_leader(stack, dial, layout) for stack in stacks)
    marks = "".join(
        dial.spoke(stack.position.longitude, layout.sign_inner, layout.mark_inner) for stack in stacks
    )
    return element(
        "g",
        {"class": "bodies", "fill": "none"},
        _lines("grounds", grounds, palette.disc, layout.glyph + layout.gap, "round"),
        _ranges(stacks, dial, layout, palette),
        _lines("leaders", leaders, palette.leader, layout.line),
        _lines("marks", marks, palette.ink, 1.9 * layout.line),
        *(_body(stack, zodiac, palette, ink) for stack in stacks),
    )


def _lines(kind: str, path: str, stroke: str, width: float, cap: str = "butt") -> str:
    return element(
        "path", {"class": kind, "d": path, "stroke": stroke, "stroke-width": width, "stroke-linecap": cap}
    )


def _ground(stack: Stack) -> str:
    """A stroke of the disc's colour under a stack, so that cusps pass behind it."""
    first, last = stack.rows[0], stack.rows[-1]
    return f"M{number(first.x)} {number(first.y)}L{number(last.x)} {number(last.y)}"


def _leader(stack: Stack, dial: Dial, layout: Layout) -> str:
    """From the mark along a spiral to above the glyph, then straight down to it."""
    row = stack.rows[0].row
    reached = layout.glyph_radius + reach(dial.direction(stack.shown_deg), row.width / 2, row.height / 2)
    spiral = dial.spiral(stack.position.longitude, stack.shown_deg, layout.mark_inner, layout.leader_inner)
    return f"{spiral}L{dial.place(stack.shown_deg, min(reached + layout.gap, layout.leader_inner))}"


def _ranges(stacks: tuple[Stack, ...], dial: Dial, layout: Layout, palette: Palette) -> str:
    radius = (layout.sign_inner + layout.mark_inner) / 2.0
    arcs = []
    for stack in stacks:
        span, limits = range_deg(stack.position), stack.position.longitude_range
        if limits and abs(span) > SHOWN_RANGE_DEG:
            path = f"M{dial.place(limits[0], radius)}{dial.arc(limits[0], span, radius)}"
            arcs.append(element("path", {"class": f"range range-{stack.position.body}", "d": path}))
    if not arcs:
        return ""
    width = 0.55 * (layout.sign_inner - layout.mark_inner)
    return element("g", {"class": "ranges", "stroke": palette.range, "stroke-width": width}, *arcs)


def _body(stack: Stack, zodiac: str, palette: Palette, ink: Ink) -> str:
    drawn = []
    for placed in stack.rows:
        row = placed.row
        is_symbol = row.kind in {"glyph", "retrograde"}
        draw = ink.glyph if is_symbol else ink.text
        fill = palette.ink if row.kind in {"glyph", "degree"} else palette.muted
        drawn.append(draw(row.content, placed.x, placed.y, row.size, row.kind, fill))
    return element(
        "g",
        {"class": f"body body-{stack.position.body}"},
        element("title", {}, escape(position_words(stack.position, zodiac))),
        *drawn,
    )
