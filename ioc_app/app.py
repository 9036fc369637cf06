"""The application: FastAPI with our routes first, then Dash on the same server.

One application a process: Dash keeps the current one in a global.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial
from ipaddress import ip_address
from pathlib import Path

import anyio
import uvicorn
from dash import Dash
from fastapi import FastAPI
from starlette.middleware.trustedhost import TrustedHostMiddleware

from ioc_app import page
from ioc_app.api.errors import register_error_handlers
from ioc_app.api.reads import Reads
from ioc_app.api.router import api_router, unknown_path
from ioc_app.security import BodyLimit, SameOriginWrites, SecurityHeaders, content_security_policy
from twin.errors import InsecureBindError

ASSETS = Path(__file__).resolve().parent.parent / "assets"
LOOPBACK_NAMES = ("127.0.0.1", "localhost", "::1", "[::1]")

log = logging.getLogger(__name__)


def create_app(campus_folder: Path, *, root_path: str = "/", allowed_hosts: Sequence[str] = ("*",)) -> FastAPI:
    """The application for the campus in ``campus_folder``; raises NotACampusError or NeverBuiltError.

    ``root_path`` is where a proxy mounts it, with a slash at both ends; ``allowed_hosts`` are the Host headers that
    are answered.
    """
    root_path = f"/{root_path.strip('/')}/".replace("//", "/")
    reads = Reads(campus_folder, root_path)
    server = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, lifespan=partial(_lifespan, reads=reads))
    register_error_handlers(server)
    server.include_router(api_router(reads), prefix=root_path.rstrip("/"))
    dash_app = _dash_on(server, reads)
    # after Dash's own routes, before the catch-all it adds at start-up: an unknown address is not the first page
    server.add_api_route("/{path:path}", unknown_path, methods=["GET", "HEAD"])
    server.add_middleware(BodyLimit)
    server.add_middleware(SameOriginWrites)
    server.add_middleware(SecurityHeaders, policy=content_security_policy(dash_app.csp_hashes()))
    server.add_middleware(TrustedHostMiddleware, allowed_hosts=list(allowed_hosts), www_redirect=False)
    server.state.reads = reads
    server.state.dash = dash_app
    return server


def serve(
    folder: Path, host: str = "127.0.0.1", port: int = 8050, *, root_path: str = "/", insecure: bool = False
) -> None:
    """Serve until interrupted. Beyond loopback only with ``insecure``: there is no TLS and no login yet."""
    if not insecure and not is_loopback(host):
        raise InsecureBindError(host=host)
    hosts = ("*",) if insecure else LOOPBACK_NAMES
    app = create_app(folder, root_path=root_path, allowed_hosts=hosts)
    # "info" says the address once; a line for every tile would bury it
    uvicorn.run(app, host=host, port=port, access_log=False, server_header=False, ws="websockets-sansio")


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach ``host``."""
    if host == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _dash_on(server: FastAPI, reads: Reads) -> Dash:
    app = Dash(
        "ioc_app",
        server=server,  # type: ignore[arg-type]  # the annotation only knows Flask
        backend="fastapi",
        url_base_pathname=reads.root_path,
        assets_folder=str(ASSETS),
        index_string=page.index_string(reads.root_path),
        title=_title(reads),
        update_title="",
        serve_locally=True,
        enable_mcp=False,
        websocket_batch_delay=0,
    )
    # debug mode would ask a public server for the newest version
    app.enable_dev_tools(debug=False, dev_tools_disable_version_check=True)
    app.layout = partial(page.layout, reads)
    page.register_callbacks(app, reads)
    return app


def _title(reads: Reads) -> str:
    name: str = reads.generation.scene["campus"]["name"]["zh"]
    return name


@asynccontextmanager
async def _lifespan(_server: FastAPI, reads: Reads) -> AsyncIterator[None]:
    """Build the search index while the first browser loads its scripts."""
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(_warm_up, reads)
        yield
        tasks.cancel_scope.cancel()


async def _warm_up(reads: Reads) -> None:
    try:
        await anyio.to_thread.run_sync(reads.warm_up, abandon_on_cancel=True)
    except Exception:
        log.exception("the search index could not be built ahead; the first search will say why")
