"""Share links over the API, and what they show."""

from typing import Annotated, Any, Final
from uuid import UUID

from litestar import Request, Response, delete, get, patch, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from astrarium.service.database.transactions import Database
from astrarium.service.http import answers
from astrarium.service.http.conditional import IfMatch
from astrarium.service.http.paging import Asked, Cursor, Limit, Page, answer
from astrarium.service.permissions import EVERYONE, Caller
from astrarium.service.sharing import service
from astrarium.service.sharing.schemas import Link, LinkChange, LinkDraft, NewLink, SharedChart

UNLISTED: Final = {"X-Robots-Tag": "noindex, nofollow", "Cache-Control": "no-store"}
"""A shared chart is for whoever holds the link: no search engine keeps it, and no cache after it was revoked."""

_ACCOUNT: Final = ("not_signed_in", "not_permitted")


@post(
    "/share-links",
    tags=["sharing"],
    responses=answers.of_body(*_ACCOUNT, "not_found", "in_trash", "storage_full"),
    permission="sharing:write",
)
async def share_chart(
    data: JSONBody[LinkDraft],
    database: NamedDependency[Database],
    caller: NamedDependency[Caller],
    state: State,
) -> Response[NewLink]:
    """Make a link that shows a saved chart to whoever has it.

    The link tells the chart, and so the birth; not the name, unless `shows_name` says so, and never tags, notes or
    whose it is. Its address is shown this once.
    """
    async with database.of(caller.account_id) as transaction:
        made = await service.share(
            transaction,
            caller.account_id,
            data,
            now=state.now(),
            limit=service.QUOTA.of(caller.tier),
            public_address=state.settings.public_address,
        )
    headers = {"Location": f"/api/v1/share-links/{made.id}", "Cache-Control": "no-store"}
    return Response(made, status_code=201, headers=headers)


@get("/share-links", tags=["sharing"], responses=answers.of_query(*_ACCOUNT), permission="sharing:read")
async def list_share_links(
    database: NamedDependency[Database],
    caller: NamedDependency[Caller],
    request: Request[Any, Any, Any],
    limit: Limit = 50,
    cursor: Cursor = None,
    sort: Annotated[str, service.LISTING.sort] = service.LISTING.default,
    chart_id: Annotated[UUID | None, QueryParameter(description="Those to one saved chart.")] = None,
) -> Response[Page[Link]]:
    """List share links, page by page.

    Expired ones stay for thirty days, and can be prolonged meanwhile.
    """
    async with database.reading(caller.account_id) as transaction:
        page = await service.browse(
            transaction, caller.account_id, Asked(limit, cursor, sort), chart_id=chart_id
        )
    return answer(page, request)


@get(
    "/share-links/{link_id:uuid}",
    tags=["sharing"],
    responses=answers.of_nothing(*_ACCOUNT, "not_found"),
    permission="sharing:read",
)
async def read_share_link(
    link_id: FromPath[UUID], database: NamedDependency[Database], caller: NamedDependency[Caller]
) -> Response[Link]:
    """Read one share link.

    Its address is not in it: only a digest of that is kept.
    """
    async with database.reading(caller.account_id) as transaction:
        link = await service.read(transaction, caller.account_id, link_id)
    return Response(link, headers={"ETag": service.etag(link)})


@patch(
    "/share-links/{link_id:uuid}",
    tags=["sharing"],
    responses=answers.of_body(*_ACCOUNT, "not_found", "precondition_failed"),
    permission="sharing:write",
)
async def change_share_link(
    link_id: FromPath[UUID],
    data: JSONBody[LinkChange],
    database: NamedDependency[Database],
    caller: NamedDependency[Caller],
    state: State,
    if_match: IfMatch = None,
) -> Response[Link]:
    """Change how long a share link works, and whether it tells the name.

    An expired one works again.
    """
    async with database.of(caller.account_id) as transaction:
        link = await service.change(
            transaction, caller.account_id, link_id, data, now=state.now(), if_match=if_match
        )
    return Response(link, headers={"ETag": service.etag(link)})


@delete(
    "/share-links/{link_id:uuid}",
    tags=["sharing"],
    status_code=204,
    responses=answers.of_nothing(*_ACCOUNT, "not_found"),
    permission="sharing:write",
)
async def revoke_share_link(
    link_id: FromPath[UUID],
    database: NamedDependency[Database],
    caller: NamedDependency[Caller],
    state: State,
) -> None:
    """Revoke a share link.

    From then on it shows nothing, and there is no way back.
    """
    async with database.of(caller.account_id) as transaction:
        await service.revoke(transaction, caller.account_id, link_id, now=state.now())


@get(
    "/shared/{token:str}",
    tags=["sharing"],
    responses=answers.of_nothing("not_found"),
    permission=EVERYONE,
)
async def read_shared_chart(
    token: FromPath[str], database: NamedDependency[Database], state: State
) -> Response[SharedChart]:
    """Read the chart that a share link shows.

    No account is needed. A link that is unknown, revoked or expired is answered by the same 404.
    """
    opened = await service.open_link(database, token, now=state.now())
    return Response(SharedChart(opened.name, opened.expires_at, opened.shown.chart), headers=UNLISTED)


ROUTES: Final = (
    share_chart, list_share_links, read_share_link, change_share_link, revoke_share_link, read_shared_chart,
)  # fmt: skip
