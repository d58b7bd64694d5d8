"""What a chart is asked for, looked up once: ids and names become the numbers that the kernel reads."""

from functools import lru_cache
from typing import Final

import msgspec
import numpy as np

from astrarium.chart.arrays import Wanted
from astrarium.chart.aspects import AspectSet, aspect_set, aspect_table
from astrarium.chart.errors import InvalidChoice, UnknownBodySet
from astrarium.sky.bodies import BODIES, INDEX, STANDARD, body_indices
from astrarium.sky.house_systems import SYSTEMS, HouseSystem, system_code
from astrarium.sky.zodiacs import Zodiac, frame_table, zodiac

BODY_SETS: Final[dict[str, tuple[str, ...]]] = {
    "standard": STANDARD,
    "all": tuple(body.id for body in BODIES),
}
MOST_ZODIACS: Final = 12
MOST_BODIES: Final = 64


class Selection(msgspec.Struct, frozen=True, eq=False):
    """The settings of a chart in words (`bodies`, `zodiacs`, `houses`, `aspects`) and in the kernel's numbers."""

    bodies: tuple[str, ...]
    zodiacs: tuple[Zodiac, ...]
    houses: HouseSystem
    aspects: AspectSet
    cusp_count: int
    wanted: Wanted


@lru_cache(maxsize=256)
def select(zodiacs: tuple[str, ...], houses: str, bodies: str | tuple[str, ...], aspects: str) -> Selection:
    """Look the settings up; the first zodiac is the chart's own, one named twice counts once.

    Raises `UnknownZodiac`, `UnknownZodiacVersion`, `UnknownHouseSystem`, `UnknownBody`, `UnknownBodySet`,
    `UnknownAspects`, `InvalidChoice`.
    """
    if not 1 <= len(zodiacs) <= MOST_ZODIACS:
        raise InvalidChoice("zodiacs", len(zodiacs), MOST_ZODIACS)
    frames = tuple({one.versioned_id: one for one in map(zodiac, zodiacs)}.values())
    code = system_code(houses)
    system = SYSTEMS[code]
    ids = _body_ids(bodies)
    kinds = aspect_set(aspects)
    table = aspect_table(kinds)
    return Selection(
        bodies=ids,
        zodiacs=frames,
        houses=system,
        aspects=kinds,
        cusp_count=system.cusp_count or len(frames[0].signs),
        wanted=Wanted(
            bodies=np.array([INDEX[one] for one in ids], dtype=np.int64),
            frames=frame_table(frames),
            house_system=code,
            aspect_angles_deg=table.angles_deg,
            aspect_orbs_deg=table.orbs_deg,
            aspect_nearest=table.nearest,
        ),
    )


def _body_ids(bodies: str | tuple[str, ...]) -> tuple[str, ...]:
    if isinstance(bodies, str):
        if bodies not in BODY_SETS:
            raise UnknownBodySet(bodies, tuple(BODY_SETS))
        return BODY_SETS[bodies]
    if not 1 <= len(bodies) <= MOST_BODIES:
        raise InvalidChoice("bodies", len(bodies), MOST_BODIES)
    return tuple(BODIES[index].id for index in body_indices(bodies))
