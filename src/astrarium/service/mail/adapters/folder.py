"""Letters as files of a folder (maildir), for development and for tests: nothing leaves the machine."""

import asyncio
import mailbox
from email.message import EmailMessage
from pathlib import Path

from astrarium.service.mail.errors import LetterNotSent


class FolderCarrier:
    """Puts each letter into a maildir, which any mail program opens."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def send(self, message: EmailMessage) -> None:
        """Write one file.

        Raises `LetterNotSent`.
        """
        try:
            await asyncio.to_thread(self._write, message)
        except OSError as error:
            raise LetterNotSent(error.strerror or str(error), is_final=False) from error

    async def close(self) -> None:
        """Nothing is open."""

    def _write(self, message: EmailMessage) -> None:
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        mailbox.Maildir(self.folder).add(message)
