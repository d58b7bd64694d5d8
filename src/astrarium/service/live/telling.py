"""Telling an account's readers what happened, from inside the transaction that makes it happen.

PostgreSQL delivers what is told as the transaction commits, in the order of commits, and nothing of one that is rolled
back. A message is one NOTIFY: `<account> <topic> <subject> <number> <JSON>`; one that is too long for it goes without
its JSON, and readers find it in the log.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, Literal, get_args
from uuid import UUID

import msgspec
from sqlalchemy import text

from astrarium.service.database.transactions import Transaction

CHANNEL: Final = "astrarium_live"
LONGEST_MESSAGE_BYTES: Final = 7900
"""PostgreSQL takes less than 8,000 bytes in one NOTIFY."""
LONGEST_DATA_BYTES: Final = 65_536

OwnTopic = Literal["jobs", "batches", "notifications"]
Topic = Literal["jobs", "batches", "notifications", "sky"]
TOPICS: Final[tuple[str, ...]] = get_args(Topic)
_OWN_TOPICS: Final = frozenset(get_args(OwnTopic))
_NAME: Final = re.compile(r"[a-z][a-z_]*(\.[a-z][a-z_]*)*")
_PASSING: Final = "-"
"""Stands for the number of a message that the log does not have."""
_BEGIN: Final = '{"type":"event",'

_WRITE: Final = text(
    "WITH told AS (INSERT INTO live_events (account_id, topic, subject, event, data, created_at)"  # noqa: S608  (our own text)
    " VALUES (:account_id, :topic, :subject, :event, CAST(:data AS jsonb), :now) RETURNING number)"
    f" SELECT pg_notify('{CHANNEL}', CAST(:head AS text) || number || CAST(:middle AS text)"
    " || CASE WHEN CAST(:tail AS text) = '' THEN '' ELSE number || CAST(:tail AS text) END) FROM told"
)
_PASS_ON: Final = text(f"SELECT pg_notify('{CHANNEL}', CAST(:message AS text))")


class Told(msgspec.Struct, frozen=True):
    """A message as the database delivered it. `body` is what readers get, `None` where only the log has it."""

    account_id: UUID
    topic: str
    subject: str
    number: int | None
    body: str | None


async def tell(
    transaction: Transaction,
    account_id: UUID,
    topic: OwnTopic,
    event: str,
    data: Mapping[str, Any] | msgspec.Struct,
    *,
    now: datetime,
) -> None:
    """Write an event to the account's log and tell its readers as this transaction commits.

    `data` is the whole state of what the event is about, which its `id` names: a reader who is slow, or who comes back
    later, gets only the last event of each. Without an `id`, each event is about a thing of its own.

    Raises `ValueError` for another topic, for an event that is not written `thing.happened`, and for more than 64 KB.
    """
    subject, encoded = _checked(topic, event, data)
    about = subject or "*"
    head = f"{account_id.hex} {topic} {about} "
    middle = f' {_BEGIN}"id":"'
    tail = f'",{_rest(topic, event, encoded, now)}'
    if len(head) + len(middle) + len(tail.encode()) + 40 > LONGEST_MESSAGE_BYTES:
        middle = tail = ""
    await transaction.execute(
        _WRITE,
        {
            "account_id": account_id, "topic": topic, "subject": about, "event": event, "data": encoded, "now": now,
            "head": head, "middle": middle, "tail": tail,
        },
    )  # fmt: skip


async def tell_in_passing(
    transaction: Transaction,
    account_id: UUID,
    topic: OwnTopic,
    event: str,
    data: Mapping[str, Any] | msgspec.Struct,
    *,
    now: datetime,
) -> None:
    """Tell the readers who are there, and write nothing: for progress, which the next word of it makes worthless.

    Takes what `tell` takes, at most 7 KB of it, and raises as it does. It costs one NOTIFY.
    """
    subject, encoded = _checked(topic, event, data)
    message = (
        f"{account_id.hex} {topic} {subject or '*'} {_PASSING} {_BEGIN}{_rest(topic, event, encoded, now)}"
    )
    if len(message.encode()) > LONGEST_MESSAGE_BYTES:
        raise ValueError(f"{event}: {len(encoded)} bytes are too many to be told in passing")
    await transaction.execute(_PASS_ON, {"message": message})


def read_told(payload: str) -> Told:
    """A message of `CHANNEL`. Raises `ValueError` for anything else."""
    parts = payload.split(" ", 4)
    if len(parts) < 4 or parts[1] not in _OWN_TOPICS:
        raise ValueError("not a message of live news")
    account, topic, subject, number = parts[:4]
    return Told(
        account_id=UUID(account),
        topic=topic,
        subject=subject if subject != "*" else f"*{number}",
        number=None if number == _PASSING else int(number),
        body=parts[4] if len(parts) == 5 else None,
    )


def body_of(number: int, topic: str, event: str, data: str, at: datetime) -> str:
    """What readers get of an event of the log, whose `data` is JSON."""
    return f'{_BEGIN}"id":"{number}",{_rest(topic, event, data, at)}'


def _rest(topic: str, event: str, data: str, at: datetime) -> str:
    told_at = msgspec.json.encode(at).decode()
    return f'"topic":"{topic}","event":"{event}","at":{told_at},"data":{data}}}'


def _checked(topic: str, event: str, data: Mapping[str, Any] | msgspec.Struct) -> tuple[str, str]:
    """What the event is about, if it says so, and its data as JSON."""
    if topic not in _OWN_TOPICS:
        raise ValueError(f"there is no topic {topic!r} of accounts")
    if not _NAME.fullmatch(event):
        raise ValueError(f"{event!r} is not the name of an event")
    encoded = msgspec.json.encode(data).decode()
    if len(encoded) > LONGEST_DATA_BYTES:
        raise ValueError(f"{event}: {len(encoded)} characters of data are too many")
    named = data.get("id") if isinstance(data, Mapping) else getattr(data, "id", None)
    subject = "" if named is None else str(named)
    if len(subject) > 64 or " " in subject:
        raise ValueError(f"{event}: {subject[:64]!r} cannot be what an event is about")
    return subject, encoded
