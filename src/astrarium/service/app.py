"""The composition root: the only place where the service is wired together."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, cast

from litestar import Litestar, Router
from litestar.di import Provide

from astrarium.service import permissions
from astrarium.service.accounts import pages as account_pages
from astrarium.service.accounts import routes as accounts
from astrarium.service.accounts.service import identity, means_of, running
from astrarium.service.admin import routes as admin
from astrarium.service.cache import warming
from astrarium.service.cache.adapters.postgresql import PostgresMessenger
from astrarium.service.cache.adapters.valkey import ValkeyMessenger, ValkeyStore
from astrarium.service.cache.cache import Cache
from astrarium.service.cache.fallback import StoreWithFallback
from astrarium.service.charts import keeping as chart_keeping
from astrarium.service.charts import pages as chart_pages
from astrarium.service.charts import routes as charts
from astrarium.service.data_directory import tables_of
from astrarium.service.database import positions
from astrarium.service.database.addresses import DatabaseMissing, parse
from astrarium.service.database.joined import database_of
from astrarium.service.database.limits import PoolLimits, limits_for
from astrarium.service.database.listener import Listener, listening
from astrarium.service.database.transactions import Database
from astrarium.service.http.batch import run_batch
from astrarium.service.http.bodies import JsonRequest
from astrarium.service.http.compression import compressed
from astrarium.service.http.conditional import conditional
from astrarium.service.http.cors import shared
from astrarium.service.http.edge import edge
from astrarium.service.http.fields import selecting
from astrarium.service.http.idempotency import idempotent
from astrarium.service.http.queries import refuse_unknown
from astrarium.service.http.time_limit import timely
from astrarium.service.http.versions import retiring
from astrarium.service.keyring.service import ring_of
from astrarium.service.limits.adapters.valkey import ValkeyCounters, ValkeyError, connect
from astrarium.service.limits.callers import Callers
from astrarium.service.limits.counters import Counters, LocalCounters
from astrarium.service.limits.fallback import CountersWithFallback
from astrarium.service.limits.layer import limited
from astrarium.service.limits.policies import policies_of
from astrarium.service.mail.adapters.chosen import carrier_of
from astrarium.service.monitoring import health
from astrarium.service.people import pages as people_pages
from astrarium.service.people import routes as people
from astrarium.service.people import transfer_routes as people_transfer
from astrarium.service.places import routes as places
from astrarium.service.reference import openapi
from astrarium.service.reference import pages as reference_pages
from astrarium.service.reference import routes as reference
from astrarium.service.saved_charts import pages as saved_charts_pages
from astrarium.service.saved_charts import routes as saved_charts
from astrarium.service.saved_charts import transfer_routes as saved_charts_transfer
from astrarium.service.settings import Settings
from astrarium.service.sharing import pages as sharing_pages
from astrarium.service.sharing import routes as sharing
from astrarium.service.web import assets, failures
from astrarium.sky.table_directory import use_tables

if TYPE_CHECKING:
    from litestar.types import ASGIApp

    from astrarium.service.http.asgi import Application


def utc_now() -> datetime:
    """The service's only clock."""
    return datetime.now(UTC)


def create_app(settings: Settings, now: Callable[[], datetime] = utc_now) -> Litestar:
    """The whole service as an ASGI application, with the clock that it goes by.

    Settles for the process which ephemeris tables serve: those of the data directory, else those that ship. The
    database is reached at the first statement; its tables are expected to be there (`database.upgrade`).

    Raises `DatabaseMissing` where the settings name no database.
    """
    database = _database(settings)
    counters, closings = _counters(settings)
    listener = Listener(database.address)
    cache, cache_closings = _cache(settings, database, listener)
    means = means_of(settings, database, ring_of(settings), carrier_of(settings.mail_url), now)
    use_tables(tables_of(settings.data))
    bulk = Router(
        "/charts/bulk",
        route_handlers=[charts.cast_many],
        request_max_body_size=settings.bulk_body_limit_bytes,
    )
    batch = Router("/", route_handlers=[run_batch], request_max_body_size=settings.bulk_body_limit_bytes)
    api = Router(
        "/api/v1",
        route_handlers=[
            charts.cast_one,
            bulk,
            batch,
            *accounts.ROUTES,
            *people.ROUTES,
            *people_transfer.ROUTES,
            *saved_charts.ROUTES,
            *saved_charts_transfer.ROUTES,
            *sharing.ROUTES,
            *admin.ROUTES,
            places.search_places,
            reference.zodiacs,
            reference.bodies,
            reference.houses,
            reference.aspects,
            reference.version,
            health.live,
            health.ready,
        ],
        request_class=JsonRequest,
        before_request=refuse_unknown,
        middleware=[retiring, idempotent(database, now)],
    )
    pages = Router(
        "/",
        route_handlers=[
            chart_pages.start,
            chart_pages.chart,
            chart_pages.picture,
            chart_keeping.keep,
            sharing_pages.shared_chart,
            *people_pages.ROUTES,
            *saved_charts_pages.ROUTES,
            *account_pages.ROUTES,
            reference_pages.documentation,
            reference_pages.errors,
            assets.asset,
            assets.robots,
            health.live,
            health.ready,
        ],
        include_in_schema=False,
    )
    application = Litestar(
        route_handlers=[api, pages],
        debug=False,
        exception_handlers={Exception: failures.answer},
        logging_config=None,
        pdb_on_exception=False,
        request_max_body_size=settings.body_limit_bytes,
        openapi_config=openapi.configuration(),
        on_startup=[database.open, health.warm_up],
        lifespan=[
            lambda _: running(means, listener),
            lambda _: warming.running(cache, [reference.encode_lists, *places.first_letters(cache)]),
            lambda _: listening(listener),
        ],
        on_shutdown=[health.wind_down, database.close, *closings, *cache_closings],
        guards=[permissions.guard],
        dependencies={
            "database": Provide(database_of(database), sync_to_thread=False),
            "means": Provide(lambda: means, sync_to_thread=False),
            "caller": Provide(permissions.caller_of, sync_to_thread=False),
        },
    )
    application.state.settings = settings
    application.state.now = now
    application.state.parts = {"limits": lambda: counters.is_degraded, "cache": lambda: cache.is_degraded}
    application.state.means = means
    application.state.counters = counters
    application.state.cache = cache
    routed = conditional(selecting(cast("Application", application.asgi_handler)))
    callers = Callers(settings.trusted_proxies, settings.local_tier)
    counted = limited(routed, counters, callers, policies_of(settings))
    application.state.inner = counted
    identified = timely(identity(counted, means.credentials, means.rules), settings.request_timeout_s)
    placed = positions.carrying(identified) if settings.database_replica_urls else identified
    whole = edge(shared(compressed(placed), settings.cors_origins), settings)
    application.asgi_handler = cast("ASGIApp", whole)
    return application


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


def _counters(settings: Settings) -> tuple[Counters, list[Callable[[], Awaitable[None]]]]:
    """Where requests are counted, and what has to be closed at the end."""
    if settings.valkey_url is None:
        return LocalCounters(), []
    client = connect(settings.valkey_url)
    return CountersWithFallback(ValkeyCounters(client), LocalCounters(), (ValkeyError,)), [client.aclose]


def _cache(
    settings: Settings, database: Database, listener: Listener
) -> tuple[Cache, list[Callable[[], Awaitable[None]]]]:
    """What is remembered of answers, and what has to be closed at the end."""
    if settings.valkey_url is None:
        return Cache(messenger=PostgresMessenger(database, listener)), []
    client = connect(settings.valkey_url)
    store = StoreWithFallback(ValkeyStore(client), (ValkeyError,))
    return Cache(store=store, messenger=ValkeyMessenger(client)), [client.aclose]
