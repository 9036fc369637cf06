"""The browser and the server of ``tests/browser``, for what is measured in a page."""

from __future__ import annotations

from tests.browser.conftest import chromium, url

__all__ = ["chromium", "url"]
