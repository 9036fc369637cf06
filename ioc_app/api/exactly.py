"""Where things underground lie exactly: who may be told, and that it was told."""

from __future__ import annotations

from typing import Final

from fastapi import Request

from ioc_app.api.people import actor_of, identity_of
from twin.errors import NotAllowedError
from twin.people.audit import AuditLog
from twin.people.roles import Right

TOLD: Final = "underground.told"  # the act, as the audit calls it
_MOST_OF_WHAT: Final = 200  # signs


def told_exactly(request: Request, reason: str | None, what: str, audit: AuditLog) -> bool:
    """Whether what lies underground is told as it is, which takes a reason and the right; that it was asked is kept.

    Raises NotAllowedError.
    """
    if reason is None:
        return False
    if not identity_of(request).may(Right.UNDERGROUND):
        raise NotAllowedError(right=Right.UNDERGROUND.value)
    audit.append(actor_of(request), TOLD, what[:_MOST_OF_WHAT], why=reason)
    return True
