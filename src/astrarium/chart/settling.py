"""From what a person asks to the numbers of a chart: the place, the instants, the settings that hold there."""

from typing import Final

import msgspec
import numpy as np

from astrarium.chart.batch import ChartArrays, compute
from astrarium.chart.selection import Selection, select
from astrarium.chart.sheet import Sheet, make_sheet
from astrarium.chart.status import HOUSES_UNDEFINED, OUTSIDE_TABLE
from astrarium.chart.structs import ChartRequest
from astrarium.civil.gazetteer import shipped_gazetteer
from astrarium.civil.place import Place
from astrarium.civil.place_understanding import understand_place
from astrarium.civil.understanding import understand_time
from astrarium.civil.understood import UnderstoodTime
from astrarium.sky.apparent import DEG, OBLIQUITY
from astrarium.sky.errors import NotFinite, OutOfRange
from astrarium.sky.house_errors import HouseSystemUndefined
from astrarium.sky.houses import systems_defined_at
from astrarium.sky.layout import BLOCK_DAYS
from astrarium.sky.positions import outside
from astrarium.sky.timescales import Instants, from_universal

NO_HOUSES_NOTE: Final = (
    "The birth time is not exact: houses and angles are left out, values stand for the middle of the window, "
    "and only aspects that hold throughout are listed."
)
FROM_SUN_NOTE: Final = (
    "Seen from the Sun, the Earth stands where the Sun is in other charts; the Moon and the points of its orbit, "
    "houses and angles belong to the Earth and are left out."
)
FROM_SUN_WINDOW_NOTE: Final = (
    "The birth time is not exact: values stand for the middle of the window, and only aspects that hold throughout are "
    "listed."
)
ABSENT_NOTE: Final = "Left out, since the table of minor bodies does not reach this time ({1} to {2}): {0}."
FALLBACK_NOTE: Final = (
    "There are no {} houses at latitude {}° at this moment; the fallback asked for, {}, was used."
)


class Settled(msgspec.Struct, frozen=True, eq=False):
    """A chart before it is told: how place and time were understood, its numbers, and what is to be noted of it.

    A time that is not exact has three instants: the middle of its window, the start and the end.
    """

    place: Place
    time: UnderstoodTime
    instants: Instants
    arrays: ChartArrays
    sheet: Sheet
    notes: tuple[str, ...]

    @property
    def is_exact(self) -> bool:
        """Whether the time is known to the instant."""
        return self.time.known == "exact"


def settle(request: ChartRequest) -> Settled:
    """Understand and compute what a request describes; the errors are those of `natal.cast`."""
    place = understand_place(request.birth.place, shipped_gazetteer())
    time = understand_time(request.birth, place)
    exact = time.known == "exact"
    moments = (time.middle,) if exact else (time.middle, time.start, time.end)
    instants = from_universal(
        [moment.jd_ut_day for moment in moments], [moment.jd_ut_fraction for moment in moments]
    )
    arrays, notes = _settle(request, instants, place, exact=exact)
    has_points = exact and arrays.selection.has_houses
    sheet = make_sheet(arrays, instants, (place.latitude, place.longitude) if has_points else None)
    return Settled(place, time, instants, arrays, sheet, notes)


def _settle(
    request: ChartRequest, instants: Instants, place: Place, *, exact: bool
) -> tuple[ChartArrays, tuple[str, ...]]:
    """The arrays of the chart that can be made of a request, and what to say where it is not the one asked for.

    Minor bodies outside the years of their table are left out; undefined houses give way to the fallback asked for.
    """
    selection = select(request.zodiacs, request.houses, request.bodies, request.aspects, request.perspective)
    arrays = _at(place, selection, instants)
    if OUTSIDE_TABLE in arrays.status.tolist():
        raise _outside(arrays, instants)
    notes: tuple[str, ...] = () if exact else (NO_HOUSES_NOTE,)
    if not selection.has_houses:
        notes = (FROM_SUN_NOTE,) if exact else (FROM_SUN_NOTE, FROM_SUN_WINDOW_NOTE)
    if selection.has_minor_bodies and np.isnan(arrays.places.longitude_deg).any():
        selection, note = _without_absent(request, arrays, instants)
        notes = (*notes, note)
        arrays = _at(place, selection, instants)
    if exact and arrays.status[0] == HOUSES_UNDEFINED:
        if request.house_fallback is None:
            raise _undefined(selection, arrays, place)
        notes = (
            *notes,
            FALLBACK_NOTE.format(selection.houses.name, f"{place.latitude:g}", request.house_fallback),
        )
        selection = select(
            request.zodiacs, request.house_fallback, selection.bodies, request.aspects, request.perspective
        )
        arrays = _at(place, selection, instants)
        if arrays.status[0] == HOUSES_UNDEFINED:
            raise _undefined(selection, arrays, place)
    return arrays, notes


def _at(place: Place, selection: Selection, instants: Instants) -> ChartArrays:
    """The charts of a selection at a place."""
    return compute(selection, instants, place.latitude, place.longitude, altitude_m=place.altitude_m)


def _without_absent(request: ChartRequest, arrays: ChartArrays, instants: Instants) -> tuple[Selection, str]:
    """The selection without the minor bodies that have no place at some instant, and the note that names them."""
    bodies = arrays.selection.bodies
    is_there = np.isfinite(arrays.places.longitude_deg).all(axis=0)
    left = tuple(bodies[number] for number in np.flatnonzero(is_there))
    header = arrays.selection.minor.header
    if not left:
        jd_tt = float(instants.tt_day[0] + instants.tt_fraction[0])
        raise OutOfRange(jd_tt, header.first_year, header.last_year)
    names = ", ".join(body for body in bodies if body not in left)
    note = ABSENT_NOTE.format(names, header.first_year, header.last_year)
    return select(request.zodiacs, request.houses, left, request.aspects, request.perspective), note


def _outside(arrays: ChartArrays, instants: Instants) -> OutOfRange | NotFinite:
    """The error of the first instant that the table of planets, or of the Earth's motion, does not hold."""
    row = arrays.status.tolist().index(OUTSIDE_TABLE)
    jd_tt, standpoint = float(instants.tt_day[row] + instants.tt_fraction[row]), arrays.selection.standpoint
    planets = arrays.selection.planets
    first, blocks = planets.header.first_jd, planets.header.blocks
    is_in_planets = first <= jd_tt < first + BLOCK_DAYS * blocks
    return outside(jd_tt, standpoint.earth if standpoint is not None and is_in_planets else planets)


def _undefined(selection: Selection, arrays: ChartArrays, place: Place) -> HouseSystemUndefined:
    """The error of houses that do not exist at a place."""
    obliquity_deg = float(arrays.places.earth[0, OBLIQUITY]) * DEG
    return HouseSystemUndefined(
        selection.houses.id,
        place.latitude,
        systems_defined_at(place.latitude, obliquity_deg),
        selection.houses.defined_where,
    )
