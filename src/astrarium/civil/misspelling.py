"""Keys one slip of the finger away from a key, to suggest what was meant."""

from collections.abc import Iterator

# Alphabets by the first letter's script; a letter of any other script is only left out or swapped.
_ALPHABETS = ("abcdefghijklmnopqrstuvwxyz", "абвгдежзиклмнопрстуфхцчшщъыьэюяіјћџ", "αβγδεζηθικλμνξοπρστυφχψω")
SHORTEST = 3
LONGEST = 40


def one_edit_away(key: str) -> list[str]:
    """Every other key with one letter left out, put in, changed, or swapped with its neighbour.

    Args:
        key: a folded name. Shorter than three letters it has no neighbours worth naming, and past 40 too many: the
            answer is empty.

    Returns:
        Distinct keys, about 54 for each letter of the Latin, Cyrillic and Greek alphabets; sorted.
    """
    if not SHORTEST <= len(key) <= LONGEST:
        return []
    return sorted(set(_edits(key)) - {key})


def _edits(key: str) -> Iterator[str]:
    alphabet = next((letters for letters in _ALPHABETS if key[0] in letters), "")
    for at in range(len(key) + 1):
        before, after = key[:at], key[at:]
        yield (before + after[1:]).strip()
        if len(after) > 1:
            yield before + after[1] + after[0] + after[2:]
        for letter in alphabet:
            yield before + letter + after[1:]
            yield before + letter + after
