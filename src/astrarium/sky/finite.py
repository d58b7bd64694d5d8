"""Numbers at the door: what is no number goes no further."""

from math import isfinite

from astrarium.sky.errors import NotFinite


def require_finite(**numbers: float) -> None:
    """Raise `NotFinite` with the name of the first argument that is NaN or infinite."""
    for name, number in numbers.items():
        if not isfinite(number):
            raise NotFinite(name, number)
