"""Health for a supervisor or load balancer: alive, and ready to answer charts."""

import asyncio
import logging
import time
from typing import Final, Literal

import msgspec
from litestar import Litestar, Response, get
from litestar.datastructures import State
from litestar.openapi.datastructures import ResponseSpec

from astrarium.chart.natal import cast
from astrarium.chart.structs import ChartRequest
from astrarium.civil.birth import Birth
from astrarium.service.http import answers
from astrarium.service.permissions import EVERYONE

logger = logging.getLogger("astrarium.service")

SLOW_START_S: Final = 3.0
"""A first chart that takes longer than this has kernels to compile, and whoever waits is told so."""

FIRST_CHART: Final = ChartRequest(birth=Birth(date="2000-01-01", time="12:00", place="London, GB"))


class Health(msgspec.Struct, frozen=True, omit_defaults=True):
    """`ok`, `starting` or `stopping`; `degraded` names parts that are done without for now, such as shared limits."""

    status: Literal["ok", "starting", "stopping"]
    degraded: tuple[str, ...] = ()


OK = Health("ok")


@get(
    "/health/live",
    tags=["operations"],
    sync_to_thread=False,
    responses=answers.of_nothing(),
    permission=EVERYONE,
)
def live() -> Health:
    """Whether the process answers at all. A supervisor restarts a service that does not."""
    return OK


@get(
    "/health/ready",
    tags=["operations"],
    sync_to_thread=False,
    responses=answers.of_nothing() | {503: ResponseSpec(Health, description="Starting or stopping.")},
    permission=EVERYONE,
)
def ready(state: State) -> Response[Health]:
    """Whether charts can be cast now: the tables are open, the kernels compiled, and no stop was asked for.

    A load balancer sends requests only while this answers 200.
    """
    status: Literal["ok", "starting", "stopping"] = state.health
    degraded = tuple(name for name, is_degraded in state.optional.items() if is_degraded())
    return Response(Health(status, degraded), status_code=200 if status == "ok" else 503)


async def warm_up(application: Litestar) -> None:
    """Cast one chart before the first request, so that it finds open tables and compiled kernels."""
    application.state.health = "starting"
    started = time.perf_counter()
    casting = asyncio.create_task(asyncio.to_thread(cast, FIRST_CHART))
    done, _ = await asyncio.wait([casting], timeout=SLOW_START_S)
    if not done:
        logger.info("compiling the numerical kernels; later starts find them compiled")
    await casting
    logger.info("first chart cast in %.2f s", time.perf_counter() - started)
    application.state.health = "ok"


async def wind_down(application: Litestar) -> None:
    """Say “not ready” from here on."""
    application.state.health = "stopping"
