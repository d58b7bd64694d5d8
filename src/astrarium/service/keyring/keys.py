"""Where the keys come from: the operator's settings, or a file of the data directory that is made once."""

import binascii
import os
import secrets
from base64 import b64decode, b64encode
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from astrarium.service.data_directory import make_passable
from astrarium.service.keyring.errors import InvalidSecretKey, SecretKeysMissing
from astrarium.service.settings import Settings

KEY_BYTES: Final = 32
FILE: Final = "secret-keys"
PRIVATE: Final = 0o600


def keys_at_hand(settings: Settings) -> tuple[bytes, ...]:
    """The keys to seal secrets with, the newest first.

    Without any in the settings, those of the data directory's file `secret-keys`, which is made with one key where it
    is not there yet; of processes that start at once, one makes it.

    Raises `SecretKeysMissing` in production, where keys that lie beside the data would protect nothing, and where
    there is no data directory; `InvalidSecretKey`.
    """
    if settings.secret_keys:
        return read(settings.secret_keys)
    if settings.production:
        raise SecretKeysMissing("in production none is made up")
    file = key_file(settings)
    if not file.exists():
        _make(file)
    return read(file.read_text("ascii").split())


def key_file(settings: Settings) -> Path:
    """Where the data directory's own keys lie.

    Raises `SecretKeysMissing` where there is no data directory.
    """
    if settings.data is None:
        raise SecretKeysMissing("there is no data directory to keep one in")
    return Path(settings.data) / FILE


def read(written: Sequence[str]) -> tuple[bytes, ...]:
    """Keys from base64, of either alphabet.

    Raises `InvalidSecretKey`.
    """
    return tuple(_read_one(text, position) for position, text in enumerate(written, start=1))


def new_key() -> str:
    """A fresh key as it is written in the settings."""
    return b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def add_key(file: Path) -> None:
    """Put a fresh key before the ones of `file`, in one step that no reader sees half done."""
    _write(file.with_suffix(".new"), f"{new_key()}\n{file.read_text('ascii')}")
    file.with_suffix(".new").replace(file)


def _make(file: Path) -> None:
    make_passable(file.parent)
    own = file.with_name(f"{FILE}.{os.getpid()}.{secrets.token_hex(4)}")
    _write(own, new_key() + "\n")
    try:
        os.link(own, file)  # fails where another process was faster: then its key is the one
    except FileExistsError:
        pass
    finally:
        own.unlink()


def _write(file: Path, text: str) -> None:
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE)
    with os.fdopen(descriptor, "w", encoding="ascii") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())


def _read_one(text: str, position: int) -> bytes:
    try:
        key = b64decode(text.strip().replace("-", "+").replace("_", "/").rstrip("=") + "=", validate=True)
    except (binascii.Error, ValueError) as error:
        raise InvalidSecretKey(position) from error
    if len(key) != KEY_BYTES:
        raise InvalidSecretKey(position)
    return key
