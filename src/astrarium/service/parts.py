"""What one process of the service is made of: the database, what is heard of it, caches, counters, keys, post.

A process that answers requests (`app.py`) and one that works through jobs have the same parts. This is the only module
that knows the concrete adapters.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any, Final

from valkey.asyncio import Valkey

from astrarium.service import timetable
from astrarium.service.accounts.service import Means, means_of
from astrarium.service.batches import tasks as batches
from astrarium.service.batches.service import means_of as batch_means_of
from astrarium.service.cache.adapters.postgresql import PostgresMessenger
from astrarium.service.cache.adapters.valkey import ValkeyMessenger, ValkeyStore
from astrarium.service.cache.cache import Cache
from astrarium.service.cache.fallback import StoreWithFallback
from astrarium.service.database.addresses import DatabaseMissing, parse
from astrarium.service.database.limits import PoolLimits, limits_for
from astrarium.service.database.listener import Listener
from astrarium.service.database.transactions import Database
from astrarium.service.jobs.service import Handler, Kind
from astrarium.service.jobs.worker import Rhythm, Worker
from astrarium.service.keyring.service import KeyRing, ring_of
from astrarium.service.limits.adapters.valkey import ValkeyCounters, ValkeyError, connect
from astrarium.service.limits.counters import Counters, LocalCounters
from astrarium.service.limits.fallback import CountersWithFallback
from astrarium.service.live.hub import Hub
from astrarium.service.mail.adapters.chosen import carrier_of
from astrarium.service.mail.adapters.limited import LimitedCarrier
from astrarium.service.outbound.adapters.http import HttpClient
from astrarium.service.outbound.adapters.resolver import SystemResolver
from astrarium.service.outbound.service import Outbound, SharedBreakers, allowed_of
from astrarium.service.settings import Settings
from astrarium.service.storage.adapters.chosen import store_of
from astrarium.service.webhooks import tasks as webhooks

OF_A_WORKER: Final = PoolLimits(connections=1, keeper_connections=3)
"""For turns, signs of life and words of progress, one each."""


def utc_now() -> datetime:
    """The service's only clock."""
    return datetime.now(UTC)


class Parts:
    """The parts of one process, made once from the settings; nothing is reached before it is used.

    Raises `DatabaseMissing` where the settings name no database.
    """

    def __init__(self, settings: Settings, now: Callable[[], datetime]) -> None:
        self.settings: Final = settings
        self.now: Final = now
        self.database: Final = _database(settings)
        self.listener: Final = Listener(self.database.address)
        self._valkey: Final = None if settings.valkey_url is None else connect(settings.valkey_url)
        self.counters: Final[Counters] = _counters(self._valkey)
        self.cache: Final = _cache(self._valkey, self.database, self.listener)
        self.resolver: Final = SystemResolver()
        self.outbound: Final = Outbound(
            HttpClient(), self.resolver.resolve, now=now, allowed=allowed_of(settings.outbound_allowed)
        )
        self.breakers: Final = SharedBreakers(
            self.outbound.breakers, self.outbound.rule_of, self.database, self.listener, now
        )
        self.ring: Final[KeyRing] = ring_of(settings)
        self.files: Final = store_of(settings, self.outbound)
        self.means: Final[Means] = means_of(
            settings,
            self.database,
            self.ring,
            LimitedCarrier(carrier_of(settings.mail_url), self.outbound),
            now,
        )
        self.schedules: Final = timetable.timetable(settings)
        self.batches: Final = batch_means_of(settings, self.files)
        self.hub: Final = Hub(self.means, settings.live_connections)

    def handlers(self) -> dict[Kind[Any], Handler[Any]]:
        """What a worker runs: the handlers of all features, by the kinds of their jobs."""
        sender = webhooks.Sender(self.outbound, self.means, most_per_second=self.settings.webhook_rate)
        return {
            **timetable.handlers(self.settings),
            **webhooks.handlers(sender),
            **batches.handlers(self.batches),
        }

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """While the process runs: the database is probed; at the end every connection is closed."""
        await self.database.open()
        try:
            async with self.breakers.running():
                yield
        finally:
            await self.database.close()
            self.resolver.close()
            if self._valkey is not None:
                await self._valkey.aclose()

    @asynccontextmanager
    async def working(self, queues: Sequence[str], concurrency: int) -> AsyncIterator[Worker]:
        """A worker of this process, with connections of its own that no job can use up; run it within.

        Raises `UnknownQueue`.
        """
        from astrarium.service.jobs.adapters.pgqueuer import PgQueuerClaims  # 12 MB that only a worker needs

        own = Database(self.database.address, OF_A_WORKER)
        worker = Worker(
            self.handlers(),
            PgQueuerClaims(),
            self.database,
            own,
            self.listener,
            self.now,
            queues=queues,
            concurrency=concurrency,
            rhythm=Rhythm(grace_s=self.settings.job_grace_s),
        )
        try:
            yield worker
        finally:
            await own.close()


def _database(settings: Settings) -> Database:
    """The way to the primary and its replicas, with pools of a size that the machine bears."""
    if settings.database_url is None:
        raise DatabaseMissing
    limits = limits_for(
        settings.database_connections,
        settings.workers,
        PoolLimits(
            connection_timeout_s=settings.database_wait_s,
            statement_timeout_s=settings.statement_timeout_s,
            slow_statement_s=settings.slow_statement_s,
        ),
    )
    return Database(parse(settings.database_url), limits, tuple(map(parse, settings.database_replica_urls)))


def _counters(valkey: Valkey | None) -> Counters:
    """Where requests are counted."""
    if valkey is None:
        return LocalCounters()
    return CountersWithFallback(ValkeyCounters(valkey), LocalCounters(), (ValkeyError,))


def _cache(valkey: Valkey | None, database: Database, listener: Listener) -> Cache:
    """What is remembered of answers."""
    if valkey is None:
        return Cache(messenger=PostgresMessenger(database, listener))
    store = StoreWithFallback(ValkeyStore(valkey), (ValkeyError,))
    return Cache(store=store, messenger=ValkeyMessenger(valkey))
