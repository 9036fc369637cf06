"""The duty desk, as an officer uses it: found, understood and acted on by keyboard alone, told in words."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, Locator, Page, expect

from ioc_app.app import create_app
from tests.browser.desk_page import begin_a_report_and_leave
from tests.browser.serving import let_in, served
from tests.entering import session_of
from tests.ioc_app.small_campus import small_campus
from twin.people.registry import People
from twin.people.roles import Right, Role

pytestmark = pytest.mark.browser

DEVICE = "SMK-001"
Opened = Callable[..., Page]


@pytest.fixture
def app(tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    """One campus a test: what one acknowledges is no news to the next."""
    return create_app(small_campus().write(tmp_path_factory.mktemp("desk")))


@pytest.fixture
def url(app: FastAPI) -> Iterator[str]:
    with served(app) as one:
        session_of(app, Role.OPERATOR)
        yield one


@pytest.fixture
def send(app: FastAPI, url: str) -> Iterator[Callable[..., None]]:
    people: People = app.state.people
    _, secret = people.keys.add("gateway", [Right.SEND], "tests")
    with httpx.Client(base_url=url, headers={"Authorization": f"Bearer {secret}"}) as client:

        def sent(*events: dict[str, Any]) -> None:
            answer = client.post("/api/v1/events", json=list(events))
            assert answer.json()["accepted"] == len(events), answer.text

        yield sent


@pytest.fixture
def opened(chromium: Browser, app: FastAPI, url: str) -> Iterator[Opened]:
    contexts = []

    def open_as(role: Role = Role.DISPATCHER, fragment: str = "#lang=en", **more: Any) -> Page:
        viewport = {"width": 1366, "height": 768}
        context = chromium.new_context(**{"viewport": viewport, "reduced_motion": "reduce", **more})
        contexts.append(let_in(context, url, app, role))
        page = context.new_page()
        page.goto(f"{url}/{fragment}")
        expect(page.locator(".alarms-button")).to_be_visible(timeout=30_000)
        page.locator(".desk-tab").first.wait_for(state="attached", timeout=30_000)
        return page

    yield open_as
    for context in contexts:
        context.close()


def event(kind: str = "fire.smoke", originator: str = DEVICE, ago_s: float = 0, **more: Any) -> dict[str, Any]:
    occurred = datetime.now(UTC) - timedelta(seconds=ago_s)
    said = {"event_id": f"e-{time.monotonic_ns()}", "originator": originator, "type": kind, "text": "smoke"}
    return {**said, "occurred_at": occurred.isoformat(), **more}


def row(page: Page, originator: str = DEVICE) -> Locator:
    return page.locator(f'.alarm-row[data-originator="{originator}"]')


def rows(page: Page) -> list[str]:
    said = page.locator(".alarm-list .alarm-row").evaluate_all("all => all.map(one => one.dataset.originator)")
    assert isinstance(said, list)
    return said


def test_a_fire_is_one_line_and_can_be_handled_by_keyboard_alone(opened: Opened, send: Callable[..., None]) -> None:
    page = opened()
    send(event())
    expect(page.locator(".alarms-button .count")).to_have_text("1", timeout=5000)
    expect(page).to_have_title(re.compile(r"^\(1\) "))
    page.keyboard.press("a")
    line = row(page)
    expect(line).to_be_focused()
    for said in ("Major", "Fire alarm", DEVICE, "Unacknowledged"):
        expect(line).to_contain_text(said)
    page.keyboard.press("Enter")
    card = page.locator(".desk-card:not([hidden])")
    expect(card.get_by_role("heading", name="Fire alarm")).to_be_visible()
    expect(card.locator(".desk-history li")).to_contain_text(["Raised"])
    expect(page).to_have_url(re.compile("sel="))  # the engine chose and flew
    page.keyboard.press("q")
    expect(line).to_contain_text("Acknowledged", timeout=5000)
    expect(page.locator(".desk-alarms .desk-outcome")).to_contain_text("1 acknowledged")
    expect(page.locator(".alarms-button .count")).to_have_text("")
    expect(page).to_have_title(re.compile(r"^[^(]"))
    expect(card.locator('[data-fact="acknowledgedBy"]')).to_contain_text("dispatcher")
    expect(card.locator(".desk-history li").first).to_contain_text("Acknowledged")
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    expect(page.locator(".desk")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".desk")).to_be_hidden()


def test_shelved_with_a_reason_and_taken_back(opened: Opened, send: Callable[..., None]) -> None:
    page = opened()
    send(event())
    page.keyboard.press("a")
    expect(row(page)).to_be_focused(timeout=5000)
    page.keyboard.press("s")
    expect(page.locator(".desk-form input:checked")).to_be_focused()
    page.keyboard.press("ArrowRight")  # 4 h
    page.locator(".desk-form input[type=text]").focus()
    page.keyboard.type("g under repair")  # letters that are keys elsewhere
    page.keyboard.press("Enter")
    expect(row(page)).to_contain_text("shelved until", timeout=5000)
    expect(page.locator(".alarms-button .count")).to_have_text("")
    page.keyboard.press("u")
    expect(row(page)).not_to_contain_text("shelved until", timeout=5000)
    page.keyboard.press("Enter")
    said = page.locator(".desk-history:not(.desk-comments) li")
    expect(said.first).to_contain_text("Unshelved")
    expect(said.nth(1)).to_contain_text("g under repair")


def test_until_when_is_said_on_the_time_of_the_campus(opened: Opened, send: Callable[..., None]) -> None:
    page = opened(timezone_id="America/New_York")
    send(event())
    page.keyboard.press("a")
    expect(row(page)).to_be_focused(timeout=5000)
    page.keyboard.press("s")
    expect(page.locator(".desk-form .zone-hint")).to_contain_text("Asia/Shanghai")
    in_an_hour = datetime.now(ZoneInfo("Asia/Shanghai")) + timedelta(hours=1)
    proposed = datetime.fromisoformat(page.locator(".desk-form [type=datetime-local]").input_value())
    assert abs(proposed - in_an_hour.replace(tzinfo=None)) < timedelta(minutes=2)
    until = in_an_hour + timedelta(hours=2)
    page.locator(".desk-form [type=datetime-local]").fill(until.strftime("%Y-%m-%dT%H:%M"))
    page.locator(".desk-form input[type=text]").fill("under repair")
    page.keyboard.press("Enter")
    expect(row(page)).to_contain_text("shelved until", timeout=5000)
    expect(row(page)).to_contain_text(until.strftime("%H:%M:00"))


def test_who_is_where_the_campus_is_is_told_no_zone(opened: Opened, send: Callable[..., None]) -> None:
    page = opened(timezone_id="Asia/Shanghai")
    send(event())
    page.keyboard.press("a")
    expect(row(page)).to_be_focused(timeout=5000)
    page.keyboard.press("s")
    expect(page.locator(".desk-form [type=datetime-local]")).to_be_visible()
    expect(page.locator(".zone-hint")).to_have_count(0)


def test_assigned_and_commented(opened: Opened, send: Callable[..., None]) -> None:
    page = opened()
    send(event())
    page.keyboard.press("a")
    expect(row(page)).to_be_focused(timeout=5000)
    page.keyboard.press("g")
    expect(page.locator(".desk-form option").first).to_contain_text("me")
    page.locator(".desk-form select").select_option("operator")
    page.locator(".desk-form button[type=submit]").press("Enter")
    expect(row(page).locator(".alarm-assignee")).to_have_text("operator", timeout=5000)
    expect(row(page)).to_be_focused()
    page.keyboard.press("c")
    page.keyboard.type("<b>sent Li to look</b>")
    page.keyboard.press("Control+Enter")
    expect(row(page)).to_be_focused()
    page.keyboard.press("Enter")
    comment = page.locator(".desk-comments li")
    expect(comment).to_contain_text("<b>sent Li to look</b>", timeout=5000)
    assert page.locator(".desk-card b").count() == 0


def test_keys_are_about_the_card_that_is_read_when_its_row_has_gone(opened: Opened, send: Callable[..., None]) -> None:
    page = opened()
    send(event(), event("door.held", "D-1", ago_s=30))
    page.keyboard.press("a")
    expect(page.locator(".alarm-list .alarm-row")).to_have_count(2, timeout=5000)
    page.keyboard.press("Home")
    page.keyboard.press("Enter")
    card = page.locator(".desk-card:not([hidden])")
    expect(card.get_by_role("heading", name="Fire alarm")).to_be_visible()
    page.keyboard.press("q")
    expect(row(page)).to_contain_text("Acknowledged", timeout=5000)
    page.keyboard.press("c")
    page.keyboard.type("first")
    page.locator(".alarm-columns").click()  # the form is left alone, and keeps what is half written
    page.keyboard.press("c")
    expect(page.locator(".desk-form textarea")).to_be_focused()
    expect(page.locator(".desk-form textarea")).to_have_value("first")
    send(event("fire.smoke.restored"))
    expect(row(page)).to_have_count(0, timeout=5000)
    page.keyboard.press("Control+Enter")
    expect(card.locator(".desk-comments li")).to_contain_text(["first"], timeout=5000)
    over = card.locator('.desk-history [data-kind="alarm.cleared"]')
    expect(over).to_contain_text("back to normal")  # the note of the rule is a title in both languages
    expect(over).not_to_contain_text("object")
    expect(row(page, "D-1")).to_be_focused()
    for key in ("s", "g", "q"):
        page.keyboard.press(key)
        expect(page.locator(".desk-alarms .desk-outcome")).to_contain_text("“Fire alarm” is closed")
        expect(page.locator(".desk-alarms .desk-form")).to_have_count(0)
    page.keyboard.press("c")
    expect(page.locator(".desk-form h3")).to_contain_text("Fire alarm")
    page.keyboard.type("second")
    page.keyboard.press("Control+Enter")
    expect(card.locator(".desk-comments li")).to_contain_text(["first", "second"], timeout=5000)
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")  # now the row under the cursor
    expect(card.get_by_role("heading", name="Door held open")).to_be_visible()
    expect(card.locator(".desk-comments")).to_have_count(0)
    expect(row(page, "D-1")).to_contain_text("Unacknowledged")


def test_a_report_is_taken_from_the_alarms(opened: Opened, send: Callable[..., None]) -> None:
    """What is typed goes into it and is no command; the focus comes back to the row."""
    page = opened()
    send(event())
    page.keyboard.press("a")
    expect(row(page)).to_be_focused(timeout=5000)
    begin_a_report_and_leave(page)
    expect(row(page)).to_be_focused()
    expect(row(page)).to_contain_text("Unacknowledged")


def test_another_tab_opened_by_key_closes_the_card(opened: Opened, send: Callable[..., None]) -> None:
    page = opened()
    send(event())
    page.keyboard.press("a")
    expect(row(page)).to_be_focused(timeout=5000)
    page.keyboard.press("Enter")
    expect(page.locator(".desk-card:not([hidden])")).to_be_visible()
    page.keyboard.press("i")
    expect(page.locator(".desk-card:not([hidden])")).to_have_count(0)
    page.keyboard.press("a")
    page.keyboard.press("Enter")
    page.keyboard.press("a")  # it is open already
    expect(page.locator(".desk-card:not([hidden])")).to_be_visible()


def test_many_are_acknowledged_at_once_the_gravest_stood_first(opened: Opened, send: Callable[..., None]) -> None:
    page = opened()
    send(
        event("door.held", "D-1", ago_s=30),
        event("door.forced", "D-2", ago_s=20),
        event(ago_s=40),
        event("door.held", "D-3", ago_s=10),
    )
    page.keyboard.press("a")
    expect(page.locator(".alarm-list .alarm-row")).to_have_count(4, timeout=5000)
    assert rows(page) == [DEVICE, "D-2", "D-3", "D-1"]
    page.keyboard.press("Control+a")
    expect(page.locator('.desk-bar [data-act="acknowledge"]')).to_contain_text("Acknowledge 4")
    page.keyboard.press("q")
    expect(page.locator(".desk-alarms .desk-outcome")).to_contain_text("4 acknowledged", timeout=5000)
    expect(page.locator(".alarm-row[data-calling]")).to_have_count(0, timeout=5000)


def test_a_new_alarm_does_not_move_the_row_in_use(opened: Opened, send: Callable[..., None]) -> None:
    page = opened()
    send(*(event("door.held", f"D-{n:02}", ago_s=30 + n) for n in range(30)))
    page.keyboard.press("a")
    expect(page.locator(".alarm-list .alarm-row")).to_have_count(30, timeout=5000)
    for _ in range(12):
        page.keyboard.press("j")
    used = page.locator(".alarm-row[data-cursor]")
    assert used.get_attribute("data-originator") == "D-12"
    before = used.bounding_box()
    send(event(), event("door.forced", "D-99"))
    expect(page.locator(".alarm-list .alarm-row")).to_have_count(32, timeout=5000)
    after = used.bounding_box()
    assert before
    assert after
    assert abs(before["y"] - after["y"]) < 2
    expect(used).to_be_focused()
    expect(page.locator(".alarm-above")).to_contain_text("above")
    page.keyboard.press("q")
    expect(used).to_contain_text("Acknowledged", timeout=5000)
    assert used.get_attribute("data-originator") == "D-12", "it stays under the cursor, acknowledged"
    page.keyboard.press("Home")
    expect(page.locator(".alarm-row[data-cursor]")).to_contain_text("Fire alarm")


def test_filters_narrow_the_table(opened: Opened, send: Callable[..., None]) -> None:
    page = opened()
    send(event(), event("door.held", "D-1"), event("door.forced", "D-2"))
    page.keyboard.press("a")
    listed = page.locator(".alarm-list .alarm-row")
    expect(listed).to_have_count(3, timeout=5000)
    page.get_by_label("All levels").select_option("A")
    expect(listed).to_have_count(1)
    page.get_by_label("All levels").select_option("")
    page.get_by_label("Filter: name, place, code").fill("door d-1")
    expect(listed).to_have_count(1)
    page.get_by_label("Filter: name, place, code").fill("nothing such")
    expect(page.locator(".desk .empty")).to_have_text("No alarm passes the filter.")


def test_who_may_only_look_sees_the_table_and_is_told_so(opened: Opened, send: Callable[..., None]) -> None:
    page = opened(Role.VIEWER)
    send(event())
    page.keyboard.press("a")
    expect(row(page)).to_be_focused(timeout=5000)
    expect(page.locator(".desk-acts")).to_be_hidden()
    expect(page.locator(".bell-place")).to_be_hidden()
    page.keyboard.press("q")
    expect(page.locator(".desk-alarms .desk-outcome")).to_contain_text("Your role may look")
    expect(row(page)).to_contain_text("Unacknowledged")


PLAYED = """() => {
  window.played = [];
  const start = OscillatorNode.prototype.start;
  OscillatorNode.prototype.start = function (...all) {
    window.played.push(this.frequency.value);
    return start.apply(this, all);
  };
}"""


def test_sound_repeats_until_it_is_muted_and_a_new_grave_alarm_breaks_through(
    opened: Opened, send: Callable[..., None]
) -> None:
    page = opened()
    page.evaluate(PLAYED)
    bell = page.locator(".bell")
    page.mouse.click(700, 300)  # browsers want a gesture first
    send(event("door.forced", "D-1"))
    page.wait_for_timeout(1500)
    expect(page.locator(".alarms-button .count")).to_have_text("1")
    assert page.evaluate("window.played.length") > 0
    page.keyboard.press("m")  # from the map: while it sounds the key is the bell's
    expect(page.locator(".tool-panel")).to_have_count(0)
    page.keyboard.press("a")
    expect(bell).to_contain_text("Muted until")
    silent = page.evaluate("window.played.length")
    send(event("door.held", "D-2"))
    expect(page.locator(".alarm-list .alarm-row")).to_have_count(2, timeout=5000)
    page.wait_for_timeout(1200)
    assert page.evaluate("window.played.length") == silent
    send(event())
    expect(bell).to_have_text("Mute", timeout=5000)
    page.wait_for_timeout(5000)
    grave = page.evaluate(f"window.played.slice({silent})")
    assert len(grave) >= 12, "six notes, and again after four seconds"
    page.keyboard.press("Control+a")
    page.keyboard.press("q")
    expect(bell).to_contain_text("Muted until", timeout=5000)
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.keyboard.press("m")  # nothing sounds: the key measures again
    expect(page.locator('.tool-panel[data-panel="measure"]')).to_be_visible()


def test_those_who_listen_are_told_a_grave_alarm_once(opened: Opened, send: Callable[..., None]) -> None:
    page = opened()
    said = page.locator(".unseen[aria-live=polite]")
    send(event("door.held", "D-1"))
    expect(page.locator(".alarms-button .count")).to_have_text("1", timeout=5000)
    expect(said).to_have_text("")
    send(event())
    expect(said).to_contain_text("New alarm, Major: Fire alarm", timeout=5000)
    page.evaluate("document.querySelector('.unseen[aria-live=polite]').textContent = ''")
    send(event())  # it was raised again, and nothing is new
    send(event("door.held", "D-2"))
    expect(page.locator(".alarms-button .count")).to_have_text("3", timeout=5000)
    expect(said).to_have_text("")


def test_a_table_is_a_grid_for_those_who_do_not_see_it(opened: Opened, send: Callable[..., None]) -> None:
    page = opened()
    send(event(), event("door.held", "D-1"))
    page.keyboard.press("a")
    grid = page.get_by_role("grid", name="Alarms")
    expect(grid).to_have_attribute("aria-rowcount", "3", timeout=5000)
    assert page.get_by_role("columnheader").count() == 9
    line = page.get_by_role("row", name=re.compile("Major Fire alarm"))
    expect(line).to_have_attribute("aria-rowindex", "2")
    expect(line).to_have_attribute("tabindex", "0")
    page.keyboard.press("x")
    expect(line).to_have_attribute("aria-selected", "true")
    expect(page.get_by_role("tab", name="Alarms")).to_have_attribute("aria-selected", "true")


def test_language_changes_and_nothing_is_lost(opened: Opened, send: Callable[..., None]) -> None:
    page = opened()
    send(event())
    page.keyboard.press("a")
    expect(row(page)).to_be_focused(timeout=5000)
    page.keyboard.press("x")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="中文").click()
    expect(row(page)).to_contain_text("火灾报警")
    expect(row(page)).to_have_attribute("aria-selected", "true")
    expect(page.locator(".desk-card:not([hidden])")).to_contain_text("全部经过")
    expect(page.get_by_role("tab", name="告警")).to_be_visible()


@pytest.mark.parametrize("table", ["alarms", "events", "feeds", "points"])
@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_tables_can_be_taken_away(opened: Opened, send: Callable[..., None], table: str, kind: str) -> None:
    page = opened()
    send(event())
    if table == "alarms":
        page.keyboard.press("a")
    elif table == "events":
        page.get_by_role("button", name="Events").click()
    else:
        page.locator(".badge").click()
    with page.expect_download() as download:
        page.locator(f'a[href*="/{table}.{kind}"]:visible').click()
    assert download.value.suggested_filename.startswith(f"{table}-")
    assert download.value.suggested_filename.endswith(f".{kind}")


def test_the_card_of_an_event_says_everything_as_text(opened: Opened, send: Callable[..., None]) -> None:
    page = opened()
    send(event(attributes={"panel": "<img src=x onerror=window.hacked=1>", "loop": 3}))
    page.get_by_role("button", name="Events").click()
    page.locator(".events-list li").first.get_by_role("button", name="Details").click()
    card = page.locator(".desk-card:not([hidden])")
    for said in ("<img src=x onerror=window.hacked=1>", "loop", "3", DEVICE, "Originator"):
        expect(card).to_contain_text(said)
    assert page.evaluate("window.hacked") is None
    card.get_by_role("button", name="Fire alarm").click()
    expect(page.locator(".desk-card:not([hidden]) .desk-history li")).to_have_count(1, timeout=5000)


SIZES = [(1366, 768), (1920, 1080), (3840, 2160), (5760, 1080)]


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_the_middle_of_the_map_stays_free(opened: Opened, send: Callable[..., None], width: int, height: int) -> None:
    page = opened(fragment="#lang=en&layers=", viewport={"width": width, "height": height})
    send(event())
    page.keyboard.press("a")
    expect(row(page)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".desk-card:not([hidden])")).to_be_visible()
    middle = page.evaluate("document.elementFromPoint(innerWidth / 2, innerHeight / 2).tagName")
    assert middle == "CANVAS"
    boxes = [page.locator(one).bounding_box() for one in (".desk", ".desk-card:not([hidden])")]
    desk, card = (one for one in boxes if one)
    assert desk["x"] + desk["width"] <= card["x"] + 1, "neither covers the other"
    assert desk["y"] + desk["height"] <= height + 1
    if width == 5760:
        assert desk["x"] + desk["width"] <= 1920, "no line across a seam"


WATCH_ROWS = """() => {
  window.touched = 0;
  const list = document.querySelector('.alarm-list');
  const count = (all) => { window.touched += all.length; };
  new MutationObserver(count).observe(list, { childList: true });
}"""
FIFTY_STEPS = """() => {
  const start = performance.now();
  for (let n = 0; n < 50; n += 1) {
    document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key: 'j', bubbles: true, cancelable: true }));
  }
  return (performance.now() - start) / 50;
}"""


def test_hundreds_of_alarms_stay_quick(opened: Opened, send: Callable[..., None]) -> None:
    """Only what changed is touched: one more alarm is one more row, not five hundred."""
    page = opened(fragment="#lang=en&layers=")
    send(*(event("door.held", f"D-{n:03}", ago_s=n) for n in range(500)))
    page.keyboard.press("a")
    expect(page.locator(".alarm-list .alarm-row")).to_have_count(500)
    page.evaluate(WATCH_ROWS)
    send(event())
    expect(page.locator(".alarm-list .alarm-row")).to_have_count(501, timeout=5000)
    assert page.evaluate("window.touched") <= 4
    took_ms = page.evaluate(FIFTY_STEPS)
    print(f"one step of the cursor among 501 rows: {took_ms:.1f} ms")
