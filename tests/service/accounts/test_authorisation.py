"""Who may do what, route by route: the table below is the whole of it, and a route that it does not name fails.

Every route of the description is asked by a stranger, a customer, support, an administrator, a key without the scope
and a key with every scope. Answers other than 401 and 403 mean that the caller was let in; what is another account's is
then 404.
"""

import asyncio
import re
from datetime import timedelta
from uuid import uuid4

import msgspec
import pytest

from astrarium.service.app import create_app
from astrarium.service.database.transactions import Database
from astrarium.service.jobs.service import Kind, enqueue
from astrarium.service.live.service import notify
from astrarium.service.permissions import EVERYONE, PERMISSIONS, SCOPES
from astrarium.service.settings import Settings


class Nothing(msgspec.Struct, frozen=True):
    pass


NOTHING = Kind(name="tests.nothing", payload=Nothing, time_limit=timedelta(seconds=1))
EXPECTED = {
    EVERYONE: {
        "POST /charts", "POST /charts/bulk", "POST /batch", "GET /places", "GET /stars", "GET /zodiacs", "GET /bodies",
        "GET /houses", "GET /aspects", "GET /version", "GET /health/live", "GET /health/ready", "GET /shared/{token}",
        "POST /account", "POST /account/verification", "POST /account/email/confirmation",
        "POST /account/password-resets", "POST /account/password-resets/completion", "POST /sessions",
    },
    "account:read": {"GET /account"},
    "account:write": {
        "PUT /account/password", "POST /account/email", "POST /account/deletion", "POST /account/second-factor",
        "POST /account/second-factor/confirmation", "POST /account/second-factor/recovery-codes",
        "POST /account/second-factor/removal",
    },
    "sessions:read": {"GET /sessions", "GET /sessions/current"},
    "sessions:write": {"DELETE /sessions", "DELETE /sessions/current", "DELETE /sessions/{session_id}"},
    "keys:read": {"GET /api-keys", "GET /api-keys/{key_id}"},
    "keys:write": {
        "POST /api-keys", "PATCH /api-keys/{key_id}", "DELETE /api-keys/{key_id}", "POST /api-keys/{key_id}/rotation",
    },
    "people:read": {
        "GET /people", "GET /people/{person_id}", "GET /people/export", "GET /people/export/csv",
    },
    "people:write": {
        "POST /people", "PATCH /people/{person_id}", "DELETE /people/{person_id}", "POST /people/import",
        "POST /people/import/csv", "POST /people/{person_id}/restore", "POST /people/{person_id}/purge",
    },
    "charts:read": {
        "GET /charts/saved", "GET /charts/saved/{chart_id}", "GET /charts/saved/export", "GET /charts/saved/export/csv",
    },
    "charts:write": {
        "POST /charts/saved", "PATCH /charts/saved/{chart_id}", "DELETE /charts/saved/{chart_id}",
        "POST /charts/saved/{chart_id}/renew", "POST /charts/saved/{chart_id}/restore",
        "POST /charts/saved/{chart_id}/purge", "POST /charts/saved/import", "POST /charts/saved/import/csv",
    },
    "batches:read": {"GET /batches", "GET /batches/{batch_id}", "GET /batches/{batch_id}/results"},
    "batches:write": {
        "POST /batches", "POST /batches/{batch_id}/cancel", "POST /batches/{batch_id}/results",
        "DELETE /batches/{batch_id}",
    },
    "sharing:read": {"GET /share-links", "GET /share-links/{link_id}"},
    "sharing:write": {"POST /share-links", "PATCH /share-links/{link_id}", "DELETE /share-links/{link_id}"},
    "webhooks:read": {
        "GET /webhooks", "GET /webhooks/event-types", "GET /webhooks/{webhook_id}", "GET /webhooks/{webhook_id}/health",
        "GET /webhooks/{webhook_id}/deliveries", "GET /webhooks/deliveries/{delivery_id}",
    },
    "webhooks:write": {
        "POST /webhooks", "PATCH /webhooks/{webhook_id}", "DELETE /webhooks/{webhook_id}",
        "POST /webhooks/{webhook_id}/rotate-secret", "POST /webhooks/{webhook_id}/test",
        "POST /webhooks/{webhook_id}/replay", "POST /webhooks/deliveries/{delivery_id}/replay",
    },
    "live:read": {"GET /live", "GET /live/stream", "POST /live/tickets"},
    "notifications:read": {"GET /notifications", "GET /notifications/unread"},
    "notifications:write": {"POST /notifications/{notification_id}/read", "POST /notifications/read-all"},
    "jobs:read": {"GET /jobs", "GET /jobs/{job_id}"},
    "jobs:write": {"POST /jobs/{job_id}/cancel", "POST /jobs/{job_id}/retry"},
    "system:read": {"GET /admin/jobs", "GET /admin/queues", "GET /admin/workers",
        "GET /admin/schedules", "GET /admin/schedules/{name}",
        "GET /admin/webhooks", "GET /admin/queries", "GET /admin/system", "GET /admin/breakers", "GET /admin/outbound",
    },
    "system:administer": {
        "POST /admin/webhooks/{webhook_id}/disable", "POST /admin/webhooks/{webhook_id}/enable",
        "POST /admin/jobs/{job_id}/cancel", "POST /admin/jobs/{job_id}/retry", "POST /admin/jobs/retry-dead",
        "POST /admin/queues/{name}/pause", "POST /admin/queues/{name}/resume",
        "PATCH /admin/schedules/{name}", "POST /admin/schedules/{name}/pause",
        "POST /admin/schedules/{name}/resume", "POST /admin/schedules/{name}/run", "POST /admin/breakers/{name}/reset",
    },
}  # fmt: skip
"""Which routes each permission opens."""
ROUTES = sorted(
    (permission, *route.split(" ")) for permission, routes in EXPECTED.items() for route in routes
)
ROLES = {
    "account:read": {"user", "support", "admin"},
    "account:write": {"user", "support", "admin"},
    "jobs:read": {"user", "support", "admin"},
    "jobs:write": {"user", "support", "admin"},
    "sessions:read": {"user", "support", "admin"},
    "sessions:write": {"user", "support", "admin"},
    "keys:read": {"user", "support", "admin"},
    "keys:write": {"user", "support", "admin"},
    "people:read": {"user", "support", "admin"},
    "people:write": {"user", "support", "admin"},
    "charts:read": {"user", "support", "admin"},
    "charts:write": {"user", "support", "admin"},
    "batches:read": {"user", "support", "admin"},
    "batches:write": {"user", "support", "admin"},
    "sharing:read": {"user", "support", "admin"},
    "sharing:write": {"user", "support", "admin"},
    "webhooks:read": {"user", "support", "admin"},
    "webhooks:write": {"user", "support", "admin"},
    "live:read": {"user", "support", "admin"},
    "notifications:read": {"user", "support", "admin"},
    "notifications:write": {"user", "support", "admin"},
    "accounts:support": {"support", "admin"},
    "accounts:administer": {"admin"},
    "system:read": {"support", "admin"},
    "system:administer": {"admin"},
}


def test_every_route_of_the_description_is_in_the_table_and_no_other(own_service):
    document = own_service.get("/api/v1/openapi.json").json()
    described = {
        f"{method.upper()} {path.removeprefix('/api/v1')}"
        for path, methods in document["paths"].items()
        for method in methods
    }
    assert described == {f"{method} {path}" for _, method, path in ROUTES}


def test_every_permission_has_the_roles_of_the_table_and_no_other():
    assert {name: set(one.roles) for name, one in PERMISSIONS.items()} == ROLES


def test_only_a_session_administers_and_changes_credentials():
    without_scope = {name for name, one in PERMISSIONS.items() if one.scope is None}
    assert without_scope == {
        "account:write", "sessions:read", "sessions:write", "keys:read", "keys:write", "accounts:support",
        "accounts:administer", "system:read", "system:administer",
    }  # fmt: skip


def test_every_route_says_which_permission_opens_it():
    application = create_app(Settings(database_url="postgresql:///none?host=/nowhere"))
    for route in application.routes:
        for handler in getattr(route, "route_handlers", ()):
            if handler.http_methods != {"OPTIONS"}:
                assert handler.opt["permission"] in {EVERYONE, *PERMISSIONS}, route.path


def status(caller, method, path):
    """What became of a request whose body nothing accepts, so that nothing is changed by who is let in."""
    address = re.sub(r"\{\w+\}", str(uuid4()), path)
    if path == "/live/stream":
        address += "?after=never"  # a stream that begins does not end
    body = {"json": {"no such field": 1}} if method in {"POST", "PUT", "PATCH"} else {}
    return caller.send(method, address, **body).status_code


def test_the_table_holds_for_every_route_and_every_kind_of_caller(own_service, caller_of_role):
    from types import SimpleNamespace

    stranger = SimpleNamespace(
        send=lambda method, path, **body: own_service.request(method, f"/api/v1{path}", **body)
    )
    wrong = []
    for permission, method, path in ROUTES:
        scope = None if permission == EVERYONE else PERMISSIONS[permission].scope
        kinds = {
            "stranger": (stranger, permission == EVERYONE),
            **{
                role: (caller_of_role(role), permission == EVERYONE or role in ROLES[permission])
                for role in ("user", "support", "admin")
            },
            "key without the scope": (
                caller_of_role(scopes=tuple(SCOPES - {scope})), permission == EVERYONE,
            ),
            "key with every scope": (
                caller_of_role(scopes=tuple(SCOPES)), permission == EVERYONE or scope is not None,
            ),
        }  # fmt: skip
        for kind, (caller, may) in kinds.items():
            got = status(caller, method, path)
            refused = got == 401 if kind == "stranger" else got == 403
            if refused is may or (may and got in {401, 403, 500}):
                wrong.append((kind, method, path, got))
    assert wrong == []


def saved_chart(owner):
    birth = {"date": "1990-05-17", "time": "12:30", "place": "London, GB"}
    return owner.post("/charts/saved", json={"name": "Ada", "birth": birth}).json()["id"]


def webhook(owner):
    return owner.post("/webhooks", json={"url": "https://1.1.1.1/"}).json()["id"]


def batch(owner):
    births = b'date,time,place\n1990-05-17,12:30,"London, GB"\n'
    return owner.post("/batches", content=births, headers={"Content-Type": "text/csv"}).json()["id"]


def notification(database_url, owner):
    async def made():
        database = Database(database_url)
        try:
            async with database.of(owner.account_id) as transaction:
                now = owner.client.app.state.now()
                return await notify(transaction, owner.account_id, "batch.finished", {}, now=now)
        finally:
            await database.close()

    return str(asyncio.run(made()))


def job(database_url, owner):
    async def made():
        database = Database(database_url)
        try:
            async with database.of(owner.account_id) as transaction:
                now = owner.client.app.state.now()
                return await enqueue(transaction, NOTHING, Nothing(), account_id=owner.account_id, now=now)
        finally:
            await database.close()

    return str(asyncio.run(made()))


@pytest.mark.parametrize(
    ("method", "path"),
    [(method, path) for _, method, path in ROUTES if "_id}" in path and not path.startswith("/admin/")],
    ids=str,
)
def test_what_is_another_accounts_is_not_there(own_service, database_url, caller_of_role, method, path):
    """Every route of one thing, asked for a thing that another customer, support or an administrator owns."""
    owner = caller_of_role()
    birth = {"date": "1990-05-17", "time": "12:30", "place": "London, GB"}
    thing = {
        "session_id": lambda: owner.get("/sessions").json()["items"][0]["id"],
        "key_id": lambda: owner.post("/api-keys", json={"name": "x", "scopes": ["people:read"]}).json()["id"],
        "person_id": lambda: owner.post("/people", json={"name": "Ada", "birth": birth}).json()["id"],
        "chart_id": lambda: saved_chart(owner),
        "link_id": lambda: owner.post("/share-links", json={"chart_id": saved_chart(owner)}).json()["id"],
        "notification_id": lambda: notification(database_url, owner),
        "job_id": lambda: job(database_url, owner),
        "webhook_id": lambda: webhook(owner),
        "batch_id": lambda: batch(owner),
        "delivery_id": lambda: owner.post(f"/webhooks/{webhook(owner)}/test").json()["id"],
    }[re.search(r"\{(\w+)\}", path)[1]]()
    address = re.sub(r"\{\w+\}", thing, path)
    body = {"json": {}} if method in {"POST", "PATCH"} else {}
    for role in ("user", "support", "admin"):
        assert caller_of_role(role).send(method, address, **body).status_code == 404, role
    assert owner.send(method, address, **body).status_code != 404
