"""The Earth's turning: sidereal time from UT1 and TT (IAU 2006; `erfa.era00`, `erfa.gmst06`)."""

from math import floor, pi

from astrarium.sky.compiling import kernel
from astrarium.sky.precession import ARCSECOND_RAD, J2000_JD, centuries_since_j2000, wrap_rad


@kernel("float64(float64, float64)")
def earth_rotation_angle_rad(jd_ut1_day: float, jd_ut1_fraction: float) -> float:
    """Earth rotation angle in [0, 2π) of UT1 in two parts (Capitaine, Guinot & McCarthy 2000; IAU 2000 B1.8)."""
    days = (jd_ut1_day - J2000_JD) + jd_ut1_fraction
    turns = (
        (jd_ut1_day - floor(jd_ut1_day))
        + (jd_ut1_fraction - floor(jd_ut1_fraction))
        + 0.7790572732640
        + 0.00273781191135448 * days
    )
    return 2.0 * pi * (turns - floor(turns))


@kernel("float64(float64, float64, float64, float64)")
def greenwich_mean_sidereal_rad(
    jd_ut1_day: float, jd_ut1_fraction: float, jd_tt_day: float, jd_tt_fraction: float
) -> float:
    """Greenwich mean sidereal time in [0, 2π), IAU 2006.

    Source: Capitaine, Wallace & Chapront 2003, Astron. Astrophys. 412, 567.
    """
    t = centuries_since_j2000(jd_tt_day, jd_tt_fraction)
    precession = (
        0.014506
        + (4612.156534 + (1.3915817 + (-0.00000044 + (-0.000029956 - 0.0000000368 * t) * t) * t) * t) * t
    )
    return wrap_rad(earth_rotation_angle_rad(jd_ut1_day, jd_ut1_fraction) + precession * ARCSECOND_RAD)
