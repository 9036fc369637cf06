"""Requests to Dash's one address for callbacks: what names no callback of ours is answered here, not by a crash."""

from __future__ import annotations

import json
from collections.abc import Container
from typing import Any, Final

from fastapi.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ioc_app.api.errors import body_of
from twin.errors import BadRequestError

PATH: Final = "_dash-update-component"


class KnownCalls:
    """Passes on a body that Dash can read: ``output`` is one of its callbacks, ``inputs`` are a list."""

    def __init__(self, app: ASGIApp, path: str, callbacks: Container[str]) -> None:
        self.app, self.path, self.callbacks = app, path, callbacks

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "POST" or scope["path"] != self.path:
            await self.app(scope, receive, send)
            return
        message = await receive()  # whole: the gate has read it
        if not self._known(message.get("body", b"")):
            fault = BadRequestError(detail=f"{PATH}: output, inputs")
            await JSONResponse(body_of(fault), status_code=400)(scope, receive, send)
            return
        messages: list[Message] = [message]

        async def replay() -> Message:
            return messages.pop() if messages else await receive()

        await self.app(scope, replay, send)

    def _known(self, body: bytes) -> bool:
        try:
            said: Any = json.loads(body)
        except (ValueError, RecursionError):
            return False
        if not isinstance(said, dict) or not isinstance(said.get("output"), str):
            return False
        listed = all(isinstance(said.get(name, []), list) for name in ("inputs", "state", "changedPropIds"))
        return listed and said["output"] in self.callbacks
