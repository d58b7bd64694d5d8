"""What can go wrong with letters."""

from datetime import timedelta
from typing import ClassVar

from astrarium.errors import AstrariumError


class LetterNotSent(AstrariumError):
    """The carrier did not take a letter; `is_final` where it never will, and nothing was tried where
    `retry_after` tells when there is a point in trying.
    """

    code: ClassVar[str] = "letter_not_sent"

    def __init__(self, reason: str, *, is_final: bool, retry_after: timedelta | None = None) -> None:
        super().__init__(
            f"A letter was not sent: {reason}.",
            hint="It is gone." if is_final else "It is kept, and sent again later.",
        )
        self.is_final = is_final
        self.retry_after = retry_after


class InvalidMailAddress(AstrariumError):
    """The setting is no way to send letters; it is not told, since it may hold a password."""

    code: ClassVar[str] = "invalid_mail_address"

    def __init__(self) -> None:
        super().__init__(
            "ASTRARIUM_MAIL_URL is no way to send letters.",
            hint="Write smtp://user:password@host:587, smtps://user:password@host:465, or file:///folder.",
        )
