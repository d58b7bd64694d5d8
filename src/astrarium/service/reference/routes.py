"""Lists of what a request may name, and the version that answers."""

import msgspec
from litestar import get

from astrarium.service.http import answers
from astrarium.sky.bodies import BODIES, STANDARD, Body


class Bodies(msgspec.Struct, frozen=True):
    """All bodies in the order that every answer keeps, and the ids of the `standard` choice."""

    items: tuple[Body, ...]
    standard: tuple[str, ...]


@get("/bodies", sync_to_thread=False, responses=answers.of_nothing())
def bodies() -> Bodies:
    """The bodies and points that a chart can hold."""
    return Bodies(BODIES, STANDARD)
