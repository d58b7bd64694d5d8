"""What can go wrong between an instant, a standpoint and what is seen from it."""

from typing import ClassVar

from astrarium.errors import AstrariumError


class SiteInvalid(AstrariumError):
    """A latitude, longitude or altitude that no place on the Earth has."""

    code: ClassVar[str] = "site_invalid"

    def __init__(self, argument: str, value: float, least: float, most: float) -> None:
        super().__init__(
            f"{argument} is {value:g}; it must lie from {least:g} to {most:g}.",
            hint=f"Give {argument} from {least:g} to {most:g}: degrees north and east, metres above the ellipsoid.",
            pointer=f"/birth/place/{argument.removesuffix('_deg')}",
            data={"argument": argument, "value": value, "least": least, "most": most},
        )
        self.argument, self.value = argument, value


class NotSeenFromSun(AstrariumError):
    """A body that has no heliocentric place: the Sun itself, or a point of the Moon's orbit."""

    code: ClassVar[str] = "not_seen_from_sun"

    def __init__(self, body: str, bodies: tuple[str, ...]) -> None:
        super().__init__(
            f"{body!r} has no place as seen from the Sun.",
            hint=f"Leave it out; these bodies have one: {', '.join(bodies)}.",
            pointer="/bodies",
            data={"body": body, "bodies": list(bodies)},
        )
        self.body = body
