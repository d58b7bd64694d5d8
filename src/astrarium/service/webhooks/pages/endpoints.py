"""Webhook endpoints on pages: made, their secret shown once, tried, changed, switched off and on, and deleted."""

from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from litestar import Response, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from astrarium.errors import AstrariumError
from astrarium.service.accounts.service import Means
from astrarium.service.charts import service as charts
from astrarium.service.database.transactions import Database
from astrarium.service.errors import NotFound
from astrarium.service.http.paging import Asked, Cursor
from astrarium.service.permissions import Caller
from astrarium.service.problems import BROKEN_INSTALLATION, kind_of
from astrarium.service.web.form_pages import UNLISTED, lead, notice
from astrarium.service.web.handing import hand, handed, spent
from astrarium.service.web.lists import ListAddress
from astrarium.service.web.posted import EmptyField, Posted, filled, posted
from astrarium.service.web.templates import page
from astrarium.service.web.visitor import AnyRequest
from astrarium.service.webhooks import deliveries, endpoints
from astrarium.service.webhooks.deliveries import DeliveriesQuery
from astrarium.service.webhooks.events import ANY, EVENTS
from astrarium.service.webhooks.schemas import NewWebhook, Webhook, WebhookChange, WebhookDraft

WEBHOOKS: Final = "/webhooks"
ONE: Final = f"{WEBHOOKS}/{{webhook_id:uuid}}"
HANDED: Final = "webhook"
SHOWN: Final = 50
OVERLAPS: Final = {"86400": "One day", "3600": "One hour", "604800": "One week", "0": "Not at all"}
NOTICES: Final = {
    "made": "The webhook is made: from now on it is told what happens.",
    "changed": "The changes are saved.",
    "on": "It is sent to again.",
    "off": "Nothing is sent there any more, and what waited is cancelled.",
    "tested": "A test is on its way; it is the first in the list below.",
    "replayed": "It is sent again.",
    "deleted": "The webhook is deleted with its log.",
}


@get(WEBHOOKS, include_in_schema=False, permission="webhooks:read")
async def webhooks_page(
    request: AnyRequest,
    database: NamedDependency[Database],
    caller: NamedDependency[Caller],
    cursor: Cursor = None,
) -> Response[Any]:
    """The account's endpoints, and the form that makes one."""
    return await _list_page(request, database, caller, cursor=cursor)


@post(WEBHOOKS, include_in_schema=False, permission="webhooks:write", status_code=200)
async def take_webhook(
    request: AnyRequest,
    database: NamedDependency[Database],
    caller: NamedDependency[Caller],
    means: NamedDependency[Means],
    state: State,
) -> Response[Any]:
    """Make an endpoint, and show its secret on the page that this leads to."""
    form = await posted(request)
    try:
        draft = filled(WebhookDraft, **_fields(form))
        await state.parts.outbound.check_url(draft.url)
        limit = endpoints.QUOTA.of(caller.tier)
        async with database.of(caller.account_id) as transaction:
            made = await endpoints.create(
                transaction, means.ring, caller.account_id, draft, now=state.now(), limit=limit
            )
    except AstrariumError as error:
        if error.code in BROKEN_INSTALLATION:
            raise
        return await _list_page(request, database, caller, form=form, error=error)
    return _with_secret(means, caller, made, "made")


@get(ONE, include_in_schema=False, permission="webhooks:read")
async def webhook_page(
    request: AnyRequest,
    webhook_id: FromPath[UUID],
    database: NamedDependency[Database],
    caller: NamedDependency[Caller],
    means: NamedDependency[Means],
    cursor: Cursor = None,
) -> Response[Any]:
    """One endpoint: how it fares, what was sent there, and a new secret this once."""
    return await _one_page(request, webhook_id, database, caller, means, cursor=cursor)


@post(f"{ONE}/changes", include_in_schema=False, permission="webhooks:write", status_code=200)
async def take_changes(
    request: AnyRequest,
    webhook_id: FromPath[UUID],
    database: NamedDependency[Database],
    caller: NamedDependency[Caller],
    means: NamedDependency[Means],
    state: State,
) -> Response[Any]:
    """Change what is sent, and where to."""
    form = await posted(request)
    try:
        fields = _fields(form)
        wanted = filled(WebhookChange, **fields)
        await state.parts.outbound.check_url(fields["url"])
        async with database.of(caller.account_id) as transaction:
            await endpoints.change(transaction, caller.account_id, webhook_id, wanted, now=state.now())
    except NotFound:
        raise
    except AstrariumError as error:
        if error.code in BROKEN_INSTALLATION:
            raise
        return await _one_page(request, webhook_id, database, caller, means, form=form, error=error)
    return lead(f"{WEBHOOKS}/{webhook_id}", done="changed")


@post(f"{ONE}/switch", include_in_schema=False, permission="webhooks:write", status_code=303)
async def switch_webhook(
    request: AnyRequest,
    webhook_id: FromPath[UUID],
    database: NamedDependency[Database],
    caller: NamedDependency[Caller],
    state: State,
) -> Redirect:
    """Send nothing there any more, or send there again."""
    is_on = (await posted(request)).text("back") == "on"
    async with database.of(caller.account_id) as transaction:
        change = WebhookChange(enabled=is_on)
        await endpoints.change(transaction, caller.account_id, webhook_id, change, now=state.now())
    return lead(f"{WEBHOOKS}/{webhook_id}", done="on" if is_on else "off")


@post(f"{ONE}/test", include_in_schema=False, permission="webhooks:write", status_code=303)
async def send_test(
    webhook_id: FromPath[UUID],
    database: NamedDependency[Database],
    caller: NamedDependency[Caller],
    state: State,
) -> Redirect:
    """Send an event of type `webhook.test` there."""
    async with database.of(caller.account_id) as transaction:
        await deliveries.test(transaction, caller.account_id, webhook_id, now=state.now())
    return lead(f"{WEBHOOKS}/{webhook_id}", done="tested")


@post(f"{ONE}/secret", include_in_schema=False, permission="webhooks:write", status_code=303)
async def take_rotation(
    request: AnyRequest,
    webhook_id: FromPath[UUID],
    database: NamedDependency[Database],
    caller: NamedDependency[Caller],
    means: NamedDependency[Means],
    state: State,
) -> Redirect:
    """Give an endpoint another secret; for the time that was chosen, both sign."""
    chosen = (await posted(request)).text("overlap")
    overlap = timedelta(seconds=int(chosen) if chosen in OVERLAPS else 86_400)
    async with database.of(caller.account_id) as transaction:
        made = await endpoints.rotate_secret(
            transaction, means.ring, caller.account_id, webhook_id, overlap=overlap, now=state.now()
        )
    return _with_secret(means, caller, made, "")


@post(f"{ONE}/deletion", include_in_schema=False, permission="webhooks:write", status_code=303)
async def delete_webhook_page(
    webhook_id: FromPath[UUID], database: NamedDependency[Database], caller: NamedDependency[Caller]
) -> Redirect:
    """Delete an endpoint with its log; one that is gone already is as good as deleted."""
    try:
        async with database.of(caller.account_id) as transaction:
            await endpoints.remove(transaction, caller.account_id, webhook_id)
    except NotFound:
        return lead(WEBHOOKS)
    return lead(WEBHOOKS, done="deleted")


def _fields(form: Posted) -> dict[str, Any]:
    url = form.text("url")
    if not url:
        raise EmptyField("url")
    if not (chosen := form.choices("event_types")):
        raise EmptyField("event_types")
    return {"url": url, "event_types": chosen, "description": form.text("description") or None}


def _with_secret(means: Means, caller: Caller, made: NewWebhook, done: str) -> Redirect:
    answer = lead(f"{WEBHOOKS}/{made.id}", done=done)
    answer.cookies.append(hand(means, HANDED, f"{caller.session_id}/{made.id}", made.secret))
    return answer


def types_told() -> dict[str, str]:
    """What an endpoint can ask for, in words: everything, or each type."""
    return {ANY: "Everything that happens"} | {name: event.told for name, event in EVENTS.items()}


def _fault(error: AstrariumError | None) -> charts.Remedy | None:
    return None if error is None else charts.remedy(error, charts.ChartForm())


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
        asked = Asked(SHOWN, cursor, endpoints.LISTING.default)
        found = await endpoints.browse(transaction, caller.account_id, asked)
    return page(
        request,
        "webhooks.html",
        status=200 if error is None else kind_of(error.code).status,
        headers=UNLISTED,
        webhooks=found.items,
        next=found.next,
        is_first=cursor is None,
        address=ListAddress(WEBHOOKS),
        form=form or Posted((("event_types", ANY),)),
        types=types_told(),
        fault=_fault(error),
        notice=notice(request, NOTICES),
    )


async def _one_page(
    request: AnyRequest,
    webhook_id: UUID,
    database: Database,
    caller: Caller,
    means: Means,
    *,
    cursor: str | None = None,
    form: Posted | None = None,
    error: AstrariumError | None = None,
) -> Response[Any]:
    async with database.reading(caller.account_id) as transaction:
        webhook = await endpoints.read(transaction, caller.account_id, webhook_id)
        health = await endpoints.health(
            transaction, caller.account_id, webhook_id, now=request.app.state.now()
        )
        asked = Asked(SHOWN, cursor, deliveries.LISTING.default)
        sent = await deliveries.browse(transaction, caller.account_id, webhook_id, DeliveriesQuery(), asked)
    made = handed(request, means, HANDED, f"{caller.session_id}/{webhook_id}")
    return page(
        request,
        "webhook.html",
        status=200 if error is None else kind_of(error.code).status,
        headers=UNLISTED,
        cookies=[spent(means, HANDED)] if made else [],
        webhook=webhook,
        health=health,
        secret=made[0] if made else "",
        deliveries=sent.items,
        next=sent.next,
        is_first=cursor is None,
        address=ListAddress(f"{WEBHOOKS}/{webhook_id}"),
        form=form or _as_typed(webhook),
        types=types_told(),
        overlaps=OVERLAPS,
        fault=_fault(error),
        notice=notice(request, NOTICES),
    )


def _as_typed(webhook: Webhook) -> Posted:
    typed = [("url", webhook.url), ("description", webhook.description)]
    return Posted((*typed, *(("event_types", one) for one in webhook.event_types)))


ROUTES: Final = (
    webhooks_page, take_webhook, webhook_page, take_changes, switch_webhook, send_test, take_rotation,
    delete_webhook_page,
)  # fmt: skip
