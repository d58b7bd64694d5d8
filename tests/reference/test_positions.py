"""Apparent places against DE440 reduced with ERFA (`positions.csv`; its README says how it was made and checked)."""

import csv
from pathlib import Path

import numpy as np
import pytest

from astrarium.sky.bodies import BODIES, INDEX
from astrarium.sky.positions import places

ROWS = list(
    csv.DictReader(
        (Path(__file__).parent / "data" / "positions.csv").read_text(encoding="utf-8").splitlines()
    )
)
BODIES_OF_REFERENCE = [body for body in dict.fromkeys(row["body"] for row in ROWS) if body in INDEX]
MINOR = {body.id for body in BODIES if body.table == "minor"}
TOLERANCE_ARCSEC = {"moon": 0.002, **dict.fromkeys(MINOR, 0.01)}
PLANET_TOLERANCE_ARCSEC = 0.001
SPEED_TOLERANCE = 1e-6
DISTANCE_TOLERANCE_AU = 2e-9


def column(body: str, name: str) -> np.ndarray:
    return np.array([float(row[name]) for row in ROWS if row["body"] == body])


def arcsec(difference_deg: np.ndarray) -> float:
    return 3600.0 * float(np.abs((difference_deg + 180.0) % 360.0 - 180.0).max())


@pytest.mark.parametrize("body", BODIES_OF_REFERENCE)
def test_apparent_place_agrees_with_the_direct_reduction(body: str) -> None:
    found = places(column(body, "jd_tt_day"), column(body, "jd_tt_fraction"), (body,))
    tolerance = TOLERANCE_ARCSEC.get(body, PLANET_TOLERANCE_ARCSEC)

    assert arcsec(found.longitude_deg[:, 0] - column(body, "longitude_deg")) < tolerance
    assert arcsec(found.latitude_deg[:, 0] - column(body, "latitude_deg")) < tolerance
    assert arcsec(found.right_ascension_deg[:, 0] - column(body, "right_ascension_deg")) < tolerance
    assert arcsec(found.declination_deg[:, 0] - column(body, "declination_deg")) < tolerance
    distance = np.abs(found.distance_au[:, 0] - column(body, "distance_au"))
    assert distance.max() < DISTANCE_TOLERANCE_AU


@pytest.mark.parametrize("body", BODIES_OF_REFERENCE)
def test_speed_agrees_with_the_derivative_of_the_direct_reduction(body: str) -> None:
    found = places(column(body, "jd_tt_day"), column(body, "jd_tt_fraction"), (body,))

    longitude = found.longitude_speed_deg_per_day[:, 0] - column(body, "longitude_speed_deg_per_day")
    latitude = found.latitude_speed_deg_per_day[:, 0] - column(body, "latitude_speed_deg_per_day")
    assert np.abs(longitude).max() < SPEED_TOLERANCE
    assert np.abs(latitude).max() < SPEED_TOLERANCE


def test_every_body_of_the_reference_is_covered() -> None:
    assert {row["body"] for row in ROWS} == set(BODIES_OF_REFERENCE)
    assert len(BODIES_OF_REFERENCE) == 17
