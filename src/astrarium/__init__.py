"""Astrarium: true-sidereal astrology, from a birth date to the chart of the real sky.

    >>> import astrarium
    >>> chart = astrarium.chart("1990-05-17", "12:30", "London, GB")
    >>> chart.positions[0].signs["iau13"].sign
    'taurus'

`chart` computes one chart from words, `charts` many from arrays of instants (`from_universal`, `from_terrestrial`)
and places. `places`, `topocentric_places`, `heliocentric_places` and `star_places` give positions alone,
`observables` what bodies look like. Importing this module loads nothing heavy; the kernels load with the first chart.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from astrarium.errors import AstrariumError

if TYPE_CHECKING:
    from astrarium.chart.batch import ChartArrays, charts
    from astrarium.chart.natal import chart
    from astrarium.chart.structs import Chart, ChartRequest
    from astrarium.civil.birth import Birth, CalendarDate, PlaceReference, TimeWindow
    from astrarium.sky.heliocentric import HeliocentricPlaces, heliocentric_places
    from astrarium.sky.horizon import Horizontal
    from astrarium.sky.observables import Observables, observables
    from astrarium.sky.positions import Places, places
    from astrarium.sky.site import Site
    from astrarium.sky.stars import Star, StarPlaces, list_stars, star_places
    from astrarium.sky.timescales import Instants, from_terrestrial, from_universal
    from astrarium.sky.topocentric import TopocentricPlaces, topocentric_places

__version__ = "0.1.0"

__all__ = [
    "AstrariumError",
    "Birth",
    "CalendarDate",
    "Chart",
    "ChartArrays",
    "ChartRequest",
    "HeliocentricPlaces",
    "Horizontal",
    "Instants",
    "Observables",
    "PlaceReference",
    "Places",
    "Site",
    "Star",
    "StarPlaces",
    "TimeWindow",
    "TopocentricPlaces",
    "__version__",
    "chart",
    "charts",
    "from_terrestrial",
    "from_universal",
    "heliocentric_places",
    "list_stars",
    "observables",
    "places",
    "star_places",
    "topocentric_places",
]

_HOMES = {
    "Birth": "astrarium.civil.birth",
    "CalendarDate": "astrarium.civil.birth",
    "Chart": "astrarium.chart.structs",
    "ChartArrays": "astrarium.chart.batch",
    "ChartRequest": "astrarium.chart.structs",
    "HeliocentricPlaces": "astrarium.sky.heliocentric",
    "Horizontal": "astrarium.sky.horizon",
    "Instants": "astrarium.sky.timescales",
    "Observables": "astrarium.sky.observables",
    "PlaceReference": "astrarium.civil.birth",
    "Places": "astrarium.sky.positions",
    "Site": "astrarium.sky.site",
    "Star": "astrarium.sky.stars",
    "StarPlaces": "astrarium.sky.stars",
    "TimeWindow": "astrarium.civil.birth",
    "TopocentricPlaces": "astrarium.sky.topocentric",
    "charts": "astrarium.chart.batch",
    "from_terrestrial": "astrarium.sky.timescales",
    "from_universal": "astrarium.sky.timescales",
    "heliocentric_places": "astrarium.sky.heliocentric",
    "list_stars": "astrarium.sky.stars",
    "observables": "astrarium.sky.observables",
    "places": "astrarium.sky.positions",
    "star_places": "astrarium.sky.stars",
    "topocentric_places": "astrarium.sky.topocentric",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever the name stands for
    if name == "chart":
        return import_module("astrarium.chart")
    if name in _HOMES:
        value = globals()[name] = getattr(import_module(_HOMES[name]), name)
        return value
    raise AttributeError(f"module 'astrarium' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
