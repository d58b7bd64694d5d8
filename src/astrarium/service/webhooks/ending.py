"""The end of an endpoint that its owner did not ask for: disabled, and the owner told."""

from datetime import datetime
from typing import Final
from uuid import UUID

from astrarium.service.accounts.service import Means, email_of
from astrarium.service.database.transactions import Database, Transaction
from astrarium.service.live.service import notify
from astrarium.service.mail.service import Letter, post
from astrarium.service.webhooks import endpoints
from astrarium.service.webhooks.announcing import announce
from astrarium.service.webhooks.events import WebhookData
from astrarium.service.webhooks.schemas import Because, Webhook
from astrarium.service.webhooks.turns import Turn

DISABLED: Final = "webhook.disabled"
_WHY: Final[dict[Because, str]] = {
    "failing": "Every delivery to it has failed for five days.",
    "gone": "It answered 410 Gone, with which a receiver says that it wants nothing more.",
    "operator": "The operator of this service disabled it.",
    "owner": "It was disabled from your account.",
}


_WHAT_NOW: Final = (
    "What happens meanwhile is kept for thirty days. When the receiver is well again, enable the webhook and replay"
    " what it missed."
)


async def end(database: Database, means: Means, turn: Turn, because: Because, *, now: datetime) -> None:
    """Disable an endpoint that receives nothing, and tell its owner, both or neither. It may be repeated."""
    async with database.keeper() as transaction:
        webhook = await endpoints.disable(transaction, turn.account_id, turn.webhook_id, because, now=now)
        if webhook is None:
            return
        await tell_owner(transaction, means, turn.account_id, webhook, because, now=now)
    means.call_postman()


async def tell_owner(
    transaction: Transaction,
    means: Means,
    account_id: UUID,
    webhook: Webhook,
    because: Because,
    *,
    now: datetime,
) -> None:
    """Tell that an endpoint was disabled: by letter, by notification, and to the account's other endpoints.

    In the keeper's transaction; call the postman when it has committed.
    """
    data = WebhookData(webhook_id=webhook.id, because=because)
    await announce(transaction, account_id, DISABLED, data, now=now)
    told = {"webhook_id": webhook.id, "url": webhook.url, "because": because}
    await notify(transaction, account_id, DISABLED, told, now=now)
    letter = Letter(
        to=await email_of(transaction, account_id),
        subject="A webhook of your account at Astrarium was disabled",
        paragraphs=(
            f"Nothing is sent to {webhook.url} any more. {_WHY[because]}",
            _WHAT_NOW,
        ),
    )
    await post(transaction, means.ring, letter, now)
