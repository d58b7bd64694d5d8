"""The first lines of a printed chart: whose, where, when, and how the time was understood."""

from collections.abc import Iterator
from itertools import chain, repeat
from typing import TYPE_CHECKING

from rich.table import Table

from astrarium.cli import measures
from astrarium.cli.terminal import labelled
from astrarium.reading import time_words

if TYPE_CHECKING:
    from astrarium.chart.structs import Chart, PlaceBlock, TimeBlock


def heading(chart: "Chart") -> Table:
    """Place, time and choices as labelled lines."""
    first, *others = chart.settings.zodiacs
    beside = f", beside {', '.join(others)}" if others else ""
    return labelled(
        (
            ("Place", place_line(chart.place)),
            *zip(chain(("Time",), repeat("")), time_lines(chart), strict=False),
            ("Zodiac", f"{first}{beside}"),
        )
    )


def place_line(place: "PlaceBlock") -> str:
    """`London, England, GB · 51.5085° N, 0.1257° W`, with the height where it is not the sea's."""
    named = ", ".join(part for part in (place.name, place.region, place.country) if part)
    where = measures.coordinates(place.latitude, place.longitude)
    height = f", {place.altitude_m:g} m" if place.altitude_m else ""
    return f"{named} · {where}{height}" if named else f"{where}{height}"


def time_lines(chart: "Chart") -> Iterator[str]:
    """How the clock was read, step by step: the reading, its rule, the instant, the doubts and the other readings."""
    yield time_words.headline(chart.time)
    yield from time_words.sentences(chart)
    if chart.time.known == "exact":
        yield f"{chart.time.confidence}; delta T {_delta_t(chart.time)}"
    for reading in time_words.other_readings(chart.time):
        yield f"or {reading}"


def _delta_t(time: "TimeBlock") -> str:
    doubt = f" ± {time.delta_t_sigma_s:.0f}" if time.delta_t_sigma_s >= 0.5 else ""
    return f"{time.delta_t_s:.1f}{doubt} s"
