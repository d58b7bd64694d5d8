"""The ring of keys: the first one seals, any of them opens."""

import hmac
import secrets
from collections.abc import Callable, Sequence
from functools import cached_property
from hashlib import sha256
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from astrarium.service.keyring.errors import Unreadable

FORMAT: Final = b"\x01"
ID_BYTES: Final = 8
NONCE_BYTES: Final = 12


class KeyRing:
    """Seals secrets by AES-256-GCM; each sealed text names its key, so that keys can be replaced one after the other.

    Every secret is bound to its `place`, such as `second_factors/<account>`: a sealed text that is copied into another
    row does not open there.
    """

    def __init__(self, keys_at_hand: Callable[[], Sequence[bytes]]) -> None:
        self._keys_at_hand = keys_at_hand

    @cached_property
    def _keys(self) -> Sequence[bytes]:
        """Asked for at the first secret: what seals none needs no keys."""
        return self._keys_at_hand()

    @cached_property
    def _ciphers(self) -> dict[bytes, AESGCM]:
        return {_id_of(key): AESGCM(key) for key in self._keys}

    @cached_property
    def _newest(self) -> bytes:
        return _id_of(self._keys[0])

    @cached_property
    def _for_digests(self) -> bytes:
        return sha256(b"astrarium digests" + self._keys[0]).digest()

    def seal(self, secret: bytes, place: str) -> bytes:
        """`secret` as only this ring opens it, and only for `place`."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        head = FORMAT + self._newest
        return head + nonce + self._ciphers[self._newest].encrypt(nonce, secret, _bound(head, place))

    def open(self, sealed: bytes, place: str) -> bytes:
        """The secret that was sealed for `place`.

        Raises `Unreadable`.
        """
        head, rest = sealed[: 1 + ID_BYTES], sealed[1 + ID_BYTES :]
        if head[1:] not in self._ciphers:
            self._read_keys_again()
        cipher = self._ciphers.get(head[1:])
        if head[:1] != FORMAT or cipher is None:
            raise Unreadable("its key is not in the ring")
        try:
            return cipher.decrypt(rest[:NONCE_BYTES], rest[NONCE_BYTES:], _bound(head, place))
        except (InvalidTag, ValueError) as error:
            raise Unreadable("it was changed, or belongs elsewhere") from error

    def _read_keys_again(self) -> None:
        """A key that is not known may have come into the ring while this process ran."""
        for name in ("_keys", "_ciphers", "_newest", "_for_digests"):
            self.__dict__.pop(name, None)

    def is_newest(self, sealed: bytes) -> bool:
        """Whether the newest key sealed it; else it waits for `reseal`."""
        return sealed[1 : 1 + ID_BYTES] == self._newest

    def reseal(self, sealed: bytes, place: str) -> bytes:
        """The same secret, sealed by the newest key."""
        return self.seal(self.open(sealed, place), place)

    def keyed_digest(self, text: str) -> bytes:
        """A digest of what may be guessed (an address, an e-mail): without the ring's key nobody can try guesses."""
        return hmac.digest(self._for_digests, text.encode(), "sha256")


def _id_of(key: bytes) -> bytes:
    return sha256(b"astrarium key id" + key).digest()[:ID_BYTES]


def _bound(head: bytes, place: str) -> bytes:
    return head + place.encode()
