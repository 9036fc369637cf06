"""Pictures of every screen for the docs: ``python -m tests.browser.gallery CAMPUS [--at 2026-11-26T14:30:00+08:00]``.

CAMPUS is a folder that nobody serves: a copy, since what is looked at is also written to. One JPEG a screen,
1920 × 1080, Chinese, shown at ``SHOWN``, in ``docs/images/screens``; as good as ``MOST_BYTES`` allow.
"""

from __future__ import annotations

import argparse
import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from PIL import Image
from playwright.sync_api import sync_playwright

from ioc_app.app import create_app
from tests.browser.conftest import launched
from tests.browser.screen_pages import open_page
from tests.browser.serving import served
from tests.entering import session_of
from tests.live.entries import StandingClock
from twin.people.roles import Role

FOLDER: Final = Path(__file__).resolve().parents[2] / "docs" / "images" / "screens"
MOST_BYTES: Final = 90_000
SHOWN: Final = (1280, 720)
DRAWN: Final = "await engine.settled(); await engine.settled();"


def take(campus: Path, at: datetime, into: Path) -> None:
    into.mkdir(parents=True, exist_ok=True)
    app = create_app(campus, clock=StandingClock(at))
    with served(app) as url, sync_playwright() as playwright:
        browser = launched(playwright)
        one = open_page(browser, url, session_of(app, Role.OPERATOR), fine=True)
        for screen in one.screens():
            one.show(screen, quiet=5, language="zh", theme="dark")
            one.do(DRAWN)
            size = write(one.page.screenshot(), into / f"{screen}.jpg")
            print(f"{screen}: {size} bytes", flush=True)
        browser.close()


def write(png: bytes, path: Path) -> int:
    """As JPEG that is as good as may be; its size."""
    picture = Image.open(io.BytesIO(png)).convert("RGB").resize(SHOWN, Image.Resampling.LANCZOS)
    for quality in range(90, 20, -5):
        made = io.BytesIO()
        picture.save(made, "JPEG", quality=quality, optimize=True, progressive=True)
        if made.tell() <= MOST_BYTES:
            break
    path.write_bytes(made.getvalue())
    return made.tell()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("campus", type=Path)
    parser.add_argument("--at", type=datetime.fromisoformat, default=datetime.now(UTC))
    parser.add_argument("--into", type=Path, default=FOLDER)
    given = parser.parse_args()
    take(given.campus, given.at, given.into)
