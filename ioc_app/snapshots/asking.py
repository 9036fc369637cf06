"""The application's own answers, asked without a network: a snapshot holds what a browser would have been told."""

from __future__ import annotations

import json
from contextlib import ExitStack
from types import TracebackType
from typing import Any
from urllib.parse import quote, urlencode

from anyio.from_thread import start_blocking_portal
from fastapi import FastAPI
from fastapi.middleware.asyncexitstack import AsyncExitStackMiddleware
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.types import Message

from ioc_app.api.router import API_PREFIX
from twin.people.identity import Identity


class Asker:
    """Asks ``GET`` routes on behalf of ``identity``, past the gate: whoever made it has seen to the rights.

    Blocking, from any thread: it has a loop of its own while it is open. The routes are those of ``server``, with its
    faults.
    """

    def __init__(self, server: FastAPI, identity: Identity, prefix: str = "") -> None:
        self._server, self._identity = server, identity
        self._prefix = prefix.rstrip("/") + API_PREFIX
        handlers = {kind: one for kind, one in server.exception_handlers.items() if kind not in (500, Exception)}
        self._routes = ExceptionMiddleware(AsyncExitStackMiddleware(server.router), handlers=handlers)
        self._opened = ExitStack()

    def __enter__(self) -> Asker:
        self._loop = self._opened.enter_context(start_blocking_portal())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._opened.close()

    def get(self, path: str, **query: str | int | None) -> Any:
        """The JSON that ``path`` below the API answers; None where it answers with a fault."""
        said = {name: value for name, value in query.items() if value is not None}
        status, body = self._loop.call(self._ask, path, urlencode(said))
        return json.loads(body) if status == 200 else None

    async def _ask(self, path: str, query: str) -> tuple[int, bytes]:
        told: list[Message] = []

        async def receive() -> Message:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Message) -> None:
            told.append(message)

        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": "GET",
            "scheme": "http",
            "path": self._prefix + path,
            "raw_path": quote(self._prefix + path).encode(),
            "query_string": query.encode(),
            "root_path": "",
            "headers": [],
            "client": ("127.0.0.1", 0),
            "server": ("127.0.0.1", 0),
            "app": self._server,
            "state": {"identity": self._identity, "address": ""},
        }
        await self._routes(scope, receive, send)
        return told[0]["status"], b"".join(one.get("body", b"") for one in told[1:])
