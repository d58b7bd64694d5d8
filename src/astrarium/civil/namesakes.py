"""Which of the places that bear one name is meant, if it can be told."""

from collections.abc import Sequence
from math import cos, hypot, radians

import msgspec

from astrarium.civil.place_index import PlaceRow
from astrarium.civil.place_ranking import MAIN_NAME, weight

# Of the places that bear a name, the first is meant when it outweighs the second so many times, and all others
# together; a rival whose weight is that of a city by its main name takes more to be passed over.
CLEARLY_TIMES = 5
CLEARLY_TIMES_A_CITY = 10
CITY_PEOPLE = 100_000

# A country or region of the name has to be so many times as populous as the place to be what was perhaps meant:
# Italy before Italy, Texas, but not the province of Buenos Aires before the city, which lies beside it.
AREA_TIMES = 5

NEIGHBOURHOOD_KM = 50.0
KM_OF_DEGREE = 111.2


class Namesake(msgspec.Struct, frozen=True):
    """A place that bears a name: the table's number of it, the name's weight (`place_ranking`) and its kind."""

    number: int
    weight: int
    kind: int


def is_clearly_first(namesakes: Sequence[Namesake]) -> bool:
    """Whether the first of the namesakes, in falling order of weight, leaves no question that it is meant."""
    first, *others = (namesake.weight for namesake in namesakes)
    if not others:
        return True
    times = CLEARLY_TIMES_A_CITY if others[0] >= weight(CITY_PEOPLE, MAIN_NAME) else CLEARLY_TIMES
    return first >= times * others[0] and first > sum(others)


def is_rather_an_area(namesake: Namesake, people: int) -> bool:
    """Whether a country or region of so many people, elsewhere, may be meant rather than the place of its name."""
    return weight(people, MAIN_NAME) > AREA_TIMES * namesake.weight


def without_shadows(namesakes: Sequence[Namesake], rows: Sequence[PlaceRow]) -> list[Namesake]:
    """The namesakes but those that bear the name as another one, close to a place whose main name it is.

    New Delhi is one of Delhi's other names, and a place of its own within it: who writes it means the latter.

    Args:
        namesakes: in any order; it is kept.
        rows: their places, in the same order.
    """
    owners = [row for namesake, row in zip(namesakes, rows, strict=True) if namesake.kind == MAIN_NAME]
    return [
        namesake
        for namesake, row in zip(namesakes, rows, strict=True)
        if namesake.kind == MAIN_NAME
        or not any(_distance_km(row, owner) < NEIGHBOURHOOD_KM for owner in owners)
    ]


def _distance_km(one: PlaceRow, other: PlaceRow) -> float:
    """Good to a percent over the distances that matter here."""
    north = one.latitude - other.latitude
    east = (one.longitude - other.longitude + 180.0) % 360.0 - 180.0
    return KM_OF_DEGREE * hypot(north, east * cos(radians(one.latitude)))
