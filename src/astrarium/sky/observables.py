"""What a body looks like: elongation, phase, size and brightness, for observers on the Earth or in its centre."""

from collections.abc import Callable
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from astrarium.sky import magnitudes, spheres
from astrarium.sky.bodies import STANDARD
from astrarium.sky.light_paths import light_paths
from astrarium.sky.moment import LIGHT_SPEED_AU_PER_DAY
from astrarium.sky.positions import Places, places
from astrarium.sky.precession import DAYS_PER_CENTURY, J2000_JD
from astrarium.sky.site import KM_PER_AU, Site
from astrarium.sky.timescales import Instants
from astrarium.sky.topocentric import topocentric_places

Array = NDArray[np.float64]

SUN_MAGNITUDE: Final = -26.76  # V at 1 au: C. Willmer 2018, Astrophys. J. Suppl. 236, 47
PLUTO_MAGNITUDE: Final = -1.00  # with Charon, at unit distances: The Astronomical Almanac since 1984
J2000_OBLIQUITY_RAD: Final = np.radians(84381.406 / 3600.0)
MARS_SEASON_OFFSET_DEG: Final = -85.0  # from the heliocentric longitude, Mallama & Hilton 2018

PLAIN: Final[dict[str, Callable[[Array], Array]]] = {
    "mercury": magnitudes.mercury,
    "venus": magnitudes.venus,
    "jupiter": magnitudes.jupiter,
    "moon": magnitudes.moon,
}


class Observables(msgspec.Struct, frozen=True):
    """How bodies look at each instant; arrays have the shape (instants, bodies).

    NaN stands where a thing does not exist or is not known: everything but the elongation for points without
    distance; phase and its angle for the Sun; diameter or magnitude of a small body without measured ones (`spheres`).

    - `elongation_deg`: apparent angle from the Sun, 0 to 180.
    - `east_of_sun_deg`: how far ahead of the Sun in longitude, (-180, 180]; positive sets after it (evening), negative
      rises before it (morning).
    - `phase_angle_deg`: the angle at the body between Sun and observer; 0 is full.
    - `illuminated_fraction`: of the disc, 0 to 1.
    - `diameter_arcsec`: of the disc, equatorial.
    - `magnitude`: visual (V); Saturn with its rings.
    - `sun_distance_au`: the body's from the Sun.
    """

    bodies: tuple[str, ...]
    elongation_deg: Array
    east_of_sun_deg: Array
    phase_angle_deg: Array
    illuminated_fraction: Array
    diameter_arcsec: Array
    magnitude: Array
    sun_distance_au: Array

    @property
    def is_evening(self) -> NDArray[np.bool_]:
        """Whether a body stands east of the Sun and so is seen in the evening."""
        return self.east_of_sun_deg > 0.0


def observables(
    instants: Instants, bodies: tuple[str, ...] = STANDARD, site: Site | None = None
) -> Observables:
    """How bodies look at n instants from a site, or from the Earth's centre.

    Angles are true to 0.01″ from the centre and to 1″ from a site (phases of the Moon); magnitudes as their formulas
    (`magnitudes`). Raises `OutOfRange`, `NotFinite`, `UnknownBody`, `SiteInvalid`.
    """
    seen = _seen(instants, bodies, site)
    (sun,) = _seen(instants, ("sun",), site).values.transpose(1, 0, 2)
    paths, suns = light_paths(instants, seen.bodies, site)
    distance = np.linalg.norm(paths, axis=2)
    from_sun = paths - suns[:, None, :]
    sun_distance = np.linalg.norm(from_sun, axis=2)
    across = np.linalg.norm(np.cross(from_sun, paths), axis=2)
    phase = np.degrees(np.arctan2(across, (from_sun * paths).sum(axis=2)))
    magnitude = np.empty_like(phase)
    for number, body in enumerate(seen.bodies):
        magnitude[:, number] = _magnitude(
            body, instants, paths[:, number], from_sun[:, number], phase[:, number]
        )
        if body == "sun":
            phase[:, number] = np.nan
            sun_distance[:, number] = 0.0
    return Observables(
        bodies=seen.bodies,
        elongation_deg=_separation_deg(seen.values, sun[:, None, :]),
        east_of_sun_deg=180.0 - np.remainder(180.0 - (seen.longitude_deg - sun[:, None, 0]), 360.0),
        phase_angle_deg=phase,
        illuminated_fraction=0.5 * (1.0 + np.cos(np.radians(phase))),
        diameter_arcsec=_diameters_arcsec(seen.bodies, distance),
        magnitude=magnitude,
        sun_distance_au=sun_distance,
    )


def _seen(instants: Instants, bodies: tuple[str, ...], site: Site | None) -> Places:
    if site is None:
        return places(instants.tt_day, instants.tt_fraction, bodies)
    return topocentric_places(instants, site.latitude_deg, site.longitude_deg, site.altitude_m, bodies)


def _separation_deg(first: Array, second: Array) -> Array:
    """The angle between directions whose first two columns are longitude and latitude (Vincenty's formula)."""
    turn = np.radians(first[..., 0] - second[..., 0])
    b, c = np.radians(first[..., 1]), np.radians(second[..., 1])
    x = np.cos(c) * np.sin(b) - np.sin(c) * np.cos(b) * np.cos(turn)
    along = np.sin(c) * np.sin(b) + np.cos(c) * np.cos(b) * np.cos(turn)
    return np.asarray(np.degrees(np.arctan2(np.hypot(np.cos(b) * np.sin(turn), x), along)))


def _diameters_arcsec(bodies: tuple[str, ...], distance_au: Array) -> Array:
    radius_au = np.array([spheres.RADIUS_KM.get(body, np.nan) for body in bodies]) / KM_PER_AU
    return np.asarray(7200.0 * np.degrees(np.arcsin(radius_au / distance_au)))


def _magnitude(body: str, instants: Instants, path: Array, from_sun: Array, phase_deg: Array) -> Array:
    """Visual magnitudes of one body from its vectors (n, 3) from observer and Sun."""
    delta, r = np.linalg.norm(path, axis=1), np.linalg.norm(from_sun, axis=1)
    if body == "sun":
        return np.asarray(SUN_MAGNITUDE + 5.0 * np.log10(delta))
    days = (instants.tt_day - J2000_JD) + (instants.tt_fraction - delta / LIGHT_SPEED_AU_PER_DAY)
    at_unit_distances = _magnitude_at_unit_distances(
        body, days / DAYS_PER_CENTURY, -path / delta[:, None], -from_sun / r[:, None], phase_deg
    )
    return np.asarray(5.0 * np.log10(r * delta) + at_unit_distances)


def _magnitude_at_unit_distances(
    body: str, centuries: Array, to_observer: Array, to_sun: Array, phase_deg: Array
) -> Array:
    """Magnitudes reduced to 1 au; `centuries` are those when the light left, the directions unit vectors (n, 3)."""
    if body in PLAIN:
        return PLAIN[body](phase_deg)
    if body in spheres.ABSOLUTE_MAGNITUDE:
        return magnitudes.small_body(phase_deg, *spheres.ABSOLUTE_MAGNITUDE[body])
    match body:
        case "mars":
            below = spheres.MARS.west_longitude_deg(to_observer, centuries)
            below_sun = spheres.MARS.west_longitude_deg(to_sun, centuries)
            halfway = 0.5 * (np.remainder(below_sun - below + 180.0, 360.0) - 180.0)
            season = _ecliptic_longitude_deg(-to_sun) + MARS_SEASON_OFFSET_DEG
            return magnitudes.mars(phase_deg, below + halfway, season)
        case "saturn":
            latitudes = (spheres.SATURN.latitude_deg(one, centuries) for one in (to_observer, to_sun))
            return magnitudes.saturn(phase_deg, *latitudes)
        case "uranus":
            latitudes = (spheres.URANUS.latitude_deg(one, centuries) for one in (to_observer, to_sun))
            return magnitudes.uranus(phase_deg, *(spheres.uranographic_deg(one) for one in latitudes))
        case "neptune":
            return magnitudes.neptune(phase_deg, 2000.0 + 100.0 * centuries)
        case "pluto":
            return np.full_like(phase_deg, PLUTO_MAGNITUDE)
    return np.full_like(phase_deg, np.nan)


def _ecliptic_longitude_deg(vectors: Array) -> Array:
    """Longitude on the ecliptic of J2000 of ICRF vectors (n, 3)."""
    se, ce = np.sin(J2000_OBLIQUITY_RAD), np.cos(J2000_OBLIQUITY_RAD)
    return np.asarray(np.degrees(np.arctan2(ce * vectors[:, 1] + se * vectors[:, 2], vectors[:, 0])))
