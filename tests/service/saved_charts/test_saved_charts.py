import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text

from astrarium.service.database.transactions import Database
from astrarium.service.holdings import Quota

BIRTH = {"date": "1990-05-17", "time": "12:30", "place": "London, GB"}
SETTINGS = {"zodiacs": ["tropical", "sidereal:lahiri"], "houses": "porphyry", "bodies": ["sun", "moon"]}
NATAL = {
    "name": "Ada's birth",
    "birth": BIRTH,
    "settings": SETTINGS,
    "folder": "Clients",
    "tags": ["natal"],
    "notes": "For Tuesday.",
}


@pytest.fixture
def me(account):
    return account()


@pytest.fixture
def natal(me):
    answer = me.post("/charts/saved", json=NATAL)
    assert answer.status_code == 201, answer.text
    return answer.json()


@pytest.fixture
def run(database_url):
    """Run a statement beside the service, as its own work."""

    def go(statement: str, **values) -> None:
        async def keep():
            database = Database(database_url)
            async with database.keeper() as transaction:
                await transaction.execute(text(statement), values)
            await database.close()

        asyncio.run(keep())

    return go


def written(fields: dict) -> dict:
    return {name: value for name, value in fields.items() if value is not None}


def test_a_saved_chart_is_the_chart_that_is_cast(me, natal):
    cast = me.post("/charts", json={"birth": BIRTH, **SETTINGS}).json()
    assert natal["chart"] == cast
    assert natal["receipt"] == {
        "id": cast["receipt"]["id"],
        "now": cast["receipt"]["id"],
        "is_same": True,
        "changed": [],
    }
    assert written(natal["birth"]) == BIRTH
    for field in ("name", "folder", "tags", "notes"):
        assert natal[field] == NATAL[field]
    answer = me.get(f"/charts/saved/{natal['id']}")
    assert answer.json() == natal
    again = me.get(f"/charts/saved/{natal['id']}", headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304


def test_another_name_is_no_other_receipt(me, natal):
    renamed = me.patch(f"/charts/saved/{natal['id']}", json={"name": "Byron"}).json()
    assert renamed["name"] == "Byron"
    assert renamed["receipt"] == natal["receipt"]
    assert renamed["chart"] == natal["chart"]
    assert renamed["chart"]["name"] is None


def test_other_settings_are_another_receipt(me, natal):
    changed = me.patch(f"/charts/saved/{natal['id']}", json={"settings": {}}).json()
    assert changed["settings"]["houses"] == "placidus"
    assert changed["receipt"]["is_same"]
    assert changed["receipt"]["id"] != natal["receipt"]["id"]


def test_a_window_is_saved_like_an_exact_time(me):
    birth = {**BIRTH, "time": {"from": "08:00", "to": "12:00"}}
    saved = me.post("/charts/saved", json={"name": "W", "birth": birth}).json()
    assert saved["receipt"]["is_same"]
    assert saved["chart"]["window"]
    assert saved["understood"]["known"] == "window"


def test_a_chart_of_a_person_follows_the_persons_birth(me):
    person = me.post("/people", json={"name": "Ada", "birth": BIRTH}).json()
    saved = me.post("/charts/saved", json={"name": "Ada", "person_id": person["id"]}).json()
    assert saved["person_id"] == person["id"]
    assert saved["birth"] == person["birth"]
    path = f"/charts/saved/{saved['id']}"
    me.patch(f"/people/{person['id']}", json={"birth": {**BIRTH, "time": "12:45"}})
    followed = me.get(path).json()
    assert followed["birth"]["time"] == "12:45"
    assert followed["chart"]["time"]["utc"] == "1990-05-17T11:45:00Z"
    assert followed["receipt"]["changed"] == ["birth"]
    assert not followed["receipt"]["is_same"]
    renewed = me.post(f"{path}/renew").json()
    assert renewed["receipt"]["is_same"]
    assert renewed["chart"] == followed["chart"]


def test_a_chart_keeps_the_birth_of_a_person_who_is_purged(me):
    person = me.post("/people", json={"name": "Ada", "birth": BIRTH}).json()
    saved = me.post("/charts/saved", json={"name": "Ada", "person_id": person["id"]}).json()
    me.patch(f"/people/{person['id']}", json={"birth": {**BIRTH, "time": "12:45"}})
    me.delete(f"/people/{person['id']}")
    me.post(f"/people/{person['id']}/purge")
    left = me.get(f"/charts/saved/{saved['id']}").json()
    assert left["person_id"] is None
    assert left["birth"]["time"] == "12:45"


def test_a_chart_can_be_given_to_a_person_and_taken_back(me, natal):
    path = f"/charts/saved/{natal['id']}"
    person = me.post("/people", json={"name": "B", "birth": {**BIRTH, "date": "1950-01-01"}}).json()
    given = me.patch(path, json={"person_id": person["id"]}).json()
    assert given["birth"]["date"] == "1950-01-01"
    assert given["receipt"]["is_same"]
    taken = me.patch(path, json={"person_id": None}).json()
    assert taken["person_id"] is None
    assert taken["birth"] == given["birth"]
    own = me.patch(path, json={"birth": BIRTH}).json()
    assert own["receipt"]["id"] == natal["receipt"]["id"]


@pytest.mark.parametrize("path", ["/charts/saved", "/people"])
def test_another_accounts_person_is_nobody(me, account, problem, path):
    person = account().post("/people", json={"name": "Ada", "birth": BIRTH}).json()
    problem(me.post("/charts/saved", json={"name": "A", "person_id": person["id"]}), 404, "not_found")
    assert me.get(path).json()["items"] == []


def test_a_person_in_the_trash_has_no_new_charts(me, problem):
    person = me.post("/people", json={"name": "Ada", "birth": BIRTH}).json()
    me.delete(f"/people/{person['id']}")
    problem(me.post("/charts/saved", json={"name": "A", "person_id": person["id"]}), 409, "in_trash")


def test_other_tables_are_named(me, natal, run):
    run(
        'INSERT INTO chart_sources SELECT :id, engine, tables || \'{"ephemeris": "sha256:0"}\' FROM chart_sources',
        id=(other := uuid4()),
    )
    run("UPDATE saved_charts SET sources_id = :id, receipt_id = 'sha256:1'", id=other)
    told = me.get(f"/charts/saved/{natal['id']}").json()
    assert told["receipt"] == {
        "id": "sha256:1",
        "now": natal["receipt"]["now"],
        "is_same": False,
        "changed": ["ephemeris"],
    }
    assert told["chart"] == natal["chart"]
    assert me.post(f"/charts/saved/{natal['id']}/renew").json()["receipt"] == natal["receipt"]


def test_words_that_nobody_understands_any_more_are_read_by_their_coordinates(me, natal, run):
    run("""UPDATE saved_charts SET birth = birth || '{"place": "Nowhere at all"}'""")
    told = me.get(f"/charts/saved/{natal['id']}").json()
    assert told["receipt"]["changed"] == ["birth"]
    assert told["chart"]["positions"] == natal["chart"]["positions"]
    assert told["chart"]["time"] == natal["chart"]["time"]
    assert told["chart"]["houses"] == natal["chart"]["houses"]


def test_a_chart_that_can_no_longer_be_cast_says_why(me, natal, run, problem):
    run("""UPDATE saved_charts SET settings = settings || '{"houses": "forgotten"}'""")
    path = f"/charts/saved/{natal['id']}"
    told = me.get(path).json()
    assert told["chart"] is None
    assert told["problem"]["code"] == "unknown_house_system"
    assert told["receipt"]["now"] is None
    problem(me.post(f"{path}/renew"), 422, "unknown_house_system")


@pytest.mark.parametrize(
    ("draft", "code", "pointer"),
    [
        ({"birth": None}, "invalid_body", "/birth"),
        ({"birth": {**BIRTH, "place": "Nowhere at all"}}, "unknown_place", "/birth/place"),
        ({"person_id": str(uuid4())}, "invalid_body", "/birth"),
        ({"settings": {"houses": "mine"}}, "unknown_house_system", "/settings/houses"),
        ({"settings": {"zodiacs": []}}, "invalid_body", "/settings/zodiacs"),
        ({"settings": {"colour": "red"}}, "invalid_body", "/settings/colour"),
        ({"name": "\t"}, "invalid_body", "/name"),
        ({"folder": "f" * 51}, "invalid_body", "/folder"),
        ({"folder": "\0"}, "invalid_body", "/folder"),
        ({"notes": "\0"}, "invalid_body", "/notes"),
    ],
)
def test_a_chart_that_cannot_be_kept_is_refused_where_it_is_wrong(me, problem, draft, code, pointer):
    told = problem(me.post("/charts/saved", json={**NATAL, **draft}), 422, code)
    assert told["errors"][0]["pointer"] == pointer
    assert me.get("/charts/saved").json()["items"] == []


def test_a_chart_needs_a_birth_or_a_person(me, problem):
    problem(me.post("/charts/saved", json={"name": "Nobody"}), 422, "invalid_body")


def test_the_trash_gives_back_for_thirty_days(me, natal, own_service, problem):
    path = f"/charts/saved/{natal['id']}"
    problem(me.post(f"{path}/purge"), 409, "not_in_trash")
    assert me.delete(path).status_code == 204
    assert me.get("/charts/saved").json()["items"] == []
    assert len(me.get("/charts/saved?trashed=true").json()["items"]) == 1
    problem(me.patch(path, json={"name": "B"}), 409, "in_trash")
    problem(me.post(f"{path}/renew"), 409, "in_trash")
    own_service.app.state.at += timedelta(days=30)
    assert me.post(f"{path}/restore").json()["trashed_at"] is None
    me.delete(path)
    own_service.app.state.at += timedelta(days=30, seconds=1)
    problem(me.post(f"{path}/restore"), 404, "not_found")
    assert me.get("/charts/saved?trashed=true").json()["items"] == []


def test_what_lies_in_the_trash_can_be_purged_at_once(me, natal, problem):
    path = f"/charts/saved/{natal['id']}"
    me.delete(path)
    assert me.post(f"{path}/purge").status_code == 204
    problem(me.get(path), 404, "not_found")


def test_a_change_of_what_was_changed_meanwhile_is_refused(me, natal, problem):
    path = f"/charts/saved/{natal['id']}"
    tag = me.get(path).headers["etag"]
    assert me.patch(path, json={"notes": "One."}, headers={"If-Match": tag}).status_code == 200
    problem(me.patch(path, json={"notes": "Two."}, headers={"If-Match": tag}), 412, "precondition_failed")


def test_another_account_finds_nothing(me, natal, account, problem):
    other = account()
    path = f"/charts/saved/{natal['id']}"
    assert other.get("/charts/saved").json() == {"items": [], "next": None}
    for answer in (
        other.get(path),
        other.patch(path, json={"name": "Mine"}),
        other.delete(path),
        other.post(f"{path}/renew"),
        other.post(f"{path}/restore"),
        other.post(f"{path}/purge"),
    ):
        problem(answer, 404, "not_found")
    assert me.get(path).json() == natal


def test_an_account_keeps_no_more_than_its_tier_may(me, natal, problem, monkeypatch):
    monkeypatch.setattr("astrarium.service.saved_charts.service.QUOTA", Quota(free=1, basic=2, premium=3))
    told = problem(me.post("/charts/saved", json=NATAL), 409, "storage_full")
    assert told["data"] == {"limit": 1}


def test_a_chart_that_is_read_again_is_not_cast_again(signed_in):
    saved = signed_in.post("/charts/saved", json={"name": "Ada", "birth": BIRTH}).json()
    path = f"/charts/saved/{saved['id']}"
    cache = signed_in.client.app.state.cache
    first, before = signed_in.get(path), cache.state()
    again = signed_in.get(path)
    after = cache.state()
    assert again.json() == first.json() == saved
    assert (after.hits - before.hits, after.misses - before.misses) == (1, 0)
    signed_in.patch(path, json={"birth": {**BIRTH, "time": "13:00"}})
    assert signed_in.get(path).json()["receipt"]["id"] != saved["receipt"]["id"]
    assert cache.state().misses == after.misses + 1
