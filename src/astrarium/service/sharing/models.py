"""The table of share links. Of a link's token only the digest is kept: nobody makes a link out of the table."""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
)
from sqlalchemy.dialects.postgresql import UUID

from astrarium.service.database.tables import created_at, instant, metadata, owner

share_links: Final = Table(
    "share_links",
    metadata,
    owner(),
    Column("id", UUID(as_uuid=True), nullable=False),
    created_at(),
    instant("updated_at"),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("chart_id", UUID(as_uuid=True), nullable=False),
    Column("token_hash", LargeBinary, nullable=False, unique=True),
    Column("shows_name", Boolean, nullable=False),
    instant("expires_at", required=False),
    Column("views", BigInteger, nullable=False, server_default="0"),
    PrimaryKeyConstraint("account_id", "id"),
    ForeignKeyConstraint(
        ("account_id", "chart_id"), ("saved_charts.account_id", "saved_charts.id"), ondelete="CASCADE"
    ),
)
"""`views` is a number and no more: nothing is kept of who looked, or when."""

_account, _id, _created_at = share_links.c.account_id, share_links.c.id, share_links.c.created_at
Index("ix_share_links_created", _account, _created_at, _id)
Index("ix_share_links_chart", _account, share_links.c.chart_id, _created_at, _id)
Index("ix_share_links_expires", _account, share_links.c.expires_at)
