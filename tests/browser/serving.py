"""An application on a loopback port, for as long as it is looked at."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator
from typing import Any, Final

import pytest
import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize
from pytest_socket import enable_socket

from ioc_app.gate.credentials import SESSION_COOKIE
from ioc_app.gate.origin import CSRF_COOKIE
from tests.entering import session_of
from twin.people.roles import Role

COARSE: Final = 0.25
"""Pixels of the map for one of the page, along each side."""


@contextlib.contextmanager
def served(app: Any, port: int = 0) -> Iterator[str]:
    """Serve an ASGI application in a thread; its address."""
    enable_socket()
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="warning", ws="websockets-sansio"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started and thread.is_alive():
            time.sleep(0.01)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


def coarse(context: BrowserContext) -> BrowserContext:
    """The map of its pages is drawn with a sixteenth of the pixels, which is nearly all that such a page costs: this
    browser draws with the processor. Everything else of the page is as it was, the layout too. Not for tests that look
    at single pixels."""
    context.add_init_script(f"Object.defineProperty(window, 'devicePixelRatio', {{ value: {COARSE} }})")
    return context


# an address that says something opens the desk, whoever asks; one that says nothing, what their role begins with
ON_THE_DESK = "location.hash || location.pathname !== '/' || history.replaceState(null, '', '#desk')"


def let_in(
    context: BrowserContext,
    url: str,
    app: FastAPI,
    role: Role = Role.VIEWER,
    *,
    fine: bool = False,
    on_desk: bool = True,
) -> BrowserContext:
    """Give a browser's context the session of somebody with this role; its map is coarse unless ``fine``.

    ``on_desk``, or where the role begins.
    """
    if on_desk:
        context.add_init_script(ON_THE_DESK)
    return let_in_with(context, url, session_of(app, role), fine=fine)


@contextlib.contextmanager
def desk_of(browser: Browser, url: str, app: FastAPI, role: Role, height: int = 768) -> Iterator[Page]:
    """The desk as somebody with this role has it on a laptop, in Chinese; an error of the page fails the test."""
    size = ViewportSize(width=1366, height=height)
    context = let_in(browser.new_context(viewport=size, locale="zh-CN"), url, app, role)
    page = context.new_page()
    page.on("pageerror", lambda fault: pytest.fail(str(fault)))
    page.goto(f"{url}#desk")
    yield page
    context.close()


def let_in_with(context: BrowserContext, url: str, session: tuple[str, str], *, fine: bool = False) -> BrowserContext:
    """The same with a session that somebody opened."""
    token, csrf_token = session
    cookies = {SESSION_COOKIE: token, CSRF_COOKIE: csrf_token}
    context.add_cookies([{"name": name, "value": value, "url": url} for name, value in cookies.items()])
    return context if fine else coarse(context)
