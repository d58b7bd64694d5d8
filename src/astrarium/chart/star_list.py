"""The stars of an instant as they leave the engine: apparent places, and the sign of each in some zodiacs."""

from collections.abc import Iterable, Sequence
from math import degrees

import msgspec

from astrarium.chart.receipt import ANGLE_DIGITS
from astrarium.civil.calendars import iso_utc, jd_from_microseconds
from astrarium.civil.notation import read_instant
from astrarium.sky.apparent import NUTATION
from astrarium.sky.positions import places
from astrarium.sky.stars import Star, StarGroup, StarKind, list_stars, star, star_places
from astrarium.sky.timescales import from_universal
from astrarium.sky.zodiacs import Zodiac, place


class StarPlacement(msgspec.Struct, frozen=True, gc=False):
    """Where a star stands in one zodiac: the sign, degrees from its start, its width, the nearer boundary."""

    sign: str
    degree: float
    width: float
    boundary_deg: float


class StarEntry(msgspec.Struct, frozen=True):
    """A star with its apparent geocentric place, true equator, ecliptic and equinox of date, degrees.

    The latitude counts for the signs of a zodiac that is bound to the stars. `constellation` is the IAU area in which
    the star stands. `hip` is its number in the Hipparcos catalogue, `None` for points that are no single star.
    """

    id: str
    name: str
    designation: str
    other_names: tuple[str, ...]
    kind: StarKind
    groups: tuple[StarGroup, ...]
    hip: int | None
    magnitude: float | None
    constellation: str
    longitude: float
    latitude: float
    right_ascension: float
    declination: float
    signs: dict[str, StarPlacement]


class StarList(msgspec.Struct, frozen=True):
    """Stars at an instant: `utc`, TT as a Julian date in two parts, and the zodiacs with their versions."""

    utc: str
    jd_tt_day: float
    jd_tt_fraction: float
    zodiacs: tuple[str, ...]
    items: tuple[StarEntry, ...]


def stars_at(
    instant: str,
    zodiacs: Sequence[Zodiac],
    of: Iterable[str | int] | None = None,
    brighter_than: float | None = None,
) -> StarList:
    """Stars of the catalogue at an instant, from the brightest down, or in the order of `of`.

    Args:
        instant: UTC (UT1 before 1972) as `YYYY-MM-DDTHH:MM[:SS]Z`.
        zodiacs: the frames whose signs are told.
        of: names, designations or HIP numbers; the whole catalogue unless given.
        brighter_than: only stars of at most this magnitude; points without a magnitude are then left out.

    Accuracy 0.001″, as of `stars.star_places`; angles are rounded to the digits of a chart. Raises `InvalidInstant`,
    `UnknownStar`, `OutOfRange`.
    """
    microseconds = read_instant(instant)
    day, fraction = jd_from_microseconds(microseconds)
    instants = from_universal(day, fraction)
    tt_day, tt_fraction = float(instants.tt_day[0]), float(instants.tt_fraction[0])
    wanted = list_stars() if of is None else tuple(dict.fromkeys(star(one) for one in of))
    if brighter_than is not None:
        wanted = tuple(one for one in wanted if one.magnitude is not None and one.magnitude <= brighter_than)
    found = star_places(tt_day, tt_fraction, wanted)
    nodes = tuple(dict.fromkeys(f"{frame.node}_node" for frame in zodiacs if frame.node is not None))
    sky = places(tt_day, tt_fraction, nodes)
    nutation_deg = degrees(float(sky.earth[0, NUTATION]))
    node_deg = dict(zip(nodes, sky.longitude_deg[0].tolist(), strict=True))

    def signs(longitude: float, latitude: float) -> dict[str, StarPlacement]:
        return {
            frame.id: _placement(
                longitude,
                latitude,
                frame,
                tt_day,
                tt_fraction,
                nutation_deg,
                node_deg.get(f"{frame.node}_node"),
            )
            for frame in zodiacs
        }

    columns = (found.longitude_deg, found.latitude_deg, found.right_ascension_deg, found.declination_deg)
    return StarList(
        utc=iso_utc(microseconds),
        jd_tt_day=tt_day,
        jd_tt_fraction=tt_fraction,
        zodiacs=tuple(frame.versioned_id for frame in zodiacs),
        items=tuple(
            _entry(one, place_deg, signs(*place_deg[:2]))
            for one, *place_deg in zip(wanted, *(column[0].tolist() for column in columns), strict=True)
        ),
    )


def _placement(
    longitude: float,
    latitude: float,
    frame: Zodiac,
    tt_day: float,
    tt_fraction: float,
    nutation_deg: float,
    node_deg: float | None,
) -> StarPlacement:
    at = place(longitude, latitude, frame, tt_day, tt_fraction, nutation_deg, node_deg)
    return StarPlacement(
        at.sign, *(round(one, ANGLE_DIGITS) for one in (at.degree, at.width, at.boundary_deg))
    )


def _entry(one: Star, place_deg: list[float], signs: dict[str, StarPlacement]) -> StarEntry:
    longitude, latitude, right_ascension, declination = (round(value, ANGLE_DIGITS) for value in place_deg)
    return StarEntry(
        id=one.id,
        name=one.name,
        designation=one.designation,
        other_names=one.other_names,
        kind=one.kind,
        groups=one.groups,
        hip=one.hip,
        magnitude=one.magnitude,
        constellation=one.constellation,
        longitude=longitude % 360.0,
        latitude=latitude,
        right_ascension=right_ascension % 360.0,
        declination=declination,
        signs=signs,
    )
