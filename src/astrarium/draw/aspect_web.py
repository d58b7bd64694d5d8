"""The web in the middle: a line for each aspect, between the true places of its two ends."""

from astrarium.chart.structs import Aspect, Chart
from astrarium.draw.dial import Dial
from astrarium.draw.house_ring import angle_longitudes
from astrarium.draw.layout import Layout
from astrarium.draw.palette import Palette, aspect_stroke
from astrarium.draw.svg import element, escape, number
from astrarium.draw.words import aspect_words

FAINTEST, STRONGEST = 0.9, 2.4
"""Widths of a line at the limit of its orb and at exactness."""
SHORTEST_CONJUNCTION_DEG = 0.6


def draw_aspects(chart: Chart, dial: Dial, layout: Layout, palette: Palette) -> str:
    """The aspects whose ends the chart has, the strong ones on top, and a dot where each body stands."""
    places = {**angle_longitudes(chart), **{at.body: at.longitude for at in chart.positions}}
    drawable = [aspect for aspect in chart.aspects if aspect.a in places and aspect.b in places]
    lines = (
        _line(aspect, places[aspect.a], places[aspect.b], dial, layout, palette)
        for aspect in sorted(drawable, key=lambda aspect: aspect.strength)
    )
    dots = (
        element("circle", {"cx": x, "cy": y, "r": 2.4 * layout.line})
        for x, y in (dial.point(at.longitude, layout.web) for at in chart.positions)
    )
    return element(
        "g",
        {"class": "aspects"},
        element("g", {"fill": "none", "stroke-linecap": "butt"}, *lines),
        element("g", {"class": "feet", "fill": palette.ink}, *dots),
    )


def _line(aspect: Aspect, a_deg: float, b_deg: float, dial: Dial, layout: Layout, palette: Palette) -> str:
    style = aspect_stroke(aspect.aspect)
    strength = min(1.0, max(0.0, aspect.strength))
    width = layout.line * (FAINTEST + (STRONGEST - FAINTEST) * strength)
    is_conjunction = aspect.aspect == "conjunction"
    attributes: dict[str, str | float] = {
        "class": f"aspect aspect-{aspect.aspect}",
        "d": _conjunction(a_deg, b_deg, dial, layout)
        if is_conjunction
        else _chord(a_deg, b_deg, dial, layout),
        "stroke": palette.families[style.family],
        "stroke-width": 2.0 * width if is_conjunction else width,
    }
    if style.dashes:
        attributes["stroke-dasharray"] = " ".join(number(dash * width) for dash in style.dashes)
    return element("path", attributes, element("title", {}, escape(aspect_words(aspect))))


def _chord(a_deg: float, b_deg: float, dial: Dial, layout: Layout) -> str:
    return f"M{dial.place(a_deg, layout.web)}L{dial.place(b_deg, layout.web)}"


def _conjunction(a_deg: float, b_deg: float, dial: Dial, layout: Layout) -> str:
    """An arc just inside the rim: the chord of a conjunction would be too short to be seen."""
    span = (b_deg - a_deg + 180.0) % 360.0 - 180.0
    start = a_deg
    if abs(span) < SHORTEST_CONJUNCTION_DEG:
        start, span = a_deg + (span - SHORTEST_CONJUNCTION_DEG) / 2.0, SHORTEST_CONJUNCTION_DEG
    radius = layout.web - 5.0 * layout.line
    return f"M{dial.place(start, radius)}{dial.arc(start, span, radius)}"
