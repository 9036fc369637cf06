"""The two cookies of a session: one that scripts cannot read, one that they have to send back."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from ioc_app.gate.credentials import SESSION_COOKIE
from ioc_app.gate.origin import CSRF_COOKIE
from twin.people.sessions import LONGEST_S

KIOSK_S = 400 * 24 * 3600  # as long as browsers keep one


def set_cookies(
    answer: Response, request: Request, root_path: str, token: str, csrf_token: str, *, kiosk: bool = False
) -> None:
    """``Secure`` over TLS; ``Lax``, so that a link from elsewhere still finds its reader logged in."""
    secure = request.url.scheme == "https"
    max_age = KIOSK_S if kiosk else LONGEST_S
    answer.set_cookie(
        SESSION_COOKIE, token, max_age=max_age, path=root_path, secure=secure, httponly=True, samesite="lax"
    )
    answer.set_cookie(CSRF_COOKIE, csrf_token, max_age=max_age, path=root_path, secure=secure, samesite="strict")


def drop_cookies(answer: Response, root_path: str) -> None:
    answer.delete_cookie(SESSION_COOKIE, path=root_path)
    answer.delete_cookie(CSRF_COOKIE, path=root_path)
