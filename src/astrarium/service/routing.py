"""The routes of the service, each in its feature, put together: the API under `/api/v1`, and the pages."""

from litestar import Router

from astrarium.service.accounts import pages as account_pages
from astrarium.service.accounts import routes as accounts
from astrarium.service.admin import routes as admin
from astrarium.service.batches import pages as batch_pages
from astrarium.service.batches import routes as batches
from astrarium.service.charts import keeping as chart_keeping
from astrarium.service.charts import pages as chart_pages
from astrarium.service.charts import routes as charts
from astrarium.service.http.batch import run_batch
from astrarium.service.http.bodies import JsonRequest
from astrarium.service.http.idempotency import idempotent
from astrarium.service.http.queries import refuse_unknown
from astrarium.service.http.versions import retiring
from astrarium.service.jobs import routes as jobs
from astrarium.service.live import pages as live_pages
from astrarium.service.live import routes as live
from astrarium.service.monitoring import health
from astrarium.service.outbound import routes as outbound
from astrarium.service.parts import Parts
from astrarium.service.people import pages as people_pages
from astrarium.service.people import routes as people
from astrarium.service.people import transfer_routes as people_transfer
from astrarium.service.places import routes as places
from astrarium.service.reference import pages as reference_pages
from astrarium.service.reference import routes as reference
from astrarium.service.saved_charts import pages as saved_charts_pages
from astrarium.service.saved_charts import routes as saved_charts
from astrarium.service.saved_charts import transfer_routes as saved_charts_transfer
from astrarium.service.schedules import routes as schedules
from astrarium.service.sharing import pages as sharing_pages
from astrarium.service.sharing import routes as sharing
from astrarium.service.stars import routes as stars
from astrarium.service.web import assets
from astrarium.service.webhooks import admin_routes as admin_webhooks
from astrarium.service.webhooks import delivery_routes as webhook_deliveries
from astrarium.service.webhooks import pages as webhook_pages
from astrarium.service.webhooks import routes as webhooks


def api_of(parts: Parts) -> Router:
    """The API, with what lies in front of each of its routes."""
    largest = parts.settings.bulk_body_limit_bytes
    return Router(
        "/api/v1",
        route_handlers=[
            charts.cast_one,
            Router("/charts/bulk", route_handlers=[charts.cast_many], request_max_body_size=largest),
            Router("/", route_handlers=[run_batch], request_max_body_size=largest),
            *accounts.ROUTES,
            Router(
                "/",
                route_handlers=[*batches.UPLOADS],
                request_max_body_size=parts.settings.batch_body_limit_bytes,
            ),
            *batches.ROUTES,
            *people.ROUTES,
            *people_transfer.ROUTES,
            *saved_charts.ROUTES,
            *saved_charts_transfer.ROUTES,
            *sharing.ROUTES,
            *schedules.ROUTES,
            *jobs.ROUTES,
            *admin.ROUTES,
            *webhooks.ROUTES,
            *webhook_deliveries.ROUTES,
            *admin_webhooks.ROUTES,
            *outbound.ROUTES,
            *live.ROUTES,
            places.search_places,
            reference.zodiacs,
            reference.bodies,
            reference.houses,
            reference.aspects,
            reference.version,
            stars.stars,
            health.live,
            health.ready,
        ],
        request_class=JsonRequest,
        before_request=refuse_unknown,
        middleware=[retiring, idempotent(parts.database, parts.now)],
    )


def pages() -> Router:
    """What a person reads in a browser."""
    return Router(
        "/",
        route_handlers=[
            chart_pages.start,
            chart_pages.chart,
            chart_pages.picture,
            chart_keeping.keep,
            *sharing_pages.ROUTES,
            *people_pages.ROUTES,
            *saved_charts_pages.ROUTES,
            *batch_pages.ROUTES,
            *webhook_pages.ROUTES,
            *live_pages.ROUTES,
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
