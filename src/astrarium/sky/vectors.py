"""Kernels of vector arithmetic: rotation, deflection and aberration of light.

Vectors are tuples of three numbers, rotations tuples of nine, row-major. Velocities are in units of the speed of light
where a function says so. The ERFA routine of each step is named.
"""

from math import sqrt
from typing import Final

from numba import types

from astrarium.sky.apparent import SUN_SCHWARZSCHILD_AU
from astrarium.sky.compiling import kernel
from astrarium.sky.precession import Rotation

Vector = tuple[float, float, float]

VECTOR: Final = types.UniTuple(types.float64, 3)
ROTATION: Final = types.UniTuple(types.float64, 9)

LEAST_DENOMINATOR: Final = 1e-9  # keeps the deflection finite for a body right behind the Sun's centre


@kernel(VECTOR(ROTATION, VECTOR))
def rotated(rotation: Rotation, vector: Vector) -> Vector:
    """The vector in the axes to which the rotation leads."""
    x, y, z = vector
    return (
        rotation[0] * x + rotation[1] * y + rotation[2] * z,
        rotation[3] * x + rotation[4] * y + rotation[5] * z,
        rotation[6] * x + rotation[7] * y + rotation[8] * z,
    )


@kernel(VECTOR(ROTATION, VECTOR))
def rotated_back(rotation: Rotation, vector: Vector) -> Vector:
    """The vector in the axes from which the rotation leads."""
    x, y, z = vector
    return (
        rotation[0] * x + rotation[3] * y + rotation[6] * z,
        rotation[1] * x + rotation[4] * y + rotation[7] * z,
        rotation[2] * x + rotation[5] * y + rotation[8] * z,
    )


@kernel(types.float64(VECTOR))
def length_of(vector: Vector) -> float:
    """The length of a vector."""
    x, y, z = vector
    return sqrt(x * x + y * y + z * z)


@kernel(VECTOR(VECTOR))
def unit(vector: Vector) -> Vector:
    """The vector of length one in the same direction."""
    x, y, z = vector
    length = sqrt(x * x + y * y + z * z)
    return x / length, y / length, z / length


@kernel(VECTOR(VECTOR, VECTOR))
def aberrated(direction: Vector, velocity: Vector) -> Vector:
    """The direction in which light from a direction is seen by an observer who moves (units of the speed of light).

    `erfa.ab` but for the Sun's potential, 4e-7″. The inverse is the aberration by the opposite velocity.
    """
    x, y, z = direction
    vx, vy, vz = velocity
    lorentz = sqrt(1.0 - (vx * vx + vy * vy + vz * vz))
    weight = 1.0 + (x * vx + y * vy + z * vz) / (1.0 + lorentz)
    return unit((lorentz * x + weight * vx, lorentz * y + weight * vy, lorentz * z + weight * vz))


@kernel(VECTOR(VECTOR, VECTOR))
def deflected(body: Vector, sun: Vector) -> Vector:
    """The direction of a body after the Sun has bent its light; `body` and `sun` from the observer, au.

    `erfa.ld`, the body at its finite distance (Klioner 2003, Astron. J. 125, 1580).
    """
    px, py, pz = unit(body)
    sx, sy, sz = sun
    qx, qy, qz = unit((body[0] - sx, body[1] - sy, body[2] - sz))
    distance = sqrt(sx * sx + sy * sy + sz * sz)
    ex, ey, ez = -sx / distance, -sy / distance, -sz / distance
    bend = SUN_SCHWARZSCHILD_AU / (distance * max(1.0 + qx * ex + qy * ey + qz * ez, LEAST_DENOMINATOR))
    # p × (e × q) = e (p·q) - q (p·e)
    pq = px * qx + py * qy + pz * qz
    pe = px * ex + py * ey + pz * ez
    return (
        px + bend * (ex * pq - qx * pe),
        py + bend * (ey * pq - qy * pe),
        pz + bend * (ez * pq - qz * pe),
    )
