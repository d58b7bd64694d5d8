"""What `astrarium ephemeris print` can print of bodies: seen from where, and in which columns."""

from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from astrarium.cli.options import identifiers

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    from astrarium.sky.positions import Places
    from astrarium.sky.site import Site
    from astrarium.sky.timescales import Instants

    Array = NDArray[np.float64]

Perspective = Literal["geocentric", "topocentric", "heliocentric"]

PLACE_COLUMNS: Final = (
    "longitude_deg",
    "latitude_deg",
    "distance_au",
    "longitude_speed_deg_per_day",
    "latitude_speed_deg_per_day",
    "right_ascension_deg",
    "declination_deg",
)
HORIZON_COLUMNS: Final = ("azimuth_deg", "altitude_deg")
OBSERVABLE_COLUMNS: Final = (
    "elongation_deg",
    "east_of_sun_deg",
    "phase_angle_deg",
    "illuminated_fraction",
    "diameter_arcsec",
    "magnitude",
    "sun_distance_au",
)
"""All by the names of the structs' own fields: `Places`, `Horizontal`, `Observables`."""


class View(NamedTuple):
    """Bodies as seen from one standpoint: their ids, the names of the columns, and their arrays (instants, bodies)."""

    bodies: tuple[str, ...]
    columns: tuple[str, ...]
    at: "Callable[[Instants], list[Array]]"


def view_of(perspective: Perspective, listed: str, site: "Site | None", *, with_observables: bool) -> View:
    """The view that the options name; `site` is that of a topocentric one, and what the bodies look like is seen from.

    Raises `UnknownBody`, `NotSeenFromSun`.
    """
    from astrarium.sky.observables import observables  # loads the engine
    from astrarium.sky.timescales import from_terrestrial
    from astrarium.sky.topocentric import TopocentricPlaces

    bodies = _bodies(perspective, listed)

    def at(instants: "Instants") -> "list[Array]":
        found = _places(perspective, bodies, site, instants)
        arrays = [getattr(found, name) for name in PLACE_COLUMNS]
        if isinstance(found, TopocentricPlaces):
            arrays += [getattr(found.horizontal, name) for name in HORIZON_COLUMNS]
        if with_observables:
            looks = observables(instants, bodies, site)
            arrays += [getattr(looks, name) for name in OBSERVABLE_COLUMNS]
        return arrays

    at(from_terrestrial(2451544.5, 0.5))  # a wrong body is told before the first line is printed
    columns = (
        *PLACE_COLUMNS,
        *(HORIZON_COLUMNS if perspective == "topocentric" else ()),
        *(OBSERVABLE_COLUMNS if with_observables else ()),
    )
    return View(bodies, columns, at)


def _bodies(perspective: Perspective, listed: str) -> tuple[str, ...]:
    """The ids that a list names, each once; `standard` and `all` by the perspective."""
    from astrarium.sky.bodies import BODIES, STANDARD
    from astrarium.sky.heliocentric import PLANETS_AND_EARTH, SEEN_FROM_SUN

    sets = {"standard": STANDARD, "all": tuple(body.id for body in BODIES)}
    if perspective == "heliocentric":
        sets = {"standard": PLANETS_AND_EARTH, "all": SEEN_FROM_SUN}
    return tuple(dict.fromkeys(sets.get(listed) or identifiers(listed)))


def _places(
    perspective: Perspective, bodies: tuple[str, ...], site: "Site | None", instants: "Instants"
) -> "Places":
    from astrarium.sky.heliocentric import heliocentric_places
    from astrarium.sky.positions import places
    from astrarium.sky.topocentric import topocentric_places

    if perspective == "topocentric" and site is not None:
        return topocentric_places(instants, site.latitude_deg, site.longitude_deg, site.altitude_m, bodies)
    if perspective == "heliocentric":
        return heliocentric_places(instants.tt_day, instants.tt_fraction, bodies)
    return places(instants.tt_day, instants.tt_fraction, bodies)
