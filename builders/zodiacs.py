"""Zodiacs: `python -m builders.zodiacs` → `src/astrarium/data/zodiacs.json` and `zodiacs-proof.json`.

No boundary is typed in. Those of the IAU frames are solved from the edges of 1930, which are arcs of right
ascension or declination of the equator and equinox B1875.0 (`edges.csv`): the point of the J2000 ecliptic on
each, found in closed form. Those of the midpoint frames are means of the longitudes of two stars
(`star_pairs.csv`, `stars.csv`). Frames: mean ecliptic and equinox of J2000 as `erfa.ecm06`, equator of
B1875.0 as `erfa.pmat06`. A boundary is rounded to five decimals of a degree, and the rounded value is the
definition.

The proof file holds for each boundary the edge or the stars, the unrounded longitude, the rounded one, and
for the IAU frame the three decimals that Armagh Observatory published (D. Asher, "Zodiacal constellation
boundaries", 2015). The builder refuses to write when a boundary is more than 0.0006° from Armagh's, or when
the map of the 88 constellations shows other neighbours on its two sides than the edge names.
"""

import csv
import hashlib
import tomllib
from math import asin, atan2, cos, degrees, hypot, radians, sin
from pathlib import Path
from typing import Any

import erfa
import msgspec
import numpy as np
from numpy.typing import NDArray

from astrarium.sky.constellations import constellation
from astrarium.sky.zodiacs.catalogue import Catalogue
from astrarium.sky.zodiacs.frames import NO_PARAMETERS, TWELVE_SIGNS, TWELVE_STARTS, Counting, Zodiac
from builders.ayanamsas import J2000_JD, SOURCES, ayanamsas, hipparcos

OUTPUT = Path(__file__).parent.parent / "src" / "astrarium" / "data"
FORMAT = 1
B1875_JD = 2405889.25855
ARMAGH_TOLERANCE_DEG = 0.0006
HAIR_DEG = 1e-7
DECIMALS = 5

Matrix = NDArray[np.float64]
Proof = dict[str, Any]


class Disagreement(Exception):
    """A boundary that an outside authority places elsewhere."""


def ecliptic_to_b1875() -> Matrix:
    """Mean ecliptic and equinox of J2000 to the mean equator and equinox of B1875.0."""
    matrix: Matrix = erfa.pmat06(B1875_JD, 0.0) @ erfa.ecm06(J2000_JD, 0.0).T
    return matrix


def right_ascension_crossing_deg(ra_deg: float) -> float:
    """Longitude where the J2000 ecliptic crosses the half-circle of a right ascension of B1875.0."""
    to_b1875 = ecliptic_to_b1875()
    ra = radians(ra_deg)
    crossing = np.cross(np.array([-sin(ra), cos(ra), 0.0]), to_b1875[:, 2])
    if crossing @ np.array([cos(ra), sin(ra), 0.0]) < 0.0:
        crossing = -crossing
    x, y, _ = to_b1875.T @ crossing
    return degrees(atan2(y, x)) % 360.0


def declination_crossings_deg(dec_deg: float) -> tuple[float, float]:
    """The two longitudes where the J2000 ecliptic crosses a declination of B1875.0."""
    # sin δ = a cos λ + b sin λ, the third row of the rotation
    a, b, _ = ecliptic_to_b1875()[2]
    phase, half = atan2(a, b), asin(sin(radians(dec_deg)) / hypot(a, b))
    return degrees(half - phase) % 360.0, (180.0 - degrees(half + phase)) % 360.0


def rows(name: str) -> list[dict[str, str]]:
    """The rows of one of the source tables."""
    with (SOURCES / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def neighbours(longitude_deg: float) -> tuple[str, str]:
    """The constellations a hair west and a hair east of a longitude on the J2000 ecliptic."""
    west, east = (
        constellation(longitude_deg + step, 0.0, J2000_JD, 0.0, 0.0).abbreviation
        for step in (-HAIR_DEG, HAIR_DEG)
    )
    return west, east


def edge_crossing_deg(row: dict[str, str]) -> float:
    """The longitude where the J2000 ecliptic crosses an edge of `edges.csv` from the one constellation to the other."""
    value = float(row["b1875_deg"])
    crossings = (
        (right_ascension_crossing_deg(value),)
        if row["edge"] == "right_ascension"
        else declination_crossings_deg(value)
    )
    expected = row["entered_from"], row["constellation"]
    for longitude in crossings:
        if neighbours(longitude) == expected:
            return longitude
    message = f"the map does not change from {expected[0]} to {expected[1]} at {crossings}"
    raise Disagreement(message)


def edge_boundaries() -> list[Proof]:
    """The IAU boundaries with their proof, in the order of the sky."""
    proofs = []
    for row in rows("edges.csv"):
        unrounded, armagh = edge_crossing_deg(row), float(row["armagh_deg"])
        if abs(unrounded - armagh) > ARMAGH_TOLERANCE_DEG:
            message = f"{row['sign']} begins at {unrounded:.5f}°, Armagh has {armagh}°"
            raise Disagreement(message)
        proofs.append(
            {
                "sign": row["sign"],
                "edge": f"{row['entered_from']}/{row['constellation']}, {row['edge']} {row['b1875_deg']}° of B1875.0",
                "unrounded_deg": unrounded,
                "start_deg": round(unrounded, DECIMALS),
                "armagh_deg": armagh,
                "minus_armagh_deg": round(unrounded - armagh, 6),
            }
        )
    return proofs


def star_longitude_deg(hip: int) -> float:
    """Longitude of a star at J2000, mean ecliptic and equinox of J2000, from the barycentre."""
    x, y, _ = erfa.ecm06(J2000_JD, 0.0) @ hipparcos()[hip][0]
    return degrees(atan2(y, x)) % 360.0


def star_pair_boundaries() -> list[Proof]:
    """The boundaries halfway between figures with their proof, in the order of the sky."""
    designations = {int(row["hip"]): row["designation"] for row in rows("stars.csv")}
    proofs = []
    for row in rows("star_pairs.csv"):
        last, first = int(row["last_hip"]), int(row["first_hip"])
        last_deg, first_deg = star_longitude_deg(last), star_longitude_deg(first)
        unrounded = (last_deg + first_deg) / 2.0
        proofs.append(
            {
                "sign": row["sign"],
                "stars": f"{designations[last]} (HIP {last}) / {designations[first]} (HIP {first})",
                "last_star_deg": last_deg,
                "first_star_deg": first_deg,
                "unrounded_deg": unrounded,
                "start_deg": round(unrounded, DECIMALS),
            }
        )
    return proofs


def counting(entry: dict[str, Any]) -> Counting:
    """How the longitudes of one zodiac of `zodiacs.toml` are counted."""
    match entry["kind"]:
        case "stars":
            return Counting("stars")
        case "tropical":
            return Counting("tropical")
        case "draconic":
            return Counting("draconic_mean" if entry["node"] == "mean" else "draconic_true")
    value, rate = entry["linear"]["j2000_deg"], 100.0 / entry["linear"]["years_per_degree"]
    return Counting("linear", (radians(value), radians(rate), *NO_PARAMETERS[2:]))


def starts(entry: dict[str, Any], boundaries: dict[str, list[Proof]]) -> dict[str, float]:
    """The signs of one zodiac of `zodiacs.toml` and where they start: derived, listed, or twelve equal ones."""
    if "boundaries" in entry:
        joined = entry.get("joined", {})
        return {
            proof["sign"]: proof["start_deg"]
            for proof in boundaries[entry["boundaries"]]
            if proof["sign"] not in joined
        }
    return entry.get("starts") or dict(zip(TWELVE_SIGNS, TWELVE_STARTS, strict=True))


def frame(entry: dict[str, Any], boundaries: dict[str, list[Proof]]) -> Zodiac:
    """One zodiac of `zodiacs.toml`."""
    signs = starts(entry, boundaries)
    words = ("id", "version", "name", "kind", "reference", "source", "description", "good_for")
    return Zodiac(
        signs=tuple(signs),
        starts=tuple(signs.values()),
        counting=counting(entry),
        **{key: entry[key] for key in words},
    )


def build() -> tuple[bytes, bytes]:
    """The catalogue and its proof, as JSON."""
    boundaries = {"edges": edge_boundaries(), "star_pairs": star_pair_boundaries()}
    entries = tomllib.loads((SOURCES / "zodiacs.toml").read_text(encoding="utf-8"))["zodiacs"]
    catalogue = Catalogue(
        format=FORMAT,
        zodiacs=tuple(frame(entry, boundaries) for entry in entries),
        ayanamsas=tuple(ayanamsas()),
    )
    proof = {
        "sources": {
            path.name: f"sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}"
            for path in sorted(SOURCES.iterdir())
        },
        "iau13": boundaries["edges"],
        "midpoint13": boundaries["star_pairs"],
    }
    return tuple(  # type: ignore[return-value]  # a pair, from a pair
        msgspec.json.format(msgspec.json.encode(content), indent=1) + b"\n" for content in (catalogue, proof)
    )


def main() -> None:
    """Write both files."""
    catalogue, proof = build()
    (OUTPUT / "zodiacs.json").write_bytes(catalogue)
    (OUTPUT / "zodiacs-proof.json").write_bytes(proof)
    for frame_id, proofs in msgspec.json.decode(proof).items():
        if frame_id != "sources":
            print(frame_id, *(f"{p['sign']} {p['unrounded_deg']:.7f}" for p in proofs), sep="\n  ")


if __name__ == "__main__":
    main()
