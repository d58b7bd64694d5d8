"""Opening a table: what was built opens, everything else is refused with what to do."""

import shutil
from pathlib import Path

import msgspec
import pytest

from astrarium.sky.errors import TableUnusable
from astrarium.sky.table import DEFAULT_PATH, default_table, open_table


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for suffix in (".json", ".bin"):
        shutil.copy(DEFAULT_PATH.with_suffix(suffix), tmp_path / f"planets{suffix}")
    return tmp_path / "planets.json"


def test_the_shipped_table_serves_1600_to_2200() -> None:
    header = default_table().header

    assert (header.first_year, header.last_year) == (1600, 2200)
    assert {one.body for one in header.provenance.errors} >= {"sun", "moon", "pluto", "true_node"}


def test_a_missing_table_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TableUnusable, match="No such file") as caught:
        open_table(tmp_path / "nothing.json")

    assert "builders.ephemeris" in caught.value.hint


def test_missing_records_are_refused(copy: Path) -> None:
    copy.with_suffix(".bin").unlink()

    with pytest.raises(TableUnusable, match="No such file"):
        open_table(copy)


def test_a_truncated_table_is_refused(copy: Path) -> None:
    with copy.with_suffix(".bin").open("r+b") as file:
        file.truncate(1_000_000)

    with pytest.raises(TableUnusable, match="1,000,000 bytes where"):
        open_table(copy)


def test_an_altered_table_is_refused(copy: Path) -> None:
    with copy.with_suffix(".bin").open("r+b") as file:
        file.seek(1_234_567)
        byte = file.read(1)
        file.seek(1_234_567)
        file.write(bytes([byte[0] ^ 1]))

    with pytest.raises(TableUnusable, match="SHA-256"):
        open_table(copy)


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b'{"format": 1}', b"\xff\xfe"])
def test_a_damaged_header_is_refused(copy: Path, text: bytes) -> None:
    copy.write_bytes(text)

    with pytest.raises(TableUnusable, match=r"damaged|format"):
        open_table(copy)


def test_another_format_is_refused_by_name(copy: Path) -> None:
    header = msgspec.json.decode(copy.read_bytes())
    header["format"] = 2
    copy.write_bytes(msgspec.json.encode(header))

    with pytest.raises(TableUnusable, match="format 2, this version reads 1"):
        open_table(copy)


def test_a_layout_that_does_not_add_up_is_refused(copy: Path) -> None:
    header = msgspec.json.decode(copy.read_bytes())
    header["series"].pop()
    copy.write_bytes(msgspec.json.encode(header))

    with pytest.raises(TableUnusable, match="does not add up"):
        open_table(copy)
