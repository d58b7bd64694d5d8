from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from astrarium.service.holdings import Quota

ADA = {
    "name": "Ada",
    "birth": {"date": "1990-05-17", "time": "12:30", "place": "London, GB"},
    "relation": "friend",
    "tags": ["mathematics", "poetry"],
    "notes": "Born in a thunderstorm.",
    "accuracy": "AA",
}


@pytest.fixture
def me(account):
    return account()


@pytest.fixture
def ada(me):
    return me.post("/people", json=ADA).json()


def test_a_person_is_kept_as_written_and_as_understood(me):
    answer = me.post("/people", json=ADA)
    assert answer.status_code == 201
    saved = answer.json()
    assert answer.headers["location"] == f"/api/v1/people/{saved['id']}"
    assert UUID(saved["id"]).version == 7
    for field in ("name", "relation", "tags", "notes", "accuracy"):
        assert saved[field] == ADA[field]
    assert {name: value for name, value in saved["birth"].items() if value is not None} == ADA["birth"]
    assert saved["understood"]["utc"] == "1990-05-17T11:30:00Z"
    assert saved["understood"]["zone"] == "Europe/London"
    assert saved["understood"]["place"]["geoname_id"] == 2643743
    assert saved["duplicates"] == []
    read = me.get(f"/people/{saved['id']}").json()
    assert read == {name: value for name, value in saved.items() if name != "duplicates"}


def test_someone_alike_is_named_as_a_duplicate(me, ada):
    again = me.post("/people", json={**ADA, "name": "ÁDA "}).json()
    assert again["duplicates"] == [ada["id"]]
    other = me.post("/people", json={**ADA, "birth": {**ADA["birth"], "time": "12:31"}}).json()
    assert other["duplicates"] == []


@pytest.mark.parametrize(
    ("birth", "status", "code", "pointer"),
    [
        ({"date": "1990-05-17", "place": "Nowhere at all"}, 422, "unknown_place", "/birth/place"),
        (
            {"date": "2021-10-31", "time": "01:30", "place": "London, GB"},
            409,
            "ambiguous_time",
            "/birth/time",
        ),
        ({"place": "London, GB"}, 422, "missing_date", "/birth/date"),
        (
            {"date": "1990-05-17", "place": {"latitude": 1, "longitude": 2, "name": "a\0b"}},
            422,
            "invalid_body",
            "/birth",
        ),
        (
            {"date": "1990-05-17", "place": {"latitude": 1, "longitude": 2, "name": "a" * 2000}},
            422,
            "invalid_body",
            "/birth",
        ),
    ],
)
def test_a_birth_that_cannot_be_kept_is_refused_where_it_stands(me, problem, birth, status, code, pointer):
    told = problem(me.post("/people", json={"name": "A", "birth": birth}), status, code)
    assert told["errors"][0]["pointer"] == pointer
    assert me.get("/people").json()["items"] == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", " \u3000 "),
        ("name", "a\0b"),
        ("name", "a" * 201),
        ("relation", "r" * 51),
        ("tags", ["a,b"]),
        ("tags", ["\0"]),
        ("tags", [str(number) for number in range(21)]),
        ("notes", "n" * 10_001),
        ("notes", "\0"),
        ("accuracy", "AAA"),
        ("colour", "red"),
    ],
)
def test_a_field_out_of_bounds_is_refused_where_it_stands(me, problem, field, value):
    told = problem(me.post("/people", json={**ADA, field: value}), 422, "invalid_body")
    assert told["errors"][0]["pointer"].startswith(f"/{field}")


def test_names_and_tags_are_tidied(me):
    saved = me.post("/people", json={**ADA, "name": "  Ada\u00a0  Byron ", "tags": ["a", " a", "b ", " "]})
    assert saved.json()["name"] == "Ada Byron"
    assert saved.json()["tags"] == ["a", "b"]


def test_a_name_that_unfolds_beyond_the_index_is_kept(me):
    assert me.post("/people", json={**ADA, "name": "ﷺ" * 200}).status_code == 201


def test_a_change_touches_only_what_it_names(me, ada):
    changed = me.patch(f"/people/{ada['id']}", json={"relation": None, "notes": "Sunny."}).json()
    assert changed["relation"] is None
    assert changed["notes"] == "Sunny."
    assert changed["version"] == ada["version"] + 1
    untouched = set(ADA) - {"relation", "notes"}
    assert {name: changed[name] for name in untouched} == {name: ada[name] for name in untouched}


def test_another_birth_is_understood_anew(me, ada):
    birth = {"date": "1815-12-10", "place": "London, GB"}
    changed = me.patch(f"/people/{ada['id']}", json={"birth": birth}).json()
    assert changed["understood"]["known"] == "unknown"
    assert changed["understood"]["window_utc"]


@pytest.mark.parametrize("field", ["name", "birth", "tags", "notes"])
def test_what_everyone_has_cannot_be_emptied(me, ada, problem, field):
    problem(me.patch(f"/people/{ada['id']}", json={field: None}), 422, "invalid_body")


def test_an_empty_change_changes_nothing(me, ada):
    assert me.patch(f"/people/{ada['id']}", json={}).json()["version"] == ada["version"]


def test_the_trash_gives_back_what_was_put_in(me, ada, problem):
    assert me.delete(f"/people/{ada['id']}").status_code == 204
    assert me.delete(f"/people/{ada['id']}").status_code == 204
    assert me.get("/people").json()["items"] == []
    assert [one["id"] for one in me.get("/people?trashed=true").json()["items"]] == [ada["id"]]
    problem(me.patch(f"/people/{ada['id']}", json={"name": "B"}), 409, "in_trash")
    restored = me.post(f"/people/{ada['id']}/restore").json()
    assert restored["trashed_at"] is None
    assert len(me.get("/people").json()["items"]) == 1


def test_after_thirty_days_the_trash_gives_nothing_back(me, ada, own_service, problem):
    me.delete(f"/people/{ada['id']}")
    own_service.app.state.at += timedelta(days=29, hours=23)
    assert me.post(f"/people/{ada['id']}/restore").status_code == 200
    me.delete(f"/people/{ada['id']}")
    own_service.app.state.at += timedelta(days=30, seconds=1)
    problem(me.post(f"/people/{ada['id']}/restore"), 404, "not_found")
    problem(me.get(f"/people/{ada['id']}"), 404, "not_found")


def test_only_the_trash_is_purged(me, ada, problem):
    problem(me.post(f"/people/{ada['id']}/purge"), 409, "not_in_trash")
    me.delete(f"/people/{ada['id']}")
    assert me.post(f"/people/{ada['id']}/purge").status_code == 204
    problem(me.post(f"/people/{ada['id']}/purge"), 404, "not_found")
    problem(me.get(f"/people/{ada['id']}"), 404, "not_found")


def test_another_account_finds_nothing(me, ada, account, problem):
    other = account()
    assert other.get("/people").json() == {"items": [], "next": None}
    path = f"/people/{ada['id']}"
    for answer in (
        other.get(path),
        other.patch(path, json={"name": "Mine"}),
        other.delete(path),
        other.post(f"{path}/restore"),
        other.post(f"{path}/purge"),
        other.get(f"/people/{uuid4()}"),
    ):
        problem(answer, 404, "not_found")
    assert me.get(path).json()["name"] == "Ada"


def test_an_account_is_needed(own_service, problem):
    problem(own_service.get("/api/v1/people"), 401, "not_signed_in")


def test_a_key_needs_the_scope(account, problem):
    reader = account(scopes=("people:read",))
    assert reader.get("/people").status_code == 200
    told = problem(reader.post("/people", json=ADA), 403, "not_permitted")
    assert "people:write" in told["detail"]


def test_a_change_of_what_was_changed_meanwhile_is_refused(me, ada, problem):
    path = f"/people/{ada['id']}"
    tag = me.get(path).headers["etag"]
    assert me.patch(path, json={"notes": "One."}, headers={"If-Match": tag}).status_code == 200
    problem(me.patch(path, json={"notes": "Two."}, headers={"If-Match": tag}), 412, "precondition_failed")
    assert me.get(path).json()["notes"] == "One."


def test_an_account_keeps_no_more_than_its_tier_may(me, problem, monkeypatch):
    monkeypatch.setattr("astrarium.service.people.service.QUOTA", Quota(free=2, basic=3, premium=4))
    for _ in range(2):
        me.post("/people", json=ADA)
    told = problem(me.post("/people", json=ADA), 409, "storage_full")
    assert told["data"] == {"limit": 2}
    assert len(me.get("/people").json()["items"]) == 2
