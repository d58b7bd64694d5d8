"""Reading an account's log of events: from where a reader has come to, the last event of each thing since then."""

from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec
from sqlalchemy import text

from astrarium.service.database.transactions import Database
from astrarium.service.live.telling import body_of

BEGINNING: Final = 0
"""Where a log begins: `since` this place gives all that is kept."""
MOST_SUBJECTS: Final = 500
MOST_ROWS: Final = 5_000

_LATEST: Final = text("SELECT max(number) FROM live_events WHERE account_id = :account_id")
_PLACE: Final = text("SELECT horizon FROM live_events WHERE account_id = :account_id AND number = :after")
_SINCE: Final = text(
    "WITH missed AS ("
    " (SELECT number, topic, subject FROM live_events WHERE account_id = :account_id AND number > :after"
    "  ORDER BY number DESC LIMIT :most_rows)"
    " UNION"
    " (SELECT number, topic, subject FROM live_events WHERE account_id = :account_id AND written_by >= :horizon"
    "  AND number <> :after ORDER BY written_by DESC LIMIT :most_rows)),"
    " last AS (SELECT max(number) AS number, sum(count(*)) OVER () AS missed FROM missed"
    "  WHERE topic = ANY(:topics) GROUP BY topic, subject ORDER BY 1 DESC LIMIT :most_subjects)"
    " SELECT one.number, one.topic, one.subject, one.event, one.data::text AS data, one.created_at, last.missed"
    " FROM last JOIN live_events AS one ON one.account_id = :account_id AND one.number = last.number"
    " ORDER BY one.number".replace("::text", "\\:\\:text")
)


class Entry(msgspec.Struct, frozen=True):
    """An event of the log; `body` is what readers get of it."""

    number: int
    topic: str
    subject: str
    body: str


class Missed(msgspec.Struct, frozen=True):
    """What a reader has missed, oldest first. `has_gap`: there was more, which is not kept or too much to tell."""

    entries: tuple[Entry, ...]
    has_gap: bool


async def latest(database: Database, account_id: UUID) -> int:
    """Where the log ends now. What becomes visible later is what `since` this place gives."""
    async with database.of(account_id) as transaction:
        number: int | None = await transaction.scalar(_LATEST, {"account_id": account_id})
    return number or BEGINNING


async def since(database: Database, account_id: UUID, after: int, topics: tuple[str, ...]) -> Missed:
    """What became visible after the event `after`: the last event of each subject.

    Some of it may have been read before, from transactions that ran at the same time. An event that is not in the
    account's log any more leaves a gap.
    """
    async with database.of(account_id) as transaction:
        place = {"account_id": account_id, "after": after}
        horizon = 0 if after == BEGINNING else await transaction.scalar(_PLACE, place)
        if is_gone := horizon is None:
            place |= {"after": BEGINNING, "horizon": 0}
        bounds = {"topics": list(topics), "most_rows": MOST_ROWS, "most_subjects": MOST_SUBJECTS}
        rows = (await transaction.execute(_SINCE, {"horizon": horizon} | bounds | place)).all()
    entries = tuple(_entry(*row[:6]) for row in rows)
    return Missed(
        entries, is_gone or len(entries) == MOST_SUBJECTS or (bool(rows) and rows[0].missed >= MOST_ROWS)
    )


def _entry(number: int, topic: str, subject: str, event: str, data: str, at: datetime) -> Entry:
    about = subject if subject != "*" else f"*{number}"
    return Entry(number, topic, about, body_of(number, topic, event, data, at))
