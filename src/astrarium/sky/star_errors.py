"""What can go wrong between the name of a star and its place."""

from typing import ClassVar

from astrarium.errors import AstrariumError


class UnknownStar(AstrariumError):
    """A name, designation or HIP number that no star of the catalogue carries."""

    code: ClassVar[str] = "unknown_star"

    def __init__(self, star: str, nearest: tuple[str, ...]) -> None:
        near = f" Did you mean {', '.join(nearest)}?" if nearest else ""
        super().__init__(
            f"There is no star {star!r} in the catalogue.{near}",
            hint="Give a name (Aldebaran), a designation (alpha Tau, 87 Tau) or a HIP number (HIP 21421) of its list.",
            pointer="/stars",
            data={"star": star, "nearest": list(nearest)},
        )
        self.star, self.nearest = star, nearest
