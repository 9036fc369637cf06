"""Screens and their numbers as the API shapes them, answered by routes instead of the server."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import numpy as np
from playwright.sync_api import BrowserContext, Page, Route

Json = dict[str, Any]
# id, Chinese, English, accent, icon, question in both, what its tab counts
THEMES = (
    ("overview", "综合态势", "Overview", "azure", "map", "我们现在一切正常吗", "Are we all right now", ()),
    (
        "security",
        "安防",
        "Security",
        "violet",
        "shield",
        "谁在不该在的地方",
        "Who is where they should not be",
        ("door.*",),
    ),
    ("fire", "消防", "Fire", "sand", "fire", "有没有着火，顶得住吗", "Is anything burning", ("fire.*",)),
    ("consumption", "消费", "Consumption", "pink", "meal", "吃得怎么样", "Who ate what, when", ("queue.*",)),
    ("property", "物业", "Property", "teal", "wrench", "什么坏了，坏了多久", "What is broken, how long", ("lift.*",)),
    (
        "energy",
        "能耗",
        "Energy",
        "lime",
        "bolt",
        "用到哪里去了，正常吗",
        "Where does it go, is it normal",
        ("energy.*",),
    ),
    ("office", "房产", "Office space", "steel", "building", "谁坐在哪里，合不合标准", "Who sits where", ("lease.*",)),
    ("vehicles", "车辆", "Vehicles", "cyan", "car", "有没有车位，谁在等", "Is there room, who is waiting", ("gate.*",)),
    (
        "underground",
        "管线",
        "Underground",
        "green",
        "pipe",
        "这里有什么，漏不漏",
        "What lies here, is it tight",
        ("water.*",),
    ),
)
PANELS = (
    {"id": "one", "side": "left", "height": 1},
    {"id": "two", "side": "left", "height": 2},
    {"id": "three", "side": "right", "height": 1},
    {"id": "four", "side": "right", "height": 1},
)


def packed(numbers: Any, dtype: str) -> str:
    return base64.b64encode(np.asarray(numbers, dtype).tobytes()).decode()


def ago(minutes: float) -> str:
    return (datetime.now(UTC) - timedelta(minutes=minutes)).isoformat()


def kpi(name: str, zh: str, en: str, value: float | None, unit: str = "", **more: Any) -> Json:
    said: Json = {
        "id": name, "title": {"zh": zh, "en": en}, "unit": unit, "decimals": 0, "direction": "lower", "target": None,
        "unverified": False, "value": value, "state": "good", "true_at": ago(1), "compare": None, "numerator": None,
        "denominator": None, "samples": None, "waits_for": [], "fault": None,
    }  # fmt: skip
    return {**said, **more}


def kpis() -> list[Json]:
    """One of each state."""
    waits = {"need": "event:payment", "zh": "正在等待消费流水（payment 事件）", "en": "Waiting for payments"}
    fault = {"code": "query_too_long", "text": {"zh": "查询超过 10 秒", "en": "The query took more than 10 s"}}
    return [
        kpi("a.open", "在办事件", "Open incidents", 17, compare={"kind": "yesterday", "value": 12}),
        kpi("a.on_time", "按时办结率", "Closed on time", 93.4, "%", decimals=1, direction="higher", target=95),
        kpi(
            "a.power",
            "当前用电功率",
            "Power now",
            1284.6,
            "kW",
            decimals=1,
            compare={"kind": "last_week", "value": 1401},
        ),
        kpi("a.online", "设备在线率", "Devices online", 98.2, "%", decimals=1, state="stale", true_at=ago(95)),
        kpi("a.takings", "今日营业额", "Takings today", None, "元", state="waiting", true_at=None, waits_for=[waits]),
        kpi("a.rain", "降雨量", "Rain", None, "mm", state="broken", true_at=None, fault=fault, unverified=True),
    ]


@dataclass
class Screens:
    """What the server says; ``asked`` are the addresses that were asked for, below the API."""

    kpis: list[Json] = field(default_factory=kpis)
    maps: dict[str, Json] = field(default_factory=dict)  # by screen: the map part of its file
    answers: dict[str, Json] = field(default_factory=dict)  # by screen: what its map's question answers
    asked: list[str] = field(default_factory=list)
    version: str = "1"

    def answer(self, where: Page | BrowserContext) -> None:
        where.route("**/api/v1/screens*", self._reply)
        where.route("**/api/v1/screens/**", self._reply)
        where.route("**/api/v1/kpis/**", self._reply)

    def _reply(self, route: Route) -> None:
        url = urlsplit(route.request.url)
        path = url.path.split("/api/v1", 1)[1]
        self.asked.append(f"{path}?{url.query}" if url.query else path)
        found = self._found(path.strip("/").split("/"), parse_qs(url.query))
        if found is None:
            text = {"zh": "没有这个大屏", "en": "There is no such screen"}
            route.fulfill(status=404, json={"code": "unknown_screen", "text": text})
        else:
            route.fulfill(body=json.dumps(found), content_type="application/json")

    def _found(self, parts: list[str], query: dict[str, list[str]]) -> Json | None:
        match parts:
            case ["screens"]:
                return {"version": self.version, "screens": [_title(n) for n in range(len(THEMES))], "mistakes": []}
            case ["screens", name, "kpis"]:
                return {"at": query.get("at", [ago(0)])[0], "kpis": self.kpis}
            case ["screens", name, "map"]:
                return self.answers.get(name)
            case ["screens", name] if any(one[0] == name for one in THEMES):
                ids = [one["id"] for one in self.kpis]
                return {"id": name, "map": self.maps.get(name, {}), "kpis": ids, "panels": PANELS, "tour": []}
            case ["kpis", name, "rows"]:
                place = "space:lib:101"
                rows = [{"what": f"<b>第 {n} 项</b>", "value": n / 3, "feature_id": place} for n in range(30)]
                return {"columns": ["what", "value", "feature_id"], "rows": rows, "more": True}
            case ["kpis", name]:
                words = {"zh": "未了结的事件数", "en": "Incidents that are not closed"}
                own = {"formula": words, "owner": {"zh": "值班长", "en": "Duty officer"}, "sql": "SELECT 17 AS value"}
                return {
                    **next(one for one in self.kpis if one["id"] == name),
                    **own,
                    "source": "GB/T 1",
                    "fresh_s": 900,
                }
        return None


def _title(n: int) -> Json:
    name, zh, en, accent, icon, ask_zh, ask_en, alarm_types = THEMES[n]
    return {
        "id": name, "title": {"zh": zh, "en": en}, "question": {"zh": ask_zh, "en": ask_en}, "accent": accent,
        "icon": icon, "order": n, "event_types": [], "alarm_types": list(alarm_types),
    }  # fmt: skip
