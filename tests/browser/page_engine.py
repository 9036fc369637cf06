"""The engine of the application's page, for tests that ask what is drawn."""

from __future__ import annotations

from typing import Final

from playwright.sync_api import Page

# the viewer's mount is what its React component holds
_ENGINE: Final = """() => {
  const host = document.querySelector('.campus-viewer').parentElement;
  let fiber = host[Object.keys(host).find((key) => key.startsWith('__reactFiber'))].return;
  while (!fiber.memoizedState?.next?.memoizedState?.current?.engine) fiber = fiber.return;
  window.engine = fiber.memoizedState.next.memoizedState.current.engine;
}"""


def find_engine(page: Page) -> None:
    """From now on it is ``window.engine``."""
    page.evaluate(_ENGINE)


def settled(page: Page) -> None:
    """Every tile of the view is there and drawn."""
    page.evaluate("() => window.engine.settled()")
