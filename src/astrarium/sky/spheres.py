"""What bodies are like: radii, poles of rotation, absolute magnitudes; and what lies below an observer on them.

Radii and poles: B. Archinal et al. 2018, *Report of the IAU Working Group on Cartographic Coordinates and Rotational
Elements: 2015*, Celest. Mech. Dyn. Astron. 130, 22; the Sun's radius: IAU 2015 Resolution B3; Mars' pole and meridian:
the same group's report of 2009 (Celest. Mech. Dyn. Astron. 109, 101), to 0.1° the same.
Absolute magnitudes H and slopes G: Minor Planet Center, as adopted with the H, G system of 1985 and listed in the
Astronomical Almanac. Bodies that are not listed have no magnitude here rather than a guessed one.
"""

from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

RADIUS_KM: Final = {
    "sun": 695700.0,
    "moon": 1737.4,
    "mercury": 2440.53,
    "venus": 6051.8,
    "mars": 3396.19,
    "jupiter": 71492.0,
    "saturn": 60268.0,
    "uranus": 25559.0,
    "neptune": 24764.0,
    "pluto": 1188.3,
}
"""Equatorial radii."""

ABSOLUTE_MAGNITUDE: Final = {
    "ceres": (3.34, 0.12),
    "pallas": (4.13, 0.11),
    "juno": (5.33, 0.32),
    "vesta": (3.20, 0.32),
    "hygiea": (5.43, 0.15),
    "eros": (11.16, 0.46),
}
"""H and G."""

URANUS_FLATTENING: Final = 0.02293


class Rotation(msgspec.Struct, frozen=True):
    """A body's north pole (ICRF, degrees, with change per Julian century) and prime meridian (degrees, per day)."""

    right_ascension: tuple[float, float]
    declination: tuple[float, float]
    meridian: tuple[float, float] = (0.0, 0.0)

    def axes(self, centuries: Array) -> tuple[Array, Array, Array]:
        """Unit vectors (n, 3): of the equator's ascending node on that of ICRF, 90° farther on, and of the pole."""
        a = np.radians(self.right_ascension[0] + self.right_ascension[1] * centuries)
        d = np.radians(self.declination[0] + self.declination[1] * centuries)
        zero = np.zeros_like(a)
        node = np.stack([-np.sin(a), np.cos(a), zero], axis=-1)
        pole = np.stack([np.cos(d) * np.cos(a), np.cos(d) * np.sin(a), np.sin(d)], axis=-1)
        return node, np.cross(pole, node), pole

    def latitude_deg(self, outward: Array, centuries: Array) -> Array:
        """Planetocentric latitude of the point that looks along unit vectors (n, 3)."""
        pole = self.axes(centuries)[2]
        return np.asarray(np.degrees(np.arcsin(np.clip((outward * pole).sum(axis=-1), -1.0, 1.0))))

    def west_longitude_deg(self, outward: Array, centuries: Array) -> Array:
        """West longitude of the point that looks along unit vectors (n, 3), in [0, 360)."""
        node, beyond, _ = self.axes(centuries)
        angle = np.degrees(np.arctan2((outward * beyond).sum(axis=-1), (outward * node).sum(axis=-1)))
        return np.asarray(
            np.remainder(self.meridian[0] + self.meridian[1] * 36525.0 * centuries - angle, 360.0)
        )


MARS: Final = Rotation((317.68143, -0.1061), (52.88650, -0.0609), (176.630, 350.89198226))
SATURN: Final = Rotation((40.589, -0.036), (83.537, -0.004))
URANUS: Final = Rotation((257.311, 0.0), (-15.175, 0.0))


def uranographic_deg(latitude_deg: Array) -> Array:
    """Planetographic latitude on Uranus of a planetocentric one."""
    squash = (1.0 - URANUS_FLATTENING) ** 2
    return np.asarray(np.degrees(np.arctan(np.tan(np.radians(latitude_deg)) / squash)))
