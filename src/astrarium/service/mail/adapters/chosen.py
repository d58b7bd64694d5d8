"""The way to send letters that a service's settings choose."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

from astrarium.service.mail.adapters.folder import FolderCarrier
from astrarium.service.mail.adapters.log import LogCarrier
from astrarium.service.mail.adapters.smtp import SmtpCarrier
from astrarium.service.mail.errors import InvalidMailAddress
from astrarium.service.mail.service import Carrier


def carrier_of(address: str | None) -> Carrier:
    """The carrier of a mail address of the settings; without one, the log.

    Raises `InvalidMailAddress`.
    """
    if address is None:
        return LogCarrier()
    try:
        parts = urlsplit(address)
        has_host = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError as error:
        raise InvalidMailAddress from error
    match parts.scheme:
        case "smtp" | "smtps" if has_host:
            return SmtpCarrier(parts)
        case "file" if not parts.netloc and parts.path.strip("/"):
            return FolderCarrier(Path(unquote(parts.path)))
        case _:
            raise InvalidMailAddress
