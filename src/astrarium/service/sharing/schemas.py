"""Share links as they come over the wire and leave by it."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from astrarium.chart.structs import Chart

Days = Annotated[int, Meta(ge=1, le=3650)]


class LinkDraft(Struct, frozen=True, forbid_unknown_fields=True):
    """A link to a saved chart: how many days it works (`null`: until it is revoked), whether it tells the name."""

    chart_id: UUID
    expires_in_days: Days | None = 90
    shows_name: bool = False


class LinkChange(Struct, frozen=True, forbid_unknown_fields=True):
    """What is to be another: fields that are left out stay. The days of `expires_in_days` count from now."""

    expires_in_days: Days | UnsetType | None = UNSET
    shows_name: bool | UnsetType = UNSET


class Link(Struct, frozen=True, kw_only=True):
    """A link to a saved chart. `views` counts how often it was opened; by whom is not kept."""

    id: UUID
    chart_id: UUID
    shows_name: bool
    expires_at: datetime | None
    views: int
    version: int
    created_at: datetime
    updated_at: datetime


class NewLink(Link, frozen=True, kw_only=True):
    """A link as it is made. `address` and `token` are shown this once: only a digest of the token is kept."""

    token: str
    address: str


class SharedChart(Struct, frozen=True):
    """What a link shows: the chart, with its name where the one who shares it wants that."""

    name: str | None
    expires_at: datetime | None
    chart: Chart
