"""Where an installation keeps its data, told from an environment that is handed in."""

from pathlib import Path

import pytest

from astrarium.service.app import create_app
from astrarium.service.data_directory import data_directory, tables_of
from astrarium.service.settings import load
from astrarium.sky.table_directory import tables_directory, use_tables


@pytest.mark.parametrize(
    ("environment", "platform", "expected"),
    [
        ({}, "linux", None),
        ({}, "darwin", None),
        ({"HOME": "/home/ada"}, "linux", "/home/ada/.local/share/astrarium"),
        ({"HOME": "/home/ada"}, "darwin", "/home/ada/Library/Application Support/astrarium"),
        ({"HOME": "/home/ada", "XDG_DATA_HOME": "/data"}, "linux", "/data/astrarium"),
        ({"XDG_DATA_HOME": "/data"}, "linux", "/data/astrarium"),
        ({"HOME": "/home/ada", "XDG_DATA_HOME": "data"}, "linux", "/home/ada/.local/share/astrarium"),
        (
            {"HOME": "/home/ada", "XDG_DATA_HOME": "/data"},
            "darwin",
            "/home/ada/Library/Application Support/astrarium",
        ),
        ({"HOME": "/home/ada", "ASTRARIUM_DATA": "/srv/a"}, "linux", "/srv/a"),
        ({"ASTRARIUM_DATA": "/srv/a"}, "darwin", "/srv/a"),
        ({"HOME": "/home/ada", "ASTRARIUM_DATA": " "}, "linux", "/home/ada/.local/share/astrarium"),
        ({"HOME": "/home/ada", "ASTRARIUM_DATA": "~/sky"}, "linux", "/home/ada/sky"),
    ],
)
def test_the_variable_wins_over_the_custom_of_the_platform(environment, platform, expected):
    assert data_directory(environment, platform, is_root=False) == (expected and Path(expected))


@pytest.mark.parametrize(
    ("environment", "platform", "expected"),
    [
        ({}, "linux", "/var/lib/astrarium"),
        ({"HOME": "/root"}, "linux", "/var/lib/astrarium"),
        ({"HOME": "/var/root"}, "darwin", "/Library/Application Support/astrarium"),
        ({"HOME": "/root", "XDG_DATA_HOME": "/data"}, "linux", "/data/astrarium"),
        ({"HOME": "/home/ada", "ASTRARIUM_DATA": "~/sky"}, "linux", "/home/ada/sky"),
    ],
)
def test_root_s_own_is_where_other_users_can_pass(environment, platform, expected):
    assert data_directory(environment, platform, is_root=True) == Path(expected)


def test_a_relative_variable_is_taken_from_where_the_process_stands(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert data_directory({"ASTRARIUM_DATA": "sky"}) == tmp_path / "sky"


def test_tables_lie_in_a_folder_of_their_own():
    assert tables_of("/srv/a") == Path("/srv/a/ephemeris")
    assert tables_of(None) is None


def test_the_settings_know_the_data_directory():
    assert load({"ASTRARIUM_DATA": "/srv/a"}).data == "/srv/a"
    assert load({"HOME": "/home/ada", "XDG_DATA_HOME": "/data"}).data is not None
    assert load({"ASTRARIUM_DATA": "/srv/a"}, data="/srv/b").data == "/srv/b"


def test_the_service_settles_the_tables_of_its_data_directory(tmp_path, settings_of):
    try:
        create_app(settings_of(data=str(tmp_path)))
        assert tables_directory() == tmp_path / "ephemeris"
        create_app(settings_of())
        assert tables_directory() is None
    finally:
        use_tables(None)
