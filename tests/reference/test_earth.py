"""The Earth's orientation against ERFA (`earth.csv`): nutation, obliquity, sidereal time, all to 0.0002″."""

import csv
from pathlib import Path

import numpy as np

from astrarium.sky.positions import places
from astrarium.sky.precession import centuries_since_j2000, mean_obliquity_rad
from astrarium.sky.sidereal import greenwich_mean_sidereal_rad

ROWS = list(
    csv.DictReader((Path(__file__).parent / "data" / "earth.csv").read_text(encoding="utf-8").splitlines())
)
TOLERANCE_ARCSEC = 0.0002
ARCSEC_PER_RAD = 180.0 * 3600.0 / np.pi


def column(name: str) -> np.ndarray:
    return np.array([float(row[name]) for row in ROWS])


def earth() -> np.ndarray:
    return places(column("jd_tt_day"), column("jd_tt_fraction"), ("sun",)).earth


def mean_sidereal() -> np.ndarray:
    dates = zip(*map(column, ("jd_ut1_day", "jd_ut1_fraction", "jd_tt_day", "jd_tt_fraction")), strict=True)
    return np.array([greenwich_mean_sidereal_rad(*date) for date in dates])


def circle_arcsec(angle_rad: np.ndarray, reference_deg: np.ndarray) -> float:
    difference = (np.degrees(angle_rad) - reference_deg + 180.0) % 360.0 - 180.0
    return 3600.0 * float(np.abs(difference).max())


def test_nutation() -> None:
    found = earth()

    assert np.abs(found[:, 0] * ARCSEC_PER_RAD - column("dpsi_arcsec")).max() < TOLERANCE_ARCSEC
    assert np.abs(found[:, 2] * ARCSEC_PER_RAD - column("deps_arcsec")).max() < TOLERANCE_ARCSEC


def test_obliquity() -> None:
    dates = zip(column("jd_tt_day"), column("jd_tt_fraction"), strict=True)
    mean = np.array([mean_obliquity_rad(centuries_since_j2000(*date)) for date in dates])

    assert circle_arcsec(mean, column("mean_obliquity_deg")) < TOLERANCE_ARCSEC
    assert circle_arcsec(earth()[:, 4], column("true_obliquity_deg")) < TOLERANCE_ARCSEC


def test_sidereal_time() -> None:
    mean = mean_sidereal()

    assert circle_arcsec(mean, column("gmst_deg")) < TOLERANCE_ARCSEC
    assert circle_arcsec(mean + earth()[:, 3], column("gast_deg")) < TOLERANCE_ARCSEC
