"""No statement of a route reads the whole of a table that grows."""

import asyncio
import mailbox
import re
import threading
import time
from contextlib import contextmanager
from datetime import timedelta

import pyotp
import pytest

from astrarium.service.accounts import cookies
from astrarium.service.database.identifiers import new_id
from astrarium.service.database.transactions import Database

BIRTH = {"date": "1990-05-17", "time": "12:30", "place": "London, GB"}
CSV = {"Content-Type": "text/csv"}
PLANNED = re.compile(r"\s*(SELECT|INSERT|UPDATE|DELETE|WITH)\b", re.IGNORECASE)


async def plans(url, ran):
    database = Database(url)
    try:
        pools = {"primary": database.primary, "keeper": database.keepers}
        return {
            statement: await pools[pool].explain(statement)
            for pool, statement in ran
            if PLANNED.match(statement)
        }
    finally:
        await database.close()


def read_whole(plan, tables):
    return [table for table in tables if re.search(rf"Seq Scan on {table}\b", plan)]


class Walk:
    """Somebody's way through the routes: which of them answered with what they are for."""

    def __init__(self, someone):
        self.someone = someone
        self.taken = set()
        self.letters = set()

    def __call__(self, route, *ids, query="", **body):
        method, template = route.split(" ")
        path = re.sub(r"\{\w+\}", "{}", template).format(*ids)
        answer = self.someone.send(method, path + query, **body)
        assert answer.is_success, (route, query, answer.text)
        self.taken.add(route)
        return answer

    def pages(self, route, *queries):
        """A list from its first page on to its second, by each query."""
        for query in queries:
            first = self(route, query=f"?limit=1{query}").json()
            if first["next"]:
                self(route, query=f"?limit=1{query}&cursor={first['next']}")


def walk_people(walk):
    made = [
        walk("POST /people", json={"name": name, "birth": BIRTH, "tags": ["x"], "relation": "friend"},
             headers={"Idempotency-Key": name}).json()["id"]
        for name in ("Ada", "Grace")
    ]  # fmt: skip
    one = made[0]
    walk("POST /people", json={"name": "Ada", "birth": BIRTH, "tags": ["x"], "relation": "friend"},
         headers={"Idempotency-Key": "Ada"})  # fmt: skip
    walk.pages(
        "GET /people",
        "",
        "&sort=name",
        "&sort=-born",
        "&sort=created_at",
        "&name=a",
        "&tag=x",
        "&relation=friend",
    )
    walk("GET /people/{person_id}", one)
    walk("PATCH /people/{person_id}", one, json={"notes": "more", "birth": {**BIRTH, "time": "13:00"}})
    table, document = walk("GET /people/export/csv").content, walk("GET /people/export").json()
    walk("DELETE /people/{person_id}", one)
    walk.pages("GET /people", "&trashed=true")
    walk("POST /people/{person_id}/restore", one)
    walk("DELETE /people/{person_id}", one)
    walk("POST /people/{person_id}/purge", one)
    walk("POST /people/import", json=document)
    walk("POST /people/import/csv", content=table, headers=CSV)


def walk_charts(walk):
    person = walk.someone.post("/people", json={"name": "Ada", "birth": BIRTH}).json()["id"]
    drafts = (
        {"birth": BIRTH, "folder": "f", "tags": ["x"]},
        {"person_id": person, "folder": "f", "tags": ["x"]},
    )
    made = [walk("POST /charts/saved", json={"name": "A", **draft}).json()["id"] for draft in drafts]
    one = made[1]
    walk.pages(
        "GET /charts/saved", "", "&sort=name", "&sort=created_at", "&name=a", "&tag=x", "&folder=f",
        f"&person_id={person}",
    )  # fmt: skip
    walk("GET /charts/saved/{chart_id}", one)
    walk("PATCH /charts/saved/{chart_id}", one, json={"notes": "more", "person_id": None, "birth": BIRTH})
    walk("POST /charts/saved/{chart_id}/renew", one)
    table, document = walk("GET /charts/saved/export/csv").content, walk("GET /charts/saved/export").json()
    walk("DELETE /charts/saved/{chart_id}", one)
    walk.pages("GET /charts/saved", "&trashed=true")
    walk("POST /charts/saved/{chart_id}/restore", one)
    walk("DELETE /charts/saved/{chart_id}", one)
    walk("POST /charts/saved/{chart_id}/purge", one)
    walk("POST /charts/saved/import", json=document)
    walk("POST /charts/saved/import/csv", content=table, headers=CSV)


def walk_sharing(walk):
    chart = walk.someone.post("/charts/saved", json={"name": "A", "birth": BIRTH}).json()["id"]
    made = [walk("POST /share-links", json={"chart_id": chart}).json() for _ in range(2)]
    one = made[0]
    walk.pages("GET /share-links", "", "&sort=created_at", f"&chart_id={chart}")
    walk("GET /share-links/{link_id}", one["id"])
    walk("PATCH /share-links/{link_id}", one["id"], json={"shows_name": True})
    walk("GET /shared/{token}", one["address"].rpartition("/")[2])
    walk("DELETE /share-links/{link_id}", one["id"])


def walk_keys(walk):
    key = walk("POST /api-keys", json={"name": "x", "scopes": ["account:read"]}).json()
    walk("GET /api-keys")
    walk("GET /api-keys/{key_id}", key["id"])
    walk("PATCH /api-keys/{key_id}", key["id"], json={"name": "y"})
    key = walk("POST /api-keys/{key_id}/rotation", key["id"], json={}).json()
    bearer = {"Authorization": f"Bearer {key['key']}"}
    assert walk.someone.client.get("/api/v1/account", headers=bearer).status_code == 200
    walk("DELETE /api-keys/{key_id}", key["id"])


def walk_sessions(walk):
    stranger = walk.someone.client
    wrong = {"email": "nobody@stars.example", "password": "a wren in the wych elm"}
    assert stranger.post("/api/v1/sessions", json=wrong).status_code == 401
    for path in ("/account", "/account/password-resets"):
        body = wrong if path == "/account" else {"email": wrong["email"]}
        assert stranger.post(f"/api/v1{path}", json=body).is_success
    walk("GET /account")
    current = walk("GET /sessions/current").json()["id"]
    walk("GET /sessions")
    walk("DELETE /sessions/{session_id}", current)


def letter_token(walk, email):
    """The token of the latest letter to `email`, once the service has sent one that is new to the walk."""
    folder = mailbox.Maildir(walk.someone.client.app.state.settings.mail_url.removeprefix("file://"))
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        for name, letter in folder.items():
            found = re.search(r"\?token=([\w-]+)", letter.get_payload(0).get_payload(decode=True).decode())
            if letter["To"] == email and found and name not in walk.letters:
                walk.letters.add(name)
                return found[1]
        time.sleep(0.01)
    raise TimeoutError(email)


def follow(walk, answer):
    """Go on with the session that an answer opened or renewed."""
    name = cookies.session_cookie_name(is_https=False)
    walk.someone.credential = {
        "Cookie": f"{name}={answer.cookies[name]}",
        "X-CSRF-Token": answer.json()["csrf_token"],
    }


def walk_account(walk):
    client, email, other = walk.someone.client, f"{new_id().hex}@x.example", f"{new_id().hex}@x.example"
    walk.someone = type(walk.someone)(client, None, {})
    first, second = {"password": "a wren in the wych elm"}, {"password": "the wren left the wych elm"}
    walk("POST /account", json={"email": email, **first})
    follow(walk, walk("POST /account/verification", json={"token": letter_token(walk, email), **first}))
    walk("GET /account")
    authenticator = pyotp.TOTP(walk("POST /account/second-factor", json=first).json()["secret"])
    before, now, after = (
        authenticator.at(client.app.state.at + timedelta(seconds=step)) for step in (-30, 0, 30)
    )
    follow(walk, walk("POST /account/second-factor/confirmation", json={"code": before}))
    walk("POST /account/second-factor/recovery-codes", json={**first, "code": now})
    walk("POST /account/second-factor/removal", json={**first, "code": after})
    change = {"current_password": first["password"], "new_password": second["password"]}
    tag = walk("GET /account").headers["etag"]
    follow(walk, walk("PUT /account/password", json=change, headers={"If-Match": tag}))
    walk("POST /account/email", json={"email": other, **second})
    walk("POST /account/email/confirmation", json={"token": letter_token(walk, other)})
    walk("POST /account/password-resets", json={"email": other})
    walk("POST /account/password-resets/completion", json={"token": letter_token(walk, other), **first})
    walk.someone.credential = {}
    follow(walk, walk("POST /sessions", json={"email": other, **first}))
    walk("POST /account/deletion", json=first)


HOOK = {"url": "https://1.1.1.1/hook", "event_types": ["person.*"]}
"""Nothing is sent there: no worker serves the webhooks of these services."""


def walk_webhooks(walk):
    made = [walk("POST /webhooks", json=HOOK).json()["id"] for _ in range(2)]
    one = made[0]
    walk.pages("GET /webhooks", "", "&sort=created_at")
    walk("GET /webhooks/event-types")
    walk("GET /webhooks/{webhook_id}", one)
    assert walk.someone.post("/people", json={"name": "Ada", "birth": BIRTH}).is_success
    delivery = walk("POST /webhooks/{webhook_id}/test", one).json()["id"]
    walk("GET /webhooks/{webhook_id}/health", one)
    for query in ("", "&sort=created_at", "&state=waiting", "&event_type=webhook.test"):
        first = walk("GET /webhooks/{webhook_id}/deliveries", one, query=f"?limit=1{query}").json()
        if first["next"]:
            walk(
                "GET /webhooks/{webhook_id}/deliveries", one, query=f"?limit=1{query}&cursor={first['next']}"
            )
    walk("GET /webhooks/deliveries/{delivery_id}", delivery)
    walk("POST /webhooks/deliveries/{delivery_id}/replay", delivery)
    walk("POST /webhooks/{webhook_id}/replay", one, query="?which=undelivered")
    walk("POST /webhooks/{webhook_id}/rotate-secret", one, json={})
    walk("PATCH /webhooks/{webhook_id}", one, json={"description": "more"})
    walk("PATCH /webhooks/{webhook_id}", one, json={"enabled": False})
    walk("PATCH /webhooks/{webhook_id}", one, json={"enabled": True})
    walk("DELETE /webhooks/{webhook_id}", one)


@contextmanager
def worker_of_batches(client):
    """Within it, a worker of the service's process computes batches."""
    stop = threading.Event()

    async def work():
        async with client.app.state.parts.working(("batches",), 2) as worker:
            working = asyncio.create_task(worker.run())
            await asyncio.to_thread(stop.wait)
            worker.stop()
            await working

    with client.portal() as portal:
        working = portal.start_task_soon(work)
        try:
            yield
        finally:
            stop.set()
            working.result(timeout=30)


def finished(walk, batch_id, of_format):
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        batch = walk("GET /batches/{batch_id}", batch_id).json()
        if any(one["format"] == of_format and one["state"] == "finished" for one in batch["results"]):
            return
        time.sleep(0.02)
    raise TimeoutError(batch)


def walk_batches(walk):
    births = [f'date,time,place\n1990-05-{day},12:30,"London, GB"\n' for day in (17, 18)]
    one, other = (walk("POST /batches", content=table, headers=CSV).json()["id"] for table in births)
    walk.pages("GET /batches", "", "&sort=created_at", "&state=waiting")
    walk("POST /batches/{batch_id}/cancel", other)
    walk("POST /batches", content=births[0], headers=CSV)
    with worker_of_batches(walk.someone.client):
        finished(walk, one, "parquet")
        walk("POST /batches/{batch_id}/results", one, query="?format=csv")
        finished(walk, one, "csv")
    walk("GET /batches/{batch_id}/results", one)
    walk("DELETE /batches/{batch_id}", one)


def walk_out(walk):
    walk("DELETE /sessions/current")


def walk_out_everywhere(walk):
    walk("DELETE /sessions")


WALKS = {
    walk_people: {"people"}, walk_charts: {"saved charts"}, walk_sharing: {"sharing"}, walk_keys: {"API keys"},
    walk_webhooks: {"webhooks"}, walk_batches: {"batches"},
    walk_account: {"account"}, walk_sessions: {"sessions"}, walk_out: {"sessions"}, walk_out_everywhere: {"sessions"},
}  # fmt: skip
"""Every walk, and the routes that they take between them, by their tags in the description."""


@pytest.mark.parametrize("way", WALKS)
def test_no_statement_of_a_route_reads_a_whole_table(signed_in, grown, statements_run, way):
    url, growing = grown
    with statements_run() as ran:
        way(Walk(signed_in))
        with signed_in.client.portal() as portal:
            portal.call(signed_in.client.app.state.means.credentials.usage.write)
    found = asyncio.run(plans(url, set(ran)))
    assert any(table in plan for plan in found.values() for table in growing)
    wrong = {statement: plan for statement, plan in found.items() if read_whole(plan, growing)}
    assert not wrong, "\n\n".join(f"{statement}\n{plan}" for statement, plan in wrong.items())


def test_the_walks_take_every_route(own_service, caller_of_role):
    taken = set()
    for way in WALKS:
        walk = Walk(caller_of_role())
        way(walk)
        taken |= walk.taken
    tags = set.union(*WALKS.values())
    described = {
        f"{method.upper()} {path.removeprefix('/api/v1')}"
        for path, methods in own_service.get("/api/v1/openapi.json").json()["paths"].items()
        for method, operation in methods.items()
        if tags & set(operation["tags"])
    }
    assert described <= taken


def test_a_whole_table_that_is_read_is_found(grown):
    url, growing = grown
    statement = "SELECT id FROM people WHERE notes = $1::text"
    found = asyncio.run(plans(url, {("keeper", statement)}))
    assert read_whole(found[statement], growing) == ["people"]


def test_no_statement_about_breakers_reads_a_whole_table(own_service, caller_of_role, grown, statements_run):
    url, growing = grown
    admin, parts = caller_of_role("admin"), own_service.app.state.parts
    name, rule = "mail", parts.outbound.rule_of("mail")

    async def open_and_close():
        for _ in range(rule.failures):
            parts.outbound.breakers.of(name, rule).enter().failed("no answer")
        await parts.breakers.exchange()
        parts.outbound.breakers.find(name).close()
        await parts.breakers.exchange()

    with statements_run() as ran:
        with own_service.portal() as portal:
            portal.call(open_and_close)
        for query in ("?limit=1", "?sort=opened_at", "?sort=-opened_at"):
            assert admin.get(f"/admin/breakers{query}").status_code == 200
        assert admin.post(f"/admin/breakers/{name}/reset").status_code == 204
    found = asyncio.run(plans(url, {one for one in ran if " breakers" in one[1]}))
    assert len(found) >= 6
    assert not {statement: plan for statement, plan in found.items() if read_whole(plan, growing)}
