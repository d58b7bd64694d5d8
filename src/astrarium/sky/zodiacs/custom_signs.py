"""The signs of a zodiac of the user's own: read from starts or from widths, and checked until they make one circle."""

import re
from math import isfinite

import msgspec

from astrarium.sky.zodiacs.errors import InvalidZodiac
from astrarium.sky.zodiacs.frames import TWELVE_SIGNS, TWELVE_STARTS

FEWEST_SIGNS, MOST_SIGNS = 2, 36
NARROWEST_DEG = 0.0001
WIDTHS_TOLERANCE_DEG = 1e-6
IDENTIFIER = re.compile(r"[a-z][a-z0-9_]{0,31}")


class SignDefinition(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One sign of a zodiac of one's own: where it starts, or how wide it is (degrees)."""

    sign: str
    start: float | None = None
    width: float | None = None


def ordered_signs(
    signs: tuple[SignDefinition, ...] | None, first_start: float | None
) -> tuple[tuple[str, ...], tuple[float, ...]]:
    """The signs and their starts in degrees, the lowest start first; the customary twelve when none are given.

    Raises `InvalidZodiac` with the reason and the pointer of the field.
    """
    if signs is None:
        if first_start is not None:
            raise InvalidZodiac(
                "first_start stands without signs",
                hint="List the signs with their widths.",
                pointer="/first_start",
            )
        return TWELVE_SIGNS, TWELVE_STARTS
    if not FEWEST_SIGNS <= len(signs) <= MOST_SIGNS:
        raise InvalidZodiac(
            f"it has {len(signs)} signs", hint=f"List {FEWEST_SIGNS} to {MOST_SIGNS}.", pointer="/signs"
        )
    _check_names(signs)
    starts = _given_starts(signs) if first_start is None else _starts_from_widths(signs, first_start)
    _check_order(starts)
    lowest = starts.index(min(starts))
    order = (*range(lowest, len(signs)), *range(lowest))
    return tuple(signs[i].sign for i in order), tuple(starts[i] for i in order)


def _check_names(signs: tuple[SignDefinition, ...]) -> None:
    seen: set[str] = set()
    for index, entry in enumerate(signs):
        if not IDENTIFIER.fullmatch(entry.sign):
            raise InvalidZodiac(
                f"the sign {entry.sign[:40]!r} is not a name",
                hint="Name signs like aries: up to 32 small letters, digits and underscores.",
                pointer=f"/signs/{index}/sign",
            )
        if entry.sign in seen:
            raise InvalidZodiac(
                f"the sign {entry.sign!r} stands twice",
                hint="Give every sign a name of its own.",
                pointer=f"/signs/{index}/sign",
            )
        seen.add(entry.sign)


def _given_starts(signs: tuple[SignDefinition, ...]) -> list[float]:
    starts = []
    for index, entry in enumerate(signs):
        if entry.start is None or entry.width is not None:
            raise InvalidZodiac(
                f"the sign {entry.sign!r} needs a start and no width",
                hint="Give every sign a start, or first_start and every sign a width.",
                pointer=f"/signs/{index}",
            )
        if not 0.0 <= entry.start < 360.0:
            raise InvalidZodiac(
                f"the start {entry.start} of {entry.sign!r} does not lie in [0, 360)",
                hint="Give it in degrees from 0 to below 360.",
                pointer=f"/signs/{index}/start",
            )
        starts.append(entry.start)
    return starts


def _starts_from_widths(signs: tuple[SignDefinition, ...], first: float) -> list[float]:
    if not 0.0 <= finite(first, "first_start") < 360.0:
        raise InvalidZodiac(
            f"first_start {first} does not lie in [0, 360)",
            hint="Give it in degrees from 0 to below 360.",
            pointer="/first_start",
        )
    starts, passed = [], 0.0
    for index, entry in enumerate(signs):
        if entry.width is None or entry.start is not None:
            raise InvalidZodiac(
                f"the sign {entry.sign!r} needs a width and no start",
                hint="With first_start, give every sign a width only.",
                pointer=f"/signs/{index}",
            )
        if not 0.0 < entry.width < 360.0:
            raise InvalidZodiac(
                f"the width {entry.width} of {entry.sign!r} does not lie between 0 and 360",
                hint="Give it in degrees.",
                pointer=f"/signs/{index}/width",
            )
        starts.append((first + passed) % 360.0)
        passed += entry.width
    if abs(passed - 360.0) > WIDTHS_TOLERANCE_DEG:
        raise InvalidZodiac(
            f"the widths make {passed:.9g}°, not 360°",
            hint="Change them until their sum is 360.",
            pointer="/signs",
        )
    return starts


def _check_order(starts: list[float]) -> None:
    """Starts rise, over 0° once at most, and no sign is without width."""
    following = (*starts[1:], starts[0])
    widths = [(end - start) % 360.0 for start, end in zip(starts, following, strict=True)]
    for index, width in enumerate(widths):
        if width < NARROWEST_DEG or width > 360.0 - NARROWEST_DEG:
            raise InvalidZodiac(
                f"two signs start at {starts[index]}°",
                hint=f"Let every sign be at least {NARROWEST_DEG}° wide.",
                pointer=f"/signs/{(index + 1) % len(starts)}",
            )
    if sum(end < start for start, end in zip(starts, following, strict=True)) != 1:
        falls = next(i for i in range(1, len(starts)) if starts[i] < starts[i - 1])
        raise InvalidZodiac(
            "the starts are not in the order of the sky",
            hint="List the signs eastward, so that their starts rise and pass 0° once at most.",
            pointer=f"/signs/{falls}/start",
        )


def finite(number: float | None, field: str) -> float:
    """The number, or `InvalidZodiac` when it is missing or none."""
    if number is None or not isfinite(number):
        raise InvalidZodiac(
            f"{field} is {'missing' if number is None else number}",
            hint="Give it as a finite number.",
            pointer=f"/{field}",
        )
    return number
