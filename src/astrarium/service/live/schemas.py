"""What live news look like on the wire, apart from the messages of an open connection (`messages.py`)."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec


class Notification(msgspec.Struct, frozen=True, kw_only=True):
    """Something that the account is told until it has read it. `kind` and `data` say what; `read_at` is null before."""

    id: UUID
    kind: str
    data: dict[str, Any]
    created_at: datetime
    read_at: datetime | None


class ReadAll(msgspec.Struct, frozen=True):
    """How many notifications were marked as read."""

    read: int


class Unread(msgspec.Struct, frozen=True):
    """How many notifications the account has not read."""

    unread: int
