"""Problems told by a layer: that lets a request go no further, or that could not keep what it did."""

import msgspec

from astrarium.service import problems
from astrarium.service.http.asgi import Scope, Send


async def refuse(error: Exception, scope: Scope, send: Send) -> None:
    """Answer with the problem that `error` is."""
    problem = problems.from_error(error, instance=scope["path"], request_id=scope["state"]["request_id"])
    body = msgspec.json.encode(problem)
    own: dict[str, str] = getattr(error, "headers", {})
    headers = [
        (b"cache-control", b"no-store"),
        (b"content-type", problems.MEDIA_TYPE.encode()),
        (b"content-length", b"%d" % len(body)),
        *((name.lower().encode(), value.encode()) for name, value in own.items()),
    ]
    await send({"type": "http.response.start", "status": problem.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
