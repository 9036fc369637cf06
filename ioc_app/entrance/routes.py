"""``/login``, ``/enter/<token>``, ``/kiosk/<token>``, ``/logout``, ``/health``."""

from __future__ import annotations

from typing import Final
from urllib.parse import parse_qsl

import anyio
from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, RedirectResponse, Response

from ioc_app.api.errors import status_of
from ioc_app.entrance.cookies import drop_cookies, set_cookies
from ioc_app.entrance.page import ASSETS, FOLDER, TEXTS, language_of, login_page, own_path, page
from twin.errors import LoginNeededError, TooManyAttemptsError, TwinError, UnknownPathError, WrongCredentialsError
from twin.people.identity import Actor, Identity, IdentityKind
from twin.people.links import Purpose
from twin.people.registry import People

HASHING: Final = anyio.CapacityLimiter(2)  # each takes 64 MiB and a core
NAME_LENGTH: Final = 40


def entrance_routes(people: People, root_path: str) -> APIRouter:
    router = APIRouter()
    entrance = Entrance(people, root_path)
    look = ["GET", "HEAD"]
    router.add_api_route("/login", entrance.show_login, methods=look, response_class=Response)
    router.add_api_route("/login", entrance.log_in, methods=["POST"], response_class=Response)
    router.add_api_route("/login/{asset}", entrance.asset, methods=look, response_class=Response)
    router.add_api_route("/enter/{token}", entrance.show_link, methods=look, response_class=Response)
    router.add_api_route("/enter/{token}", entrance.use_link, methods=["POST"], response_class=Response)
    router.add_api_route("/kiosk/{token}", entrance.kiosk, methods=look, response_class=Response)
    router.add_api_route("/logout", entrance.log_out, methods=["POST"], response_class=Response)
    router.add_api_route("/health", entrance.health, methods=look, response_class=Response)
    return router


class Entrance:
    """Forms in, cookies out; what they mean is decided by ``twin.people``."""

    def __init__(self, people: People, root_path: str) -> None:
        self.people = people
        self.root_path = root_path

    async def show_login(self, request: Request) -> Response:
        asked = request.query_params
        return login_page(
            self.root_path, request.headers, own_path(asked.get("next", "/")), asked=asked.get("language")
        )

    async def log_in(self, request: Request) -> Response:
        said = await _form(request)
        name, after = said.get("name", "").strip()[:NAME_LENGTH], own_path(said.get("next", "/"))
        actor = Actor(name, IdentityKind.PERSON, request.state.address)
        agent = request.headers.get("user-agent", "")
        try:
            token = await anyio.to_thread.run_sync(
                self.people.sessions.log_in, name, said.get("password", ""), actor.address, agent, limiter=HASHING
            )
        except (WrongCredentialsError, TooManyAttemptsError) as fault:
            if isinstance(fault, WrongCredentialsError):
                await run_in_threadpool(self.people.audit.append, actor, "login.failed")
            language = (said.get("language") or "zh")[:2]
            return login_page(self.root_path, request.headers, after, asked=language, said=name, fault=fault)
        return await self._enter(request, token, "login", after)

    async def asset(self, asset: str) -> Response:
        if asset not in ASSETS:
            raise UnknownPathError()
        return FileResponse(FOLDER / asset, media_type=ASSETS[asset], headers={"Cache-Control": "no-cache"})

    async def show_link(self, token: str, request: Request) -> Response:
        """Looking spends nothing: mail programs and virus scanners look at links, too."""
        return await self._link_page(token, request)

    async def _link_page(self, token: str, request: Request, fault: TwinError | None = None) -> Response:
        language = language_of(request.headers, request.query_params.get("language"))
        try:
            link = await run_in_threadpool(self.people.links.look, token)
        except TwinError as spent:
            return login_page(self.root_path, request.headers, "/", asked=language, fault=spent)
        form = "password" if link.purpose is Purpose.PASSWORD else "enter"
        problem = fault.text(language) if fault is not None else ""
        status = status_of(fault) if fault is not None else 200
        return page(form, self.root_path, language, {"said": link.account, "problem": problem}, status=status)

    async def use_link(self, token: str, request: Request) -> Response:
        said = await _form(request)
        language = language_of(request.headers, request.query_params.get("language"))
        if said.get("password", "") != said.get("again", said.get("password", "")):
            texts = TEXTS[language]
            link = await run_in_threadpool(self.people.links.look, token)
            return page(
                "password", self.root_path, language, {"said": link.account, "problem": texts["differ"]}, status=422
            )
        try:
            account = await anyio.to_thread.run_sync(self._spend, token, said.get("password"), limiter=HASHING)
        except TwinError as fault:
            return await self._link_page(token, request, fault)
        agent = request.headers.get("user-agent", "")
        session = await run_in_threadpool(self.people.sessions.open, account, request.state.address, agent)
        return await self._enter(request, session, "login.link", "/")

    def _spend(self, token: str, password: str | None) -> str:
        link = self.people.links.look(token)
        account = self.people.links.use(token, password)
        if link.purpose is Purpose.PASSWORD:
            self.people.accounts.set_password(account, password or "")
        return account

    async def kiosk(self, token: str, request: Request) -> Response:
        agent = request.headers.get("user-agent", "")
        session = await run_in_threadpool(self.people.sessions.open_kiosk, token, request.state.address, agent)
        if session is None:
            raise LoginNeededError()
        return await self._enter(request, session, "login.kiosk", "/", kiosk=True)

    async def log_out(self, request: Request) -> Response:
        identity: Identity = request.state.identity
        if identity.csrf_token is not None:
            await run_in_threadpool(self.people.sessions.revoke, identity.credential_id)
            actor = Actor(identity.name, identity.kind, request.state.address)
            await run_in_threadpool(self.people.audit.append, actor, "logout")
        answer = Response(status_code=204)
        drop_cookies(answer, self.root_path)
        return answer

    async def health(self) -> Response:
        return JSONResponse({"status": "ok"}, headers={"Cache-Control": "no-store"})

    async def _enter(self, request: Request, token: str, action: str, after: str, *, kiosk: bool = False) -> Response:
        identity = await run_in_threadpool(self.people.sessions.find, token)
        if identity is None or identity.csrf_token is None:  # shut out in this very moment
            raise WrongCredentialsError()
        actor = Actor(identity.name, identity.kind, request.state.address)
        await run_in_threadpool(self.people.audit.append, actor, action)
        answer = RedirectResponse(
            self.root_path.rstrip("/") + after, status_code=303, headers={"Cache-Control": "no-store"}
        )
        set_cookies(answer, request, self.root_path, token, identity.csrf_token, kiosk=kiosk)
        return answer


async def _form(request: Request) -> dict[str, str]:
    """The fields of a urlencoded form; anything else has none."""
    body = (await request.body()).decode("utf-8", "replace")
    return dict(parse_qsl(body, max_num_fields=20, keep_blank_values=True))
