"""When and where the births of a chunk were: most by the array, zone by zone, the others one by one.

Both ways end in the same instants to the microsecond. The array takes plain Gregorian dates and readings on a clock
that runs by its zone's own history and showed them once; whatever is not so goes the way of a single chart, whose
errors become the row's.
"""

from collections.abc import Sequence
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from astrarium.chart.files.births import PLACE_PARTS, TIME_PARTS, UNKNOWN, PlaceFinder, birth_of
from astrarium.chart.files.errors import without_frames
from astrarium.chart.files.rows import BirthValue, Rows
from astrarium.chart.files.writing import read_clocks, read_days
from astrarium.civil.batches import OK, ut_from_local
from astrarium.civil.calendars import microseconds_from_jd
from astrarium.civil.changeover import FIRST_DAY, LAST_DAY
from astrarium.civil.clocks import LOCAL_MEAN_TIME, Clock, choose_clock, place_clock
from astrarium.civil.history import DAY_SECONDS
from astrarium.civil.instants import SECOND_MICROSECONDS
from astrarium.civil.place import Place
from astrarium.civil.understanding import understand_time
from astrarium.civil.understood import Instant
from astrarium.errors import AstrariumError

Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]

KNOWN: Final = ("exact", "window", "unknown")
EXACT, WINDOW, NOT_KNOWN = 0, 1, 2
NOTHING: Final = -1


class Moments(msgspec.Struct, frozen=True, eq=False):
    """The births of a chunk as understood, one entry a row.

    `known` is the index in `KNOWN`, or -1 for a row whose fault stands in `faults`. `start_us`, `middle_us` and
    `end_us` are microseconds of universal time since 1970-01-01, equal for an exact time.
    """

    known: NDArray[np.int8]
    start_us: Integers
    middle_us: Integers
    end_us: Integers
    offset_seconds: Integers
    zones: list[str | None]
    places: list[Place | None]
    faults: dict[int, AstrariumError]


def understand(rows: Rows, finder: PlaceFinder) -> Moments:
    """Every birth of a chunk."""
    count = rows.count
    faults = dict(rows.faults)
    moments = Moments(
        known=np.full(count, NOTHING, np.int8),
        start_us=np.zeros(count, np.int64),
        middle_us=np.zeros(count, np.int64),
        end_us=np.zeros(count, np.int64),
        offset_seconds=np.zeros(count, np.int64),
        zones=[None] * count,
        places=_places(rows, finder, faults),
        faults=faults,
    )
    cells = {name: rows.births.get(name) or [None] * count for name in TIME_PARTS}
    settled = _by_zone(cells, moments)
    each = list(zip(*(cells[name] for name in TIME_PARTS), strict=True))
    for row in np.flatnonzero(~settled).tolist():
        place = moments.places[row]
        if place is None or row in faults:
            continue
        try:
            _one_by_one(each[row], place, row, moments)
        except AstrariumError as error:
            faults[row] = without_frames(error)
    moments.known[list(faults)] = NOTHING
    return moments


def _places(rows: Rows, finder: PlaceFinder, faults: dict[int, AstrariumError]) -> list[Place | None]:
    nothing: Sequence[BirthValue] = [None] * rows.count
    cells = zip(*(rows.births.get(name, nothing) for name in PLACE_PARTS), strict=True)
    places: list[Place | None] = []
    for row, found in enumerate(map(finder.find, cells)):
        if isinstance(found, Place):
            places.append(found)
        else:
            places.append(None)
            faults.setdefault(row, found)
    return places


def _one_by_one(cells: Sequence[BirthValue], place: Place, row: int, moments: Moments) -> None:
    time = understand_time(birth_of(cells), place)
    moments.known[row] = KNOWN.index(time.known)
    moments.start_us[row] = _microseconds(time.start)
    moments.middle_us[row] = _microseconds(time.middle)
    moments.end_us[row] = _microseconds(time.end)
    moments.offset_seconds[row] = time.offset_seconds
    moments.zones[row] = time.zone


def _microseconds(instant: Instant) -> int:
    return microseconds_from_jd(instant.jd_ut_day, instant.jd_ut_fraction)


def _by_zone(cells: dict[str, Sequence[BirthValue]], moments: Moments) -> Flags:
    """Settle what can be settled by the array; says which rows are."""
    days, plain = read_days(cells["date"])
    plain &= (days >= FIRST_DAY) & (days <= LAST_DAY)
    times = cells["time"]
    seconds, timed = read_clocks(times)
    unknown = np.array([time is None or time == UNKNOWN for time in times], bool)
    folds = np.array([_choice(fold) for fold in cells["fold"]], np.int8)
    plain &= (timed | unknown) & (folds >= NOTHING)
    plain &= np.array([instant is None for instant in cells["instant"]], bool)
    plain &= np.array([calendar in (None, "gregorian") for calendar in cells["calendar"]], bool)
    keys = [_clock_key(place, zone) for place, zone in zip(moments.places, cells["zone"], strict=True)]
    numbers: dict[str, int] = {}
    groups = np.array([NOTHING if key is None else numbers.setdefault(key, len(numbers)) for key in keys])
    groups[~plain] = NOTHING
    settled = np.zeros(len(keys), bool)
    order = np.argsort(groups, kind="stable")
    bounds = np.searchsorted(groups[order], np.arange(len(numbers) + 1))
    for key, first, last in zip(numbers, bounds[:-1], bounds[1:], strict=True):
        rows = order[first:last]
        clock = _clock(key, moments, rows)
        if clock is None:
            continue
        midnights = days[rows] * DAY_SECONDS
        exact, inexact = ~unknown[rows], unknown[rows]
        some, others = rows[exact], rows[inexact]
        local = midnights[exact] + seconds[some]
        settled[some] = _settle_exact(clock, some, midnights[exact], local, folds[some], moments)
        settled[others] = _settle_unknown(clock, others, midnights[inexact], moments)
    return settled


def _choice(fold: BirthValue) -> int:
    """A fold for the array: -1 for none, -2 for what is no choice."""
    if fold is None:
        return NOTHING
    return int(fold) if fold in ("0", "1", 0, 1) and not isinstance(fold, bool) else NOTHING - 1


def _clock_key(place: Place | None, zone: BirthValue) -> str | None:
    """What tells one clock from another: the zone that was given, or `@` and the place's own."""
    if place is None:
        return None
    if zone is None:
        return None if place.zone is None or place.other_zones else f"@{place.zone}"
    return zone if isinstance(zone, str) and zone != LOCAL_MEAN_TIME else None


def _clock(key: str, moments: Moments, rows: Integers) -> Clock | None:
    """The clock of a key; `None` for a zone that is none."""
    try:
        if key.startswith("@"):
            return place_clock(key[1:])
        place = moments.places[rows[0]] if rows.size else None
        return choose_clock(key, place) if place is not None else None
    except AstrariumError:
        return None


def _runs_by_zone(clock: Clock, midnights: Integers) -> Flags:
    """Whether the clock runs by its zone's history, not by the place's own mean time (`clocks.running_history`)."""
    end = clock.history.mean_time_end
    if not clock.by_place or end is None:
        return np.ones(midnights.shape, bool)
    return midnights > end + 2 * DAY_SECONDS


def _settle_exact(
    clock: Clock,
    rows: Integers,
    midnights: Integers,
    local: Integers,
    folds: NDArray[np.int8],
    moments: Moments,
) -> Flags:
    instants, offsets, status = ut_from_local(clock.history, local, folds)
    good: Flags = (status == OK) & _runs_by_zone(clock, midnights)
    _write(
        moments, EXACT, rows[good], instants[good], instants[good], instants[good], offsets[good], clock.zone
    )
    return good


def _settle_unknown(clock: Clock, rows: Integers, midnights: Integers, moments: Moments) -> Flags:
    """Whole days that begin and end on one offset; the others are read one by one."""
    starts, offsets, at_start = ut_from_local(clock.history, midnights)
    ends, end_offsets, at_end = ut_from_local(clock.history, midnights + DAY_SECONDS)
    good: Flags = (
        (at_start == OK) & (at_end == OK) & (offsets == end_offsets) & _runs_by_zone(clock, midnights)
    )
    starts, ends = starts[good], ends[good]
    middles = (starts + ends) // 2
    of_periods = np.array([period.offset_seconds for period in clock.history.periods], np.int64)
    transitions = np.array(clock.history.transitions, np.int64)
    at_middle = of_periods[np.searchsorted(transitions, middles, side="right")]
    _write(moments, NOT_KNOWN, rows[good], starts, middles, ends, at_middle, clock.zone)
    return good


def _write(
    moments: Moments,
    known: int,
    rows: Integers,
    starts: Integers,
    middles: Integers,
    ends: Integers,
    offsets: Integers,
    zone: str,
) -> None:
    moments.known[rows] = known
    moments.start_us[rows] = starts * SECOND_MICROSECONDS
    moments.middle_us[rows] = middles * SECOND_MICROSECONDS
    moments.end_us[rows] = ends * SECOND_MICROSECONDS
    moments.offset_seconds[rows] = offsets
    for row in rows.tolist():
        moments.zones[row] = zone
