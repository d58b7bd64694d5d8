"""The sky of this minute, as readers of the topic `sky` get it: the same text for all of them."""

from datetime import UTC, datetime
from typing import Final

import msgspec

from astrarium.chart.natal import cast
from astrarium.chart.structs import ChartRequest, Position
from astrarium.civil.birth import Birth, PlaceReference

EVERY_S: Final = 60
ZODIACS: Final = ("iau13", "tropical")
_CENTRE: Final = PlaceReference(latitude=0.0, longitude=0.0, name="The Earth's centre")
"""Where houses and angles would be counted from; none are told."""


class SkySign(msgspec.Struct, frozen=True):
    """Where a body stands in one zodiac: `degree` counts from the sign's start."""

    sign: str
    degree: float


class SkyBody(msgspec.Struct, frozen=True):
    """One body as it is seen from the Earth's centre: ecliptic of date, degrees, and degrees a day."""

    body: str
    longitude: float
    latitude: float
    speed: float
    retrograde: bool
    constellation: str | None
    signs: dict[str, SkySign]


class SkyNow(msgspec.Struct, frozen=True):
    """The sky at one instant."""

    instant: datetime
    bodies: tuple[SkyBody, ...]


def minute_of(now: datetime) -> datetime:
    """The beginning of the minute."""
    return now.astimezone(UTC).replace(second=0, microsecond=0)


def body_at(minute: datetime) -> str:
    """The message about the sky at `minute`."""
    sky = msgspec.json.encode(sky_at(minute)).decode()
    at = msgspec.json.encode(minute).decode()
    return f'{{"type":"event","topic":"sky","event":"sky.now","at":{at},"data":{sky}}}'


def sky_at(instant: datetime) -> SkyNow:
    """Where the standard bodies stand.

    Raises `OutOfRange` outside the years of the tables.
    """
    birth = Birth(instant=instant.strftime("%Y-%m-%dT%H:%M:%SZ"), place=_CENTRE)
    made = cast(ChartRequest(birth=birth, zodiacs=ZODIACS, houses="whole_sign"))
    return SkyNow(instant, tuple(_body(position) for position in made.positions))


def _body(position: Position) -> SkyBody:
    return SkyBody(
        body=position.body,
        longitude=position.longitude,
        latitude=position.latitude,
        speed=position.speed,
        retrograde=position.retrograde,
        constellation=position.constellation,
        signs={zodiac: SkySign(one.sign, one.degree) for zodiac, one in position.signs.items()},
    )
