"""The first lines of a printed chart: whose, where, when, and how the time was understood."""

from collections.abc import Iterator
from itertools import chain, repeat
from typing import TYPE_CHECKING, Final

from rich.table import Table

from astrarium.cli import measures
from astrarium.cli.terminal import labelled

if TYPE_CHECKING:
    from astrarium.chart.structs import Chart, PlaceBlock, TimeBlock

RULES: Final = {
    "iana": "{zone}",
    "zone_lmt": "local mean time of {zone}",
    "place_lmt": "local mean time of the birthplace",
    "lmt": "local mean time, as asked",
    "fixed": "the offset given",
    "utc": "as given",
}


def heading(chart: "Chart") -> Table:
    """Place, time and choices as labelled lines."""
    first, *others = chart.settings.zodiacs
    beside = f", beside {', '.join(others)}" if others else ""
    return labelled(
        (
            ("Place", place_line(chart.place)),
            *zip(chain(("Time",), repeat("")), time_lines(chart.time), strict=False),
            ("Zodiac", f"{first}{beside}"),
        )
    )


def place_line(place: "PlaceBlock") -> str:
    """`London, England, GB · 51.5085° N, 0.1257° W`, with the height where it is not the sea's."""
    named = ", ".join(part for part in (place.name, place.region, place.country) if part)
    where = measures.coordinates(place.latitude, place.longitude)
    height = f", {place.altitude_m:g} m" if place.altitude_m else ""
    return f"{named} · {where}{height}" if named else f"{where}{height}"


def time_lines(time: "TimeBlock") -> Iterator[str]:
    """How the clock was read, step by step: the reading, its rule, the instant, the doubts and the other readings."""
    if time.known == "exact":
        rule = RULES[time.source].format(zone=time.zone)
        saving = ", daylight saving time" if time.dst else ""
        yield f"{_clock(time.local)} at UTC{measures.offset(time.offset_seconds)}: {rule}{saving}"
        yield f"{_instant(time.utc, time.scale)}, {time.confidence}; delta T {_delta_t(time)}"
    else:
        yield from _window_lines(time)
    yield from time.notes
    for other in time.alternatives:
        instant = _instant(other.utc, time.scale)
        yield f"or {instant}, at UTC{measures.offset(other.offset_seconds)}: {other.label}"


def _window_lines(time: "TimeBlock") -> Iterator[str]:
    start, end = time.window_utc or (time.utc, time.utc)
    known = "unknown" if time.known == "unknown" else "uncertain"
    scale = "UTC" if time.scale == "UTC" else "UT"
    rule = RULES[time.source].format(zone=time.zone)
    yield f"{known} on {time.local[:10]}, in {rule}"
    yield f"from {_clock(start)} to {_clock(end)} {scale}"
    yield f"the table stands for the middle, {_clock(time.utc)} {scale}"


def _instant(utc: str, scale: str) -> str:
    return f"{_clock(utc)} {'UTC' if scale == 'UTC' else 'UT'}"


def _clock(iso: str) -> str:
    """`1990-05-17T12:30:00+01:00` as `1990-05-17 12:30:00`."""
    return iso[:19].replace("T", " ").removesuffix("Z")


def _delta_t(time: "TimeBlock") -> str:
    doubt = f" ± {time.delta_t_sigma_s:.0f}" if time.delta_t_sigma_s >= 0.5 else ""
    return f"{time.delta_t_s:.1f}{doubt} s"
