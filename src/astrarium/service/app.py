"""The composition root of a process that answers requests: its parts, its routes, and the layers in front of them."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, cast

from litestar import Litestar
from litestar.di import Provide

from astrarium.service import permissions
from astrarium.service.accounts.service import Means, identity, of_request, running
from astrarium.service.cache import warming
from astrarium.service.charts.now import sky_at
from astrarium.service.data_directory import tables_of
from astrarium.service.database import positions
from astrarium.service.database.joined import database_of
from astrarium.service.database.listener import listening
from astrarium.service.http.compression import compressed
from astrarium.service.http.conditional import conditional
from astrarium.service.http.cors import shared
from astrarium.service.http.edge import edge
from astrarium.service.http.fields import selecting
from astrarium.service.http.handshakes import by_kind, handshaken
from astrarium.service.http.time_limit import timely
from astrarium.service.limits.callers import Callers
from astrarium.service.limits.layer import limited
from astrarium.service.limits.policies import policies_of
from astrarium.service.live.entrance import Door, ticketed
from astrarium.service.live.running import running as live_news
from astrarium.service.live.sockets import sockets
from astrarium.service.monitoring import health
from astrarium.service.parts import Parts, utc_now
from astrarium.service.places import routes as places
from astrarium.service.reference import openapi
from astrarium.service.reference import routes as reference
from astrarium.service.routing import api_of, pages
from astrarium.service.settings import Settings
from astrarium.service.web import failures
from astrarium.sky.table_directory import use_tables

if TYPE_CHECKING:
    from litestar.types import ASGIApp

    from astrarium.service.http.asgi import Application


def create_app(settings: Settings, now: Callable[[], datetime] = utc_now) -> Litestar:
    """The whole service as an ASGI application, with the clock that it goes by.

    Settles for the process which ephemeris tables serve: those of the data directory, else those that ship. The
    database is reached at the first statement; its tables are expected to be there (`database.upgrade`).

    Raises `DatabaseMissing` where the settings name no database.
    """
    parts = Parts(settings, now)
    use_tables(tables_of(settings.data))
    application = Litestar(
        route_handlers=[api_of(parts), pages()],
        debug=False,
        exception_handlers={Exception: failures.answer},
        logging_config=None,
        pdb_on_exception=False,
        request_max_body_size=settings.body_limit_bytes,
        openapi_config=openapi.configuration(),
        on_startup=[health.warm_up],
        lifespan=[
            lambda _: parts.open(),
            lambda _: running(parts.means, parts.listener),
            lambda _: warming.running(
                parts.cache,
                [reference.encode_lists, *places.first_letters(parts.cache), lambda: sky_at(now())],
            ),
            lambda _: live_news(parts.hub, parts.listener),
            lambda _: listening(parts.listener),
        ],
        on_shutdown=[health.wind_down],
        guards=[permissions.guard],
        dependencies={
            "database": Provide(database_of(parts.database), sync_to_thread=False),
            "means": Provide(of_request(parts.means), sync_to_thread=False),
            "caller": Provide(permissions.caller_of, sync_to_thread=False),
        },
    )
    application.state.settings = settings
    application.state.now = now
    application.state.optional = {
        "limits": lambda: parts.counters.is_degraded,
        "cache": lambda: parts.cache.is_degraded,
    }
    application.state.parts = parts
    application.state.means = parts.means
    application.state.counters = parts.counters
    application.state.cache = parts.cache
    application.state.hub = parts.hub
    application.state.door = Door(parts.means.rules.public_address, settings.cors_origins)
    _layer(application, parts)
    return application


def _layer(application: Litestar, parts: Parts) -> None:
    """Put the layers in front of the routes; a request meets the last one named here first."""
    settings, means = parts.settings, parts.means
    routed = conditional(selecting(cast("Application", application.asgi_handler)))
    callers = Callers(settings.trusted_proxies, settings.local_tier)
    policies = policies_of(settings)
    counted = limited(routed, parts.counters, callers, policies)
    application.state.inner = counted
    identified = timely(_identified(counted, means), settings.request_timeout_s)
    placed = positions.carrying(identified) if settings.database_replica_urls else identified
    requests = edge(shared(compressed(placed), settings.cors_origins), settings)
    news = limited(sockets(parts.hub, application.state.door), parts.counters, callers, policies)
    handshakes = handshaken(edge(_identified(news, means), settings))
    application.asgi_handler = cast("ASGIApp", by_kind(requests, handshakes))


def _identified(application: "Application", means: Means) -> "Application":
    return identity(ticketed(application, means), means.credentials, means.rules)
