"""What a person writes beside a birth or a chart: names, tags, folders and notes, each with its bounds.

One spelling for all features that keep something: blanks at the ends do not count, a tag stands once, and names are
looked up without case and diacritics.
"""

from collections.abc import Iterable
from typing import Annotated, Final

from msgspec import Meta

from astrarium.civil.folding import fold
from astrarium.service.errors import FieldError, InvalidBody

WORDS: Final = r"^[^\x00-\x1F\x7F]*$"
"""One line of text, without control characters."""
_TAG: Final = r"^[^\x00-\x1F\x7F,;]+$"
_TEXT: Final = r"^[^\x00]*$"
LONGEST_KEY: Final = 200
"""Letters of a name that count in sorting: one may unfold into many, and what an index holds is bounded."""
_BEYOND_ALL: Final = "\U0010ffff"

Name = Annotated[str, Meta(min_length=1, max_length=200, pattern=WORDS)]
Line = Annotated[str, Meta(max_length=50, pattern=WORDS)]
Tag = Annotated[str, Meta(min_length=1, max_length=50, pattern=_TAG)]
Tags = Annotated[tuple[Tag, ...], Meta(max_length=20)]
Notes = Annotated[str, Meta(max_length=10_000, pattern=_TEXT)]


def tidy_name(name: str, pointer: str = "/name") -> str:
    """The name without blanks at its ends and with single ones within.

    Raises `InvalidBody` where nothing is left.
    """
    tidy = " ".join(name.split())
    if not tidy:
        detail = "The name is blank."
        raise InvalidBody(FieldError("invalid_value", detail, pointer), "Give it at least one letter.")
    return tidy


def tidy_line(line: str | None) -> str | None:
    """The line without needless blanks; nothing where it holds none but those."""
    return None if line is None else " ".join(line.split()) or None


def tidy_tags(tags: Iterable[str]) -> list[str]:
    """Each tag once, in the order in which they came, blank ones left out."""
    return list(dict.fromkeys(filter(None, (" ".join(tag.split()) for tag in tags))))


def name_key(name: str) -> str:
    """The name as it is looked up and sorted: without case, diacritics and punctuation where that leaves anything."""
    return (fold(name) or name.casefold())[:LONGEST_KEY]


def prefix_bounds(prefix: str) -> tuple[str, str]:
    """The first and the last key, byte by byte, of the names that begin with `prefix`."""
    key = name_key(prefix)
    return key, key + _BEYOND_ALL
