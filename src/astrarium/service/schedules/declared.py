"""What a feature declares in its `tasks.py` so that something runs by itself."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, Final, Generic, Literal, TypeVar

import msgspec

from astrarium.service.jobs.service import Kind
from astrarium.service.schedules import expressions

P = TypeVar("P", bound=msgspec.Struct)

CatchUp = Literal["skip", "each"]
"""What happens with ticks that were missed: one job stands for all of them, or each has its own."""

_NAME: Final = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*")


class Due(msgspec.Struct, frozen=True):
    """The payload of a job that needs to know no more than the tick that it is for."""

    tick: datetime


class Schedule(msgspec.Struct, Generic[P], frozen=True, kw_only=True):
    """A job that is enqueued by itself, at each tick of a cron expression in UTC.

    `about` tells people what it is for, in a sentence. `payload` makes the job's payload for a tick. With `skip` a tick
    adds nothing either while the job of an earlier one is unfinished. With `each` every tick has its own job, and the
    last `most_missed` are made up for.
    """

    name: str
    about: str
    kind: Kind[P]
    payload: Callable[[datetime], P]
    expression: str
    catch_up: CatchUp = "skip"
    most_missed: int = 1

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name) or expressions.normalized(self.expression) != self.expression:
            raise ValueError(f"{self.name!r}: a plain name and an expression of five fields, please")
        if self.most_missed < 1 or (self.catch_up == "skip" and self.most_missed != 1):
            raise ValueError(
                f"{self.name}: with `skip` one job stands for all missed ticks, with `each` one or more"
            )

    def key(self, tick: datetime) -> str:
        """What keeps the tick's job from being enqueued beside another one."""
        return self.name if self.catch_up == "skip" else f"{self.name} {tick.isoformat()}"


Declared = Mapping[str, Schedule[Any]]
"""Every schedule of this version, by its name."""


def declared(schedules: Iterable[Schedule[Any]]) -> Declared:
    """The schedules of all features by name. Raises `ValueError` where two have the same."""
    table: dict[str, Schedule[Any]] = {}
    for one in schedules:
        if one.name in table:
            raise ValueError(f"two schedules are called {one.name!r}")
        table[one.name] = one
    return table
