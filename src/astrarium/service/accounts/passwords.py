"""Which passwords are taken: NIST SP 800-63B-4, 3.1.1.2.

Length is what counts: at least 15 characters by default, at most 256, any characters, no rules of composition, no
expiry. Refused is what anyone tries first: the passwords that were seen most often in leaks, plain sequences and
repetitions, and the person's own e-mail or this service's name with little besides.
"""

import re
import unicodedata
from functools import cache
from importlib.resources import files
from typing import Final

from astrarium.service.accounts.errors import WeakPassword

MOST_CHARACTERS: Final = 256
LEAST_BESIDES_CONTEXT: Final = 8
SERVICE_WORDS: Final = ("astrarium", "astrology", "horoscope", "password")
_SEQUENCES: Final = (
    "abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiop", "yxcvbnm",
    "azertyuiop", "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p;/", "q1w2e3r4t5y6u7i8o9p0",
)  # fmt: skip
_SHORTEST_SEQUENCE: Final = 4
_REPEATED: Final = re.compile(r"(.{1,8}?)\1+", re.DOTALL)
_NOT_LETTERS: Final = re.compile(r"[\W\d_]+")


def normalised(password: str) -> str:
    """The password in the one form that is hashed (NFKC), however a keyboard composes its characters."""
    return unicodedata.normalize("NFKC", password)


def require_acceptable(password: str, *, email: str, least: int, pointer: str) -> None:
    """Raise `WeakPassword` unless a normalised password may be chosen; `pointer` is its place in the body."""
    if len(password) < least:
        detail = f"The password has {len(password)} characters; {least} are the fewest."
        raise WeakPassword("too_short", detail, pointer=pointer)
    if len(password) > MOST_CHARACTERS:
        detail = f"The password has {len(password)} characters; {MOST_CHARACTERS} are the most."
        raise WeakPassword("too_long", detail, pointer=pointer)
    if is_common(password):
        raise WeakPassword(
            "too_common", "The password is among the first that anyone tries.", pointer=pointer
        )
    if not _is_beyond(password, context_of(email)):
        raise WeakPassword(
            "too_near", "The password is little more than the e-mail or the service's name.", pointer=pointer
        )


def is_common(password: str) -> bool:
    """Whether the password is on the list of common ones, or made of them, of sequences or of repetitions alone."""
    plain = password.casefold()
    if plain in common_passwords() or _NOT_LETTERS.sub("", plain) in common_passwords():
        return True
    return len(_without_patterns(plain)) < _SHORTEST_SEQUENCE


def context_of(email: str) -> tuple[str, ...]:
    """The words that stand around a password: parts of the e-mail, the service's name."""
    name, _, domain = email.casefold().partition("@")
    parts = (name, *re.split(r"[\W_]+", name), domain, domain.partition(".")[0], *SERVICE_WORDS)
    return tuple(sorted({part for part in parts if len(part) >= _SHORTEST_SEQUENCE}, key=len, reverse=True))


@cache
def common_passwords() -> frozenset[str]:
    """The shipped list, in lower case."""
    return frozenset(
        files("astrarium.data").joinpath("common_passwords.txt").read_text("utf-8").split("\n")
    ) - {""}


def _is_beyond(password: str, words: tuple[str, ...]) -> bool:
    plain = password.casefold()
    rest = plain
    for word in words:
        rest = rest.replace(word, "")
    return rest == plain or len(_NOT_LETTERS.sub("", rest)) >= LEAST_BESIDES_CONTEXT


def _without_patterns(plain: str) -> str:
    """What is left of a text without repetitions, runs along an alphabet or a keyboard, and whole common passwords."""
    unit = _REPEATED.sub(r"\1", plain)
    rest = []
    start = 0
    while start < len(unit):
        length = _pattern_at(unit, start)
        if not length:
            rest.append(unit[start])
        start += length or 1
    return "".join(rest)


def _pattern_at(text: str, start: int) -> int:
    """The length of the longest pattern that begins at `start`; 0 where there is none."""
    for end in range(len(text), start + _SHORTEST_SEQUENCE - 1, -1):
        piece = text[start:end]
        if piece in common_passwords() or any(piece in line or piece in line[::-1] for line in _SEQUENCES):
            return end - start
    return 0
