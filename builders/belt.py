"""The sky along the ecliptic as paths: areas, borders and names of the constellations in a strip of longitude.

The map of the constellations is made of arcs of right ascension and declination of B1875.0. Here they are cut into
steps of four degrees, turned to the ecliptic of J2000 and laid out flat, longitude to the right, one scale in both
directions.
"""

from collections.abc import Iterator
from math import asin, atan2, ceil, cos, degrees, hypot, radians, sin
from typing import NamedTuple

import numpy as np

from astrarium.sky.constellations import (
    ECLIPTIC_J2000_TO_B1875,
    constellation_map,
    constellation_of_vector,
    constellation_table,
    list_constellations,
)

STEP_DEG = 4.0
LEAST_ROOM_DEG = 1.4
TO_ECLIPTIC = np.array(ECLIPTIC_J2000_TO_B1875).reshape(3, 3).T

Point = tuple[float, float]


class Strip(NamedTuple):
    """What is drawn: longitudes from `west_deg` on, latitudes to both sides of the ecliptic, pixels per degree."""

    west_deg: float
    width_deg: float
    belt_deg: float
    scale: float

    def x(self, longitude_deg: float) -> float:
        """Pixels from the strip's western edge, in the turn of the circle that lies to the east of it."""
        return (longitude_deg - self.west_deg) % 360.0 * self.scale

    def y(self, latitude_deg: float) -> float:
        """Pixels below the strip's upper edge."""
        return (self.belt_deg - latitude_deg) * self.scale

    def holds(self, longitude_deg: float, latitude_deg: float) -> bool:
        """Whether a place lies in the strip."""
        return (longitude_deg - self.west_deg) % 360.0 < self.width_deg and abs(latitude_deg) < self.belt_deg


class Block(NamedTuple):
    """A rectangle of one constellation on the equator of B1875.0, degrees."""

    west: float
    east: float
    south: float
    north: float
    name: str


def blocks() -> list[Block]:
    """The map as rectangles, as tall as they can be."""
    open_blocks: dict[tuple[float, float, str], Block] = {}
    closed: list[Block] = []
    bands = constellation_map().bands
    norths = (*(band.dec_arcmin / 60.0 for band in bands[1:]), 90.0)
    for band, north in zip(bands, norths, strict=True):
        ends = (*band.ra_s[1:], 86400)
        going_on: dict[tuple[float, float, str], Block] = {}
        for start, end, name in zip(band.ra_s, ends, band.constellations, strict=True):
            key = start / 240.0, end / 240.0, name
            below = open_blocks.pop(key, None)
            south = below.south if below else band.dec_arcmin / 60.0
            going_on[key] = Block(key[0], key[1], south, north, name)
        closed += open_blocks.values()
        open_blocks = going_on
    return [*closed, *open_blocks.values()]


def ecliptic(ra_deg: float, dec_deg: float) -> Point:
    """Longitude and latitude (J2000, degrees) of a place on the equator of B1875.0."""
    ra, dec = radians(ra_deg), radians(dec_deg)
    x, y, z = TO_ECLIPTIC @ (cos(dec) * cos(ra), cos(dec) * sin(ra), sin(dec))
    return degrees(atan2(y, x)) % 360.0, degrees(asin(z))


def along(start: Point, end: Point) -> list[Point]:
    """An arc of an hour circle or parallel of B1875.0 in the ecliptic frame."""
    steps = max(1, ceil(max(abs(end[0] - start[0]), abs(end[1] - start[1])) / STEP_DEG))
    return [
        ecliptic(start[0] + (end[0] - start[0]) * i / steps, start[1] + (end[1] - start[1]) * i / steps)
        for i in range(steps + 1)
    ]


def path(points: list[Point], strip: Strip, end: str = "") -> str:
    """The points as path data of a strip, `end` after them; empty when they stay outside."""
    longitude, unwrapped = points[0][0], []
    for point in points:
        longitude += (point[0] - longitude + 180.0) % 360.0 - 180.0
        unwrapped.append(longitude)
    latitudes = [point[1] for point in points]
    if max(latitudes) < -strip.belt_deg or min(latitudes) > strip.belt_deg:
        return ""
    written = ""
    for turn in (-360.0, 0.0, 360.0):
        west = strip.west_deg - turn
        if max(unwrapped) > west and min(unwrapped) < west + strip.width_deg:
            steps = (
                f"{(x - west) * strip.scale:.1f} {strip.y(y):.1f}"
                for x, y in zip(unwrapped, latitudes, strict=True)
            )
            written += "M" + "L".join(steps) + end
    return written


def area(name: str, strip: Strip) -> str:
    """The area of a constellation in a strip."""
    return "".join(
        path(
            along((block.west, block.south), (block.east, block.south))
            + along((block.east, block.south), (block.east, block.north))
            + along((block.east, block.north), (block.west, block.north))
            + along((block.west, block.north), (block.west, block.south)),
            strip,
            "Z",
        )
        for block in blocks()
        if block.name == name
    )


def borders(strip: Strip) -> str:
    """Every border between two constellations in a strip."""
    return "".join(path(along(start, end), strip) for start, end in border_arcs())


def border_arcs() -> Iterator[tuple[Point, Point]]:
    """The arcs of B1875.0 that have one constellation on one side and another on the other."""
    rectangles = blocks()
    for block in rectangles:
        for other in rectangles:
            if other.name == block.name:
                continue
            south, north = max(block.south, other.south), min(block.north, other.north)
            if south < north and other.east % 360.0 == block.west:
                yield (block.west, south), (block.west, north)
            west, east = max(block.west, other.west), min(block.east, other.east)
            if west < east and other.north == block.south:
                yield (west, block.south), (east, block.south)


def names_beside(strip: Strip, drawn: set[str]) -> Iterator[tuple[str, Point]]:
    """The other constellations with room for their name, and the place that is farthest from any border."""
    table, names = constellation_table(), list_constellations()
    half = 0.5
    longitudes = np.arange(strip.west_deg + half, strip.west_deg + strip.width_deg)
    latitudes = np.arange(-strip.belt_deg + half, strip.belt_deg)
    places = [(float(x), float(y)) for x in longitudes for y in latitudes]
    found = [
        names[constellation_of_vector(*_unit(x, y), ECLIPTIC_J2000_TO_B1875, table)].abbreviation
        for x, y in places
    ]
    for name in sorted(set(found) - drawn):
        others = [place for place, here in zip(places, found, strict=True) if here != name]
        inside = [place for place, here in zip(places, found, strict=True) if here == name]

        def room(place: Point, others: list[Point] = others) -> float:
            to_edge = min(
                strip.belt_deg - abs(place[1]),
                (place[0] - strip.west_deg) / 2.0,
                (strip.west_deg + strip.width_deg - place[0]) / 2.0,
            )
            return min(to_edge, *(hypot((place[0] - x) / 2.0, place[1] - y) for x, y in others))

        best = max(inside, key=room)
        if room(best) >= LEAST_ROOM_DEG:
            yield name, best


def _unit(longitude_deg: float, latitude_deg: float) -> tuple[float, float, float]:
    longitude, latitude = radians(longitude_deg), radians(latitude_deg)
    return cos(latitude) * cos(longitude), cos(latitude) * sin(longitude), sin(latitude)
