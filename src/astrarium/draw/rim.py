"""What stands outside the ring: the letters of the angles, and the glyphs of signs too narrow to hold their own."""

from collections.abc import Callable
from typing import Final

import msgspec

from astrarium.chart.structs import Chart
from astrarium.draw.dial import Dial, angle_deg, reach
from astrarium.draw.glyphs import CAP_HEIGHT, Ink, text_width
from astrarium.draw.house_ring import angle_longitudes
from astrarium.draw.layout import Layout
from astrarium.draw.palette import Palette, sign_tint
from astrarium.draw.sign_ring import LedOut
from astrarium.draw.spread import spread
from astrarium.draw.svg import element, escape
from astrarium.draw.words import ANGLES, degree_minute

GAP: Final = 4.0
"""Between the end of a line and its label."""


class Label(msgspec.Struct, frozen=True):
    """Something to stand at a longitude: its extent, and how it is drawn about a point."""

    longitude_deg: float
    width: float
    height: float
    stroke: str
    draw: Callable[[float, float], str]


def draw_rim(
    chart: Chart, zodiac: str, led_out: list[LedOut], dial: Dial, layout: Layout, palette: Palette, ink: Ink
) -> str:
    """The labels around the ring, each with a short line to its place, none over another."""
    labels = [*_angles(chart, zodiac, layout, palette, ink), *_signs(led_out, layout, palette, ink)]
    if not labels:
        return ""
    widest = max((label.width**2 + label.height**2) ** 0.5 for label in labels)
    places = spread([label.longitude_deg for label in labels], angle_deg(widest, layout.outer))
    drawn = (_drawn(label, place, dial, layout) for label, place in zip(labels, places, strict=True))
    return element("g", {"class": "rim"}, *drawn)


def _drawn(label: Label, place_deg: float, dial: Dial, layout: Layout) -> str:
    lead = 7.0 * layout.line
    direction = dial.direction(place_deg)
    radius = layout.outer + lead + GAP + reach(direction, label.width / 2, label.height / 2)
    line = f"M{dial.place(label.longitude_deg, layout.outer)}L{dial.place(place_deg, layout.outer + lead)}"
    stroke: dict[str, str | float] = {
        "d": line,
        "fill": "none",
        "stroke": label.stroke,
        "stroke-width": 1.7 * layout.line,
    }
    return element("path", stroke) + label.draw(*dial.point(place_deg, radius))


def _angles(chart: Chart, zodiac: str, layout: Layout, palette: Palette, ink: Ink) -> list[Label]:
    labels = []
    for name, longitude in angle_longitudes(chart).items():
        text = ANGLES[name]
        width, height = text_width(text, layout.angle), layout.angle * CAP_HEIGHT
        angle = (chart.angles or {}).get(name)
        below = ""
        if angle is not None and name in {"ascendant", "midheaven"} and layout.angle_degree:
            degrees, minutes = degree_minute(angle.signs[zodiac].degree)
            below = f"{degrees}°{minutes:02d}′"
            width = max(width, text_width(below, layout.angle_degree))
            height += layout.angle_degree
        labels.append(
            Label(longitude, width, height, palette.axis, _letters(name, text, below, layout, palette, ink))
        )
    return labels


def _letters(
    name: str, text: str, below: str, layout: Layout, palette: Palette, ink: Ink
) -> Callable[[float, float], str]:
    def draw(x: float, y: float) -> str:
        shift = layout.angle_degree / 2 if below else 0.0
        letters = ink.text(text, x, y - shift, layout.angle, "letters", palette.ink)
        degree = ""
        if below:
            at_y = y + (layout.angle * CAP_HEIGHT + layout.angle_degree * (1 - CAP_HEIGHT)) / 2
            degree = ink.text(below, x, at_y, layout.angle_degree, "degree", palette.muted)
        return element("g", {"class": f"angle angle-{name}"}, letters, degree)

    return draw


def _signs(led_out: list[LedOut], layout: Layout, palette: Palette, ink: Ink) -> list[Label]:
    size = 0.7 * layout.sign
    labels = []
    for led in led_out:
        name = led.sign
        tint = sign_tint(palette, name)

        def draw(x: float, y: float, name: str = name, fill: str = tint.ink) -> str:
            return ink.glyph(name, x, y, size, f"led-out sign-{escape(name)}", fill)

        labels.append(Label(led.middle_deg, 0.9 * size, 0.8 * size, tint.ink, draw))
    return labels
