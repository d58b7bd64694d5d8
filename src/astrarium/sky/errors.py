"""What can go wrong between an instant and the positions at it."""

from pathlib import Path
from typing import ClassVar, Final

from astrarium.errors import AstrariumError

REINSTALL: Final = "Reinstall Astrarium, or build its tables anew with `python -m builders.ephemeris`."


class OutOfRange(AstrariumError):
    """An instant outside the years of the ephemeris table.

    `days`: the first and the last date, where the table does not hold its first or last year in full.
    """

    code: ClassVar[str] = "out_of_range"

    def __init__(
        self, jd_tt: float, first_year: int, last_year: int, days: tuple[str, str] | None = None
    ) -> None:
        exactly = f" (the days {days[0]} to {days[1]})" if days else ""
        super().__init__(
            f"Julian date {jd_tt:.5f} (TT) lies outside the ephemeris table, {first_year} to {last_year}{exactly}.",
            hint=f"Choose an instant from {first_year} to {last_year}.",
            pointer="/birth/date",
            data={"jd_tt": jd_tt, "first_year": first_year, "last_year": last_year},
        )
        self.jd_tt, self.first_year, self.last_year = jd_tt, first_year, last_year


class NotFinite(AstrariumError):
    """A number that must be finite and is not."""

    code: ClassVar[str] = "not_finite"

    def __init__(self, name: str, value: float) -> None:
        super().__init__(
            f"{name} is {value}, which is not a finite number.", hint=f"Give {name} as a finite number."
        )


class UnknownBody(AstrariumError):
    """A body id that is not in the list of bodies."""

    code: ClassVar[str] = "unknown_body"

    def __init__(self, body: str, nearest: tuple[str, ...]) -> None:
        near = f" Did you mean {', '.join(nearest)}?" if nearest else ""
        super().__init__(
            f"There is no body {body!r}.{near}",
            hint="Take ids from the list of bodies (`astrarium bodies`, GET /api/v1/bodies).",
            pointer="/bodies",
            data={"body": body, "nearest": list(nearest)},
        )


class TableUnusable(AstrariumError):
    """An ephemeris table that is missing, truncated, altered or of another format."""

    code: ClassVar[str] = "table_unusable"

    def __init__(self, path: Path, reason: str, remedy: str = REINSTALL) -> None:
        super().__init__(
            f"The ephemeris table {path} cannot be used: {reason}.",
            hint=remedy,
            data={"path": str(path), "reason": reason},
        )
