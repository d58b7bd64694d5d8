"""One whole chart: from what a person writes to the structs that leave the engine."""

from typing import Final

import msgspec

from astrarium.chart.batch import ChartArrays
from astrarium.chart.certainty import passages
from astrarium.chart.receipt import receipt
from astrarium.chart.selection import Selection, select
from astrarium.chart.settling import Settled, settle
from astrarium.chart.structs import (
    Chart,
    ChartRequest,
    Perspective,
    PlaceBlock,
    Receipt,
    Settings,
    TimeBlock,
    WindowReport,
    WrittenChart,
)
from astrarium.chart.telling import (
    tell_angles,
    tell_aspects,
    tell_frames,
    tell_houses,
    tell_positions,
    values_of,
    with_shares,
)
from astrarium.chart.template import write_tables
from astrarium.chart.tracks import Spot, Window, track
from astrarium.chart.window_telling import lasting, tell_window
from astrarium.civil.birth import Birth, CalendarDate, PlaceReference, TimeWindow
from astrarium.civil.place import Place
from astrarium.civil.understood import UnderstoodTime
from astrarium.sky.apparent import DEG, OBLIQUITY
from astrarium.sky.houses import systems_defined_at
from astrarium.sky.timescales import Instants, delta_t_sigma_at
from astrarium.sky.zodiacs import ZodiacDefinition

SECOND_DIGITS: Final = 4
WINDOW_FALLBACK_NOTE: Final = (
    "There are no {} houses at latitude {}° throughout the window; the fallback asked for, {}, was used."
)
UNDEFINED_NOTE: Final = "There are no {} houses at latitude {}° {}; these systems have some: {}."


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
    perspective: Perspective = "geocentric",
) -> Chart:
    """One chart from words: `astrarium.chart("1990-05-17", "12:30", "London, GB")`.

    The arguments are those of `civil.birth.Birth` and `ChartRequest`; without `time` it is unknown, and the chart
    tells the window's ranges and probabilities instead of houses. Raises what `cast` raises.
    """
    birth = Birth(date=date, time=time, place=place, zone=zone, fold=fold, instant=instant)  # type: ignore[arg-type] # fold is checked with the time
    return cast(
        ChartRequest(birth, name, tuple(zodiacs), houses, house_fallback, bodies, aspects, perspective)
    )


def cast(request: ChartRequest) -> Chart:
    """Compute the chart that a request describes.

    Raises every error of `civil` for a birth that cannot be understood without guessing, of `selection.select` for
    unknown settings, `HouseSystemUndefined` where the houses do not exist at the place, `OutOfRange`.
    """
    return _tell(request, settle(request))


def write(request: ChartRequest) -> Chart | WrittenChart:
    """`cast` for those who want JSON: `msgspec.json.encode` makes the same bytes of what it returns.

    Where the time is exact the tables are written already, without the detour over their structs, which more than
    halves the time. Raises what `cast` raises.
    """
    settled = settle(request)
    if not settled.is_exact:
        return _tell(request, settled)
    return WrittenChart(*_heading(request, settled), *write_tables(settled.sheet), settled.notes)


def _tell(request: ChartRequest, settled: Settled) -> Chart:
    selection, sheet = settled.arrays.selection, settled.sheet
    leaves = values_of(sheet)
    positions = tell_positions(leaves, selection)
    aspects = tell_aspects(leaves, selection, sheet.aspects)
    angles, houses = None, None
    notes = settled.notes
    window: WindowReport | msgspec.UnsetType = msgspec.UNSET
    if settled.is_exact and selection.has_houses:
        angles, houses = tell_angles(leaves, selection), tell_houses(leaves, selection)
    elif not settled.is_exact:
        place, instants = settled.place, settled.instants
        tracks = track(selection, _window(instants), _spot(place, instants))
        positions = with_shares(positions, settled.arrays, passages(tracks))
        window = tell_window(tracks, _fallback(request, selection))
        aspects = lasting(aspects, window)
        if selection.has_houses:
            notes = (*notes, *_notes_on_houses(settled.arrays, window, place))
    return Chart(
        *_heading(request, settled),
        positions=positions,
        angles=angles,
        houses=houses,
        aspects=aspects,
        frames=tell_frames(leaves, selection),
        notes=notes,
        window=window,
    )


def _heading(
    request: ChartRequest, settled: Settled
) -> tuple[str | None, Receipt, TimeBlock, PlaceBlock, Settings]:
    """The first fields of a chart."""
    selection = settled.arrays.selection
    return (
        request.name,
        receipt(request, selection),
        _time_block(settled.time, settled.instants),
        _place_block(settled.place),
        Settings(
            selection.versions,
            selection.houses.id,
            selection.bodies,
            selection.aspects.id,
            selection.perspective,
        ),
    )


def _window(instants: Instants) -> Window:
    """The stretch between the second and the third instant."""
    days = (instants.tt_day[2] - instants.tt_day[1]) + (instants.tt_fraction[2] - instants.tt_fraction[1])
    return Window(float(instants.tt_day[1]), float(instants.tt_fraction[1]), float(days))


def _spot(place: Place, instants: Instants) -> Spot:
    """The place under the window, with ΔT at its start and end."""
    first, last = instants.delta_t_s[1:].tolist()
    return Spot(place.latitude, place.longitude, (first, last), place.altitude_m)


def _fallback(request: ChartRequest, selection: Selection) -> Selection | None:
    """The selection with the houses that the request falls back on, if it names any."""
    if request.house_fallback is None:
        return None
    return select(
        request.zodiacs, request.house_fallback, selection.bodies, request.aspects, request.perspective
    )


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
        delta_t_sigma_s=round(delta_t_sigma_at(day + fraction), SECOND_DIGITS),
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
