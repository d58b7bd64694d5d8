"""Letters by SMTP: one connection per letter, encrypted where the address or the server offers it."""

import ssl
from email.message import EmailMessage
from typing import Final
from urllib.parse import SplitResult, unquote

import aiosmtplib

from astrarium.service.mail.errors import LetterNotSent

SUBMISSION: Final = 587
SUBMISSION_OVER_TLS: Final = 465
TIMEOUT_S: Final = 30.0
_LASTING: Final = range(500, 600)


class SmtpCarrier:
    """Hands letters to a mail server. `smtps` is TLS from the start; `smtp` changes to TLS where a login is given.

    Without a login, `smtp` encrypts when the server offers STARTTLS, as between mail servers; with one, a server that
    offers none is refused, since the password would travel in the clear.
    """

    def __init__(self, address: SplitResult, trust: ssl.SSLContext | None = None) -> None:
        self.host = address.hostname or ""
        self.over_tls = address.scheme == "smtps"
        self.port = address.port or (SUBMISSION_OVER_TLS if self.over_tls else SUBMISSION)
        self.user = unquote(address.username) if address.username else None
        self.password = unquote(address.password) if address.password else None
        self.trust = trust or ssl.create_default_context()

    async def send(self, message: EmailMessage) -> None:
        """Hand over one letter.

        Raises `LetterNotSent`, for good where the server says so (5xx) about this letter's reader.
        """
        starttls = False if self.over_tls else True if self.user else None
        try:
            await aiosmtplib.send(
                message,
                hostname=self.host,
                port=self.port,
                username=self.user,
                password=self.password,
                use_tls=self.over_tls,
                start_tls=starttls,
                tls_context=self.trust,
                timeout=TIMEOUT_S,
            )
        except aiosmtplib.SMTPRecipientsRefused as error:
            refused = error.recipients[0]
            raise LetterNotSent(
                f"the server refuses the address ({refused.code})", is_final=refused.code in _LASTING
            ) from error
        except (aiosmtplib.SMTPException, OSError) as error:
            reason = f"{type(error).__name__}: {error}"
            raise LetterNotSent(reason, is_final=False) from error

    async def close(self) -> None:
        """Nothing is open between letters."""
