"""From what a person writes of a birth's place to the place that it means."""

from msgspec.structs import replace

from astrarium.civil.birth import PlaceReference
from astrarium.civil.gazetteer import Gazetteer
from astrarium.civil.place import Place
from astrarium.civil.place_errors import (
    PLACE,
    ConflictingPlace,
    InvalidCoordinates,
    MissingCoordinate,
    MissingPlace,
)
from astrarium.civil.place_zones import zones_at

LOWEST_ALTITUDE_M = -500.0  # the shore of the Dead Sea lies at -430 m
HIGHEST_ALTITUDE_M = 9000.0


def understand_place(place: str | PlaceReference | None, gazetteer: Gazetteer) -> Place:
    """The place that a birth's `place` means.

    A text is looked up (`Gazetteer.find`), an `id` too; coordinates stand for themselves, 0°/0° among them, with the
    zones that hold there. Their country is the one that is given and else unknown: it is not guessed from the map,
    whose borders are not those of the birth's year.

    Args:
        place: a name with its region or country; or a reference by `id`, or by `latitude` and `longitude` (degrees,
            north and east positive) with `altitude_m` (metres above the sea), `name` and `country` if one likes.
        gazetteer: where names and ids are looked up.

    Raises:
        MissingPlace: nothing was given, an empty text, or one coordinate without the other.
        UnknownPlace: the gazetteer has no place of that name or id.
        AmbiguousPlace: several places bear the name and none is clearly meant.
        InvalidCoordinates: a latitude beyond ±90°, a longitude beyond ±180°, an altitude outside -500 … 9000 m, or
            what is no number.
        ConflictingPlace: an `id` beside coordinates, a name or a country.
        UnknownCountry: a country beside coordinates that is none.
    """
    match place:
        case None:
            raise MissingPlace
        case str():
            return gazetteer.find(place, pointer=PLACE)
        case PlaceReference(id=None):
            return _at_coordinates(place, gazetteer)
        case _:
            return _by_id(place, gazetteer)


def _by_id(reference: PlaceReference, gazetteer: Gazetteer) -> Place:
    assert reference.id is not None
    excluded = ("latitude", "longitude", "country", "name")
    clashing = [field for field in excluded if getattr(reference, field) is not None]
    if clashing:
        raise ConflictingPlace(clashing)
    place = gazetteer.by_id(reference.id, pointer=f"{PLACE}/id")
    if reference.altitude_m == 0.0:
        return place
    return replace(place, altitude_m=_altitude(reference))


def _at_coordinates(reference: PlaceReference, gazetteer: Gazetteer) -> Place:
    latitude, longitude = reference.latitude, reference.longitude
    if latitude is None and longitude is None:
        raise MissingPlace("the place has neither an id nor coordinates")
    if longitude is None:
        raise MissingCoordinate("latitude", "longitude")
    if latitude is None:
        raise MissingCoordinate("longitude", "latitude")
    latitude = _within("latitude", latitude, -90.0, 90.0, "degrees")
    longitude = _within("longitude", longitude, -180.0, 180.0, "degrees")
    zone, *other_zones = zones_at(latitude, longitude) or (None,)
    return Place(
        latitude=latitude,
        longitude=longitude,
        altitude_m=_altitude(reference),
        name=reference.name,
        country=None if reference.country is None else gazetteer.country_code(reference.country),
        zone=zone,
        other_zones=tuple(filter(None, other_zones)),
    )


def _altitude(reference: PlaceReference) -> float:
    return _within("altitude_m", reference.altitude_m, LOWEST_ALTITUDE_M, HIGHEST_ALTITUDE_M, "metres")


def _within(field: str, value: float, first: float, last: float, unit: str) -> float:
    if not first <= value <= last:  # true of NaN as well
        raise InvalidCoordinates(field, value, first, last, unit)
    return float(value)
