"""The application: FastAPI with our routes first, then Dash on the same server.

One application a process: Dash keeps the current one in a global.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
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
from ioc_app.api.errors import register_error_handlers
from ioc_app.api.exports import export_routes
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
    prefix = root_path.rstrip("/")
    reads, people = Reads(campus_folder, root_path), People(campus_folder)
    running = RunningCampus(reads.campus, timezone, clock)
    casework = Casework(running.watch, reads, running.history, running.past)
    book = screen_book(reads, people, running.clock)
    running.config.add(book.watched)
    answers, readers = screen_reads(book, running, reads)
    builds, snapshots = Builds(campus_folder), Snapshots(campus_folder, timezone)
    walls = Walls(campus_folder, people, book)
    running.config.add(walls.watched)
    hub = Hub(running, partial(badge_of, running), teller(running, reads, casework), walls)
    server = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    register_error_handlers(server)
    # first: what comes a thousand times a second is not held against every other route
    server.router.routes.extend(intake_routes(running, prefix + API_PREFIX))
    server.router.routes.append(stream_route(hub, prefix + API_PREFIX))
    server.include_router(entrance_routes(people, root_path), prefix=prefix)
    resources = [
        *_resources(running, reads, people, casework, book, answers),
        wall_routes(walls, hub.on_walls, people.audit),
        asking_routes(reads, running, readers, builds, people.audit),
        report_routes(Reports(running, casework, book, readers, people), people.audit),
        snapshot_routes(snapshots, running.clock, people.audit),
        underground_routes(reads, people.audit),
    ]
    server.include_router(ogc_routes(reads, people.audit), prefix=prefix)
    server.include_router(sensorthings_routes(reads, running), prefix=prefix)
    server.include_router(api_router(reads, *resources), prefix=prefix)
    dash_app = _dash_on(server, reads, mcp=mcp)
    if mcp:
        mcp_tools.offer(answers, readers, running.clock, timezone)
    register_panels(dash_app, answers, timezone, running.clock)
    # after Dash's own routes, before the catch-all it adds at start-up: an unknown address is not the first page
    server.add_api_route("/{path:path}", unknown_path, methods=["GET", "HEAD"])
    gate = Gate(people, root_path, content_security_policy(dash_app.csp_hashes()))
    server.add_middleware(KnownCalls, path=f"{root_path}{PATH}", callbacks=dash_app.callback_map)
    server.add_middleware(Gated, gate=gate)
    server.add_middleware(TrustedHostMiddleware, allowed_hosts=list(allowed_hosts), www_redirect=False)
    server.router.lifespan_context = partial(
        _lifespan,
        reads=reads,
        gate=gate,
        hub=hub,
        screens=answers,
        readers=readers,
        jobs=(builds, snapshots),
        ahead=ahead,
    )
    server.state.reads = reads
    server.state.people = people
    server.state.running = running
    server.state.hub = hub
    server.state.screens = answers
    server.state.readers = readers
    server.state.gate = gate
    server.state.dash = dash_app
    return server


def _resources(
    running: RunningCampus, reads: Reads, people: People, casework: Casework, book: ScreenBook, screens: ScreenReads
) -> Iterator[APIRouter]:
    """What is asked over HTTP beside the campus itself. Tables come first: ``alarms.csv`` is no alarm."""
    yield people_routes(people)
    yield live_routes(running)
    yield points_now_routes(running, reads)
    yield network_routes(reads)
    yield sight_routes(reads)
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
async def _lifespan(
    _server: FastAPI,
    reads: Reads,
    gate: Gate,
    hub: Hub,
    screens: ScreenReads,
    readers: Readers,
    jobs: tuple[Builds, Snapshots],
    ahead: bool,
) -> AsyncIterator[None]:
    """Open the journal, then serve; what the first browser will ask for is made while it loads its scripts."""
    opened = await anyio.to_thread.run_sync(hub.running.start)
    readers.open()
    await hub.look_back()
    async with gate.watching(), anyio.create_task_group() as tasks:
        tasks.start_soon(_warm_up, reads.warm_up, "the search index")
        if ahead:
            tasks.start_soon(_warm_up, screens.warm_up, "the first screen")
        tasks.start_soon(_hand_over_heads, gate.people, hub.running.timezone)
        tasks.start_soon(hub.run)
        yield
        tasks.cancel_scope.cancel()
    for line in jobs:
        line.close()
    await anyio.to_thread.run_sync(screens.close)
    await anyio.to_thread.run_sync(readers.close)
    if opened:  # whoever opened it closes it
        await anyio.to_thread.run_sync(hub.running.close)


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
