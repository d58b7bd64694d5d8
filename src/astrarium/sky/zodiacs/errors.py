"""What can go wrong between the name of a zodiac and the signs it gives."""

from typing import ClassVar

from astrarium.errors import AstrariumError


class UnknownZodiac(AstrariumError):
    """A zodiac id that no frame carries."""

    code: ClassVar[str] = "unknown_zodiac"

    def __init__(self, zodiac: str, nearest: tuple[str, ...]) -> None:
        near = f" Did you mean {', '.join(nearest)}?" if nearest else ""
        super().__init__(
            f"There is no zodiac {zodiac!r}.{near}",
            hint="Take ids from the list of zodiacs (`astrarium zodiacs`, GET /api/v1/zodiacs).",
            pointer="/zodiacs",
            data={"zodiac": zodiac, "nearest": list(nearest)},
        )
        self.zodiac, self.nearest = zodiac, nearest


class UnknownZodiacVersion(AstrariumError):
    """A zodiac that exists, in a version that does not."""

    code: ClassVar[str] = "unknown_zodiac_version"

    def __init__(self, zodiac: str, version: str, available: tuple[int, ...]) -> None:
        versions = ", ".join(f"{zodiac}@{number}" for number in available)
        super().__init__(
            f"The zodiac {zodiac!r} has no version {version!r}.",
            hint=f"Ask for {versions}, or for {zodiac} alone to get the newest.",
            pointer="/zodiacs",
            data={"zodiac": zodiac, "version": version, "available": list(available)},
        )
        self.zodiac, self.version, self.available = zodiac, version, available


class InvalidZodiac(AstrariumError):
    """A zodiac of the user's own that does not describe one circle of signs."""

    code: ClassVar[str] = "invalid_zodiac"

    def __init__(self, reason: str, *, hint: str, pointer: str = "") -> None:
        super().__init__(
            f"This zodiac of your own cannot be used: {reason}.",
            hint=hint,
            pointer=pointer,
            data={"reason": reason},
        )
        self.reason = reason


class ZodiacNeedsNode(AstrariumError):
    """A draconic frame was asked for a sign without the Moon's node that it is counted from."""

    code: ClassVar[str] = "zodiac_needs_node"

    def __init__(self, zodiac: str) -> None:
        super().__init__(
            f"The zodiac {zodiac!r} is counted from the Moon's node, whose longitude was not given.",
            hint="Give the node's longitude of date in degrees as node_deg.",
            data={"zodiac": zodiac},
        )
        self.zodiac = zodiac
