"""Houses in degrees, one sky or many: what the public functions of `astrarium.sky.houses` run on."""

import math

import numpy as np
import numpy.typing as npt

from astrarium.sky.compiling import kernel
from astrarium.sky.house_angles import Orientation, angles_of, orientation_of_degrees
from astrarium.sky.house_kernels import (
    OK,
    SUNSHINE,
    UNDEFINED,
    WHOLE_SIGN,
    fill_cusps_of,
    takes_upper_midheaven,
)
from astrarium.sky.house_lookup import RISING, fill_whole_sign, run_of_cusps

__all__ = ["INVALID", "OK", "UNDEFINED", "fill_degrees", "fill_many"]

FloatArray = npt.NDArray[np.float64]
StatusArray = npt.NDArray[np.int8]

INVALID = 2
LARGEST_OBLIQUITY_DEG = 45.0


@kernel("boolean(float64[::1])")
def are_sign_starts(starts_deg: FloatArray) -> bool:
    """Whether the values lie in [0, 360) and rise once round the circle, no two alike."""
    n = starts_deg.shape[0]
    if n < 2 or run_of_cusps(starts_deg, n)[0] != RISING:
        return False
    faults = 0
    for i in range(n):
        faults += not 0.0 <= starts_deg[i] < 360.0
        faults += starts_deg[i] == starts_deg[i - 1]
    return faults == 0


@kernel(
    "int64(int64, float64, float64, float64, float64, float64[::1], float64[::1], float64[::1])",
)
def fill_degrees(
    system_code: int,
    armc_deg: float,
    latitude_deg: float,
    obliquity_deg: float,
    sun_declination_deg: float,
    sign_starts_deg: FloatArray,
    angles_out: FloatArray,
    out: FloatArray,
) -> int:
    """Angles (seven) and cusps of one sky in degrees; `OK`, `UNDEFINED` (cusps are NaN) or `INVALID` (all are NaN)."""
    sound = math.isfinite(armc_deg) and abs(latitude_deg) <= 90.0
    sound = sound and 0.0 < obliquity_deg < LARGEST_OBLIQUITY_DEG
    sound = sound and (system_code != SUNSHINE or abs(sun_declination_deg) <= 90.0)
    sound = sound and (system_code != WHOLE_SIGN or are_sign_starts(sign_starts_deg))
    if not sound:
        angles_out[:] = math.nan
        out[:] = math.nan
        return INVALID
    sky: Orientation = orientation_of_degrees(armc_deg, latitude_deg, obliquity_deg)
    angles_rad = angles_of(sky)
    for i in range(7):
        angles_out[i] = math.degrees(angles_rad[i])
    if system_code == WHOLE_SIGN:
        fill_whole_sign(angles_out[0], sign_starts_deg, sign_starts_deg.shape[0], out)
        return OK
    status = fill_cusps_of(
        system_code, sky, angles_rad[0], angles_rad[1], math.radians(sun_declination_deg), out
    )
    for i in range(out.shape[0]):
        out[i] = math.degrees(out[i])
    if status == OK and takes_upper_midheaven(system_code):
        angles_out[1] = out[9]
    return status


@kernel(
    "void(int64, float64[::1], float64[::1], float64[::1], float64[::1], float64[:, ::1], float64[:, ::1], int8[::1])",
    allocates=True,
)
def fill_many(
    system_code: int,
    armc_deg: FloatArray,
    latitude_deg: FloatArray,
    obliquity_deg: FloatArray,
    sun_declination_deg: FloatArray,
    sign_starts_deg: FloatArray,
    out: FloatArray,
    status_out: StatusArray,
) -> None:
    """`fill_degrees` for every row; `sign_starts_deg` has a row for each sky, or one row for all."""
    angles_out = np.empty(7)
    last_starts = sign_starts_deg.shape[0] - 1
    for row in range(armc_deg.shape[0]):
        status_out[row] = fill_degrees(
            system_code,
            armc_deg[row],
            latitude_deg[row],
            obliquity_deg[row],
            sun_declination_deg[row],
            sign_starts_deg[min(row, last_starts)],
            angles_out,
            out[row],
        )
