"""Who may do what: the one table from a permission to the roles and the key scopes that carry it.

Every route names its permission (`permission="people:read"`); one that names none is closed. A session carries all that
its account's role may; an API key carries what its scopes name, and never more than its account's role.
"""

from typing import Any, Final, Literal
from uuid import UUID

import msgspec
from litestar.connection import ASGIConnection
from litestar.di import NamedDependency
from litestar.handlers import BaseRouteHandler
from litestar.types import Scope

from astrarium.service.errors import NotPermitted, NotSignedIn

Role = Literal["user", "support", "admin"]
Tier = Literal["free", "basic", "premium", "unlimited"]

EVERYONE: Final = "everyone"
"""The permission of routes that need no account."""

USERS: Final[frozenset[Role]] = frozenset({"user", "support", "admin"})
STAFF: Final[frozenset[Role]] = frozenset({"support", "admin"})
ADMINS: Final[frozenset[Role]] = frozenset({"admin"})


class Permission(msgspec.Struct, frozen=True):
    """What one permission asks for: one of `roles`, and with an API key the `scope`; `None` is for sessions alone."""

    roles: frozenset[Role]
    scope: str | None


PERMISSIONS: Final[dict[str, Permission]] = {
    "account:read": Permission(USERS, "account:read"),
    "account:write": Permission(USERS, None),
    "sessions:read": Permission(USERS, None),
    "sessions:write": Permission(USERS, None),
    "keys:read": Permission(USERS, None),
    "keys:write": Permission(USERS, None),
    "people:read": Permission(USERS, "people:read"),
    "people:write": Permission(USERS, "people:write"),
    "charts:read": Permission(USERS, "charts:read"),
    "charts:write": Permission(USERS, "charts:write"),
    "batches:read": Permission(USERS, "batches:read"),
    "batches:write": Permission(USERS, "batches:write"),
    "sharing:read": Permission(USERS, "sharing:read"),
    "sharing:write": Permission(USERS, "sharing:write"),
    "webhooks:read": Permission(USERS, "webhooks:read"),
    "webhooks:write": Permission(USERS, "webhooks:write"),
    "live:read": Permission(USERS, "live:read"),
    "notifications:read": Permission(USERS, "notifications:read"),
    "notifications:write": Permission(USERS, "notifications:write"),
    "jobs:read": Permission(USERS, "jobs:read"),
    "jobs:write": Permission(USERS, "jobs:write"),
    "accounts:support": Permission(STAFF, None),
    "accounts:administer": Permission(ADMINS, None),
    "system:read": Permission(STAFF, None),
    "system:administer": Permission(ADMINS, None),
}
SCOPES: Final = frozenset(one.scope for one in PERMISSIONS.values() if one.scope is not None)
"""What an API key can be allowed."""


class Caller(msgspec.Struct, frozen=True, kw_only=True):
    """Who sent a request: an account, by a session or by an API key."""

    account_id: UUID
    role: Role
    tier: Tier
    session_id: UUID | None = None
    key_id: UUID | None = None
    scopes: frozenset[str] = frozenset()

    def may(self, permission: str) -> bool:
        """Whether the caller's role, and the key's scopes where a key is used, carry `permission`."""
        asked = PERMISSIONS[permission]
        if self.role not in asked.roles:
            return False
        return self.key_id is None or asked.scope in self.scopes


async def guard(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """Let a request pass whose caller has the route's permission.

    Raises `NotSignedIn` (401) without credentials, `NotPermitted` (403) with too little, and what the identity layer
    found wrong with the credentials, whatever the route asks for.
    """
    if (
        connection.scope.get("method") == "OPTIONS"
    ):  # Litestar's own handler, which tells the methods of a path
        return
    if (refusal := connection.scope["state"].get("refusal")) is not None:
        raise refusal
    permission: str = handler.opt["permission"]
    if permission == EVERYONE:
        return
    caller = connection.scope["state"].get("caller")
    if caller is None:
        raise NotSignedIn
    if not caller.may(permission):
        raise NotPermitted(permission)


def caller_of(scope: Scope, database: NamedDependency[object]) -> Caller:  # noqa: ARG001  (see below)
    """The caller of a route that needs one: the dependency `caller`.

    It asks for `database` so that the two come one after the other: what does not depend on each other Litestar runs in
    tasks of its own, which cost a request more than a round trip to the database.
    """
    caller: Caller = scope["state"]["caller"]
    return caller
