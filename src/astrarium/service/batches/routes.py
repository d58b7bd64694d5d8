"""Batches over the API."""

from dataclasses import dataclass
from typing import Annotated, Any, Final
from uuid import UUID

from litestar import Request, Response, delete, get, post
from litestar.datastructures import State as AppState
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import OpenAPIMediaType, Operation, RequestBody, Schema
from litestar.openapi.spec.enums import OpenAPIFormat, OpenAPIType
from litestar.params import FromPath, QueryParameter
from litestar.response import Stream

from astrarium.chart.structs import Perspective
from astrarium.service import problems
from astrarium.service.batches import service, serving
from astrarium.service.batches.schemas import Batch, BatchSummary, Options, ResultFormat, State
from astrarium.service.batches.uploads import FORM, MEDIA_TYPES, Upload
from astrarium.service.database.transactions import Database
from astrarium.service.http import answers
from astrarium.service.http.paging import Asked, Cursor, Limit, Page, answer
from astrarium.service.labels import WORDS
from astrarium.service.permissions import Caller

_ACCOUNT: Final = ("not_signed_in", "not_permitted")
_UPLOAD: Final = (
    *_ACCOUNT, "invalid_parameter", "body_too_large", "body_too_slow", "unsupported_media_type", "malformed_form",
    "unknown_encoding", "too_many_batches", "batch_rows_spent", "storage_full", "unknown_columns",
)  # fmt: skip
_STORAGE: Final = ("storage_unreachable",)


@dataclass
class FileOperation(Operation):
    """The description of a route whose body is a file of births, as it is or in a form."""

    def __post_init__(self) -> None:
        file = Schema(type=OpenAPIType.STRING, format=OpenAPIFormat.BINARY)
        form = Schema(type=OpenAPIType.OBJECT, properties={"file": file}, required=["file"])
        content = {name: OpenAPIMediaType(schema=file) for name in MEDIA_TYPES}
        self.request_body = RequestBody(
            content={**content, FORM: OpenAPIMediaType(schema=form)}, required=True
        )


def _names(description: str) -> QueryParameter:
    return QueryParameter(min_length=1, max_length=2000, pattern=WORDS, description=description)


def _name(description: str) -> QueryParameter:
    return QueryParameter(min_length=1, max_length=100, pattern=WORDS, description=description)


@post(
    "/batches",
    tags=["batches"],
    status_code=202,
    creates=False,
    operation_class=FileOperation,
    responses={
        200: ResponseSpec(Batch, generate_examples=False, description="The same batch was there already."),
        **answers.of_query(*_UPLOAD, *_STORAGE, *problems.OF_THE_TABLE, *problems.OF_THE_CHART),
    },
    permission="batches:write",
)
async def begin_batch(
    request: Request[Any, Any, Any],
    database: NamedDependency[Database],
    caller: NamedDependency[Caller],
    state: AppState,
    zodiacs: Annotated[
        str, _names("Zodiacs, separated by commas; the first is the charts' own.")
    ] = "iau13,tropical",
    houses: Annotated[str, _name("The house system.")] = "placidus",
    house_fallback: Annotated[str | None, _name("The house system where that one is undefined.")] = None,
    bodies: Annotated[str, _names("A set of bodies, or bodies separated by commas.")] = "standard",
    aspects: Annotated[str, _name("The set of aspects.")] = "major",
    perspective: Annotated[
        Perspective, QueryParameter(description="From where the sky is seen.")
    ] = "geocentric",
    columns: Annotated[
        str | None, _names("Columns of the results and groups of them, separated by commas; all by default.")
    ] = None,
    format: Annotated[ResultFormat, QueryParameter(description="The format of the results.")] = "parquet",  # noqa: A002
) -> Response[Batch]:
    """Send a file of births, and have a chart computed for each.

    CSV, JSON Lines, Parquet or Arrow, by its `Content-Type`, or as the file of a form; the columns are those of the
    batch schema. What is no table of births is refused at once; a row that cannot be understood stays in its place and
    says why. The same file with the same options is the batch that there is already, which is answered by 200 with
    `repeated`.
    """
    options = Options(
        zodiacs=_listed(zodiacs),
        houses=houses,
        house_fallback=house_fallback,
        bodies=_bodies(bodies),
        aspects=aspects,
        perspective=perspective,
        columns=None if columns is None else _listed(columns),
    )
    batch = await service.accept(
        database,
        state.parts.batches,
        caller.account_id,
        caller.tier,
        Upload(request),
        options,
        format,
        now=state.now(),
    )
    return Response(
        batch,
        status_code=200 if batch.repeated else 202,
        headers={"Location": f"/api/v1/batches/{batch.id}"},
    )


@get("/batches", tags=["batches"], responses=answers.of_query(*_ACCOUNT), permission="batches:read")
async def list_batches(
    database: NamedDependency[Database],
    caller: NamedDependency[Caller],
    request: Request[Any, Any, Any],
    state: AppState,
    limit: Limit = 50,
    cursor: Cursor = None,
    sort: Annotated[str, service.LISTING.sort] = service.LISTING.default,
    of_state: Annotated[
        State | None, QueryParameter(name="state", description="Only those in this state.")
    ] = None,
) -> Response[Page[BatchSummary]]:
    """List batches, page by page.

    The latest come first, unless `sort` says otherwise.
    """
    chosen = () if of_state is None else (of_state,)
    asked = Asked(limit, cursor, sort)
    async with database.reading(caller.account_id) as transaction:
        page = await service.browse(transaction, caller.account_id, chosen, asked, now=state.now())
    return answer(page, request)


@get(
    "/batches/{batch_id:uuid}",
    tags=["batches"],
    responses=answers.of_nothing(*_ACCOUNT, "not_found"),
    permission="batches:read",
)
async def read_batch(
    batch_id: FromPath[UUID],
    database: NamedDependency[Database],
    caller: NamedDependency[Caller],
    state: AppState,
) -> Batch:
    """Read one batch: how far it is, when it is expected to end, what is wrong with which rows.

    `errors` counts the rows with an error by its code, `faults` are the first twenty of them by line and column.
    """
    async with database.reading(caller.account_id) as transaction:
        return await service.read(transaction, caller.account_id, batch_id, now=state.now())


@post(
    "/batches/{batch_id:uuid}/cancel",
    tags=["batches"],
    status_code=200,
    responses=answers.of_nothing(*_ACCOUNT, "not_found"),
    permission="batches:write",
)
async def cancel_batch(
    batch_id: FromPath[UUID],
    database: NamedDependency[Database],
    caller: NamedDependency[Caller],
    state: AppState,
) -> Batch:
    """Cancel a batch.

    What is being computed is given up; one that has ended is answered as it is.
    """
    async with database.of(caller.account_id) as transaction:
        return await service.cancel(transaction, caller.account_id, batch_id, now=state.now())


@delete(
    "/batches/{batch_id:uuid}",
    tags=["batches"],
    status_code=204,
    responses=answers.of_nothing(*_ACCOUNT, "not_found"),
    permission="batches:write",
)
async def delete_batch(
    batch_id: FromPath[UUID],
    database: NamedDependency[Database],
    caller: NamedDependency[Caller],
    state: AppState,
) -> None:
    """Delete a batch with its file and its results, whatever its state.

    There is no way back. Batches are deleted by themselves at `expires_at`.
    """
    async with database.of(caller.account_id) as transaction:
        await service.delete(transaction, caller.account_id, batch_id, now=state.now())


_FORMAT: Final = QueryParameter(description="The format; by default the one that was asked for first.")


@get(
    "/batches/{batch_id:uuid}/results",
    tags=["batches"],
    media_type="application/octet-stream",
    responses={
        206: ResponseSpec(None, description="The range that was asked for."),
        **answers.UNCHANGED,
        **answers.of_query(*_ACCOUNT, "not_found", "batch_unfinished", "no_results", "range_not_satisfiable"),
    },
    permission="batches:read",
)
async def read_results(
    batch_id: FromPath[UUID],
    database: NamedDependency[Database],
    caller: NamedDependency[Caller],
    request: Request[Any, Any, Any],
    state: AppState,
    format: Annotated[ResultFormat | None, _FORMAT] = None,  # noqa: A002
) -> Stream:
    """Read the results of a batch: a row for each row of the file, in the same order.

    `Range` and `If-Range` go on with what broke off. Arrow is the stream format.
    """
    async with database.reading(caller.account_id) as transaction:
        whole = await service.results(transaction, caller.account_id, batch_id, format)
    return serving.answer(request, state.parts.files, whole)


@post(
    "/batches/{batch_id:uuid}/results",
    tags=["batches"],
    status_code=202,
    responses=answers.of_query(*_ACCOUNT, "not_found", "no_results"),
    permission="batches:write",
)
async def ask_for_results(
    batch_id: FromPath[UUID],
    database: NamedDependency[Database],
    caller: NamedDependency[Caller],
    state: AppState,
    format: Annotated[ResultFormat, QueryParameter(description="The format.")] = "parquet",  # noqa: A002
) -> Batch:
    """Have the results of a batch made in one more format.

    They are made once; `results` of the batch tells when they are there.
    """
    async with database.of(caller.account_id) as transaction:
        return await service.ask_for(transaction, caller.account_id, batch_id, format, now=state.now())


def _listed(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(","))


def _bodies(text: str) -> str | tuple[str, ...]:
    """A set of bodies by its name, or ids."""
    return text if text in {"standard", "all"} else _listed(text)


ROUTES: Final = (list_batches, read_batch, cancel_batch, delete_batch, read_results, ask_for_results)
UPLOADS: Final = (begin_batch,)
"""Routes whose body may be as long as a file."""
