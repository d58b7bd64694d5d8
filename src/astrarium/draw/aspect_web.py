"""The web in the middle: a line for each aspect, between the true places of its two ends."""

from collections.abc import Sequence
from typing import Final

from astrarium.chart.structs import Aspect, Chart
from astrarium.draw.dial import Dial
from astrarium.draw.house_ring import angle_longitudes
from astrarium.draw.layout import Layout
from astrarium.draw.palette import Palette, aspect_rank, aspect_stroke
from astrarium.draw.svg import element, escape, number
from astrarium.draw.words import aspect_words

FAINTEST: Final = 0.9
"""Width of a line at the limit of its orb."""
STRONGEST: Final = 2.4
"""Width of a line at exactness."""
BAND: Final = 2.0
"""A conjunction's arc is this many times as wide as another aspect's line."""
SHORTEST_CONJUNCTION_DEG: Final = 0.6

Places = dict[str, float]


def draw_aspects(chart: Chart, dial: Dial, layout: Layout, palette: Palette) -> str:
    """The aspects whose ends the chart has, minor ones beneath, and a dot where each body stands."""
    places = {**angle_longitudes(chart), **{at.body: at.longitude for at in chart.positions}}
    kinds: dict[str, list[Aspect]] = {}
    for aspect in chart.aspects:
        if aspect.a in places and aspect.b in places:
            kinds.setdefault(aspect.aspect, []).append(aspect)
    lines = (
        _kind(kind, kinds[kind], places, dial, layout, palette)
        for kind in sorted(kinds, key=lambda kind: (-aspect_rank(kind), kind))
    )
    dots = (
        element("circle", {"cx": x, "cy": y, "r": 2.4 * layout.line})
        for x, y in (dial.point(at.longitude, layout.web) for at in chart.positions)
    )
    return element(
        "g",
        {"class": "aspects"},
        element("g", {"fill": "none"}, *lines),
        element("g", {"class": "feet", "fill": palette.ink}, *dots),
    )


def _kind(
    kind: str, aspects: Sequence[Aspect], places: Places, dial: Dial, layout: Layout, palette: Palette
) -> str:
    """All aspects of one kind, the strong ones on top."""
    style = aspect_stroke(kind)
    attributes: dict[str, str | float] = {
        "class": f"aspect aspect-{kind}",
        "stroke": palette.families[style.family],
    }
    if style.dashes:
        attributes["stroke-dasharray"] = " ".join(number(dash * layout.line) for dash in style.dashes)
    lines = (
        _line(aspect, places, dial, layout) for aspect in sorted(aspects, key=lambda aspect: aspect.strength)
    )
    return element("g", attributes, *lines)


def _line(aspect: Aspect, places: Places, dial: Dial, layout: Layout) -> str:
    a_deg, b_deg = places[aspect.a], places[aspect.b]
    strength = min(1.0, max(0.0, aspect.strength))
    width = layout.line * (FAINTEST + (STRONGEST - FAINTEST) * strength)
    if aspect.aspect == "conjunction":
        width *= BAND
        path = _conjunction(a_deg, b_deg, dial, layout)
    else:
        path = f"M{dial.place(a_deg, layout.web)}L{dial.place(b_deg, layout.web)}"
    heading = element("title", {}, escape(aspect_words(aspect)))
    return element("path", {"d": path, "stroke-width": width}, heading)


def _conjunction(a_deg: float, b_deg: float, dial: Dial, layout: Layout) -> str:
    """An arc just inside the rim: the chord of a conjunction would be too short to be seen."""
    span = (b_deg - a_deg + 180.0) % 360.0 - 180.0
    start = a_deg
    if abs(span) < SHORTEST_CONJUNCTION_DEG:
        start, span = a_deg + (span - SHORTEST_CONJUNCTION_DEG) / 2.0, SHORTEST_CONJUNCTION_DEG
    radius = layout.web - 5.0 * layout.line
    return f"M{dial.place(start, radius)}{dial.arc(start, span, radius)}"
