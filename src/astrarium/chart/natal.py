"""One whole chart: from what a person writes to the structs that leave the engine."""

import msgspec
import numpy as np

from astrarium.chart.batch import ChartArrays, compute
from astrarium.chart.certainty import passages
from astrarium.chart.receipt import receipt
from astrarium.chart.selection import Selection, select
from astrarium.chart.status import HOUSES_UNDEFINED, OUTSIDE_TABLE
from astrarium.chart.structs import Chart, ChartRequest, PlaceBlock, Settings, TimeBlock, WindowReport
from astrarium.chart.telling import (
    tell_angles_and_houses,
    tell_aspects,
    tell_frames,
    tell_positions,
    tell_uncertain_positions,
)
from astrarium.chart.tracks import Spot, Window, track
from astrarium.chart.window_telling import lasting, tell_window
from astrarium.civil.birth import Birth, CalendarDate, PlaceReference, TimeWindow
from astrarium.civil.gazetteer import shipped_gazetteer
from astrarium.civil.place import Place
from astrarium.civil.place_understanding import understand_place
from astrarium.civil.understanding import understand_time
from astrarium.civil.understood import UnderstoodTime
from astrarium.sky.apparent import DEG, OBLIQUITY
from astrarium.sky.errors import OutOfRange
from astrarium.sky.house_errors import HouseSystemUndefined
from astrarium.sky.houses import systems_defined_at
from astrarium.sky.positions import outside
from astrarium.sky.table import default_table, minor_table
from astrarium.sky.timescales import Instants, delta_t_sigma, from_universal
from astrarium.sky.zodiacs import ZodiacDefinition

SECOND_DIGITS = 4
NO_HOUSES_NOTE = (
    "The birth time is not exact: houses and angles are left out, values stand for the middle of the window, "
    "and only aspects that hold throughout are listed."
)
ABSENT_NOTE = "Left out, since the table of minor bodies does not reach this time ({1} to {2}): {0}."
WINDOW_FALLBACK_NOTE = (
    "There are no {} houses at latitude {}° throughout the window; the fallback asked for, {}, was used."
)
UNDEFINED_NOTE = "There are no {} houses at latitude {}° {}; these systems have some: {}."
FALLBACK_NOTE = "There are no {} houses at latitude {}° at this moment; the fallback asked for, {}, was used."


def chart(
    date: str | CalendarDate | None = None,
    time: str | TimeWindow | None = None,
    place: str | PlaceReference | None = None,
    *,
    zone: str | None = None,
    fold: int | None = None,
    instant: str | None = None,
    name: str | None = None,
    zodiacs: tuple[str | ZodiacDefinition, ...] = ("iau13", "tropical"),
    houses: str = "placidus",
    house_fallback: str | None = None,
    bodies: str | tuple[str, ...] = "standard",
    aspects: str = "major",
) -> Chart:
    """One chart from words: `astrarium.chart("1990-05-17", "12:30", "London, GB")`.

    The arguments are those of `civil.birth.Birth` and `ChartRequest`; without `time` it is unknown, and the chart
    tells the window's ranges and probabilities instead of houses. Raises what `cast` raises.
    """
    birth = Birth(date=date, time=time, place=place, zone=zone, fold=fold, instant=instant)  # type: ignore[arg-type] # fold is checked with the time
    return cast(ChartRequest(birth, name, tuple(zodiacs), houses, house_fallback, bodies, aspects))


def cast(request: ChartRequest) -> Chart:
    """Compute the chart that a request describes.

    Raises every error of `civil` for a birth that cannot be understood without guessing, of `selection.select` for
    unknown settings, `HouseSystemUndefined` where the houses do not exist at the place, `OutOfRange`.
    """
    place = understand_place(request.birth.place, shipped_gazetteer())
    time = understand_time(request.birth, place)
    exact = time.known == "exact"
    moments = (time.middle,) if exact else (time.middle, time.start, time.end)
    instants = from_universal(
        [moment.jd_ut_day for moment in moments], [moment.jd_ut_fraction for moment in moments]
    )
    arrays, notes = _settle(request, instants, place, exact=exact)
    selection = arrays.selection
    window: WindowReport | msgspec.UnsetType = msgspec.UNSET
    aspects = tell_aspects(arrays)
    versions = tuple(frame.versioned_id for frame in selection.zodiacs)
    if exact:
        positions = tell_positions(arrays)
        angles, houses = tell_angles_and_houses(arrays, instants, place.latitude, place.longitude)
    else:
        tracks = track(selection, _window(instants), _spot(place, instants))
        positions = tell_uncertain_positions(arrays, passages(tracks))
        angles, houses = None, None
        window = tell_window(tracks, _fallback(request, selection))
        aspects = lasting(aspects, window)
        notes = (*notes, *_notes_on_houses(arrays, window, place))
    return Chart(
        name=request.name,
        receipt=receipt(request, versions),
        time=_time_block(time, instants),
        place=_place_block(place),
        settings=Settings(versions, selection.houses.id, selection.bodies, selection.aspects.id),
        positions=positions,
        angles=angles,
        houses=houses,
        aspects=aspects,
        frames=tell_frames(arrays, instants),
        notes=notes,
        window=window,
    )


def _settle(
    request: ChartRequest, instants: Instants, place: Place, *, exact: bool
) -> tuple[ChartArrays, tuple[str, ...]]:
    """The arrays of the chart that can be made of a request, and what to say where it is not the one asked for.

    Minor bodies outside the years of their table are left out; undefined houses give way to the fallback asked for.
    """
    selection = select(request.zodiacs, request.houses, request.bodies, request.aspects)
    arrays = compute(selection, instants, place.latitude, place.longitude)
    _refuse_outside(arrays, instants)
    notes: tuple[str, ...] = () if exact else (NO_HOUSES_NOTE,)
    is_gone = [bool(one) for one in np.atleast_1d(np.isnan(arrays.places.longitude_deg).any(axis=0))]
    if any(is_gone):
        left = tuple(body for body, gone in zip(selection.bodies, is_gone, strict=True) if not gone)
        header = minor_table().header
        if not left:
            jd_tt = float(instants.tt_day[0] + instants.tt_fraction[0])
            raise OutOfRange(jd_tt, header.first_year, header.last_year)
        names = ", ".join(body for body in selection.bodies if body not in left)
        notes = (*notes, ABSENT_NOTE.format(names, header.first_year, header.last_year))
        selection = select(request.zodiacs, request.houses, left, request.aspects)
        arrays = compute(selection, instants, place.latitude, place.longitude)
    if exact and arrays.status[0] == HOUSES_UNDEFINED:
        if request.house_fallback is None:
            raise _undefined(selection, arrays, place)
        notes = (
            *notes,
            FALLBACK_NOTE.format(selection.houses.name, f"{place.latitude:g}", request.house_fallback),
        )
        selection = select(request.zodiacs, request.house_fallback, selection.bodies, request.aspects)
        arrays = compute(selection, instants, place.latitude, place.longitude)
        if arrays.status[0] == HOUSES_UNDEFINED:
            raise _undefined(selection, arrays, place)
    return arrays, notes


def _window(instants: Instants) -> Window:
    """The stretch between the second and the third instant."""
    days = (instants.tt_day[2] - instants.tt_day[1]) + (instants.tt_fraction[2] - instants.tt_fraction[1])
    return Window(float(instants.tt_day[1]), float(instants.tt_fraction[1]), float(days))


def _spot(place: Place, instants: Instants) -> Spot:
    """The place under the window, with ΔT at its start and end."""
    first, last = instants.delta_t_s[1:].tolist()
    return Spot(place.latitude, place.longitude, (first, last))


def _fallback(request: ChartRequest, selection: Selection) -> Selection | None:
    """The selection with the houses that the request falls back on, if it names any."""
    if request.house_fallback is None:
        return None
    return select(request.zodiacs, request.house_fallback, selection.bodies, request.aspects)


def _notes_on_houses(arrays: ChartArrays, window: WindowReport, place: Place) -> tuple[str, ...]:
    """What to say where the houses asked for are undefined at some time of a window, or replaced."""
    asked, latitude = arrays.selection.houses, f"{place.latitude:g}"
    if window.house_system != asked.id:
        return (WINDOW_FALLBACK_NOTE.format(asked.name, latitude, window.house_system),)
    if window.houses_defined == 1.0:
        return ()
    when = "for a part of the window" if window.houses_defined > 0.0 else "at any time of the window"
    obliquity_deg = float(arrays.places.earth[0, OBLIQUITY]) * DEG
    others = ", ".join(systems_defined_at(place.latitude, obliquity_deg))
    return (UNDEFINED_NOTE.format(asked.name, latitude, when, others),)


def _refuse_outside(arrays: ChartArrays, instants: Instants) -> None:
    """Raise the error of an instant that the table of planets does not hold."""
    lost = np.flatnonzero(arrays.status == OUTSIDE_TABLE)
    if lost.size:
        raise outside(float(instants.tt_day[lost[0]] + instants.tt_fraction[lost[0]]), default_table())


def _undefined(selection: Selection, arrays: ChartArrays, place: Place) -> HouseSystemUndefined:
    """The error of houses that do not exist at a place."""
    obliquity_deg = float(arrays.places.earth[0, OBLIQUITY]) * DEG
    return HouseSystemUndefined(
        selection.houses.id,
        place.latitude,
        systems_defined_at(place.latitude, obliquity_deg),
        selection.houses.defined_where,
    )


def _time_block(time: UnderstoodTime, instants: Instants) -> TimeBlock:
    day, fraction = float(instants.tt_day[0]), float(instants.tt_fraction[0])
    return TimeBlock(
        utc=time.utc,
        local=time.local,
        zone=time.zone,
        offset_seconds=time.offset_seconds,
        dst=time.dst,
        source=time.source,
        calendar=time.calendar,
        scale=time.scale,
        jd_tt=day + fraction,
        jd_tt_day=day,
        jd_tt_fraction=fraction,
        delta_t_s=round(float(instants.delta_t_s[0]), SECOND_DIGITS),
        delta_t_sigma_s=round(float(delta_t_sigma(day, fraction)[0]), SECOND_DIGITS),
        known=time.known,
        confidence=time.confidence,
        window_utc=time.window_utc,
        fold=time.fold,
        notes=time.notes,
        alternatives=time.alternatives,
    )


def _place_block(place: Place) -> PlaceBlock:
    return PlaceBlock(
        place.latitude,
        place.longitude,
        place.altitude_m,
        place.name,
        place.region,
        place.country,
        place.geoname_id,
    )
