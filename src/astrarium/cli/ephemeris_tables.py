"""Ephemeris tables told to a person: where they lie, what they serve, how true they are."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.console import RenderableType

from astrarium.cli.terminal import labelled, listing

if TYPE_CHECKING:
    from astrarium.sky.table import Table, TableHeader

KM_PER_AU = 149597870.7


def page(table: "Table") -> Iterator[RenderableType]:
    """One table: provenance and worst errors."""
    header = table.header
    made = header.provenance
    yield labelled(
        (
            ("Table", f"{header.name}, {table.path.with_suffix('.bin')}"),
            (
                "Years",
                f"{header.first_year} to {header.last_year}, in {header.blocks:,} blocks of {header.block_days:g} days",
            ),
            ("Size", f"{header.blocks * header.record_bytes / 1e6:.1f} MB"),
            ("SHA-256", header.sha256),
            ("Built by", made.builder),
            ("", ", ".join(f"{name} {version}" for name, version in made.libraries.items())),
            *(("Source", f"{source.name}, SHA-256 {source.sha256}") for source in made.sources),
        )
    )
    yield ""
    yield from errors_of(header)


def errors_of(header: "TableHeader") -> Iterator[RenderableType]:
    """The worst error of each body, as the builder measured it."""
    made = header.provenance
    yield f"Worst error against the direct reduction, over {made.checked_instants:,} random instants:"
    measured = {series.body: {one.name for one in series.coordinates} for series in header.series}
    for names in measured.values():
        if "x" in names:  # the Earth's motion is measured by the stars it moves
            names.update(("longitude", "latitude"))
    yield listing(
        ("body", "longitude", "latitude", "distance"),
        [
            (
                error.body,
                f"{error.longitude_arcsec:.6f}″",
                f"{error.latitude_arcsec:.6f}″" if "latitude" in measured[error.body] else "-",
                f"{error.distance_au * KM_PER_AU:.3f} km" if "distance" in measured[error.body] else "-",
            )
            for error in made.errors
        ],
        right=(1, 2, 3),
    )
