"""Sockets that are open, each with the credential it came with: when that is no longer good, they are closed."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from starlette.types import Message, Receive, Send

from ioc_app.gate.credentials import Credential

REVOKED: Final = 4401  # close code, private range of RFC 6455


@dataclass(eq=False, slots=True)
class OpenSocket:
    credential: Credential
    revoked: asyncio.Event = field(default_factory=asyncio.Event)


class OpenSockets:
    def __init__(self) -> None:
        self._open: set[OpenSocket] = set()

    def __len__(self) -> int:
        return len(self._open)

    def add(self, credential: Credential) -> OpenSocket:
        one = OpenSocket(credential)
        self._open.add(one)
        return one

    def discard(self, one: OpenSocket) -> None:
        self._open.discard(one)

    def credentials(self) -> set[Credential]:
        return {one.credential for one in self._open}

    def close(self, credentials: Iterable[Credential]) -> None:
        gone = set(credentials)
        for one in self._open:
            if one.credential in gone:
                one.revoked.set()


def watched(socket: OpenSocket, receive: Receive, send: Send) -> tuple[Receive, Send]:
    """``receive`` and ``send`` of a socket that end when it is revoked: the client is told, the application sees it
    leave.
    """
    told = False

    async def receive_watched() -> Message:
        nonlocal told
        if not socket.revoked.is_set():
            incoming = asyncio.ensure_future(receive())
            revoked = asyncio.ensure_future(socket.revoked.wait())
            try:
                await asyncio.wait((incoming, revoked), return_when=asyncio.FIRST_COMPLETED)
            finally:
                revoked.cancel()
                if not incoming.done():
                    incoming.cancel()
            if incoming.done() and not incoming.cancelled() and not socket.revoked.is_set():
                return incoming.result()
        if not told:
            told = True
            await send({"type": "websocket.close", "code": REVOKED, "reason": "the session has ended"})
        return {"type": "websocket.disconnect", "code": REVOKED}

    async def send_watched(message: Message) -> None:
        if not told:
            await send(message)

    return receive_watched, send_watched
