"""The form of a saved chart: what was typed, field by field as text, and what it makes another of a chart."""

from typing import Final

import msgspec
from msgspec import UNSET

from astrarium.service.birth_tables import TAG_SEPARATOR, tags_of
from astrarium.service.charts import service as charts
from astrarium.service.charts.service import ChartForm
from astrarium.service.saved_charts.schemas import ChartChange, ChartSettings, SavedChart
from astrarium.service.web.posted import EmptyField, Posted, filled

ASPECTS: Final = {"major": "The five major ones", "all": "All, the minor ones too", "none": "None"}
OWN: Final = "own"
"""Stands for a zodiac that was defined over the API, which a form has no fields for."""


class SavedChartForm(msgspec.Struct, frozen=True):
    """What was typed. `birth` holds name, zodiac and houses too, as the form of a chart does."""

    birth: ChartForm
    aspects: str = ""
    folder: str = ""
    tags: str = ""
    notes: str = ""


def of_posted(posted: Posted) -> SavedChartForm:
    """The form as it was sent, with the choice taken over that a remedy's button stands for."""
    return SavedChartForm(
        birth=charts.changed(charts.of_fields(posted.fields), posted.text("take")),
        aspects=posted.text("aspects"),
        folder=posted.text("folder"),
        tags=posted.text("tags"),
        notes=posted.text("notes").replace("\r\n", "\n"),
    )


def of_chart(chart: SavedChart) -> SavedChartForm:
    """The form that somebody would have filled in for a saved chart."""
    place = chart.understood.place
    label = ", ".join(filter(None, (place.name, place.region, place.country)))
    birth = charts.form_of(chart.birth, label, chart.understood.utc, chart.name)
    own = chart.settings.zodiacs[0]
    return SavedChartForm(
        birth=msgspec.structs.replace(
            birth, zodiac=own if isinstance(own, str) else OWN, houses=chart.settings.houses
        ),
        aspects=chart.settings.aspects,
        folder=chart.folder or "",
        tags=TAG_SEPARATOR.join(chart.tags),
        notes=chart.notes,
    )


def change_of(form: SavedChartForm, chart: SavedChart) -> ChartChange:
    """What the form makes another of `chart`: birth and settings stay as they were written where they were left alone.

    The birth of a person's chart follows the person, and the form has no fields for it.
    Raises `EmptyField`, `MissingTime`, and `InvalidBody` in the API's words.
    """
    before = of_chart(chart)
    if not form.birth.name:
        raise EmptyField("name")
    named = filled(
        ChartChange,
        name=form.birth.name,
        folder=form.folder or None,
        tags=tags_of(form.tags) or None,
        notes=form.notes or None,
    )
    is_same_birth = _of_birth(form) == _of_birth(before)
    settings = _settings(form, chart)
    return ChartChange(
        name=named.name,
        folder=form.folder or None,
        tags=named.tags if named.tags is not UNSET else (),
        notes=form.notes,
        birth=UNSET if is_same_birth or chart.person_id else charts.birth_of(form.birth),
        settings=UNSET if settings == chart.settings else settings,
    )


def _of_birth(form: SavedChartForm) -> ChartForm:
    return msgspec.structs.replace(form.birth, name="", zodiac="", houses="")


def _settings(form: SavedChartForm, chart: SavedChart) -> ChartSettings:
    """The settings with those changed that the form has a field for; the chosen zodiac comes first."""
    kept = chart.settings
    zodiacs = kept.zodiacs
    if form.birth.zodiac not in {OWN, of_chart(chart).birth.zodiac}:
        zodiacs = tuple(dict.fromkeys((form.birth.zodiac, *kept.zodiacs)))
    return msgspec.structs.replace(
        kept, zodiacs=zodiacs, houses=form.birth.houses, aspects=form.aspects or kept.aspects
    )
