"""The figures of the thirteen constellations of the zodiac: pairs of stars, for drawing.

A figure is our own choice of lines, simple enough to be recognised on a small map. Every star of it is in the
catalogue, and every figure hangs together. `builders/figures.py` makes the data.
"""

from functools import cache
from importlib.resources import files

import msgspec

Pair = tuple[int, int]


class Figures(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The contents of `data/figures.json`: pairs of HIP numbers by sign."""

    format: int
    source: str
    figures: dict[str, tuple[Pair, ...]]


@cache
def _figures() -> Figures:
    return msgspec.json.decode(files("astrarium").joinpath("data", "figures.json").read_bytes(), type=Figures)


def figures() -> dict[str, tuple[Pair, ...]]:
    """The lines of each zodiac constellation as pairs of HIP numbers, by sign id, Aries first.

    `star(hip)` has the star of a number. Thirteen signs: Ophiuchus is among them, the Serpent that he holds is not.
    """
    return dict(_figures().figures)
