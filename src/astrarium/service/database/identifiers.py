"""Ids that sort by the time they were made (UUIDv7, RFC 9562)."""

from uuid import UUID

from uuid_utils.compat import uuid7


def new_id() -> UUID:
    """A fresh id: a millisecond of Unix time, then random bits."""
    return uuid7()
