"""How places are ranked: by the people who live there, weighed by how the typed text meets their name.

A name's weight is the place's population times the weight of the name's kind; population alone would put Perth (2.4
million people; `part` and `partha` are spellings of its name) above Paris for "par". The table's builder and its
reader share this page.
"""

from struct import iter_unpack, pack

TABLE_FORMAT = 1

MAIN_NAME = 0
ALTERNATE_NAME = 1
INNER_WORD = 2  # of the main name: "york" of New York
ALTERNATE_INNER_WORD = 3

# Whole numbers in the ratio 1 : 0.1 : 0.02 : 0.002, so that weights are exact.
KIND_WEIGHTS = {MAIN_NAME: 500, ALTERNATE_NAME: 50, INNER_WORD: 10, ALTERNATE_INNER_WORD: 1}
WHOLE_NAME_FACTOR = 8  # the typed text is the whole name: York before New York

# A prefix that more names share than this has its best places listed in the table, so that no search reads more rows;
# the second limit holds for a search within one country.
LISTED_ABOVE_NAMES = 512
LISTED_BY_COUNTRY_ABOVE_NAMES = 4096
LIST_LENGTH = 50

WEIGHT_SQL = (
    "(place.population + 1) * CASE name.kind"
    + "".join(f" WHEN {kind} THEN {times}" for kind, times in KIND_WEIGHTS.items())
    + " END"
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
