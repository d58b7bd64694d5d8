"""A place as the engine understands it: coordinates, and what the gazetteer knows of them."""

import msgspec


class Place(msgspec.Struct, frozen=True):
    """Geodetic coordinates (degrees, north and east positive; metres above the sea) with the zones that hold there.

    `zone` is the IANA zone of the place; `other_zones` the zones that people at the same place also keep
    (Xinjiang), so that nobody guesses between them. Gazetteer fields are `None` for bare coordinates.
    """

    latitude: float
    longitude: float
    altitude_m: float = 0.0
    name: str | None = None
    region: str | None = None
    country: str | None = None
    geoname_id: int | None = None
    zone: str | None = None
    other_zones: tuple[str, ...] = ()
