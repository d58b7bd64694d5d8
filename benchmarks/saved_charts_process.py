"""The service with two more routes, a signed-in one that does nothing and its processor time, as a process of its own.

It prints its address when it is ready; `DATABASE_URL` names its database.
"""

import os
import time

import msgspec
from litestar import Litestar, Router, get
from litestar.di import NamedDependency

from astrarium.service import server
from astrarium.service.permissions import EVERYONE, Caller
from astrarium.service.settings import Settings, load

create_app = server.create_app


class Nothing(msgspec.Struct, frozen=True):
    """The answer of a route that does nothing."""

    account_id: str


@get("/nothing", permission="charts:read", sync_to_thread=False)
def nothing(caller: NamedDependency[Caller]) -> Nothing:
    """What every signed-in read does besides its work: routing, credentials, permission, an answer."""
    return Nothing(str(caller.account_id))


@get("/processor", sync_to_thread=False, permission=EVERYONE)
def processor() -> float:
    """Processor seconds that this process has used so far."""
    return time.process_time()


def with_yardsticks(settings: Settings) -> Litestar:
    application = create_app(settings)
    application.register(Router("/benchmark", route_handlers=[nothing, processor]))
    return application


if __name__ == "__main__":
    server.create_app = with_yardsticks
    server.serve(load(os.environ, port=0))
