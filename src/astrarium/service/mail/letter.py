"""A letter, as a feature writes it and as it is sent: plain text and simple HTML with the same words."""

from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Final

import jinja2
import msgspec

_environment: Final = jinja2.Environment(
    loader=jinja2.PackageLoader("astrarium.service.mail"),
    autoescape=jinja2.select_autoescape(["html"]),
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


class Link(msgspec.Struct, frozen=True):
    """What the reader is asked to do, and where."""

    label: str
    address: str


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """One letter to one person. Paragraphs are plain sentences; `link` stands behind the first of them."""

    to: str
    subject: str
    paragraphs: tuple[str, ...]
    link: Link | None = None


def message_of(letter: Letter, *, sender: str, number: str, now: datetime) -> EmailMessage:
    """The letter as it is sent. `number` makes its Message-ID, the same at each attempt, so that a repetition shows."""
    message = EmailMessage(policy=SMTP)
    message["From"] = f"Astrarium <{sender}>"
    message["To"] = letter.to
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{number}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(_environment.get_template("letter.txt").render(letter=letter))
    message.add_alternative(_environment.get_template("letter.html").render(letter=letter), subtype="html")
    return message
