"""Shares of a birth-time window as a person reads them: `Capricorn 92 %, Aquarius 8 %`."""

from collections.abc import Sequence


def share(probability: float) -> str:
    """A probability in per cent; only a certain one reads 100 %, none reads 0 %."""
    if probability >= 1.0:
        return "100 %"
    return f"{min(99, max(1, round(probability * 100)))} %"


def likeliest(shares: Sequence[tuple[str, float]], most: int) -> str:
    """The first few of some names with their shares, likeliest first, the rest counted: `Leo 14 %, …, 9 more`."""
    named = ", ".join(f"{name} {share(probability)}" for name, probability in shares[:most])
    more = len(shares) - most
    return f"{named}, {more} more" if more > 0 else named
