"""Accounts, sessions, keys, kiosks and the audit, for administrators; one's own account for everybody.

Every act is written into the audit before it is answered.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from twin.errors import WrongCredentialsError
from twin.people.accounts import Account
from twin.people.identity import Actor, Identity
from twin.people.links import Purpose
from twin.people.registry import People
from twin.people.roles import RIGHTS, Right, Role

AUDIT_PAGE = 100
AUDIT_MOST = 1000

Text = Annotated[str, Field(max_length=200)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class PasswordChange(_Body):
    old: Text
    new: Text


class NewAccount(_Body):
    name: Text
    role: Role
    display_name: Text = ""


class AccountChange(_Body):
    role: Role | None = None
    disabled: bool | None = None


class NewKey(_Body):
    name: Annotated[str, Field(min_length=1, max_length=60)]
    scope: Annotated[list[Right], Field(min_length=1, max_length=10)]


class NewKiosk(_Body):
    wall: Annotated[str, Field(min_length=1, max_length=60)]


def people_routes(people: People) -> APIRouter:
    """Each handler is a plain function: the server runs it in a worker thread, for it waits for the disk."""
    router = APIRouter()
    _own_account(router, people)
    _accounts(router, people)
    _staff(router, people)
    _sessions(router, people)
    _keys(router, people)
    _kiosks(router, people)
    _audit(router, people)
    return router


def _own_account(router: APIRouter, people: People) -> None:
    @router.get("/me")
    def me(request: Request) -> JSONResponse:
        one = identity_of(request)
        shown = {
            "name": one.name,
            "display_name": one.display_name,
            "kind": one.kind,
            "role": one.role,
            "wall": one.wall,
            "rights": sorted(one.rights),
        }
        return JSONResponse(shown, headers={"Cache-Control": "no-store"})

    @router.post("/me/password")
    def change_password(body: PasswordChange, request: Request) -> dict[str, Any]:
        one, actor = identity_of(request), actor_of(request)
        try:
            people.sessions.require_password(one.name, body.old, actor.address)
        except WrongCredentialsError:
            people.audit.append(actor, "password.refused", one.name)
            raise
        people.accounts.set_password(one.name, body.new, keep_session=one.credential_id)
        people.audit.append(actor, "password.changed", one.name)
        return {}

    @router.get("/me/sessions")
    def my_sessions(request: Request) -> list[dict[str, Any]]:
        one = identity_of(request)
        return [{**asdict(each), "current": each.id == one.credential_id} for each in people.sessions.all(one.name)]

    @router.delete("/me/sessions/{session_id}")
    def end_my_session(session_id: str, request: Request) -> dict[str, Any]:
        people.sessions.revoke(session_id, identity_of(request).name)
        people.audit.append(actor_of(request), "session.ended", session_id)
        return {}


def _accounts(router: APIRouter, people: People) -> None:
    @router.get("/people")
    def accounts() -> list[dict[str, Any]]:
        return [asdict(one) for one in people.accounts.all()]

    @router.post("/people", status_code=201)
    def add(body: NewAccount, request: Request) -> dict[str, Any]:
        """The account, and the path of the link with which its owner chooses a password."""
        account = people.accounts.add(body.name, body.role, body.display_name)
        people.audit.append(actor_of(request), "account.added", account.name, role=account.role)
        return {**asdict(account), "link": _link(people, account)}

    @router.patch("/people/{name}")
    def change(name: str, body: AccountChange, request: Request) -> dict[str, Any]:
        account = people.accounts.change(name, role=body.role, disabled=body.disabled)
        people.audit.append(actor_of(request), "account.changed", name, **body.model_dump(exclude_none=True))
        return asdict(account)

    @router.post("/people/{name}/link", status_code=201)
    def link(name: str, request: Request) -> dict[str, Any]:
        account = people.accounts.get(name)
        people.audit.append(actor_of(request), "link.made", name)
        return {"link": _link(people, account)}


def _staff(router: APIRouter, people: People) -> None:
    @router.get("/staff")
    def staff() -> list[dict[str, Any]]:
        """Whom an alarm or an incident can be given to."""
        able = [one for one in people.accounts.all() if not one.disabled and Right.HANDLE in RIGHTS[Role(one.role)]]
        return [{"name": one.name, "display_name": one.display_name, "role": one.role} for one in able]


def _link(people: People, account: Account) -> str:
    return f"enter/{people.links.make(account.name, Purpose.PASSWORD)}"


def _sessions(router: APIRouter, people: People) -> None:
    @router.get("/sessions")
    def sessions() -> list[dict[str, Any]]:
        return [asdict(one) for one in people.sessions.all()]

    @router.delete("/sessions/{session_id}")
    def end_session(session_id: str, request: Request) -> dict[str, Any]:
        ended = people.sessions.revoke(session_id)
        people.audit.append(actor_of(request), "session.ended", session_id, of=ended.account or ended.wall)
        return {}


def _keys(router: APIRouter, people: People) -> None:
    @router.get("/keys")
    def keys() -> list[dict[str, Any]]:
        return [asdict(one) for one in people.keys.all()]

    @router.post("/keys", status_code=201)
    def add_key(body: NewKey, request: Request) -> dict[str, Any]:
        """The key with its secret, which is shown this once."""
        key, secret = people.keys.add(body.name, body.scope, identity_of(request).name)
        people.audit.append(actor_of(request), "key.added", key.name, id=key.id, scope=list(key.scope))
        return {**asdict(key), "secret": secret}

    @router.delete("/keys/{key_id}")
    def revoke_key(key_id: str, request: Request) -> dict[str, Any]:
        key = people.keys.revoke(key_id)
        people.audit.append(actor_of(request), "key.revoked", key.name, id=key.id)
        return {}


def _kiosks(router: APIRouter, people: People) -> None:
    @router.get("/kiosks")
    def kiosks() -> list[dict[str, Any]]:
        return [asdict(one) for one in people.kiosks.all()]

    @router.post("/kiosks", status_code=201)
    def add_kiosk(body: NewKiosk, request: Request) -> dict[str, Any]:
        """The kiosk with the path of its link, which is shown this once."""
        kiosk, token = people.kiosks.add(body.wall, identity_of(request).name)
        people.audit.append(actor_of(request), "kiosk.added", kiosk.wall, id=kiosk.id)
        return {**asdict(kiosk), "link": f"kiosk/{token}"}

    @router.delete("/kiosks/{kiosk_id}")
    def revoke_kiosk(kiosk_id: str, request: Request) -> dict[str, Any]:
        kiosk = people.kiosks.revoke(kiosk_id)
        people.audit.append(actor_of(request), "kiosk.revoked", kiosk.wall, id=kiosk.id)
        return {}


def _audit(router: APIRouter, people: People) -> None:
    @router.get("/audit")
    def audit(
        before: int | None = None,
        limit: Annotated[int, Field(ge=1, le=AUDIT_MOST)] = AUDIT_PAGE,
        action: Text = "",
        actor: Text = "",
    ) -> list[dict[str, Any]]:
        return [asdict(one) for one in people.audit.lines(before=before, limit=limit, action=action, actor=actor)]

    @router.get("/audit/head")
    def audit_head() -> dict[str, Any]:
        return {"head": str(people.audit.head())}


def identity_of(request: Request) -> Identity:
    """Who asks; the gate has seen to it that somebody does."""
    one: Identity = request.state.identity
    return one


def actor_of(request: Request) -> Actor:
    one = identity_of(request)
    return Actor(one.name, one.kind, request.state.address)
