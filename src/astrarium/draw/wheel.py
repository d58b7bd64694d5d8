"""The wheel of a chart as SVG: signs outside, bodies and houses within, aspects in the middle.

The picture carries no style sheet, no script, no font and no reference outside itself: every fill and stroke is an
attribute and every letter an outline, so that a browser, an `<img>`, a PDF and a PNG show the same. Classes are there
for a page that wants to restyle it.
"""

import re
import zlib
from collections.abc import Sequence
from typing import Final

from astrarium.chart.structs import Chart
from astrarium.draw import words
from astrarium.draw.aspect_web import draw_aspects
from astrarium.draw.bodies import draw_bodies, place_stacks
from astrarium.draw.dial import CENTRE, VIEW, Dial
from astrarium.draw.errors import SizeOutOfRange, UnknownTheme, UnusableIdPrefix, ZodiacNotInChart
from astrarium.draw.glyphs import Ink
from astrarium.draw.house_ring import angle_longitudes, draw_houses
from astrarium.draw.layout import LARGEST_SIZE, SMALLEST_SIZE, Layout, layout_for
from astrarium.draw.palette import PALETTES, Palette, Theme
from astrarium.draw.rim import draw_rim
from astrarium.draw.ring import SignRing, sign_ring
from astrarium.draw.sign_ring import draw_scale, draw_signs
from astrarium.draw.svg import element, escape

_ID_START: Final = re.compile("[A-Za-z][A-Za-z0-9_-]{0,63}")

DEFAULT_SIZE: Final = 800
MARGIN: Final = 16.0


def wheel(
    chart: Chart,
    *,
    sign_starts_deg: Sequence[float],
    signs: Sequence[str],
    theme: Theme = "light",
    size: int = DEFAULT_SIZE,
    zodiac: str | None = None,
    id_prefix: str | None = None,
) -> str:
    """Draw a chart.

    Args:
        chart: The chart; without houses and angles (unknown birth time) the first sign's start is at the left,
            otherwise the ascendant.
        sign_starts_deg: Longitudes of date at which the signs of the frame begin, degrees, ascending around the
            circle once; twelve, thirteen or any other number of at least two, of any widths.
        signs: The signs' names in the same order, as in the chart's placements (`aries`, `ophiuchus`).
        theme: `light` or `dark`.
        size: Width and height in pixels; small ones get fewer details and larger letters.
        zodiac: Which of the chart's zodiacs the degrees are given in; the chart's own by default.
        id_prefix: Start of every id in the picture; by default a digest of what is drawn, so that different wheels
            can stand on one page.

    Returns:
        An SVG document, UTF-8 text without declaration, fit to be a file and to be put into an HTML page. The
        same arguments give the same text.

    Raises:
        UnknownTheme, SizeOutOfRange, ZodiacNotInChart, BrokenSignRing, UnusableIdPrefix: What their names say.
    """
    if theme not in PALETTES:
        raise UnknownTheme(theme, tuple(PALETTES))
    if not SMALLEST_SIZE <= size <= LARGEST_SIZE:
        raise SizeOutOfRange(size, SMALLEST_SIZE, LARGEST_SIZE)
    frame = zodiac if zodiac is not None else own_zodiac(chart)
    _require_signs(chart, frame)
    ring = sign_ring(sign_starts_deg, signs)
    prefix = id_prefix if id_prefix is not None else _prefix(chart, frame, ring, theme, size)
    if not _ID_START.fullmatch(prefix):
        raise UnusableIdPrefix(prefix)
    return _document(chart, frame, ring, PALETTES[theme], layout_for(size), Ink(prefix), size)


def own_zodiac(chart: Chart) -> str:
    """The zodiac that the chart itself is read in: the first of its settings, without the version."""
    return chart.settings.zodiacs[0].partition("@")[0]


def _require_signs(chart: Chart, zodiac: str) -> None:
    for signs in (
        *(position.signs for position in chart.positions),
        *(angle.signs for angle in (chart.angles or {}).values()),
    ):
        if zodiac not in signs:
            raise ZodiacNotInChart(zodiac, tuple(signs))


def _prefix(chart: Chart, zodiac: str, ring: SignRing, theme: str, size: int) -> str:
    drawn = "|".join((chart.receipt.id, chart.name or "", zodiac, repr(ring), theme, str(size)))
    return f"w{zlib.crc32(drawn.encode('utf-8', 'replace')):x}"


def _document(
    chart: Chart, zodiac: str, ring: SignRing, palette: Palette, layout: Layout, ink: Ink, size: int
) -> str:
    dial = Dial(_left(chart, ring))
    signs, led_out = draw_signs(ring, dial, layout, palette, ink)
    stacks = place_stacks(chart, zodiac, dial, layout)
    parts = (
        _grounds(palette),
        signs,
        _faces(chart, layout, palette),
        draw_scale(ring, dial, layout, palette),
        draw_houses(chart, dial, layout, palette, ink),
        draw_aspects(chart, dial, layout, palette),
        draw_bodies(stacks, zodiac, dial, layout, palette, ink),
        draw_rim(chart, zodiac, led_out, dial, layout, palette, ink),
        _captions(chart, zodiac, layout, palette, ink),
    )
    title_id, description_id = f"{ink.prefix}-title", f"{ink.prefix}-description"
    return element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "class": "wheel",
            "width": size,
            "height": size,
            "viewBox": f"0 0 {VIEW:g} {VIEW:g}",
            "role": "img",
            "aria-labelledby": f"{title_id} {description_id}",
        },
        element("title", {"id": title_id}, escape(words.title(chart))),
        element("desc", {"id": description_id}, escape(words.description(chart, zodiac, ring))),
        ink.definitions(),
        *parts,
    )


def _left(chart: Chart, ring: SignRing) -> float:
    angles = angle_longitudes(chart)
    if "ascendant" in angles:
        return angles["ascendant"]
    if chart.houses and chart.houses.cusps:
        return chart.houses.cusps[0].longitude
    return ring.arcs[0].start_deg


def _grounds(palette: Palette) -> str:
    return element("rect", {"class": "paper", "width": VIEW, "height": VIEW, "fill": palette.paper})


def _circle(kind: str, radius: float, fill: str, stroke: str, width: float) -> str:
    return element(
        "circle",
        {
            "class": kind,
            "cx": CENTRE,
            "cy": CENTRE,
            "r": radius,
            "fill": fill,
            "stroke": stroke,
            "stroke-width": width,
        },
    )


def _faces(chart: Chart, layout: Layout, palette: Palette) -> str:
    """The plain circles: the ring's edge, the disc of the bodies, the houses' ring, the web."""
    line = layout.line
    circles = [
        _circle("edge", layout.outer, "none", palette.tick, 1.2 * line),
        _circle("disc", layout.sign_inner, palette.disc, palette.tick, 1.2 * line),
    ]
    if chart.houses:
        circles.append(_circle("house-ring", layout.house_outer, palette.disc, palette.hairline, line))
    circles.append(_circle("web", layout.web, palette.web, palette.hairline, line))
    return "".join(circles)


def _captions(chart: Chart, zodiac: str, layout: Layout, palette: Palette, ink: Ink) -> str:
    """Date and time at the top, the frame at the bottom: what the picture must say wherever it is shown."""
    date, _, clock = chart.time.local.partition("T")
    when = f"{date} {clock[:5]}" if chart.time.known == "exact" else date
    doubt = {"exact": "", "window": "time uncertain", "unknown": "time unknown"}[chart.time.known]
    right = VIEW - MARGIN
    top, low = MARGIN + layout.caption / 2, VIEW - MARGIN - layout.caption / 2
    size, fill = layout.caption, palette.muted
    return element(
        "g",
        {"class": "captions"},
        ink.text(when, MARGIN, top, size, "moment", fill, 0.0),
        ink.text(doubt, right, top, size, "doubt", fill, 1.0) if doubt else "",
        ink.text(zodiac, MARGIN, low, size, "zodiac", fill, 0.0),
        ink.text(words.spoken(chart.houses.system), right, low, size, "system", fill, 1.0)
        if chart.houses
        else "",
    )
