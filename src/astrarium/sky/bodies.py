"""The bodies and points that have positions: their public ids, order and names.

The order is the order of every array and list that the engine returns and never changes; new bodies are added at
the end. Each body says where its position comes from: a series of the table, or a formula.
"""

from difflib import get_close_matches
from typing import Final, Literal

import msgspec

from astrarium.sky.errors import UnknownBody

Kind = Literal["luminary", "planet", "node", "apsis", "centaur", "asteroid", "dwarf_planet", "distant"]
TableName = Literal["planets", "minor"]


class Body(msgspec.Struct, frozen=True):
    """One body or point: its id, English name, kind, what its position is, and the table that it is in."""

    id: str
    name: str
    kind: Kind
    description: str
    table: TableName = "planets"


def _minor(id_: str, name: str, kind: Kind, number: int) -> Body:
    return Body(
        id_, name, kind, f"Minor planet ({number}), JPL Horizons' orbit sampled every ten days.", "minor"
    )


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
    _minor("chiron", "Chiron", "centaur", 2060),
    _minor("pholus", "Pholus", "centaur", 5145),
    _minor("ceres", "Ceres", "dwarf_planet", 1),
    _minor("pallas", "Pallas", "asteroid", 2),
    _minor("juno", "Juno", "asteroid", 3),
    _minor("vesta", "Vesta", "asteroid", 4),
    _minor("eris", "Eris", "dwarf_planet", 136199),
    _minor("sedna", "Sedna", "distant", 90377),
    _minor("haumea", "Haumea", "dwarf_planet", 136108),
    _minor("makemake", "Makemake", "dwarf_planet", 136472),
    _minor("quaoar", "Quaoar", "distant", 50000),
    _minor("orcus", "Orcus", "distant", 90482),
    _minor("varuna", "Varuna", "distant", 20000),
    _minor("ixion", "Ixion", "distant", 28978),
    _minor("nessus", "Nessus", "centaur", 7066),
    _minor("chariklo", "Chariklo", "centaur", 10199),
    _minor("asbolus", "Asbolus", "centaur", 8405),
    _minor("hygiea", "Hygiea", "asteroid", 10),
    _minor("astraea", "Astraea", "asteroid", 5),
    _minor("psyche", "Psyche", "asteroid", 16),
    _minor("eros", "Eros", "asteroid", 433),
    _minor("asteroid_lilith", "Lilith (1181)", "asteroid", 1181),
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
