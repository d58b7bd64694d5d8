"""How places are ranked: by the people who live there, weighed by how the typed text meets their name.

A name's weight is the place's population times the weight of the name's kind; population alone would put Perth
(airport code PER, once "Parth" to somebody) above Paris for "par". The table's builder and its reader share this page.
"""

from struct import iter_unpack, pack

TABLE_FORMAT = 1

MAIN_NAME = 0
ALTERNATE_NAME = 1
INNER_WORD = 2

# Whole numbers in the ratio 1 : 0.1 : 0.02, so that weights are exact.
KIND_WEIGHTS = {MAIN_NAME: 50, ALTERNATE_NAME: 5, INNER_WORD: 1}
WHOLE_NAME_FACTOR = 4  # the typed text is the whole name: York before New York

# A prefix that more names share than this has its best places listed in the table, so that no search reads more rows;
# the second limit holds for a search within one country.
LISTED_ABOVE_NAMES = 512
LISTED_BY_COUNTRY_ABOVE_NAMES = 4096
LIST_LENGTH = 50

# One place is meant when it holds this share of all who live in places of that name (alternate names weighed).
CLEAR_SHARE = 0.8

WEIGHT_SQL = (
    "(place.population + 1)"
    f" * CASE name.kind WHEN {MAIN_NAME} THEN {KIND_WEIGHTS[MAIN_NAME]}"
    f" WHEN {ALTERNATE_NAME} THEN {KIND_WEIGHTS[ALTERNATE_NAME]} ELSE {KIND_WEIGHTS[INNER_WORD]} END"
)


def weight(population: int, kind: int) -> int:
    """The weight of one name of a place; a place of unknown population counts as one person."""
    return (population + 1) * KIND_WEIGHTS[kind]


def pack_places(numbers: list[int]) -> bytes:
    """A ranked list of the table's place numbers as bytes, four each, little-endian."""
    return pack(f"<{len(numbers)}I", *numbers)


def unpack_places(packed: bytes) -> list[int]:
    """The numbers that `pack_places` packed, in their order."""
    return [number for (number,) in iter_unpack("<I", packed)]
