"""Letters in the log, where no way to send them is set: one sees the links that a letter would bring."""

import logging
from email.message import EmailMessage
from typing import Final

logger: Final = logging.getLogger("astrarium.mail")


class LogCarrier:
    """Writes each letter's text to the log; production refuses it at the start, since links open accounts."""

    async def send(self, message: EmailMessage) -> None:
        """Write the plain text."""
        body = message.get_body(("plain",))
        text = body.get_content() if body is not None else ""
        logger.info("a letter to %s: %s\n%s", message["To"], message["Subject"], text.strip())

    async def close(self) -> None:
        """Nothing is open."""
