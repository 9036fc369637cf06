"""Events at their places, with the texts of strangers above them."""

from __future__ import annotations

import json
from collections.abc import Callable

import numpy as np
import pytest
from playwright.sync_api import Dialog

from tests.browser.conftest import View
from tests.browser.living import (
    COLOURS,
    CROWD,
    PLAIN,
    around,
    near,
)

pytestmark = pytest.mark.browser

HOSTILE = (
    "<script>window.hacked = 1</script>",
    "<img src=x onerror='window.hacked = 2'>",
    "javascript:window.hacked = 3",
    "\u202egnp.exe \u2066a\u2069\u200f",
    "a\u0000b\u001b[2J\r\nc",
    "\U0001f525\U0001f468\u200d\U0001f469\u200d\U0001f467 火警",
    "x" * 10_000,
    "e" + "\u0301" * 400,
    "\ud83d broken",
    {"toString": "no text"},
    None,
)


@pytest.mark.parametrize("level", [1, 4])
def test_event_is_drawn_at_its_place_with_its_text_above(view: View, level: int) -> None:
    view.look((0, -60, 40), PLAIN)
    place = (25.0, -20.0, 2.0)
    x, y = (round(one) for one in view.screen(place))
    above = np.s_[y - 62 : y - 36, max(0, x - 60) : x + 60]
    before = view.pixels()
    view.do("engine.setEvents([a])", {"id": "e", "position": place, "level": level, "text": "水压过低 二号泵房"})
    assert near(around(view, place, 14), COLOURS[level]) > 120
    after = view.pixels()
    assert (abs(after - before)[above].max(axis=2) > 30).sum() > 800, "a plate with a text"
    assert near(after[y - 34 : y - 18, x - 2 : x + 3], COLOURS[level], 60) > 14, "and the line up to it"
    view.do("engine.setEvents([])")
    assert abs(view.pixels() - before).mean() < 0.5


def test_click_on_an_event_or_on_its_text_says_which(view: View) -> None:
    view.look((0, -60, 40), PLAIN)
    place = (25.0, -20.0, 2.0)
    view.do("engine.setEvents([a])", {"id": "pump-2", "position": place, "level": "A", "text": "水压过低 二号泵房"})
    x, y = view.screen(place)
    view.page.mouse.click(x, y)
    view.page.wait_for_timeout(400)  # not a double click
    view.page.mouse.click(x + 20, y - 48)
    told = view.events("event")
    assert [one["id"] for one in told] == ["pump-2", "pump-2"]
    assert told[0]["position"] == list(place)
    assert view.events("select") == []


def test_hostile_texts_are_drawn_and_nothing_runs(view: View) -> None:
    view.look((0, -120, 90), PLAIN)
    before = view.pixels()
    dialogs: list[str] = []

    def said(dialog: Dialog) -> None:
        dialogs.append(dialog.message)
        dialog.dismiss()

    view.page.on("dialog", said)
    elements = view.page.evaluate("document.querySelectorAll('*').length")
    events = [
        {"id": f"<b>{n}</b>", "position": [-90 + 30 * (n % 7), -90 + 45 * (n // 7), 4], "level": 4, "text": text}
        for n, text in enumerate(HOSTILE)
    ]
    # as JSON, in which the halves of surrogates survive the way into the page
    view.do("engine.setEvents(JSON.parse(a))", json.dumps(events))
    labels = view.do("return engine.content.overlays.crowd.events.labels.labels.map((one) => one.text)")
    assert len(labels) == len(HOSTILE) - 2, "what is no text has none"
    assert max(len(one) for one in labels) <= 64
    controls = [range(0x20), range(0x200B, 0x2010), range(0x202A, 0x202F), range(0x2066, 0x206A), range(0xD800, 0xE000)]
    assert not [one for one in labels for sign in one if any(ord(sign) in some for some in controls)]
    assert HOSTILE[0][:31] in {one[:31] for one in labels}, "drawn as it stands"
    assert (abs(view.pixels() - before).max(axis=2) > 40).sum() > 1000
    assert view.page.evaluate("window.hacked") is None
    assert view.page.evaluate("document.querySelectorAll('*').length") == elements
    assert dialogs == []
    assert not [line for line in view.console if line.startswith(("error", "pageerror"))]
    assert not [url for url in view.requests if not url.startswith((view.url, "data:", "blob:"))]


def test_few_texts_at_once_the_worst_and_newest_first(view: View) -> None:
    view.page.set_viewport_size({"width": 1366, "height": 768})
    try:
        view.look((0, -190, 150), PLAIN)
        events = [
            {"id": str(n), "position": [24 * (n % 10) - 110, 24 * (n // 10) - 110, 4], "text": str(n), "at": n}
            | {"level": 1 + n % 4}
            for n in range(100)
        ]
        view.do("engine.setEvents(a)", events)
        shown = view.do(
            "const {labels} = engine.content.overlays.crowd.events;"
            "const shown = labels.labels.filter((_, i) => labels.shown.getX(i) > 0.5);"
            "return shown.map((one) => [one.state, Number(one.text)])"
        )
        assert len(shown) == 16
        assert {state for state, _ in shown} == {4}, "yellow and blue ones wait"
        assert [at for _, at in shown] == sorted((at for _, at in shown), reverse=True)
        assert max(at for _, at in shown) == 99
    finally:
        view.page.set_viewport_size({"width": 560, "height": 420})


def test_event_on_a_device_is_at_the_device_and_counts_once(crowded: Callable[..., View]) -> None:
    view = crowded(np.tile(np.array(CROWD), (12, 1)))
    first = view.campus.devices_idx[0]
    view.look((-100, -90, 25), CROWD)
    told = view.do(
        "return engine.setEvents(["
        "{id: 'here', idx: a + 3, level: 'A', text: '门未关'}, {id: 'again', idx: a + 3, level: 'B'},"
        "{id: 'nowhere', idx: 2, level: 'C'}, {id: 'lost', level: 'C'}])",
        first,
    )
    assert sorted(told["unplaced"]) == ["lost", "nowhere"]
    view.do("await engine.settled()")
    (cluster,) = view.do("return engine.clusters()")
    assert (cluster["count"], cluster["alarms"], cluster["state"]) == (12, 1, 3)
    assert cluster["events"] == ["here", "again"]


def test_section_cuts_events_away(view: View) -> None:
    view.look((0, -60, 40), PLAIN)
    place = (25.0, -20.0, 2.0)
    view.do("engine.setEvents([a])", {"id": "e", "position": place, "level": 4, "text": "消防"})
    assert view.pick(place)["event"] == "e"
    view.do("engine.section({min: [-130, -130, -20], max: [0, 130, 60]})")
    assert near(around(view, place, 14), COLOURS[4]) < 20
    hit = view.pick(place)
    assert hit is None or "event" not in hit
