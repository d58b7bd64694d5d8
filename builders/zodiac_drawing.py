"""The belt of the zodiac as a drawing: the constellations along the ecliptic, the signs of several frames under them.

Two strips of 180°, longitude on the ecliptic of J2000 to the right. Letters and glyphs are outlines, so that the
picture needs no font, and it brings its own light ground.
"""

from math import asin, atan2, degrees, radians

import erfa

from astrarium.draw.glyphs import Ink
from astrarium.draw.palette import PALETTES, sign_tint
from astrarium.draw.svg import element, number
from astrarium.sky.constellations import constellation
from astrarium.sky.precession import centuries_since_j2000, ecliptic_to_j2000, longitude_j2000
from astrarium.sky.zodiacs import boundaries_of_date, zodiac
from builders.ayanamsas import J2000_JD, hipparcos
from builders.belt import Point, Strip, area, borders, names_beside
from builders.zodiacs import rows

FRAMES = ("iau13", "midpoint13", "legacy13", "sidereal:lahiri", "sidereal:fagan_bradley", "tropical")
DATE_JD, DATE = 2461041.5, "1 January 2026"
BELT_DEG, MOON_DEG, GLYPH_DEG, SCALE = 10.0, 5.15, 2.4, 6.0
STRIPS = (Strip(0.0, 180.0, BELT_DEG, SCALE), Strip(180.0, 180.0, BELT_DEG, SCALE))
LEFT, TOP, MARGIN = 148.0, 40.0, 28.0
WIDTH, BELT, ROW, GAP, FOOT = 180.0 * SCALE, 2.0 * BELT_DEG * SCALE, 24.0, 4.0, 44.0
STRIP_HEIGHT = BELT + len(FRAMES) * (ROW + GAP) + FOOT
PALETTE = PALETTES["light"]


def pair_stars() -> list[Point]:
    """Longitude and latitude (J2000) of the stars whose midpoints bound `midpoint13`."""
    catalogue, to_ecliptic = hipparcos(), erfa.ecm06(J2000_JD, 0.0)
    places = []
    for pair in rows("star_pairs.csv"):
        for column in ("last_hip", "first_hip"):
            x, y, z = to_ecliptic @ catalogue[int(pair[column])][0]
            places.append((degrees(atan2(y, x)) % 360.0, degrees(asin(z))))
    return places


def is_clear(longitude_deg: float, latitude_deg: float) -> bool:
    """Whether a glyph at a place stands within one constellation."""
    corners = {
        constellation(longitude_deg + east, latitude_deg + north, J2000_JD, 0.0, 0.0)
        for east in (-1.8, 1.8)
        for north in (-1.6, 1.6)
    }
    return len(corners) == 1


def sky(strip: Strip, ink: Ink) -> str:
    """The constellations of one strip with the ecliptic, the Moon's reach and the stars of the midpoints."""
    signs = {row["constellation"]: row["sign"] for row in rows("edges.csv")}
    parts = [element("rect", {"width": WIDTH, "height": BELT, "fill": PALETTE.disc})]
    for name, sign in signs.items():
        outline, ground = area(name, strip), sign_tint(PALETTE, sign).ground
        if outline:
            parts.append(
                element("path", {"d": outline, "fill": ground, "stroke": ground, "stroke-width": 0.7})
            )
    parts.append(
        element("path", {"d": borders(strip), "fill": "none", "stroke": PALETTE.tick, "stroke-width": 0.8})
    )
    for latitude, look in (
        (0.0, {"stroke-width": "1.4"}),
        (MOON_DEG, {"stroke-dasharray": "2 4"}),
        (-MOON_DEG, {"stroke-dasharray": "2 4"}),
    ):
        y = strip.y(latitude)
        parts.append(
            element("line", {"x1": 0.0, "x2": WIDTH, "y1": y, "y2": y, "stroke": PALETTE.ink, **look})
        )
    for longitude, latitude in pair_stars():
        if strip.holds(longitude, latitude):
            place = {"cx": strip.x(longitude), "cy": strip.y(latitude)}
            parts.append(element("circle", {**place, "r": 2.2, "fill": PALETTE.ink}))
    for name, (longitude, latitude) in names_beside(strip, set(signs)):
        parts.append(ink.text(name, strip.x(longitude), strip.y(latitude), 12.0, "n", PALETTE.muted))
    frame = zodiac("iau13")
    for sign, start, width in zip(frame.signs, frame.starts, frame.widths, strict=True):
        if strip.holds(start + width / 2.0, 0.0):
            middle = start + width / 2.0
            latitude = GLYPH_DEG if is_clear(middle, GLYPH_DEG) else -GLYPH_DEG
            ink_of_sign = sign_tint(PALETTE, sign).ink
            parts.append(ink.glyph(sign, strip.x(middle), strip.y(latitude), 21.0, "s", ink_of_sign))
    return "".join(parts)


def signs_of(frame_id: str, strip: Strip, y: float, ink: Ink) -> str:
    """The signs of one frame in one strip."""
    frame = zodiac(frame_id)
    rotation = ecliptic_to_j2000(centuries_since_j2000(DATE_JD, 0.0))
    starts = [
        degrees(longitude_j2000(radians(start), 0.0, rotation))
        for start in boundaries_of_date(frame, DATE_JD, 0.0)
    ]
    parts = [ink.text(frame_id, -10.0, y + ROW / 2.0, 11.0, "l", PALETTE.ink, anchor=1.0)]
    for sign, start, end in zip(frame.signs, starts, [*starts[1:], starts[0]], strict=True):
        for turn in (-360.0, 0.0):
            from_west = (start - strip.west_deg) % 360.0 + turn
            west, east = max(from_west, 0.0), min(from_west + (end - start) % 360.0, strip.width_deg)
            if west < east:
                tint = sign_tint(PALETTE, sign)
                box = {"x": west * SCALE, "y": y, "width": (east - west) * SCALE, "height": ROW}
                parts.append(
                    element("rect", {**box, "fill": tint.ground, "stroke": tint.ink, "stroke-width": 0.8})
                )
                if east - west > 2.8:
                    middle = (west + east) / 2.0 * SCALE
                    parts.append(ink.glyph(sign, middle, y + ROW / 2.0, 15.0, "s", tint.ink))
    return "".join(parts)


def scale(strip: Strip, y: float, ink: Ink) -> str:
    """Ticks and numbers of longitude, and what the lines of the sky are."""
    parts = []
    for step in range(0, 181, 10):
        x = step * SCALE
        parts.append(element("line", {"x1": x, "x2": x, "y1": y, "y2": y + 5.0, "stroke": PALETTE.tick}))
        parts.append(ink.text(f"{strip.west_deg + step:.0f}°", x, y + 13.0, 10.0, "t", PALETTE.muted))
    for name, latitude in (("Moon's reach", MOON_DEG), ("ecliptic", 0.0), ("Moon's reach", -MOON_DEG)):
        parts.append(ink.text(name, -10.0, strip.y(latitude), 11.0, "l", PALETTE.muted, anchor=1.0))
    return "".join(parts)


def strip_of(index: int, ink: Ink) -> str:
    """One strip: sky, frames, scale."""
    strip, clip = STRIPS[index], f"z-belt-{index}"
    frame_rows = (
        signs_of(frame_id, strip, BELT + GAP + position * (ROW + GAP), ink)
        for position, frame_id in enumerate(FRAMES)
    )
    return element(
        "g",
        {"transform": f"translate({number(LEFT)} {number(TOP + index * STRIP_HEIGHT)})"},
        element("clipPath", {"id": clip}, element("rect", {"width": WIDTH, "height": BELT})),
        element("g", {"clip-path": f"url(#{clip})"}, sky(strip, ink)),
        *frame_rows,
        scale(strip, BELT + GAP + len(FRAMES) * (ROW + GAP), ink),
    )


def drawing() -> str:
    """The whole drawing as an SVG document."""
    ink = Ink("z")
    width, height = LEFT + WIDTH + MARGIN, TOP + len(STRIPS) * STRIP_HEIGHT
    description = (
        f"The constellations within {BELT_DEG:.0f} degrees of the ecliptic with their borders, and under them the "
        f"signs of {', '.join(FRAMES)} on {DATE}, against longitude on the ecliptic of J2000."
    )
    heading = f"The sky along the ecliptic, longitudes of J2000, and the signs of {DATE}"
    body = ink.text(heading, LEFT, 20.0, 13.0, "l", PALETTE.ink, anchor=0.0)
    body += "".join(strip_of(index, ink) for index in range(len(STRIPS)))
    document: dict[str, str | float] = {
        "xmlns": "http://www.w3.org/2000/svg",
        "viewBox": f"0 0 {number(width)} {number(height)}",
        "width": width,
        "height": height,
        "role": "img",
        "aria-labelledby": "z-title z-desc",
    }
    return (
        element(
            "svg",
            document,
            element("title", {"id": "z-title"}, "The belt of the zodiac"),
            element("desc", {"id": "z-desc"}, description),
            ink.definitions(),
            element("rect", {"width": width, "height": height, "fill": PALETTE.paper}),
            body,
        )
        + "\n"
    )
