"""Which tables serve: those of the directory that was settled, else those that ship; never one for a broken other."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import astrarium
from astrarium.sky.building.recipes import PLANETS_RECIPE, Order, build
from astrarium.sky.errors import OutOfRange, TableUnusable
from astrarium.sky.layout import BLOCK_DAYS
from astrarium.sky.positions import default_sky, places
from astrarium.sky.table import (
    SHIPPED,
    TABLES,
    default_table,
    minor_table,
    table_in_use,
    tables_in_use,
)
from astrarium.sky.table_directory import tables_directory, use_tables
from astrarium.sky.timescales import FIRST_JD, STEP_DAYS, delta_t, delta_t_table

IN_1999, IN_2000 = 2451300.5, 2451600.5


@pytest.fixture(scope="module")
def narrow(tmp_path_factory) -> Path:
    """A directory with planets for the year 2000 alone."""
    directory = tmp_path_factory.mktemp("tables")
    build(Order(PLANETS_RECIPE, 2000, 2000), directory, instants=100, report=lambda line: None)
    return directory


@pytest.fixture
def directory(tmp_path: Path) -> Iterator[Path]:
    use_tables(tmp_path)
    yield tmp_path
    use_tables(None)


@pytest.fixture
def own(directory: Path, narrow: Path) -> Path:
    for file in narrow.iterdir():
        shutil.copy(file, directory)
    return directory


def test_without_a_word_the_shipped_tables_serve():
    assert tables_directory() is None
    assert [table.path for table in tables_in_use()] == [SHIPPED / f"{name}.json" for name in TABLES]


def test_a_directory_without_tables_or_that_is_not_there_leaves_the_shipped_ones(directory: Path):
    assert default_table().path.parent == SHIPPED
    use_tables(directory / "nowhere")
    assert default_table().path.parent == SHIPPED


def test_a_table_of_the_directory_serves_and_its_siblings_ship(own: Path):
    assert default_table().path == own / "planets.json"
    assert minor_table().path.parent == SHIPPED
    use_tables(None)
    assert default_table().path.parent == SHIPPED


def test_places_come_from_the_table_in_use_and_errors_name_its_years(own: Path):
    served = places(IN_2000, 0.25, ("sun", "moon", "chiron"))
    with pytest.raises(OutOfRange, match="2000 to 2000"):
        places(IN_1999 - 365, 0.0)
    use_tables(None)
    shipped = places(IN_2000, 0.25, ("sun", "moon", "chiron"))
    assert served.longitude_deg == pytest.approx(shipped.longitude_deg, abs=0.0002 / 3600)


def test_charts_come_from_the_table_in_use(own: Path):
    instants = astrarium.from_terrestrial([IN_1999 - 365, IN_2000], 0.0)
    assert astrarium.charts(instants, 51.5, 0.0).status.tolist() == [1, 0]


def test_one_table_is_opened_once(own: Path):
    assert default_table() is default_table()
    assert default_sky() is default_sky()


@pytest.mark.parametrize("suffix", [".json", ".bin"])
def test_a_broken_table_is_refused_though_a_whole_one_ships(own: Path, suffix: str):
    path = (own / "planets.json").with_suffix(suffix)
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(TableUnusable, match=f"{own}/planets"):
        places(IN_2000, 0.0)
    with pytest.raises(TableUnusable):
        tables_in_use()


def test_half_a_table_is_refused_too(directory: Path):
    (directory / "minor.bin").touch()
    with pytest.raises(TableUnusable, match="minor"):
        table_in_use("minor")


def test_delta_t_is_known_for_every_year_that_a_table_can_serve():
    de440_jd = (2287184.5, 2688976.5)
    last_jd = FIRST_JD + STEP_DAYS * (len(delta_t_table()) - 1)
    assert FIRST_JD + BLOCK_DAYS < de440_jd[0] < de440_jd[1] < last_jd
    early, late = delta_t(list(de440_jd), 0.0)
    assert 150 < early < 250
    assert 1000 < late < 1600
