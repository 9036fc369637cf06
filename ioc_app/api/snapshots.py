"""``/snapshots``: what the campus shows as a file, made in the background, kept, listed, fetched and shown again."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import Annotated, Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from pydantic import AwareDatetime, Field

from ioc_app.api.addresses import api_address
from ioc_app.api.people import actor_of, identity_of
from ioc_app.api.said import Said
from ioc_app.jobs import Job
from ioc_app.snapshots.desk import Snapshots
from ioc_app.snapshots.kept import KeptSnapshot
from ioc_app.snapshots.wanted import Form, Language, Style, Wanted
from twin.errors import NotAllowedError, SnapshotBusyError, SnapshotRightError, UnknownSnapshotError, in_both
from twin.model.time import AsOf, Clock
from twin.people.audit import AuditLog
from twin.people.identity import Identity
from twin.people.roles import Right
from twin.store.journal_reader import JournalReader

LISTED: Final = 200
MEDIA_TYPES: Final[dict[str, str]] = {
    "png": "image/png",
    "pdf": "application/pdf",
    "glb": "model/gltf-binary",
    "zip": "application/zip",
    "html": "text/html; charset=utf-8",
}
Name = Annotated[str, Field(min_length=1, max_length=200)]
Px = Annotated[int, Field(ge=480, le=7680)]


class Asked(Said):
    """``exactly``: why what lies underground is to be in it; the right ``underground`` beside."""

    form: Form
    at: AwareDatetime | None = None
    minutes: Annotated[int, Field(ge=1, le=31 * 1440)] | None = None
    known_seq: Annotated[int, Field(ge=0, lt=2**63)] | None = None
    screens: Annotated[tuple[Name, ...], Field(max_length=20)] = ()
    layers: Annotated[list[Name], Field(min_length=1, max_length=200)] | None = None
    view: Annotated[str, Field(max_length=200)] | None = None
    language: Language = "zh"
    style: Style = "dark"
    size_px: tuple[Px, Px] = (3840, 2160)
    exactly: Annotated[str, Field(min_length=3, max_length=200)] | None = None


def snapshot_routes(snapshots: Snapshots, clock: Clock, audit: AuditLog) -> APIRouter:
    """Plain functions: the server runs each in a worker thread."""
    router = APIRouter()
    journal = JournalReader(snapshots.kept.folder.parent)

    @router.get("/snapshots")
    def kept(request: Request) -> dict[str, Any]:
        """The newest first; ``open`` says whether the asker may have it."""
        found = snapshots.kept.all()
        return {"total": len(found), "snapshots": [_shown(one, request) for one in found[:LISTED]]}

    @router.post("/snapshots", status_code=202)
    def make(asked: Asked, request: Request) -> JSONResponse:
        """Begin one; the job says when it is there."""
        identity = identity_of(request)
        if asked.exactly is not None and not identity.may(Right.UNDERGROUND):
            raise NotAllowedError(right=Right.UNDERGROUND.value)
        if snapshots.busy_for(identity.name):
            raise SnapshotBusyError()
        wanted = _wanted(asked, identity, clock, journal)
        job = snapshots.begin(identity.name, asked.form, wanted)
        said = {"screens": ",".join(wanted.screens), "known_seq": wanted.as_of.known_seq, "exactly": wanted.exactly}
        audit.append(actor_of(request), "snapshot.made", asked.form, at=wanted.as_of.at.isoformat(), **said)
        return JSONResponse(_job(job, request), status_code=202)

    @router.get("/snapshots/jobs/{job_id}")
    def job(job_id: str, request: Request) -> dict[str, Any]:
        """``waiting``, ``done`` with the snapshot, or ``failed`` with the fault; only for who began it."""
        found = snapshots.job(job_id)
        if found is None or found.who != identity_of(request).name:
            raise UnknownSnapshotError(snapshot=job_id[:80])
        return _job(found, request)

    @router.get("/snapshots/{snapshot_id}/file")
    def file(snapshot_id: str, request: Request) -> Response:
        """The file, byte for byte as it was made."""
        one = snapshots.kept.about(snapshot_id)
        if not _may(one, identity_of(request)):
            raise SnapshotRightError(snapshot=snapshot_id)
        content = snapshots.kept.content(one)
        audit.append(actor_of(request), "snapshot.fetched", snapshot_id, sha256=one.sha256)
        headers = {
            "Content-Disposition": f'attachment; filename="{one.file_name}"',
            "Cache-Control": "private, no-store",
            "X-Content-Type-Options": "nosniff",
        }
        return Response(content, media_type=MEDIA_TYPES[one.form], headers=headers)

    return router


def _wanted(asked: Asked, identity: Identity, clock: Clock, journal: JournalReader) -> Wanted:
    now, last = clock.now(), journal.last_seq()
    at = asked.at or now
    known = last if asked.known_seq is None else min(asked.known_seq, last)
    return Wanted(
        as_of=AsOf(at, known),
        by=identity.display_name or identity.name,
        made_at=now,
        since=at - timedelta(minutes=asked.minutes) if asked.minutes else None,
        screens=asked.screens,
        layers=tuple(asked.layers) if asked.layers else None,
        view=asked.view,
        language=asked.language,
        style=asked.style,
        size_px=asked.size_px,
        exactly=asked.exactly,
        cleared=identity.may(Right.NAMES),
    )


def _may(one: KeptSnapshot, identity: Identity) -> bool:
    names = identity.may(Right.NAMES) or not one.cleared
    return names and (one.exactly is None or identity.may(Right.UNDERGROUND))


def _shown(one: KeptSnapshot, request: Request) -> dict[str, Any]:
    address = api_address(request, f"/snapshots/{one.snapshot_id}/file")
    return {**asdict(one), "open": _may(one, identity_of(request)), "url": address}


def _job(job: Job, request: Request) -> dict[str, Any]:
    fault = job.fault
    return {
        "job_id": job.job_id,
        "state": job.state,
        "snapshot": _shown(job.result, request) if job.state == "done" else None,
        "fault": {**fault.to_dict(), "text": in_both(fault)} if fault else None,
    }
