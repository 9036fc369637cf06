"""Two hundred texts of people who mean harm, everywhere a text is shown: they are text, and the page goes on working.

What would run sets ``window.hacked``; what the content security policy stops would be in the console.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

import httpx
import pytest
import shapely
from fastapi import FastAPI
from playwright.sync_api import Browser, Dialog, Page, expect

from ioc_app.app import create_app
from tests.browser.hostile import PAYLOADS, as_originator, is_refused_as_originator
from tests.browser.serving import let_in
from tests.ioc_app.small_campus import LIBRARY, ORIGIN, STOREYS, small_campus
from twin.model.text import storable
from twin.people.roles import Right, Role

pytestmark = pytest.mark.browser
BATCH: Final = 50
NAMED: Final = 4  # devices whose attributes hold them all

# what none of our lists, cards, plans or labels ever has inside
FORBIDDEN: Final = (
    "script, iframe, object, embed, form[action], base, meta, link, style, math, template, marquee, plaintext, video,"
    " a[href]:not(.exports > a), [onerror], [onload], [onclick], [onfocus], [onmouseover], [srcdoc], [autofocus]"
)

ON_THE_MAP: Final = """async () => {
  const { engine } = (await window.campus_twin.mounted).mounted;
  return engine.content.overlays.crowd.events.labels.labels.map((one) => one.text);
}"""


@dataclass
class Seen:
    """A page, and what it said meanwhile."""

    page: Page
    said: list[str] = field(default_factory=list)

    def refuse(self, dialog: Dialog) -> None:
        self.said.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def is_unharmed(self) -> None:
        page = self.page
        assert page.evaluate("window.hacked") is None
        found = page.evaluate(
            f"[...document.querySelectorAll('.campus-ui *')].filter((one) => one.matches({FORBIDDEN!r})).length"
        )
        assert found == 0
        assert self.said == []
        assert re.fullmatch(r"(\(\d+\) )?小园区", page.title())
        expect(page.locator(".topbar")).to_be_visible()
        # nothing hangs out of the window or of a list
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        for dock in page.locator(".dock:visible").all():
            assert dock.evaluate("(one) => one.scrollWidth <= one.clientWidth + 1"), dock.get_attribute("class")


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    """The small campus with a device for each text, which is its name, and four that hold all as attributes."""
    campus = small_campus()
    place = {"building_id": LIBRARY, "storey_id": STOREYS[0], "device_type": "smoke"}
    for number, payload in enumerate(PAYLOADS):
        at = shapely.Point(0.5 + number % 20 * 0.45, 0.5 + number // 20 * 0.5, 2.5)
        campus.add(
            "devices", "device", f"HX{number:03}", at, name=storable(payload), device_code=f"HX-{number:03}", **place
        )
    for number in range(NAMED):
        held = {payload: payload for payload in PAYLOADS[number::NAMED]}
        at = shapely.Point(20 + number, 3, 1)
        own = {"name": f"holder {number}", "device_code": f"HY-{number}", "attributes": json.dumps(held)}
        campus.add("devices", "device", f"HY{number}", at, **own, **place)
    return create_app(campus.write(tmp_path_factory.mktemp("hostile")))


@pytest.fixture(scope="module")
def seen(chromium: Browser, app: FastAPI, url: str) -> Iterator[Seen]:
    size = {"width": 1366, "height": 768}
    context = let_in(chromium.new_context(viewport=size, reduced_motion="reduce"), url, app, Role.ADMINISTRATOR)  # type: ignore[arg-type]
    one = Seen(context.new_page())
    one.page.on("dialog", one.refuse)
    one.page.on("pageerror", lambda fault: one.said.append(f"pageerror: {fault}"))
    one.page.on("console", lambda line: one.said.append(line.text) if line.type == "error" else None)
    one.page.on("framenavigated", lambda frame: one.said.append(frame.url) if "#" not in frame.url else None)
    one.page.on("popup", lambda other: one.said.append(f"popup: {other.url}"))
    one.page.goto(f"{url}/#lang=en")
    expect(one.page.locator(".badge")).to_be_visible(timeout=60_000)
    yield one
    context.close()


@pytest.fixture(scope="module")
def device(app: FastAPI, url: str) -> Iterator[httpx.Client]:
    _, secret = app.state.people.keys.add("gateway", [Right.SEND], "tests")
    with httpx.Client(base_url=url, headers={"Authorization": f"Bearer {secret}"}, timeout=60) as client:
        yield client


def event(number: int, **more: Any) -> dict[str, Any]:
    """One with a level and a place, so that it is drawn on the map and labelled."""
    payload = PAYLOADS[number]
    x, y, z = ORIGIN
    said = {"originator": "HX-000", "type": "fire.smoke", "occurred_at": datetime.now(UTC).isoformat(), "text": payload}
    own = {"level": "B", "position": [x + number % 20, y + number // 20, z + 3], "attributes": {payload[:80]: payload}}
    return {**said, **own, "event_id": f"h-{number}", **more}


def drawn(text: str, most: int = 300) -> str:
    """A line as screens show it, written down once more: nothing unseen, no piles of marks, so many signs at most."""
    hidden = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    shown = "".join(" " if unicodedata.category(one) in hidden else one for one in text[: most * 16])
    kept: list[str] = []
    for one in shown:
        is_mark = unicodedata.category(one).startswith("M")
        if not (is_mark and len(kept) > 1 and all(unicodedata.category(two).startswith("M") for two in kept[-2:])):
            kept.append(one)
    line = re.sub(r"\s+", " ", "".join(kept)).strip()
    if len(line) <= most:
        return line
    cut = line[: most - 1]
    while unicodedata.category(cut[-1]).startswith("M") or cut[-1].isspace():
        cut = cut[:-1]
    return cut + "…"


def test_there_are_two_hundred() -> None:
    assert len(set(PAYLOADS)) == 200


def test_in_events_they_are_lines_of_text(seen: Seen, device: httpx.Client) -> None:
    seen.page.get_by_role("button", name="Events").click()
    for first in range(0, len(PAYLOADS), BATCH):
        numbers = range(first, first + BATCH)
        answer = device.post("/api/v1/events", json=[event(one) for one in numbers]).json()
        assert (answer["accepted"], answer["rejected"]) == (BATCH, [])
        expected = [drawn(PAYLOADS[one]) for one in reversed(numbers)]
        rows = seen.page.locator(".events-list li p")
        expect(rows.first).to_have_text(expected[0])
        shown = seen.page.evaluate("[...document.querySelectorAll('.events-list li p')].map((one) => one.textContent)")
        assert shown[:BATCH] == expected
        seen.is_unharmed()


def test_as_names_of_senders_they_are_text_or_refused(seen: Seen, device: httpx.Client) -> None:
    names = [as_originator(one) for one in PAYLOADS]
    said = [event(number, originator=name, event_id=f"o-{number}", text="") for number, name in enumerate(names)]
    answer = device.post("/api/v1/events", json=said).json()
    refused = {one["index"] for one in answer["rejected"]}
    assert refused == {number for number, name in enumerate(names) if is_refused_as_originator(name)}
    assert 0 < len(refused) < 20
    taken = [drawn(name, 48) for number, name in enumerate(names) if number not in refused]
    expect(seen.page.locator(".events-list .event-from").first).to_have_text(taken[-1])
    shown = seen.page.evaluate("[...document.querySelectorAll('.event-from')].map((one) => one.textContent)")
    assert shown == taken[: -len(shown) - 1 : -1]
    seen.is_unharmed()


def test_on_the_map_they_are_labels(seen: Seen) -> None:
    row = seen.page.locator(".events-list li").first
    row.get_by_role("button", name="Show").click()
    seen.page.wait_for_timeout(1500)
    labels = seen.page.evaluate(ON_THE_MAP)
    assert len(labels) >= 5
    assert set(labels) <= {drawn(payload, 32) for payload in PAYLOADS}
    for x, y in ((500, 300), (683, 384), (700, 450), (600, 500)):
        seen.page.mouse.move(x, y)
        seen.page.wait_for_timeout(150)
        seen.is_unharmed()
    seen.page.get_by_role("button", name="Events").click()


def test_what_was_refused_is_text_among_the_letters(seen: Seen) -> None:
    seen.page.locator(".badge").click()
    letters = seen.page.locator("dialog.sheet .letters li")
    expect(letters.first).to_be_visible()
    assert letters.count() > 5
    seen.is_unharmed()
    seen.page.keyboard.press("Escape")


def test_as_names_of_devices_they_are_found_and_shown(seen: Seen) -> None:
    page = seen.page
    for prefix in ("HX-00", "HX-05", "HX-10", "HX-15", "HX-19"):
        page.keyboard.press("/")
        page.locator(".search input, input[type=search]").first.fill(prefix)
        expect(page.locator(".search-result").first).to_contain_text(prefix)
        seen.is_unharmed()
        page.locator(".search-result").first.click()
        expect(page.locator(".card")).to_contain_text(prefix)
        number = int((re.search(r"HX-(\d+)", page.locator(".card").inner_text()) or [0, 0])[1])
        title = page.locator(".card h2").evaluate("(one) => one.textContent")
        assert title == storable(PAYLOADS[number])
        seen.is_unharmed()


def test_as_attributes_they_are_text_on_the_card(seen: Seen) -> None:
    page, shown = seen.page, []
    for number in range(NAMED):
        page.keyboard.press("/")
        page.locator(".search input, input[type=search]").first.fill(f"HY-{number}")
        page.locator(".search-result", has_text=f"HY-{number}").first.click()
        expect(page.locator(".card h2")).to_have_text(f"holder {number}")
        shown += page.evaluate("[...document.querySelectorAll('.card dd')].map((one) => one.textContent)")
        seen.is_unharmed()
    # a layer table holds U+0000, too; only halves of characters are in no encoding
    encoded = [one.encode("utf-8", "replace").decode() for one in PAYLOADS]
    missing = [one for one in encoded if not any(text.endswith(one) for text in shown)]
    assert missing == []


def test_on_the_plan_they_are_text(seen: Seen) -> None:
    seen.page.locator(".card button[data-act=plan]").click()
    plan = seen.page.locator(".plan svg").first
    expect(plan).to_be_visible()
    assert (
        seen.page.evaluate("document.querySelectorAll('.plan svg foreignObject, .plan svg script, .plan svg a').length")
        == 0
    )
    seen.is_unharmed()


def test_the_page_still_works(seen: Seen, device: httpx.Client) -> None:
    seen.page.keyboard.press("Escape")
    seen.page.get_by_role("button", name="Events").click()
    assert device.post("/api/v1/events", json=event(0, event_id="last", text="All is well")).status_code == 202
    expect(seen.page.locator(".events-list li p").first).to_have_text("All is well")
    seen.is_unharmed()
