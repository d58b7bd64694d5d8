"""The choices that the forms of charts offer."""

from functools import cache

import msgspec

from astrarium.sky.house_systems import SYSTEMS
from astrarium.sky.zodiacs import list_zodiacs


class Option(msgspec.Struct, frozen=True):
    """One choice of a list, with the heading that it stands under."""

    value: str
    label: str
    group: str = ""


@cache
def zodiac_options() -> tuple[Option, ...]:
    """The zodiacs under what they are measured from."""
    groups = {
        "stars": "From the stars",
        "tropical": "From the equinox",
        "sidereal": "Sidereal, twelve equal signs",
    }
    options = [Option(one.id, one.name, groups.get(one.kind, "Others")) for one in list_zodiacs()]
    order = list(dict.fromkeys([*groups.values(), "Others"]))
    return tuple(sorted(options, key=lambda option: order.index(option.group)))


@cache
def system_options() -> tuple[Option, ...]:
    """The house systems."""
    return tuple(Option(system.id, system.name) for system in SYSTEMS)
