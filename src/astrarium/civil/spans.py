"""Sets of whole numbers as spans, both ends included: which places a region or country holds."""

from collections.abc import Iterable, Sequence

Span = tuple[int, int]


def union(spans: Iterable[Span]) -> list[Span]:
    """The same numbers in the fewest spans, ascending."""
    merged: list[Span] = []
    for first, last in sorted(spans):
        if merged and first <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(merged[-1][1], last))
        else:
            merged.append((first, last))
    return merged


def intersection(some: Sequence[Span], others: Sequence[Span]) -> list[Span]:
    """The numbers that both sets hold, in the fewest spans, ascending."""
    return union(
        (max(some_first, other_first), min(some_last, other_last))
        for some_first, some_last in some
        for other_first, other_last in others
        if max(some_first, other_first) <= min(some_last, other_last)
    )
