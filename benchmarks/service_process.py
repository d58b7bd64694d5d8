"""The service with one more route, `POST /benchmark/stored`, as a process that prints its address when it is ready."""

import os
import time
from typing import Any

from litestar import Litestar, Request, Router, get, post
from litestar.params import JSONBody

from astrarium.chart.natal import cast
from astrarium.chart.structs import ChartRequest
from astrarium.civil.birth import Birth
from astrarium.service import server
from astrarium.service.charts.routes import Encoded
from astrarium.service.http.bodies import JsonRequest
from astrarium.service.http.negotiation import is_known, media_type_for
from astrarium.service.http.queries import refuse_unknown
from astrarium.service.permissions import EVERYONE
from astrarium.service.settings import Settings, load

create_app = server.create_app
STORED = cast(ChartRequest(Birth(date="1990-05-17", time="12:30", place="London, GB")))


@post("/stored", status_code=200, sync_to_thread=False, permission=EVERYONE)
def stored(data: JSONBody[ChartRequest], request: Request[Any, Any, Any]) -> Encoded:
    """What `POST /api/v1/charts` does, with a stored chart in place of the one that was asked for."""
    media_type = media_type_for(request)
    tag = f'"{STORED.receipt.id}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache", "Vary": "Accept"}
    if is_known(request, tag) or data.birth.place is None:
        raise AssertionError("the yardstick answers whole requests only")
    return Encoded(STORED, media_type=media_type, headers=headers)


@get("/processor", sync_to_thread=False, permission=EVERYONE)
def processor() -> float:
    """Processor seconds that this process has used so far."""
    return time.process_time()


def with_stored_route(settings: Settings) -> Litestar:
    application = create_app(settings)
    application.register(
        Router(
            "/benchmark",
            route_handlers=[stored, processor],
            request_class=JsonRequest,
            before_request=refuse_unknown,
        )
    )
    return application


if __name__ == "__main__":
    server.create_app = with_stored_route
    server.serve(load(os.environ, port=0))
