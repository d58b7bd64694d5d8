"""Saved charts as they come over the wire and leave by it."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from astrarium.chart.structs import Chart, ChartRequest, Identifier
from astrarium.civil.birth import Birth
from astrarium.service.births import Understood
from astrarium.service.labels import Line, Name, Notes, Tags
from astrarium.sky.zodiacs import ZodiacDefinition


class ChartSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """What a chart shows and how, as in `POST /charts`; everything has a default."""

    zodiacs: Annotated[tuple[Identifier | ZodiacDefinition, ...], Meta(min_length=1, max_length=12)] = (
        "iau13",
        "tropical",
    )
    houses: Identifier = "placidus"
    house_fallback: Identifier | None = None
    bodies: Identifier | Annotated[tuple[Identifier, ...], Meta(min_length=1, max_length=64)] = "standard"
    aspects: Identifier = "major"

    def request(self, birth: Birth) -> ChartRequest:
        """The request for the chart of a birth; it bears no name, so that its receipt tells none."""
        return ChartRequest(
            birth, None, self.zodiacs, self.houses, self.house_fallback, self.bodies, self.aspects
        )


class ChartDraft(Struct, frozen=True, forbid_unknown_fields=True):
    """A chart to keep: of a `birth`, or of a saved person by `person_id`, whose birth it then follows."""

    name: Name
    birth: Birth | UnsetType = UNSET
    person_id: UUID | UnsetType = UNSET
    settings: ChartSettings = ChartSettings()
    folder: Line | None = None
    tags: Tags = ()
    notes: Notes = ""


class ChartChange(Struct, frozen=True, forbid_unknown_fields=True):
    """What is to be another: fields that are left out stay, `null` empties one.

    A `birth` parts the chart from its person, and so does `person_id` as `null`, which leaves the birth as it is.
    """

    name: Name | UnsetType = UNSET
    birth: Birth | UnsetType = UNSET
    person_id: UUID | UnsetType | None = UNSET
    settings: ChartSettings | UnsetType = UNSET
    folder: Line | UnsetType | None = UNSET
    tags: Tags | UnsetType = UNSET
    notes: Notes | UnsetType = UNSET


class SavedReceipt(Struct, frozen=True):
    """The chart's receipt when it was saved (`id`) and as it is cast today (`now`, null where it no longer can be).

    Where they differ, `changed` says why: `birth` (the person's, or a place that is understood otherwise by now),
    `engine`, and each table by its name. `POST …/renew` takes over what it is now.
    """

    id: str
    now: str | None
    is_same: bool
    changed: tuple[str, ...] = ()


class Impossible(Struct, frozen=True):
    """Why a chart cannot be cast: the code and the words of an error of `POST /charts`."""

    code: str
    detail: str
    hint: str


class SavedChart(Struct, frozen=True, kw_only=True):
    """A saved chart, cast anew from its birth and settings.

    `chart` is null where that is no longer possible; `problem` says why. The chart's own `name` is null: its receipt
    tells nobody's name, and stays when the chart is called otherwise. `version` counts the changes.
    """

    id: UUID
    name: str
    folder: str | None
    tags: tuple[str, ...]
    notes: str
    person_id: UUID | None
    birth: Birth
    understood: Understood
    settings: ChartSettings
    receipt: SavedReceipt
    version: int
    created_at: datetime
    updated_at: datetime
    trashed_at: datetime | None
    chart: Chart | None
    problem: Impossible | None = None


class ChartSummary(Struct, frozen=True, kw_only=True):
    """A saved chart in a list; `utc` is its instant, of a time that is not exact the middle of its window."""

    id: UUID
    name: str
    folder: str | None
    tags: tuple[str, ...]
    person_id: UUID | None
    utc: str
    local: str
    known: Literal["exact", "window", "unknown"]
    place: str | None
    country: str | None
    receipt_id: str
    version: int
    created_at: datetime
    updated_at: datetime
    trashed_at: datetime | None
