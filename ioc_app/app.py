"""The application: FastAPI with our routes first, then Dash on the same server.

One application a process: Dash keeps the current one in a global.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, fields
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import anyio
from dash import Dash
from fastapi import APIRouter, FastAPI
from starlette.middleware.trustedhost import TrustedHostMiddleware

from ioc_app import mcp_tools, page
from ioc_app.api.alarms import alarm_routes
from ioc_app.api.asking import asking_routes
from ioc_app.api.cameras import camera_routes
from ioc_app.api.changes import change_routes
from ioc_app.api.errors import register_error_handlers
from ioc_app.api.exports import export_routes
from ioc_app.api.findings import finding_routes
from ioc_app.api.handover import handover_routes
from ioc_app.api.incidents import incident_routes
from ioc_app.api.intake import intake_routes
from ioc_app.api.live import live_routes
from ioc_app.api.moment import moment_routes
from ioc_app.api.networks import network_routes
from ioc_app.api.people import people_routes
from ioc_app.api.photos import photo_routes
from ioc_app.api.points_now import points_now_routes
from ioc_app.api.reads import Reads
from ioc_app.api.reports import report_routes
from ioc_app.api.resources import resource_routes
from ioc_app.api.router import API_PREFIX, api_router, unknown_path
from ioc_app.api.rules import rule_routes
from ioc_app.api.screen_config import screen_config_routes
from ioc_app.api.screens import screen_routes
from ioc_app.api.sight import sight_routes
from ioc_app.api.snapshots import snapshot_routes
from ioc_app.api.underground import underground_routes
from ioc_app.api.walls import wall_routes
from ioc_app.api.webhooks import webhook_routes
from ioc_app.building import Builds
from ioc_app.casework import Casework
from ioc_app.dash_calls import PATH, KnownCalls
from ioc_app.entrance.routes import entrance_routes
from ioc_app.feeds import badge_of
from ioc_app.gate.gate import Gate, Gated
from ioc_app.gate.headers import content_security_policy
from ioc_app.gate.origin import CSRF_COOKIE, CSRF_HEADER
from ioc_app.news import teller
from ioc_app.ogc.routes import ogc_routes
from ioc_app.reports.desk import Reports
from ioc_app.screen_book import screen_book, screen_reads
from ioc_app.screens.callbacks import register as register_panels
from ioc_app.screens.reads import ScreenReads
from ioc_app.sensorthings.routes import sensorthings_routes
from ioc_app.snapshots.desk import Snapshots
from ioc_app.stream.hub import Hub
from ioc_app.stream.socket import stream_route
from ioc_app.walls import Walls
from twin.live.cameras.cameras import Cameras
from twin.live.running import RunningCampus
from twin.model.collecting import tables_like_all_else
from twin.model.time import Clock
from twin.people.registry import People
from twin.screens.book import ScreenBook
from twin.screens.readers import Readers

ASSETS = Path(__file__).resolve().parent.parent / "assets"

TIMEZONE = ZoneInfo("Asia/Shanghai")
HEADS_S = 600

log = logging.getLogger(__name__)


def create_app(
    campus_folder: Path,
    *,
    root_path: str = "/",
    allowed_hosts: Sequence[str] = ("*",),
    timezone: ZoneInfo = TIMEZONE,
    clock: Clock | None = None,
    ahead: bool = False,
    mcp: bool = False,
) -> FastAPI:
    """The application for the campus in ``campus_folder``; raises NotACampusError or NeverBuiltError.

    ``root_path`` is where a proxy mounts it; ``allowed_hosts`` are the Host headers that are answered; ``timezone`` is
    the campus' own; ``clock`` is the machine's unless the campus is simulated. ``ahead``: the first screen is made
    before anybody asks. ``mcp``: questions for language models, at ``/_dash-mcp`` behind the same login.
    """
    tables_like_all_else()
    root_path = f"/{root_path.strip('/')}/".replace("//", "/")
    parts = _parts(campus_folder, root_path, timezone, clock)
    server = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    register_error_handlers(server)
    _add_routes(server, parts, root_path)
    dash_app = _dash_on(server, parts.reads, mcp=mcp)
    if mcp:
        mcp_tools.offer(parts.screens, parts.readers, parts.running.clock, timezone)
    register_panels(dash_app, parts.screens, timezone, parts.running.clock)
    # after Dash's own routes, before the catch-all it adds at start-up: an unknown address is not the first page
    server.add_api_route("/{path:path}", unknown_path, methods=["GET", "HEAD"])
    gate = Gate(parts.people, root_path, content_security_policy(dash_app.csp_hashes()))
    server.add_middleware(KnownCalls, path=f"{root_path}{PATH}", callbacks=dash_app.callback_map)
    server.add_middleware(Gated, gate=gate)
    server.add_middleware(TrustedHostMiddleware, allowed_hosts=list(allowed_hosts), www_redirect=False)
    server.router.lifespan_context = partial(_lifespan, parts=parts, gate=gate, ahead=ahead)
    for one in fields(parts):
        setattr(server.state, one.name, getattr(parts, one.name))
    server.state.gate, server.state.dash = gate, dash_app
    return server


@dataclass(frozen=True, slots=True)
class Parts:
    """What the routes are made of; on ``server.state`` by the same names."""

    reads: Reads
    people: People
    running: RunningCampus
    casework: Casework
    book: ScreenBook
    screens: ScreenReads
    readers: Readers
    builds: Builds
    snapshots: Snapshots
    walls: Walls
    hub: Hub


def _parts(campus_folder: Path, root_path: str, timezone: ZoneInfo, clock: Clock | None) -> Parts:
    reads, people = Reads(campus_folder, root_path), People(campus_folder)
    running = RunningCampus(reads.campus, timezone, clock)
    casework = Casework(running.watch, reads, running.history, running.past)
    book = screen_book(reads, people, running.clock)
    running.config.add(book.watched)
    screens, readers = screen_reads(book, running, reads)
    builds, snapshots = Builds(campus_folder), Snapshots(campus_folder, timezone)
    walls = Walls(campus_folder, people, book)
    running.config.add(walls.watched)
    hub = Hub(running, partial(badge_of, running), teller(running, reads, casework), walls)
    return Parts(reads, people, running, casework, book, screens, readers, builds, snapshots, walls, hub)


def _add_routes(server: FastAPI, parts: Parts, root_path: str) -> None:
    """All but Dash's."""
    reads, people, prefix = parts.reads, parts.people, root_path.rstrip("/")
    # first: what comes a thousand times a second is not held against every other route
    server.router.routes.extend(intake_routes(parts.running, prefix + API_PREFIX))
    server.router.routes.append(stream_route(parts.hub, prefix + API_PREFIX))
    server.include_router(entrance_routes(people, root_path), prefix=prefix)
    server.include_router(ogc_routes(reads, people.audit), prefix=prefix)
    server.include_router(sensorthings_routes(reads, parts.running), prefix=prefix)
    server.include_router(api_router(reads, *_resources(parts)), prefix=prefix)


def _resources(parts: Parts) -> Iterator[APIRouter]:
    """What is asked over HTTP beside the campus itself. Tables come first: ``alarms.csv`` is no alarm."""
    running, reads, people, casework = parts.running, parts.reads, parts.people, parts.casework
    book, screens, readers = parts.book, parts.screens, parts.readers
    yield people_routes(people)
    yield live_routes(running)
    yield points_now_routes(running, reads)
    yield network_routes(reads)
    yield sight_routes(reads)
    yield finding_routes(reads, people.audit)
    yield underground_routes(reads, people.audit)
    yield moment_routes(running, reads, casework)
    yield export_routes(running, reads, casework)
    yield alarm_routes(running, reads)
    yield rule_routes(running, people)
    yield screen_config_routes(book, people)
    yield screen_routes(screens)
    yield webhook_routes(running)
    cameras = Cameras(reads.campus_folder, running.timezone)
    running.config.add(cameras.watched, casework.nearby)
    running.config.remark(lambda: cameras.without_device(running.points()))
    yield camera_routes(cameras, people.audit)
    for routes in (incident_routes, photo_routes, handover_routes, resource_routes):
        yield routes(casework)
    yield wall_routes(parts.walls, parts.hub.on_walls, people.audit)
    yield asking_routes(reads, running, readers, parts.builds, people.audit)
    yield change_routes(reads, people.audit)
    yield report_routes(Reports(running, casework, book, readers, people), people.audit)
    yield snapshot_routes(parts.snapshots, running.clock, people.audit)


def _dash_on(server: FastAPI, reads: Reads, *, mcp: bool) -> Dash:
    app = Dash(
        "ioc_app",
        server=server,  # type: ignore[arg-type]  # the annotation only knows Flask
        backend="fastapi",
        url_base_pathname=reads.root_path,
        assets_folder=str(ASSETS),
        index_string=page.index_string(reads.root_path),
        title=_title(reads),
        update_title="",
        # up to the edges of a phone: what a notch takes, the page leaves free itself (assets/page.css)
        meta_tags=[{"name": "viewport", "content": "width=device-width, initial-scale=1, viewport-fit=cover"}],
        serve_locally=True,
        enable_mcp=mcp,
        mcp_path=mcp_tools.PATH,
        websocket_batch_delay=0,
        csrf_token_name=CSRF_COOKIE,
        csrf_header_name=CSRF_HEADER,
    )
    # debug mode would ask a public server for the newest version
    app.enable_dev_tools(debug=False, dev_tools_disable_version_check=True)
    app.layout = partial(page.layout, reads)
    return app


def _title(reads: Reads) -> str:
    name: str = reads.generation.scene["campus"]["name"]["zh"]
    return name


@asynccontextmanager
async def _lifespan(_server: FastAPI, parts: Parts, gate: Gate, ahead: bool) -> AsyncIterator[None]:
    """Open the journal, then serve; what the first browser will ask for is made while it loads its scripts."""
    opened = await anyio.to_thread.run_sync(parts.running.start)
    parts.readers.open()
    await parts.hub.look_back()
    async with gate.watching(), anyio.create_task_group() as tasks:
        tasks.start_soon(_warm_up, parts.reads.warm_up, "the search index")
        if ahead:
            tasks.start_soon(_warm_up, parts.screens.warm_up, "the first screen")
        tasks.start_soon(_hand_over_heads, gate.people, parts.running.timezone)
        tasks.start_soon(parts.hub.run)
        yield
        tasks.cancel_scope.cancel()
    for line in (parts.builds, parts.snapshots):
        line.close()
    await anyio.to_thread.run_sync(parts.screens.close)
    await anyio.to_thread.run_sync(parts.readers.close)
    if opened:  # whoever opened it closes it
        await anyio.to_thread.run_sync(parts.running.close)


async def _hand_over_heads(people: People, timezone: ZoneInfo) -> None:
    """The head of each day that has ended goes to the sink, within ten minutes of midnight."""
    while True:
        try:
            await anyio.to_thread.run_sync(people.write_heads, timezone, abandon_on_cancel=True)
        except OSError:
            log.exception("the audit's head could not be written to its sink; trying again in ten minutes")
        await anyio.sleep(HEADS_S)


async def _warm_up(make: Callable[[], object], what: str) -> None:
    try:
        await anyio.to_thread.run_sync(make, abandon_on_cancel=True)
    except Exception:
        log.exception("%s could not be made ahead; whoever asks first is told why", what)
