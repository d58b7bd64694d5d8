"""What a saved chart is as a row of its table, from what was asked for."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec
from msgspec import UNSET

from astrarium.chart.natal import write
from astrarium.civil.birth import Birth
from astrarium.errors import AstrariumError
from astrarium.service import births, trash
from astrarium.service.database.transactions import Transaction
from astrarium.service.errors import FieldError, InvalidBody
from astrarium.service.labels import name_key, tidy_line, tidy_name, tidy_tags
from astrarium.service.people import service as people
from astrarium.service.saved_charts.casting import sources_id
from astrarium.service.saved_charts.records import ChartRecord
from astrarium.service.saved_charts.schemas import ChartChange, ChartDraft, ChartSettings

LONGEST_SETTINGS_BYTES: Final = 20_000
"""The settings as JSON; only zodiacs of one's own make them long."""


def row_of(
    account_id: UUID, chart_id: UUID, draft: ChartDraft, birth: Birth, *, now: datetime
) -> dict[str, Any]:
    """The row of a new chart of a birth; raises `InvalidBody` and every error of a chart."""
    return {
        "account_id": account_id,
        "id": chart_id,
        "created_at": now,
        "updated_at": now,
        "folder": tidy_line(draft.folder),
        "tags": tidy_tags(draft.tags),
        "notes": draft.notes,
        "person_id": None if draft.person_id is UNSET else draft.person_id,
        **name_columns(draft.name),
        **chart_columns(birth, draft.settings),
    }


async def birth_of(
    transaction: Transaction,
    account_id: UUID,
    birth: Birth | msgspec.UnsetType,
    person_id: UUID | msgspec.UnsetType | None,
    *,
    now: datetime,
) -> Birth:
    """The birth that is given, or that of the person who is."""
    if isinstance(person_id, UUID) and birth is UNSET:
        person = await people.read(transaction, account_id, person_id, now=now)
        if person.trashed_at is not None:
            raise trash.InTrash(people.WHAT)
        return person.birth
    if birth is UNSET or isinstance(person_id, UUID):
        detail = "A chart is of a `birth` or of a person by `person_id`: one of the two."
        raise InvalidBody(
            FieldError("invalid_value", detail, "/birth"), "Give the one, and leave the other out."
        )
    return birth


async def changed(
    transaction: Transaction, account_id: UUID, record: ChartRecord, wanted: ChartChange, *, now: datetime
) -> dict[str, Any]:
    values: dict[str, Any] = {}
    if wanted.name is not UNSET:
        values |= name_columns(wanted.name)
    if wanted.folder is not UNSET:
        values["folder"] = tidy_line(wanted.folder)
    if wanted.tags is not UNSET:
        values["tags"] = tidy_tags(wanted.tags)
    if wanted.notes is not UNSET:
        values["notes"] = wanted.notes
    birth = record.birth
    if wanted.birth is not UNSET or isinstance(wanted.person_id, UUID):
        birth = await birth_of(transaction, account_id, wanted.birth, wanted.person_id, now=now)
    if wanted.birth is not UNSET or wanted.person_id is not UNSET:
        values["person_id"] = None if wanted.person_id is UNSET else wanted.person_id
    settings = record.settings if wanted.settings is UNSET else wanted.settings
    if (birth, settings) != (record.birth, record.settings):
        values |= chart_columns(birth, settings)
    return values


def name_columns(name: str) -> dict[str, Any]:
    tidy = tidy_name(name)
    return {"name": tidy, "name_key": name_key(tidy)}


def chart_columns(birth: Birth, settings: ChartSettings) -> dict[str, Any]:
    """What is kept of a chart, which is cast for it; raises every error of one."""
    kept_settings = _kept(settings)
    understood = births.understand(birth)
    try:
        receipt = write(settings.request(birth)).receipt
    except AstrariumError as error:
        if error.pointer is not None and not error.pointer.startswith("/birth"):
            error.pointer = f"/settings{error.pointer}"
        raise
    return {
        "birth": births.written(birth),
        "understood": msgspec.to_builtins(understood),
        "settings": kept_settings,
        "birth_changed": False,
        "receipt_id": receipt.id,
        "sources_id": sources_id(),
    }


def _kept(settings: ChartSettings) -> dict[str, Any]:
    """The settings as JSON for the database; raises `InvalidBody` where it would not take them."""
    written = msgspec.json.encode(settings)
    if len(written) > LONGEST_SETTINGS_BYTES or rb"\u0000" in written:
        detail = f"The settings hold a NUL, or are longer than {LONGEST_SETTINGS_BYTES} bytes."
        raise InvalidBody(
            FieldError("invalid_value", detail, "/settings"), "Shorten the zodiacs of your own."
        )
    kept: dict[str, Any] = msgspec.json.decode(written)
    return kept
