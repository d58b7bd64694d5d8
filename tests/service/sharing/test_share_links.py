import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text

from astrarium.service.database.transactions import Database
from astrarium.service.holdings import Quota

BIRTH = {"date": "1990-05-17", "time": "12:30", "place": "London, GB"}
SECRETS = {"name": "Ada Byron", "notes": "Nobody may know.", "tags": ["hidden"], "folder": "Clients"}


@pytest.fixture
def me(account):
    return account()


@pytest.fixture
def chart(me):
    return me.post("/charts/saved", json={"birth": BIRTH, **SECRETS}).json()


@pytest.fixture
def share(me, chart):
    """Make a link to the chart."""

    def make(**choices):
        answer = me.post("/share-links", json={"chart_id": chart["id"], **choices})
        assert answer.status_code == 201, answer.text
        return answer.json()

    return make


@pytest.fixture
def look(own_service):
    """Open a link as somebody without an account."""

    def go(token: str):
        return own_service.get(f"/api/v1/shared/{token}")

    return go


def test_whoever_has_the_link_sees_the_chart_and_nothing_else(me, share, look, chart):
    link = share()
    answer = look(link["token"])
    assert answer.status_code == 200
    assert answer.json() == {"name": None, "expires_at": link["expires_at"], "chart": chart["chart"]}
    for secret in ("Ada", "Nobody", "hidden", "Clients", str(me.account_id), chart["id"], link["id"]):
        assert secret not in answer.text
    assert answer.headers["x-robots-tag"] == "noindex, nofollow"
    assert answer.headers["cache-control"] == "no-store"


def test_the_name_is_told_where_that_is_wanted(me, share, look):
    link = share(shows_name=True)
    assert look(link["token"]).json()["name"] == "Ada Byron"
    me.patch(f"/share-links/{link['id']}", json={"shows_name": False})
    assert look(link["token"]).json()["name"] is None


def test_the_token_is_long_told_once_and_kept_as_a_digest(me, share, database_url):
    link = share()
    assert len(link["token"]) >= 32
    assert link["address"] == f"/shared/{link['token']}"
    assert link["token"] not in me.get(f"/share-links/{link['id']}").text
    assert link["token"] not in me.get("/share-links").text

    async def kept() -> str:
        database = Database(database_url)
        async with database.keeper() as transaction:
            row = (await transaction.execute(text("SELECT share_links::text FROM share_links"))).scalar_one()
        await database.close()
        return str(row)

    row = asyncio.run(kept())
    assert link["token"] not in row
    assert link["token"].encode().hex() not in row


def test_views_are_counted_and_no_more_is_kept(me, share, look):
    link = share()
    for _ in range(3):
        look(link["token"])
    told = me.get(f"/share-links/{link['id']}").json()
    assert told == {name: value for name, value in link.items() if name not in {"token", "address"}} | {
        "views": 3
    }


def test_a_link_that_shows_nothing_tells_not_why(me, share, look, chart, own_service, problem):
    revoked, expired, trashed = share(), share(expires_in_days=1), share(expires_in_days=None)
    me.delete(f"/share-links/{revoked['id']}")
    own_service.app.state.at += timedelta(days=1)
    me.delete(f"/charts/saved/{chart['id']}")
    told = []
    for token in (revoked["token"], expired["token"], trashed["token"], "x", "a" * 1000, "%00"):
        one = problem(look(token), 404, "not_found")
        told.append({name: one[name] for name in ("title", "detail", "hint")})
    assert told == told[:1] * len(told)
    me.post(f"/charts/saved/{chart['id']}/restore")
    assert look(trashed["token"]).status_code == 200


def test_an_expired_link_can_be_prolonged(me, share, look, own_service):
    link = share(expires_in_days=1)
    own_service.app.state.at += timedelta(days=2)
    assert look(link["token"]).status_code == 404
    changed = me.patch(f"/share-links/{link['id']}", json={"expires_in_days": None}).json()
    assert changed["expires_at"] is None
    assert look(link["token"]).status_code == 200


def test_long_expired_links_make_room_for_others(me, share, own_service, monkeypatch, problem, chart):
    monkeypatch.setattr("astrarium.service.sharing.service.QUOTA", Quota(free=1, basic=2, premium=3))
    share(expires_in_days=1)
    problem(me.post("/share-links", json={"chart_id": chart["id"]}), 409, "storage_full")
    own_service.app.state.at += timedelta(days=31, seconds=1)
    share()
    assert len(me.get("/share-links").json()["items"]) == 1


def test_a_purged_chart_takes_its_links_along(me, share, look, chart, problem):
    link = share()
    me.delete(f"/charts/saved/{chart['id']}")
    me.post(f"/charts/saved/{chart['id']}/purge")
    problem(me.get(f"/share-links/{link['id']}"), 404, "not_found")
    problem(look(link["token"]), 404, "not_found")


def test_links_are_listed_by_their_chart(me, share, chart, own_service):
    other = me.post("/charts/saved", json={"name": "Other", "birth": BIRTH}).json()
    first = share()
    own_service.app.state.at += timedelta(seconds=1)
    second = share()
    me.post("/share-links", json={"chart_id": other["id"]})
    found = me.get(f"/share-links?chart_id={chart['id']}").json()["items"]
    assert [one["id"] for one in found] == [second["id"], first["id"]]
    assert len(me.get("/share-links").json()["items"]) == 3


def test_another_account_finds_no_link_and_shares_no_chart(share, chart, account, problem):
    link, other = share(), account()
    path = f"/share-links/{link['id']}"
    for answer in (
        other.get(path),
        other.patch(path, json={"shows_name": True}),
        other.delete(path),
        other.post("/share-links", json={"chart_id": chart["id"]}),
        other.post("/share-links", json={"chart_id": str(uuid4())}),
    ):
        problem(answer, 404, "not_found")
    assert other.get("/share-links").json()["items"] == []


def test_what_lies_in_the_trash_is_not_shared(me, chart, problem):
    me.delete(f"/charts/saved/{chart['id']}")
    problem(me.post("/share-links", json={"chart_id": chart["id"]}), 409, "in_trash")


@pytest.mark.parametrize("days", [0, -1, 3651, 1.5, "9"])
def test_days_out_of_bounds_are_refused(me, chart, problem, days):
    draft = {"chart_id": chart["id"], "expires_in_days": days}
    told = problem(me.post("/share-links", json=draft), 422, "invalid_body")
    assert told["errors"][0]["pointer"] == "/expires_in_days"


def test_a_change_of_what_was_changed_meanwhile_is_refused(me, share, problem):
    path = f"/share-links/{share()['id']}"
    tag = me.get(path).headers["etag"]
    assert me.patch(path, json={"shows_name": True}, headers={"If-Match": tag}).status_code == 200
    problem(me.patch(path, json={"shows_name": False}, headers={"If-Match": tag}), 412, "precondition_failed")
