from datetime import timedelta

import pytest

BIRTH = {"date": "1990-05-17", "time": "12:30", "place": "London, GB"}
CHARTS = [
    {"name": "Plain", "birth": BIRTH},
    {
        "name": "Whole",
        "birth": {**BIRTH, "time": {"from": "08:00", "to": "12:00"}},
        "settings": {
            "zodiacs": ["tropical", "sidereal:lahiri"],
            "houses": "porphyry",
            "bodies": ["sun", "moon"],
        },
        "folder": "Clients",
        "tags": ["a", "b c"],
        "notes": 'Two\nlines, "quoted"',
    },
]
TABLE = {"Content-Type": "text/csv"}


@pytest.fixture
def me(account, own_service):
    mine = account()
    person = mine.post("/people", json={"name": "Ada", "birth": BIRTH}).json()
    for chart in (*CHARTS, {"name": "Hers", "person_id": person["id"]}):
        own_service.app.state.at += timedelta(seconds=1)
        assert mine.post("/charts/saved", json=chart).status_code == 201
    return mine


def test_a_document_taken_in_elsewhere_is_the_same_document(me, account):
    whole = me.get("/charts/saved/export")
    document = whole.json()
    assert [one["name"] for one in document["charts"]] == ["Plain", "Whole", "Hers"]
    other = account()
    other.post("/people/import", json=me.get("/people/export").json())
    told = other.post("/charts/saved/import", json=document).json()
    assert told == {"saved": 3, "already_there": 0, "faults": []}
    assert other.get("/charts/saved/export").content == whole.content
    assert other.post("/charts/saved/import", json=document).json()["already_there"] == 3
    for row in other.get("/charts/saved").json()["items"]:
        path = f"/charts/saved/{row['id']}"
        assert other.get(path).json()["chart"] == me.get(path).json()["chart"]
        assert other.get(path).json()["receipt"]["is_same"]


def test_a_table_taken_in_elsewhere_is_the_same_table(me, account):
    table = me.get("/charts/saved/export/csv")
    other = account()
    other.post("/people/import", json=me.get("/people/export").json())
    told = other.post("/charts/saved/import/csv", content=table.content, headers=TABLE).json()
    assert told == {"saved": 3, "already_there": 0, "faults": []}
    assert other.get("/charts/saved/export/csv").content == table.content
    assert other.get("/charts/saved/export").content == me.get("/charts/saved/export").content


def test_without_its_person_a_chart_has_its_own_birth(me, account):
    other = account()
    document = me.get("/charts/saved/export").json()
    assert other.post("/charts/saved/import", json=document).json()["saved"] == 3
    hers = other.get("/charts/saved?name=hers").json()["items"][0]
    assert hers["person_id"] is None
    assert hers["utc"] == "1990-05-17T11:30:00Z"


def test_faults_are_told_and_nothing_is_kept(account, problem):
    me = account()
    entries = [CHARTS[0], {**CHARTS[0], "settings": {"houses": "mine"}}, {**CHARTS[0], "name": ""}]
    document = {"format": "astrarium-charts", "version": 1, "charts": entries}
    told = problem(me.post("/charts/saved/import", json=document), 422, "import_refused")
    assert [(one["index"], one["code"]) for one in told["data"]["faults"]] == [
        (1, "unknown_house_system"),
        (2, "invalid_body"),
    ]
    table = (
        b'name,settings,date,place\nA,"{""houses"": 1}",1990-05-17,"London, GB"\nB,,1990-05-17,"London, GB"\n'
    )
    told = me.post("/charts/saved/import/csv?on_fault=skip", content=table, headers=TABLE).json()
    assert told["saved"] == 1
    assert [(one["line"], one["pointer"]) for one in told["faults"]] == [(2, "/settings/houses")]
