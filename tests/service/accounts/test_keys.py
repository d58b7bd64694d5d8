"""API keys: shown once, kept as digests, worth nothing from the moment that they are taken back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from astrarium.service.accounts import tokens
from astrarium.service.permissions import SCOPES


def by_key(service, key, path="/account", method="GET", **choices):
    return service.request(method, f"/api/v1{path}", headers={"Authorization": f"Bearer {key}"}, **choices)


def test_the_secret_is_told_once_and_kept_as_a_digest(ada, service):
    made = ada.make_key("people:read")
    secret = made["key"].rpartition("_")[2]
    listed = ada.get("/api-keys").json()["items"]
    assert [one["id"] for one in listed] == [made["id"]]
    assert ada.get(f"/api-keys/{made['id']}").json() == listed[0]
    assert secret not in str(listed)

    async def kept():
        async with service.app.state.means.database.keeper() as transaction:
            return (
                await transaction.execute(text("SELECT row_to_json(api_keys)::text FROM api_keys"))
            ).scalar_one()

    with service.portal() as portal:
        row = portal.call(kept)
    assert secret not in row
    assert tokens.digest(made["key"]).hex() in row


@pytest.mark.parametrize(
    "authorization",
    [
        "Bearer ",
        "Bearer x",
        "Bearer ast_x_y",
        "Basic YTpi",
        "Bearer " + "x" * 5000,
        "ast_x",
        "Bearer ast_0123456789_" + "0" * 49,
    ],
)
def test_what_is_no_key_is_refused_wherever_it_is_sent(service, authorization, problem):
    for path in ("/account", "/zodiacs", "/nowhere"):
        answer = service.get(f"/api/v1{path}", headers={"Authorization": authorization})
        if path == "/nowhere":
            assert answer.status_code == 404
            continue
        problem(answer, 401, "invalid_credentials")
        assert answer.headers["www-authenticate"] == 'Bearer realm="astrarium", error="invalid_token"'


def test_a_key_does_what_its_scopes_name_and_no_more(ada, service, problem):
    key = ada.make_key("people:read")["key"]
    assert by_key(service, key, "/people").status_code == 200
    problem(by_key(service, key, "/account"), 403, "not_permitted")
    problem(by_key(service, key, "/api-keys"), 403, "not_permitted")
    problem(by_key(service, key, "/sessions"), 403, "not_permitted")


def test_other_scopes_hold_at_once(ada, service, problem):
    made = ada.make_key("people:read")
    problem(by_key(service, made["key"]), 403, "not_permitted")
    changed = ada.send(
        "PATCH", f"/api-keys/{made['id']}", json={"scopes": ["account:read"], "name": "renamed"}
    )
    assert (changed.json()["scopes"], changed.json()["name"]) == (["account:read"], "renamed")
    assert by_key(service, made["key"]).status_code == 200
    problem(by_key(service, made["key"], "/people"), 403, "not_permitted")


def test_a_deleted_key_is_worth_nothing_at_once(ada, service, problem):
    made = ada.make_key()
    assert by_key(service, made["key"]).status_code == 200
    assert ada.send("DELETE", f"/api-keys/{made['id']}").status_code == 204
    problem(by_key(service, made["key"]), 401, "invalid_credentials")
    problem(ada.get(f"/api-keys/{made['id']}"), 404, "not_found")


def test_a_key_runs_out(ada, service, clock, problem):
    made = ada.make_key(expires_at="2026-11-23T16:20:45Z")
    assert by_key(service, made["key"]).status_code == 200
    clock.wait(minutes=59, seconds=59)
    assert by_key(service, made["key"]).status_code == 200
    clock.wait(seconds=1)
    problem(by_key(service, made["key"]), 401, "invalid_credentials")
    assert ada.get("/api-keys").json()["items"] == []


def test_rotation_lets_the_old_key_work_for_the_overlap(ada, service, clock, problem):
    old = ada.make_key("account:read")
    new = ada.post(f"/api-keys/{old['id']}/rotation", {"overlap_s": 3600}).json()
    assert (new["name"], new["scopes"]) == (old["name"], old["scopes"])
    assert new["key"] != old["key"]
    for key in (old["key"], new["key"]):
        assert by_key(service, key).status_code == 200
    clock.wait(hours=1)
    problem(by_key(service, old["key"]), 401, "invalid_credentials")
    assert by_key(service, new["key"]).status_code == 200


def test_rotation_without_overlap_ends_the_old_key(ada, service, problem):
    old = ada.make_key()
    assert ada.post(f"/api-keys/{old['id']}/rotation", {"overlap_s": 0}).status_code == 201
    problem(by_key(service, old["key"]), 401, "invalid_credentials")


def test_rotation_lengthens_no_keys_life(ada, service, clock, problem):
    old = ada.make_key(expires_at="2026-11-23T15:30:00Z")
    new = ada.post(f"/api-keys/{old['id']}/rotation", {}).json()
    assert new["expires_at"] == old["expires_at"]
    clock.wait(minutes=10)
    for key in (old["key"], new["key"]):
        problem(by_key(service, key), 401, "invalid_credentials")


def test_anothers_key_is_not_there(person, ada, problem):
    made = ada.make_key()
    eve = person("eve@stars.example").begin()
    path = f"/api-keys/{made['id']}"
    problem(eve.get(path), 404, "not_found")
    problem(eve.send("DELETE", path), 404, "not_found")
    problem(eve.send("PATCH", path, json={"name": "mine"}), 404, "not_found")
    problem(eve.post(f"{path}/rotation"), 404, "not_found")
    assert ada.get(path).json()["name"] == made["name"]


def test_an_unknown_scope_is_refused_with_the_choice(ada, problem):
    told = problem(ada.post("/api-keys", {"name": "x", "scopes": ["people:reed"]}), 422, "unknown_scope")
    assert "Did you mean `people:read`?" in told["hint"]
    assert all(scope in told["hint"] for scope in SCOPES)


def test_an_account_has_so_many_keys_and_no_more(ada, monkeypatch, problem):
    from astrarium.service.accounts import keys

    monkeypatch.setattr(keys, "MOST_KEYS", 2)
    first = ada.make_key()
    ada.make_key()
    problem(ada.post("/api-keys", {"name": "x", "scopes": ["account:read"]}), 409, "too_many_keys")
    ada.send("DELETE", f"/api-keys/{first['id']}")
    ada.make_key()


def test_the_last_use_is_written_now_and_then_and_not_at_each_request(ada, service, clock):
    made = ada.make_key()
    clock.wait(minutes=5)
    by_key(service, made["key"])
    by_key(service, made["key"])
    path = f"/api-keys/{made['id']}"
    assert ada.get(path).json()["used_at"] is None
    with service.portal() as portal:
        portal.call(service.app.state.means.credentials.usage.write)
    assert ada.get(path).json()["used_at"] == "2026-11-23T15:25:45Z"


def test_a_new_key_is_told_to_its_owner(ada):
    ada.make_key()
    assert [letter["Subject"] for letter in ada.letters.to(ada.email)][-1] == "A new API key at Astrarium"


def test_a_repeated_request_with_one_idempotency_key_keeps_no_secret(ada, service):
    headers = {"Idempotency-Key": "0123456789abcdef"}
    made = ada.post("/api-keys", {"name": "x", "scopes": ["account:read"]}, headers=headers).json()

    async def kept():
        async with service.app.state.means.database.keeper() as transaction:
            tables = await transaction.execute(
                text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
            )
            rows = []
            for (table,) in tables.all():
                if table != "alembic_version":
                    rows += (
                        await transaction.execute(text(f"SELECT row_to_json({table})::text FROM {table}"))
                    ).all()
            return str(rows)

    with service.portal() as portal:
        everything = portal.call(kept)
    assert made["key"] not in everything
    assert made["key"].encode().hex() not in everything


@given(st.integers(min_value=0, max_value=400), st.characters(codec="ascii"))
def test_a_mistyped_key_is_known_without_a_look_up(position, character):
    key = tokens.new_key().text
    place = position % len(key)
    mistyped = key[:place] + character + key[place + 1 :]
    assert (tokens.read_key(mistyped) is None) == (mistyped != key)


@given(st.text(max_size=100))
def test_any_text_is_read_without_a_failure(text):
    assert tokens.read_key(text) is None


def test_a_key_reads_back():
    written = tokens.new_key()
    assert tokens.read_key(written.text) == written
