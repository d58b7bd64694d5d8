"""What an account keeps, taken in and out as a whole: entries are checked one by one, and stream out in parts."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Final, Literal
from uuid import UUID

import msgspec
from litestar.openapi.spec import OpenAPIMediaType, Operation, RequestBody, Schema
from litestar.openapi.spec.enums import OpenAPIType
from litestar.response import Stream
from sqlalchemy import Table, select
from sqlalchemy.dialects.postgresql import insert

from astrarium.errors import AstrariumError, as_sentence
from astrarium.service.database.transactions import Transaction
from astrarium.service.errors import FieldError, InvalidBody, RequestError, UnsupportedMediaType
from astrarium.service.holdings import make_room
from astrarium.service.problems import BROKEN_INSTALLATION

MOST_ENTRIES: Final = 5_000
LARGEST_BYTES: Final = 8_388_608
MOST_TOLD: Final = 100
"""Faults that a refusal lists."""
CSV: Final = "text/csv; charset=utf-8"
_TURN: Final = 25
"""Entries that are checked in one go before other requests get their turn."""
_BATCH: Final = 1_000

OnFault = Literal["stop", "skip"]
"""What becomes of an import with faults: nothing is kept, or all that is sound."""


class Fault(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is wrong with one entry: the `line` of a table where it begins, or its `index` in a document, from 0."""

    code: str
    detail: str
    hint: str
    line: int | None = None
    index: int | None = None
    pointer: str | None = None


class ImportReport(msgspec.Struct, frozen=True):
    """What became of an import: how many entries were saved or there already, and the faults of the others."""

    saved: int
    already_there: int
    faults: tuple[Fault, ...]


class ImportRefused(RequestError):
    """Some entries of an import cannot be kept, and so none was."""

    code: ClassVar[str] = "import_refused"

    def __init__(self, faults: Sequence[Fault]) -> None:
        detail = f"{len(faults)} of the entries cannot be kept; nothing was saved."
        super().__init__(
            detail, hint="Mend what `data.faults` lists, or send `on_fault=skip` to save all the others."
        )
        told = [msgspec.to_builtins(fault) for fault in faults[:MOST_TOLD]]
        self.data = {"count": len(faults), "faults": told}


class ImportTooLong(RequestError):
    """More entries than one import takes."""

    code: ClassVar[str] = "import_too_long"

    def __init__(self) -> None:
        super().__init__(
            f"An import takes at most {MOST_ENTRIES} entries.", hint=f"Send it in parts of {MOST_ENTRIES}."
        )
        self.data = {"limit": MOST_ENTRIES}


class NotCsv(UnsupportedMediaType):
    """The body of a table is not said to be one."""

    def __init__(self, media_type: str) -> None:
        said = f"is {media_type[:100]!r}" if media_type else "has no Content-Type"
        RequestError.__init__(
            self, f"The body {said}; this route reads CSV.", hint="Send `Content-Type: text/csv` in UTF-8."
        )


@dataclass
class TableOperation(Operation):
    """The description of a route whose body is a table."""

    def __post_init__(self) -> None:
        schema = Schema(type=OpenAPIType.STRING)
        self.request_body = RequestBody(content={"text/csv": OpenAPIMediaType(schema=schema)}, required=True)


class Entry(msgspec.Struct, frozen=True):
    """One entry: where it stands, and how its row is made, which raises what is wrong with it."""

    row: Callable[[], dict[str, Any]]
    line: int | None = None
    index: int | None = None


async def rows_of(entries: Iterable[Entry]) -> tuple[list[dict[str, Any]], list[Fault]]:
    """The rows of the entries that are sound, and the faults of the others; raises `ImportTooLong`."""
    rows, faults = [], []
    for number, entry in enumerate(entries):
        if number >= MOST_ENTRIES:
            raise ImportTooLong
        if number % _TURN == 0:
            await asyncio.sleep(0)
        try:
            rows.append(entry.row())
        except AstrariumError as error:
            if error.code in BROKEN_INSTALLATION:
                raise
            faults.append(_fault(error, entry))
    return rows, faults


async def keep(
    transaction: Transaction,
    table: Table,
    account_id: UUID,
    found: tuple[list[dict[str, Any]], list[Fault]],
    *,
    on_fault: OnFault,
    limit: int | None,
    what: str,
) -> ImportReport:
    """Insert rows whose ids the account does not have yet; the others are there already and stay as they are.

    Raises `ImportRefused` where there are faults and `on_fault` is `stop`, and `StorageFull`.
    """
    rows, faults = found
    if faults and on_fault == "stop":
        raise ImportRefused(faults)
    known = select(table.c.id).where(
        table.c.account_id == account_id, table.c.id.in_([row["id"] for row in rows])
    )
    seen = set((await transaction.execute(known)).scalars())
    fresh = []
    for row in rows:
        if row["id"] not in seen:
            seen.add(row["id"])
            fresh.append(row)
    await make_room(transaction, table, account_id, count=len(fresh), limit=limit, what=what)
    if fresh:
        await transaction.execute(insert(table).on_conflict_do_nothing(), fresh)
    return ImportReport(len(fresh), len(rows) - len(fresh), tuple(faults))


def _fault(error: AstrariumError, entry: Entry) -> Fault:
    pointer = error.pointer
    if isinstance(error, RequestError):
        pointer = _first(error.errors)
    return Fault(
        error.code,
        as_sentence(error.detail),
        as_sentence(error.hint),
        line=entry.line,
        index=entry.index,
        pointer=pointer,
    )


def _first(errors: Sequence[FieldError]) -> str | None:
    return errors[0].pointer if errors else None


Fetch = Callable[[tuple[datetime, UUID] | None, int], Awaitable[Sequence[Any]]]
"""Rows after the one with this key, and at most so many; each has `created_at` and `id`."""


async def all_rows(fetch: Fetch) -> AsyncIterator[Any]:
    """Every row, fetched in parts, so that no transaction waits for a slow reader."""
    after: tuple[datetime, UUID] | None = None
    while True:
        rows = await fetch(after, _BATCH)
        for row in rows:
            yield row
        if len(rows) < _BATCH:
            return
        after = rows[-1].created_at, rows[-1].id


async def document(kind: str, version: int, name: str, entries: AsyncIterator[Any]) -> AsyncIterator[bytes]:
    """A JSON document of entries: `{"format": kind, "version": version, name: [...]}`."""
    encode = msgspec.json.Encoder().encode
    yield b'{"format":%b,"version":%d,%b:[' % (encode(kind), version, encode(name))
    is_first = True
    async for entry in entries:
        yield encode(entry) if is_first else b"," + encode(entry)
        is_first = False
    yield b"]}"


async def table(header: Sequence[str], lines: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """A table of CSV: its header, then its lines."""
    yield ",".join(header).encode() + b"\r\n"
    async for line in lines:
        yield line


def download(parts: AsyncIterator[bytes], *, name: str, media_type: str) -> Stream:
    """An answer that is saved as a file, sent while it is read."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Stream(parts, media_type=media_type, headers=headers)


def saved_at(told: datetime | None, now: datetime) -> datetime:
    """When an entry was saved, as it says itself; now, where it does not.

    Raises `InvalidBody` for a time without a zone or one that is yet to come.
    """
    if told is None:
        return now
    if told.tzinfo is None or told > now:
        detail = "`created_at` is no instant of the past."
        raise InvalidBody(
            FieldError("invalid_value", detail, "/created_at"),
            "Write it as 2026-11-23T15:20:45Z, or leave it out.",
        )
    return told


def require_csv(content_type: str) -> None:
    """Raise `NotCsv` unless a body is said to be CSV."""
    if content_type.partition(";")[0].strip().lower() != "text/csv":
        raise NotCsv(content_type)
