"""Radii and sizes of a wheel, in units of its 1000 by 1000 view: one set for a page, one for a phone."""

from typing import Final

import msgspec

SMALLEST_SIZE: Final = 120
LARGEST_SIZE: Final = 10_000
COMPACT_BELOW: Final = 520
"""Pixels under which the compact layout is drawn."""


class Layout(msgspec.Struct, frozen=True):
    """The measures of one wheel. Radii count from the centre; sizes are heights of letters and glyphs."""

    outer: float
    sign_inner: float
    mark_inner: float
    leader_inner: float
    glyph_radius: float
    house_outer: float
    web: float
    glyph: float
    sign: float
    degree: float
    minute: float
    retrograde: float
    house: float
    angle: float
    angle_degree: float
    caption: float
    minute_ticks: bool
    has_minutes: bool
    gap: float
    line: float


FULL: Final = Layout(
    outer=446.0,
    sign_inner=391.0,
    mark_inner=377.0,
    leader_inner=360.0,
    glyph_radius=337.0,
    house_outer=231.0,
    web=203.0,
    glyph=38.0,
    sign=38.0,
    degree=20.0,
    minute=16.5,
    retrograde=16.0,
    house=16.0,
    angle=20.0,
    angle_degree=13.5,
    caption=15.0,
    minute_ticks=True,
    has_minutes=True,
    gap=3.5,
    line=1.0,
)

COMPACT: Final = Layout(
    outer=438.0,
    sign_inner=370.0,
    mark_inner=354.0,
    leader_inner=340.0,
    glyph_radius=309.0,
    house_outer=202.0,
    web=170.0,
    glyph=51.0,
    sign=50.0,
    degree=28.0,
    minute=22.0,
    retrograde=20.0,
    house=21.0,
    angle=28.0,
    angle_degree=0.0,
    caption=27.0,
    minute_ticks=False,
    has_minutes=False,
    gap=4.0,
    line=1.7,
)


def layout_for(size: int) -> Layout:
    """The measures for a wheel shown `size` pixels wide."""
    return COMPACT if size < COMPACT_BELOW else FULL
