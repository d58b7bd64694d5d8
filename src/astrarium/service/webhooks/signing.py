"""Signatures of Standard Webhooks: HMAC-SHA256 of id, timestamp and body, by a secret that the receiver shares.

Source: the specification of Standard Webhooks 1.0, symmetric signatures `v1` (standardwebhooks.com).
"""

import hmac
import secrets
from base64 import b64decode, b64encode
from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

PREFIX: Final = "whsec_"
SECRET_BYTES: Final = 32
"""The specification asks for 24 to 64."""


def new_secret() -> bytes:
    """The bytes of a fresh secret."""
    return secrets.token_bytes(SECRET_BYTES)


def written(secret: bytes) -> str:
    """A secret as its owner gets it: `whsec_` and base64."""
    return PREFIX + b64encode(secret).decode()


def read(text: str) -> bytes:
    """The bytes of a written secret."""
    return b64decode(text.removeprefix(PREFIX), validate=True)


def headers(keys: Sequence[bytes], event_id: UUID, body: bytes, *, at: datetime) -> dict[str, str]:
    """The three headers of a delivery, signed by each of `keys`, the newest first."""
    timestamp = str(int(at.timestamp()))
    signed = b"%s.%s.%s" % (str(event_id).encode(), timestamp.encode(), body)
    return {
        "webhook-id": str(event_id),
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(_signature(key, signed) for key in keys),
    }


def _signature(key: bytes, signed: bytes) -> str:
    return "v1," + b64encode(hmac.digest(key, signed, "sha256")).decode()
