"""What can go wrong with the keys that seal secrets."""

from typing import ClassVar

from astrarium.errors import AstrariumError


class SecretKeysMissing(AstrariumError):
    """The service has no key to seal secrets with, and may not make one."""

    code: ClassVar[str] = "secret_keys_missing"

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"There is no key to seal secrets with: {reason}.",
            hint="Set ASTRARIUM_SECRET_KEYS to 32 random bytes in base64; `openssl rand -base64 32` makes them.",
        )


class InvalidSecretKey(AstrariumError):
    """A key is not 32 bytes in base64; the key itself is not told."""

    code: ClassVar[str] = "invalid_secret_key"

    def __init__(self, position: int) -> None:
        super().__init__(
            f"Key {position} of ASTRARIUM_SECRET_KEYS is not 32 bytes in base64.",
            hint="Make one by `openssl rand -base64 32`.",
        )


class Unreadable(AstrariumError):
    """A sealed secret cannot be opened: its key is gone, or it was changed or moved to another row."""

    code: ClassVar[str] = "secret_unreadable"

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"A sealed secret cannot be opened: {reason}.",
            hint="Put the key that sealed it back into ASTRARIUM_SECRET_KEYS, behind the newer ones.",
        )
