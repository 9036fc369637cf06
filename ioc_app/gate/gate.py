"""The gate: one ASGI middleware before everything, Dash's own routes and every socket included.

In this order: how often, who, may they, from our own page, how large. What passes finds its ``Identity`` and the
client's address in ``scope["state"]``. Who is let in nowhere gets the login page where a browser wants a page, else a
fault.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from ioc_app.api.errors import fault_response
from ioc_app.entrance.page import login_page
from ioc_app.gate.access import Access, access_to
from ioc_app.gate.body import read_body
from ioc_app.gate.credentials import Credential, Identities, credential_of
from ioc_app.gate.headers import with_headers
from ioc_app.gate.origin import require_csrf_token, require_own_origin
from ioc_app.gate.rates import Rates
from ioc_app.gate.sockets import OpenSockets, watched
from twin.errors import LoginNeededError, NotAllowedError, TwinError
from twin.people.identity import Identity
from twin.people.registry import People

WATCH_S: Final = 1.0
RECHECK_S: Final = 60.0  # sessions under open sockets grow too old, too

log = logging.getLogger(__name__)


class Gate:
    """What the middleware holds; ``Gated`` puts it before an application."""

    def __init__(self, people: People, root_path: str, policy: str) -> None:
        self.people = people
        self.root_path = root_path  # with a slash at both ends
        self.policy = policy
        self.identities = Identities(people)
        self.rates = Rates()
        self.sockets = OpenSockets()

    async def identify(self, credential: Credential | None) -> Identity | None:
        if credential is None:
            return None
        return self.identities.remembered(credential) or await run_in_threadpool(self.identities.ask, credential)

    @asynccontextmanager
    async def watching(self) -> AsyncIterator[None]:
        """While the application runs: close the sockets of those who may no longer be here."""
        task = asyncio.create_task(self._watch())
        try:
            yield
        finally:
            task.cancel()

    async def _watch(self) -> None:
        since_s = 0.0
        while True:
            await asyncio.sleep(WATCH_S)
            since_s += WATCH_S
            try:
                changed = await run_in_threadpool(self.identities.changed)
                if changed or since_s >= RECHECK_S:
                    since_s = 0.0
                    await self._close_revoked()
            except Exception:
                log.exception("the list of people could not be read; who is in stays in until it can")

    async def _close_revoked(self) -> None:
        held = self.sockets.credentials()
        self.sockets.close([one for one in held if await run_in_threadpool(self.identities.ask, one) is None])

    def path_of(self, scope: Scope) -> str:
        """The path below the root path; outside of it there is nothing."""
        path: str = scope["path"]
        return "/" + path[len(self.root_path) :] if path.startswith(self.root_path) else "//outside"


class Gated:
    """The middleware."""

    def __init__(self, app: ASGIApp, gate: Gate) -> None:
        self.app = app
        self.gate = gate

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        answer = with_headers(send, self.gate.policy)
        credential = credential_of(Headers(scope=scope))
        identity = await self.gate.identify(credential)
        try:
            access = self._require(scope, identity)
            if scope["type"] == "http":
                receive = await read_body(scope, receive, access.body_bytes)
        except TwinError as fault:
            await _refuse(fault, self.gate, scope, receive, answer)
            return
        scope.setdefault("state", {}).update(identity=identity, address=address_of(scope))
        if scope["type"] == "http" or credential is None:
            await self.app(scope, receive, answer)
            return
        socket = self.gate.sockets.add(credential)
        try:
            await self.app(scope, *watched(socket, receive, send))
        finally:
            self.gate.sockets.discard(socket)

    def _require(self, scope: Scope, identity: Identity | None) -> Access:
        """The row that lets this through; raises what keeps it out."""
        method = scope["method"] if scope["type"] == "http" else "WEBSOCKET"
        headers = Headers(scope=scope)
        if identity is None:
            self.gate.rates.take(None, address_of(scope))
        else:
            self.gate.rates.take(identity.kind, identity.credential_id)
        require_own_origin(method, headers, identity)
        access = access_to(method, self.gate.path_of(scope))
        if access is not None and access.right is None:
            return access
        if identity is None:
            raise LoginNeededError()
        if access is None or access.right is None or not identity.may(access.right):
            raise NotAllowedError(right=access.right.value if access and access.right else method)
        require_csrf_token(method, headers, identity)
        return access


def address_of(scope: Scope) -> str:
    """Where a request comes from; behind a trusted proxy the server has put in what that says."""
    return scope["client"][0] if scope.get("client") else ""


async def _refuse(fault: TwinError, gate: Gate, scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await _refuse_socket(fault, scope, receive, send)
        return
    headers = Headers(scope=scope)
    answer: Response = fault_response(fault)
    if isinstance(fault, LoginNeededError):
        if _wants_page(scope, headers):
            answer = login_page(gate.root_path, headers, gate.path_of(scope), status=401)
        elif "sec-fetch-mode" not in headers:  # a browser would open its own dialog
            answer.headers["WWW-Authenticate"] = 'Basic realm="campus twin", charset="UTF-8"'
    await answer(scope, receive, send)


def _wants_page(scope: Scope, headers: Headers) -> bool:
    return scope["method"] in ("GET", "HEAD") and "text/html" in headers.get("accept", "")


async def _refuse_socket(fault: TwinError, scope: Scope, receive: Receive, send: Send) -> None:
    """401 or 403 before the handshake, where the server can say so (ASGI's ``websocket.http.response``)."""
    if "websocket.http.response" in scope.get("extensions", {}):
        answer = fault_response(fault)
        start = {"type": "websocket.http.response.start", "status": answer.status_code, "headers": answer.raw_headers}
        await receive()  # the server expects that its websocket.connect is taken
        await send(start)
        await send({"type": "websocket.http.response.body", "body": bytes(answer.body)})
        return
    await receive()
    await send({"type": "websocket.close", "code": 4401 if isinstance(fault, LoginNeededError) else 4403})
