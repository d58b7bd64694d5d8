"""Building tables: the same bytes each time, gone on with where it stopped, proven, refused when it cannot be."""

import hashlib
import shutil
from pathlib import Path

import msgspec
import numpy as np
import pytest

from astrarium.sky.building import proof, sources, table_builder
from astrarium.sky.building.errors import (
    DirectoryBusy,
    NotAccurate,
    PlanetsTooNarrow,
    SourceMissing,
    YearsNotCovered,
)
from astrarium.sky.building.fit import PLANETS
from astrarium.sky.building.journal import locked
from astrarium.sky.building.proof import check, tolerances
from astrarium.sky.building.recipes import (
    EARTH_RECIPE,
    MINOR_RECIPE,
    PLANETS_RECIPE,
    RECIPES,
    Order,
    build,
    orders,
    standing,
)
from astrarium.sky.building.reduction import Ephemeris
from astrarium.sky.building.sources import kernel_path
from astrarium.sky.building.table_builder import build_table, span_of, year_start
from astrarium.sky.layout import BLOCK_DAYS, GRID_JD
from astrarium.sky.positions import places
from astrarium.sky.table import SHIPPED, TableHeader, open_table

DE440_JD = (2287184.5, 2688976.5)
QUICK = PLANETS[1:4]
"""Sun, Moon, Mercury: enough to build, too little to prove."""


class Stop(Exception):
    """Whoever watches the progress has had enough."""


def unproven(*_arguments):
    return ()


def quick(output: Path, first: int = 2000, last: int = 2008, **options) -> TableHeader:
    """A small table of three bodies, unproven."""
    given = {
        "kernel": kernel_path(),
        "plans": QUICK,
        "proof": unproven,
        "report": lambda line: None,
        "instants": 1,
    }
    return build_table(output=output, name="planets", first_year=first, last_year=last, **(given | options))


def stopping_after(blocks: int):
    """Progress that stops the build once so many blocks are finished."""
    nodes = sum(plan.nodes * plan.parts for plan in QUICK)

    def progress(done: int, total: int) -> None:
        sample = total // nodes // 2
        if done >= (sample + blocks) * nodes:
            raise Stop

    return progress


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> Path:
    """The quick table, built in one go."""
    directory = tmp_path_factory.mktemp("whole")
    quick(directory)
    return directory


@pytest.fixture(scope="module")
def year_2000(tmp_path_factory) -> Path:
    """A real table of planets for the year 2000."""
    directory = tmp_path_factory.mktemp("planets")
    build(Order(PLANETS_RECIPE, 2000, 2000), directory, instants=200, report=lambda line: None)
    return directory


def same(one: Path, other: Path) -> bool:
    return all(
        (one / f"planets{suffix}").read_bytes() == (other / f"planets{suffix}").read_bytes()
        for suffix in (".bin", ".json")
    )


def test_the_same_sources_give_the_same_bytes(whole, tmp_path):
    quick(tmp_path)
    assert same(whole, tmp_path)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["planets.bin", "planets.json"]


def test_a_small_table_is_built_and_proven_end_to_end(year_2000):
    table = open_table(year_2000 / "planets.json")
    header = table.header
    assert (header.first_year, header.last_year, header.provenance.checked_instants) == (2000, 2000, 200)
    assert [source.name for source in header.provenance.sources] == ["de440.bsp"]
    assert hashlib.sha256((year_2000 / "planets.bin").read_bytes()).hexdigest() == header.sha256
    measured = {error.body: error for error in header.provenance.errors}
    assert set(measured) == {plan.body for plan in PLANETS} - {"earth_orientation"}
    for body, error in measured.items():
        assert 0.0 < error.longitude_arcsec < tolerances(body)[0] / 2


def test_progress_never_goes_back_and_ends_at_the_whole(tmp_path):
    seen = []
    quick(tmp_path, progress=lambda done, total: seen.append((done, total)))
    done, totals = zip(*seen, strict=True)
    assert list(done) == sorted(done)
    assert (done[0], done[-1], set(totals)) == (0, totals[0], {totals[0]})


def test_an_interrupted_build_goes_on_where_it_was(whole, tmp_path):
    with pytest.raises(Stop):
        quick(tmp_path, progress=stopping_after(128))
    assert not (tmp_path / "planets.json").exists()
    lines, seen = [], []
    quick(tmp_path, report=lines.append, progress=lambda done, total: seen.append(done / total))
    assert "planets: going on after 128 of 206 blocks" in lines
    assert seen[1] > 0.5
    assert same(whole, tmp_path)
    assert not (tmp_path / "planets.partial").exists()


def interrupted(directory: Path) -> Path:
    with pytest.raises(Stop):
        quick(directory, progress=stopping_after(192))
    return directory / "planets.partial"


@pytest.mark.parametrize(
    ("spoil", "kept"),
    [
        (lambda folder: append(folder / "planets.bin", b"half a chunk"), 192),
        (lambda folder: flip(folder / "planets.bin", -1), 128),
        (lambda folder: flip(folder / "planets.bin", 5), 0),
        (lambda folder: cut(folder / "planets.bin", 1), 128),
        (lambda folder: append(folder / "journal", b"64 abc"), 192),
        (lambda folder: append(folder / "journal", b"\xff\n"), 192),
        (lambda folder: append(folder / "journal", b"999999999999999999999999 0\n"), 192),
        (lambda folder: cut(folder / "journal", 3), 128),
        (lambda folder: (folder / "journal").write_bytes(b""), 0),
    ],
)
def test_only_chunks_that_hold_are_taken_up(whole, tmp_path, spoil, kept):
    spoil(interrupted(tmp_path))
    lines = []
    quick(tmp_path, report=lines.append)
    assert f"planets: going on after {kept} of 206 blocks" in lines
    assert same(whole, tmp_path)


def append(path: Path, more: bytes) -> None:
    with path.open("ab") as file:
        file.write(more)


def cut(path: Path, size: int) -> None:
    path.write_bytes(path.read_bytes()[:-size])


def flip(path: Path, place: int) -> None:
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize("text", [b"", b"{}", b"null"])
def test_a_request_that_cannot_be_read_starts_anew(whole, tmp_path, text):
    (interrupted(tmp_path) / "request.json").write_bytes(text)
    lines = []
    quick(tmp_path, report=lines.append)
    assert not any("going on" in line for line in lines)
    assert same(whole, tmp_path)


@pytest.mark.parametrize("change", [{"last": 2007}, {"plans": QUICK[:2]}, {"fresh": True}])
def test_another_request_starts_anew(tmp_path, change):
    interrupted(tmp_path)
    lines = []
    quick(tmp_path, report=lines.append, **change)
    assert not any("going on" in line for line in lines)
    assert not (tmp_path / "planets.partial").exists()


def test_another_source_or_version_starts_anew(tmp_path, monkeypatch):
    interrupted(tmp_path)
    monkeypatch.setattr(table_builder, "BUILDER", "another")
    lines = []
    header = quick(tmp_path, report=lines.append)
    assert not any("going on" in line for line in lines)
    assert header.provenance.builder == "another"


def test_a_table_that_stands_serves_until_the_new_one_is_proven(year_2000, tmp_path):
    before = {file.name: file.read_bytes() for file in year_2000.iterdir()}
    for name, content in before.items():
        (tmp_path / name).write_bytes(content)

    def refuse(ephemeris, path, instants, report, advance):
        corrupt(path)
        return check(ephemeris, path, instants, report, advance)

    def corrupt(path: Path) -> None:
        header = msgspec.json.decode(path.read_bytes(), type=TableHeader)
        records = np.fromfile(path.with_suffix(".bin"), dtype="<f8").reshape(header.blocks, -1)
        records[:, 0] += 0.01  # a hundredth of an arcsecond of nutation
        records.tofile(path.with_suffix(".bin"))
        digest = hashlib.sha256(records.tobytes()).hexdigest()
        path.write_bytes(msgspec.json.encode(msgspec.structs.replace(header, sha256=digest).sealed()))

    with pytest.raises(NotAccurate, match="The table of sun misses") as caught:
        quick(tmp_path, 2001, 2001, plans=PLANETS, proof=refuse, instants=100)
    assert caught.value.data["longitude_arcsec"] == pytest.approx(0.01, rel=0.02)
    assert caught.value.code == "table_not_accurate"
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == before


def test_a_corrupted_table_is_not_accurate(year_2000, tmp_path):
    for file in year_2000.iterdir():
        shutil.copy(file, tmp_path)
    path = tmp_path / "planets.json"
    table = open_table(path)
    header = table.header
    records = np.fromfile(path.with_suffix(".bin"), dtype="<f8").reshape(header.blocks, -1)
    mars = int(table.offsets.pieces[table.offsets.first_piece[table.series_index("mars")], 0])
    records[:, mars] += 0.0015
    records.tofile(path.with_suffix(".bin"))
    digest = hashlib.sha256(records.tobytes()).hexdigest()
    path.write_bytes(msgspec.json.encode(msgspec.structs.replace(header, sha256=digest).sealed()))
    ephemeris = Ephemeris(kernel_path())
    with pytest.raises(NotAccurate, match=r"The table of mars .* more than 0.001″"):
        check(ephemeris, path, 100, lambda line: None)
    ephemeris.close()


def test_two_builders_do_not_share_a_directory(tmp_path):
    with locked(tmp_path), pytest.raises(DirectoryBusy, match=str(tmp_path)):
        quick(tmp_path)
    assert quick(tmp_path, 2000, 2000).blocks


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [
        (2000, 2000, (2451540.5, 2451924.5)),
        (1600, 2200, (2305444.5, 2524964.5)),
        (1550, 2650, (2287188.5, 2688964.5)),
    ],
)
def test_blocks_hold_the_years_as_far_as_the_source_does(first, last, days):
    first_jd, blocks = span_of(first, last, DE440_JD)
    assert (first_jd, first_jd + BLOCK_DAYS * blocks) == days
    assert (first_jd - GRID_JD) % BLOCK_DAYS == 0
    assert first_jd - 1.0 >= DE440_JD[0]
    assert first_jd + BLOCK_DAYS * blocks <= DE440_JD[1]
    if (first, last) != (1550, 2650):
        assert first_jd <= year_start(first) - 3.0
        assert first_jd + BLOCK_DAYS * blocks >= year_start(last + 1) + 3.0


@pytest.mark.slow
def test_the_outermost_years_of_all_sources_are_built(tmp_path):
    """The first and the last block that DE440 and the orbits hold."""
    for order in (
        Order(PLANETS_RECIPE, 1550, 1550),
        Order(EARTH_RECIPE, 1550, 1550),
        Order(PLANETS_RECIPE, 2650, 2650),
        Order(EARTH_RECIPE, 2650, 2650),
        Order(PLANETS_RECIPE, 1600, 1600),
        Order(MINOR_RECIPE, 1600, 1600),
        Order(PLANETS_RECIPE, 2499, 2499),
        Order(MINOR_RECIPE, 2499, 2499),
    ):
        header = build(order, tmp_path, instants=100, report=lambda line: None)
        assert header.blocks > 0


@pytest.mark.parametrize(
    ("bodies", "first", "last", "expected"),
    [
        ("planets", None, None, [("planets", 1550, 2650), ("earth", 1550, 2650)]),
        ("minor", None, None, [("minor", 1600, 2499)]),
        ("all", None, None, [("planets", 1550, 2650), ("earth", 1550, 2650), ("minor", 1600, 2499)]),
        ("all", 1700, 2600, [("planets", 1700, 2600), ("earth", 1700, 2600), ("minor", 1700, 2499)]),
        ("planets", 1600, None, [("planets", 1600, 2650), ("earth", 1600, 2650)]),
    ],
)
def test_years_that_are_not_given_are_the_outermost(bodies, first, last, expected):
    found = [(one.recipe.name, one.first_year, one.last_year) for one in orders(bodies, first, last)]
    assert found == expected


@pytest.mark.parametrize(
    ("bodies", "first", "last", "words"),
    [
        ("planets", 1549, 2000, "JPL DE440 holds 1550 to 2650"),
        ("planets", 1600, 2651, "JPL DE440 holds 1550 to 2650"),
        ("planets", 2001, 2000, "The years end"),
        ("minor", 1599, 2000, "holds 1600 to 2499"),
        ("minor", 2000, 2500, "holds 1600 to 2499"),
        ("all", 1560, 1580, "holds 1600 to 2499"),
        ("all", -1, 2000, "JPL DE440 holds 1550 to 2650"),
    ],
)
def test_years_that_no_source_holds_are_refused_by_name(bodies, first, last, words):
    with pytest.raises(YearsNotCovered, match=words) as caught:
        orders(bodies, first, last)
    assert "to" in caught.value.hint


def test_minor_bodies_need_planets_of_their_years(year_2000):
    with pytest.raises(PlanetsTooNarrow, match="has 2000 to 2000") as caught:
        build(Order(MINOR_RECIPE, 2000, 2001), year_2000, instants=100, report=lambda line: None)
    assert "--bodies all" in caught.value.hint


def test_minor_bodies_are_proven_with_the_planets_that_ship(tmp_path):
    header = build(Order(MINOR_RECIPE, 2000, 2000), tmp_path, instants=100, report=lambda line: None)
    assert len(header.provenance.errors) == len(header.series) == 22
    assert [source.name for source in header.provenance.sources] == ["de440.bsp", "asteroid_shard_000.bsp"]


def test_shipped_tables_have_the_years_of_their_recipes():
    for recipe in RECIPES["all"]:
        header = open_table(SHIPPED / f"{recipe.name}.json").header
        assert (header.first_year, header.last_year) == recipe.shipped_years
        assert [one.body for one in header.series] == [plan.body for plan in recipe.plans]
        assert header.provenance.builder == table_builder.BUILDER


def test_a_whole_table_stands_and_a_broken_one_does_not(year_2000, tmp_path):
    order = Order(PLANETS_RECIPE, 2000, 2000)
    assert standing(order, year_2000).header.first_year == 2000
    assert standing(order, tmp_path) is None
    shutil.copy(year_2000 / "planets.json", tmp_path)
    assert standing(order, tmp_path) is None


def test_a_source_that_is_not_installed_is_named(monkeypatch):
    monkeypatch.setattr(sources, "ORBITS", "moira/nothing.bsp")
    with pytest.raises(SourceMissing, match="moira-astro") as caught:
        sources.orbits_path()
    assert "pip install" in caught.value.hint


def test_a_body_behind_the_sun_is_not_held_against_a_table():
    """Hygiea 31″ from the Sun's centre, whose light would be bent by 40″: hidden; a month later it is not."""
    day = np.array([2484417.5, 2484447.5])
    found, sun = places(day, 0.65938535, ("hygiea", "mean_node")), places(day, 0.65938535, ("sun",))
    assert proof._behind_the_sun(found, 0, sun).tolist() == [True, False]
    assert not proof._behind_the_sun(found, 1, sun).any()


def test_a_body_before_the_sun_is_held_against_a_table():
    """Mercury's transit of 7 May 2003."""
    found, sun = places(2452766.5, 0.328, ("mercury",)), places(2452766.5, 0.328, ("sun",))
    assert abs(found.longitude_deg - sun.longitude_deg).max() < 0.25
    assert not proof._behind_the_sun(found, 0, sun).any()
