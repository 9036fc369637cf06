"""The browser and the server of ``tests/browser``, for what is measured in a page."""

from __future__ import annotations

from tests.browser.conftest import app, chromium, device, url

__all__ = ["app", "chromium", "device", "url"]
