"""The application on an address, until it is interrupted."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import uvicorn
from fastapi import FastAPI

from ioc_app.app import TIMEZONE, create_app
from ioc_app.server_log import server_log_config
from twin.errors import InsecureBindError
from twin.live.running import RunningCampus
from twin.model.time import Clock

LOOPBACK_NAMES: Final = ("127.0.0.1", "localhost", "::1", "[::1]")


@dataclass(frozen=True, slots=True)
class Listen:
    """Where and how. ``tls`` are certificate and key (PEM); ``trusted_proxy`` may say whom a request is from."""

    host: str = "127.0.0.1"
    port: int = 8050
    root_path: str = "/"
    insecure: bool = False
    tls: tuple[Path, Path] | None = None
    trusted_proxy: str = ""
    timezone: ZoneInfo = TIMEZONE
    clock: Clock | None = None  # default: the machine's
    mcp: bool = False


Companion = Callable[[RunningCampus], AbstractContextManager[object]]


def serve(folder: Path, listen: Listen, companions: Sequence[Companion] = ()) -> None:
    """Serve until interrupted, with ``companions`` (other ways in) beside, once the journal is open.

    Raises InsecureBindError beyond loopback without TLS unless ``insecure`` is said, and JournalLockedError.
    """
    local = is_loopback(listen.host)
    if not local and listen.tls is None and not listen.insecure:
        raise InsecureBindError(host=listen.host)
    hosts = LOOPBACK_NAMES if local else ("*",)
    app = create_app(
        folder,
        root_path=listen.root_path,
        allowed_hosts=hosts,
        timezone=listen.timezone,
        clock=listen.clock,
        ahead=True,
        mcp=listen.mcp,
    )
    log_config = server_log_config()
    running: RunningCampus = app.state.running
    running.start()  # here, so that a fault of it is a line and no trace
    with ExitStack() as beside:
        beside.callback(running.close)
        for companion in companions:
            beside.enter_context(companion(running))
        beside.enter_context(_rare_collections())
        _run(app, listen, log_config)


@contextmanager
def _rare_collections() -> Iterator[None]:
    """What is there at the start stays: to look through it after every few hundred readings was a third of the work."""
    gc.collect()
    gc.freeze()
    before = gc.get_threshold()
    gc.set_threshold(10_000, 5, 5)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()  # or extensions take what is frozen for leaked


def _run(app: FastAPI, listen: Listen, log_config: dict[str, Any]) -> None:
    certificate, key = listen.tls or (None, None)
    uvicorn.run(
        app,
        host=listen.host,
        port=listen.port,
        log_config=log_config,
        access_log=False,  # "info" says the address once; a line for every tile would bury it
        server_header=False,
        ws="websockets-sansio",
        ws_per_message_deflate=False,  # it would compress a shared frame once a browser
        ssl_certfile=certificate,
        ssl_keyfile=key,
        proxy_headers=bool(listen.trusted_proxy),
        forwarded_allow_ips=listen.trusted_proxy or None,
    )


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach ``host``."""
    if host == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
