"""Nodes and apogees of the Moon's orbit against `points.csv`: DE440 for the osculating ones."""

import csv
from pathlib import Path

import numpy as np
import pytest

from astrarium.sky.positions import places

ROWS = list(
    csv.DictReader((Path(__file__).parent / "data" / "points.csv").read_text(encoding="utf-8").splitlines())
)
# Point, the columns of its authority, tolerance in arcseconds (theories of the mean points differ by up to 0.5″).
CASES = (
    ("true_node", "longitude_de440_deg", "latitude_deg", 0.002),
    ("osculating_apogee", "longitude_de440_deg", "latitude_de440_deg", 0.02),
    ("mean_node", "longitude_deg", "latitude_deg", 0.5),
    ("mean_apogee", "longitude_deg", "latitude_deg", 0.5),
)


def column(point: str, name: str) -> np.ndarray:
    return np.array([float(row[name]) for row in ROWS if row["point"] == point])


@pytest.mark.parametrize(("point", "longitude_column", "latitude_column", "tolerance"), CASES)
def test_point_of_the_moons_orbit(
    point: str, longitude_column: str, latitude_column: str, tolerance: float
) -> None:
    found = places(column(point, "jd_tt_day"), column(point, "jd_tt_fraction"), (point,))

    longitude = found.longitude_deg[:, 0] - column(point, longitude_column)
    latitude = found.latitude_deg[:, 0] - column(point, latitude_column)
    assert 3600.0 * np.abs((longitude + 180.0) % 360.0 - 180.0).max() < tolerance
    assert 3600.0 * np.abs(latitude).max() < tolerance


@pytest.mark.parametrize("point", ["true_node", "osculating_apogee", "mean_node", "mean_apogee"])
def test_speed_of_a_point_is_the_derivative_of_its_longitude(point: str) -> None:
    day, fraction = column(point, "jd_tt_day"), column(point, "jd_tt_fraction")
    step = 0.001

    before = places(day, fraction - step, (point,)).longitude_deg[:, 0]
    after = places(day, fraction + step, (point,)).longitude_deg[:, 0]
    speed = places(day, fraction, (point,)).longitude_speed_deg_per_day[:, 0]

    derivative = ((after - before + 180.0) % 360.0 - 180.0) / (2.0 * step)
    assert np.abs(derivative - speed).max() < 2e-5


def test_points_have_no_distance() -> None:
    found = places(2451544.5, 0.5, ("mean_node", "true_node", "mean_apogee", "osculating_apogee"))

    assert np.isnan(found.distance_au).all()
