"""The door of the key ring: `ring_of` gives the ring of one service."""

from functools import partial

from astrarium.service.keyring.errors import Unreadable
from astrarium.service.keyring.keys import add_key, key_file, keys_at_hand
from astrarium.service.keyring.ring import KeyRing
from astrarium.service.settings import Settings

__all__ = ["KeyRing", "Unreadable", "add_key", "key_file", "keys_at_hand", "ring_of"]


def ring_of(settings: Settings) -> KeyRing:
    """The ring of a service's keys, which are read, or made, at the first secret.

    Then it raises `SecretKeysMissing` or `InvalidSecretKey`; `keys_at_hand` raises them at the start.
    """
    return KeyRing(partial(keys_at_hand, settings))
