"""Share links on pages: made from a saved chart, shown once with a picture to scan, prolonged and revoked."""

from typing import Any, Final
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from astrarium.errors import AstrariumError
from astrarium.service.accounts.service import Means
from astrarium.service.charts import service as charts
from astrarium.service.database.transactions import Database
from astrarium.service.errors import FieldError, InvalidBody, NotFound
from astrarium.service.http.paging import Asked, Cursor
from astrarium.service.permissions import Caller
from astrarium.service.problems import BROKEN_INSTALLATION, kind_of
from astrarium.service.saved_charts import service as saved_charts
from astrarium.service.sharing import service
from astrarium.service.sharing.schemas import Link, LinkChange, LinkDraft
from astrarium.service.web.form_pages import UNLISTED, lead, notice
from astrarium.service.web.handing import hand, handed, spent
from astrarium.service.web.lists import ListAddress
from astrarium.service.web.posted import Posted, posted
from astrarium.service.web.qr import qr_code
from astrarium.service.web.templates import page
from astrarium.service.web.visitor import AnyRequest

LINKS: Final = "/share-links"
SHARE: Final = "/charts/{chart_id:uuid}/share"
HANDED: Final = "link"
SHOWN: Final = 50
LIVES: Final = {
    "7": "One week",
    "30": "30 days",
    "90": "90 days",
    "365": "One year",
    "": "Until it is revoked",
}
NOTICES: Final = {
    "revoked": "The link is revoked: from now on it shows nothing.",
    "changed": "The link is changed.",
}


class LinkLine(msgspec.Struct, frozen=True):
    """A link as a page lists it."""

    link: Link
    chart: str
    has_expired: bool


@get(SHARE, include_in_schema=False, permission="sharing:read")
async def share_page(
    request: AnyRequest,
    chart_id: FromPath[UUID],
    database: NamedDependency[Database],
    caller: NamedDependency[Caller],
    means: NamedDependency[Means],
) -> Response[Any]:
    """The links to one chart, a new one with its address this once, and the form that makes one."""
    return await _share_page(request, chart_id, database, caller, means)


@post(SHARE, include_in_schema=False, permission="sharing:write", status_code=200)
async def take_link(
    request: AnyRequest,
    chart_id: FromPath[UUID],
    database: NamedDependency[Database],
    caller: NamedDependency[Caller],
    means: NamedDependency[Means],
    state: State,
) -> Response[Any]:
    """Make a link, and show its address on the page that this leads to."""
    form = await posted(request)
    try:
        draft = LinkDraft(chart_id, _days(form), form.text("shows_name") == "yes")
        async with database.of(caller.account_id) as transaction:
            made = await service.share(
                transaction,
                caller.account_id,
                draft,
                now=state.now(),
                limit=service.QUOTA.of(caller.tier),
                public_address=state.settings.public_address,
            )
    except NotFound:
        raise
    except AstrariumError as error:
        if error.code in BROKEN_INSTALLATION:
            raise
        return await _share_page(request, chart_id, database, caller, means, form, error)
    told = (
        made.address if made.address.startswith("http") else f"{request.base_url}".rstrip("/") + made.address
    )
    answer = lead(f"/charts/{chart_id}/share")
    answer.cookies.append(hand(means, HANDED, f"{caller.session_id}/{chart_id}", told))
    return answer


@get(LINKS, include_in_schema=False, permission="sharing:read")
async def links_page(
    request: AnyRequest,
    database: NamedDependency[Database],
    caller: NamedDependency[Caller],
    state: State,
    cursor: Cursor = None,
) -> Response[Any]:
    """Every link of the account, the latest first."""
    async with database.reading(caller.account_id) as transaction:
        asked = Asked(SHOWN, cursor, service.LISTING.default)
        found = await service.browse(transaction, caller.account_id, asked)
        wanted = {link.chart_id for link in found.items}
        names = await saved_charts.names_of(transaction, caller.account_id, wanted)
    return page(
        request,
        "share_links.html",
        headers=UNLISTED,
        links=[_line(link, names.get(link.chart_id, ""), state) for link in found.items],
        next=found.next,
        is_first=cursor is None,
        address=ListAddress(LINKS),
        lives=LIVES,
        notice=notice(request, NOTICES),
    )


@post(f"{LINKS}/{{link_id:uuid}}/life", include_in_schema=False, permission="sharing:write", status_code=303)
async def change_link(
    request: AnyRequest,
    link_id: FromPath[UUID],
    database: NamedDependency[Database],
    caller: NamedDependency[Caller],
    state: State,
) -> Redirect:
    """Let a link work for another time from now on, with the chart's name or without."""
    form = await posted(request)
    wanted = LinkChange(expires_in_days=_days(form), shows_name=form.text("shows_name") == "yes")
    async with database.of(caller.account_id) as transaction:
        link = await service.change(transaction, caller.account_id, link_id, wanted, now=state.now())
    return lead(_back(form, link.chart_id), done="changed")


@post(
    f"{LINKS}/{{link_id:uuid}}/revocation",
    include_in_schema=False,
    permission="sharing:write",
    status_code=303,
)
async def revoke_link(
    request: AnyRequest,
    link_id: FromPath[UUID],
    database: NamedDependency[Database],
    caller: NamedDependency[Caller],
    state: State,
) -> Redirect:
    """End a link for good; one that is gone already is as good as revoked."""
    form = await posted(request)
    try:
        async with database.of(caller.account_id) as transaction:
            link = await service.read(transaction, caller.account_id, link_id)
            await service.revoke(transaction, caller.account_id, link_id, now=state.now())
    except NotFound:
        return lead(LINKS)
    return lead(_back(form, link.chart_id), done="revoked")


async def _share_page(
    request: AnyRequest,
    chart_id: UUID,
    database: Database,
    caller: Caller,
    means: Means,
    form: Posted | None = None,
    error: AstrariumError | None = None,
) -> Response[Any]:
    state = request.app.state
    chart = await saved_charts.read(database, caller.account_id, chart_id, now=state.now())
    async with database.reading(caller.account_id) as transaction:
        asked = Asked(SHOWN, None, service.LISTING.default)
        found = await service.browse(transaction, caller.account_id, asked, chart_id=chart_id)
    made = handed(request, means, HANDED, f"{caller.session_id}/{chart_id}")
    return page(
        request,
        "share.html",
        status=200 if error is None else kind_of(error.code).status,
        headers=UNLISTED,
        cookies=[spent(means, HANDED)] if made else [],
        chart=chart,
        made=made[0] if made else "",
        picture=qr_code(made[0]) if made else "",
        links=[_line(link, chart.name, state) for link in found.items],
        form=form or Posted(()),
        fault=None if error is None else charts.remedy(error, charts.ChartForm()),
        lives=LIVES,
        notice=notice(request, NOTICES),
    )


def _line(link: Link, chart: str, state: State) -> LinkLine:
    return LinkLine(link, chart, link.expires_at is not None and link.expires_at <= state.now())


def _days(form: Posted) -> int | None:
    """For how many days a link is to work; raises `InvalidBody` for what is none of the choices."""
    days = form.text("lives")
    if days not in LIVES:
        fault = FieldError("invalid_value", "That is none of the choices.", "/lives")
        raise InvalidBody(fault, "Choose one from the list.")
    return int(days) if days else None


def _back(form: Posted, chart_id: UUID) -> str:
    """The page that a form was sent from: the one of all links, or of those to one chart."""
    return f"/charts/{chart_id}/share" if form.text("back") == "chart" else LINKS


ROUTES: Final = (share_page, take_link, links_page, change_link, revoke_link)
