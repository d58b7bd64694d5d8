"""The sky of this hour, for the start page: where Sun and Moon stand, in the true sky and in the tropical one."""

from datetime import UTC, datetime
from functools import lru_cache

import msgspec

from astrarium.chart.natal import cast
from astrarium.chart.structs import Chart, ChartRequest
from astrarium.civil.birth import Birth, PlaceReference
from astrarium.draw.picture import wheel_of
from astrarium.reading.moments import moment
from astrarium.service.charts.form import COMPARED_ZODIACS
from astrarium.service.web.words import arc, named

_ANYWHERE = PlaceReference(id=2643743)
"""A place of the gazetteer knows its zone; coordinates would have the outlines of all zones read, 33 MB."""
_SIZE = 440


class Sky(msgspec.Struct, frozen=True):
    """A wheel without houses, and what it shows in sentences."""

    wheel: str
    sentences: tuple[str, ...]


def sky_at(instant: datetime) -> Sky:
    """The sky at the full hour of an instant."""
    return _sky(instant.astimezone(UTC).strftime("%Y-%m-%dT%H:00:00Z"))


@lru_cache(maxsize=2)
def _sky(hour: str) -> Sky:
    made = cast(
        ChartRequest(birth=Birth(instant=hour, place=_ANYWHERE), zodiacs=COMPARED_ZODIACS, houses="porphyry")
    )
    # Houses belong to a place, and the sky of everybody has none.
    positions = tuple(msgspec.structs.replace(position, house=None) for position in made.positions)
    made = msgspec.structs.replace(made, positions=positions, houses=None, angles=None)
    return Sky(wheel_of(made, size=_SIZE), tuple(_sentences(made)))


def _sentences(chart: Chart) -> list[str]:
    sun, moon = chart.positions[:2]
    said = [f"{moment(chart.time.utc)} UTC."]
    for body, name in ((sun, "The Sun"), (moon, "The Moon")):
        true, tropical = (body.signs[zodiac] for zodiac in COMPARED_ZODIACS)
        said.append(
            f"{name} stands at {arc(true.degree)} of {named(true.sign)}; "
            f"the tropical zodiac counts {arc(tropical.degree)} of {named(tropical.sign)}."
        )
    return said
