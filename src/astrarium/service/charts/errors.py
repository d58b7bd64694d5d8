"""What can be missing in the page's form that the API has no word for."""

from typing import ClassVar

from astrarium.errors import AstrariumError


class MissingTime(AstrariumError):
    """The time was said to be known, and none was typed."""

    code: ClassVar[str] = "missing_time"

    def __init__(self, pointer: str) -> None:
        super().__init__(
            "The time of birth is empty",
            hint="Type it, or choose “Not known”: a chart without a time has no houses, but true positions",
            pointer=pointer,
        )
