"""E-mail addresses: what is taken for one, and how two of them are compared."""

import re
import unicodedata
from typing import Final

from astrarium.service.accounts.errors import InvalidEmail

LONGEST: Final = 254
_EMAIL: Final = re.compile(
    r"[^\s@<>,;:\"()\[\]\\]{1,64}@[^\W_](?:[\w-]*[^\W_])?(?:\.[^\W_](?:[\w-]*[^\W_])?)*"
)


def read(text: str) -> str:
    """An e-mail address as its owner writes it, in one Unicode form.

    Whether it exists is for a letter to find out. Raises `InvalidEmail`.
    """
    email = unicodedata.normalize("NFC", text.strip())
    if len(email) > LONGEST or not email.isprintable() or not _EMAIL.fullmatch(email):
        raise InvalidEmail
    return email


def key_of(email: str) -> str:
    """What addresses are compared by. Two that differ by case alone are one account's.

    A letter never goes to what was typed where an account is meant, but to the address that the account has. What no
    address holds, and no database's text, becomes a character that no address holds either.
    """
    key = unicodedata.normalize("NFKC", email).casefold()
    return "".join(character if character.isprintable() else "\ufffd" for character in key)
