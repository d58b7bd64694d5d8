"""The table of people. Its indexes begin with the account, so that each account pages through its own rows alone."""

from typing import Final

from sqlalchemy import Column, Index, Integer, PrimaryKeyConstraint, Table, Text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, UUID

from astrarium.service.database.tables import created_at, instant, metadata, owner

people: Final = Table(
    "people",
    metadata,
    owner(),
    Column("id", UUID(as_uuid=True), nullable=False),
    created_at(),
    instant("updated_at"),
    instant("trashed_at", required=False),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("name", Text, nullable=False),
    Column("name_key", Text(collation="C"), nullable=False),
    Column("relation", Text),
    Column("tags", ARRAY(Text), nullable=False),
    Column("notes", Text, nullable=False),
    Column("accuracy", Text),
    Column("birth", JSONB, nullable=False),
    Column("understood", JSONB, nullable=False),
    instant("born_at"),
    PrimaryKeyConstraint("account_id", "id"),
)
"""`birth` is what was written, `understood` how it was read, `born_at` its instant (the middle of a window)."""

_kept: Final = people.c.trashed_at.is_(None)
Index("ix_people_created", people.c.account_id, people.c.created_at, people.c.id, postgresql_where=_kept)
Index("ix_people_name", people.c.account_id, people.c.name_key, people.c.id, postgresql_where=_kept)
Index("ix_people_born", people.c.account_id, people.c.born_at, people.c.id, postgresql_where=_kept)
Index(
    "ix_people_trash",
    people.c.account_id,
    people.c.trashed_at,
    people.c.id,
    postgresql_where=people.c.trashed_at.is_not(None),
)
