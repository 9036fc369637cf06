"""``/reports``: the duty report of a day, week or month to read and print, and those that were handed over."""

from __future__ import annotations

import hashlib
from dataclasses import asdict
from datetime import date
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, Response
from pydantic import AwareDatetime, Field

from ioc_app.api.addresses import api_address
from ioc_app.api.people import actor_of, identity_of
from ioc_app.reports.desk import Asked, MadeReport, Reports
from ioc_app.reports.document import HEADERS
from ioc_app.reports.kept import KeptReport
from ioc_app.reports.period import PeriodKind
from twin.errors import ReportNamesError
from twin.people.audit import AuditLog
from twin.people.roles import Right

LISTED: Final = 200
Language = Literal["zh", "en"]
Seq = Annotated[int, Field(ge=0, lt=2**63)]


def _asked(
    period: PeriodKind,
    of: date | None = None,
    language: Language = "zh",
    at: AwareDatetime | None = None,
    known_seq: Seq | None = None,
) -> Asked:
    return Asked(period, of, language, at, known_seq)


Wanted = Annotated[Asked, Depends(_asked)]


def report_routes(reports: Reports, audit: AuditLog) -> APIRouter:
    """Plain functions: the server runs each in a worker thread. Whoever gets one to see stands in the audit."""
    router = APIRouter()

    def note(request: Request, action: str, made: MadeReport) -> None:
        wanted, period = made.wanted, made.wanted.period
        audit.append(
            actor_of(request),
            action,
            f"{period.kind.value} {period.first.isoformat()}",
            at=period.told.at.isoformat(),
            known_seq=wanted.known_seq,
            language=wanted.language,
            version=made.version,
            sha256=hashlib.sha256(made.content).hexdigest(),
        )

    @router.get("/reports")
    def kept(request: Request) -> dict[str, Any]:
        """Those that were handed over, the newest first; ``open`` says whether the asker may read them."""
        cleared = identity_of(request).may(Right.NAMES)
        found = reports.kept.all()
        return {"total": len(found), "reports": [_shown(one, request, cleared=cleared) for one in found[:LISTED]]}

    @router.get("/reports/kept/{report_id}")
    def one_kept(report_id: str, request: Request) -> Response:
        """As it was handed over, byte for byte."""
        one, content = reports.kept.find(report_id)
        if one.cleared and not identity_of(request).may(Right.NAMES):
            raise ReportNamesError(report=report_id)
        return _page(content)

    @router.get("/reports/{period}")
    def report(wanted: Wanted, request: Request) -> Response:
        made = reports.make(wanted, identity_of(request))
        note(request, "report.made", made)
        return _page(made.content)

    @router.post("/reports/{period}", status_code=201)
    def keep(wanted: Wanted, request: Request) -> JSONResponse:
        """Make one and keep it, to be handed over."""
        made = reports.make(wanted, identity_of(request))
        one = reports.kept.keep(made.content, made.wanted, made.version)
        note(request, "report.kept", made)
        return JSONResponse(_shown(one, request, cleared=made.wanted.cleared), status_code=201)

    return router


def _shown(one: KeptReport, request: Request, *, cleared: bool) -> dict[str, Any]:
    address = api_address(request, f"/reports/kept/{one.report_id}")
    return {**asdict(one), "open": cleared or not one.cleared, "url": address}


def _page(content: bytes) -> Response:
    return Response(content, media_type="text/html; charset=utf-8", headers=HEADERS)
