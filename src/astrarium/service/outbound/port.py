"""The port to HTTP: what a client does, the answers that come back, and what is told where none comes."""

from collections.abc import Mapping
from typing import Protocol

import msgspec

from astrarium.service.outbound.addresses import Address
from astrarium.service.outbound.errors import Reason
from astrarium.service.outbound.guard import Target
from astrarium.service.outbound.policies import Policy


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What the other side said."""

    status: int
    headers: Mapping[str, str]
    """By names in small letters; of several with one name, the first."""
    body_head: bytes
    """As much of the body as the policy keeps, as it came."""
    is_whole: bool
    """Whether that is all of the body."""
    elapsed_s: float


class NoAnswer(Exception):
    """No answer came; `reason` is for counts, the text for people."""

    def __init__(self, reason: Reason, words: str) -> None:
        super().__init__(words)
        self.reason = reason


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """One request to a target, at addresses of it that have been judged, until `deadline` by the event loop's clock."""

    method: str
    target: Target
    addresses: tuple[Address, ...]
    headers: Mapping[str, str]
    body: bytes
    deadline: float


class Client(Protocol):
    """Sends one request, and reads the head of its answer."""

    async def send(self, request: Request, policy: Policy) -> Answer:
        """An answer that has begun counts, even where its body is too long, too slow or broken off: it is cut there.

        Raises `NoAnswer`.
        """
        ...
