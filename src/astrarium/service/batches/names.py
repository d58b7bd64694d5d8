"""How the files of a batch are called: by ids and numbers, and the same however often they are written."""

from typing import Final
from uuid import UUID

ROOT: Final = "batches"


def folder(batch_id: UUID) -> str:
    """Everything of one batch."""
    return f"{ROOT}/{batch_id}"


def source(batch_id: UUID) -> str:
    """The file as it came."""
    return f"{ROOT}/{batch_id}/source"


def chunk(batch_id: UUID, number: int) -> str:
    """Rows that were read (`chart.files.parcels`)."""
    return f"{ROOT}/{batch_id}/births/{number:06}"


def part(batch_id: UUID, format: str, number: int, digest: str) -> str:  # noqa: A002  (the field's own word)
    """Rows that were computed: a whole file of their format, by its content, so that no other one takes its place."""
    return f"{ROOT}/{batch_id}/{format}/{number:06}-{digest}"


def tail(batch_id: UUID, format: str) -> str:  # noqa: A002
    """What stands behind the last part of a whole result."""
    return f"{ROOT}/{batch_id}/{format}/tail"
