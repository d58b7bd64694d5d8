"""Symbols drawn here, because the fonts lack them or draw them out of line with the rest: SVG path data, y down."""

from typing import Final

STROKE: Final = 66.0
"""Width of the pen, in thousandths of the size that a symbol is drawn at."""


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
