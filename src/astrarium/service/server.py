"""Run the service with uvicorn: one socket, one or more processes, a ready line, a stop that loses no request."""

import asyncio
import errno
import signal
import socket
from collections.abc import Callable
from functools import partial
from types import FrameType
from typing import ClassVar, Final

import msgspec
import uvicorn
from uvicorn.supervisors import Multiprocess

from astrarium.errors import AstrariumError
from astrarium.service.app import create_app
from astrarium.service.data_directory import tables_of
from astrarium.service.database.addresses import DatabaseMissing, parse
from astrarium.service.database.at_hand import database_at_hand
from astrarium.service.database.upgrade import expect_current
from astrarium.service.http.websockets import OPTIONS, WebSocketProtocol
from astrarium.service.keyring.service import keys_at_hand
from astrarium.service.live.messages import LONGEST_MESSAGE_BYTES
from astrarium.service.log_lines import log_lines
from astrarium.service.settings import Settings
from astrarium.service.worker_processes import WorkerProcesses
from astrarium.sky.table import tables_in_use
from astrarium.sky.table_directory import use_tables

Announce = Callable[[str], None]
UNTAKEN_FOR_MS: Final = 60_000
"""After which a connection is dropped whose other side takes nothing of what was sent to it."""


class AddressUnavailable(AstrariumError):
    """The address to listen on is taken or not ours."""

    code: ClassVar[str] = "address_unavailable"

    def __init__(self, host: str, port: int, reason: str, *, taken: bool) -> None:
        super().__init__(
            f"Cannot listen on {host} port {port}: {reason}.",
            hint="Stop the other program, or choose another port: --port 0 takes a free one."
            if taken
            else "Choose an address of this machine and a port that you may use.",
            data={"host": host, "port": port},
        )


class StartFailed(AstrariumError):
    """The service stopped before it was ready; the log says why."""

    code: ClassVar[str] = "start_failed"

    def __init__(self) -> None:
        super().__init__("The service could not start.", hint="The lines above say why.")


def say(line: str) -> None:
    """Print a line at once, also into a pipe."""
    print(line, flush=True)  # noqa: T201  (the ready line is this process's output)


def serve(settings: Settings, announce: Announce = say) -> None:
    """Serve until SIGTERM or SIGINT, then finish the requests and jobs in flight and return.

    `announce` gets one line with the page's address once requests are answered. Raises `AddressUnavailable` where the
    port is taken, `TableUnusable` where an ephemeris table is broken, and `StartFailed`.
    """
    use_tables(tables_of(settings.data))
    tables_in_use()
    with _listen(settings) as listener:
        keys_at_hand(settings)
        with database_at_hand(settings) as settled:
            _serve(settled, listener, announce)


def serve_web(settings: Settings, announce: Announce = say) -> None:
    """Serve as `serve` does, on the database of the settings alone, whose tables have to be this version's.

    Raises as `serve` does, `DatabaseMissing`, and what `expect_current` raises.
    """
    if settings.database_url is None:
        raise DatabaseMissing
    use_tables(tables_of(settings.data))
    tables_in_use()
    with _listen(settings) as listener:
        keys_at_hand(settings)
        asyncio.run(expect_current(parse(settings.database_url)))
        _serve(msgspec.structs.replace(settings, job_workers=0), listener, announce)


def _serve(settings: Settings, listener: socket.socket, announce: Announce) -> None:
    config = _configuration(settings)
    workers = WorkerProcesses(settings)

    def begin() -> None:
        announce(f"Astrarium is ready: {_address(listener)}")
        workers.start()

    previous = {number: signal.signal(number, _stop_quietly) for number in (signal.SIGTERM, signal.SIGINT)}
    serve_as_asked = _serve_here if settings.workers == 1 else _serve_in_workers
    try:
        started = serve_as_asked(config, listener, begin, workers.stop)
    finally:
        workers.join()
        for number, handler in previous.items():
            signal.signal(number, handler)
    if not started:
        raise StartFailed


class _AnnouncingServer(uvicorn.Server):
    """uvicorn's server, which says when it is ready and when it begins to stop."""

    def __init__(
        self, config: uvicorn.Config, on_ready: Callable[[], None], on_stop: Callable[[], None]
    ) -> None:
        super().__init__(config)
        self.on_ready = on_ready
        self.on_stop = on_stop

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started and not self.should_exit:
            self.on_ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self.on_stop()
        await super().shutdown(sockets)


class _AnnouncingWorkers(Multiprocess):
    """uvicorn's supervisor, which says when every web process is ready and when it begins to stop them."""

    def __init__(
        self,
        config: uvicorn.Config,
        listener: socket.socket,
        on_ready: Callable[[], None],
        on_stop: Callable[[], None],
    ) -> None:
        super().__init__(config, sockets=[listener])
        self.on_ready = on_ready
        self.on_stop = on_stop
        self.was_ready = False

    def keep_subprocess_alive(self) -> None:
        super().keep_subprocess_alive()
        if (
            not self.was_ready
            and not self.should_exit.is_set()
            and all(one.is_ready() for one in self.processes)
        ):
            self.was_ready = True
            self.on_ready()

    def terminate_all(self) -> None:
        self.on_stop()
        super().terminate_all()


def _serve_here(
    config: uvicorn.Config, listener: socket.socket, on_ready: Callable[[], None], on_stop: Callable[[], None]
) -> bool:
    server = _AnnouncingServer(config, on_ready, on_stop)
    try:
        server.run(sockets=[listener])
    except SystemExit:
        return False
    return server.started


def _serve_in_workers(
    config: uvicorn.Config, listener: socket.socket, on_ready: Callable[[], None], on_stop: Callable[[], None]
) -> bool:
    supervisor = _AnnouncingWorkers(config, listener, on_ready, on_stop)
    supervisor.run()
    return supervisor.was_ready


def _listen(settings: Settings) -> socket.socket:
    """The listening socket, bound here so that a taken port is one clear error and port 0 is known at once."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
        listener.listen(2048)
    except OSError as error:
        listener.close()
        taken = error.errno == errno.EADDRINUSE
        reason = "another program has it" if taken else (error.strerror or "the address is unknown")
        raise AddressUnavailable(settings.host, settings.port, reason, taken=taken) from error
    listener.set_inheritable(True)
    if hasattr(socket, "TCP_USER_TIMEOUT"):  # of Linux; connections have it from the listening socket
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNTAKEN_FOR_MS)
    return listener


def _address(listener: socket.socket) -> str:
    """The page's address as a person on this machine opens it."""
    host, port = listener.getsockname()[:2]
    if host in {"0.0.0.0", "::"}:  # noqa: S104  (compared with, not bound)
        host = "localhost"
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


def _configuration(settings: Settings) -> uvicorn.Config:
    return uvicorn.Config(
        partial(create_app, settings),
        factory=True,
        workers=settings.workers,
        interface="asgi3",
        lifespan="on",
        ws=WebSocketProtocol,
        ws_max_size=LONGEST_MESSAGE_BYTES,
        **OPTIONS,
        log_config=log_lines(settings),
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=settings.keep_alive_s,
        timeout_graceful_shutdown=settings.shutdown_timeout_s,
    )


def _stop_quietly(_signal: int, _frame: FrameType | None) -> None:
    """Uvicorn raises the signal once more after its graceful stop; by then there is nothing left to do."""
