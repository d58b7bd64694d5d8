"""The composition root: the only place where the service is wired together."""

from typing import TYPE_CHECKING, cast

from litestar import Litestar, Router

from astrarium.service import problems
from astrarium.service.charts import routes as charts
from astrarium.service.http.bodies import JsonRequest
from astrarium.service.http.compression import compressed
from astrarium.service.http.edge import edge
from astrarium.service.http.queries import refuse_unknown
from astrarium.service.monitoring import health
from astrarium.service.reference import routes as reference
from astrarium.service.settings import Settings

if TYPE_CHECKING:
    from litestar.types import ASGIApp

    from astrarium.service.http.asgi import Application


def create_app(settings: Settings) -> Litestar:
    """The whole service as an ASGI application."""
    api = Router(
        "/api/v1",
        route_handlers=[charts.cast_one, charts.cast_many, reference.bodies, health.live, health.ready],
        request_class=JsonRequest,
        before_request=refuse_unknown,
    )
    application = Litestar(
        route_handlers=[api, health.live, health.ready],
        debug=False,
        exception_handlers={Exception: problems.response},
        logging_config=None,
        pdb_on_exception=False,
        request_max_body_size=settings.body_limit_bytes,
        on_startup=[health.warm_up],
        on_shutdown=[health.wind_down],
    )
    application.state.settings = settings
    routed = cast("Application", application.asgi_handler)
    application.asgi_handler = cast("ASGIApp", edge(compressed(routed), settings))
    return application
