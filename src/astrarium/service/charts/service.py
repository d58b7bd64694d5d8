"""How charts are shown, for every page that shows one: the values of the template `result.html`."""

from typing import Any, Final

from astrarium.chart.structs import Chart
from astrarium.civil.birth import Birth, TimeWindow
from astrarium.draw.glyphs import glyph_book
from astrarium.draw.picture import wheel_of
from astrarium.service.charts.form import ChartForm
from astrarium.service.charts.view import view

WIDE: Final = 760
NARROW: Final = 400


def shown(made: Chart) -> dict[str, Any]:
    """The chart in words, its wheel for wide and for narrow pages, and the glyphs of both."""
    return {
        "chart": view(made),
        "wheel": wheel_of(made, size=WIDE),
        "small_wheel": wheel_of(made, size=NARROW),
        "symbols": glyph_book().symbols,
    }


def read_only(made: Chart, birth: Birth) -> dict[str, Any]:
    """The same on a page where nothing can be changed: without the form and without the links that hold a birth."""
    window = birth.time
    form = ChartForm(start=window.start, end=window.end) if isinstance(window, TimeWindow) else ChartForm()
    return {**shown(made), "form": form, "query": "", "zodiacs": (), "systems": ()}
