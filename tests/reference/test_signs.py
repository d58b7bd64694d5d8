"""Signs against `signs.csv`: ERFA's frames and the five-decimal boundaries, 130 rows within 0.0005° of a boundary.

Tolerance: the sign exactly, the degree in it to 1e-6°.
"""

import csv
from math import degrees
from pathlib import Path

import erfa
import pytest

from astrarium.sky.zodiacs import place, zodiac

DATA = Path(__file__).parent / "data"
ROWS = list(csv.DictReader((DATA / "signs.csv").read_text(encoding="utf-8").splitlines()))
SIGNS = {
    "Ari": "aries",
    "Tau": "taurus",
    "Gem": "gemini",
    "Cnc": "cancer",
    "Leo": "leo",
    "Vir": "virgo",
    "Lib": "libra",
    "Sco": "scorpio",
    "Oph": "ophiuchus",
    "Sgr": "sagittarius",
    "Cap": "capricorn",
    "Aqr": "aquarius",
    "Psc": "pisces",
}


@pytest.mark.parametrize("frame", ["iau13", "midpoint13", "tropical"])
def test_every_row_has_its_sign_and_degree(frame):
    chosen = zodiac(frame)
    wrong = []
    for row in ROWS:
        day, fraction = float(row["jd_tt_day"]), float(row["jd_tt_fraction"])
        nutation_deg = degrees(erfa.nut06a(day, fraction)[0])
        found = place(
            float(row["longitude_deg"]), float(row["latitude_deg"]), chosen, day, fraction, nutation_deg
        )
        expected = SIGNS[row[f"{frame}_sign"]], float(row[f"{frame}_degree"])
        if found.sign != expected[0] or abs(found.degree - expected[1]) > 1e-6:
            wrong.append((row["case"], expected, found))
    assert len(ROWS) == 300
    assert not wrong
