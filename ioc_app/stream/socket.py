"""``/api/v1/stream?after=EPOCH-SEQ&layers=devices``: the socket that a screen holds open."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from ioc_app.stream.client import Client
from ioc_app.stream.hub import DEVICES, Hub
from twin.people.identity import Identity
from twin.people.roles import Right


def stream_route(hub: Hub, prefix: str) -> WebSocketRoute:
    async def endpoint(websocket: WebSocket) -> None:
        await stream(websocket, hub)

    return WebSocketRoute(f"{prefix}/stream", endpoint)


async def stream(websocket: WebSocket, hub: Hub) -> None:
    """Send until either side leaves. What the browser sends is not listened to."""
    identity: Identity = websocket.state.identity
    await websocket.accept()
    asked = websocket.query_params.get("layers", DEVICES)
    client = Client(frozenset(asked.split(",")), cleared=identity.may(Right.NAMES))
    hub.join(client, websocket.query_params.get("after"))
    sending = asyncio.create_task(_send(websocket, client, hub))
    try:
        while True:
            await websocket.receive()
    except (WebSocketDisconnect, RuntimeError):  # starlette raises the latter after a disconnect was received
        pass
    finally:
        hub.leave(client)
        sending.cancel()
        with suppress(asyncio.CancelledError, WebSocketDisconnect, RuntimeError):
            await sending


async def _send(websocket: WebSocket, client: Client, hub: Hub) -> None:
    while True:
        for frame in await client.take():
            if isinstance(frame, bytes):
                await websocket.send_bytes(frame)
            else:
                await websocket.send_text(frame)
        if client.lost:
            hub.recover(client)
