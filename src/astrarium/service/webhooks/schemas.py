"""Webhooks as the API tells them."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from astrarium.service.labels import WORDS
from astrarium.service.webhooks.announcing import Cause

Because = Literal["owner", "failing", "gone", "operator"]
State = Literal["waiting", "delivered", "failed", "cancelled"]
Standing = Literal["well", "failing", "resting", "disabled"]

Url = Annotated[str, Meta(min_length=1, max_length=2000, pattern=r"^https?://[!-~]+$")]
Description = Annotated[str, Meta(max_length=200, pattern=WORDS)]
Pattern = Annotated[str, Meta(min_length=1, max_length=64, pattern=r"^[!-~]+$")]
Patterns = Annotated[tuple[Pattern, ...], Meta(min_length=1, max_length=50)]
PerSecond = Annotated[int, Meta(ge=1, le=10_000)]


class WebhookDraft(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An endpoint that is to be sent events.

    `event_types` names types, groups such as `chart.*`, or `*` for all. `most_per_second` keeps deliveries below what
    the operator allows.
    """

    url: Url
    event_types: Patterns = ("*",)
    description: Description = ""
    most_per_second: PerSecond | None = None


class WebhookChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is to be changed of an endpoint; what is left out stays."""

    url: Url | UnsetType = UNSET
    event_types: Patterns | UnsetType = UNSET
    description: Description | UnsetType = UNSET
    most_per_second: PerSecond | UnsetType | None = UNSET
    enabled: bool | UnsetType = UNSET


class Webhook(msgspec.Struct, frozen=True, kw_only=True):
    """An endpoint. `previous_secret_until` is set while deliveries are signed by the old secret too."""

    id: UUID
    created_at: datetime
    updated_at: datetime
    version: int
    url: str
    event_types: tuple[str, ...]
    description: str
    most_per_second: int | None
    enabled: bool
    disabled_at: datetime | None
    disabled_because: Because | None
    previous_secret_until: datetime | None


class NewWebhook(Webhook, frozen=True, kw_only=True):
    """An endpoint with its secret, which is told this once."""

    secret: str


class SecretRotation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """For how long deliveries are signed by the old secret too."""

    overlap_s: Annotated[int, Meta(ge=0, le=604_800)] = 86_400


class EndpointHealth(msgspec.Struct, frozen=True, kw_only=True):
    """How an endpoint fares: `failures` in a row, since when, and until when it is left alone."""

    standing: Standing
    failures: int
    failing_since: datetime | None
    resting_until: datetime | None
    delivered_at: datetime | None
    failed_at: datetime | None
    waiting: int


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """One event on its way to one endpoint. `event_id` is the `webhook-id` that the receiver sees.

    `due_at` is when it is tried next, while it is `waiting`; `last_fault` says what was wrong with the last attempt.
    """

    id: UUID
    webhook_id: UUID
    event_id: UUID
    event_type: str
    cause: Cause
    state: State
    created_at: datetime
    due_at: datetime | None
    attempts: int
    settled_at: datetime | None
    last_status: int | None
    last_fault: str | None


class Attempt(msgspec.Struct, frozen=True, kw_only=True):
    """One try: the receiver's status and the beginning of its answer, or what kept it from answering."""

    number: int
    started_at: datetime
    duration_ms: int
    status: int | None
    fault: str | None
    answer: str


class Event(msgspec.Struct, frozen=True):
    """What was sent."""

    type: str
    timestamp: datetime
    data: dict[str, Any]


class LoggedDelivery(Delivery, frozen=True, kw_only=True):
    """A delivery with what was sent and what came of each try."""

    event: Event
    log: tuple[Attempt, ...]


class Replay(msgspec.Struct, frozen=True, kw_only=True):
    """A replay that was begun: a job of this id sends the events again."""

    job_id: UUID
    webhook_id: UUID
    since: datetime
    which: Literal["all", "undelivered"]


class EventTypeInfo(msgspec.Struct, frozen=True):
    """One type of event: when it is told, and the JSON Schema of its `data`."""

    type: str
    told: str
    schema: dict[str, Any]


class EventTypes(msgspec.Struct, frozen=True):
    """Every type of event, and everything that `event_types` may name."""

    items: tuple[EventTypeInfo, ...]
    patterns: tuple[str, ...]
    next: None = None


class AdminWebhook(msgspec.Struct, frozen=True, kw_only=True):
    """An endpoint as an operator sees it, and how it fares; never its secret or what is sent."""

    id: UUID
    account_id: UUID
    created_at: datetime
    url: str
    event_types: tuple[str, ...]
    disabled_at: datetime | None
    disabled_because: Because | None
    failures: int
    failing_since: datetime | None
    resting_until: datetime | None
    delivered_at: datetime | None
    failed_at: datetime | None
