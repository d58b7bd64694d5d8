"""Batches on the wire."""

from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

import msgspec

from astrarium.chart.structs import Perspective

State = Literal["waiting", "reading", "computing", "finished", "failed", "cancelled"]
MOST_FAULTS: Final = 20
"""Rows that could not be read, told one by one of each part and batch."""
SourceFormat = Literal["csv", "jsonl", "parquet", "arrow"]
ResultFormat = Literal["parquet", "arrow", "csv", "jsonl"]


class Source(msgspec.Struct, frozen=True):
    """The file that was sent."""

    format: SourceFormat
    encoding: str
    bytes: int


class Options(msgspec.Struct, frozen=True):
    """What each chart is asked for, and which columns are told."""

    zodiacs: tuple[str, ...]
    houses: str
    bodies: str | tuple[str, ...]
    aspects: str
    perspective: Perspective
    house_fallback: str | None = None
    columns: tuple[str, ...] | None = None


class RowFault(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is wrong with one row: `line` is where it begins, `column` the name of the column at fault."""

    line: int
    code: str
    detail: str
    column: str | None = None


class BatchProgress(msgspec.Struct, frozen=True):
    """How far a batch has come: rows in all (null until the file is read), computed, and of them with an error."""

    rows: int | None
    done: int
    failed: int
    chunks: int
    chunks_done: int


class Result(msgspec.Struct, frozen=True):
    """A file of results: whether it is there, how long it is, and where."""

    format: ResultFormat
    state: Literal["making", "finished"]
    bytes: int | None
    href: str


class BatchProblem(msgspec.Struct, frozen=True):
    """Why a batch failed."""

    code: str
    detail: str
    hint: str
    data: dict[str, Any] = {}


class Batch(msgspec.Struct, frozen=True, kw_only=True):
    """One batch. `estimated_end` is there while it is computed; `repeated` says that it was there already.

    `errors` counts the rows with an error by its code, `faults` are the first of them.
    """

    id: UUID
    state: State
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    expires_at: datetime
    estimated_end: datetime | None
    source: Source
    options: Options
    progress: BatchProgress
    errors: dict[str, int]
    faults: tuple[RowFault, ...]
    results: tuple[Result, ...]
    problem: BatchProblem | None
    repeated: bool = False


class BatchSummary(msgspec.Struct, frozen=True, kw_only=True):
    """One batch of a list."""

    id: UUID
    state: State
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    expires_at: datetime
    estimated_end: datetime | None
    source: Source
    progress: BatchProgress
