"""Faults on the wire: ``{"code", "params", "text": {"zh", "en"}}`` and the status that belongs to each class."""

from __future__ import annotations

import logging
import secrets
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from twin import errors
from twin.errors import TwinError

log = logging.getLogger(__name__)

STATUS: Final[dict[type[TwinError], int]] = {
    errors.UnknownFeatureError: 404,
    errors.UnknownLayerError: 404,
    errors.UnknownColumnError: 404,
    errors.UnknownStoreyError: 404,
    errors.UnknownGenerationError: 404,
    errors.NoEarlierGenerationError: 404,
    errors.GenerationsApartError: 409,
    errors.UnknownFindingError: 404,
    errors.UnknownPathError: 404,
    errors.BadRequestError: 422,
    errors.BodyTooLargeError: 413,
    errors.ForeignOriginError: 403,
    errors.LoginNeededError: 401,
    errors.NotAllowedError: 403,
    errors.CsrfError: 403,
    errors.TooManyRequestsError: 429,
    errors.TooManyAttemptsError: 429,
    errors.WrongCredentialsError: 401,
    errors.LinkSpentError: 410,
    errors.WeakPasswordError: 422,
    errors.BadAccountNameError: 422,
    errors.BadNameError: 422,
    errors.BadScopeError: 422,
    errors.AccountExistsError: 409,
    errors.NameTakenError: 409,
    errors.LastAdministratorError: 409,
    errors.UnknownAccountError: 404,
    errors.UnknownSessionError: 404,
    errors.UnknownKeyError: 404,
    errors.UnknownKioskError: 404,
    errors.MessageRefusedError: 422,
    errors.NoMessagesError: 422,
    errors.TooManyMessagesError: 413,
    errors.UnknownPointError: 404,
    errors.UnknownQuantityError: 404,
    errors.UnknownWebhookError: 404,
    errors.CameraNotConnectedError: 404,
    errors.NoPictureError: 503,
    errors.CameraAnswerError: 502,
    errors.CamerasBusyError: 503,
    errors.OutgoingRefusedError: 502,
    errors.RemoteUnreachableError: 502,
    errors.RemoteRedirectError: 502,
    errors.RemoteTooLargeError: 502,
    errors.EntryRefusedError: 422,
    errors.JournalBusyError: 429,
    errors.DiskLowError: 507,
    errors.JournalFaultError: 507,
    errors.JournalClosedError: 503,
    errors.LiveNotRunningError: 503,
    errors.HistoryDamagedError: 503,
    errors.UnknownAlarmError: 404,
    errors.AlarmActError: 409,
    errors.ReasonMissingError: 422,
    errors.WindowRefusedError: 409,
    errors.WindowScopeError: 422,
    errors.StillLookingBackError: 503,
    errors.NotFoldedError: 504,
    errors.ConfigMistakesError: 422,
    errors.ConfigLockedError: 409,
    errors.UnknownConfigVersionError: 404,
    errors.ConfigHistoryDamagedError: 503,
    errors.UnknownIncidentError: 404,
    errors.UnknownOrderError: 404,
    errors.UnknownHandoverError: 404,
    errors.UnknownPhotoError: 404,
    errors.UnknownPlaceError: 422,
    errors.UnknownActError: 422,
    errors.ActIncompleteError: 422,
    errors.ReportAheadError: 422,
    errors.IncidentActError: 409,
    errors.HandoverError: 409,
    errors.PhotoRefusedError: 415,
    errors.UnknownWallError: 404,
    errors.OtherWallError: 403,
    errors.NothingSentError: 422,
    errors.UnknownReportError: 404,
    errors.ReportDamagedError: 503,
    errors.ReportNamesError: 403,
    errors.UnknownSnapshotError: 404,
    errors.SnapshotDamagedError: 503,
    errors.SnapshotRightError: 403,
    errors.SnapshotLayersError: 403,
    errors.SnapshotSpanError: 422,
    errors.SnapshotBusyError: 409,
    errors.QueryRefusedError: 422,
    errors.QueryFailedError: 422,
    errors.QueryTimeoutError: 504,
    errors.QueryTooLargeError: 422,
    errors.QueryMemoryError: 422,
    errors.QueryReaderGoneError: 503,
    errors.QueryClosedError: 503,
    errors.UnknownScreenError: 404,
    errors.UnknownPanelError: 404,
    errors.UnknownKpiError: 404,
    errors.UnknownPipeError: 404,
    errors.PipeOutOfUseError: 409,
    errors.NotAValveError: 422,
    errors.UnknownCameraError: 404,
    errors.CameraNotAskedError: 409,
    errors.NoTerrainError: 409,
    errors.NoFloorError: 409,
    errors.CellTooSmallError: 409,
    errors.NotAPlaceError: 422,
    errors.SectionLineError: 422,
    errors.SectionPathError: 422,
    errors.NoPathError: 422,
    errors.EmptySectionError: 422,
    errors.TooLargeToDrawError: 422,
    errors.DigAreaError: 422,
    errors.DigDepthError: 422,
    errors.NoGroundHereError: 422,
    errors.NoGlobeError: 409,
    errors.NotOfferedError: 501,
    errors.UnknownEntityError: 404,
    errors.BadFilterError: 422,
    errors.TooManyToLookThroughError: 422,
    errors.DerivedRefusedError: 422,
    errors.NoDerivedLayerError: 404,
    errors.UnknownBuildError: 404,
    errors.NotACampusError: 503,
    errors.NeverBuiltError: 503,
    errors.GenerationDamagedError: 503,
}


def status_of(fault: TwinError) -> int:
    """The HTTP status of a fault; a class without one of its own takes that of its nearest ancestor."""
    return next((STATUS[kind] for kind in type(fault).__mro__ if kind in STATUS), 500)


def body_of(fault: TwinError) -> dict[str, Any]:
    return {**fault.to_dict(), "text": errors.in_both(fault)}


def fault_response(fault: TwinError) -> JSONResponse:
    """The answer for a fault; never cached, for it may be cured soon; it says when to try again if that helps."""
    return JSONResponse(
        body_of(fault), status_code=status_of(fault), headers={"Cache-Control": "no-store", **retry_after(fault)}
    )


def retry_after(fault: TwinError) -> dict[str, str]:
    seconds = fault.params.get("retry_after_s")
    return {} if seconds is None else {"Retry-After": str(seconds)}


def register_error_handlers(server: FastAPI) -> None:
    """Every fault leaves the server in the one shape; unknown ones are logged and numbered, never shown."""

    async def on_fault(_request: Request, fault: Exception) -> JSONResponse:
        assert isinstance(fault, TwinError)
        return fault_response(fault)

    async def on_invalid(_request: Request, fault: Exception) -> JSONResponse:
        assert isinstance(fault, RequestValidationError)
        detail = "; ".join(f"{'.'.join(str(step) for step in one['loc'])}: {one['msg']}" for one in fault.errors())
        return fault_response(errors.BadRequestError(detail=detail))

    async def on_http(_request: Request, fault: Exception) -> JSONResponse:
        assert isinstance(fault, HTTPException)
        known = errors.UnknownPathError() if fault.status_code == 404 else errors.BadRequestError(detail=fault.detail)
        return JSONResponse(body_of(known), status_code=fault.status_code, headers=fault.headers)

    async def on_crash(request: Request, fault: Exception) -> JSONResponse:
        reference = secrets.token_hex(4)
        log.error("fault %s at %s", reference, request.url.path, exc_info=fault)
        return fault_response(errors.InternalFaultError(reference=reference))

    server.add_exception_handler(TwinError, on_fault)
    server.add_exception_handler(RequestValidationError, on_invalid)
    server.add_exception_handler(HTTPException, on_http)
    server.add_exception_handler(Exception, on_crash)
