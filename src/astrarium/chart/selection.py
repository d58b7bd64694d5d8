"""What a chart is asked for, looked up once: ids and names become the plan that the kernel reads."""

from functools import lru_cache
from typing import Final

import msgspec
import numpy as np

from astrarium.chart.aspects import AspectSet, aspect_set, aspect_table
from astrarium.chart.errors import InvalidChoice, UnknownBodySet
from astrarium.chart.plan import ANGLES, ANGLES_IN_SIGNS, Plan, make_plan
from astrarium.sky.apparent import EARTH_COLUMNS, PLACE_COLUMNS
from astrarium.sky.bodies import BODIES, INDEX, STANDARD, body_indices
from astrarium.sky.house_systems import SYSTEMS, HouseSystem, system_code
from astrarium.sky.positions import sky_of
from astrarium.sky.table import Table, default_table, minor_table
from astrarium.sky.zodiacs import InvalidZodiac, Zodiac, ZodiacDefinition, define_zodiac, frame_table, zodiac

BODY_SETS: Final[dict[str, tuple[str, ...]]] = {
    "standard": STANDARD,
    "all": tuple(body.id for body in BODIES),
}
MOST_ZODIACS: Final = 12
MOST_BODIES: Final = 64


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


def select(
    zodiacs: tuple[str | ZodiacDefinition, ...], houses: str, bodies: str | tuple[str, ...], aspects: str
) -> Selection:
    """Look the settings up; the first zodiac is the chart's own, one named twice counts once.

    Raises `UnknownZodiac`, `UnknownZodiacVersion`, `UnknownHouseSystem`, `UnknownBody`, `UnknownBodySet`,
    `UnknownAspects`, `InvalidChoice`, `InvalidZodiac`.
    """
    return _selected(zodiacs, houses, bodies, aspects, default_table(), minor_table())


@lru_cache(maxsize=256)
def _selected(
    zodiacs: tuple[str | ZodiacDefinition, ...],
    houses: str,
    bodies: str | tuple[str, ...],
    aspects: str,
    planets: Table,
    minor: Table,
) -> Selection:
    if not 1 <= len(zodiacs) <= MOST_ZODIACS:
        raise InvalidChoice("zodiacs", len(zodiacs), MOST_ZODIACS)
    frames = tuple({one.versioned_id: one for one in map(_frame, range(len(zodiacs)), zodiacs)}.values())
    code = system_code(houses)
    system = SYSTEMS[code]
    ids = _body_ids(bodies)
    kinds = aspect_set(aspects)
    layout = layout_of(len(ids), len(frames), system.cusp_count or len(frames[0].signs))
    return Selection(
        bodies=ids,
        has_minor_bodies=any(BODIES[INDEX[one]].table == "minor" for one in ids),
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
            np.array([INDEX[one] for one in ids], dtype=np.int64),
            code,
            layout.cusps,
            aspect_table(kinds),
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


def _body_ids(bodies: str | tuple[str, ...]) -> tuple[str, ...]:
    if isinstance(bodies, str):
        if bodies not in BODY_SETS:
            raise UnknownBodySet(bodies, tuple(BODY_SETS))
        return BODY_SETS[bodies]
    if not 1 <= len(bodies) <= MOST_BODIES:
        raise InvalidChoice("bodies", len(bodies), MOST_BODIES)
    return tuple(BODIES[index].id for index in body_indices(bodies))
