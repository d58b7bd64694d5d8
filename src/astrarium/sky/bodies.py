"""The bodies and points that have positions: their public ids, order and names.

The order is the order of every array and list that the engine returns and never changes; new bodies are added at
the end. Each body says where its position comes from: a series of the table, or a formula.
"""

from difflib import get_close_matches
from typing import Final, Literal

import msgspec

from astrarium.sky.errors import UnknownBody

Kind = Literal["luminary", "planet", "node", "apsis"]


class Body(msgspec.Struct, frozen=True):
    """One body or point: its id, English name, kind, and what its position is, in one sentence."""

    id: str
    name: str
    kind: Kind
    description: str


BODIES: Final[tuple[Body, ...]] = (
    Body("sun", "Sun", "luminary", "The Sun's centre, JPL DE440."),
    Body("moon", "Moon", "luminary", "The Moon's centre of mass, JPL DE440."),
    Body("mercury", "Mercury", "planet", "The planet's centre, JPL DE440."),
    Body("venus", "Venus", "planet", "The planet's centre, JPL DE440."),
    Body(
        "mars",
        "Mars",
        "planet",
        "The barycentre of Mars and its moons, JPL DE440; within 0.00002″ of its centre.",
    ),
    Body(
        "jupiter",
        "Jupiter",
        "planet",
        "The barycentre of Jupiter's system, JPL DE440; within 0.07″ of its centre.",
    ),
    Body(
        "saturn",
        "Saturn",
        "planet",
        "The barycentre of Saturn's system, JPL DE440; within 0.05″ of its centre.",
    ),
    Body(
        "uranus",
        "Uranus",
        "planet",
        "The barycentre of Uranus's system, JPL DE440; within 0.01″ of its centre.",
    ),
    Body(
        "neptune",
        "Neptune",
        "planet",
        "The barycentre of Neptune's system, JPL DE440; within 0.01″ of its centre.",
    ),
    Body(
        "pluto",
        "Pluto",
        "planet",
        "The barycentre of Pluto and Charon, JPL DE440; within 0.09″ of its centre.",
    ),
    Body("mean_node", "Mean node", "node", "The Moon's mean ascending node, IERS Conventions 2003."),
    Body("true_node", "True node", "node", "The ascending node of the Moon's osculating orbit, JPL DE440."),
    Body(
        "mean_apogee",
        "Mean Lilith",
        "apsis",
        "The Moon's mean apogee on its mean inclined orbit, IERS Conventions 2003.",
    ),
    Body(
        "osculating_apogee",
        "Osculating Lilith",
        "apsis",
        "The apogee of the Moon's osculating orbit, JPL DE440.",
    ),
)

STANDARD: Final[tuple[str, ...]] = (
    *(body.id for body in BODIES if body.kind in {"luminary", "planet"}),
    "true_node",
    "mean_apogee",
)
"""The bodies of a chart that asks for none in particular: Sun to Pluto, the true node and mean Lilith."""

INDEX: Final[dict[str, int]] = {body.id: number for number, body in enumerate(BODIES)}


def body_indices(ids: tuple[str, ...]) -> tuple[int, ...]:
    """Positions in `BODIES` of some ids.

    A body named twice counts once, where it is named first. Raises `UnknownBody` with the nearest names for an id
    that is not there.
    """
    found: dict[int, None] = {}
    for one in ids:
        if one not in INDEX:
            raise UnknownBody(one, tuple(get_close_matches(one, INDEX, n=3)))
        found[INDEX[one]] = None
    return tuple(found)
