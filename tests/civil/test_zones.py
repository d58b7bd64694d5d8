"""The shipped table: what it holds, what it never reads, and what it says when it is asked for what it lacks."""

import shutil
import zoneinfo
from pathlib import Path

import pytest

from astrarium.civil import zones
from astrarium.civil.errors import UnknownZone, ZoneTableError
from astrarium.civil.history import period_at
from astrarium.civil.notation import read_instant


@pytest.mark.parametrize(
    ("name", "instant", "offset_seconds"),
    [
        ("Europe/Amsterdam", "1930-01-15T12:00Z", 1_172),
        ("Europe/Oslo", "1960-07-01T12:00Z", 7_200),
        ("Europe/Stockholm", "1943-07-01T12:00Z", 3_600),
    ],
)
def test_history_is_the_long_one_that_shortened_tables_lack(
    name: str, instant: str, offset_seconds: int
) -> None:
    at = read_instant(instant) // 1_000_000
    if (
        name == "Europe/Oslo"
    ):  # Norway kept no summer time in 1960 by the long history of 1959 to 1965? It did.
        assert period_at(zones.load_zone(name), at).dst
    assert period_at(zones.load_zone(name), at).offset_seconds == offset_seconds


def test_old_name_has_the_history_of_its_zone() -> None:
    assert zones.load_zone("Asia/Calcutta") is zones.load_zone("Asia/Kolkata")
    assert zones.canonical_name("GB") == "Europe/London"
    assert {"GB", "Europe/London"} <= zones.names_of("Europe/London")


def test_every_name_loads() -> None:
    names = zones.zone_names()
    assert list(names) == sorted(set(names))
    assert len(names) == 598
    for name in names:
        assert zones.load_zone(name).name == zones.canonical_name(name)


def test_version_and_digest_are_those_of_the_table() -> None:
    assert zones.zones_version() == "2026f"
    assert zones.zones_digest() == f"sha256:{zones.zone_index().table_sha256}"


@pytest.mark.parametrize(
    ("wrong", "near"),
    [
        ("europe/berlin", ("Europe/Berlin",)),
        ("New York", ("America/New_York",)),
        ("Europe/Pariss", ("Europe/Paris",)),
        ("London", ("Europe/London",)),
    ],
)
def test_unknown_zone_names_the_nearest(wrong: str, near: tuple[str, ...]) -> None:
    with pytest.raises(UnknownZone, match="2026f") as caught:
        zones.load_zone(wrong)
    assert tuple(caught.value.data["near"][: len(near)]) == near
    assert near[0] in caught.value.hint


def test_unknown_zone_that_is_like_none_says_how_names_look() -> None:
    with pytest.raises(UnknownZone) as caught:
        zones.load_zone("Mars/Olympus")
    assert caught.value.data["near"] == []
    assert "Europe/London" in caught.value.hint


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/localtime", "posixrules", "right/UTC", ""])
def test_no_name_reaches_a_file_of_the_machine(name: str) -> None:
    with pytest.raises(UnknownZone):
        zones.load_zone(name)


def test_system_zones_are_never_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(*_: object, **__: object) -> None:
        raise AssertionError("the system's zones were read")

    monkeypatch.setattr(zoneinfo, "ZoneInfo", forbidden)
    monkeypatch.setattr(zones, "_by_name", {})
    assert zones.load_zone("Europe/Paris").periods[0].offset_seconds == 561


@pytest.fixture
def copied_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the table that a test may damage, with nothing of the real one remembered."""
    shutil.copytree(zones.TABLE, tmp_path / "zones")
    caches = (zones.zone_index, zones._table, zones._load, zones.zone_names, zones.names_of)
    monkeypatch.setattr(zones, "TABLE", tmp_path / "zones")
    monkeypatch.setattr(zones, "_by_name", {})
    for cached in caches:
        cached.cache_clear()
    yield tmp_path / "zones"
    for cached in caches:
        cached.cache_clear()


def test_truncated_table_is_refused_with_the_way_to_rebuild_it(copied_table: Path) -> None:
    path = copied_table / "zones.tzif"
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(ZoneTableError, match="digest") as caught:
        zones.load_zone("Europe/Paris")
    assert "python -m builders.zones" in caught.value.hint


@pytest.mark.parametrize("name", ["zones.tzif", "zones.json"])
def test_missing_file_of_the_table_is_refused(copied_table: Path, name: str) -> None:
    (copied_table / name).unlink()
    with pytest.raises(ZoneTableError, match=name):
        zones.load_zone("Europe/Paris")


def test_broken_index_is_refused(copied_table: Path) -> None:
    (copied_table / "zones.json").write_text("{")
    with pytest.raises(ZoneTableError, match=r"zones\.json"):
        zones.zones_version()


def test_index_that_points_at_no_zone_is_refused(copied_table: Path) -> None:
    path = copied_table / "zones.json"
    text = path.read_text().replace('"Europe/Paris": [', '"Europe/Paris": [7, 30], "Europe/Nowhere": [')
    path.write_text(text)
    with pytest.raises(ZoneTableError, match="Europe/Paris"):
        zones.load_zone("Europe/Paris")
