"""What people's tables look like: other encodings, decimal commas, names with a slip."""

import io

import pytest

from astrarium.chart.files.births import PlaceFinder, place_reference
from astrarium.chart.files.csv_rows import ENCODINGS, read_csv
from astrarium.chart.files.errors import InvalidCell, MissingBirthColumns, UnreadableTable
from astrarium.civil.gazetteer import shipped_gazetteer

PLACES = "name;date;place\nJosé “Pepe”;1990-05-17;Málaga, ES\n"


def cells(table, encoding="utf-8"):
    (rows,) = read_csv(io.BytesIO(table), 100, encoding)
    return rows


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_table_is_read_in_the_encoding_that_is_named(encoding):
    text = PLACES if encoding != "us-ascii" else "name;date;place\nAda;1990-05-17;London\n"
    written = {"iso-8859-1": "windows-1252", "us-ascii": "ascii"}.get(encoding, encoding)
    rows = cells(text.encode(written), encoding)
    assert rows.faults == {}
    assert rows.carried[0].as_text() == [text.splitlines()[1].split(";")[0]]
    assert rows.births["place"] == [text.splitlines()[1].split(";")[2]]


def test_latin_1_that_is_not_named_costs_its_rows_alone_and_says_what_to_do():
    rows = cells("date,place\n1990-05-17,Málaga\n1990-05-17,Rome\n".encode("latin-1"))
    assert list(rows.faults) == [0]
    assert "line 2, column 2 (place) is not UTF-8 text" in rows.faults[0].detail


def test_bytes_that_an_encoding_does_not_have_cost_their_row_alone():
    rows = cells(b"date,place\n1990-05-17,R\x81m\n1990-05-17,Rome\n", "windows-1252")
    assert list(rows.faults) == [0]


def test_half_a_character_of_utf_16_is_told():
    with pytest.raises(UnreadableTable, match="utf-16"):
        cells("date,place\n1990-05-17,Rome\n".encode("utf-16") + b"\x00", "utf-16")


@pytest.mark.parametrize(("latitude", "longitude"), [("51,5", "-0,125"), ("+51,50", "-0,1250")])
def test_decimal_commas_are_read_in_degrees(latitude, longitude):
    place = place_reference(None, None, latitude, longitude, None, None)
    assert (place.latitude, place.longitude) == (51.5, -0.125)


def test_a_latitude_of_three_decimals_is_no_thousand():
    assert place_reference(None, None, "51,508", "-0,125", "35,5", None).latitude == 51.508


def test_a_comma_that_may_part_thousands_is_refused():
    with pytest.raises(InvalidCell, match="'1,234'"):
        place_reference(None, None, "51,5", "-0,1", "1,234", None)


@pytest.mark.parametrize("written", ["51,5,1", "51.5,1", "51,", ",5", "5 1,5"])
def test_what_is_no_decimal_comma_stays_refused(written):
    with pytest.raises(InvalidCell):
        place_reference(None, None, written, "1", None, None)


def test_a_table_of_semicolons_and_decimal_commas_finds_its_places():
    rows = cells(b"date;lat;lon\n1990-05-17;51,5;-0,1\n")
    found = PlaceFinder(shipped_gazetteer()).find(
        (None, None, rows.births["latitude"][0], rows.births["longitude"][0], None, None)
    )
    assert (found.latitude, found.longitude) == (51.5, -0.1)


def test_a_slip_in_a_name_is_answered_with_the_nearest():
    with pytest.raises(MissingBirthColumns) as told:
        cells(b"nmae,brith_date,plce\nAda,1990-05-17,London\n")
    assert "Did you mean `date` by 'brith_date'? Did you mean `place` by 'plce'?" in told.value.hint
    assert told.value.data["near"] == [["brith_date", "date"], ["plce", "place"]]


def test_names_that_are_like_nothing_get_no_guess():
    with pytest.raises(MissingBirthColumns) as told:
        cells(b"a,b\n1,2\n")
    assert "Did you mean" not in told.value.hint
