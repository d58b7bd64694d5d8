"""Notifications over the API: listed until they are read, and long after."""

import asyncio
from uuid import uuid4

import pytest

from astrarium.service.database.transactions import Database
from astrarium.service.live.service import notify


@pytest.fixture
def notified(database_url, now):
    """Notify an account, and give the notifications' ids."""

    def run(someone, *kinds):
        async def running():
            database = Database(database_url)
            try:
                async with database.of(someone.account_id) as transaction:
                    return [
                        str(await notify(transaction, someone.account_id, kind, {"rows": 3}, now=now))
                        for kind in kinds
                    ]
            finally:
                await database.close()

        return asyncio.run(running())

    return run


def test_they_are_listed_with_what_they_say_and_counted_until_they_are_read(signed_in, notified):
    assert signed_in.get("/notifications").json() == {"items": [], "next": None}
    one, two = notified(signed_in, "batch.finished", "webhook.disabled")
    items = {item["id"]: item for item in signed_in.get("/notifications").json()["items"]}
    assert items[one] == {
        "id": one, "kind": "batch.finished", "data": {"rows": 3}, "created_at": "2026-11-23T15:20:45Z", "read_at": None,
    }  # fmt: skip
    assert signed_in.get("/notifications/unread").json() == {"unread": 2}
    read = signed_in.post(f"/notifications/{one}/read").json()
    assert read == {**items[one], "read_at": "2026-11-23T15:20:45Z"}
    assert signed_in.get("/notifications/unread").json() == {"unread": 1}
    unread = signed_in.get("/notifications?unread=true").json()["items"]
    assert [item["id"] for item in unread] == [two]
    assert [item["id"] for item in signed_in.get("/notifications?unread=false").json()["items"]] == [one]


def test_reading_twice_is_reading_once(signed_in, notified, own_service, now):
    (one,) = notified(signed_in, "batch.finished")
    first = signed_in.post(f"/notifications/{one}/read").json()
    own_service.app.state.at = now.replace(hour=now.hour + 1)
    assert signed_in.post(f"/notifications/{one}/read").json() == first


def test_all_are_read_at_once_and_how_many_is_told(signed_in, notified):
    notified(signed_in, "batch.finished", "batch.finished", "batch.failed")
    assert signed_in.post("/notifications/read-all").json() == {"read": 3}
    assert signed_in.post("/notifications/read-all").json() == {"read": 0}
    assert signed_in.get("/notifications/unread").json() == {"unread": 0}


def test_pages_follow_each_other_and_keep_to_their_filter(signed_in, notified, problem):
    notified(signed_in, *["batch.finished"] * 5)
    seen, address = [], "/notifications?limit=2&unread=true"
    while address:
        page = signed_in.get(address).json()
        seen += [item["id"] for item in page["items"]]
        address = page["next"] and f"/notifications?limit=2&unread=true&cursor={page['next']}"
    assert len(set(seen)) == len(seen) == 5
    cursor = signed_in.get("/notifications?limit=2").json()["next"]
    problem(signed_in.get(f"/notifications?limit=2&unread=true&cursor={cursor}"), 400, "invalid_cursor")


def test_what_is_another_accounts_is_neither_shown_nor_read(signed_in, account, notified, problem):
    (theirs,) = notified(account(), "batch.finished")
    assert signed_in.get("/notifications").json()["items"] == []
    problem(signed_in.post(f"/notifications/{theirs}/read"), 404, "not_found")
    problem(signed_in.post(f"/notifications/{uuid4()}/read"), 404, "not_found")
    assert signed_in.post("/notifications/read-all").json() == {"read": 0}
