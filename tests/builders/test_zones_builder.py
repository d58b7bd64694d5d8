"""The builder of the zone table: it gives the shipped table, the same bytes each time, and clear refusals."""

import hashlib
import os
from pathlib import Path

import msgspec
import pytest

from astrarium.civil import zones
from astrarium.civil.tzif import read_tzif
from builders import zones as builder


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("zones")
    try:
        builder.compile_zones(Path(os.devnull), builder.find_zic())
    except builder.BuildError as error:
        pytest.skip(f"this machine cannot compile zones: {error}")
    assert builder.main(["--target", str(target)]) == 0
    return target


def test_building_twice_gives_the_same_bytes(built: Path, tmp_path: Path) -> None:
    builder.build(builder.SOURCE, tmp_path)
    for name in ("zones.tzif", "zones.json"):
        assert (tmp_path / name).read_bytes() == (built / name).read_bytes()


def test_shipped_table_was_built_from_the_source_in_the_repository(built: Path) -> None:
    shipped = zones.zone_index()
    made = msgspec.json.decode((built / "zones.json").read_bytes(), type=zones.ZoneIndex)
    assert shipped.source_sha256 == hashlib.sha256(builder.SOURCE.read_bytes()).hexdigest()
    assert (shipped.version, shipped.builder, shipped.aliases) == (made.version, made.builder, made.aliases)
    table = (built / "zones.tzif").read_bytes()
    for name, (offset, length) in made.zones.items():
        assert read_tzif(name, table[offset : offset + length]) == zones.load_zone(name)


def test_table_has_every_name_of_the_source(built: Path) -> None:
    text = builder.SOURCE.read_text(encoding="ascii")
    declared = {line.split()[1] for line in text.splitlines() if line.startswith("Z ")}
    linked = {line.split()[2] for line in text.splitlines() if line.startswith("L ")}
    assert set(zones.zone_names()) == declared | linked
    assert len(zones.zone_names()) == 598
    assert (
        len((built / "zones.tzif").read_bytes()) > 400_000
    )  # the exact bytes are those of one release of zic


def test_missing_compiler_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(builder.shutil, "which", lambda *_, **__: None)
    with pytest.raises(builder.BuildError, match=r"zic.*libc-bin"):
        builder.find_zic()


def test_missing_source_is_one_line_and_exit_code_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert builder.main(["--source", str(tmp_path / "nowhere.zi"), "--target", str(tmp_path)]) == 1
    assert "nowhere.zi" in capsys.readouterr().err


def test_source_without_a_version_is_refused(tmp_path: Path) -> None:
    source = tmp_path / "tzdata.zi"
    source.write_text("Z Etc/UTC 0 - UTC\n")
    with pytest.raises(builder.BuildError, match="# version"):
        builder.build(source, tmp_path)


def test_source_that_zic_refuses_is_refused(tmp_path: Path) -> None:
    source = tmp_path / "tzdata.zi"
    source.write_text("# version 2030a\nZ Etc/UTC what - UTC\n")
    with pytest.raises(builder.BuildError, match="zic refused"):
        builder.build(source, tmp_path)


def test_links_of_links_lead_to_the_zone() -> None:
    version, names, links = builder.read_names(
        "# version 2030a\nZ A/B 0 - X\nL A/B A/C\nL A/C A/D\nL A/D E\n"
    )
    assert (version, names) == ("2030a", ["A/B"])
    assert links == {"A/C": "A/B", "A/D": "A/B", "E": "A/B"}
