"""What can be wrong with what a wheel is asked to show."""

from collections.abc import Sequence
from typing import ClassVar

from astrarium.errors import AstrariumError


class DrawingError(AstrariumError):
    """Base of the errors of this room."""

    code: ClassVar[str] = "drawing_error"


class UnknownTheme(DrawingError):
    """A theme that has no palette."""

    code: ClassVar[str] = "unknown_theme"

    def __init__(self, theme: str, available: Sequence[str]) -> None:
        names = ", ".join(available)
        super().__init__(
            f"There is no theme “{theme}”.",
            hint=f"Choose one of: {names}.",
            pointer="/theme",
            data={"theme": theme, "available": list(available)},
        )


class SizeOutOfRange(DrawingError):
    """A picture too small to read or too large to be meant."""

    code: ClassVar[str] = "size_out_of_range"

    def __init__(self, size: float, smallest: int, largest: int) -> None:
        super().__init__(
            f"A picture of {size} pixels is outside {smallest} to {largest}.",
            hint=f"Ask for a size from {smallest} to {largest} pixels; SVG scales to any size afterwards.",
            pointer="/size",
            data={"size": size, "smallest": smallest, "largest": largest},
        )


class ZodiacNotInChart(DrawingError):
    """A zodiac that the chart was not computed in."""

    code: ClassVar[str] = "zodiac_not_in_chart"

    def __init__(self, zodiac: str, available: Sequence[str]) -> None:
        names = ", ".join(available) or "none"
        super().__init__(
            f"The chart has no signs in the zodiac “{zodiac}”.",
            hint=f"Draw one that it has ({names}), or compute the chart with this zodiac too.",
            pointer="/zodiac",
            data={"zodiac": zodiac, "available": list(available)},
        )


class BrokenSignRing(DrawingError):
    """Sign starts that do not go round the circle once, in order, one for each sign."""

    code: ClassVar[str] = "broken_sign_ring"

    def __init__(self, reason: str, sign_starts_deg: Sequence[float], signs: Sequence[str]) -> None:
        super().__init__(
            f"The signs do not make a ring: {reason}.",
            hint="Give at least two signs and as many starts in degrees, ascending around the circle once.",
            pointer="/zodiac",
            data={"sign_starts_deg": [repr(start) for start in sign_starts_deg], "signs": list(signs)},
        )


class UnusableIdPrefix(DrawingError):
    """A start for ids that XML, CSS and HTML would not all take."""

    code: ClassVar[str] = "unusable_id_prefix"

    def __init__(self, prefix: str) -> None:
        super().__init__(
            f"{prefix!r} cannot begin an id.",
            hint="Use a letter, then letters, digits, hyphens and underscores, 64 at most.",
            pointer="/id_prefix",
            data={"id_prefix": prefix},
        )
