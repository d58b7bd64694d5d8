"""A chart's wheel: the signs of its own zodiac where they stood at that moment."""

from astrarium.chart.structs import Chart
from astrarium.draw.palette import Theme
from astrarium.draw.wheel import DEFAULT_SIZE, wheel
from astrarium.sky.zodiacs import boundaries_of_date, zodiac


def wheel_of(chart: Chart, *, theme: Theme = "light", size: int = DEFAULT_SIZE) -> str:
    """The chart as SVG."""
    frame = zodiac(chart.settings.zodiacs[0])
    node = next((at.longitude for at in chart.positions if at.body == f"{frame.node}_node"), None)
    starts = boundaries_of_date(frame, chart.time.jd_tt_day, chart.time.jd_tt_fraction, node_deg=node)
    return wheel(chart, sign_starts_deg=starts, signs=frame.signs, theme=theme, size=size)
