"""uvicorn's WebSocket protocol, with an end: a peer that takes nothing any more is cut off.

Closing a connection waits until the peer has taken what was written, which one that stopped reading never does: it
would hold its memory, and the stop of the process. And a stop is told as what it is, 1001 (going away).
"""

from typing import Any, Final

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

GOING_AWAY: Final = 1001
CUT_AFTER_S: Final = 2.0
PING_EVERY_S: Final = 20.0
PONG_WITHIN_S: Final = 20.0

OPTIONS: Final[dict[str, Any]] = {
    "ws_ping_interval": PING_EVERY_S,
    "ws_ping_timeout": PONG_WITHIN_S,
    "ws_per_message_deflate": False,  # a window for each connection would hold more memory than all else of it
}


class WebSocketProtocol(WebSocketsSansIOProtocol):
    """One connection."""

    def shutdown(self) -> None:
        """Say 1001 unless it was said, and cut the connection off if that is not taken."""
        if self.handshake_complete and not self.close_sent and not self.transport.is_closing():
            self.stop_keepalive()
            self.queue.put_nowait({"type": "websocket.disconnect", "code": GOING_AWAY})
            self.conn.send_close(GOING_AWAY)
            self.transport.write(b"".join(self.conn.data_to_send()))
            self.close_sent = True
            self.transport.close()
        else:
            super().shutdown()
        self.loop.call_later(CUT_AFTER_S, self.transport.abort)

    def keepalive_timeout(self) -> None:
        """The peer did not answer a ping."""
        super().keepalive_timeout()
        self.transport.abort()
