"""How a birth's time was understood, in sentences that a person can check."""

from collections.abc import Iterator

from astrarium.chart.structs import Chart, TimeBlock
from astrarium.reading.moments import ahead, clock, day, moment, offset


def headline(time: TimeBlock) -> str:
    """When, in a line: `17 May 1990, 12:30`, or the day alone where the time is not exact."""
    written = f" ({time.calendar.capitalize()} calendar)" if time.calendar == "julian" else ""
    if time.known == "exact":
        return f"{moment(time.local)}{written}"
    return f"{day(time.local)}{written}, time {'unknown' if time.known == 'unknown' else 'uncertain'}"


def sentences(chart: Chart) -> Iterator[str]:
    """What the clock said, what UTC was, by which rule; then what is doubtful."""
    time = chart.time
    name = chart.place.name
    where = f" in {name}" if name else ""
    if time.known == "exact":
        yield f"{clock(time.local)}{where} was {_universal(time)}: {_rule(chart)}."
    else:
        yield f"{_openness(time)}Clocks{where} went by {_rule(chart)}."
    yield from time.notes


def other_readings(time: TimeBlock) -> Iterator[str]:
    """The instants that the same words could have meant: `16 January 1930, 11:40 UTC (UTC+0:20): …`."""
    for reading in time.alternatives:
        yield f"{moment(reading.utc)} {scale_of(time)} ({offset(reading.offset_seconds)}): {reading.label}"


def facts(chart: Chart) -> Iterator[tuple[str, str]]:
    """The same as names and values, for whoever checks."""
    time = chart.time
    yield "Local time", f"{time.local}{'' if time.calendar == 'gregorian' else ' (Julian calendar)'}"
    yield time.scale, time.utc
    if time.window_utc:
        yield "Window", " to ".join(time.window_utc)
    yield "Zone", f"{time.zone}, {offset(time.offset_seconds)}{', daylight saving' if time.dst else ''}"
    if time.fold is not None:
        yield "Reading chosen", "the later of the two" if time.fold else "the earlier of the two"
    yield "Confidence", time.confidence
    yield "Julian date (TT)", f"{time.jd_tt:.6f}"
    yield "ΔT", f"{time.delta_t_s:.2f} s ± {time.delta_t_sigma_s:.2g} s"
    for reading in other_readings(time):
        yield "Or", reading


def scale_of(time: TimeBlock) -> str:
    """The right name of the scale that instants of a chart are counted in: there was no UTC before 1972."""
    return "UTC" if time.scale == "UTC" else "Universal Time"


def _universal(time: TimeBlock) -> str:
    """The instant, with its day where that differs from the clock's, and by its right name."""
    is_same_day = time.calendar == "gregorian" and time.utc[:10] == time.local[:10]
    told = f"{clock(time.utc)} {scale_of(time)}"
    return told if is_same_day else f"{told} on {day(time.utc)}"


def _openness(time: TimeBlock) -> str:
    """Between which instants the birth lies, and for which of them the numbers stand."""
    if time.window_utc is None:
        return ""
    first, last = time.window_utc
    if first[:10] == last[:10]:
        between = f"between {clock(first)} and {clock(last)} {scale_of(time)}"
    else:
        between = f"between {moment(first)} and {moment(last)} {scale_of(time)}"
    return f"The birth lies {between}; positions are those of the middle, {clock(time.utc)}. "


def _rule(chart: Chart) -> str:
    time = chart.time
    match time.source:
        case "iana":
            summer = "daylight saving time, " if time.dst else ""
            version = chart.receipt.tables.get("zones", "")
            return f"{time.zone}, {summer}{ahead(time.offset_seconds)}, from the IANA database {version}".rstrip()
        case "zone_lmt":
            return f"local mean time of the zone {time.zone}, {ahead(time.offset_seconds)}"
        case "place_lmt":
            return (
                f"local mean time of the birthplace, before standard time began, {ahead(time.offset_seconds)}"
            )
        case "lmt":
            return f"local mean time of the birthplace, as asked, {ahead(time.offset_seconds)}"
        case "fixed":
            return f"{ahead(time.offset_seconds)}, as given"
        case "utc":
            return "given in UTC"
