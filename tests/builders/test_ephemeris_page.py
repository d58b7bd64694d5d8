"""The numbers of `docs/explanation/ephemeris.md` are those of the tables that ship."""

import re
from pathlib import Path

import pytest

from astrarium.sky.building.proof import tolerances
from astrarium.sky.layout import Series
from astrarium.sky.table import SHIPPED, TABLES, SeriesError, Table, open_table

PAGE = (Path(__file__).parents[2] / "docs" / "explanation" / "ephemeris.md").read_text(encoding="utf-8")
KM_PER_AU = 149597870.7


def layout_row(series: Series) -> str:
    counts = ", ".join(str(coordinate.count) for coordinate in series.coordinates)
    size = series.parts * sum(
        16 + 4 * coordinate.middle_count + 2 * coordinate.tail_count for coordinate in series.coordinates
    )
    return f"| `{series.body}` | {16 // series.parts} | {counts} | {size} |"


def error_row(table: Table, error: SeriesError) -> str:
    names = {one.name for one in table.header.series[table.series_index(error.body)].coordinates}
    latitude = f"{error.latitude_arcsec:.5f}" if names & {"latitude", "x"} else ""
    distance = f"{error.distance_au * KM_PER_AU:.2f}" if "distance" in names else ""
    limit = "0.0003" if "x" in names else f"{tolerances(error.body)[0]:g}"
    return f"| `{error.body}` | {error.longitude_arcsec:.5f} | {latitude} | {distance} | {limit} |"


def size_row(table: Table) -> str:
    header = table.header
    return (
        f"| `{header.name}` | {header.first_year} to {header.last_year} | {len(header.series)} | "
        f"{header.blocks:,} × {header.record_bytes:,} bytes | {header.blocks * header.record_bytes / 1e6:.1f} MB |"
    )


def rows_of(heading: str) -> list[str]:
    """The rows of the tables below a heading, as far as they speak of a series or a table."""
    section = re.split(r"^## ", PAGE, flags=re.MULTILINE)
    (text,) = [one for one in section if one.startswith(f"{heading}\n")]
    return [line for line in text.splitlines() if line.startswith("| `")]


@pytest.fixture(scope="module")
def tables() -> list[Table]:
    return [open_table(SHIPPED / f"{name}.json") for name in TABLES]


def test_sizes_are_those_of_the_files(tables):
    assert rows_of("What there is") == [size_row(table) for table in tables]


def test_layouts_are_those_of_the_headers(tables):
    assert rows_of("How it is laid out") == [
        layout_row(series) for table in tables for series in table.header.series
    ]


def test_errors_are_those_that_the_builder_measured(tables):
    assert rows_of("How true it is") == [
        error_row(table, error) for table in tables for error in table.header.provenance.errors
    ]
    assert {table.header.provenance.checked_instants for table in tables} == {10_000}
    assert "on 10,000 random instants" in PAGE
