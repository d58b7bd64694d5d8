"""Batches on pages: a file sent with its options, how far it is, its results, and what was wrong with which rows."""

from collections.abc import AsyncIterator
from typing import Any, Final
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.datastructures import State, UploadFile
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from astrarium.errors import AstrariumError
from astrarium.service.batches import service
from astrarium.service.batches.schemas import Options
from astrarium.service.batches.uploads import Upload, kind_of_file
from astrarium.service.charts import service as charts
from astrarium.service.database.transactions import Database
from astrarium.service.errors import FieldError, InvalidBody, NotFound
from astrarium.service.http.paging import Asked, Cursor
from astrarium.service.permissions import Caller
from astrarium.service.problems import BROKEN_INSTALLATION, OF_THE_TABLE, kind_of
from astrarium.service.web.form_pages import UNLISTED, lead, notice
from astrarium.service.web.lists import ListAddress
from astrarium.service.web.posted import EmptyField, Posted
from astrarium.service.web.templates import page
from astrarium.service.web.visitor import AnyRequest
from astrarium.service.web.words import enumerated

BATCHES: Final = "/batches"
ONE: Final = f"{BATCHES}/{{batch_id:uuid}}"
LARGEST_BYTES: Final = 64 * 1024 * 1024
"""Larger files are for the API, which streams them."""
SHOWN: Final = 50
FORMATS: Final = {"csv": "CSV", "parquet": "Parquet", "jsonl": "JSON Lines", "arrow": "Arrow"}
STATES: Final = {
    "waiting": "waits for its turn",
    "reading": "is being read",
    "computing": "is being computed",
    "finished": "is finished",
    "failed": "has failed",
    "cancelled": "was cancelled",
}
UNFINISHED: Final = frozenset({"waiting", "reading", "computing"})
NOTICES: Final = {
    "begun": "The file is here. This page tells how far it is.",
    "repeated": "This file with these options is here already: this is what came of it.",
    "cancelled": "The batch is cancelled.",
    "deleted": "The batch is deleted, with its file and its results.",
    "asked": "The results are being made in that format too.",
}


_OF_THE_FILE: Final = (
    *OF_THE_TABLE,
    "unknown_columns",
    "unknown_encoding",
    "malformed_form",
    "body_too_large",
)
"""What can be wrong with a file, and names no field of its own."""


class FormUpload(Upload):
    """The file of a form that has been read to its end."""

    def __init__(self, request: AnyRequest, file: UploadFile) -> None:
        super().__init__(request)
        self._type = file.content_type
        self._file = file
        self.kind = kind_of_file(file.filename, file.content_type)

    async def _body(self) -> AsyncIterator[bytes]:
        while piece := await self._file.read(1 << 18):
            yield piece


@get(BATCHES, include_in_schema=False, permission="batches:read")
async def batches_page(
    request: AnyRequest,
    database: NamedDependency[Database],
    caller: NamedDependency[Caller],
    cursor: Cursor = None,
) -> Response[Any]:
    """The account's batches, and the form that begins one."""
    return await _list_page(request, database, caller, cursor=cursor)


@post(
    BATCHES,
    include_in_schema=False,
    permission="batches:write",
    status_code=200,
    request_max_body_size=LARGEST_BYTES,
)
async def take_batch(
    request: AnyRequest, database: NamedDependency[Database], caller: NamedDependency[Caller], state: State
) -> Response[Any]:
    """Take in a file, and lead to the page that tells how far it is."""
    sent = await request.form()
    form = Posted(tuple((name, text) for name, text in sent.multi_items() if isinstance(text, str)))
    file = sent.get("file")
    try:
        if not isinstance(file, UploadFile) or not file.filename:
            raise EmptyField("file")
        batch = await service.accept(
            database,
            state.parts.batches,
            caller.account_id,
            caller.tier,
            FormUpload(request, file),
            _options(form),
            _format(form),
            now=state.now(),
        )
    except AstrariumError as error:
        if error.code in BROKEN_INSTALLATION:
            raise
        return await _list_page(request, database, caller, form=form, error=error)
    return lead(f"{BATCHES}/{batch.id}", done="repeated" if batch.repeated else "begun")


@get(ONE, include_in_schema=False, permission="batches:read")
async def batch_page(
    request: AnyRequest,
    batch_id: FromPath[UUID],
    database: NamedDependency[Database],
    caller: NamedDependency[Caller],
    state: State,
) -> Response[Any]:
    """One batch; while it is not at its end the page loads itself again, or follows the live news."""
    async with database.reading(caller.account_id) as transaction:
        batch = await service.read(transaction, caller.account_id, batch_id, now=state.now())
    made = {result.format for result in batch.results}
    return page(
        request,
        "batch.html",
        headers=UNLISTED,
        batch=batch,
        is_unfinished=batch.state in UNFINISHED or any(one.state == "making" for one in batch.results),
        can_be_cancelled=batch.state in UNFINISHED,
        states=STATES,
        formats=FORMATS,
        others={value: words for value, words in FORMATS.items() if value not in made},
        notice=notice(request, NOTICES),
    )


@post(f"{ONE}/cancel", include_in_schema=False, permission="batches:write", status_code=303)
async def take_cancel(
    batch_id: FromPath[UUID],
    database: NamedDependency[Database],
    caller: NamedDependency[Caller],
    state: State,
) -> Redirect:
    """Give up what is being computed."""
    async with database.of(caller.account_id) as transaction:
        await service.cancel(transaction, caller.account_id, batch_id, now=state.now())
    return lead(f"{BATCHES}/{batch_id}", done="cancelled")


@post(f"{ONE}/deletion", include_in_schema=False, permission="batches:write", status_code=303)
async def take_batch_deletion(
    batch_id: FromPath[UUID],
    database: NamedDependency[Database],
    caller: NamedDependency[Caller],
    state: State,
) -> Redirect:
    """Delete a batch with its file and results; one that is gone already is as good as deleted."""
    try:
        async with database.of(caller.account_id) as transaction:
            await service.delete(transaction, caller.account_id, batch_id, now=state.now())
    except NotFound:
        return lead(BATCHES)
    return lead(BATCHES, done="deleted")


@post(f"{ONE}/results", include_in_schema=False, permission="batches:write", status_code=303)
async def take_format(
    request: AnyRequest,
    batch_id: FromPath[UUID],
    database: NamedDependency[Database],
    caller: NamedDependency[Caller],
    state: State,
) -> Redirect:
    """Have the results made in one more format."""
    form = Posted(tuple((key, value) for key, value in (await request.form()).multi_items()))
    async with database.of(caller.account_id) as transaction:
        await service.ask_for(transaction, caller.account_id, batch_id, _format(form), now=state.now())
    return lead(f"{BATCHES}/{batch_id}", done="asked")


def _options(form: Posted) -> Options:
    own = form.text("zodiac") or "iau13"
    return Options(
        zodiacs=tuple(dict.fromkeys((own, "iau13", "tropical"))),
        houses=form.text("houses") or "placidus",
        bodies="all" if form.text("bodies") == "all" else "standard",
        aspects="all" if form.text("aspects") == "all" else "major",
        perspective="geocentric",
        house_fallback="porphyry" if form.text("house_fallback") else None,
    )


def _format(form: Posted) -> Any:  # noqa: ANN401  (one of the formats of results)
    chosen = form.text("format") or "csv"
    if chosen not in FORMATS:
        fault = FieldError("invalid_value", "That is none of the choices.", "/format")
        raise InvalidBody(fault, "Choose one from the list.")
    return chosen


def _fault(error: AstrariumError) -> charts.Remedy:
    """What is wrong, at the field that it belongs to."""
    if error.code == "unsupported_media_type":
        return charts.Remedy(
            "file", "This is no table that can be read here.", f"Send {enumerated(FORMATS.values())}."
        )
    fault = charts.remedy(error, charts.ChartForm())
    return msgspec.structs.replace(fault, field="file") if error.code in _OF_THE_FILE else fault


async def _list_page(
    request: AnyRequest,
    database: Database,
    caller: Caller,
    *,
    cursor: str | None = None,
    form: Posted | None = None,
    error: AstrariumError | None = None,
) -> Response[Any]:
    async with database.reading(caller.account_id) as transaction:
        asked = Asked(SHOWN, cursor, service.LISTING.default)
        found = await service.browse(transaction, caller.account_id, (), asked, now=request.app.state.now())
    typed = form or Posted(())
    fault = None if error is None else _fault(error)
    return page(
        request,
        "batches.html",
        status=200 if error is None else kind_of(error.code).status,
        headers=UNLISTED,
        batches=found.items,
        next=found.next,
        is_first=cursor is None,
        address=ListAddress(BATCHES),
        typed=typed,
        form=charts.of_fields(typed.fields),
        fault=fault,
        zodiacs=charts.zodiac_options(),
        systems=charts.system_options(),
        states=STATES,
        formats=FORMATS,
        largest_mb=LARGEST_BYTES // 1024**2,
        notice=notice(request, NOTICES),
    )


ROUTES: Final = (batches_page, take_batch, batch_page, take_cancel, take_batch_deletion, take_format)
