"""States are said in words, slots are filled from a screen, and a click becomes what is shown."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from dash import no_update
from fastapi import FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send

from ioc_app.screens import callbacks
from ioc_app.screens.callbacks import Panels
from ioc_app.screens.choosing import chosen_state
from ioc_app.screens.grid import grid
from ioc_app.screens.layout import DIGESTS, SLOTS, placed
from ioc_app.screens.reads import titled
from ioc_app.screens.shown import show
from tests.browser.panel_app import panel_app
from tests.entering import TestClient
from tests.ioc_app.screens.samples import AT, SAMPLES, ZONE, StandIn, look, panel, screen, stand_in
from tests.ioc_app.test_app import plain_callbacks
from tests.looping import run_async
from twin.people.identity import Identity, IdentityKind
from twin.people.roles import RIGHTS, Role
from twin.screens.needs import waited_for


class At:
    def now(self) -> Any:
        return AT


FAULT = {"code": "sql", "text": {"zh": "查询超时", "en": "timed out"}}
WAITS = [
    {"need": "event:payment", "zh": "正在等待消费流水（payment 事件）", "en": "Waiting for payments (event payment)"}
]


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({"state": "waiting", "waits_for": WAITS}, "正在等待消费流水（payment 事件）"),
        ({"state": "waiting"}, "正在等待数据接入"),
        ({"state": "empty"}, "此时段没有记录"),
        ({"state": "good", "rows": []}, "此时段没有记录"),
        ({"state": "broken", "fault": FAULT}, "此面板取数失败：查询超时"),
        ({"state": "broken"}, "此面板取数失败"),
        ({"state": "loading"}, "正在取数…"),
    ],
)  # fmt: skip
def test_states_without_rows_say_why(answer: dict[str, Any], words: str) -> None:
    shown = show(panel("ranking"), answer, look())
    assert shown["words"] == [words]
    assert shown["figure"] is shown["list"] is None


def test_a_panel_says_in_its_own_words_why_there_is_nothing() -> None:
    own = panel("ranking", nothing={"zh": "没有分表", "en": "No meters below"})
    assert show(own, {"state": "empty"}, look(language="en"))["words"] == ["No meters below"]
    assert show(own, {"state": "empty"}, look(place="f:2"))["words"] == ["所选位置在此时段没有记录"]


def test_a_title_whose_words_are_not_known_is_the_name() -> None:
    own = panel("ranking", title={"zh": "{n} 块", "en": "{n} meters"}, name={"zh": "电表", "en": "Meters"})
    assert titled(own, {"n": 3}) == {"zh": "3 块", "en": "3 meters"}
    assert titled(own, {"n": None}) == titled(own, {}) == {"zh": "电表", "en": "Meters"}
    assert titled(panel("ranking", title={"zh": "{n} 块", "en": "{n}"}), {}) == {"zh": "— 块", "en": "—"}


def test_what_is_waited_for_may_be_either() -> None:
    assert waited_for("quantity:power|energy", {}) == {
        "need": "quantity:power|energy",
        "zh": "正在等待有功功率或有功电能数据（power|energy 测点）",
        "en": "Waiting for readings of active power or active energy (points 'power|energy')",
        "short_zh": "缺有功功率或有功电能",
        "short_en": "No active power or active energy",
    }


def test_what_is_stale_says_since_when_and_what_is_past_that_it_is_not_now() -> None:
    rows = SAMPLES["ranking"]
    stale = show(panel("ranking"), {"state": "stale", "true_at": AT - timedelta(hours=2), "rows": rows}, look())
    assert stale["foot"] == "已过期，自 11月26日 12:05"
    assert stale["state"] == "stale"
    assert stale["figure"] is not None
    past = show(panel("ranking"), {"state": "good", "rows": rows, "true_at": AT, "more": True}, look(), past=True)
    assert past["foot"] == "数据 11月26日 14:05 · ◷ 非当前 · 截至 11月26日 14:05 · 仅前 8 行"


def test_rows_that_have_no_room_are_counted() -> None:
    shown = show(panel("ranking"), {"state": "good", "rows": SAMPLES["ranking"], "true_at": AT}, look(height_px=110.0))
    assert len(shown["figure"]["data"][0]["x"]) == 5
    assert shown["foot"] == "数据 11月26日 14:05 · 另有 3 项"


def test_unit_time_and_marks_stand_in_the_second_line() -> None:
    shown = show(panel("ranking", unverified=True), {"state": "good", "rows": SAMPLES["ranking"]}, look())
    assert shown["sub"] == "kWh/m² · 今天 · │ 目标 · ○ 对比 · 未核实"
    trend = show(panel("trend"), {"state": "good", "rows": SAMPLES["trend"]}, look(language="en"))
    assert trend["sub"] == "kW · today · shaded: normal · dotted: forecast"
    compared = panel("trend", window="month", period={"zh": "今天与上周", "en": "today and a week ago"})
    assert show(compared, {"state": "good", "rows": SAMPLES["trend"]}, look())["sub"].startswith("kW · 今天与上周 ·")


def test_rows_may_travel_as_lists() -> None:
    answer = {"state": "good", "columns": ["label", "value"], "rows": [["a", 1], ["b", 2]]}
    assert show(panel("ranking"), answer, look())["figure"]["data"][0]["x"] == [1, 2]


def test_a_side_takes_four_panels_and_keeps_their_shares() -> None:
    one = screen("one", ("trend", "ranking", "columns"))
    where = placed(one, one)
    assert sorted(where) == sorted(
        f"panel-{one}" for one in ("left-0", "left-1", "right-0", "left-outer-0", "left-outer-1", "right-outer-0")
    )
    assert where["panel-left-0"].share == 0.5
    assert set(where) < set(SLOTS)
    assert placed(None) == {}


def test_what_a_click_chooses() -> None:
    state = {"mode": "screen", "screen": "overview", "at": None, "place": None, "tick": 3}
    placed_at = chosen_state(state, {"place": "building:c:1", "n": 1})
    assert placed_at == state | {"place": "building:c:1"}
    assert chosen_state(placed_at, {"place": "building:c:1", "n": 2}) == state, "again: the whole campus"
    assert chosen_state(state, {"screen": "energy", "n": 1})["screen"] == "energy"
    assert chosen_state(state, {"at": "2026-11-26T06:00:00Z", "n": 1})["at"] == "2026-11-26T06:00:00Z"
    card = chosen_state(placed_at, {"place": "building:c:1", "incident_id": "inc-1", "n": 5})
    assert card["chosen"] == {"incident_id": "inc-1", "n": 5}
    assert card["place"] == "building:c:1", "a card is opened at its place, chosen or not"


def test_rows_choose_their_place_card_screen_and_moment() -> None:
    shown = show(panel("table"), {"state": "good", "rows": SAMPLES["table"]}, look())
    assert shown["picks"][2] == {"incident_id": "inc-2", "place": "building:c:2"}
    assert show(panel("tiles"), {"state": "good", "rows": SAMPLES["tiles"]}, look())["picks"][0] == {
        "screen": "security"
    }
    trend = show(panel("trend"), {"state": "good", "rows": SAMPLES["trend"]}, look())
    assert trend["picks"][0] == {"at": "2026-11-25T16:00:00Z"}
    assert show(panel("columns"), {"state": "good", "rows": SAMPLES["columns"]}, look())["picks"][0] is None


def test_no_callback_of_the_panels_blocks_the_event_loop() -> None:
    dash = panel_app(stand_in(), At()).state.dash
    assert plain_callbacks(dash) == []
    assert len(dash.callback_map) == 4


def asked(
    panels: Panels, state: dict[str, Any], digests: dict[str, str] | None = None
) -> tuple[dict[str, Any], Any, Any]:
    answer = run_async(callbacks._all_of(panels)(state, *[None] * len(SLOTS), digests))
    return {slot: one for slot, one in zip(SLOTS, answer, strict=False) if one is not no_update}, answer[-2], answer[-1]


def test_only_what_has_changed_is_sent() -> None:
    answers = stand_in()
    panels = Panels(answers, ZONE, At())
    state = {
        "mode": "screen",
        "screen": "energy",
        "at": None,
        "place": None,
        "style": "dark",
        "language": "zh",
        "unit_px": 1,
    }
    first, digests, late = asked(panels, state)
    assert len(first) == 6
    assert late is no_update
    assert first["panel-left-0"]["title"] == "功率高于基线 8%"
    again, kept, _late = asked(panels, state | {"tick": 2}, digests)
    assert (again, kept) == ({}, no_update)
    answers.rows["matrix"] = [*answers.rows["matrix"][:-1], answers.rows["matrix"][-1] | {"value": 3}]
    assert list(asked(panels, state, digests)[0]) == ["panel-right-1"]
    assert len(asked(panels, state | {"style": "light"}, digests)[0]) == 6
    other, digests, _late = asked(panels, state | {"screen": "states"}, digests)
    assert [slot for slot, one in other.items() if one is None] == ["panel-left-2", "panel-right-2"]
    assert sorted(digests) == ["panel-left-0", "panel-left-1", "panel-right-0", "panel-right-1"]
    assert asked(panels, state | {"mode": "desk"}, digests)[0] == {}, "what stood there may come back"


def test_moment_and_place_are_asked_for() -> None:
    answers = stand_in()
    state = {"mode": "screen", "screen": "states", "at": "2026-11-25T03:00:00Z", "place": "building:c:1"}
    asked(Panels(answers, ZONE, At()), state)
    assert {(one[2].isoformat() if one[2] else None, one[3]) for one in answers.asked} == {
        ("2026-11-25T03:00:00+00:00", "building:c:1")
    }
    answers.asked.clear()
    asked(Panels(answers, ZONE, At()), state | {"at": None, "place": None})
    assert {one[2:] for one in answers.asked} == {(None, None)}
    assert answers.known == {None}


def test_a_snapshot_is_asked_for_with_what_was_known_then_and_now_with_everything() -> None:
    answers = stand_in()
    state = {"mode": "screen", "screen": "states", "at": "2026-11-25T03:00:00Z", "known": 812}
    asked(Panels(answers, ZONE, At()), state)
    assert answers.known == {812}
    answers.known.clear()
    asked(Panels(answers, ZONE, At()), state | {"at": None})
    asked(Panels(answers, ZONE, At()), state | {"known": "812; --"})
    assert answers.known == {None}


def test_an_answer_that_takes_long_is_said_to_and_comes_after(monkeypatch: pytest.MonkeyPatch) -> None:
    import threading

    monkeypatch.setattr(callbacks, "PATIENCE_S", 2.0)  # the quick ones are done by then on any machine
    answers, gate = stand_in(), threading.Event()
    quick = StandIn.panel

    def slow(screen_id: str, panel_id: str, at: Any, place: Any, **_more: Any) -> dict[str, Any]:
        assert panel_id != "matrix" or gate.wait(60)
        return quick(answers, screen_id, panel_id, at, place)

    monkeypatch.setattr(answers, "panel", slow)
    panels = Panels(answers, ZONE, At())
    state = {"mode": "screen", "screen": "energy", "at": None, "place": None}
    shown, digests, late = asked(panels, state)
    assert late["slots"] == ["panel-right-1"]
    assert shown["panel-right-1"]["words"] == ["正在取数…"]
    gate.set()
    came = run_async(callbacks._late_of(panels)(late, state, *[None] * len(SLOTS)))
    told = {slot: one for slot, one in zip(SLOTS, came, strict=True) if one is not no_update}
    assert list(told) == ["panel-right-1"]
    assert told["panel-right-1"]["figure"] is not None
    assert told["panel-right-1"]["turn"] == late["turn"], "what was shown since is not written over"
    monkeypatch.setattr(callbacks, "PATIENCE_S", 20)
    assert list(asked(panels, state, digests)[0]) == ["panel-right-1"]


def test_a_grid_holds_texts_and_numbers_only() -> None:
    rows = [{"a.b": "<b>x</b>", "n": 1.23456789, "at": AT, "nothing": None, "list": [1, "</script>"]}]
    made = grid(panel("table"), tuple(rows[0]), rows, look())
    assert made.rowData == [{"c0": "<b>x</b>", "c1": 1.234568, "c2": "2026-11-26 14:05:00", "c3": None,
                             "c4": "[1, '</script>']"}]  # fmt: skip
    assert made.dangerously_allow_code is False
    told = str(made.to_plotly_json())
    assert "cellRenderer" not in told
    assert "markdown" not in told


def call(
    server: FastAPI,
    state: dict[str, Any],
    role: Role | None,
    digests: dict[str, str] | None = None,
    sizes: dict[str, dict[str, int]] | None = None,
) -> dict[str, Any]:
    """The callback of all panels as a browser calls it, as somebody whom the gate has let in."""

    class LetIn:
        def __init__(self, app: ASGIApp) -> None:
            self.app = app

        async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
            if role is not None:
                scope.setdefault("state", {})["identity"] = Identity(
                    IdentityKind.PERSON, "she", "She", RIGHTS[role], "1", role
                )
            await self.app(scope, receive, send)

    name = next(one for one in server.state.dash.callback_map if f"{DIGESTS}.data" in one)
    outputs = [
        {"id": part.rsplit(".", 1)[0], "property": part.rsplit(".", 1)[1]} for part in name.strip(".").split("...")
    ]
    inputs = [
        {"id": "screen", "property": "data", "value": state},
        *({"id": one, "property": "size", "value": (sizes or {}).get(one)} for one in SLOTS),
    ]
    states = [{"id": DIGESTS, "property": "data", "value": digests}]
    body = {"output": name, "outputs": outputs, "inputs": inputs, "state": states, "changedPropIds": ["screen.data"]}
    with TestClient(LetIn(server)) as client:
        answer = client.post("/_dash-update-component", json=body)
    assert answer.status_code == 200
    shown: dict[str, Any] = answer.json()["response"]
    return shown


@pytest.mark.parametrize(("role", "cleared"), [(None, False), (Role.VIEWER, False), (Role.DISPATCHER, True)])
def test_names_are_for_those_who_may_read_them(role: Role | None, cleared: bool) -> None:
    answers = stand_in()
    shown = call(panel_app(answers, At()), {"mode": "screen", "screen": "energy", "at": None, "place": None}, role)
    assert shown["panel-left-0"]["content"]["title"] == "功率高于基线 8%"
    assert answers.cleared == {cleared}


def test_over_the_wire_too_what_stands_there_is_not_sent_again() -> None:
    server, state = panel_app(stand_in(), At()), {"mode": "screen", "screen": "energy", "at": None, "place": None}
    first = call(server, state, None)
    key = first[DIGESTS]["data"]["panel-right-0"].split()[0]
    size = {key: [300, 90], "another/panel": [10, 10]}
    again = call(server, state, None, first[DIGESTS]["data"], {"panel-right-0": size, "panel-left-0": size})
    assert sorted(again) == ["panel-digests", "panel-right-0"], "only that which has another size"
    assert again["panel-right-0"]["content"]["room"] == [300, 90]
