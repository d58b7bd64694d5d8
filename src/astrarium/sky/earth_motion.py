"""The Earth's motion about the barycentre of the solar system: the small table that places of stars need.

One series, `earth_motion`: barycentric x, y and z of the Earth (au, ICRF axes); its rate is the velocity. Aberration
asks for the velocity, parallax for the place. The table is `data/ephemeris/earth.{bin,json}`, made by
`builders/earth_motion.py`.
"""

from functools import lru_cache
from typing import Final

import numpy as np

from astrarium.sky.star_kernels import StarGrid, StarSky
from astrarium.sky.table import DEFAULT_PATH, Table, table_in_use

EARTH_MOTION: Final = "earth_motion"
EARTH_MOTION_PATH: Final = DEFAULT_PATH.with_name("earth.json")


def earth_motion_table() -> Table:
    """The table of the Earth's motion in use, opened once per process.

    Raises `TableUnusable` when it is missing or damaged.
    """
    return table_in_use(EARTH_MOTION_PATH.stem)


@lru_cache(maxsize=8)
def star_sky_of(planets: Table, earth: Table) -> StarSky:
    """The planets' table and that of the Earth's motion, as the kernels of stars read them."""
    sun, motion = planets.series_index("sun"), earth.series_index(EARTH_MOTION)
    return StarSky(
        *planets.records,
        *earth.records,
        pieces=np.concatenate([planets.offsets.pieces, earth.offsets.pieces]),
        quanta=np.concatenate([planets.offsets.quanta, earth.offsets.quanta]),
        grid=StarGrid(
            first_jd=planets.header.first_jd,
            blocks=planets.header.blocks,
            words=planets.header.record_bytes // 8,
            earth_first_jd=earth.header.first_jd,
            earth_blocks=earth.header.blocks,
            earth_words=earth.header.record_bytes // 8,
            sun_piece=int(planets.offsets.first_piece[sun]),
            earth_piece=len(planets.offsets.pieces) + int(earth.offsets.first_piece[motion]),
        ),
    )
