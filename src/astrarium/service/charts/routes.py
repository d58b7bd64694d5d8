"""Charts over the API: one, or many in one request."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any, Final

import msgspec
from litestar import Request, Response, post
from litestar.datastructures import State
from litestar.params import JSONBody
from litestar.response.base import ASGIResponse
from litestar.response.streaming import ASGIStreamingResponse

from astrarium.chart.natal import cast, write
from astrarium.chart.structs import Chart, ChartRequest, WrittenChart
from astrarium.service import problems
from astrarium.service.errors import TooManyCharts
from astrarium.service.http import answers
from astrarium.service.http.bodies import decode
from astrarium.service.http.negotiation import ENCODERS, JSON, MESSAGEPACK, is_known, media_type_for
from astrarium.service.permissions import EVERYONE

PIECE: Final = 8
"""Charts that are cast in one go before other requests get their turn."""

Maker = Callable[[ChartRequest], Chart | WrittenChart]
MAKERS: Final[dict[str, Maker]] = {JSON: write, MESSAGEPACK: cast}
"""What makes the chart that an encoder of `negotiation.ENCODERS` is given."""


class BulkRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Many chart requests; each is read on its own, so that one with a fault never spoils the others."""

    charts: list[msgspec.Raw]


class BulkItem(msgspec.Struct, frozen=True, omit_defaults=True):
    """What became of one request: `status` as it would have been alone, with the `chart` or the `problem`."""

    index: int
    status: int
    chart: Chart | None = None
    problem: problems.Problem | None = None


class BulkAnswer(msgspec.Struct, frozen=True):
    """One item per request, in their order."""

    items: tuple[BulkItem, ...]


@post(
    "/charts",
    tags=["charts"],
    status_code=200,
    sync_to_thread=False,
    responses=answers.of_body(*problems.OF_THE_BIRTH, *problems.OF_THE_CHART) | answers.UNCHANGED,
    permission=EVERYONE,
)
def cast_one(data: JSONBody[ChartRequest], request: Request[Any, Any, Any]) -> Response[Chart]:
    """Cast one chart.

    Everything but `birth` has a default. The answer's `ETag` is its receipt: the same request gives the same bytes,
    and `If-None-Match` with that tag is answered by 304. `Accept: application/vnd.msgpack` gives MessagePack.
    """
    media_type = media_type_for(request)
    chart = MAKERS[media_type](data)
    tag = f'"{chart.receipt.id}"' if media_type == JSON else f'"{chart.receipt.id}+msgpack"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache", "Vary": "Accept"}
    if is_known(request, tag):
        return Response(None, status_code=304, headers=headers)  # type: ignore[arg-type]  # no body, no chart
    return Encoded(chart, media_type=media_type, headers=headers)


@post(
    "/",
    tags=["charts"],
    status_code=200,
    sync_to_thread=False,
    responses=answers.of_body("too_many_charts"),
    permission=EVERYONE,
)
def cast_many(
    data: JSONBody[BulkRequest], request: Request[Any, Any, Any], state: State
) -> Response[BulkAnswer]:
    """Cast many charts at once: births by the hundred, answered in their order.

    Each item has the `status` it would have had alone and either its `chart` or its `problem`; one bad request never
    fails the rest. The answer is sent while it is computed.
    """
    limit: int = state.settings.bulk_limit
    if len(data.charts) > limit:
        raise TooManyCharts(len(data.charts), limit)
    return BulkResponse(data.charts, request)


class Encoded(Response[Any]):
    """A response that msgspec encodes without a detour."""

    def render(self, content: Any, media_type: str, enc_hook: Any = None) -> bytes:  # noqa: ANN401, ARG002  (Litestar's)
        return ENCODERS[media_type].encode(content)


class BulkResponse(Response[BulkAnswer]):
    """Items that leave while the next ones are cast."""

    def __init__(self, requests: list[msgspec.Raw], request: Request[Any, Any, Any]) -> None:
        self.requests = requests
        super().__init__(
            content=BulkAnswer(()), media_type=media_type_for(request), headers={"Vary": "Accept"}
        )

    def to_asgi_response(self, app: Any, request: Request[Any, Any, Any], **_: Any) -> ASGIResponse:  # noqa: ANN401, ARG002  (Litestar's)
        media_type = str(self.media_type)
        body = _json_body if media_type == JSON else _messagepack_body
        return ASGIStreamingResponse(
            iterator=body(self.requests, request),
            media_type=media_type,
            headers=self.headers,
            status_code=200,
        )


async def _json_body(requests: list[msgspec.Raw], request: Request[Any, Any, Any]) -> AsyncIterator[bytes]:
    encoder = ENCODERS[JSON]
    yield b'{"items":['
    async for start, items in _pieces(requests, request, MAKERS[JSON]):
        yield (b"," if start else b"") + b",".join(encoder.encode(item) for item in items)
    yield b"]}"


async def _messagepack_body(
    requests: list[msgspec.Raw], request: Request[Any, Any, Any]
) -> AsyncIterator[bytes]:
    encoder = msgspec.msgpack.Encoder()
    yield b"\x81" + encoder.encode("items") + b"\xdd" + len(requests).to_bytes(4, "big")
    async for _, items in _pieces(requests, request, MAKERS[MESSAGEPACK]):
        yield b"".join(encoder.encode(item) for item in items)


async def _pieces(
    requests: list[msgspec.Raw], request: Request[Any, Any, Any], make: Maker
) -> AsyncIterator[tuple[int, list[BulkItem]]]:
    for start in range(0, len(requests), PIECE):
        yield (
            start,
            [_item(start + i, raw, request, make) for i, raw in enumerate(requests[start : start + PIECE])],
        )
        await asyncio.sleep(0)


def _item(index: int, raw: msgspec.Raw, request: Request[Any, Any, Any], make: Maker) -> BulkItem:
    root = f"/charts/{index}"
    try:
        chart = make(decode(raw, ChartRequest, root=root))
        return BulkItem(index, 200, chart=chart)  # type: ignore[arg-type]  # written or not, the same JSON
    except Exception as error:  # noqa: BLE001  (every failure becomes that item's problem; unforeseen ones are logged)
        problem = problems.from_error(
            error, instance=request.scope["path"], request_id=problems.request_id_of(request), root=root
        )
        return BulkItem(index, problem.status, problem=problem)
