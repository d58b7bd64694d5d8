"""Houses: their cusps, their numbers, and the two axes of the angles."""

from collections.abc import Iterable
from typing import Final

from astrarium.chart.structs import Chart
from astrarium.draw.dial import Dial, angle_deg
from astrarium.draw.glyphs import Ink, text_width
from astrarium.draw.layout import Layout
from astrarium.draw.palette import Palette
from astrarium.draw.spread import spread, wrap
from astrarium.draw.svg import element
from astrarium.draw.words import ANGLES

SAME_LINE_DEG: Final = 0.005
"""A cusp this near to an axis is the axis."""


def angle_longitudes(chart: Chart) -> dict[str, float]:
    """The four angles by name; the two opposite ones follow where the chart gives only one end of an axis."""
    if not chart.angles:
        return {}
    known = {name: chart.angles[name].longitude for name in ANGLES if name in chart.angles}
    for name, opposite in (("descendant", "ascendant"), ("imum_coeli", "midheaven")):
        if opposite in known and name not in known:
            known[name] = wrap(known[opposite] + 180.0)
    return known


def draw_houses(chart: Chart, dial: Dial, layout: Layout, palette: Palette, ink: Ink) -> str:
    """Cusps, numbers and axes, as far as the chart has them."""
    angles = angle_longitudes(chart)
    cusps = [cusp.longitude for cusp in chart.houses.cusps] if chart.houses else []
    plain = [cusp for cusp in cusps if not any(_is_same(cusp, angle) for angle in angles.values())]
    return element(
        "g",
        {"class": "houses", "fill": "none"},
        _spokes("cusps", plain, dial, layout, palette.hairline, 1.1 * layout.line),
        _spokes("axes", angles.values(), dial, layout, palette.axis, 1.7 * layout.line),
        _numbers(chart, dial, layout, palette, ink),
    )


def _is_same(a_deg: float, b_deg: float) -> bool:
    return abs((a_deg - b_deg + 180.0) % 360.0 - 180.0) <= SAME_LINE_DEG


def _spokes(
    kind: str, longitudes: Iterable[float], dial: Dial, layout: Layout, stroke: str, width: float
) -> str:
    path = "".join(dial.spoke(longitude, layout.sign_inner, layout.web) for longitude in longitudes)
    return (
        element("path", {"class": kind, "d": path, "stroke": stroke, "stroke-width": width}) if path else ""
    )


def _numbers(chart: Chart, dial: Dial, layout: Layout, palette: Palette, ink: Ink) -> str:
    if not chart.houses:
        return ""
    cusps = chart.houses.cusps
    middles = [
        cusp.longitude + wrap(following.longitude - cusp.longitude) / 2.0
        for cusp, following in zip(cusps, [*cusps[1:], cusps[0]], strict=True)
    ]
    radius = (layout.house_outer + layout.web) / 2.0
    widest = max(text_width(str(cusp.house), layout.house) for cusp in cusps)
    places = spread(middles, angle_deg(1.25 * widest, radius))
    written = (
        ink.text(str(cusp.house), *dial.point(place, radius), layout.house, "house", palette.muted)
        for cusp, place in zip(cusps, places, strict=True)
    )
    return element("g", {"class": "house-numbers"}, *written)
