"""WebSocket handshakes for layers that were made for requests: a handshake is a GET, and a refusal an HTTP answer."""

from astrarium.service.http.asgi import Application, Message, Receive, Scope, Send

REFUSED_WITHOUT_WORDS = 1008


def by_kind(requests: Application, handshakes: Application) -> Application:
    """The application that sends WebSocket handshakes one way, and all else the other."""

    async def handle(scope: Scope, receive: Receive, send: Send) -> None:
        await (handshakes if scope["type"] == "websocket" else requests)(scope, receive, send)

    return handle


def handshaken(application: Application) -> Application:
    """Wrap `application`, which may answer a handshake as it answers a request.

    A server that cannot carry such an answer (the ASGI extension `websocket.http.response`) refuses without words.
    """

    async def handle(scope: Scope, receive: Receive, send: Send) -> None:
        scope["method"] = "GET"
        can_tell = "websocket.http.response" in (scope.get("extensions") or {})

        async def send_as_handshake(message: Message) -> None:
            if not message["type"].startswith("http."):
                await send(message)
            elif can_tell:
                await send({**message, "type": f"websocket.{message['type']}"})
            elif message["type"] == "http.response.start":
                await send({"type": "websocket.close", "code": REFUSED_WITHOUT_WORDS})

        await application(scope, receive, send_as_handshake)

    return handle
