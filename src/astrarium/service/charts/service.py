"""How births are typed and charts are shown, for every page that asks for the one or shows the other."""

from typing import Any, Final

from astrarium.chart.structs import Chart
from astrarium.civil.birth import Birth, CalendarDate, PlaceReference, TimeWindow
from astrarium.draw.glyphs import glyph_book
from astrarium.draw.picture import wheel_of
from astrarium.service.charts.form import ChartForm, birth_of, changed, of_fields, query_of, read
from astrarium.service.charts.options import Option, system_options, zodiac_options
from astrarium.service.charts.remedies import Remedy, remedy
from astrarium.service.charts.view import view

__all__ = [
    "ChartForm",
    "Option",
    "Remedy",
    "address_of",
    "birth_of",
    "changed",
    "form_of",
    "of_fields",
    "read",
    "read_only",
    "remedy",
    "shown",
    "system_options",
    "zodiac_options",
]

WIDE: Final = 760
NARROW: Final = 400


def shown(made: Chart) -> dict[str, Any]:
    """The values of `result.html`: the chart in words, its wheel for wide and for narrow pages, the glyphs of both."""
    return {
        "chart": view(made),
        "wheel": wheel_of(made, size=WIDE),
        "small_wheel": wheel_of(made, size=NARROW),
        "symbols": glyph_book().symbols,
    }


def read_only(made: Chart, birth: Birth) -> dict[str, Any]:
    """The same on a page where nothing can be changed: without the form and without the links that hold a birth."""
    window = birth.time
    form = ChartForm(start=window.start, end=window.end) if isinstance(window, TimeWindow) else ChartForm()
    return {**shown(made), "form": form, "query": "", "zodiacs": (), "systems": ()}


def form_of(birth: Birth, place_label: str, utc: str, name: str) -> ChartForm:
    """The form that somebody would have filled in for a birth.

    `place_label` stands for a place that was given by its id, `utc` for date and time of an instant.
    """
    place = birth.place
    typed = ChartForm(
        name=name,
        date=birth.date.date if isinstance(birth.date, CalendarDate) else birth.date or utc[:10],
        time=utc[11:19] if birth.instant is not None else birth.time if isinstance(birth.time, str) else "",
        start=birth.time.start if isinstance(birth.time, TimeWindow) else "",
        end=birth.time.end if isinstance(birth.time, TimeWindow) else "",
        place=_place_words(place, place_label),
        place_id=str(place.id) if isinstance(place, PlaceReference) and place.id is not None else "",
        calendar=birth.date.calendar if isinstance(birth.date, CalendarDate) else "",
        zone="+00:00" if birth.instant is not None else birth.zone or "",
        fold="" if birth.fold is None else str(birth.fold),
    )
    return read(query_of(typed))


def address_of(form: ChartForm) -> str:
    """The page of the chart that a form asks for."""
    return f"/chart?{query_of(form)}"


def _place_words(place: str | PlaceReference | None, label: str) -> str:
    if isinstance(place, PlaceReference):
        return label if place.id is not None else f"{place.latitude}, {place.longitude}"
    return place or label
