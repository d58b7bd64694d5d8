import csv
import io
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrarium.civil.birth import Birth, CalendarDate, PlaceReference, TimeWindow
from astrarium.service import birth_tables
from astrarium.service.holdings import Quota

LONDON = {"date": "1990-05-17", "time": "12:30", "place": "London, GB"}
PEOPLE = [
    {
        "name": "Ada",
        "birth": LONDON,
        "tags": ["a", "b c"],
        "notes": 'Two\r\nlines, "quoted"; =1+1',
        "accuracy": "AA",
    },
    {
        "name": "Isaac Newton",
        "relation": "idol",
        "birth": {
            "date": {"date": "1642-12-25", "calendar": "julian"},
            "time": {"from": "01:00", "to": "02:00"},
            "place": {"latitude": 52.8073, "longitude": -0.6273, "name": "Woolsthorpe", "country": "GB"},
        },
    },
    {"name": "  = Unknown", "birth": {"date": "1952-03-11", "place": {"id": 2643743}}},
    {"name": "Fold", "birth": {"date": "2021-10-31", "time": "01:30", "fold": 1, "place": "London, GB"}},
    {"name": "At once", "birth": {"instant": "2000-01-01T12:00:00Z", "place": "Kyoto, JP"}},
]
TABLE = {"Content-Type": "text/csv"}


@pytest.fixture
def me(account, own_service):
    mine = account()
    for person in PEOPLE:
        own_service.app.state.at += timedelta(seconds=1)
        assert mine.post("/people", json=person).status_code == 201
    return mine


def test_a_document_taken_in_elsewhere_is_the_same_document(me, account):
    whole = me.get("/people/export")
    assert whole.headers["content-disposition"] == 'attachment; filename="people.json"'
    document = whole.json()
    assert (document["format"], document["version"]) == ("astrarium-people", 1)
    assert [one["name"] for one in document["people"]] == [" ".join(one["name"].split()) for one in PEOPLE]
    other = account()
    assert other.post("/people/import", json=document).json() == {
        "saved": 5,
        "already_there": 0,
        "faults": [],
    }
    assert other.get("/people/export").content == whole.content
    assert other.post("/people/import", json=document).json() == {
        "saved": 0,
        "already_there": 5,
        "faults": [],
    }


def test_a_table_taken_in_elsewhere_is_the_same_table(me, account):
    table = me.get("/people/export/csv")
    assert table.headers["content-type"].startswith("text/csv")
    other = account()
    told = other.post("/people/import/csv", content=table.content, headers=TABLE).json()
    assert told == {"saved": 5, "already_there": 0, "faults": []}
    assert other.get("/people/export/csv").content == table.content
    assert other.get("/people/export").content == me.get("/people/export").content


def test_the_trash_is_left_out(me):
    first = me.get("/people").json()["items"][0]
    me.delete(f"/people/{first['id']}")
    assert len(me.get("/people/export").json()["people"]) == 4
    assert len(list(csv.reader(io.StringIO(me.get("/people/export/csv").text)))) == 1 + 4


TABLE_OF_FAULTS = """name,date,time,place,accuracy
Ada,1990-05-17,12:30,"London, GB",AA
,1990-05-17,12:30,"London, GB",
"Two
lines",1990-05-17,25:00,"London, GB",
Ragged,1990-05-17
Nowhere,1990-05-17,12:30,Nowhere at all,
Rated,1990-05-17,12:30,"London, GB",AAA
Last,1990-05-17,,"London, GB",X
"""


def test_each_fault_of_a_table_is_told_with_its_line_and_none_is_kept(account, problem):
    me = account()
    told = problem(
        me.post("/people/import/csv", content=TABLE_OF_FAULTS, headers=TABLE), 422, "import_refused"
    )
    assert [(one["line"], one["code"]) for one in told["data"]["faults"]] == [
        (3, "invalid_body"),
        (4, "invalid_body"),
        (6, "ragged_row"),
        (7, "unknown_place"),
        (8, "invalid_body"),
    ]
    assert me.get("/people").json()["items"] == []


def test_what_is_sound_is_kept_where_that_is_asked(account):
    me = account()
    told = me.post("/people/import/csv?on_fault=skip", content=TABLE_OF_FAULTS, headers=TABLE).json()
    assert (told["saved"], len(told["faults"])) == (2, 5)
    assert {one["name"] for one in me.get("/people").json()["items"]} == {"Ada", "Last"}


def test_each_fault_of_a_document_is_told_with_its_index(account, problem):
    future = {**PEOPLE[0], "created_at": "2999-01-01T00:00:00Z"}
    entries = [PEOPLE[0], {**PEOPLE[0], "birth": {}}, {**PEOPLE[0], "age": 1}, 7, future]
    document = {"format": "astrarium-people", "version": 1, "people": entries}
    told = problem(account().post("/people/import", json=document), 422, "import_refused")
    faults = told["data"]["faults"]
    assert [(one["index"], one["code"]) for one in faults] == [
        (1, "missing_place"),
        (2, "invalid_body"),
        (3, "invalid_body"),
        (4, "invalid_body"),
    ]
    assert faults[1]["pointer"] == "/age"


@pytest.mark.parametrize(
    ("body", "headers", "status", "code"),
    [
        (b"", TABLE, 422, "empty_table"),
        (b"name,date\n", TABLE, 422, "missing_columns"),
        (b"date,place,city\n", TABLE, 422, "duplicate_columns"),
        (b"\xff\xfea", TABLE, 422, "unreadable_table"),
        (b"date,place\n", {"Content-Type": "application/json"}, 415, "unsupported_media_type"),
        (b"date,place\n" + b"x" * 9_000_000, TABLE, 413, "body_too_large"),
        (b"date,place\n" + b"1990-05-17,London\n" * 5_001, TABLE, 422, "import_too_long"),
    ],
)
def test_what_is_no_table_is_refused(account, problem, body, headers, status, code):
    problem(account().post("/people/import/csv", content=body, headers=headers), status, code)


@pytest.mark.parametrize("changed", [{"version": 2}, {"format": "astrarium-charts"}, {"people": {}}])
def test_a_document_of_another_kind_is_refused(account, problem, changed):
    document = {"format": "astrarium-people", "version": 1, "people": [], **changed}
    problem(account().post("/people/import", json=document), 422, "invalid_body")


def test_an_import_beyond_the_quota_keeps_nothing(me, account, problem, monkeypatch):
    monkeypatch.setattr("astrarium.service.people.service.QUOTA", Quota(free=4, basic=5, premium=6))
    other = account()
    problem(other.post("/people/import", json=me.get("/people/export").json()), 409, "storage_full")
    assert other.get("/people").json()["items"] == []


def test_an_id_of_another_account_is_no_obstacle_and_tells_nothing(me, account):
    document = me.get("/people/export").json()
    other = account()
    document["people"][0]["name"] = "Mine"
    assert other.post("/people/import", json=document).json()["saved"] == 5
    assert me.get(f"/people/{document['people'][0]['id']}").json()["name"] == "Ada"


WORDS = st.text("abcABC é,;\"'", min_size=1).map(str.strip).filter(lambda text: text and not text.isdecimal())
NUMBERS = st.floats(-90, 90, allow_nan=False)
PLACES = st.one_of(
    WORDS,
    st.builds(PlaceReference, id=st.integers(1, 10**7)),
    st.builds(
        PlaceReference,
        latitude=NUMBERS,
        longitude=NUMBERS,
        altitude_m=NUMBERS,
        country=st.none() | WORDS,
        name=st.none() | WORDS,
    ),
)
DATES = st.dates().map(str)
CLOCKS = st.times().map(lambda time: time.strftime("%H:%M:%S"))
BIRTHS = st.one_of(
    st.builds(
        Birth,
        date=DATES | st.builds(CalendarDate, DATES, st.sampled_from(["gregorian", "julian", "auto"])),
        time=st.none() | CLOCKS | st.builds(TimeWindow, CLOCKS, CLOCKS),
        place=PLACES,
        zone=st.none() | st.sampled_from(["Europe/London", "+01:00", "LMT"]),
        fold=st.sampled_from([None, 0, 1]),
    ),
    st.builds(Birth, instant=DATES.map("{}T00:00:00Z".format), place=PLACES),
)


@given(BIRTHS)
def test_a_birth_written_into_cells_is_read_as_the_same_birth(birth):
    cells = birth_tables.cells_of(birth)
    table = birth_tables.csv_line(list(cells)) + birth_tables.csv_line(list(cells.values()))
    (row,) = birth_tables.read_rows(table)
    assert row.birth == birth
