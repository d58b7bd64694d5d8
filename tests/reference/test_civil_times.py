"""Civil time against `data/civil_times.csv`: three independent readers of IANA tz 2026f with backzone; all equal.

`data/README-civil.md` says how the rows were made. `dst_seconds` is not in compiled zones: its being zero is checked.
"""

import csv
from datetime import date
from pathlib import Path

import pytest

from astrarium.civil.birth import Birth, CalendarDate
from astrarium.civil.calendars import microseconds_from_jd
from astrarium.civil.errors import AmbiguousTime, BirthTimeError, DateOutOfRange, NonexistentTime
from astrarium.civil.notation import read_instant
from astrarium.civil.place import Place
from astrarium.civil.understanding import understand_time

Row = dict[str, str]

with (Path(__file__).parent / "data" / "civil_times.csv").open(encoding="utf-8", newline="") as lines:
    ROWS = list(csv.DictReader(lines))


def birth_and_place(row: Row) -> tuple[Birth, Place]:
    place = Place(
        latitude=float(row["latitude_deg"]),
        longitude=float(row["longitude_deg"]),
        name=row["place_name"],
        country=row["country"] or None,
    )
    birth = Birth(
        date=CalendarDate(row["local_date"], row["calendar"]),
        time=row["local_time"],
        zone=row["zone"],
        fold=int(row["fold"]) if row["fold"] else None,
    )
    return birth, place


def rows(*kinds: str) -> list[object]:
    return [pytest.param(row, id=row["id"]) for row in ROWS if row["expected_kind"] in kinds]


def offset_text(seconds: int) -> str:
    """An offset as the notes of the file write it."""
    sign, seconds = ("-" if seconds < 0 else "+"), abs(seconds)
    text = f"{sign}{seconds // 3600:02d}:{seconds // 60 % 60:02d}"
    return text if seconds % 60 == 0 else f"{text}:{seconds % 60:02d}"


def test_file_has_every_row_that_its_readme_counts() -> None:
    kinds = [row["expected_kind"] for row in ROWS]
    counts = {kind: kinds.count(kind) for kind in set(kinds)}
    assert counts == {"ok": 171, "nonexistent": 117, "ambiguous": 87, "invalid": 20, "out_of_range": 6}


@pytest.mark.parametrize("row", rows("ok"))
def test_ok_row_gives_its_instant_and_offset(row: Row) -> None:
    birth, place = birth_and_place(row)
    understood = understand_time(birth, place)
    assert understood.utc == row["utc"]
    assert understood.offset_seconds == int(row["offset_seconds"])
    assert understood.known == "exact"
    assert understood.start == understood.middle == understood.end
    instant = microseconds_from_jd(understood.start.jd_ut_day, understood.start.jd_ut_fraction)
    assert instant == read_instant(row["utc"])
    assert understood.scale == ("UTC" if row["utc"] >= "1972" else "UT1")
    if row["dst_seconds"]:
        assert understood.dst == (row["dst_seconds"] != "0")
    # Calendars are ten days or more apart, clocks never two (and 29 February is taken as the 28th here).
    year, month, day = (int(part) for part in row["local_date"].split("-"))
    days_apart = abs(date.fromisoformat(row["utc"][:10]) - date(year, month, min(day, 28))).days
    assert understood.calendar == ("julian" if days_apart > 5 else "gregorian")
    clock = row["local_time"] if row["local_time"].count(":") == 2 else f"{row['local_time']}:00"
    assert understood.local.startswith(f"{row['local_date']}T{clock}")
    assert understood.zone == row["zone"]


@pytest.mark.parametrize("row", rows("ok"))
def test_source_is_what_the_tags_of_the_row_say(row: Row) -> None:
    birth, place = birth_and_place(row)
    source = understand_time(birth, place).source
    if "[lmt]" in row["note"]:
        assert source == "lmt"
    elif "[fixed]" in row["note"]:
        assert source == "fixed"
    elif row["zone"] == "UTC":
        assert source == "utc"
    elif "[zone-lmt]" in row["note"]:
        assert source == "zone_lmt"
    else:
        assert source in {"iana", "zone_lmt"}


@pytest.mark.parametrize("row", rows("nonexistent"))
def test_nonexistent_row_names_both_neighbours(row: Row) -> None:
    with pytest.raises(NonexistentTime) as caught:
        understand_time(*birth_and_place(row))
    error = caught.value
    assert (error.before.utc, error.after.utc) == (row["utc"], row["utc_fold1"])
    assert error.before.offset_seconds == int(row["offset_seconds"])
    _, _, edges = row["note"].rpartition("gap: ")
    spoken = " valid ".join(
        (
            "last",
            f"{error.before.local[:19]} ({offset_text(error.before.offset_seconds)}), next",
            f"{error.after.local[:19]} ({offset_text(error.after.offset_seconds)})",
        )
    )
    assert edges.startswith(spoken)


@pytest.mark.parametrize("row", rows("ambiguous"))
def test_ambiguous_row_gives_both_readings(row: Row) -> None:
    with pytest.raises(AmbiguousTime) as caught:
        understand_time(*birth_and_place(row))
    error = caught.value
    assert (error.earlier.utc, error.later.utc) == (row["utc"], row["utc_fold1"])
    assert error.earlier.offset_seconds == int(row["offset_seconds"])
    offsets = f"{offset_text(error.earlier.offset_seconds)} then {offset_text(error.later.offset_seconds)}"
    assert f"readings: {offsets}" in row["note"]


@pytest.mark.parametrize("row", rows("ambiguous"))
@pytest.mark.parametrize("fold", [0, 1])
def test_ambiguous_row_is_settled_by_fold(row: Row, fold: int) -> None:
    birth, place = birth_and_place({**row, "fold": str(fold)})
    understood = understand_time(birth, place)
    assert understood.utc == row["utc_fold1" if fold else "utc"]
    assert understood.fold == fold
    other = row["utc" if fold else "utc_fold1"]
    assert other in [reading.utc for reading in understood.alternatives]


@pytest.mark.parametrize("row", rows("invalid"))
def test_invalid_row_is_refused_with_a_reason(row: Row) -> None:
    with pytest.raises(BirthTimeError) as caught:
        understand_time(*birth_and_place(row))
    kinds = {"bad-zone": "unknown_zone", "bad-offset": "invalid_zone"}
    is_time = (
        "hour" in row["note"] or "minute" in row["note"] or "second" in row["note"] or "24:00" in row["note"]
    )
    expected = kinds.get(row["id"], "invalid_time" if is_time else "invalid_date")
    assert caught.value.code == expected
    assert caught.value.hint


@pytest.mark.parametrize("row", rows("out_of_range"))
def test_out_of_range_row_names_the_range(row: Row) -> None:
    with pytest.raises(DateOutOfRange, match="1600-01-01 to 2200-12-31"):
        understand_time(*birth_and_place(row))
