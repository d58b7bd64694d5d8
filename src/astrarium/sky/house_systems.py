"""The house systems: what each one is, where it is defined and where it comes from. The order is public."""

import difflib
from typing import Final

import msgspec

from astrarium.sky.house_errors import UnknownHouseSystem


class HouseSystem(msgspec.Struct, frozen=True):
    """One way to divide the circle.

    `cusp_count` is `None` for houses that are the signs of a zodiac: as many as it has. `defined_where` completes the
    sentence "the system is defined …"; `source` names the person and the work it is known by.
    """

    id: str
    name: str
    description: str
    cusp_count: int | None
    defined_where: str
    source: str


_EVERYWHERE = "everywhere"
_BETWEEN_POLAR_CIRCLES = (
    "between the polar circles, at latitudes nearer to the equator than 90° minus the obliquity"
)
_OFF_THE_POLES = "everywhere but at the poles"

SYSTEMS: Final[tuple[HouseSystem, ...]] = (
    HouseSystem(
        "placidus",
        "Placidus",
        "Each cusp is the degree that has covered one or two thirds of its own way between horizon and meridian.",
        12,
        _BETWEEN_POLAR_CIRCLES,
        "Placidus de Titis, Primum Mobile, 1657",
    ),
    HouseSystem(
        "koch",
        "Koch",
        "The ascendants at thirds of the time that the midheaven's degree took from rising to the meridian.",
        12,
        _BETWEEN_POLAR_CIRCLES,
        "Walter Koch, 1960s (birthplace houses)",
    ),
    HouseSystem(
        "porphyry",
        "Porphyry",
        "The arcs of the ecliptic between ascendant and midheaven, each in three equal parts.",
        12,
        _EVERYWHERE,
        "Porphyry of Tyre, 3rd century",
    ),
    HouseSystem(
        "regiomontanus",
        "Regiomontanus",
        "Twelve equal parts of the equator, carried over by circles through the horizon's north and south points.",
        12,
        _OFF_THE_POLES,
        "Regiomontanus, Tabulae directionum, 1490",
    ),
    HouseSystem(
        "campanus",
        "Campanus",
        "Twelve equal parts of the prime vertical, carried over by circles through the north and south points.",
        12,
        _EVERYWHERE,
        "Campanus of Novara, 13th century",
    ),
    HouseSystem(
        "alcabitius",
        "Alcabitius",
        "The ascendant's way from the horizon to the meridian in three equal times, carried over by hour circles.",
        12,
        _EVERYWHERE,
        "al-Qabīṣī (Alcabitius), 10th century",
    ),
    HouseSystem(
        "equal_ascendant",
        "Equal",
        "Twelve houses of 30° from the ascendant.",
        12,
        _EVERYWHERE,
        "Hellenistic astrology",
    ),
    HouseSystem(
        "equal_midheaven",
        "Equal from midheaven",
        "Twelve houses of 30° with the midheaven as the tenth cusp.",
        12,
        _EVERYWHERE,
        "no single author; 20th century",
    ),
    HouseSystem(
        "vehlow",
        "Vehlow",
        "Twelve houses of 30° with the ascendant in the middle of the first.",
        12,
        _EVERYWHERE,
        "Johannes Vehlow, 1920s",
    ),
    HouseSystem(
        "whole_sign",
        "Whole sign",
        "The signs of the chart's zodiac are the houses, from the ascendant's sign on, each as wide as the sign.",
        None,
        _EVERYWHERE,
        "Hellenistic astrology",
    ),
    HouseSystem(
        "arc13",
        "Thirteen equal arcs",
        "Thirteen houses of 360°/13 from the ascendant, for zodiacs of thirteen signs.",
        13,
        _EVERYWHERE,
        "Astrarium",
    ),
    HouseSystem(
        "meridian",
        "Meridian",
        "Twelve equal parts of the equator from the meridian, carried over by hour circles; also axial rotation.",
        12,
        _EVERYWHERE,
        "David Cope (Zariel), early 20th century",
    ),
    HouseSystem(
        "azimuthal",
        "Azimuthal",
        "Twelve equal parts of the horizon, carried to the ecliptic by vertical circles; also horizontal.",
        12,
        _EVERYWHERE,
        "no single author; 20th century",
    ),
    HouseSystem(
        "polich_page",
        "Polich-Page",
        "Circles between horizon and meridian whose latitudes' tangents are thirds of the place's; also topocentric.",
        12,
        _OFF_THE_POLES,
        "Vendel Polich and A. P. Nelson Page, 1964",
    ),
    HouseSystem(
        "morinus",
        "Morinus",
        "Twelve equal parts of the equator from the meridian, carried over by circles of longitude; needs no latitude.",
        12,
        _EVERYWHERE,
        "Jean-Baptiste Morin, Astrologia Gallica, 1661",
    ),
    HouseSystem(
        "krusinski",
        "Krusiński-Pisa-Goelzer",
        "Twelve equal parts of the great circle of ascendant and zenith, carried over by hour circles.",
        12,
        _OFF_THE_POLES,
        "Bogdan Krusiński, 1995; before him Milan Pisa and Georg Goelzer",
    ),
    HouseSystem(
        "carter",
        "Carter poli-equatorial",
        "Twelve equal parts of the equator from the ascendant's hour circle, carried over by hour circles.",
        12,
        _EVERYWHERE,
        "Charles E. O. Carter, Essays on the Foundations of Astrology, 1947",
    ),
    HouseSystem(
        "sripati",
        "Śrīpati",
        "From the middle of one Porphyry house to the middle of the next: the angles are in the middle of houses.",
        12,
        _EVERYWHERE,
        "Śrīpati, 11th century",
    ),
    HouseSystem(
        "apc",
        "APC",
        "The ascendant's parallel of declination in six equal parts above the horizon and six below.",
        12,
        _OFF_THE_POLES,
        "Leonardus Knegt, Dutch Ram school, 20th century",
    ),
    HouseSystem(
        "sunshine",
        "Sunshine",
        "The Sun's way over and under the horizon that day, in six equal parts each.",
        12,
        "where the Sun rises and sets that day",
        "Bob Makransky, Primary Directions, 1988",
    ),
    HouseSystem(
        "gauquelin",
        "Gauquelin sectors",
        "Thirty-six sectors, numbered with the daily motion from rising, each a ninth of a degree's own semi-arc.",
        36,
        _BETWEEN_POLAR_CIRCLES,
        "Michel and Françoise Gauquelin, from 1955",
    ),
)

_CODES: Final = {system.id: code for code, system in enumerate(SYSTEMS)}


def system_code(system: str) -> int:
    """The number that the kernels know a system by: its place in `SYSTEMS`.

    Raises:
        UnknownHouseSystem: for an id that is not in the list; it names the nearest ones.
    """
    code = _CODES.get(system)
    if code is None:
        wanted = system.lower().replace("-", "_").replace(" ", "_")
        begun = [known for known in _CODES if wanted and known.startswith(wanted)]
        nearest = begun or difflib.get_close_matches(wanted, _CODES, n=2)
        raise UnknownHouseSystem(system, tuple(nearest))
    return code
