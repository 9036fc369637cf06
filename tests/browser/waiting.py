"""Waiting for what a page makes others do: a question that it asks, a row that the server writes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from playwright.sync_api import Page

LOOKS: Final = 300
EACH_MS: Final = 100


def until(page: Page, holds: Callable[[], bool]) -> None:
    """The page goes on until it holds, or for half a minute: then the test has failed."""
    for _ in range(LOOKS):
        if holds():
            return
        page.wait_for_timeout(EACH_MS)
    raise AssertionError(f"it never held in {LOOKS * EACH_MS / 1000:.0f} s")
