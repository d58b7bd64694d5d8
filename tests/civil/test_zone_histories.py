"""Histories against `zoneinfo`, an independent reader of the same compiled zones, and the file format's edges."""

import io
import struct
import zoneinfo
from datetime import UTC, datetime, timedelta
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from astrarium.civil import zones
from astrarium.civil.batches import AMBIGUOUS, NONEXISTENT, OK, ut_from_local
from astrarium.civil.history import (
    DAY_SECONDS,
    Period,
    ZoneHistory,
    fixed_history,
    gap_at,
    local_span,
    period_at,
    readings,
    with_place_mean_time,
    zone_history,
)
from astrarium.civil.notation import read_instant
from astrarium.civil.tzif import read_tzif

EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - a wall clock, given a zone where one is meant
FIRST, LAST = -11_676_096_000, 7_289_654_399  # 1600-01-01 to the end of 2200
ZONES = sorted(zones.zone_index().zones)


def compiled(name: str) -> bytes:
    offset, length = zones.zone_index().zones[name]
    return (zones.TABLE / "zones.tzif").read_bytes()[offset : offset + length]


@cache
def oracle(name: str) -> zoneinfo.ZoneInfo:
    return zoneinfo.ZoneInfo.from_file(io.BytesIO(compiled(name)), key=name)


@st.composite
def zone_moments(draw: st.DrawFn) -> tuple[str, int]:
    """A zone and a second of it, near a transition more often than not."""
    name = draw(st.sampled_from(ZONES))
    transitions = [instant for instant in zones.load_zone(name).transitions if FIRST < instant < LAST]
    anywhere = st.integers(FIRST, LAST)
    if not transitions:
        return name, draw(anywhere)
    near = st.tuples(st.sampled_from(transitions), st.integers(-100_000, 100_000)).map(sum)
    edge = st.tuples(st.sampled_from(transitions), st.integers(-1, 1)).map(sum)
    return name, draw(st.one_of(anywhere, near, edge))


def oracle_offsets(name: str, local_seconds: int) -> tuple[int, int]:
    """What `zoneinfo` says of a wall clock reading with fold 0 and 1 (PEP 495): unequal in folds and gaps."""
    wall = (EPOCH + timedelta(seconds=local_seconds)).replace(tzinfo=oracle(name))
    offsets = [wall.replace(fold=fold).utcoffset() for fold in (0, 1)]
    return tuple(int(offset.total_seconds()) for offset in offsets)


@settings(max_examples=1_000)
@given(zone_moments())
def test_period_agrees_with_zoneinfo(moment: tuple[str, int]) -> None:
    name, ut_seconds = moment
    local = (EPOCH + timedelta(seconds=ut_seconds)).replace(tzinfo=UTC).astimezone(oracle(name))
    period = period_at(zones.load_zone(name), ut_seconds)
    assert timedelta(seconds=period.offset_seconds) == local.utcoffset()
    assert period.abbreviation == local.tzname()
    assert period.dst == bool(local.dst())


@settings(max_examples=1_000)
@given(zone_moments(), st.sampled_from([0, 0, 17, 1_800, 3_600, -3_600, DAY_SECONDS]))
def test_every_reading_is_classified_as_zoneinfo_does(moment: tuple[str, int], shift: int) -> None:
    name, ut_seconds = moment
    history = zones.load_zone(name)
    local = ut_seconds + period_at(history, ut_seconds).offset_seconds + shift
    before, after = oracle_offsets(name, local)
    found = readings(history, local)
    if before == after:
        assert [reading.period.offset_seconds for reading in found] == [before]
    elif before > after:
        assert [reading.period.offset_seconds for reading in found] == [before, after]
    else:
        assert found == ()
        gap = gap_at(history, local)
        assert (gap.before.period.offset_seconds, gap.after.period.offset_seconds) == (before, after)
        assert gap.after.ut_seconds - gap.before.ut_seconds == 1
        assert gap.before.ut_seconds + before < local < gap.after.ut_seconds + after
    for reading in found:
        assert reading.ut_seconds + reading.period.offset_seconds == local


@settings(max_examples=200)
@given(
    st.sampled_from(ZONES),
    st.lists(st.tuples(st.integers(0, 10**9), st.integers(-90_000, 90_000)), max_size=40),
)
def test_many_readings_are_understood_as_each_alone(name: str, picks: list[tuple[int, int]]) -> None:
    history = zones.load_zone(name)
    at = history.transitions or (0,)
    local = np.array([at[pick % len(at)] + shift for pick, shift in picks], dtype=np.int64)
    instants, offsets, statuses = ut_from_local(history, local)
    for fold in (0, 1):
        chosen, _, settled = ut_from_local(history, local, np.full(local.shape, fold, dtype=np.int8))
        for index, reading in enumerate(local.tolist()):
            found = readings(history, reading)
            assert settled[index] == (OK if found else NONEXISTENT)
            if found:
                assert chosen[index] == (found[0], found[-1])[fold].ut_seconds
    for index, reading in enumerate(local.tolist()):
        found = readings(history, reading)
        expected = found[0] if found else gap_at(history, reading).after
        assert (instants[index], offsets[index]) == (expected.ut_seconds, expected.period.offset_seconds)
        assert statuses[index] == (NONEXISTENT, OK, AMBIGUOUS)[len(found)]


@settings(max_examples=500)
@given(zone_moments())
def test_civil_day_holds_each_of_its_instants_and_no_other(moment: tuple[str, int]) -> None:
    name, ut_seconds = moment
    history = zones.load_zone(name)
    local = ut_seconds + period_at(history, ut_seconds).offset_seconds
    midnight = local // DAY_SECONDS * DAY_SECONDS
    span = local_span(history, midnight, midnight + DAY_SECONDS)
    assert span is not None
    start, end = span
    assert start <= ut_seconds < end
    for inside in (start, end - 1):
        assert midnight <= inside + period_at(history, inside).offset_seconds < midnight + DAY_SECONDS
    for outside in (start - 1, end):
        clock = outside + period_at(history, outside).offset_seconds
        assert not midnight <= clock < midnight + DAY_SECONDS


def test_future_rules_run_to_the_last_accepted_year() -> None:
    for name in (
        "Europe/London",
        "America/New_York",
        "Africa/Cairo",
        "Asia/Gaza",
        "America/Nuuk",
        "Europe/Dublin",
    ):
        assert zones.load_zone(name).transitions[-1] > LAST, name


def test_no_clock_ever_showed_a_reading_three_times() -> None:
    for name in ZONES:
        history = zones.load_zone(name)
        for index, instant in enumerate(history.transitions):
            for period in history.periods[index : index + 2]:
                for second in (-1, 0, 1):
                    assert len(readings(history, instant + period.offset_seconds + second)) <= 2


def test_transitions_that_change_nothing_are_left_out() -> None:
    mean, standard = Period(561, False, "LMT"), Period(3_600, False, "CET")
    history = zone_history("X", [10, 20, 30], [mean, mean, standard, standard])
    assert history == ZoneHistory("X", (20,), (mean, standard), 3_600, 20)


def test_own_mean_time_replaces_the_citys_and_keeps_the_date_line() -> None:
    manila = zones.load_zone("Asia/Manila")
    own = with_place_mean_time(manila, 29_000)
    assert [period.offset_seconds for period in own.periods[:2]] == [29_000 - DAY_SECONDS, 29_000]
    assert own.periods[2:] == manila.periods[2:]
    assert own.transitions == manila.transitions


def test_fixed_clock_has_one_reading_for_everything() -> None:
    history = fixed_history("+01:00", 3_600)
    assert [reading.ut_seconds for reading in readings(history, 0)] == [-3_600]
    assert with_place_mean_time(history, 5) is history


def tzif(footer: str, offset: int = 0) -> bytes:
    """The smallest file of version 2: no transitions, one type, a footer."""
    block = (
        struct.pack(">4sc15x6L", b"TZif", b"2", 0, 0, 0, 0, 1, 4)
        + struct.pack(">lBB", offset, 0, 0)
        + b"STD\0"
    )
    return block + block + f"\n{footer}\n".encode("ascii")


@pytest.mark.parametrize(
    "footer",
    [
        "STD0DST,M3.5.0/1,M10.5.0",
        "STD0DST,J60/2,J300/3:30",
        "STD0DST,0/0,J365/23",
        "STD3:30DST,M3.2.0,M11.1.0",
        "<-02>2<-01>,M3.5.0/-1,M10.5.0/0",
        "STD-1DST0,M10.5.0,M3.5.0/1",
        "STD-2DST,M3.4.4/50,M10.4.4/50",
        "STD+5",
    ],
)
def test_every_form_of_footer_is_carried_on_as_zoneinfo_does(footer: str) -> None:
    offset = {"STD0": 0, "STD3": -12_600, "<-02": -7_200, "STD-": 3_600, "STD+": -18_000}[footer[:4]]
    offset = 7_200 if footer.startswith("STD-2") else offset
    data = tzif(footer, offset)
    peer = zoneinfo.ZoneInfo.from_file(io.BytesIO(data))
    history = read_tzif("Test/Footer", data)
    for hours in range(24 * 365 * 6):
        ut_seconds = (30 * 365 + 7) * DAY_SECONDS + hours * 3_600 + 1_799
        local = (EPOCH + timedelta(seconds=ut_seconds)).replace(tzinfo=UTC).astimezone(peer)
        assert timedelta(seconds=period_at(history, ut_seconds).offset_seconds) == local.utcoffset()


def test_day_of_a_footer_counted_from_zero_counts_the_leap_day() -> None:
    # Not against `zoneinfo`, which takes POSIX's zero-based day for a one-based one; glibc agrees with these.
    history = read_tzif("Test/Footer", tzif("STD0DST,59,299/1:15:30"))
    for begin in ("2000-02-29T02:00Z", "2001-03-01T02:00Z"):
        ut_seconds = read_instant(begin) // 1_000_000
        assert not period_at(history, ut_seconds - 1).dst
        assert period_at(history, ut_seconds).dst
    for end in ("2000-10-26T00:15:30Z", "2001-10-27T00:15:30Z"):
        ut_seconds = read_instant(end) // 1_000_000
        assert period_at(history, ut_seconds - 1).dst
        assert not period_at(history, ut_seconds).dst


@pytest.mark.parametrize("footer", ["what", "STD", "STD0DST", "STD0DST,M3.5.0", "STD0DST,X1,X2"])
def test_footer_that_is_no_rule_is_refused(footer: str) -> None:
    with pytest.raises(ValueError, match="no POSIX time zone rule"):
        read_tzif("Test/Footer", tzif(footer))


@pytest.mark.parametrize("damage", [b"", b"TZif", b"nonsense" * 20])
def test_bytes_that_are_no_zone_are_refused(damage: bytes) -> None:
    with pytest.raises((ValueError, struct.error)):
        read_tzif("Test/Damage", damage)


def test_version_1_file_is_refused() -> None:
    block = (
        struct.pack(">4sc15x6L", b"TZif", b"\0", 0, 0, 0, 0, 1, 4) + struct.pack(">lBB", 0, 0, 0) + b"STD\0"
    )
    with pytest.raises(ValueError, match="version 2"):
        read_tzif("Test/Old", block + block)
