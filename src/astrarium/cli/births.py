"""From the options of a birth to the engine's own words: shape only, the engine judges the values."""

import re
from typing import Final, Literal

import typer

from astrarium.civil.birth import Birth, Calendar, CalendarDate, PlaceReference, TimeWindow

UNKNOWN: Final = "unknown"
_FOLDS: Final[dict[str | None, Literal[0, 1] | None]] = {None: None, "0": 0, "1": 1}
_WINDOW: Final = re.compile(r"(?P<start>[^-–]+?)\s*(?:-|–|\.\.)\s*(?P<end>[^-–]+)")


def time_of(written: str) -> str | TimeWindow | None:
    """The time as the engine takes it: `None` for `unknown`, a window for two readings, else the text itself."""
    if written.strip().lower() == UNKNOWN:
        return None
    window = _WINDOW.fullmatch(written.strip())
    return TimeWindow(start=window["start"].strip(), end=window["end"].strip()) if window else written.strip()


def place_of(
    context: typer.Context,
    name: str | None,
    latitude: float | None,
    longitude: float | None,
    altitude: float | None,
    country: str | None,
) -> str | PlaceReference | None:
    """The place: by coordinates (`name` is then their label), by name or GeoNames number, or absent.

    Raises `typer.BadParameter` for a country or an altitude that belongs to nothing.
    """
    if latitude is not None or longitude is not None:
        return PlaceReference(
            latitude=latitude, longitude=longitude, altitude_m=altitude or 0.0, country=country, name=name
        )
    if country is not None:
        raise typer.BadParameter(
            "it belongs to coordinates: give --latitude and --longitude.", context, param_hint="--country"
        )
    if altitude is None:
        return name
    if name is not None and name.strip().isdecimal():
        return PlaceReference(id=int(name), altitude_m=altitude)
    raise typer.BadParameter(
        "it belongs to coordinates or to the number of a place.", context, param_hint="--altitude"
    )


def birth_of(
    context: typer.Context,
    *,
    date: str | None,
    time: str,
    calendar: Calendar,
    instant: str | None,
    place: str | PlaceReference | None,
    zone: str | None,
    fold: Literal["0", "1"] | None,
) -> Birth:
    """The birth of these options.

    Raises `typer.BadParameter` when neither a date nor an instant is given, or both are.
    """
    if instant is not None:
        for option, stands in (
            ("--date", date is not None),
            ("--time", time != UNKNOWN),
            ("--calendar", calendar != "gregorian"),
        ):
            if stands:
                raise typer.BadParameter(
                    "--instant already is date and time: give one or the other.", context, param_hint=option
                )
    elif date is None:
        raise typer.BadParameter("a birth needs a date, or --instant.", context, param_hint="--date")
    return Birth(
        date=CalendarDate(date, calendar) if date is not None and calendar != "gregorian" else date,
        time=None if instant is not None else time_of(time),
        place=place,
        zone=zone,
        fold=_FOLDS[fold],
        instant=instant,
    )
