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
        for part in (
            "tmp",
            "new",
            "cur",
        ):  # here, since Maildir stumbles where two begin one at the same time
            (self.folder / part).mkdir(mode=0o700, parents=True, exist_ok=True)
        mailbox.Maildir(self.folder, create=False).add(message)
