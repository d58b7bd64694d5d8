"""A receiver of webhooks that answers as a test says: a real HTTP server on this machine, in a thread of its own."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from typing import Any, Self

import msgspec


class Received(msgspec.Struct):
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def event(self) -> dict[str, Any]:
        return msgspec.json.decode(self.body)


Answering = Callable[[Received, asyncio.StreamWriter], Awaitable[None]]


def status(code: int, body: bytes = b"", **headers: str) -> Answering:
    """Answer with a status, at once."""

    async def answer(_: Received, writer: asyncio.StreamWriter) -> None:
        lines = [f"HTTP/1.1 {code} Said", f"Content-Length: {len(body)}", "Connection: close"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        writer.write("\r\n".join([*lines, "", ""]).encode() + body)
        await writer.drain()

    return answer


async def never(_: Received, writer: asyncio.StreamWriter) -> None:
    """Keep the connection, and say nothing."""
    await asyncio.Event().wait()


async def hugely(_: Received, writer: asyncio.StreamWriter) -> None:
    """Answer 200 and never stop."""
    writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    piece = b"10000\r\n" + b"x" * 65_536 + b"\r\n"
    while not writer.is_closing():
        writer.write(piece)
        await writer.drain()


class Receiver:
    """Keeps what came, and answers by the path, else by `answering`."""

    def __init__(self) -> None:
        self.received: list[Received] = []
        self.answering: Answering = status(200, b"thanks")
        self.by_path: dict[str, Answering] = {}
        self.came = threading.Condition()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._connections: set[asyncio.Task[None]] = set()

    def __enter__(self) -> Self:
        self._thread.start()
        self._server = self._run(asyncio.start_server(self._serve, "127.0.0.1", 0))
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def __exit__(self, *_: object) -> None:
        self._run(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def url(self, path: str = "/hook") -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def wait_for(self, count: int, patience_s: float = 20) -> list[Received]:
        """What has come, once that is `count` requests."""
        with self.came:
            assert self.came.wait_for(lambda: len(self.received) >= count, patience_s), len(self.received)
        return self.received

    def hang_up(self) -> None:
        """Close every connection that is open."""
        self._loop.call_soon_threadsafe(lambda: [task.cancel() for task in self._connections])

    def _run(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    async def _close(self) -> None:
        self._server.close()
        for task in self._connections:
            task.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        task.add_done_callback(self._connections.discard)
        try:
            one = await _read(reader)
            with self.came:
                self.received.append(one)
                self.came.notify_all()
            await self.by_path.get(one.path, self.answering)(one, writer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.close()


async def _read(reader: asyncio.StreamReader) -> Received:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    request, *lines = head.strip().split("\r\n")
    headers = {name.lower(): value.strip() for name, value in (line.split(":", 1) for line in lines)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Received(request.split(" ")[1], headers, body)
