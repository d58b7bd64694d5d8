"""The tables of accounts and of what they sign in with. What may be known of a secret is its digest."""

from typing import Any, Final
from uuid import UUID

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, LargeBinary, Table, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import UUID as UUID_COLUMN

from astrarium.service.database.tables import created_at, identity, instant, metadata, owner


def _text(name: str, *, required: bool = True, **more: Any) -> Column[Any]:  # noqa: ANN401  (Column's own)
    return Column(name, Text, nullable=not required, **more)


def _digest(name: str, **more: Any) -> Column[Any]:  # noqa: ANN401  (Column's own)
    """SHA-256 of a secret of 256 bits, which nobody finds by trying."""
    return Column(name, LargeBinary, nullable=False, **more)


def _owned_once() -> Column[UUID]:
    """`account_id` as the key of what an account has one of."""
    return Column(
        "account_id",
        UUID_COLUMN(as_uuid=True),
        ForeignKey("accounts.id", ondelete="CASCADE"),
        primary_key=True,
    )


def _owned_many() -> Column[UUID]:
    column: Column[UUID] = owner()
    column.primary_key = True
    return column


accounts: Final = Table(
    "accounts",
    metadata,
    identity(),
    created_at(),
    _text("email"),
    _text("email_key", unique=True),
    _text("role", server_default="user"),
    _text("tier", server_default="free"),
    instant("suspended_at", required=False),
)
"""`email` as its owner writes it, where letters go; `email_key` is what it is compared by."""

passwords: Final = Table("passwords", metadata, _owned_once(), _text("hash"), instant("changed_at"))

second_factors: Final = Table(
    "second_factors",
    metadata,
    _owned_once(),
    Column("seed", LargeBinary, nullable=False),
    created_at(),
    instant("confirmed_at", required=False),
    Column("last_step", BigInteger),
)
"""`seed` is sealed by the key ring; `last_step` is the time step of the last code, which is never taken twice."""

recovery_codes: Final = Table(
    "recovery_codes", metadata, _owned_many(), _digest("code_hash", primary_key=True)
)

known_devices: Final = Table(
    "known_devices",
    metadata,
    _owned_many(),
    _digest("token_hash", primary_key=True),
    instant("seen_at"),
    Index("ix_known_devices_seen_at", "seen_at"),
)

mailed_tokens: Final = Table(
    "mailed_tokens",
    metadata,
    _digest("token_hash", primary_key=True),
    owner(),
    _text("purpose"),
    _text("email", required=False),
    created_at(),
    instant("expires_at"),
    Index("ix_mailed_tokens_account_id", "account_id"),
    Index("ix_mailed_tokens_expires_at", "expires_at"),
)

registrations: Final = Table(
    "registrations",
    metadata,
    identity(),
    _digest("token_hash", unique=True),
    _text("email"),
    _text("password_hash"),
    created_at(),
    instant("expires_at"),
    Index("ix_registrations_email", "email"),
    Index("ix_registrations_expires_at", "expires_at"),
)
"""What somebody asked for who has not shown yet that the e-mail is theirs."""

sign_in_failures: Final = Table(
    "sign_in_failures",
    metadata,
    _digest("bucket", primary_key=True),
    Column("failures", Integer, nullable=False),
    instant("last_at"),
    instant("blocked_until"),
    Index("ix_sign_in_failures_last_at", "last_at"),
)

sessions: Final = Table(
    "sessions",
    metadata,
    identity(),
    owner(),
    _digest("token_hash", unique=True),
    _text("device"),
    created_at(),
    instant("seen_at"),
    instant("expires_at"),
    Index("ix_sessions_account_id", "account_id", "id"),
    Index("ix_sessions_expires_at", "expires_at"),
    Index("ix_sessions_seen_at", "seen_at"),
)

api_keys: Final = Table(
    "api_keys",
    metadata,
    identity(),
    owner(),
    _text("name"),
    _text("prefix", unique=True),
    _digest("secret_hash"),
    Column("scopes", ARRAY(Text), nullable=False),
    created_at(),
    instant("expires_at", required=False),
    instant("used_at", required=False),
    Index("ix_api_keys_account_id", "account_id", "id"),
    Index("ix_api_keys_expires_at", "expires_at"),
)
