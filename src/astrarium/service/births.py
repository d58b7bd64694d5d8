"""A birth as it is kept: in the words of whoever wrote it, and how those were understood.

The words alone would change their meaning with the next gazetteer, the understanding alone would hide where it comes
from: with both, a chart can be cast again from either, and the two compared.
"""

from datetime import datetime
from typing import Any, Final

import msgspec

from astrarium.civil.birth import Birth, PlaceReference
from astrarium.civil.gazetteer import shipped_gazetteer
from astrarium.civil.place import Place
from astrarium.civil.place_understanding import understand_place
from astrarium.civil.understanding import understand_time
from astrarium.civil.understood import Confidence, Known, Scale, Source
from astrarium.civil.zones import zones_version
from astrarium.service.errors import FieldError, InvalidBody

LONGEST_BIRTH_BYTES: Final = 2_000
"""A birth as JSON; an ordinary one has a hundred."""

_POINTER: Final = "/birth"
_HINT: Final = (
    "A birth is a date, a time and a place in a few words; the reference at /api/docs shows each field."
)


class UnderstoodPlace(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where a birth was: geodetic degrees, north and east positive, and what the gazetteer said of them."""

    latitude: float
    longitude: float
    altitude_m: float = 0.0
    name: str | None = None
    region: str | None = None
    country: str | None = None
    geoname_id: int | None = None


class Understood(msgspec.Struct, frozen=True, omit_defaults=True):
    """When and where a birth was, as read by the tables of that day: `zones` is the version of the time zones.

    `utc` is the instant, of a time that is not exact the middle of its window `window_utc`; `local` is the clock at
    the place, `zone` and `source` say which, `known` is `exact`, `window` or `unknown`.
    """

    utc: str
    local: str
    zone: str
    offset_seconds: int
    source: Source
    scale: Scale
    known: Known
    confidence: Confidence
    zones: str
    place: UnderstoodPlace
    window_utc: tuple[str, str] | None = None
    fold: int | None = None

    @property
    def instant(self) -> datetime:
        """`utc` as a moment of the database."""
        return datetime.fromisoformat(self.utc)


def understand(birth: Birth) -> Understood:
    """Read a birth by the tables in use.

    Raises every error of `civil` for a birth that cannot be understood without guessing, and `InvalidBody` for one
    that is no birth anybody would write: thousands of letters, or a NUL among them.
    """
    refuse_unkeepable(birth)
    place = understand_place(birth.place, shipped_gazetteer())
    time = understand_time(birth, place)
    return Understood(
        utc=time.utc,
        local=time.local,
        zone=time.zone,
        offset_seconds=time.offset_seconds,
        source=time.source,
        scale=time.scale,
        known=time.known,
        confidence=time.confidence,
        zones=zones_version(),
        place=_kept_place(place),
        window_utc=time.window_utc,
        fold=time.fold,
    )


def _kept_place(place: Place) -> UnderstoodPlace:
    return UnderstoodPlace(
        place.latitude,
        place.longitude,
        place.altitude_m,
        place.name,
        place.region,
        place.country,
        place.geoname_id,
    )


def refuse_unkeepable(birth: Birth) -> None:
    """Raise `InvalidBody` for a birth that the database would not take: too long, or with a NUL in its text."""
    written = msgspec.json.encode(birth)
    if len(written) > LONGEST_BIRTH_BYTES:
        detail = f"The birth is longer than {LONGEST_BIRTH_BYTES} bytes."
    elif rb"\u0000" in written:
        detail = "The birth holds a NUL, which is no letter."
    else:
        return
    raise InvalidBody(FieldError("invalid_value", detail, _POINTER), _HINT)


def written(birth: Birth) -> dict[str, Any]:
    """The birth as JSON for the database: the fields that were written, and no others."""
    fields: dict[str, Any] = msgspec.to_builtins(birth)
    return {name: value for name, value in fields.items() if value is not None}


def pinned(birth: Birth, understood: Understood) -> Birth:
    """The same birth at the coordinates and by the zone that it was understood to have.

    It can be read where the words no longer can, such as after a town of the same name has come into the gazetteer.
    """
    place = understood.place
    return Birth(
        date=birth.date,
        time=birth.time,
        place=PlaceReference(
            latitude=place.latitude,
            longitude=place.longitude,
            altitude_m=place.altitude_m,
            country=place.country,
            name=place.name,
        ),
        zone=None if birth.instant is not None else understood.zone,
        fold=birth.fold,
        instant=birth.instant,
    )
