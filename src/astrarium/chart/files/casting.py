"""From births as understood to charts in arrays, with what is unknown of them left out."""

import msgspec
import numpy as np
from numpy.typing import NDArray

from astrarium.chart.batch import ChartArrays, compute
from astrarium.chart.files.lasting import instants_of, lasting
from astrarium.chart.files.moments import EXACT, Moments
from astrarium.chart.selection import Selection, select
from astrarium.chart.status import COMPUTED, HOUSES_UNDEFINED, NO_HOUSE, OUTSIDE_TABLE
from astrarium.civil.calendars import DAY_MICROSECONDS, EPOCH_JD_DAY
from astrarium.errors import AstrariumError
from astrarium.sky.apparent import OBLIQUITY
from astrarium.sky.house_errors import HouseSystemUndefined
from astrarium.sky.houses import systems_defined_at
from astrarium.sky.positions import outside
from astrarium.sky.table import default_table
from astrarium.sky.timescales import Instants
from astrarium.sky.zodiacs import ZodiacDefinition

Array = NDArray[np.float64]
Codes = NDArray[np.int8]
Integers = NDArray[np.int64]


class Settings(msgspec.Struct, frozen=True):
    """What every chart of a table is asked for, as `astrarium.charts` takes it."""

    zodiacs: tuple[str | ZodiacDefinition, ...] = ("iau13", "tropical")
    houses: str = "placidus"
    bodies: str | tuple[str, ...] = "standard"
    aspects: str = "major"


class Cast(msgspec.Struct, frozen=True, eq=False):
    """The charts of a chunk and what of them may be told.

    `signs` and `aspects` are those of `arrays` that hold throughout each row's window; angles, cusps and houses are
    blank where the time is not exact. `faults` are by row.
    """

    arrays: ChartArrays
    instants: Instants
    angles_deg: Array
    cusps_deg: Array
    houses: Codes
    signs: Codes
    aspects: Codes
    faults: dict[int, AstrariumError]


def cast(moments: Moments, selection: Selection) -> Cast:
    """The charts of every row; a row with a fault is blank."""
    understood = moments.known >= 0
    latitude = np.array([np.nan if place is None else place.latitude for place in moments.places], np.float64)
    longitude = np.array(
        [np.nan if place is None else place.longitude for place in moments.places], np.float64
    )
    instants = instants_of(moments.middle_us, understood)
    arrays = compute(selection, instants, latitude, longitude)
    inexact = np.flatnonzero(understood & (moments.known != EXACT))
    if not inexact.size:
        told = Cast(
            arrays,
            instants,
            arrays.angles_deg,
            arrays.cusps_deg,
            arrays.houses,
            arrays.signs,
            arrays.aspects,
            {},
        )
    else:
        ends = [
            compute(selection, instants_of(us[inexact], None), latitude[inexact], longitude[inexact])
            for us in (moments.start_us, moments.end_us)
        ]
        told = _of_windows(arrays, instants, moments, inexact, ends)
    _find_faults(told, moments, understood)
    return told


def selection_of(settings: Settings) -> Selection:
    """The settings looked up; raises what `selection.select` raises."""
    return select(settings.zodiacs, settings.houses, settings.bodies, settings.aspects)


def _of_windows(
    arrays: ChartArrays, instants: Instants, moments: Moments, inexact: Integers, ends: list[ChartArrays]
) -> Cast:
    """Leave out houses and angles of inexact times, and the signs and aspects that do not last."""
    angles, cusps, houses = arrays.angles_deg.copy(), arrays.cusps_deg.copy(), arrays.houses.copy()
    angles[inexact], cusps[inexact], houses[inexact] = np.nan, np.nan, NO_HOUSE
    signs, aspects = arrays.signs.copy(), arrays.aspects.copy()
    signs[inexact], aspects[inexact] = lasting(arrays, moments, inexact, ends)
    faults: dict[int, AstrariumError] = {}
    for end in ends:
        for row in inexact[end.status == OUTSIDE_TABLE].tolist():
            jd = float(moments.middle_us[row] / DAY_MICROSECONDS + EPOCH_JD_DAY)
            faults[row] = outside(jd, default_table())
    return Cast(arrays, instants, angles, cusps, houses, signs, aspects, faults)


def _find_faults(told: Cast, moments: Moments, understood: NDArray[np.bool_]) -> None:
    """The faults of rows that were understood and could not be computed whole."""
    arrays = told.arrays
    for row in np.flatnonzero(understood & (arrays.status != COMPUTED)).tolist():
        status = arrays.status[row]
        if status == OUTSIDE_TABLE:
            jd = float(told.instants.tt_day[row] + told.instants.tt_fraction[row])
            told.faults[row] = outside(jd, default_table())
        elif status == HOUSES_UNDEFINED and moments.known[row] == EXACT:
            place = moments.places[row]
            assert place is not None
            told.faults[row] = _houses_undefined(
                arrays.selection, place.latitude, float(arrays.places.earth[row, OBLIQUITY])
            )


def _houses_undefined(
    selection: Selection, latitude_deg: float, obliquity_rad: float
) -> HouseSystemUndefined:
    system = selection.houses
    working = systems_defined_at(latitude_deg, float(np.degrees(obliquity_rad)))
    return HouseSystemUndefined(system.id, latitude_deg, working, system.defined_where)
