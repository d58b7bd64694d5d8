"""A chart's wheel: the signs of its own zodiac where they stood at that moment."""

from astrarium.chart.structs import Chart
from astrarium.draw.palette import Theme
from astrarium.draw.wheel import DEFAULT_SIZE, wheel


def wheel_of(chart: Chart, *, theme: Theme = "light", size: int = DEFAULT_SIZE) -> str:
    """The chart as SVG."""
    frame = next(iter(chart.frames.values()))
    return wheel(chart, sign_starts_deg=frame.boundaries, signs=frame.signs, theme=theme, size=size)
