"""What a chart is asked for, looked up once: ids and names become the plan that the kernel reads."""

from functools import lru_cache
from typing import Final, get_args

import msgspec
import numpy as np
from numpy.typing import NDArray

from astrarium.chart.aspects import AspectSet, aspect_set, aspect_table
from astrarium.chart.errors import InvalidChoice, UnknownBodySet, UnknownPerspective
from astrarium.chart.plan import ANGLES, ANGLES_IN_SIGNS, Plan, make_plan
from astrarium.chart.structs import Perspective
from astrarium.sky.apparent import EARTH_COLUMNS, PLACE_COLUMNS
from astrarium.sky.bodies import BODIES, INDEX, STANDARD, body_indices
from astrarium.sky.earth_motion import earth_motion_table
from astrarium.sky.heliocentric import SEEN_FROM_SUN, numbered
from astrarium.sky.house_systems import SYSTEMS, HouseSystem, system_code
from astrarium.sky.moment import View, view_of
from astrarium.sky.positions import sky_of
from astrarium.sky.table import Table, default_table, minor_table
from astrarium.sky.zodiacs import InvalidZodiac, Zodiac, ZodiacDefinition, define_zodiac, frame_table, zodiac

BODY_SETS: Final[dict[str, tuple[str, ...]]] = {
    "standard": STANDARD,
    "all": tuple(body.id for body in BODIES),
}
MOST_ZODIACS: Final = 12
MOST_BODIES: Final = 64
PERSPECTIVES: Final[tuple[Perspective, ...]] = get_args(Perspective)


class Standpoint(msgspec.Struct, frozen=True, eq=False):
    """What a perspective other than the geocentric one is made from: its tables, and its bodies' kernel numbers."""

    view: View
    bodies: NDArray[np.int64]
    earth: Table


class Layout(msgspec.Struct, frozen=True):
    """Where the parts of a chart's row begin, in `numbers` and `codes`; see `plan`.

    Counts first (`points` are the bodies, the ascendant and the midheaven), then offsets into `numbers`, where the
    Earth and the places stand before the angles, then into `codes`, where status and houses stand before the signs;
    then the lengths of both rows.
    """

    bodies: int
    frames: int
    cusps: int
    points: int
    pairs: int
    angles_at: int
    cusps_at: int
    degrees_at: int
    signs_at: int
    aspects_at: int
    numbers: int
    codes: int


def layout_of(bodies: int, frames: int, cusps: int) -> Layout:
    """The layout of charts with so many bodies, sign frames and house cusps."""
    points, pairs = bodies + ANGLES_IN_SIGNS, bodies * (bodies - 1) // 2
    angles_at = EARTH_COLUMNS + PLACE_COLUMNS * bodies
    cusps_at = angles_at + ANGLES
    degrees_at = cusps_at + cusps
    signs_at = 1 + bodies
    aspects_at = signs_at + frames * points
    return Layout(
        bodies=bodies,
        frames=frames,
        cusps=cusps,
        points=points,
        pairs=pairs,
        angles_at=angles_at,
        cusps_at=cusps_at,
        degrees_at=degrees_at,
        signs_at=signs_at,
        aspects_at=aspects_at,
        numbers=degrees_at + frames * points,
        codes=aspects_at + pairs,
    )


class Selection(msgspec.Struct, frozen=True, eq=False):
    """The settings of a chart in words, the layout of its rows, and its numbers for the kernel (`plan`).

    `versions` are the ids of the zodiacs with their versions, `planets` and `minor` the tables that it was made for.
    `standpoint` is where a chart is seen from that is not seen from the middle of the Earth.
    """

    bodies: tuple[str, ...]
    has_minor_bodies: bool
    zodiacs: tuple[Zodiac, ...]
    versions: tuple[str, ...]
    planets: Table
    minor: Table
    houses: HouseSystem
    house_code: int
    aspects: AspectSet
    layout: Layout
    plan: Plan
    perspective: Perspective
    standpoint: Standpoint | None

    @property
    def has_houses(self) -> bool:
        """Whether charts have houses and angles: from the Sun there is no horizon."""
        return self.perspective != "heliocentric"


def select(
    zodiacs: tuple[str | ZodiacDefinition, ...],
    houses: str,
    bodies: str | tuple[str, ...],
    aspects: str,
    perspective: Perspective = "geocentric",
) -> Selection:
    """Look the settings up; the first zodiac is the chart's own, one named twice counts once.

    From the Sun a named set of bodies has the Earth in place of the Sun, and is without the Moon and the points of its
    orbit. Raises `UnknownZodiac`, `UnknownZodiacVersion`, `UnknownHouseSystem`, `UnknownBody`, `UnknownBodySet`,
    `UnknownAspects`, `UnknownPerspective`, `NotSeenFromSun`, `InvalidChoice`, `InvalidZodiac`.
    """
    if perspective not in PERSPECTIVES:
        raise UnknownPerspective(perspective, PERSPECTIVES)
    earth = None if perspective == "geocentric" else earth_motion_table()
    return _selected(zodiacs, houses, bodies, aspects, perspective, default_table(), minor_table(), earth)


@lru_cache(maxsize=256)
def _selected(
    zodiacs: tuple[str | ZodiacDefinition, ...],
    houses: str,
    bodies: str | tuple[str, ...],
    aspects: str,
    perspective: Perspective,
    planets: Table,
    minor: Table,
    earth: Table | None,
) -> Selection:
    if not 1 <= len(zodiacs) <= MOST_ZODIACS:
        raise InvalidChoice("zodiacs", len(zodiacs), MOST_ZODIACS)
    frames = tuple({one.versioned_id: one for one in map(_frame, range(len(zodiacs)), zodiacs)}.values())
    code = system_code(houses)
    system = SYSTEMS[code]
    ids = _ids_from_sun(bodies) if perspective == "heliocentric" else _body_ids(bodies)
    # The Earth, which the tables do not list, is seen where the Sun was counted.
    indices = np.array([INDEX["sun" if one == "earth" else one] for one in ids], dtype=np.int64)
    kinds = aspect_set(aspects)
    layout = layout_of(len(ids), len(frames), system.cusp_count or len(frames[0].signs))
    return Selection(
        bodies=ids,
        has_minor_bodies=any(BODIES[index].table == "minor" for index in indices),
        zodiacs=frames,
        versions=tuple(frame.versioned_id for frame in frames),
        planets=planets,
        minor=minor,
        houses=system,
        house_code=code,
        aspects=kinds,
        layout=layout,
        plan=make_plan(
            sky_of(planets, minor),
            frame_table(frames),
            indices,
            code,
            layout.cusps,
            aspect_table(kinds),
        ),
        perspective=perspective,
        standpoint=None
        if earth is None
        else Standpoint(
            view_of(planets, minor, earth),
            numbered(ids)[1] if perspective == "heliocentric" else indices,
            earth,
        ),
    )


def _frame(number: int, wanted: str | ZodiacDefinition) -> Zodiac:
    """The frame of an id or of a definition; the definition's errors point into the request."""
    if isinstance(wanted, str):
        return zodiac(wanted)
    try:
        return define_zodiac(wanted)
    except InvalidZodiac as error:
        error.pointer = f"/zodiacs/{number}{error.pointer or ''}"
        raise


def _ids_from_sun(bodies: str | tuple[str, ...]) -> tuple[str, ...]:
    """The bodies of a heliocentric chart; those that are named one by one must have a place."""
    if isinstance(bodies, str):
        there = ("earth" if body == "sun" else body for body in _body_ids(bodies) if body != "moon")
        return tuple(body for body in there if body in SEEN_FROM_SUN)
    _of_some(bodies)
    return numbered(bodies)[0]


def _body_ids(bodies: str | tuple[str, ...]) -> tuple[str, ...]:
    if isinstance(bodies, str):
        if bodies not in BODY_SETS:
            raise UnknownBodySet(bodies, tuple(BODY_SETS))
        return BODY_SETS[bodies]
    _of_some(bodies)
    return tuple(BODIES[index].id for index in body_indices(bodies))


def _of_some(bodies: tuple[str, ...]) -> None:
    if not 1 <= len(bodies) <= MOST_BODIES:
        raise InvalidChoice("bodies", len(bodies), MOST_BODIES)
