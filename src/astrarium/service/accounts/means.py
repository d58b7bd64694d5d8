"""What the feature works with in one process: the database, the hasher, the key ring, the post, the rules."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from astrarium.service.accounts.credentials import Credentials
from astrarium.service.accounts.hashing import Hasher
from astrarium.service.database.transactions import Database
from astrarium.service.keyring.service import KeyRing
from astrarium.service.mail.service import Postman
from astrarium.service.settings import Settings


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """What an operator settles about accounts."""

    public_address: str
    is_https: bool
    session_idle: timedelta
    session_lifetime: timedelta
    password_least: int


class Means(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that the feature's functions reach; those of one process, or of one request of it.

    `database` is the request's: what is done by it may be undone with the whole of a batch. `attempts` never is, so
    that a guess is counted whatever becomes of the request that made it.
    """

    database: Database
    attempts: Database
    hasher: Hasher
    ring: KeyRing
    postman: Postman
    credentials: Credentials
    rules: Rules
    now: Callable[[], datetime]

    def call_postman(self) -> None:
        """Have letters sent as soon as the transaction that holds them is committed."""
        self.database.when_kept(self.postman.call)

    def forget(self, account_id: UUID) -> None:
        """Forget what is remembered of an account's credentials, as soon as their change is committed."""
        self.database.when_kept(lambda: self.credentials.forget(account_id))


def rules_of(settings: Settings) -> Rules:
    """The rules that the settings state. Without a public address, links lead to where the service listens."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    scheme = "https" if settings.https else "http"
    return Rules(
        public_address=settings.public_address or f"{scheme}://{host}:{settings.port}",
        is_https=settings.https,
        session_idle=timedelta(seconds=settings.session_idle_s),
        session_lifetime=timedelta(seconds=settings.session_lifetime_s),
        password_least=settings.password_least_length,
    )
