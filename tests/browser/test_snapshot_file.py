"""One HTML file of the lively demo, opened from a disk with the network off: it shows what was shown, and replays."""

from __future__ import annotations

import functools
import http.server
import json
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Page, expect

from ioc_app.app import create_app
from ioc_app.snapshots.making import make
from ioc_app.snapshots.wanted import Wanted
from tests.browser.serving import coarse
from tests.entering import entered
from tests.ioc_app.snapshots.reading import Held, held_in
from tests.screens.themes_campus import NOW, ZONE, themes_campus
from twin.model.time import AsOf
from twin.notebook.page import Page as NotebookPage
from twin.people.roles import Role
from twin.store.campus import Campus
from twin.store.journal_reader import JournalReader

pytestmark = pytest.mark.browser
AT: Final = NOW.astimezone(UTC) - timedelta(minutes=2)
SINCE: Final = AT - timedelta(minutes=20)
MOST_BYTES: Final = 15_000_000
SCREEN: Final = "security"


@dataclass(frozen=True)
class Handed:
    """The file, what is in it, and the campus it was made of."""

    path: Path
    held: Held
    campus: Path

    @property
    def address(self) -> str:
        return self.path.as_uri()


def wanted_of(campus: Path, as_of: AsOf, **more: Any) -> Wanted:
    """Without walls and trees, whose cards take longest, unless ``layers`` says otherwise."""
    told = Campus.open(campus).generation.definitions
    few = tuple(one for one, layer in told.items() if not layer.underground and one not in ("elements", "surface"))
    said = {"since": SINCE, "screens": (SCREEN,), "layers": few, **more}
    return Wanted(as_of, "李工<b>", AT + timedelta(hours=1), **said)


@pytest.fixture(scope="module")
def handed(tmp_path_factory: pytest.TempPathFactory, campuses: Path) -> Handed:
    campus = themes_campus(campuses / "themes-handed").folder
    as_of = AsOf(AT, JournalReader(campus).last_seq())
    page = make(campus, "html", wanted_of(campus, as_of, most_moments=24), ZoneInfo(ZONE)).content
    path = tmp_path_factory.mktemp("handed") / "campus.html"
    path.write_bytes(page)
    return Handed(path, held_in(page), campus)


@dataclass
class Opened:
    """A page of the file, what it said, and what it asked of anybody."""

    page: Page
    said: list[str]
    asked: list[str]


@pytest.fixture
def opened(handed: Handed, chromium: Browser) -> Iterator[Opened]:
    context = coarse(chromium.new_context(viewport={"width": 1600, "height": 900}, locale="zh-CN", offline=True))
    page = context.new_page()
    one = Opened(page, [], [])
    page.on("console", lambda message: message.type == "error" and one.said.append(message.text))
    page.on("pageerror", lambda fault: one.said.append(str(fault)))
    page.on("request", lambda request: one.asked.append(request.url))
    page.goto(handed.address)
    page.locator(".head-kpis .kpi:not([data-state='loading'])").first.wait_for()
    yield one
    context.close()


def _local(at: datetime) -> str:
    return f"{at.astimezone(ZoneInfo(ZONE)):%H:%M:%S}"


def test_it_opens_without_a_network_and_asks_nobody(opened: Opened, handed: Handed) -> None:
    page = opened.page
    label = page.locator(".snapshot-label")
    expect(label).to_contain_text("离线快照")
    expect(label).to_contain_text("李工<b>")  # a name is text
    expect(label).to_contain_text("给水")  # says what is not in it
    expect(page.locator(".time-said")).to_contain_text(_local(AT))
    expect(page.locator("#panel-left-0 h2")).not_to_be_empty()
    assert page.locator("section.screen-panel:not([hidden])").count() >= 4
    assert opened.said == []
    outside = [one for one in opened.asked if not one.startswith(("blob:", "data:"))]
    assert outside == [handed.address]


def test_numbers_are_those_that_the_server_told(opened: Opened, handed: Handed) -> None:
    app = create_app(handed.campus, timezone=ZoneInfo(ZONE))
    with entered(app, Role.VIEWER) as client:
        for place in (0, len(handed.held.record["moments"]) // 2, -1):
            at = datetime.fromtimestamp(handed.held.record["moments"][place]["at"] / 1000, UTC)
            told = client.get("/api/v1/moment", params={"at": at.isoformat(), "known_seq": _seq(handed)}).json()
            assert _without_places(handed.held.moment(place)) == _without_places(told)
        told = client.get(
            f"/api/v1/screens/{SCREEN}/kpis", params={"at": AT.isoformat(), "known_seq": _seq(handed)}
        ).json()
    shown = opened.page.locator(".head-kpis .kpi").all()
    for tile, kpi in zip(shown, told["kpis"], strict=False):
        assert kpi["title"]["zh"] in (tile.get_attribute("aria-label") or "")
        if kpi["value"] is not None:
            number = re.sub(r"[^\d.-]", "", f"{kpi['value']:.{kpi['decimals']}f}")
            assert number in (tile.get_attribute("aria-label") or "").replace(",", "")


def _seq(handed: Handed) -> int:
    seq: int = handed.held.record["about"]["known_seq"]
    return seq


def _without_places(said: Any) -> Any:
    """Scene positions of hidden things are veiled; everything else is the same."""
    if isinstance(said, dict):
        return {
            name: _without_places(one) for name, one in said.items() if name not in ("scene", "idx", "position", "bbox")
        }
    return [_without_places(one) for one in said] if isinstance(said, list) else said


def test_it_replays(opened: Opened) -> None:
    page = opened.page
    page.locator(".time-rate").select_option("60")
    page.locator(".time-track").press("PageDown")
    page.locator(".time-button[title='播放']").click()
    before = page.locator(".time-said").inner_text()
    page.wait_for_function("before => document.querySelector('.time-said').textContent !== before", arg=before)
    page.locator(".time-button[title='暂停']").click()
    assert SINCE <= _shown(page) < AT
    page.locator(".time-now").click()
    expect(page.locator(".time-said")).to_contain_text(_local(AT))
    page.evaluate("location.hash = '#screen=security&at=2020-01-01T00:00:00Z'")  # before it begins
    expect(page.locator(".time-said")).to_contain_text(_local(SINCE))
    assert opened.said == []


def _shown(page: Page) -> datetime:
    found = re.search(r"at=([^&]+)", page.evaluate("new Promise(done => setTimeout(() => done(location.hash), 900))"))
    assert found is not None
    return datetime.fromisoformat(found[1].replace("Z", "+00:00"))


def test_a_thing_has_its_card_its_readings_and_is_found(opened: Opened, handed: Handed) -> None:
    page = opened.page
    page.locator(".head-desk").click()
    point = next(one for one in handed.held.record["points"] if one["device_code"] and one["feature_id"])
    card = next(one for one in handed.held.record["cards"] if one["feature_id"] == point["feature_id"])
    page.locator("input[type=search]").first.fill(card["label"] or card["name"])
    page.locator("[role=option]").first.click()
    expect(page.locator(".card")).to_contain_text(card["name"])
    expect(page.locator(".card")).to_contain_text(point["title"]["zh"])  # what it measured, with its unit
    assert opened.said == []


class Jupyter(http.server.SimpleHTTPRequestHandler):
    """Gives files as Jupyter's ``/files/`` does (jupyter_server/files/handlers.py): confined to an origin of their
    own, which may keep nothing and save nothing; ``/notebook`` is a cell's output.
    """

    shown = ""

    def do_GET(self) -> None:
        if self.path != "/notebook":
            return super().do_GET()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        super().end_headers()
        self.wfile.write(f"<!doctype html><link rel=icon href=data:,>{self.shown}".encode())
        return None

    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", "frame-ancestors 'self'; sandbox allow-scripts")
        super().end_headers()

    def log_message(self, *_: object) -> None:
        """The test's output is not an access log."""


def test_a_notebook_shows_it_in_a_frame(handed: Handed, chromium: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(handed.path.parent)
    monkeypatch.setattr(Jupyter, "shown", NotebookPage(handed.path)._repr_html_())
    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(Jupyter, directory=str(handed.path.parent))
    )
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        context = coarse(chromium.new_context(viewport={"width": 1100, "height": 700}, locale="zh-CN"))
        page, said = context.new_page(), list[str]()
        page.on("console", lambda message: message.type == "error" and said.append(message.text))
        page.on("pageerror", lambda fault: said.append(str(fault)))
        page.goto(f"http://127.0.0.1:{server.server_port}/notebook")
        inside = page.frame_locator("iframe")
        inside.locator(".head-kpis .kpi:not([data-state='loading'])").first.wait_for()
        inside.locator(".head-desk").click()
        inside.locator("input[type=search]").first.fill("B02")
        inside.locator("[role=option]").first.click()
        expect(inside.locator(".card")).to_contain_text("B02")
        inside.get_by_role("button", name="English").click()  # a choice that cannot be kept here
        expect(inside.locator(".snapshot-label")).to_contain_text("offline snapshot")
        assert said == []
        context.close()
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.slow
def test_the_whole_demo_fits(handed: Handed, capsys: pytest.CaptureFixture[str]) -> None:
    """An hour of it with two screens and everything that may be shown."""
    as_of = AsOf(AT, JournalReader(handed.campus).last_seq())
    hour = wanted_of(handed.campus, as_of, layers=None, since=AT - timedelta(hours=1), screens=("overview", "energy"))
    page = make(handed.campus, "html", hour, ZoneInfo(ZONE)).content
    with capsys.disabled():
        print(f"\nthe demo, two screens and an hour in one page: {len(page) / 1e6:.1f} MB")
    assert len(page) <= MOST_BYTES


def test_nothing_of_what_lies_underground_is_in_it(handed: Handed) -> None:
    generation = Campus.open(handed.campus).generation
    hidden = [one for one, told in generation.definitions.items() if told.underground]
    record = json.dumps(handed.held.record, ensure_ascii=False)
    assert not [name for name, *_ in handed.held.record["files"] if name.split("/")[4] in hidden]
    ids = {one for layer in hidden for one in generation.table(layer)["feature_id"].to_pylist()}
    assert ids
    assert not ids & {one["feature_id"] for one in handed.held.record["cards"]}
    app = create_app(handed.campus, timezone=ZoneInfo(ZONE))
    directory = app.state.reads.directory(generation)
    sensors = {directory.entry(idx)["position"][0] for idx in generation.table("devices")["idx"].to_pylist()}
    places = [directory.entry(directory.idx_by_id[one])["position"] for one in sorted(ids)[::7]]
    told = [one for one in places if one and one[0] not in sensors]  # a sensor in a manhole is a device, and shown
    assert len(told) > 50
    assert not [one for one in told if f"{one[0]}, {one[1]}" in record]
