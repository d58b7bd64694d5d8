"""The closed table of events: what can happen in an account that a webhook tells of, and the data of each.

Data names things by their ids and never tells a birth, a name or a note: a delivery travels through other people's
proxies and logs. A receiver that wants more asks the API for it, with a key whose scopes say what it may see.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec

ANY: Final = "*"
TEST: Final = "webhook.test"


class ChartData(msgspec.Struct, frozen=True, kw_only=True):
    """A saved chart."""

    chart_id: UUID
    person_id: UUID | None = None


class ChangedChartData(msgspec.Struct, frozen=True, kw_only=True):
    """A saved chart, and the names of the fields that were changed."""

    chart_id: UUID
    person_id: UUID | None = None
    fields: tuple[str, ...] = ()


class PersonData(msgspec.Struct, frozen=True, kw_only=True):
    """A saved person."""

    person_id: UUID


class ChangedPersonData(msgspec.Struct, frozen=True, kw_only=True):
    """A saved person, and the names of the fields that were changed."""

    person_id: UUID
    fields: tuple[str, ...] = ()


class ImportData(msgspec.Struct, frozen=True, kw_only=True):
    """How many were taken in at once; the lists sorted by `-created_at` show which."""

    count: int


class BatchData(msgspec.Struct, frozen=True, kw_only=True):
    """A batch at its end: how many rows it had, and how many of them could not be computed."""

    batch_id: UUID
    rows: int | None = None
    faults: int | None = None


class AccountData(msgspec.Struct, frozen=True, kw_only=True):
    """The account itself."""

    account_id: UUID


class SecondFactorData(msgspec.Struct, frozen=True, kw_only=True):
    """The account, and whether signing in asks for a code from now on."""

    account_id: UUID
    is_on: bool


class KeyData(msgspec.Struct, frozen=True, kw_only=True):
    """An API key, and until when it works."""

    key_id: UUID
    scopes: tuple[str, ...] = ()
    expires_at: datetime | None = None


class RevokedKeyData(msgspec.Struct, frozen=True, kw_only=True):
    """An API key that works no longer."""

    key_id: UUID


class LinkData(msgspec.Struct, frozen=True, kw_only=True):
    """A share link."""

    link_id: UUID


class SharedChartData(msgspec.Struct, frozen=True, kw_only=True):
    """A share link, and the chart that it shows."""

    link_id: UUID
    chart_id: UUID
    expires_at: datetime | None = None


class WebhookData(msgspec.Struct, frozen=True, kw_only=True):
    """An endpoint that is sent nothing any more, and why: `failing`, `gone`, `operator` or `owner`."""

    webhook_id: UUID
    because: str


class TestData(msgspec.Struct, frozen=True, kw_only=True):
    """An endpoint that is being tried."""

    webhook_id: UUID


class EventType(msgspec.Struct, frozen=True):
    """One kind of event: when it is told, and the shape of its `data`."""

    told: str
    data: type[msgspec.Struct]


EVENTS: Final[dict[str, EventType]] = {
    "account.email_changed": EventType("The account has another e-mail address.", AccountData),
    "account.password_changed": EventType("The account has another password.", AccountData),
    "account.second_factor_changed": EventType(
        "Signing in asks for a code from now on, or no longer.", SecondFactorData
    ),
    "batch.cancelled": EventType("A batch was cancelled.", BatchData),
    "batch.failed": EventType("A batch could not be finished.", BatchData),
    "batch.finished": EventType("A batch is finished; its results can be fetched.", BatchData),
    "chart.changed": EventType("A saved chart was changed, or taken over by newer tables.", ChangedChartData),
    "chart.deleted": EventType("A saved chart was deleted for good by its owner.", ChartData),
    "chart.restored": EventType("A saved chart was taken out of the trash.", ChartData),
    "chart.saved": EventType("A chart was saved.", ChartData),
    "chart.trashed": EventType(
        "A saved chart was put into the trash; it is deleted thirty days later.", ChartData
    ),
    "chart.imported": EventType("Saved charts were taken in from a document or a table.", ImportData),
    "key.changed": EventType("An API key has another name, other scopes or another end.", KeyData),
    "key.made": EventType("An API key was made.", KeyData),
    "key.revoked": EventType("An API key was deleted.", RevokedKeyData),
    "person.imported": EventType("People were taken in from a document or a table.", ImportData),
    "person.changed": EventType("A saved person was changed.", ChangedPersonData),
    "person.deleted": EventType("A saved person was deleted for good by the account's owner.", PersonData),
    "person.restored": EventType("A saved person was taken out of the trash.", PersonData),
    "person.saved": EventType("A person was saved.", PersonData),
    "person.trashed": EventType(
        "A saved person was put into the trash, to be deleted thirty days later.", PersonData
    ),
    "share_link.made": EventType("A link was made that shows a saved chart.", SharedChartData),
    "share_link.revoked": EventType("A share link was revoked.", LinkData),
    "webhook.disabled": EventType("An endpoint is sent nothing any more.", WebhookData),
    TEST: EventType("Somebody tries an endpoint; sent to that one alone, whatever it asks for.", TestData),
}
"""Every type by its name. A name is never given another meaning; new ones are added."""


def patterns_of(event_type: str) -> list[str]:
    """What an endpoint may have asked for that takes this type in: `chart.saved`, `chart.*`, `*`."""
    parts = event_type.split(".")
    groups = (".".join(parts[:depth]) + ".*" for depth in range(len(parts) - 1, 0, -1))
    return [event_type, *groups, ANY]


def matching(patterns: Iterable[str]) -> list[str]:
    """The types that an endpoint with these patterns is sent."""
    asked = set(patterns)
    return [name for name in EVENTS if name != TEST and asked & set(patterns_of(name))]


PATTERNS: Final = tuple(sorted({pattern for name in EVENTS for pattern in patterns_of(name)} - {TEST}))
"""Everything that an endpoint can ask for: each type but that of tests, each group, and `*`."""
