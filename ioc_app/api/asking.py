"""``/layers``, ``/terrain``, ``/sql``, ``/ask``: what ``twin.connect`` asks of a campus; tables as Arrow streams.

Persons are masked for whoever may not read names. What lies underground is told to a grid and without levels, unless
``exactly`` gives a reason and the asker has the right ``underground``; that is written into the audit.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from typing import Annotated, Any, Final

import pyarrow as pa
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from pydantic import AwareDatetime, Field
from starlette.concurrency import run_in_threadpool

from ioc_app.api.exactly import told_exactly
from ioc_app.api.people import actor_of, identity_of
from ioc_app.api.reads import Reads
from ioc_app.api.said import Said
from ioc_app.building import Build, Builds
from twin.analysis.ground import ground_of, ground_table
from twin.errors import BadRequestError, UnknownLayerError, in_both
from twin.live.running import RunningCampus
from twin.model.time import AsOf, moment
from twin.people.audit import AuditLog
from twin.people.roles import Right
from twin.screens.question import Question
from twin.screens.readers import Readers
from twin.screens.said import Window
from twin.screens.wire import table_to_bytes
from twin.store.choosing import Choice
from twin.store.facts import facts_of
from twin.store.history_view import take_view

ARROW: Final = "application/vnd.apache.arrow.stream"
MOST_ROWS: Final = 1_000_000
DESCRIBED: Final = b"derived"  # in the schema's metadata: what a layer that is sent is

Sql = Annotated[str, Field(min_length=1, max_length=20_000)]
Reason = Annotated[str, Field(min_length=4, max_length=300)]
Condition = Annotated[str, Field(min_length=1, max_length=4_000)]
Area = Annotated[str, Field(max_length=500_000)]


class _Asked(Said):
    at: AwareDatetime | None = None
    exactly: Reason | None = None


class AskedRows(_Asked):
    where: Annotated[list[Condition], Field(max_length=50, default_factory=list)]
    within: Annotated[list[Area], Field(max_length=10, default_factory=list)]  # WKB in the campus CRS, base64


class AskedSql(_Asked):
    sql: Sql


class AskedView(_Asked):
    sql: Sql
    window: Window = Window.NOW
    place: Annotated[str, Field(max_length=300)] | None = None
    known_seq: Annotated[int, Field(ge=0, lt=2**63)] | None = None
    most_rows: Annotated[int, Field(ge=1, le=MOST_ROWS)] = MOST_ROWS


def asking_routes(reads: Reads, running: RunningCampus, readers: Readers, builds: Builds, audit: AuditLog) -> APIRouter:
    router = APIRouter()
    _layers(router, reads, running)
    _rows(router, reads, readers, audit)
    _questions(router, running, readers, audit)
    _writing(router, builds, audit)
    return router


def _layers(router: APIRouter, reads: Reads, running: RunningCampus) -> None:
    @router.get("/layers")
    def layers() -> dict[str, Any]:
        """Layers and registers, and which campus they are of."""
        manifest = reads.generation.manifest
        newest_us = take_view(reads.campus_folder).newest_us
        campus = {
            "name": manifest.campus,
            "crs": manifest.crs,
            "vertical_datum": manifest.vertical_datum,
            "origin": manifest.origin,
            "generation": manifest.generation,
            "timezone": running.timezone.key,
            "newest_at": moment(newest_us).isoformat() if newest_us else None,
        }
        return {"campus": campus, "layers": [one.to_dict() for one in facts_of(reads.campus)]}


def _rows(router: APIRouter, reads: Reads, readers: Readers, audit: AuditLog) -> None:
    @router.post("/layers/{layer_id}/rows")
    def rows(request: Request, layer_id: str, asked: AskedRows) -> Response:
        """Rows of a layer that were chosen, shapes as WKB in the campus CRS."""
        if layer_id not in reads.generation.layer_ids() and asked.at is None:
            raise UnknownLayerError(layer=layer_id, known=", ".join(reads.generation.layer_ids()))
        choice = Choice(tuple(asked.where), tuple(_wkb(asked.within)), asked.at)
        return arrow(readers.rows(layer_id, choice, exactly=told_exactly(request, asked.exactly, layer_id, audit)))

    @router.post("/terrain")
    def terrain(request: Request, asked: _Asked) -> Response:
        """Heights of the ground, a row a grid; what only manhole covers tell of is for those who ask exactly."""
        told = told_exactly(request, asked.exactly, "terrain", audit)
        generation = reads.generation if asked.at is None else reads.campus.generation_at(AsOf(asked.at))
        return arrow(ground_table(ground_of(generation, exactly=told)))


def _questions(router: APIRouter, running: RunningCampus, readers: Readers, audit: AuditLog) -> None:
    @router.post("/sql")
    def sql(request: Request, asked: AskedSql) -> Response:
        """One SELECT over the layers with their shapes; registers are asked through ``/ask``."""
        return arrow(readers.query(asked.sql, asked.at, exactly=told_exactly(request, asked.exactly, asked.sql, audit)))

    @router.post("/ask")
    def ask(request: Request, asked: AskedView) -> Response:
        """One SELECT over the views that screens are made of."""
        at = min(asked.at or running.clock.now(), running.clock.now())
        question = Question(
            asked.sql,
            AsOf(at, asked.known_seq),
            asked.window,
            None,
            asked.place,
            asked.most_rows,
            identity_of(request).may(Right.NAMES),
            told_exactly(request, asked.exactly, asked.sql, audit),
        )
        return arrow(readers.table(question).slice(0, asked.most_rows))


def _writing(router: APIRouter, builds: Builds, audit: AuditLog) -> None:
    @router.put("/layers/{layer_id}")
    async def write(request: Request, layer_id: str) -> JSONResponse:
        """A layer as an Arrow stream, described in its schema's metadata; it is built in after this answer."""
        body = await request.body()
        said = await run_in_threadpool(_described, body)
        if said.get("layer_id") != layer_id:
            raise BadRequestError(detail="the layer's description names another layer than the address")
        build = builds.begin(actor_of(request).name, {"write": said}, body)
        audit.append(actor_of(request), "layer.written", layer_id, rows=said.get("rows"), method=said.get("method"))
        return JSONResponse(_told(build), 202)

    @router.delete("/layers/{layer_id}")
    def withdraw(request: Request, layer_id: str, why: Reason) -> JSONResponse:
        """Out of the campus, once it is built anew; every version stays on disk."""
        build = builds.begin(actor_of(request).name, {"withdraw": layer_id, "why": why})
        audit.append(actor_of(request), "layer.withdrawn", layer_id, why=why)
        return JSONResponse(_told(build), 202)

    @router.get("/builds/{build_id}")
    def build(build_id: str) -> dict[str, Any]:
        """How a build fared that a write asked for."""
        return _told(builds.get(build_id))


def _told(build: Build) -> dict[str, Any]:
    fault = None if build.fault is None else {**build.fault.to_dict(), "text": in_both(build.fault)}
    return {"build_id": build.build_id, "state": build.state, "generation": build.generation, "fault": fault}


def _described(body: bytes) -> dict[str, Any]:
    """What the schema says of the layer; the rows are left to the process that takes them."""
    try:
        said = json.loads((pa.ipc.open_stream(body).schema.metadata or {})[DESCRIBED])
    except (pa.ArrowException, OSError, KeyError, ValueError) as fault:
        raise BadRequestError(detail="an Arrow stream whose schema says 'derived' is expected") from fault
    if not isinstance(said, dict):
        raise BadRequestError(detail="'derived' in the schema is no JSON object")
    return said


def _wkb(areas: Sequence[str]) -> list[bytes]:
    try:
        return [base64.b64decode(one, validate=True) for one in areas]
    except binascii.Error as fault:
        raise BadRequestError(detail="within is WKB as base64") from fault


def arrow(table: pa.Table) -> Response:
    return Response(bytes(table_to_bytes(table)), media_type=ARROW, headers={"Cache-Control": "no-store"})
