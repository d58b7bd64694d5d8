"""Any way to send letters under the limits of calls to the outside: its time, its breaker, its counts."""

from email.message import EmailMessage

from astrarium.service.mail.errors import LetterNotSent
from astrarium.service.mail.service import Carrier
from astrarium.service.outbound.service import BreakerOpen, CallFailed, Outbound


class LimitedCarrier:
    """A carrier that is left alone for a while where letter after letter is not taken."""

    def __init__(self, carrier: Carrier, outbound: Outbound) -> None:
        self._carrier = carrier
        self._outbound = outbound

    async def send(self, message: EmailMessage) -> None:
        """Hand one letter over. That its reader is refused for good is no fault of the carrier.

        Raises `LetterNotSent`.
        """
        try:
            await self._outbound.call("mail", lambda: self._carrier.send(message), is_answer=_is_final)
        except BreakerOpen as error:
            raise LetterNotSent(error.detail, is_final=False, retry_after=error.retry_after) from error
        except CallFailed as error:
            raise LetterNotSent(error.detail, is_final=False) from error

    async def close(self) -> None:
        """Let go of connections."""
        await self._carrier.close()


def _is_final(error: Exception) -> bool:
    return isinstance(error, LetterNotSent) and error.is_final
