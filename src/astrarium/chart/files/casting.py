"""From births as understood to charts in arrays, with what is unknown of them left out."""

from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from astrarium.chart.batch import ChartArrays, compute
from astrarium.chart.files.lasting import instants_of, lasting
from astrarium.chart.files.likelihood import likeliest_signs
from astrarium.chart.files.moments import EXACT, Moments
from astrarium.chart.selection import Selection, select
from astrarium.chart.status import COMPUTED, HOUSES_UNDEFINED, NO_HOUSE, NO_SIGN, OUTSIDE_TABLE
from astrarium.chart.structs import Perspective
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

ASKED, FALLBACK = 0, 1
NO_SYSTEM: Final = -1


class Settings(msgspec.Struct, frozen=True):
    """What every chart of a table is asked for, as `astrarium.charts` takes it."""

    zodiacs: tuple[str | ZodiacDefinition, ...] = ("iau13", "tropical")
    houses: str = "placidus"
    house_fallback: str | None = None
    bodies: str | tuple[str, ...] = "standard"
    aspects: str = "major"
    perspective: Perspective = "geocentric"


class Cast(msgspec.Struct, frozen=True, eq=False):
    """The charts of a chunk and what of them may be told.

    `signs` and `aspects` are those of `arrays` that hold throughout each row's window; angles, cusps and houses are
    blank where the time is not exact. `likely` are the likeliest signs of the bodies (rows, zodiacs, bodies) and
    `shares` how much of the window they hold, `None` where every time is exact. `systems` says whose houses a row has:
    0 those asked for, 1 the fallback's, -1 none. `faults` are by row.
    """

    arrays: ChartArrays
    instants: Instants
    angles_deg: Array
    cusps_deg: Array
    houses: Codes
    systems: Codes
    signs: Codes
    likely: Codes
    shares: Array | None
    aspects: Codes
    faults: dict[int, AstrariumError]


def exact_cast(arrays: ChartArrays, instants: Instants) -> Cast:
    """Charts of exact instants, as they are."""
    return Cast(
        arrays,
        instants,
        arrays.angles_deg,
        arrays.cusps_deg,
        arrays.houses,
        np.where((arrays.status == COMPUTED) & arrays.selection.has_houses, ASKED, NO_SYSTEM).astype(np.int8),
        arrays.signs,
        arrays.signs[:, :, : arrays.selection.layout.bodies],
        None,
        arrays.aspects,
        {},
    )


def cast(
    moments: Moments, selection: Selection, fallback: Selection | None = None, *, with_shares: bool = True
) -> Cast:
    """The charts of every row; a row with a fault is blank.

    `fallback` has the houses for where those of `selection` are undefined. Without shares, which are most of the work
    of a row whose time is not exact, `likely` and `shares` are blank in such rows.
    """
    understood = moments.known >= 0
    sites = _sites(moments)
    instants = instants_of(moments.middle_us, understood)
    arrays = _compute(selection, instants, sites)
    inexact = np.flatnonzero(understood & (moments.known != EXACT))
    told = exact_cast(arrays, instants)
    if inexact.size:
        ends = [
            _compute(selection, instants_of(us[inexact], None), sites[inexact])
            for us in (moments.start_us, moments.end_us)
        ]
        told = _of_windows(told, moments, inexact, ends)
        if with_shares:
            told = _with_shares(told, moments, inexact, ends)
    if fallback is not None and selection.has_houses:
        undefined = np.flatnonzero((arrays.status == HOUSES_UNDEFINED) & (moments.known == EXACT))
        told = _with_fallback(told, fallback, moments, undefined, sites[undefined])
    _find_faults(told, moments, understood, selection if fallback is None else fallback)
    return told


def _sites(moments: Moments) -> Array:
    """Latitude, longitude (degrees) and altitude (m) of every row; not finite where it has no place."""
    nowhere = (np.nan, np.nan, np.nan)
    found = [
        nowhere if place is None else (place.latitude, place.longitude, place.altitude_m)
        for place in moments.places
    ]
    return np.array(found, np.float64).reshape(-1, 3)


def _compute(selection: Selection, instants: Instants, sites: Array) -> ChartArrays:
    """The charts of some rows."""
    latitude, longitude, altitude = np.ascontiguousarray(sites.T)
    return compute(selection, instants, latitude, longitude, altitude_m=altitude)


def selection_of(settings: Settings) -> Selection:
    """The settings looked up; raises what `selection.select` raises."""
    return select(settings.zodiacs, settings.houses, settings.bodies, settings.aspects, settings.perspective)


def fallback_of(settings: Settings) -> Selection | None:
    """The same with the houses to fall back on, where there are any; raises what `selection.select` raises."""
    if settings.house_fallback is None:
        return None
    return select(
        settings.zodiacs, settings.house_fallback, settings.bodies, settings.aspects, settings.perspective
    )


def _of_windows(told: Cast, moments: Moments, inexact: Integers, ends: list[ChartArrays]) -> Cast:
    """Leave out houses and angles of inexact times, and the signs and aspects that do not last; tell the shares."""
    arrays = told.arrays
    angles, cusps, houses = arrays.angles_deg.copy(), arrays.cusps_deg.copy(), arrays.houses.copy()
    angles[inexact], cusps[inexact], houses[inexact] = np.nan, np.nan, NO_HOUSE
    systems = told.systems.copy()
    systems[inexact] = NO_SYSTEM
    signs, aspects = arrays.signs.copy(), arrays.aspects.copy()
    signs[inexact], aspects[inexact] = lasting(arrays, moments, inexact, ends)
    likely = told.likely.copy()
    likely[inexact] = NO_SIGN
    shares = np.where(likely < 0, np.nan, 1.0)
    faults: dict[int, AstrariumError] = {}
    for end in ends:
        for row in inexact[end.status == OUTSIDE_TABLE].tolist():
            jd = float(moments.middle_us[row] / DAY_MICROSECONDS + EPOCH_JD_DAY)
            faults[row] = outside(jd, default_table())
    return Cast(arrays, told.instants, angles, cusps, houses, systems, signs, likely, shares, aspects, faults)


def _with_shares(told: Cast, moments: Moments, inexact: Integers, ends: list[ChartArrays]) -> Cast:
    """Fill in the likeliest signs of inexact times."""
    assert told.shares is not None
    likely, shares = told.likely.copy(), told.shares.copy()
    likely[inexact], shares[inexact] = likeliest_signs(
        told.arrays, moments, inexact, told.signs[inexact], ends
    )
    return msgspec.structs.replace(told, likely=likely, shares=shares)


def _with_fallback(told: Cast, fallback: Selection, moments: Moments, rows: Integers, sites: Array) -> Cast:
    """Put the houses of the fallback in some rows; there is room for the longer list of cusps."""
    cusps = np.full((len(told.cusps_deg), max(told.cusps_deg.shape[1], fallback.layout.cusps)), np.nan)
    cusps[:, : told.cusps_deg.shape[1]] = told.cusps_deg
    houses, systems = told.houses.copy(), told.systems.copy()
    if rows.size:
        other = _compute(fallback, instants_of(moments.middle_us[rows], None), sites)
        cusps[rows, : fallback.layout.cusps] = other.cusps_deg
        houses[rows] = other.houses
        systems[rows] = np.where(other.status == COMPUTED, FALLBACK, NO_SYSTEM)
    return msgspec.structs.replace(told, cusps_deg=cusps, houses=houses, systems=systems)


def _find_faults(told: Cast, moments: Moments, understood: NDArray[np.bool_], last: Selection) -> None:
    """The faults of rows that were understood and could not be computed whole; `last` has the last houses tried."""
    arrays = told.arrays
    for row in np.flatnonzero(understood & (arrays.status != COMPUTED)).tolist():
        status = arrays.status[row]
        if status == OUTSIDE_TABLE:
            jd = float(told.instants.tt_day[row] + told.instants.tt_fraction[row])
            told.faults[row] = outside(jd, default_table())
        elif told.systems[row] == NO_SYSTEM and status == HOUSES_UNDEFINED and moments.known[row] == EXACT:
            place = moments.places[row]
            assert place is not None
            told.faults[row] = _houses_undefined(
                last, place.latitude, float(arrays.places.earth[row, OBLIQUITY])
            )


def _houses_undefined(
    selection: Selection, latitude_deg: float, obliquity_rad: float
) -> HouseSystemUndefined:
    system = selection.houses
    working = systems_defined_at(latitude_deg, float(np.degrees(obliquity_rad)))
    return HouseSystemUndefined(system.id, latitude_deg, working, system.defined_where)
