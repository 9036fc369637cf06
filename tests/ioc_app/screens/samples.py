"""Panels of every kind with rows as a campus gives them, and a stand-in for who answers."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

from ioc_app.screens.look import Look
from twin.screens.panel import Panel
from twin.screens.screen import Screen

ZONE: Final = ZoneInfo("Asia/Shanghai")
AT: Final = datetime(2026, 11, 26, 6, 5, tzinfo=UTC)  # 14:05 on the campus
SQL: Final = "SELECT 1 AS value"
BUILDINGS: Final = ("图书馆", "第一教学楼", "第二食堂", "实验中心", "体育馆", "学生公寓 A", "行政楼", "动力站")
BUILDINGS_EN: Final = (
    "Library",
    "Teaching 1",
    "Canteen 2",
    "Laboratories",
    "Sports hall",
    "Dormitory A",
    "Offices",
    "Plant",
)
LEVELS: Final = ("major", "A", "B", "C", None)

Row = dict[str, Any]


def _named(place: int) -> Row:
    return {"label_zh": BUILDINGS[place % 8], "label_en": BUILDINGS_EN[place % 8], "feature_id": f"building:c:{place}"}


def trend() -> list[Row]:
    """Quarter hours since midnight with a band, a gap of two hours, a forecast, and the day before."""
    start = AT.replace(hour=0, minute=0) - timedelta(hours=8)
    rows: list[Row] = []
    for step in range(76):
        at, middle = start + timedelta(minutes=15 * step), 420 + 180 * math.sin((step - 20) / 14)
        if 30 <= step < 38:
            continue
        expected = at > AT
        rows.append(
            {
                "at": at,
                "value": middle + 25 * math.sin(step),
                "low": middle - 60,
                "high": middle + 60,
                "forecast": expected,
                "series_zh": "今天",
                "series_en": "Today",
            }
        )
    rows += [
        {
            "at": start + timedelta(minutes=60 * step),
            "value": 380 + 150 * math.sin((step - 5) / 4),
            "series_zh": "昨天",
            "series_en": "Yesterday",
            "low": None,
            "high": None,
            "forecast": None,
        }
        for step in range(19)
    ]
    return rows


def ranking() -> list[Row]:
    return [
        _named(place)
        | {
            "value": Decimal(f"{96 - 9.5 * place:.1f}"),
            "target": 60,
            "compare": 80 - 5 * place,
            "level": LEVELS[place] if place < 2 else None,
        }
        for place in range(8)
    ]


def columns() -> list[Row]:
    return [
        {
            "label": f"{hour:02d}",
            "value": 40 + 30 * math.sin(hour / 3 + way),
            "series_zh": ("进", "出")[way],
            "series_en": ("in", "out")[way],
        }
        for hour in range(24)
        for way in (0, 1)
    ]


def shares() -> list[Row]:
    kinds = (
        ("一卡通", "Card"),
        ("微信", "WeChat"),
        ("支付宝", "Alipay"),
        ("现金", "Cash"),
        ("补贴", "Subsidy"),
        ("人脸", "Face"),
        ("退款", "Refund"),
    )
    return [{"label_zh": zh, "label_en": en, "value": 4200 / (place + 1)} for place, (zh, en) in enumerate(kinds)]


def distribution() -> list[Row]:
    return [
        {
            "value": 9 + 4 * math.sin(place * 1.7) + place % 7 * 0.8,
            "series": ("正高", "副高")[place % 2],
            "feature_id": f"space:c:{place}",
        }
        for place in range(240)
    ]


def matrix() -> list[Row]:
    days = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
    return [
        {"x": hour, "y": name, "value": None if (hour, place) == (3, 2) else 20 + 15 * math.sin(hour / 4) + place}
        for place, name in enumerate(days)
        for hour in range(24)
    ]


def table() -> list[Row]:
    return [
        _named(place)
        | {
            "level": LEVELS[place % 4],
            "since": AT - timedelta(hours=3 * place),
            "left_s": 5400 - 3000 * place,
            "done": 12.5 * place,
            "due": date(2026, 12, 1 + place),
            "incident_id": f"inc-{place}",
        }
        for place in range(9)
    ]


def timeline() -> list[Row]:
    return [
        _named(place)
        | {
            "since": AT - timedelta(hours=9 - place, minutes=20),
            "level": LEVELS[place % 4],
            "until": None if place > 4 else AT - timedelta(hours=6 - place),
            "incident_id": f"inc-{place}",
        }
        for place in range(7)
    ]


def tiles() -> list[Row]:
    modules = (
        ("安防", "Security", "起", 3, 1, "A"),
        ("消防", "Fire", "点", 0, 0, None),
        ("能耗", "Energy", "kWh", 12840, 13920, None),
        ("物业", "Property", "单", 41, 38, "C"),
        ("消费", "Payments", "元", 183460.5, None, None),
        ("车辆", "Vehicles", "辆", 512, 498, None),
        ("房产", "Space", "%", None, 4.2, None),
        ("管线", "Pipes", "处", 2, 2, "major"),
    )
    return [
        {
            "label_zh": zh,
            "label_en": en,
            "value": value,
            "unit": unit,
            "compare": before,
            "level": level,
            "worst_zh": "B2 电梯困人" if level else None,
            "worst_en": "Lift B2" if level else None,
            "screen": en.lower(),
        }
        for zh, en, unit, value, before, level in modules
    ]


def stages() -> list[Row]:
    named = (
        ("待受理", "New", 7, 2),
        ("已派单", "Sent", 12, 3),
        ("处理中", "At work", 19, 0),
        ("待核验", "To check", 5, 1),
        ("已关闭", "Closed", 64, 0),
    )
    return [{"label_zh": zh, "label_en": en, "value": value, "late": late} for zh, en, value, late in named]


def tree() -> list[Row]:
    rows = [
        ("all", None, "总表", 1000),
        ("l", "all", "图书馆", 420),
        ("t", "all", "教学楼", 310),
        ("c", "all", "食堂", 190),
        ("l1", "l", "空调", 230),
        ("l2", "l", "照明", 120),
        ("t1", "t", "空调", 170),
        ("t2", "t", "插座", 140),
        ("c1", "c", "厨房", 150),
    ]
    return [
        {"id": key, "parent": parent, "label": label, "value": value, "feature_id": f"device:c:{key}"}
        for key, parent, label, value in rows
    ]


def progress() -> list[Row]:
    return [
        _named(place)
        | {"value": 24 - 4 * place, "target": 24 if place != 3 else None, "level": "poor" if place == 4 else None}
        for place in range(6)
    ]


SAMPLES: Final[Mapping[str, list[Row]]] = {
    one.__name__: one()
    for one in (trend, ranking, columns, shares, distribution, matrix, table, timeline, tiles, stages, tree, progress)
}
UNITS: Final = {
    "trend": "kW",
    "ranking": "kWh/m²",
    "columns": "人次",
    "shares": "元",
    "distribution": "m²",
    "tree": "kWh",
    "matrix": "人次",
    "progress": "点",
}
TITLES: Final = {
    "trend": ("功率高于基线 8%", "Power is 8% above its baseline"),
    "ranking": ("三栋楼用掉一半电", "Three buildings use half the power"),
    "columns": ("8 点前后进校最多", "Most come in around eight"),
    "shares": ("近半数用一卡通支付", "Nearly half pay by card"),
    "distribution": ("人均用房多在 8–14 m²", "Most have 8 to 14 m²"),
    "matrix": ("周末夜间仍有客流", "Visitors at night on weekends"),
    "table": ("9 起事件未关闭", "9 incidents are open"),
    "timeline": ("两起事件仍在处理", "Two incidents go on"),
    "tiles": ("管线有重大告警", "A major alarm underground"),
    "stages": ("6 单超期", "6 orders are late"),
    "tree": ("8% 的电量未分摊", "8% is explained by no meter"),
    "progress": ("巡更完成过半", "Patrols are past the middle"),
}
TABLE_COLUMNS: Final = [
    {"name": "label", "title": {"zh": "位置", "en": "Place"}},
    {"name": "level", "title": {"zh": "等级", "en": "Level"}, "as": "level"},
    {"name": "since", "title": {"zh": "发生", "en": "Since"}, "as": "time"},
    {"name": "left_s", "title": {"zh": "剩余", "en": "Left"}, "as": "duration"},
    {"name": "done", "title": {"zh": "完成", "en": "Done"}, "as": "share"},
]


def panel(kind: str, side: str = "left", **more: Any) -> Panel:
    zh, en = TITLES[kind]
    said = {
        "id": kind,
        "kind": kind,
        "title": {"zh": zh, "en": en},
        "side": side,
        "sql": SQL,
        "unit": UNITS.get(kind, ""),
        "window": "day",
        "columns": TABLE_COLUMNS if kind == "table" else [],
    }
    return Panel.model_validate(said | more)


def look(**more: Any) -> Look:
    return Look(**{"zone": ZONE, "at": AT} | more)


def screen(name: str, kinds: tuple[str, ...], accent: str = "azure", **more: Any) -> Screen:
    """Panels by turns left and right."""
    words = {"zh": name, "en": name}
    panels = [panel(kind, ("left", "right")[place % 2]).model_dump(by_alias=True) for place, kind in enumerate(kinds)]
    return Screen.model_validate(
        {"id": name, "title": words, "question": words, "accent": accent, "panels": panels} | more
    )


@dataclass
class StandInBook:
    screens: dict[str, Screen]
    version: str = "1"


@dataclass
class StandIn:
    """Answers with the samples; ``rows`` and ``state`` by panel say otherwise; what was asked is kept."""

    book: StandInBook
    rows: dict[str, list[Row]] = field(default_factory=lambda: dict(SAMPLES))
    state: dict[str, dict[str, Any]] = field(default_factory=dict)
    cleared: set[bool] = field(default_factory=set)
    known: set[int | None] = field(default_factory=set)
    asked: list[tuple[str, str, datetime | None, str | None]] = field(default_factory=list)

    def panel(
        self,
        screen: str,
        panel: str,
        at: datetime | None,
        place: str | None,
        *,
        cleared: bool = False,
        known_seq: int | None = None,
    ) -> dict[str, Any]:
        self.cleared.add(cleared)
        self.known.add(known_seq)
        self.asked.append((screen, panel, at, place))
        one = next(one for one in self.book.screens[screen].panels if one.id == panel)
        rows = self.rows.get(panel, [])
        return {
            "id": panel,
            "kind": one.kind,
            "title": one.title.model_dump(),
            "unit": one.unit,
            "state": "good",
            "true_at": AT - timedelta(minutes=5),
            "columns": list(rows[0]) if rows else [],
            "rows": rows,
            "more": False,
            "waits_for": [],
            "fault": None,
        } | self.state.get(panel, {})


def stand_in() -> StandIn:
    """Two screens with other kinds in the same places, and one of each state that is not good."""
    first = screen("energy", ("trend", "ranking", "columns", "matrix", "shares", "table"), "azure")
    second = screen("overview", ("tiles", "timeline", "distribution", "progress", "stages", "tree"), "teal")
    third = screen("states", ("ranking", "trend", "columns", "shares"), "violet")
    book = StandInBook({one.id: one for one in (first, second, third)})
    return StandIn(book)
