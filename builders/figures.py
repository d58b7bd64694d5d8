"""The figures of the zodiac: `python -m builders.figures` → `src/astrarium/data/figures.json`.

`sources/stars/figures.csv` is our own choice of lines: chains of stars by Bayer's or Flamsteed's designation, each
joined to the next. Build the catalogue (`builders.stars`) first.
"""

import csv
from itertools import pairwise
from pathlib import Path
from typing import Final

import msgspec

from astrarium.sky.figures import Figures, Pair
from astrarium.sky.stars import star
from builders.stars import FIGURES, SOURCES

OUTPUT: Final = Path(__file__).parent.parent / "src" / "astrarium" / "data" / "figures.json"
FORMAT: Final = 1
SOURCE: Final = "Astrarium's own choice of lines between stars of the Hipparcos catalogue"


def hip_of(designation: str) -> int:
    """The HIP number of a star that a chain names. Raises `ValueError` when the catalogue does not have it so."""
    found = star(designation)
    if found.hip is None:
        raise ValueError(f"{designation} is no star of Hipparcos")
    return found.hip


def lines() -> dict[str, tuple[Pair, ...]]:
    """The pairs of each sign, in the order of the source, each pair once."""
    found: dict[str, dict[Pair, None]] = {}
    with (SOURCES / FIGURES).open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            hips = [hip_of(f"{letter} {row['constellation']}") for letter in row["chain"].split()]
            known = found.setdefault(row["sign"], {})
            known |= {pair: None for pair in pairwise(hips) if pair[::-1] not in known}
    return {sign: tuple(pairs) for sign, pairs in found.items()}


def parts(pairs: tuple[Pair, ...]) -> int:
    """Of how many pieces that do not touch a figure is made."""
    groups: list[set[int]] = []
    for pair in pairs:
        touched = [group for group in groups if group & set(pair)]
        groups = [group for group in groups if group not in touched]
        groups.append(set(pair).union(*touched))
    return len(groups)


def build() -> bytes:
    """The figures as JSON, one sign a line. Raises `ValueError` for a figure that falls apart."""
    figures = lines()
    broken = [sign for sign, pairs in figures.items() if parts(pairs) != 1]
    if broken:
        raise ValueError(f"not in one piece: {', '.join(broken)}")
    content = msgspec.json.encode(Figures(FORMAT, SOURCE, figures))
    for sign in figures:
        content = content.replace(f'"{sign}"'.encode(), f'\n"{sign}"'.encode())
    return content + b"\n"


def main() -> None:
    """Write the figures."""
    content = build()
    OUTPUT.write_bytes(content)
    print(f"{sum(map(len, lines().values()))} lines, {len(content)} bytes")


if __name__ == "__main__":
    main()
