"""A chart as a page of text: heading, bodies and angles, houses, aspects, and what it was made from."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.console import RenderableType
from rich.text import Text

from astrarium.cli.chart_heading import heading
from astrarium.cli.chart_tables import (
    table_of_aspects,
    table_of_bodies,
    table_of_houses,
    tables_of_other_zodiacs,
    zodiac_ids,
)
from astrarium.cli.glyphs import name_of
from astrarium.cli.terminal import printable
from astrarium.cli.window_tables import (
    passing_aspects,
    table_of_likely_angles,
    table_of_likely_houses,
    table_of_passing_aspects,
)

if TYPE_CHECKING:
    from astrarium.chart.structs import Chart, Receipt


def page(chart: "Chart") -> Iterator[RenderableType]:
    """The parts of the page from top to bottom, fit for 80 columns."""
    if chart.name:
        yield Text(printable(chart.name), style="bold")
        yield ""
    yield heading(chart)
    yield ""
    yield table_of_bodies(chart)
    yield Text(legend(chart), style="dim")
    for table in tables_of_other_zodiacs(chart):
        yield ""
        yield table
    if chart.houses is not None:
        yield ""
        yield Text(f"Houses: {name_of(chart.houses.system)}", style="bold")
        yield table_of_houses(chart.houses, zodiac_ids(chart))
    if chart.aspects:
        yield ""
        yield Text("Aspects", style="bold")
        yield table_of_aspects(chart.aspects)
    yield from window_of(chart)
    yield ""
    for note in chart.notes:
        yield Text(f"Note: {printable(note)}")
    yield Text(receipt_line(chart.receipt), style="dim")


def window_of(chart: "Chart") -> Iterator[RenderableType]:
    """What a birth-time window adds: passing aspects, likely angles and, unless the time is unknown, likely houses."""
    window = chart.window
    if not window:
        return
    passing = passing_aspects(window)
    if passing:
        yield ""
        yield Text("Aspects for a part of the window", style="bold")
        yield table_of_passing_aspects(passing)
    yield ""
    yield Text("Signs of the angles over the window", style="bold")
    yield table_of_likely_angles(window, zodiac_ids(chart)[0])
    if chart.time.known == "window" and window.houses_defined > 0.0:
        yield ""
        yield Text(f"Houses over the window: {name_of(window.house_system)}", style="bold")
        yield table_of_likely_houses(window)


def legend(chart: "Chart") -> str:
    """What the last columns of the first table mean."""
    if chart.time.known == "exact":
        return f"to boundary: how far the sign's edge in {zodiac_ids(chart)[0]} is, and how much birth time"
    return "?: another sign is possible at another time of the window"


def receipt_line(receipt: "Receipt") -> str:
    """The receipt in short; `--json` has it whole."""
    return f"Receipt {receipt.id[:19]}…, Astrarium {receipt.engine}"
