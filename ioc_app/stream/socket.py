"""``/api/v1/stream?after=EPOCH-SEQ&layers=devices``: the socket that a screen holds open.

Plain ASGI: two hundred screens take two thousand frames a second, and each layer around ``send`` is paid for as often.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Final
from urllib.parse import parse_qs

from starlette.routing import WebSocketRoute
from starlette.types import Receive, Scope, Send

from ioc_app.stream.client import Client
from ioc_app.stream.hub import DEVICES, Hub
from twin.people.identity import Identity
from twin.people.roles import Right

ACCEPT: Final = {"type": "websocket.accept"}


def stream_route(hub: Hub, prefix: str) -> WebSocketRoute:
    return WebSocketRoute(f"{prefix}/stream", StreamApp(hub))


class StreamApp:
    """Sends until either side leaves. What the browser sends is not listened to."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        identity: Identity = scope["state"]["identity"]
        asked = parse_qs(scope["query_string"].decode("latin-1"))
        layers = frozenset(asked.get("layers", [DEVICES])[0].split(","))
        client = Client(layers, cleared=identity.may(Right.NAMES), wall=identity.wall)
        await receive()  # websocket.connect
        await send(ACCEPT)
        self.hub.join(client, asked.get("after", [None])[0])
        sending = asyncio.create_task(self._send(send, client))
        try:
            while (await receive())["type"] != "websocket.disconnect":
                pass
        finally:
            self.hub.leave(client)
            sending.cancel()
            with suppress(asyncio.CancelledError, OSError, RuntimeError):  # what a socket that is gone raises
                await sending

    async def _send(self, send: Send, client: Client) -> None:
        while True:
            for frame in await client.take():
                kind = "bytes" if isinstance(frame, bytes) else "text"
                await send({"type": "websocket.send", kind: frame})
            if client.lost:
                self.hub.recover(client)
