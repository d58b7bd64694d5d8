"""Opening a table: what was built opens, everything else is refused with the command that builds it again."""

import shutil
from pathlib import Path

import msgspec
import pytest

from astrarium.sky.errors import OutOfRange, TableUnusable
from astrarium.sky.layout import BLOCK_DAYS, GRID_JD
from astrarium.sky.positions import outside
from astrarium.sky.table import (
    DEFAULT_PATH,
    MINOR_PATH,
    SHIPPED,
    TABLES,
    TableHeader,
    build_command,
    default_table,
    open_table,
    table_is_there,
)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for suffix in (".json", ".bin"):
        shutil.copy(DEFAULT_PATH.with_suffix(suffix), tmp_path / f"planets{suffix}")
    return tmp_path / "planets.json"


def header_of(path: Path) -> TableHeader:
    return msgspec.json.decode(path.read_bytes(), type=TableHeader)


def refused(path: Path, reason: str) -> TableUnusable:
    """The refusal of a table that has a reason like `reason`, after a look at its hint."""
    with pytest.raises(TableUnusable, match=reason) as caught:
        open_table(path)
    error = caught.value
    assert error.code == "table_unusable"
    assert f"--bodies planets --directory {path.parent}`" in error.hint
    return error


def test_the_shipped_table_serves_1600_to_2200() -> None:
    header = default_table().header

    assert (header.first_year, header.last_year) == (1600, 2200)
    assert {one.body for one in header.provenance.errors} >= {"sun", "moon", "pluto", "true_node"}


@pytest.mark.parametrize("name", TABLES)
def test_every_shipped_table_opens(name: str) -> None:
    assert open_table(SHIPPED / f"{name}.json").header.name == name


def test_a_missing_table_is_refused(tmp_path: Path) -> None:
    refused(tmp_path / "planets.json", "No such file")


def test_missing_records_are_refused(copy: Path) -> None:
    copy.with_suffix(".bin").unlink()

    error = refused(copy, "planets.bin cannot be used: No such file")
    assert "build --from 1600 --to 2200 --bodies planets" in error.hint


@pytest.mark.parametrize("bytes_left", [0, 1, 1_000_000, 28_537_599])
def test_a_truncated_table_is_refused(copy: Path, bytes_left: int) -> None:
    with copy.with_suffix(".bin").open("r+b") as file:
        file.truncate(bytes_left)

    error = refused(copy, f"it has {bytes_left:,} bytes where 28,537,600 belong")
    assert "build --from 1600 --to 2200 --bodies planets" in error.hint


def test_a_table_that_goes_on_after_its_end_is_refused(copy: Path) -> None:
    with copy.with_suffix(".bin").open("ab") as file:
        file.write(b"\0")

    refused(copy, "28,537,601 bytes where 28,537,600 belong")


@pytest.mark.parametrize("place", [0, 1_234_567, 28_537_599])
def test_one_altered_bit_of_the_records_is_refused(copy: Path, place: int) -> None:
    with copy.with_suffix(".bin").open("r+b") as file:
        file.seek(place)
        byte = file.read(1)
        file.seek(place)
        file.write(bytes([byte[0] ^ 1]))

    refused(copy, "contents are not those that were built")


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b'"planets"', b'{"format": 1}', b"\xff\xfe"])
def test_a_damaged_header_is_refused(copy: Path, text: bytes) -> None:
    copy.write_bytes(text)

    refused(copy, r"damaged|format")


def test_a_header_cut_short_still_names_the_years_to_build(copy: Path) -> None:
    copy.write_bytes(copy.read_bytes()[:400])

    error = refused(copy, "its header is damaged")
    assert "build --from 1600 --to 2200 --bodies planets" in error.hint


def test_another_format_is_refused_by_name(copy: Path) -> None:
    header = msgspec.json.decode(copy.read_bytes())
    header["format"] = 2
    copy.write_bytes(msgspec.json.encode(header))

    refused(copy, "format 2, this version reads 1")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda header: header["series"].pop(),
        lambda header: header.update(series=[]),
        lambda header: header.update(blocks=0),
        lambda header: header.update(blocks=-1),
        lambda header: header.update(record_bytes=0),
        lambda header: header.update(block_days=32.0),
        lambda header: header["series"][1].update(parts=3),
        lambda header: header["series"][1].update(parts=0),
        lambda header: header["series"][1]["coordinates"][0].update(middle_count=-1),
    ],
)
def test_a_layout_that_does_not_add_up_is_refused(copy: Path, spoil) -> None:
    header = msgspec.json.decode(copy.read_bytes())
    spoil(header)
    copy.write_bytes(msgspec.json.encode(header))

    refused(copy, "does not add up")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda header: header["series"][1]["coordinates"][0].update(quantum=2e-5),
        lambda header: header.update(first_jd=header["first_jd"] + BLOCK_DAYS),
        lambda header: header.update(last_year=2500),
        lambda header: header.update(sha256="0" * 64),
        lambda header: header["provenance"].update(errors=[]),
        lambda header: header.update(header_sha256=""),
    ],
)
def test_one_altered_value_of_the_header_is_refused(copy: Path, spoil) -> None:
    header = msgspec.json.decode(copy.read_bytes())
    spoil(header)
    copy.write_bytes(msgspec.json.encode(header))

    refused(copy, "header is not the one that was built")


def test_a_header_that_is_only_laid_out_otherwise_opens(copy: Path) -> None:
    copy.write_bytes(msgspec.json.encode(header_of(copy)))

    assert open_table(copy).header == header_of(DEFAULT_PATH)


def test_minor_bodies_on_another_grid_are_refused(tmp_path: Path) -> None:
    moved = msgspec.structs.replace(header_of(MINOR_PATH), first_jd=GRID_JD + 5.0).sealed()
    (tmp_path / "minor.json").write_bytes(msgspec.json.encode(moved))
    (tmp_path / "minor.bin").symlink_to(MINOR_PATH.with_suffix(".bin"))

    with pytest.raises(TableUnusable, match="do not lie on the grid") as caught:
        open_table(tmp_path / "minor.json")
    assert f"build --from 1800 --to 2200 --bodies minor --directory {tmp_path}`" in caught.value.hint


@pytest.mark.parametrize("suffix", [".json", ".bin"])
def test_a_folder_in_place_of_a_file_is_refused(copy: Path, suffix: str) -> None:
    copy.with_suffix(suffix).unlink()
    copy.with_suffix(suffix).mkdir()

    refused(copy, "Is a directory")


def test_a_file_in_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "ephemeris").write_text("")

    refused(tmp_path / "ephemeris" / "planets.json", "Not a directory")


def test_a_shipped_table_is_mended_by_reinstalling(monkeypatch, copy: Path) -> None:
    monkeypatch.setattr("astrarium.sky.table.SHIPPED", copy.parent)
    copy.write_bytes(b"")

    with pytest.raises(TableUnusable) as caught:
        open_table(copy)
    assert caught.value.hint.startswith("Reinstall Astrarium")
    assert "`python -m builders.ephemeris planets`" in caught.value.hint


def test_the_command_quotes_a_folder_with_a_blank(tmp_path: Path) -> None:
    folder = tmp_path / "Application Support"

    assert build_command(folder / "minor.json").endswith(f"--bodies minor --directory '{folder}'")


@pytest.mark.parametrize("suffixes", [(".json",), (".bin",), (".json", ".bin")])
def test_half_a_table_is_there(tmp_path: Path, suffixes: tuple[str, ...]) -> None:
    assert not table_is_there(tmp_path / "planets.json")
    for suffix in suffixes:
        (tmp_path / f"planets{suffix}").touch()
    assert table_is_there(tmp_path / "planets.json")


def test_an_instant_outside_names_whole_years_alone() -> None:
    error = outside(1e6, default_table())

    assert isinstance(error, OutOfRange)
    assert error.detail.endswith("outside the ephemeris table, 1600 to 2200.")


def test_an_instant_outside_years_that_are_cut_names_the_days() -> None:
    table = default_table()
    cut = msgspec.structs.replace(
        table, header=msgspec.structs.replace(table.header, first_jd=GRID_JD + BLOCK_DAYS)
    )

    assert outside(1e6, cut).detail.endswith("1600 to 2200 (the days 1600-01-14 to 2201-01-22).")
