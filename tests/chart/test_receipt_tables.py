"""A receipt carries the digests of the tables that are in use when the chart is cast."""

from pathlib import Path

import pytest

import astrarium
from astrarium.chart.receipt import table_digests
from astrarium.sky.building.recipes import PLANETS_RECIPE, Order, build
from astrarium.sky.table_directory import use_tables


@pytest.fixture(scope="module")
def year_1990(tmp_path_factory) -> Path:
    directory = tmp_path_factory.mktemp("tables")
    build(Order(PLANETS_RECIPE, 1990, 1990), directory, instants=100, report=lambda line: None)
    return directory


@pytest.fixture(autouse=True)
def _shipped_again():
    yield
    use_tables(None)


def test_the_receipt_follows_the_table_in_use(year_1990):
    birth = ("1990-05-17", "12:30", "London, GB")
    shipped = astrarium.chart(*birth).receipt
    use_tables(year_1990)
    other = astrarium.chart(*birth).receipt
    use_tables(None)
    assert astrarium.chart(*birth).receipt == shipped
    assert other.id != shipped.id
    assert {name for name in shipped.tables if shipped.tables[name] != other.tables[name]} == {"ephemeris"}


def test_minor_bodies_are_digested_too():
    digests = table_digests()
    assert digests["minor_bodies"] != digests["ephemeris"]
    assert digests["minor_bodies"].startswith("sha256:")
