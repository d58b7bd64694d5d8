"""The boundaries that ship against `zodiac_boundaries.csv`, against a recomputation here, and against Armagh.

Tolerances: 0.00002° between the shipped boundary, the reference and the recomputation, which bisects the ecliptic with
ERFA instead of the builder's closed form; 0.0006° against the three decimals of Armagh Observatory (D. Asher,
"Zodiacal constellation boundaries").
"""

import csv
from importlib.resources import files
from math import degrees, radians, remainder
from pathlib import Path

import erfa
import msgspec
import pytest

from astrarium.sky.zodiacs import zodiac

DATA = Path(__file__).parent / "data"
ROWS = list(csv.DictReader((DATA / "zodiac_boundaries.csv").read_text(encoding="utf-8").splitlines()))
PROOF = msgspec.json.decode(files("astrarium").joinpath("data", "zodiacs-proof.json").read_bytes())
ARMAGH = (
    "28.687 53.417 90.140 117.988 138.038 173.851 217.810 241.047 247.638 266.238 299.656 327.488 351.650"
)
B1875 = (2405889.25855, 0.0)
J2000 = (2451545.0, 0.0)


def rows_of(frame):
    return [row for row in ROWS if row["frame"] == frame]


def b1875(longitude_deg):
    """Right ascension and declination of B1875.0 in degrees of a point of the J2000 ecliptic."""
    direction = erfa.ecm06(*J2000).T @ erfa.s2c(radians(longitude_deg), 0.0)
    ra, dec = erfa.c2s(erfa.pmat06(*B1875) @ direction)
    return degrees(ra), degrees(dec)


def bisect_edge(kind, value_deg, near_deg):
    def past(longitude_deg):
        ra, dec = b1875(longitude_deg)
        return remainder(ra - value_deg, 360.0) > 0.0 if kind == "b1875_ra" else dec > value_deg

    low, high = near_deg - 1.0, near_deg + 1.0
    assert past(low) != past(high)
    rising = past(high)
    while high - low > 1e-10:
        middle = (low + high) / 2.0
        low, high = (low, middle) if past(middle) == rising else (middle, high)
    return (low + high) / 2.0


@pytest.mark.parametrize("frame", ["iau13", "midpoint13"])
def test_shipped_boundaries_are_the_reference_to_the_last_decimal(frame):
    shipped = zodiac(frame)
    assert len(shipped.starts) == len(rows_of(frame)) == 13
    for start, row in zip(shipped.starts, rows_of(frame), strict=True):
        assert start == float(row["longitude_j2000_deg"]), row["boundary"]


def test_iau_edges_bisected_with_erfa_give_the_shipped_boundaries():
    for start, row in zip(zodiac("iau13").starts, rows_of("iau13"), strict=True):
        assert abs(bisect_edge(row["kind"], float(row["definition"]), start) - start) < 0.00002, row[
            "boundary"
        ]


def test_iau_boundaries_are_those_of_armagh():
    for start, armagh in zip(zodiac("iau13").starts, ARMAGH.split(), strict=True):
        assert abs(start - float(armagh)) < 0.0006


def test_star_longitudes_of_the_midpoints_are_those_of_the_reference():
    for proof, row in zip(PROOF["midpoint13"], rows_of("midpoint13"), strict=True):
        assert proof["last_star_deg"] == pytest.approx(float(row["star1_longitude_j2000_deg"]), abs=2e-8)
        assert proof["first_star_deg"] == pytest.approx(float(row["star2_longitude_j2000_deg"]), abs=2e-8)


@pytest.mark.parametrize("frame", ["iau13", "midpoint13"])
def test_proof_shows_how_each_boundary_was_rounded(frame):
    for proof, sign, start in zip(PROOF[frame], zodiac(frame).signs, zodiac(frame).starts, strict=True):
        assert proof["sign"] == sign
        assert proof["start_deg"] == start == round(proof["unrounded_deg"], 5)
