"""What a person types for a place, taken apart: a name, and perhaps where it lies."""

from collections.abc import Iterator
from itertools import combinations

import msgspec

from astrarium.civil.folding import fold

LONGEST_QUERY = 200
MOST_WORDS = 8


class PlaceQuery(msgspec.Struct, frozen=True):
    """One way to read the text: the key of a name, and the keys of the regions and countries it is said to lie in."""

    name: str
    qualifiers: tuple[str, ...] = ()


def readings(text: str) -> Iterator[PlaceQuery]:
    """The ways to read a text, the most literal first.

    After a comma stand regions and countries (`London, Ontario, Canada`); a text without one is first a name
    (`New York`), then a name with one or two qualifiers after it (`springfield il`, `paris texas usa`). A text with
    commas may also be one name (`Washington, D.C.`). Texts without a letter or digit, or longer than
    `LONGEST_QUERY`, have no reading.
    """
    if len(text) > LONGEST_QUERY:
        return
    name, *qualifiers = [
        key for key in map(fold, text.replace("،", ",").replace("，", ",").split(",")) if key
    ] or [""]
    if not name:
        return
    if qualifiers:
        yield PlaceQuery(name, tuple(map(_joined, qualifiers)))
    whole = " ".join((name, *qualifiers))
    yield PlaceQuery(whole)
    words = whole.split(" ")
    if qualifiers or len(words) > MOST_WORDS:
        return
    for count in (1, 2):
        for cuts in sorted(combinations(range(1, len(words)), count), reverse=True):
            parts = [
                " ".join(words[start:end]) for start, end in zip((0, *cuts), (*cuts, len(words)), strict=True)
            ]
            if len(parts[-1]) > 1:
                yield PlaceQuery(parts[0], tuple(map(_joined, parts[1:])))


def qualifier_key(text: str) -> str:
    """The key of a country's or region's name or code: folded, without spaces (`U.S.A.` is `usa`)."""
    return _joined(fold(text))


def _joined(key: str) -> str:
    return key.replace(" ", "")
